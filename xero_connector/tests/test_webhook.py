"""The webhook's address over real HTTP: what is signed is stored once, everything else is a 401
without a trace; and the tenant's run fetches what it tells of, in few calls."""

import gzip
import http.client
import json
import random
import uuid
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import HttpCase, tagged
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME
from odoo.tools import mute_logger

from ..models import xero_hearing
from ..models.xero_app import webhook_keys
from .push_common import ORGANISATION
from .test_pull import PullCase
from .xero_case import XeroWorld

KEY = "webhook-key-of-the-tests"
HTTP_LOGGERS = ("werkzeug", "odoo.http", "odoo.addons.base.models.ir_http")


def signature(body, key=KEY):
    from xero_simulator.webhooks import Webhooks

    return Webhooks.sign(body, key)


def delivery(*events):
    return json.dumps({"events": list(events), "entropy": "X"}).encode()


@tagged("post_install", "-at_install")
class TestRoute(XeroWorld, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_world(f"http://localhost:{cls.http_port()}")

    def setUp(self):
        super().setUp()
        self.connect()
        self.app.webhook_key = KEY
        self.env.flush_all()
        self.path = f"/xero/webhook/{self.app.id}"

    def event(self, **values):
        return {
            "resourceId": "bd2270c3-8706-4c11-9cfb-000b551c3f51",
            "tenantId": self.tenant.organisation_id,
            "eventCategory": "INVOICE",
            "eventType": "UPDATE",
            "eventDateUtc": "2026-11-23T10:00:01.234",
            **values,
        }

    def post(self, body, headers=None, path=None, method="POST"):
        """One request as it is: (status, body, whether a cookie came)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port(), timeout=20)
        with self.allow_requests():
            key = self.opener.cookies[TEST_CURSOR_COOKIE_NAME]  # else the server of tests is deaf
            try:
                connection.request(method, path or self.path, body, {
                    "Content-Type": "application/json",
                    "Cookie": f"{TEST_CURSOR_COOKIE_NAME}={key}",
                    **(headers or {}),
                })
                answer = connection.getresponse()
                return answer.status, answer.read(), answer.getheader("Set-Cookie")
            finally:
                connection.close()

    def deliver(self, *events, key=KEY):
        body = delivery(*events)
        return self.post(body, {"x-xero-signature": signature(body, key)})

    def events(self):
        self.env.invalidate_all()
        return self.env["xero.event"].search([("app_id", "=", self.app.id)])

    # Faults: 20
    def test_stored_raw_and_once(self):
        """Repeated, replayed, and beside others."""
        first, second = self.event(), self.event(eventCategory="CREDITNOTE")
        self.assertEqual(self.deliver(first, first), (200, b"", None))
        self.assertEqual(self.deliver(first, second), (200, b"", None))
        events = self.events()
        self.assertEqual(sorted(events.mapped("category")), ["CREDITNOTE", "INVOICE"])
        self.assertEqual(set(events.mapped("state")), {"new"})
        self.assertEqual(events.tenant_id, self.tenant)
        self.assertTrue(self.env["ir.cron.trigger"].search([
            ("cron_id", "=", self.tenant.cron_id.id)
        ]))

    def test_a_collision_is_no_refusal(self):
        """Two hosts hear of one event at once: Odoo runs the request again, with the same bytes."""
        events = type(self.env["xero.event"])
        receive = events._receive
        bodies = []

        def collide_first(self, app_id, body, signature):
            bodies.append(body)
            if len(bodies) == 1:
                raise ConcurrencyError("somebody else stored it")
            return receive(self, app_id, body, signature)

        with patch.object(events, "_receive", collide_first), patch(
            "odoo.service.model.time.sleep"
        ):
            status, _body, _cookie = self.deliver(self.event())
        self.assertEqual(status, 200)
        self.assertEqual(len(bodies), 2)
        self.assertEqual(bodies[0], bodies[1])
        self.assertEqual(len(self.events()), 1)

    def test_unknown_organisations_are_dropped(self):
        other = self.event(tenantId="11111111-2222-4333-8444-555555555555")
        self.assertEqual(self.deliver(other), (200, b"", None))
        self.assertFalse(self.events())
        self.tenant.sudo().state = "disconnected"
        self.env.flush_all()
        self.assertEqual(self.deliver(self.event()), (200, b"", None))
        self.assertFalse(self.events())

    def test_the_check_of_xero(self):
        """Good and bad signatures on an empty list; the form says that it was passed."""
        self.assertIn("Nothing has arrived yet", self.app.webhook_step)
        self.assertEqual(self.deliver(key="another"), (401, b"", None))
        self.env.invalidate_all()
        self.assertFalse(self.app.webhook_checked_at)
        self.assertEqual(self.deliver(), (200, b"", None))
        self.env.invalidate_all()
        self.assertTrue(self.app.webhook_checked_at)
        self.assertIn("Webhooks arrive", self.app.webhook_step)

    # Faults: 22
    def test_two_keys_for_a_day(self):
        self.app.webhook_key = "the-new-key"
        self.env.flush_all()
        self.assertEqual(self.deliver(self.event(), key="the-new-key")[0], 200)
        self.assertEqual(self.deliver(self.event(), key=KEY)[0], 200)
        self.app.sudo().former_key_until -= timedelta(days=2)
        self.env.flush_all()
        self.assertEqual(self.deliver(self.event(), key=KEY)[0], 401)
        self.assertEqual(webhook_keys(self.app), ["the-new-key"])

    @mute_logger(*HTTP_LOGGERS)
    # Faults: 22
    def test_everything_else_is_refused_without_a_trace(self):
        body = delivery(self.event())
        good = signature(body)
        refused = [
            (body, {}),
            (body, {"x-xero-signature": ""}),
            (body, {"x-xero-signature": good[:-2]}),
            (body, {"x-xero-signature": b"\xe9\xff\x00".decode("latin-1").replace("\x00", "")}),
            (body + b" ", {"x-xero-signature": good}),
            (b"", {"x-xero-signature": good}),
            (body, {"x-xero-signature": good, "Content-Type": "application/x-www-form-urlencoded"}),
            (body, {"x-xero-signature": signature(body, "")}),
        ]
        for body, headers in refused:
            with self.subTest(headers=headers):
                status, answer, cookie = self.post(body, headers)
                self.assertIn(status, (400, 401, 415))
                self.assertFalse(cookie)
        self.assertFalse(self.events())

    @mute_logger(*HTTP_LOGGERS, "odoo.service.model", "odoo.sql_db")
    # Faults: 20
    def test_a_delivery_that_odoo_begins_anew(self):
        """Two of the same at once: PostgreSQL stops one, Odoo repeats it, and the body that was
        read from the line must be there still. A 401 would switch webhooks off at Xero."""
        receive, turns = type(self.env["xero.event"])._receive, []

        def stopped_once(events, *arguments):
            turns.append(arguments)
            if len(turns) == 1:
                events.env.cr.execute("DO 'BEGIN RAISE SQLSTATE ''40001''; END'")
            return receive(events, *arguments)

        with patch.object(type(self.env["xero.event"]), "_receive", stopped_once):
            self.assertEqual(self.deliver(self.event()), (200, b"", None))
        self.assertEqual(turns[0], turns[1])
        self.assertEqual(len(self.events()), 1)

    @mute_logger(*HTTP_LOGGERS)
    # Faults: 22
    def test_compressed_and_in_pieces(self):
        """Compressed bodies are not opened; what comes in pieces is refused or read, never 500."""
        body = delivery(self.event())
        packed = gzip.compress(body)
        status, answer, cookie = self.post(
            packed, {"x-xero-signature": signature(body), "Content-Encoding": "gzip"}
        )
        self.assertEqual((status, answer, cookie), (401, b"", None))
        pieces = (body[start : start + 7] for start in range(0, len(body), 7))
        status, _answer, cookie = self.post(
            pieces, {"x-xero-signature": signature(b"another"), "Transfer-Encoding": "chunked"}
        )
        self.assertIn(status, (400, 401, 411))
        self.assertFalse(cookie)
        self.assertFalse(self.events())

    @mute_logger(*HTTP_LOGGERS)
    # Faults: 22
    def test_other_addresses_and_methods(self):
        body = delivery(self.event())
        headers = {"x-xero-signature": signature(body)}
        for app_id in (0, self.app.id + 1000, 2**31, 10**30):
            self.assertEqual(
                self.post(body, headers, f"/xero/webhook/{app_id}")[0], 401, app_id
            )
        for method in ("GET", "PUT", "DELETE"):
            status, _body, cookie = self.post(None, headers, method=method)
            self.assertEqual((status, cookie), (405, None))
        self.assertFalse(self.events())

    @mute_logger(*HTTP_LOGGERS)
    # Faults: 22
    def test_without_a_key_nothing_is_believed(self):
        self.app.sudo().webhook_key_sealed = False
        self.env.flush_all()
        body = delivery(self.event())
        self.assertEqual(self.post(body, {"x-xero-signature": signature(body, "")})[0], 401)
        self.app.sudo().webhook_key_sealed = "cannot be opened"
        self.env.flush_all()
        self.assertEqual(self.post(body, {"x-xero-signature": signature(body)})[0], 401)

    @mute_logger(*HTTP_LOGGERS)
    # Faults: 22
    def test_oversized(self):
        body = b"x" * (2 * 1024 * 1024)
        try:
            status, _answer, _cookie = self.post(body, {"x-xero-signature": signature(body)})
        except (BrokenPipeError, ConnectionResetError):
            return  # the server did not even read it
        self.assertEqual(status, 413)

    @mute_logger(*HTTP_LOGGERS, "odoo.addons.xero_connector.models.xero_event")
    # Faults: 22
    def test_signed_nonsense_is_taken_and_dropped(self):
        for body in (b"[]", b"{}", b"\xff\xfe", b'{"events": [{"tenantId": 5}]}', b"null"):
            self.assertEqual(
                self.post(body, {"x-xero-signature": signature(body)}), (200, b"", None)
            )
        self.assertFalse(self.events())

    @mute_logger(*HTTP_LOGGERS, "odoo.addons.xero_connector.models.xero_event")
    # Faults: 22
    def test_whatever_comes(self):
        """Bytes, headers and encodings by lot: no 500, no cookie, no row."""
        lot = random.Random(26)
        for _turn in range(60):
            body = bytes(lot.randrange(256) for _byte in range(lot.randrange(200)))
            headers = {
                "x-xero-signature": lot.choice(["", "x" * 44, "=" * 3000, signature(body, "no")]),
                "Content-Type": lot.choice([
                    "application/json", "text/xml", "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=x", "application/json; charset=utf-16", "",
                ]),
                "Content-Encoding": lot.choice(["", "gzip", "br"]),
            }
            status, _answer, cookie = self.post(body, headers)
            self.assertLess(status, 500, (body, headers))
            self.assertNotEqual(status, 200, (body, headers))
            self.assertFalse(cookie)
        self.assertFalse(self.events())


class TestHearing(PullCase):
    def setUp(self):
        super().setUp()
        self.app.webhook_key = KEY

    def tell(self, *events):
        """Let the simulator's events arrive: (category, GUID) or rows."""
        body = delivery(*(
            event if isinstance(event, dict) else self.row(*event) for event in events
        ))
        self.assertTrue(
            self.env["xero.event"].sudo()._receive(self.app.id, body, signature(body))
        )

    def row(self, category, guid, seconds=0):
        moment = self.sim.clock.now() + timedelta(seconds=seconds)
        return {
            "resourceId": guid, "tenantId": self.tenant.organisation_id,
            "eventCategory": category, "eventType": "UPDATE",
            "eventDateUtc": moment.strftime("%Y-%m-%dT%H:%M:%S.000"),
        }

    def hear(self, *events):
        self.move_time(seconds=30)
        self.env.cr.execute("UPDATE xero_tenant SET heard_at = NULL")
        self.env.cr.execute("UPDATE xero_tenant SET connected_at = connected_at - interval '1 day'")
        self.env.invalidate_all()
        self.tell(*events)
        self.sim.journal.clear()
        self.run_engine()

    def test_a_second_change_within_the_second_that_was_looked_at(self):
        """Moments are kept in whole seconds: an invoice approved and paid in one is paid."""
        invoice = self.sent_invoice()
        guid = self.guid(invoice)
        self.sim.clock.advance(60)
        updated = self.organisation.approve(guid)["UpdatedDateUTC"]
        first = {**self.row("INVOICE", guid), "eventDateUtc": f"{updated:%Y-%m-%dT%H:%M:%S}.100"}
        self.hear(first)
        self.assertEqual(self.figures(invoice)[0], "AUTHORISED")
        self.organisation.pay(guid, str(invoice.amount_total))
        paid = self.organisation.invoices[guid]
        self.organisation.invoices.save({**paid, "UpdatedDateUTC": updated})
        self.hear({**first, "eventDateUtc": f"{updated:%Y-%m-%dT%H:%M:%S}.900"})
        self.assertEqual(self.figures(invoice)[0], "PAID")

    # Faults: 20
    def test_many_in_one_call_and_each_once(self):
        invoices = self.env["account.move"].union(*(self.make_invoice() for _ in range(3)))
        self.push(invoices)
        self.sim.clock.advance(60)
        for invoice in invoices:
            self.organisation.approve(self.guid(invoice))
        told = [self.row("INVOICE", self.guid(invoice)) for invoice in invoices]
        again = [self.row("INVOICE", self.guid(invoice), 1) for invoice in invoices]
        self.hear(*told, *again)
        self.assertEqual(len(self.calls("GET")), 1)
        self.assertEqual({self.figures(invoice)[0] for invoice in invoices}, {"AUTHORISED"})
        self.assertFalse(self.env["xero.event"].search([("state", "=", "new")]))
        self.hear(*told)
        self.assertFalse(self.calls("GET"), "A replay is known.")

    def test_documents_that_are_not_ours_cost_no_call(self):
        self.hear(("INVOICE", "bd2270c3-8706-4c11-9cfb-000b551c3f51"))
        self.assertFalse(self.calls("GET"))
        self.assertFalse(self.env["xero.event"].search([("state", "=", "new")]))

    # Faults: 24
    def test_our_own_writing_costs_no_call(self):
        invoice = self.make_invoice()
        self.push(invoice)
        row = self.row("INVOICE", self.guid(invoice))
        updated = self.organisation.invoices[self.guid(invoice)]["UpdatedDateUTC"]
        contact = self.row("CONTACT", self.guid(invoice.partner_id))
        for event in (row, contact):
            event["eventDateUtc"] = updated.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        self.hear(row, contact)
        self.assertFalse(self.calls("GET"))

    # Faults: 21
    def test_the_truth_is_what_xero_holds(self):
        """In whatever order the notices come, and however old they are."""
        invoice = self.sent_invoice()
        self.sim.clock.advance(60)
        self.organisation.approve(self.guid(invoice))
        self.organisation.void(self.guid(invoice))
        self.hear(("INVOICE", self.guid(invoice), 2), ("INVOICE", self.guid(invoice), -50))
        self.assertEqual(self.figures(invoice)[0], "VOIDED")
        self.hear(("INVOICE", self.guid(invoice), -3000))
        self.assertEqual(self.figures(invoice)[0], "VOIDED")

    def test_a_contact_that_was_merged(self):
        invoice = self.sent_invoice()
        other = self.organisation.enter_contact(Name="The Other One")
        self.sim.clock.advance(300)
        guid = self.guid(invoice.partner_id)
        self.organisation.merge_contacts(guid, other["ContactID"])
        self.hear(("CONTACT", guid))
        self.assertEqual(self.guid(invoice.partner_id), other["ContactID"])

    def test_contacts_of_others_cost_no_call_for_each_notice(self):
        """Another program enters customers in Xero all day: the hourly reading is enough."""
        self.sent_invoice()
        for number in range(3):
            other = self.organisation.enter_contact(Name=f"Somebody {number}")
            self.hear(("CONTACT", other["ContactID"]))
            self.assertFalse(self.calls("GET"))

    @patch.object(xero_hearing, "PAUSE", timedelta(hours=1))
    # Faults: 23
    def test_a_flood_is_looked_at_together(self):
        """Between two looks some seconds pass, whatever arrives."""
        invoice = self.sent_invoice()
        self.sim.clock.advance(60)
        self.organisation.approve(self.guid(invoice))
        self.hear(("INVOICE", self.guid(invoice)))
        self.assertEqual(len(self.calls("GET")), 1)
        self.organisation.void(self.guid(invoice))
        self.tell(("INVOICE", self.guid(invoice), 5))
        self.run_engine()
        self.assertEqual(len(self.calls("GET")), 1)
        self.assertTrue(self.env["xero.event"].search([("state", "=", "new")]))
        self.tenant.sudo().heard_at -= xero_hearing.PAUSE
        self.run_engine()
        self.assertEqual(self.figures(invoice)[0], "VOIDED")

    # Faults: 23
    def test_the_first_of_many_wakes_the_tenant(self):
        """A run for each would keep the server from answering; a look is followed by one more."""
        triggers = self.env["ir.cron.trigger"].sudo()
        mine = [("cron_id", "=", self.tenant.cron_id.id)]
        triggers.search(mine).unlink()
        for _delivery in range(3):
            self.tell(("INVOICE", str(uuid.uuid4())))
        self.assertEqual(triggers.search_count(mine), 1)
        triggers.search(mine).unlink()
        self.hear(("INVOICE", str(uuid.uuid4())))
        self.assertFalse(self.env["xero.event"].search([("state", "=", "new")]))
        later = triggers.search(mine).filtered(
            lambda trigger: trigger.call_at >= self.tenant.heard_at + xero_hearing.PAUSE
        )
        self.assertTrue(later)

    @patch.object(xero_hearing, "PAUSE", timedelta(hours=1))
    @patch.object(xero_hearing, "FLOOD_PAUSE", timedelta(hours=2))
    @patch.object(xero_hearing.const, "IDS_PER_FILTER", 1)
    # Faults: 23
    def test_a_flood_waits_until_a_page_is_cheaper(self):
        """More than one call can fetch: the next look is later than after a few."""
        invoices = [self.sent_invoice() for _invoice in range(2)]
        self.hear()
        self.tenant.sudo().heard_at = self.env.cr.now() - xero_hearing.PAUSE
        self.tell(*(("INVOICE", str(uuid.uuid4())) for _event in range(9)))
        self.run_engine()
        self.assertFalse(self.env["xero.event"].search([("state", "=", "new")]), "None is ours.")
        self.tenant.sudo().heard_at = self.env.cr.now() - xero_hearing.PAUSE
        self.tell(*(("INVOICE", self.guid(invoice)) for invoice in invoices))
        self.run_engine()
        self.assertTrue(self.env["xero.event"].search([("state", "=", "new")]))
        self.tenant.sudo().heard_at = self.env.cr.now() - xero_hearing.FLOOD_PAUSE
        self.run_engine()
        self.assertFalse(self.env["xero.event"].search([("state", "=", "new")]))

    @mute_logger("odoo.addons.xero_connector.models.xero_hearing")
    # Faults: 21
    def test_while_xero_is_away_events_wait(self):
        invoice = self.sent_invoice()
        self.sim.clock.advance(60)
        self.organisation.approve(self.guid(invoice))
        self.sim.faults.add("replace", method="GET", path="Invoices", status=503)
        self.hear(("INVOICE", self.guid(invoice)))
        self.assertTrue(self.env["xero.event"].search([("state", "=", "new")]))
        self.hear()
        self.assertEqual(self.figures(invoice)[0], "AUTHORISED")

    # Faults: 21
    def test_lost_notices_are_made_good_by_the_poll(self):
        """Thirty per cent of them are lost: after the next poll everything is right."""
        lot = random.Random(30)
        invoices = self.env["account.move"].union(*(self.make_invoice() for _ in range(10)))
        self.push(invoices)
        self.poll()
        self.sim.clock.advance(60)
        told = []
        for invoice in invoices:
            self.organisation.approve(self.guid(invoice))
            if lot.random() > 0.3:
                told.append(("INVOICE", self.guid(invoice)))
        self.assertLess(len(told), 10)
        self.hear(*told)
        self.assertEqual(
            sum(self.figures(invoice)[0] == "AUTHORISED" for invoice in invoices), len(told)
        )
        self.poll()
        self.assertEqual({self.figures(invoice)[0] for invoice in invoices}, {"AUTHORISED"})

    def test_old_events_are_forgotten(self):
        self.tell(("INVOICE", "bd2270c3-8706-4c11-9cfb-000b551c3f51"))
        self.env.cr.execute("UPDATE xero_event SET received_at = received_at - interval '32 days'")
        self.env["xero.tenant"]._cron_housekeeping()
        self.assertFalse(self.env["xero.event"].search([]))

    def test_silence_is_told(self):
        invoice = self.sent_invoice()
        self.app.sudo().webhook_checked_at = self.env.cr.now() - timedelta(days=3)
        self.organisation.approve(self.guid(invoice))
        self.poll()
        self.app.invalidate_recordset()
        self.assertIn("no webhook told of", self.app.webhook_step)
        self.assertEqual(self.sim.organisation(ORGANISATION), self.organisation)

    def test_silence_is_told_to_a_person_once_and_taken_back(self):
        self.app.sudo().webhook_checked_at = self.env.cr.now() - timedelta(days=3)
        invoices = [self.sent_invoice() for _each in range(3)]
        for told, invoice in enumerate(invoices, start=1):
            self.organisation.approve(self.guid(invoice))
            self.poll()
            self.check_daily()
            self.assertEqual(len(self.activities()), told == 3, "one event may be lost")
        self.check_daily()
        self.assertEqual(len(self.activities()), 1, "it is told every day")
        self.assertEqual(self.activities().user_id, self.tenant.connected_by_id)
        self.assertIn("Send Intent to Receive", self.activities().note)
        self.tell(("INVOICE", self.guid(invoices[0])))
        self.check_daily()
        self.assertFalse(self.activities())

    def test_who_has_no_webhooks_is_told_nothing(self):
        for invoice in [self.sent_invoice() for _each in range(3)]:
            self.organisation.approve(self.guid(invoice))
        self.poll()
        self.app.sudo().webhook_checked_at = False
        self.check_daily()
        self.assertFalse(self.activities())

    def test_orders_have_no_webhooks_to_be_silent(self):
        self.app.sudo().webhook_checked_at = self.env.cr.now() - timedelta(days=3)
        links = self.env["xero.link"].union(
            *(self.link_of(self.sent_invoice()) for _each in range(3))
        )
        links.sudo().write({
            "seen_at": self.env.cr.now(), "xero_updated_at": self.env.cr.now(),
            "resource": "PurchaseOrders",
        })
        self.check_daily()
        self.assertFalse(self.activities())

    def check_daily(self):
        self.env.flush_all()
        self.env["xero.tenant"]._cron_housekeeping()
        self.env.invalidate_all()

    def activities(self):
        return self.tenant.activity_search(["xero_connector.mail_activity_type_webhooks"])
