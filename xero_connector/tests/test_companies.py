"""Several companies, several tenants, several readers: each sees and sends what is its own."""

from unittest.mock import patch

from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tests import new_test_user

from ..models import xero_push
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
        with patch.object(xero_push, "LOOK_AHEAD", 2):
            self.tenant.sudo()._mark_wanted()
        self.assertEqual((mine.xero_state, order.xero_state), ("pending", "pending"))
        self.assertEqual(len(self.env["xero.link"].search([("resource", "!=", "Contacts")])), 2)


class TestMeanwhile(XeroPushCase):
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
