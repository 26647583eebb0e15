"""The callback as a browser meets it: login, cookies, redirects, pages."""

import logging
import random
from urllib.parse import urlsplit

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

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

    def test_hostile_answers(self):
        """Whatever a stranger sends here: a page that refuses, never an error, never a write."""
        self.authenticate("xero_manager", "xero_manager")
        self.env.flush_all()
        hostile = [
            "",
            "?",
            "?state",
            "?state=&code=&error=",
            "?state=%00&code=%00",
            "?state=x%00y&code=%ff%fe",
            "?state=%ed%a0%80&code=%f0%9f%92%a5",
            "?state=%E2%80%AE%3Cscript%3Ealert(1)%3C/script%3E",
            "?state=" + "x" * 6000,
            "?code=" + "%C3%A9" * 1500,
            "?" + "&".join(f"p{number}=x" for number in range(900)),
            "?state=a&state=b&code=c&code=d",
            "?state[]=a&code[0]=b",
            "?_kwargs=2&context=3&tenant_id=1&user_id=1",
            "?state=../../etc/passwd&error=%27%3B%20DROP%20TABLE%20xero_token%3B--",
            "?error=access_denied&error_description=%3Cimg%20src=x%20onerror=alert(1)%3E",
            "?state=x&lang=xx_YY&debug=assets&db=other",
            "?%",
            "?%zz=%zz",
            "?;&;=&==",
        ]
        self.env.cr.execute("SELECT count(*), max(id) FROM xero_consent")
        before = self.env.cr.fetchone()
        for query in hostile:
            with self.subTest(query=query[:60]):
                response = self.url_open("/xero/oauth/callback" + query, allow_redirects=False)
                self.assertEqual(response.status_code, 403)
                self.assertNotIn("<script>alert", response.text)
                self.assertNotIn("onerror=alert", response.text)
                self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.env.invalidate_all()
        self.env.cr.execute("SELECT count(*), max(id) FROM xero_consent")
        self.assertEqual(self.env.cr.fetchone(), before)
        self.assertEqual(self.tenant.state, "draft")
        self.assertFalse(self.tenant.notice)
        self.assertFalse(self.calls("POST", "/connect/token"))

    @mute_logger("odoo.http", "werkzeug")
    def test_whatever_comes(self):
        """Names, bytes and lengths by lot, some huge: never an error of ours, never a write."""
        self.authenticate("xero_manager", "xero_manager")
        self.env.flush_all()
        lot = random.Random(5)
        names = ("state", "code", "error", "error_description", "scope", "session_state", "_", "")
        self.env.cr.execute("SELECT count(*), max(id) FROM xero_consent")
        before = self.env.cr.fetchone()
        for _turn in range(40):
            query = "&".join(
                lot.choice(names) + lot.choice(("=", "", "[]=", "==")) + "".join(
                    lot.choice((f"%{lot.randrange(256):02x}", lot.choice("aZ09-._~*'()"), "%", "+"))
                    for _char in range(lot.choice((0, 3, 40, 1500)))
                )
                for _name in range(lot.randrange(6))
            )
            with self.subTest(query=query[:60]):
                response = self.url_open(f"/xero/oauth/callback?{query}", allow_redirects=False)
                self.assertIn(response.status_code, (400, 403, 414))
        self.env.cr.execute("SELECT count(*), max(id) FROM xero_consent")
        self.assertEqual(self.env.cr.fetchone(), before)
        self.env.invalidate_all()
        self.assertEqual(self.tenant.state, "draft")
        self.assertFalse(self.calls("POST", "/connect/token"))

    def test_other_methods_and_hosts(self):
        """Only GET; and the redirect address is never taken from what the browser says."""
        self.authenticate("xero_manager", "xero_manager")
        address = f"{self.base_url()}/xero/oauth/callback?state=x&code=y"
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            response = self.opener.request(method, address, allow_redirects=False, timeout=10)
            self.assertIn(response.status_code, (400, 405), method)
        response = self.url_open(
            "/xero/oauth/callback?state=x&code=y", headers={"X-Forwarded-Host": "evil.example"},
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, 403)
        self.assertNotIn("evil.example", response.text)
        self.assertNotIn("evil.example", self.press_connect())

    def test_nobody_is_logged_in(self):
        """Without a login there is a login page, and no look at the state."""
        self.env.flush_all()
        response = self.url_open("/xero/oauth/callback?state=x&code=y", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
