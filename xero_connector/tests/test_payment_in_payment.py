"""Where Odoo waits for a bank statement, a payment from Xero leads an invoice to paid as well.

Odoo Enterprise differs in one method, `_get_invoice_in_payment_state`, which Odoo's own tests of
that state replace in the same way: without the sources of Enterprise nothing nearer can be run.
"""

from .payment_common import PaymentCase


class TestPaymentInPayment(PaymentCase):
    def setUp(self):
        super().setUp()
        self.patch(
            self.registry["account.move"], "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        )

    def paid(self):
        """An invoice that is paid in Xero in full, and its row."""
        move = self.approved()
        self.organisation.pay(self.guid(move), str(move.amount_total))
        self.look(move)
        self.assertEqual(move.amount_residual, 0)
        return move, self.assert_settled(move)

    def match_with_statement(self, payment):
        """Match a payment with a line of a bank statement, as a person does."""
        line = self.env["account.bank.statement.line"].create({
            "journal_id": self.bank.id, "date": "2026-11-06", "payment_ref": "in",
            "amount": payment.amount,
        })
        outstanding = payment.move_id.line_ids.filtered(
            lambda one: one.account_id == payment.outstanding_account_id
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = outstanding.account_id
        (suspense + outstanding).reconcile()

    def test_a_payment_without_an_outstanding_account_gets_an_entry_all_the_same(self):
        self.bank.inbound_payment_method_line_ids.payment_account_id = False
        move, row = self.paid()
        self.assertTrue(row.payment_id.move_id)
        self.assertEqual(move.payment_state, "in_payment")

    def test_a_bank_statement_makes_it_paid(self):
        move, row = self.paid()
        self.assertEqual(move.payment_state, "in_payment")
        self.match_with_statement(row.payment_id)
        self.assertEqual(row.payment_id.state, "paid")
        self.assertEqual(move.payment_state, "paid")

    def test_a_payment_straight_to_the_bank_account_is_paid_at_once(self):
        self.bank.inbound_payment_method_line_ids.payment_account_id = self.bank.default_account_id
        move, row = self.paid()
        self.assertEqual(row.payment_id.state, "paid")
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(row.payment_id.outstanding_account_id, self.bank.default_account_id)
