"""Documents of the charts of AU, NZ, GB and US come out equal in Xero, through Odoo's tax engine.

`./dev bench charts` does the same with thousands of them.
"""

from collections import Counter

from odoo.tests import tagged

from . import tax_table
from .chart_books import ChartBook
from .chart_documents import METHODS, Writer, compare
from .test_charts import COUNTRIES
from .xero_case import XeroCase

MOVES, ORDERS = 32, 6  # of each chart


@tagged("post_install", "-at_install")
class TestChartDocuments(XeroCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("product.decimal_price").digits = 6
        cls.env.ref("uom.decimal_product_uom").digits = 5

    def book(self, chart):
        country, organisation, _table = tax_table.CHARTS[chart]
        reference, currency = COUNTRIES[country]
        company = self.make_company(f"Chart {chart}", currency, reference)
        self.manager.company_ids += company

        def connect(tenant):
            self.connect(organisation, tenant=tenant)
            self.assertEqual(tenant.state, "connected", tenant.notice)

        return ChartBook(
            self.env, chart, company, self.sim.organisation(organisation), self.make_tenant, connect
        )

    def compare(self, chart):
        """Write documents under both ways to round and hold them against Xero."""
        book, refused, kinds = self.book(chart), Counter(), Counter()
        for method in METHODS:
            writer = Writer(book, f"{chart} {method}", method)
            for records in (writer.moves(MOVES // 2), writer.orders(ORDERS // 2)):
                refusals, differences = compare(book, records)
                self.assertEqual(differences, [])
                refused += refusals
                kinds.update(record.currency_id.decimal_places for record in records)
        self.assertTrue(set(kinds) <= {0, 2, 3})
        self.assertGreater(kinds[2], MOVES / 2)
        return refused, kinds

    def test_charts(self):
        """No difference; refused is what has three decimals, with the figures."""
        refused, kinds = Counter(), Counter()
        for chart in tax_table.CHARTS:
            with self.subTest(chart=chart):
                of_chart, seen = self.compare(chart)
                refused += of_chart
                kinds += seen
        self.assertGreater(min(kinds[decimals] for decimals in (0, 2, 3)), 0)
        self.assertEqual({code for _decimals, code in refused}, {"decimals"})
        self.assertEqual({decimals for decimals, _code in refused}, {3})
