"""Documents that were sent, persons who do something with them in Xero, and a look at both."""

import json

from .push_common import ORGANISATION, XeroPushCase


class LifeCase(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.organisation = self.sim.organisation(ORGANISATION)
        self.partner = self.make_partner("Coast Cafe")
        self.push(self.partner)

    def sent_invoice(self, **values):
        invoice = self.make_invoice(self.partner, **values)
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.sim.journal.clear()
        return invoice

    def sent_order(self):
        order = self.push(self.make_order(self.partner))
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        self.sim.journal.clear()
        return order

    def in_xero(self, record):
        """What the organisation holds under the link's GUID."""
        xero_id = self.link_of(record).xero_id
        return self.organisation.invoices.get(xero_id) or self.organisation.purchase_orders.get(
            xero_id
        )

    def line_ids(self, record):
        return [line["LineItemID"] for line in self.in_xero(record)["LineItems"]]

    def change(self, invoice, **values):
        """Reset to draft, change, post again."""
        invoice.button_draft()
        invoice.write(values)
        invoice.action_post()

    def bodies(self, resource="Invoices"):
        return [
            (call.method, json.loads(call.body)[resource]) for call in self.sim.journal.writes
        ]

    def reads(self):
        return [call.path for call in self.calls("GET")]
