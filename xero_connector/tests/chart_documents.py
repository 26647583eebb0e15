"""Documents such as people write them on a chart, from a seed, and what Xero makes of them.

Odoo's own tax engine computes them; Xero's side is the simulator's reading of the exact bytes that
the connector sends, under every way to break a tie. Nothing here knows how the connector prices.
"""

import json
import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal

from odoo import Command

from xero_simulator.accounting import arithmetic
from xero_simulator.accounting.lines import LineReader, Terms

from ..models.xero_sync_mixin import Blocked
from ..xero import codec, payload, rounding
from .chart_books import percent_of

MOVE_TYPES = ["out_invoice"] * 4 + ["in_invoice"] * 3 + [
    "out_refund", "in_refund", "out_receipt", "in_receipt",
]
DISCOUNTS = [0] * 6 + [5, 7.5, 10, 33.33, 99.99, 100]
METHODS = ("round_per_line", "round_globally")
WORDS = ("line_section", "line_subsection", "line_note")


class Writer:
    """Writes documents on a `ChartBook`, whose company rounds by `method` from now on."""

    def __init__(self, book, seed, method):
        book.company.tax_calculation_rounding_method = method
        self.book = book
        self.chance = random.Random(seed)  # examples, not secrets

    def moves(self, count):
        """Documents of all kinds: most are drafts with their amounts computed, some are posted."""
        chance = self.chance
        moves = self.book.env["account.move"].create([self._move() for _move in range(count)])
        below = moves.filtered(lambda move: move.amount_total < 0)
        for line in below.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            line.quantity = -line.quantity
        for move in moves.filtered(lambda move: chance.random() < 0.1):
            self._edit_tax(move)
        moves.filtered(lambda move: chance.random() < 0.3).action_post()
        return moves

    def orders(self, count):
        """Requests for quotation."""
        orders = self.book.env["purchase.order"].create([self._order() for _order in range(count)])
        for order in orders.filtered(lambda order: order.amount_total < 0):
            for line in order.order_line:
                line.product_qty = -line.product_qty
        return orders

    # === DOCUMENTS === #

    def _move(self):
        chance, book = self.chance, self.book
        move_type = chance.choice(MOVE_TYPES)
        side = book.sides["sale" if move_type.startswith("out") else "purchase"]
        values = {
            "move_type": move_type,
            "partner_id": book.partner.id,
            "invoice_date": "2026-11-02",
            "date": "2026-11-02",
            "currency_id": chance.choice(book.currencies).id,
            "invoice_line_ids": [
                Command.create(self._line(
                    side, "quantity", position, account_id=side.account.id
                ))
                for position in range(self._length())
            ] + self._words(),
        }
        if chance.random() < 0.15:
            values["invoice_cash_rounding_id"] = chance.choice(book.cash_roundings).id
        return values

    def _order(self):
        chance, book = self.chance, self.book
        return {
            "partner_id": book.partner.id,
            "company_id": book.company.id,
            "currency_id": chance.choice(book.currencies).id,
            "order_line": [
                Command.create(self._line(
                    book.sides["purchase"], "product_qty", position, product_id=book.product.id
                ))
                for position in range(self._length())
            ],
        }

    def _length(self):
        return self.chance.choice((1, 1, 2, 3, 4, 5, 8, 12))

    def _words(self):
        return [
            Command.create({"display_type": self.chance.choice(WORDS), "name": "Words"})
            for _line in range(self.chance.choice((0, 0, 0, 1, 2)))
        ]

    def _line(self, side, quantity, position, **values):
        chance = self.chance
        taxes = chance.choice(side.tax_sets)
        return {
            "name": chance.choice(("Desk", "Hours of work\nin November", "Less: down payment")),
            quantity: self._quantity(nothing=position > 0),
            "price_unit": self._price(),
            "discount": chance.choice(DISCOUNTS),
            "tax_ids": [Command.set(taxes.ids)],
            **values,
        }

    def _quantity(self, nothing):
        """A number of pieces, of hours, or of `nothing`, where that is an offer beside others."""
        chance = self.chance
        kind = chance.random()
        if kind < 0.6:
            count = chance.randint(1, 60)
        elif kind < 0.8:
            count = chance.randint(1, 50_000) / 1000
        elif kind < 0.9:
            count = chance.randint(100, 20_000)
        elif kind < 0.93 and nothing:
            count = 0
        else:
            count = chance.randint(1, 500_000) / 100_000
        return -count if chance.random() < 0.06 else count

    def _price(self):
        chance = self.chance
        places = chance.choice((0, 2, 2, 2, 2, 4, 5, 6))
        price = chance.randint(1, 900 * 10**places) / 10**places
        return -price if chance.random() < 0.06 else price

    def _edit_tax(self, move):
        """Tax as the supplier printed it: one tax of the document off by a cent."""
        lines = move.line_ids.filtered(
            lambda line: line.tax_line_id
            and line.amount_currency
            and percent_of(line.tax_line_id)
            and line.display_type != "rounding"
        )
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        own = move.currency_id == move.company_currency_id
        if not own or not lines or not terms or move.invoice_cash_rounding_id:
            return
        cent = self.chance.choice((1, -1)) * move.currency_id.rounding
        move.line_ids = [
            Command.update(lines[0].id, {"amount_currency": lines[0].amount_currency + cent}),
            Command.update(terms[-1].id, {"amount_currency": terms[-1].amount_currency - cent}),
        ]


# === ODOO AND XERO SIDE BY SIDE === #

def compare(book, records):
    """Hold documents against what Xero makes of them.

    :return: (refused: Counter of (decimals, code), differences: list of sentences)
    """
    refused, differences = Counter(), []
    for record in records:
        decimals = record.currency_id.decimal_places
        try:
            document = record._xero_document(book.tables)
        except Blocked as blocked:
            refused[decimals, blocked.message] += 1
            continue
        if refusals := rounding.check(document):
            refused[decimals, refusals[0].code] += 1
            continue
        wanted = _wanted(record)
        for ties in arithmetic.TIE_RULES:
            found, problems = in_xero(book.organisation, record, document, ties)
            if problems or found != wanted:
                differences.append(
                    f"{record._name} {record.id}, {ties}: {found} instead of {wanted} {problems}"
                )
                break
    return refused, differences


def _wanted(record):
    """Odoo's three amounts, those of fixed taxes with the lines that they are in Xero."""
    digits = record.currency_id.decimal_places
    shift = _fixed(record)
    return tuple(
        Decimal(f"{amount:.{digits}f}").quantize(Decimal("0.01"))
        for amount in (
            record.amount_untaxed + shift, record.amount_tax - shift, record.amount_total
        )
    )


def _fixed(record):
    """What taxes of a fixed amount add, by the document's journal items, or Odoo's engine."""
    if record._name == "account.move":
        return record.direction_sign * sum(
            line.amount_currency for line in record.line_ids
            if line.tax_line_id.amount_type == "fixed"
        )
    taxes = record.env["account.tax"]
    base_lines = [
        line._prepare_base_line_for_taxes_computation() for line in record.order_line
    ]
    taxes._add_tax_details_in_base_lines(base_lines, record.company_id)
    taxes._round_base_lines_tax_details(base_lines, record.company_id)
    return sum(
        data["tax_amount_currency"]
        for base_line in base_lines
        for data in base_line["tax_details"]["taxes_data"]
        if data["tax"].amount_type == "fixed"
    )


def in_xero(organisation, record, document, ties):
    """What Xero makes of the bytes that the connector sends.

    :param str ties: half_up, half_even or half_down
    :return: (subtotal, tax and total, what Xero would complain of)
    """
    resource = record._xero_resource()
    document = replace(document, number=document.number or "draft")
    element = json.loads(
        codec.encode_element(payload.of(resource, document)),
        parse_float=Decimal, parse_int=Decimal,
    )
    organisation.tie_rule = ties
    problems = []
    sales = element.get("Type", "").startswith("ACCREC")
    terms = Terms(element.get("Type", "PURCHASEORDER"), element["LineAmountTypes"], 4, sales)
    lines = LineReader(organisation, terms, problems).read(element["LineItems"], ())
    return tuple(arithmetic.totals(lines, inclusive=False)), problems
