"""Register payments made in Xero in Odoo's books: what one costs, alone and among many.

Customers pay every invoice in full. One half is settled payment by payment, each in a transaction
of its own, the other as the scheduled action does it; both in one run, so that the ratios do not
depend on the machine.

`./dev bench payments` runs it.
"""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from devtools import demo_story, processes
from devtools.bench_documents import invoices_of, make_and_mark
from devtools.bench_tenant import check_sent, connected_books, run_to_the_end, statements
from devtools.simulator import control

INVOICES, CUSTOMERS = 240, 60
DATE = "2026-11-05"
PLENTY = 3600.0  # seconds; the scheduler's time is not what is measured
BARS = {"sql_per_payment_registered": 45}
FLOORS = {"payments_sql_ratio": 3.5, "payments_cpu_ratio": 2.5}


@dataclass(frozen=True)
class Cost:
    """What registering one payment cost: SQL statements, and milliseconds."""

    sql: float
    cpu_ms: float
    wall_ms: float


def main(output):
    """Measure, and write figures, bars and floors into a file."""
    with connected_books() as books:
        [tenant_id] = books.tenant_ids
        make_and_mark(books, tenant_id, INVOICES, CUSTOMERS)
        with books.tenant(tenant_id) as tenant:
            print(f"  sending {INVOICES} invoices", flush=True)
            run_to_the_end(tenant, books.xero_url)
            check_sent(invoices_of(tenant.env))
            # A server's runs track changes.
            tenant = tenant.with_context(tracking_disable=False)
            payments = _pay(tenant, books.xero_url)
            half = len(payments) // 2
            _one_by_one(payments[:10])  # what is read once in the life of a server
            print("  registering one half one by one", flush=True)
            alone = _measured(tenant, payments[10:half], _one_by_one)
            print("  registering the other half as the scheduled action does", flush=True)
            together = _measured(tenant, payments[half:], lambda _rows: _all_of_them(tenant))
            _check(tenant, payments)
    figures = {
        "sql_per_payment_registered": together.sql,
        "cpu_ms_per_payment_registered": together.cpu_ms,
        "ms_per_payment_registered": together.wall_ms,
        "payments_sql_ratio": round(alone.sql / together.sql, 1),
        "payments_cpu_ratio": round(alone.cpu_ms / together.cpu_ms, 2),
    }
    output.write_text(json.dumps({"figures": figures, "bars": BARS, "floors": FLOORS}))


def _pay(tenant, xero_url):
    """Let somebody approve and pay every invoice in Xero; return the rows that were seen."""
    print(f"  paying {INVOICES} invoices in Xero", flush=True)
    env, organisation = tenant.env, demo_story.COMPANIES[0].organisation
    tenant.write({"payment_choice": "register", "payments_since": "2026-01-01"})
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", tenant.company_id.id)], limit=1
    )
    banks = env["xero.payment.account"].search(
        [("tenant_id", "=", tenant.id), ("kind", "=", "bank")]
    )
    # Nothing is registered while it is only being seen.
    banks.journal_id = False
    links = env["xero.link"].search(
        [("tenant_id", "=", tenant.id), ("res_model", "=", "account.move")]
    )
    env.cr.commit()

    def person(action, **values):
        control(
            xero_url, "person", method="POST", organisation=organisation, action=action, **values
        )

    person("set_lock_dates", period="2025-06-30", end_of_year="2025-06-30")
    for link in links:
        person("approve", guid=link.xero_id)
        person("pay", guid=link.xero_id, amount=f"{link.xero_total:.2f}", date=DATE)
    control(xero_url, "clock", method="POST", advance=60)
    for kind in ("Invoices", "Payments"):
        env["xero.poll"]._make_due(tenant, kind)
    env.cr.commit()
    tenant._cron_sync()
    payments = env["xero.payment"].search([("tenant_id", "=", tenant.id)], order="date, id")
    assert len(payments) == INVOICES, f"{len(payments)} payments were seen"
    assert set(payments.mapped("state")) == {"waiting"}, set(payments.mapped("state"))
    banks.filtered(lambda bank: not bank.currency_code or bank.currency_code == "AUD").write(
        {"journal_id": journal.id}
    )
    payments.write({"state": "left"})
    env.cr.commit()
    return payments


def _measured(tenant, payments, settle):
    payments.write({"state": "new", "message": False})
    tenant.env.cr.commit()
    tenant.env.invalidate_all()
    sql, cpu, wall = statements(), time.process_time(), time.monotonic()
    settle(payments)
    count = len(payments)
    return Cost(
        round((statements() - sql) / count, 1),
        round((time.process_time() - cpu) * 1000 / count, 1),
        round((time.monotonic() - wall) * 1000 / count, 1),
    )


def _one_by_one(payments):
    payments.write({"state": "new", "message": False})
    payments.env.cr.commit()
    for payment in payments:
        payment.env.invalidate_all()
        payment._settle()
        payment.env.cr.commit()


def _all_of_them(tenant):
    tenant._settle_payments(PLENTY)
    tenant.env.cr.commit()


def _check(tenant, payments):
    """End the benchmark when something was not registered: its figures would mean nothing."""
    tenant.env.invalidate_all()
    assert set(payments.mapped("state")) == {"registered"}, payments.mapped("message")[:3]
    assert len(payments.payment_id) == len(payments)
    moves = tenant.env["account.move"].browse(payments.link_id.mapped("res_id"))
    assert not any(moves.mapped("amount_residual")), "an invoice is still open"


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        processes.stop_all()
