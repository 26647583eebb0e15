"""Everything that can start a run, at once, on two hosts: each document stands in Xero once.

Two servers share one database, each with schedulers of its own. People press buttons on both, the
tenant's action is started by hand beside its schedule, Xero tells both of what it has just done,
and in the end one host is gone while Xero has its request.
"""

import contextlib
import http.client
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from devtools import processes
from devtools.demo_story import ALL_KINDS, COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET
from devtools.odoo_server import wait_for_login
from devtools.odoo_session import OdooError, OdooSession
from devtools.ports import free_port
from devtools.processes import read_log, wait_until
from xero_simulator.webhooks import Webhooks

PATIENCE = 240  # seconds; the machine may be busy
CALLS_A_MINUTE = 60
DATE = "2026-11-02"
KEY = "the key of the app's webhooks"

# Why Odoo repeats a transaction that met another one; it logs the statement as an error first.
COLLISIONS = ("could not serialize access", "xero_link_record_uniq")

# Stored moments that go back when time passes.
MOMENTS = ("first_sent_at", "last_sent_at", "send_deadline", "quarantine_until", "next_try_at")


class Hosts:
    """Two servers on one database, and a person on each."""

    def __init__(self, live):
        self.live = live
        self.first = live.login()
        self.story = Story(self.first, CLIENT_ID, CLIENT_SECRET)
        self.book = self.story.open_book(COMPANIES[0])
        self.story.connect(self.book, **dict.fromkeys(ALL_KINDS, True))
        self.call(self.first, "xero.app", "write", [self.story.app_id], {"webhook_key": KEY})
        self.one_is_gone = False
        self.name = f"{live.name}-other"
        self.port = free_port()
        self.other = live.odoo.serve(
            self.name, live.database, self.port, live.xero.url, max_cron_threads=2
        )
        wait_for_login(self.other, self.name, self.port)
        self.second = OdooSession(f"http://localhost:{self.port}", live.database).login(
            "admin", "admin"
        )
        [tenant] = self.call(self.first, "xero.tenant", "read", [self.book.tenant_id], ["cron_id"])
        self.cron_id = tenant["cron_id"][0]

    def call(self, session, model, method, *arguments, **keywords):
        context = {"allowed_company_ids": [self.book.company_id]}
        return session.call(model, method, *arguments, context=context, **keywords)

    def post(self, move_type, count):
        """Post documents of ten partners who are new to Xero."""
        names = [{"name": f"Raced {move_type} {number}"} for number in range(10)]
        partners = self.call(self.first, "res.partner", "create", names)
        taxes = self.story.search(self.book, "account.tax", [
            ("company_id", "=", self.book.company_id),
            ("type_tax_use", "=", "sale" if move_type.startswith("out_") else "purchase"),
            ("name", "=", "10% GST"),
        ])
        moves = self.call(self.first, "account.move", "create", [
            {
                "move_type": move_type,
                "partner_id": partners[number % len(partners)],
                "invoice_date": DATE,
                "date": DATE,
                "ref": f"RACE-{number}",
                "invoice_line_ids": [(0, 0, {
                    "name": "Raced", "quantity": 3, "price_unit": 10.05,
                    "tax_ids": [(6, 0, taxes)],
                })],
            }
            for number in range(count)
        ])
        self.call(self.first, "account.move", "action_post", moves)
        self.story.map(self.book)
        return moves

    def press_all(self, documents):
        """What a person or a schedule may start, all of it at once, on both hosts.

        Nobody is shown anything but that a run is under way.
        """
        presses = [
            press for session in (self.first, self.second) for press in (
                (session, "account.move", "action_xero_push", documents),
                (session, "xero.tenant", "action_sync", [self.book.tenant_id]),
                (session, "ir.cron", "method_direct_trigger", [self.cron_id]),
                (session, "account.move", "action_xero_push", documents),
            )
        ]

        def press(arguments):
            try:
                self.call(*arguments)
            except OdooError as error:
                return str(error)
            except (OSError, http.client.HTTPException):
                assert self.one_is_gone, "a host did not answer"

        with ThreadPoolExecutor(len(presses)) as people:
            shown = [sentence for sentence in people.map(press, presses) if sentence]
        assert all("already executing" in sentence for sentence in shown), shown

    def press_until_both_send(self, documents):
        """Press until each host has run the tenant's action."""
        def both_have_run():
            self.press_all(documents)
            return all(
                "Job 'Xero: send what waits" in log
                for log in (self.live.log(), read_log(f"{self.name}.log"))
            )

        wait_until(both_have_run, self.other, "sending", f"{self.name}.log", PATIENCE)

    def hear(self, xero_id):
        """Xero tells each host twice that it has changed an invoice."""
        body = json.dumps({
            "events": [{
                "resourceId": xero_id,
                "tenantId": self.book.organisation_id,
                "eventCategory": "INVOICE",
                "eventType": "UPDATE",
                "eventDateUtc": f"{self.live.xero.clock.now():%Y-%m-%dT%H:%M:%S.000}",
            }],
            "firstEventSequence": 1, "lastEventSequence": 1, "entropy": "ABCDEFGHIJ",
        }).encode()
        headers = {"x-xero-signature": Webhooks.sign(body, KEY)}
        for port in (self.live.port, self.port) * 2:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("POST", f"/xero/webhook/{self.story.app_id}", body, {
                "Content-Type": "application/json", **headers,
            })
            assert connection.getresponse().status == 200
            connection.close()

    def all_is_heard(self):
        return self.live.sql("SELECT id FROM xero_event WHERE state = 'new'") == []

    def wait_for_sent(self, documents):
        def all_are_sent():
            states = self.call(
                self.second, "account.move", "read", documents, ["xero_state"]
            )
            return all(one["xero_state"] == "sent" for one in states)

        wait_until(all_are_sent, self.other, "sending", f"{self.name}.log", PATIENCE)

    def check(self, documents):
        """Each stands in Xero once, with one link; no call was one too many."""
        moves = self.call(
            self.second, "account.move", "read", documents, ["name", "ref", "move_type"]
        )
        organisation = self.live.xero.organisation(COMPANIES[0].organisation)
        held = [
            *(row["InvoiceNumber"] for row in organisation.invoices.values()),
            *(row["CreditNoteNumber"] for row in organisation.credit_notes.values()),
        ]
        for move in moves:
            number = move["ref"] if move["move_type"].startswith("in_") else move["name"]
            assert held.count(number) == 1, f"{number} stands {held.count(number)} times"
        names = [row["Name"] for row in organisation.contacts.values()]
        assert len(names) == len(set(names))
        links = self.live.sql("SELECT res_model, res_id, state FROM xero_link")
        assert len(links) == len({(model, res_id) for model, res_id, _state in links})
        assert {state for _model, _res_id, state in links} == {"sent"}
        assert self.live.sql("SELECT id FROM xero_request WHERE state != 'done'") == []
        calls = [call for call in self.live.xero.journal if call.tenant_id]
        assert not [call for call in calls if call.status == 429]
        assert max(call.in_flight for call in calls) <= 5
        for first in calls:
            of_minute = [call for call in calls if 0 <= (call.at - first.at).total_seconds() < 60]
            assert len(of_minute) <= CALLS_A_MINUTE

    def check_logs(self):
        """Nothing but statements that met each other, and were repeated."""
        text = self.live.log() + read_log(f"{self.name}.log")
        for entry in re.split(r"(?m)^(?=\d{4}-\d\d-\d\d )", text):
            if re.search(r"\A\S+ \S+ \d+ (ERROR|CRITICAL) ", entry):
                assert any(cause in entry for cause in COLLISIONS), entry


@pytest.fixture
def hosts(live_odoo):
    hosts = Hosts(live_odoo)
    with contextlib.ExitStack() as running:
        running.callback(lambda: processes.stop(hosts.other))
        yield hosts


# Faults: 31
def test_buttons_crons_and_webhooks_at_once_on_one_document(hosts):
    xero = hosts.live.xero
    organisation = xero.organisation(COMPANIES[0].organisation)
    documents = hosts.post("out_invoice", 1)
    known = set(organisation.invoices)
    in_flight = xero.faults.add("hold", method="PUT", path="Invoices", when="after")
    with ThreadPoolExecutor(3) as crowds:
        pressed = [crowds.submit(hosts.press_all, documents)]
        assert in_flight.reached.wait(PATIENCE), "it never reached Xero"
        [xero_id] = set(organisation.invoices) - known
        hosts.hear(xero_id)  # before the answer is there
        pressed.append(crowds.submit(hosts.press_all, documents))
        for session in (hosts.first, hosts.second):
            hosts.call(session, "account.move", "action_xero_push", documents)
        in_flight.release()
        pressed.append(crowds.submit(hosts.press_all, documents))
        hosts.hear(xero_id)
        for crowd in pressed:
            crowd.result()
        hosts.wait_for_sent(documents)
        organisation.approve(xero_id)
        pressed = crowds.submit(hosts.press_all, documents)
        hosts.hear(xero_id)
        pressed.result()
    status = f"SELECT xero_status FROM xero_link WHERE xero_id = '{xero_id}'"
    wait_until(
        lambda: hosts.live.sql(status) == [["AUTHORISED"]] and hosts.all_is_heard(),
        hosts.other, "hearing of the approval", f"{hosts.name}.log", PATIENCE,
    )
    hosts.wait_for_sent(documents)
    hosts.check(documents)
    hosts.check_logs()
    writes = [call for call in xero.journal.writes if call.path.endswith("/Invoices")]
    assert len(writes) == 1


# Faults: 2, 31
def test_two_hosts_send_two_hundred_documents_and_one_of_them_dies(hosts):
    live = hosts.live
    invoices = hosts.post("out_invoice", 180)
    credits = hosts.post("in_refund", 20)
    with ThreadPoolExecutor(4) as people:
        parts = [[*invoices[turn:90:4], *credits[turn::4]] for turn in range(4)]
        list(people.map(hosts.press_all, parts))
    hosts.press_until_both_send(invoices[:90])
    in_flight = live.xero.faults.add("hold", method="PUT", path="Invoices", when="after")
    with ThreadPoolExecutor(1) as crowd:
        pressed = crowd.submit(hosts.press_all, invoices[90:])
        assert in_flight.reached.wait(PATIENCE), "nothing of the second half reached Xero"
        hosts.one_is_gone = True
        live.kill()
        in_flight.release()
        pressed.result()
    hosts.press_all(invoices[90:])  # half of the presses find nobody
    for seconds in (66, 66, 66, 120, 600, 900):
        # What the dead one had sent goes out again under its key, or is looked up.
        moved = ", ".join(f"{one} = {one} - interval '{seconds} seconds'" for one in MOMENTS)
        live.sql(f"UPDATE xero_request SET {moved}")
        live.xero.clock.advance(seconds)
        hosts.call(hosts.second, "xero.tenant", "action_sync", [hosts.book.tenant_id])
    hosts.wait_for_sent([*invoices, *credits])
    hosts.check([*invoices, *credits])
    hosts.check_logs()
