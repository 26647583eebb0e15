"""Equal to the cent or not at all: Odoo's amounts in a form that Xero's arithmetic reproduces.

Xero computes `LineAmount` as the nearest cent of quantity × unit amount, the tax of a line as the
nearest cent of line amount × rate unless `TaxAmount` is given, and adds up lines. How it breaks
ties is not documented, so nothing here relies on a tie (facts on delivery, 9.3).
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from . import const
from .documents import Totals

CENT = Decimal("0.01")
HALF_CENT = Decimal("0.005")
HUNDRED = Decimal(100)
FOUR = Decimal("0.0001")
ONE = Decimal(1)
LINE_LIMIT = Decimal(const.LINE_LIMIT)

# Odoo's numbers are floats: written out, the largest has 309 digits.
WIDE = Context(prec=400)

TIES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "half_down": ROUND_HALF_DOWN}


@dataclass(frozen=True, slots=True)
class PricedLine:
    """How a line is sent. `tax_amount` None: Xero computes the same; `suffix` joins the text."""

    quantity: Decimal
    unit_amount: Decimal
    tax_amount: Decimal | None
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a document cannot be equal in Xero: a code and the figures to show."""

    code: str
    figures: dict


def price_line(line):
    """The first form of a line whose amounts come out in Xero whatever its tie rule.

    (a) quantity and price as written; (b) the quantity as written and the net price; (c) one
    times the net amount, with what was written in words. A discount is told in words as well:
    nothing else in Xero shows it. The sign is carried by the price.

    :param documents.Line line: a line that is not text only
    :rtype: PricedLine
    """
    tax_amount = None if abs(line.net * line.rate / HUNDRED - line.tax) < HALF_CENT else line.tax
    form = _as_written(line) or _net_price(line)
    if form and (tax_amount is None or abs(tax_amount) <= abs(form[1])):
        return PricedLine(*form, tax_amount, in_words(line) if line.discount else "")
    return PricedLine(ONE, line.net, tax_amount, in_words(line))


def _as_written(line):
    if line.price_included or line.discount:
        return None
    quantity, price = _signed(line.quantity, line.unit_price)
    if not quantity or not _fits(quantity, FOUR) or not _fits(price, FOUR):
        return None
    return _exact(quantity, price, line.net)


def _net_price(line):
    quantity, _price = _signed(line.quantity, line.unit_price)
    if not quantity or not _fits(quantity, FOUR):
        return None
    return _exact(quantity, (line.net / quantity).quantize(FOUR, context=WIDE), line.net)


def _exact(quantity, price, net):
    return (quantity, price) if abs(quantity * price - net) < HALF_CENT else None


def _fits(value, step):
    """Whether a value is a multiple of a power of ten."""
    return value.is_finite() and value == value.quantize(step, context=WIDE)


def _signed(quantity, price):
    """Quantity and price with the sign on the price; no quantity where one of them is missing."""
    if quantity is None or price is None:
        return None, None
    return (-quantity, -price) if quantity < 0 else (quantity, price)


def in_words(line):
    """How a person wrote a line: `2 x 50 -10 %`."""
    if line.quantity is None or line.unit_price is None:
        return ""
    words = f"{_plain(line.quantity)} x {_plain(line.unit_price)}"
    return f"{words} -{_plain(line.discount)} %" if line.discount else words


def _plain(value):
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# === XERO'S ARITHMETIC === #

def emulate(lines, ties="half_up"):
    """What Xero will make of priced lines.

    :param lines: pairs (`documents.Line`, `PricedLine`)
    :param str ties: half_up, half_even or half_down
    :return: the totals that Xero would answer
    :rtype: Totals
    """
    untaxed = tax = Decimal(0)
    for line, priced in lines:
        amount = (priced.quantity * priced.unit_amount).quantize(CENT, TIES[ties])
        untaxed += amount
        if priced.tax_amount is None:
            tax += (amount * line.rate / HUNDRED).quantize(CENT, TIES[ties])
        else:
            tax += priced.tax_amount
    return Totals(untaxed, tax, untaxed + tax)


# === BEFORE SENDING === #

def check(document):
    """Prove before sending that Xero will come to the same subtotal, tax and total.

    :param document: a `documents.Invoice` or `PurchaseOrder`
    :return: the reasons why it cannot; empty when it will be equal
    :rtype: tuple[Refusal, ...]
    """
    lines = [line for line in document.lines if not line.text_only]
    if not lines:
        return (Refusal("no_lines", {}),)
    for line in lines:
        for amount in (line.net, line.tax):
            if not _fits(amount, CENT):
                return (Refusal("decimals", {"amount": amount}),)
        if abs(line.net) > LINE_LIMIT:
            return (Refusal("too_large", {"amount": line.net}),)
    if document.totals.total < 0:
        return (Refusal("negative", {"total": document.totals.total}),)
    priced = [(line, price_line(line)) for line in lines]
    for line, price in priced:
        if price.tax_amount is None:
            continue
        if not line.rate or abs(price.tax_amount) > abs(price.unit_amount):
            figures = {"tax": line.tax, "net": line.net, "rate": line.rate}
            return (Refusal("tax_override", figures),)
    return _compare(document.totals, priced)


def _compare(wanted, priced):
    for ties in TIES:
        found = emulate(priced, ties)
        if found != wanted:
            figures = {
                "odoo": f"{wanted.untaxed} + {wanted.tax} = {wanted.total}",
                "xero": f"{found.untaxed} + {found.tax} = {found.total}",
            }
            return (Refusal("totals", figures),)
    return ()
