"""Send 10,000 invoices of 5 lines with 2,000 new customers and 500 new items, at Xero's limits.

`./dev bench bulk` runs it, in about seven minutes: the limits, the latency of a call and the
minutes are real, and Odoo's own scheduler wakes the run up.
"""

import json
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from devtools import processes
from devtools.bench_documents import invoices_of, make_and_mark
from devtools.bench_scheduler import (
    measured,
    only_scheduled_action,
    start_scheduler,
    wait_for_links,
)
from devtools.bench_tenant import CLIENT_ID, check_sent, connected_books, run_to_the_end
from devtools.simulator import control

INVOICES, CUSTOMERS, ITEMS = 10_000, 2_000, 500
WARM_UP = 100, 20, 20  # of the same
LATENCY = 1.5  # seconds a call
SPAN = 4 * 60  # seconds: full minutes of Xero's that count
PATIENCE = 15 * 60
BARS = {
    "calls_bulk": 255,
    "http_429": 0,
    "sql_per_invoice": 0.5,
    "cpu_ms_per_invoice": 2.0,
    "memory_mb_bulk": 15,
}
FLOORS = {"documents_per_minute": 2900}


def main(output):
    """Measure, and write figures, bars and floors into a file."""
    with connected_books() as books:
        figures = _measure(books)
    output.write_text(json.dumps({"figures": figures, "bars": BARS, "floors": FLOORS}))


def _measure(books):
    [tenant_id] = books.tenant_ids
    make_and_mark(books, tenant_id, *WARM_UP)
    with books.tenant(tenant_id) as tenant:
        only_scheduled_action(tenant.env, tenant.cron_id)
        run_to_the_end(tenant, books.xero_url)
        print(f"  making {INVOICES} invoices", flush=True)
        make_and_mark(books, tenant_id, INVOICES, CUSTOMERS, ITEMS)
        calls, began, cost, looks = _send(books, tenant)
        writes = [call for call in calls if call["method"] in ("PUT", "POST")]
        accepted = [call for call in writes if call["status"] == 200]
        full = sum(call["element_count"] for call in accepted if _seconds(call) < began + SPAN)
        figures = {
            "calls_bulk": len(writes),
            "http_429": sum(call["status"] == 429 for call in calls),
            "documents_per_minute": full * 60 // SPAN,
            "sql_per_invoice": round((cost.sql - looks) / INVOICES, 3),
            "cpu_ms_per_invoice": round(cost.cpu * 1000 / INVOICES, 2),
            "memory_mb_bulk": round(cost.megabytes, 1),
        }
    return figures


def _send(books, tenant):
    """Send what is marked, from the beginning of a minute of Xero's on.

    :return: (calls of the accounting API, when the minute began, `Cost`, statements of our own)
    """
    url = books.xero_url
    control(url, "journal", method="DELETE")
    control(url, "faults", method="POST", kind="delay", seconds=LATENCY, times=None)
    start_scheduler()
    minute = control(url, f"limits/minute?app={CLIENT_ID}&organisation={tenant.organisation_id}")
    time.sleep(float(minute["ends_in"]))
    began = datetime.now(timezone.utc).timestamp()
    print("  sending", flush=True)
    tenant._wake()
    with measured() as cost:
        tenant.env.cr.commit()
        looks = wait_for_links(tenant, PATIENCE)
    control(url, "faults", method="DELETE")
    check_sent(invoices_of(tenant.env))
    calls = control(url, "journal")
    return [call for call in calls if call["path"].startswith("/api.xro/")], began, cost, looks


def _seconds(call):
    """Return when a call arrived, in seconds."""
    return datetime.fromisoformat(call["at"]).timestamp()


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        processes.stop_all()
