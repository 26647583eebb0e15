"""What becomes of a payment in Xero in Odoo's books: decided here, done in `models/`.

Nothing is forced: what a closed period, a bank statement or another payment stands against is told
to a person, and stays as it is.
"""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from . import envelope, errors

CENT = Decimal("0.01")


# === WHAT IS KNOWN === #

@dataclass(frozen=True, slots=True)
class Paid:
    """What Xero says of a payment or an allocation; `amount` in the document's currency."""

    amount: Decimal
    date: datetime.date
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """What stands in Odoo for it. `matched`: a bank statement or another document holds on to it;
    `locked`: its entry is in a closed period."""

    amount: Decimal
    date: datetime.date
    matched: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What Odoo's books allow now.

    `open` is what the document still owes in its currency, `locked` whether the day of the payment
    is in a closed period, `mapped` whether it is known where the money is in Odoo, `since` the
    first day that is registered at all.
    """

    posted: bool
    open: Decimal
    locked: bool = False
    mapped: bool = True
    currency: bool = True
    since: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What to do: `book`, `undo`, `rebook`, `nothing`, `drop` (it is gone and nothing was booked),
    `leave` (older than what is registered), `wait` or `tell`, with the reason of the last two:
    `unmapped`; `nothing`, `not_posted`, `currency`, `locked`, `paid`, `exceeds`, `matched`,
    `closed`."""

    kind: str
    reason: str | None = None


# === THE DECISION === #

def decide(paid, booked, ground):
    """What to do about one payment.

    :param Paid paid: what Xero says
    :param Booked booked: what stands in Odoo for it; None when nothing does
    :param Ground ground: what the books allow
    :rtype: Move
    """
    if booked is None:
        return Move("drop") if paid.removed else _decide_new(paid, ground)
    if (paid.amount, paid.date, paid.removed) == (booked.amount, booked.date, False):
        return Move("nothing")
    if booked.matched:
        return Move("tell", "matched")
    if booked.locked:
        return Move("tell", "closed")
    if paid.removed:
        return Move("undo")
    freed = Ground(
        ground.posted, ground.open + booked.amount, ground.locked, ground.mapped, ground.currency
    )
    again = _decide_new(paid, freed)
    return Move("rebook") if again.kind == "book" else again


def _decide_new(paid, ground):
    if ground.since and paid.date < ground.since:
        return Move("leave")
    if paid.amount <= 0:
        return Move("tell", "nothing")
    if not ground.posted:
        return Move("tell", "not_posted")
    if not ground.mapped:
        return Move("wait", "unmapped")
    if not ground.currency:
        return Move("tell", "currency")
    if ground.locked:
        return Move("tell", "locked")
    if paid.amount > ground.open:
        return Move("tell", "exceeds" if ground.open else "paid")
    return Move("book")


# === MONEY === #

@dataclass(frozen=True, slots=True)
class Money:
    """How a payment is booked: `amount` of `currency`, worth `balance` of the company's own
    currency; None when only Odoo's own rate of the day can tell."""

    currency: str
    amount: Decimal
    balance: Decimal | None


def money_of(amount, bank_amount, rate, *, document, bank, own):
    """How much of which currency a payment moves, and what that is worth.

    Xero books a payment in the document's currency (`Amount`) and in the bank account's
    (`BankAmount`); one of them at least is the organisation's own, or both are the same. `rate` is
    how much of the foreign currency one of the own is worth (`CurrencyRate`).

    :param Decimal amount: in the document's currency
    :param Decimal bank_amount: in the bank account's; None when not told
    :param Decimal rate: None when not told
    :param str document: code of the document's currency
    :param str bank: code of the bank account's
    :param str own: code of the company's
    :return: None if the three do not go together
    :rtype: Money
    """
    if document == bank == own:
        return Money(own, amount, amount)
    if document == bank:
        return Money(document, amount, _cents(amount / rate) if rate else None)
    if bank == own:
        return Money(document, amount, bank_amount)
    if document == own and bank_amount:
        return Money(bank, bank_amount, amount)
    return None


def _cents(value):
    return value.quantize(CENT, ROUND_HALF_UP)


# === WHAT AN INVOICE LISTS === #

# Lists of an invoice that reduce what is due without a payment → (kind, its id).
CREDITS = {
    "CreditNotes": ("credit_note", "CreditNoteID"),
    "Overpayments": ("overpayment", "OverpaymentID"),
    "Prepayments": ("prepayment", "PrepaymentID"),
}


@dataclass(frozen=True, slots=True)
class Credit:
    """All that was allocated of one credit note, overpayment or prepayment to one invoice; `total`
    is what the credit was to begin with, None when not told. Only credit notes have a `number`."""

    kind: str
    source_id: str
    amount: Decimal
    date: datetime.date | None
    total: Decimal | None
    number: str | None = None


def credits_of(element, read_date):
    """What is allocated to an invoice, from its element in an answer.

    Xero names no allocation here: several of one source are told as one sum, of the latest day.

    :param dict element: an invoice, numbers as `Decimal`
    :param read_date: function of a date as Xero writes it
    :return: None if the answer does not list them, as that of a write; rows that make no sense
        are left out
    :rtype: list[Credit]
    """
    if not all(isinstance(element.get(name), list) for name in CREDITS):
        return None
    found = {}
    for name, (kind, id_key) in CREDITS.items():
        for row in element[name]:
            if not isinstance(row, dict):
                continue
            amount, total = _amount(row, "AppliedAmount"), _amount(row, "Total")
            source_id = (envelope.plain(row.get(id_key)) or "").lower()
            if not source_id or not amount or amount < 0:
                continue
            day = _day(row.get("Date"), read_date)
            before = found.get((kind, source_id))
            if before:
                amount += before.amount
                day = max(filter(None, (day, before.date)), default=None)
            number = envelope.plain(row.get("CreditNoteNumber"))
            found[kind, source_id] = Credit(kind, source_id, amount, day, total, number)
    return list(found.values())


def payment_ids_of(element):
    """The payments that an invoice or credit note lists: those that were not deleted.

    :return: None if the answer does not list them, or a row makes no sense
    :rtype: frozenset[str]
    """
    listed = element.get("Payments")
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        return None
    return frozenset(str(row.get("PaymentID") or "").lower() for row in listed)


def _amount(row, name):
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return None
    return Decimal(value)


def _day(value, read_date):
    try:
        return read_date(value)
    except errors.Unreadable:
        return None
