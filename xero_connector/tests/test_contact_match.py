"""Matching customers and suppliers with contacts: proposed, decided by a person, applied by the
scheduled action, and nothing written in Xero before that."""

import json

from odoo.exceptions import UserError

from ..models import xero_tenant_contacts
from .push_common import ORGANISATION, XeroPushCase


class ContactMatchCase(XeroPushCase):
    def setUp(self):
        super().setUp()
        # The list is about these; whoever the database had before is no customer here.
        self.env["res.partner"].search([]).write({"customer_rank": 0, "supplier_rank": 0})
        self.organisation = self.sim.organisation(ORGANISATION)
        self.matches = self.env["xero.contact.match"].with_context(xero_tenant_id=self.tenant.id)

    def customer(self, name, **values):
        return self.make_partner(name, customer_rank=1, **values)

    def contact(self, name):
        return self.organisation.contacts.find("name", name.casefold())[0]

    def open(self):
        self.env.flush_all()  # the list is made in a cursor of its own
        self.action = self.tenant._open_contacts()
        self.env.invalidate_all()

    def row(self, partner=None, name=None):
        rows = self.matches.search([("tenant_id", "=", self.tenant.id)])
        return rows.filtered(
            lambda row: row.partner_id == partner if partner else row.contact_id.name == name
        )


class TestProposals(ContactMatchCase):
    def test_what_is_read_and_proposed(self):
        exact = self.customer("boom fm")
        mailed = self.customer("Basket-Case Pty", email="Rosanne@basketcase.example")
        similar = self.customer("Petrie McLeod Watson and Associates")
        unknown = self.customer("Nobody Ever Heard Of")
        archived = self.customer("Rex Media Group")
        self.open()
        self.assertFalse(self.sim.journal.writes)
        self.assertEqual(len(self.calls("GET", "/Contacts")), 1)
        self.assertEqual(
            [
                (row.contact_id.name, row.reason, row.certainty)
                for row in map(self.row, (exact, mailed, similar, unknown, archived))
            ],
            [
                ("Boom FM", "name", "certain"),
                ("Basket Case", "email", "certain"),
                ("Petrie McLoud Watson & Associates", "likeness", "likely"),
                (False, False, "none"),
                ("Rex Media Group", "name", "likely"),
            ],
        )
        self.assertTrue(self.row(archived).is_archived)
        self.assertTrue(self.row(name="Bank West"))  # stands in Xero alone
        self.assertFalse(self.row(name="Gateway Motors"))  # archived there: nobody's work

    def test_one_tax_number_on_two_partners_is_for_a_person(self):
        self.organisation.edit_contact(self.contact("Boom FM")["ContactID"], TaxNumber="12345678")
        first = self.customer("Boom Radio", vat="12 345 678")
        second = self.customer("Boom Television", vat="12345678")
        self.open()
        rows = self.row(first) | self.row(second)
        self.assertEqual(set(rows.mapped("certainty")), {"likely", "none"})

    def test_two_contacts_of_one_name_are_for_a_person(self):
        twin = self.contact("Bank West")
        self.organisation.contacts.save(
            {**twin, "ContactID": "99999999-0000-4000-8000-000000000001", "ContactNumber": ""}
        )
        partner = self.customer("Bank West")
        self.open()
        self.assertEqual(self.row(partner).certainty, "likely")

    def test_equal_names_with_different_tax_numbers_are_not_certain(self):
        self.organisation.edit_contact(self.contact("Boom FM")["ContactID"], TaxNumber="11111111")
        partner = self.customer("Boom FM", vat="22222222")
        self.open()
        self.assertEqual(self.row(partner).certainty, "likely")

    def test_merged_contacts_are_left_out(self):
        source, target = self.contact("Boom FM"), self.contact("Bank West")
        self.organisation.merge_contacts(source["ContactID"], target["ContactID"])
        partner = self.customer("Boom FM")
        self.open()
        self.assertFalse(self.row(partner).contact_id)

    def test_strange_contacts_survive(self):
        boom = self.contact("Boom FM")
        for number, name in enumerate(("", "\u202eevil\u0007", "🦘" * 90)):
            guid = f"99999999-0000-4000-8000-00000000001{number}"
            self.organisation.contacts.save({**boom, "ContactID": guid, "Name": name})
        self.open()
        names = self.env["xero.contact"].search([("tenant_id", "=", self.tenant.id)]).mapped("name")
        self.assertIn("(without a name)", names)
        self.assertIn("evil", names)

    def test_the_list_is_read_page_by_page_and_goes_on_after_a_break(self):
        self.patch(xero_tenant_contacts, "PAGE_SIZE", 5)
        partner = self.customer("Young Bros Transport")
        self.open()
        self.assertEqual(self.tenant.contacts_page, 2)
        self.assertEqual(self.tenant._step_contacts()[0], "todo")
        self.sim.faults.add("drop", path="/Contacts", times=1)
        self.run_engine()
        self.assertEqual(self.tenant.contacts_page, 2)
        self.run_engine()
        self.assertEqual(self.tenant.contacts_page, 0)
        self.assertEqual(
            self.env["xero.contact"].with_context(active_test=False).search_count(
                [("tenant_id", "=", self.tenant.id)]
            ),
            len(self.organisation.contacts),
        )
        self.assertEqual(self.row(partner).contact_id.name, "Young Bros Transport")

    def test_later_only_changes_are_read(self):
        self.open()
        self.sim.clock.advance(60)
        self.organisation.edit_contact(self.contact("Boom FM")["ContactID"], Name="Boom Radio")
        self.sim.journal.clear()
        self.open()
        self.assertTrue(self.row(name="Boom Radio"))
        self.assertEqual(len(self.calls("GET", "/Contacts")), 1)

    def test_decisions_are_kept_when_the_list_is_opened_again(self):
        partner = self.customer("Boom FM")
        self.open()
        self.row(partner).action_skip()
        self.open()
        self.assertEqual(self.row(partner).decision, "skip")


class TestApplying(ContactMatchCase):
    def test_certain_pairs_are_linked_without_writing(self):
        partner = self.customer("Boom FM")
        self.open()
        self.matches.action_accept_certain()
        self.matches.action_apply()
        self.run_engine()
        self.assertEqual(self.row(partner).state, "applied", self.row(partner).message)
        link = self.link_of(partner)
        self.assertEqual(
            (link.state, link.xero_id), ("sent", self.contact("Boom FM")["ContactID"])
        )
        self.assertFalse(self.sim.journal.writes)
        invoice = self.push(self.make_invoice(partner))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.writes(), [("Invoices", 1)])

    def test_create_import_and_skip(self):
        new, skipped = self.customer("Brand New"), self.customer("Not Now")
        self.open()
        self.row(new).action_create()
        self.row(skipped).action_skip()
        west = self.row(name="Bank West")
        west.action_import()
        self.assertFalse(self.sim.journal.writes)
        self.matches.action_apply()
        self.run_engine()
        self.assertEqual(self.link_of(new).state, "sent", self.link_of(new).message)
        self.assertEqual(self.writes(), [("Contacts", 1)])
        self.assertFalse(self.link_of(skipped))
        partner = self.env["res.partner"].search([("name", "=", "Bank West")])
        self.assertEqual(self.link_of(partner).state, "sent")
        self.assertEqual(
            (partner.email, partner.phone, partner.city, partner.street),
            ("tate@bankwest.example", "555 7700", "Pinehaven", "Procurement Services"),
        )
        self.assertEqual(partner.child_ids.mapped("name"), ["Tate Banner"])
        self.assertTrue(partner.customer_rank)
        self.run_engine()
        self.assertEqual(self.writes(), [("Contacts", 1)])  # what was imported does not go back

    def test_an_archived_contact_is_not_linked(self):
        partner = self.customer("Rex Media Group")
        self.open()
        self.row(partner).action_link()
        self.matches.action_apply()
        self.run_engine()
        self.assertEqual(self.row(partner).state, "failed")
        self.assertIn("Restore it there", self.row(partner).message)
        self.assertFalse(self.link_of(partner))

    def test_a_contact_without_a_name_is_not_imported(self):
        boom = self.contact("Boom FM")
        self.organisation.contacts.save(
            {**boom, "ContactID": "99999999-0000-4000-8000-000000000010", "Name": ""}
        )
        self.open()
        row = self.row(name="(without a name)")
        row.action_import()
        self.matches.action_apply()
        self.run_engine()
        self.assertIn("no name in Xero", row.message)

    def test_chosen_from_the_partner(self):
        partner = self.customer("Boom Broadcasting")
        partner.action_xero_match()
        row = self.row(partner)
        row.contact_id = self.env["xero.contact"].search([
            ("tenant_id", "=", self.tenant.id), ("name", "=", "Boom FM"),
        ])
        self.matches.action_apply()
        self.run_engine()
        self.assertEqual(self.link_of(partner).xero_id, self.contact("Boom FM")["ContactID"])
        with self.assertRaisesRegex(UserError, "linked to a contact already"):
            partner.action_xero_match()


class TestContactInXero(ContactMatchCase):
    def sent(self, partner):
        """What Xero was sent of a partner."""
        self.push(partner)
        self.assertEqual(self.link_of(partner).state, "sent", self.link_of(partner).message)
        call = next(call for call in self.sim.journal.writes if b"ContactNumber" in call.body)
        return json.loads(call.body)["Contacts"][0]

    def test_a_company_with_its_people_and_addresses(self):
        usd = self.env.ref("base.USD")
        term = self.env.ref("account.account_payment_term_30days")
        company = self.customer(
            "Acme  Ltd", email="office@acme.example", phone="+1 555 0100", vat="US123456789",
            ref="ACME-1", street="1 Main St", street2="Level 2", city="Boston", zip="02101",
            country_id=self.env.ref("base.us").id,
            property_purchase_currency_id=usd.id, property_payment_term_id=term.id,
        )
        for name, kind, email in (
            ("Ann Bell", "contact", "ann@acme.example"), ("Cy Dow", "contact", "cy@acme.example"),
            ("No Mail", "contact", False), ("Accounts", "invoice", False),
        ):
            self.env["res.partner"].create({
                "name": name, "type": kind, "email": email, "parent_id": company.id,
                **({"street": "PO Box 7", "city": "Salem"} if kind == "invoice" else {}),
            })
        element = self.sent(company)
        self.assertEqual(element["Name"], "Acme Ltd")
        self.assertEqual((element["FirstName"], element["LastName"]), ("Ann", "Bell"))
        self.assertEqual(
            [person["EmailAddress"] for person in element["ContactPersons"]], ["cy@acme.example"]
        )
        addresses = {one["AddressType"]: one for one in element["Addresses"]}
        self.assertEqual(addresses["POBOX"]["AddressLine1"], "PO Box 7")
        self.assertEqual(addresses["POBOX"]["AttentionTo"], "Accounts")
        self.assertEqual(addresses["STREET"]["AddressLine2"], "Level 2")
        self.assertEqual(element["AccountNumber"], "ACME-1")
        self.assertEqual(element["DefaultCurrency"], "USD")
        self.assertEqual(
            element["PaymentTerms"], {"Sales": {"Day": 30, "Type": "DAYSAFTERBILLDATE"}}
        )

    def test_a_person(self):
        element = self.sent(self.customer("Ada Mary Lovelace", is_company=False))
        self.assertEqual((element["FirstName"], element["LastName"]), ("Ada", "Mary Lovelace"))

    def test_a_name_that_is_taken_leads_to_the_list(self):
        partner = self.customer("Boom FM")
        self.push(partner)
        self.assertEqual(self.link_of(partner).state, "rejected")
        self.assertIn("Customers and Suppliers", self.link_of(partner).message)

    def test_a_name_that_is_too_long_is_cut_by_rule(self):
        element = self.sent(self.customer("A" * 300))
        self.assertEqual(element["Name"], "A" * 254 + "…")

    def test_children_go_as_their_company(self):
        company = self.customer("Parent")
        child = self.make_partner("Child", is_company=False, parent_id=company.id)
        invoice = self.push(self.make_invoice(child))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertFalse(self.link_of(child))
        self.assertEqual(self.link_of(company).state, "sent")
