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

    # === ROUNDING OF THE TOTAL === #

    def round_to_five(self, strategy, price, taxes):
        rounding = self.env["account.cash.rounding"].create({
            "name": "To five",
            "rounding": 0.05,
            "strategy": strategy,
            "rounding_method": "HALF-UP",
            "profit_account_id": self.company_data["default_account_revenue"].id,
            "loss_account_id": self.company_data["default_account_expense"].id,
        })
        return self.make_invoice(
            lines=((1, price),), taxes=taxes, invoice_cash_rounding_id=rounding.id
        )

    def test_cash_rounding_is_a_line(self):
        """Up on the mapped account of profits, down on that of losses."""
        for price, code, amount in ((10.04, "400", "0.01"), (10.01, "500", "-0.01")):
            with self.subTest(price=price):
                invoice = self.round_to_five("add_invoice_line", price, self.env["account.tax"])
                held = self.assertEqualInXero(self.push(invoice))
                line = held["LineItems"][-1]
                self.assertEqual((line["AccountCode"], f"{line['LineAmount']:.2f}"), (code, amount))

    def test_cash_rounding_on_the_account_chosen_for_it(self):
        accounts = self.env["xero.account"].search([("tenant_id", "=", self.tenant.id)])
        own = accounts.filtered(lambda account: account.system_account == "ROUNDING")
        self.tenant.rounding_account_id = own
        invoice = self.round_to_five("add_invoice_line", 10.04, self.sale_tax)
        held = self.assertEqualInXero(self.push(invoice))
        self.assertEqual(held["LineItems"][-1]["AccountCode"], own.code)
        self.assertEqual(held["LineItems"][-1]["TaxType"], "NONE")

    def test_cash_rounding_waits_for_an_account(self):
        invoice = self.round_to_five("add_invoice_line", 10.01, self.env["account.tax"])
        loss = self.company_data["default_account_expense"]
        loss.xero_account_mapping_ids.xero_account_id = False
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertEqual(self.link_of(invoice)._cause(), loss)
        self.tenant.rounding_account_id = self.env["xero.account"].search(
            [("tenant_id", "=", self.tenant.id), ("code", "=", "250")]
        )
        self.assertEqual(invoice.xero_state, "pending")
        self.run_engine()
        self.assertEqualInXero(invoice)

    def test_rounding_by_the_tax_comes_out_equal(self):
        self.assertEqualInXero(self.push(self.round_to_five("biggest_tax", 9.99, self.sale_tax)))
