"""Deliver webhooks to a running Odoo server: how fast it answers, how soon a status is seen, and
how many calls a flood costs.

`./dev bench webhooks` runs it. The deliveries are signed here as Xero signs them; what they tell of
is read from the simulator, with its limits on.
"""

import base64
import hashlib
import hmac
import http.client
import json
import statistics
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

from devtools import demo_story, processes
from devtools.bench_documents import invoices_of, make_and_mark
from devtools.bench_tenant import check_sent, connected_books, run_to_the_end
from devtools.odoo_server import wait_for_login
from devtools.ports import free_port
from devtools.simulator import control

KEY = "webhook-key-of-the-benchmark"
INVOICES, CUSTOMERS = 200, 20
DELIVERIES, EVENTS = 60, 100
LOOKS = 5
FLOOD, SECONDS = 1000, 60
SENDERS = 8
PATIENCE = 60
BARS = {"webhook_ms_median": 50, "event_to_status_seconds": 5, "flood_calls": 25}


def main(output):
    """Measure, and write figures and bars into a file."""
    with connected_books() as books:
        figures = _measure(books)
    output.write_text(json.dumps({"figures": figures, "bars": BARS}))


def _measure(books):
    [tenant_id] = books.tenant_ids
    make_and_mark(books, tenant_id, INVOICES, CUSTOMERS)
    with books.tenant(tenant_id) as tenant:
        tenant.app_id.webhook_key = KEY
        tenant.env.cr.commit()
        print(f"  sending {INVOICES} invoices", flush=True)
        run_to_the_end(tenant, books.xero_url)
        check_sent(invoices_of(tenant.env))
        app_id, organisation_id = tenant.app_id.id, tenant.organisation_id
    guids = [guid for [guid] in _sql(
        books, "SELECT xero_id FROM xero_link WHERE resource = 'Invoices' ORDER BY id"
    )]
    _in_xero(books, "set_lock_dates")  # the invoices are of a period that is closed there
    port = free_port()
    process = books.odoo.serve("odoo-bench", books.database, port, books.xero_url)
    wait_for_login(process, "odoo-bench", port)
    sender = Sender(port, app_id, organisation_id)
    figures = (
        {"webhook_ms_median": _answer_times(sender)}
        | {"event_to_status_seconds": _time_to_status(books, sender, guids[:LOOKS])}
        | {"flood_calls": _flood(books, sender, guids[LOOKS:])}
    )
    processes.stop(process)
    return figures


class Sender:
    """Delivers events as Xero does."""

    def __init__(self, port, app_id, organisation_id):
        self._port, self._app_id, self._organisation_id = port, app_id, organisation_id

    def deliver(self, *guids):
        """Deliver an event for each document, and return the milliseconds until the answer."""
        body = json.dumps({"events": [self._event(guid) for guid in guids]}).encode()
        signature = base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest())
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        began = time.perf_counter()
        connection.request("POST", f"/xero/webhook/{self._app_id}", body, {
            "Content-Type": "application/json", "x-xero-signature": signature,
        })
        answer = connection.getresponse()
        read = answer.read()
        milliseconds = (time.perf_counter() - began) * 1000
        connection.close()
        assert (answer.status, read, answer.getheader("Set-Cookie")) == (200, b"", None)
        return milliseconds

    def _event(self, guid):
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").partition("+")[0]
        return {
            "resourceId": guid, "tenantId": self._organisation_id, "tenantType": "ORGANISATION",
            "eventCategory": "INVOICE", "eventType": "UPDATE", "eventDateUtc": now,
        }


def _answer_times(sender):
    print(f"  delivering {DELIVERIES} times {EVENTS} events", flush=True)
    times = [
        sender.deliver(*(str(uuid.uuid4()) for _event in range(EVENTS)))
        for _delivery in range(DELIVERIES)
    ]
    return round(statistics.median(times), 1)


def _time_to_status(books, sender, guids):
    """The longest time from the delivery of an event until the status stands in Odoo."""
    print(f"  approving {len(guids)} invoices in Xero, one after the other", flush=True)
    longest = 0
    for guid in guids:
        _approve(books, guid)
        began = time.monotonic()
        sender.deliver(guid)
        _wait(books, f"xero_id = '{guid}' AND xero_status = 'AUTHORISED'", 1)
        longest = max(longest, time.monotonic() - began)
    return round(longest, 2)


def _flood(books, sender, guids):
    """Deliver a thousand events within a minute, and count the calls that they lead to."""
    print(f"  delivering {FLOOD} events in {SECONDS} seconds", flush=True)
    for guid in guids:
        _approve(books, guid)
    control(books.xero_url, "journal", method="DELETE")
    began = time.monotonic()

    def deliver(number):
        time.sleep(max(0, began + number * SECONDS / FLOOD - time.monotonic()))
        return sender.deliver(guids[number % len(guids)])

    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(deliver, range(FLOOD)))
    _wait(books, "xero_status = 'AUTHORISED' AND resource = 'Invoices'", INVOICES)
    end = time.monotonic() + PATIENCE
    while _sql(books, "SELECT count(*) FROM xero_event WHERE state = 'new'") != [(0,)]:
        time.sleep(0.2)
        assert time.monotonic() < end, "events are left"
    calls = control(books.xero_url, "journal")
    assert all(call["method"] == "GET" for call in calls), "something was written"
    return len([call for call in calls if "/api.xro/" in call["path"]])


def _approve(books, guid):
    _in_xero(books, "approve", guid=guid)


def _in_xero(books, action, **values):
    """Let a person do something in Xero."""
    organisation = demo_story.COMPANIES[0].organisation
    control(
        books.xero_url, "person", method="POST", organisation=organisation, action=action, **values
    )


def _wait(books, condition, count):
    end = time.monotonic() + PATIENCE
    statement = f"SELECT count(*) FROM xero_link WHERE {condition}"  # noqa: S608
    while _sql(books, statement) != [(count,)]:
        time.sleep(0.05)
        if time.monotonic() > end:
            sys.exit(f"Not seen within {PATIENCE} seconds: {condition}")


def _sql(books, statement):
    return [tuple(row) for row in books.odoo.server.sql(books.database, statement)]


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        processes.stop_all()
