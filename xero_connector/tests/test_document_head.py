"""Currencies the organisation does not keep, and branding themes of journals."""

from odoo.tests import tagged

from .push_common import ORGANISATION, XeroPushCase


@tagged("post_install", "-at_install")
class TestCurrencies(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.franc = self.env["res.currency"].with_context(active_test=False).search(
            [("name", "=", "CHF")]
        )
        self.franc.active = True
        self.env["res.currency.rate"].create({
            "currency_id": self.franc.id, "rate": 0.9, "name": "2026-01-01",
            "company_id": self.company.id,
        })

    # Faults: 37
    def test_told_before_sending_and_released_by_reading_settings(self):
        invoice = self.push(self.make_invoice(currency_id=self.franc.id))
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertRegex(invoice.xero_message, "CHF.*Add it in Xero.*Read Settings")
        self.assertEqual(self.writes(), [("Contacts", 1)])
        action = invoice.action_xero_open_cause()
        self.assertEqual((action["res_model"], action["res_id"]), ("xero.tenant", self.tenant.id))

        self.sim.organisation(ORGANISATION).currencies["CHF"] = {
            "Code": "CHF", "Description": "Swiss Franc",
        }
        self.tenant.action_pull_settings()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    def test_base_currency_needs_no_entry(self):
        self.env["xero.currency"].sudo().search(
            [("tenant_id", "=", self.tenant.id)]
        ).active = False
        self.assertEqual(self.push(self.make_invoice()).xero_state, "sent")


class TestBrandingThemes(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.theme = self.env["xero.branding.theme"].sudo().search(
            [("tenant_id", "=", self.tenant.id)], limit=1
        )
        self.journal = self.company_data["default_journal_sale"]

    def test_carried_to_xero(self):
        self.journal.xero_branding_theme_id = self.theme
        invoice = self.push(self.make_invoice())
        held = self.held("Invoices")[invoice.name]
        self.assertEqual(held["BrandingThemeID"], self.theme.xero_id)

    def test_none_by_default(self):
        invoice = self.push(self.make_invoice())
        self.assertNotIn("BrandingThemeID", self.held("Invoices")[invoice.name])

    def test_gone_in_xero(self):
        """What customers see does not change without a word; another choice sends."""
        self.journal.xero_branding_theme_id = self.theme
        self.theme.active = False
        invoice = self.push(self.make_invoice())
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn(self.theme.name, invoice.xero_message)
        self.assertEqual(invoice.action_xero_open_cause()["res_model"], "account.journal")
        self.journal.xero_branding_theme_id = False
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    def test_of_another_organisation(self):
        other = self.make_tenant(self.company, name="Other")
        self.journal.xero_branding_theme_id = self.theme.copy({
            "tenant_id": other.id, "xero_id": "x",
        })
        self.assertEqual(self.push(self.make_invoice()).xero_state, "blocked")

    def test_themes_offered_are_those_of_where_the_journal_goes(self):
        self.assertEqual(self.journal.xero_routed_tenant_id, self.tenant)
        other = self.make_tenant(self.company, name="Other")
        self.journal.xero_tenant_id = other
        self.assertEqual(self.journal.xero_routed_tenant_id, other)
