"""Documents in both systems, what is paid for them in Xero, and a look at Odoo's books."""

from xero_simulator.accounting import rendering
from xero_simulator.accounting.notation import encode

from ..xero import seen
from .life_common import LifeCase


class PaymentCase(LifeCase):
    def setUp(self):
        super().setUp()
        self.bank = self.company_data["default_journal_bank"]
        self.tenant.write({"payment_choice": "register", "payments_since": "2026-01-01"})
        self.rows = self.env["xero.payment.account"].search([("tenant_id", "=", self.tenant.id)])
        self.checking = self.rows.filtered(lambda row: "Checking" in row.name)
        self.checking.journal_id = self.bank
        self.env.flush_all()

    def read_settings(self):
        """Press Read Settings from Xero."""
        self.env.flush_all()
        self.tenant.action_pull_settings()
        self.env.invalidate_all()

    # === DOCUMENTS === #

    def approved(self, move_type="out_invoice", **values):
        """A document of 220.00 or so that stands in Xero, approved there."""
        move = self.make_move(move_type, self.partner, **values)
        self.push(move)
        self.assertEqual(move.xero_state, "sent", move.xero_message)
        self.organisation.approve(self.guid(move))
        self.sim.journal.clear()
        return move

    def guid(self, move):
        return self.link_of(move).xero_id

    # === THE WAY BACK === #

    def look(self, *moves):
        """Look at these documents and at payments, then let a run settle what was seen."""
        self.env.flush_all()
        self.tenant.sudo()._look_at("Invoices", self.guids(moves, "Invoices"))
        self.tenant.sudo()._look_at("CreditNotes", self.guids(moves, "CreditNotes"))
        self.env["xero.poll"].sudo()._make_due(self.tenant, "Payments")
        self.run_engine()

    def guids(self, moves, resource):
        links = [self.link_of(move) for move in moves]
        return [link.xero_id for link in links if link.resource == resource]

    def seen_payments(self):
        """What Xero would list of payments now."""
        rows = [
            rendering.payment(self.organisation, one)
            for one in self.organisation.payments.values()
        ]
        return seen.payments(encode({"Payments": rows}).encode()).rows

    # === LOOKING === #

    def payments_of(self, move):
        """The rows of payments in Xero of a document, oldest first."""
        return self.env["xero.payment"].search(
            [("link_id", "=", self.link_of(move).id)], order="id"
        )

    def assert_settled(self, move, state="registered"):
        (row,) = self.payments_of(move)
        self.assertEqual(row.state, state, row.message)
        return row
