"""The HTTP side of identity: consent, token, revocation, connections."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from . import consent_page
from .gateway import expired
from .identity import Identity, OAuthError, TokenRefused
from .journal import Call
from .server import RawRequest, Reply
from .wire import HTML, JSON, TEXT

AUTHORIZE = "/identity/connect/authorize"
TOKEN = "/connect/token"
REVOCATION = "/connect/revocation"
CONNECTIONS = "/connections"

_CONSENT_PARAMETERS = frozenset(
    {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "prompt",
        "acr_values", "code_challenge", "code_challenge_method",
    }
)  # fmt: skip
_GRANTS = {"authorization_code": ("code", "redirect_uri"), "refresh_token": ("refresh_token",)}
_NO_STORE = {"Cache-Control": "no-store, no-cache, max-age=0", "Pragma": "no-cache"}


class OAuthPages:
    """Answers the identity service's addresses."""

    def __init__(
        self, identity: Identity, organisations: Callable[[], Mapping[str, Any]]
    ) -> None:
        self._identity = identity
        self._organisations = organisations

    def handles(self, path: str) -> bool:
        """Whether a path belongs to identity."""
        return path in (AUTHORIZE, TOKEN, REVOCATION) or path.lower().split("/")[1] == "connections"

    def answer(self, raw: RawRequest, call: Call) -> Reply:
        """Answer one call."""
        if raw.repeated:
            call.unknown = f"repeated query parameter {', '.join(raw.repeated)}"
        if raw.path == AUTHORIZE:
            return self._authorize(raw, call)
        if raw.path.lower().startswith(CONNECTIONS):
            return self._connections(raw, call)
        if raw.method != "POST":
            call.unknown = f"route {raw.method} {raw.path}"
            return Reply(405, b"", None, {"Allow": "POST"})
        call.executed = True
        try:
            return self._token(raw, call) if raw.path == TOKEN else self._revoke(raw, call)
        except OAuthError as error:
            document = {"error": error.code}
            return Reply(400, json.dumps(document).encode(), JSON, dict(_NO_STORE))

    # === CONSENT === #

    def _authorize(self, raw: RawRequest, call: Call) -> Reply:
        headers = {"X-Frame-Options": "DENY", **_NO_STORE}
        if strange := sorted(set(raw.query) - _CONSENT_PARAMETERS):
            call.unknown = f"query parameter {', '.join(strange)}"
            page = consent_page.refusal("invalid_request", f"Unknown: {', '.join(strange)}.")
            return Reply(400, page, HTML, headers)
        try:
            consent = self._identity.check_consent(raw.query)
            call.app = consent.app.client_id
            if raw.method != "POST":
                users, organisations = self._identity.users.values(), self._organisations().values()
                page = consent_page.question(consent, users, organisations, raw.target)
                return Reply(200, page, HTML, headers)
            form = dict(parse_qsl(raw.body.decode("utf-8", "replace")))
            if form.get("decision") == "allow":
                user, tenant_id = form.get("user", ""), form.get("organisation", "")
                location = self._identity.allow(consent, user, tenant_id)
                call.user, call.executed = user, True
            else:
                location = self._identity.deny(consent)
        except OAuthError as error:
            page = consent_page.refusal(error.code, error.description)
            return Reply(400, page, HTML, headers)
        return Reply(302, b"", TEXT, {"Location": location, **headers})

    # === TOKENS === #

    def _token(self, raw: RawRequest, call: Call) -> Reply:
        form = self._form(raw)
        app = self._app(raw, form)
        call.app = app.client_id
        grant = form.get("grant_type")
        if grant is None:
            raise OAuthError("invalid_request")
        if grant not in _GRANTS:
            raise OAuthError("unsupported_grant_type")
        if not all(form.get(name) for name in _GRANTS[grant]):
            raise OAuthError("invalid_request")
        if grant == "authorization_code":
            tokens = self._identity.exchange(
                app, form["code"], form["redirect_uri"], form.get("code_verifier")
            )
        else:
            tokens = self._identity.refresh(app, form["refresh_token"], form.get("scope"))
        return Reply(200, json.dumps(tokens).encode(), JSON, dict(_NO_STORE))

    def _revoke(self, raw: RawRequest, call: Call) -> Reply:
        form = self._form(raw)
        app = self._app(raw, form)
        call.app = app.client_id
        if not form.get("token"):
            raise OAuthError("invalid_request")
        self._identity.revoke(app, form["token"])
        return Reply(200, headers=dict(_NO_STORE))

    @staticmethod
    def _form(raw: RawRequest) -> dict[str, str]:
        kind = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded" or raw.query:
            raise OAuthError("invalid_request")
        pairs = parse_qsl(raw.body.decode("utf-8", "replace"), keep_blank_values=True)
        if len({name for name, _value in pairs}) < len(pairs):
            raise OAuthError("invalid_request")
        return dict(pairs)

    def _app(self, raw: RawRequest, form: Mapping[str, str]):
        """The app that authenticates itself by HTTP Basic or in the form, not by both."""
        kind, _blank, value = raw.headers.get("authorization", "").partition(" ")
        if not kind:
            return self._identity.authenticate(form.get("client_id"), form.get("client_secret"))
        try:
            pair = base64.b64decode(value, validate=True).decode()
        except ValueError:
            raise OAuthError("invalid_client") from None
        client_id, colon, secret = pair.partition(":")
        if kind.lower() != "basic" or not colon or "client_secret" in form:
            raise OAuthError("invalid_client")
        if form.get("client_id") not in (None, client_id):
            raise OAuthError("invalid_client")
        return self._identity.authenticate(unquote_plus(client_id), unquote_plus(secret))

    # === CONNECTIONS === #

    def _connections(self, raw: RawRequest, call: Call) -> Reply:
        target = raw.segments[1:]
        try:
            token = self._identity.access(raw.headers.get("authorization"))
        except TokenRefused as error:
            return expired(error.detail)
        call.app, call.user = token.app, token.user
        if raw.method == "DELETE" and len(target) == 1 and target[0]:
            call.executed = True
            removed = self._identity.remove_connection(token.app, token.user, target[0])
            return Reply(204 if removed else 404)
        if raw.method != "GET" or target:
            call.unknown = f"route {raw.method} {raw.path}"
            return Reply(404)
        if strange := sorted(set(raw.query) - {"authEventId"}):
            call.unknown = f"query parameter {', '.join(strange)}"
            return Reply(400)
        found = self._identity.connections(token.app, token.user, raw.query.get("authEventId"))
        document = [
            {
                "id": known.connection_id,
                "authEventId": known.event_id,
                "tenantId": known.tenant_id,
                "tenantType": "ORGANISATION",
                "tenantName": self._organisations()[known.tenant_id].name,
                "createdDateUtc": f"{known.created:%Y-%m-%dT%H:%M:%S.%f}0",
                "updatedDateUtc": f"{known.updated:%Y-%m-%dT%H:%M:%S.%f}0",
            }
            for known in found
        ]
        return Reply(200, json.dumps(document).encode(), JSON, dict(_NO_STORE))
