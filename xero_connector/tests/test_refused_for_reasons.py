"""What Xero's settings forbid is said in words that name the next step, once, without a storm."""

import json
from datetime import date

from .push_common import ORGANISATION, XeroPushCase

# Xero's own words for what an organisation's settings forbid, and what our sentence must name.
REFUSALS = (
    ("Account code '200' has been archived, or has been deleted, and may not be used.", "200"),
    ("The TaxType code 'TAX009' does not exist or cannot be used for this type of transaction.",
     "TAX009"),
    ("Organisation is not subscribed to currency SEK", "SEK"),
    ("You have reached the limit of invoices you can approve.", "limit"),
)


class TestRefusedForReasons(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.push(self.make_partner())
        self.sim.journal.clear()

    # Faults: 36
    def test_a_new_invoice_in_a_closed_period(self):
        """Xero takes drafts in closed periods; what is to be approved there waits for a person."""
        organisation = self.sim.organisation(ORGANISATION)
        for lock in ({"period": date(2026, 11, 30)}, {"end_of_year": date(2026, 11, 2)}):
            with self.subTest(lock=lock):
                organisation.set_lock_dates(**lock)
                draft = self.push(self.make_invoice(self.partner))
                self.assertEqual(draft.xero_state, "sent", draft.xero_message)

    # Faults: 36
    def test_a_refusal_for_a_closed_period_is_not_repeated(self):
        self.refuse("The document date cannot be before the period lock date.")
        invoice = self.push(self.make_invoice(self.partner))
        self.assertEqual(invoice.xero_state, "rejected")
        self.assertIn("lock date", invoice.xero_message)
        self.sim.journal.clear()
        for _hour in range(3):
            self.move_time(minutes=60)
            self.run_engine()
        self.assertFalse(self.sim.journal.writes, "a storm of repeats")

    # Faults: 37
    def test_a_refusal_names_what_it_is_about(self):
        for words, named in REFUSALS:
            with self.subTest(words=words):
                self.refuse(words)
                invoice = self.push(self.make_invoice(self.partner))
                self.assertEqual(invoice.xero_state, "rejected")
                self.assertIn(named, invoice.xero_message)
                self.sim.journal.clear()
                self.move_time(minutes=60)
                self.run_engine()
                self.assertFalse(self.sim.journal.writes)

    def refuse(self, words):
        """Xero refuses the next invoice in these words."""
        def edit(response):
            answer = json.loads(response.body)
            row = answer["Invoices"][0]
            row.update(
                InvoiceID="00000000-0000-0000-0000-000000000000",
                StatusAttributeString="ERROR",
                ValidationErrors=[{"Message": words}],
            )
            response.body = json.dumps(answer).encode()
            return response

        self.sim.faults.add("edit", method="PUT", path="Invoices", function=edit)
