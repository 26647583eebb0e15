"""Calls to Xero's accounting API: what may be asked, and what came back."""

import urllib.parse
from dataclasses import dataclass, field

from . import codec, const, errors, transport
from .transport import session

# Where Xero takes these parameters; the transport adds them, no caller has to remember.
# https://developer.xero.com/documentation/api/accounting/requests-and-responses
SUMMARIZE_ERRORS = ("Contacts", "Invoices", "CreditNotes", "PurchaseOrders", "Items", "Payments")
FOUR_DECIMALS = ("Invoices", "CreditNotes", "Items")

__all__ = ("Answer", "Call", "Limits", "XeroClient", "path_segment", "session")


@dataclass(frozen=True)
class Call:
    """One call: a path below the API (`Invoices`, `Invoices/{id}`), and what goes with it.

    :param bytes body: exact bytes of a write
    :param str key: idempotency key; every creating write has one
    :param datetime if_modified_since: aware UTC; only what changed since
    """

    method: str
    path: str
    params: dict | None = None
    body: bytes | None = field(default=None, repr=False)
    key: str | None = None
    if_modified_since: object = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Calls left, as the answer says; None where it does not."""

    minute: int | None = None
    day: int | None = None
    app_minute: int | None = None


@dataclass(frozen=True)
class Answer:
    """What Xero answered. `retry_after` in seconds."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = ""
    correlation_id: str | None = None
    retry_after: int | None = None
    limit_problem: str | None = None
    limits: Limits = Limits()
    scope_missing: bool = False
    milliseconds: int = 0
    bytes_in: int = 0


class XeroClient:
    """Calls for one organisation, under one access token.

    :param str api_url: scheme, host and port
    :param str tenant_id: Xero's GUID of the organisation
    :param str access_token: valid bearer token; not kept anywhere else
    :param session: from `client.session()`; it carries no credentials and may be shared
    """

    def __init__(self, api_url, tenant_id, access_token, *, session=None):
        self._api_url = api_url
        self._tenant_id = tenant_id
        self._access_token = access_token
        self._session = session or transport.session()

    def __repr__(self):
        return f"<XeroClient {self._tenant_id}>"

    def send(self, call, *, deadline=const.TOTAL_TIMEOUT):
        """Make one call.

        :param float deadline: seconds for the whole exchange
        :return: the answer, whatever its status
        :rtype: Answer
        :raises errors.NotSent: if nothing left this machine
        :raises errors.NoAnswer: if the outcome is unknown
        :raises errors.NotUsable: if the call must not be made
        """
        _check(call)
        raw = transport.exchange(
            self._session,
            call.method,
            self._api_url + const.API_PATH + call.path,
            params=_params(call),
            headers=self._headers(call),
            body=call.body,
            deadline=deadline,
        )
        return _answer(raw)

    def _headers(self, call):
        headers = {
            "Authorization": f"Bearer {self._access_token}",
            "Xero-Tenant-Id": self._tenant_id,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
        }
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        if call.key:
            headers["Idempotency-Key"] = call.key
        if call.if_modified_since:
            headers["If-Modified-Since"] = call.if_modified_since.strftime("%Y-%m-%dT%H:%M:%S")
        return headers


def path_segment(text):
    """A number as part of a path.

    :raises errors.NotUsable: if it could leave the path or hold a control character
    """
    if text in (".", "..") or not text or not text.isprintable():
        raise errors.NotUsable("path", "This number cannot be looked up in Xero.")
    return urllib.parse.quote(text, safe="")


def _params(call):
    resource = call.path.partition("/")[0]
    params = dict(call.params or {})
    if call.body is not None and resource in SUMMARIZE_ERRORS and call.path == resource:
        params["summarizeErrors"] = "false"
    if resource in FOUR_DECIMALS and call.path.count("/") < 2:
        params["unitdp"] = 4
    return params


def _check(call):
    """Refuse what must never be sent: a collection POST finds documents by their number and
    silently edits whoever holds it. Every element of one must carry its GUID.
    """
    if len(call.body or b"") > const.REQUEST_BYTES:
        raise errors.NotUsable("too_large", "The request is larger than Xero takes.")
    if call.method != "POST" or "/" in call.path:
        return
    for elements in codec.loads(call.body or b"{}").values():
        for element in elements:
            if not any(name.endswith("ID") and value for name, value in element.items()):
                raise errors.NotUsable("no_guid", "An update must name the record by its GUID.")


def _answer(raw):
    headers = {name.lower(): value for name, value in raw.headers.items()}
    authenticate = headers.get("www-authenticate", "").lower()
    return Answer(
        status=raw.status,
        body=raw.body,
        content_type=headers.get("content-type", ""),
        correlation_id=headers.get("xero-correlation-id", "")[:100] or None,
        retry_after=_whole(headers.get("retry-after")),
        limit_problem=headers.get("x-rate-limit-problem", "")[:20].lower() or None,
        limits=Limits(
            _whole(headers.get("x-minlimit-remaining")),
            _whole(headers.get("x-daylimit-remaining")),
            _whole(headers.get("x-appminlimit-remaining")),
        ),
        # One of Xero's pages spells it insufficent_scope.
        scope_missing="insufficient_scope" in authenticate or "insufficent_scope" in authenticate,
        milliseconds=raw.milliseconds,
        bytes_in=raw.bytes_in,
    )


def _whole(text):
    """A header's number; None when it is absent or garbage."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
