"""What benchmarks share: a connected tenant of a demo company, in this process.

Real Odoo code runs in this process, the simulator in another one, with its limits on and no
latency. `./dev bench` leads here; alone a benchmark does not know where Odoo and PostgreSQL are.
"""

import contextlib
import os
import secrets
import sys

from . import demo_story, processes
from .live import Session
from .odoo_server import wait_for_login
from .odoo_session import OdooSession
from .ports import free_port
from .simulator import control, start_simulator

CLIENT_ID = "BENCHAPP"


@contextlib.contextmanager
def connected_tenant():
    """Lend (tenant, address of its Xero): the Australian demo company, connected and mapped.

    The tenant's environment is the system user's, in the tenant's company.
    """
    session = Session.current()
    odoo_port, xero_port = free_port(), free_port()
    odoo_url = f"http://localhost:{odoo_port}"
    secret = secrets.token_urlsafe(24)
    app = f"{CLIENT_ID}:{secret}:{odoo_url}/xero/oauth/callback"
    with session.database() as database:
        xero_url = start_simulator(session.odoo.python, xero_port, app)
        session.databases.set_base_url(database, odoo_url)
        tenant_id = _connect(session.odoo, database, odoo_port, xero_url, secret)
        with _environment(session.odoo, database, xero_url) as env:
            tenant = env["xero.tenant"].browse(tenant_id)
            companies = tenant.company_id.ids
            yield tenant.with_context(
                allowed_company_ids=companies, tracking_disable=True
            ), xero_url


def _connect(odoo, database, port, xero_url, secret):
    """Connect and map a tenant as a person would, over HTTP; return its id."""
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


def check_sent(records):
    """End the benchmark when something was not sent: its figures would mean nothing."""
    env = records.env
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


def run_to_the_end(tenant, xero_url):
    """Run the tenant's scheduled action until nothing waits, a minute passing in between.

    Xero's limit of calls a minute parks the tenant; time passes by moving the stored moments back
    and the simulator's clock forward.
    """
    links = tenant.env["xero.link"]
    tenant._cron_sync()
    while links.search_count([("tenant_id", "=", tenant.id), ("state", "=", "pending")]):
        tenant.env.cr.execute(
            "UPDATE xero_budget SET paused_until = paused_until - interval '60 seconds',"
            " minute_since = minute_since - interval '60 seconds',"
            " asked_at = asked_at - interval '60 seconds',"
            " noted_at = noted_at - interval '60 seconds'"
        )
        tenant.env.cr.execute(
            "UPDATE xero_link SET next_try_at = next_try_at - interval '60 seconds'"
        )
        tenant.env.cr.commit()
        tenant.env.invalidate_all()
        control(xero_url, "clock", method="POST", advance=60)
        tenant._cron_sync()


def statements():
    """Return how many SQL statements this process has run, whatever the cursor."""
    import odoo.sql_db

    return odoo.sql_db.sql_counter
