"""Combinations of taxes, taxes of a fixed amount, defaults, and what Xero would refuse: each is
exact in Xero or told before sending."""

from odoo import Command

from .push_common import XeroPushCase


class BookingCase(XeroPushCase):
    def rate_row(self, tax_type):
        return self.env["xero.tax.rate"].sudo().with_context(active_test=False).search(
            [("tenant_id", "=", self.tenant.id), ("tax_type", "=", tax_type)]
        )

    def account_row(self, code):
        return self.env["xero.account"].sudo().with_context(active_test=False).search(
            [("tenant_id", "=", self.tenant.id), ("code", "=", code)]
        )

    def tax(self, amount, **values):
        tax = self.make_tax(values.pop("type_tax_use", "sale"))
        tax.write({"amount": amount, **values})
        return tax

    def sent(self, record, kind="Invoices"):
        """The document that Xero holds, after sending; its totals are Odoo's total at least."""
        self.assertEqual(record.xero_state, "sent", record.xero_message)
        held = self.held(kind)[record.name]
        self.assertEqual(f"{held['Total']:.2f}", f"{record.amount_total:.2f}")
        return held

    def assertBlocked(self, record, words, cause):
        self.assertEqual(record.xero_state, "blocked")
        self.assertIn(words, record.xero_message)
        self.assertEqual(self.link_of(record)._cause(), cause)


class TestCombinations(BookingCase):
    def setUp(self):
        super().setUp()
        self.state, self.city, self.district = (
            self.tax(4), self.tax(4.5), self.tax(0.375)
        )
        self.new_york = self.state | self.city | self.district

    def row(self, taxes):
        return self.tenant.tax_combination_ids.filtered(lambda row: row.tax_ids == taxes)

    def test_one_rate_of_the_same_percentage_is_proposed(self):
        invoice = self.make_invoice(lines=((3, 33.33), (1, 9.99)), taxes=self.new_york)
        self.tenant.action_propose_mappings()
        row = self.row(self.new_york)
        self.assertEqual((row.rate_id.tax_type, row.state, row.usage), ("TAX001", "proposed", 2))
        self.assertEqual(row.combined_rate, 8.875)
        held = self.sent(self.push(invoice))
        self.assertEqual({line["TaxType"] for line in held["LineItems"]}, {"TAX001"})
        self.assertEqual(f"{held['TotalTax']:.2f}", f"{invoice.amount_tax:.2f}")
        self.assertEqual(
            set(self.new_york.xero_tax_mapping_ids.mapped("usage")), {0},
            "where they stand together, none of them needs a rate of its own",
        )

    def test_a_first_use_is_found_while_sending(self):
        self.sent(self.push(self.make_invoice(taxes=self.new_york)))
        self.assertEqual(self.row(self.new_york).state, "proposed")

    def test_no_certain_rate_blocks_until_one_is_chosen(self):
        pair = self.state | self.city
        invoices = self.make_invoice(taxes=pair) | self.make_invoice(taxes=pair)
        self.push(invoices)
        row = self.row(pair)
        for invoice in invoices:
            self.assertBlocked(invoice, "several taxes", row)
        action = invoices[0].action_xero_open_cause()
        self.assertEqual(action["res_model"], "xero.tax.combination")
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), row)
        row.rate_id = self.rate_row("TAX001")
        self.assertEqual(row.state, "chosen")
        self.assertTrue(row.differs)
        self.assertEqual(set(invoices.mapped("xero_state")), {"pending"})

    def test_taxes_on_taxes(self):
        """4 % and 4.6875 % of the sum: 8.875 % exactly."""
        first = self.tax(4, include_base_amount=True, sequence=1)
        second = self.tax(4.6875, sequence=2)
        invoice = self.make_invoice(lines=((1, 100.0),), taxes=first | second)
        self.tenant.action_propose_mappings()
        self.assertEqual(self.row(first | second).combined_rate, 8.875)
        self.assertEqual(self.row(first | second).rate_id.tax_type, "TAX001")
        held = self.sent(self.push(invoice))
        self.assertEqual(f"{held['TotalTax']:.2f}", "8.88")

    def test_setup_names_what_lacks_a_rate(self):
        pair = self.state | self.city
        self.make_invoice(taxes=pair)
        self.tenant.action_propose_mappings()
        state, text = self.tenant._step_taxes()
        self.assertEqual(state, "todo")
        self.assertIn("1 have no rate yet: press Tax Combinations", text)
        self.assertIn("Tax Combinations: 1", self.tenant.banner)
        self.row(pair).rate_id = self.rate_row("TAX001")
        self.assertEqual(self.tenant._step_taxes()[0], "done")

    def test_two_fitting_rates_are_left_to_the_person(self):
        self.rate_row("TAX001").copy({"tax_type": "TAX009", "name": "Another of 8.875 %"})
        self.push(self.make_invoice(taxes=self.new_york))
        self.assertEqual(self.row(self.new_york).state, "unmapped")

    def test_withheld_and_reverse_ones_are_left_to_the_person(self):
        reverse = self.tax(8.875)
        lines = reverse.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        )
        lines.copy({"factor_percent": -100})
        for taxes in (self.tax(10) | self.tax(-1.125), reverse | self.tax(0)):
            self.push(self.make_invoice(taxes=taxes))
            self.assertEqual(self.row(taxes).state, "unmapped")

    def test_group_of_taxes(self):
        """A group stands in the list of taxes; its parts add up."""
        group = self.env["account.tax"].create({
            "name": "New York City",
            "amount_type": "group",
            "type_tax_use": "sale",
            "children_tax_ids": [Command.set(self.new_york.ids)],
        })
        self.tenant.action_propose_mappings()
        row = group.xero_tax_mapping_ids
        self.assertEqual((row.rate_id.tax_type, row.differs), ("TAX001", False))
        held = self.sent(self.push(self.make_invoice(lines=((3, 33.33),), taxes=group)))
        self.assertEqual(held["LineItems"][0]["TaxType"], "TAX001")

    def test_orders(self):
        pair = self.tax(8, type_tax_use="purchase") | self.tax(0.875, type_tax_use="purchase")
        order = self.make_order()
        order.button_cancel()
        order.button_draft()
        order.order_line.tax_ids = pair
        order.button_confirm()
        self.tenant.action_propose_mappings()
        self.assertEqual(self.row(pair).usage, 1)
        self.sent(self.push(order), "PurchaseOrders")


class TestFixedTaxes(BookingCase):
    def setUp(self):
        super().setUp()
        self.levy_account = self.env["account.account"].create({
            "name": "Levies", "code": "LEVY1", "account_type": "liability_current",
        })
        self.eco = self.tax(1.5, amount_type="fixed", name="Eco tax", sequence=1)
        self.eco.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        ).account_id = self.levy_account

    def choose_account(self):
        self.tenant._ensure_mapping_of(self.eco)
        self.eco.xero_tax_mapping_ids.xero_account_id = self.account_row("205")

    def assertShift(self, record, shift, kind="Invoices"):
        held = self.sent(record, kind)
        self.assertEqual(f"{held['SubTotal']:.2f}", f"{record.amount_untaxed + shift:.2f}")
        self.assertEqual(f"{held['TotalTax']:.2f}", f"{record.amount_tax - shift:.2f}")
        return held

    def test_a_line_of_its_own(self):
        self.choose_account()
        invoice = self.push(self.make_invoice(
            lines=((2, 50.0), (1, 9.99)), taxes=self.eco | self.sale_tax
        ))
        held = self.assertShift(invoice, 4.5)
        self.assertEqual(
            [(line["Description"], line["AccountCode"], line["TaxType"], line["LineAmount"])
             for line in held["LineItems"] if line["AccountCode"] == "205"],
            [("Eco tax", "205", "NONE", 3), ("Eco tax", "205", "NONE", 1.5)],
        )
        self.assertEqual(
            invoice.xero_shift_text, "4.50 of Eco tax stands in Xero as a line of its own."
        )

    def test_counterpart_of_its_account(self):
        self.map_account(self.levy_account, self.account_row("205"))
        invoice = self.push(self.make_invoice(taxes=self.eco | self.sale_tax))
        self.assertShift(invoice, 3)

    def test_without_an_account_it_goes_with_its_line(self):
        """As Odoo books it; its row asks for nothing."""
        self.eco.invoice_repartition_line_ids.account_id = False
        self.tenant._ensure_mapping_of(self.eco)
        row = self.eco.xero_tax_mapping_ids
        self.assertEqual((row.state, row.notice), ("proposed", "On the account of each line."))
        invoice = self.push(self.make_invoice(taxes=self.eco | self.sale_tax))
        held = self.assertShift(invoice, 3)
        self.assertEqual({line["AccountCode"] for line in held["LineItems"]}, {"400"})

    def test_account_is_proposed(self):
        self.levy_account.name = "Accruals"
        self.tenant._ensure_mapping_of(self.eco)
        row = self.eco.xero_tax_mapping_ids
        self.assertEqual((row.xero_account_id.code, row.state), ("205", "proposed"))

    def test_coverage_asks_for_its_account(self):
        self.make_invoice(taxes=self.eco | self.sale_tax)
        self.tenant.action_measure_coverage()
        self.assertEqual(self.tenant.coverage_gap_ids._cause(), self.eco)
        self.choose_account()
        self.tenant.action_measure_coverage()
        self.assertFalse(self.tenant.coverage_gap_ids)

    def test_it_waits_for_its_account(self):
        invoice = self.push(self.make_invoice(taxes=self.eco))
        self.assertBlocked(invoice, "a line of its own", self.eco)
        self.choose_account()
        self.assertEqual(invoice.xero_state, "pending")
        self.run_engine()
        self.assertShift(invoice, 3)

    def test_other_taxes_on_top(self):
        """Charged with the others, it carries their rate."""
        self.choose_account()
        self.eco.include_base_amount = True
        self.sale_tax.sequence = 2
        for price in (50.0, 9.99, 0.05, 33.33):
            with self.subTest(price=price):
                invoice = self.push(self.make_invoice(
                    lines=((3, price),), taxes=self.eco | self.sale_tax
                ))
                held = self.assertShift(invoice, 4.5)
                self.assertEqual(
                    {line["TaxType"] for line in held["LineItems"]}, {"TAX001"}
                )

    def test_some_on_top_some_not(self):
        self.choose_account()
        self.eco.include_base_amount = True
        first, second = self.tax(8, sequence=2), self.tax(0.875, sequence=3)
        second.is_base_affected = False
        invoice = self.push(self.make_invoice(taxes=self.eco | first | second))
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn("by hand", invoice.xero_message)

    def test_included_in_the_price(self):
        self.choose_account()
        (self.eco | self.sale_tax).price_include_override = "tax_included"
        invoice = self.push(self.make_invoice(
            lines=((2, 50.0), (3, 9.99)), taxes=self.eco | self.sale_tax
        ))
        self.assertShift(invoice, 7.5)

    def test_orders(self):
        self.choose_account()
        self.eco.type_tax_use = "purchase"
        order = self.make_order()
        order.button_cancel()
        order.button_draft()
        order.order_line.tax_ids = self.eco | self.purchase_tax
        order.button_confirm()
        self.assertShift(self.push(order), 4.5, "PurchaseOrders")
        self.assertEqual(
            order.xero_shift_text, "4.50 of Eco tax stands in Xero as a line of its own."
        )

    def test_without_one_nothing_is_said(self):
        invoice = self.push(self.make_invoice())
        self.assertShift(invoice, 0)
        self.assertFalse(invoice.xero_shift_text)


class TestDefaults(BookingCase):
    """Used only where the person chose them, and only for accounts of their kind."""

    def test_sales(self):
        revenue = self.company_data["default_account_revenue"]
        revenue.xero_account_mapping_ids.xero_account_id = False
        invoice = self.push(self.make_invoice())
        self.assertBlocked(invoice, "has no counterpart", revenue)
        self.tenant.sales_account_id = self.account_row("470")
        self.assertEqual(invoice.xero_state, "pending")
        self.run_engine()
        self.assertEqual(self.sent(invoice)["LineItems"][0]["AccountCode"], "470")

    def test_a_counterpart_goes_first(self):
        self.tenant.sales_account_id = self.account_row("470")
        invoice = self.push(self.make_invoice())
        self.assertEqual(self.sent(invoice)["LineItems"][0]["AccountCode"], "400")

    def test_not_for_other_kinds(self):
        self.tenant.sales_account_id = self.account_row("470")
        self.tenant.purchase_account_id = self.account_row("500")
        invoice = self.make_invoice()
        invoice.button_draft()
        invoice.invoice_line_ids.account_id = self.company_data["default_account_assets"]
        invoice.action_post()
        self.push(invoice)
        self.assertBlocked(
            invoice, "has no counterpart", self.company_data["default_account_assets"]
        )

    def test_purchases(self):
        expense = self.company_data["default_account_expense"]
        expense.xero_account_mapping_ids.xero_account_id = False
        order = self.push(self.make_order())
        self.assertBlocked(order, "has no counterpart", expense)
        self.tenant.purchase_account_id = self.account_row("628")
        self.run_engine()
        held = self.sent(order, "PurchaseOrders")
        self.assertEqual(held["LineItems"][0]["AccountCode"], "628")


class TestUsability(BookingCase):
    """What Xero would refuse is told before sending, names account and rate, and leads there."""

    def setUp(self):
        super().setUp()
        self.revenue = self.company_data["default_account_revenue"]

    # Faults: 37
    def test_rate_deleted_in_xero(self):
        organisation = self.sim.organisations[self.tenant.organisation_id]
        organisation.tax_rates.save({**organisation.tax_rates["TAX001"], "Status": "DELETED"})
        self.tenant.action_pull_settings()
        other = self.make_invoice(taxes=self.env["account.tax"])
        invoice = self.make_invoice()
        self.push(invoice | other)
        self.assertBlocked(invoice, "New York City Sales Tax [TAX001] was deleted", self.sale_tax)
        self.assertEqual(other.xero_state, "sent", "nothing else stops")
        self.sale_tax.amount = 0
        invoice.button_draft()
        invoice.action_post()
        self.map_tax(self.sale_tax, self.rate_row("OUTPUT"))
        self.run_engine()
        self.sent(invoice)

    # Faults: 37
    def test_account_archived_in_xero(self):
        organisation = self.sim.organisations[self.tenant.organisation_id]
        organisation.accounts.save({**organisation.account_by_code("400"), "Status": "ARCHIVED"})
        self.tenant.action_pull_settings()
        invoice = self.push(self.make_invoice())
        self.assertBlocked(invoice, "400 Sales", self.revenue)
        self.assertIn("archived", invoice.xero_message)
        self.map_account(self.revenue, self.account_row("470"))
        self.run_engine()
        self.sent(invoice)

    # Faults: 37
    def test_accounts_that_xero_keeps_off_lines(self):
        for code, words in (("100", "bank account"), ("120", "keeps for itself")):
            with self.subTest(code=code):
                self.map_account(self.revenue, self.account_row(code))
                self.assertBlocked(self.push(self.make_invoice()), words, self.revenue)
        nameless = self.account_row("470")
        nameless.code = False
        self.map_account(self.revenue, nameless)
        self.assertBlocked(self.push(self.make_invoice()), "has no code", self.revenue)

    # Faults: 37
    def test_rate_that_the_account_does_not_take(self):
        self.rate_row("TAX001").on_revenue = False
        invoice = self.push(self.make_invoice())
        self.assertBlocked(
            invoice, "does not take the rate New York City Sales Tax [TAX001]", self.sale_tax
        )
        self.assertIn("400 Sales", invoice.xero_message)

    def test_rate_without_tax_is_gone(self):
        self.rate_row("NONE").active = False
        invoice = self.push(self.make_invoice(taxes=self.env["account.tax"]))
        self.assertBlocked(invoice, "lines without tax", self.tenant)

    def test_rate_that_xero_looks_up_itself(self):
        self.map_tax(self.sale_tax, self.rate_row("AVALARA"))
        self.assertBlocked(
            self.push(self.make_invoice()), "looks up itself", self.sale_tax
        )

    def test_no_call_is_made_for_what_is_told(self):
        self.rate_row("TAX001").on_revenue = False
        invoice = self.make_invoice()
        self.push(invoice.partner_id)
        self.sim.journal.clear()
        self.push(invoice)
        self.assertEqual(self.calls("PUT"), [])
