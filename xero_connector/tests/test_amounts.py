"""Real documents of Odoo's own tax engine come out equal in Xero, to the cent."""

from datetime import date

from odoo import Command

from .push_common import XeroPushCase


class TestAmounts(XeroPushCase):
    def assertEqualInXero(self, record, kind="Invoices"):
        self.assertEqual(record.xero_state, "sent", record.xero_message)
        held = self.held(kind)[record.name]
        for field, amount in (
            ("SubTotal", record.amount_untaxed),
            ("TotalTax", record.amount_tax),
            ("Total", record.amount_total),
        ):
            self.assertEqual(f"{held[field]:.2f}", f"{amount:.2f}", field)
        return held

    def make_lines(self, lines, **values):
        """An invoice of (quantity, price, discount) lines, sent."""
        invoice = self.make_invoice(lines=[(quantity, price) for quantity, price, _ in lines])
        invoice.button_draft()
        invoice.write(values)
        for line, (_quantity, _price, discount) in zip(
            invoice.invoice_line_ids, lines, strict=True
        ):
            line.discount = discount
        invoice.action_post()
        return self.push(invoice)

    ODD = (
        (3, 33.33, 0), (1, 9.99, 33.33), (144, 0.09, 12.5), (0.33, 199.99, 0),
        (1, 25.06, 0), (1, 25.61, 0), (1, 25.63, 0), (7, 0.05, 0), (1, -10.01, 0),
    )

    def test_odd_lines_under_both_roundings(self):
        for method in ("round_per_line", "round_globally"):
            with self.subTest(method=method):
                self.company.tax_calculation_rounding_method = method
                self.assertEqualInXero(self.make_lines(self.ODD))

    def test_tax_included_in_the_price(self):
        self.sale_tax.price_include_override = "tax_included"
        for method in ("round_per_line", "round_globally"):
            with self.subTest(method=method):
                self.company.tax_calculation_rounding_method = method
                self.assertEqualInXero(self.make_lines(self.ODD))

    def test_tax_edited_by_hand(self):
        invoice = self.make_invoice(lines=((1, 100.0), (2, 30.0)))
        invoice.button_draft()
        tax_line = invoice.line_ids.filtered("tax_line_id")
        receivable = invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        invoice.line_ids = [
            Command.update(tax_line.id, {"amount_currency": tax_line.amount_currency - 0.02}),
            Command.update(receivable.id, {"amount_currency": receivable.amount_currency + 0.02}),
        ]
        invoice.action_post()
        self.assertEqualInXero(self.push(invoice))

    def test_foreign_currency_goes_with_odoos_rate(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create({
            "currency_id": euro.id,
            "company_id": self.company.id,
            "name": date(2026, 11, 1),
            "rate": 0.80,
        })
        invoice = self.push(self.make_invoice(lines=((3, 33.33),), currency_id=euro.id))
        held = self.assertEqualInXero(invoice)
        self.assertEqual(held["CurrencyCode"], "EUR")
        self.assertEqual(f"{held['CurrencyRate']:.6f}", "0.800000")
        self.assertEqual(self.link_of(invoice).currency_id, euro)

    def test_lines_without_tax(self):
        invoice = self.push(self.make_invoice(taxes=self.env["account.tax"]))
        held = self.assertEqualInXero(invoice)
        self.assertEqual(held["LineItems"][0]["TaxType"], "NONE")

    def test_choosing_the_rate_without_tax_releases_what_waits_for_it(self):
        rate, self.tenant.no_tax_rate_id = self.tenant.no_tax_rate_id, False
        invoice = self.push(self.make_invoice(taxes=self.env["account.tax"]))
        self.assertEqual(invoice.xero_state, "blocked")
        self.tenant.no_tax_rate_id = rate
        self.assertEqual(invoice.xero_state, "pending")
        self.run_engine()
        self.assertEqualInXero(invoice)

    def test_odd_orders(self):
        order = self.make_order(lines=[(quantity, price) for quantity, price, _ in self.ODD[:-1]])
        self.assertEqualInXero(self.push(order), "PurchaseOrders")

    def test_several_taxes_on_a_line_block_with_a_sentence(self):
        invoice = self.push(self.make_invoice(taxes=self.sale_tax | self.make_tax("sale")))
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn("several taxes", invoice.xero_message)

    def test_cash_rounding_blocks_with_a_sentence(self):
        rounding = self.env["account.cash.rounding"].create({
            "name": "To five",
            "rounding": 0.05,
            "strategy": "add_invoice_line",
            "profit_account_id": self.company_data["default_account_revenue"].id,
            "loss_account_id": self.company_data["default_account_expense"].id,
        })
        invoice = self.make_invoice(
            lines=((1, 10.01),), taxes=self.env["account.tax"],
            invoice_cash_rounding_id=rounding.id,
        )
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn("by hand", invoice.xero_message)
