"""Taxes of lines that are told from what is booked: the engine's own, or the engine is asked."""

from odoo import Command
from odoo.tests import tagged

from ..models.xero_booked_taxes import base_lines_of
from .push_common import XeroPushCase


@tagged("post_install", "-at_install")
class TestBookedTaxes(XeroPushCase):

    def setUp(self):
        super().setUp()
        self.sale_tax.amount = 15

    def taxes_of(self, base_lines):
        """{line: rounded tax}."""
        return {
            one["record"]: round(sum(
                data["tax_amount_currency"] for data in one["tax_details"]["taxes_data"]
            ), 2)
            for one in base_lines
        }

    def assert_as_the_engine(self, move):
        booked = base_lines_of(move)
        self.assertIsNotNone(booked)
        engine, _tax_lines = move._get_rounded_base_and_tax_lines()
        self.assertEqual(self.taxes_of(booked), self.taxes_of(engine))
        for ours, theirs in zip(booked, engine, strict=True):
            for name in ("record", "quantity", "price_unit", "discount"):
                self.assertEqual(ours[name], theirs[name])

    def test_every_kind_of_move(self):
        for move_type in (
            "out_invoice", "in_invoice", "out_refund", "in_refund", "out_receipt", "in_receipt",
        ):
            with self.subTest(move_type=move_type):
                move = self.make_move(move_type, lines=((2, 50.0), (3, 7.77), (-1, 10.0)))
                self.assert_as_the_engine(move)

    def test_other_ways_to_write_a_line(self):
        included = self.sale_tax.copy({"price_include_override": "tax_included"})
        for number, values in enumerate((
            {"discount": 12.5}, {"tax_ids": [Command.clear()]},
            {"tax_ids": [Command.set(included.ids)]},
        )):
            with self.subTest(number=number):
                move = self.make_invoice(lines=((3, 33.33), (1, 20.0)))
                move.button_draft()
                move.invoice_line_ids[0].write(values)
                move.action_post()
                self.assert_as_the_engine(move)

    def test_what_is_rounded_as_a_whole_is_the_engines(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        move = self.make_invoice(lines=((1, 25.06), (1, 25.61), (1, 25.63)))
        self.assertEqual(move.amount_tax, 11.45)
        self.assertIsNone(base_lines_of(move))

    def test_two_taxes_on_a_line_are_the_engines(self):
        move = self.make_invoice(taxes=self.sale_tax | self.make_tax("sale"))
        self.assertIsNone(base_lines_of(move))

    def test_a_tax_that_is_booked_in_two_parts(self):
        whole = self.sale_tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        )
        whole.factor_percent = 60
        whole.copy({"factor_percent": 40})
        self.assert_as_the_engine(self.make_invoice(lines=((3, 33.37),)))

    def test_a_reverse_charge_is_the_engines(self):
        tax = self.make_tax("purchase")
        for side in ("invoice", "refund"):
            part = tax[f"{side}_repartition_line_ids"].filtered(
                lambda line: line.repartition_type == "tax"
            )
            part.copy({"factor_percent": -100})
        self.assertIsNone(base_lines_of(self.make_move("in_invoice", invoice_line_ids=[
            Command.create({
                "name": "From abroad", "price_unit": 50.0, "tax_ids": [Command.set(tax.ids)],
                "account_id": self.company_data["default_account_expense"].id,
            }),
        ])))

    def test_a_tax_typed_by_hand_is_the_engines(self):
        move = self.make_invoice(lines=((1, 99.99), (1, 50.0)))
        move.button_draft()
        tax_line = move.line_ids.filtered("tax_line_id")
        due = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        move.write({"line_ids": [
            Command.update(tax_line.id, {"amount_currency": tax_line.amount_currency - 0.01}),
            Command.update(due.id, {"amount_currency": due.amount_currency + 0.01}),
        ]})
        move.action_post()
        self.assertIsNone(base_lines_of(move))
