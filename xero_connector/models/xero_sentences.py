"""What a person reads when something did not work: what happened, and the next step."""

from ..xero import const, errors


def rejection_sentence(env, texts):
    """Xero's own words, verbatim, followed by the next step for their kind.

    :param env: the environment, for the language
    :param list texts: validation texts of Xero (see the message catalogue of `xero.errors`)
    :return: the sentence
    """
    kind = next((errors.explain(text).kind for text in texts), "unknown")
    next_steps = {
        "mapping": env._("Choose another Xero account or rate in the mapping, then send again."),
        "match": env._(
            "Link the two under Invoicing → Configuration → Xero → Customers and Suppliers, or "
            "rename one of them, then send again."
        ),
        "user": env._(
            "Restore the contact in Xero, then send again. If it was merged into another there, "
            "open Invoicing → Configuration → Xero → Customers and Suppliers → Read Again "
            "first: the link follows."
        ),
        "data": env._("Correct the document in Odoo, then send again."),
        "period": env._("Change the lock date in Xero or the document's date, then send again."),
        "setup": env._("Change the organisation's settings in Xero, then send again."),
        "adopt": env._("Compare the two, and delete or renumber one of them."),
        "decision": env._("Look at the document in Xero and decide there."),
        "relink": env._("The record is gone in Xero. Look there before sending again."),
    }
    said = " ".join(text.strip() for text in texts)
    step = next_steps.get(kind, env._("Look at the document, then send again."))
    return env._("Xero refused: %(said)s %(step)s", said=said, step=step)


def waiting_sentence(env, reason):
    """Why a document was not sent yet although nothing is wrong with it.

    :param str reason: Xero's name of a limit, or what stood in the way, in words
    """
    limits = {
        "minute": env._("Xero asks to wait: its limit of calls a minute is used up."),
        "appminute": env._("Xero asks to wait: the app's limit of calls a minute is used up."),
        "concurrent": env._("Xero asks to wait: too many calls at once."),
        "day": env._("Xero asks to wait: its limit of calls a day is used up."),
        "limited": env._("Xero asks to wait: its limit of calls is used up."),
    }
    return env._(
        "%(reason)s It goes on by itself as soon as that is over.",
        reason=limits.get(reason, reason),
    )


def refusal_sentence(env, record, refusal):
    """Why we do not even try: the figures that could not be equal in Xero.

    :param record: the Odoo record
    :param refusal: a `rounding.Refusal` (code, figures)
    """
    sentences = {
        "decimals": env._(
            "%(record)s has amounts with more than two decimals (%(amount)s), which Xero cannot "
            "hold. Enter it in Xero by hand.",
            record=record.display_name,
            amount=refusal.figures.get("amount", ""),
        ),
        "negative": env._(
            "The total of %(record)s is below zero (%(total)s). Make it a credit note.",
            record=record.display_name,
            total=refusal.figures.get("total", ""),
        ),
        "no_lines": env._(
            "%(record)s has no line with an amount, and Xero takes no document of words alone. "
            "Nothing has to be sent; if something should, reset it to draft and add a line.",
            record=record.display_name,
        ),
        "too_large": env._(
            "%(record)s has a line of %(amount)s, and Xero holds 9,999,999,999.99 at most. Split "
            "the line, then send again.",
            record=record.display_name,
            amount=refusal.figures.get("amount", ""),
        ),
        "tax_override": env._(
            "%(record)s has a line of %(net)s with a tax of %(tax)s, which Xero does not take at a "
            "rate of %(rate)s %%. Check the tax of the line and its rate in Xero, or enter the "
            "document in Xero by hand.",
            record=record.display_name,
            net=refusal.figures.get("net", ""),
            tax=refusal.figures.get("tax", ""),
            rate=f"{float(refusal.figures.get('rate') or 0):g}",
        ),
    }
    return sentences.get(refusal.code) or env._(
        "%(record)s would not come out equal in Xero (%(figures)s). Enter it in Xero by hand.",
        record=record.display_name,
        figures=", ".join(f"{name} {value}" for name, value in refusal.figures.items()),
    )


def unusable_sentence(env, record, error):
    """A value that Xero cannot hold as it stands.

    :param record: the Odoo record
    :param error: the `errors.NotUsable`
    """
    return env._(
        "%(record)s cannot be sent as it stands: %(reason)s Change it in Odoo, then send again.",
        record=record.display_name,
        reason=error.text,
    )


def taken_sentence(env, resource, number):
    """A number that another record in Xero holds.

    :param str resource: Xero's name of the kind
    :param str number: the number, contact number or item code
    """
    if resource == "Contacts":
        return env._(
            "Xero holds this customer or supplier already (contact code %(number)s), but not as "
            "an active contact. Restore it in Xero, then send again.",
            number=number,
        )
    return env._(
        "Number %(number)s is taken in Xero by another document. Compare the two and "
        "delete or renumber one of them, then send again.",
        number=number,
    )


def undecided_sentence(env, link, member, verdict):
    """Why a person has to decide on a document whose answer was lost.

    :param link: the link in doubt
    :param dict member: what was sent for it
    :param verdict: a `look_up.Verdict`: `gone`, `several` or `unlike`
    """
    if verdict.kind == "gone" and member.get("kind") in const.NUMBERED_BY_SUPPLIER:
        return env._(
            "%(record)s was created in Xero and voided or deleted there, so it is not created "
            "again by itself. To have it there after all, send it again.",
            record=link.record_name,
        )
    if verdict.kind == "gone":
        return env._(
            "%(number)s was created in Xero and voided or deleted there, so it is not "
            "created again. Xero keeps its number taken: to have it there after all, "
            "give the document another number and send it again.",
            number=member["number"],
        )
    if verdict.kind == "several":
        return env._(
            "Xero holds %(count)s documents of this supplier with number %(number)s, "
            "date and totals of %(record)s; which of them is ours cannot be told. "
            "Delete what is too much in Xero, then press Send to Xero: it looks again first.",
            count=verdict.count,
            number=member["number"],
            record=link.record_name,
        )
    return env._(
        "Xero holds %(count)s documents under number %(number)s, and none is equal to "
        "what was sent. Look at them in Xero. Once one is equal, or none is left, press Send to "
        "Xero: it looks again first.",
        count=verdict.count,
        number=member["number"],
    )


def weak_sentence(env, link):
    """A record that Xero failed with again and again, without a word about it.

    :param link: its link; `attempt` says how often
    """
    return env._(
        "Xero answered %(times)s times with an error of its own, or not at all, when %(record)s "
        "was sent, and does not hold it. It is tried again, ever more seldom. If others arrive, "
        "look for something unusual in this one, such as a date with a wrong year, then send it.",
        times=link.attempt,
        record=link.record_name,
    )


def gone_sentence(env, name):
    """A record that Xero does not know any more under the id we have.

    :param str name: the Odoo record's name
    """
    return env._(
        "%(record)s is not in Xero any more, or not in this organisation. Link it to the right "
        "record there, or send it anew after unlinking.",
        record=name,
    )


def archived_sentence(env, name):
    """A contact that was archived in Xero, which refuses every change of it.

    :param str name: the Odoo record's name
    """
    return env._(
        "%(record)s is archived in Xero, and Xero takes no changes of archived contacts. Restore "
        "it there, then send again.",
        record=name,
    )


def never_sentence(env, record, tenant):
    """A customer, supplier or item that the tenant does not send.

    :param record: the Odoo record
    :param tenant: the `xero.tenant`
    """
    return env._(
        "%(record)s is not sent: %(tenant)s only uses what stands in Xero already. Link it there, "
        "or choose on the tenant, under Options, that it may be created.",
        record=record.display_name,
        tenant=tenant.name,
    )


def mismatch_sentence(env, wanted, found):
    """Xero took the document, but its totals differ from Odoo's.

    :param dict wanted: untaxed, tax and total as Odoo has them
    :param dict found: the same as Xero answered
    """
    return env._(
        "Xero's totals differ: %(found_untaxed)s + %(found_tax)s = %(found_total)s instead of "
        "%(untaxed)s + %(tax)s = %(total)s. Correct or delete the draft in Xero.",
        found_untaxed=found["untaxed"],
        found_tax=found["tax"],
        found_total=found["total"],
        untaxed=wanted["untaxed"],
        tax=wanted["tax"],
        total=wanted["total"],
    )
