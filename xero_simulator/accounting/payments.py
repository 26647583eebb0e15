"""Payments of invoices and refunds of credit notes: made whole, deleted whole, never changed."""

from __future__ import annotations

from decimal import Decimal

from . import documents, invoices
from .answers import Refused
from .credit_notes import apply_credit
from .notation import SIX_PLACES, ZERO, decimals, read_date
from .tables import Record

NO_DOCUMENT = "The document with the supplied id was not found for this endpoint."
TYPES = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
}


def create_payment(organisation, element: Record) -> Record:
    """Pay an invoice or refund a credit note, or refuse it with every reason."""
    if element.get("PaymentID"):
        raise Refused("Payments cannot be changed, only deleted.")
    document = _document(organisation, element)
    if document is None:
        raise Refused(NO_DOCUMENT)
    is_invoice = "InvoiceID" in document
    open_amount = document["AmountDue"] if is_invoice else document["RemainingCredit"]
    problems: list[str] = []
    amount = Decimal(element.get("Amount") or 0)
    if amount <= 0:
        problems.append("Payment amounts must be positive amounts")
    elif decimals(amount) > 2:
        problems.append("Payment amounts must have no more than 2 decimals")
    elif amount > open_amount:
        problems.append("Payment amount exceeds the amount outstanding on this document")
    if document["Status"] != "AUTHORISED":
        problems.append("Payments can only be made against Authorised documents")
    account = _account(organisation, element.get("Account") or {})
    if account is None:
        problems.append("Account could not be found, or payments to it are not enabled.")
    rate = Decimal(element.get("CurrencyRate") or document["CurrencyRate"]).quantize(SIX_PLACES)
    bank_amount = _bank_amount(organisation, element, document, account, amount, rate, problems)
    day = read_date(element["Date"]) if element.get("Date") else organisation.today()
    locked = documents.lock_problem(organisation, day)
    if locked:
        problems.append(locked)
    if "CreateInvoicePayment" in organisation.denied_actions:
        problems.append(
            "The User specified does not have the correct permissions to perform this action"
        )
    if problems:
        raise Refused(*dict.fromkeys(problems))
    amount = amount.quantize(ZERO)
    record = {
        "PaymentID": organisation.new_guid(),
        "DocumentID": document["InvoiceID" if is_invoice else "CreditNoteID"],
        "AccountID": account["AccountID"],
        "Date": day,
        "Amount": amount,
        "BankAmount": bank_amount,
        "Reference": element.get("Reference") or "",
        "CurrencyRate": rate,
        "PaymentType": TYPES[document["Type"]],
        "Status": "AUTHORISED",
        "IsReconciled": bool(element.get("IsReconciled")),
    }
    organisation.payments.save(documents.touch(organisation, record))
    _apply(organisation, document, amount, day)
    return record


def delete_payment(organisation, record: Record, with_batch: bool = False) -> Record:
    """Delete a payment; what it paid is open again. One of a batch goes with its batch alone."""
    if record.get("BatchPaymentID") and not with_batch:
        raise Refused(
            "This payment is part of a batch payment and cannot be deleted by itself.",
            guid=record["PaymentID"],
        )
    if record["Status"] == "DELETED":
        raise Refused("Payment has already been deleted.", guid=record["PaymentID"])
    if record["IsReconciled"]:
        raise Refused(
            "This payment cannot be deleted as it has been reconciled with a bank transaction.",
            guid=record["PaymentID"],
        )
    locked = documents.lock_problem(organisation, record["Date"])
    if locked:
        raise Refused(locked, guid=record["PaymentID"])
    changed = documents.touch(organisation, {**record, "Status": "DELETED"})
    organisation.payments.save(changed)
    guid = record["DocumentID"]
    document = organisation.invoices.get(guid) or organisation.credit_notes[guid]
    _apply(organisation, document, -record["Amount"], record["Date"])
    return changed


def _bank_amount(organisation, element, document, account, amount, rate, problems) -> Decimal:
    """Return the amount in the currency of the bank account.

    A bank account keeps the document's currency or the organisation's own; an account that is no
    bank account keeps the organisation's own.
    """
    given = element.get("BankAmount")
    paid = document["CurrencyCode"]
    own = organisation.base_currency
    kept = ((account or {}).get("CurrencyCode") or own) if account else own
    if kept == paid:
        if given and Decimal(given) != amount:
            problems.append("The BankAmount must equal the Amount in the currency of the account.")
        return amount.quantize(ZERO)
    if own not in (kept, paid):
        problems.append("The currency of the account is neither the document's nor your own.")
        return amount.quantize(ZERO)
    if given:
        return Decimal(given).quantize(ZERO)
    return (amount / rate if kept == own else amount * rate).quantize(ZERO)


def _apply(organisation, document: Record, amount: Decimal, day) -> None:
    if "InvoiceID" not in document:
        apply_credit(organisation, document, amount)
        return
    paid = document["AmountPaid"] + amount
    changes = {"AmountPaid": paid}
    if paid + document["AmountCredited"] == document["Total"]:
        changes["FullyPaidOnDate"] = day
    invoices.settle(organisation, document, **changes)


def _document(organisation, element: Record) -> Record | None:
    """Return the one document that a payment names, by id or by its unique number."""
    invoice, note = element.get("Invoice") or {}, element.get("CreditNote") or {}
    if bool(invoice) == bool(note):
        return None
    if invoice.get("InvoiceID"):
        return organisation.invoices.get(invoice["InvoiceID"].lower())
    if note.get("CreditNoteID"):
        return organisation.credit_notes.get(note["CreditNoteID"].lower())
    table, number = (
        (organisation.invoices, invoice.get("InvoiceNumber"))
        if invoice
        else (organisation.credit_notes, note.get("CreditNoteNumber"))
    )
    found = table.find("number", number.strip().casefold()) if number else ()
    return found[0] if found else None


def _account(organisation, given: Record) -> Record | None:
    account = None
    if given.get("AccountID"):
        account = organisation.accounts.get(given["AccountID"].lower())
    elif given.get("Code"):
        account = organisation.account_by_code(given["Code"])
    if account is None or account["Status"] != "ACTIVE":
        return None
    return account if account["Type"] == "BANK" or account["EnablePaymentsToAccount"] else None
