"""The mirror of an organisation's settings."""

from decimal import Decimal

from odoo.tests import tagged

from ..models import xero_transport
from ..xero import client
from .xero_case import XeroCase


@tagged("post_install", "-at_install")
class TestSettings(XeroCase):
    def setUp(self):
        super().setUp()
        self.connect()
        self.assertEqual(self.tenant.state, "connected", self.tenant.banner)

    def rows(self, model, **criteria):
        return self.env[model].with_context(active_test=False).search(
            [("tenant_id", "=", self.tenant.id), *[(k, "=", v) for k, v in criteria.items()]]
        )

    def test_mirrors_what_xero_has(self):
        """Every kind is there, rates exactly as Xero has them, archived ones inactive."""
        for model in (
            "xero.account", "xero.tax.rate", "xero.currency", "xero.tracking.category",
            "xero.tracking.option", "xero.branding.theme",
        ):
            self.assertTrue(self.rows(model), model)
        output = self.rows("xero.tax.rate", tax_type="OUTPUT")
        self.assertEqual((output.effective_rate, output.active), (10, True))
        self.assertTrue(output.on_revenue)
        self.assertEqual(Decimal(output.components[0]["rate"]), 10)
        self.assertTrue(self.rows("xero.account", system_account="DEBTORS"))
        archived = self.rows("xero.account").filtered(lambda account: not account.active)
        self.assertTrue(archived, "the organisation has archived accounts")

    def test_pull_again_changes_nothing(self):
        """Same rows, no new ones, and the mappings of a person survive."""
        before = {
            model: self.rows(model).ids for model in ("xero.account", "xero.tax.rate")
        }
        self.tenant.action_pull_settings()
        for model, ids in before.items():
            self.assertEqual(self.rows(model).ids, ids)

    # Faults: 17, 18
    def test_another_organisation_answers(self):
        """Nothing is read into the mirror, nothing is sent any more, and the form says why."""
        before = self.rows("xero.account").ids
        books = self.sim.organisations[self.tenant.organisation_id]
        books.profile["OrganisationID"] = "99000000-0000-4000-8000-000000000001"
        self.env.flush_all()
        told = self.tenant.action_pull_settings()
        self.env.invalidate_all()
        self.assertEqual(
            (self.tenant.state, self.tenant.disconnect_reason), ("disconnected", "other")
        )
        self.assertIn("another organisation", told["params"]["message"])
        self.assertIn(self.tenant.organisation_name, self.tenant.banner)
        self.assertEqual(self.rows("xero.account").ids, before)

    def test_changes_in_xero(self):
        """Renamed, archived, gone, and back."""
        accounts = self.sim.organisations[self.tenant.organisation_id].accounts
        sales = next(account for account in accounts.values() if account.get("Code") == "200")
        sales["Name"] = "Sales of everything"
        removed = next(
            account for account in accounts.values()
            if account.get("Code") == "404"
        )
        del accounts[removed["AccountID"]]
        self.tenant.action_pull_settings()
        self.env.invalidate_all()
        self.assertEqual(self.rows("xero.account", code="200").name, "Sales of everything")
        gone = self.rows("xero.account", xero_id=removed["AccountID"])
        self.assertFalse(gone.active)
        accounts[removed["AccountID"]] = removed
        self.tenant.action_pull_settings()
        self.env.invalidate_all()
        self.assertTrue(gone.active)

    def test_few_statements(self):
        """A second pull that finds nothing new costs a few statements, not one per row."""
        self.tenant.action_pull_settings()
        before = self.env.cr.sql_log_count
        self.tenant.action_pull_settings()
        self.assertLess(self.env.cr.sql_log_count - before, 120)

    def test_statements_of_a_call(self):
        """Guard, token, send, note: a handful of statements on the warm path."""
        with self.registry.cursor() as cr:
            env = self.env(cr=cr, su=True)
            before = cr.sql_log_count
            answer = xero_transport.send(
                env, self.tenant.with_env(env), client.Call("GET", "Organisation")
            )
            self.assertEqual(answer.status, 200)
            self.assertLessEqual(cr.sql_log_count - before, 9)

    def test_calls(self):
        """Six calls: the organisation and five lists."""
        self.sim.journal.clear()
        self.tenant.action_pull_settings()
        self.assertEqual(len(self.calls()), 6)

    def test_exchanges_are_redacted(self):
        """Each call is recorded, without ids, bodies or queries."""
        exchanges = self.env["xero.exchange"].search([("tenant_id", "=", self.tenant.id)])
        self.assertEqual(
            sorted(exchanges.mapped("path")),
            ["Accounts", "BrandingThemes", "Currencies", "Organisation", "TaxRates",
             "TrackingCategories"],
        )
        self.assertEqual(set(exchanges.mapped("status")), {200})
        self.assertTrue(all(exchanges.mapped("correlation_id")))
        self.assertTrue(all(exchanges.mapped("bytes_in")))

    def test_budget_is_kept(self):
        budget = self.tenant.sudo().budget_id
        self.assertLess(budget.minute, 60)
        self.assertLess(budget.day, 1000)
        self.assertFalse(self.tenant._wait_until())

    # Faults: 27
    def test_unreadable_answer_changes_nothing(self):
        """A cut or foreign answer: a sentence, and the mirror stays as it was."""
        before = self.rows("xero.account").ids
        for body in ("<html>", "{}", '{"Accounts": [{"Name": 1}]}'):
            self.sim.faults.add("replace", path="/Accounts", body=body)
            self.env.flush_all()
            with self.subTest(body=body):
                try:
                    self.tenant.action_pull_settings()
                except Exception as error:  # only a sentence is allowed
                    self.assertEqual(type(error).__name__, "UserError")
                else:
                    self.fail("An unreadable answer was taken.")
                self.env.invalidate_all()
                self.assertEqual(self.rows("xero.account", active=True).ids[:1], before[:1])
