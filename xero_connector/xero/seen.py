"""What Xero holds of documents and payments at a moment, as it lists them.

Reading tolerates what is new: a status, kind or currency that we do not know is kept as text, and
a row without the little that we rely on is left out and counted, so that one senseless row hides
no other.
"""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from . import codec, envelope, errors
from .const import IDENTITY

# What a payment pays: key of its document → (resource, name of the document's id).
PAID_DOCUMENTS = {
    "Invoice": ("Invoices", "InvoiceID"),
    "CreditNote": ("CreditNotes", "CreditNoteID"),
    "Prepayment": ("Prepayments", "PrepaymentID"),
    "Overpayment": ("Overpayments", "OverpaymentID"),
}


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """A document as Xero lists it. Amounts are in its own currency; None where Xero says none.

    `due` is what is left to pay, of a credit note what is left to allocate. `updated_at` is naive
    UTC. `element` is the row itself, numbers exact.
    """

    resource: str
    xero_id: str
    kind: str = ""
    number: str | None = None
    status: str = ""
    contact_id: str | None = None
    currency: str | None = None
    untaxed: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    due: Decimal | None = None
    paid: Decimal | None = None
    credited: Decimal | None = None
    updated_at: datetime.datetime | None = None
    element: dict = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SeenPayment:
    """A payment as Xero lists it; `resource` and `document_id` name what it pays.

    `amount` is in the document's `currency`, `bank_amount` in the bank account's.
    """

    payment_id: str
    status: str = ""
    payment_type: str = ""
    resource: str | None = None
    document_id: str | None = None
    currency: str | None = None
    date: datetime.date | None = None
    amount: Decimal | None = None
    bank_amount: Decimal | None = None
    currency_rate: Decimal | None = None
    reference: str | None = None
    account_id: str | None = None
    batch_id: str | None = None
    is_reconciled: bool = False
    updated_at: datetime.datetime | None = None

    @property
    def xero_id(self):
        return self.payment_id


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page of a list: `rows` that make sense, how many rows it had in all, and how many make
    no sense."""

    rows: tuple
    size: int = 0
    senseless: int = 0


def documents(resource, body):
    """A page of documents, or the answer to a look at one.

    :param str resource: `Invoices`, `CreditNotes` or `PurchaseOrders`
    :param bytes body: the answer; empty when nothing has changed
    :rtype: SeenPage
    :raises errors.Unreadable: if it is no list at all
    """
    return _page(resource, body, lambda row: _document(resource, row))


def payments(body):
    """A page of payments.

    :rtype: SeenPage
    :raises errors.Unreadable: if it is no list at all
    """
    return _page("Payments", body, _payment)


def _page(key, body, read):
    if not body:
        return SeenPage(())
    found, rows = [], envelope.values(key, body)
    for row in rows:
        try:
            found.append(read(row if isinstance(row, dict) else {}))
        except errors.Unreadable:
            continue
    return SeenPage(tuple(found), len(rows), len(rows) - len(found))


def _document(resource, row):
    id_name, number_name = IDENTITY[resource]
    contact = row.get("Contact")
    return SeenDocument(
        resource=resource,
        xero_id=_guid(row.get(id_name)),
        kind=envelope.plain(row.get("Type")) or "",
        number=envelope.plain(row.get(number_name)),
        status=envelope.plain(row.get("Status")) or "",
        contact_id=envelope.plain(contact.get("ContactID")) if isinstance(contact, dict) else None,
        currency=envelope.plain(row.get("CurrencyCode")),
        untaxed=envelope.amount(row.get("SubTotal")),
        tax=envelope.amount(row.get("TotalTax")),
        total=envelope.amount(row.get("Total")),
        due=envelope.amount(
            row.get("RemainingCredit" if resource == "CreditNotes" else "AmountDue")
        ),
        paid=envelope.amount(row.get("AmountPaid")),
        credited=envelope.amount(row.get("AmountCredited")),
        updated_at=moment(row.get("UpdatedDateUTC")),
        element=row,
    )


def _payment(row):
    resource = document_id = currency = None
    for key, (paid, id_name) in PAID_DOCUMENTS.items():
        document = row.get(key)
        if isinstance(document, dict) and codec.is_guid(document.get(id_name)):
            resource, document_id = paid, document[id_name].lower()
            currency = envelope.plain(document.get("CurrencyCode"))
            # A refund names its credit note as an invoice of the note's type.
            if str(document.get("Type")).endswith("CREDIT"):
                resource = "CreditNotes"
            break
    account = row.get("Account")
    return SeenPayment(
        payment_id=_guid(row.get("PaymentID")),
        status=envelope.plain(row.get("Status")) or "",
        payment_type=envelope.plain(row.get("PaymentType")) or "",
        resource=resource,
        document_id=document_id,
        currency=currency,
        date=_day(row.get("Date")),
        amount=envelope.amount(row.get("Amount")),
        bank_amount=envelope.amount(row.get("BankAmount")),
        currency_rate=envelope.amount(row.get("CurrencyRate")),
        reference=envelope.plain(row.get("Reference")) or None,
        account_id=envelope.plain(account.get("AccountID")) if isinstance(account, dict) else None,
        batch_id=_batch_id(row),
        is_reconciled=row.get("IsReconciled") is True,
        updated_at=moment(row.get("UpdatedDateUTC")),
    )


def _batch_id(row):
    batch = row.get("BatchPayment")
    named = batch.get("BatchPaymentID") if isinstance(batch, dict) else None
    return envelope.plain(row.get("BatchPaymentID") or named)


def _guid(value):
    """A GUID in small letters, the one thing that a row must have.

    :raises errors.Unreadable: if it has none
    """
    if not codec.is_guid(value):
        raise errors.Unreadable("field", "A row of Xero's answer has no id.")
    return value.lower()


def moment(value):
    """One of Xero's moments as naive UTC in whole seconds, which is how Odoo keeps them; None for
    anything else."""
    try:
        found = codec.xero_datetime(value)
    except errors.Unreadable:
        return None
    if not isinstance(found, datetime.datetime):
        return None
    if found.tzinfo:
        found = found.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return found.replace(microsecond=0)


def _day(value):
    found = moment(value)
    return found and found.date()
