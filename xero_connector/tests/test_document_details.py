"""Details that accountants look for, as Xero holds them: for every kind of document, and for
orders what the receiver of the goods needs."""

from odoo import Command

from .push_common import XeroPushCase


class TestDetailsOfMoves(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner("Coast Cafe")
        self.push(self.partner)
        self.sim.journal.clear()

    def sent(self, record):
        self.push(record)
        self.assertEqual(record.xero_state, "sent", record.xero_message)
        return self.held(record._xero_resource())[self.link_of(record).xero_number]

    def test_every_kind_has_its_number_dates_account_and_way_back(self):
        for move_type, number, reference in (
            ("out_invoice", None, "PO 7"),
            ("out_receipt", None, "PO 7"),
            ("in_invoice", "RE-7", ""),
            ("in_receipt", "RE-7R", ""),
            ("out_refund", None, "PO 7"),
            ("in_refund", "GS-7", ""),
        ):
            with self.subTest(move_type=move_type):
                move = self.make_move(
                    move_type, self.partner, ref=number or "PO 7",
                    invoice_date_due="2026-12-24",
                )
                held = self.sent(move)
                self.assertEqual(
                    held.get("InvoiceNumber") or held.get("CreditNoteNumber"), number or move.name
                )
                self.assertEqual(held["Reference"] or "", reference)
                self.assertEqual(str(held["Date"]), "2026-11-02")
                [line] = held["LineItems"]
                self.assertEqual(
                    line["AccountCode"], "500" if move_type.startswith("in_") else "400"
                )
                if "refund" not in move_type:  # Xero has neither field on credit notes
                    self.assertEqual(str(held["DueDate"]), "2026-12-24")
                    self.assertTrue(held["Url"].endswith(f"/odoo/account.move/{move.id}"))

    def test_due_when_the_last_instalment_is_due(self):
        """Xero knows one due date; nobody is reminded before the last of Odoo's."""
        term = self.env["account.payment.term"].create({
            "name": "Half now, half in 60 days",
            "line_ids": [
                Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
            ],
        })
        for move_type in ("out_invoice", "in_invoice"):
            with self.subTest(move_type=move_type):
                move = self.make_move(
                    move_type, self.partner, invoice_payment_term_id=term.id,
                )
                self.assertEqual(str(self.sent(move)["DueDate"]), "2027-01-01")

    def test_an_invoice_without_its_own_date_has_the_day_of_posting(self):
        invoice = self.make_invoice(self.partner, invoice_date=False)
        self.assertEqual(self.sent(invoice)["Date"], invoice.invoice_date)

    def test_the_reference_is_what_the_customer_knows(self):
        """Own reference, reference to pay with, order; never the number once more."""
        for values, reference in (
            ({"ref": "PO 8", "payment_reference": "RF18", "invoice_origin": "S1"}, "PO 8"),
            ({"payment_reference": "RF18 5390", "invoice_origin": "S1"}, "RF18 5390"),
            ({"invoice_origin": "S00017"}, "S00017"),
            ({}, ""),
        ):
            with self.subTest(values):
                invoice = self.make_invoice(self.partner, **values)
                self.assertEqual(self.sent(invoice)["Reference"] or "", reference)


class TestDetailsOfOrders(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner("Mill")
        self.push(self.partner)
        self.company.partner_id.write({"street": "1 Dock Road", "city": "Perth", "phone": "123"})

    def sent(self, **values):
        order = self.make_order(self.partner)
        order.write(values)
        self.push(order)
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        return self.held("PurchaseOrders")[order.name]

    def test_dates_are_days_where_the_buyer_is(self):
        self.env.user.tz = "Australia/Perth"
        held = self.sent(
            user_id=self.env.user.id,
            date_order="2026-11-02 20:00:00",
            date_planned="2026-11-19 15:59:00",
        )
        self.assertEqual((str(held["Date"]), str(held["DeliveryDate"])),
                         ("2026-11-03", "2026-11-19"))

    def test_the_vendors_reference_or_where_the_order_comes_from(self):
        self.assertEqual(self.sent(partner_ref="Offer 9", origin="S00018")["Reference"], "Offer 9")
        self.assertEqual(self.sent(origin="S00018")["Reference"], "S00018")

    def test_goods_go_to_the_companys_address_for_deliveries(self):
        self.company.partner_id.child_ids = [Command.create({
            "type": "delivery", "name": "Gate 3", "street": "9 Back Lane", "city": "Perth",
            "phone": "456",
        })]
        held = self.sent(user_id=self.env.user.id)
        self.assertEqual(held["DeliveryAddress"], f"{self.company.name}\n9 Back Lane\nPerth")
        self.assertEqual(
            (held["AttentionTo"], held["Telephone"]), (self.env.user.name, "456")
        )

    def test_goods_go_to_the_warehouse_where_there_is_stock(self):
        if "picking_type_id" not in self.env["purchase.order"]._fields:
            self.skipTest("Warehouses come with Odoo's Inventory, which is not installed.")
        yard = self.make_partner("Yard", street="5 Rail Street", city="Perth", phone="555")
        warehouse = self.env["stock.warehouse"].create({
            "name": "Yard", "code": "YARD", "company_id": self.company.id, "partner_id": yard.id,
        })
        held = self.sent(picking_type_id=warehouse.in_type_id.id, user_id=self.env.user.id)
        self.assertIn("5 Rail Street\nPerth", held["DeliveryAddress"])
        self.assertEqual((held["AttentionTo"], held["Telephone"]), (self.env.user.name, "555"))

    def test_goods_go_to_a_nameless_address_of_a_customer(self):
        """Never our own buyer as the one who waits at the customer's door."""
        customer = self.make_partner("Harbour Hotel", phone="789")
        place = self.env["res.partner"].create({
            "parent_id": customer.id, "type": "delivery", "street": "7 Hill", "city": "Leeds",
        })
        held = self.sent(dest_address_id=place.id, user_id=self.env.user.id)
        self.assertIn("Harbour Hotel\n7 Hill\nLeeds", held["DeliveryAddress"])
        self.assertEqual((held["AttentionTo"], held["Telephone"]), ("Harbour Hotel", "789"))

    def test_goods_go_to_a_person_of_a_customer(self):
        customer = self.make_partner("Harbour Hotel", phone="789")
        cook = self.env["res.partner"].create({
            "parent_id": customer.id, "type": "delivery", "name": "Ann", "street": "7 Hill",
            "phone": "790",
        })
        held = self.sent(dest_address_id=cook.id)
        self.assertIn("Harbour Hotel\n7 Hill", held["DeliveryAddress"])
        self.assertEqual((held["AttentionTo"], held["Telephone"]), ("Ann", "790"))

    def test_long_instructions_are_cut_by_rule(self):
        held = self.sent(note="<p>" + "Ring the bell. " * 60 + "</p>")
        self.assertEqual(len(held["DeliveryInstructions"]), 500)
        self.assertTrue(held["DeliveryInstructions"].endswith("…"))
