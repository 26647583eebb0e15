"""From the button to the draft in Xero, over real HTTP."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from ..models.xero_tables import XeroTables
from ..xero import codec, const, payload
from .push_common import XeroPushCase


class TestPush(XeroPushCase):
    def test_invoice_becomes_an_equal_draft(self):
        invoice = self.make_invoice(lines=((2, 50.0), (3, 33.33), (1, -0.01)), ref="PO 17")
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(invoice.xero_status, "DRAFT")
        held = self.held("Invoices")[invoice.name]
        self.assertEqual(held["InvoiceID"], self.link_of(invoice).xero_id)
        self.assertEqual(f"{held['SubTotal']:.2f}", f"{invoice.amount_untaxed:.2f}")
        self.assertEqual(f"{held['TotalTax']:.2f}", f"{invoice.amount_tax:.2f}")
        self.assertEqual(f"{held['Total']:.2f}", f"{invoice.amount_total:.2f}")
        self.assertEqual(held["Reference"], "PO 17")
        self.assertEqual(len(held["LineItems"]), 3)
        self.assertEqual(self.writes(), [("Contacts", 1), ("Invoices", 1)])

    def test_order_becomes_an_equal_draft(self):
        order = self.make_order(lines=((3, 7.77), (0.333, 199.99)))
        self.push(order)
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        held = self.held("PurchaseOrders")[order.name]
        self.assertEqual(held["Status"], "DRAFT")
        self.assertEqual(f"{held['Total']:.2f}", f"{order.amount_total:.2f}")
        self.assertEqual(held["LineItems"][0]["AccountCode"], "500")

    def test_the_link_leads_to_the_document(self):
        invoice = self.push(self.make_invoice())
        action = invoice.action_xero_open()
        self.assertEqual(action["target"], "new")
        self.assertIn(self.link_of(invoice).xero_id, action["url"])
        self.assertTrue(action["url"].startswith(self.sim.url))

    def test_every_write_has_a_key(self):
        self.push(self.make_invoice())
        for call in self.sim.journal.writes:
            self.assertTrue(call.idempotency_key, call.path)
        self.assertFalse(self.sim.journal.unknown)

    def test_second_press_changes_nothing_in_xero(self):
        invoice = self.push(self.make_invoice())
        self.sim.journal.clear()
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "sent")
        self.assertEqual(self.writes(), [])

    def test_second_press_sends_what_changed_since(self):
        invoice = self.push(self.make_invoice())
        invoice.ref = "PO 18"
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.held("Invoices")[invoice.name]["Reference"], "PO 18")
        self.assertEqual(len(self.writes()), 3)

    def test_press_marks_only(self):
        invoice = self.make_invoice()
        invoice.action_xero_push()
        self.assertEqual(invoice.xero_state, "pending")
        self.assertEqual(len(self.sim.journal), 0)

    def test_batches_hold_at_most_fifty(self):
        partners = [self.make_partner(f"Customer {number:03}") for number in range(60)]
        moves = self.env["account.move"]
        for number in range(120):
            moves |= self.make_invoice(partners[number % 60], lines=((1, 10.0),))
        self.push(moves)
        self.assertEqual(
            set(moves.mapped("xero_state")), {"sent"}, set(moves.mapped("xero_message"))
        )
        writes = self.writes()
        self.assertEqual(writes.count(("Contacts", 50)), 1)
        self.assertEqual(writes.count(("Contacts", 10)), 1)
        invoices = [count for resource, count in writes if resource == "Invoices"]
        self.assertEqual(sum(invoices), 120)
        self.assertLessEqual(max(invoices), 50)
        self.assertEqual(len(writes), 2 + 3)

    def test_first_invoice_goes_before_later_contacts(self):
        partners = [self.make_partner(f"Customer {number:03}") for number in range(60)]
        moves = self.env["account.move"].union(
            *(self.make_invoice(partner, lines=((1, 10.0),)) for partner in partners)
        )
        self.push(moves)
        self.assertEqual(
            [resource for resource, _count in self.writes()],
            ["Contacts", "Invoices", "Contacts", "Invoices"],
        )

    def test_contact_people_share_the_contact_of_their_company(self):
        company = self.make_partner("Parent Company")
        person = self.env["res.partner"].create({"name": "Person", "parent_id": company.id})
        self.push(self.make_invoice(person) | self.make_invoice(company))
        self.assertEqual(self.writes(), [("Contacts", 1), ("Invoices", 2)])

    def test_notes_and_sections_carry_no_amount(self):
        invoice = self.make_invoice()
        invoice.button_draft()
        invoice.invoice_line_ids = [
            (0, 0, {"display_type": "line_section", "name": "Part one", "sequence": 1}),
            (0, 0, {"display_type": "line_note", "name": "Thank you", "sequence": 999}),
        ]
        invoice.action_post()
        self.push(invoice)
        lines = self.held("Invoices")[invoice.name]["LineItems"]
        self.assertEqual([line["Description"] for line in lines],
                         ["Part one", "Line 1", "Thank you"])
        self.assertEqual(f"{self.held('Invoices')[invoice.name]['Total']:.2f}",
                         f"{invoice.amount_total:.2f}")


class TestRefused(XeroPushCase):
    """What we do not send, and what Xero does not take."""

    def test_unmapped_tax_blocks_and_leads_to_the_tax(self):
        tax = self.make_tax("sale")
        invoice = self.push(self.make_invoice(taxes=tax))
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn(tax.name, invoice.xero_message)
        action = invoice.action_xero_open_cause()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).tax_id, tax)
        self.assertEqual(self.writes(), [("Contacts", 1)])

    def test_who_may_not_map_is_told_whom_to_ask(self):
        order = self.make_order()
        order.order_line.tax_ids = self.make_tax("purchase")
        self.push(order)
        buyer = new_test_user(self.env, "buyer", groups="purchase.group_purchase_user")
        with self.assertRaisesRegex(UserError, "administrator"):
            order.with_user(buyer).action_xero_open_cause()

    def test_mapping_the_tax_releases_every_document(self):
        tax = self.make_tax("sale")
        tax.amount = self.rate
        invoices = self.push(self.make_invoice(taxes=tax) | self.make_invoice(taxes=tax))
        self.assertEqual(set(invoices.mapped("xero_state")), {"blocked"})
        self.map_tax(tax, self.env["xero.tax.rate"].search(
            [("tenant_id", "=", self.tenant.id), ("tax_type", "=", "TAX001")]
        ))
        self.assertEqual(set(invoices.mapped("xero_state")), {"pending"})
        self.run_engine()
        self.assertEqual(set(invoices.mapped("xero_state")), {"sent"})

    # Faults: 37
    def test_unmapped_account_blocks(self):
        invoice = self.make_invoice()
        self.map_account(
            self.company_data["default_account_revenue"], self.env["xero.account"]
        )
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn("account", invoice.xero_message)

    # Faults: 29
    def test_number_that_xero_could_not_hold_blocks(self):
        good = self.make_invoice()
        invoice = self.make_invoice(name='INV"1')
        self.push(invoice | good)
        self.assertEqual((invoice.xero_state, good.xero_state), ("blocked", "sent"))
        self.assertIn(invoice.name, invoice.xero_message)

    # Faults: 28
    def test_requests_stay_under_the_size_that_xero_takes(self):
        invoices = self.env["account.move"].union(*(self.make_invoice() for _ in range(3)))
        one = len(self.first_element(invoices[0]))
        with patch.object(const, "REQUEST_BYTES", int(one * 2.5) + 200):
            self.push(invoices)
        self.assertEqual(set(invoices.mapped("xero_state")), {"sent"})
        self.assertEqual(self.writes()[1:], [("Invoices", 2), ("Invoices", 1)])

    # Faults: 28
    def test_document_larger_than_a_request_blocks(self):
        invoice = self.make_invoice()
        with patch.object(const, "REQUEST_BYTES", 600):
            self.push(invoice)
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn("larger than Xero takes", invoice.xero_message)

    def first_element(self, invoice):
        tables = XeroTables(self.tenant)
        tables.masters["res.partner"] = {invoice.partner_id.id: ("6" * 36, False)}
        return codec.encode_element(payload.invoice(invoice._xero_document(tables)))

    def test_one_blocked_invoice_does_not_hold_up_the_others(self):
        bad = self.make_invoice(taxes=self.make_tax("sale"))
        good = self.make_invoice()
        self.push(bad | good)
        self.assertEqual((bad.xero_state, good.xero_state), ("blocked", "sent"))

    # Faults: 26
    def test_one_refused_invoice_does_not_hold_up_the_others(self):
        taken = self.push(self.make_invoice())
        foreign = self.make_invoice()
        organisation = self.sim.organisation("Liberty Goods")
        organisation.edit(self.link_of(taken).xero_id, InvoiceNumber=foreign.name)
        good = self.make_invoice()
        self.push(foreign | good)
        self.assertEqual(good.xero_state, "sent")
        self.assertEqual(foreign.xero_state, "unknown")
        self.run_engine()
        self.assertEqual(foreign.xero_state, "rejected", foreign.xero_message)
        self.assertIn(foreign.name, foreign.xero_message)

    def test_a_request_refused_as_a_whole_is_not_tried_again(self):
        """Nothing was executed, and the same would be refused again: a person must know."""
        partner = self.make_partner()
        self.push(partner)
        self.sim.journal.clear()
        self.sim.faults.add(
            "replace", method="PUT", path="Invoices", status=400, executed=False, times=None,
            body='{"ErrorNumber": 14, "Message": "The organisation is in demo mode"}',
        )
        invoice = self.push(self.make_invoice(partner))
        self.assertEqual(invoice.xero_state, "rejected")
        self.assertIn("The organisation is in demo mode", invoice.xero_message)
        for _times in range(3):
            self.move_time(minutes=20)
            self.run_engine()
        self.assertEqual(len(self.sim.journal.writes), 1)

    # Faults: 35
    def test_taken_contact_name_blocks_the_invoice_with_xeros_words(self):
        organisation = self.sim.organisation("Liberty Goods")
        name = next(
            contact["Name"] for contact in organisation.contacts.values()
            if contact["ContactStatus"] == "ACTIVE"
        )
        partner = self.make_partner(name)
        invoice = self.push(self.make_invoice(partner))
        self.assertEqual(partner.xero_state, "rejected")
        self.assertIn("already assigned to another contact", partner.xero_message)
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertEqual(invoice.action_xero_open_cause()["res_id"], partner.id)
        partner.name = "Another name"
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    def test_a_contact_that_is_mended_releases_its_documents(self):
        organisation = self.sim.organisation("Liberty Goods")
        name = next(
            contact["Name"] for contact in organisation.contacts.values()
            if contact["ContactStatus"] == "ACTIVE"
        )
        partner = self.make_partner(name)
        invoice = self.push(self.make_invoice(partner))
        self.assertEqual(invoice.xero_state, "blocked")
        partner.name = "Another name"
        self.push(partner)
        self.assertEqual(partner.xero_state, "sent", partner.xero_message)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    def test_draft_invoice_is_refused_in_words(self):
        invoice = self.make_invoice()
        invoice.button_draft()
        with self.assertRaisesRegex(UserError, "posted"):
            invoice.action_xero_push()

    # Faults: 18
    def test_a_disconnected_tenant_does_not_stop_the_others(self):
        other = self.make_tenant(self.company, name="Retired")
        journal = self.company_data["default_journal_sale"].copy({"xero_tenant_id": other.id})
        here, there = self.make_invoice(), self.make_invoice(journal_id=journal.id)
        with patch.object(type(self.env.user), "_bus_send") as bus_send:
            (here | there).action_xero_push()
        self.assertEqual((here.xero_state, there.xero_state), ("pending", False))
        told = bus_send.call_args.args[1]["message"]
        self.assertIn("Not sent: 1. Retired is not connected to Xero.", told)
        with self.assertRaisesRegex(UserError, "Retired is not connected"):
            there.action_xero_push()

    def test_what_is_left_out_of_a_choice_is_told(self):
        draft = self.make_invoice()
        draft.button_draft()
        with patch.object(type(self.env.user), "_bus_send") as bus_send:
            (draft | self.make_invoice()).action_xero_push()
        self.assertIn("Not sent: 1. Only posted", bus_send.call_args.args[1]["message"])

    def test_no_tenant_is_refused_with_the_next_step(self):
        invoice = self.make_invoice()
        self.company.xero_tenant_id = False
        with self.assertRaisesRegex(UserError, "Connect Now"):
            invoice.action_xero_push()

    def test_the_button_is_there_only_for_who_uses_xero(self):
        invoice = self.make_invoice()
        self.assertTrue(invoice.xero_can_push)
        self.company.xero_tenant_id = False
        invoice.invalidate_recordset(["xero_can_push"])
        self.assertFalse(invoice.xero_can_push)

    def test_disconnected_tenant_is_refused_with_the_next_step(self):
        invoice = self.make_invoice()
        self.tenant.action_disconnect()
        with self.assertRaisesRegex(UserError, "not connected"):
            invoice.action_xero_push()

    def test_reader_may_not_send_but_sees_the_status(self):
        invoice = self.push(self.make_invoice())
        reader = new_test_user(self.env, "reader", groups="account.group_account_readonly")
        as_reader = invoice.with_user(reader)
        self.assertEqual(as_reader.xero_state, "sent")
        with self.assertRaises(AccessError):
            as_reader.action_xero_push()

    def test_purchase_user_sends_orders_and_sees_the_status(self):
        buyer = new_test_user(self.env, "buyer", groups="purchase.group_purchase_user")
        order = self.make_order()
        order.with_user(buyer).action_xero_push()
        self.run_engine()
        self.assertEqual(order.with_user(buyer).xero_state, "sent", order.xero_message)
        self.assertTrue(order.with_user(buyer).xero_url)


class TestStatusInLists(XeroPushCase):
    def test_filter_group_and_sort_read_the_links(self):
        sent = self.push(self.make_invoice())
        blocked = self.push(self.make_invoice(taxes=self.make_tax("sale")))
        untouched = self.make_invoice()
        ours = [("id", "in", (sent | blocked | untouched).ids)]
        moves = self.env["account.move"]
        self.assertEqual(moves.search([*ours, ("xero_state", "=", "sent")]), sent)
        self.assertEqual(moves.search([*ours, ("xero_state", "=", False)]), untouched)
        self.assertEqual(moves.search([*ours, ("xero_state", "!=", "sent")]), blocked | untouched)
        self.assertEqual(moves.search([*ours, ("xero_status", "=", "DRAFT")]), sent)
        groups = moves.formatted_read_group(ours, ["xero_state"], ["__count"])
        self.assertEqual(
            {group["xero_state"]: group["__count"] for group in groups},
            {"sent": 1, "blocked": 1, False: 1},
        )
        self.assertEqual(len(moves.search(ours, order="xero_state")), 3)

    def test_document_in_xero_is_not_deleted(self):
        invoice = self.push(self.make_invoice())
        invoice.button_draft()
        with self.assertRaisesRegex(UserError, "stands in Xero"):
            invoice.unlink()


class TestScheduled(XeroPushCase):
    def test_documents_since_the_date_go_by_themselves(self):
        old, new = self.make_invoice(invoice_date="2026-10-01"), self.make_invoice()
        self.tenant.write({"send_since": "2026-11-01", "send_automatically": True})
        self.run_engine()
        self.assertEqual((old.xero_state, new.xero_state), (False, "sent"))

    def test_nothing_goes_by_itself_without_a_date(self):
        invoice = self.make_invoice()
        self.tenant.send_automatically = False
        self.run_engine()
        self.assertFalse(invoice.xero_state)

    def test_safety_net_wakes_tenants_that_have_work(self):
        self.tenant.write({"send_since": "2026-11-01", "send_automatically": True})
        invoice = self.make_invoice()
        self.env["xero.tenant"].sudo()._cron_wake_all()
        self.assertEqual(invoice.xero_state, "pending")
        self.assertTrue(self.env["ir.cron.trigger"].sudo().search_count(
            [("cron_id", "=", self.tenant.cron_id.id)]
        ))

    def test_a_tenant_that_is_not_connected_returns_at_once(self):
        invoice = self.make_invoice()
        invoice.action_xero_push()
        self.tenant.action_disconnect()
        self.sim.journal.clear()
        self.run_engine()
        self.assertEqual(len(self.sim.journal), 0)
        self.assertEqual(invoice.xero_state, "pending")


class TestRouting(XeroPushCase):
    def test_journal_before_company(self):
        other = self.tenant.copy({"name": "Other"})
        invoice = self.make_invoice()
        invoice.journal_id.xero_tenant_id = other
        self.assertEqual(invoice._xero_tenant(), other)

    def test_first_send_freezes_the_tenant(self):
        invoice = self.push(self.make_invoice())
        invoice.journal_id.xero_tenant_id = self.tenant.copy({"name": "Other"})
        invoice.action_xero_push()
        self.assertEqual(self.link_of(invoice).tenant_id, self.tenant)

    def test_order_then_vendor_then_company(self):
        order = self.make_order()
        self.assertEqual(order._xero_tenant(), self.tenant)
        vendors = self.tenant.copy({"name": "Vendor's"})
        order.partner_id.xero_tenant_id = vendors
        self.assertEqual(order._xero_tenant(), vendors)
        own = self.tenant.copy({"name": "Order's"})
        order.xero_tenant_id = own
        self.assertEqual(order._xero_tenant(), own)


class TestPoison(XeroPushCase):
    def test_an_error_in_one_document_does_not_stop_the_others(self):
        bad, good = self.make_invoice(), self.make_invoice()
        build = type(bad)._xero_document

        def break_one(record, tables):
            if record == bad:
                raise ZeroDivisionError
            return build(record, tables)

        with (
            patch.object(type(bad), "_xero_document", break_one),
            self.assertLogs("odoo.addons.xero_connector.models.xero_push", "ERROR"),
        ):
            self.push(bad | good)
        self.assertEqual((bad.xero_state, good.xero_state), ("blocked", "sent"))
        self.assertIn("server's log", bad.xero_message)
