"""Documents approved in Xero, and payments of Odoo that go there."""

from .payment_common import PaymentCase


class SentPaymentCase(PaymentCase):
    """A tenant that sends payments and registers none."""

    def setUp(self):
        super().setUp()
        self.tenant.write({
            "payment_choice": "status", "send_payments": True, "payments_sent_since": "2026-01-01",
        })
        self.env.flush_all()
        self.connect("Liberty Goods")
        self.assertFalse(self.tenant.payment_permission_missing)
        self.sim.journal.clear()

    # === PAYING IN ODOO === #

    def pay_in_odoo(self, moves, amount=None, day="2026-11-05", journal=None, **values):
        """Register a payment of these documents, as a person does.

        :return: the `account.payment`
        """
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        ).create({
            "payment_date": day,
            "journal_id": (journal or self.bank).id,
            **({} if amount is None else {"amount": amount}),
            **values,
        })
        return wizard._create_payments()

    def approved_and_seen(self, move_type="out_invoice", **values):
        """A document that is approved in Xero, and known to be."""
        move = self.approved(move_type, **values)
        self.look(move)
        self.sim.journal.clear()
        return move

    def let_poll(self):
        """Let everything be read from Xero with the next run."""
        for resource in ("Invoices", "CreditNotes", "Payments"):
            self.env["xero.poll"].sudo()._make_due(self.tenant, resource)
        self.run_engine()

    # === LOOKING === #

    def sent_of(self, move):
        """The rows of payments of a document, oldest first."""
        return self.env["xero.sent.payment"].search(
            [("link_id", "=", self.link_of(move).id)], order="id"
        )

    def in_xero_paid(self, move):
        """Live payments of the document in Xero: [(amount, date, account's name)]."""
        return sorted(
            (
                payment["Amount"], payment["Date"],
                self.organisation.accounts[payment["AccountID"]]["Name"],
            )
            for payment in self.organisation.payments.values()
            if payment["DocumentID"] == self.guid(move) and payment["Status"] == "AUTHORISED"
        )

    def assert_sent(self, move, state="sent"):
        (row,) = self.sent_of(move)
        self.assertEqual(row.state, state, row.message)
        return row
