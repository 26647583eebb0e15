"""A person's session with Odoo over HTTP, as a browser has it: log in, call methods, open pages."""

import http.cookiejar
import json
import urllib.error
import urllib.request

from .console import Trouble

TIMEOUT = 120


class OdooSession:
    """A session on one database of a running Odoo."""

    def __init__(self, url, database):
        self.url = url
        self.database = database
        self.user_id = None
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )

    def login(self, login="admin", password="admin"):
        """Log in, and return the session."""
        answer = self._json(
            "/web/session/authenticate",
            {"db": self.database, "login": login, "password": password},
        )
        self.user_id = answer["uid"]
        return self

    def call(self, model, method, *arguments, **keywords):
        """Call a public method of a model, as the web client does."""
        return self._json(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": arguments, "kwargs": keywords},
        )

    def open(self, address):
        """Open a page, follow its redirects, and return the address where they ended."""
        with self._opener.open(address, timeout=TIMEOUT) as answer:
            answer.read()
            return answer.url

    def _json(self, path, parameters):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": parameters}).encode()
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"}
        )
        with self._opener.open(request, timeout=TIMEOUT) as answer:
            values = json.load(answer)
        if "error" in values:
            raise OdooError(values["error"])
        return values.get("result")


class OdooError(Trouble):
    """Odoo answered a call with an error."""

    def __init__(self, error):
        data = error.get("data") or {}
        self.name = data.get("name", "")
        self.message = data.get("message") or error.get("message", "")
        self.traceback = data.get("debug", "")
        super().__init__(f"Odoo answered: {self.message} ({self.name})")
