"""The callback as a browser meets it: login, cookies, redirects, pages."""

import logging
from urllib.parse import urlsplit

from odoo.tests import HttpCase, new_test_user, tagged

from ..controllers.access_log import HideConsentAnswer
from .xero_case import AUSTRALIA, XeroWorld


@tagged("post_install", "-at_install")
class TestCallback(XeroWorld, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_world(f"http://localhost:{cls.http_port()}")

    def press_connect(self):
        """Press the button on the form, in the browser that is logged in."""
        action = self.make_jsonrpc_request(
            "/web/dataset/call_button/xero.tenant/action_connect",
            {"model": "xero.tenant", "method": "action_connect", "args": [self.tenant.ids],
             "kwargs": {}},
        )
        return action["url"]

    def arrive(self, address):
        parts = urlsplit(address)
        response = self.url_open(f"{parts.path}?{parts.query}", allow_redirects=False)
        self.env.invalidate_all()
        return response

    def test_whole_way(self):
        """Back on this very form, at a clean address, connected."""
        self.authenticate("xero_manager", "xero_manager")
        response = self.arrive(self.sim.consent(self.press_connect(), AUSTRALIA))
        self.assertEqual(response.status_code, 302)
        self.assertEqual(
            urlsplit(response.headers["Location"]).path, f"/odoo/xero-tenants/{self.tenant.id}"
        )
        self.assertNotIn("code", response.headers["Location"])
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(self.tenant.state, "connected", self.tenant.banner)

    def test_logged_out_meanwhile(self):
        """The login in between keeps code and state, and the browser's cookie vouches for it."""
        self.authenticate("xero_manager", "xero_manager")
        address = self.sim.consent(self.press_connect(), AUSTRALIA)
        self.opener.cookies.pop("session_id")
        response = self.arrive(address)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertIn("code%3D", response.headers["Location"])
        self.assertIn("state%3D", response.headers["Location"])
        cookie = self.opener.cookies["xero_consent"]
        self.authenticate("xero_manager", "xero_manager")  # a new session, in the same browser
        self.opener.cookies.set("xero_consent", cookie)
        self.arrive(address)
        self.assertEqual(self.tenant.state, "connected", self.tenant.banner)

    def test_another_browser(self):
        """The right user in a browser that did not begin: refused."""
        self.authenticate("xero_manager", "xero_manager")
        address = self.sim.consent(self.press_connect(), AUSTRALIA)
        self.opener.cookies.clear()
        self.authenticate("xero_manager", "xero_manager")
        response = self.arrive(address)
        self.assertEqual(response.status_code, 403)
        self.assertIn("another browser", response.text)
        self.assertEqual(self.tenant.state, "draft")

    def test_another_user(self):
        new_test_user(
            self.env, "other_manager", groups="account.group_account_manager",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        self.authenticate("xero_manager", "xero_manager")
        address = self.sim.consent(self.press_connect(), AUSTRALIA)
        self.authenticate("other_manager", "other_manager")
        response = self.arrive(address)
        self.assertEqual(response.status_code, 403)
        self.assertIn("Nothing was connected", response.text)
        self.assertFalse(self.calls("POST", "/connect/token"))

    def test_foreign_state(self):
        self.authenticate("xero_manager", "xero_manager")
        response = self.url_open("/xero/oauth/callback?code=x&state=%3Cb%3E", allow_redirects=False)
        self.assertEqual(response.status_code, 403)
        self.assertIn("Xero Tenants", response.text)
        self.assertNotIn("<b>", response.text.partition("<main>")[2])

    def test_cancelled(self):
        self.authenticate("xero_manager", "xero_manager")
        response = self.arrive(self.sim.consent(self.press_connect(), cancel=True))
        self.assertEqual(response.status_code, 302)
        self.assertIn("cancelled", self.tenant.banner)

    def test_only_get(self):
        self.authenticate("xero_manager", "xero_manager")
        response = self.url_open("/xero/oauth/callback", data={"state": "x"})
        self.assertEqual(response.status_code, 405)

    def test_access_log(self):
        """Neither code nor state stand in the server's log, nor in that of a login in between."""
        [hide] = [
            hide for hide in logging.getLogger("werkzeug").filters
            if isinstance(hide, HideConsentAnswer)
        ]
        for address in (
            "/xero/oauth/callback?code=canary&state=canary",
            "/web/login?redirect=%2Fxero%2Foauth%2Fcallback%3Fcode%3Dcanary%26state%3Dcanary",
        ):
            for message, arguments in (
                ('"%s" %s', (f"GET {address} HTTP/1.1", 303)),
                (f'"GET {address} HTTP/1.1" 303', None),
            ):
                record = logging.makeLogRecord({"msg": message, "args": arguments})
                self.assertTrue(hide.filter(record))
                self.assertIn("callback", record.getMessage())
                self.assertIn("303", record.getMessage())
                self.assertNotIn("canary", record.getMessage())

    def test_cookie(self):
        """The cookie that knows the browser again is not for scripts, and short-lived."""
        self.authenticate("xero_manager", "xero_manager")
        self.press_connect()
        cookie = next(cookie for cookie in self.opener.cookies if cookie.name == "xero_consent")
        self.assertTrue(cookie.has_nonstandard_attr("HttpOnly"))
        self.assertEqual(cookie.get_nonstandard_attr("SameSite"), "Lax")
        self.assertLess(cookie.expires, 2**40)
