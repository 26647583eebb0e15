"""Write thousands of documents on Odoo's charts of AU, NZ, GB and US, and count those that would
differ in Xero: none may.

Odoo's own tax engine computes them, under both ways to round; Xero's side is the simulator's
reading of the bytes that would be sent, under all three ways to break a tie. What is refused, as
amounts of three decimals must be, is counted among the documents of fewer decimals only.
`./dev bench charts` runs it.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from devtools.bench_companies import connect, fresh_companies, make_company, make_tenant

TURNS = 24  # of each chart
MOVES, ORDERS = 20, 5  # of each turn
BARS = {"chart_differences": 0, "chart_refused_percent": 0.5}


def main(output):
    """Measure, and write figures and bars into a file."""
    with fresh_companies() as (env, app, simulator):
        # Prices and quantities with more decimals than Xero holds.
        env.ref("product.decimal_price").digits = 6
        env.ref("uom.decimal_product_uom").digits = 5
        figures = _measure(env, app, simulator)
    output.write_text(json.dumps({"figures": figures, "bars": BARS}))


def _measure(env, app, simulator):
    """Write and compare on each chart and return the figures."""
    from odoo.addons.xero_connector.tests import chart_books, tax_table

    documents, refused, differences = Counter(), Counter(), []
    for chart, (country, organisation, _table) in tax_table.CHARTS.items():
        book = chart_books.ChartBook(
            env,
            chart,
            make_company(env, country),
            simulator.organisation(organisation),
            lambda company: make_tenant(company, app),
            lambda tenant, organisation=organisation: connect(tenant, simulator, organisation),
        )
        for turn in range(TURNS):
            seen, refusals, found = _turn(book, f"{chart} {turn}", turn)
            documents += seen
            refused += refusals
            differences += found
        print(f"  {country}: {documents.total()} documents so far", flush=True)
    for difference in differences:
        print(f"  {difference}")
    for (decimals, reason), count in sorted(refused.items()):
        print(f"  refused, {decimals} decimals: {count} ({reason})")
    usual = sum(count for decimals, count in documents.items() if decimals < 3)
    usual_refused = sum(count for (decimals, _reason), count in refused.items() if decimals < 3)
    return {
        "chart_documents": documents.total(),
        "chart_differences": len(differences),
        "chart_refused_percent": round(usual_refused * 100 / usual, 3),
    }


def _turn(book, seed, turn):
    """Write some documents and compare them.

    :return: (documents by decimals, refused by decimals and reason, differences)
    """
    from odoo.addons.xero_connector.tests import chart_documents

    methods = chart_documents.METHODS
    writer = chart_documents.Writer(book, seed, methods[turn % len(methods)])
    seen, refused, differences = Counter(), Counter(), []
    for records in (writer.moves(MOVES), writer.orders(ORDERS)):
        refusals, found = chart_documents.compare(book, records)
        seen.update(record.currency_id.decimal_places for record in records)
        refused += refusals
        differences += found
    book.env.invalidate_all()
    return seen, refused, differences


if __name__ == "__main__":
    main(Path(sys.argv[1]))
