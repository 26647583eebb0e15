"""Xero's consent page without a browser: read the form, choose an organisation, send it."""

import html.parser
import urllib.error
import urllib.parse
import urllib.request

from .console import Trouble

TIMEOUT = 60


def connect(session, tenant_id, organisation):
    """Take a tenant through Connect Now, as a person would, and leave it connected.

    :param session: The Odoo session of the person, whose cookie the callback must see.
    :param int tenant_id: The `xero.tenant` to connect.
    :param str organisation: The name of the organisation to choose.
    """
    action = session.call("xero.tenant", "action_connect", [tenant_id])
    session.open(give(action["url"], organisation))
    fields = ["state", "disconnect_message", "organisation_name"]
    [tenant] = session.call("xero.tenant", "read", [tenant_id], fields)
    if tenant["state"] != "connected":
        reason = tenant["disconnect_message"] or "no reason given"
        raise Trouble(f"The tenant did not get connected to {organisation}: {reason}")


def give(address, organisation):
    """Answer the consent page at an address with yes; return where the browser is sent."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    with opener.open(address, timeout=TIMEOUT) as answer:
        page = _ConsentPage(answer.read().decode())
    if organisation not in page.organisations:
        offered = ", ".join(page.organisations) or "none"
        raise Trouble(f"Xero's consent page does not offer {organisation}; it offers {offered}.")
    values = {
        "user": page.users[0],
        "organisation": page.organisations[organisation],
        "decision": "allow",
    }
    target = urllib.parse.urljoin(address, page.action)
    try:
        opener.open(target, urllib.parse.urlencode(values).encode(), timeout=TIMEOUT).close()
    except urllib.error.HTTPError as answer:
        if answer.code in (302, 303):
            return answer.headers["Location"]
        raise
    raise Trouble("Xero's consent page did not send the browser back.")


class _ConsentPage(html.parser.HTMLParser):
    """The form of the page: where it goes, who may answer, which organisations it offers."""

    def __init__(self, text):
        super().__init__()
        self.action = ""
        self.users = []
        self.organisations = {}
        self._in_users = False
        self._awaited = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self.action = values.get("action", "")
        elif tag == "select":
            self._in_users = values.get("name") == "user"
        elif tag == "option" and self._in_users:
            self.users.append(values["value"])
        elif tag == "input" and values.get("name") == "organisation":
            self._awaited = values["value"]

    def handle_data(self, data):
        if self._awaited and data.strip():
            self.organisations[data.strip()] = self._awaited
            self._awaited = None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None
