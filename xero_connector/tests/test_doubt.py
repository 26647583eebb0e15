"""What must not be lost, repeated or go round in circles while a request is in doubt."""

import json
from datetime import date, timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, fields

from ..models import xero_recovery, xero_request, xero_transport
from ..models.xero_tables import XeroTables
from ..xero import errors
from .push_common import ORGANISATION, XeroPushCase


class DoubtCase(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner()
        self.push(self.partner)
        self.sim.journal.clear()

    def triggers(self):
        self.env.flush_all()
        return self.env["ir.cron.trigger"].sudo().search(
            [("cron_id", "=", self.tenant.cron_id.id)]
        )

    def open_requests(self):
        return self.env["xero.request"].sudo().search([("state", "!=", "done")])


class TestResend(DoubtCase):
    # Faults: 9
    def test_a_resend_that_did_not_leave_proves_nothing_of_the_first_send(self):
        """A lost answer, then a limit: the contact exists, and nobody may forget that."""
        partner = self.make_partner()
        self.sim.faults.add("drop", method="PUT", path="Contacts", executed=True)
        self.push(partner)
        self.assertEqual(partner.xero_state, "unknown")
        self.move_time(seconds=66)
        self.sim.faults.add("limited", method="PUT", path="Contacts", retry_after=500)
        self.run_engine()
        self.assertEqual(partner.xero_state, "unknown")
        self.assertEqual(self.open_requests().state, "unknown")
        self.assertEqual(self.link_of(partner).attempt, 1)
        self.move_time(minutes=20)
        self.run_engine()
        self.assertEqual(partner.xero_state, "sent", partner.xero_message)
        self.assertTrue(self.link_of(partner).adopted)
        self.assertEqual(self.writes(), [("Contacts", 1)])

    # Faults: 7
    def test_one_that_xero_cannot_cope_with_spoils_no_others_for_good(self):
        """Xero fails with every request that one of them is in. The others get there in smaller
        ones, and the one is tried ever more seldom, with a sentence."""
        bad = self.make_invoice(self.partner)
        good = self.env["account.move"].union(
            *(self.make_invoice(self.partner) for _number in range(9))
        )
        send = xero_transport.send

        def send_to_weak_xero(env, tenant, call, **options):
            if call.method == "PUT" and bad.name.encode() in call.body:
                raise errors.NoAnswer("no_answer", "HTTP 500")
            return send(env, tenant, call, **options)

        with patch.object(xero_transport, "send", send_to_weak_xero):
            self.push(bad | good)
            for _time in range(5):
                self.move_time(minutes=20)
                self.run_engine()
                self.run_engine()
            self.assertEqual(set(good.mapped("xero_state")), {"sent"})
            self.assertEqual(bad.xero_state, "pending")
            self.assertIn("an error of its own", bad.xero_message)
            self.assertGreater(
                self.link_of(bad).next_try_at, self.env.cr.now() + timedelta(minutes=30)
            )
        self.assertEqual(sum(count for _resource, count in self.writes()), 9)
        self.push(bad)
        self.assertEqual(bad.xero_state, "sent", bad.xero_message)

    # Faults: 16
    def test_disconnected_between_send_and_resend(self):
        partner = self.make_partner()
        self.sim.faults.add("drop", method="PUT", path="Contacts", executed=True)
        self.push(partner)
        self.move_time(seconds=66)
        self.sim.faults.add("forbidden", method="PUT", path="Contacts")
        self.run_engine()
        self.assertEqual(self.tenant.state, "disconnected")
        self.assertEqual(partner.xero_state, "unknown")
        self.connect(ORGANISATION)
        self.move_time(minutes=20)
        self.run_engine()
        self.assertEqual(partner.xero_state, "sent", partner.xero_message)
        self.assertEqual(self.writes(), [("Contacts", 1)])

    # Faults: 7
    def test_not_found_at_the_resend_proves_nothing_of_the_first_send(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        self.move_time(seconds=66)
        self.sim.faults.add("replace", method="PUT", path="Invoices", status=404)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "unknown")
        self.move_time(minutes=20)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.writes(), [("Invoices", 1)])

    def test_the_life_of_the_key_counts_from_before_the_socket_opened(self):
        """Xero may have had the key since then, however long its answer was waited for."""
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        send = xero_transport.send

        def send_slowly(*args, **options):
            self.move_time(seconds=50)
            return send(*args, **options)

        with patch.object(xero_transport, "send", send_slowly):
            self.push(invoice)
        request = self.open_requests()
        began = request.first_sent_at
        self.assertLess(began, fields.Datetime.now() - timedelta(seconds=48))
        self.assertEqual(request.next_try_at, began + timedelta(seconds=65))
        self.assertEqual(request.send_deadline, began + timedelta(seconds=270))

    def test_what_is_late_or_answered_is_not_sent(self):
        """Who comes to send a request that is over, or somebody else's, leaves it alone."""
        invoice = self.make_invoice(self.partner)
        with patch.object(xero_request.XeroRequest, "_transmit", autospec=True):
            self.push(invoice)
        request = self.open_requests()
        self.move_time(minutes=10)
        request._transmit()
        self.assertEqual((request.state, self.sim.journal.writes), ("sending", []))
        request.send_deadline = self.env.cr.now() + timedelta(seconds=9)
        for state in ("answered", "unknown", "quarantined", "done"):
            request.state = state
            request._transmit()
            self.assertEqual((request.state, self.sim.journal.writes), (state, []))
        request.state = "sending"
        request._transmit()
        self.assertEqual(self.writes(), [("Invoices", 1)])


class TestWaiting(DoubtCase):
    def test_documents_wait_for_a_contact_that_is_on_its_way(self):
        """The contact's request is out: its documents are neither sent without it nor blocked."""
        invoice = self.make_invoice(self.make_partner())
        invoice.action_xero_push()
        tenant = self.tenant.with_user(SUPERUSER_ID)
        tables = XeroTables(tenant)
        contacts = tenant._next_request(tables)
        self.assertEqual(contacts.resource, "Contacts")
        tables.on_their_way = contacts.ids
        self.assertFalse(tenant._next_request(tables))
        link = self.link_of(invoice)
        self.assertEqual((link.state, link.next_try_at, link.message), ("pending", False, False))

    def test_documents_of_a_contact_in_doubt_wait_in_the_future(self):
        """A resend that is due by now must not make its documents runnable by now."""
        partner = self.make_partner()
        self.sim.faults.add("drop", method="PUT", path="Contacts", executed=True)
        self.push(partner)
        invoice = self.make_invoice(partner)
        invoice.action_xero_push()
        request = self.open_requests()
        request.next_try_at = self.env.cr.now() - timedelta(seconds=1)
        claims = []
        claim = type(self.tenant)._claim

        def count(tenant, *args, **options):
            claims.append(args)
            self.assertLess(len(claims), 20, "The run goes round in circles.")
            return claim(tenant, *args, **options)

        with (
            patch.object(type(self.tenant), "_claim", count),
            patch.object(type(request), "_settle_open", lambda *_args: None),
        ):
            self.run_engine()
        self.assertEqual(invoice.xero_state, "pending")
        self.assertGreater(self.link_of(invoice).next_try_at, self.env.cr.now())

    # Faults: 9
    def test_a_paused_tenant_sleeps_until_the_pause_is_over(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        until = fields.Datetime.add(self.env.cr.now(), minutes=30)
        self.tenant.sudo().budget_id.write({"paused_until": until, "pause_reason": "day"})
        self.move_time(seconds=100)
        self.triggers().unlink()
        self.run_engine()
        self.assertTrue(self.triggers())
        for trigger in self.triggers():
            self.assertGreaterEqual(
                trigger.call_at, self.tenant.sudo().budget_id.paused_until - timedelta(minutes=1)
            )

    # Faults: 8
    def test_a_look_up_that_failed_rests(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        self.move_time(minutes=16)
        self.sim.faults.add("error", method="GET", path="Invoices", status=503)
        self.sim.journal.clear()
        self.run_engine()
        self.run_engine()
        self.assertEqual(len(self.sim.journal), 1, "The look-up was repeated before its time.")
        self.move_time(minutes=5)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    def test_who_waits_is_told_nothing_before_there_is_something_to_tell(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=False)
        self.push(invoice)
        self.move_time(minutes=16)
        with patch.object(type(self.env.user), "_bus_send", autospec=True) as bus_send:
            self.run_engine()
        told = [call.args[2] for call in bus_send.call_args_list
                if call.args[1] == "xero_connector.outcome"]
        self.assertEqual([(outcome["sent"], outcome["failed"]) for outcome in told], [(1, 0)])


class TestFound(DoubtCase):
    def test_a_document_of_another_day_is_not_ours(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        member = self.open_requests().members[0]
        with patch.object(
            xero_recovery.parse, "invoices", side_effect=lambda body: [
                row.__class__(**{**_values(row), "date": date(2020, 1, 1)})
                for row in _invoices(body)
            ],
        ):
            self.move_time(minutes=16)
            self.run_engine()
        self.assertEqual(member["date"], "2026-11-02")
        self.assertEqual(invoice.xero_state, "attention")

    def test_what_another_record_is_linked_to_is_not_adopted(self):
        invoice, other = self.make_invoice(self.partner), self.make_invoice(self.partner)
        self.push(other)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        self.link_of(other).xero_id = self.held("Invoices")[invoice.name]["InvoiceID"]
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention")
        self.assertFalse(self.link_of(invoice).xero_id)

    # Faults: 26
    def test_an_id_that_another_record_has_stops_only_its_own(self):
        """Xero answers with a record that is linked already: one link asks for a person, and the
        tenant goes on."""
        first, second = self.make_partner("One"), self.make_partner("Two")
        self.push(first)
        taken = self.link_of(first).xero_id

        def same(response):
            own = self.held("Contacts")
            new = own[self.link_of(second).xero_number]["ContactID"]
            response.body = response.body.replace(new.encode(), taken.encode())
            return response

        self.sim.faults.add("edit", method="PUT", path="Contacts", function=same)
        self.push(second)
        self.assertEqual(second.xero_state, "attention")
        self.assertIn("One", second.xero_message)
        self.assertFalse(self.open_requests())

    # Faults: 44
    def test_an_answer_without_totals_is_in_doubt(self):
        """It proves nothing, and must not stop the tenant."""
        def forget(response):
            answer = json.loads(response.body)
            for row in answer["Invoices"]:
                row.pop("Total")
            response.body = json.dumps(answer).encode()
            return response

        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("edit", method="PUT", path="Invoices", function=forget)
        self.sim.faults.add("edit", method="GET", path="Invoices", function=forget)
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "unknown")
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention")
        self.assertEqual(self.writes(), [("Invoices", 1)])


_invoices = xero_recovery.parse.invoices


def _values(row):
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
