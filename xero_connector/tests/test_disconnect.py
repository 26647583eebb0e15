"""Disconnect from Xero, deletion, and connections that end on Xero's side."""

import os
from unittest.mock import patch

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import new_test_user, tagged

from ..models import xero_token, xero_transport
from ..xero import client, errors
from .xero_case import AUSTRALIA, NEW_ZEALAND, XeroCase


@tagged("post_install", "-at_install")
class TestDisconnect(XeroCase):
    def setUp(self):
        super().setUp()
        self.connect()
        self.assertEqual(self.tenant.state, "connected", self.tenant.banner)
        self.sim.journal.clear()

    def connect_second(self):
        """A second tenant on the same token."""
        other = self.make_tenant(self.make_company("Kiwi", "NZD", "base.nz"))
        self.manager.company_ids += other.company_id
        self.connect(NEW_ZEALAND, tenant=other)
        self.assertEqual(other.state, "connected", other.banner)
        self.sim.journal.clear()
        return other

    def pull_fails(self):
        """Not `assertRaises`: it would roll back what the connector's own cursors committed."""
        self.env.flush_all()
        try:
            answer = self.tenant.action_pull_settings()["params"]
        except UserError as error:
            sentence = str(error)
        else:
            # The form is reloaded, and shows how the connection ended.
            self.env.invalidate_all()
            self.assertEqual((answer["type"], self.tenant.state), ("danger", "disconnected"))
            sentence = answer["message"]
        self.env.invalidate_all()
        return sentence

    # === BY THE PERSON === #

    def test_disconnect_last(self):
        """The connection is removed, the token revoked; mappings stay."""
        mappings = self.tenant.account_mapping_ids
        self.tenant.with_user(self.manager).action_disconnect()
        self.env.invalidate_all()
        self.assertRecordValues(self.tenant, [{
            "state": "disconnected",
            "disconnect_reason": "by_user",
            "connection_id": False,
            "organisation_id": AUSTRALIA,
        }])
        self.assertTrue(self.calls("DELETE", "/connections/"))
        self.assertTrue(self.calls("POST", "/connect/revocation"))
        self.assertFalse(self.env["xero.token"].search([]))
        self.assertEqual(mappings.exists(), mappings)
        self.assertIn("go on where it stopped", self.tenant.banner)

    def test_disconnect_one_of_two(self):
        """The token of the other tenant must not be revoked."""
        other = self.connect_second()
        self.tenant.action_disconnect()
        self.assertFalse(self.calls("POST", "/connect/revocation"))
        other.action_pull_settings()

    def test_disconnect_twice(self):
        self.tenant.action_disconnect()
        self.sim.journal.clear()
        self.tenant.action_disconnect()
        self.assertFalse(self.calls())
        self.assertEqual(self.tenant.state, "disconnected")

    def test_disconnect_while_xero_is_down(self):
        """The wish counts at once; the person is told what is left to do."""
        self.sim.faults.add("replace", method="DELETE", status=503, executed=False)
        self.tenant.action_disconnect()
        self.env.invalidate_all()
        self.assertEqual(self.tenant.state, "disconnected")
        self.assertTrue(self.tenant.connection_id)
        self.assertIn("again later", self.tenant.banner)
        self.tenant.action_disconnect()
        self.env.invalidate_all()
        self.assertFalse(self.tenant.connection_id)
        self.assertIn("go on where it stopped", self.tenant.banner)

    # Faults: 16
    def test_reconnect_goes_on(self):
        self.tenant.action_disconnect()
        self.connect()
        self.assertEqual(self.tenant.state, "connected")
        self.tenant.action_pull_settings()

    def test_disconnected_sends_nothing(self):
        self.tenant.action_disconnect()
        self.sim.journal.clear()
        with self.assertRaisesRegex(UserError, "not connected"):
            self.tenant.action_pull_settings()
        with self.assertRaisesRegex(UserError, "not connected"):
            self.tenant.action_sync()
        self.assertFalse(self.calls())

    def test_only_a_manager_operates_the_tenant(self):
        reader = new_test_user(self.env, "reader", groups="account.group_account_readonly")
        for operate in ("action_sync", "action_pull_settings", "action_disconnect"):
            with self.assertRaises(AccessError):
                getattr(self.tenant.with_user(reader), operate)()

    # === DELETE, ARCHIVE === #

    def test_delete_connected_is_refused(self):
        """The refusal offers Disconnect and delete, which does both."""
        with self.assertRaises(RedirectWarning) as refusal:
            self.tenant.unlink()
        action = self.env["ir.actions.server"].browse(refusal.exception.args[1])
        self.assertEqual(refusal.exception.args[2], "Disconnect and delete")
        cron = self.tenant.cron_id
        action.with_user(self.manager).with_context(**refusal.exception.args[3]).run()
        self.assertFalse(self.tenant.exists())
        self.assertFalse(cron.exists())
        self.assertTrue(self.calls("DELETE", "/connections/"))

    def test_delete_needs_xero(self):
        """When the connection cannot be removed, the tenant stays to try again."""
        self.sim.faults.add("replace", method="DELETE", status=503, executed=False)
        with self.assertRaisesRegex(UserError, "again later"):
            self.tenant.action_disconnect_and_delete()
        self.assertTrue(self.tenant.exists())

    # Faults: 42
    def test_delete_with_links_asks_to_archive(self):
        partner = self.env["res.partner"].create({"name": "Customer"})
        self.env["xero.link"].create({
            "tenant_id": self.tenant.id, "res_model": "res.partner", "res_id": partner.id,
            "resource": "Contacts",
        })
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.tenant.unlink()
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.tenant.action_disconnect_and_delete()
        self.assertEqual(self.tenant.state, "connected", "refused before anything happened")
        with self.assertRaisesRegex(UserError, "before you archive"):
            self.tenant.action_archive()
        self.tenant.action_disconnect()
        self.tenant.action_archive()
        self.assertFalse(self.tenant.active)

    def test_company_and_app_are_fixed(self):
        other = self.make_company("Other", "AUD", "base.au")
        with self.assertRaisesRegex(UserError, "another tenant"):
            self.tenant.company_id = other
        with self.assertRaisesRegex(UserError, "another app"):
            self.tenant.app_id = self.app.copy({"client_id": "another"})
        with self.assertRaisesRegex(UserError, "another app"):
            self.app.client_id = "changed"

    # === ON XERO'S SIDE === #

    # Faults: 16
    def test_removed_in_xero(self):
        """A 403 at any call: disconnected, one activity for the person who connected."""
        self.sim.faults.add("forbidden", path="/Organisation")
        self.pull_fails()
        self.assertRecordValues(
            self.tenant, [{"state": "disconnected", "disconnect_reason": "removed"}]
        )
        activity = self.tenant.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn(self.tenant.name, activity.summary)
        self.tenant._mark_disconnected("removed")
        self.assertEqual(self.tenant.activity_ids, activity)
        self.connect()
        self.assertFalse(self.tenant.activity_ids, "done by connecting")

    # Faults: 11
    def test_scope_lost(self):
        self.sim.faults.add("scope", path="/Organisation")
        self.pull_fails()
        self.assertEqual(self.tenant.disconnect_reason, "scope")
        self.assertIn("Permissions missing", self.tenant.banner)

    # Faults: 16
    def test_consent_revoked(self):
        """invalid_grant ends every tenant of the token, with one activity that names them all;
        a new consent revives those that Xero still lists."""
        other = self.connect_second()
        self.sim.faults.add(
            "replace", path="/connect/token", status=400, executed=False, times=2,
            body='{"error":"invalid_grant"}',
        )
        token = self.tenant.sudo().token_id
        token.access_expires_at = "2020-01-01"
        self.assertIn("Press Connect Now", self.pull_fails())
        for tenant in self.tenant + other:
            self.assertRecordValues(
                tenant, [{"state": "disconnected", "disconnect_reason": "consent"}]
            )
        activity = (self.tenant + other).activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn(self.tenant.name, activity.summary)
        self.assertIn(other.name, activity.summary)
        self.assertEqual(len(self.calls("POST", "/connect/token")), 1)

        self.sim.faults.clear()
        self.connect()
        self.assertEqual((self.tenant + other).mapped("state"), ["connected"] * 2)
        self.assertFalse((self.tenant + other).activity_ids)
        other.action_pull_settings()

    # Faults: 11
    def test_expired_token_is_refreshed_once(self):
        """A 401 costs one refresh and one repetition, not the connection."""
        self.sim.faults.add("expired", path="/Organisation")
        self.tenant.action_pull_settings()
        self.assertEqual(len(self.calls("POST", "/connect/token")), 1)
        self.assertEqual(len(self.calls("GET", "/Organisation")), 2)
        self.assertEqual(self.tenant.state, "connected")

    # Faults: 11
    def test_expired_for_ever(self):
        """A 401 after the refresh is no reason to go round in circles."""
        self.sim.faults.add("expired", path="/Organisation", times=None)
        self.pull_fails()
        self.assertEqual(len(self.calls("POST", "/connect/token")), 1)
        self.assertTrue(self.tenant._wait_until())

    # Faults: 9
    def test_rate_limited(self):
        """A 429 is remembered: the tenant rests as long as Xero said."""
        self.sim.faults.add("limited", path="/Accounts", retry_after=26)
        self.pull_fails()
        rest = self.tenant._wait_until() - self.env.cr.now()
        self.assertTrue(20 < rest.total_seconds() < 40, rest)
        self.assertEqual(self.tenant.state, "connected")

    # === ELSEWHERE === #

    def test_other_addresses(self):
        """A token is never sent to another place than where it was issued."""
        with patch.dict(os.environ, {"XERO_API_URL": "http://localhost:1"}):
            self.pull_fails()
        self.assertEqual(self.tenant.disconnect_reason, "environment")
        self.assertIn("Other environment", self.tenant.banner)

    # Faults: 19
    def test_copied_database(self):
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        self.pull_fails()
        self.assertEqual(self.tenant.disconnect_reason, "copied")
        self.assertFalse(self.calls(), "the original's token was not touched")
        self.tenant.action_disconnect()
        self.assertFalse(self.calls())

    # Faults: 17, 18
    def test_guard(self):
        """What was frozen for one organisation is not sent to another."""
        request = self.env["xero.request"].new({
            "tenant_id": self.tenant.id,
            "organisation_id": NEW_ZEALAND,
            "company_id": self.company.id,
        })
        call = client.Call("GET", "Organisation")
        with self.assertRaises(xero_token.OtherEnvironment):
            xero_transport.send(self.env, request.tenant_id, call, request=request)
        self.tenant.state = "draft"
        with self.assertRaises(errors.ConnectionGone):
            xero_transport.send(self.env, self.tenant, call)
        self.assertFalse(self.calls())
