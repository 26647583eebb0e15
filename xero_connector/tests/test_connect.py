"""Connect Now, there and back: what connects, and what is refused with which sentence."""

import os
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import new_test_user, tagged

from .xero_case import AUSTRALIA, NEW_ZEALAND, XeroCase


@tagged("post_install", "-at_install")
class TestConnect(XeroCase):
    def assertRefused(self, *words, state="draft"):
        """The tenant is not connected, and its form says why."""
        self.assertEqual(self.tenant.state, state)
        for word in words:
            self.assertIn(word, self.tenant.banner)
        self.assertEqual(self.tenant.banner_level, "warning")

    # === IT CONNECTS === #

    def test_connects(self):
        """One visit: connected, organisation known, settings read, engine made."""
        self.assertEqual(self.connect(), (self.tenant.id, None))
        tenant = self.tenant
        self.assertRecordValues(tenant, [{
            "state": "connected",
            "disconnect_reason": False,
            "organisation_id": AUSTRALIA,
            "organisation_name": "Southern Cross Trading",
            "country_code": "AU",
            "currency_id": self.company.currency_id.id,
            "connected_by_id": self.manager.id,
        }])
        self.assertTrue(tenant.short_code.startswith("!"))
        self.assertTrue(tenant.connected_at)
        self.assertEqual(self.company.xero_tenant_id, tenant)
        self.assertEqual(tenant.cron_id.user_id, self.env.ref("base.user_root"))
        self.assertTrue(tenant.budget_id)
        self.assertTrue(self.env["xero.account"].search_count([("tenant_id", "=", tenant.id)]))

    def test_calls_at_most_nine(self):
        """The whole visit costs eight calls, identity included."""
        self.connect()
        self.assertLessEqual(len(self.calls()), 8, self.calls())

    def test_second_tenant_of_one_company(self):
        self.connect()
        other = self.make_tenant(self.make_company("Kiwi", "NZD", "base.nz"))
        self.manager.company_ids += other.company_id
        self.connect(NEW_ZEALAND, tenant=other)
        self.assertEqual(other.state, "connected", other.banner)
        self.assertEqual(other.sudo().token_id, self.tenant.sudo().token_id)
        self.assertEqual(self.tenant.state, "connected")
        self.assertEqual(self.company.xero_tenant_id, self.tenant)

    def test_scheduled_action_runs(self):
        """A run on the connected tenant, and one on a disconnected one, both end well."""
        self.connect()
        self.assertIs(self.tenant.cron_id.method_direct_trigger(), True)
        self.tenant._mark_disconnected("removed")
        self.assertIs(self.tenant.cron_id.method_direct_trigger(), True)

    def test_reconnect_keeps_what_there_is(self):
        """The filtered list of connections is empty at a repeated consent; the full one serves."""
        self.connect()
        mapping = self.tenant.account_mapping_ids[:1]
        self.tenant._mark_disconnected("removed")
        self.connect()
        self.assertEqual(self.tenant.state, "connected", self.tenant.banner)
        self.assertFalse(self.tenant.disconnect_reason)
        self.assertTrue(mapping.exists() or not mapping)

    def test_settings_fail_but_connection_stands(self):
        self.sim.faults.add("error", path="/Accounts", status=503)
        self.connect()
        self.assertEqual(self.tenant.state, "connected")
        self.assertIn("could not be read", self.tenant.notice)
        self.assertEqual(self.tenant.banner_level, "warning")
        self.tenant.action_pull_settings()
        self.env.invalidate_all()
        self.assertTrue(self.tenant.settings_pulled_at)
        self.assertFalse(self.tenant.notice)

    # === REFUSED, WITH A REASON === #

    def test_cancelled_at_xero(self):
        address = self.sim.consent(self.go_to_xero(), cancel=True)
        self.assertEqual(self.come_back(address), (self.tenant.id, None))
        self.assertRefused("cancelled", "Connect Now")
        self.tenant.with_user(self.manager).action_dismiss_notice()
        self.assertNotIn("cancelled", self.tenant.banner)

    # Faults: 18
    def test_organisation_of_another_company(self):
        self.connect()
        self.tenant, first = self.make_tenant(self.make_company("Other", "AUD", "base.au")), (
            self.tenant
        )
        self.manager.company_ids += self.tenant.company_id
        self.connect(AUSTRALIA)
        self.assertRefused("Southern Cross Trading", first.name, "another organisation")
        self.assertEqual(first.state, "connected")
        self.assertTrue(self.calls("GET", "Organisation"))
        # The first tenant's connection was not harmed by tidying up.
        first.action_pull_settings()

    def test_other_base_currency(self):
        self.connect(NEW_ZEALAND)
        self.assertRefused("NZD", "AUD")
        self.assertFalse(self.tenant.organisation_id)
        self.assertFalse(self.env["xero.token"].search([]), "an unused permission was given back")
        self.assertTrue(self.calls("POST", "/connect/revocation"))

    # Faults: 17
    def test_reconnect_to_another_organisation(self):
        """Two organisations of one currency: links point to the first."""
        self.connect()
        self.tenant.action_disconnect()
        self.sim.organisation(NEW_ZEALAND).base_currency = "AUD"
        self.connect(NEW_ZEALAND)
        self.assertRefused("Southern Cross Trading", "new tenant", state="disconnected")
        self.assertEqual(self.tenant.organisation_id, AUSTRALIA)

    # Faults: 11
    def test_missing_scope(self):
        address = self.go_to_xero().replace("%20accounting.payments.read", "")
        self.come_back(self.sim.consent(address, AUSTRALIA))
        self.assertRefused("accounting.payments.read", state="disconnected")
        self.assertEqual(self.tenant.disconnect_reason, "scope")

    def test_without_refresh_token(self):
        address = self.go_to_xero().replace("offline_access%20", "")
        self.come_back(self.sim.consent(address, AUSTRALIA))
        self.assertRefused("offline_access", state="disconnected")

    def test_wrong_client_secret(self):
        self.app.client_secret = "mistyped"
        self.connect()
        self.assertRefused("client secret", "Odoo")

    def test_xero_down_at_the_exchange(self):
        self.sim.faults.add("replace", path="/connect/token", status=503, executed=False)
        self.connect()
        self.assertRefused("Xero did not answer")

    def test_several_organisations(self):
        """Xero does not tell which one was meant, and two are possible: nothing is guessed."""
        self.sim.consent(self.go_to_xero(), NEW_ZEALAND)
        address = self.sim.consent(self.go_to_xero(), AUSTRALIA)
        self.sim.faults.add("replace", path="/connections$", body="[]", executed=False)
        self.come_back(address)
        self.assertRefused("several organisations", "Long White Cloud", "single organisation")

    def test_one_of_several_is_free(self):
        """Xero does not tell which one was meant, but only one is not tied to a tenant yet."""
        self.connect()
        self.company.currency_id.with_context(active_test=False).search(
            [("name", "=", "NZD")]
        ).active = True
        other = self.make_tenant(self.make_company("Kiwi", "NZD", "base.nz"))
        self.manager.company_ids += other.company_id
        address = self.sim.consent(self.go_to_xero(other), NEW_ZEALAND)
        self.sim.faults.add("replace", path="/connections$", body="[]", executed=False)
        self.come_back(address)
        self.assertEqual(other.organisation_id, NEW_ZEALAND, other.banner)

    # === THE STATE === #

    def test_state_is_good_once(self):
        """Coming back twice changes nothing and does not exchange a code again."""
        address = self.sim.consent(self.go_to_xero(), AUSTRALIA)
        self.come_back(address)
        exchanges = len(self.calls("POST", "/connect/token"))
        self.assertEqual(self.come_back(address), (self.tenant.id, None))
        self.assertEqual(len(self.calls("POST", "/connect/token")), exchanges)
        self.assertEqual(self.tenant.state, "connected")
        self.assertFalse(self.tenant.notice)

    def test_state_expires(self):
        address = self.sim.consent(self.go_to_xero(), AUSTRALIA)
        self.env["xero.consent"].search([]).expires_at -= timedelta(minutes=10, seconds=1)
        self.come_back(address)
        self.assertRefused("longer than 10 minutes", "Connect Now")
        self.assertFalse(self.calls("POST", "/connect/token"))

    def test_foreign_state(self):
        tenant_id, sentence = self.come_back("http://x/?state=made-up&code=abc")
        self.assertIsNone(tenant_id)
        self.assertIn("Nothing was changed", sentence)
        self.assertFalse(self.calls())

    def test_another_user(self):
        """Somebody else must not finish a consent, and the state is burnt by the attempt."""
        other = new_test_user(
            self.env, "other_manager", groups="account.group_account_manager",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        address = self.sim.consent(self.go_to_xero(), AUSTRALIA)
        tenant_id, sentence = self.come_back(address, user=other)
        self.assertIsNone(tenant_id)
        self.assertIn("another user", sentence)
        self.come_back(address)
        self.assertEqual(self.tenant.state, "draft")
        self.assertFalse(self.calls("POST", "/connect/token"))

    def test_rights_taken_away_meanwhile(self):
        address = self.sim.consent(self.go_to_xero(), AUSTRALIA)
        self.manager.group_ids -= self.env.ref("account.group_account_manager")
        self.come_back(address)
        self.assertRefused("accounting manager")

    def test_no_secret_in_the_rows(self):
        """Only the hash of the state, and a sealed verifier, are stored."""
        url = self.go_to_xero()
        state = dict(pair.split("=", 1) for pair in url.partition("?")[2].split("&"))["state"]
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(c)::text FROM xero_consent c")
        self.assertNotIn(state, self.env.cr.fetchone()[0])

    # === BEFORE THE WAY === #

    def test_without_client_secret(self):
        self.env.cr.execute("UPDATE xero_app SET client_secret_sealed = NULL")
        self.env.invalidate_all()
        with self.assertRaises(RedirectWarning):
            self.go_to_xero()

    def test_bad_endpoint(self):
        environment = patch.dict(os.environ, {"XERO_LOGIN_URL": "http://example.com"})
        with environment, self.assertRaisesRegex(UserError, "XERO_LOGIN_URL"):
            self.go_to_xero()

    def test_defaults(self):
        """A new tenant has the company's name and the only app."""
        tenant = self.env["xero.tenant"].with_company(self.company).new({})
        self.assertEqual(tenant.name, self.company.name)
        self.assertEqual(tenant.app_id._origin or tenant.app_id, self.app)
