"""The steps of the set-up: shown, told in words, and leading to where they are done."""

from odoo.tests import new_test_user, tagged

from ..models.xero_setup_step import STEPS
from .xero_case import XeroCase


@tagged("post_install", "-at_install")
class TestSetup(XeroCase):
    def setUp(self):
        super().setUp()
        self.connect()
        self.assertEqual(self.tenant.state, "connected", self.tenant.banner)

    def step(self, key):
        return self.tenant.setup_step_ids.filtered(lambda step: step.key == key)

    def test_steps_of_a_tenant(self):
        """One row per step that the tenant knows, in the order they are done; none of others."""
        keys = self.tenant.setup_step_ids.mapped("key")
        self.assertEqual(keys, [key for key in STEPS if key in keys])
        self.assertLessEqual({"settings", "taxes", "accounts", "sending"}, set(keys))
        other = self.make_tenant(self.make_company("Albion", "GBP", "base.uk"))
        self.env.invalidate_all()  # as the next request finds it
        self.assertFalse(other.setup_step_ids & self.tenant.setup_step_ids)
        self.assertEqual(other.setup_step_ids.mapped("key"), keys)

    def test_every_step_says_where_it_stands_and_leads_there(self):
        for step in self.tenant.setup_step_ids.with_user(self.manager):
            with self.subTest(step=step.key):
                self.assertIn(step.state, ("todo", "done", "optional"))
                self.assertTrue(step.text)
                self.assertTrue(step.action_open()["type"])

    def test_settings(self):
        self.assertEqual(self.step("settings").state, "done")
        self.assertIn("accounts", self.step("settings").text)
        self.tenant.sudo().settings_pulled_at = False
        self.env.invalidate_all()
        self.assertEqual(self.step("settings").state, "todo")

    def test_no_combination_no_button(self):
        self.tenant.tax_combination_ids.unlink()
        self.assertIs(self.tenant.tax_combination_text, False)

    def test_taxes_and_accounts(self):
        """Done when all that documents use is mapped; what nobody uses may stay empty."""
        tax = self.env["account.tax"].create({
            "name": "Strange", "amount": 3, "company_id": self.company.id,
            "country_id": self.env.ref("base.au").id,
            "tax_group_id": self.env["account.tax.group"].create({
                "name": "Strange", "company_id": self.company.id,
                "country_id": self.env.ref("base.au").id,
            }).id,
        })
        self.tenant.action_propose_mappings()
        self.assertEqual(self.step("taxes").state, "done")
        tax.xero_tax_mapping_ids.usage = 2
        self.env.invalidate_all()
        self.assertEqual(self.step("taxes").state, "todo")
        self.assertIn(self.tenant.tax_mapping_text, self.step("taxes").text)

    def test_sending(self):
        self.assertEqual(self.step("sending").state, "todo")
        self.tenant.send_since = "2026-11-01"
        self.env.invalidate_all()
        self.assertEqual(self.step("sending").state, "done")
        by_hand = self.step("sending").text
        self.tenant.send_automatically = True
        self.env.invalidate_all()
        self.assertNotEqual(self.step("sending").text, by_hand)

    def test_who_sees_steps(self):
        """Clerks see them, people of other companies do not."""
        clerk = new_test_user(
            self.env, "setup_clerk", groups="account.group_account_invoice",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        self.assertTrue(self.tenant.with_user(clerk).setup_step_ids[0].text)
        other = self.make_company("Albion", "GBP", "base.uk")
        clerk.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.env["xero.setup.step"].with_user(clerk).search([]))
