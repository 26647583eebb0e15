"""What a tenant says of its queue: figures, time left and why it waits; and what waits grouped."""

from odoo.tests import tagged

from .push_common import XeroPushCase


@tagged("post_install", "-at_install")
class TestProgress(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner()

    def figures(self):
        self.env.invalidate_all()
        return tuple(self.tenant.progress[key] for key in ("sent", "waiting", "attention"))

    def text(self):
        self.env.invalidate_all()
        return self.tenant.progress_text

    def note(self, **values):
        now = self.env.cr.now().replace(microsecond=0)
        self.tenant.sudo().budget_id.write(
            {"minute_since": now, "asked_at": now, "noted_at": now, "minute": 59, **values}
        )

    # === FIGURES === #

    def test_documents_are_counted_and_customers_are_not(self):
        self.assertEqual(self.figures(), (0, 0, 0))
        sent, waiting = self.make_invoice(self.partner), self.make_order(self.partner)
        self.push(sent)
        waiting.action_xero_push()
        stuck = self.make_invoice(self.partner, taxes=self.make_tax("sale"))
        self.push(stuck)
        self.assertEqual(self.figures(), (2, 0, 1))
        self.make_invoice(self.partner).action_xero_push()
        self.assertEqual(self.figures(), (2, 1, 1))
        self.assertTrue(self.tenant.progress["busy"])
        for shown, count in (("sent", 2), ("waiting", 1), ("attention", 1)):
            domain = self.tenant.action_open_progress(shown)["domain"]
            self.assertEqual(self.env["xero.link"].search_count(domain), count)

    def test_it_costs_three_statements_for_all_tenants(self):
        (self.make_invoice(self.partner) | self.make_invoice(self.partner)).action_xero_push()
        tenants = self.tenant | self.make_tenant(self.company, name="Second")
        self.env.flush_all()
        tenants.mapped("progress_text")  # whatever else the sentences read is read by now
        tenants.invalidate_recordset(["progress_waiting"])
        with self.assertQueryCount(3):
            tenants.mapped("progress_waiting")

    def test_a_tenant_that_is_not_saved_has_nothing(self):
        self.assertEqual(self.env["xero.tenant"].new({}).progress_waiting, 0)

    # === TIME LEFT === #

    def test_nothing_waits(self):
        self.assertEqual(self.text(), "Nothing waits.")
        self.assertEqual(self.make_tenant(self.company, name="New").progress_text, "Not connected.")

    def test_a_few(self):
        self.make_invoice(self.partner).action_xero_push()
        self.note(day=900)
        self.assertEqual(self.text(), "Less than a minute.")
        self.assertIn("Calls left today: 900", self.tenant.progress["calls"])

    def test_the_minute_is_used_up(self):
        self.make_invoice(self.partner).action_xero_push()
        self.note(day=900, minute=0)
        self.assertRegex(self.text(), "^Waits until .*: the calls that Xero allows in a minute")

    # Faults: 10
    def test_the_day_is_used_up(self):
        self.make_invoice(self.partner).action_xero_push()
        self.note(day=20)
        self.assertRegex(self.text(), "allows in a day are used up. Xero is asked again at")

    # Faults: 10
    def test_the_day_does_not_do_for_all(self):
        for _bill in range(3):
            self.make_move("in_refund", self.partner).action_xero_push()
        self.note(day=61)
        self.assertRegex(self.text(), "^About a day: .* not enough")

    def test_why_it_rests(self):
        self.make_invoice(self.partner).action_xero_push()
        self.tenant.sudo().budget_id._rest("unreachable")
        self.assertRegex(self.text(), "^Waits until .*: Xero could not be reached. Then less than")

    def test_a_tenant_that_is_not_connected_waits_for_that(self):
        self.make_invoice(self.partner).action_xero_push()
        self.tenant.sudo().state = "disconnected"
        self.assertEqual(self.text(), "Waits until it is connected again.")
        self.assertFalse(self.tenant.progress["busy"])

    def test_contacts_that_nobody_marked_count_as_calls(self):
        moves = self.env["account.move"].union(*(
            self.make_invoice(self.make_partner()) for _partner in range(3)
        ))
        moves.action_xero_push()
        waiting = self.tenant.sudo()._count_waiting_by_kind()[self.tenant.id]
        self.assertEqual((waiting.together, waiting.masters), (3, 3))


@tagged("post_install", "-at_install")
class TestStuckCauses(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner()

    def groups(self):
        self.env.invalidate_all()
        return self.tenant.stuck_cause_ids

    def test_documents_of_one_tax_are_one_row_and_go_when_it_is_mended(self):
        tax = self.make_tax("sale")
        tax.name = "GST on Imports"
        moves = self.env["account.move"].union(*(
            self.make_invoice(self.partner, taxes=tax) for _invoice in range(3)
        ))
        self.push(moves)
        group = self.groups()
        self.assertEqual(group.sentence, "3 invoices and bills wait for Tax GST on Imports")
        action = group.action_fix()
        mapping = self.env["xero.tax.mapping"].search(action["domain"])
        self.assertEqual((mapping.tax_id, mapping.tenant_id), (tax, self.tenant))
        shown = self.env["xero.link"].search(group.action_open_links()["domain"])
        self.assertEqual(shown, self.link_of(moves))
        self.map_tax(tax, self.env["xero.tax.rate"].search(
            [("tenant_id", "=", self.tenant.id), ("tax_type", "=", "TAX001")]
        ))
        tax.amount = self.rate
        self.assertFalse(self.groups())

    def test_all_of_a_row_are_sent_again(self):
        tax = self.make_tax("sale")
        moves = self.make_invoice(self.partner, taxes=tax) | self.make_invoice(
            self.partner, taxes=tax
        )
        self.push(moves)
        self.assertEqual(set(moves.mapped("xero_state")), {"blocked"})
        self.groups().action_send_again()
        self.assertEqual(set(moves.mapped("xero_state")), {"pending"})

    def test_causes_are_kept_apart(self):
        one, other = self.make_tax("sale"), self.make_tax("sale")
        self.push(
            self.make_invoice(self.partner, taxes=one)
            | self.make_invoice(self.partner, taxes=other)
            | self.make_invoice(self.partner, taxes=other)
        )
        self.assertEqual(self.groups().mapped("links"), [2, 1])

    def test_what_xero_refused_in_the_same_words_is_one_row(self):
        moves = self.make_invoice(self.partner) | self.make_invoice(self.partner)
        moves.action_xero_push()
        links = self.link_of(moves)
        links.sudo().write({"state": "rejected", "message": "Xero refused: no."})
        group = self.groups()
        self.assertEqual((group.links, group.cause_model), (2, False))
        self.assertEqual(group.sentence, "2 invoices and bills refused by Xero")
        group.action_send_again()
        self.assertEqual(set(links.mapped("state")), {"pending"})

    def test_what_a_person_decides_one_by_one_is_named(self):
        invoice = self.push(self.make_invoice(self.partner))
        self.link_of(invoice).sudo().write({"state": "attention", "obstacle": "edited"})
        self.assertEqual(self.groups().sentence, "1 invoice or bill: Changed in Xero")

    def test_other_companies_see_nothing_of_it(self):
        self.push(self.make_invoice(self.partner, taxes=self.make_tax("sale")))
        self.env.flush_all()
        other = self.env["res.company"].create({"name": "Other"})
        user = self.env["res.users"].create({
            "name": "Olga", "login": "olga.other", "company_id": other.id,
            "company_ids": [(6, 0, other.ids)],
            "group_ids": [(6, 0, self.env.ref("account.group_account_manager").ids)],
        })
        causes = self.env["xero.stuck.cause"]
        self.assertTrue(causes.search([]))
        self.assertFalse(causes.with_user(user).search([]))
