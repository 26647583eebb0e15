"""Payments to Xero when something is in the way: nothing lost, nothing twice, nothing forced."""

from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .sent_payment_common import SentPaymentCase

DAY = date(2026, 11, 5)


class TestSentPaymentTroubles(SentPaymentCase):
    def paid(self, amount=40, **values):
        """A document approved in Xero and paid in Odoo, not sent yet."""
        move = self.approved_and_seen(**values)
        self.pay_in_odoo(move, amount)
        return move

    def assert_told(self, move, *words):
        row = self.assert_sent(move, "attention")
        for word in words:
            self.assertIn(word, row.message)
        self.assertEqual(move.xero_sent_payment_message, row.message)
        self.assertEqual(self.tenant.sent_payment_stuck_count, 1)
        self.tenant.invalidate_recordset()
        group = self.tenant.stuck_cause_ids.filtered(lambda one: one.message == row.message)
        self.assertEqual((group.sent_payments, group.payments, group.links), (1, 0, 1))
        self.assertIn("1 payment to Xero", group.sentence)
        self.assertEqual(group.action_open_links()["domain"], [("id", "in", row.ids)])
        return row

    # === NOBODY KNOWS === #

    # Faults: 39
    def test_an_answer_that_was_lost_is_looked_up_before_anything_is_sent_again(self):
        move = self.paid()
        self.sim.faults.add("drop", method="PUT", path="Payments", executed=True)
        self.run_engine()
        self.assert_sent(move, "unknown")
        self.let_poll()
        self.assertEqual(len(self.sim.journal.writes), 1, "sent again while nobody knows")
        self.move_time(minutes=16)
        self.run_engine()
        self.assertTrue(self.assert_sent(move).adopted)
        self.assertEqual(len(self.in_xero_paid(move)), 1)
        self.assertEqual(self.writes(), [("Payments", 1)])

    # Faults: 39
    def test_what_never_arrived_is_sent_again_under_another_key(self):
        move = self.paid()
        self.sim.faults.add("drop", method="PUT", path="Payments", executed=False)
        self.run_engine()
        self.assert_sent(move, "unknown")
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual(self.assert_sent(move).attempt, 2)
        self.assertEqual(len(self.in_xero_paid(move)), 1)
        keys = [call.idempotency_key for call in self.sim.journal.writes]
        self.assertEqual(len(set(keys)), 2)

    # Faults: 39
    def test_a_worker_that_died_leaves_a_doubt_and_no_second_payment(self):
        move = self.paid()
        self.sim.faults.add("drop", method="PUT", path="Payments", executed=True)
        self.run_engine()
        self.sent_of(move).sudo().write({"state": "sending", "next_try_at": False})
        self.run_engine()
        self.assert_sent(move, "unknown")
        self.move_time(minutes=16)
        self.run_engine()
        self.assert_sent(move)
        self.assertEqual(len(self.in_xero_paid(move)), 1)

    def test_uninstalling_waits_until_that_is_known(self):
        move = self.paid()
        module = self.env.ref("base.module_xero_connector")
        module._check_nothing_is_on_its_way_to_xero()
        self.sim.faults.add("drop", method="PUT", path="Payments", executed=True)
        self.run_engine()
        self.assert_sent(move, "unknown")
        with self.assertRaisesRegex(UserError, "^1 requests"):
            module._check_nothing_is_on_its_way_to_xero()

    def test_another_payment_of_the_same_document_waits_until_that_is_known(self):
        move = self.paid()
        self.sim.faults.add("drop", method="PUT", path="Payments", executed=True)
        self.run_engine()
        self.pay_in_odoo(move, 30)
        self.let_poll()
        self.assertEqual(self.sent_of(move).mapped("state"), ["unknown", "new"])
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual(self.sent_of(move).mapped("state"), ["sent", "sent"])
        self.assertEqual(
            [paid[0] for paid in self.in_xero_paid(move)], [Decimal("30.00"), Decimal("40.00")]
        )

    def test_a_doubt_is_settled_also_when_the_switch_is_off(self):
        move = self.paid()
        self.sim.faults.add("drop", method="PUT", path="Payments", executed=True)
        self.run_engine()
        self.tenant.send_payments = False
        self.move_time(minutes=16)
        self.run_engine()
        self.assert_sent(move)

    def test_a_payment_that_lost_its_reference_is_not_taken_for_none(self):
        move = self.paid()
        self.sim.faults.add("drop", method="PUT", path="Payments", executed=True)
        self.run_engine()
        (payment,) = self.organisation.payments.values()
        self.organisation.payments.save({**payment, "Reference": ""})
        self.move_time(minutes=16)
        self.run_engine()
        self.assert_told(move, "answer was lost", "Leave as It Is")
        self.assertEqual(self.writes(), [("Payments", 1)])

    # Faults: 39
    def test_one_that_arrives_after_all_is_taken_for_the_one_that_it_is(self):
        move = self.paid()
        self.sim.faults.add("drop", method="PUT", path="Payments", executed=False)
        self.run_engine()
        row = self.sent_of(move)
        row.sudo().write({"state": "left"})
        self.organisation.pay(
            self.guid(move), "40.00", DAY, Reference=f"PBNK1 (Odoo {row.identity}.1)"
        )
        self.let_poll()
        self.assertTrue(row.xero_id)
        self.assertEqual(row.state, "left")
        row.action_try_again()
        self.run_engine()
        self.assert_sent(move)
        self.assertEqual(len(self.in_xero_paid(move)), 1)

    # Faults: 39
    def test_one_that_stands_in_xero_twice_is_told(self):
        move = self.paid()
        self.run_engine()
        row = self.assert_sent(move)
        self.organisation.pay(
            self.guid(move), "40.00", DAY, Reference=f"PBNK1 (Odoo {row.identity}.2)"
        )
        self.let_poll()
        self.assert_told(move, "stands in Xero twice")

    def test_one_that_cannot_be_prepared_does_not_hold_up_the_others(self):
        bad, good = self.approved_and_seen(), self.approved_and_seen()
        for move in (bad, good):
            self.pay_in_odoo(move, 40)
        known = type(self.env["xero.sent.payment"])._paid_by_others
        self.patch(
            self.registry["xero.sent.payment"], "_paid_by_others",
            lambda row, rows: 1 / 0 if row.link_id == self.link_of(bad) else known(row, rows),
        )
        with self.assertLogs("odoo.addons.xero_connector.models.xero_sent_payment_finding"):
            self.run_engine()
        self.assert_told(bad, "error in Odoo")
        self.assert_sent(good)

    def test_what_was_unlinked_takes_its_payments_along(self):
        move = self.paid()
        self.run_engine()
        self.link_of(move).sudo()._forget()
        self.assertFalse(self.sent_of(move))
        self.run_engine()
        self.assertEqual(self.writes(), [("Payments", 1)])

    # === XERO REFUSES === #

    # Faults: 39
    def test_one_that_xero_refuses_does_not_hold_up_the_others(self):
        other = self.bank.copy({"code": "BNK9", "name": "Other"})
        record = {
            **self.organisation.accounts[self.checking.xero_id],
            "AccountID": self.organisation.new_guid(), "Code": "1009", "Name": "Closed Bank",
            "Status": "ACTIVE",
        }
        self.organisation.accounts.save(record)
        self.read_settings()
        row = self.env["xero.payment.account"].search(
            [("tenant_id", "=", self.tenant.id), ("xero_id", "=", record["AccountID"])]
        )
        row.journal_id = other
        self.organisation.accounts.save({**record, "Status": "ARCHIVED"})
        good, bad = self.approved_and_seen(), self.approved_and_seen()
        self.pay_in_odoo(good, 40)
        self.pay_in_odoo(bad, 40, journal=other)
        self.run_engine()
        self.assert_sent(good)
        self.assert_told(bad, "Xero refused", "Account could not be found")
        self.run_engine()
        self.assertEqual(len(self.writes()), 1, "what was refused is sent again by itself")
        self.organisation.accounts.save(record)
        self.tenant.stuck_cause_ids.action_send_again()
        self.run_engine()
        self.assert_sent(bad)

    def test_a_limit_of_calls_loses_nothing(self):
        move = self.paid()
        self.sim.faults.add("limited", method="PUT", path="Payments", retry_after=30)
        self.run_engine()
        row = self.assert_sent(move, "new")
        self.assertEqual(row.attempt, 0)
        self.move_time(minutes=2)
        self.run_engine()
        self.assertEqual(self.assert_sent(move).attempt, 1)

    def test_a_permission_that_was_taken_away_stops_payments_alone(self):
        move = self.paid()
        self.sim.faults.add("scope", method="PUT", path="Payments")
        self.run_engine()
        self.assert_sent(move, "new")
        self.assertEqual(self.tenant.state, "connected")
        self.assertTrue(self.tenant.payment_permission_missing)

    # === WHERE THE MONEY IS === #

    def test_what_is_not_mapped_waits_and_one_choice_sends_it(self):
        self.checking.journal_id = False
        move = self.paid()
        self.run_engine()
        row = self.assert_sent(move, "waiting")
        self.assertIn(self.bank.name, row.message)
        self.assertEqual(row.action_fix()["res_model"], "xero.payment.account")
        (group,) = self.tenant.stuck_cause_ids
        self.assertEqual((group.sent_payments, group._cause()), (1, self.bank))
        self.assertIn(f"which account in Xero {self.bank.name}", group.sentence)
        self.assertEqual(group.action_fix()["res_model"], "xero.payment.account")
        self.assertEqual(self.writes(), [])
        self.checking.journal_id = self.bank
        self.run_engine()
        self.assert_sent(move)

    def test_a_journal_of_several_accounts_is_told(self):
        self.rows.filtered(lambda row: row.kind == "bank").journal_id = self.bank
        self.assertGreater(len(self.rows.filtered("journal_id")), 1)
        move = self.paid()
        self.run_engine()
        self.assert_told(move, "several accounts", self.bank.name)
        self.assertEqual(self.writes(), [])

    def test_money_in_another_currency_is_what_the_bank_got(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create({
            "name": "2026-11-01", "rate": 0.8, "currency_id": euro.id,
            "company_id": self.company.id,
        })
        self.organisation.currencies.save({"Code": "EUR", "Description": "Euro"})
        self.read_settings()
        move = self.approved_and_seen(currency_id=euro.id)
        self.pay_in_odoo(move, 32, currency_id=euro.id)
        self.run_engine()
        payment = self.organisation.payments[self.assert_sent(move).xero_id]
        self.assertEqual(
            (payment["Amount"], payment["BankAmount"]), (Decimal("32.00"), Decimal("40.00"))
        )

    # === WHAT XERO HOLDS === #

    # Faults: 39
    def test_beside_a_payment_that_odoo_does_not_know_a_person_decides(self):
        move = self.paid()
        self.organisation.pay(self.guid(move), "40.00", DAY)
        self.run_engine()
        row = self.assert_told(move, "did not send", "Leave as It Is")
        self.assertEqual(self.writes(), [])
        row.action_try_again()
        self.run_engine()
        self.assert_sent(move, "attention")
        row.action_send_anyway()
        self.run_engine()
        self.assert_sent(move)
        self.assertEqual(len(self.in_xero_paid(move)), 2)

    def test_what_is_left_to_the_person_stays_so(self):
        move = self.paid()
        self.organisation.pay(self.guid(move), "40.00", DAY)
        self.run_engine()
        row = self.assert_told(move, "did not send")
        row.action_leave()
        self.let_poll()
        self.assert_sent(move, "left")
        self.assertFalse(move.xero_sent_payment_message)
        self.assertEqual(self.writes(), [])

    def test_more_than_is_due_in_xero_is_told(self):
        move = self.paid(amount=None)
        note = self.organisation.enter_credit_note(
            Type="ACCRECCREDIT", Status="AUTHORISED",
            Contact={"ContactID": self.in_xero(move)["ContactID"]},
            LineItems=[{"Description": "x", "Quantity": 1, "UnitAmount": 10, "AccountCode": "400"}],
        )
        self.organisation.allocate(note["CreditNoteID"], self.guid(move), "10.00")
        self.run_engine()
        self.assert_told(move, "owes only")
        self.assertEqual(self.writes(), [])

    def test_a_refund_that_was_entered_by_hand_is_asked_about(self):
        move = self.approved_and_seen("out_refund")
        self.pay_in_odoo(move, 40)
        self.organisation.pay(self.guid(move), "40.00", DAY)
        self.run_engine()
        row = self.assert_told(move, "did not send")
        self.assertEqual(self.writes(), [])
        row.action_send_anyway()
        self.run_engine()
        self.assert_sent(move)
        self.assertEqual(len(self.in_xero_paid(move)), 2)

    def test_a_write_off_is_no_money_in_the_bank(self):
        move = self.approved_and_seen()
        self.pay_in_odoo(
            move, move.amount_total - 2, payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self.assertEqual(move.payment_state, "paid")
        self.run_engine()
        self.assert_told(move, "write-off")
        self.assertEqual(self.writes(), [])

    # Faults: 39
    def test_one_of_before_that_arrived_after_all_is_seen_before_another_is_sent(self):
        move = self.paid()
        self.sim.faults.add("drop", method="PUT", path="Payments", executed=False)
        self.run_engine()
        row = self.sent_of(move)
        self.organisation.pay(
            self.guid(move), "40.00", DAY, Reference=f"PBNK1 (Odoo {row.identity}.1)"
        )
        row.sudo().write({"state": "new", "next_try_at": False})
        self.run_engine()
        self.assertTrue(self.assert_sent(move).adopted)
        self.assertEqual(len(self.in_xero_paid(move)), 1)

    # === TAKING BACK === #

    def undone(self):
        """A payment in Xero that was undone in Odoo."""
        move = self.paid()
        self.run_engine()
        row = self.assert_sent(move)
        self.sim.journal.clear()
        row.entry_id.origin_payment_id.action_cancel()
        return move, row

    def test_one_that_is_reconciled_in_xero_is_told_and_deleted_when_it_is_not_any_more(self):
        move, row = self.undone()
        record = self.organisation.payments[row.xero_id]
        self.organisation.payments.save({**record, "IsReconciled": True})
        self.run_engine()
        self.assert_told(move, "reconciled with a bank statement")
        self.organisation.payments.save(record)
        row.action_try_again()
        self.run_engine()
        self.assert_sent(move, "undone")
        self.assertEqual(self.in_xero_paid(move), [])

    # Faults: 39
    def test_a_deletion_whose_answer_was_lost_is_made_once_more(self):
        for executed in (True, False):
            with self.subTest(executed=executed):
                move, row = self.undone()
                self.sim.faults.add("drop", method="POST", path="Payments", executed=executed)
                self.run_engine()
                self.assert_sent(move, "removing")
                self.move_time(minutes=7)
                self.run_engine()
                self.assert_sent(move, "undone")
                self.assertFalse(row.xero_id)
                self.assertEqual(self.in_xero_paid(move), [])

    def test_one_that_a_person_deleted_meanwhile_is_simply_undone(self):
        move, row = self.undone()
        self.organisation.unpay(row.xero_id)
        self.run_engine()
        self.assert_sent(move, "undone")
        self.assertFalse(move.xero_sent_payment_message)

    def test_a_closed_period_in_xero_is_told_in_its_words(self):
        move, _row = self.undone()
        self.organisation.end_of_year_lock_date = date(2026, 11, 30)
        self.run_engine()
        self.assert_told(move, "does not delete it")

    # === PEOPLE === #

    def test_who_does_the_invoicing_decides_and_nobody_else(self):
        move = self.paid()
        self.organisation.pay(self.guid(move), "40.00", DAY)
        self.run_engine()
        row = self.assert_told(move, "did not send")
        reader = new_test_user(
            self.env, "sent_reader", "account.group_account_readonly",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "sent_stranger", "account.group_account_invoice",
            company_id=elsewhere.id, company_ids=[(6, 0, elsewhere.ids)],
        )
        clerk = new_test_user(
            self.env, "sent_clerk", "account.group_account_invoice",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        for action in ("action_try_again", "action_leave", "action_send_anyway"):
            for user in (reader, stranger):
                with self.subTest(action, user=user.login), self.assertRaises(AccessError):
                    getattr(row.with_user(user), action)()
        row.with_user(clerk).action_leave()
        self.assertEqual(row.state, "left")
        with self.assertRaises(UserError):
            self.assert_sent(move, "left")
            row.sudo().state = "sent"
            row.with_user(clerk).action_try_again()
