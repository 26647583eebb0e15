"""Lists of contacts where something is wrong: twins, merged contacts, and rows that cannot be
applied stop nothing else, and are never called certain."""

from odoo.tools import mute_logger

from .test_contact_match import ContactMatchCase


class TestOneBadRowStopsNoOther(ContactMatchCase):
    def mirrored(self, name):
        return self.env["xero.contact"].search([
            ("tenant_id", "=", self.tenant.id), ("name", "=", name),
        ])

    def test_a_contact_chosen_for_a_customer_is_not_imported_as_well(self):
        partner = self.customer("Wholly Different")
        self.open()
        self.row(name="Bank West").action_import()
        self.row(partner).contact_id = self.mirrored("Bank West")
        alone = self.matches.search([
            ("contact_id.name", "=", "Bank West"), ("partner_id", "=", False),
        ])
        self.matches.action_apply()
        self.run_engine()
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Bank West")]))
        self.assertEqual(self.link_of(partner).xero_id, self.contact("Bank West")["ContactID"])
        self.assertEqual(alone.state, "failed")
        self.assertIn("Wholly Different", alone.message)

    def test_an_error_nobody_foresaw_stops_one_row_only(self):
        partner = self.customer("Boom FM")
        self.open()
        self.row(name="Bank West").action_import()
        self.row(partner).action_link()
        other = self.row(name="Basket Case")
        other.action_import()
        make = self.registry["xero.contact"]._make_partner

        def broken(contact, tenant, values):
            if contact.name == "Bank West":
                contact.env.cr.execute("SELECT 1 / 0")
            return make(contact, tenant, values)

        self.patch(self.registry["xero.contact"], "_make_partner", broken)
        self.matches.action_apply()
        with mute_logger("odoo.sql_db", "odoo.addons.xero_connector.models.xero_match"):
            self.run_engine()
        self.assertEqual(self.row(name="Bank West").state, "failed")
        self.assertIn("error in Odoo", self.row(name="Bank West").message)
        self.assertEqual(other.state, "applied")
        self.assertEqual(self.row(partner).state, "applied")

    def test_what_the_form_proposes_is_for_a_person(self):
        self.customer("Boom FM", email="x@boom.example")
        self.open()
        partner = self.customer("Boom FM.")
        self.env.flush_all()
        partner.action_xero_match()
        certain = self.matches.search([
            ("contact_id.name", "=", "Boom FM"), ("certainty", "=", "certain"),
        ])
        self.assertEqual(self.row(partner).contact_id.name, "Boom FM")
        self.assertNotIn(partner, certain.partner_id)

    def test_a_twin_that_was_linked_before_still_counts(self):
        self.organisation.edit_contact(self.contact("Boom FM")["ContactID"], TaxNumber="12345678")
        first = self.customer("Boom FM", vat="12345678")
        self.open()
        self.matches.action_accept_certain()
        self.matches.action_apply()
        self.run_engine()
        self.assertEqual(self.link_of(first).state, "sent")
        second = self.customer("Bank West", vat="12345678")
        self.open()
        self.assertEqual(self.row(second).contact_id.name, "Bank West")
        self.assertEqual(self.row(second).certainty, "likely")

    def test_why_a_customer_could_not_be_created_stands_on_its_row(self):
        partner = self.customer("Rex Media")
        self.open()
        self.row(partner).action_create()
        self.organisation.edit_contact(self.contact("Boom FM")["ContactID"], Name="Rex Media")
        self.matches.action_apply()
        self.run_engine()
        self.assertEqual(self.link_of(partner).state, "rejected")
        self.sim.clock.advance(60)
        self.open()
        row = self.row(partner)
        self.assertEqual((row.state, row.contact_id.name), ("failed", "Rex Media"))
        self.assertEqual(row.message, self.link_of(partner).message)


class TestMerged(ContactMatchCase):
    def merged(self, source, target):
        self.sim.clock.advance(60)
        self.organisation.merge_contacts(
            self.contact(source)["ContactID"], self.contact(target)["ContactID"]
        )

    def linked(self, name):
        partner = self.customer(name)
        self.open()
        self.row(partner).action_link()
        self.matches.action_apply()
        self.run_engine()
        return partner

    def test_a_link_follows_the_contact_it_was_merged_into(self):
        partner, target = self.linked("Boom FM"), self.contact("Bank West")["ContactID"]
        self.merged("Boom FM", "Bank West")
        self.sim.journal.clear()
        self.open()
        self.assertEqual(self.link_of(partner).xero_id, target)
        self.assertEqual(self.link_of(partner).state, "sent")
        self.assertFalse(self.row(name="Bank West"))
        invoice = self.push(self.make_invoice(partner))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.writes(), [("Invoices", 1)])

    def test_two_customers_of_one_merged_contact_are_told(self):
        first, second = self.linked("Boom FM"), self.linked("Bank West")
        self.merged("Boom FM", "Bank West")
        self.open()
        self.assertEqual(self.link_of(first).state, "attention")
        self.assertIn("Bank West", self.link_of(first).message)
        self.assertEqual(self.link_of(second).state, "sent")
