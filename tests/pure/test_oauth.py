"""Identity: addresses, PKCE, tokens, connections; nothing that is secret shows."""

import base64
import hashlib
import json
import re
import traceback
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import const, errors, oauth

GUID = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
SECRET = "canary-client-secret"
REFRESH = "canary-refresh-token"


@pytest.fixture
def endpoints(server):
    return oauth.Endpoints(server.url, server.url, server.url)


def answer(value, status="200 OK", headers=""):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def jwt(**claims):
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"canary-head.{part}.canary-signature"


def issued(**changes):
    values = {
        "access_token": jwt(xero_userid=GUID, authentication_event_id="event-1", scope=["a"]),
        "refresh_token": REFRESH,
        "expires_in": 1800,
        "token_type": "Bearer",
        "scope": "offline_access accounting.contacts",
    }
    return {name: value for name, value in (values | changes).items() if value is not ...}


def refresh(endpoints):
    return oauth.refresh(endpoints, "client", SECRET, REFRESH)


def form(server):
    return parse_qs(server.requests[-1].partition(b"\r\n\r\n")[2].decode())


# === ENDPOINTS === #

def test_xeros_own_addresses_are_the_default():
    assert oauth.Endpoints.from_environment({}) == oauth.Endpoints(
        const.LOGIN_URL, const.IDENTITY_URL, const.API_URL
    )


@pytest.mark.parametrize("address", [
    "https://xero.example.com", "https://10.0.0.7:8443", "http://localhost:9100",
    "http://127.0.0.1:9100", "http://[::1]:9100", "http://localhost:9100/",
])
def test_address_that_is_taken(address):
    found = oauth.Endpoints.from_environment({"XERO_API_URL": address})
    assert found.api_url == address.rstrip("/")
    assert found.login_url == const.LOGIN_URL


@pytest.mark.parametrize("address", [
    "http://xero.example.com", "http://localhost.example.com", "http://127.0.0.1.example.com",
    "ftp://localhost", "localhost:9100", "https://", "https:///path", "https://a/b", "https://a?b",
    "https://a#b", "https://user:pw@a", "https://user@localhost", "https://a:99999", "https://a:0",
    "https://a:", "https://a:b", "https://a b", "https://a\\@b", "https://a\n", " https://a",
    "https://a%00b", "http://[::1", "http://[::2]:9100", "HTTPS://a", "//a", " ", "https://ä.com",
])
@pytest.mark.parametrize("variable", ["XERO_LOGIN_URL", "XERO_IDENTITY_URL", "XERO_API_URL"])
def test_address_that_is_refused(variable, address):
    with pytest.raises(errors.BadEndpoint) as caught:
        oauth.Endpoints.from_environment({variable: address})
    assert variable in str(caught.value)


@given(st.text(max_size=30))
def test_any_address_is_taken_or_refused(text):
    for start in ("", "http://", "https://", "http://localhost"):
        try:
            found = oauth.Endpoints.from_environment({"XERO_API_URL": start + text})
        except errors.BadEndpoint:
            continue
        parts = urlsplit(found.api_url)
        assert parts.hostname
        assert not (parts.path or parts.query or parts.fragment or parts.username)
        assert parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")


# === CONSENT === #

def test_pkce_pair_is_fresh_and_fits():
    pair = oauth.pkce_pair()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,128}", pair.verifier)
    digest = hashlib.sha256(pair.verifier.encode()).digest()
    assert base64.urlsafe_b64decode(pair.challenge + "=") == digest
    assert pair.verifier != oauth.pkce_pair().verifier
    assert pair.verifier not in repr(pair)


def test_challenge_of_the_standard(monkeypatch):
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    monkeypatch.setattr(oauth.secrets, "token_urlsafe", lambda size: verifier)
    assert oauth.pkce_pair().challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_authorize_url():
    endpoints = oauth.Endpoints.from_environment({})
    url = oauth.authorize_url(
        endpoints, "id&x", "https://odoo.example.com/xero/oauth/callback", const.BASE_SCOPES,
        "state+/=", "challenge",
    )
    parts = urlsplit(url)
    assert url.startswith("https://login.xero.com/identity/connect/authorize?")
    assert "+" not in parts.query
    assert {name: value for name, (value,) in parse_qs(parts.query).items()} == {
        "response_type": "code",
        "client_id": "id&x",
        "redirect_uri": "https://odoo.example.com/xero/oauth/callback",
        "scope": " ".join(const.BASE_SCOPES),
        "state": "state+/=",
        "code_challenge": "challenge",
        "code_challenge_method": "S256",
    }


# === TOKENS === #

def test_exchange_of_a_code(server, endpoints):
    server.answers(answer(issued()))
    tokens = oauth.exchange_code(endpoints, "cl:ient", SECRET, "code", "https://a/b", "verifier")
    head = server.requests[0].decode()
    assert head.startswith("POST /connect/token HTTP/1.1")
    basic = re.search(r"Authorization: Basic (\S+)", head)[1]
    assert base64.b64decode(basic).decode() == f"cl%3Aient:{SECRET}"
    assert {name: value for name, (value,) in form(server).items()} == {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": "https://a/b",
        "code_verifier": "verifier",
    }
    assert tokens == oauth.TokenSet(
        issued()["access_token"], REFRESH, 1800,
        frozenset({"offline_access", "accounting.contacts"}), GUID, "event-1",
    )


def test_refresh(server, endpoints):
    server.answers(answer(issued()))
    assert refresh(endpoints).refresh_token == REFRESH
    assert form(server) == {"grant_type": ["refresh_token"], "refresh_token": [REFRESH]}


def test_scopes_of_the_token_itself(server, endpoints):
    server.answers(answer(issued(scope=...)))
    assert refresh(endpoints).scopes == {"a"}


def test_token_set_hides_its_secrets():
    tokens = oauth.TokenSet("canary-access", REFRESH, 1800, frozenset(), GUID, None)
    assert "canary" not in repr(tokens) + str(tokens) + f"{[tokens]}"


@pytest.mark.parametrize("value", [
    b"", b"<html>", b"[]", b"null", b"1", {}, issued(access_token=...), issued(access_token=None),
    issued(access_token=""), issued(access_token=5), issued(access_token=["a"]),
    issued(access_token="no-jwt"), issued(access_token="a.%%%.c"), issued(access_token="a.bm8.c"),
    issued(access_token="a.W10.c"), issued(access_token="a.b c.d"), issued(access_token="ä.ö.ü"),
    issued(access_token=jwt(scope=[])), issued(access_token=jwt(xero_userid=5)),
    issued(access_token=jwt(xero_userid=GUID) + "\r\nX: y"),
    issued(access_token=jwt(xero_userid=GUID, authentication_event_id=[])),
    issued(refresh_token=5), issued(refresh_token=""), issued(refresh_token="a b"),
    issued(expires_in=...), issued(expires_in="soon"), issued(expires_in=0),
    issued(expires_in=-1), issued(expires_in=10**9), issued(expires_in=None),
], ids=lambda value: str(value)[:50])
def test_answer_without_usable_token(server, endpoints, value):
    server.answers(answer(value))
    with pytest.raises(errors.Unreadable) as caught:
        refresh(endpoints)
    text = "".join(traceback.format_exception(caught.value))
    assert REFRESH not in text
    assert SECRET not in text


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


@given(st.data())
def test_hostile_token_answers_raise_only_our_errors(data):
    values = issued(**{
        name: data.draw(json_values)
        for name in data.draw(st.sets(st.sampled_from(sorted(issued())), min_size=1))
    })
    raw = oauth.transport.Raw(200, json.dumps(values).encode(), {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(oauth.transport, "exchange", lambda *arguments, **options: raw)
        try:
            tokens = refresh(oauth.Endpoints.from_environment({}))
        except errors.Unreadable:
            return
    assert isinstance(tokens.access_token, str)
    assert isinstance(tokens.user_id, str)


@pytest.mark.parametrize(("status", "value", "error"), [
    ("400 X", {"error": "invalid_grant"}, errors.InvalidGrant),
    ("400 X", {"error": "invalid_client"}, errors.InvalidClient),
    ("401 X", {"error": "invalid_client"}, errors.InvalidClient),
    ("400 X", {"error": "unauthorized_client"}, errors.InvalidClient),
    ("400 X", {"error": "other"}, errors.NoAnswer),
    ("400 X", {"error": ["invalid_grant"]}, errors.NoAnswer),
    ("400 X", b"<html>invalid_grant", errors.NoAnswer),
    ("400 X", b"[]", errors.NoAnswer),
    ("500 X", {"error": "invalid_grant"}, errors.NoAnswer),
    ("503 X", b"", errors.NoAnswer),
    ("302 X", b"", errors.NoAnswer),
    ("429 X", b"", errors.RateLimited),
])
def test_refusals(server, endpoints, status, value, error):
    server.answers(answer(value, status))
    with pytest.raises(errors.XeroError) as caught:
        refresh(endpoints)
    assert type(caught.value) is error


def test_limited_says_how_long(server, endpoints):
    server.answers(answer(b"", "429 X", "Retry-After: 26\r\n"))
    with pytest.raises(errors.RateLimited) as caught:
        refresh(endpoints)
    assert caught.value.retry_after == 26


def test_revoke(server, endpoints):
    server.answers(answer(b""))
    oauth.revoke(endpoints, "client", SECRET, REFRESH)
    assert server.requests[0].startswith(b"POST /connect/revocation ")
    assert form(server) == {"token": [REFRESH]}


# === CONNECTIONS === #

ROW = {
    "id": "connection-1", "tenantId": GUID, "tenantName": "Demo Company (AU)\u202e",
    "tenantType": "ORGANISATION", "authEventId": "event-1", "createdDateUtc": "2026-01-01",
}


def test_connections(server, endpoints):
    server.answers(answer([ROW, {"id": "2", "tenantId": GUID}]), answer([]))
    assert oauth.connections(endpoints, "access") == (
        oauth.Connection("connection-1", GUID, "Demo Company (AU)", "ORGANISATION", "event-1"),
        oauth.Connection("2", GUID, "", "ORGANISATION", None),
    )
    assert b"GET /connections HTTP" in server.requests[0]
    assert b"tenant-id" not in server.requests[0].lower()


def test_connections_of_one_consent(server, endpoints):
    server.answers(answer([]))
    assert oauth.connections(endpoints, "access", "event-1") == ()
    assert b"GET /connections?authEventId=event-1 HTTP" in server.requests[0]


@pytest.mark.parametrize("value", [
    b"", b"<html>", {}, {"a": 1}, 5, None, ["a"], [[]], [{}], [{"id": "a"}], [ROW | {"id": 5}],
    [ROW | {"tenantId": None}], [ROW | {"tenantName": 5}], [ROW | {"authEventId": {}}],
], ids=lambda value: str(value)[:40])
def test_list_of_connections_that_is_none(server, endpoints, value):
    server.answers(answer(value))
    with pytest.raises(errors.Unreadable):
        oauth.connections(endpoints, "access")


def test_delete_connection(server, endpoints):
    server.answers(b"HTTP/1.1 204 No Content\r\n\r\n")
    oauth.delete_connection(endpoints, "access", "a/../b")
    assert server.requests[0].startswith(b"DELETE /connections/a%2F..%2Fb HTTP")


@pytest.mark.parametrize(("status", "error"), [
    ("404 X", errors.NotFound), ("429 X", errors.RateLimited), ("401 X", errors.NoAnswer),
    ("403 X", errors.NoAnswer), ("500 X", errors.NoAnswer),
])
def test_connection_that_cannot_be_deleted(server, endpoints, status, error):
    server.answers(answer(b"", status))
    with pytest.raises(errors.XeroError) as caught:
        oauth.delete_connection(endpoints, "access", "connection-1")
    assert type(caught.value) is error


def test_slow_identity_service_cannot_hold_us(server, endpoints, monkeypatch):
    monkeypatch.setattr(oauth, "DEADLINE", 0.1)
    server.answers(lambda connection: server.release.wait(5))
    with pytest.raises(errors.NoAnswer):
        refresh(endpoints)
