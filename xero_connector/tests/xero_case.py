"""A company, an app, a tenant, and a real Xero in a box on a loopback socket."""

import os
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

from odoo.tests import TransactionCase, new_test_user

from xero_simulator import Simulator

AUSTRALIA = "61000000-0000-4000-8000-000000000001"
NEW_ZEALAND = "64000000-0000-4000-8000-000000000001"
UNITED_KINGDOM = "44000000-0000-4000-8000-000000000001"

CLIENT_ID = "CLIENT-OF-THE-TESTS"
CLIENT_SECRET = "canary-client-secret"
BASE_URL = "http://localhost:9401"


class XeroWorld:
    """Set-up shared by cases of every base class."""

    @classmethod
    def set_up_world(cls, base_url=BASE_URL):
        cls.sim = cls.enterClassContext(Simulator())
        cls.enterClassContext(patch.dict(os.environ, {
            "XERO_LOGIN_URL": cls.sim.url,
            "XERO_IDENTITY_URL": cls.sim.url,
            "XERO_API_URL": cls.sim.url,
        }))
        cls.env["ir.config_parameter"].set_param("web.base.url", base_url)
        cls.sim.register_app(CLIENT_ID, CLIENT_SECRET, [f"{base_url}/xero/oauth/callback"])
        cls.app = cls.env["xero.app"].create({
            "name": "Odoo", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        })
        cls.company = cls.make_company("Sunny Side", "AUD", "base.au")
        cls.manager = new_test_user(
            cls.env,
            "xero_manager",
            groups="account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.tenant = cls.make_tenant(cls.company)

    @classmethod
    def make_company(cls, name, currency, country):
        currency = cls.env["res.currency"].with_context(active_test=False).search(
            [("name", "=", currency)]
        )
        currency.active = True
        return cls.env["res.company"].create({
            "name": name, "currency_id": currency.id, "country_id": cls.env.ref(country).id,
        })

    @classmethod
    def make_tenant(cls, company, **values):
        return cls.env["xero.tenant"].create({
            "name": company.name, "company_id": company.id, "app_id": cls.app.id, **values,
        })

    def setUp(self):
        super().setUp()
        self.sim.reset()

    # === THE WAY TO XERO AND BACK === #

    def go_to_xero(self, tenant=None, user=None):
        """Press Connect Now.

        :return: the address of the consent page
        """
        action = (tenant or self.tenant).with_user(user or self.manager).action_connect()
        self.assertEqual((action["type"], action["target"]), ("ir.actions.act_url", "self"))
        return action["url"]

    def come_back(self, address, user=None):
        """Arrive at the callback.

        :return: (tenant id or None, sentence or None)
        """
        self.env.flush_all()
        query = dict(parse_qsl(urlsplit(address).query))
        answer = self.env["xero.consent"].with_user(user or self.manager).sudo()._answer(
            query.get("state", ""), query.get("code", ""), query.get("error", "")
        )
        self.env.invalidate_all()
        return answer

    def connect(self, organisation=AUSTRALIA, tenant=None, user=None, **consent):
        """The whole way; the tenant may be connected or not afterwards."""
        address = self.sim.consent(self.go_to_xero(tenant, user), organisation, **consent)
        return self.come_back(address, user)

    def calls(self, method=None, path=""):
        """Calls in the simulator's journal."""
        return [
            call for call in self.sim.journal
            if method in (None, call.method) and path in call.path
        ]


class XeroCase(XeroWorld, TransactionCase):
    """Cursors that the connector opens are savepoints of the test's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_world()

    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())
