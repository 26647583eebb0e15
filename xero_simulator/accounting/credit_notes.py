"""Customer and supplier credit notes, and allocating them to invoices."""

from __future__ import annotations

from . import documents, invoices
from .answers import Refused
from .documents import Draft, Kind
from .notation import ZERO, read_date
from .tables import Record

CREDIT_NOTE = Kind(
    "CreditNotes", "CreditNote", "CreditNoteID", "CreditNoteNumber", lambda org: org.credit_notes,
    ("ACCRECCREDIT", "ACCPAYCREDIT"), "CN-",
)  # fmt: skip

NOT_MODIFIABLE = "Credit note not of valid status for modification"


def save_credit_note(organisation, element: Record, existing: Record | None, places: int) -> Draft:
    """Create or change a credit note, or refuse it with every reason."""
    guid = existing["CreditNoteID"] if existing else None
    if existing:
        _check_open(existing, element, guid)
    status = element.get("Status") or (existing["Status"] if existing else "DRAFT")
    if existing is None and status not in invoices.CREATABLE:
        raise Refused("Credit note not of valid status for creation")
    drafted = documents.draft(organisation, CREDIT_NOTE, element, existing, places)
    record = drafted.record
    documents.set_number(
        organisation, CREDIT_NOTE, element, existing, drafted, "Credit Note # must be unique."
    )
    documents.set_branding(organisation, element, drafted)
    if record["Type"] == "ACCRECCREDIT":
        record["Reference"] = element.get("Reference", record.get("Reference")) or ""
    else:
        record["Reference"] = ""
    if element.get("DueDate"):
        record["DueDate"] = read_date(element["DueDate"])
    if existing and existing["Status"] == "AUTHORISED":
        locked = documents.lock_problem(organisation, existing["Date"])
        if locked:
            drafted.problems.append(locked)
        if applied(existing) and _amounts_changed(record, existing):
            drafted.problems.append(invoices.SETTLED)
    if status == "AUTHORISED":
        documents.check_approval(organisation, drafted, due=False)
    record["Status"] = status
    # SentToContact is read-only here, so what a request says of it is passed over.
    drafted.finish(guid)
    if existing is None:
        record["AppliedAmount"] = ZERO
    gone = status in ("VOIDED", "DELETED")
    record["RemainingCredit"] = ZERO if gone else record["Total"] - record["AppliedAmount"]
    documents.touch(organisation, record)
    organisation.credit_notes.save(record)
    announce(organisation, record, "UPDATE" if existing else "CREATE")
    return drafted


def applied(record: Record) -> bool:
    """Tell whether a part of a credit note was allocated or refunded."""
    return bool(record["AppliedAmount"])


def announce(organisation, record: Record, kind: str) -> None:
    """Note the event of a credit note, which names its type and status."""
    data = {"Type": record["Type"], "Status": record["Status"]}
    organisation.announce("CREDITNOTE", kind, record["CreditNoteID"], data)


def apply_credit(organisation, record: Record, amount) -> Record:
    """Store that more (or less, if negative) of a credit note is used up."""
    changed = {**record, "AppliedAmount": record["AppliedAmount"] + amount}
    changed["RemainingCredit"] = changed["Total"] - changed["AppliedAmount"]
    changed["Status"] = "AUTHORISED" if changed["RemainingCredit"] else "PAID"
    changed.pop("FullyPaidOnDate", None)
    if changed["Status"] == "PAID":
        changed["FullyPaidOnDate"] = organisation.today()
    documents.touch(organisation, changed)
    announce(organisation, changed, "UPDATE")
    return organisation.credit_notes.save(changed)


def _check_open(existing: Record, element: Record, guid: str) -> None:
    if element.get("Type") and element["Type"] != existing["Type"]:
        raise Refused("The type of a credit note cannot be changed.", guid=guid)
    if existing["Status"] not in invoices.TRANSITIONS:
        raise Refused(NOT_MODIFIABLE, guid=guid)
    wanted = element.get("Status") or existing["Status"]
    if applied(existing) and wanted != existing["Status"]:
        raise Refused(invoices.SETTLED, guid=guid)
    if wanted not in invoices.TRANSITIONS[existing["Status"]]:
        raise Refused(NOT_MODIFIABLE, guid=guid)


def _amounts_changed(record: Record, existing: Record) -> bool:
    keys = ("Total", "TotalTax", "Date", "ContactID", "CurrencyCode", "LineItems")
    return any(record[key] != existing[key] for key in keys)
