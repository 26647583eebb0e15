"""What the way back must not lose, repeat or stumble over: rows of others in the same second,
documents whose fate nobody knew while they changed, and rows that make no sense."""



from .test_pull import PullCase

PULL = "odoo.addons.xero_connector.models.xero_pull"


class TestDoubt(PullCase):
    def test_what_changed_while_nobody_knew_the_id_is_seen(self):
        """The answer to the create is lost; it is approved in Xero, and the poll goes by; then the
        same key brings the old answer."""
        other = self.sent_invoice()
        invoice = self.make_invoice()
        self.push(invoice.partner_id)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        invoice.action_xero_push()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "unknown")
        (guid,) = [
            row["InvoiceID"] for row in self.organisation.invoices.values()
            if row.get("InvoiceNumber") == invoice.name
        ]
        self.sim.clock.advance(5)
        self.organisation.approve(guid)
        self.organisation.pay(guid, str(invoice.amount_total))
        self.sim.clock.advance(5)
        self.organisation.approve(self.guid(other))
        self.poll("Invoices")
        self.assertEqual(invoice.xero_state, "unknown")
        self.move_time(seconds=66)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.poll("Invoices")
        self.poll("Invoices")
        self.assertEqual(self.figures(invoice), ("PAID", invoice.amount_total, 0, 0))

    def test_what_changed_while_a_change_was_in_doubt_is_seen(self):
        """It is approved and paid in part while an update is in doubt, which never arrived."""
        invoice, other = self.sent_invoice(), self.sent_invoice()
        self.sim.clock.advance(5)
        self.sim.faults.add("drop", method="POST", path="Invoices", executed=False)
        invoice.button_draft()
        invoice.ref = "Another reference"
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "unknown")
        self.organisation.approve(self.guid(invoice))
        self.organisation.pay(self.guid(invoice), "40")
        self.sim.clock.advance(5)
        self.organisation.approve(self.guid(other))
        self.poll("Invoices")
        self.move_time(minutes=20)
        self.run_engine()
        self.assertNotEqual(invoice.xero_state, "unknown")
        self.poll("Invoices")
        self.assertEqual(self.figures(invoice), (
            "AUTHORISED", 40, 0, round(invoice.amount_total - 40, 2)
        ))
