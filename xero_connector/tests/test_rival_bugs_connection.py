"""Defects of other connectors, 18 to 25 and 36: connection, secrets, companies. One test each,
named after its number; 22 and 26 are in tests/pure, they need no Odoo."""

import json
import logging
from datetime import timedelta
from urllib.parse import urlencode

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models import secret, xero_token
from ..xero import errors
from .push_common import ORGANISATION, XeroPushCase
from .xero_case import CLIENT_SECRET, NEW_ZEALAND


@tagged("post_install", "-at_install")
class TestRivalBugsOfTheConnection(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.token = self.tenant.sudo().token_id

    def expire(self):
        self.token.access_expires_at = self.env.cr.now() - timedelta(minutes=1)
        self.token.rest_until = False
        self.env.flush_all()

    def refreshes(self):
        return self.calls("POST", "/connect/token")

    def unsealed(self, name):
        return secret.unseal(self.token, name, self.token[name])

    # === TOKENS === #

    def test_18_a_refresh_that_fails_keeps_the_tokens(self):
        """One bad answer wiped the tokens, and somebody had to connect anew."""
        kept = self.token.refresh_sealed
        for status in (400, 401, 403, 404, 429, 500, 502, 503):
            with self.subTest(status=status):
                self.expire()
                self.sim.faults.add(
                    "replace", path="/connect/token", status=status, body="", executed=False,
                )
                try:
                    xero_token.access(self.env, self.token.id)
                except errors.XeroError:
                    pass
                else:
                    self.fail("The refresh went well.")
                self.env.invalidate_all()
                self.assertEqual(self.token.refresh_sealed, kept)
                self.assertFalse(self.token.dead)
        self.expire()
        invoice = self.push(self.make_invoice())
        self.assertEqual(invoice.xero_state, "sent", "connected all the time")

    def test_19_tokens_are_refreshed_when_they_end_and_not_before(self):
        """A refresh before every call: half of the traffic, and two at once lost the connection."""
        for _time in range(3):
            self.push(self.make_invoice())
        self.assertEqual(len(self.refreshes()), 0)
        self.expire()
        (self.make_invoice() | self.make_invoice()).action_xero_push()
        self.push(self.make_order())
        self.assertEqual(len(self.refreshes()), 1)

    def test_20_no_token_in_any_log(self):
        """The header with the bearer token stood in the log, for everybody who reads logs."""
        self.expire()
        secrets = {CLIENT_SECRET, self.unsealed("access_sealed"), self.unsealed("refresh_sealed")}
        loggers = [logging.getLogger(name) for name in ("", "urllib3", "odoo", "requests")]
        with self.assertLogs("", "DEBUG") as logs:
            for logger in loggers[1:]:
                self.addCleanup(logger.setLevel, logger.level)
                logger.setLevel(logging.DEBUG)
            self.sim.faults.add("error", method="PUT", path="/Invoices", status=500)
            self.sim.faults.add("drop", method="PUT", path="/Invoices")
            self.push(self.make_invoice())
            self.push(self.make_invoice())
        secrets |= {self.unsealed("access_sealed"), self.unsealed("refresh_sealed")}
        self.assertEqual(len(secrets), 5)
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(e)::text FROM xero_exchange e")
        rows = [text for (text,) in self.env.cr.fetchall()]
        self.assertTrue(rows)
        for text in (*logs.output, *rows):
            for one in secrets:
                self.assertNotIn(one, text)
            self.assertNotIn("Bearer", text)

    def test_21_the_callback_takes_its_own_fresh_state_only(self):
        """Whoever knew a record's id could tie his own organisation to somebody else's books."""
        address = self.sim.consent(self.go_to_xero(), ORGANISATION)
        self.come_back(address)
        exchanged = len(self.refreshes())
        guesses = ("", "1", str(self.tenant.id), str(self.company.id), "xero", "%", "None")
        for state in guesses:
            with self.subTest(state=state):
                query = urlencode({"state": state, "code": "stolen"})
                tenant_id, sentence = self.come_back(f"http://x/?{query}")
                self.assertIsNone(tenant_id)
                self.assertIn("Nothing was changed", sentence)
        self.come_back(address)  # used before
        other = new_test_user(
            self.env, "someone_else", groups="account.group_account_manager",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        self.come_back(self.sim.consent(self.go_to_xero(), ORGANISATION), user=other)
        late = self.sim.consent(self.go_to_xero(), ORGANISATION)
        consents = self.env["xero.consent"].sudo().search([])
        consents.expires_at = self.env.cr.now() - timedelta(seconds=1)
        self.come_back(late)
        self.assertEqual(len(self.refreshes()), exchanged, "no code was exchanged")

    def test_23_no_user_reads_a_secret(self):
        """Every employee could read the tokens, over the API or by a search."""
        user = new_test_user(self.env, "employee", groups="base.group_user")
        clerk = new_test_user(self.env, "clerk", groups="account.group_account_invoice")
        for reader in (user, clerk, self.manager):
            with self.subTest(reader=reader.login):
                for model in ("xero.token", "xero.consent"):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(reader).search([])
                with self.assertRaises(AccessError):
                    self.app.with_user(reader).read(["client_secret_sealed"])
                with self.assertRaises(AccessError):
                    self.env["xero.app"].with_user(reader).search(
                        [("client_secret_sealed", "like", "g%")]
                    )
        answer = json.dumps(self.app.with_user(self.manager).read(), default=str)
        self.assertNotIn(CLIENT_SECRET, answer)
        self.assertNotIn(self.app.sudo().client_secret_sealed, answer)

    # === COMPANIES === #

    def test_24_a_second_tenant_stands_beside_the_first(self):
        """Connecting the second organisation took the first one's tokens and settings away."""
        kiwi = self.make_company("Kiwi", "NZD", "base.nz")
        self.env.user.company_ids += kiwi
        other = self.make_tenant(kiwi)
        accounts = len(self.tenant.account_mapping_ids.filtered("xero_account_id"))
        self.connect(NEW_ZEALAND, tenant=other)
        self.assertEqual((self.tenant.state, other.state), ("connected", "connected"))
        self.assertNotEqual(self.tenant.organisation_id, other.organisation_id)
        self.assertEqual(
            len(self.tenant.account_mapping_ids.filtered("xero_account_id")), accounts
        )
        self.sim.journal.clear()
        here = self.make_partner("Here", company_id=self.company.id)
        there = self.make_partner("There", company_id=kiwi.id)
        here.action_xero_push()
        there.with_company(kiwi).action_xero_push()
        for tenant in (self.tenant, other):
            self.assertIs(tenant.cron_id.method_direct_trigger(), True)
        self.env.invalidate_all()
        self.assertEqual(
            [(call.tenant_id, json.loads(call.body)["Contacts"][0]["Name"])
             for call in self.sim.journal.writes],
            [(self.tenant.organisation_id, "Here"), (other.organisation_id, "There")],
        )

    def test_25_the_run_works_for_the_company_of_the_document(self):
        """The scheduled action took the accounts of the company of whoever it ran as."""
        own = self.company_data["default_account_expense"].copy({"name": "Goods", "code": "5001"})
        self.map_account(own, self.env["xero.account"].search(
            [("tenant_id", "=", self.tenant.id), ("code", "=", "600")]
        ))
        other = self.make_company("Elsewhere", "NZD", "base.nz")
        foreign = self.env["account.account"].with_company(other).create({
            "name": "Foreign", "code": "6001", "account_type": "expense",
            "company_ids": [(6, 0, other.ids)],
        })
        self.product_a.with_company(self.company).property_account_expense_id = own
        self.product_a.with_company(other).property_account_expense_id = foreign
        order = self.make_order()
        order.action_xero_push()
        runner = self.tenant.cron_id.user_id
        runner.company_ids += other
        runner.company_id = other
        self.env.flush_all()
        self.run_engine()
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        [line] = self.held("PurchaseOrders")[order.name]["LineItems"]
        self.assertEqual((line["AccountCode"], line["TaxType"]), ("600", "TAX001"))

    # === ODOO 19 === #

    def test_36_orders_phones_and_dimensions_are_read_by_their_names_of_today(self):
        """Fields that Odoo renamed ended the export of all orders and contacts with an error."""
        partner = self.make_partner("Coast Cafe", phone="+1 212 555 0100")
        plan = self.env["account.analytic.plan"].create({"name": "Anything"})
        account = self.env["account.analytic.account"].create({"name": "It", "plan_id": plan.id})
        order = self.make_order(partner)
        order.order_line.analytic_distribution = {str(account.id): 100}
        self.push(order)
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        [line] = self.held("PurchaseOrders")[order.name]["LineItems"]
        self.assertEqual(line["TaxType"], "TAX001")
        [contact] = [
            row for row in self.sim.organisation(ORGANISATION).contacts.values()
            if row["Name"] == "Coast Cafe"
        ]
        self.assertIn("+1 212 555 0100", str(contact["Phones"]))
