"""Documents of both sides are found and linked, and nothing is written in Xero."""

from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from ..models import xero_history_matching
from ..xero import const
from ..xero import history as matching
from .history_common import DAY, XeroHistoryCase


class TestFinding(XeroHistoryCase):

    def test_every_kind_is_linked_and_nothing_is_written(self):
        invoice = self.make_move("out_invoice")
        bill = self.make_move("in_invoice", ref="S-77")
        credit = self.make_move("out_refund")
        vendor_credit = self.make_move("in_refund", ref="SC-1")
        order = self.make_order(self.acme, lines=((3, 7.77),))
        held = {
            invoice: self.enter_invoice(invoice.name)["InvoiceID"],
            bill: self.enter_bill("S-77")["InvoiceID"],
            credit: self.enter_credit_note(credit.name)["CreditNoteID"],
            vendor_credit: self.enter_credit_note("SC-1", "ACCPAYCREDIT")["CreditNoteID"],
            order: self.enter_order(order.name, order)["PurchaseOrderID"],
        }
        self.books.pay(held[invoice], "10.00")
        self.sim.journal.clear()
        self.find()
        self.assertEqual(self.history.state, "done")
        for record, xero_id in held.items():
            with self.subTest(record.display_name):
                link = self.link_of(record)
                self.assertEqual((link.state, link.xero_id), ("sent", xero_id))
                self.assertTrue(link.adopted)
                self.assertAlmostEqual(link.xero_total, record.amount_total)
                self.assertAlmostEqual(link.xero_tax, record.amount_tax)
                self.assertEqual(link.currency_id, record.currency_id)
                self.assertEqual(record.xero_status, "AUTHORISED")
                self.assertEqual(self.row_of(record).result, "linked")
        amounts = {
            record: (link.xero_due, link.xero_paid, bool(link.seen_at))
            for record in held for link in self.link_of(record)
        }
        total = invoice.amount_total
        self.assertEqual(amounts[invoice], (total - 10, 10, True))
        self.assertEqual(amounts[bill], (bill.amount_total, 0, True))
        self.assertEqual(amounts[credit][0], credit.amount_total)
        self.assertEqual(self.history.linked_count, 5)
        self.assertEqual(list(self.sim.journal.writes), [])
        self.assertEqual(set(self.reads()), {"Invoices", "CreditNotes", "PurchaseOrders"})

    def test_what_is_paid_already_is_known_without_another_call(self):
        invoice = self.make_move("out_invoice")
        guid = self.enter_invoice(invoice.name)["InvoiceID"]
        self.books.pay(guid, str(invoice.amount_total))
        self.sim.journal.clear()
        self.find()
        link = self.link_of(invoice)
        self.assertEqual(
            (link.xero_status, link.xero_due, link.xero_paid),
            ("PAID", 0, invoice.amount_total),
        )
        self.assertEqual(len(self.reads()), 3)

    def test_what_changes_between_reading_and_linking_is_read_again(self):
        invoice = self.make_move("out_invoice")
        guid = self.enter_invoice(invoice.name)["InvoiceID"]
        match = type(self.history)._match

        def slow(history):
            self.books.pay(guid, "10.00")
            # A poll passed it over: it was not linked then.
            history.env["xero.poll"].search([]).write({
                "since": fields.Datetime.add(self.env.cr.now(), minutes=1),
            })
            return match(history)

        with patch.object(type(self.history), "_match", slow):
            self.find()
        link = self.link_of(invoice)
        self.assertEqual(link.xero_paid, 0)
        self.env["xero.poll"].sudo()._make_due(self.tenant, "Invoices")
        self.env.flush_all()
        self.tenant.cron_id.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(link.xero_paid, 10)

    def test_links_lead_to_the_page_of_their_kind(self):
        bill = self.make_move("in_invoice", ref="S-77")
        credit = self.make_move("in_refund", ref="SC-1")
        self.enter_bill("S-77")
        self.enter_credit_note("SC-1", "ACCPAYCREDIT")
        self.find()
        self.assertIn("/AccountsPayable/Edit.aspx?InvoiceID=", bill.xero_url)
        self.assertIn("/AccountsPayable/ViewCreditNote.aspx?creditNoteID=", credit.xero_url)
        self.assertEqual(
            self.row_of(bill).action_open_in_xero()["url"], bill.xero_url
        )
        self.assertFalse(bill.xero_can_push)

    def test_what_is_not_certain_is_told_with_both_values(self):
        cents = self.make_move("out_invoice", price=50.01)
        late = self.make_move("out_invoice", price=70)
        self.enter_invoice(cents.name)
        self.enter_invoice(late.name, Date=DAY + timedelta(days=1), LineItems=[{
            "Description": "A thing", "Quantity": 1, "UnitAmount": Decimal(70),
            "AccountCode": "400", "TaxType": "TAX001",
        }])
        self.find()
        self.assertFalse(self.link_of(cents) | self.link_of(late))
        row = self.row_of(cents)
        self.assertEqual((row.result, row.differences), ("differs", "total"))
        self.assertIn(cents.currency_id.format(cents.amount_total), row.message)
        self.assertIn(cents.currency_id.format(row.xero_total), row.message)
        row = self.row_of(late)
        self.assertEqual((row.result, row.differences), ("differs", "date"))
        self.assertIn("11/03/2026", row.message)

    def test_twins_stay_for_the_person(self):
        bills = self.make_move("in_invoice", ref="S-77")
        bills |= self.make_move("in_invoice", ref="s-77 ")
        self.enter_bill("S-77")
        self.find()
        self.assertEqual(self.history.ambiguous_count, 3)
        self.assertFalse(self.link_of(bills))

    def test_what_stands_on_one_side_only_is_told(self):
        mine = self.make_move("out_invoice")
        theirs = self.enter_invoice("INV-OTHER", Date=DAY - timedelta(days=9))["InvoiceID"]
        self.find()
        self.assertEqual(self.row_of(mine).result, "only_odoo")
        self.assertEqual(self.row_in_xero(theirs).result, "only_xero")
        summary = self.history.summary_ids.filtered(lambda row: row.kind == "invoice")
        self.assertEqual((summary.linked, summary.only_odoo), (0, 1))
        self.assertEqual(summary.only_xero, self.history.only_xero_count)

    def test_a_linked_contact_counts_by_its_id(self):
        self.env["xero.link"]._adopt(
            self.tenant, {self.acme: (self.acme_in_xero, False, "ACTIVE")}
        )
        self.acme.name = "Renamed since"
        invoice = self.make_move("out_invoice")
        self.enter_invoice(invoice.name)
        self.find()
        self.assertEqual(self.link_of(invoice).state, "sent")

    def test_what_is_gone_draft_or_cancelled_is_left_out(self):
        voided = self.make_move("out_invoice")
        self.books.void(self.enter_invoice(voided.name)["InvoiceID"])
        draft = self.make_move("out_invoice", price=20)
        self.enter_invoice(draft.name, LineItems=self.body({}, price=20)["LineItems"])
        draft.button_draft()
        self.find()
        self.assertFalse(self.link_of(voided) | self.link_of(draft))
        self.assertEqual(self.row_of(voided).result, "only_odoo")
        self.assertFalse(self.row_of(draft))

    def test_documents_before_the_first_day_are_not_read(self):
        early = self.enter_invoice("EARLY", Date=DAY - timedelta(days=1))["InvoiceID"]
        self.history.date_from = DAY
        self.find()
        self.assertFalse(self.row_in_xero(early))

    def test_an_order_is_of_the_day_of_the_buyer(self):
        self.env.user.tz = "Australia/Sydney"
        order = self.make_order(self.acme, lines=((3, 7.77),))
        order.user_id = self.env.user
        order.date_order = "2026-11-02 20:00:00"  # the 3rd in Sydney
        self.enter_order(order.name, order, Date=date(2026, 11, 3))
        self.find()
        self.assertEqual(self.link_of(order).state, "sent")

    def test_a_document_that_waits_or_is_stuck_is_adopted_instead_of_sent(self):
        invoice = self.make_move("out_invoice")
        self.env["xero.link"].sudo()._mark_pending(self.tenant, invoice)
        xero_id = self.enter_invoice(invoice.name)["InvoiceID"]
        self.find()
        self.assertEqual(self.link_of(invoice).xero_id, xero_id)
        self.assertEqual(self.writes(), [])

    def test_documents_of_another_tenant_are_not_touched(self):
        elsewhere = self.make_tenant(self.company, name="Second")
        journal = self.company_data["default_journal_sale"]
        journal.xero_tenant_id = elsewhere
        invoice = self.make_move("out_invoice")
        self.enter_invoice(invoice.name)
        self.find()
        self.assertFalse(self.link_of(invoice))
        self.assertFalse(self.row_of(invoice))

    # Faults: 29
    def test_hostile_texts_harm_nothing(self):
        self.make_partner("\u202eevil")
        invoice = self.make_move("out_invoice", ref="<script>alert(1)</script>\u202e🙂")
        self.books.enter_invoice(**self.body({
            "Type": "ACCREC", "InvoiceNumber": "🙂\u202e<b>", "Reference": "%s %(x)s; --",
        }))
        self.find()
        self.assertEqual(self.history.state, "done")
        rows = self.history.document_ids
        self.assertTrue(all(row.display_name and row.message for row in rows))
        self.assertEqual(self.row_of(invoice).result, "differs")


class TestGoingOn(XeroHistoryCase):

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(matching, "LARGEST_PAGE", 2))
        self.invoices = self.env["account.move"]
        for price in range(1, 8):
            invoice = self.make_move("out_invoice", price=price)
            self.enter_invoice(invoice.name, LineItems=self.body({}, price=price)["LineItems"])
            self.invoices |= invoice
        self.sim.journal.clear()

    # Faults: 40
    def test_pages_are_read_to_the_end(self):
        self.find()
        self.assertEqual(self.history.linked_count, 7)
        self.assertGreaterEqual(self.reads().count("Invoices"), 4)

    def test_a_limit_parks_the_search_and_it_goes_on_by_itself(self):
        self.sim.faults.add("limited", method="GET", path="/Invoices", nth=2, retry_after=30)
        self.find()
        self.assertEqual((self.history.state, self.history.offset), ("reading", 2))
        self.assertIn("goes on by itself", self.history.progress)
        self.assertTrue(self.tenant.cron_id.sudo().env["ir.cron.trigger"].search_count([
            ("cron_id", "=", self.tenant.cron_id.id),
            ("call_at", ">", fields.Datetime.now()),
        ]))
        read = self.reads().count("Invoices")
        self.run_engine()
        self.assertEqual(self.reads().count("Invoices"), read)
        self.move_time(minutes=2)
        self.run_engine()
        self.assertEqual((self.history.state, self.history.linked_count), ("done", 7))

    def test_what_is_too_much_for_one_answer_is_read_in_smaller_pages(self):
        self.enterContext(patch.object(matching, "LARGEST_PAGE", 4))
        self.enterContext(patch.object(matching, "SMALLEST_PAGE", 2))
        with patch.object(const, "ANSWER_BYTES", 4000):
            self.find()
        self.assertEqual(self.history.page_size, 2)
        self.assertEqual((self.history.state, self.history.linked_count), ("done", 7))

    def test_a_lost_answer_is_asked_for_again_later(self):
        self.sim.faults.add("error", method="GET", path="/Invoices", nth=2)
        self.find()
        self.assertEqual((self.history.state, self.history.failures), ("reading", 1))
        self.assertIn("could not be read", self.history.progress)
        self.move_time(minutes=3)
        self.run_engine()
        self.assertEqual((self.history.state, self.history.notice), ("done", False))
        self.assertEqual(self.history.linked_count, 7)

    def test_an_error_of_ours_stops_the_search_and_nothing_else(self):
        """What was read stays read; documents are sent meanwhile."""
        other = self.make_invoice()
        other.action_xero_push()
        with (
            patch.object(type(self.history), "_match", side_effect=ZeroDivisionError),
            mute_logger("odoo.addons.xero_connector.models.xero_tenant_history"),
        ):
            self.find()
        self.assertEqual(self.history.state, "matching")
        self.assertIn("server's log", self.history.progress)
        self.assertEqual(self.link_of(other).state, "sent")
        read = len(self.reads())
        self.run_engine()
        self.assertEqual(self.history.state, "matching")
        self.move_time(minutes=61)
        self.run_engine()
        self.assertEqual((self.history.state, self.history.linked_count), ("done", 7))
        self.assertEqual(len(self.reads()), read)

    def test_when_the_time_is_over_the_next_run_goes_on(self):
        self.enterContext(patch.object(xero_history_matching, "CHUNK", 3))
        tenant_class = type(self.tenant)
        self.history.action_find()
        for _run in range(20):
            with patch.object(tenant_class, "_commit_progress", return_value=0):
                self.tenant._adopt_history()
            if self.history.state == "done":
                break
        self.assertEqual(self.history.linked_count, 7)
        self.assertEqual(len(set(self.invoices.xero_link_ids.mapped("xero_id"))), 7)

    def test_searching_again_takes_what_is_new_and_keeps_decisions(self):
        first = self.enter_invoice("X-1", Date=DAY - timedelta(days=9))["InvoiceID"]
        second = self.enter_invoice("X-2", Date=DAY - timedelta(days=8))["InvoiceID"]
        alone = self.make_move("out_invoice", price=99)
        self.find()
        self.row_in_xero(first).action_ignore()
        self.row_of(alone).action_ignore()
        self.books.void(second)
        invoice = self.make_move("out_invoice", price=33)
        self.enter_invoice(invoice.name, LineItems=self.body({}, price=33)["LineItems"])
        links = self.invoices.xero_link_ids
        self.find()
        self.assertEqual(self.history.linked_count, 8)
        self.assertEqual(self.link_of(invoice).state, "sent")
        self.assertEqual(self.invoices.xero_link_ids, links)
        self.assertTrue(self.row_in_xero(first).ignored)
        self.assertTrue(self.row_of(alone).ignored)
        self.assertFalse(self.row_in_xero(second))
