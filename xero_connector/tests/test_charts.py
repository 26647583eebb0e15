"""The proposals on Odoo's own charts, against a table made by hand."""

from odoo.tests import tagged

from . import tax_table
from .xero_case import XeroCase

COUNTRIES = {"AU": ("base.au", "AUD"), "NZ": ("base.nz", "NZD"), "GB": ("base.uk", "GBP"),
             "US": ("base.us", "USD")}


@tagged("post_install", "-at_install")
class TestCharts(XeroCase):
    def proposals_of(self, chart):
        country, organisation, _table = tax_table.CHARTS[chart]
        reference, currency = COUNTRIES[country]
        company = self.make_company(f"Chart {chart}", currency, reference)
        self.env["account.chart.template"].try_loading(chart, company, install_demo=False)
        self.manager.company_ids += company
        tenant = self.make_tenant(company)
        self.connect(organisation, tenant=tenant)
        self.assertEqual(tenant.state, "connected", tenant.banner)
        return tax_table.proposals(tenant)

    def test_charts(self):
        """All that is certain is proposed, nothing is proposed wrongly, no tax is forgotten."""
        for chart, (_country, _organisation, table) in tax_table.CHARTS.items():
            with self.subTest(chart=chart):
                found = self.proposals_of(chart)
                self.assertEqual(set(found), set(table), "the table lists every tax of the chart")
                equivalent, right, wrong = tax_table.compare(table, found)
                self.assertEqual(wrong, [])
                self.assertEqual(right, equivalent, found)
