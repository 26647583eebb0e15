"""Whatever dies, hangs or lies: each document stands in Xero exactly once."""

import json
from unittest.mock import patch

from odoo.tools import mute_logger

from ..models import xero_request
from .push_common import ORGANISATION, XeroPushCase

DOCUMENTS = ("Invoices", "PurchaseOrders")
LOGGER = "odoo.addons.xero_connector.models.xero_recovery"


class TestRecovery(XeroPushCase):
    def setUp(self):
        super().setUp()
        # The contact is there already: the faults below strike the document.
        self.partner = self.make_partner()
        self.push(self.partner)
        self.sim.journal.clear()

    def make(self, kind):
        self.sim.journal.clear()
        make = self.make_invoice if kind == "Invoices" else self.make_order
        return make(self.partner)

    def assertOnce(self, kind, record):
        self.assertEqual(record.xero_state, "sent", record.xero_message)
        organisation = self.sim.organisation(ORGANISATION)
        number, table = {
            "Invoices": ("InvoiceNumber", organisation.invoices),
            "PurchaseOrders": ("PurchaseOrderNumber", organisation.purchase_orders),
        }[kind]
        held = [row for row in table.values() if row.get(number) == record.name]
        self.assertEqual(len(held), 1)
        self.assertEqual(self.link_of(record).state, "sent")
        self.assertFalse(self.env["xero.request"].search([("state", "!=", "done")]))

    def test_one_broken_request_does_not_stop_the_others(self):
        """It is left alone for half an hour, and says so; it goes on by itself then."""
        broken, other = self.make("Invoices"), self.make("Invoices")
        for record in (broken, other):
            self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
            self.push(record)
        request = self.link_of(broken).request_id
        go_on = type(request)._go_on

        def fail(one):
            if one.id == request.id:
                raise ValueError("nobody foresaw this")
            return go_on(one)

        self.move_time(seconds=66)
        with patch.object(type(request), "_go_on", fail), mute_logger(LOGGER):
            self.run_engine()
        self.assertEqual((broken.xero_state, other.xero_state), ("unknown", "sent"))
        self.assertIn("half an hour", broken.xero_message)
        self.move_time(minutes=31)
        self.run_engine()
        self.assertOnce("Invoices", broken)

    # === SAME KEY AGAIN === #

    # Faults: 2
    def test_answer_lost_is_replayed_under_the_same_key(self):
        for kind in DOCUMENTS:
            with self.subTest(kind=kind):
                record = self.make(kind)
                self.sim.faults.add("drop", method="PUT", path=kind, executed=True)
                self.push(record)
                self.assertEqual(record.xero_state, "unknown")
                self.move_time(seconds=66)
                self.run_engine()
                self.assertOnce(kind, record)
                keys = {call.idempotency_key for call in self.sim.journal.writes}
                bodies = {call.body_sha256 for call in self.sim.journal.writes}
                self.assertEqual((len(keys), len(bodies)), (1, 1))

    # Faults: 5
    def test_request_lost_is_sent_once(self):
        for kind in DOCUMENTS:
            with self.subTest(kind=kind):
                record = self.make(kind)
                self.sim.faults.add("drop", method="PUT", path=kind, executed=False)
                self.push(record)
                self.assertEqual(record.xero_state, "unknown")
                self.move_time(seconds=66)
                self.run_engine()
                self.assertOnce(kind, record)

    # Faults: 6, 7, 8
    def test_unreadable_answers_are_in_doubt_not_failures(self):
        faults = (
            ("truncate", {}),
            ("error", {"status": 502}),
            ("error", {"status": 500, "executed": True}),
            ("replace", {"body": "<html>proxy</html>"}),
            ("replace", {"body": '{"Invoices": []}'}),
        )
        for fault, options in faults:
            with self.subTest(fault=fault, options=options):
                invoice = self.make_invoice(self.partner)
                self.sim.faults.add(fault, method="PUT", path="Invoices", **options)
                self.push(invoice)
                self.assertEqual(invoice.xero_state, "unknown")
                self.assertNotIn("html", invoice.xero_message)
                self.move_time(minutes=5)
                self.run_engine()
                self.move_time(minutes=16)
                self.run_engine()
                self.run_engine()
                self.assertOnce("Invoices", invoice)

    # === LOOKED UP === #

    # Faults: 3
    def test_after_the_window_nothing_is_sent_before_the_look_up(self):
        for kind in DOCUMENTS:
            with self.subTest(kind=kind):
                record = self.make(kind)
                self.sim.faults.add("drop", method="PUT", path=kind, executed=True)
                self.push(record)
                self.sim.journal.clear()
                self.move_time(minutes=7)
                self.run_engine()
                self.assertEqual(record.xero_state, "unknown")
                self.assertEqual(len(self.sim.journal), 0)
                self.move_time(minutes=9)
                self.run_engine()
                self.assertOnce(kind, record)
                self.assertTrue(self.link_of(record).adopted)
                self.assertEqual(self.sim.journal.writes, [])

    # Faults: 7
    def test_never_executed_goes_again_under_a_new_key(self):
        for kind in DOCUMENTS:
            with self.subTest(kind=kind):
                record = self.make(kind)
                self.sim.faults.add("drop", method="PUT", path=kind, executed=False)
                self.push(record)
                self.move_time(minutes=16)
                self.run_engine()
                self.assertOnce(kind, record)
                keys = [call.idempotency_key for call in self.sim.journal.writes]
                self.assertEqual(len(set(keys)), 2)
                self.assertFalse(self.link_of(record).adopted)

    # Faults: 3
    def test_contact_lost_and_found(self):
        partner = self.make_partner()
        self.sim.faults.add("drop", method="PUT", path="Contacts", executed=True)
        invoice = self.push(self.make_invoice(partner))
        self.assertEqual((partner.xero_state, invoice.xero_state), ("unknown", "pending"))
        self.move_time(minutes=16)
        self.run_engine()
        self.run_engine()
        self.assertEqual(partner.xero_state, "sent", partner.xero_message)
        self.assertOnce("Invoices", invoice)
        self.assertEqual([resource for resource, _count in self.writes()], ["Contacts", "Invoices"])

    # Faults: 33
    def test_deleted_in_xero_meanwhile_is_not_resurrected(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        organisation = self.sim.organisation(ORGANISATION)
        held = self.held("Invoices")[invoice.name]
        organisation.delete(held["InvoiceID"])
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention")
        self.assertIn("deleted", invoice.xero_message)
        self.assertEqual(len(self.writes()), 1)

    # Faults: 33
    def test_edited_in_xero_meanwhile_is_left_to_a_person(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        held = self.held("Invoices")[invoice.name]
        line = {**held["LineItems"][0], "UnitAmount": 77}
        line.pop("LineAmount", None)
        line.pop("TaxAmount", None)
        self.sim.organisation(ORGANISATION).edit(held["InvoiceID"], LineItems=[line])
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention")
        self.assertFalse(self.link_of(invoice).adopted)
        self.assertFalse(self.link_of(invoice).xero_id)
        self.assertEqual(len(self.writes()), 1)

    # === NOT EXECUTED === #

    # Faults: 9
    def test_limit_parks_the_tenant_and_uses_up_no_attempt(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("limited", method="PUT", path="Invoices", retry_after=26)
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "pending")
        self.assertEqual(self.link_of(invoice).attempt, 0)
        self.assertIn("limit of calls a minute", invoice.xero_message)
        self.sim.journal.clear()
        self.run_engine()
        self.assertEqual(len(self.sim.journal), 0, "The wait that Xero asked for was cut short.")
        self.move_time(seconds=28)
        self.run_engine()
        self.assertOnce("Invoices", invoice)

    # Faults: 11
    def test_expired_token_is_refreshed_once_within_the_attempt(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("expired", method="PUT", path="Invoices")
        self.push(invoice)
        self.assertOnce("Invoices", invoice)
        tokens = [call for call in self.sim.journal if call.path == "/connect/token"]
        self.assertEqual(len(tokens), 1)

    # Faults: 16
    def test_connection_removed_in_xero_keeps_the_document_waiting(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("forbidden", method="PUT", path="Invoices")
        self.push(invoice)
        self.assertEqual(self.tenant.state, "disconnected")
        self.assertEqual(self.tenant.disconnect_reason, "removed")
        self.assertEqual(invoice.xero_state, "pending")
        self.connect(ORGANISATION)
        self.run_engine()
        self.assertOnce("Invoices", invoice)

    # === DEATH === #

    # Faults: 1
    def test_worker_that_died_before_the_socket(self):
        for kind in DOCUMENTS:
            with self.subTest(kind=kind):
                record = self.make(kind)
                with patch.object(xero_request.XeroRequest, "_transmit", autospec=True):
                    self.push(record)
                self.assertEqual(record.xero_state, "sending")
                self.assertEqual(self.writes(), [])
                self.run_engine()
                self.move_time(seconds=66)
                self.run_engine()
                self.assertOnce(kind, record)

    # Faults: 2
    def test_worker_that_died_after_the_answer(self):
        for kind in DOCUMENTS:
            with self.subTest(kind=kind):
                record = self.make(kind)
                with patch.object(
                    type(self.env["xero.request"]), "_settle", autospec=True, return_value=0
                ):
                    self.push(record)
                self.assertEqual(record.xero_state, "sending")
                self.run_engine()
                self.assertOnce(kind, record)
                self.assertEqual(len(self.writes()), 1)

    # === WHILE IN DOUBT === #

    # Faults: 32
    def test_document_in_doubt_cannot_be_reset(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        with self.assertRaisesRegex(Exception, "being sent to Xero"):
            invoice.button_draft()
        order = self.make_order(self.partner)
        self.sim.faults.add("drop", method="PUT", path="PurchaseOrders", executed=True)
        self.push(order)
        with self.assertRaisesRegex(Exception, "being sent to Xero"):
            order.button_cancel()

    def test_press_while_in_doubt_changes_nothing(self):
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        invoice.action_xero_push()
        self.assertEqual(invoice.xero_state, "unknown")

    # === ANSWERS THAT LIE === #

    # Faults: 38
    def test_wrong_total_is_told_and_never_called_sent(self):
        def shift(response):
            answer = json.loads(response.body)
            answer["Invoices"][0]["Total"] += 0.01
            response.body = json.dumps(answer).encode()
            return response

        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("edit", method="PUT", path="Invoices", function=shift)
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "attention")
        self.assertIn("totals differ", invoice.xero_message)
        self.assertTrue(self.link_of(invoice).xero_id)
        self.sim.faults.add("edit", method="GET", path="Invoices", function=shift)
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "attention", "Pressing again does not make it equal.")
        self.assertIn(f"instead of {invoice.amount_total:.2f}", invoice.xero_message)
        self.assertTrue(invoice.xero_can_leave)
        invoice.action_xero_check_again()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", "What was mended in Xero is seen.")
        self.assertEqual(len(self.writes()), 1)

    # Faults: 26
    def test_elements_are_matched_by_number_not_by_position(self):
        def reverse(response):
            answer = json.loads(response.body)
            answer["Invoices"].reverse()
            response.body = json.dumps(answer).encode()
            return response

        invoices = self.make_invoice(self.partner, lines=((1, 10.0),))
        invoices |= self.make_invoice(self.partner, lines=((1, 20.0),))
        self.sim.faults.add("edit", method="PUT", path="Invoices", function=reverse)
        self.push(invoices)
        for invoice in invoices:
            self.assertOnce("Invoices", invoice)
            held = self.held("Invoices")[invoice.name]
            self.assertEqual(self.link_of(invoice).xero_id, held["InvoiceID"])

    def test_nothing_is_kept_of_what_a_refused_element_echoes(self):
        """Xero repeats what was asked for, with an id and totals, of what it did not create."""
        def refuse(response):
            answer = json.loads(response.body)
            answer["Invoices"][0] |= {
                "StatusAttributeString": "ERROR",
                "ValidationErrors": [{"Message": "The contact is not to be invoiced."}],
            }
            response.body = json.dumps(answer).encode()
            return response

        self.sim.faults.add("edit", method="PUT", path="Invoices", function=refuse)
        invoice = self.push(self.make_invoice(self.partner))
        link = self.link_of(invoice)
        self.assertEqual(link.state, "rejected")
        self.assertIn("The contact is not to be invoiced.", link.message)
        for name in ("xero_id", "xero_status", "xero_total", "held", "sent_at"):
            self.assertFalse(link[name], name)

    # Faults: 26
    def test_missing_element_stays_in_doubt_alone(self):
        def drop_last(response):
            answer = json.loads(response.body)
            answer["Invoices"].pop()
            response.body = json.dumps(answer).encode()
            return response

        first = self.make_invoice(self.partner)
        second = self.make_invoice(self.partner)
        self.sim.faults.add("edit", method="PUT", path="Invoices", function=drop_last)
        self.push(first | second)
        self.assertEqual((first.xero_state, second.xero_state), ("sent", "unknown"))
        self.move_time(minutes=16)
        self.run_engine()
        self.assertOnce("Invoices", second)
        self.assertEqual(self.writes(), [("Invoices", 2)])
