"""What the way back must not lose, repeat or stumble over: rows of others in the same second,
documents whose fate nobody knew while they changed, and rows that make no sense."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from ..models import xero_tenant_contacts
from ..xero import seen
from ..xero.const import IDENTITY
from .test_pull import PullCase

PULL = "odoo.addons.xero_connector.models.xero_pull"

# What no field of a document may be, or may be no longer than this.
SENSELESS = (
    None, [], {}, [None], [[]], ["x"], [{}], {"x": {}}, "", "\0", "x" * 5000, "<b>x</b>", True, 0,
    -1, 10**30, 0.1234567, "2026-13-45", "/Date(999999999999999+0000)/", "NaN",
)


class TestSeconds(PullCase):
    def setUp(self):
        super().setUp()
        self.row = self.env["xero.poll"].sudo().search([
            ("tenant_id", "=", self.tenant.id), ("resource", "=", "Invoices"),
        ])

    def stamp(self, guid, moment):
        row = self.organisation.invoices[guid]
        self.organisation.invoices.save({**row, "UpdatedDateUTC": moment})

    # Faults: 40
    def test_a_second_in_which_only_others_changed_is_read_again(self):
        """Somebody else's document was listed in a second that was not over; ours changed in the
        same second, after the page was made."""
        ours = self.sent_invoice()
        contact = self.guid(ours.partner_id)
        self.sim.clock.advance(600)
        other = self.organisation.enter_invoice(
            Type="ACCREC", Contact={"ContactID": contact},
            LineItems=[{"Description": "x", "Quantity": 1, "UnitAmount": 10, "AccountCode": "400"}],
        )
        moment = self.organisation.invoices[other["InvoiceID"]]["UpdatedDateUTC"]
        self.row.polled_at = self.env.cr.now() - timedelta(minutes=15)
        self.poll("Invoices")
        self.organisation.approve(self.guid(ours))
        self.stamp(self.guid(ours), moment)
        self.row.polled_at = self.env.cr.now() - timedelta(minutes=15)
        self.poll("Invoices")
        self.assertEqual(self.figures(ours)[0], "AUTHORISED")

    # Faults: 40
    def test_a_second_that_a_notice_showed_already_is_read_again(self):
        """What was fetched by its id is no news to the page, and the second is not over."""
        one, two = self.sent_invoice(), self.sent_invoice()
        self.sim.clock.advance(600)
        self.organisation.approve(self.guid(one))
        moment = self.organisation.invoices[self.guid(one)]["UpdatedDateUTC"]
        self.tenant.sudo()._look_at("Invoices", [self.guid(one)])
        self.row.polled_at = self.env.cr.now() - timedelta(minutes=15)
        self.poll("Invoices")
        self.organisation.approve(self.guid(two))
        self.stamp(self.guid(two), moment)
        self.row.polled_at = self.env.cr.now() - timedelta(minutes=15)
        self.poll("Invoices")
        self.assertEqual(self.figures(two)[0], "AUTHORISED")

    def test_a_moment_far_ahead_hides_nothing_that_comes(self):
        """One row with a senseless moment may not end the reading for ever."""
        ours, odd = self.sent_invoice(), self.sent_invoice()
        self.stamp(self.guid(odd), self.sim.clock.now() + timedelta(days=400))
        self.poll("Invoices")
        self.sim.clock.advance(60)
        self.organisation.approve(self.guid(ours))
        self.poll("Invoices")
        self.assertEqual(self.figures(ours)[0], "AUTHORISED")


class TestDoubt(PullCase):
    # Faults: 40
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

    # Faults: 40
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


class TestContacts(PullCase):
    def mirrored(self):
        return set(self.env["xero.contact"].with_context(active_test=False).search(
            [("tenant_id", "=", self.tenant.id)]
        ).mapped("xero_id"))

    # Faults: 40
    def test_a_contact_that_moves_while_pages_are_read_hides_no_other(self):
        """It goes to the end of the list, and all behind it move up."""
        self.patch(xero_tenant_contacts, "PAGE_SIZE", 5)
        for row in list(self.organisation.contacts.values()):
            self.sim.clock.advance(10)
            self.organisation.contacts.save({**row, "UpdatedDateUTC": self.sim.clock.now()})
        first = next(iter(self.organisation.contacts))
        tenant = self.tenant.sudo()
        tenant._begin_contacts()
        self.env.flush_all()
        self.assertTrue(tenant._pull_contacts_page())
        self.sim.clock.advance(10)
        self.organisation.edit_contact(first, EmailAddress="new@example.com")
        while tenant._pull_contacts_page():
            pass
        self.assertEqual(self.mirrored(), set(self.organisation.contacts))
        self.assertFalse(self.env["xero.difference"].search([("field", "=", "new")]))

    def test_many_contacts_of_one_second_are_read_page_by_page(self):
        self.patch(xero_tenant_contacts, "PAGE_SIZE", 5)
        for row in list(self.organisation.contacts.values()):
            self.organisation.contacts.save({**row, "UpdatedDateUTC": self.sim.clock.now()})
        self.poll("Contacts")
        self.run_engine()
        self.assertEqual(self.mirrored(), set(self.organisation.contacts))

    def test_a_contact_of_a_day_far_ahead_hides_no_other(self):
        self.poll("Contacts")
        row = next(iter(self.organisation.contacts.values()))
        self.organisation.contacts.save(
            {**row, "UpdatedDateUTC": self.sim.clock.now() + timedelta(days=400)}
        )
        self.poll("Contacts")
        other = self.organisation.enter_contact(Name="Somebody New")
        self.poll("Contacts")
        self.assertIn(other["ContactID"], self.mirrored())


    def test_a_tax_number_is_no_markup(self):
        """One that Odoo finds impossible is kept in the notes, letter by letter."""
        row = self.organisation.enter_contact(Name="Somebody", TaxNumber="<b>no</b>&amp;")
        self.poll("Contacts")
        contact = self.env["xero.contact"].search([("xero_id", "=", row["ContactID"])])
        values = contact._partner_values(self.tenant, self.env["res.country"].search([]))
        create = type(self.env["res.partner"]).create

        def refuse(partners, vals_list):
            if vals_list.get("vat"):
                raise ValidationError("impossible")
            return create(partners, vals_list)

        with patch.object(type(self.env["res.partner"]), "create", refuse):
            partner = contact._make_partner(self.tenant, values)
        self.assertIn("&lt;b&gt;no&lt;/b&gt;&amp;amp;", partner.comment)


class TestFigures(PullCase):
    def test_the_stage_of_what_was_edited_is_told_by_its_new_total(self):
        invoice = self.sent_invoice()
        self.organisation.approve(self.guid(invoice))
        line = self.organisation.invoices[self.guid(invoice)]["LineItems"][0]
        self.organisation.edit(self.guid(invoice), LineItems=[{
            "LineItemID": line["LineItemID"], "UnitAmount": 10,
        }])
        total = self.organisation.invoices[self.guid(invoice)]["Total"]
        self.assertLess(total, invoice.amount_total)
        self.poll("Invoices")
        self.assertEqual(invoice.xero_stage, "awaiting")
        self.assertEqual(self.link_of(invoice).xero_total, float(total))

    @mute_logger(PULL)
    # Faults: 44
    def test_whatever_a_row_says_the_others_are_seen(self):
        """Each field of a document of ours takes each senseless value."""
        odd, order, note = self.sent_invoice(), self.make_order(), self.make_move("out_refund")
        self.push(order)
        self.push(note)
        moment = self.sim.clock.now().replace(tzinfo=None, microsecond=0)
        for record, resource in (
            (odd, "Invoices"), (order, "PurchaseOrders"), (note, "CreditNotes"),
        ):
            body = self.tenant.sudo()._get_from_xero(f"{resource}/{self.guid(record)}")
            element = json.loads(body)[resource][0]
            for name in element:
                if name in (IDENTITY[resource][0], "UpdatedDateUTC"):
                    continue
                for value in SENSELESS:
                    moment += timedelta(seconds=1)
                    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
                    row = {**element, name: value, "UpdatedDateUTC": stamp}
                    with self.subTest(resource=resource, name=name, value=str(value)[:20]):
                        link = self.link_of(record)
                        link.write({
                            "state": "sent", "obstacle": False, "found": False, "message": False,
                        })
                        self.tenant.sudo()._take_in(
                            seen.documents(resource, json.dumps({resource: [row]}).encode()).rows
                        )
                        self.env.flush_all()
                        record.invalidate_recordset()
                        self.assertTrue(record.xero_stage)


class TestMerges(PullCase):
    def merge(self, invoice):
        other = self.organisation.enter_contact(Name=f"The One Beside {invoice.name}")
        self.sim.clock.advance(5)
        self.organisation.merge_contacts(self.guid(invoice.partner_id), other["ContactID"])
        return other["ContactID"]

    def test_what_the_one_that_stays_holds_otherwise_is_proposed(self):
        partner = self.push(self.make_partner("Coast Cafe"))
        self.read_contacts()
        self.sim.clock.advance(60)
        other = self.organisation.enter_contact(Name="Stays", EmailAddress="stays@cafe.example")
        self.read_contacts()
        self.sim.clock.advance(60)
        self.organisation.merge_contacts(self.guid(partner), other["ContactID"])
        self.read_contacts()
        link = self.link_of(partner)
        self.assertEqual(link.xero_id, other["ContactID"])
        rows = self.env["xero.difference"].search([("tenant_id", "=", self.tenant.id)])
        self.assertEqual(rows.link_id, link)
        self.assertIn("stays@cafe.example", rows.mapped("xero_value"))
        self.assertNotIn("new", rows.mapped("field"))

    def read_contacts(self):
        self.env["xero.poll"].sudo()._make_due(self.tenant, "Contacts")
        self.env.flush_all()
        self.run_engine()

    def test_a_merge_is_no_edit_of_documents(self):
        """They are listed under the contact that is left, as soon as anything changes there."""
        paid, other = self.sent_invoice(), self.sent_invoice()
        self.merge(paid)
        self.poll("Contacts")
        self.organisation.approve(self.guid(paid))
        self.poll("Invoices")
        self.assertEqual(self.figures(paid)[0], "AUTHORISED")
        self.assertEqual(paid.xero_state, "sent", paid.xero_message)
        self.assertEqual(other.xero_state, "sent")

    def test_a_merge_that_is_seen_later_settles_what_seemed_edited(self):
        invoice, edited = self.sent_invoice(), self.sent_invoice()
        for one in (invoice, edited):
            self.merge(one)
            self.organisation.approve(self.guid(one))
        self.organisation.edit(self.guid(edited), Reference="Their words")
        self.poll("Invoices")
        self.assertEqual(self.figures(invoice)[0], "AUTHORISED")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertFalse(self.link_of(invoice).obstacle)
        self.assertEqual(edited.xero_state, "attention")

    def test_another_contact_is_an_edit(self):
        invoice = self.sent_invoice()
        other = self.organisation.enter_contact(Name="The Other One")
        self.organisation.edit(self.guid(invoice), Contact={"ContactID": other["ContactID"]})
        self.poll("Invoices")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention")
