"""How far documents are in Xero, in words: on forms, in lists, counted on the tenant."""

from itertools import product

from odoo.tests import Form

from ..models.xero_stage import STAGES
from .test_pull import PullCase


class TestStage(PullCase):
    def test_an_invoice(self):
        """Its form says what is paid and what is left, in the words of Xero's own pages."""
        invoice = self.sent_invoice()
        total = invoice.amount_total
        self.assertEqual((invoice.xero_stage, invoice.xero_due), ("draft", total))
        self.assertFalse(invoice.xero_seen_at)
        self.organisation.submit(self.guid(invoice))
        self.poll()
        self.assertEqual(invoice.xero_stage, "submitted")
        self.organisation.approve(self.guid(invoice))
        self.poll()
        self.assertEqual(invoice.xero_stage, "awaiting")
        self.organisation.pay(self.guid(invoice), "40")
        self.poll()
        self.assertEqual(
            (invoice.xero_stage, invoice.xero_paid, invoice.xero_due),
            ("part_paid", 40, round(total - 40, 2)),
        )
        self.assertTrue(invoice.xero_seen_at)
        self.organisation.pay(self.guid(invoice), str(round(total - 40, 2)))
        self.poll()
        self.assertEqual((invoice.xero_stage, invoice.xero_due), ("paid", 0))
        self.assertEqual(Form(invoice).xero_stage, "paid")

    def test_credit_notes_and_orders(self):
        invoice, order = self.sent_invoice(), self.make_order()
        note = self.make_move("out_refund", partner=invoice.partner_id, lines=((1, 30.0),))
        self.push(order)
        self.push(note)
        for record in (invoice, note, order):
            self.organisation.approve(self.guid(record))
        self.organisation.allocate(self.guid(note), self.guid(invoice), "10")
        self.poll()
        self.assertEqual(
            (invoice.xero_stage, note.xero_stage, order.xero_stage),
            ("part_paid", "part_paid", "approved"),
        )
        self.assertEqual(invoice.xero_credited, 10)
        self.organisation.bill(self.guid(order))
        self.organisation.void(self.guid(self.sent_and_approved()))
        self.poll()
        self.assertEqual(order.xero_stage, "billed")

    def sent_and_approved(self):
        invoice = self.sent_invoice()
        self.organisation.approve(self.guid(invoice))
        self.poll()
        return invoice

    def test_voided_and_what_xero_will_call_something_new(self):
        """Nothing is due of what was voided, nor paid, once its payment was taken back."""
        voided, odd = self.sent_and_approved(), self.sent_invoice()
        payment = self.organisation.pay(self.guid(voided), "10")
        self.poll()
        self.assertEqual(voided.xero_paid, 10)
        self.organisation.unpay(payment["PaymentID"])
        self.organisation.void(self.guid(voided))
        row = self.organisation.invoices[self.guid(odd)]
        self.organisation.invoices.save(
            {**row, "Status": "PONDERED", "UpdatedDateUTC": self.sim.clock.now()}
        )
        self.poll()
        self.assertEqual((voided.xero_stage, voided.xero_state), ("voided", "attention"))
        self.assertEqual((voided.xero_paid, voided.xero_due), (0, 0))
        self.assertEqual((odd.xero_stage, odd.xero_status), ("other", "PONDERED"))

    def test_lists_filter_and_group(self):
        draft, paid, unknown = self.sent_invoice(), self.sent_and_approved(), self.make_invoice()
        self.organisation.pay(self.guid(paid), str(paid.amount_total))
        self.poll()
        moves = self.env["account.move"]
        mine = [("id", "in", (draft | paid | unknown).ids)]
        self.assertEqual(moves.search([*mine, ("xero_stage", "=", "paid")]), paid)
        self.assertEqual(moves.search([*mine, ("xero_stage", "=", False)]), unknown)
        self.assertEqual(
            dict(moves._read_group(mine, ["xero_stage"], ["__count"])),
            {"draft": 1, "paid": 1, False: 1},
        )

    def test_the_tenant_counts_and_lists_them(self):
        draft, approved = self.sent_invoice(), self.sent_and_approved()
        order = self.push(self.make_order())
        self.env.invalidate_all()
        self.assertEqual(
            [
                (kind["model"], [(row["stage"], row["count"]) for row in kind["stages"]])
                for kind in self.tenant.stages
            ],
            [
                ("account.move", [("draft", 1), ("awaiting", 1)]),
                ("purchase.order", [("draft", 1)]),
            ],
        )
        for model, stage, expected in (
            ("account.move", "draft", draft),
            ("account.move", "awaiting", approved),
            ("purchase.order", "draft", order),
        ):
            action = self.tenant.action_open_stage(model, stage)
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]), expected)

    def test_sql_says_the_same(self):
        """What lists filter by is what forms show, whatever stands in the columns."""
        link = self.link_of(self.sent_invoice())
        statuses = (
            "DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "BILLED", "VOIDED", "DELETED", "NEW", "",
            False,
        )
        seen = set()
        for resource, status, due in product(
            ("Invoices", "CreditNotes", "PurchaseOrders"), statuses, (0, 30, 110)
        ):
            link.write({
                "resource": resource, "xero_status": status, "xero_due": due, "xero_total": 110,
            })
            stage = link.xero_stage
            found = link.search([("id", "=", link.id), ("xero_stage", "=", stage)])
            self.assertEqual(found, link, (resource, status, due))
            seen.add(stage)
        self.assertEqual(seen, {False, *dict(STAGES)})
        link.write({"resource": "Contacts", "xero_status": "ACTIVE"})
        self.assertFalse(link.xero_stage)
        self.assertTrue(link.search([("id", "=", link.id), ("xero_stage", "=", False)]))
