"""What becomes of a payment in Odoo in Xero: decided here, done in `models/`.

Xero deletes payments and never changes them, and it has no number by which it would refuse a second
one (https://developer.xero.com/documentation/api/accounting/payments). So each of ours carries a
mark in its reference: by it one is found when an answer was lost, and told from those of people
when it comes back.
"""

import datetime
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from . import codec, const

CENT = Decimal("0.01")
SIX_PLACES = Decimal("0.000001")

# What a document is paid by: resource → (key in a payment, name of its id).
PAYABLE = {
    "Invoices": ("Invoice", "InvoiceID"),
    "CreditNotes": ("CreditNote", "CreditNoteID"),
}

MARK = re.compile(r"\(Odoo ([0-9a-f]{12})\.([0-9]{1,6})\)")


# === THE MARK === #

@dataclass(frozen=True, slots=True)
class Mark:
    """Whose payment it is, and which attempt to send it made it."""

    identity: str
    attempt: int


def reference(words, mark):
    """The reference of a payment in Xero: what a person reads, and our mark behind it.

    :param str words: e.g. the payment's number in Odoo; may be None
    :param Mark mark: ours
    :rtype: str
    """
    tail = f"(Odoo {mark.identity}.{mark.attempt})"
    words = codec.clean_text(words, const.LENGTHS["Reference"] - len(tail) - 1)
    return " ".join(filter(None, (words, tail)))


def mark_of(text):
    """The mark in a reference; None when it has none: it is not a payment of ours.

    :rtype: Mark | None
    """
    found = MARK.findall(text or "")
    return Mark(found[-1][0], int(found[-1][1])) if found else None


# === MONEY === #

@dataclass(frozen=True, slots=True)
class Entry:
    """How Odoo booked the payment's side: `amount` of `currency`, worth `balance` of the
    company's own; `moved` is the part of `amount` that this document got."""

    currency: str
    amount: Decimal
    balance: Decimal
    moved: Decimal


@dataclass(frozen=True, slots=True)
class Worth:
    """What Xero is told of money besides the amount: what the bank got or gave, or the rate
    (foreign for one own); both None where all is in the organisation's own currency."""

    bank_amount: Decimal | None = None
    rate: Decimal | None = None


def worth_of(amount, entry, *, document, bank, own):
    """What Xero has to be told so that it books what Odoo booked.

    :param Decimal amount: what the document got, in its currency
    :param Entry entry: the payment's side in Odoo
    :param str document: code of the document's currency
    :param str bank: code of the currency of the account in Xero
    :param str own: code of the company's
    :return: None if Xero cannot book it so
    :rtype: Worth
    """
    if document == bank == own:
        return Worth()
    if document == bank and entry.currency == document and entry.balance:
        return Worth(rate=(entry.amount / entry.balance).quantize(SIX_PLACES, ROUND_HALF_UP))
    if own not in (document, bank) or document == bank:
        return None
    if entry.currency == bank:
        return Worth(bank_amount=_cents(entry.moved))
    if bank == own and entry.currency == document and entry.amount:
        return Worth(bank_amount=_cents(amount * entry.balance / entry.amount))
    return None


def _cents(value):
    return value.quantize(CENT, ROUND_HALF_UP)


# === THE DECISION === #

@dataclass(frozen=True, slots=True)
class Pay:
    """A payment of one document: `amount` in the document's currency, `journal` the id of Odoo's
    journal that the money went through."""

    amount: Decimal
    date: datetime.date
    worth: Worth = Worth()
    journal: int | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known where a payment shall go.

    `approved`: Xero takes payments of the document; `due`: what it still owes there; `strange`:
    what is paid there and Odoo does not know of; `mapped` is `one`, `none` or `several`: the
    accounts in Xero that stand for its journal; `bookable`: whether Xero can book it in these
    currencies; `composed`: its entry in Odoo books something besides, such as a write-off, which
    Xero would take for money in the bank; `reconciled`: with a statement in Xero, which holds on
    to it.
    """

    approved: bool
    due: Decimal
    strange: Decimal = Decimal(0)
    mapped: str = "one"
    bookable: bool = True
    composed: bool = False
    reconciled: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """What to do: `send`, `remove` (from Xero), `nothing`, `drop` (nothing is wanted and nothing
    stands), `wait` or `tell`, with the reason of the last two: `unmapped`; `several`, `currency`,
    `composed`, `decimals`, `strange`, `exceeds`, `reconciled`."""

    kind: str
    reason: str | None = None


def decide(wanted, standing, ground):
    """What to do about one payment.

    :param Pay wanted: how Odoo's books have it now; None when it pays the document no more
    :param Pay standing: how it stands in Xero; None when it does not
    :param Ground ground: what is known
    :rtype: Move
    """
    if standing is not None:
        if wanted == standing:
            return Move("nothing")
        return Move("tell", "reconciled") if ground.reconciled else Move("remove")
    if wanted is None or not ground.approved:
        return Move("drop")
    if ground.mapped != "one":
        return Move("wait", "unmapped") if ground.mapped == "none" else Move("tell", "several")
    if wanted.amount != _cents(wanted.amount):
        return Move("tell", "decimals")
    if not ground.bookable:
        return Move("tell", "currency")
    if ground.composed:
        return Move("tell", "composed")
    if ground.strange > 0:
        return Move("tell", "strange")
    if wanted.amount > ground.due:
        return Move("tell", "exceeds")
    return Move("send")


# === LOOKING IT UP === #

@dataclass(frozen=True, slots=True)
class Listed:
    """A payment as its document lists it; `mark` is None of one that is not ours."""

    payment_id: str
    mark: Mark | None
    amount: Decimal | None
    date: datetime.date | None
    has_reference: bool


def listed(element, read_date):
    """The payments that an invoice or credit note lists: those that were not deleted.

    :param dict element: the document in an answer, numbers as `Decimal`
    :param read_date: function of a date as Xero writes it
    :return: None if the answer does not list them
    :rtype: list[Listed] | None
    """
    rows = element.get("Payments")
    if not isinstance(rows, list):
        return None
    found = []
    for row in rows:
        if not isinstance(row, dict) or not codec.is_guid(row.get("PaymentID")):
            return None
        amount, text = row.get("Amount"), row.get("Reference")
        found.append(Listed(
            row["PaymentID"].lower(),
            mark_of(text) if isinstance(text, str) else None,
            Decimal(amount) if isinstance(amount, Decimal | int) else None,
            read_date(row.get("Date")),
            bool(text),
        ))
    return found


def strangers(rows, known_ids, identities):
    """What is paid by payments that a document lists and Odoo does not know.

    :param list rows: `Listed`
    :param known_ids: Xero's ids of those that were sent or registered
    :param identities: of those that were sent, whichever attempt arrived
    :rtype: Decimal
    """
    return sum((
        row.amount or Decimal(0) for row in rows
        if row.payment_id not in known_ids
        and not (row.mark and row.mark.identity in identities)
    ), Decimal(0))


def judge(identity, pay, rows):
    """What became of a payment whose answer was lost.

    :param str identity: that its mark has, whichever attempt arrived
    :param Pay pay: what was sent
    :param list rows: what its document lists; None when that is not known
    :return: (`adopt`, the row), (`again`, None) when it never arrived, (`twice`, the second row),
        or (`unsure`, None) when one that looks like it does not say whose it is
    """
    if rows is None:
        return "unsure", None
    ours = [row for row in rows if row.mark and row.mark.identity == identity]
    if ours:
        return ("adopt", ours[0]) if len(ours) == 1 else ("twice", ours[1])
    alike = any(
        not row.has_reference and (row.amount, row.date) == (pay.amount, pay.date) for row in rows
    )
    return ("unsure" if alike else "again"), None


# === THE CALL === #

def element(pay, *, resource, document_id, account_id, text):
    """The bytes of one payment of a request.

    :param Pay pay: what is paid
    :param str resource: `Invoices` or `CreditNotes`
    :param str document_id: Xero's GUID of the document
    :param str account_id: Xero's GUID of the bank account
    :param str text: the reference, with the mark
    :rtype: bytes
    """
    key, id_name = PAYABLE[resource]
    values = {
        key: {id_name: document_id},
        "Account": {"AccountID": account_id},
        "Date": pay.date,
        "Amount": pay.amount,
        "BankAmount": pay.worth.bank_amount,
        "CurrencyRate": pay.worth.rate,
        "Reference": text,
    }
    return codec.encode_element({name: one for name, one in values.items() if one is not None})


def removal(payment_id):
    """The body that deletes a payment, the only change that Xero knows of one.

    :rtype: bytes
    """
    return codec.encode_element({"PaymentID": payment_id, "Status": "DELETED"})
