"""The lists of taxes and accounts: completed, proposed, chosen, read."""

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .xero_case import UNITED_KINGDOM, XeroCase


@tagged("post_install", "-at_install")
class TestMapping(XeroCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env["account.tax.group"].create({
            "name": "GST", "company_id": cls.company.id, "country_id": cls.env.ref("base.au").id,
        })

        def tax(name, use, amount, **values):
            return cls.env["account.tax"].create({
                "name": name, "type_tax_use": use, "amount": amount, "amount_type": "percent",
                "company_id": cls.company.id, "tax_group_id": group.id,
                "country_id": cls.env.ref("base.au").id, **values,
            })

        cls.sale_tax = tax("10% GST", "sale", 10)
        cls.purchase_tax = tax("10% GST", "purchase", 10)
        cls.strange_tax = tax("10% Special", "sale", 10)
        cls.fixed_tax = tax("Levy", "sale", 10, amount_type="fixed")
        cls.sales, cls.adverts = cls.env["account.account"].create([
            {"name": "Sales", "code": "41110", "account_type": "income",
             "company_ids": [(6, 0, cls.company.ids)]},
            {"name": "Something of our own", "code": "61234", "account_type": "expense",
             "company_ids": [(6, 0, cls.company.ids)]},
        ])

    def setUp(self):
        super().setUp()
        self.connect()
        self.assertEqual(self.tenant.state, "connected", self.tenant.banner)

    def tax_row(self, tax):
        return tax.xero_tax_mapping_ids.filtered(lambda row: row.tenant_id == self.tenant)

    def account_row(self, account):
        return account.xero_account_mapping_ids.filtered(lambda row: row.tenant_id == self.tenant)

    def rate(self, tax_type):
        return self.env["xero.tax.rate"].search(
            [("tenant_id", "=", self.tenant.id), ("tax_type", "=", tax_type)]
        )

    def test_certain_ones_are_proposed(self):
        """In the same visit, without a click."""
        self.assertEqual(self.tax_row(self.sale_tax).rate_id.tax_type, "OUTPUT")
        self.assertEqual(self.tax_row(self.purchase_tax).rate_id.tax_type, "INPUT")
        self.assertEqual(self.tax_row(self.sale_tax).state, "proposed")
        self.assertEqual(self.account_row(self.sales).xero_account_id.name, "Sales")
        self.assertEqual(self.tenant.no_tax_rate_id.tax_type, "BASEXCLUDED")

    def test_others_are_listed(self):
        """The person only fills the right column."""
        self.assertEqual(self.tax_row(self.strange_tax).state, "unmapped")
        self.assertIs(self.tax_row(self.strange_tax).notice, False)
        self.assertEqual(self.tax_row(self.fixed_tax).notice, "On the account of each line.")
        self.assertEqual(self.account_row(self.adverts).state, "unmapped")
        self.assertEqual(self.tenant.tax_mapping_text, "3 of 4")
        self.assertEqual(self.tenant.account_mapping_text, "1 of 2")

    def test_reverse_charge_is_not_proposed(self):
        lines = [
            (0, 0, {"repartition_type": "base", "document_type": kind})
            for kind in ("invoice", "refund")
        ] + [
            (0, 0, {"repartition_type": "tax", "document_type": kind, "factor_percent": percent})
            for kind in ("invoice", "refund")
            for percent in (100, -100)
        ]
        reverse = self.purchase_tax.copy({"name": "10% GST Goods", "repartition_line_ids": lines})
        plain = self.purchase_tax.copy({"name": "10% GST Services"})
        self.tenant.action_propose_mappings()
        self.assertEqual(self.tax_row(reverse).state, "unmapped")
        self.assertEqual(self.tax_row(plain).state, "proposed")

    def test_choice_of_a_person_stays(self):
        row = self.tax_row(self.sale_tax).with_user(self.manager)
        row.rate_id = self.rate("EXEMPTOUTPUT")
        self.assertRecordValues(row, [{"state": "chosen", "proposed": False, "differs": True}])
        self.tenant.action_propose_mappings()
        self.tenant.action_pull_settings()
        self.env.invalidate_all()
        self.assertEqual(row.rate_id.tax_type, "EXEMPTOUTPUT")
        row.rate_id = False
        self.assertEqual(row.state, "unmapped")

    def test_confirm(self):
        rows = self.tenant.tax_mapping_ids.with_user(self.manager)
        rows.action_confirm()
        self.assertEqual(self.tax_row(self.sale_tax).state, "chosen")
        self.assertEqual(self.tax_row(self.strange_tax).state, "unmapped")

    def test_new_tax_appears_when_the_list_is_opened(self):
        tax = self.sale_tax.copy({"name": "10% GST Sales"})
        action = self.tenant.with_user(self.manager).action_open_tax_mappings()
        self.assertEqual(action["res_model"], "xero.tax.mapping")
        self.assertEqual(self.tax_row(tax).rate_id.tax_type, "OUTPUT")
        self.tenant.with_user(self.manager).action_open_account_mappings()

    def test_row_of_what_blocks(self):
        """Whoever is led to a tax or account finds its row, a clerk without rights too."""
        account = self.env["account.account"].create({
            "name": "Prepaid", "code": "11999", "account_type": "asset_prepayments",
            "company_ids": [(6, 0, self.company.ids)],
        })
        tax = self.sale_tax.copy({"name": "Strange"})
        self.tenant.action_propose_mappings()
        self.assertFalse(self.account_row(account), "not a type that lines are booked on")
        clerk = new_test_user(
            self.env, "clerk", groups="account.group_account_invoice",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        for record, row_of in ((account, self.account_row), (tax, self.tax_row)):
            self.tenant.with_user(clerk)._ensure_mapping_of(record.with_user(clerk))
            self.tenant.with_user(clerk)._ensure_mapping_of(record.with_user(clerk))
            self.assertEqual(row_of(record).state, "unmapped")

    def test_tables(self):
        """What a run reads: three statements, plain values."""
        self.env.flush_all()
        with self.assertQueryCount(3):
            mappings = self.tenant._xero_mapping_tables()
        rate = mappings.taxes[self.sale_tax.id]
        self.assertEqual((rate.tax_type, rate.percent, rate.active), ("OUTPUT", 10, True))
        self.assertEqual(rate.classes, {"ASSET", "EQUITY", "LIABILITY", "REVENUE"})
        self.assertNotIn(self.strange_tax.id, mappings.taxes)
        self.assertEqual(
            {key: account.code for key, account in mappings.accounts.items()},
            {self.sales.id: "200"},
        )
        self.assertEqual(mappings.no_tax.tax_type, "BASEXCLUDED")
        self.assertIsNone(mappings.sales)

    def test_gone_in_xero(self):
        """The row says so in words, counts as not mapped, and keeps what a person chose."""
        rows = self.tax_row(self.sale_tax) | self.tax_row(self.purchase_tax)
        self.tax_row(self.sale_tax).action_confirm()
        organisation = self.sim.organisations[self.tenant.organisation_id]
        for tax_type in ("OUTPUT", "INPUT"):
            rate = organisation.tax_rates[tax_type]
            organisation.tax_rates.save({**rate, "Status": "DELETED"})
        account = organisation.account_by_code("200")
        organisation.accounts.save({**account, "Status": "ARCHIVED"})
        self.tenant.action_pull_settings()
        self.env.invalidate_all()
        self.assertEqual(rows.mapped("state"), ["unmapped", "unmapped"])
        self.assertEqual(self.tax_row(self.sale_tax).rate_id.tax_type, "OUTPUT")
        for row in (*rows, self.account_row(self.sales)):
            self.assertEqual(row.state, "unmapped")
            self.assertIn("Deleted or archived in Xero", row.notice)
        self.assertEqual(self.tenant.tax_mapping_text, "1 of 4")
        self.tax_row(self.sale_tax).rate_id = self.rate("EXEMPTOUTPUT")
        self.assertRecordValues(
            self.tax_row(self.sale_tax), [{"state": "chosen", "notice": False}]
        )

    def test_filling_a_row_sends_what_waited(self):
        partner = self.env["res.partner"].create({"name": "Waits"})
        link = self.env["xero.link"].create({
            "tenant_id": self.tenant.id, "res_model": "res.partner", "res_id": partner.id,
            "resource": "Contacts",
        })
        link._block("No counterpart.", self.strange_tax)
        self.assertEqual(link.state, "blocked")
        self.tax_row(self.strange_tax).with_user(self.manager).rate_id = self.rate("OUTPUT")
        self.assertEqual(link.state, "pending")
        link._block("No counterpart.", self.adverts)
        self.account_row(self.adverts).xero_account_id = self.env["xero.account"].search(
            [("tenant_id", "=", self.tenant.id), ("code", "=", "400")]
        )
        self.assertEqual(link.state, "pending")

    def test_settings_of_another_tenant(self):
        other = self.make_tenant(self.make_company("Albion", "GBP", "base.uk"))
        self.manager.company_ids += other.company_id
        self.connect(UNITED_KINGDOM, tenant=other)
        self.assertEqual(other.state, "connected", other.banner)
        self.assertEqual(other.no_tax_rate_id.tax_type, "NONE")
        foreign = self.env["xero.tax.rate"].search([("tenant_id", "=", other.id)], limit=1)
        with self.assertRaisesRegex(ValidationError, "belongs to"):
            self.tax_row(self.sale_tax).rate_id = foreign
        with self.assertRaisesRegex(ValidationError, "does not belong"):
            self.env["xero.tax.mapping"].create({
                "tenant_id": other.id, "tax_id": self.sale_tax.id,
            })
        with self.assertRaisesRegex(ValidationError, "belongs to"):
            self.company.xero_tenant_id = other

    def test_form_of_a_tax(self):
        """The rate can be chosen on the tax's own form as well."""
        self.sale_tax.with_user(self.manager).write({
            "xero_tax_mapping_ids": [
                (1, self.tax_row(self.sale_tax).id, {"rate_id": self.rate("EXEMPTOUTPUT").id}),
            ],
        })
        self.assertEqual(self.tax_row(self.sale_tax).state, "chosen")

    def test_banner_names_what_is_missing(self):
        self.assertIn("press Send to Xero", self.tenant.banner)
        self.tax_row(self.strange_tax).usage = 3
        self.env.invalidate_all()
        self.assertIn("Taxes: 1", self.tenant.banner)
        self.assertIn("click into the row", self.tax_row(self.strange_tax).notice)

    def test_tabs_of_readers_and_accountants(self):
        """Whoever reads taxes and accounts sees where they go; accountants choose."""
        for group, may_write in (
            ("account.group_account_readonly", False),
            ("account.group_account_invoice", False),
            ("account.group_account_manager", True),
        ):
            user = new_test_user(
                self.env, f"user_{group}", groups=group,
                company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
            )
            for record, view, field in (
                (self.sale_tax, "account.view_tax_form", "xero_tax_mapping_ids"),
                (self.sales, "account.view_account_form", "xero_account_mapping_ids"),
            ):
                with self.subTest(group=group, field=field):
                    mine = record.with_user(user)
                    arch = mine.get_view(self.env.ref(view).id)["arch"]
                    self.assertIn(f'name="{field}"', arch)
                    [row] = mine[field].read(["state", "notice"])
                    self.assertEqual((row["state"], row["notice"]), ("proposed", False))
                    self.assertEqual(mine[field].has_access("write"), may_write)
