"""Change 2,000 customers that stand in Xero, and count the calls; then save them unchanged.

`./dev bench masters` runs it.
"""

import json
import sys
import time
from pathlib import Path

from devtools import processes
from devtools.bench_tenant import check_sent, connected_tenant, run_to_the_end, statements
from devtools.simulator import control

CUSTOMERS = 2000
BARS = {
    "calls_2000_customers": 40,
    "calls_unchanged_customers": 0,
    "sql_per_changed_customer": 2.0,
    "cpu_ms_per_changed_customer": 4.0,
}


def main(output):
    """Measure, and write figures and bars into a file."""
    with connected_tenant() as (tenant, xero_url):
        figures = _measure(tenant, xero_url)
    output.write_text(json.dumps({"figures": figures, "bars": BARS}))


def _measure(tenant, xero_url):
    """Change the customers and return the figures."""
    env = tenant.env
    print(f"  sending {CUSTOMERS} customers", flush=True)
    customers = env["res.partner"].create(
        [{"name": f"Customer {number:04}", "is_company": True} for number in range(CUSTOMERS)]
    )
    customers.action_xero_push()
    env.cr.commit()
    _run(tenant, xero_url)
    check_sent(customers)

    print("  changing them", flush=True)
    for customer in customers:
        customer.email = f"office{customer.id}@example.com"
    env.cr.commit()
    calls, sql, cpu = _run(tenant, xero_url)
    check_sent(customers)

    for customer in customers:
        customer.email = customer.email
    env.cr.commit()
    unchanged, _sql, _cpu = _run(tenant, xero_url)
    check_sent(customers)
    return {
        "calls_2000_customers": calls,
        "calls_unchanged_customers": unchanged,
        "sql_per_changed_customer": round(sql / CUSTOMERS, 3),
        "cpu_ms_per_changed_customer": round(cpu * 1000 / CUSTOMERS, 2),
    }


def _run(tenant, xero_url):
    """Send what waits.

    :return: (calls, SQL statements, CPU seconds of this process)
    """
    control(xero_url, "journal", method="DELETE")
    tenant.env.invalidate_all()
    sql, cpu = statements(), time.process_time()
    run_to_the_end(tenant, xero_url)
    sql, cpu = statements() - sql, time.process_time() - cpu
    return len(control(xero_url, "journal")), sql, cpu


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        processes.stop_all()
