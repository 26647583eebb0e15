"""Allocating a credit note to invoices of the same contact and currency, and taking it back."""

from __future__ import annotations

from decimal import Decimal

from . import documents, invoices
from .answers import Refused
from .credit_notes import apply_credit
from .notation import ZERO, decimals, read_date
from .tables import Record

SIDES = {"ACCRECCREDIT": "ACCREC", "ACCPAYCREDIT": "ACCPAY"}


def allocate(organisation, credit_note_id: str, element: Record) -> Record:
    """Allocate a part of a credit note to an invoice, or refuse it with every reason."""
    note = organisation.credit_notes[credit_note_id]
    guid = ((element.get("Invoice") or {}).get("InvoiceID") or "").lower()
    invoice = organisation.invoices.get(guid)
    if invoice is None:
        raise Refused("The document with the supplied id was not found for this endpoint.")
    problems: list[str] = []
    amount = Decimal(element.get("Amount") or 0)
    if amount <= 0 or decimals(amount) > 2:
        problems.append("Payment amounts must be positive amounts")
    elif amount > invoice["AmountDue"] or amount > note["RemainingCredit"]:
        problems.append("Payment amount exceeds the amount outstanding on this document")
    if note["Status"] != "AUTHORISED":
        problems.append("The credit note must be AUTHORISED to be allocated.")
    if invoice["Status"] != "AUTHORISED" or invoice["Type"] != SIDES[note["Type"]]:
        problems.append("A credit note can only be allocated to an AUTHORISED invoice of its kind.")
    if invoice["ContactID"] != note["ContactID"]:
        problems.append("The invoice and the credit note must have the same contact.")
    if invoice["CurrencyCode"] != note["CurrencyCode"]:
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
            "CreditNoteID": credit_note_id,
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
    apply_credit(organisation, organisation.credit_notes[record["CreditNoteID"]], amount)
    invoice = organisation.invoices[record["InvoiceID"]]
    credited = invoice["AmountCredited"] + amount
    changes = {"AmountCredited": credited}
    if credited + invoice["AmountPaid"] == invoice["Total"]:
        changes["FullyPaidOnDate"] = record["Date"]
    invoices.settle(organisation, invoice, **changes)
