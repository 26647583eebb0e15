"""A journal narrows what goes by itself, per kind, and bars what shall never go."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .push_common import XeroPushCase


@tagged("post_install", "-at_install")
class TestJournalSending(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner()
        self.journal = self.company_data["default_journal_sale"]
        self.tenant.write({"send_since": "2026-11-01", "send_automatically": True})

    def test_posting_marks_at_once_what_goes_by_itself(self):
        invoice = self.make_invoice(self.partner)
        self.assertEqual(invoice.xero_state, "pending")
        self.assertFalse(self.make_move("out_refund", self.partner).xero_state)
        self.assertFalse(self.make_invoice(self.partner, invoice_date="2026-10-31").xero_state)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent")

    def test_nothing_is_marked_while_sending_by_itself_is_off(self):
        self.tenant.send_automatically = False
        self.journal.xero_sending = "always"
        invoice = self.make_invoice(self.partner)
        self.run_engine()
        self.assertFalse(invoice.xero_state)

    def test_nothing_is_marked_for_a_tenant_that_is_not_connected(self):
        self.tenant.sudo().state = "disconnected"
        self.assertFalse(self.make_invoice(self.partner).xero_state)

    def test_an_order_is_marked_when_it_is_confirmed(self):
        self.assertEqual(self.make_order(self.partner).xero_state, "pending")
        self.tenant.send_orders = False
        self.assertFalse(self.make_order(self.partner).xero_state)

    def test_by_itself_takes_kinds_that_the_tenant_leaves_out(self):
        self.journal.xero_sending = "always"
        note = self.make_move("out_refund", self.partner)
        bill = self.make_move("in_invoice", self.partner)
        self.assertEqual((note.xero_state, bill.xero_state), ("pending", False))

    def test_by_hand_waits_for_the_button(self):
        self.journal.xero_sending = "manual"
        invoice = self.make_invoice(self.partner)
        self.run_engine()
        self.env.ref("xero_connector.ir_cron_xero_push").method_direct_trigger()
        self.assertFalse(invoice.xero_state)
        self.assertEqual(self.push(invoice).xero_state, "sent")

    def test_credit_notes_may_go_otherwise_than_invoices(self):
        self.tenant.send_credit_notes = True
        self.journal.xero_sending_refunds = "manual"
        invoice = self.make_invoice(self.partner)
        note = self.make_move("out_refund", self.partner)
        self.assertEqual((invoice.xero_state, note.xero_state), ("pending", False))
        self.journal.write({"xero_sending": "never", "xero_sending_refunds": "tenant"})
        note = self.make_move("out_refund", self.partner)
        self.assertEqual(note.xero_state, "pending")

    def test_the_hourly_look_and_the_posting_agree(self):
        """Documents posted while nothing marked them are found by the same rule later."""
        self.tenant.send_credit_notes = True
        for sending in ("tenant", "always", "manual", "never"):
            with self.subTest(sending=sending):
                self.journal.xero_sending = sending
                marked = self.make_invoice(self.partner)
                marked |= self.make_move("out_refund", self.partner)
                with patch.object(type(self.tenant), "_wanted_of", lambda tenant, some: some[:0]):
                    missed = self.make_invoice(self.partner)
                    missed |= self.make_move("out_refund", self.partner)
                self.tenant.sudo()._mark_wanted()
                self.env.invalidate_all()
                self.assertEqual(
                    [bool(move.xero_state) for move in missed],
                    [bool(move.xero_state) for move in marked],
                )

    def test_never_says_which_journal_and_where(self):
        self.journal.xero_sending = "never"
        invoice = self.make_invoice(self.partner)
        with self.assertRaises(UserError) as refused:
            invoice.action_xero_push()
        self.assertIn(self.journal.display_name, str(refused.exception))
        self.assertIn("Configuration → Journals", str(refused.exception))
        self.assertFalse(invoice.xero_state)

    def test_never_leaves_out_its_own_of_a_larger_choice(self):
        invoice, bill = self.make_invoice(self.partner), self.make_move("in_invoice", self.partner)
        self.link_of(invoice).unlink()
        self.journal.xero_sending = "never"
        with patch.object(type(self.env.user), "_bus_send", autospec=True) as bus_send:
            (invoice | bill).action_xero_push()
        self.assertEqual((invoice.xero_state, bill.xero_state), (False, "pending"))
        [message] = [call.args[2]["message"] for call in bus_send.call_args_list]
        self.assertIn("never go to Xero", message)

    def test_marked_before_never_was_chosen(self):
        """The run refuses it with the journal as the thing to mend, and mending sends it."""
        invoice = self.make_invoice(self.partner)
        self.journal.xero_sending = "never"
        self.run_engine()
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertEqual(self.link_of(invoice)._cause(), self.journal)
        action = self.link_of(invoice).action_open_cause()
        self.assertEqual((action["res_model"], action["res_id"]), self._named(self.journal))
        self.journal.xero_sending = "manual"
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent")

    def test_what_stands_in_xero_follows_odoo_all_the_same(self):
        invoice = self.push(self.make_invoice(self.partner))
        self.journal.xero_sending = "never"
        invoice.button_draft()
        invoice.button_cancel()
        self.run_engine()
        self.assertEqual(invoice.xero_status, "DELETED")

    @staticmethod
    def _named(record):
        return record._name, record.id
