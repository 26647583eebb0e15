"""Documents such as Odoo's tax engine makes them, by the thousand, from a seed.

Both rounding methods, prices with and without tax, discounts, several rates, negative lines, and
currencies of 0, 2 and 3 decimals. Written from what the engine does (facts on delivery, 9), in
Decimal, and knowing nothing of how the connector prices lines. `xero` must be importable.
"""

import datetime
import random
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from xero import rounding
from xero.documents import Invoice, Line, Totals
from xero_simulator.accounting import arithmetic

ONE, HUNDRED = Decimal(1), Decimal(100)
RATES = [Decimal(rate) for rate in ("0", "5", "8.1", "10", "12.5", "14.975", "15", "20", "21")]
DISCOUNTS = [Decimal(0)] * 6 + [Decimal(text) for text in ("5", "7.5", "10", "33.33", "100")]
CURRENCIES = [("AUD", 2)] * 8 + [("JPY", 0), ("KWD", 3)]


class Raw:
    """A line as a person wrote it, with the engine's unrounded amounts."""

    def __init__(self, chance):
        self.rate = chance.choice(RATES)
        self.included = bool(self.rate) and chance.random() < 0.3
        self.discount = chance.choice(DISCOUNTS)
        self.quantity = self._quantity(chance)
        self.price = self._price(chance)
        gross = self.quantity * self.price * (HUNDRED - self.discount) / HUNDRED
        self.gross = gross
        self.net = gross * HUNDRED / (HUNDRED + self.rate) if self.included else gross
        self.tax = gross - self.net if self.included else gross * self.rate / HUNDRED

    @staticmethod
    def _quantity(chance):
        kind = chance.random()
        if kind < 0.6:
            count = Decimal(chance.randint(1, 60))
        elif kind < 0.85:
            count = Decimal(chance.randint(1, 50_000)) / 1000
        elif kind < 0.95:
            count = Decimal(chance.randint(100, 20_000))
        else:
            count = Decimal(chance.randint(1, 500_000)) / 100_000
        return -count if chance.random() < 0.06 else count

    @staticmethod
    def _price(chance):
        places = chance.choice((0, 2, 2, 2, 2, 4, 5))
        return Decimal(chance.randint(1, 900 * 10**places)) / 10**places


def documents(count, seed=0):
    """Yield (document, decimals of its currency), the same for the same seed."""
    chance = random.Random(seed)  # examples, not secrets
    for number in range(count):
        currency, decimals = chance.choice(CURRENCIES)
        raw = [Raw(chance) for _line in range(chance.choice((1, 1, 2, 3, 4, 5, 8, 12)))]
        if sum(line.gross for line in raw) < 0:
            for line in raw:  # below zero it would be a credit note, with the signs turned round
                line.quantity, line.net, line.tax = -line.quantity, -line.net, -line.tax
                line.gross = -line.gross
        amounts = chance.choice((_per_line, _globally))(raw, ONE.scaleb(-decimals))
        yield _document(number, currency, raw, amounts), decimals


def _per_line(raw, step):
    """Every line rounded by itself."""
    amounts = []
    for line in raw:
        gross = _round(line.gross, step)
        if line.included:
            tax = _round(gross * line.rate / (HUNDRED + line.rate), step)
            amounts.append([gross - tax, tax])
        else:
            amounts.append([gross, _round(gross * line.rate / HUNDRED, step)])
    return amounts


def _globally(raw, step):
    """Sums rounded once per rate; what the rounded lines lack is spread, largest lines first."""
    amounts = [[_round(line.net, step), _round(line.tax, step)] for line in raw]
    groups = defaultdict(list)
    for position, line in enumerate(raw):
        groups[line.rate, line.included].append(position)
    for positions in groups.values():
        largest = sorted(positions, key=lambda position: -abs(raw[position].net))
        for part, exact in ((0, "net"), (1, "tax")):
            wanted = _round(sum(getattr(raw[position], exact) for position in positions), step)
            lack = wanted - sum(amounts[position][part] for position in positions)
            turn = 0
            while lack:
                amounts[largest[turn % len(largest)]][part] += step.copy_sign(lack)
                lack -= step.copy_sign(lack)
                turn += 1
    for position, line in enumerate(raw):
        if not line.rate:
            amounts[position][1] = Decimal(0)
    return amounts


def _document(number, currency, raw, amounts):
    untaxed = sum(net for net, _tax in amounts)
    tax = sum(tax for _net, tax in amounts)
    return Invoice(
        kind="ACCREC",
        number=f"INV/{number:06}",
        contact_id="00000000-0000-4000-8000-000000000001",
        date=datetime.date(2026, 11, 1),
        due_date=None,
        currency=currency,
        lines=tuple(
            Line(
                description="Desk",
                quantity=line.quantity,
                unit_price=line.price,
                discount=line.discount,
                price_included=line.included,
                net=net,
                tax=tax_of_line,
                rate=line.rate,
                tax_type="OUTPUT",
                account_code="200",
            )
            for line, (net, tax_of_line) in zip(raw, amounts, strict=True)
        ),
        totals=Totals(untaxed, tax, untaxed + tax),
    )


def _round(amount, step):
    return amount.quantize(step, ROUND_HALF_UP)


def totals_in_xero(document, ties):
    """Subtotal, tax and total that Xero comes to from what the connector sends.

    Xero's side is the simulator's arithmetic, written apart from the connector.

    :param str ties: half_up, half_even or half_down
    """
    lines = []
    for line in document.lines:
        priced = rounding.price_line(line)
        amount = arithmetic.line_amount(
            priced.quantity, priced.unit_amount, Decimal(0), Decimal(0), ties
        )
        tax = priced.tax_amount
        if tax is None:
            tax = arithmetic.line_tax(amount, line.rate, False, ties)
        lines.append({"LineAmount": amount, "TaxAmount": tax})
    return Totals(*arithmetic.totals(lines, inclusive=False))
