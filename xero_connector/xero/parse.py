"""What Xero says of documents and masters: answers of writes, and records as Xero holds them.

Tolerant of what is new, strict about what we rely on. Whole contacts and items are read by
`parse_masters`, settings by `parse_settings`.
"""

import datetime
from dataclasses import dataclass, replace

from . import codec, envelope, errors, held
from .const import IDENTITY, LENGTHS
from .documents import Held, Page, Totals

NO_REASON = "Xero gave no reason."



@dataclass(frozen=True, slots=True)
class Element:
    """What a write did to one element. Of one that is not `ok`, only the errors may be believed:
    Xero echoes what was asked for, and number, contact and date only say whom it speaks of.
    `guid` is what it says of itself, `xero_id` what stands; `snapshot` (see `held`) is there for
    documents."""

    position: int
    ok: bool
    number: str | None
    guid: str | None = None
    xero_id: str | None = None
    name: str | None = None
    status: str | None = None
    totals: Totals | None = None
    contact_id: str | None = None
    currency: str | None = None
    date: datetime.date | None = None
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    snapshot: dict | None = None

    @property
    def in_doubt(self):
        """Neither created nor refused: it may or may not stand in Xero."""
        return not self.ok and not self.errors


# === WRITES === #

def write_answer(resource, body):
    """The elements of a write's answer, in Xero's order.

    :param str resource: `Contacts`, `Invoices`, …
    :param bytes body: the answer
    :rtype: tuple[Element, ...]
    :raises errors.Unreadable: if it is not the list it should be
    """
    return tuple(
        _element(resource, position, row)
        for position, row in enumerate(envelope.rows(resource, body))
    )


def _element(resource, position, row):
    id_name, number_name = IDENTITY[resource]
    xero_id, number = envelope.text(row.get(id_name)), envelope.text(row.get(number_name))
    texts = tuple(_messages(row))
    failed = (
        bool(texts)
        or row.get("HasErrors") is True
        or row.get("HasValidationErrors") is True
        or row.get("StatusAttributeString") == "ERROR"
    )
    if failed:
        return Element(
            position,
            False,
            number,
            xero_id,
            contact_id=_contact_id(row),
            date=_echoed_date(row),
            errors=texts or (NO_REASON,),
        )
    if not codec.is_guid(xero_id):
        return Element(position, False, number)
    return Element(
        position,
        True,
        number,
        guid=xero_id,
        xero_id=xero_id,
        name=envelope.text(row.get("Name")),
        status=envelope.text(row.get("Status") or row.get("ContactStatus")),
        totals=envelope.totals(row),
        contact_id=_contact_id(row),
        currency=envelope.text(row.get("CurrencyCode")),
        date=_echoed_date(row),
        warnings=tuple(_texts(row.get("Warnings"))),
        snapshot=_snapshot(resource, row),
    )


def _snapshot(resource, row):
    return held.snapshot(resource, row) if resource in held.DOCUMENTS else None


def match(elements, numbers):
    """Which element of a create speaks of which number; never by position alone.

    What the result lacks is in doubt: a number that no element carries, or two, or one that is in
    doubt itself.

    :param elements: from `write_answer`
    :param list numbers: what was sent, in order
    :return: {index of the number: element}
    :rtype: dict[int, Element]
    """
    return _match(elements, "number", [envelope.plain(number) for number in numbers])


def match_updates(elements, xero_ids):
    """The same for an update, whose elements name the record by its GUID.

    :param list xero_ids: GUIDs that were sent, in order
    :rtype: dict[int, Element]
    """
    return _match(elements, "guid", xero_ids)


def match_supplied(elements, sent):
    """The same for a create of bills or vendor credits, whose numbers are their suppliers'.

    An element speaks of what has its number, contact and date; then, among what is left, of what
    it does not contradict, because a refused one may lack what Xero could not read. Only what
    fits one alone, on both sides, is told.

    :param list sent: (number, contact's GUID, date) in order
    :rtype: dict[int, Element]
    """
    matches, left = {}, list(elements)
    for unsaid in ((), (None,)):
        fits = {
            index: [element for element in left if _speaks_of(element, *one, unsaid)]
            for index, one in enumerate(sent)
            if index not in matches
        }
        for index, found in fits.items():
            if len(found) == 1 and sum(found[0] in others for others in fits.values()) == 1:
                matches[index] = found[0]
        left = [element for element in left if element not in matches.values()]
    return {index: element for index, element in matches.items() if not element.in_doubt}


def _speaks_of(element, number, contact, date, unsaid):
    return (
        element.number == codec.clean_text(number, LENGTHS["InvoiceNumber"])
        and element.contact_id in (*unsaid, contact)
        and element.date in (*unsaid, date)
    )


def _match(elements, attribute, sent):
    by_name = {}
    for element in elements:
        by_name.setdefault(getattr(element, attribute), []).append(element)
    matches = {}
    for index, name in enumerate(sent):
        found = by_name.get(name, ())
        if name and len(found) == sent.count(name) == 1 and not found[0].in_doubt:
            matches[index] = found[0]
    return matches


def refusal(body):
    """The validation texts of a request that was refused as a whole (HTTP 400).

    :rtype: tuple[str, ...]
    """
    try:
        answer = codec.loads(body)
    except errors.Unreadable:
        return ()
    if not isinstance(answer, dict):
        return ()
    texts = tuple(_messages(answer))
    summary = envelope.plain(answer.get("Message")) or envelope.plain(answer.get("Detail"))
    return texts or ((summary,) if summary else ())


def _messages(value):
    """All validation texts, wherever they hang: contact, addresses, lines have their own lists."""
    found = {}
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending += reversed(node)
        elif isinstance(node, dict):
            found.update(dict.fromkeys(_texts(node.get("ValidationErrors"))))
            pending += [
                child
                for name, child in reversed(node.items())
                if name not in ("ValidationErrors", "Warnings") and isinstance(child, dict | list)
            ]
    return list(found)


def _texts(rows):
    """The words of validation errors or warnings. One that says nothing readable still counts."""
    if not rows:
        return
    for row in rows if isinstance(rows, list) else [rows]:
        message = row.get("Message") or row.get("Description") if isinstance(row, dict) else row
        yield envelope.plain(message) or NO_REASON


def _contact_id(row):
    contact = row.get("Contact")
    return envelope.text(contact.get("ContactID")) if isinstance(contact, dict) else None


def _echoed_date(row):
    """The date of an element of an answer; None for one that is not there or makes no sense."""
    try:
        return envelope.date(row.get("DateString") or row.get("Date"))
    except errors.Unreadable:
        return None


# === DOCUMENTS AND CONTACTS === #

def invoices(body):
    """Invoices and bills as Xero holds them."""
    return _held("Invoices", body)


def credit_notes(body):
    """Credit notes of both kinds as Xero holds them."""
    return _held("CreditNotes", body)


def snapshots(resource, body):
    """Documents as Xero holds them, for comparing: {GUID: snapshot}."""
    id_name = IDENTITY[resource][0]
    return {
        envelope.required(row, id_name).lower(): held.snapshot(resource, row)
        for row in envelope.rows(resource, body)
    }


def purchase_orders(body):
    """Purchase orders as Xero holds them."""
    return _held("PurchaseOrders", body)


def contacts(body):
    """Contacts as Xero holds them."""
    return _held("Contacts", body)


def items(body):
    """Items as Xero holds them; the number is the code."""
    return _held("Items", body)


def page(resource, body):
    """A page of a list of documents. An element that makes no sense is counted, not fatal.

    :rtype: Page
    :raises errors.Unreadable: if the answer is no list
    """
    answer = codec.loads(body)
    rows, documents = envelope.listed(resource, answer), []
    for row in rows:
        try:
            held = _held_row(resource, row)
        except errors.Unreadable:
            continue
        if codec.is_guid(held.xero_id):
            documents.append(held)
    pagination = answer.get("pagination")
    total = pagination.get("itemCount") if isinstance(pagination, dict) else None
    return Page(
        tuple(documents),
        rows=len(rows),
        unreadable=len(rows) - len(documents),
        total=total if type(total) is int and 0 <= total < 10**9 else None,
    )


def _held(resource, body):
    return tuple(
        replace(_held_row(resource, row), snapshot=_snapshot(resource, row))
        for row in envelope.rows(resource, body)
    )


def _held_row(resource, row):
    id_name, number_name = IDENTITY[resource]
    contact = row.get("Contact") if isinstance(row.get("Contact"), dict) else {}
    return Held(
        xero_id=envelope.required(row, id_name),
        number=envelope.text(row.get(number_name)),
        status=envelope.text(row.get("Status") or row.get("ContactStatus")),
        name=envelope.text(row.get("Name")),
        contact_id=envelope.text(contact.get("ContactID")),
        currency=envelope.text(row.get("CurrencyCode")),
        date=envelope.date(row.get("DateString") or row.get("Date")),
        totals=envelope.totals(row),
        due=envelope.amount(
            row.get("RemainingCredit" if resource == "CreditNotes" else "AmountDue")
        ),
        paid=envelope.amount(row.get("AmountPaid")),
        credited=envelope.amount(row.get("AmountCredited")),
        merged_into=envelope.text(row.get("MergedToContactID")),
        updated=codec.xero_datetime(row.get("UpdatedDateUTC")),
        kind=envelope.plain(row.get("Type")),
        reference=envelope.plain(row.get("Reference")),
        contact_name=envelope.plain(contact.get("Name")),
        url=envelope.plain(row.get("Url")),
    )
