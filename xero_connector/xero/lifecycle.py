"""What may be done now with a document that stands in Xero, and the element that does it.

Odoo owns, Xero follows, but nothing that a person did in Xero is undone unasked, and nothing is
tried that Xero would refuse (facts on the Xero API, 4.6 and 4.7).
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from . import codec, const, held, payload
from .held import GONE, Difference

# Xero lets everything of these be changed, whatever the period.
DRAFTS = ("DRAFT", "SUBMITTED")

# What is wanted of a document: to stand in Xero as in Odoo, or not to stand there.
PRESENT, ABSENT = "present", "absent"


@dataclass(frozen=True, slots=True)
class Move:
    """What to do with a document.

    - `update`, `remove`: send it
    - `done`: Xero holds what is wanted
    - `again`: it was removed at our wish and its number is free, so it is created anew
    - `mismatch`: Xero holds what was sent and comes to other totals
    - `edited`, `settled`, `approved`, `billed`, `locked`, `gone`: a person decides
    """

    kind: str
    differences: tuple[Difference, ...] = ()


def next_move(wish, before, now, wanted=None, locked_until="", kind=None):
    """What to do with a document, by what Xero holds.

    :param str wish: PRESENT or ABSENT
    :param dict before: snapshot after our own last send; None when that is not known
    :param dict now: snapshot of what Xero holds; None when it holds nothing under the GUID
    :param dict wanted: snapshot of the element that would be sent, its lines with the ids of
        `now`; None if the document shall go
    :param str locked_until: last day of the closed period, `YYYY-MM-DD`; empty when none is closed
    :param str kind: Xero's type of an invoice or credit note
    :rtype: Move
    """
    if now is None or now["status"] in GONE:
        return _move_of_gone(wish, before, now, wanted, kind)
    if wish == PRESENT and held.carries(wanted, now):
        return Move("done" if _same_total(wanted, now) else "mismatch")
    if is_settled(now):
        return Move("settled")
    if now["status"] not in DRAFTS:
        if before is None or before["status"] != now["status"]:
            return Move("billed" if now["status"] == "BILLED" else "approved")
        if is_locked(now, wanted, locked_until):
            return Move("locked")
    if before is None:
        return Move("edited", held.edits(wanted, now, wanted) if wanted else ())
    if found := held.edits(before, now, wanted) if wanted else held.differences(before, now):
        return Move("edited", found)
    return Move("update" if wish == PRESENT else "remove")


def _move_of_gone(wish, before, now, wanted, kind):
    if wish == ABSENT:
        return Move("done")
    ours = before is not None and before["status"] in GONE
    if ours and now is not None and (
        kind in const.NUMBERED_BY_SUPPLIER or now["number"] != wanted["number"]
    ):
        return Move("again")
    return Move("gone")


def _same_total(wanted, now):
    return all(not wanted[name] or wanted[name] == now[name] for name in ("tax", "total"))


def is_settled(now):
    """Whether something was paid of a document, or credited on it."""
    return now["status"] == "PAID" or any(now[name] not in ("", "0") for name in (
        "paid", "credited",
    ))


def needs_lock_date(before, now):
    """Whether only the closed period can stand against a change of the document."""
    return (
        now is not None
        and before is not None
        and now["status"] not in (*DRAFTS, *GONE)
        and now["status"] == before["status"]
        and not is_settled(now)
    )


def is_locked(now, wanted, locked_until):
    """Whether an approved document is dated in the closed period, or would be."""
    dates = [now["date"], wanted["date"] if wanted else ""]
    return any(date and date <= locked_until for date in dates)


# === ELEMENTS === #

def update_of(resource, xero_id, document, now):
    """The element that makes a document in Xero equal to Odoo's, line by line.

    The status is left out: whether a person has submitted it is not ours to undo.

    :param document: a `documents.Invoice` or `PurchaseOrder`
    :param dict now: snapshot of what Xero holds
    :return: (encoded element, its snapshot)
    :rtype: tuple[bytes, dict]
    :raises errors.NotUsable: if a value cannot stand in Xero
    """
    document = with_line_ids(document, now)
    element = codec.loads(codec.encode_element(
        payload.of(resource, replace(document, xero_id=xero_id, status=None))
    ))
    if now["reference"]:
        element.setdefault("Reference", "")  # absent, it would stay
    return codec.encode_element(element), expected(resource, element, document.totals)


def expected(resource, element, totals):
    """The snapshot of an element with the totals that Xero must come to.

    :param dict element: what is sent, from `codec.loads`
    :param totals: `documents.Totals`
    """
    names = {"subtotal": totals.untaxed, "tax": totals.tax, "total": totals.total}
    return {
        **held.snapshot(resource, element),
        **{name: held.amount(amount) for name, amount in names.items()},
    }


def removal_of(resource, xero_id, now):
    """The element that takes a document out of Xero, and the number it has then.

    Drafts are deleted, approved ones voided; orders are deleted whatever their state, and renamed
    with it: Xero keeps the number of a deleted order taken (facts on the Xero API, 4.5).

    :return: (encoded element, number)
    :rtype: tuple[bytes, str]
    """
    id_name, number_name = const.IDENTITY[resource]
    element, number = {id_name: xero_id, "Status": "DELETED"}, now["number"]
    if resource == "PurchaseOrders":
        mark = f" DELETED {xero_id[:8]}"
        number = number[: const.LENGTHS["PurchaseOrderNumber"] - len(mark)] + mark
        element[number_name] = number
    elif now["status"] not in DRAFTS:
        element["Status"] = "VOIDED"
    return codec.encode_element(element), number


# === LINES === #

def with_line_ids(document, now):
    """The document whose lines name the lines in Xero that they change.

    Equal lines come first, then those with the same words, then the rest in order. A line of Xero
    is named once; a new line names none, and Xero deletes those that nobody names. Absent fields
    of a line keep their value there, so a line that has more than ours (an item, a discount) is
    not changed but replaced.

    :param document: a `documents.Invoice` or `PurchaseOrder`
    :param dict now: snapshot of what Xero holds
    """
    lines = [line for line in document.lines if not (line.text_only and not _words(line))]
    elements = [
        held.snapshot_of_line(codec.loads(codec.encode_element(payload.line(line))))
        for line in lines
    ]
    names, left = {}, list(now["lines"])
    for fits in (held.line_agrees, _same_words, _may_become):
        for position, line in enumerate(elements):
            if position in names:
                continue
            twin = next((one for one in left if fits(line, one) and _may_become(line, one)), None)
            if twin is not None:
                names[position] = twin
                left.remove(twin)
    return replace(document, lines=tuple(
        _named(line, names.get(position)) for position, line in enumerate(lines)
    ))


def _words(line):
    return codec.clean_text(line.description, const.LENGTHS["Description"])


def _same_words(line, one):
    return line["description"] == one["description"]


def _may_become(line, one):
    """Whether an update can make a line of Xero equal to ours."""
    return bool(one["id"]) and bool(line["quantity"]) == bool(one["quantity"]) and all(
        line[name] or not one[name] for name in ("item", "discount", "tracking")
    )


def _named(line, one):
    if one is None:
        return replace(line, line_item_id=None, states_tax=False)
    # A tax that is not stated may stay what it was.
    states_tax = not line.text_only and Decimal(one["tax_amount"] or 0) != line.tax
    return replace(line, line_item_id=one["id"], states_tax=states_tax)
