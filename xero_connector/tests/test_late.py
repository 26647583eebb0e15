"""Xero executes when nobody waits for it any more: one document all the same."""

import itertools

from .push_common import XeroPushCase

# Seconds until Xero gets round to it: within the life of the key, and after it.
DELAYS = (30, 700)
# When we look after it meanwhile: the moments of the resends, and after the quarantine.
LOOKS = (66, 66, 80, 120, 700, 120)


class TestLate(XeroPushCase):
    # Faults: 4
    def test_executed_when_nobody_waits_any_more(self):
        partner = self.push(self.make_partner())
        makers = {
            "Invoices": lambda: self.make_invoice(partner),
            "Contacts": self.make_partner,
        }
        for kind, seconds in itertools.product(makers, DELAYS):
            with self.subTest(kind=kind, seconds=seconds):
                self.sim.journal.clear()
                record = makers[kind]()
                self.sim.faults.add("late", method="PUT", path=kind, seconds=seconds)
                self.push(record)
                self.assertEqual(record.xero_state, "unknown")
                for seconds_later in LOOKS:
                    self.move_time(seconds=seconds_later)
                    self.run_engine()
                self.assertEqual(record.xero_state, "sent", record.xero_message)
                self.assertEqual(self.writes(), [(kind, 1)])
