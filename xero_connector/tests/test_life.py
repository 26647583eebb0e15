"""A document follows Odoo through its life in Xero: changed line by line, removed, in few calls."""

import json
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from ..models.xero_tables import XeroTables
from .life_common import LifeCase
from .push_common import ORGANISATION


class TestChanged(LifeCase):
    def test_the_same_document_is_changed_line_by_line(self):
        invoice = self.sent_invoice(lines=((2, 50.0), (3, 33.33), (1, 7.0)))
        before, ids = self.in_xero(invoice), self.line_ids(invoice)
        invoice.button_draft()
        invoice.invoice_line_ids[1].write({"price_unit": 44.44, "name": "Better words"})
        invoice.invoice_line_ids[2].unlink()
        invoice.ref = "PO 18"
        invoice.action_post()
        self.assertEqual(invoice.xero_state, "pending")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        held = self.in_xero(invoice)
        self.assertEqual(held["InvoiceID"], before["InvoiceID"])
        self.assertEqual(self.line_ids(invoice), ids[:2])
        self.assertEqual(held["LineItems"][1]["Description"], "Better words")
        self.assertEqual(held["Reference"], "PO 18")
        self.assertEqual(f"{held['Total']:.2f}", f"{invoice.amount_total:.2f}")
        self.assertEqual(self.writes(), [("Invoices", 1)])
        self.assertEqual(self.bodies()[0][0], "POST")

    def test_a_moved_line_keeps_its_id_and_a_new_one_gets_its_own(self):
        invoice = self.sent_invoice(lines=((1, 10.0), (2, 20.0)))
        ids = self.line_ids(invoice)
        invoice.button_draft()
        first, second = invoice.invoice_line_ids
        first.sequence, second.sequence = 20, 10
        invoice.invoice_line_ids = [(0, 0, {
            "name": "New", "price_unit": 5.0, "tax_ids": [(6, 0, self.sale_tax.ids)],
            "sequence": 1,
        })]
        invoice.action_post()
        self.run_engine()
        held = {line["Description"]: line["LineItemID"] for line in
                self.in_xero(invoice)["LineItems"]}
        self.assertEqual((held["Line 1"], held["Line 2"]), tuple(ids))
        self.assertNotIn(held["New"], ids)

    def test_a_tax_that_xero_would_keep_is_told(self):
        """Absent, an override of before would stay on the line."""
        invoice = self.sent_invoice(lines=((1, 100.0),))
        line = self.in_xero(invoice)["LineItems"][0]
        self.organisation.edit(invoice.xero_link_ids.xero_id, LineItems=[
            {"LineItemID": line["LineItemID"], "TaxAmount": line["TaxAmount"] + 1}
        ])
        self.change(invoice, ref="PO 19")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention")
        invoice.action_xero_overwrite()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(f"{self.in_xero(invoice)['TotalTax']:.2f}", f"{invoice.amount_tax:.2f}")

    def test_an_emptied_reference_is_emptied(self):
        invoice = self.sent_invoice(ref="PO 17")
        invoice.payment_reference = False
        self.change(invoice, ref=False)
        invoice.payment_reference = False
        self.move_time(minutes=1, seconds=1)
        self.run_engine()
        self.assertEqual(self.in_xero(invoice)["Reference"], "")

    def test_posted_again_unchanged_costs_no_call(self):
        invoice = self.sent_invoice()
        self.change(invoice)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent")
        self.assertEqual(len(self.sim.journal), 0)

    def test_what_xero_holds_already_is_not_written(self):
        invoice = self.sent_invoice()
        self.organisation.edit(self.link_of(invoice).xero_id, Reference="PO 20")
        self.change(invoice, ref="PO 20")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.writes(), [])
        self.sim.journal.clear()
        self.change(invoice)
        self.run_engine()
        self.assertEqual(len(self.sim.journal), 0, "What stands there counts as sent.")

    def test_a_submitted_draft_stays_submitted(self):
        invoice = self.sent_invoice()
        self.organisation.submit(self.link_of(invoice).xero_id)
        self.change(invoice, ref="PO 21")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.in_xero(invoice)["Status"], "SUBMITTED")
        self.assertEqual(self.in_xero(invoice)["Reference"], "PO 21")

    def test_a_draft_in_odoo_leaves_xero_alone(self):
        invoice = self.sent_invoice()
        self.change(invoice, ref="PO 22")
        invoice.button_draft()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent")
        self.assertEqual(len(self.sim.journal), 0)
        invoice.action_post()
        self.run_engine()
        self.assertEqual(self.in_xero(invoice)["Reference"], "PO 22")

    def test_an_order_confirmed_again_changes_its_order(self):
        order = self.sent_order()
        ids = self.line_ids(order)
        order.button_cancel()
        order.button_draft()
        order.order_line.price_unit = 9.99
        order.button_confirm()
        self.run_engine()
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        self.assertEqual(self.line_ids(order), ids)
        self.assertEqual(f"{self.in_xero(order)['Total']:.2f}", f"{order.amount_total:.2f}")
        self.assertEqual(self.writes(), [("PurchaseOrders", 1)])

    def test_a_confirmed_order_that_is_edited_follows_a_minute_later(self):
        order = self.sent_order()
        order.write({"partner_ref": "Q-8"})
        order.write({"order_line": [(1, order.order_line.id, {"price_unit": 8.88})]})
        self.assertEqual(order.xero_state, "pending")
        self.run_engine()
        self.assertEqual(len(self.sim.journal), 0, "Edits coalesce.")
        self.move_time(minutes=1, seconds=1)
        self.run_engine()
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        self.assertEqual(self.in_xero(order)["Reference"], "Q-8")
        self.assertEqual(self.writes(), [("PurchaseOrders", 1)])

    def test_lines_of_a_confirmed_order_may_be_changed_by_anybody(self):
        """Written and added without the order's form; of a quotation also removed."""
        order = self.sent_order()
        line = order.order_line
        quotation = order.copy()
        self.tenant.send_quotations = True
        self.push(quotation)
        self.move_time(minutes=1, seconds=1)
        for changed, change in (
            (order, lambda: line.write({"price_unit": 8.88})),
            (order, lambda: line.write({"date_planned": "2026-12-24 12:00:00"})),
            (order, lambda: line.copy({"order_id": order.id, "name": "One more"})),
            (quotation, lambda: line.copy({"order_id": quotation.id, "name": "One more"})),
            (quotation, lambda: quotation.order_line[1:].unlink()),
        ):
            change()
            self.assertEqual(changed.xero_state, "pending")
            self.move_time(minutes=1, seconds=1)
            self.run_engine()
            self.assertEqual(changed.xero_state, "sent", changed.xero_message)
            self.assertEqual(f"{self.in_xero(changed)['Total']:.2f}", f"{changed.amount_total:.2f}")
        line.write({"qty_received": 1})
        self.assertEqual(order.xero_state, "sent")

    def test_the_origin_of_a_posted_invoice_is_its_reference(self):
        invoice = self.sent_invoice()
        invoice.write({"invoice_origin": "S00077", "ref": False, "payment_reference": False})
        self.move_time(minutes=1, seconds=1)
        self.run_engine()
        self.assertEqual(self.in_xero(invoice)["Reference"], "S00077")
        invoice.invoice_origin = "S00078"
        self.assertEqual(invoice.xero_state, "pending")

    def test_numbered_anew_it_has_the_new_number_in_xero(self):
        """Odoo's wizard numbers posted documents anew, without resetting them to draft."""
        invoice = self.sent_invoice()
        wizard = self.env["account.resequence.wizard"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"first_name": "INV/2026/00901"})
        wizard.resequence()
        self.assertEqual(invoice.name, "INV/2026/00901")
        self.assertEqual(invoice.xero_state, "pending")
        self.move_time(minutes=1, seconds=1)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.in_xero(invoice)["InvoiceNumber"], "INV/2026/00901")
        self.assertEqual(self.writes(), [("Invoices", 1)])

    def test_a_posted_invoice_that_is_edited_follows_a_minute_later(self):
        """Odoo lets a person change some fields without resetting the document to draft."""
        invoice = self.sent_invoice()
        invoice.ref = "PO 77"
        invoice.invoice_line_ids[0].name = "In other words"
        self.assertEqual(invoice.xero_state, "pending")
        self.run_engine()
        self.assertEqual(len(self.sim.journal), 0, "Edits coalesce.")
        self.move_time(minutes=1, seconds=1)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.in_xero(invoice)["Reference"], "PO 77")
        self.assertEqual(
            self.in_xero(invoice)["LineItems"][0]["Description"], "In other words"
        )
        self.assertEqual(self.writes(), [("Invoices", 1)])

    def test_a_posted_line_that_goes_to_another_account_follows(self):
        """The list of journal items lets an accountant mend accounts of posted documents."""
        invoice = self.sent_invoice()
        other = self.company_data["default_account_revenue"].copy()
        self.map_account(other, self.env["xero.account"].search(
            [("tenant_id", "=", self.tenant.id), ("code", "=", "500")]
        ))
        self.assertEqual(self.in_xero(invoice)["LineItems"][0]["AccountCode"], "400")
        invoice.invoice_line_ids.account_id = other
        self.assertEqual(invoice.xero_state, "pending")
        self.move_time(minutes=1, seconds=1)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.in_xero(invoice)["LineItems"][0]["AccountCode"], "500")
        self.assertEqual(self.writes(), [("Invoices", 1)])

    def test_what_xero_has_no_field_for_marks_nothing(self):
        invoice = self.sent_invoice()
        invoice.narration = "Not of Xero's business"
        invoice.checked = True
        self.assertEqual(invoice.xero_state, "sent")

    def test_orders_are_read_one_by_one_and_few_at_a_time(self):
        orders = self.env["purchase.order"].union(
            *(self.make_order(self.partner) for _number in range(25))
        )
        self.push(orders)
        self.sim.journal.clear()
        orders.button_cancel()
        self.run_engine()
        self.assertEqual(set(orders.mapped("xero_status")), {"DELETED"})
        self.assertEqual(self.writes(), [("PurchaseOrders", 20), ("PurchaseOrders", 5)])
        self.assertEqual(len(self.reads()), 25)

    def test_looks_stop_at_the_limit(self):
        orders = self.env["purchase.order"].union(
            *(self.make_order(self.partner) for _number in range(3))
        )
        self.push(orders)
        orders.button_cancel()
        self.sim.journal.clear()
        read = type(self.tenant)._get_from_xero

        def read_and_use_up(tenant, *args):
            body = read(tenant, *args)
            tenant.sudo().budget_id.write({
                "paused_until": fields.Datetime.add(self.env.cr.now(), minutes=1),
            })
            tenant.env.flush_all()
            return body

        with patch.object(type(self.tenant), "_get_from_xero", read_and_use_up):
            self.run_engine()
        self.assertEqual(len(self.sim.journal), 1)
        self.assertEqual(set(orders.mapped("xero_state")), {"pending"})
        self.move_time(minutes=2)
        self.run_engine()
        self.assertEqual(set(orders.mapped("xero_status")), {"DELETED"})

    def test_a_hundred_changes_are_three_reads_and_two_writes(self):
        invoices = self.env["account.move"].union(
            *(self.make_invoice(self.partner, lines=((1, 10.0),)) for _number in range(100))
        )
        self.push(invoices)
        self.sim.journal.clear()
        invoices.button_draft()
        for invoice in invoices:
            invoice.ref = f"PO {invoice.id}"
        invoices.action_post()
        self.run_engine()
        self.assertEqual(set(invoices.mapped("xero_state")), {"sent"})
        self.assertEqual(self.writes(), [("Invoices", 50), ("Invoices", 50)])
        self.assertEqual(len(self.reads()), 3)
        self.assertEqual(self.in_xero(invoices[99])["Reference"], f"PO {invoices[99].id}")

    def test_a_new_customer_goes_first(self):
        invoice = self.sent_invoice()
        self.change(invoice, partner_id=self.make_partner("Other Cafe").id)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.writes(), [("Contacts", 1), ("Invoices", 1)])
        contact = self.organisation.contacts[self.in_xero(invoice)["ContactID"]]
        self.assertEqual(contact["Name"], "Other Cafe")

    def test_a_change_that_blocks_leaves_the_others_alone(self):
        bad, good = self.sent_invoice(), self.sent_invoice()
        bad.button_draft()
        bad.invoice_line_ids.tax_ids = self.make_tax("sale")
        bad.action_post()
        self.change(good, ref="PO 23")
        self.run_engine()
        self.assertEqual((bad.xero_state, good.xero_state), ("blocked", "sent"))
        self.assertEqual(self.writes(), [("Invoices", 1)])

    def test_a_change_that_blocks_says_why_also_after_the_mappings_were_read_again(self):
        """A run reads the mappings anew before it refuses what does not fit them, and has committed
        meanwhile, which tests on one cursor do not see."""
        invoice = self.sent_invoice()
        self.map_tax(self.sale_tax, self.env["xero.tax.rate"])
        self.change(invoice, ref="PO 34")
        with patch.object(XeroTables, "refresh", return_value=True):
            self.run_engine()
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn(self.sale_tax.name, invoice.xero_message)
        self.assertEqual(self.link_of(invoice)._cause(), self.sale_tax)

    def test_a_blocked_document_goes_when_it_is_posted_corrected(self):
        invoice = self.push(self.make_invoice(self.partner, taxes=self.make_tax("sale")))
        self.assertEqual(invoice.xero_state, "blocked")
        invoice.button_draft()
        invoice.invoice_line_ids.tax_ids = self.sale_tax
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)


class TestCancelled(LifeCase):
    def test_a_draft_is_deleted(self):
        invoice = self.sent_invoice()
        invoice.button_cancel()
        self.assertEqual(invoice.xero_state, "pending")
        self.run_engine()
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("sent", "DELETED"))
        self.assertIn("removed in Xero", self.link_of(invoice)._removed_sentence())
        self.assertEqual(self.in_xero(invoice)["Status"], "DELETED")
        self.assertEqual(self.bodies(), [
            ("POST", [{"InvoiceID": self.link_of(invoice).xero_id, "Status": "DELETED"}])
        ])

    def test_an_answer_that_shows_it_standing_removes_nothing(self):
        invoice = self.sent_invoice()
        held = self.in_xero(invoice)
        names = ("InvoiceID", "InvoiceNumber", "Status", "SubTotal", "TotalTax", "Total")
        answer = {name: held[name] for name in names}
        self.sim.faults.add(
            "replace", method="POST", path="Invoices", executed=False,
            body=json.dumps({"Invoices": [answer]}, default=float),
        )
        invoice.button_cancel()
        self.run_engine()
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("unknown", "DRAFT"))
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("sent", "DELETED"))
        self.assertEqual(self.in_xero(invoice)["Status"], "DELETED")

    # Faults: 32
    def test_what_never_arrived_waits_for_nothing_until_it_is_posted_again(self):
        invoice = self.make_invoice(self.partner)
        invoice.action_xero_push()
        invoice.button_cancel()
        self.assertEqual(invoice.xero_state, "withdrawn")
        self.sim.journal.clear()
        self.run_engine()
        self.assertEqual(len(self.sim.journal), 0)
        invoice.button_draft()
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    def test_an_order_is_deleted_and_its_number_is_free_again(self):
        order = self.sent_order()
        first = self.link_of(order).xero_id
        order.button_cancel()
        self.run_engine()
        self.assertEqual(order.xero_status, "DELETED", order.xero_message)
        self.assertNotEqual(self.in_xero(order)["PurchaseOrderNumber"], order.name)
        order.button_draft()
        order.button_confirm()
        self.run_engine()
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        self.assertNotEqual(self.link_of(order).xero_id, first)
        self.assertEqual(self.in_xero(order)["PurchaseOrderNumber"], order.name)
        self.assertEqual(self.in_xero(order)["Status"], "DRAFT")

    def test_a_bill_is_sent_anew(self):
        """Xero lets two bills have one number, so nothing stands in the way."""
        for move_type in ("in_invoice", "in_refund"):
            bill = self.make_move(move_type, ref="SUP-1")
            self.push(bill)
            first = self.link_of(bill).xero_id
            bill.button_draft()
            bill.button_cancel()
            self.run_engine()
            self.assertEqual(bill.xero_status, "DELETED", bill.xero_message)
            bill.button_draft()
            bill.action_post()
            self.run_engine()
            self.assertEqual(bill.xero_state, "sent", bill.xero_message)
            self.assertNotEqual(self.link_of(bill).xero_id, first)
            self.assertEqual(bill.xero_status, "DRAFT")

    def test_an_invoice_keeps_its_number_taken(self):
        invoice = self.sent_invoice()
        invoice.button_cancel()
        self.run_engine()
        invoice.button_draft()
        invoice.action_post()
        self.sim.journal.clear()
        self.run_engine()
        self.assertEqual(self.link_of(invoice).obstacle, "gone")
        self.assertIn("another number", invoice.xero_message)
        self.assertEqual(self.writes(), [])
        invoice.button_draft()
        invoice.name = "INV/RENAMED/1"
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.in_xero(invoice)["InvoiceNumber"], "INV/RENAMED/1")

    def test_deleted_by_a_person_is_as_wanted(self):
        invoice = self.sent_invoice()
        self.organisation.delete(self.link_of(invoice).xero_id)
        invoice.button_cancel()
        self.run_engine()
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("sent", "DELETED"))
        self.assertEqual(self.writes(), [])

    # Faults: 32
    def test_cancelled_while_its_answer_is_lost_is_refused(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        with self.assertRaisesRegex(UserError, "being sent to Xero"):
            invoice.button_cancel()

    def test_in_doubt_at_an_organisation_that_was_left_it_may_be_cancelled(self):
        """Nobody looks it up there: the books of Odoo cannot wait for that. Connected again, what
        arrived is removed, and what did not is not sent."""
        for executed, ends in ((True, ("sent", "DELETED")), (False, ("withdrawn", False))):
            with self.subTest(executed=executed):
                invoice = self.make_invoice(self.partner)
                self.sim.faults.add("drop", method="PUT", path="Invoices", executed=executed)
                self.push(invoice)
                self.tenant.action_disconnect()
                with self.assertRaisesRegex(UserError, "being sent to Xero"):
                    invoice.button_draft()  # it may be on its way still
                self.move_time(minutes=16)
                invoice.button_draft()
                invoice.button_cancel()
                self.assertEqual(invoice.xero_state, "unknown")
                self.connect(ORGANISATION)
                self.run_engine()
                self.run_engine()
                self.assertEqual((invoice.xero_state, invoice.xero_status), ends)
        self.assertEqual(self.writes()[-2:], [("Invoices", 1), ("Invoices", 1)])

    def test_fifty_cancellations_are_two_reads_and_one_write(self):
        invoices = self.env["account.move"].union(
            *(self.make_invoice(self.partner, lines=((1, 10.0),)) for _number in range(50))
        )
        self.push(invoices)
        self.sim.journal.clear()
        invoices.button_cancel()
        self.run_engine()
        self.assertEqual(set(invoices.mapped("xero_status")), {"DELETED"})
        self.assertEqual(self.writes(), [("Invoices", 50)])
        self.assertEqual(len(self.reads()), 2)
