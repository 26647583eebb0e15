"""Send 1,000 invoices of 5 lines with 200 new customers and 50 new items, then change them all.

`./dev bench documents` runs it; it counts calls.
"""

import json
import sys
from pathlib import Path

from devtools import processes
from devtools.bench_documents import MAKER, invoices_of, make_and_mark
from devtools.bench_tenant import check_sent, connected_books, run_to_the_end
from devtools.simulator import control

INVOICES, CUSTOMERS, ITEMS = 1000, 200, 50
BARS = {
    "calls_per_1000_new_masters": 25,
    "first_accepted_call": 4,
    "calls_per_1000_changed": 50,
}


def main(output):
    """Measure, and write figures and bars into a file."""
    with connected_books() as books:
        figures = _measure(books)
    output.write_text(json.dumps({"figures": figures, "bars": BARS}))


def _measure(books):
    [tenant_id] = books.tenant_ids
    print(f"  making {INVOICES} invoices", flush=True)
    make_and_mark(books, tenant_id, INVOICES, CUSTOMERS, ITEMS)
    print("  sending", flush=True)
    calls = _run(books)
    writes = [call for call in calls if call["method"] in ("PUT", "POST")]
    accepted = next(
        position
        for position, call in enumerate(writes, start=1)
        if call["path"].endswith("/Invoices") and call["status"] == 200
    )
    print("  changing them", flush=True)
    books.run_apart(MAKER, tenant_id, "change")
    changing = _run(books)
    return {
        "calls_per_1000_new_masters": len(writes) * 1000 // INVOICES,
        "first_accepted_call": accepted,
        "calls_per_1000_changed": len(changing) * 1000 // INVOICES,
    }


def _run(books):
    """Send what waits, and return the calls of the accounting API."""
    control(books.xero_url, "journal", method="DELETE")
    with books.tenant(books.tenant_ids[0]) as tenant:
        run_to_the_end(tenant, books.xero_url)
        check_sent(invoices_of(tenant.env))
    calls = control(books.xero_url, "journal")
    return [call for call in calls if call["path"].startswith("/api.xro/")]


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        processes.stop_all()
