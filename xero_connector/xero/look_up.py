"""What a look-up in Xero proves of one record whose fate nobody knows. Never a guess.

Pure: rows and members come in, a verdict goes out; the words and the writing are the engine's.
Source of the rules: facts on delivery, 3.2 and 5.
"""

from dataclasses import dataclass
from decimal import Decimal

from . import const
from .held import GONE


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a record that was to be created.

    - `again`: it was never executed, the next attempt may have a new key
    - `adopt`: `match` is it
    - `taken`: its number belongs to another document; Xero has refused ours
    - `gone`: it stood in Xero, and somebody voided or deleted it there
    - `several`: `count` documents could be it; which one is cannot be told
    - `unlike`: `count` documents have its number, and none is what was sent
    """

    kind: str
    match: object = None
    count: int = 0


def judge(member, matches, taken, is_foreign):
    """Decide on one record by what Xero holds under its number.

    :param dict member: what was sent, as `xero.request.members` has it
    :param matches: rows of `parse`, gone or not, that Xero holds under the number
    :param bool taken: whether Xero has answered that the number belongs to a document already
    :param is_foreign: function of a row: whether another record of ours is linked to it
    :rtype: Verdict
    """
    if member.get("kind") in const.NUMBERED_BY_SUPPLIER:
        matches = own_matches(member, matches, is_foreign)
        equal = [row for row in matches if row.status not in GONE and is_equal(member, row)]
        if len(equal) > 1:
            return Verdict("several", count=len(equal))
    live = [row for row in matches if row.status not in GONE]
    if not matches and not taken:
        return Verdict("again")
    if len(live) == 1 and is_equal(member, live[0]) and not is_foreign(live[0]):
        return Verdict("adopt", match=live[0])
    if taken:
        return Verdict("taken")
    if not live:
        return Verdict("gone")
    return Verdict("unlike", count=len(live))


def own_matches(member, matches, is_foreign):
    """Those of the documents under a supplier's number that may be the one in doubt.

    What another record of Odoo is linked to is not; what carries our mark is, and nothing else
    then; what carries none where we sent one counts only if it is equal.

    :param matches: rows of any supplier
    """
    free = [
        row for row in matches
        if row.contact_id == member["contact"] and not is_foreign(row)
    ]
    if member["url"]:
        if marked := [row for row in free if row.url == member["url"]]:
            return marked
        free = [
            row for row in free
            if not row.url and row.status not in GONE and is_equal(member, row)
        ]
    return free


def is_equal(member, match):
    """Whether what Xero holds is what was sent: contact, currency, date, totals to the cent."""
    if member["total"] is None:
        # Items have no status; Xero finds their codes without regard to case, we do not.
        return match.status in ("ACTIVE", None) and match.number == member["number"]
    return (
        match.totals is not None
        and match.contact_id == member["contact"]
        and match.currency == member["currency"]
        and (match.date and match.date.isoformat()) == member["date"]
        and (match.totals.untaxed, match.totals.tax, match.totals.total)
        == (Decimal(member["untaxed"]), Decimal(member["tax"]), Decimal(member["total"]))
    )
