"""A contact that was erased or renamed in Xero: left alone, told, and never made a second time."""

from .push_common import ORGANISATION, XeroPushCase


class TestErasedContact(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.organisation = self.sim.organisation(ORGANISATION)
        self.partner = self.push(self.make_partner("Erased Person"))
        self.link = self.link_of(self.partner)
        self.sim.journal.clear()

    # Faults: 35
    def test_erased_at_its_own_request(self):
        """Nothing is written on it, and no second contact is made, whatever happens in Odoo."""
        self.organisation.erase_contact(self.link.xero_id)
        self.partner.city = "Perth"
        self.run_engine()
        self.run_engine()
        self.assertEqual(self.link.state, "rejected")
        invoice = self.push(self.make_invoice(self.partner))
        self.run_engine()
        self.assertIn(invoice.xero_state, ("blocked", "rejected"), invoice.xero_message)
        self.assertTrue(invoice.xero_message)
        names = [row["Name"] for row in self.organisation.contacts.values()]
        self.assertEqual(names.count("Erased Person"), 1)
        self.assertNotIn("Perth", str(self.organisation.contacts[self.link.xero_id]))

    # Faults: 35
    def test_renamed_in_xero(self):
        """Documents go to the contact by its GUID, under the name that Xero has."""
        self.organisation.edit_contact(self.link.xero_id, Name="Married Name")
        invoice = self.push(self.make_invoice(self.partner))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(
            self.held("Invoices")[invoice.name]["ContactID"], self.link.xero_id
        )
        self.assertEqual(self.organisation.contacts[self.link.xero_id]["Name"], "Married Name")
