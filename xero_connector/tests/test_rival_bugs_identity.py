"""Defects of other connectors, 13 to 17 and 27 to 35: which document is which, whole batches, and
what happens after the first send. One test each, named after its number."""

import contextlib
import json
from datetime import timedelta

from odoo.exceptions import UserError

from .life_common import LifeCase


class TestRivalBugsOfIdentity(LifeCase):
    def setUp(self):
        super().setUp()
        self.sim.journal.clear()

    def several_invoices(self, count, **values):
        """Invoices that can be told apart by their amounts."""
        return self.env["account.move"].union(*(
            self.make_invoice(self.partner, lines=((1, 10.0 + position),), **values)
            for position in range(count)
        ))

    def make_product(self, **values):
        return self.env["product.product"].create({"name": "Desk", **values})

    def elements(self, resource):
        return [element for _method, some in self.bodies(resource) for element in some]

    def held_of(self, record):
        return self.held("Invoices")[record.name]

    # === NUMBERS AND BATCHES === #

    def test_13_the_invoice_keeps_the_number_the_customer_knows(self):
        """The number was left out, so the ledger gave one of its own."""
        invoices = self.several_invoices(3)
        self.push(invoices)
        self.assertEqual(
            [element["InvoiceNumber"] for element in self.elements("Invoices")],
            invoices.mapped("name"),
        )
        for invoice in invoices:
            self.assertEqual(self.held_of(invoice)["InvoiceID"], self.link_of(invoice).xero_id)
            self.assertEqual(self.link_of(invoice).xero_number, invoice.name)

    def test_14_answers_are_matched_by_number_never_by_name_or_place(self):
        """Three invoices of one customer took each other's ids."""
        def shuffle(response):
            answer = json.loads(response.body)
            answer["Invoices"] = answer["Invoices"][1:] + answer["Invoices"][:1]
            response.body = json.dumps(answer).encode()
            return response

        invoices = self.several_invoices(3)
        self.sim.faults.add("edit", method="PUT", path="Invoices", function=shuffle)
        self.push(invoices)
        for invoice in invoices:
            held = self.organisation.invoices[self.link_of(invoice).xero_id]
            self.assertEqual(
                (held["InvoiceNumber"], f"{held['Total']:.2f}"),
                (invoice.name, f"{invoice.amount_total:.2f}"),
            )

    def test_15_one_bad_document_stops_neither_a_batch_of_new_nor_of_changed_ones(self):
        """One archived account, and the fifty invoices of the month stayed behind."""
        customers = [self.make_partner() for _customer in range(3)]
        self.push(self.env["res.partner"].union(*customers))
        self.sim.journal.clear()
        self.organisation.archive_contact(self.link_of(customers[1]).xero_id)
        new = self.env["account.move"].union(*map(self.make_invoice, customers))
        self.push(new)
        self.assertEqual(new.mapped("xero_state"), ["sent", "rejected", "sent"])
        self.assertEqual(self.writes(), [("Invoices", 3)])

        changed = self.push(self.several_invoices(3))
        taken = changed[1]
        xero_id = self.link_of(taken).xero_id
        read = type(self.tenant)._read_standing

        def read_then_pay(tenant, links, tables):
            result = read(tenant, links, tables)
            self.organisation.approve(xero_id, DueDate="2026-12-01")
            self.organisation.pay(xero_id, "1.00")
            return result

        self.patch(type(self.tenant), "_read_standing", read_then_pay)
        self.sim.journal.clear()
        for invoice in changed:
            self.change(invoice, invoice_date="2026-11-04")
        self.run_engine()
        self.assertEqual((changed - taken).mapped("xero_state"), ["sent"] * 2)
        self.assertEqual(
            {str(self.in_xero(invoice)["Date"]) for invoice in changed - taken}, {"2026-11-04"}
        )
        self.assertNotEqual(taken.xero_state, "sent")

    def test_16_one_bad_record_does_not_stop_an_import(self):
        """A contact that nobody could read ended the import of all that came after it."""
        def spoil(response):
            answer = json.loads(response.body)
            answer["Contacts"][3] = {"ContactID": 17, "Name": ["x"], "Addresses": "none"}
            response.body = json.dumps(answer).encode()
            return response

        self.sim.faults.add("edit", method="GET", path="/Contacts", function=spoil)
        self.env.flush_all()
        with self.assertLogs("odoo.addons.xero_connector", "WARNING"):
            self.tenant._open_contacts()
        self.env.invalidate_all()
        contacts = self.env["xero.contact"].with_context(active_test=False).search_count(
            [("tenant_id", "=", self.tenant.id)]
        )
        self.assertEqual(contacts, len(self.organisation.contacts) - 1)

    def test_17_the_moment_of_the_last_reading_moves_after_success_only(self):
        """A reading failed, its stamp had moved, and what changed in between was never seen."""
        self.env.flush_all()
        self.tenant._open_contacts()
        self.env.invalidate_all()
        self.tenant.contacts_pulled_at -= timedelta(days=1)
        stamp = self.tenant.contacts_pulled_at
        self.env.flush_all()
        self.sim.clock.advance(60)
        guid = self.link_of(self.partner).xero_id
        self.organisation.edit_contact(guid, Name="Coast Kitchen")
        self.sim.faults.add("drop", method="GET", path="/Contacts")
        with contextlib.suppress(UserError):  # assertRaises would undo what was committed
            self.tenant._open_contacts()
        self.env.invalidate_all()
        self.assertEqual(len(self.calls("GET", "/Contacts")), 2)
        self.assertEqual(self.tenant.contacts_pulled_at, stamp)
        self.sim.clock.advance(60)
        self.tenant._open_contacts()
        self.env.invalidate_all()
        self.assertTrue(self.env["xero.contact"].search([("name", "=", "Coast Kitchen")]))
        self.assertGreater(self.tenant.contacts_pulled_at, stamp)

    # === CHANGES === #

    def test_27_a_change_never_makes_a_second_document(self):
        """A change went with the verb and without the id of creation: two invoices, one sale."""
        invoice = self.sent_invoice()
        order = self.sent_order()
        count = len(self.organisation.invoices), len(self.organisation.purchase_orders)
        xero_ids = self.link_of(invoice).xero_id, self.link_of(order).xero_id
        self.change(invoice, ref="PO 2")
        order.partner_ref = "Offer 2"
        self.run_engine()
        self.move_time(minutes=2)
        self.run_engine()
        self.assertEqual(
            (len(self.organisation.invoices), len(self.organisation.purchase_orders)), count
        )
        for resource, xero_id, id_name in (
            ("Invoices", xero_ids[0], "InvoiceID"),
            ("PurchaseOrders", xero_ids[1], "PurchaseOrderID"),
        ):
            [(method, [element])] = [
                (method, elements) for method, elements in (
                    (call.method, json.loads(call.body).get(resource))
                    for call in self.sim.journal.writes
                ) if elements
            ]
            self.assertEqual((method, element[id_name]), ("POST", xero_id))
        self.assertEqual(self.in_xero(invoice)["Reference"], "PO 2")
        self.assertEqual(self.in_xero(order)["Reference"], "Offer 2")

    def test_28_a_draft_is_deleted_and_what_was_approved_is_voided(self):
        """An approved invoice cannot be deleted, a draft not voided: the wrong one did nothing."""
        draft = self.sent_invoice()
        self.tenant.invoice_status = "authorised"
        approved = self.make_invoice(self.partner)
        self.push(approved)
        self.assertEqual((draft.xero_status, approved.xero_status), ("DRAFT", "AUTHORISED"))
        (draft | approved).button_cancel()
        self.run_engine()
        self.assertEqual((draft.xero_status, approved.xero_status), ("DELETED", "VOIDED"))
        self.assertEqual(self.in_xero(draft)["Status"], "DELETED")
        self.assertEqual(self.in_xero(approved)["Status"], "VOIDED")

    def test_29_lines_keep_their_ids_when_a_document_changes(self):
        """Lines were made anew at each change, and what hung on them in the ledger was lost."""
        invoice = self.sent_invoice(lines=((2, 50.0), (1, 10.0)))
        before = self.line_ids(invoice)
        invoice.button_draft()
        invoice.invoice_line_ids[0].price_unit = 55
        invoice.action_post()
        self.run_engine()
        self.assertEqual(self.line_ids(invoice), before)
        self.assertEqual(
            [line["LineItemID"] for line in self.elements("Invoices")[-1]["LineItems"]], before
        )
        self.assertEqual(f"{self.in_xero(invoice)['Total']:.2f}", f"{invoice.amount_total:.2f}")

    def test_30_what_comes_from_xero_does_not_go_back(self):
        """A change that was read in was sent out again, for ever, back and forth."""
        contact = next(
            row for row in self.organisation.contacts.values() if row["Name"] == "Boom FM"
        )
        self.env.flush_all()
        self.tenant._open_contacts()
        self.env.invalidate_all()
        row = self.env["xero.contact.match"].with_context(xero_tenant_id=self.tenant.id).search(
            [("contact_id.xero_id", "=", contact["ContactID"])]
        )
        row.action_import()
        row.action_apply()
        self.run_engine()
        partner = self.env["res.partner"].search([("name", "=", "Boom FM")])
        self.assertEqual(self.link_of(partner).xero_id, contact["ContactID"])
        invoice = self.sent_invoice()
        self.organisation.edit(self.link_of(invoice).xero_id, Reference="By hand")
        self.tenant.action_pull_settings()
        for _run in range(2):
            self.run_engine()
        self.assertEqual(self.writes(), [])

    def test_31_a_payment_is_no_journal_entry(self):
        """The payment of a linked invoice went out once more as a journal entry."""
        invoice = self.sent_invoice()
        self.tenant.write({"send_since": "2026-01-01", "send_automatically": True})
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        entry = invoice.reconciled_payment_ids.move_id or self.env["account.move"].search(
            [("move_type", "=", "entry"), ("partner_id", "=", invoice.partner_id.id)]
        )
        self.assertTrue(invoice.payment_state in ("paid", "in_payment"))
        self.run_engine()
        self.assertFalse(self.link_of(entry))
        self.assertEqual([call.path for call in self.sim.journal.writes], [])
        for move in entry:
            with self.assertRaises(UserError):
                move.action_xero_push()

    def test_32_what_cannot_be_changed_is_not_tried_again_and_again(self):
        """A paid invoice that was edited failed in every run, every hour, for months."""
        invoice = self.sent_invoice()
        xero_id = self.link_of(invoice).xero_id
        self.organisation.approve(xero_id, DueDate="2026-12-01")
        self.organisation.pay(xero_id, str(invoice.amount_total))
        self.change(invoice, ref="PO 3")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention")
        self.assertIn("paid", invoice.xero_message)
        self.sim.journal.clear()
        for _run in range(3):
            self.move_time(minutes=60)
            self.run_engine()
        self.assertEqual(
            [call.path for call in self.sim.journal if call.is_accounting], []
        )

    def test_33_an_archived_or_merged_contact_is_noticed_and_explained(self):
        """Every document of the customer was refused, with a code instead of a reason."""
        archived, source, target = (self.make_partner(name) for name in ("Gone", "Old", "New"))
        self.push(archived | source | target)
        self.organisation.archive_contact(self.link_of(archived).xero_id)
        survivor = self.link_of(target).xero_id
        self.organisation.merge_contacts(self.link_of(source).xero_id, survivor)
        invoice, moved = self.make_invoice(archived), self.make_invoice(source)
        self.push(invoice | moved)
        for _run in range(2):
            self.run_engine()
        self.assertEqual(invoice.xero_state, "rejected")
        self.assertIn("archived", invoice.xero_message)
        self.assertIn("Restore", invoice.xero_message)
        self.assertIn("merged", moved.xero_message)

    # Faults: 28
    def test_34_what_is_too_long_for_xero_is_cut_by_rule_or_told(self):
        """A long product name, and the invoice was refused with a page of validation errors."""
        self.tenant.send_item_codes = True
        plain = self.make_product(name="Name " + "n" * 60, default_code="NAME-60")
        nameless = self.make_product(default_code=False)
        invoice = self.make_invoice(
            self.partner, lines=((1, 10.0), (1, 20.0)), ref="R" * 300,
        )
        invoice.button_draft()
        for line, product in zip(invoice.invoice_line_ids, plain | nameless, strict=True):
            line.write({
                "product_id": product.id, "tax_ids": [(6, 0, self.sale_tax.ids)],
                "name": "Words " + "w" * 4500, "price_unit": 10,
            })
        invoice.action_post()
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        held = self.held_of(invoice)
        self.assertEqual(len(held["Reference"]), 255)
        self.assertEqual([len(line["Description"]) for line in held["LineItems"]], [4000, 4000])
        self.assertEqual(
            [line.get("ItemCode") for line in held["LineItems"]], ["NAME-60", None]
        )
        [item] = [
            row for row in self.organisation.items.values() if row["Code"] == "NAME-60"
        ]
        self.assertEqual(len(item["Name"]), 50)
        long = self.push(self.make_product(default_code="X" * 31))
        self.assertEqual(long.xero_state, "blocked")
        self.assertIn("31 characters", long.xero_message)

    def test_35_two_suppliers_may_use_one_bill_number(self):
        """The second bill was refused, or arrived with blanks behind its number."""
        other = self.make_partner("Second supplier")
        bills = self.env["account.move"].union(*(
            self.make_move("in_invoice", partner, ((1, price),), ref="2026-17")
            for partner, price in ((self.partner, 10), (other, 20))
        ))
        self.push(bills)
        self.assertEqual(set(bills.mapped("xero_state")), {"sent"})
        for bill in bills:
            held = self.organisation.invoices[self.link_of(bill).xero_id]
            self.assertEqual(
                (held["InvoiceNumber"], held["ContactID"], f"{held['Total']:.2f}"),
                ("2026-17", self.link_of(bill.partner_id).xero_id, f"{bill.amount_total:.2f}"),
            )


class TestOneImpossibleLine(LifeCase):
    """Of a batch of fifty documents, one with an impossible line stays behind alone."""

    def fifty(self, make):
        """Fifty documents whose 17th is made otherwise.

        :return: (all of them, the 17th)
        """
        documents = [make(position == 16) for position in range(50)]
        return documents[0].union(*documents[1:]), documents[16]

    def assert_alone(self, everything, bad, state):
        good = everything - bad
        self.assertEqual(set(good.mapped("xero_state")), {"sent"}, set(good.mapped("xero_message")))
        self.assertEqual(bad.xero_state, state, bad.xero_message)
        held = self.held(bad._xero_resource())
        self.assertTrue(all(document.name in held for document in good))
        self.assertNotIn(bad.name, held)

    def test_told_before_sending(self):
        """A line whose tax has no rate in Xero: one call carries the other 49."""
        unknown = self.make_tax("sale")
        self.sim.journal.clear()
        everything, bad = self.fifty(lambda is_bad: self.make_invoice(
            self.partner, taxes=unknown if is_bad else self.sale_tax,
        ))
        self.push(everything)
        self.assert_alone(everything, bad, "blocked")
        self.assertIn(unknown.name, bad.xero_message)
        self.assertEqual(self.writes(), [("Invoices", 49)])

    def test_refused_by_xero(self):
        """A line on an account that was archived since: one call, and Xero's reason on one."""
        account = self.company_data["default_account_revenue"].copy({"name": "Old shop"})
        self.map_account(account, self.env["xero.account"].search(
            [("tenant_id", "=", self.tenant.id), ("code", "=", "260")]
        ))
        self.organisation.archive_account("260")
        everything, bad = self.fifty(lambda is_bad: self.make_invoice(self.partner))
        bad.button_draft()
        bad.invoice_line_ids.account_id = account
        bad.action_post()
        self.sim.journal.clear()
        self.push(everything)
        self.run_engine()
        self.assert_alone(everything, bad, "rejected")
        self.assertIn("archived", bad.xero_message)
        self.assertEqual(self.writes(), [("Invoices", 50)])

    def test_of_orders(self):
        unknown = self.make_tax("purchase")

        def make(is_bad):
            order = self.make_order(self.partner)
            if is_bad:
                order.order_line.tax_ids = unknown
            return order

        everything, bad = self.fifty(make)
        self.sim.journal.clear()
        self.push(everything)
        self.assert_alone(everything, bad, "blocked")
        self.assertEqual(self.writes(), [("PurchaseOrders", 49)])

    def test_of_changes(self):
        """One of fifty posted again with a tax that Xero does not know."""
        unknown = self.make_tax("sale")
        everything, bad = self.fifty(lambda _is_bad: self.make_invoice(self.partner))
        self.push(everything)
        self.sim.journal.clear()
        everything.button_draft()
        everything.write({"ref": "PO 4"})
        bad.invoice_line_ids.tax_ids = unknown
        everything.action_post()
        self.run_engine()
        good = everything - bad
        self.assertEqual(set(good.mapped("xero_state")), {"sent"})
        self.assertEqual(bad.xero_state, "blocked")
        self.assertEqual({self.held("Invoices")[one.name]["Reference"] for one in good}, {"PO 4"})
        self.assertNotEqual(self.held("Invoices")[bad.name]["Reference"], "PO 4")
        self.assertEqual(self.writes(), [("Invoices", 49)])
