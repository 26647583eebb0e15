"""Send & Print sends to Xero too, by the one way there is, and never keeps an invoice from its
customer."""

from unittest.mock import patch

from odoo.tests import Form, tagged

from .push_common import ORGANISATION, XeroPushCase


@tagged("post_install", "-at_install")
class TestSendAndPrint(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner(email="customer@example.com")
        self.push(self.partner)
        self.sim.journal.clear()

    def wizard(self, invoice):
        return self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})

    def batch(self, invoices):
        return self.env["account.move.send.batch.wizard"].with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create({})

    def run_odoos_cron(self):
        self.env.ref("account.ir_cron_account_move_send").method_direct_trigger()
        self.env.invalidate_all()

    # === ONE INVOICE === #

    def test_it_is_ticked_and_marks_without_a_call(self):
        invoice = self.make_invoice(self.partner)
        wizard = self.wizard(invoice)
        self.assertTrue(wizard.extra_edi_checkboxes["xero"]["checked"])
        self.assertFalse(wizard.alerts)
        wizard.action_send_and_print()
        self.assertEqual(invoice.xero_state, "pending")
        self.assertEqual(self.link_of(invoice).wanted_by_id, self.env.user)
        self.assertEqual(self.writes(), [])
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent")

    def test_without_the_tick_nothing_is_marked(self):
        invoice = self.make_invoice(self.partner)
        wizard = self.wizard(invoice)
        wizard.extra_edis = []
        wizard.action_send_and_print()
        self.assertTrue(invoice.is_move_sent)
        self.assertFalse(invoice.xero_state)

    def test_the_tenant_decides_on_the_tick(self):
        self.tenant.send_with_print = False
        invoice = self.make_invoice(self.partner)
        with Form(self.wizard(invoice)) as form:
            self.assertFalse(form.extra_edi_checkboxes["xero"]["checked"])
        wizard = self.wizard(invoice)
        wizard.extra_edis = ["xero"]
        wizard.action_send_and_print()
        self.assertEqual(invoice.xero_state, "pending")

    def test_it_is_not_offered_where_it_would_do_nothing(self):
        standing = self.push(self.make_invoice(self.partner))
        waiting = self.make_invoice(self.partner)
        waiting.action_xero_push()
        early = self.make_invoice(self.partner, invoice_date="2026-10-31")
        self.tenant.send_since = "2026-11-01"
        barred = self.make_invoice(self.partner)
        for case, invoice in (("in Xero", standing), ("on its way", waiting), ("early", early)):
            with self.subTest(case):
                self.assertFalse(self.wizard(invoice).extra_edi_checkboxes)
        barred.journal_id.xero_sending = "never"
        self.assertFalse(self.wizard(barred).extra_edi_checkboxes)
        self.company.xero_tenant_id = False
        homeless = self.make_invoice(self.partner)
        homeless.journal_id.xero_sending = "tenant"
        self.assertFalse(self.wizard(homeless).extra_edi_checkboxes)

    def test_the_customer_has_it_when_xero_gets_it(self):
        """Mailed and sent to Xero by one press: Xero shows the approved invoice as sent."""
        self.tenant.invoice_status = "authorised"
        invoice = self.make_invoice(self.partner)
        self.wizard(invoice).action_send_and_print()
        self.run_engine()
        self.assertEqual(invoice.xero_status, "AUTHORISED")
        held = self.sim.organisation(ORGANISATION).invoices[self.link_of(invoice).xero_id]
        self.assertTrue(held["SentToContact"])

    # === ALERTS === #

    def test_a_tenant_that_is_not_connected_is_told_and_mails_go(self):
        invoice = self.make_invoice(self.partner)
        self.tenant.sudo().state = "disconnected"
        wizard = self.wizard(invoice)
        alert = wizard.alerts["xero_disconnected"]
        self.assertEqual((alert["level"], alert["action"]["res_id"]), ("warning", self.tenant.id))
        self.assertIn("is not connected to Xero", alert["message"])
        with patch.object(type(self.env.user), "_bus_send", autospec=True) as bus_send:
            wizard.action_send_and_print()
        self.assertTrue(invoice.is_move_sent)
        self.assertFalse(invoice.xero_state)
        said = [call.args[2].get("message", "") for call in bus_send.call_args_list]
        self.assertTrue(any("is not connected to Xero" in one for one in said), said)

    def test_what_was_kept_from_xero_says_why(self):
        invoice = self.make_invoice(self.partner, taxes=self.make_tax("sale"))
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "blocked")
        alert = self.wizard(invoice).alerts["xero_stuck"]
        self.assertIn(invoice.xero_message, alert["message"])
        other = self.make_invoice(self.partner)
        alerts = self.batch(invoice | other).alerts
        self.assertIn(invoice.name, alerts["xero_stuck"]["message"])

    # === MANY, IN THE BACKGROUND === #

    def test_the_batch_marks_when_odoos_cron_has_sent_them(self):
        invoices = self.make_invoice(self.partner) | self.make_invoice(self.partner)
        wizard = self.batch(invoices)
        self.assertEqual(wizard.summary_data["xero"], {"count": 2, "label": "to Xero"})
        wizard.action_send_and_print()
        self.assertEqual(set(invoices.mapped("xero_state")), {False})
        self.run_odoos_cron()
        self.assertEqual(set(invoices.mapped("xero_state")), {"pending"})
        self.assertEqual(self.link_of(invoices).wanted_by_id, self.env.user)
        self.run_engine()
        self.assertEqual(set(invoices.mapped("xero_state")), {"sent"})

    def test_a_batch_goes_without_xero_where_the_tenant_says_so(self):
        self.tenant.send_with_print = False
        invoices = self.make_invoice(self.partner) | self.make_invoice(self.partner)
        wizard = self.batch(invoices)
        self.assertNotIn("xero", wizard.summary_data)
        wizard.action_send_and_print()
        self.run_odoos_cron()
        self.assertEqual(set(invoices.mapped("xero_state")), {False})
        self.assertTrue(all(invoices.mapped("is_move_sent")))
