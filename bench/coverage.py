"""Measure coverage over 100,000 lines of invoices and orders, some of which lack something.

`./dev bench coverage` runs it.
"""

import json
import sys
import time
from pathlib import Path

from devtools import processes
from devtools.bench_tenant import connected_tenant

INVOICES, ORDERS, LINES, COPIES = 80, 20, 10, 100
BARS = {"coverage_seconds": 5.0}

# Ids of the copies: behind everything that the database holds.
STRIDE = 1_000_000


def main(output):
    """Measure, and write figures and bars into a file."""
    with connected_tenant() as (tenant, _xero_url):
        figures = _measure(tenant)
    output.write_text(json.dumps({"figures": figures, "bars": BARS}))


def _measure(tenant):
    """Make the documents and return the figures."""
    env = tenant.env
    tenant._measure_coverage()
    before = tenant.coverage_lines
    print(f"  making {(INVOICES + ORDERS) * LINES * COPIES} lines", flush=True)
    invoices, orders = _make_documents(env)
    env.flush_all()
    _multiply(env, "account_move", "account_move_line", "move_id", invoices)
    _multiply(env, "purchase_order", "purchase_order_line", "order_id", orders)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.invalidate_all()

    print("  measuring", flush=True)
    began = time.perf_counter()
    tenant.action_measure_coverage()
    env.flush_all()
    seconds = time.perf_counter() - began
    env.cr.commit()
    expected = before + (INVOICES + ORDERS) * LINES * COPIES
    if tenant.coverage_lines != expected or not 0 < tenant.coverage_percent < 100:
        sys.exit(f"Expected {expected} lines, some of them lacking: {tenant.coverage_text}")
    return {"coverage_seconds": round(seconds, 2)}


def _make_documents(env):
    """Post invoices and confirm orders over many products, accounts, taxes and customers."""
    partners = env["res.partner"].create(
        [{"name": f"Partner {number:02}", "is_company": True} for number in range(20)]
    )
    products = env["product.product"].search([("sale_ok", "=", True)], limit=30)
    own = env["account.tax"]._check_company_domain(env.company)
    taxes = {
        use: env["account.tax"].search([*own, ("type_tax_use", "=", use)], limit=6)
        for use in ("sale", "purchase")
    }
    accounts = env["account.account"].search(
        [
            *env["account.account"]._check_company_domain(env.company),
            ("account_type", "=", "income"),
        ]
    )
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partners[number % len(partners)].id,
                "invoice_date": env.cr.now().date(),
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": products[(number + line) % len(products)].id,
                            "account_id": accounts[(number // 8) % len(accounts)].id,
                            "quantity": line + 1,
                            "price_unit": 10.05 + number,
                            "tax_ids": [(6, 0, taxes["sale"][number % 6].ids)],
                        },
                    )
                    for line in range(LINES)
                ],
            }
            for number in range(INVOICES)
        ]
    )
    invoices.action_post()
    orders = env["purchase.order"].create(
        [
            {
                "partner_id": partners[number % len(partners)].id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": products[(number + line) % len(products)].id,
                            "product_qty": line + 1,
                            "price_unit": 10.05 + number,
                            "tax_ids": [(6, 0, taxes["purchase"][line % 6].ids)],
                        },
                    )
                    for line in range(LINES)
                ],
            }
            for number in range(ORDERS)
        ]
    )
    orders.button_confirm()
    return invoices, orders


def _multiply(env, documents, lines, parent, records):
    """Copy rows of documents, of their lines and of the lines' taxes, in the database alone:
    posting them would take an hour and prove nothing more."""
    from odoo.tools import SQL

    taxes = env[lines.replace("_", ".")]._fields["tax_ids"]
    of_documents = SQL("%s IN %s", SQL.identifier(parent), records._ids)
    of_lines = SQL("SELECT id FROM %s WHERE %s", SQL.identifier(lines), of_documents)
    for table, identities, chosen in (
        (documents, ["id"], SQL("id IN %s", records._ids)),
        (lines, ["id", parent], of_documents),
        (
            taxes.relation,
            [taxes.column1],
            SQL("%s IN (%s)", SQL.identifier(taxes.column1), of_lines),
        ),
    ):
        columns = _columns(env, table)
        values = {name: SQL.identifier(name) for name in columns}
        values |= {name: SQL("%s + k * %s", SQL.identifier(name), STRIDE) for name in identities}
        if table == documents:
            values["name"] = SQL("name || '-' || k")
        env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(names)s) SELECT %(values)s FROM %(table)s,"
                " generate_series(1, %(copies)s) AS k WHERE %(chosen)s",
                table=SQL.identifier(table),
                names=SQL(", ").join(SQL.identifier(name) for name in columns),
                values=SQL(", ").join(values.values()),
                copies=COPIES - 1,
                chosen=chosen,
            )
        )


def _columns(env, table):
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return [name for (name,) in env.cr.fetchall()]


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        processes.stop_all()
