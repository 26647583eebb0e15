"""Coverage counts what the send path would do, and its list leads to what releases documents."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..models.xero_tables import XeroTables
from .push_common import XeroPushCase


@tagged("post_install", "-at_install")
class XeroCoverageCase(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.env["account.move"].search([("company_id", "=", self.company.id)]).filtered(
            lambda move: move.state == "posted"
        ).button_draft()

    def measure(self):
        self.tenant.action_measure_coverage()
        return self.tenant.coverage_gap_ids

    def figures(self):
        return self.tenant.coverage_sendable, self.tenant.coverage_lines

    def make_foreign(self, code, decimals=None):
        currency = self.env["res.currency"].with_context(active_test=False).search(
            [("name", "=", code)]
        )
        currency.active = True
        if decimals:
            currency.rounding = decimals
        self.env["res.currency.rate"].create({
            "currency_id": currency.id, "rate": 2, "name": "2026-01-01",
            "company_id": self.company.id,
        })
        return currency


class TestMeasuring(XeroCoverageCase):
    def test_everything_is_mapped(self):
        self.make_invoice(lines=((1, 10.0), (2, 20.0)))
        self.make_order()
        self.assertFalse(self.measure())
        self.assertEqual(self.figures(), (3, 3))
        self.assertEqual(self.tenant.coverage_percent, 100)

    def test_a_line_counts_with_its_document(self):
        """Two lines could be sent, but stand on invoices that cannot."""
        strange = self.make_tax("sale")
        self.make_invoice(lines=((1, 10.0), (1, 10.0)))
        stuck = self.make_invoice(lines=((1, 10.0), (1, 10.0), (1, 10.0)), taxes=strange)
        stuck.button_draft()
        stuck.invoice_line_ids[0].tax_ids = self.sale_tax
        stuck.action_post()
        [gap] = self.measure()
        self.assertEqual(self.figures(), (2, 5))
        self.assertEqual((gap.lines, gap.documents, gap._cause()), (2, 1, strange))
        self.assertIn(strange.name, gap.sentence)
        self.assertEqual(
            self.env["account.move"].search(gap.action_open_documents()["domain"]), stuck
        )

    def test_the_most_used_first_and_all_of_it(self):
        """A line that lacks two things names both."""
        rare, often = self.make_tax("sale"), self.make_tax("sale")
        account = self.company_data["default_account_revenue"].copy({"code": "41999"})
        self.make_invoice(taxes=rare)
        invoice = self.make_invoice(lines=((1, 1.0),) * 3, taxes=often)
        invoice.button_draft()
        invoice.invoice_line_ids.account_id = account
        invoice.action_post()
        gaps = self.measure()
        self.assertEqual(
            [(gap._cause(), gap.lines) for gap in gaps],
            [(often, 3), (account, 3), (rare, 1)],
        )
        self.assertEqual(self.tenant.coverage_percent, 0)

    def test_what_blocks_is_what_is_listed(self):
        """The same sentence and cause as those of the run."""
        strange = self.make_tax("sale")
        invoices = self.make_invoice(taxes=strange) | self.make_invoice(
            taxes=self.env["account.tax"]
        ) | self.make_invoice(currency_id=self.make_foreign("CHF").id)
        self.tenant.no_tax_rate_id = False
        gaps = self.measure()
        self.push(invoices)
        links = self.link_of(invoices)
        self.assertEqual(set(links.mapped("state")), {"blocked"})
        self.assertEqual(
            {(gap.sentence, gap.cause_model, gap.cause_id) for gap in gaps},
            {(link.message, link.cause_model, link.cause_id) for link in links},
        )

    def test_orders_are_booked_where_the_run_books_them(self):
        account = self.company_data["default_account_expense"].copy({"code": "61999"})
        self.make_order()
        self.product_a.property_account_expense_id = account
        [gap] = self.measure()
        self.assertEqual((gap._cause(), gap.res_model), (account, "purchase.order"))
        self.assertEqual(self.tenant._usage("account"), {account.id: 1})
        self.assertEqual(self.tenant._usage("tax"), {self.purchase_tax.id: 1})

    def test_only_what_is_sent_is_counted(self):
        """No bills and credit notes yet, no drafts, no other tenant's, no kind switched off."""
        self.make_invoice()
        self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.make_partner().id,
            "invoice_line_ids": [Command.create({"name": "Draft", "price_unit": 1})],
        })
        bill = self.env["account.move"].create({
            "move_type": "in_invoice", "partner_id": self.make_partner().id,
            "invoice_date": "2026-11-02",
            "invoice_line_ids": [Command.create({
                "name": "Bill", "price_unit": 1, "tax_ids": [Command.set(self.purchase_tax.ids)],
            })],
        })
        bill.action_post()
        other = self.make_tenant(self.company, name="Other")
        journal = self.company_data["default_journal_sale"].copy({
            "code": "XOT", "xero_tenant_id": other.id,
        })
        self.make_invoice(journal_id=journal.id)
        self.make_invoice(invoice_date="2025-01-01")
        self.make_order()
        self.measure()
        self.assertEqual(self.figures(), (2, 2))
        self.assertEqual(self.tenant._usage("tax"), {self.sale_tax.id: 1, self.purchase_tax.id: 1})
        self.tenant.send_orders = False
        self.measure()
        self.assertEqual(self.figures(), (1, 1))

    def test_what_nothing_can_mend(self):
        """Three decimals, early payment discounts: told without Fix."""
        dinar = self.make_foreign("KWD", 0.001)
        self.env["xero.currency"].sudo().create({
            "tenant_id": self.tenant.id, "code": "KWD", "name": "Dinar",
        })
        self.make_invoice(lines=((1, 1.234),), currency_id=dinar.id)
        self.make_invoice(lines=((1, 1.23),), taxes=self.env["account.tax"], currency_id=dinar.id)
        discount = self.env["account.payment.term"].create({
            "name": "2/7 Net 30",
            "early_discount": True,
            "discount_percentage": 2,
            "discount_days": 7,
            "early_pay_discount_computation": "mixed",
        })
        self.make_invoice(lines=((1, 10.0),), invoice_payment_term_id=discount.id)
        gaps = self.measure()
        self.assertEqual(len(gaps), 2)
        self.assertFalse(any(gaps.mapped("cause_model")))
        self.assertEqual(self.tenant.coverage_sendable, 1)
        self.assertRegex("".join(gaps.mapped("sentence")), "KWD.*discounts|discounts.*KWD")

    def test_cash_rounding_needs_an_account(self):
        """The chosen one, or the counterpart of the account it has in Odoo."""
        loss = self.company_data["default_account_expense"]
        loss.xero_account_mapping_ids.xero_account_id = False
        rounding = self.env["account.cash.rounding"].create({
            "name": "Five cents", "rounding": 0.05, "strategy": "add_invoice_line",
            "rounding_method": "HALF-UP",
            "profit_account_id": self.company_data["default_account_revenue"].id,
            "loss_account_id": loss.id,
        })
        taxes = self.env["account.tax"]
        self.make_invoice(lines=((1, 10.01),), taxes=taxes, invoice_cash_rounding_id=rounding.id)
        self.assertEqual(self.measure()._cause(), loss)
        self.tenant.rounding_account_id = self.env["xero.account"].search(
            [("tenant_id", "=", self.tenant.id), ("system_account", "=", "ROUNDING")]
        )
        self.assertFalse(self.measure())
        self.assertEqual(self.figures(), (2, 2))

    def test_contacts_that_may_not_be_made(self):
        """Where nobody is created in Xero, only documents of those who stand there go."""
        known = self.push(self.make_invoice())
        self.make_invoice(lines=((1, 1.0), (1, 2.0)))
        self.make_order(known.partner_id)
        self.assertFalse(self.measure())
        self.tenant.contact_sync = "never"
        [gap] = self.measure()
        self.assertEqual((gap.lines, gap.documents, gap._cause()), (2, 1, self.tenant))
        self.assertEqual(self.figures(), (2, 4))

    def test_an_error_of_one_line_does_not_stop_the_others(self):
        self.make_invoice()
        self.make_order()
        with (
            patch.object(XeroTables, "theme_of", side_effect=ZeroDivisionError),
            self.assertLogs("odoo.addons.xero_connector.models.xero_coverage", "ERROR"),
        ):
            gaps = self.measure()
        self.assertEqual(len(gaps), 2)
        self.assertIn("server's log", gaps[0].sentence)

    def test_since_the_cut_over(self):
        """Earlier documents are never sent; where there are no others they are the forecast."""
        self.make_invoice(invoice_date="2026-10-01", taxes=self.make_tax("sale"))
        self.make_invoice()
        self.tenant.send_since = "2026-11-01"
        self.assertFalse(self.measure())
        self.assertEqual(self.figures(), (1, 1))
        self.tenant.send_since = "2026-11-20"
        self.assertTrue(self.measure())
        self.assertEqual(self.figures(), (1, 2))
        self.assertIn("forecast", self.tenant.coverage_text)

    def test_nearly_all_is_not_all(self):
        self.tenant.write({"coverage_lines": 0})
        strange = self.make_tax("sale")
        self.make_invoice(lines=((1, 1.0),) * 1001)
        self.make_invoice(taxes=strange)
        self.measure()
        self.assertEqual(self.tenant.coverage_percent, 99.9)


class TestStayingUpToDate(XeroCoverageCase):
    def setUp(self):
        super().setUp()
        self.strange = self.make_tax("sale")
        self.make_invoice(taxes=self.strange)
        self.gap = self.measure()
        self.cron = self.env.ref("xero_connector.ir_cron_xero_coverage")

    def test_mending_leaves_the_list_at_once_and_measures_again(self):
        before = self.tenant.coverage_percent
        rate = self.env["xero.tax.rate"].search(
            [("tenant_id", "=", self.tenant.id), ("tax_type", "=", "TAX001")]
        )
        self.map_tax(self.strange, rate)
        self.assertFalse(self.gap.exists())
        self.assertTrue(self.tenant.coverage_stale)
        self.assertIn("in a moment", self.tenant.coverage_text)
        self.assertEqual(self.tenant.coverage_percent, before)
        self.assertTrue(self.env["ir.cron.trigger"].sudo().search_count(
            [("cron_id", "=", self.cron.id)]
        ))
        self.cron.sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((self.tenant.coverage_percent, self.tenant.coverage_stale), (100, False))
        self.map_tax(self.strange, self.env["xero.tax.rate"])
        self.assertTrue(self.tenant.coverage_stale)

    def test_what_stays_keeps_its_row(self):
        """It may be on somebody's screen, who presses Fix there."""
        self.make_invoice(lines=((1, 1.0), (1, 2.0)), taxes=self.strange)
        self.make_invoice(taxes=self.make_tax("sale"))
        gaps = self.measure()
        self.assertEqual((gaps[0], len(gaps)), (self.gap, 2))
        self.assertEqual((self.gap.lines, self.gap.documents), (3, 2))
        self.assertEqual(self.measure(), gaps)

    def test_reading_settings_measures(self):
        self.gap.sudo().unlink()
        self.tenant.action_pull_settings()
        self.env.invalidate_all()
        self.assertEqual(self.tenant.coverage_gap_ids._cause(), self.strange)

    def test_choices_on_the_tenant(self):
        self.tenant.send_orders = False
        self.assertTrue(self.tenant.coverage_stale)

    def test_fix_leads_to_the_row(self):
        action = self.gap.action_fix()
        row = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual((row._name, row.tax_id), ("xero.tax.mapping", self.strange))
        self.tenant.no_tax_rate_id = False
        self.make_invoice(taxes=self.env["account.tax"])
        gap = self.measure().filtered(lambda gap: gap.cause_model == "xero.tenant")
        action = gap.action_fix()
        self.assertEqual((action["res_id"], action["target"]), (self.tenant.id, "new"))

    def test_who_reads_and_who_fixes(self):
        clerk = new_test_user(
            self.env, "coverage_clerk", groups="account.group_account_invoice",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        self.assertTrue(self.gap.with_user(clerk).sentence)
        self.assertTrue(self.tenant.with_user(clerk).coverage_text)
        with self.assertRaisesRegex(UserError, "administrator"):
            self.gap.with_user(clerk).action_fix()
