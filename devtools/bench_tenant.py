"""What benchmarks share: a connected tenant of a demo company, in this process.

Real Odoo code runs in this process, the simulator in another one, with its limits on and no
latency. `./dev bench` leads here; alone a benchmark does not know where Odoo and PostgreSQL are.
"""

import contextlib
import os
import secrets
import sys
from dataclasses import dataclass

from . import demo_story, live, paths, processes
from .live import Session
from .odoo_server import wait_for_login
from .odoo_session import OdooSession
from .ports import free_port
from .simulator import control, start_simulator

CLIENT_ID = "BENCHAPP"


@dataclass(frozen=True)
class ConnectedBooks:
    """A database whose demo companies are connected, and their Xero in a process of its own.

    :param str database: full name of the database
    :param list tenant_ids: ids of the `xero.tenant`, in the order of the companies asked for
    """

    session: Session
    database: str
    xero_url: str
    tenant_ids: list

    @property
    def odoo(self):
        return self.session.odoo

    def run_apart(self, module, *arguments):
        """Run one of our modules as a program: what it does leaves no memory in this process."""
        path = f"{self.odoo.source.home}:{paths.ROOT}"
        variables = self.odoo.environment(**{live.VARIABLE: paths.SESSION}) | {"PYTHONPATH": path}
        command = [self.odoo.python, "-m", module, self.database, *map(str, arguments)]
        if status := processes.foreground(command, env=variables):
            sys.exit(f"{module} ended with status {status}.")

    @contextlib.contextmanager
    def tenant(self, tenant_id):
        """Lend a tenant in this process, as the system user, in the tenant's company."""
        with environment_of(self.odoo, self.database, self.xero_url) as env:
            yield tenant_of(env, tenant_id)


@contextlib.contextmanager
def connected_books(companies=demo_story.COMPANIES[:1], **choices):
    """Lend `ConnectedBooks` of some demo companies, connected and mapped.

    :param choices: options of their tenants that are on when Xero is asked for permission
    """
    session = Session.current()
    odoo_port, xero_port = free_port(), free_port()
    odoo_url = f"http://localhost:{odoo_port}"
    secret = secrets.token_urlsafe(24)
    app = f"{CLIENT_ID}:{secret}:{odoo_url}/xero/oauth/callback"
    with session.database() as database:
        xero_url = start_simulator(session.odoo.python, xero_port, app)
        session.databases.set_base_url(database, odoo_url)
        tenant_ids = _connect(
            session.odoo, database, odoo_port, xero_url, secret, companies, choices
        )
        yield ConnectedBooks(session, database, xero_url, tenant_ids)


@contextlib.contextmanager
def connected_tenant(**choices):
    """Lend (tenant, address of its Xero): the Australian demo company, connected and mapped."""
    with connected_books(**choices) as books, books.tenant(books.tenant_ids[0]) as tenant:
        yield tenant, books.xero_url


def tenant_of(env, tenant_id):
    """Return a tenant in its own company."""
    tenant = env["xero.tenant"].browse(tenant_id)
    return tenant.with_context(allowed_company_ids=tenant.company_id.ids, tracking_disable=True)


def _connect(odoo, database, port, xero_url, secret, companies, choices):
    """Connect and map tenants as a person would, over HTTP; return their ids."""
    print(f"  connecting {len(companies)} tenant{'s'[: len(companies) - 1]}", flush=True)
    process = odoo.serve("odoo-bench", database, port, xero_url, max_cron_threads=0)
    wait_for_login(process, "odoo-bench", port)
    person = OdooSession(f"http://localhost:{port}", database).login()
    story = demo_story.Story(person, CLIENT_ID, secret)
    books = [story.open_book(company) for company in companies]
    for book in books:
        story.connect(book, **choices)
        story.map(book)
    processes.stop(process)
    return [book.tenant_id for book in books]


@contextlib.contextmanager
def environment_of(odoo, database, xero_url=None):
    """Load Odoo in this process and lend its environment, as the system user."""
    if xero_url:
        for name in ("XERO_LOGIN_URL", "XERO_IDENTITY_URL", "XERO_API_URL"):
            os.environ[name] = xero_url
    config = odoo.config(f"bench-{os.getpid()}", db_name=database, log_level="warn")

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
        config.unlink()


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
