"""Payments in Xero become payments in Odoo: right sign, amount, date and journal, once."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo import fields

from ..models import xero_pull
from .payment_common import PaymentCase


class TestPayments(PaymentCase):
    # === EVERY KIND OF DOCUMENT === #

    def test_a_payment_of_each_kind_has_the_right_side(self):
        for move_type, kind, partner_type in (
            ("out_invoice", "inbound", "customer"),
            ("in_invoice", "outbound", "supplier"),
            ("out_refund", "outbound", "customer"),
            ("in_refund", "inbound", "supplier"),
        ):
            with self.subTest(move_type):
                move = self.approved(move_type)
                self.organisation.pay(
                    self.guid(move), "40.00", date(2026, 11, 5), Reference="Ref 7"
                )
                self.look(move)
                row = self.assert_settled(move)
                payment = row.payment_id
                self.assertRecordValues(payment, [{
                    "payment_type": kind, "partner_type": partner_type, "amount": 40.0,
                    "date": date(2026, 11, 5), "journal_id": self.bank.id, "memo": "Ref 7",
                    "partner_id": self.partner.id, "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                }])
                self.assertEqual(payment.move_id.state, "posted")
                self.assertEqual(move.payment_state, "partial")
                self.assertAlmostEqual(move.amount_residual, move.amount_total - 40)

    def test_the_rest_makes_it_paid(self):
        move = self.approved()
        guid = self.guid(move)
        self.organisation.pay(guid, "40.00")
        self.look(move)
        self.organisation.pay(guid, Decimal(str(move.amount_total)) - 40)
        self.look(move)
        self.assertEqual(self.payments_of(move).mapped("state"), ["registered"] * 2)
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(move.amount_residual, 0)

    def test_a_payment_straight_to_the_bank_account_is_paid_at_once(self):
        self.bank.inbound_payment_method_line_ids.payment_account_id = self.bank.default_account_id
        move = self.approved()
        self.organisation.pay(self.guid(move), str(move.amount_total))
        self.look(move)
        self.assertEqual(self.assert_settled(move).payment_id.state, "paid")
        self.assertEqual(move.payment_state, "paid")

    # === ONCE === #

    # Faults: 39
    def test_whatever_repeats_it_is_registered_once(self):
        move = self.approved()
        self.organisation.pay(self.guid(move), "40.00")
        for _again in range(3):
            self.look(move)
        row = self.assert_settled(move)
        payments = self.env["account.payment"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual(payments, row.payment_id)
        self.assertEqual(self.writes(), [], "a payment goes round in a circle")

    # Faults: 39
    def test_what_was_undone_by_hand_is_not_registered_again(self):
        move = self.approved()
        paid = self.organisation.pay(self.guid(move), "40.00")
        self.look(move)
        row = self.assert_settled(move)
        row.payment_id.action_draft()
        row.payment_id.action_cancel()
        row.sudo()._release()
        self.look(move)
        self.assertEqual(self.env["account.payment"].search_count(
            [("partner_id", "=", self.partner.id)]), 1)
        self.assertEqual(move.payment_state, "not_paid")
        self.organisation.unpay(paid["PaymentID"])
        self.look(move)
        self.assert_settled(move, "undone")

    def test_status_only_touches_no_books(self):
        self.tenant.payment_choice = "status"
        move = self.approved()
        self.organisation.pay(self.guid(move), "40.00")
        self.look(move)
        self.assertFalse(self.payments_of(move))
        self.assertEqual(move.payment_state, "not_paid")

    def test_who_begins_anew_begins_today(self):
        """What was paid meanwhile was entered by hand."""
        move = self.approved()
        self.tenant.payment_choice = "status"
        self.assertFalse(self.tenant.payments_since)
        self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
        self.look(move)
        self.tenant.payment_choice = "register"
        self.assertEqual(self.tenant.payments_since, fields.Date.context_today(self.tenant))
        self.look(move)
        self.assertFalse(self.payments_of(move))

    def test_what_is_older_than_the_first_day_is_left_alone(self):
        self.tenant.payments_since = "2026-11-06"
        move = self.approved()
        self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
        self.look(move)
        self.assertFalse(self.payments_of(move))
        self.assertEqual(move.payment_state, "not_paid")
        self.tenant.payments_since = "2026-11-05"
        self.run_engine()
        self.assert_settled(move)

    def test_payments_of_other_documents_are_not_kept(self):
        other = self.organisation.enter_invoice(
            Type="ACCREC", Contact={"ContactID": next(iter(self.organisation.contacts))},
            Status="AUTHORISED", DueDate="2026-12-31",
            LineItems=[{"Description": "x", "Quantity": 1, "UnitAmount": 10, "AccountCode": "400"}],
        )
        self.organisation.pay(other["InvoiceID"], "1.00")
        self.look()
        self.assertFalse(self.env["xero.payment"].search([("tenant_id", "=", self.tenant.id)]))

    # === ALL OF THEM, ONCE A DAY === #

    def read_all(self):
        self.env["xero.poll"].sudo()._make_due(self.tenant, "AllPayments")
        self.run_engine()

    def forget_changes(self):
        """What Xero said has changed was missed."""
        self.env["xero.poll"].sudo().search(
            [("resource", "not in", ("AllPayments", "OpenInvoices"))]
        ).write({"since": fields.Datetime.add(self.env.cr.now(), minutes=5)})

    def test_a_payment_whose_change_was_missed_is_registered(self):
        move = self.approved()
        self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
        self.forget_changes()
        self.run_engine()
        self.assertFalse(self.payments_of(move))
        self.read_all()
        self.assert_settled(move)
        self.sim.journal.clear()
        self.read_all()
        self.assert_settled(move)
        self.assertEqual(len(self.calls("GET", "Payments")), 1)

    def test_a_deletion_that_was_missed_is_undone(self):
        move = self.approved()
        paid = self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
        self.look(move)
        self.assert_settled(move)
        self.organisation.unpay(paid["PaymentID"])
        self.forget_changes()
        self.run_engine()
        self.assert_settled(move)
        self.read_all()
        self.assert_settled(move, "undone")

    def test_all_of_them_are_read_page_by_page_and_on_from_there(self):
        moves = [self.approved() for _each in range(5)]
        for move in moves:
            self.sim.clock.advance(5)
            self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
        self.organisation.pay(self.guid(moves[0]), "5.00", date(2025, 12, 31))  # too early
        self.forget_changes()
        self.sim.journal.clear()
        with patch.object(xero_pull, "PAYMENT_PAGE_SIZE", 2):
            self.read_all()
        self.assertEqual(
            [len(self.payments_of(move)) for move in moves], [1] * 5, "one was passed over"
        )
        calls = self.calls("GET", "Payments")
        self.assertGreater(len(calls), 2)
        self.assertTrue(all("DateTime(2026,1,1)" in call.query["where"] for call in calls))

    def test_nothing_is_read_where_payments_are_a_status(self):
        self.tenant.payment_choice = "status"
        self.read_all()
        self.assertFalse(self.calls("GET", "Payments"))

    # === DELETED IN XERO === #

    # Faults: 39
    def test_a_deleted_payment_is_undone(self):
        move = self.approved()
        paid = self.organisation.pay(self.guid(move), "40.00")
        self.look(move)
        row = self.assert_settled(move)
        self.organisation.unpay(paid["PaymentID"])
        self.look(move)
        self.assert_settled(move, "undone")
        self.assertEqual(row.payment_id.state, "canceled")
        self.assertEqual(move.payment_state, "not_paid")
        self.assertEqual(move.amount_residual, move.amount_total)

    # Faults: 39
    def test_the_document_alone_tells_that_a_payment_was_deleted(self):
        move = self.approved()
        paid = self.organisation.pay(self.guid(move), "40.00")
        self.look(move)
        self.sim.clock.advance(2)
        self.organisation.unpay(paid["PaymentID"])
        self.organisation.payments.remove(paid["PaymentID"])
        self.look(move)
        self.assert_settled(move, "undone")

    # Faults: 21
    def test_an_older_answer_brings_nothing_back(self):
        move = self.approved()
        paid = self.organisation.pay(self.guid(move), "40.00")
        self.sim.clock.advance(5)
        self.organisation.unpay(paid["PaymentID"])
        self.look(move)
        self.assertFalse(self.payments_of(move), "deleted before it was ever seen")
        self.sim.clock.advance(5)
        paid = self.organisation.pay(self.guid(move), "30.00")
        before = self.seen_payments()
        self.look(move)
        self.organisation.unpay(paid["PaymentID"])
        self.look(move)
        self.tenant.sudo()._payments_seen(before)
        self.run_engine()
        rows = self.payments_of(move).filtered(lambda row: row.xero_id == paid["PaymentID"])
        self.assertEqual(rows.state, "undone")

    # === BATCHES === #

    def test_a_batch_is_a_payment_for_each_invoice_and_goes_as_a_whole(self):
        first, second = self.approved(), self.approved()
        batch = self.organisation.pay_batch({self.guid(first): "10.00", self.guid(second): "20.00"})
        self.look(first, second)
        rows = self.payments_of(first) | self.payments_of(second)
        self.assertEqual(rows.mapped("state"), ["registered"] * 2)
        self.assertEqual(set(rows.mapped("batch_id")), {batch["BatchPaymentID"]})
        self.assertEqual(sorted(rows.payment_id.mapped("amount")), [10, 20])
        self.organisation.unpay_batch(batch["BatchPaymentID"])
        self.look(first, second)
        self.assertEqual(rows.mapped("state"), ["undone"] * 2)
