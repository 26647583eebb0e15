"""Every kind of document stands in Xero as what it is, with Odoo's figures and details."""

from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError

from .push_common import ORGANISATION, XeroPushCase

KINDS = {
    "out_invoice": ("Invoices", "ACCREC"),
    "out_receipt": ("Invoices", "ACCREC"),
    "in_invoice": ("Invoices", "ACCPAY"),
    "in_receipt": ("Invoices", "ACCPAY"),
    "out_refund": ("CreditNotes", "ACCRECCREDIT"),
    "in_refund": ("CreditNotes", "ACCPAYCREDIT"),
}


class TestKinds(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner()
        self.push(self.partner)
        self.sim.journal.clear()

    def assertEqualInXero(self, move, held):
        self.assertEqual(
            (held["SubTotal"], held["TotalTax"], held["Total"]),
            tuple(
                Decimal(f"{amount:.2f}")
                for amount in (move.amount_untaxed, move.amount_tax, move.amount_total)
            ),
        )

    # === EVERY KIND === #

    def test_every_kind_with_negative_and_odd_lines(self):
        lines = ((3, 19.99), (1, 0.1), (1, -12.34), (-2, 1.115), (7, 33.333))
        for move_type, (resource, xero_type) in KINDS.items():
            with self.subTest(move_type=move_type):
                move = self.push(self.make_move(move_type, self.partner, lines))
                self.assertEqual(move.xero_state, "sent", move.xero_message)
                link = self.link_of(move)
                self.assertEqual(link.resource, resource)
                held = self.held(resource)[link.xero_number]
                self.assertEqual((held["Type"], held["Status"]), (xero_type, "DRAFT"))
                self.assertEqualInXero(move, held)
                self.assertTrue(all(line["Quantity"] > 0 for line in held["LineItems"]))

    def test_one_choice_of_all_kinds_goes_kind_by_kind(self):
        moves = self.env["account.move"].union(*(
            self.make_move(move_type, self.partner) for move_type in KINDS for _again in range(2)
        ))
        self.push(moves)
        self.assertEqual(set(moves.mapped("xero_state")), {"sent"})
        self.assertEqual(self.writes(), [
            ("Invoices", 4), ("CreditNotes", 2), ("Invoices", 4),
            ("CreditNotes", 1), ("CreditNotes", 1),  # vendor credits go alone
        ])

    def test_a_bill_carries_the_suppliers_number_and_the_way_back(self):
        bill = self.push(self.make_move(
            "in_invoice", self.partner, ref='RE "7", 8', invoice_date_due="2026-12-24",
        ))
        self.assertEqual(bill.xero_state, "sent", bill.xero_message)
        held = self.held("Invoices")['RE "7", 8']
        self.assertEqual((held["Reference"], str(held["DueDate"])), ("", "2026-12-24"))
        self.assertTrue(held["Url"].endswith(f"/odoo/account.move/{bill.id}"))
        own = self.push(self.make_move("in_invoice", self.partner))
        self.assertIn(own.name, self.held("Invoices"))

    def test_a_credit_note_says_what_it_is_for(self):
        note = self.push(self.make_move("out_refund", self.partner, ref="Reversal of INV/7"))
        held = self.held("CreditNotes")[note.name]
        self.assertEqual(held["Reference"], "Reversal of INV/7")
        self.assertEqual(held["RemainingCredit"], Decimal(f"{note.amount_total:.2f}"))

    def test_a_receipt_without_a_partner_says_so(self):
        receipt = self.make_move("out_receipt", partner_id=False)
        self.push(receipt)
        self.assertEqual(receipt.xero_state, "blocked")
        self.assertIn("names no customer or supplier", receipt.xero_message)

    def test_a_journal_entry_is_refused_in_words(self):
        entry = self.env["account.move"].create({"move_type": "entry"})
        with self.assertRaises(UserError) as refused:
            entry.action_xero_push()
        self.assertIn("invoices, bills, credit notes and receipts", str(refused.exception))

    def test_a_bill_goes_where_its_journal_goes(self):
        other = self.make_tenant(self.company, name="Second")
        bill = self.make_move("in_invoice", self.partner)
        bill.journal_id.xero_tenant_id = other
        self.assertEqual(bill._xero_tenant(), other)
        self.company.xero_tenant_id = self.tenant
        self.assertNotIn(bill, bill.search(bill._xero_routing_domain(self.tenant)))
        self.assertIn(bill, bill.search(bill._xero_routing_domain(other)))

    # === LINES === #

    def test_words_and_lines_of_nothing_are_no_amounts(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        for move_type in ("in_invoice", "out_refund"):
            with self.subTest(move_type=move_type):
                product = self.product_a
                lines = [
                    {"display_type": "line_section", "name": "Section"},
                    {"display_type": "line_subsection", "name": "Subsection"},
                    {"product_id": product.id, "quantity": 2, "price_unit": 10, "name": "Eggs",
                     "product_uom_id": dozen.id},
                    {"name": "Option", "quantity": 0, "price_unit": 99.5},
                    {"display_type": "line_note", "name": "Note " + "x" * 5000},
                ]
                account = self.company_data[
                    f"default_account_{'expense' if move_type == 'in_invoice' else 'revenue'}"
                ]
                taxes = self.purchase_tax if move_type == "in_invoice" else self.sale_tax
                move = self.push(self.make_move(move_type, self.partner, invoice_line_ids=[
                    Command.create(line if line.get("display_type") else {
                        **line, "account_id": account.id, "tax_ids": [Command.set(taxes.ids)],
                    })
                    for line in lines
                ]))
                self.assertEqual(move.xero_state, "sent", move.xero_message)
                resource = KINDS[move_type][0]
                held = self.held(resource)[self.link_of(move).xero_number]["LineItems"]
                self.assertEqual([line["Description"] for line in held[:4]], [
                    "Section", "Subsection", "Eggs\n2 Dozens", "Option\n0 x 99.5",
                ])
                self.assertEqual(
                    ["LineAmount" in line for line in held], [False, False, True, False, False]
                )
                self.assertEqual(len(held[4]["Description"]), 4000)
                self.assertTrue(held[4]["Description"].endswith("…"))

    # === ORDERS === #

    def test_an_order_says_where_it_goes_and_to_whom(self):
        self.company.partner_id.write({"street": "1 Dock Road", "city": "Perth", "phone": "123"})
        order = self.make_order(self.partner)
        order.user_id = self.env.user
        order.note = "<p>Ring <b>twice</b></p>"
        self.push(order)
        held = self.held("PurchaseOrders")[order.name]
        self.assertIn("1 Dock Road\nPerth", held["DeliveryAddress"])
        self.assertEqual((held["AttentionTo"], held["Telephone"]), (self.env.user.name, "123"))
        self.assertEqual(held["DeliveryInstructions"], "Ring *twice*")

    def test_dropped_goods_go_to_the_customer(self):
        order = self.make_order(self.partner)
        order.dest_address_id = self.make_partner("Ann", street="7 Hill", city="Leeds")
        self.push(order)
        held = self.held("PurchaseOrders")[order.name]
        self.assertIn("7 Hill\nLeeds", held["DeliveryAddress"])
        self.assertEqual(held["AttentionTo"], "Ann")

    def test_requests_for_quotation_go_as_drafts_if_the_tenant_says_so(self):
        quotation = self.make_order(self.partner).copy()
        with self.assertRaises(UserError):
            quotation.action_xero_push()
        self.tenant.write({"send_quotations": True, "order_status": "authorised"})
        self.push(quotation)
        self.assertEqual(quotation.xero_status, "DRAFT", quotation.xero_message)
        quotation.order_line[:1].price_unit = 9
        quotation.button_confirm()
        self.run_engine()
        self.move_time(minutes=2)
        self.run_engine()
        self.assertEqual(
            quotation.xero_status, "AUTHORISED",
            (quotation.xero_state, quotation.xero_message, self.link_of(quotation).approve)
        )
        held = self.held("PurchaseOrders")[quotation.name]
        self.assertEqualInXero(quotation, held)

    # === BY THEMSELVES === #

    def test_only_the_chosen_kinds_go_by_themselves(self):
        moves = {kind: self.make_move(kind, self.partner) for kind in KINDS}
        quotation = self.make_order(self.partner).copy()
        self.tenant.write({
            "send_since": "2026-01-01", "send_automatically": True, "send_orders": False,
        })
        self.run_engine()
        self.assertEqual(
            {kind for kind, move in moves.items() if move.xero_state}, {"out_invoice"}
        )
        self.tenant.write({
            "send_credit_notes": True, "send_bills": True, "send_refunds": True,
            "send_receipts": True, "send_quotations": True,
        })
        self.run_engine()
        self.env.invalidate_all()
        self.assertEqual({move.xero_state for move in moves.values()}, {"sent"})
        self.assertEqual(quotation.xero_state, "sent")

    # === BATCHES === #

    # Faults: 26
    def test_two_suppliers_with_one_number_go_together(self):
        other = self.make_partner()
        bills = self.env["account.move"].union(*(
            self.make_move("in_invoice", partner, ((1, price),), ref="17")
            for partner, price in ((self.partner, 10), (other, 20))
        ))
        self.push(bills)
        self.assertEqual(set(bills.mapped("xero_state")), {"sent"})
        self.assertEqual(self.writes(), [("Contacts", 1), ("Invoices", 2)])
        organisation = self.sim.organisation(ORGANISATION)
        for bill in bills:
            held = organisation.invoices[self.link_of(bill).xero_id]
            self.assertEqualInXero(bill, held)
            self.assertEqual(held["ContactID"], self.link_of(bill.partner_id).xero_id)

    # Faults: 26
    def test_twins_of_one_supplier_go_one_after_the_other(self):
        twins = self.env["account.move"].union(*(
            self.make_move("in_invoice", self.partner, ref="17") for _twin in range(2)
        ))
        self.push(twins | self.make_move("in_invoice", self.partner, ref="18"))
        self.assertEqual(set(twins.mapped("xero_state")), {"sent"})
        self.assertEqual(self.writes(), [("Invoices", 2), ("Invoices", 1)])
        self.assertEqual(len(set(self.link_of(twins).mapped("xero_id"))), 2)

    def test_one_refused_bill_does_not_stop_its_batch(self):
        organisation = self.sim.organisation(ORGANISATION)
        other, third = self.make_partner(), self.make_partner()
        self.push(other | third)
        bills = self.env["account.move"].union(*(
            self.make_move("in_invoice", partner, ref="17")
            for partner in (self.partner, other, third)
        ))
        organisation.archive_contact(self.link_of(other).xero_id)
        self.push(bills)
        self.assertEqual(bills.mapped("xero_state"), ["sent", "rejected", "sent"])
        self.assertIn("archived", bills[1].xero_message)
