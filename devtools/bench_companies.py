"""What benchmarks on fresh companies share: Odoo in this process, and a Xero of its own beside it.

The simulator runs in this process as well, so that a benchmark can look into its books.
"""

import contextlib
import os
import secrets
import sys
from urllib.parse import parse_qsl, urlsplit

from xero_simulator import Simulator

from .live import Session

CLIENT_ID = "BENCHAPP"
ODOO_URL = "http://localhost:9401"


@contextlib.contextmanager
def fresh_companies():
    """Lend (environment of the administrator, `xero.app`, simulator) on a database of its own."""
    session = Session.current()
    secret = secrets.token_urlsafe(24)
    with session.database() as database, Simulator() as simulator:
        session.databases.set_base_url(database, ODOO_URL)
        simulator.register_app(CLIENT_ID, secret, [f"{ODOO_URL}/xero/oauth/callback"])
        with _environment(session.odoo, database, simulator.url) as env:
            env = env(user=env.ref("base.user_admin"))
            app = env["xero.app"].create(
                {"name": "Bench", "client_id": CLIENT_ID, "client_secret": secret}
            )
            yield env, app, simulator


def make_company(env, country):
    """A company of a country, by its code, that the administrator may work in."""
    company = env["res.company"].create(
        {
            "name": f"Chart of {country}",
            "country_id": env["res.country"].search([("code", "=", country)]).id,
        }
    )
    env.user.company_ids += company
    return company


def make_tenant(company, app):
    """The tenant of a company, not connected."""
    return company.env["xero.tenant"].create(
        {"name": company.name, "company_id": company.id, "app_id": app.id}
    )


def connect(tenant, simulator, organisation):
    """Connect a tenant as a person would, without a browser."""
    address = tenant.action_connect()["url"]
    tenant.env.cr.commit()
    query = dict(parse_qsl(urlsplit(simulator.consent(address, organisation)).query))
    tenant.env["xero.consent"].sudo()._answer(query["state"], query["code"], "")
    tenant.env.cr.commit()
    tenant.env.invalidate_all()
    if tenant.state != "connected":
        sys.exit(f"{tenant.name} could not be connected: {tenant.notice}")


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
