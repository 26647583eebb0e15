"""Payments of Odoo go to Xero where the tenant asks for it: once, right, and never in a circle."""

from datetime import date
from decimal import Decimal

from odoo import Command, fields

from .sent_payment_common import SentPaymentCase

DAY = date(2026, 11, 5)


class TestSentPayments(SentPaymentCase):
    # === EVERY KIND OF DOCUMENT === #

    def test_a_payment_of_each_kind_is_made_in_xero(self):
        for move_type, kind in (
            ("out_invoice", "ACCRECPAYMENT"),
            ("in_invoice", "ACCPAYPAYMENT"),
            ("out_refund", "ARCREDITPAYMENT"),
            ("in_refund", "APCREDITPAYMENT"),
        ):
            with self.subTest(move_type):
                move = self.approved_and_seen(move_type)
                self.pay_in_odoo(move, 40)
                self.run_engine()
                row = self.assert_sent(move)
                self.assertEqual(
                    self.in_xero_paid(move), [(Decimal("40.00"), DAY, self.account_name)]
                )
                payment = self.organisation.payments[row.xero_id]
                self.assertEqual(payment["PaymentType"], kind)
                self.assertIn(f"(Odoo {row.identity}.1)", payment["Reference"])

    @property
    def account_name(self):
        return self.organisation.accounts[self.checking.xero_id]["Name"]

    def test_the_document_is_paid_there_and_its_status_follows(self):
        move = self.approved_and_seen()
        self.pay_in_odoo(move)
        self.run_engine()
        self.assert_sent(move)
        link = self.link_of(move)
        self.assertEqual((link.xero_due, link.xero_paid), (0, move.amount_total))
        self.run_engine()
        self.assertEqual(link.xero_status, "PAID")
        self.assertEqual(self.in_xero(move)["Status"], "PAID")

    def test_many_payments_go_in_one_call(self):
        moves = [self.approved_and_seen() for _each in range(3)]
        for move in moves:
            self.pay_in_odoo(move)
        self.run_engine()
        self.assertEqual(self.writes(), [("Payments", 3)])
        self.assertEqual([self.assert_sent(move).attempt for move in moves], [1, 1, 1])

    def test_one_payment_of_two_documents_is_two_in_xero(self):
        first, second = self.approved_and_seen(), self.approved_and_seen()
        self.pay_in_odoo(first | second, group_payment=True)
        self.run_engine()
        rows = self.sent_of(first) | self.sent_of(second)
        self.assertEqual(len(rows.entry_id), 1)
        for move in (first, second):
            self.assertEqual(
                self.in_xero_paid(move),
                [(Decimal(str(move.amount_total)), DAY, self.account_name)],
            )

    def test_two_instalments_paid_at_once_are_one_payment(self):
        term = self.env["account.payment.term"].create({
            "name": "Halves",
            "line_ids": [
                Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                for days in (0, 30)
            ],
        })
        move = self.approved_and_seen(invoice_payment_term_id=term.id)
        self.pay_in_odoo(move, move.amount_total, installments_mode="full")
        self.run_engine()
        self.assert_sent(move)
        self.assertEqual(
            self.in_xero_paid(move), [(Decimal(str(move.amount_total)), DAY, self.account_name)]
        )

    def test_a_line_of_a_statement_matched_with_a_document_is_its_payment(self):
        move = self.approved_and_seen()
        line = self.env["account.bank.statement.line"].create({
            "journal_id": self.bank.id, "date": DAY, "amount": move.amount_total,
            "payment_ref": "From Coast Cafe", "partner_id": self.partner.id,
        })
        receivable = move.line_ids.filtered(lambda one: one.account_type == "asset_receivable")
        suspense = line._seek_for_lines()[1]
        suspense.account_id = receivable.account_id
        (suspense + receivable).reconcile()
        self.run_engine()
        row = self.assert_sent(move)
        self.assertEqual(row.entry_id, line.move_id)
        self.assertEqual(len(self.in_xero_paid(move)), 1)

    def test_a_paid_document_that_is_approved_later_gets_its_payment_then(self):
        move = self.make_move("out_invoice", self.partner)
        self.push(move)
        self.pay_in_odoo(move)
        self.run_engine()
        self.assertFalse(self.sent_of(move))
        self.assertFalse(self.organisation.payments.values() and self.in_xero_paid(move))
        self.organisation.approve(self.guid(move))
        self.let_poll()
        self.assert_sent(move)

    # === ONLY WHERE IT IS ASKED FOR === #

    def test_nothing_goes_where_it_was_not_asked_for(self):
        self.tenant.send_payments = False
        move = self.approved_and_seen()
        self.pay_in_odoo(move)
        self.run_engine()
        self.assertEqual(self.writes(), [])
        self.assertFalse(self.sent_of(move))

    def test_older_payments_stay_in_odoo(self):
        self.tenant.payments_sent_since = "2026-11-06"
        move = self.approved_and_seen()
        self.pay_in_odoo(move, 40, day="2026-11-05")
        self.run_engine()
        self.assertEqual(self.writes(), [])
        self.pay_in_odoo(move, 30, day="2026-11-06")
        self.run_engine()
        self.assertEqual([paid[0] for paid in self.in_xero_paid(move)], [Decimal("30.00")])

    def test_who_begins_anew_begins_today(self):
        """What was paid meanwhile was entered in Xero by hand."""
        move = self.approved_and_seen()
        self.tenant.send_payments = False
        self.pay_in_odoo(move)
        self.tenant.send_payments = True
        self.assertEqual(
            self.tenant.payments_sent_since, fields.Date.context_today(self.tenant)
        )
        self.run_engine()
        self.assertEqual(self.writes(), [])

    def test_the_permission_is_asked_for_only_then(self):
        self.assertIn("accounting.payments", self.tenant._wanted_scopes())
        self.tenant.send_payments = False
        self.assertNotIn("accounting.payments", self.tenant._wanted_scopes())

    def test_without_the_permission_the_form_asks_for_it_and_documents_go_on(self):
        self.tenant.sudo()._note_permission_missing("accounting.payments")
        self.assertTrue(self.tenant.payment_permission_missing)
        self.assertIn("Connect Now again", str(self.tenant.banner))
        move = self.approved_and_seen()
        self.pay_in_odoo(move)
        self.run_engine()
        self.assertEqual(self.writes(), [])
        self.connect("Liberty Goods")
        self.run_engine()
        self.assert_sent(move)

    # === NEVER IN A CIRCLE === #

    # Faults: 39
    def test_what_odoo_sent_is_never_registered_in_odoo(self):
        self.tenant.write({"payment_choice": "register", "payments_since": "2026-01-01"})
        move = self.approved_and_seen()
        payment = self.pay_in_odoo(move, 40)
        self.run_engine()
        for _again in range(3):
            self.let_poll()
            self.look(move)
        self.assert_sent(move)
        self.assertFalse(self.payments_of(move))
        self.assertEqual(
            self.env["account.payment"].search([("partner_id", "=", self.partner.id)]), payment
        )
        self.assertEqual(self.writes(), [("Payments", 1)])

    # Faults: 39
    def test_what_was_registered_from_xero_never_goes_back(self):
        self.tenant.write({"payment_choice": "register", "payments_since": "2026-01-01"})
        move = self.approved_and_seen()
        self.organisation.pay(self.guid(move), "40.00", DAY)
        self.look(move)
        self.assert_settled(move)
        for _again in range(2):
            self.let_poll()
        self.assertEqual(self.writes(), [])
        self.assertFalse(self.sent_of(move))

    def test_both_ways_at_once_each_payment_stands_once_on_both_sides(self):
        self.tenant.write({"payment_choice": "register", "payments_since": "2026-01-01"})
        move = self.approved_and_seen()
        self.organisation.pay(self.guid(move), "40.00", DAY)
        self.look(move)
        self.pay_in_odoo(move, 30)
        self.run_engine()
        self.let_poll()
        self.assert_sent(move)
        self.assert_settled(move)
        self.assertEqual(
            [paid[0] for paid in self.in_xero_paid(move)], [Decimal("30.00"), Decimal("40.00")]
        )
        self.assertAlmostEqual(move.amount_residual, move.amount_total - 70)

    # Faults: 39
    def test_a_payment_with_a_mark_that_nobody_knows_is_not_registered(self):
        """The database was restored from a backup, say: the payment may stand in Odoo."""
        self.tenant.write({"payment_choice": "register", "payments_since": "2026-01-01"})
        move = self.approved_and_seen()
        self.organisation.pay(
            self.guid(move), "40.00", DAY, Reference="PBNK1 (Odoo 0123456789ab.1)"
        )
        self.look(move)
        self.assertFalse(self.payments_of(move))
        self.assertEqual(move.payment_state, "not_paid")

    # === UNDONE IN ODOO === #

    def test_an_undone_payment_is_deleted_in_xero(self):
        move = self.approved_and_seen()
        payment = self.pay_in_odoo(move)
        self.run_engine()
        self.let_poll()
        self.assertEqual(self.link_of(move).xero_status, "PAID")
        payment.action_draft()
        self.run_engine()
        self.assert_sent(move)  # Odoo keeps the match until it is cancelled or changed
        payment.action_cancel()
        self.run_engine()
        row = self.assert_sent(move, "undone")
        self.assertFalse(row.xero_id)
        self.assertEqual(self.in_xero_paid(move), [])
        self.assertEqual(self.in_xero(move)["Status"], "AUTHORISED")
        self.assertEqual(self.link_of(move).xero_due, move.amount_total)

    def test_a_changed_payment_is_deleted_and_made_anew(self):
        move = self.approved_and_seen()
        payment = self.pay_in_odoo(move, 40)
        self.run_engine()
        payment.action_draft()
        payment.amount = 50
        payment.action_post()
        receivable = (payment.move_id | move).line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        receivable.reconcile()
        self.run_engine()
        self.run_engine()
        self.assertEqual([paid[0] for paid in self.in_xero_paid(move)], [Decimal("50.00")])
        self.assertEqual(self.assert_sent(move).attempt, 2)

    def test_a_payment_that_went_through_another_journal_is_made_there(self):
        savings = self.rows.filtered(lambda row: row.kind == "bank" and row != self.checking)[:1]
        other = self.bank.copy({"code": "BNK8", "name": "Savings"})
        other.inbound_payment_method_line_ids.payment_account_id = (
            self.bank.inbound_payment_method_line_ids.payment_account_id
        )
        savings.journal_id = other
        move = self.approved_and_seen()
        payment = self.pay_in_odoo(move)
        self.run_engine()
        payment.action_draft()
        payment.journal_id = other
        payment.action_post()
        receivable = (payment.move_id | move).line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        receivable.filtered(lambda one: not one.reconciled).reconcile()
        self.run_engine()
        self.run_engine()
        [paid] = self.in_xero_paid(move)
        self.assertEqual(paid[2], self.organisation.accounts[savings.xero_id]["Name"])

    def test_a_match_undone_and_made_again_at_once_changes_nothing(self):
        move = self.approved_and_seen()
        payment = self.pay_in_odoo(move, 40)
        self.run_engine()
        self.sim.journal.clear()
        lines = (payment.move_id | move).line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        lines.remove_move_reconcile()
        lines.reconcile()
        self.run_engine()
        self.assertEqual(self.writes(), [])
        self.assert_sent(move)

    def test_a_date_that_is_changed_in_odoo_is_changed_in_xero(self):
        move = self.approved_and_seen()
        payment = self.pay_in_odoo(move)
        self.run_engine()
        payment.action_draft()
        payment.date = "2026-11-07"
        payment.action_post()
        self.run_engine()
        self.run_engine()
        self.assertEqual([paid[1] for paid in self.in_xero_paid(move)], [date(2026, 11, 7)])
        self.assertEqual(self.assert_sent(move).attempt, 2)

    def test_the_payment_of_an_invoice_that_is_changed_is_taken_back_before(self):
        move = self.approved_and_seen()
        self.pay_in_odoo(move)
        self.run_engine()
        self.sim.journal.clear()
        move.button_draft()
        move.invoice_line_ids[0].price_unit = 70
        move.action_post()
        self.run_engine()
        self.assertEqual(self.in_xero_paid(move), [])
        self.assertIn("/Payments/", self.sim.journal.writes[0].path)

    # === DELETED IN XERO === #

    # Faults: 39
    def test_one_that_a_person_deleted_in_xero_is_told_and_sent_again_on_demand(self):
        move = self.approved_and_seen()
        self.pay_in_odoo(move, 40)
        self.run_engine()
        row = self.assert_sent(move)
        self.organisation.unpay(row.xero_id)
        self.let_poll()
        self.assert_sent(move, "attention")
        self.assertIn("Somebody deleted", row.message)
        link = self.link_of(move)
        self.assertEqual((link.xero_due, link.xero_paid), (move.amount_total, 0))
        self.assertIn("Somebody deleted", move.xero_sent_payment_message)
        self.assertEqual(self.tenant.sent_payment_stuck_count, 1)
        self.run_engine()
        self.assertEqual(self.in_xero_paid(move), [], "it was sent again without being asked")
        row.action_try_again()
        self.run_engine()
        self.assert_sent(move)
        self.assertEqual(len(self.in_xero_paid(move)), 1)
        self.assertEqual(row.attempt, 2)
