"""Several companies, several tenants, several readers: each sees and sends what is its own."""

from unittest.mock import patch

from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tests import new_test_user

from ..models import xero_run
from ..models.xero_tables import XeroTables
from .push_common import XeroPushCase


class TestTwoCompanies(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.second = self.make_company("Second Company", "GBP", "base.uk")
        self.env.user.company_ids |= self.second
        self.other = self.make_tenant(self.second)
        self.other.sudo().write({"state": "connected"})
        self.second.xero_tenant_id = self.other
        self.partner = self.push(self.make_partner("Shared"))

    def test_a_partner_goes_to_the_company_of_who_sends_it(self):
        self.partner.with_company(self.second).action_xero_push()
        links = self.link_of(self.partner)
        self.assertEqual(
            {link.tenant_id: link.state for link in links},
            {self.tenant: "sent", self.other: "pending"},
        )

    def test_a_partner_goes_again_to_every_tenant_of_the_company(self):
        third = self.make_tenant(self.company, name="Third")
        third.sudo().write({"state": "connected"})
        self.env["xero.link"].sudo()._mark_pending(third, self.partner)
        self.link_of(self.partner).write({"state": "rejected"})
        self.partner.action_xero_push()
        self.assertEqual(self.link_of(self.partner).mapped("state"), ["pending", "pending"])

    def test_status_of_another_company_is_not_shown(self):
        clerk = new_test_user(
            self.env, "clerk", groups="account.group_account_invoice,base.group_partner_manager",
            company_id=self.second.id, company_ids=[(6, 0, self.second.ids)],
        )
        self.partner.invalidate_recordset()
        as_clerk = self.partner.with_user(clerk)
        self.assertFalse(as_clerk.xero_state)
        self.assertFalse(as_clerk.xero_url)
        self.assertTrue(as_clerk.xero_can_push)
        partners = self.env["res.partner"]
        domain = [("id", "=", self.partner.id)]
        self.assertFalse(
            partners.with_user(clerk).search([*domain, ("xero_state", "=", "sent")])
        )
        self.assertTrue(partners.search([*domain, ("xero_state", "=", "sent")]))
        groups = partners.with_user(clerk).formatted_read_group(domain, ["xero_state"], ["__count"])
        self.assertEqual([group["xero_state"] for group in groups], [False])
        self.assertEqual(self.partner.xero_state, "sent")


    # Faults: 18
    def test_a_document_never_goes_to_another_company(self):
        """Whatever routed it there: a vendor's setting, a journal, or code of another module."""
        vendor = self.make_partner()
        with self.assertRaisesRegex(ValidationError, "belongs to Second Company"):
            vendor.xero_tenant_id = self.other
        vendor = self.make_partner()
        vendor.with_company(self.second).xero_tenant_id = self.other
        vendor.invalidate_recordset()
        order = self.make_order(vendor)
        self.push(order)
        self.assertEqual(self.link_of(order).tenant_id, self.tenant)
        with self.assertRaises(UserError):
            order.xero_tenant_id = self.other
        invoice = self.make_invoice()
        with self.assertRaises(UserError):
            invoice.journal_id.xero_tenant_id = self.other
        with self.assertRaisesRegex(UserError, "belongs to the books of"):
            self.env["xero.link"].sudo()._mark_pending(self.other, invoice)
        self.assertFalse(self.link_of(invoice))

    # Faults: 18
    def test_nobody_moves_rows_or_connections_by_hand(self):
        """A field that is read-only on the form can be written over RPC: these cannot."""
        manager = new_test_user(
            self.env, "mover", groups="account.group_account_manager,base.group_user",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        mine = self.tenant.with_user(manager)
        for values in (
            {"organisation_id": "6" * 36}, {"state": "disconnected"}, {"connection_id": "x"},
            {"cron_id": self.env.ref("base.autovacuum_job").id}, {"short_code": "!x"},
        ):
            with self.assertRaises(AccessError, msg=str(values)):
                mine.write(values)
        with self.assertRaises(AccessError):
            mine.create({"name": "New", "app_id": self.app.id, "company_id": self.company.id,
                         "state": "connected"})
        made = mine.with_context(default_state="connected").create(
            {"name": "New", "app_id": self.app.id, "company_id": self.company.id}
        )
        self.assertEqual(made.state, "draft")
        row = self.env["xero.tax.mapping"].search([("tenant_id", "=", self.tenant.id)], limit=1)
        with self.assertRaises(AccessError):
            row.with_user(manager).tenant_id = self.other
        row.with_user(manager).tenant_id = self.tenant
        match = self.env["xero.contact.match"].sudo().create(
            {"tenant_id": self.tenant.id, "partner_id": self.partner.id}
        )
        with self.assertRaises(AccessError):
            match.with_user(manager).tenant_id = self.other


class TestReaders(XeroPushCase):
    def test_purchase_users_read_no_amounts_of_invoices(self):
        invoice = self.push(self.make_invoice())
        buyer = new_test_user(self.env, "buyer", groups="purchase.group_purchase_user")
        with self.assertRaises(AccessError):
            self.link_of(invoice).with_user(buyer).sudo(False).read(["xero_total"])

    def test_customers_read_nothing_of_xero(self):
        invoice = self.push(self.make_invoice())
        customer = new_test_user(self.env, "customer", groups="base.group_portal")
        customer.partner_id.parent_id = invoice.partner_id
        invoice.message_subscribe(customer.partner_id.ids)
        as_customer = invoice.with_user(customer)
        self.assertTrue(as_customer.read(["amount_total"]))
        for name in ("xero_state", "xero_message", "xero_url", "xero_tenant_name"):
            with self.assertRaises(AccessError, msg=name):
                as_customer.read([name])

    def test_a_list_of_blocked_documents_reads_no_causes(self):
        tax = self.make_tax("sale")
        partner = self.make_partner()
        moves = self.env["account.move"].union(
            *(self.make_invoice(partner, taxes=tax) for _ in range(5))
        )
        self.push(moves)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        moves.mapped("xero_state")
        self.assertLess(self.env.cr.sql_log_count - before, 10)


class TestWanted(XeroPushCase):
    def test_documents_of_another_tenant_do_not_hide_those_behind_them(self):
        self.tenant.write({"send_since": "2026-01-01", "send_automatically": True})
        self.make_tenant(self.company, name="Other")
        mine = self.make_invoice(invoice_date="2026-02-01")
        other = self.env["xero.tenant"].search([("name", "=", "Other")])
        journal = mine.journal_id.copy({"code": "XOT", "name": "Other", "xero_tenant_id": other.id})
        for _ in range(3):
            self.make_invoice(journal_id=journal.id)
        vendor = self.make_partner()
        order = self.make_order()
        vendor.xero_tenant_id = other
        for _ in range(3):
            self.make_order(vendor)
        with patch.object(xero_run, "MARK_AT_ONCE", 2):
            self.tenant.sudo()._mark_wanted()
        self.assertEqual((mine.xero_state, order.xero_state), ("pending", "pending"))
        self.assertEqual(len(self.env["xero.link"].search([("resource", "!=", "Contacts")])), 2)


class TestMeanwhile(XeroPushCase):
    # Faults: 30
    def test_two_who_mark_at_once_do_not_fail(self):
        """The second one finds the row taken: it is told to try again, as Odoo does by itself."""
        invoice = self.make_invoice()
        invoice.action_xero_push()
        links = self.env["xero.link"].sudo()
        with (
            patch.object(type(links), "search", lambda self, *args, **kwargs: self.browse()),
            self.assertRaises(ConcurrencyError),
            self.env.cr.savepoint(),
        ):
            links._mark_pending(self.tenant, invoice)

    # Faults: 32
    def test_reset_while_the_engine_claims_is_refused(self):
        """The engine and the person write the same row: one of them has to try again."""
        invoice = self.make_invoice()
        invoice.action_xero_push()
        self.env.flush_all()
        link = self.link_of(invoice)
        self.env.cr.execute("SELECT ctid::text FROM xero_link WHERE id = %s", [link.id])
        before = self.env.cr.fetchone()
        invoice.button_draft()
        self.env.cr.execute("SELECT ctid::text FROM xero_link WHERE id = %s", [link.id])
        self.assertNotEqual(self.env.cr.fetchone(), before, "The link was not written.")

    def test_a_mapping_made_during_the_run_counts(self):
        tax = self.make_tax("sale")
        tax.amount = self.rate
        invoice = self.make_invoice(taxes=tax)
        rate = self.env["xero.tax.rate"].search(
            [("tenant_id", "=", self.tenant.id), ("tax_type", "=", "TAX001")]
        )
        tables = XeroTables(self.tenant)
        tables.masters["res.partner"] = {invoice.partner_id.id: ("6" * 36, False)}
        self.map_tax(tax, rate)
        invoice.action_xero_push()
        # The tables were read in an earlier transaction of the run.
        tables.read_at = False
        request = self.tenant.sudo()._next_request(tables)
        self.assertEqual(request.resource, "Invoices", invoice.xero_message)
