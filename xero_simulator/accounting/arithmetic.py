"""Xero's arithmetic: each line rounded by itself, then summed.

What Xero does with an exact half cent is not known for certain, so the rule can be switched;
a client whose totals agree under all three rules does not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .notation import CENT, FOUR_PLACES, ZERO

TIE_RULES = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "half_down": ROUND_HALF_DOWN,
}
HUNDRED = Decimal(100)


class Totals(NamedTuple):
    """The three sums of a document."""

    sub_total: Decimal
    total_tax: Decimal
    total: Decimal


def cents(amount: Decimal, ties: str) -> Decimal:
    """Round to two decimals; all currencies of Xero have two."""
    return amount.quantize(CENT, TIE_RULES[ties])


def price(amount: Decimal, places: int, ties: str) -> Decimal:
    """Round a unit price to the two or four decimals that the request asked for."""
    return amount.quantize(CENT if places == 2 else FOUR_PLACES, TIE_RULES[ties])


def line_amount(
    quantity: Decimal, unit: Decimal, discount_rate: Decimal, discount: Decimal, ties: str
) -> Decimal:
    """Return quantity x price less the discount, rounded to the cent."""
    gross = quantity * unit
    if discount_rate:
        gross -= gross * discount_rate / HUNDRED
    return cents(gross - discount, ties)


def line_tax(amount: Decimal, rate: Decimal, inclusive: bool, ties: str) -> Decimal:
    """Return the tax that Xero computes on a line amount."""
    if not rate:
        return ZERO
    if inclusive:
        return amount - cents(amount / (1 + rate / HUNDRED), ties)
    return cents(amount * rate / HUNDRED, ties)


def totals(lines: Iterable[dict], inclusive: bool) -> Totals:
    """Sum the rounded lines of a document; lines of text alone carry no amounts."""
    amount = tax = ZERO
    for line in lines:
        if "LineAmount" in line:
            amount += line["LineAmount"]
            tax += line["TaxAmount"]
    if inclusive:
        return Totals(amount - tax, tax, amount)
    return Totals(amount, tax, amount + tax)


def effective_rate(components: Iterable[dict]) -> Decimal:
    """Return the rate that tax components amount to; a compound one taxes the others too."""
    plain = sum((part["Rate"] for part in components if not part.get("IsCompound")), Decimal(0))
    rate = plain
    for part in components:
        if part.get("IsCompound"):
            rate += part["Rate"] * (HUNDRED + plain) / HUNDRED
    return rate
