"""What stands against registering or undoing a payment is told, never forced, and mended once."""

from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user

from .payment_common import PaymentCase


class TestPaymentTroubles(PaymentCase):
    def paid(self, amount="40.00", day=date(2026, 11, 5), **values):
        """An invoice that was paid in Xero, and the payment there."""
        move = self.approved(**values)
        payment = self.organisation.pay(self.guid(move), amount, day)
        return move, payment["PaymentID"]

    def assert_told(self, move, *words):
        row = self.assert_settled(move, "attention")
        for word in words:
            self.assertIn(word, row.message)
        self.env.invalidate_all()
        self.assertIn(row.message, move.xero_payment_message)
        group = self.tenant.stuck_cause_ids.filtered(lambda one: one.message == row.message)
        self.assertEqual((group.payments, group.links), (1, 1))
        self.assertIn("1 payment in Xero", group.sentence)
        return row

    # === WHERE THE MONEY IS === #

    def test_what_is_not_mapped_waits_and_one_choice_registers_it_all(self):
        self.checking.journal_id = False
        moves = [self.paid()[0] for _each in range(2)]
        self.look(*moves)
        rows = self.payments_of(moves[0]) | self.payments_of(moves[1])
        self.assertEqual(rows.mapped("state"), ["waiting"] * 2)
        self.assertIn("Checking Account", rows[0].message)
        (group,) = self.tenant.stuck_cause_ids
        self.assertEqual((group.payments, group.cause_id), (2, self.checking.id))
        self.assertIn("Checking Account", group.sentence)
        self.assertEqual(group.action_fix()["res_model"], "xero.payment.account")
        self.assertEqual(self.checking.waiting_count, 2)
        self.checking.journal_id = self.bank
        self.run_engine()
        self.assertEqual(rows.mapped("state"), ["registered"] * 2)
        self.assertFalse(self.tenant.stuck_cause_ids)
        self.assertFalse(moves[0].xero_payment_message)

    def test_an_account_that_is_new_in_xero_gets_a_row(self):
        move = self.approved()
        record = {
            **next(iter(self.organisation.accounts.values())),
            "AccountID": self.organisation.new_guid(), "Code": "1009", "Type": "BANK",
            "Name": "New Bank", "CurrencyCode": "USD", "Status": "ACTIVE",
        }
        self.organisation.accounts.save(record)
        self.organisation.pay(self.guid(move), "40.00", account=record["AccountID"])
        self.look(move)
        row = self.assert_settled(move, "waiting")
        self.read_settings()
        self.assertIn("New Bank", row.account_id.name)

    def test_a_journal_of_another_currency_or_kind_is_refused(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        foreign = self.bank.copy({"currency_id": euro.id, "code": "BEUR"})
        with self.assertRaisesRegex(ValidationError, "same currency"):
            self.checking.journal_id = foreign
        with self.assertRaisesRegex(ValidationError, "holds money"):
            self.checking.account_id = self.company_data["default_account_expense"]

    def test_rows_belong_to_the_connector(self):
        with self.assertRaises(AccessError):
            self.checking.write({"xero_id": "x"})
        with self.assertRaises(AccessError):
            self.env["xero.payment"].create({"tenant_id": self.tenant.id})

    # === CLOSED BOOKS === #

    # Faults: 36
    def test_a_closed_period_is_told_and_tried_again(self):
        move, _guid = self.paid()
        self.company.fiscalyear_lock_date = "2026-11-30"
        self.look(move)
        row = self.assert_told(move, "closed", "Try Again")
        self.assertEqual(move.payment_state, "not_paid")
        self.company.fiscalyear_lock_date = False
        row.action_try_again()
        self.run_engine()
        self.assertEqual(self.assert_settled(move).payment_id.date, date(2026, 11, 5))

    def test_a_deletion_in_a_closed_period_is_told(self):
        move, guid = self.paid()
        self.look(move)
        self.company.fiscalyear_lock_date = "2026-11-30"
        self.organisation.unpay(guid)
        self.look(move)
        row = self.assert_told(move, "deleted", "closed period")
        self.assertIn(row.payment_id.state, ("in_process", "paid"))
        self.assertEqual(move.payment_state, "partial")

    # === ALREADY RECONCILED === #

    # Faults: 39
    def test_an_invoice_that_is_paid_already_is_told_by_what(self):
        move, _guid = self.paid()
        by_hand = self._register_payment(move, payment_date="2026-11-04")
        self.look(move)
        row = self.assert_told(move, "paid already", by_hand.name)
        row.action_leave()
        self.assertEqual(row.state, "left")
        self.env.invalidate_all()
        self.assertFalse(move.xero_payment_message)
        self.look(move)
        self.assertEqual(row.state, "left", "what a person decided stays")

    def _register_payment(self, move, **values):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create(values)
        return wizard._create_payments()

    # Faults: 39
    def test_more_than_is_open_is_not_registered_in_part(self):
        move, _guid = self.paid("100.00")
        self._register_payment(move, amount=move.amount_total - 60)
        self.look(move)
        self.assert_told(move, "more than", "60.00")
        self.assertEqual(move.amount_residual, 60)

    # Faults: 39
    def test_a_payment_that_a_bank_statement_holds_is_not_undone(self):
        move, guid = self.paid()
        self.look(move)
        row = self.assert_settled(move)
        statement = self.env["account.bank.statement.line"].create({
            "journal_id": self.bank.id, "date": "2026-11-06", "payment_ref": "in", "amount": 40,
        })
        outstanding = row.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id == row.payment_id.outstanding_account_id
        )
        _liquidity, suspense, _other = statement._seek_for_lines()
        suspense.account_id = outstanding.account_id
        (suspense + outstanding).reconcile()
        self.organisation.unpay(guid)
        self.look(move)
        self.assert_told(move, "bank statement")
        self.assertIn(row.payment_id.state, ("in_process", "paid"))
        (suspense + outstanding).remove_move_reconcile()
        row.action_try_again()
        self.run_engine()
        self.assert_settled(move, "undone")
        self.assertEqual(row.payment_id.state, "canceled")

    def test_a_document_that_is_a_draft_again_is_told(self):
        move, _guid = self.paid()
        move.button_draft()
        self.look(move)
        self.assert_told(move, "not posted")

    # === CURRENCIES === #

    def test_a_currency_that_the_company_lacks_is_told(self):
        euro = self.env.ref("base.EUR")
        self.organisation.currencies.save({"Code": "EUR", "Description": "Euro"})
        account = next(
            one for one in self.organisation.accounts.values() if one["Type"] == "BANK"
        )
        self.organisation.accounts.save({**account, "CurrencyCode": "EUR"})
        self.read_settings()
        euro.active = True
        foreign = self.bank.copy({"currency_id": euro.id, "code": "BEUR"})
        self.checking.journal_id = foreign
        foreign.currency_id = False
        euro.active = False
        move = self.approved()
        self.organisation.pay(self.guid(move), "40.00", BankAmount=35)
        self.look(move)
        self.assert_told(move, "currency")
        self.assertEqual(move.payment_state, "not_paid")

    def test_a_document_in_another_currency_in_xero_is_told(self):
        move = self.approved()
        euro = {"Code": "EUR", "Description": "Euro"}
        self.organisation.currencies.save(euro)
        record = self.organisation.invoices[self.guid(move)]
        self.organisation.invoices.save({**record, "CurrencyCode": "EUR"})
        self.organisation.pay(self.guid(move), "40.00")
        self.look(move)
        self.assertEqual(self.payments_of(move).state, "attention")
        self.assertIn("currency", self.payments_of(move).message)
        self.assertEqual(move.payment_state, "not_paid")

    # === OTHERS GO ON === #

    def test_one_that_fails_stops_no_other(self):
        first, _guid = self.paid("40.00")
        second, _guid = self.paid("50.00")
        post = self.env.registry["account.payment"].action_post

        def fails(payments):
            if payments.amount == 40:
                raise ZeroDivisionError
            return post(payments)

        with (
            patch.object(self.env.registry["account.payment"], "action_post", fails),
            self.assertLogs("odoo.addons.xero_connector", "ERROR"),
        ):
            self.look(first, second)
        self.assert_told(first, "ZeroDivisionError")
        self.assert_settled(second)
        self.assertFalse(
            self.env["account.payment"].search([("amount", "=", 40)]),
            "half a payment was left behind",
        )

    def test_odoos_own_refusal_is_told_in_its_words(self):
        move, _guid = self.paid()
        post = self.env.registry["account.payment"].action_post

        def refuses(_payments):
            raise UserError("The moon is in the wrong house.")

        with patch.object(self.env.registry["account.payment"], "action_post", refuses):
            self.look(move)
        self.assertTrue(post)
        self.assert_told(move, "The moon is in the wrong house.")

    # === WHO MAY DECIDE === #

    def test_only_who_invoices_in_the_company_decides(self):
        move, _guid = self.paid()
        self.company.fiscalyear_lock_date = "2026-11-30"
        self.look(move)
        row = self.assert_settled(move, "attention")
        other = self.make_company("Elsewhere", "USD", "base.us")
        stranger = new_test_user(
            self.env, "stranger", groups="account.group_account_invoice",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )
        reader = new_test_user(
            self.env, "reader", groups="account.group_account_readonly",
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)],
        )
        for user in (stranger, reader):
            with self.subTest(user.login), self.assertRaises(AccessError):
                row.with_user(user).action_leave()
        self.assertFalse(self.env["xero.payment"].with_user(stranger).search([]))

    def test_what_is_settled_is_not_decided_any_more(self):
        move, _guid = self.paid()
        self.look(move)
        with self.assertRaisesRegex(UserError, "changed its status"):
            self.assert_settled(move).action_leave()
