"""The server's clock and the database's differ: what counts is the database's."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .push_common import XeroPushCase

WRONG = timedelta(minutes=10)


class TestClocks(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.push(self.make_partner())
        self.sim.journal.clear()

    def database_time(self):
        self.env.cr.execute("SELECT now() AT TIME ZONE 'UTC'")
        return self.env.cr.fetchone()[0]

    # Faults: 25
    def test_every_window_follows_the_database(self):
        """The server is ten minutes ahead, then behind: no window is longer or shorter for it."""
        now = fields.Datetime.now
        for wrong in (WRONG, -WRONG):
            with self.subTest(wrong=wrong), patch.object(
                fields.Datetime, "now", lambda wrong=wrong: now() + wrong
            ):
                invoice = self.make_invoice(self.partner)
                self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
                self.push(invoice)
                request = self.env["xero.request"].search([("state", "!=", "done")])
                first = request.first_sent_at
                self.assertLess(abs(first - self.database_time()), timedelta(minutes=2))
                self.assertEqual(request.send_deadline - first, timedelta(seconds=270))
                self.assertEqual(request.quarantine_until - first, timedelta(minutes=15))
                self.move_time(minutes=14)
                self.run_engine()
                self.assertEqual(invoice.xero_state, "unknown", "looked up before its time")
                self.move_time(minutes=2)
                self.run_engine()
                self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    # Faults: 25
    def test_summer_time_of_the_database_s_zone_changes_nothing(self):
        """A session in a zone with summer time: moments are kept and compared in UTC."""
        for zone in ("Australia/Lord_Howe", "America/St_Johns"):
            with self.subTest(zone=zone):
                self.env.cr.execute("SELECT set_config('TimeZone', %s, true)", [zone])
                invoice = self.make_invoice(self.partner)
                self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
                self.push(invoice)
                self.move_time(seconds=66)
                self.run_engine()
                self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
                self.assertEqual(len(self.sim.journal.writes), 2, "the same bytes went again")
                self.sim.journal.clear()
