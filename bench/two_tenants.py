"""Send the invoices of two companies in two scheduler processes, and of one alone, and compare.

`./dev bench two_tenants` runs it. A call takes a second and a half, as at Xero: it is waiting that
has to overlap. The limits of a minute are off, so that nothing else is waited for.
"""

import json
import sys
import time
from datetime import datetime
from pathlib import Path

from devtools import processes
from devtools.bench_documents import make_and_mark
from devtools.bench_tenant import connected_books
from devtools.demo_story import COMPANIES
from devtools.odoo_server import wait_for_login
from devtools.ports import free_port
from devtools.simulator import control

INVOICES, CUSTOMERS, ITEMS = 2000, 50, 50
WARM_UP = 50
LATENCY = 1.5  # seconds a call
PATIENCE = 300
FLOORS = {"two_tenants_ratio": 1.8}


def main(output):
    """Measure, and write figures and floors into a file."""
    with connected_books(COMPANIES) as books:
        figures = _measure(books)
    output.write_text(json.dumps({"figures": figures, "bars": {}, "floors": FLOORS}))


def _measure(books):
    first, second = books.tenant_ids
    url = books.xero_url
    control(url, "limits", method="POST", minute=1000)
    _sql(books, "UPDATE ir_cron SET active = FALSE")
    servers = [_serve(books, name) for name in ("odoo-bench-a", "odoo-bench-b")]
    # Everything is loaded then in both servers, and the masters stand in both organisations.
    make_and_mark(books, first, WARM_UP, CUSTOMERS, ITEMS)
    make_and_mark(books, second, WARM_UP)
    _send(books, first, second)
    control(url, "faults", method="POST", kind="delay", seconds=LATENCY, times=None)
    alone = _rate(books, first)
    together = _rate(books, first, second)
    for server in servers:
        processes.stop(server)
    return {
        "one_tenant_per_minute": round(alone * 60),
        "two_tenants_per_minute": round(together * 60),
        "two_tenants_ratio": round(together / alone, 2),
    }


def _rate(books, *tenant_ids):
    """Send invoices of some tenants at the same time, and return documents a second."""
    _sql(books, "UPDATE ir_cron SET active = FALSE")  # nothing leaves before all is marked
    for tenant_id in tenant_ids:
        make_and_mark(books, tenant_id, INVOICES)
    calls = _send(books, *tenant_ids)
    began = min(_seconds(call) for call in calls)
    ended = max(_seconds(call) + float(call["milliseconds"]) / 1000 for call in calls)
    documents = sum(call["element_count"] for call in calls)
    assert documents == INVOICES * len(tenant_ids), f"{documents} documents were sent"
    return documents / (ended - began)


def _send(books, *tenant_ids):
    """Wake the scheduled actions, wait until all is sent, and return the writes."""
    control(books.xero_url, "journal", method="DELETE")
    print(f"  sending for {len(tenant_ids)}", flush=True)
    _sql(books, "UPDATE ir_cron SET active = id IN (SELECT cron_id FROM xero_tenant)")
    _sql(
        books,
        "INSERT INTO ir_cron_trigger (cron_id, call_at)"
        " SELECT cron_id, now() at time zone 'UTC' FROM xero_tenant WHERE id = ANY(%s)",
        list(tenant_ids),
    )
    books.odoo.server.sql("postgres", "SELECT pg_notify('cron_trigger', %s)", books.database)
    end = time.monotonic() + PATIENCE
    while True:
        time.sleep(1)
        [[waiting]] = _sql(books, "SELECT count(*) FROM xero_link WHERE state != 'sent'")
        if not waiting:
            break
        if time.monotonic() > end:
            sys.exit(f"{waiting} records were not sent within {PATIENCE} seconds.")
    calls = control(books.xero_url, "journal")
    return [call for call in calls if call["method"] == "PUT" and call["status"] == 200]


def _serve(books, name):
    port = free_port()
    process = books.odoo.serve(name, books.database, port, books.xero_url)
    wait_for_login(process, name, port)
    return process


def _sql(books, statement, *parameters):
    return books.odoo.server.sql(books.database, statement, *parameters)


def _seconds(call):
    return datetime.fromisoformat(call["at"]).timestamp()


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        processes.stop_all()
