"""Propose a rate for every tax of Odoo's charts of AU, NZ, GB and US, and count the right ones.

Fresh companies with Odoo's own charts meet the rates that an organisation of their country starts
with in Xero; what is proposed is held against the table of `xero_connector/tests/tax_table.py`,
which was made by hand. `./dev bench taxes` runs it.
"""

import contextlib
import json
import os
import secrets
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from devtools.live import Session
from xero_simulator import Simulator

CLIENT_ID = "BENCHAPP"
ODOO_URL = "http://localhost:9401"
BARS = {"tax_proposals_wrong": 0}
FLOORS = {"tax_proposals_percent": 95}


def main(output):
    """Measure, and write figures and bars into a file."""
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
            figures = _measure(env, app, simulator)
    output.write_text(json.dumps({"figures": figures, "bars": BARS, "floors": FLOORS}))


def _measure(env, app, simulator):
    """Propose on each chart and return the figures."""
    from odoo.addons.xero_connector.tests import tax_table

    equivalent = right = 0
    wrong = []
    for chart, (country, organisation, table) in tax_table.CHARTS.items():
        company = env["res.company"].create(
            {
                "name": f"Chart of {country}",
                "country_id": env["res.country"].search([("code", "=", country)]).id,
            }
        )
        env.user.company_ids += company
        env["account.chart.template"].try_loading(chart, company, install_demo=False)
        tenant = env["xero.tenant"].create(
            {"name": company.name, "company_id": company.id, "app_id": app.id}
        )
        _connect(tenant, simulator, organisation)
        found = tax_table.proposals(tenant)
        of_chart, right_ones, wrong_ones = tax_table.compare(table, found)
        print(f"  {country}: {right_ones} of {of_chart}, wrong: {wrong_ones or 'none'}", flush=True)
        equivalent += of_chart
        right += right_ones
        wrong += wrong_ones
    return {
        "tax_proposals_percent": round(100 * right / equivalent, 1),
        "tax_proposals_wrong": len(wrong),
    }


def _connect(tenant, simulator, organisation):
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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
