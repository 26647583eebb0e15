"""How many calls documents cost: full batches, masters in batches of theirs, no refused call.

Calls are the scarcest thing there is: sixty a minute, a thousand a day. `bench/` counts the same on
thousands of documents.
"""

from odoo import Command

from .push_common import XeroPushCase

INVOICES, LINES, CUSTOMERS, ITEMS = 100, 5, 20, 5
WRITES = [("Contacts", 20), ("Items", 5), ("Invoices", 50), ("Invoices", 50)]


class TestCallCounts(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.tenant.send_item_codes = True

    # === SETTING UP === #

    def make_invoices(self):
        """A hundred posted invoices of five lines, for new customers, with new products."""
        account = self.company_data["default_account_revenue"]
        customers = self.env["res.partner"].create([
            {"name": f"Counted {number}", "is_company": True} for number in range(CUSTOMERS)
        ])
        products = self.env["product.product"].create([
            {
                "name": f"Counted {number}",
                "default_code": f"COUNT-{number}",
                "taxes_id": [Command.set(self.sale_tax.ids)],
                "supplier_taxes_id": [Command.clear()],
                "property_account_income_id": account.id,
            }
            for number in range(ITEMS)
        ])
        invoices = self.env["account.move"].create([
            {
                "move_type": "out_invoice",
                "partner_id": customers[number % CUSTOMERS].id,
                "invoice_date": "2026-11-02",
                "invoice_line_ids": [
                    Command.create({
                        "product_id": products[line % ITEMS].id,
                        "quantity": line + 1,
                        "price_unit": 10.05 + number,
                        "tax_ids": [Command.set(self.sale_tax.ids)],
                        "account_id": account.id,
                    })
                    for line in range(LINES)
                ],
            }
            for number in range(INVOICES)
        ])
        invoices.action_post()
        return invoices

    def assert_sent(self, invoices):
        stuck = self.link_of(invoices).filtered(lambda link: link.state != "sent")
        self.assertFalse(stuck, stuck[:1].message)
        self.assertEqual(len(self.link_of(invoices)), INVOICES)

    def statuses(self):
        return [call.status for call in self.sim.journal.accounting]

    # === COUNTS === #

    def test_new_masters_then_linked_ones_then_nothing_new_then_changes(self):
        invoices = self.push(self.make_invoices())
        self.assert_sent(invoices)
        self.assertEqual(self.writes(), WRITES)
        first_accepted = [resource for resource, _count in WRITES].index("Invoices") + 1
        self.assertLessEqual(first_accepted, 4)
        self.assertEqual(self.statuses(), [200] * len(WRITES), "nothing is read, nothing refused")

        self.sim.journal.clear()
        partner = self.env["res.partner"].search([("name", "=", "Counted 1")])
        invoice = self.push(self.make_invoice(partner))
        self.assertEqual(self.link_of(invoice).state, "sent")
        self.assertEqual(self.writes(), [("Invoices", 1)])
        self.assertEqual(self.statuses(), [200])

        self.sim.journal.clear()
        invoices.button_draft()
        invoices.action_post()
        self.run_engine()
        self.assert_sent(invoices)
        self.assertEqual(self.statuses(), [], "what has not changed costs nothing")

        invoices.button_draft()
        self.env["account.move.line"].union(
            *(invoice.invoice_line_ids[0] for invoice in invoices)
        ).price_unit = 77
        invoices.action_post()
        self.run_engine()
        self.assert_sent(invoices)
        self.assertEqual(
            [(call.method, call.element_count) for call in self.sim.journal.accounting],
            [("GET", None)] * 3 + [("POST", 50)] * 2,
            "forty documents are read by a call, fifty written",
        )

    def test_the_minutes_limit_is_kept_without_a_refused_call(self):
        invoices = self.make_invoices()
        self.sim.clock.freeze()
        self.sim.limits.reset()  # connecting has used some calls, of a minute that may end now
        self.tenant.sudo().budget_id.minute_since = False
        self.sim.limits.minute = 3
        self.addCleanup(setattr, self.sim.limits, "minute", 60)
        self.push(invoices)
        self.assertEqual(self.writes(), WRITES[:3])
        for _minute in range(2):  # the windows are Xero's own
            self.move_time(minutes=1)
            self.run_engine()
        self.assert_sent(invoices)
        self.assertEqual(self.writes(), WRITES)
        self.assertNotIn(429, self.statuses())
