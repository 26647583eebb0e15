"""Send 1,000 posted invoices of 5 lines whose contacts are linked, and count what it costs; beside
it, as the yardstick, some of the same invoices one by one.

`./dev bench push` runs it.
"""

import json
import sys
import time
from pathlib import Path

from devtools import bench_naive, processes
from devtools.bench_tenant import check_sent, connected_tenant, statements
from devtools.simulator import control

INVOICES, LINES, CUSTOMERS = 1000, 5, 200
NAIVE = 100  # invoices more, sent one by one
BARS = {
    "calls_per_1000_linked": 20,
    "sql_per_linked_invoice": 0.5,
    "cpu_ms_per_linked_invoice": 2.0,
}


def main(output):
    """Measure, and write figures and bars into a file."""
    with connected_tenant() as (tenant, xero_url):
        figures = _measure(tenant, xero_url)
    output.write_text(json.dumps({"figures": figures, "bars": BARS}))


def _measure(tenant, xero_url):
    """Send the invoices and return the figures."""
    env = tenant.env
    print(f"  making {INVOICES} invoices of {LINES} lines", flush=True)
    customers, invoices = _make_invoices(env)
    invoices, naive = invoices[NAIVE:], invoices[:NAIVE]
    customers.action_xero_push()
    env.cr.commit()
    tenant._cron_sync()
    check_sent(customers)
    invoices.action_xero_push()
    env.cr.commit()
    env.invalidate_all()

    control(xero_url, "journal", method="DELETE")
    print("  sending", flush=True)
    sql, cpu = statements(), time.process_time()
    tenant._cron_sync()
    sql, cpu = statements() - sql, time.process_time() - cpu
    check_sent(invoices)
    calls = control(xero_url, "journal")
    print("  sending one by one", flush=True)
    control(xero_url, "limits", method="POST", enabled=False)
    naive_sql, naive_cpu = statements(), time.process_time()
    naive_calls = bench_naive.send(tenant, naive)
    naive_sql, naive_cpu = statements() - naive_sql, time.process_time() - naive_cpu
    return {
        "naive_calls_ratio": round((naive_calls / NAIVE) / (len(calls) / INVOICES), 1),
        "naive_cpu_ratio": round((naive_cpu / NAIVE) / (cpu / INVOICES), 1),
        "naive_sql_ratio": round((naive_sql / NAIVE) / (sql / INVOICES), 1),
        "calls_per_1000_linked": len(calls) * 1000 // INVOICES,
        "sql_per_linked_invoice": round(sql / INVOICES, 3),
        "cpu_ms_per_linked_invoice": round(cpu * 1000 / INVOICES, 2),
    }


def _make_invoices(env):
    """Make customers and posted invoices of the company, each line taxed, with odd prices."""
    partners = env["res.partner"].create(
        [{"name": f"Customer {number:03}", "is_company": True} for number in range(CUSTOMERS)]
    )
    products = env["product.product"].search([("sale_ok", "=", True)], limit=20)
    tax = env["account.tax"].search(
        [
            *env["account.tax"]._check_company_domain(env.company),
            ("type_tax_use", "=", "sale"),
            ("name", "=", "10% GST"),
        ],
        limit=1,
    )
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partners[number % CUSTOMERS].id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": products[(number + line) % len(products)].id,
                            "quantity": line + 1,
                            "price_unit": 10.05 + (number * LINES + line) % 997 / 100,
                            "tax_ids": [(6, 0, tax.ids)],
                        },
                    )
                    for line in range(LINES)
                ],
            }
            for number in range(INVOICES + NAIVE)
        ]
    )
    invoices.action_post()
    env.cr.commit()
    return partners, invoices


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        processes.stop_all()
