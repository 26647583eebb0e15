"""Many payments are registered together, and one that cannot be holds up and undoes no other."""

import contextlib
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError

from ..models import xero_tenant_payments
from .payment_common import PaymentCase

DAY = date(2026, 11, 5)


class TestPaymentSettling(PaymentCase):
    def paid(self, count, amount="40.00", day=DAY, **values):
        """Invoices that were paid in Xero."""
        moves = [self.approved(**values) for _each in range(count)]
        for move in moves:
            self.organisation.pay(self.guid(move), amount, day)
        return moves

    def rows_of(self, moves):
        return self.env["xero.payment"].union(*(self.payments_of(move) for move in moves))

    def counted(self, name):
        """Let the calls of a method of payments be counted: a list of how many went each time."""
        sizes = []
        method = getattr(self.registry["account.payment"], name)

        def count(payments, *args, **kwargs):
            sizes.append(len(payments))
            return method(payments, *args, **kwargs)

        self.patch(self.registry["account.payment"], name, count)
        return sizes

    def fail_for(self, move, error):
        """Odoo refuses the payment of one document."""
        model = self.registry["xero.payment"]
        values_of = model._payment_values

        def refuse(payment, document, money, account):
            if document == move:
                raise error
            return values_of(payment, document, money, account)

        return patch.object(model, "_payment_values", refuse)

    def assert_each_once(self, moves):
        rows = self.rows_of(moves)
        self.assertEqual(len(rows), len(moves))
        self.assertEqual(set(rows.mapped("state")), {"registered"}, rows.mapped("message"))
        for move in moves:
            row = self.payments_of(move)
            self.assertAlmostEqual(move.amount_residual, move.amount_total - 40)
            self.assertEqual(row.payment_id.amount, 40)
            self.assertEqual(move.matched_payment_ids, row.payment_id)
        self.assertEqual(
            self.env["account.payment"].search_count([("partner_id", "=", self.partner.id)]),
            len(moves),
        )

    # === TOGETHER === #

    def test_plain_payments_are_posted_together(self):
        moves = [*self.paid(2), *self.paid(1, move_type="in_refund")]
        posted = self.counted("action_post")
        self.look(*moves)
        self.assertEqual(posted, [3])
        self.assert_each_once(moves)

    def test_a_group_is_small_and_the_next_one_follows(self):
        moves = self.paid(5)
        posted = self.counted("action_post")
        self.patch(xero_tenant_payments, "TOGETHER", 2)
        self.look(*moves)
        self.assertEqual(posted, [2, 2, 1])
        self.assert_each_once(moves)

    def test_two_payments_of_one_invoice_are_looked_at_one_after_the_other(self):
        (move,) = self.paid(1, "30.00")
        self.organisation.pay(self.guid(move), "30.00", DAY)
        # In Odoo somebody has paid a part already: whichever comes second is more than is left.
        self.pay_in_odoo(move, move.amount_total - 35)
        self.look(move)
        first, second = self.payments_of(move).sorted("state", reverse=True)
        self.assertEqual((first.state, second.state), ("registered", "attention"))
        self.assertIn("more than", second.message)
        self.assertAlmostEqual(move.amount_residual, 5)

    def pay_in_odoo(self, move, amount):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"amount": amount, "journal_id": self.bank.id})._create_payments()

    # === ONE CANNOT GO WITH THE OTHERS === #

    def test_one_that_odoo_refuses_holds_up_no_other(self):
        first, refused, last = moves = self.paid(3)
        with self.fail_for(refused, UserError("The moon is full.")):
            self.look(*moves)
        self.assertIn("The moon is full.", self.assert_settled(refused, "attention").message)
        self.assertFalse(refused.matched_payment_ids)
        self.assert_each_once([first, last])
        self.assert_settled(refused, "attention").action_try_again()
        self.run_engine()
        self.assert_each_once(moves)

    def test_one_that_fails_unforeseen_holds_up_no_other(self):
        first, broken, last = moves = self.paid(3)
        with (
            self.fail_for(broken, ZeroDivisionError("x")),
            self.assertLogs("odoo.addons.xero_connector.models.xero_payment_settling", "ERROR"),
        ):
            self.look(*moves)
        self.assertIn("ZeroDivisionError", self.assert_settled(broken, "attention").message)
        self.assert_each_once([first, last])

    def test_what_is_told_of_one_stands_beside_what_is_registered_of_others(self):
        first, locked, last = moves = [
            *self.paid(1), *self.paid(1, day=date(2026, 10, 5)), *self.paid(1),
        ]
        self.company.hard_lock_date = "2026-10-31"
        posted = self.counted("action_post")
        self.look(*moves)
        self.assertEqual(posted, [2])
        self.assertIn("closed", self.assert_settled(locked, "attention").message)
        self.assert_each_once([first, last])

    # Faults: 39
    def test_a_worker_that_dies_in_the_middle_has_done_all_or_nothing(self):
        moves = self.paid(3)
        with self.fail_for(moves[1], SystemExit()), contextlib.suppress(SystemExit):
            self.look(*moves)
            self.fail("It has not died.")
        self.env.invalidate_all()
        self.assertEqual(set(self.rows_of(moves).mapped("state")), {"new"})
        self.assertFalse(
            self.env["account.payment"].search([("partner_id", "=", self.partner.id)])
        )
        self.run_engine()
        self.assert_each_once(moves)
