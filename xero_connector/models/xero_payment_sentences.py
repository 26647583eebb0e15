"""What people are told of payments in Xero that are not simply registered."""

from odoo.tools import format_date


def sentence_of(payment, reason, document=None, note=None):
    """Why a payment waits, needs a person or was left alone, and what to do.

    :param payment: an `xero.payment`
    :param str reason: of `paying.Move`, or one of `no_note`, `no_account`, `early`,
        `rest_in_xero`
    :param document: the document in Odoo, where the reason is about it
    :param note: the credit note in Odoo, where one is allocated
    """
    env = payment.env
    names = {
        "what": payment.display_name,
        "day": payment.date and format_date(env, payment.date),
        "account": payment.account_id.name or "",
        "document": document.name if document else payment.document,
        "amount": payment.currency_id.format(payment.amount),
        "open": document.currency_id.format(document.amount_residual) if document else "",
    }
    sentences = {
        "unmapped": lambda: env._(
            "%(what)s went through %(account)s in Xero, and it is not chosen yet where that money "
            "is in Odoo. Choose the journal beside that account; all that waits for it is "
            "registered then.",
            **names,
        ),
        "no_account": lambda: env._(
            "%(what)s: Xero does not tell which account it went through. Register it by hand, and "
            "press Leave as It Is.",
            **names,
        ),
        "not_posted": lambda: env._(
            "%(what)s is in Xero, but the document is not posted in Odoo. Post it: the payment is "
            "registered then.",
            **names,
        ),
        "currency": lambda: env._(
            "%(what)s is in a currency that your company does not use in Odoo, or that does not "
            "go with the document. Activate the currency and press Try Again, or register it by "
            "hand and press Leave as It Is.",
            **names,
        ),
        "locked": lambda: env._(
            "%(what)s is dated %(day)s, and your books are closed for that day. Open the period "
            "and press Try Again, or register it by hand with another date and press Leave as It "
            "Is.",
            **names,
        ),
        "paid": lambda: _paid(env, names, document, note),
        "exceeds": lambda: env._(
            "%(what)s is more than %(document)s still owes in Odoo (%(open)s). See what else is "
            "matched with it, then press Try Again, or Leave as It Is if it is registered already.",
            **names,
        ),
        "matched": lambda: env._(
            "%(what)s was deleted or changed in Xero, but in Odoo it is matched with a bank "
            "statement or with another document. Undo that match and press Try Again, or press "
            "Leave as It Is.",
            **names,
        ),
        "closed": lambda: env._(
            "%(what)s was deleted or changed in Xero, but in Odoo it is in a closed period. Open "
            "the period and press Try Again, or correct it by hand and press Leave as It Is.",
            **names,
        ),
        "nothing": lambda: env._(
            "%(what)s: Xero lists it with no amount, or with one below zero, which no payment has. "
            "Look at it in Xero, then press Leave as It Is.",
            **names,
        ),
        "no_note": lambda: env._(
            "%(what)s: the credit note %(number)s is not linked with one in Odoo. Enter it in Odoo "
            "and match it with the document, then press Leave as It Is.",
            number=payment.reference or "",
            **names,
        ),
        "early": lambda: env._(
            "Dated %(day)s, before the first day from which payments are registered.", **names
        ),
        "rest_in_xero": lambda: env._(
            "Only what is allocated to documents of Odoo is registered. %(left)s of this credit "
            "are left in Xero; allocate them there, or refund them.",
            left=payment.currency_id.format(payment.credit_left),
        ),
    }
    return sentences[reason]()


def _paid(env, names, document, note):
    """Nothing is open any more: name what has paid the document."""
    if note and not note.amount_residual:
        return env._(
            "%(what)s: nothing is left of the credit note %(note)s in Odoo. See what it is matched "
            "with, then press Try Again, or Leave as It Is if that is the same.",
            note=note.name, **names,
        )
    others = document.matched_payment_ids.filtered(
        lambda one: one.state in ("in_process", "paid")
    ).mapped("name")
    if others:
        return env._(
            "%(what)s: %(document)s is paid already in Odoo by %(others)s. If that is the same "
            "money, press Leave as It Is; else undo what is wrong and press Try Again.",
            others=", ".join(others), **names,
        )
    return env._(
        "%(what)s: %(document)s owes nothing any more in Odoo. If it was settled with the same "
        "money, press Leave as It Is; else undo what is wrong and press Try Again.",
        **names,
    )
