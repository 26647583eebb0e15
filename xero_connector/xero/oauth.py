"""Consent, tokens and connections: Xero's identity service.

https://developer.xero.com/documentation/guides/oauth2/auth-flow
"""

import base64
import hashlib
import re
import secrets
import urllib.parse
from dataclasses import dataclass, field

from . import client, codec, const, errors, transport

AUTHORIZE_PATH = "/identity/connect/authorize"
TOKEN_PATH = "/connect/token"
REVOCATION_PATH = "/connect/revocation"
CONNECTIONS_PATH = "/connections"

VARIABLES = {
    "login_url": ("XERO_LOGIN_URL", const.LOGIN_URL),
    "identity_url": ("XERO_IDENTITY_URL", const.IDENTITY_URL),
    "api_url": ("XERO_API_URL", const.API_URL),
}
ADDRESS = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[1-9][0-9]{0,4})?")

# What may stand in an Authorization header.
TOKEN = re.compile(r"[!-~]+")

# Seconds for the whole exchange with the identity service.
DEADLINE = 15

# Longest life of an access token, in seconds, that we believe; Xero gives 1800.
LONGEST_LIFE = 86400


# === WHERE === #

@dataclass(frozen=True, slots=True)
class Endpoints:
    """The three base addresses: scheme, host and port only."""

    login_url: str
    identity_url: str
    api_url: str

    @classmethod
    def from_environment(cls, environ):
        """Xero's own addresses, or those that the server's environment names instead.

        :param environ: mapping of variables; only the server's operator can set them
        :raises errors.BadEndpoint: if one is not scheme, host and port, or http beyond loopback
        """
        return cls(**{
            name: _checked(variable, environ.get(variable) or default)
            for name, (variable, default) in VARIABLES.items()
        })


def _checked(variable, address):
    text = address.rstrip("/")
    try:
        well_formed = bool(ADDRESS.fullmatch(text)) and urllib.parse.urlsplit(text).port != 0
    except ValueError:
        well_formed = False
    if not well_formed:
        raise errors.BadEndpoint(
            "endpoint", f"{variable} must be scheme, host and port, like https://api.xero.com."
        )
    parts = urllib.parse.urlsplit(text)
    if parts.scheme == "http" and parts.hostname not in transport.LOOPBACK:
        raise errors.BadEndpoint("endpoint", f"{variable} must use https, except on this machine.")
    return text


# === CONSENT === #

@dataclass(frozen=True, slots=True)
class PkcePair:
    """Verifier and S256 challenge (RFC 7636)."""

    verifier: str = field(repr=False)
    challenge: str


def pkce_pair():
    """A fresh pair of 256 random bits."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    return PkcePair(verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode())


def authorize_url(endpoints, client_id, redirect_uri, scopes, state, code_challenge):
    """The address of Xero's consent page."""
    query = urllib.parse.urlencode({
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": code_challenge,
        "code_challenge_method": "S256",
    }, quote_via=urllib.parse.quote)
    return f"{endpoints.login_url}{AUTHORIZE_PATH}?{query}"


# === TOKENS === #

@dataclass(frozen=True, slots=True)
class TokenSet:
    """What Xero issues: `expires_in` in seconds, `user_id` Xero's id of the person."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int
    scopes: frozenset[str]
    user_id: str
    authentication_event_id: str | None = None


def exchange_code(endpoints, client_id, client_secret, code, redirect_uri, code_verifier):
    """Swap a consent code for tokens. A code is good once, for five minutes.

    :rtype: TokenSet
    :raises errors.InvalidGrant: if the code is not accepted
    :raises errors.InvalidClient: if the app's id and secret are not
    :raises errors.XeroError: if there was no usable answer
    """
    return _tokens(endpoints, client_id, client_secret, {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": code_verifier,
    })


def refresh(endpoints, client_id, client_secret, refresh_token):
    """Rotate a token set. The former refresh token stays usable for 30 minutes.

    :rtype: TokenSet
    :raises errors.InvalidGrant: if the refresh token is not accepted any more
    :raises errors.InvalidClient: if the app's id and secret are not
    :raises errors.XeroError: if there was no usable answer; keep the old token then
    """
    return _tokens(endpoints, client_id, client_secret, {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
    })


def revoke(endpoints, client_id, client_secret, refresh_token):
    """Take a consent back: removes all connections that this person made with the app."""
    raw = _post(endpoints, REVOCATION_PATH, client_id, client_secret, {"token": refresh_token})
    if raw.status != 200:
        raise _refusal(raw)


def _tokens(endpoints, client_id, client_secret, form):
    raw = _post(endpoints, TOKEN_PATH, client_id, client_secret, form)
    if raw.status != 200:
        raise _refusal(raw)
    answer = codec.loads(raw.body)
    unusable = errors.Unreadable("token", "Xero's answer holds no usable token.")
    if not isinstance(answer, dict) or not _is_token(answer.get("access_token")):
        raise unusable
    claims = _claims(answer["access_token"])
    refresh_token, life = answer.get("refresh_token"), answer.get("expires_in")
    user_id, event = claims.get("xero_userid"), claims.get("authentication_event_id")
    if (
        not (refresh_token is None or _is_token(refresh_token))
        or not (isinstance(life, int) and 0 < life <= LONGEST_LIFE)
        or not _is_token(user_id)
        or not (event is None or _is_token(event))
    ):
        raise unusable
    return TokenSet(
        access_token=answer["access_token"],
        refresh_token=refresh_token,
        expires_in=life,
        scopes=frozenset(_scopes(answer.get("scope") or claims.get("scope"))),
        user_id=user_id,
        authentication_event_id=event,
    )


def _is_token(value):
    return isinstance(value, str) and bool(TOKEN.fullmatch(value))


def _scopes(scopes):
    words = scopes.split() if isinstance(scopes, str) else scopes
    return [word for word in words if isinstance(word, str)] if isinstance(words, list) else []


def _claims(access_token):
    """What the access token says of itself. It came over TLS from its issuer, so its signature
    adds nothing; nothing but ids is read from it.

    :raises errors.Unreadable: if it is not a JWT
    """
    part = (access_token.split(".") + [""])[1]
    try:
        claims = codec.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        claims = None
    if not isinstance(claims, dict):
        raise errors.Unreadable("token", "Xero's answer holds no usable token.")
    return claims


def _post(endpoints, path, client_id, client_secret, form):
    pair = ":".join(urllib.parse.quote(part, safe="") for part in (client_id, client_secret))
    with transport.session() as http:
        return transport.exchange(
            http,
            "POST",
            endpoints.identity_url + path,
            headers={
                "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            body=urllib.parse.urlencode(form).encode(),
            deadline=DEADLINE,
        )


def _refusal(raw):
    """The typed error of an answer that is no success."""
    code = None
    if raw.status in (400, 401):
        try:
            answer = codec.loads(raw.body)
            code = answer.get("error") if isinstance(answer, dict) else None
        except errors.Unreadable:
            code = None
    if code == "invalid_grant":
        return errors.InvalidGrant(code, "Xero does not accept the code or refresh token.")
    if code in ("invalid_client", "unauthorized_client"):
        return errors.InvalidClient(code, "Xero does not accept the client id or secret.")
    if raw.status == 429:
        return _limited(raw)
    return errors.NoAnswer("no_answer", f"HTTP {raw.status}")


def _limited(raw):
    waits = {name.lower(): value for name, value in raw.headers.items()}.get("retry-after")
    return errors.RateLimited("limited", "Xero asks to wait.", client.whole(waits))


# === CONNECTIONS === #

@dataclass(frozen=True, slots=True)
class Connection:
    """An organisation that a person connected to the app."""

    connection_id: str
    tenant_id: str
    tenant_name: str
    tenant_type: str
    auth_event_id: str | None


def connections(endpoints, access_token, auth_event_id=None):
    """The organisations connected by this person, or only those of one consent.

    :rtype: tuple[Connection, ...]
    :raises errors.XeroError: if there was no usable answer
    """
    params = {"authEventId": auth_event_id} if auth_event_id else None
    raw = _bearer(endpoints, "GET", CONNECTIONS_PATH, access_token, params)
    rows = codec.loads(raw.body)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise errors.Unreadable("connections", "Xero's list of connections is not usable.")
    return tuple(
        Connection(
            _word(row, "id"),
            _word(row, "tenantId"),
            _word(row, "tenantName", ""),
            _word(row, "tenantType", "ORGANISATION"),
            _word(row, "authEventId", None),
        )
        for row in rows
    )


def _word(row, name, *absent):
    """A text of a connection, without what a database or a reader could choke on."""
    value = row.get(name)
    if value in (None, "") and absent:
        return absent[0]
    text = codec.clean_text(value, 500) if isinstance(value, str) else None
    if text is None:
        raise errors.Unreadable("connections", "Xero's list of connections is not usable.")
    return text


def delete_connection(endpoints, access_token, connection_id):
    """Disconnect one organisation.

    :raises errors.NotFound: if Xero does not know the connection (any more)
    :raises errors.XeroError: if there was no usable answer
    """
    path = f"{CONNECTIONS_PATH}/{urllib.parse.quote(connection_id, safe='')}"
    _bearer(endpoints, "DELETE", path, access_token)


def _bearer(endpoints, method, path, access_token, params=None):
    with transport.session() as http:
        raw = transport.exchange(
            http,
            method,
            endpoints.api_url + path,
            params=params,
            headers={"Authorization": f"Bearer {access_token}", "Accept": "application/json"},
            deadline=DEADLINE,
        )
    if raw.status in (200, 204):
        return raw
    if raw.status == 404:
        raise errors.NotFound("not_found", "Xero does not know this connection.")
    if raw.status == 429:
        raise _limited(raw)
    raise errors.NoAnswer("no_answer", f"HTTP {raw.status}")
