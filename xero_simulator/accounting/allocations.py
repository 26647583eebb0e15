"""Allocating credit to invoices of the same contact and currency, and taking it back.

Credit is what a credit note, an overpayment or a prepayment has left.
"""

from __future__ import annotations

from decimal import Decimal

from . import credits_on_account, documents, invoices
from .answers import Refused
from .credit_notes import apply_credit
from .notation import ZERO, decimals, read_date
from .tables import Record

SALES_CREDIT = ("ACCRECCREDIT", "RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT")


def source_of(organisation, guid: str) -> tuple[str, Record] | None:
    """Return what holds credit under a GUID, with its resource."""
    if guid in organisation.credit_notes:
        return "CreditNotes", organisation.credit_notes[guid]
    if guid in organisation.credits:
        record = organisation.credits[guid]
        return record["Resource"], record
    return None


def allocate(organisation, source_id: str, element: Record) -> Record:
    """Allocate a part of a credit to an invoice, or refuse it with every reason."""
    resource, source = source_of(organisation, source_id)
    guid = ((element.get("Invoice") or {}).get("InvoiceID") or "").lower()
    invoice = organisation.invoices.get(guid)
    if invoice is None:
        raise Refused("The document with the supplied id was not found for this endpoint.")
    problems: list[str] = []
    amount = Decimal(element.get("Amount") or 0)
    if amount <= 0 or decimals(amount) > 2:
        problems.append("Payment amounts must be positive amounts")
    elif amount > invoice["AmountDue"] or amount > source["RemainingCredit"]:
        problems.append("Payment amount exceeds the amount outstanding on this document")
    if source["Status"] != "AUTHORISED":
        problems.append("The credit note must be AUTHORISED to be allocated.")
    side = "ACCREC" if source["Type"] in SALES_CREDIT else "ACCPAY"
    if invoice["Status"] != "AUTHORISED" or invoice["Type"] != side:
        problems.append("A credit note can only be allocated to an AUTHORISED invoice of its kind.")
    if invoice["ContactID"] != source["ContactID"]:
        problems.append("The invoice and the credit note must have the same contact.")
    if invoice["CurrencyCode"] != source["CurrencyCode"]:
        problems.append("The invoice and the credit note must have the same currency.")
    day = read_date(element["Date"]) if element.get("Date") else organisation.today()
    locked = documents.lock_problem(organisation, day)
    if locked:
        problems.append(locked)
    if problems:
        raise Refused(*problems)
    amount = amount.quantize(ZERO)
    record = organisation.allocations.save(
        {
            "AllocationID": organisation.new_guid(),
            "Resource": resource,
            "SourceID": source_id,
            "InvoiceID": guid,
            "Amount": amount,
            "Date": day,
        }
    )
    _apply(organisation, record, amount)
    return record


def deallocate(organisation, record: Record) -> None:
    """Take an allocation back."""
    organisation.allocations.remove(record["AllocationID"])
    _apply(organisation, record, -record["Amount"])


def _apply(organisation, record: Record, amount: Decimal) -> None:
    _resource, source = source_of(organisation, record["SourceID"])
    if record["Resource"] == "CreditNotes":
        apply_credit(organisation, source, amount)
    else:
        credits_on_account.use(organisation, source, amount)
    invoice = organisation.invoices[record["InvoiceID"]]
    credited = invoice["AmountCredited"] + amount
    changes = {"AmountCredited": credited}
    if credited + invoice["AmountPaid"] == invoice["Total"]:
        changes["FullyPaidOnDate"] = record["Date"]
    invoices.settle(organisation, invoice, **changes)
