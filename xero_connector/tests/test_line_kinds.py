"""Every kind of line, from Odoo to what stands in Xero: price, quantity, tax and words.

Sections, notes and units in words are in `test_kinds`, combinations and fixed taxes in
`test_bookings`, cash rounding in `test_amounts`.
"""

from datetime import date

from odoo import Command
from odoo.fields import Domain

from .push_common import XeroPushCase


class LineCase(XeroPushCase):
    def make_lines(self, *lines, move_type="out_invoice", **values):
        """A posted document; `lines` are values of its lines, on the usual account and tax."""
        sale = move_type.startswith("out_")
        account = self.company_data[f"default_account_{'revenue' if sale else 'expense'}"]
        taxes = self.sale_tax if sale else self.purchase_tax
        return self.make_move(move_type, invoice_line_ids=[
            Command.create({
                "account_id": account.id, "tax_ids": [Command.set(taxes.ids)], "name": "Desk",
                **line,
            })
            for line in lines
        ], **values)

    def held_lines(self, move):
        """The lines that Xero holds, after sending; its totals are Odoo's."""
        self.push(move)
        self.assertEqual(move.xero_state, "sent", move.xero_message)
        resource = "CreditNotes" if move.move_type.endswith("refund") else "Invoices"
        held = self.held(resource)[self.link_of(move).xero_number]
        self.assertEqual(
            [f"{held[field]:.2f}" for field in ("SubTotal", "TotalTax", "Total")],
            [f"{amount:.2f}" for amount in (
                move.amount_untaxed, move.amount_tax, move.amount_total
            )],
        )
        return held["LineItems"]

    def figures(self, line):
        """Quantity, price and amount of a line, as one reads them."""
        return tuple(
            format(line[field].normalize(), "f")
            for field in ("Quantity", "UnitAmount", "LineAmount")
        )


class TestPrices(LineCase):
    def test_a_discount_is_a_net_price_and_told_in_words(self):
        """On every kind: Xero takes discounts on customer invoices only."""
        for move_type in ("out_invoice", "in_invoice", "out_refund", "in_refund"):
            with self.subTest(move_type=move_type):
                even, odd, free, plain = self.held_lines(self.make_lines(
                    {"quantity": 3, "price_unit": 100, "discount": 10},
                    {"quantity": 12345, "price_unit": 0.0612, "discount": 33.33},
                    {"quantity": 1, "price_unit": 50, "discount": 100},
                    {"quantity": 1, "price_unit": 20},
                    move_type=move_type,
                ))
                self.assertEqual(self.figures(even), ("3", "90", "270"))
                self.assertEqual(even["Description"], "Desk\n3 x 100 -10 %")
                self.assertEqual(self.figures(odd), ("1", "503.7", "503.7"))
                self.assertEqual(odd["Description"], "Desk\n12345 x 0.0612 -33.33 %")
                self.assertEqual(self.figures(free), ("1", "0", "0"))
                self.assertEqual(free["Description"], "Desk\n1 x 50 -100 %")
                self.assertEqual(plain["Description"], "Desk")
                for line in (even, odd, free, plain):
                    self.assertFalse({"DiscountRate", "DiscountAmount"} & set(line))

    def test_an_orders_discount_is_told_in_words(self):
        order = self.make_order(lines=((3, 100.0),))
        order.order_line.discount = 10
        self.push(order)
        [line] = self.held("PurchaseOrders")[order.name]["LineItems"]
        self.assertEqual(self.figures(line), ("3", "90", "270"))
        self.assertEqual(line["Description"], "Line 1\n3 x 100 -10 %")

    def test_prices_and_quantities_beyond_what_xero_holds(self):
        """Xero holds four decimals: what is written with more is told in words."""
        self.env.ref("uom.decimal_product_uom").digits = 5
        fine, long_price, long_quantity = self.held_lines(self.make_lines(
            {"quantity": 0.1234, "price_unit": 81.1234},
            {"quantity": 1000, "price_unit": 0.123456},
            {"quantity": 0.12345, "price_unit": 81},
        ))
        self.assertEqual(self.figures(fine), ("0.1234", "81.1234", "10.01"))
        self.assertEqual(fine["Description"], "Desk")
        self.assertEqual(self.figures(long_price), ("1", "123.46", "123.46"))
        self.assertEqual(long_price["Description"], "Desk\n1000 x 0.123456")
        self.assertEqual(self.figures(long_quantity), ("1", "10", "10"))
        self.assertEqual(long_quantity["Description"], "Desk\n0.12345 x 81")

    def test_a_price_with_tax_stands_there_without(self):
        self.sale_tax.price_include_override = "tax_included"
        [line] = self.held_lines(self.make_lines({"quantity": 2, "price_unit": 108.875}))
        self.assertEqual(self.figures(line), ("2", "100", "200"))
        self.assertEqual(f"{line['TaxAmount']:.2f}", "17.75")

    def test_a_down_payment_is_deducted_by_a_line_below_zero(self):
        """As Odoo's sales write it: quantity -1 of what was paid, under a section of its own."""
        desk, section, deposit = self.held_lines(self.make_lines(
            {"quantity": 2, "price_unit": 500},
            {"display_type": "line_section", "name": "Down Payments", "account_id": False,
             "tax_ids": False},
            {"name": "Down payment (ref: INV/2026/00001)", "quantity": -1, "price_unit": 300},
        ))
        self.assertEqual(self.figures(desk), ("2", "500", "1000"))
        self.assertEqual(section["Description"], "Down Payments")
        self.assertNotIn("LineAmount", section)
        self.assertEqual(self.figures(deposit), ("1", "-300", "-300"))
        self.assertEqual(deposit["TaxType"], desk["TaxType"])
        self.assertLess(deposit["TaxAmount"], 0)

    def test_rounding_by_the_tax_changes_a_tax_and_no_line(self):
        """The strategy that adds a line is in `test_amounts`."""
        rounding = self.env["account.cash.rounding"].create({
            "name": "To five", "rounding": 0.05, "strategy": "biggest_tax",
            "rounding_method": "HALF-UP",
        })
        [line] = self.held_lines(self.make_lines(
            {"quantity": 1, "price_unit": 9.99}, invoice_cash_rounding_id=rounding.id,
        ))
        self.assertEqual(self.figures(line), ("1", "9.99", "9.99"))
        self.assertEqual(f"{line['TaxAmount']:.2f}", "0.91")  # 8.875 % are 0.89


class TestWords(LineCase):
    def test_long_texts_are_cut_where_a_reader_sees_it(self):
        """Xero takes 4,000 characters; what was written in figures survives the cut."""
        text = "Désk " * 1000
        plain, cut = self.held_lines(self.make_lines(
            {"name": text, "quantity": 1, "price_unit": 10},
            {"name": text, "quantity": 3, "price_unit": 100, "discount": 10},
        ))
        self.assertEqual(len(plain["Description"]), 4000)
        self.assertTrue(plain["Description"].endswith("…"))
        self.assertLessEqual(len(cut["Description"]), 4000)
        self.assertTrue(cut["Description"].endswith("…\n3 x 100 -10 %"))

    def test_a_line_without_words_says_its_product_or_account(self):
        product, free = self.held_lines(self.make_lines(
            {"name": False, "product_id": self.product_a.id, "quantity": 1, "price_unit": 10},
            {"name": False, "quantity": 1, "price_unit": 10},
        ))
        self.assertEqual(product["Description"], "product_a")
        self.assertEqual(
            free["Description"], self.company_data["default_account_revenue"].name
        )


class TestBooked(LineCase):
    """What was booked goes to Xero, whatever was set otherwise afterwards."""

    def odd_invoice(self):
        return self.make_lines(*(
            {"quantity": quantity, "price_unit": price, "discount": discount}
            for quantity, price, discount in (
                (1, 21.53, 0), (1, 21.53, 0), (47, 150.84, 33.33), (7, 0.333, 0), (3, 9.99, 0),
            )
        ))

    def test_the_company_rounds_otherwise_by_now(self):
        """The lines booked under one method do not add up under the other."""
        self.sale_tax.price_include_override = "tax_included"
        for before, now in (
            ("round_globally", "round_per_line"), ("round_per_line", "round_globally"),
        ):
            with self.subTest(now=now):
                self.company.tax_calculation_rounding_method = before
                invoice = self.odd_invoice()
                self.company.tax_calculation_rounding_method = now
                self.held_lines(invoice)

    def test_the_tax_is_another_by_now(self):
        for change in ({"amount": 12.5}, {"price_include_override": "tax_included"}):
            with self.subTest(**change):
                invoice = self.odd_invoice()
                before = {field: self.sale_tax[field] for field in change}
                self.sale_tax.write(change)
                self.held_lines(invoice)
                self.sale_tax.write(before)


class TestImpossible(LineCase):
    """One document that Xero cannot hold is blocked with the figures; the others go."""

    def assertBlockedAlone(self, impossible, words, others=3):
        partner = self.make_partner()
        possible = self.env["account.move"].union(*(
            self.make_lines({"quantity": 1, "price_unit": 10}, partner_id=partner.id)
            for _invoice in range(others)
        ))
        self.push(possible | impossible)
        self.assertEqual(set(possible.mapped("xero_state")), {"sent"})
        self.assertEqual(impossible.xero_state, "blocked")
        self.assertRegex(impossible.xero_message, words)
        self.assertFalse(self.link_of(impossible).xero_id)
        self.assertEqual(
            [count for resource, count in self.writes() if resource == "Invoices"], [others]
        )

    def test_three_decimals(self):
        dinar = self.env["res.currency"].with_context(active_test=False).search(
            Domain("name", "=", "KWD")
        )
        dinar.write({"active": True, "rounding": 0.001})
        self.env["res.currency.rate"].create({
            "currency_id": dinar.id, "company_id": self.company.id, "name": date(2026, 1, 1),
            "rate": 0.3,
        })
        self.env["xero.currency"].sudo().create({
            "tenant_id": self.tenant.id, "code": "KWD", "name": "Kuwaiti Dinar",
        })
        self.assertBlockedAlone(
            self.make_lines({"quantity": 1, "price_unit": 1.235}, currency_id=dinar.id),
            r"more than two decimals \(1\.235\).*by hand",
            others=49,
        )

    def test_an_amount_beyond_xeros_limit(self):
        self.assertBlockedAlone(
            self.make_lines({"quantity": 1, "price_unit": 10_000_000_000}),
            r"line of 10000000000\.00.*9,999,999,999\.99.*Split",
        )

    def test_words_alone(self):
        self.assertBlockedAlone(
            self.make_lines({"quantity": 0, "price_unit": 10}),
            "no line with an amount.*add a line",
        )

    def test_a_tax_that_its_rate_in_xero_does_not_allow(self):
        rate = self.env["xero.tax.rate"].search(
            [("tenant_id", "=", self.tenant.id), ("tax_type", "=", "NONE")]
        )
        tax = self.make_tax("sale")
        self.map_tax(tax, rate)
        self.assertBlockedAlone(
            self.make_lines({
                "quantity": 1, "price_unit": 10, "tax_ids": [Command.set(tax.ids)],
            }),
            r"line of 10\.00 with a tax of 1\.00.*rate of 0 %",
        )

