"""Sales invoices and bills: their fields, their states, and what may change in which state."""

from __future__ import annotations

from urllib.parse import urlsplit

from . import documents
from .answers import Refused
from .documents import Draft, Kind
from .notation import ZERO, read_date
from .tables import Record

INVOICE = Kind(
    "Invoices", "Invoice", "InvoiceID", "InvoiceNumber", lambda org: org.invoices,
    ("ACCREC", "ACCPAY"), "INV-",
)  # fmt: skip

NOT_MODIFIABLE = "Invoice not of valid status for modification"
SETTLED = "This document cannot be edited as it has a payment or credit note allocated to it."

#            ┌───────────────► DELETED
#            │           ┌───► DELETED
#   DRAFT ◄──┴► SUBMITTED┘
#     │            │
#     └────────────┴──► AUTHORISED ──► VOIDED
#                           │ ▲
#                           ▼ │  (payments and credits only)
#                          PAID
TRANSITIONS = {
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("SUBMITTED", "DRAFT", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
}
CREATABLE = ("DRAFT", "SUBMITTED", "AUTHORISED")

# What a settled document still lets change; lines keep their amounts.
SETTLED_FIELDS = ("Reference", "DueDate", "InvoiceNumber", "BrandingThemeID", "ContactID", "Url",
                  "PlannedPaymentDate", "ExpectedPaymentDate", "SentToContact")  # fmt: skip
SETTLED_LINE_FIELDS = ("Description", "AccountCode", "AccountID", "Tracking", "TaxType")


def save_invoice(
    organisation, element: Record, existing: Record | None, places: int, app: str = ""
) -> Draft:
    """Create or change an invoice, or refuse it with every reason."""
    guid = existing["InvoiceID"] if existing else None
    if existing:
        check_open(existing, element)
        if element.get("Type") and element["Type"] != existing["Type"]:
            raise Refused("The type of an invoice cannot be changed.", guid=guid)
    status = _next_status(element, existing)
    drafted = documents.draft(organisation, INVOICE, element, existing, places)
    record = drafted.record
    documents.set_number(
        organisation, INVOICE, element, existing, drafted, "Invoice # must be unique."
    )
    documents.set_branding(organisation, element, drafted)
    _fields(element, drafted)
    check_status(organisation, drafted, existing, status)
    set_sent(element, drafted)
    drafted.finish(guid)
    if existing is None:
        record["CreatedBy"] = app
    _amounts(record, existing)
    documents.touch(organisation, record)
    _follow_contact(organisation, record)
    organisation.announce("INVOICE", "UPDATE" if existing else "CREATE", record["InvoiceID"])
    organisation.invoices.save(record)
    return drafted


def check_open(existing: Record, element: Record) -> None:
    """Refuse an edit of a document that nobody may edit any more."""
    guid = existing["InvoiceID"]
    if existing["Status"] not in TRANSITIONS:
        raise Refused(NOT_MODIFIABLE, guid=guid)
    wanted = element.get("Status") or existing["Status"]
    if settled(existing):
        if wanted == "VOIDED":
            raise Refused(SETTLED, guid=guid)
        if wanted != existing["Status"]:
            text = f"The status {wanted} cannot be applied to the invoice because it has "
            raise Refused(text + "payments or credit notes allocated to it.", guid=guid)
    elif wanted not in TRANSITIONS[existing["Status"]]:
        raise Refused(NOT_MODIFIABLE, guid=guid)


def settled(record: Record) -> bool:
    """Tell whether a payment or a credit is allocated to an invoice."""
    return bool(record["AmountPaid"] or record["AmountCredited"])


def _next_status(element: Record, existing: Record | None) -> str:
    if existing:
        return element.get("Status") or existing["Status"]
    status = element.get("Status") or "DRAFT"
    if status not in CREATABLE:
        raise Refused("Invoice not of valid status for creation")
    return status


def _fields(element: Record, drafted: Draft) -> None:
    record, problems = drafted.record, drafted.problems
    for key in ("DueDate", "ExpectedPaymentDate", "PlannedPaymentDate"):
        if element.get(key):
            record[key] = read_date(element[key])
    if record["Type"] == "ACCREC":
        record["Reference"] = element.get("Reference", record.get("Reference")) or ""
    else:
        record["Reference"] = ""
    url = element.get("Url")
    if url:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            problems.append("Url must be a valid absolute web address.")
        elif "xero" in url.lower():
            problems.append("The Url field must not contain the word 'xero'.")
        record["Url"] = url


def check_status(organisation, drafted: Draft, existing: Record | None, status: str) -> None:
    """Apply the wanted status and note what stands against it."""
    record = drafted.record
    before = existing["Status"] if existing else None
    needed = _action(record["Type"], status)
    if needed in organisation.denied_actions:
        drafted.problems.append(
            "The User specified does not have the correct permissions to perform this action"
        )
    if before == "AUTHORISED":
        locked = documents.lock_problem(organisation, existing["Date"])
        if locked:
            drafted.problems.append(locked)
        if settled(existing):
            _check_settled(existing, drafted)
    if status == "AUTHORISED":
        documents.check_approval(organisation, drafted, due=True)
        if before != "AUTHORISED" and _limit_reached(organisation, record["Type"]):
            drafted.problems.append("You have reached the limit of invoices you can approve")
    record["Status"] = status


def set_sent(element: Record, drafted: Draft) -> None:
    """Set the sent flag, which only an approved document may carry."""
    sent = element.get("SentToContact")
    if sent is None or sent == drafted.record["SentToContact"]:
        return
    if drafted.record["Status"] in ("AUTHORISED", "PAID"):
        drafted.record["SentToContact"] = sent
    elif sent:
        drafted.warnings.append("Only AUTHORISED invoices may have SentToContact updated.")


def _check_settled(existing: Record, drafted: Draft) -> None:
    record = drafted.record
    if record["Date"] != existing["Date"]:
        drafted.problems.append(
            "Date cannot be changed on an invoice that has payment or credit notes allocated to it."
        )
    if existing["AmountCredited"] and record.get("ContactID") != existing["ContactID"]:
        drafted.problems.append(SETTLED)
    changed = {key for key in record if record[key] != existing.get(key)}
    changed -= {*SETTLED_FIELDS, "Date", "UpdatedDateUTC", "LineItems"}
    if changed or not _same_amounts(record["LineItems"], existing["LineItems"]):
        drafted.problems.append(SETTLED)


def _same_amounts(lines: tuple, before: tuple) -> bool:
    def amounts(line: Record) -> Record:
        return {key: line[key] for key in line if key not in SETTLED_LINE_FIELDS}

    return [amounts(line) for line in lines] == [amounts(line) for line in before]


def _action(document_type: str, status: str) -> str:
    noun = "Invoice" if document_type == "ACCREC" else "Bill"
    return f"CreateApproved{noun}" if status == "AUTHORISED" else f"CreateDraft{noun}"


def _limit_reached(organisation, document_type: str) -> bool:
    """Tell whether a small plan's monthly number of approved documents is used up."""
    limit = organisation.approval_limit
    if limit is None:
        return False
    month = organisation.now().strftime("%Y-%m")
    approved = sum(
        1
        for record in organisation.invoices.values()
        if record["Type"] == document_type
        and record["Status"] in ("AUTHORISED", "PAID")
        and record["UpdatedDateUTC"].strftime("%Y-%m") == month
    )
    return approved >= limit


def _amounts(record: Record, existing: Record | None) -> None:
    if existing is None:
        record["AmountPaid"] = record["AmountCredited"] = ZERO
    if record["Status"] in ("VOIDED", "DELETED"):
        record["AmountDue"] = ZERO
    else:
        record["AmountDue"] = record["Total"] - record["AmountPaid"] - record["AmountCredited"]


def _follow_contact(organisation, record: Record) -> None:
    """Mark the contact as customer or supplier; that does not count as a change of it."""
    key = "IsCustomer" if record["Type"] == "ACCREC" else "IsSupplier"
    contact = organisation.contacts[record["ContactID"]]
    if not contact[key]:
        organisation.contacts.save({**contact, key: True})


def settle(organisation, record: Record, **changes) -> Record:
    """Store changed payments or credits of an invoice, and what follows for its status."""
    changed = {**record, **changes}
    changed["AmountDue"] = changed["Total"] - changed["AmountPaid"] - changed["AmountCredited"]
    changed["Status"] = "AUTHORISED" if changed["AmountDue"] else "PAID"
    if changed["Status"] == "AUTHORISED":
        changed.pop("FullyPaidOnDate", None)
    documents.touch(organisation, changed)
    organisation.announce("INVOICE", "UPDATE", changed["InvoiceID"])
    return organisation.invoices.save(changed)
