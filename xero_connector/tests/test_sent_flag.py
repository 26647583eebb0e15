"""An invoice that reaches the customer after its approval carries the sent flag in Xero as well."""

import json
from datetime import date

from .life_common import LifeCase


class TestSentFlag(LifeCase):
    def setUp(self):
        super().setUp()
        self.tenant.invoice_status = "authorised"

    def sent_to_customer(self, *invoices):
        for invoice in invoices:
            invoice.is_move_sent = True
        self.run_engine()

    def test_one_call_marks_all_and_names_nothing_else(self):
        invoices = self.env["account.move"].union(*(
            self.make_invoice(self.partner) for _invoice in range(3)
        ))
        self.push(invoices)
        self.assertEqual(set(invoices.mapped("xero_status")), {"AUTHORISED"})
        self.sim.journal.clear()
        self.sent_to_customer(*invoices)
        [call] = self.sim.journal.accounting
        self.assertEqual(
            json.loads(call.body)["Invoices"],
            [{"InvoiceID": self.link_of(one).xero_id, "SentToContact": True} for one in invoices],
        )
        for invoice in invoices:
            self.assertTrue(self.in_xero(invoice)["SentToContact"])
            self.assertEqual(
                (invoice.xero_state, invoice.xero_status), ("sent", "AUTHORISED")
            )
        self.sim.journal.clear()
        self.run_engine()
        self.assertEqual(len(self.sim.journal), 0, "told once")

    def test_a_draft_tells_it_with_its_approval(self):
        self.tenant.invoice_status = "draft"
        invoice = self.sent_invoice()
        self.sent_to_customer(invoice)
        self.assertEqual(self.writes(), [])
        self.assertEqual(invoice.xero_state, "sent")

    def test_a_payment_bothers_nobody(self):
        """One that is paid in part is marked, of one that is paid Xero may refuse it."""
        part, paid = self.sent_invoice(), self.sent_invoice()
        self.organisation.pay(self.link_of(part).xero_id, "1.00")
        self.organisation.pay(self.link_of(paid).xero_id, str(paid.amount_total))
        self.sent_to_customer(part, paid)
        self.run_engine()
        self.assertTrue(self.in_xero(part)["SentToContact"])
        for invoice in (part, paid):
            self.assertEqual((invoice.xero_state, invoice.xero_message or ""), ("sent", ""))

    def test_what_changed_goes_first(self):
        invoice = self.sent_invoice()
        self.change(invoice, ref="PO 31")
        self.sent_to_customer(invoice)
        self.run_engine()
        held = self.in_xero(invoice)
        self.assertEqual((held["Reference"], held["SentToContact"]), ("PO 31", True))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    def test_a_closed_period_bothers_nobody(self):
        invoice = self.sent_invoice()
        self.organisation.set_lock_dates(period=date(2026, 11, 30))
        self.sent_to_customer(invoice)
        for _run in range(2):
            self.run_engine()
        self.assertFalse(self.in_xero(invoice)["SentToContact"])
        self.assertEqual((invoice.xero_state, invoice.xero_message or ""), ("sent", ""))
