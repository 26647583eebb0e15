"""Send 1,000 posted invoices of 5 lines whose contacts are linked, and count what it costs.

Real Odoo code in this process, the simulator in another one, with its limits on and no latency.
`./dev bench push` runs it; alone it does not know where Odoo and PostgreSQL are.
"""

import contextlib
import json
import os
import secrets
import sys
import time
from pathlib import Path

from devtools import demo_story, processes
from devtools.live import Session
from devtools.odoo_server import wait_for_login
from devtools.odoo_session import OdooSession
from devtools.ports import free_port
from devtools.simulator import control, start_simulator

INVOICES, LINES, CUSTOMERS = 1000, 5, 200
CLIENT_ID = "BENCHAPP"
BARS = {
    "calls_per_1000_linked": 20,
    "http_429": 0,
    "sql_per_invoice": 1.0,
    "cpu_ms_per_invoice": 4.0,
}


def main(output):
    """Measure, and write figures and bars into a file."""
    session = Session.current()
    odoo_port, xero_port = free_port(), free_port()
    odoo_url = f"http://localhost:{odoo_port}"
    secret = secrets.token_urlsafe(24)
    app = f"{CLIENT_ID}:{secret}:{odoo_url}/xero/oauth/callback"
    with session.database() as database:
        xero_url = start_simulator(session.odoo.python, xero_port, app)
        session.databases.set_base_url(database, odoo_url)
        tenant_id = _connect(session.odoo, database, odoo_port, xero_url, secret)
        figures = _measure(session.odoo, database, xero_url, tenant_id)
    output.write_text(json.dumps({"figures": figures, "bars": BARS}))


def _connect(odoo, database, port, xero_url, secret):
    """Connect and map a tenant of the Australian demo company as a person would, over HTTP."""
    print("  connecting a tenant", flush=True)
    process = odoo.serve("odoo-bench", database, port, xero_url, max_cron_threads=0)
    wait_for_login(process, "odoo-bench", port)
    person = OdooSession(f"http://localhost:{port}", database).login()
    story = demo_story.Story(person, CLIENT_ID, secret)
    book = story.open_book(demo_story.COMPANIES[0])
    story.connect(book)
    story.map(book)
    processes.stop(process)
    return book.tenant_id


def _measure(odoo, database, xero_url, tenant_id):
    """Send the invoices and return the figures."""
    with _environment(odoo, database, xero_url) as env:
        tenant = env["xero.tenant"].browse(tenant_id)
        env = env(context={"allowed_company_ids": tenant.company_id.ids, "tracking_disable": True})
        print(f"  making {INVOICES} invoices of {LINES} lines", flush=True)
        customers, invoices = _make_invoices(env)
        customers.action_xero_push()
        env.cr.commit()
        tenant.with_env(env)._cron_sync()
        _check_sent(env, customers)
        invoices.action_xero_push()
        env.cr.commit()
        env.invalidate_all()

        control(xero_url, "journal", method="DELETE")
        print("  sending", flush=True)
        statements, cpu = _statements(), time.process_time()
        tenant.with_env(env)._cron_sync()
        statements, cpu = _statements() - statements, time.process_time() - cpu
        _check_sent(env, invoices)
    calls = control(xero_url, "journal")
    return {
        "calls_per_1000_linked": len(calls) * 1000 // INVOICES,
        "http_429": sum(call["status"] == 429 for call in calls),
        "sql_per_invoice": round(statements / INVOICES, 3),
        "cpu_ms_per_invoice": round(cpu * 1000 / INVOICES, 2),
    }


@contextlib.contextmanager
def _environment(odoo, database, xero_url):
    """Load Odoo in this process and lend its environment, as the system user."""
    for name in ("XERO_LOGIN_URL", "XERO_IDENTITY_URL", "XERO_API_URL"):
        os.environ[name] = xero_url
    config = odoo.config("bench", db_name=database, log_level="warn")

    import odoo.modules.registry
    import odoo.tools
    from odoo import SUPERUSER_ID, api

    odoo.tools.config.parse_config(["-c", str(config)])
    registry = odoo.modules.registry.Registry(database)
    try:
        with registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})
    finally:
        odoo.sql_db.close_db(database)


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
            for number in range(INVOICES)
        ]
    )
    invoices.action_post()
    env.cr.commit()
    return partners, invoices


def _check_sent(env, records):
    """End the benchmark when something was not sent: its figures would mean nothing."""
    env.invalidate_all()
    links = env["xero.link"].search(
        [("res_model", "=", records._name), ("res_id", "in", records.ids)]
    )
    stuck = links.filtered(lambda link: link.state != "sent")
    if len(links) != len(records) or stuck:
        sample = stuck[:1]
        sys.exit(
            f"{len(links) - len(stuck)} of {len(records)} {records._name} were sent. "
            f"First of the others: {sample.state} {sample.message or ''}"
        )


def _statements():
    """Return how many SQL statements this process has run, whatever the cursor."""
    import odoo.sql_db

    return odoo.sql_db.sql_counter


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        processes.stop_all()
