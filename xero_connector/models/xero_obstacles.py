"""What stands in the way of a change in Xero: in words, and what can be done about it."""

# By obstacle (see `xero.link`): what a person may decide. Without one nobody could tell what stands
# in Xero, or it stays as it is there.
OBSTACLES = {
    False: ("unlink",),
    "edited": ("overwrite", "leave", "check", "unlink"),
    "mismatch": ("leave", "check", "unlink"),
    "settled": ("leave", "check", "unlink"),
    "approved": ("leave", "check", "unlink"),
    "billed": ("leave", "check", "unlink"),
    "locked": ("leave", "check", "unlink"),
    "gone": ("leave", "check", "unlink"),
}


def obstacle_sentence(env, name, obstacle, now, wanted, document=None):
    """What stands where, and what can be done.

    :param env: the environment, for the language
    :param str name: the Odoo record's name
    :param str obstacle: see `xero.link`
    :param dict now: snapshot of what Xero holds; None when it holds nothing
    :param bool wanted: whether Odoo wants the document to stand in Xero; else it is cancelled
    :param document: what Odoo would send now
    """
    happened = (
        env._("%(record)s was changed in Odoo", record=name)
        if wanted
        else env._("%(record)s was cancelled in Odoo", record=name)
    )
    if obstacle == "gone":
        return _gone(env, name, now)
    if obstacle == "mismatch":
        return env._(
            "Xero holds %(record)s as it was sent and comes to %(found)s instead of %(total)s. "
            "Correct it in Xero and press Check Again, or leave it as it is.",
            record=name,
            found=now["total"],
            total=document.totals.total if document else "",
        )
    if obstacle == "edited":
        return _edited(env, happened, wanted)
    reasons = {
        "settled": env._(
            "in Xero something is paid or credited on it, so Xero takes no change"
        ),
        "approved": env._(
            "in Xero a person %(done)s, so it is not changed from here",
            done=_moved_on(env, now["status"]),
        ),
        "billed": env._("in Xero it was made into a bill, so it is not changed from here"),
        "locked": env._(
            "in Xero it is dated in a closed period (%(day)s), so Xero takes no change",
            day=now["date"],
        ),
    }
    return env._(
        "%(happened)s, but %(reason)s. %(steps)s",
        happened=happened,
        reason=reasons[obstacle],
        steps=_steps(env, obstacle, wanted),
    )


def seen_sentence(env, name, obstacle, now):
    """What a person did in Xero with a document that has not changed in Odoo.

    :param str obstacle: `edited` or `gone`
    :param dict now: snapshot of what Xero holds
    """
    if obstacle == "gone":
        return env._(
            "%(record)s %(removed)s in Xero, and still stands in Odoo. Cancel or credit it here "
            "too, or leave it as it is.",
            record=name,
            removed=_removed(env, now["status"]),
        )
    return env._(
        "A person has changed %(record)s in Xero since it was sent. Nothing was overwritten. Send "
        "Odoo's version, or leave Xero's as it is.",
        record=name,
    )


def _edited(env, happened, wanted):
    if wanted:
        return env._(
            "%(happened)s, and a person has changed it in Xero since it was sent. Nothing was "
            "overwritten. Send Odoo's version, or leave Xero's as it is.",
            happened=happened,
        )
    return env._(
        "%(happened)s, and a person has changed it in Xero since it was sent. It was not removed "
        "there. Remove it in Xero, or leave it as it is.",
        happened=happened,
    )


def _gone(env, name, now):
    if now is None:
        return env._(
            "Xero does not know %(record)s any more. Look there; to send it anew, unlink it first.",
            record=name,
        )
    return env._(
        "%(record)s %(removed)s in Xero and stays so; Xero keeps its number taken. To have it "
        "there again, give it another number in Odoo, unlink it and send it.",
        record=name,
        removed=_removed(env, now["status"]),
    )


def _moved_on(env, status):
    """What a person did that took a document out of our hands; statuses are Xero's own words."""
    return {
        "SUBMITTED": env._("has sent it for approval"),
        "AUTHORISED": env._("has approved it"),
    }.get(status, env._("has set it to %(status)s", status=status))


def _removed(env, status):
    """How a document went; statuses are Xero's own words."""
    return {
        "DELETED": env._("was deleted"),
        "VOIDED": env._("was voided"),
    }.get(status, env._("was removed (%(status)s)", status=status))


def _steps(env, obstacle, wanted):
    """What can be done; a document with ledger effect is credited, never rewritten."""
    if obstacle == "billed":
        return env._("Change the bill there, or leave both as they are.")
    if obstacle == "locked":
        return env._(
            "Open the period in Xero and press Check Again, or credit the document with a date "
            "after it and issue a new one."
        )
    if wanted:
        return env._(
            "Credit it and issue a new one, or undo what was done in Xero and press Check Again, "
            "or leave Xero's as it is."
        )
    return env._(
        "Void it in Xero by hand, or undo what was done there and press Check Again, or leave it "
        "as it is and credit it."
    )
