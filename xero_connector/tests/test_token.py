"""Tokens: refreshed when needed, kept through trouble, never used elsewhere."""

from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import secret, xero_token
from ..xero import errors, oauth
from .xero_case import XeroCase


@tagged("post_install", "-at_install")
class TestToken(XeroCase):
    def setUp(self):
        super().setUp()
        self.connect()
        self.assertEqual(self.tenant.state, "connected", self.tenant.banner)
        self.token = self.tenant.sudo().token_id
        self.sim.journal.clear()

    def access(self, **options):
        self.env.flush_all()
        try:
            return xero_token.access(self.env, self.token.id, **options)
        finally:
            self.env.invalidate_all()

    def refreshes(self):
        return len(self.calls("POST", "/connect/token"))

    def fail_refresh(self, status, body="", times=1):
        self.sim.faults.add(
            "replace", path="/connect/token", status=status, body=body, executed=False, times=times
        )

    def access_fails(self, kind):
        """Not `assertRaises`: it would roll back what the connector's own cursors committed."""
        try:
            self.access()
        except kind as error:
            return error
        self.fail("The token could be had.")

    def expire(self):
        self.token.access_expires_at = self.env.cr.now() + timedelta(seconds=119)

    # === REUSE, REFRESH === #

    def test_valid_is_reused(self):
        first, second = self.access(), self.access()
        self.assertEqual(first.access_token, second.access_token)
        self.assertFalse(self.calls())
        self.assertNotIn(first.access_token, repr(first))

    def test_refreshed_two_minutes_early(self):
        before = self.access().access_token
        self.token.access_expires_at = self.env.cr.now() + timedelta(seconds=130)
        self.assertEqual(self.access().access_token, before)
        self.expire()
        self.assertNotEqual(self.access().access_token, before)
        self.assertEqual(self.refreshes(), 1)
        self.assertFalse(self.token.dead)

    # Faults: 12
    def test_spent_token_is_replaced_once(self):
        """Two that were told "expired" share one refresh."""
        spent = self.access().access_token
        first = self.access(spent=spent).access_token
        second = self.access(spent=spent).access_token
        self.assertNotEqual(first, spent)
        self.assertEqual(second, first)
        self.assertEqual(self.refreshes(), 1)

    def test_statements_when_warm(self):
        """The warm path reads the row once; it writes nothing."""
        self.access()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        xero_token.access(self.env, self.token.id)
        self.assertLessEqual(self.env.cr.sql_log_count - before, 2)

    # === TROUBLE === #

    # Faults: 13
    def test_kept_on_5xx(self):
        """A refresh that got no answer clears nothing, and rests before it tries again."""
        self.expire()
        sealed = self.token.refresh_sealed
        self.fail_refresh(503)
        error = self.access_fails(xero_token.TokenUnavailable)
        self.assertTrue(error.retry_at)
        self.assertEqual(self.token.refresh_sealed, sealed)
        self.access_fails(xero_token.TokenUnavailable)
        self.assertEqual(self.refreshes(), 1, "it rests")
        self.token.rest_until -= timedelta(seconds=61)
        self.access()
        self.assertEqual(self.tenant.state, "connected")

    # Faults: 13
    def test_lost_answer_is_repeated(self):
        """Xero rotated, the answer was lost: the old token serves within its 30 minutes."""
        self.expire()
        self.sim.faults.add("drop", path="/connect/token", executed=True)
        self.access_fails(xero_token.TokenUnavailable)
        self.token.rest_until = False
        self.access()
        self.assertEqual(self.refreshes(), 2)

    def rotate_elsewhere(self, minutes):
        """After our first try another process has committed a rotation; ours was refused.

        :param int minutes: life of the access token that it got
        :return: list of the refresh tokens that were offered to Xero
        """
        self.expire()
        self.env.flush_all()
        tries, offered = [], []

        def refresh(_endpoints, _client_id, _client_secret, refresh_token):
            offered.append(refresh_token)
            if refresh_token != "refresh-from-elsewhere":
                raise errors.InvalidGrant("invalid_grant", "Refused.")
            return oauth.TokenSet(
                "ours", "next", 1800, frozenset(), self.token.xero_user_id
            )

        def rotate_after_the_first(env, *args):
            grant = try_once(env, *args)
            if not tries:
                self.env.cr.execute(
                    "UPDATE xero_token SET access_sealed = %s, refresh_sealed = %s,"
                    " access_expires_at = now() AT TIME ZONE 'UTC' + %s * interval '1 minute'"
                    " WHERE id = %s",
                    [
                        secret.seal(self.token, "access_sealed", "from-elsewhere"),
                        secret.seal(self.token, "refresh_sealed", "refresh-from-elsewhere"),
                        minutes,
                        self.token.id,
                    ],
                )
            tries.append(grant)
            return grant

        try_once = xero_token._try_once
        self.patch(xero_token.oauth, "refresh", refresh)
        self.patch(xero_token, "_try_once", rotate_after_the_first)
        return offered

    # Faults: 12
    def test_refused_is_looked_at_again(self):
        """Another process rotated meanwhile: its token is used, nobody is disconnected."""
        offered = self.rotate_elsewhere(minutes=30)
        self.assertEqual(self.access().access_token, "from-elsewhere")
        self.assertEqual(len(offered), 1)
        self.assertEqual(self.tenant.state, "connected")

    # Faults: 12
    def test_refused_but_rotated(self):
        """The other process's access token is over as well: its refresh token serves."""
        offered = self.rotate_elsewhere(minutes=-1)
        self.assertEqual(self.access().access_token, "ours")
        self.assertEqual(offered[1:], ["refresh-from-elsewhere"])
        self.assertFalse(self.token.dead)

    def test_refused_twice_is_dead(self):
        """One question at Xero, then every caller is told without asking again."""
        self.expire()
        self.fail_refresh(400, '{"error":"invalid_grant"}')
        self.access_fails(errors.InvalidGrant)
        self.assertTrue(self.token.dead)
        self.assertEqual(self.tenant.disconnect_reason, "consent")
        self.access_fails(errors.InvalidGrant)
        self.assertEqual(self.refreshes(), 1)

    def test_wrong_client_secret_is_not_the_tokens_fault(self):
        self.expire()
        self.app.client_secret = "mistyped"
        self.access_fails(errors.InvalidClient)
        self.assertFalse(self.token.dead)
        self.assertEqual(self.tenant.state, "connected")

    # === ALIVE === #

    def test_keep_alive(self):
        """Tokens idle for a week are refreshed, others are left alone."""
        self.env.flush_all()
        self.assertEqual(xero_token.refresh_idle(self.env), 0)
        self.token.refreshed_at -= timedelta(days=7)
        self.env.flush_all()
        self.assertEqual(xero_token.refresh_idle(self.env), 1)
        self.env.invalidate_all()
        self.assertEqual(self.refreshes(), 1)
        self.assertGreater(self.token.refreshed_at, self.env.cr.now() - timedelta(hours=1))

    @mute_logger("odoo.addons.xero_connector.models.xero_token")
    def test_warns_before_the_consent_ends(self):
        """From day 45 on, once."""
        self.token.refreshed_at -= timedelta(days=44)
        self.fail_refresh(503, times=None)
        cron = self.env.ref("xero_connector.ir_cron_xero_keep_alive")
        for days, expected in ((0, 0), (2, 1), (1, 1)):
            self.token.refreshed_at -= timedelta(days=days)
            self.token.rest_until = False
            self.env.flush_all()
            self.assertIs(cron.method_direct_trigger(), True)
            self.env.invalidate_all()
            self.assertEqual(len(self.tenant.activity_ids), expected)
        self.assertIn("permission of Xero ends", self.tenant.activity_ids.summary)
        self.assertEqual(self.tenant.activity_ids.user_id, self.manager)
