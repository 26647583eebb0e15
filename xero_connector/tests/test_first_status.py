"""Documents begin with the status that the tenant says; what shall be approved is equal first."""

import json
from decimal import Decimal
from unittest.mock import patch

from ..xero import const
from .push_common import ORGANISATION, XeroPushCase


class TestFirstStatus(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner()
        self.push(self.partner)
        self.sim.journal.clear()

    def stands(self, record):
        """What Xero holds of a record."""
        organisation = self.sim.organisation(ORGANISATION)
        table = {
            "Invoices": organisation.invoices,
            "CreditNotes": organisation.credit_notes,
            "PurchaseOrders": organisation.purchase_orders,
        }[self.link_of(record).resource]
        return table[self.link_of(record).xero_id]

    def approved(self, **values):
        self.tenant.write({"invoice_status": "authorised", **values})
        return self.make_invoice(self.partner)

    # === EVERY KIND === #

    def test_every_kind_begins_with_its_own_status(self):
        self.tenant.write({
            "invoice_status": "authorised",
            "credit_note_status": "authorised",
            "bill_status": "submitted",
            "refund_status": "authorised",
            "order_status": "submitted",
        })
        expected = {
            "out_invoice": "AUTHORISED", "out_refund": "AUTHORISED", "in_invoice": "SUBMITTED",
            "in_refund": "AUTHORISED", "out_receipt": "DRAFT", "in_receipt": "DRAFT",
        }
        for move_type, status in expected.items():
            with self.subTest(move_type=move_type):
                move = self.push(self.make_move(move_type, self.partner))
                self.assertEqual(move.xero_state, "sent", move.xero_message)
                self.assertEqual((move.xero_status, self.stands(move)["Status"]), (status, status))
        order = self.push(self.make_order(self.partner))
        self.assertEqual(order.xero_status, "SUBMITTED")
        self.tenant.order_status = "authorised"
        order = self.push(self.make_order(self.partner))
        self.assertEqual((order.xero_state, order.xero_status), ("sent", "AUTHORISED"))

    def test_approvals_go_in_batches_after_the_drafts(self):
        self.tenant.invoice_status = "authorised"
        invoices = self.env["account.move"].union(*(
            self.make_invoice(self.partner) for _invoice in range(4)
        ))
        self.push(invoices)
        self.assertEqual(set(invoices.mapped("xero_status")), {"AUTHORISED"})
        self.assertEqual(
            [(call.method, call.element_count) for call in self.sim.journal.writes],
            [("PUT", 4), ("POST", 4)],
        )

    def test_a_customer_who_has_the_invoice_is_told_with_the_approval(self):
        invoice = self.approved()
        invoice.is_move_sent = True
        self.push(invoice)
        self.assertTrue(self.stands(invoice)["SentToContact"])
        other = self.push(self.make_invoice(self.partner))
        self.assertFalse(self.stands(other)["SentToContact"])

    # === NEVER UNSEEN === #

    def test_what_is_not_equal_stays_a_draft(self):
        invoice = self.approved()

        def shift(response):
            answer = json.loads(response.body)
            answer["Invoices"][0]["TotalTax"] += 1
            response.body = json.dumps(answer).encode()
            return response

        self.sim.faults.add("edit", method="PUT", path="Invoices", function=shift)
        self.push(invoice)
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("attention", "DRAFT"))
        self.assertEqual(self.writes(), [("Invoices", 1)])
        self.push(invoice)
        self.assertEqual(invoice.xero_status, "DRAFT")

    def test_what_has_changed_meanwhile_is_not_approved(self):
        invoice = self.approved()
        self.sim.faults.add("error", method="POST", path="Invoices", status=503, executed=False)
        self.push(invoice)
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("unknown", "DRAFT"))
        self.move_time(minutes=16)
        link = self.link_of(invoice)
        link.fingerprint = "0" * 64  # Odoo has changed since
        self.run_engine()
        self.assertEqual(self.stands(invoice)["Status"], "DRAFT")

    def change(self, move):
        """Another price, as a person brings it in, sent by itself."""
        move.button_draft()
        move.invoice_line_ids[0].price_unit = 77
        move.action_post()
        self.run_engine()
        self.move_time(minutes=2)
        self.run_engine()
        self.assertEqual(move.xero_state, "sent", move.xero_message)
        self.assertEqual(self.stands(move)["Total"], Decimal(f"{move.amount_total:.2f}"))

    def test_what_changes_before_its_approval_is_changed_then_approved(self):
        invoice = self.approved()
        self.sim.faults.add("drop", method="POST", path="Invoices", executed=False)
        self.push(invoice)
        self.move_time(minutes=16)
        request = self.link_of(invoice).request_id
        self.link_of(invoice)._release()
        request._close()
        self.change(invoice)
        self.assertEqual(self.stands(invoice)["Status"], "AUTHORISED")

    def drafts_to_approve(self):
        """An invoice and a credit note that stand as drafts, and whose approval never left."""
        self.tenant.write({"invoice_status": "authorised", "credit_note_status": "authorised"})
        moves = self.make_invoice(self.partner) | self.make_move("out_refund", self.partner)
        for resource in ("Invoices", "CreditNotes"):
            self.sim.faults.add("drop", method="POST", path=resource, executed=False)
        self.push(moves)
        self.move_time(minutes=16)
        for link in self.link_of(moves):
            request = link.request_id
            link._release()
            request._close()
        self.assertEqual(set(moves.mapped("xero_status")), {"DRAFT"})
        return moves

    def test_one_that_has_changed_keeps_none_of_the_others_from_approval(self):
        invoice, credit_note = self.drafts_to_approve()
        self.change(invoice)
        self.assertEqual((invoice.xero_status, credit_note.xero_status), ("AUTHORISED",) * 2)

    def test_more_that_have_changed_than_a_batch_holds(self):
        invoice, credit_note = self.drafts_to_approve()
        with patch.object(const, "BATCH_SIZE", 1):
            self.change(invoice)
        self.assertEqual((invoice.xero_status, credit_note.xero_status), ("AUTHORISED",) * 2)

    def test_one_that_cannot_be_prepared_stops_nobody(self):
        bad, credit_note = self.drafts_to_approve()
        new = self.make_invoice(self.partner)
        new.action_xero_push()
        build = type(bad)._xero_document

        def fail_on_bad(move, tables):
            if move == bad:
                raise ZeroDivisionError("What nobody foresaw.")
            return build(move, tables)

        with patch.object(type(bad), "_xero_document", fail_on_bad), self.assertLogs(
            "odoo.addons.xero_connector", "ERROR"
        ):
            self.run_engine()
        self.assertEqual((credit_note.xero_status, new.xero_status), ("AUTHORISED",) * 2)
        self.assertEqual(bad.xero_state, "blocked")

    def test_what_was_approved_by_us_stays_so_when_it_changes(self):
        invoice = self.push(self.approved())
        self.change(invoice)
        self.assertEqual(self.stands(invoice)["Status"], "AUTHORISED")

    def test_every_kind_follows_its_changes(self):
        for move_type in ("in_invoice", "in_refund", "out_refund", "in_receipt"):
            with self.subTest(move_type=move_type):
                self.change(self.push(self.make_move(move_type, self.partner)))

    def test_a_refused_approval_says_why_and_can_be_tried_again(self):
        invoice = self.approved()
        organisation = self.sim.organisation(ORGANISATION)
        organisation.set_lock_dates(end_of_year=invoice.invoice_date)
        self.push(invoice)
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("rejected", "DRAFT"))
        self.assertIn("lock date", invoice.xero_message)
        organisation.set_lock_dates()
        self.push(invoice)
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("sent", "AUTHORISED"))

    # === IN DOUBT === #

    def test_a_lost_approval_is_read_not_guessed(self):
        for executed in (True, False):
            with self.subTest(executed=executed):
                invoice = self.approved()
                self.sim.faults.add("drop", method="POST", path="Invoices", executed=executed)
                self.push(invoice)
                self.assertEqual(invoice.xero_state, "unknown")
                self.move_time(minutes=16)
                self.run_engine()
                self.run_engine()
                self.assertEqual((invoice.xero_state, invoice.xero_status), ("sent", "AUTHORISED"))
                self.assertEqual(self.stands(invoice)["Status"], "AUTHORISED")
                approvals = [call for call in self.sim.journal.writes if call.method == "POST"]
                self.assertEqual(len(approvals), 1 if executed else 2)
                self.sim.journal.clear()

    def test_a_lost_approval_of_orders_and_credit_notes_too(self):
        self.tenant.write({"order_status": "authorised", "refund_status": "authorised"})
        for resource, record in (
            ("PurchaseOrders", self.make_order(self.partner)),
            ("CreditNotes", self.make_move("in_refund", self.partner)),
        ):
            with self.subTest(resource=resource):
                self.sim.faults.add("drop", method="POST", path=resource, executed=True)
                self.push(record)
                self.assertEqual(record.xero_state, "unknown")
                self.move_time(minutes=16)
                self.run_engine()
                self.assertEqual((record.xero_state, record.xero_status), ("sent", "AUTHORISED"))

    def test_removed_in_xero_before_it_was_approved(self):
        invoice = self.approved()
        self.sim.faults.add("drop", method="POST", path="Invoices", executed=False)
        self.push(invoice)
        self.sim.organisation(ORGANISATION).delete(self.link_of(invoice).xero_id)
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("attention", "DELETED"))
        self.assertIn("removed in Xero", invoice.xero_message)

    def test_the_first_answer_lost_the_draft_is_found_and_approved(self):
        invoice = self.approved()
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        self.move_time(minutes=16)
        self.run_engine()
        self.run_engine()
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("sent", "AUTHORISED"))
        self.assertEqual(self.stands(invoice)["Total"], Decimal(f"{invoice.amount_total:.2f}"))
