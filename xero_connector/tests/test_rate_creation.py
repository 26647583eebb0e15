"""A rate that is missing in Xero is made there once, whatever becomes of the answer."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .xero_case import XeroCase


@tagged("post_install", "-at_install")
class TestRateCreation(XeroCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        australia = cls.env.ref("base.au")
        group = cls.env["account.tax.group"].create({
            "name": "GST", "company_id": cls.company.id, "country_id": australia.id,
        })
        cls.tax = cls.env["account.tax"].create({
            "name": "Wine 29 %", "type_tax_use": "sale", "amount": 29, "amount_type": "percent",
            "company_id": cls.company.id, "tax_group_id": group.id, "country_id": australia.id,
        })

    def setUp(self):
        super().setUp()
        self.connect()
        self.row = self.tax.xero_tax_mapping_ids.with_user(self.manager)
        self.assertEqual(self.row.state, "unmapped")
        self.sim.journal.clear()

    def prepare(self):
        # The list is grouped by state, which the web client passes on.
        action = self.row.with_context(default_state="unmapped").action_create_rate()
        return self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])

    def made(self):
        """Rates of that name that Xero has."""
        rates = self.sim.organisations[self.tenant.organisation_id].tax_rates.values()
        return [rate for rate in rates if rate["Name"] == "Wine 29 %"]

    def assertTaken(self, creation):
        [rate] = self.made()
        self.assertEqual(creation.state, "done")
        self.assertEqual(self.row.rate_id.tax_type, rate["TaxType"])
        self.assertEqual((self.row.state, self.row.differs), ("chosen", False))

    def test_made_and_chosen(self):
        creation = self.prepare()
        self.assertEqual((creation.name, creation.percent), ("Wine 29 %", 29))
        self.assertTrue(creation.is_reported)
        self.assertEqual(creation.report_as, "sales")
        creation.action_create()
        self.assertTaken(creation)
        [rate] = self.made()
        self.assertEqual(rate["ReportTaxType"], "OUTPUT")
        self.assertEqual(rate["EffectiveRate"], 29)
        self.assertEqual(len(self.calls("PUT")), 1)

    def test_lost_answer(self):
        """Made, but nobody heard of it: Xero is asked before anything is sent again."""
        self.sim.faults.add("drop", method="PUT", path="/TaxRates", executed=True)
        creation = self.prepare()
        with self.assertRaisesRegex(UserError, "nobody knows yet"):
            creation.action_create()
        self.assertEqual((creation.state, len(self.made())), ("unknown", 1))
        self.assertEqual(self.prepare(), creation, "the same wish goes on")
        creation.action_create()
        self.assertTaken(creation)
        self.assertEqual(len(self.calls("PUT")), 1)

    def test_lost_request(self):
        """Not made: sent again, under the same key."""
        self.sim.faults.add("drop", method="PUT", path="/TaxRates", executed=False)
        creation = self.prepare()
        with self.assertRaisesRegex(UserError, "nobody knows yet"):
            creation.action_create()
        self.assertEqual(self.made(), [])
        key = creation.key
        creation.action_create()
        self.assertTaken(creation)
        self.assertEqual(creation.key, key)

    def test_made_but_not_read(self):
        self.sim.faults.add("error", method="GET", path="/TaxRates", status=503)
        creation = self.prepare()
        with self.assertRaisesRegex(UserError, "nobody knows yet"):
            creation.action_create()
        creation.action_create()
        self.assertTaken(creation)
        self.assertEqual(len(self.calls("PUT")), 1)

    def test_refused(self):
        creation = self.prepare()
        creation.name = "GST on Income"
        with self.assertRaisesRegex(UserError, "unique Name"):
            creation.action_create()
        self.assertEqual(creation.state, "draft")
        creation.name = "Wine 29 %"
        creation.action_create()
        self.assertTaken(creation)

    def test_limited(self):
        self.sim.faults.add("limited", method="PUT", path="/TaxRates", retry_after=26)
        creation = self.prepare()
        with self.assertRaisesRegex(UserError, "limit of calls"):
            creation.action_create()
        self.assertEqual((creation.state, self.made()), ("draft", []))

    def test_no_plain_percentage(self):
        self.tax.amount = -29
        with self.assertRaisesRegex(UserError, "by hand"):
            self.row.action_create_rate()

    def test_not_connected(self):
        creation = self.prepare()
        self.tenant._mark_disconnected("removed")
        with self.assertRaisesRegex(UserError, "not connected"):
            creation.action_create()
        self.assertEqual(self.calls("PUT"), [])

    def test_name_that_xero_has(self):
        self.tax.name = "GST on Income"
        self.assertEqual(self.prepare().name, "GST on Income (Sales)")

    def test_only_accountants(self):
        clerk = new_test_user(
            self.env, "clerk", groups="account.group_account_invoice",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.row.with_user(clerk).action_create_rate()
