"""Calls to Xero's accounting API: what may be asked, and what came back."""

import datetime
import re
import urllib.parse
from dataclasses import dataclass, field

from . import codec, const, errors, transport
from .transport import session

# Where Xero takes these parameters; the transport adds them, no caller has to remember.
# https://developer.xero.com/documentation/api/accounting/requests-and-responses
SUMMARIZE_ERRORS = ("Contacts", "Invoices", "CreditNotes", "PurchaseOrders", "Items", "Payments")
FOUR_DECIMALS = ("Invoices", "CreditNotes", "Items")

# What names the record that an element of a collection POST changes.
GUIDS = {
    "Contacts": "ContactID",
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "PurchaseOrders": "PurchaseOrderID",
    "Items": "ItemID",
}
KEY = re.compile(r"[!-~]{1,128}")
JSON = "application/json"

__all__ = ("Answer", "Call", "Limits", "XeroClient", "path_segment", "session")


@dataclass(frozen=True)
class Call:
    """One call: a path below the API (`Invoices`, `Invoices/{id}`), and what goes with it.

    :param bytes body: exact bytes of a write
    :param str content_type: of the body; only files are anything else than JSON
    :param str key: idempotency key; every creating write has one
    :param datetime if_modified_since: aware UTC; only what changed since
    """

    method: str
    path: str
    params: dict | None = None
    body: bytes | None = field(default=None, repr=False)
    key: str | None = None
    if_modified_since: object = None
    content_type: str = JSON


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
            headers["Content-Type"] = call.content_type
        if call.key:
            headers["Idempotency-Key"] = call.key
        if call.if_modified_since:
            moment = call.if_modified_since.astimezone(datetime.timezone.utc)
            headers["If-Modified-Since"] = moment.strftime("%Y-%m-%dT%H:%M:%S")
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
    """Refuse what must never be sent.

    A collection POST finds documents by their number and silently edits whoever holds it, so
    every element of one must carry its GUID; a create without a key could happen twice.

    :raises errors.NotUsable: with the reason
    """
    resource, *below = call.path.split("/")
    is_file = len(below) == 3 and below[1] == "Attachments"
    if len(call.body or b"") > (const.FILE_BYTES if is_file else const.REQUEST_BYTES):
        raise errors.NotUsable("too_large", "The request is larger than Xero takes.")
    if call.content_type != JSON and not is_file:
        raise errors.NotUsable("content_type", "Only files are anything else than JSON.")
    if any(part in ("", ".", "..") for part in (resource, *below)) or "?" in call.path:
        raise errors.NotUsable("path", "This path is none of Xero's.")
    if call.key is not None and not KEY.fullmatch(call.key):
        raise errors.NotUsable("key", "The idempotency key is not one that Xero takes.")
    if call.method == "PUT" and not call.key:
        raise errors.NotUsable("no_key", "A create must carry an idempotency key.")
    if call.method != "POST":
        return
    named = [below[0]] if below else _named(resource, call.body)
    if not named or not all(codec.is_guid(guid) for guid in named):
        raise errors.NotUsable("no_guid", "An update must name the record by its GUID.")


def _named(resource, body):
    """What a collection POST says of the records that it changes."""
    try:
        (elements,) = codec.loads(body or b"").values()
        return [element.get(GUIDS.get(resource)) for element in elements]
    except (errors.Unreadable, AttributeError, TypeError, ValueError):
        return []


def _answer(raw):
    headers = {name.lower(): value for name, value in raw.headers.items()}
    authenticate = headers.get("www-authenticate", "").lower()
    return Answer(
        status=raw.status,
        body=raw.body,
        content_type=_words(headers.get("content-type")) or "",
        correlation_id=_words(headers.get("xero-correlation-id")),
        retry_after=whole(headers.get("retry-after")),
        limit_problem=(_words(headers.get("x-rate-limit-problem")) or "").lower() or None,
        limits=Limits(
            whole(headers.get("x-minlimit-remaining")),
            whole(headers.get("x-daylimit-remaining")),
            whole(headers.get("x-appminlimit-remaining")),
        ),
        # One of Xero's pages spells it insufficent_scope.
        scope_missing="insufficient_scope" in authenticate or "insufficent_scope" in authenticate,
        milliseconds=raw.milliseconds,
        bytes_in=raw.bytes_in,
    )


def _words(text):
    return codec.clean_text(text, 100)


def whole(text):
    """A header's number; None when it is absent or garbage."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
