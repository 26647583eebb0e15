"""Batch payments: one movement of a bank account that pays several invoices or bills.

Its payments are payments like others, which name their batch; they come and go together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from . import documents, payments
from .answers import Refused
from .notation import ZERO
from .tables import Record


def create_batch(
    organisation, amounts: Mapping[str, Decimal], account_id: str, day: date, details: str = ""
) -> Record:
    """Pay several documents of one side at once, or refuse it with every reason."""
    paid = [organisation.invoices.get(guid) for guid in amounts]
    if not paid or None in paid:
        raise Refused(payments.NO_DOCUMENT)
    kinds = {record["Type"] for record in paid}
    if len(kinds) > 1:
        raise Refused("All payments of a batch must be of the same type.")
    if len({record["CurrencyCode"] for record in paid}) > 1:
        raise Refused("All payments of a batch must have the same currency.")
    guid = organisation.new_guid()
    for invoice_id, amount in amounts.items():
        element = {
            "Invoice": {"InvoiceID": invoice_id},
            "Account": {"AccountID": account_id},
            "Amount": Decimal(amount),
            "Date": day.isoformat(),
        }
        record = payments.create_payment(organisation, element)
        organisation.payments.save({**record, "BatchPaymentID": guid})
    record = {
        "BatchPaymentID": guid,
        "AccountID": account_id,
        "Date": day,
        "Details": details,
        "Type": "RECBATCH" if kinds == {"ACCREC"} else "PAYBATCH",
        "Status": "AUTHORISED",
        "TotalAmount": sum(map(Decimal, amounts.values())).quantize(ZERO),
        "IsReconciled": False,
    }
    return organisation.batch_payments.save(documents.touch(organisation, record))


def delete_batch(organisation, record: Record) -> Record:
    """Delete a batch with all its payments."""
    if record["Status"] == "DELETED":
        raise Refused("Payment has already been deleted.", guid=record["BatchPaymentID"])
    for one in organisation.payments.find("batch", record["BatchPaymentID"]):
        payments.delete_payment(organisation, one, with_batch=True)
    changed = documents.touch(organisation, {**record, "Status": "DELETED"})
    return organisation.batch_payments.save(changed)
