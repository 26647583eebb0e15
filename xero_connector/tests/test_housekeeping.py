"""What is forgotten, and when; and what a copied database must not keep."""

from datetime import timedelta

from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from .xero_case import NEW_ZEALAND, XeroCase


@tagged("post_install", "-at_install")
class TestHousekeeping(XeroCase):
    def run_housekeeping(self):
        self.env.flush_all()
        cron = self.env.ref("xero_connector.ir_cron_xero_housekeeping")
        self.assertIs(cron.method_direct_trigger(), True)
        self.env.invalidate_all()

    def test_old_records_go(self):
        self.connect()
        exchanges = self.env["xero.exchange"].search([("tenant_id", "=", self.tenant.id)])
        self.env.cr.execute(
            "UPDATE xero_exchange SET create_date = create_date - interval '31 days' WHERE id = %s",
            [exchanges[0].id],
        )
        consent = self.env["xero.consent"].search([])
        consent.expires_at -= timedelta(days=1, hours=1)
        self.run_housekeeping()
        self.assertEqual(exchanges.exists(), exchanges[1:])
        self.assertFalse(consent.exists())

    def test_orphaned_token_is_revoked(self):
        """A permission that could not be given back is given back later."""
        self.sim.faults.add(
            "replace", path="/connect/revocation", status=503, executed=False
        )
        self.connect(NEW_ZEALAND)  # refused: another currency
        token = self.env["xero.token"].search([])
        self.assertTrue(token)
        self.run_housekeeping()
        self.assertTrue(token.exists(), "too young: it may be about to be used")
        self.env.cr.execute("UPDATE xero_token SET write_date = write_date - interval '2 hours'")
        self.env.invalidate_all()
        self.run_housekeeping()
        self.assertFalse(token.exists())
        self.assertEqual(len(self.calls("POST", "/connect/revocation")), 2)

    def test_token_in_use_stays(self):
        self.connect()
        self.env.cr.execute("UPDATE xero_token SET write_date = write_date - interval '2 hours'")
        self.env.invalidate_all()
        self.run_housekeeping()
        self.assertTrue(self.tenant.sudo().token_id)

    # Faults: 19
    def test_neutralize(self):
        """A neutralised copy has no token, no secret, no connection and no running action."""
        self.connect()
        crons = self.tenant.cron_id | self.env.ref("xero_connector.ir_cron_xero_push")
        self.env.flush_all()
        for query in get_neutralization_queries(["xero_connector"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.env["xero.token"].search([]))
        self.assertFalse(self.env["xero.consent"].search([]))
        self.assertFalse(self.app.has_client_secret)
        self.assertRecordValues(self.tenant, [{
            "state": "disconnected", "disconnect_reason": "copied", "connection_id": False,
        }])
        self.assertIn("copy", self.tenant.banner)
        self.assertFalse(any(crons.mapped("active")))
        self.assertTrue(self.tenant.organisation_id, "links still know their organisation")
