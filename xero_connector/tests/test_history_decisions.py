"""What a person decides of documents that were found, and that linked ones are never sent."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .history_common import DAY, XeroHistoryCase


class TestByHand(XeroHistoryCase):

    def test_a_pair_that_differs_is_linked_by_hand(self):
        invoice = self.make_move("out_invoice", price=50.01)
        xero_id = self.enter_invoice(invoice.name)["InvoiceID"]
        self.find()
        self.row_of(invoice).action_link()
        self.assertEqual(self.link_of(invoice).xero_id, xero_id)
        self.assertAlmostEqual(self.link_of(invoice).xero_untaxed, 50.0)
        self.assertEqual(self.row_of(invoice).result, "linked")

    def test_a_counterpart_is_chosen_from_either_side(self):
        one, two = self.make_move("out_invoice"), self.make_move("out_invoice", price=60)
        first = self.enter_invoice("A", Date=DAY - timedelta(days=5))["InvoiceID"]
        second = self.enter_invoice("B", Date=DAY - timedelta(days=6))["InvoiceID"]
        self.find()
        row = self.row_of(one)
        row.counterpart_id = self.row_in_xero(first)
        row.action_link()
        row = self.row_in_xero(second)
        row.counterpart_id = self.row_of(two)
        row.action_link()
        self.assertEqual(self.link_of(one).xero_id, first)
        self.assertEqual(self.link_of(two).xero_id, second)
        self.assertEqual(len(self.row_of(one)), 1)

    def test_a_counterpart_of_another_kind_is_refused(self):
        invoice, credit = self.make_move("out_invoice"), self.make_move("out_refund")
        note = self.enter_credit_note("CN", Date=DAY - timedelta(days=5))["CreditNoteID"]
        self.find()
        row = self.row_of(invoice)
        for wrong in (self.row_in_xero(note), self.row_of(credit)):
            row.counterpart_id = wrong
            with self.assertRaisesRegex(UserError, "same kind"):
                row.action_link()

    def test_a_row_without_counterpart_says_what_to_do(self):
        invoice = self.make_move("out_invoice")
        self.find()
        with self.assertRaisesRegex(UserError, "Choose one"):
            self.row_of(invoice).action_link()

    def test_a_link_is_taken_back(self):
        invoice = self.make_move("out_invoice", price=50.01)
        xero_id = self.enter_invoice(invoice.name)["InvoiceID"]
        self.find()
        self.row_of(invoice).action_link()
        self.row_of(invoice).action_unlink_pair()
        self.assertFalse(self.link_of(invoice))
        self.assertEqual(self.row_of(invoice).result, "only_odoo")
        self.assertEqual(self.row_in_xero(xero_id).result, "only_xero")
        self.assertEqual(self.writes(), [])

    def test_what_is_a_draft_again_is_not_linked(self):
        invoice = self.make_move("out_invoice", price=50.01)
        self.enter_invoice(invoice.name)
        self.find()
        invoice.button_draft()
        with self.assertRaisesRegex(UserError, "not posted or confirmed any more"):
            self.row_of(invoice).action_link()

    def test_separated_documents_stand_by_themselves(self):
        invoice = self.make_move("out_invoice", price=50.01)
        xero_id = self.enter_invoice(invoice.name)["InvoiceID"]
        self.find()
        self.row_of(invoice).action_separate()
        self.assertEqual(self.row_of(invoice).result, "only_odoo")
        self.assertEqual(self.row_in_xero(xero_id).result, "only_xero")
        self.assertFalse(self.row_in_xero(xero_id).res_id)

    def test_what_was_linked_meanwhile_is_not_linked_twice(self):
        invoice, other = self.make_move("out_invoice", price=50.01), self.make_move("out_invoice")
        xero_id = self.enter_invoice(invoice.name)["InvoiceID"]
        self.find()
        self.env["xero.link"]._adopt(self.tenant, {other: (xero_id, "X", "DRAFT")})
        with self.assertRaisesRegex(UserError, "linked to another"):
            self.row_of(invoice).action_link()
        self.assertFalse(self.link_of(invoice))

    def test_only_accounting_administrators_decide(self):
        invoice = self.make_move("out_invoice", price=50.01)
        self.enter_invoice(invoice.name)
        self.find()
        clerk = new_test_user(
            self.env, "xero_clerk", groups="account.group_account_invoice",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        row = self.row_of(invoice).with_user(clerk)
        self.assertTrue(row.message)
        for method in ("action_link", "action_separate", "action_unlink_pair", "action_ignore",
                       "action_take_up"):
            with self.assertRaises(AccessError):
                getattr(row, method)()
        with self.assertRaises(AccessError):
            self.history.with_user(clerk).action_find()


class TestNeverAgain(XeroHistoryCase):

    def setUp(self):
        super().setUp()
        self.invoice = self.make_move("out_invoice")
        self.enter_invoice(self.invoice.name)
        self.find()
        self.sim.journal.clear()

    def test_pressing_send_settles_without_a_call(self):
        self.push(self.invoice)
        self.assertEqual(self.link_of(self.invoice).state, "sent")
        self.assertFalse(self.link_of(self.invoice).message)
        self.assertEqual(self.writes(), [])

    def test_what_was_changed_since_is_told_and_not_sent(self):
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 80
        self.invoice.action_post()
        self.push(self.invoice)
        link = self.link_of(self.invoice)
        self.assertEqual(link.state, "attention")
        self.assertIn(link.currency_id.format(link.xero_total), link.message)
        self.assertEqual(self.writes(), [])

    def test_nothing_is_sent_by_itself(self):
        self.tenant.write({"send_since": DAY, "send_automatically": True})
        self.env["xero.link"]._adopt(
            self.tenant, {self.acme: (self.acme_in_xero, False, "ACTIVE")}
        )
        other = self.make_move("out_invoice", price=77)
        self.run_engine()
        self.assertEqual(self.writes(), [("Invoices", 1)])
        self.assertIn(other.name, self.held("Invoices"))
        self.sim.journal.clear()
        self.run_engine()
        self.assertEqual(self.writes(), [])

    def test_the_step_of_the_setup_tells_what_was_found(self):
        state, text = self.tenant._step_history()
        self.assertEqual(state, "done")
        self.assertIn("Linked: 1", text)
        action = self.tenant._open_history()
        self.assertEqual((action["res_model"], action["res_id"]), ("xero.history", self.history.id))

    def test_a_linked_document_cannot_be_deleted(self):
        self.invoice.button_draft()
        with self.assertRaisesRegex(UserError, "stands in Xero"):
            self.invoice.unlink()
