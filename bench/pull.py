"""Poll Xero through a day on which nothing happens there, then see 1,000 invoices that were paid
there, payments included; count the calls.

`./dev bench pull` runs it.
"""

import json
import sys
import time
from pathlib import Path
from unittest.mock import patch

from devtools import demo_story, processes
from devtools.bench_documents import invoices_of, make_and_mark
from devtools.bench_tenant import check_sent, connected_books, run_to_the_end, statements
from devtools.simulator import control

INVOICES, CUSTOMERS = 1000, 200
RUN_EVERY, DAY = 5, 24 * 60  # minutes
# Moves the stored moments back; the place is for a count of minutes.
PASS_TIME = (
    "UPDATE xero_poll SET next_at = next_at - make_interval(mins => %s)",
    "UPDATE xero_poll SET polled_at = polled_at - make_interval(mins => %s)",
    "UPDATE xero_budget SET paused_until = paused_until - make_interval(mins => %s)",
    "UPDATE xero_budget SET minute_since = minute_since - make_interval(mins => %s)",
    "UPDATE xero_budget SET asked_at = asked_at - make_interval(mins => %s)",
    "UPDATE xero_budget SET noted_at = noted_at - make_interval(mins => %s)",
    "UPDATE xero_token SET access_expires_at = access_expires_at - make_interval(mins => %s)",
)
BARS = {"quiet_day_calls": 299, "calls_1000_paid": 25}


def main(output):
    """Measure, and write figures and bars into a file."""
    with connected_books() as books:
        [tenant_id] = books.tenant_ids
        make_and_mark(books, tenant_id, INVOICES, CUSTOMERS)
        with books.tenant(tenant_id) as tenant:
            print(f"  sending {INVOICES} invoices", flush=True)
            run_to_the_end(tenant, books.xero_url)
            check_sent(invoices_of(tenant.env))
            figures = _quiet_day(tenant, books.xero_url) | _paid(tenant, books.xero_url)
    output.write_text(json.dumps({"figures": figures, "bars": BARS}))


def _quiet_day(tenant, xero_url):
    """Let the scheduled action run through a day, and count its calls."""
    print("  letting a quiet day pass", flush=True)
    _pass_time(tenant, xero_url, minutes=30)
    tenant._cron_sync()  # what the sending left to see
    control(xero_url, "journal", method="DELETE")
    for _run in range(DAY // RUN_EVERY):
        _pass_time(tenant, xero_url, minutes=RUN_EVERY)
        tenant._cron_sync()
    calls = _calls(xero_url)
    assert len(calls) > 200, f"only {len(calls)} calls: a kind was not read"
    assert all(call["method"] == "GET" for call in calls), "something was written"
    return {"quiet_day_calls": len(calls)}


def _paid(tenant, xero_url):
    """Let somebody approve and pay every invoice in Xero, and see all of it."""
    print(f"  paying {INVOICES} invoices in Xero", flush=True)
    tenant.write({"payment_choice": "register", "payments_since": "2026-01-01"})
    tenant.env.cr.commit()
    _person(xero_url, "set_lock_dates", period="2025-06-30", end_of_year="2025-06-30")
    links = tenant.env["xero.link"].search(
        [("tenant_id", "=", tenant.id), ("res_model", "=", "account.move")]
    )
    for link in links:
        _person(xero_url, "approve", guid=link.xero_id)
        _person(xero_url, "pay", guid=link.xero_id, amount=f"{link.xero_total:.2f}")
    _pass_time(tenant, xero_url, minutes=16)
    control(xero_url, "journal", method="DELETE")
    sql, cpu, runs = statements(), time.process_time(), 0
    # What Odoo books for a payment asks nothing of Xero, and is not measured here.
    with patch.object(type(tenant), "_settle_payments", lambda _tenant, seconds_left: seconds_left):
        while links.filtered(lambda link: link.xero_stage != "paid") or _payments_due(tenant):
            runs += 1
            assert runs < 20, "not everything was seen"
            tenant._cron_sync()
            tenant.env.invalidate_all()
    sql, cpu = statements() - sql, time.process_time() - cpu
    payments = tenant.env["xero.payment"].search_count([("tenant_id", "=", tenant.id)])
    assert payments == INVOICES, f"{payments} payments were seen"
    return {
        "calls_1000_paid": len(_calls(xero_url)),
        "sql_per_paid_invoice_seen": round(sql / INVOICES, 3),
        "cpu_ms_per_paid_invoice_seen": round(cpu * 1000 / INVOICES, 2),
    }


def _person(xero_url, action, **values):
    """Let a person in Xero do something."""
    organisation = demo_story.COMPANIES[0].organisation
    control(
        xero_url, "person", method="POST", organisation=organisation, action=action, **values
    )


def _payments_due(tenant):
    return "Payments" in tenant.env["xero.poll"]._due(tenant).mapped("resource")


def _calls(xero_url):
    return [call for call in control(xero_url, "journal") if "/api.xro/" in call["path"]]


def _pass_time(tenant, xero_url, minutes):
    """Move the stored moments back and the simulator's clock forward."""
    for statement in PASS_TIME:
        tenant.env.cr.execute(statement, [minutes])
    tenant.env.cr.commit()
    tenant.env.invalidate_all()
    control(xero_url, "clock", method="POST", advance=minutes * 60)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        processes.stop_all()
