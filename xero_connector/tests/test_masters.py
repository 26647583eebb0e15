"""Customers and suppliers that stand in Xero follow Odoo: only what changed goes, 50 a call."""

import json

from ..models.xero_tables import XeroTables
from .push_common import ORGANISATION, XeroPushCase


class TestMasters(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner("Coast Cafe", email="hello@coast.example")
        self.push(self.partner)
        self.link = self.link_of(self.partner)
        self.assertEqual(self.link.state, "sent")
        self.sim.journal.clear()

    def contact(self, partner=None):
        link = self.link_of(partner or self.partner)
        return self.sim.organisation(ORGANISATION).contacts[link.xero_id]

    def bodies(self):
        """The elements of each write, as the simulator was sent them."""
        return [
            (call.method, json.loads(call.body)["Contacts"])
            for call in self.sim.journal.writes
        ]

    # === WHAT GOES === #

    def test_only_the_changed_field_goes(self):
        self.partner.email = "office@coast.example"
        self.assertEqual(self.link.state, "pending")
        self.run_engine()
        self.assertEqual(self.link.state, "sent", self.link.message)
        self.assertEqual(self.bodies(), [(
            "POST", [{"ContactID": self.link.xero_id, "EmailAddress": "office@coast.example"}]
        )])
        self.assertEqual(self.contact()["EmailAddress"], "office@coast.example")

    def test_what_is_emptied_in_odoo_is_emptied_in_xero(self):
        self.partner.email = False
        self.run_engine()
        self.assertEqual(self.contact()["EmailAddress"], "")

    def test_an_unchanged_save_costs_no_call(self):
        self.partner.write({"email": self.partner.email, "name": self.partner.name})
        self.partner.comment = "Nice people"
        self.run_engine()
        self.assertEqual(self.link.state, "sent")
        self.assertFalse(self.sim.journal.writes)

    def test_what_a_person_wrote_in_xero_stays(self):
        self.sim.organisation(ORGANISATION).edit_contact(
            self.link.xero_id, FirstName="Ada", EmailAddress="ada@coast.example"
        )
        self.partner.street = "1 Beach Road"
        self.run_engine()
        held = self.contact()
        self.assertEqual(held["FirstName"], "Ada")
        self.assertEqual(held["EmailAddress"], "ada@coast.example")
        self.assertEqual(held["Addresses"]["STREET"]["AddressLine1"], "1 Beach Road")

    def test_a_hundred_changes_are_two_calls(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}", "is_company": True} for number in range(100)]
        )
        self.push(partners)
        self.sim.journal.clear()
        for partner in partners:
            partner.city = f"Town {partner.id}"
        self.run_engine()
        self.assertEqual(self.writes(), [("Contacts", 50), ("Contacts", 50)])
        self.assertEqual({link.state for link in self.link_of(partners)}, {"sent"})

    def test_a_contact_person_s_company_follows(self):
        child = self.make_partner("Bob", is_company=False, parent_id=self.partner.id)
        self.assertEqual(self.link.state, "pending")
        self.run_engine()
        child.phone = "+61 2 5550 0000"
        self.assertEqual(self.link.state, "pending")

    # === WHO DECIDES === #

    def test_a_customer_who_becomes_a_contact_person_stays_as_it_is(self):
        """It goes with its company from now on; its own contact has nothing to wait for."""
        person = self.push(self.make_partner("Ada Lovelace", is_company=False))
        self.assertEqual(person.xero_state, "sent")
        person.parent_id = self.make_partner("Analytical Engines")
        person.phone = "0123 456"
        self.move_time(minutes=1, seconds=1)
        self.run_engine()
        self.assertEqual((person.xero_state, person.xero_message), ("sent", False))

    def test_only_with_documents_waits_for_the_button(self):
        self.tenant.contact_sync = "document"
        self.partner.city = "Perth"
        self.run_engine()
        self.assertFalse(self.sim.journal.writes)
        self.push(self.partner)
        self.assertEqual(self.writes(), [("Contacts", 1)])

    def test_not_at_all_blocks_with_a_sentence_until_chosen(self):
        self.tenant.contact_sync = "never"
        invoice = self.push(self.make_invoice())
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn("only uses what stands in Xero already", invoice.xero_message)
        self.assertFalse(self.sim.journal.writes)
        self.tenant.contact_sync = "document"
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    def test_archiving_goes_only_if_the_tenant_says_so(self):
        self.partner.active = False
        self.run_engine()
        self.assertFalse(self.sim.journal.writes)
        self.partner.active = True
        self.tenant.archive_contacts = True
        self.partner.active = False
        self.run_engine()
        self.assertEqual(self.contact()["ContactStatus"], "ARCHIVED")
        self.sim.journal.clear()
        self.partner.city = "Perth"  # Xero would refuse it
        self.run_engine()
        self.assertFalse(self.sim.journal.writes)

    def test_nothing_is_created_archived(self):
        self.tenant.archive_contacts = True
        partner = self.make_partner("Gone", active=False)
        self.push(partner)
        self.assertEqual(partner.xero_state, "sent", partner.xero_message)
        self.assertEqual(self.contact(partner)["ContactStatus"], "ACTIVE")

    # === WHAT XERO REFUSES === #

    # Faults: 35
    def test_an_archived_contact_is_told(self):
        self.sim.organisation(ORGANISATION).archive_contact(self.link.xero_id)
        self.partner.city = "Perth"
        self.run_engine()
        self.run_engine()
        self.assertEqual(self.link.state, "rejected")
        self.assertIn("archived in Xero", self.link.message)

    # Faults: 35
    def test_a_merged_contact_is_followed(self):
        target = self.sim.organisation(ORGANISATION).contacts.find("name", "harbour cafe")
        target = target[0] if target else next(
            contact for contact in self.sim.organisation(ORGANISATION).contacts.values()
            if contact["ContactID"] != self.link.xero_id and contact["ContactStatus"] == "ACTIVE"
        )
        self.sim.organisation(ORGANISATION).merge_contacts(self.link.xero_id, target["ContactID"])
        self.partner.city = "Perth"
        self.run_engine()
        self.run_engine()
        self.assertEqual(self.link.state, "sent", self.link.message)
        self.assertEqual(self.link.xero_id, target["ContactID"])

    def test_one_that_is_gone_does_not_stop_the_others(self):
        other = self.push(self.make_partner("Second"))
        self.sim.organisation(ORGANISATION).erase_contact(self.link.xero_id)
        lost = "ffffffff-0000-4000-8000-00000000000f"
        self.link.xero_id = lost
        self.partner.city = other.city = "Perth"
        self.sim.journal.clear()
        self.run_engine()
        self.run_engine()
        self.assertEqual(self.link.state, "attention")
        self.assertIn("not in Xero any more", self.link.message)
        self.assertEqual(self.link_of(other).state, "sent", self.link_of(other).message)
        self.assertLessEqual(len(self.sim.journal.writes), 2)

    def test_a_refusal_is_mended_by_the_next_change(self):
        self.partner.name = "Coast Cafe"
        other = self.push(self.make_partner("Coast Cafe 2"))
        other.name = "coast cafe"
        self.run_engine()
        self.assertEqual(self.link_of(other).state, "rejected")
        other.name = "Coast Cafe Three"
        self.run_engine()
        self.assertEqual(self.link_of(other).state, "sent", self.link_of(other).message)

    # Faults: 35
    def test_a_contact_with_our_own_code_is_ours(self):
        partner = self.make_partner("Late Arrival")
        organisation = self.sim.organisation(ORGANISATION)
        held = next(one for one in organisation.contacts.values() if not one.get("ContactNumber"))
        code = partner._xero_contact_number(XeroTables(self.tenant))
        organisation.edit_contact(held["ContactID"], ContactNumber=code)
        self.push(partner)
        self.run_engine()
        self.assertEqual(partner.xero_state, "sent", partner.xero_message)
        self.assertEqual(self.link_of(partner).xero_id, held["ContactID"])
        self.assertTrue(self.link_of(partner).adopted)

    # Faults: 35
    def test_our_own_code_on_an_archived_contact_is_told(self):
        partner = self.make_partner("Left Long Ago")
        organisation = self.sim.organisation(ORGANISATION)
        held = next(one for one in organisation.contacts.values() if not one.get("ContactNumber"))
        code = partner._xero_contact_number(XeroTables(self.tenant))
        organisation.edit_contact(held["ContactID"], ContactNumber=code)
        organisation.archive_contact(held["ContactID"])
        self.push(partner)
        self.run_engine()
        self.assertEqual(partner.xero_state, "rejected")
        self.assertIn("Restore it in Xero", partner.xero_message)

    def test_a_tenant_that_nothing_is_linked_to_can_be_deleted(self):
        self.link.action_unlink_master()
        self.tenant.sudo().state = "disconnected"
        self.tenant.unlink()
        self.assertFalse(self.tenant.exists())

    # === MERGED IN ODOO === #

    def merge(self, sources, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources | target).ids, target)
        self.env.invalidate_all()

    def test_merged_in_odoo_the_contact_goes_over(self):
        target = self.make_partner("Coast Cafe Pty", email="pty@coast.example")
        guid = self.link.xero_id
        self.merge(self.partner, target)
        self.assertEqual(self.link_of(target).xero_id, guid)
        self.run_engine()
        self.assertEqual(self.link_of(target).state, "sent", self.link_of(target).message)
        self.assertEqual(self.contact(target)["EmailAddress"], "pty@coast.example")
        self.assertEqual(self.writes(), [("Contacts", 1)])

    def test_merged_in_odoo_both_in_xero(self):
        target = self.push(self.make_partner("Coast Cafe Pty"))
        guid = self.link_of(target).xero_id
        self.merge(self.partner, target)
        self.assertEqual(self.link_of(target).xero_id, guid)
        self.assertFalse(self.partner.exists())
        invoice = self.push(self.make_invoice(target))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    # === DOUBT === #

    def test_an_update_whose_answer_is_lost_is_settled(self):
        self.sim.faults.add("drop", path="Contacts", method="POST", executed=True, times=10)
        self.partner.city = "Perth"
        self.run_engine()
        self.assertEqual(self.link.state, "unknown")
        self.partner.city = "Hobart"  # changed again meanwhile
        for _minutes in range(8):
            self.move_time(minutes=5)
            self.run_engine()
        self.sim.faults.clear()
        self.move_time(minutes=60)
        self.run_engine()
        self.run_engine()
        self.assertEqual(self.link.state, "sent", self.link.message)
        self.assertEqual(self.contact()["Addresses"]["STREET"]["City"], "Hobart")


class TestAdoption(XeroPushCase):
    def test_adopting_writes_nothing_and_sends_only_later_changes(self):
        organisation = self.sim.organisation(ORGANISATION)
        contact = next(iter(organisation.contacts.values()))
        partner = self.make_partner("Known There", city="Boston")
        left = self.env["xero.link"]._adopt(
            self.tenant, {partner: (contact["ContactID"], False, "ACTIVE")}
        )
        self.assertFalse(left)
        self.run_engine()
        self.assertEqual(partner.xero_state, "sent")
        self.assertFalse(self.sim.journal.writes)
        partner.zip = "02101"
        self.run_engine()
        held = organisation.contacts[contact["ContactID"]]
        self.assertEqual(held["Addresses"]["STREET"]["PostalCode"], "02101")
        self.assertEqual(held["Name"], contact["Name"])
        self.assertEqual(held.get("ContactNumber"), contact.get("ContactNumber"))

    def test_one_contact_is_not_given_to_two(self):
        contact = next(iter(self.sim.organisation(ORGANISATION).contacts.values()))
        found = (contact["ContactID"], False, "ACTIVE")
        first, second = self.make_partner("One"), self.make_partner("Two")
        left = self.env["xero.link"]._adopt(self.tenant, {first: found, second: found})
        self.assertEqual(left, second)
        self.assertFalse(self.link_of(second))
