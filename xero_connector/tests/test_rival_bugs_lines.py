"""Defects of other connectors, 1 to 12: amounts and lines. One test each, named after its
number."""

import json
from decimal import Decimal

from odoo import Command
from odoo.exceptions import ValidationError

from .push_common import ORGANISATION, XeroPushCase

KINDS = {
    "out_invoice": "Invoices",
    "out_receipt": "Invoices",
    "in_invoice": "Invoices",
    "in_receipt": "Invoices",
    "out_refund": "CreditNotes",
    "in_refund": "CreditNotes",
}


class TestRivalBugsOfLines(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner("Coast Cafe")
        self.push(self.partner)
        self.sim.journal.clear()

    # === SETTING UP === #

    def values_of(self, line, side):
        """A line of any kind of move on its usual account with its usual tax."""
        if line.get("display_type"):
            return line
        taxes = self.purchase_tax if side == "expense" else self.sale_tax
        account = self.company_data[f"default_account_{side}"]
        return {"account_id": account.id, "tax_ids": [Command.set(taxes.ids)], **line}

    def move_of(self, move_type, *lines, **values):
        side = "expense" if move_type.startswith("in_") else "revenue"
        return self.make_move(move_type, self.partner, invoice_line_ids=[
            Command.create(self.values_of(line, side)) for line in lines
        ], **values)

    def order_of(self, *lines, **values):
        order = self.env["purchase.order"].create({
            "partner_id": self.partner.id,
            "order_line": [
                Command.create({**line, "product_qty": 0} if line.get("display_type") else {
                    "product_id": self.product_a.id,
                    "tax_ids": [Command.set(self.purchase_tax.ids)],
                    "product_qty": line.get("quantity", 1),
                    **{name: value for name, value in line.items() if name != "quantity"},
                })
                for line in lines
            ],
            **values,
        })
        order.button_confirm()
        return order

    def every_kind_of(self, *lines):
        """A document of every kind with the same lines."""
        yield from (self.move_of(move_type, *lines) for move_type in KINDS)
        yield self.order_of(*lines)

    def sent(self, record):
        """What Xero holds of a record that was pushed; its totals are Odoo's."""
        self.push(record)
        self.assertEqual(record.xero_state, "sent", record.xero_message)
        held = self.held(record._xero_resource())[self.link_of(record).xero_number]
        self.assertEqual(
            [f"{held[name]:.2f}" for name in ("SubTotal", "TotalTax", "Total")],
            [f"{amount:.2f}" for amount in (
                record.amount_untaxed, record.amount_tax, record.amount_total,
            )],
        )
        return held

    def elements(self):
        """The documents of all requests, as they were sent."""
        return [
            element
            for call in self.sim.journal.writes
            for kind in ("Invoices", "CreditNotes", "PurchaseOrders")
            for element in json.loads(call.body).get(kind, ())
        ]

    def foreign(self, name, *rates):
        """A currency that both sides keep, with these rates in Odoo."""
        currency = self.env["res.currency"].with_context(active_test=False).search(
            [("name", "=", name)]
        )
        currency.active = True
        currency.rate_ids.unlink()
        self.env["res.currency.rate"].create([
            {"currency_id": currency.id, "company_id": self.company.id, "name": "2026-01-01",
             "rate": rate}
            for rate in rates
        ])
        self.sim.organisation(ORGANISATION).currencies[name] = {"Code": name, "Description": name}
        self.env.flush_all()
        self.tenant.action_pull_settings()
        self.env.invalidate_all()
        self.sim.journal.clear()
        return currency

    # === THE BUGS === #

    def test_01_a_discount_reaches_xero_whatever_the_kind(self):
        """The customer was promised 12.5 % less, and the ledger shows the full price."""
        for record in self.every_kind_of(
            {"name": "Chair", "quantity": 3, "price_unit": 33.33, "discount": 12.5},
        ):
            with self.subTest(record=record.name):
                [line] = self.sent(record)["LineItems"]
                self.assertEqual(f"{line['LineAmount']:.2f}", "87.49")
                self.assertIn("12.5", line["Description"])

    def test_02_whether_amounts_include_tax_is_always_said(self):
        """Left out, the reader decides whether 100 means 100 or 91, creations and changes alike."""
        for record in self.every_kind_of({"name": "Chair", "price_unit": 100}):
            self.sent(record)
        invoice = self.env["account.move"].search([
            ("move_type", "=", "out_invoice"), ("xero_state", "=", "sent"),
        ], limit=1)
        invoice.button_draft()
        invoice.ref = "PO 1"
        invoice.action_post()
        self.run_engine()
        elements = self.elements()
        self.assertEqual(len(elements), 8)
        self.assertEqual({element["LineAmountTypes"] for element in elements}, {"Exclusive"})

    def test_03_prices_with_and_without_tax_are_not_mixed_up(self):
        """One document with both ways of pricing: no line gains or loses a tax."""
        included = self.make_tax("sale")
        included.write({"amount": self.rate, "price_include_override": "tax_included"})
        self.map_tax(included, self.sale_tax.xero_tax_mapping_ids.rate_id)
        for move_type in ("out_invoice", "out_refund"):
            with self.subTest(move_type=move_type):
                held = self.sent(self.move_of(
                    move_type,
                    {"name": "With", "price_unit": 108.875, "tax_ids": [Command.set(included.ids)]},
                    {"name": "Without", "price_unit": 100},
                ))
                self.assertEqual(
                    [(f"{line['LineAmount']:.2f}", f"{line['TaxAmount']:.2f}")
                     for line in held["LineItems"]],
                    [("100.00", "8.88"), ("100.00", "8.88")],
                )

    def test_04_two_taxes_on_a_line_are_booked_whole_or_told(self):
        """A second tax vanished without a word, or stopped the whole run."""
        state, city = self.make_tax("sale"), self.make_tax("sale")
        state.amount, city.amount = 4, 4.5
        invoice = self.make_invoice(self.partner, taxes=state | city)
        other = self.make_invoice(self.partner)
        self.push(invoice | other)
        self.assertEqual((invoice.xero_state, other.xero_state), ("blocked", "sent"))
        self.assertIn(state.name, invoice.xero_message)
        self.assertIn(city.name, invoice.xero_message)
        rate = self.env["xero.tax.rate"].search(
            [("tenant_id", "=", self.tenant.id), ("tax_type", "=", "TAX001")]
        )
        self.link_of(invoice)._cause().rate_id = rate
        self.run_engine()
        held = self.sent(invoice)
        self.assertEqual(f"{held['TotalTax']:.2f}", "8.50")

    def test_05_tax_is_no_line(self):
        """A tax that was sent as a line of its own was taxed once more."""
        for record in self.every_kind_of(
            {"name": "Chair", "price_unit": 100}, {"name": "Table", "price_unit": 40},
        ):
            with self.subTest(record=record.name):
                lines = self.sent(record)["LineItems"]
                self.assertEqual(
                    [f"{line['LineAmount']:.2f}" for line in lines], ["100.00", "40.00"]
                )

    def test_06_many_pieces_keep_their_price(self):
        """Subtotal divided by quantity lost cents once there were a hundred pieces."""
        self.company.tax_calculation_rounding_method = "round_per_line"
        for record in self.every_kind_of(
            {"name": "Screw", "quantity": 144, "price_unit": 0.09},
            {"name": "Bolt", "quantity": 999, "price_unit": 1.11, "discount": 33.33},
            {"name": "Nail", "quantity": 12345, "price_unit": 0.07},
        ):
            with self.subTest(record=record.name):
                screw, bolt, nail = self.sent(record)["LineItems"]
                self.assertEqual(
                    [(line["Quantity"], line["UnitAmount"]) for line in (screw, nail)],
                    [(144, Decimal("0.09")), (12345, Decimal("0.07"))],
                )
                self.assertEqual(f"{bolt['LineAmount']:.2f}", "739.30")

    def test_07_a_line_without_an_account_is_told_not_dropped(self):
        """The document arrived, smaller by the line that nobody could book."""
        unknown = self.company_data["default_account_revenue"].copy({"name": "Side line"})
        invoice = self.move_of(
            "out_invoice",
            {"name": "Chair", "price_unit": 100},
            {"name": "Odd job", "price_unit": 40, "account_id": unknown.id},
        )
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn("Side line", invoice.xero_message)
        self.assertEqual(self.writes(), [])

    def test_08_words_are_no_lines_of_money(self):
        """Sections and notes became lines of one piece at no price, or at the price above them."""
        for record in self.every_kind_of(
            {"display_type": "line_section", "name": "Furniture"},
            {"name": "Chair", "price_unit": 100},
            {"display_type": "line_note", "name": "Thank you"},
        ):
            with self.subTest(record=record.name):
                self.sent(record)
                lines = self.elements()[-1]["LineItems"]
                self.assertEqual(
                    [line["Description"] for line in lines], ["Furniture", "Chair", "Thank you"]
                )
                self.assertEqual([set(lines[0]), set(lines[2])], [{"Description"}] * 2)

    def test_09_signs(self):
        """Credit notes came in below zero, and returned pieces as sold ones."""
        lines = (
            {"name": "Chair", "quantity": 3, "price_unit": 50},
            {"name": "Returned", "quantity": -1, "price_unit": 20},
            {"name": "Rebate", "quantity": 1, "price_unit": -5.5},
        )
        for move_type in KINDS:
            with self.subTest(move_type=move_type):
                held = self.sent(self.move_of(move_type, *lines))
                self.assertEqual(
                    [f"{line['LineAmount']:.2f}" for line in held["LineItems"]],
                    ["150.00", "-20.00", "-5.50"],
                )
                self.assertGreater(held["Total"], 0)

    def test_10_the_rate_is_odoos_or_none(self):
        """A currency without a rate was booked one to one: a hundred francs, a hundred dollars."""
        for record in self.every_kind_of({"name": "Chair", "price_unit": 100}):
            self.sent(record)
        self.assertFalse([element for element in self.elements() if "CurrencyRate" in element])
        franc = self.foreign("CHF", 0.8125)
        for record in (
            *(self.move_of(kind, {"name": "Chair", "price_unit": 100}, currency_id=franc.id)
              for kind in KINDS),
            self.order_of({"name": "Chair", "price_unit": 100}, currency_id=franc.id),
        ):
            with self.subTest(record=record.name):
                self.assertEqual(self.sent(record)["CurrencyRate"], Decimal("0.8125"))
        rateless = self.foreign("SEK")
        invoice = self.move_of("out_invoice", {"name": "Chair", "price_unit": 100},
                               currency_id=rateless.id)
        order = self.order_of({"name": "Chair", "price_unit": 100}, currency_id=rateless.id)
        for record in (invoice, order):
            self.push(record)
            self.assertEqual(record.xero_state, "blocked")
            self.assertIn("no exchange rate for SEK", record.xero_message)
        pegged = self.foreign("BSD", 1.0)
        bahamian = self.move_of("out_invoice", {"name": "Chair", "price_unit": 100},
                                currency_id=pegged.id)
        self.assertEqual(self.sent(bahamian)["CurrencyRate"], 1)

    # === TRACKING === #

    def make_tracking(self):
        """Two plans that are categories in Xero, and a third one that is none.

        :return: an analytic account of each
        """
        organisation = self.sim.organisation(ORGANISATION)
        for category, option in (("Region", "North"), ("Department", "Sales")):
            organisation.tracking_categories.save({
                "TrackingCategoryID": organisation.new_guid(), "Name": category,
                "Status": "ACTIVE", "Options": ({
                    "TrackingOptionID": organisation.new_guid(), "Name": option,
                    "Status": "ACTIVE",
                },),
            })
        plans = self.env["account.analytic.plan"].create([
            {"name": name} for name in ("Region", "Department", "Vehicle")
        ])
        accounts = self.env["account.analytic.account"].create([
            {"name": name, "plan_id": plan.id}
            for name, plan in zip(("North", "Sales", "Van"), plans, strict=True)
        ])
        self.env.flush_all()
        self.tenant.action_pull_settings()
        self.env.invalidate_all()
        self.sim.journal.clear()
        return accounts

    def test_11_one_key_of_several_accounts_is_read_whole(self):
        """A line with two dimensions stopped the export: its key was taken for a number."""
        north, sales, _van = self.make_tracking()
        combined = {f"{north.id},{sales.id}": 100}
        for record in self.every_kind_of(
            {"name": "Chair", "price_unit": 100, "analytic_distribution": combined},
            {"name": "Table", "price_unit": 40, "analytic_distribution": {str(north.id): 100}},
        ):
            with self.subTest(record=record.name):
                self.assertEqual(
                    [{one["Name"]: one["Option"] for one in line["Tracking"]}
                     for line in self.sent(record)["LineItems"]],
                    [{"Region": "North", "Department": "Sales"}, {"Region": "North"}],
                )

    def test_12_more_than_two_dimensions_are_a_stated_limit(self):
        """The third dimension was refused by Xero at every document, or pushed out another one."""
        north, sales, van = self.make_tracking()
        invoice = self.move_of("out_invoice", {
            "name": "Chair", "price_unit": 100,
            "analytic_distribution": {f"{north.id},{sales.id},{van.id}": 100},
        })
        [line] = self.sent(invoice)["LineItems"]
        self.assertEqual(
            {one["Name"]: one["Option"] for one in line["Tracking"]},
            {"Region": "North", "Department": "Sales"},
        )
        third = self.env["xero.tracking.category"].sudo().create(
            {"tenant_id": self.tenant.id, "name": "Vehicle", "xero_id": "3"}
        )
        row = self.tenant.tracking_mapping_ids.filtered(lambda row: row.plan_id == van.plan_id)
        with self.assertRaisesRegex(ValidationError, "two categories at most"):
            row.category_id = third
