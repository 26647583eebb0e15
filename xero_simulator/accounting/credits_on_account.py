"""Overpayments and prepayments: money of a contact that no invoice has used up yet.

A person makes them in Xero's pages, from money in the bank; requests only read and allocate
them. Xero sends no events for them: what an invoice gets from them changes the invoice.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from . import documents
from .answers import Refused
from .notation import SIX_PLACES, ZERO, decimals
from .tables import Record

ID_KEYS = {"Overpayments": "OverpaymentID", "Prepayments": "PrepaymentID"}


def create_credit(
    organisation,
    resource: str,
    *,
    contact_id: str,
    amount: Decimal,
    day: date,
    sales: bool = True,
    currency: str | None = None,
    rate: Decimal | None = None,
    reference: str = "",
) -> Record:
    """Keep money on account, or refuse it with every reason.

    :param str resource: `Overpayments` or `Prepayments`
    :param bool sales: received from a customer; else spent on a supplier
    """
    problems: list[str] = []
    if contact_id not in organisation.contacts:
        problems.append("A Contact must be specified for this type of transaction")
    if amount <= 0 or decimals(amount) > 2:
        problems.append("Payment amounts must be positive amounts")
    currency = currency or organisation.base_currency
    if currency not in organisation.currencies:
        problems.append(f"Organisation is not subscribed to currency {currency}")
    locked = documents.lock_problem(organisation, day)
    if locked:
        problems.append(locked)
    if problems:
        raise Refused(*problems)
    amount = amount.quantize(ZERO)
    kind = "OVERPAYMENT" if resource == "Overpayments" else "PREPAYMENT"
    record = {
        "CreditID": organisation.new_guid(),
        "Resource": resource,
        "Type": f"{'RECEIVE' if sales else 'SPEND'}-{kind}",
        "ContactID": contact_id,
        "Date": day,
        "Status": "AUTHORISED",
        "Reference": reference,
        "Total": amount,
        "RemainingCredit": amount,
        "CurrencyCode": currency,
        "CurrencyRate": (rate or organisation.exchange_rates.get(currency, Decimal(1))).quantize(
            SIX_PLACES
        ),
    }
    return organisation.credits.save(documents.touch(organisation, record))


def use(organisation, record: Record, amount: Decimal) -> Record:
    """Store that more (or less, if negative) of the credit is used up."""
    left = record["RemainingCredit"] - amount
    changed = {**record, "RemainingCredit": left, "Status": "AUTHORISED" if left else "PAID"}
    return organisation.credits.save(documents.touch(organisation, changed))
