"""Propose a rate for every tax of Odoo's charts of AU, NZ, GB and US, and count the right ones.

Fresh companies with Odoo's own charts meet the rates that an organisation of their country starts
with in Xero; what is proposed is held against the table of `xero_connector/tests/tax_table.py`,
which was made by hand. `./dev bench taxes` runs it.
"""

import json
import sys
from pathlib import Path

from devtools.bench_companies import connect, fresh_companies, make_company, make_tenant

BARS = {"tax_proposals_wrong": 0}
FLOORS = {"tax_proposals_percent": 95}


def main(output):
    """Measure, and write figures and bars into a file."""
    with fresh_companies() as (env, app, simulator):
        figures = _measure(env, app, simulator)
    output.write_text(json.dumps({"figures": figures, "bars": BARS, "floors": FLOORS}))


def _measure(env, app, simulator):
    """Propose on each chart and return the figures."""
    from odoo.addons.xero_connector.tests import tax_table

    equivalent = right = 0
    wrong = []
    for chart, (country, organisation, table) in tax_table.CHARTS.items():
        company = make_company(env, country)
        env["account.chart.template"].try_loading(chart, company, install_demo=False)
        tenant = make_tenant(company, app)
        connect(tenant, simulator, organisation)
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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
