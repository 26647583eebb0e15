"""What changes in Xero is seen, once, whatever repeats or moves; and nothing is sent for it."""

import re
from datetime import timedelta
from unittest.mock import patch

from odoo import sql_db
from odoo.tools import mute_logger

from ..models import xero_poll, xero_pull
from ..xero import errors
from ..xero.seen import SeenDocument
from .push_common import ORGANISATION, XeroPushCase

WRITES = re.compile(r"\s*(UPDATE|INSERT|DELETE)", re.IGNORECASE)
OURS = re.compile(r"\b(xero_link|account_move|account_move_line)\b")

LOGGER = "odoo.addons.xero_connector.models.xero_pull"


class PullCase(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.organisation = self.sim.organisation(ORGANISATION)

    def poll(self, *resources):
        """Let time pass, let the polls of some kinds be due, and run the tenant."""
        self.move_time(seconds=30)
        for resource in resources or ("Invoices", "CreditNotes", "PurchaseOrders"):
            self.env["xero.poll"].sudo()._make_due(self.tenant, resource)
        self.env.flush_all()
        self.sim.journal.clear()
        self.run_engine()

    def sent_invoice(self, **values):
        invoice = self.make_invoice(**values)
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.poll()
        return invoice

    def guid(self, record):
        return self.link_of(record).xero_id

    def figures(self, record):
        link = self.link_of(record)
        return link.xero_status, link.xero_paid, link.xero_credited, link.xero_due


class TestStatuses(PullCase):
    def test_the_life_of_an_invoice(self):
        """Approved, paid in parts, paid, and the last payment taken back."""
        invoice = self.sent_invoice()
        total = invoice.amount_total
        rest = round(total - 40, 2)
        self.assertEqual(self.figures(invoice), ("DRAFT", 0, 0, total))
        self.organisation.approve(self.guid(invoice))
        self.poll()
        self.assertEqual(self.figures(invoice), ("AUTHORISED", 0, 0, total))
        self.organisation.pay(self.guid(invoice), "40")
        self.poll()
        self.assertEqual(self.figures(invoice), ("AUTHORISED", 40, 0, rest))
        last = self.organisation.pay(self.guid(invoice), str(rest))
        self.poll()
        self.assertEqual(self.figures(invoice), ("PAID", total, 0, 0))
        self.organisation.unpay(last["PaymentID"])
        self.poll()
        self.assertEqual(self.figures(invoice), ("AUTHORISED", 40, 0, rest))
        self.assertEqual(invoice.xero_state, "sent")
        self.assertTrue(self.link_of(invoice).seen_at)
        self.assertFalse(self.sim.journal.writes)

    def test_credit_notes_and_orders(self):
        invoice, order = self.sent_invoice(), self.make_order()
        note = self.make_move("out_refund", partner=invoice.partner_id, lines=((1, 30.0),))
        self.push(order)
        self.push(note)
        for record in (invoice, note, order):
            self.organisation.approve(self.guid(record))
        self.organisation.allocate(self.guid(note), self.guid(invoice), str(note.amount_total))
        self.organisation.bill(self.guid(order))
        self.poll()
        credited = note.amount_total
        self.assertEqual(
            self.figures(invoice),
            ("AUTHORISED", 0, credited, round(invoice.amount_total - credited, 2)),
        )
        self.assertEqual(self.figures(note)[0::3], ("PAID", 0))
        self.assertEqual(self.figures(order)[0], "BILLED")

    # Faults: 24
    def test_our_own_writing_is_no_news(self):
        """One call per kind, and no statement that writes on a link."""
        invoice = self.make_invoice()
        self.push(invoice)
        link = self.link_of(invoice)
        before = link.write_date, link.xero_updated_at
        self.poll()
        self.assertEqual(len(self.calls("GET")), 3)
        self.assertEqual((link.write_date, link.xero_updated_at), before)
        self.assertFalse(link.seen_at)

    def test_our_own_writing_makes_no_statement_write(self):
        """Neither on links nor on documents."""
        invoice = self.make_invoice()
        self.push(invoice)
        execute, written = sql_db.Cursor.execute, []

        def spy(cr, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if WRITES.match(text) and "::interval" not in text:  # the passing of time
                written.append(text)
            return execute(cr, query, *args, **kwargs)

        with patch.object(sql_db.Cursor, "execute", spy):
            self.poll("Invoices")
            self.assertFalse([text for text in written if OURS.search(text)])
            self.organisation.approve(self.guid(invoice))
            self.poll("Invoices")
            found = [text for text in written if OURS.search(text)]
        self.assertEqual(len(found), 1, "news is one statement")

    def test_a_currency_that_nobody_knows_stops_nothing(self):
        """It is an edit that a person decides on; other rows of the page are taken in."""
        odd, other = self.sent_invoice(), self.sent_invoice()
        row = self.organisation.invoices[self.guid(odd)]
        self.organisation.invoices.save(
            {**row, "CurrencyCode": "XXQ", "UpdatedDateUTC": self.sim.clock.now()}
        )
        self.organisation.approve(self.guid(other))
        self.poll()
        self.assertEqual(self.figures(other)[0], "AUTHORISED")
        self.assertEqual((odd.xero_state, self.link_of(odd).obstacle), ("attention", "edited"))

    # Faults: 40
    def test_nothing_new(self):
        """A turn costs one call a kind, answered with a list or with 304."""
        self.sent_invoice()
        for status in (200, 304):
            self.organisation.empty_delta_status = status
            self.poll()
            self.assertEqual(len(self.calls("GET")), 3)

    def test_open_forms_are_told(self):
        invoice = self.sent_invoice()
        self.organisation.approve(self.guid(invoice))
        with patch.object(type(self.env["bus.bus"]), "_sendone") as told:
            self.poll()
        channel, _kind, message = told.call_args.args
        self.assertEqual(channel, "xero_connector.seen")
        self.assertEqual(
            message, {"model": "account.move", "res_ids": invoice.ids, "quiet": True}
        )

    def test_what_is_older_than_what_is_known_changes_nothing(self):
        """Pages, looks and answers may overtake each other."""
        invoice = self.sent_invoice()
        element = self.organisation.invoices[self.guid(invoice)]
        self.organisation.approve(self.guid(invoice))
        self.poll()
        known = self.link_of(invoice).xero_updated_at
        old = SeenDocument(
            "Invoices", self.guid(invoice), status=element["Status"], element=element,
            updated_at=known - timedelta(seconds=1),
        )
        self.assertEqual(old.status, "DRAFT")
        self.assertFalse(self.tenant.sudo()._take_in([old]))
        self.assertEqual(self.figures(invoice)[0], "AUTHORISED")

    # Faults: 44
    def test_an_unknown_status_is_shown_as_it_is(self):
        invoice = self.sent_invoice()
        row = self.organisation.invoices[self.guid(invoice)]
        self.organisation.invoices.save(
            {**row, "Status": "PONDERED", "UpdatedDateUTC": self.sim.clock.now()}
        )
        self.poll()
        self.assertEqual(self.link_of(invoice).xero_status, "PONDERED")


class TestEditedInXero(PullCase):
    def test_edited(self):
        """Shown with both values; the next send overwrites nothing by itself."""
        invoice = self.sent_invoice()
        self.organisation.edit(self.guid(invoice), Reference="Their words")
        self.poll()
        link = self.link_of(invoice)
        self.assertEqual((link.state, link.obstacle), ("attention", "edited"))
        self.assertEqual(
            [(row["field"], row["xero"]) for row in link.differences],
            [("reference", "Their words")],
        )
        self.assertIn("A person has changed", invoice.xero_message)
        self.poll()
        self.assertFalse(self.sim.journal.writes)

    def test_left_as_it_is_stays_left(self):
        invoice = self.sent_invoice()
        self.organisation.edit(self.guid(invoice), Reference="Their words")
        self.poll()
        invoice.action_xero_leave()
        self.assertEqual(invoice.xero_state, "sent")
        self.organisation.approve(self.guid(invoice))
        self.poll()
        self.assertEqual((invoice.xero_state, self.figures(invoice)[0]), ("sent", "AUTHORISED"))
        self.organisation.edit(self.guid(invoice), DueDate="2027-01-01")
        self.poll()
        self.assertEqual(invoice.xero_state, "attention")

    def test_overwritten_when_a_person_says_so(self):
        invoice = self.sent_invoice()
        reference = self.organisation.invoices[self.guid(invoice)]["Reference"]
        self.organisation.edit(self.guid(invoice), Reference="Their words")
        self.poll()
        invoice.action_xero_overwrite()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(
            self.organisation.invoices[self.guid(invoice)]["Reference"], reference
        )
        self.poll()
        self.assertEqual(invoice.xero_state, "sent")

    # Faults: 40
    def test_removed(self):
        invoice = self.sent_invoice()
        self.organisation.delete(self.guid(invoice))
        self.poll()
        link = self.link_of(invoice)
        self.assertEqual(
            (link.state, link.obstacle, link.xero_status), ("attention", "gone", "DELETED")
        )
        self.assertIn("was deleted in Xero", invoice.xero_message)

    def test_what_odoo_removed_is_no_surprise(self):
        invoice = self.sent_invoice()
        invoice.button_draft()
        invoice.button_cancel()
        self.run_engine()
        self.assertEqual(self.link_of(invoice).xero_status, "DELETED")
        self.poll()
        self.assertEqual(invoice.xero_state, "sent")

    def test_what_is_being_sent_is_left_alone(self):
        invoice = self.sent_invoice()
        self.organisation.approve(self.guid(invoice))
        self.link_of(invoice).state = "unknown"
        self.poll()
        self.assertEqual(self.figures(invoice)[0], "DRAFT")


class TestPaging(PullCase):
    def setUp(self):
        super().setUp()
        pages = patch.object(xero_pull, "PAGE_SIZE", 3)
        pages.start()
        self.addCleanup(pages.stop)
        self.invoices = self.env["account.move"].union(*(self.make_invoice() for _ in range(7)))
        self.push(self.invoices)
        self.poll()

    def approve_all(self):
        for invoice in self.invoices:
            self.sim.clock.advance(2)
            self.organisation.approve(self.guid(invoice))

    def statuses(self):
        return {self.figures(invoice)[0] for invoice in self.invoices}

    # Faults: 40
    def test_many_changes(self):
        self.approve_all()
        self.poll("Invoices")
        self.assertEqual(self.statuses(), {"AUTHORISED"})
        self.assertTrue(all(call.query["page"] == "1" for call in self.calls("GET", "Invoices")))

    def test_once_a_week_all_that_is_open_is_read(self):
        """Some edits leave no trace in what changed: a due date of a part-paid invoice."""
        self.approve_all()
        invoice = self.invoices[0]
        self.organisation.pay(self.guid(invoice), "10")
        self.sim.clock.advance(5)
        self.organisation.pay(self.guid(self.invoices[1]), str(self.invoices[1].amount_total))
        self.poll("Invoices")
        row = self.organisation.invoices[self.guid(invoice)]
        self.organisation.invoices.save({**row, "DueDate": row["DueDate"] + timedelta(days=9)})
        self.poll("Invoices")
        self.assertEqual(invoice.xero_state, "sent")
        with patch.object(xero_pull, "OPEN_PAGE_SIZE", 3):
            self.poll("OpenInvoices")
        self.assertEqual((invoice.xero_state, self.link_of(invoice).obstacle),
                         ("attention", "edited"))
        self.assertEqual((self.invoices - invoice).mapped("xero_state"), ["sent"] * 6)
        self.assertGreater(len(self.calls("GET", "Invoices")), 2, "page by page")
        poll = self.env["xero.poll"].search([("resource", "=", "OpenInvoices")])
        self.assertEqual(poll.since, xero_poll.BEGINNING)
        self.assertGreater(poll.next_at, self.env.cr.now() + timedelta(days=6))
        self.poll("OpenInvoices")
        self.assertEqual(len(self.calls("GET")), 1, "a thousand rows in one call")

    # Faults: 40
    def test_all_in_one_second(self):
        for invoice in self.invoices:
            self.organisation.approve(self.guid(invoice))
        moment = self.sim.clock.now().replace(microsecond=0)
        for row in list(self.organisation.invoices.values()):
            self.organisation.invoices.save({**row, "UpdatedDateUTC": moment})
        self.poll("Invoices")
        self.assertEqual(self.statuses(), {"AUTHORISED"})

    def test_how_far_it_was_read_is_told_by_xero_s_clock(self):
        """Ours may be ahead of it: what changes in between must be read next time."""
        self.approve_all()
        self.poll("Invoices")
        last = max(self.link_of(invoice).xero_updated_at for invoice in self.invoices)
        poll = self.env["xero.poll"].search([("resource", "=", "Invoices")])
        self.assertEqual(poll.since, last.replace(microsecond=0) - timedelta(seconds=1))

    # Faults: 40
    def test_a_run_that_breaks_off_goes_on(self):
        """What was taken in stays, and the next run begins behind it."""
        self.approve_all()
        since = self.env["xero.poll"].search([("resource", "=", "Invoices")]).since
        read, calls = type(self.tenant)._get_from_xero, []

        def read_one_page(tenant, path, params=None, since=None):
            calls.append(path)
            if len(calls) > 1:
                raise errors.NoAnswer("no_answer", "HTTP 503")
            return read(tenant, path, params, since)

        with mute_logger(LOGGER), patch.object(
            type(self.tenant), "_get_from_xero", read_one_page
        ):
            self.poll("Invoices")
        poll = self.env["xero.poll"].search([("resource", "=", "Invoices")])
        self.assertGreater(poll.since, since)
        self.assertEqual(self.statuses(), {"AUTHORISED", "DRAFT"})
        self.poll("Invoices")
        self.assertEqual(self.statuses(), {"AUTHORISED"})


class TestSchedule(PullCase):
    def test_a_second_that_is_long_over_is_not_read_again(self):
        """Hundreds may have changed in it; while it may not be over, it is."""
        invoice = self.sent_invoice()
        self.sim.clock.advance(60)
        self.organisation.approve(self.guid(invoice))
        updated = self.organisation.invoices[self.guid(invoice)]["UpdatedDateUTC"]
        updated = updated.replace(microsecond=0, tzinfo=None)
        poll = self.env["xero.poll"].sudo().search([
            ("tenant_id", "=", self.tenant.id), ("resource", "=", "Invoices"),
        ])
        for minutes_ago, expected in ((15, updated - timedelta(seconds=1)),
                                      (1, updated - timedelta(seconds=1)), (15, updated)):
            poll.polled_at = self.env.cr.now() - timedelta(minutes=minutes_ago)
            self.poll("Invoices")
            self.assertEqual(poll.since, expected)
        self.assertEqual(self.figures(invoice)[0], "AUTHORISED")

    def test_a_quiet_day(self):
        """Under 300 calls, whatever the scheduler's rhythm."""
        self.sent_invoice()
        self.sim.journal.clear()
        calls = 0
        for _run in range(12 * 24):
            self.env.cr.execute("UPDATE xero_poll SET next_at = next_at - interval '5 minutes'")
            self.env.invalidate_all()
            due = self.env["xero.poll"].sudo()._due(self.tenant)
            calls += sum({"Settings": 6}.get(poll.resource, 1) for poll in due)
            due._put_off()
        self.assertGreaterEqual(calls, 200)
        self.assertLess(calls, 300)

    def test_settings_and_items_and_contacts(self):
        """Each kind is read by its own call or calls."""
        self.poll("Settings", "Items", "Contacts", "Payments")
        resources = [call.path.rpartition("/")[2] for call in self.calls("GET")]
        self.assertEqual(sorted(resources), sorted([
            "Organisation", "Accounts", "TaxRates", "Currencies", "TrackingCategories",
            "BrandingThemes", "Contacts",
        ]))
        later = self.env.cr.now() + timedelta(minutes=1)
        self.assertTrue(all(poll.next_at > later for poll in self.env["xero.poll"].search([
            ("tenant_id", "=", self.tenant.id)
        ])))

    # Faults: 10
    def test_documents_leave_calls_for_statuses(self):
        invoice = self.sent_invoice()
        self.organisation.approve(self.guid(invoice))
        self.sim.limits.use("CLIENT-OF-THE-TESTS", self.tenant.organisation_id, day=1000 - 50)
        self.tenant.sudo().budget_id.day = 50
        waits = self.make_invoice()
        waits.action_xero_push()
        self.poll("Invoices")
        self.assertEqual(self.figures(invoice)[0], "AUTHORISED")
        self.assertEqual(waits.xero_state, "pending")

    def test_a_merged_contact_is_followed(self):
        invoice = self.sent_invoice()
        other = self.organisation.enter_contact(Name="The Other One")
        self.sim.clock.advance(5)
        self.organisation.merge_contacts(self.guid(invoice.partner_id), other["ContactID"])
        self.poll("Contacts")
        self.assertEqual(self.guid(invoice.partner_id), other["ContactID"])
        self.assertFalse(self.sim.journal.writes)

    @mute_logger(LOGGER)
    def test_an_error_puts_a_kind_off_and_nothing_else(self):
        invoice = self.sent_invoice()
        self.organisation.approve(self.guid(invoice))
        with patch.object(type(self.tenant), "_pull_contacts", side_effect=ValueError):
            self.poll("Contacts", "Invoices")
        self.assertEqual(self.figures(invoice)[0], "AUTHORISED")
        self.assertEqual(len(self.env["xero.poll"]._due(self.tenant)), 0)


class TestLookAt(PullCase):
    def test_by_ids(self):
        """Forty invoices a call; a note is a call of its own."""
        invoices = self.env["account.move"].union(*(self.make_invoice() for _ in range(3)))
        note = self.make_move("out_refund")
        self.push(invoices | note)
        self.poll()
        for record in invoices | note:
            self.organisation.approve(self.guid(record))
        self.sim.journal.clear()
        guids = [self.guid(invoice).upper() for invoice in invoices]
        self.tenant.sudo()._look_at("Invoices", guids)
        self.tenant.sudo()._look_at("CreditNotes", [self.guid(note)])
        self.assertEqual(len(self.calls("GET")), 2)
        self.assertEqual(
            {self.figures(record)[0] for record in invoices | note}, {"AUTHORISED"}
        )

    def test_many_are_left_to_the_poll(self):
        self.sim.journal.clear()
        guids = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(100)]
        self.tenant.sudo()._look_at("Invoices", guids)
        self.assertFalse(self.calls("GET"))
        self.assertIn("Invoices", self.env["xero.poll"]._due(self.tenant).mapped("resource"))
