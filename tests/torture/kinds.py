"""What is sent while the worker is killed: every kind of record, new, changed and taken back; and
what comes back of it: its status, its payment."""

from collections.abc import Callable
from dataclasses import dataclass

DATE = "2026-11-02"


@dataclass(frozen=True)
class Kind:
    """One kind of record on its way to Xero.

    :param make: function of (books, count) that makes so many records, of one model
    :param change: what a person does in Odoo with a record that stands in Xero already
    :param in_xero: what a person does with it in Xero, by names of the simulator's control API
    :param bool paid: its payment shall stand in Odoo, once
    :param bool pays: it is paid in Odoo, and approved in Xero, before the worker begins
    :param int sent: how many payments of Odoo shall stand in Xero for it; None: whatever
    :param bool expired: the access token is renewed on the way
    :param str status: what Xero shall hold in the end; None: any that lives
    :param int together: records of one run
    :param int most: deaths at most, where a run is dear
    """

    name: str
    make: Callable
    change: Callable | None = None
    in_xero: tuple = ()
    paid: bool = False
    pays: bool = False
    sent: int | None = None
    expired: bool = False
    status: str | None = None
    together: int = 1
    most: int | None = None

    @property
    def stands_before(self):
        """Whether its records stand in Xero when the worker begins; else they are new to Xero."""
        return bool(self.change or self.in_xero)


class Books:
    """Makes records in a company whose tenant is connected and mapped."""

    def __init__(self, env):
        self.env = env
        self._made = 0
        self.product = env["product.product"].search([("sale_ok", "=", True)], limit=1)
        self.taxes = {
            use: env["account.tax"].search(
                [
                    *env["account.tax"]._check_company_domain(env.company),
                    ("type_tax_use", "=", use),
                    ("name", "=", "10% GST"),
                ],
                limit=1,
            )
            for use in ("sale", "purchase")
        }

    def customers(self, count):
        self._made += 1
        return self.env["res.partner"].create([
            {"name": f"Tortured {self._made:04}-{number:03}", "is_company": True}
            for number in range(count)
        ])

    def items(self, count):
        self._made += 1
        return self.env["product.product"].create([
            {
                "name": f"Item {self._made:04}-{number:03}",
                "default_code": f"T{self._made:04}-{number:03}",
                "list_price": 12.35,
            }
            for number in range(count)
        ])

    def orders(self, count):
        orders = self.env["purchase.order"].create([
            {
                "partner_id": vendor.id,
                "order_line": [(0, 0, {
                    "product_id": self.product.id,
                    "product_qty": 3,
                    "price_unit": 7.77,
                    "tax_ids": [(6, 0, self.taxes["purchase"].ids)],
                })],
            }
            for vendor in self.customers(count)
        ])
        orders.button_confirm()
        return orders


def _moves(move_type):
    """A function that makes posted moves of one type, each of a partner new to Xero."""
    use = "purchase" if move_type.startswith("in_") else "sale"

    def make(books, count):
        moves = books.env["account.move"].create([
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": DATE,
                "date": DATE,
                "ref": f"REF-{partner.id}",
                "invoice_line_ids": [(0, 0, {
                    "product_id": books.product.id,
                    "quantity": 3,
                    "price_unit": 10.05,
                    "tax_ids": [(6, 0, books.taxes[use].ids)],
                })],
            }
            for partner in books.customers(count)
        ])
        moves.action_post()
        return moves

    return make


def _raise_price(move):
    move.button_draft()
    move.invoice_line_ids[0].price_unit += 1
    move.action_post()


def _cancel(move):
    move.button_draft()
    move.button_cancel()


def pay(move):
    """Register a payment of a move in Odoo."""
    move.env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    ).create({"payment_date": DATE})._create_payments()


def _undo_payment(move):
    move.matched_payment_ids.action_cancel()


def _cancel_order(order):
    order.button_cancel()


def _move_in(partner):
    partner.street = "1 New Street"


INVOICES = _moves("out_invoice")

KINDS = (
    Kind("customer", Books.customers),
    Kind("item", Books.items),
    Kind("customer invoice", INVOICES),
    Kind("customer invoice, token expired", INVOICES, expired=True),
    Kind("vendor bill", _moves("in_invoice")),
    Kind("customer credit note", _moves("out_refund")),
    Kind("vendor credit note", _moves("in_refund")),
    Kind("sales receipt", _moves("out_receipt")),
    Kind("purchase receipt", _moves("in_receipt")),
    Kind("purchase order", Books.orders),
    Kind("120 invoices of new customers", INVOICES, together=120, most=12),
    Kind("changed customer", Books.customers, _move_in),
    Kind("changed invoice", INVOICES, _raise_price),
    Kind("cancelled invoice", INVOICES, _cancel, status="DELETED"),
    Kind("cancelled order", Books.orders, _cancel_order, status="DELETED"),
    Kind("invoice approved in Xero", INVOICES, in_xero=("approve",), status="AUTHORISED", most=30),
    Kind("invoice paid in Xero", INVOICES, in_xero=("approve", "pay"), status="PAID", paid=True,
         most=60),
    Kind("invoice paid in Odoo", INVOICES, pay, in_xero=("approve",), status="PAID", sent=1,
         most=90),
    Kind("payment undone in Odoo", INVOICES, _undo_payment, pays=True, status="AUTHORISED",
         sent=0, most=60),
)
