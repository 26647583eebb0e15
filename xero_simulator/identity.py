"""Consents, tokens and connections: everything that belongs to a user and an app.

Harsher readings, where Xero's behaviour is not documented: repeating a refresh inside the grace
period kills the token that the lost answer carried; the first use of a new token ends the grace
of the old one; a second consent ends the first token set; consenting again to an organisation
that is still connected keeps the old `authEventId`, so the filtered list of connections is empty.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from . import scopes as scope_rules
from .apps import USERS, App, Registry, User
from .clock import Clock
from .jwt import base64url, jwt

CODE_LIFE = timedelta(minutes=5)
ACCESS_LIFE = timedelta(minutes=30)
REFRESH_LIFE = timedelta(days=60)
REFRESH_GRACE = timedelta(minutes=30)


class OAuthError(Exception):
    """A refusal with its code, such as `invalid_grant`."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description


class TokenRefused(Exception):
    """An access token that does not open the API."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True)
class ConsentRequest:
    """A checked request for consent, as the consent page shows it."""

    app: App
    redirect_uri: str
    scopes: frozenset[str]
    state: str | None
    challenge: str | None


@dataclass
class Connection:
    """One organisation that a user has connected to an app."""

    connection_id: str
    tenant_id: str
    event_id: str
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class AccessToken:
    """What a bearer token stands for."""

    app: str
    user: str
    scopes: frozenset[str]
    event_id: str
    expires: datetime


@dataclass(frozen=True)
class _Code:
    consent: ConsentRequest
    user: str
    event_id: str
    expires: datetime


@dataclass
class _Grant:
    """What one user has granted to one app."""

    scopes: frozenset[str] = frozenset()
    event_id: str = ""
    refresh_token: str | None = None
    refreshed: datetime | None = None
    previous: str | None = None
    grace_until: datetime | None = None
    connections: dict[str, Connection] = field(default_factory=dict)
    first_connected: dict[str, datetime] = field(default_factory=dict)


class Identity:
    """The identity service; every method may be called from several threads."""

    def __init__(
        self, clock: Clock, registry: Registry, tenants: Callable[[], Mapping[str, Any]]
    ) -> None:
        self._clock = clock
        self._registry = registry
        self._tenants = tenants
        self._lock = threading.RLock()
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, AccessToken] = {}
        self._grants: dict[tuple[str, str], _Grant] = {}
        self.users: dict[str, User] = {user.user_id: user for user in USERS}
        self.repeated_consent_keeps_event = True

    # === CONSENT === #

    def check_consent(self, query: Mapping[str, str]) -> ConsentRequest:
        """Check what an app asks for; a refusal is shown on Xero's page, not sent back."""
        app = self._registry.get(query.get("client_id"))
        if not app:
            raise OAuthError("unauthorized_client", "There is no app with this client id.")
        redirect_uri = query.get("redirect_uri", "")
        if redirect_uri not in app.redirect_uris:
            raise OAuthError(
                "unauthorized_client", f"The app does not list the address {redirect_uri!r}."
            )
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "The response type must be code.")
        scopes = frozenset(query.get("scope", "").split())
        if reason := scope_rules.refused(scopes):
            raise OAuthError("invalid_scope", reason)
        challenge = query.get("code_challenge")
        if (challenge is not None) != ("code_challenge_method" in query):
            raise OAuthError("invalid_request", "A challenge and its method belong together.")
        if challenge is not None and query["code_challenge_method"] != "S256":
            raise OAuthError("invalid_request", "The challenge method must be S256.")
        if challenge is not None and len(challenge) != 43:
            raise OAuthError("invalid_request", "The challenge is no SHA-256 in base64url.")
        return ConsentRequest(app, redirect_uri, scopes, query.get("state"), challenge)

    def allow(self, consent: ConsentRequest, user_id: str, tenant_id: str) -> str:
        """The user allows access to one organisation; the address to send the browser to."""
        if user_id not in self.users:
            raise OAuthError("access_denied", "There is no such user.")
        if tenant_id not in self._tenants():
            raise OAuthError("access_denied", "There is no such organisation.")
        now = self._clock.now()
        event_id = str(uuid.uuid4())
        code = secrets.token_urlsafe(32)
        with self._lock:
            grant = self._grants.setdefault((consent.app.client_id, user_id), _Grant())
            grant.scopes |= consent.scopes
            grant.event_id = event_id
            known = grant.connections.get(tenant_id)
            if known is None:
                created = grant.first_connected.setdefault(tenant_id, now)
                grant.connections[tenant_id] = Connection(
                    str(uuid.uuid4()), tenant_id, event_id, created, now
                )
            elif not self.repeated_consent_keeps_event:
                known.event_id, known.updated = event_id, now
            self._codes[code] = _Code(consent, user_id, event_id, now + CODE_LIFE)
        return self._redirect(consent, code=code)

    def deny(self, consent: ConsentRequest) -> str:
        """The user cancels; the address to send the browser to."""
        return self._redirect(consent, error="access_denied")

    # === TOKENS === #

    def authenticate(self, client_id: str | None, client_secret: str | None) -> App:
        """The app with these credentials."""
        app = self._registry.get(client_id)
        secret = (client_secret or "").encode()
        if not app or not hmac.compare_digest(app.client_secret.encode(), secret):
            raise OAuthError("invalid_client")
        return app

    def exchange(
        self, app: App, code: str, redirect_uri: str, verifier: str | None
    ) -> dict[str, Any]:
        """Trade an authorisation code for tokens, once."""
        with self._lock:
            known = self._codes.pop(code, None)
            if not known or known.consent.app.client_id != app.client_id:
                raise OAuthError("invalid_grant", "The code is unknown or was used.")
            if self._clock.now() >= known.expires:
                raise OAuthError("invalid_grant", "The code has expired.")
            if redirect_uri != known.consent.redirect_uri:
                raise OAuthError("invalid_grant", "The redirect address is another one.")
            self._check_verifier(known.consent.challenge, verifier)
            grant = self._grants[app.client_id, known.user]
            scopes = grant.scopes | known.consent.scopes
            grant.refresh_token = grant.previous = None
            if scope_rules.OFFLINE in scopes:
                self._rotate(grant)
            return self._tokens(app, known.user, grant, scopes, known.event_id)

    def refresh(self, app: App, token: str, scope: str | None) -> dict[str, Any]:
        """Trade a refresh token for new tokens."""
        now = self._clock.now()
        with self._lock:
            user, grant = self._holder(app, token)
            if token == grant.previous:
                if not grant.grace_until or now > grant.grace_until:
                    raise OAuthError("invalid_grant", "The refresh token was replaced.")
            else:
                if grant.refreshed is None or now > grant.refreshed + REFRESH_LIFE:
                    raise OAuthError("invalid_grant", "The refresh token has expired.")
                grant.previous, grant.grace_until = token, now + REFRESH_GRACE
            if scope is not None and not set(scope.split()) <= grant.scopes:
                raise OAuthError("invalid_scope", "More scopes than were granted.")
            self._rotate(grant)
            return self._tokens(app, user, grant, grant.scopes, grant.event_id)

    def revoke(self, app: App, token: str) -> None:
        """Withdraw a token set with all connections of its user; unknown tokens are ignored."""
        with self._lock:
            try:
                user, _grant = self._holder(app, token)
            except OAuthError:
                return
            self.withdraw(app.client_id, user)

    def access(self, authorization: str | None) -> AccessToken:
        """What an `Authorization` header stands for."""
        kind, _blank, value = (authorization or "").partition(" ")
        with self._lock:
            token = self._access.get(value) if kind.lower() == "bearer" else None
        if not token:
            raise TokenRefused("AuthenticationUnsuccessful")
        if self._clock.now() >= token.expires:
            moment = token.expires.strftime("%m/%d/%Y %H:%M:%S")
            raise TokenRefused(f"TokenExpired: token expired at {moment}")
        return token

    # === CONNECTIONS === #

    def connections(
        self, app: str, user: str, event_id: str | None = None
    ) -> list[Connection]:
        """The organisations that a user has connected to an app."""
        with self._lock:
            grant = self._grants.get((app, user))
            found = list(grant.connections.values()) if grant else []
        return [known for known in found if event_id is None or known.event_id == event_id]

    def is_connected(self, app: str, tenant_id: str, user: str | None = None) -> bool:
        """Whether an app (by this user, or by anybody) is connected to an organisation."""
        with self._lock:
            return any(
                tenant_id in grant.connections
                for (client_id, holder), grant in self._grants.items()
                if client_id == app and user in (None, holder)
            )

    def remove_connection(self, app: str, user: str, connection_id: str) -> bool:
        """Disconnect one organisation; whether there was such a connection."""
        with self._lock:
            grant = self._grants.get((app, user), _Grant())
            for tenant_id, known in grant.connections.items():
                if known.connection_id == connection_id:
                    del grant.connections[tenant_id]
                    return True
        return False

    # === WHAT HAPPENS ON XERO'S SIDE === #

    def disconnect(self, tenant_id: str, app: str | None = None) -> int:
        """Somebody removes the app inside an organisation; how many connections that ended."""
        with self._lock:
            return sum(
                grant.connections.pop(tenant_id, None) is not None
                for (client_id, _user), grant in self._grants.items()
                if app in (None, client_id)
            )

    def withdraw(self, app: str, user: str) -> None:
        """A user withdraws the whole consent: tokens, scopes and connections go."""
        with self._lock:
            grant = self._grants.get((app, user))
            if grant:
                first = grant.first_connected
                self._grants[app, user] = _Grant(first_connected=first)

    def expire_access_tokens(self) -> None:
        """End all access tokens now; refresh tokens live on."""
        now = self._clock.now()
        with self._lock:
            self._access = {
                value: AccessToken(
                    token.app, token.user, token.scopes, token.event_id, min(now, token.expires)
                )
                for value, token in self._access.items()
            }

    def expire_refresh_tokens(self) -> None:
        """End all refresh tokens now, the replaced ones too."""
        with self._lock:
            for grant in self._grants.values():
                grant.refresh_token = grant.previous = None

    def reduce_scopes(self, app: str, user: str, scopes: frozenset[str]) -> None:
        """Take scopes away; access tokens that were already given keep theirs."""
        with self._lock:
            self._grants[app, user].scopes -= scopes

    def is_newest_refresh_token(self, token: str) -> bool:
        """Whether this is the refresh token that Xero gave last."""
        with self._lock:
            return any(grant.refresh_token == token for grant in self._grants.values())

    def overview(self) -> list[dict[str, Any]]:
        """Who granted what, without any secret."""
        with self._lock:
            return [
                {
                    "app": app,
                    "user": user,
                    "scopes": sorted(grant.scopes),
                    "has_refresh_token": grant.refresh_token is not None,
                    "connections": [
                        {"id": known.connection_id, "tenant_id": known.tenant_id}
                        for known in grant.connections.values()
                    ],
                }
                for (app, user), grant in self._grants.items()
            ]

    def clear(self) -> None:
        """Forget all codes, tokens and connections."""
        with self._lock:
            self._codes.clear()
            self._access.clear()
            self._grants.clear()

    # === INSIDE === #

    @staticmethod
    def _redirect(consent: ConsentRequest, **answer: str) -> str:
        if consent.state is not None:
            answer["state"] = consent.state
        joint = "&" if "?" in consent.redirect_uri else "?"
        return f"{consent.redirect_uri}{joint}{urlencode(answer)}"

    @staticmethod
    def _check_verifier(challenge: str | None, verifier: str | None) -> None:
        if challenge is None and verifier is None:
            return
        digest = hashlib.sha256((verifier or "").encode()).digest()
        if challenge is None or base64url(digest) != challenge:
            raise OAuthError("invalid_grant", "The code verifier does not fit.")

    def _holder(self, app: App, token: str) -> tuple[str, _Grant]:
        for (client_id, user), grant in self._grants.items():
            if client_id == app.client_id and token in (grant.refresh_token, grant.previous):
                return user, grant
        raise OAuthError("invalid_grant", "The refresh token is unknown.")

    def _rotate(self, grant: _Grant) -> None:
        grant.refresh_token = secrets.token_urlsafe(32)
        grant.refreshed = self._clock.now()

    def _tokens(
        self, app: App, user: str, grant: _Grant, scopes: frozenset[str], event_id: str
    ) -> dict[str, Any]:
        now = self._clock.now()
        expires = now + ACCESS_LIFE
        claims = {
            "nbf": int(now.timestamp()),
            "exp": int(expires.timestamp()),
            "iss": "https://identity.xero.com",
            "aud": "https://identity.xero.com/resources",
            "client_id": app.client_id,
            "sub": hashlib.md5(user.encode(), usedforsecurity=False).hexdigest(),
            "auth_time": int(now.timestamp()),
            "xero_userid": user,
            "global_session_id": uuid.uuid4().hex,
            "jti": uuid.uuid4().hex,
            "authentication_event_id": event_id,
            "scope": sorted(scopes),
        }
        value = jwt(claims)
        self._access[value] = AccessToken(app.client_id, user, scopes, event_id, expires)
        answer = {
            "access_token": value,
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "token_type": "Bearer",
            "scope": " ".join(sorted(scopes)),
        }
        if grant.refresh_token:
            answer["refresh_token"] = grant.refresh_token
        if scope_rules.OPENID in scopes:
            person = self.users[user]
            claims.update(aud=app.client_id, email=person.email, name=person.name)
            answer["id_token"] = jwt(claims)
        return answer
