"""What somebody changes or enters in Xero is told, and taken over only when a person says so."""

from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..models.xero_difference import XeroDifference
from .test_contact_match import ContactMatchCase


class DifferenceCase(ContactMatchCase):
    def setUp(self):
        super().setUp()
        self.differences = self.env["xero.difference"]

    def read_contacts(self):
        self.env.flush_all()
        self.tenant._begin_contacts()
        self.env.flush_all()
        self.tenant._pull_contacts_page()
        self.env.invalidate_all()

    def read_items(self):
        self.env.flush_all()
        self.tenant._pull_items_apart()
        self.env.invalidate_all()

    def listed(self):
        """{(name, what): (in Odoo, in Xero)} of what is open."""
        rows = self.differences.search([("tenant_id", "=", self.tenant.id), ("state", "=", "open")])
        return {
            (row.record_name, row.field): (row.odoo_value, row.xero_value) for row in rows
        }

    def rows(self, field):
        return self.differences.search([
            ("tenant_id", "=", self.tenant.id), ("field", "=", field)
        ])


class TestChangedContacts(DifferenceCase):
    def setUp(self):
        super().setUp()
        self.partner = self.customer(
            "Boom Radio", email="a@boom.example", street="1 Main Street", city="Sydney",
        )
        self.partner.action_xero_push()
        self.run_engine()
        self.xero_id = self.partner.xero_link_ids.xero_id
        self.assertTrue(self.xero_id)
        self.read_contacts()
        self.sim.journal.clear()

    def edit(self, **fields):
        self.sim.clock.advance(5)
        self.organisation.edit_contact(self.xero_id, **fields)
        self.read_contacts()

    # Faults: 24
    def test_our_own_writing_is_no_change(self):
        """No echo: what we have sent, and Xero lists, differs in nothing."""
        self.partner.email = "b@boom.example"
        self.partner.action_xero_push()
        self.run_engine()
        self.read_contacts()
        self.assertFalse(self.listed())

    def test_told_and_nothing_else(self):
        self.edit(EmailAddress="x@boom.example", AccountNumber="K-9")
        self.assertEqual(self.listed(), {
            ("Boom Radio", "email"): ("a@boom.example", "x@boom.example"),
            ("Boom Radio", "account_number"): (False, "K-9"),
        })
        self.assertEqual(self.partner.email, "a@boom.example")
        self.assertEqual(self.partner.xero_state, "sent")
        self.edit(EmailAddress="a@boom.example")
        self.assertEqual(set(self.listed()), {("Boom Radio", "account_number")})
        self.assertFalse(self.sim.journal.writes)

    def test_take(self):
        """Odoo has Xero's values, and nothing is sent for it; other changes go as before."""
        self.edit(EmailAddress="x@boom.example", TaxNumber="51824753556", Phones={
            "DEFAULT": {"PhoneNumber": "999 111", "PhoneAreaCode": "", "PhoneCountryCode": ""},
        })
        self.differences.search([]).action_take()
        self.assertEqual(
            (self.partner.email, self.partner.vat, self.partner.phone),
            ("x@boom.example", "51824753556", "999 111"),
        )
        self.move_time(minutes=2)
        self.run_engine()
        self.assertEqual(self.partner.xero_state, "sent")
        self.assertFalse(self.sim.journal.writes)
        self.assertFalse(self.listed())
        self.partner.ref = "R-1"
        self.partner.action_xero_push()
        self.run_engine()
        contact = self.organisation.contacts[self.xero_id]
        self.assertEqual(
            (contact["AccountNumber"], contact["EmailAddress"]), ("R-1", "x@boom.example")
        )

    def test_take_addresses(self):
        self.edit(Addresses={
            "STREET": {"AddressLine1": "2 High Street", "City": "Perth", "Country": "Australia"},
            "POBOX": {"AddressLine1": "PO Box 5", "City": "Darwin", "AttentionTo": "Accounts"},
        })
        self.differences.search([]).action_take()
        self.assertEqual(
            (self.partner.street, self.partner.city, self.partner.country_id.code),
            ("2 High Street", "Perth", "AU"),
        )
        invoicing = self.partner.child_ids
        self.assertEqual(
            (invoicing.type, invoicing.name, invoicing.street, invoicing.city),
            ("invoice", "Accounts", "PO Box 5", "Darwin"),
        )
        self.move_time(minutes=2)
        self.run_engine()
        self.assertFalse(self.sim.journal.writes)

    def test_send(self):
        """Odoo's value replaces Xero's, and only that one."""
        self.edit(EmailAddress="x@boom.example", AccountNumber="K-9")
        self.rows("email").action_send()
        self.run_engine()
        contact = self.organisation.contacts[self.xero_id]
        self.assertEqual(
            (contact["EmailAddress"], contact["AccountNumber"]), ("a@boom.example", "K-9")
        )
        self.assertEqual(len(self.sim.journal.writes), 1)
        self.read_contacts()
        self.assertEqual(set(self.listed()), {("Boom Radio", "account_number")})

    def test_leave(self):
        """Until it is changed again."""
        self.edit(EmailAddress="x@boom.example")
        self.rows("email").action_leave()
        self.edit(FirstName="Ann")
        self.assertFalse(self.listed())
        self.edit(EmailAddress="y@boom.example")
        self.assertEqual(
            self.listed(), {("Boom Radio", "email"): ("a@boom.example", "y@boom.example")}
        )

    def test_while_it_is_being_sent(self):
        self.edit(EmailAddress="x@boom.example")
        self.link_of(self.partner).state = "unknown"
        for decide in ("action_take", "action_send"):
            with self.assertRaisesRegex(UserError, "being sent"):
                getattr(self.rows("email"), decide)()
        self.edit(EmailAddress="z@boom.example")
        self.assertEqual(
            self.listed(), {("Boom Radio", "email"): ("a@boom.example", "x@boom.example")}
        )

    @mute_logger("odoo.addons.xero_connector.models.xero_difference")
    def test_an_error_does_not_stop_the_reading(self):
        with patch.object(XeroDifference, "_note", side_effect=ValueError):
            self.edit(EmailAddress="x@boom.example")
        contact = self.env["xero.contact"].search([("xero_id", "=", self.xero_id)])
        self.assertEqual(contact.email, "x@boom.example")


class TestNewInXero(DifferenceCase):
    def test_contacts(self):
        """Listed once they are entered after the list was read, and imported by a press; who may
        be known already is shown beside his double."""
        self.read_contacts()
        self.assertFalse(self.listed())
        known = self.customer("Fresh Fields Pty Ltd", email="hello@fresh.example")
        self.sim.clock.advance(5)
        self.organisation.enter_contact(Name="Brand New", EmailAddress="new@brand.example")
        self.organisation.enter_contact(Name="Fresh Fields", EmailAddress="hello@fresh.example")
        self.read_contacts()
        self.assertEqual(self.listed(), {
            ("Brand New", "new"): (False, "new@brand.example"),
            ("Fresh Fields", "new"): (False, "hello@fresh.example"),
        })
        with self.assertRaisesRegex(UserError, "nothing to send"):
            self.rows("new").action_send()
        look = self.rows("new").action_take()
        self.run_engine()
        made = self.env["res.partner"].search([("name", "=", "Brand New")])
        self.assertEqual((len(made), made.email), (1, "new@brand.example"))
        self.assertEqual(made.xero_state, "sent")
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Fresh Fields")]))
        row = self.matches.search(look["domain"])
        self.assertEqual((row.partner_id, row.decision), (known, "undecided"))
        self.assertFalse(self.sim.journal.writes)
        self.read_contacts()
        self.assertFalse([key for key in self.listed() if key[0] == "Brand New"])

    def test_items(self):
        self.read_items()
        self.sim.clock.advance(5)
        self.organisation.enter_item(Code="NEW-1", Name="New article", SalesDetails={
            "UnitPrice": Decimal("12.5"),
        })
        self.read_items()
        self.assertEqual(self.listed(), {("New article", "new"): (False, "NEW-1")})
        self.assertFalse(self.rows("new").action_take())
        self.run_engine()
        product = self.env["product.product"].search([("default_code", "=", "NEW-1")])
        self.assertEqual((product.name, product.lst_price), ("New article", 12.5))


class TestChangedItems(DifferenceCase):
    def setUp(self):
        super().setUp()
        self.product = self.env["product.product"].create({
            "name": "Article", "default_code": "DIFF-1", "list_price": 10, "standard_price": 4,
            "taxes_id": False, "supplier_taxes_id": False,
        })
        self.product.action_xero_push()
        self.run_engine()
        self.xero_id = self.product.xero_link_ids.xero_id
        self.read_items()
        self.sim.journal.clear()

    def test_take_and_send(self):
        self.assertFalse(self.listed())
        self.sim.clock.advance(5)
        self.organisation.edit_item(
            self.xero_id, Description="Better", SalesDetails={"UnitPrice": Decimal("11")}
        )
        self.read_items()
        self.assertEqual(self.listed(), {
            ("[DIFF-1] Article", "description"): ("Article", "Better"),
            ("[DIFF-1] Article", "sales_price"): ("10", "11"),
        })
        self.rows("description").action_take()
        self.assertEqual(self.product.description_sale, "Better")
        self.move_time(minutes=2)
        self.run_engine()
        self.assertFalse(self.sim.journal.writes)
        self.rows("sales_price").action_send()
        self.run_engine()
        self.assertEqual(len(self.sim.journal.writes), 1)
        self.assertEqual(self.organisation.items[self.xero_id]["SalesDetails"]["UnitPrice"], 10)

    def test_what_odoo_makes_from_others_is_refused(self):
        tax = self.env["account.tax"].create({
            "name": "Included", "amount": 10, "price_include_override": "tax_included",
            "company_id": self.tenant.company_id.id,
        })
        self.product.taxes_id = tax
        self.sim.clock.advance(5)
        self.organisation.edit_item(self.xero_id, SalesDetails={"UnitPrice": Decimal("11")})
        self.read_items()
        with self.assertRaisesRegex(UserError, "includes tax"):
            self.rows("sales_price").action_take()
