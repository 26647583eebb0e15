"""Xero's limits, however oddly they are told: the tenant rests, and no attempt is used up."""

from datetime import timedelta

from .push_common import XeroPushCase

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class TestPauses(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.push(self.make_partner())

    def rest_after(self, problem, **headers):
        """How long the tenant rests after such a refusal of an invoice.

        :param dict headers: of Xero's answer, underscores for hyphens
        """
        self.tenant.sudo().budget_id.write({"paused_until": False, "strikes": 0})
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add(
            "replace", method="PUT", path="Invoices", status=429, executed=False, body="",
            headers={"X-Rate-Limit-Problem": problem,
                     **{name.replace("_", "-"): value for name, value in headers.items()}},
        )
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "pending")
        self.assertEqual(self.link_of(invoice).attempt, 0, "no attempt is used up")
        self.assertEqual(self.tenant.state, "connected")
        self.sim.journal.clear()
        self.run_engine()
        self.assertFalse(self.sim.journal, "nothing goes before the rest is over")
        return self.tenant._wait_until() - self.env.cr.now()

    # Faults: 9
    def test_a_wait_that_makes_no_sense(self):
        """Absent, words, negative, a date, years: a minute or an hour, never for ever."""
        for retry_after in (None, "soon", "-5", "", "Tue, 24 Nov 2026 00:00:00 GMT", "9" * 30):
            headers = {} if retry_after is None else {"Retry_After": retry_after}
            for problem, wanted in (("minute", MINUTE), ("concurrent", MINUTE), ("day", HOUR)):
                with self.subTest(retry_after=retry_after, problem=problem):
                    rest = self.rest_after(problem, **headers)
                    self.assertAlmostEqual(rest, wanted, delta=timedelta(seconds=20))

    # Faults: 9
    def test_each_limit_is_obeyed_as_long_as_xero_says(self):
        for problem in ("minute", "concurrent", "day", "appminute", "somethingnew"):
            with self.subTest(problem=problem):
                rest = self.rest_after(problem, Retry_After="3000")
                self.assertAlmostEqual(rest, 50 * MINUTE, delta=timedelta(seconds=20))

    # Faults: 9
    def test_the_pause_of_a_day_survives_a_restart(self):
        """It stands in the database; what a process remembered is gone."""
        self.rest_after("day", Retry_After="70000")
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT paused_until - now() AT TIME ZONE 'UTC' FROM xero_budget WHERE tenant_id = %s",
            [self.tenant.id],
        )
        self.assertGreater(self.env.cr.fetchone()[0], timedelta(hours=19))
        self.env.registry.clear_all_caches()
        self.env.invalidate_all()
        self.run_engine()
        self.assertFalse(self.sim.journal)
