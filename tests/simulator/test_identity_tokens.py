"""Codes, access tokens, refresh tokens and what ends them."""

import base64
import json

import pytest
import requests

MINUTE = 60
DAY = 86_400


def _claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def _error(answer):
    assert answer.status_code == 400
    return answer.json()["error"]


# === THE CODE === #


def test_the_token_answer_and_its_claims(client):
    answer = client.exchange(client.code("AU"))
    tokens = answer.json()
    assert tokens["expires_in"] == 1800
    assert tokens["token_type"] == "Bearer"
    assert "id_token" not in tokens
    assert answer.headers["Cache-Control"].startswith("no-store")
    claims = _claims(tokens["access_token"])
    assert claims["xero_userid"] == client.simulator.user(None).user_id
    assert set(claims["scope"]) == set(tokens["scope"].split())
    assert claims["exp"] - claims["nbf"] == 1800
    client.tokens = tokens
    (connection,) = client.connections().json()
    assert claims["authentication_event_id"] == connection["authEventId"]


def test_openid_gives_an_id_token(client):
    tokens = client.exchange(client.code(scope="openid accounting.settings")).json()
    assert _claims(tokens["id_token"])["aud"] == client.client_id
    assert "refresh_token" not in tokens  # offline_access was not asked for


def test_a_code_works_once(client):
    code = client.code()
    assert client.exchange(code).status_code == 200
    assert _error(client.exchange(code)) == "invalid_grant"


def test_a_code_lives_five_minutes(client):
    code, late_code = client.code(), client.code()
    client.simulator.clock.advance(5 * MINUTE - 1)
    assert client.exchange(code).status_code == 200
    client.simulator.clock.advance(1)
    assert _error(client.exchange(late_code)) == "invalid_grant"


def test_a_code_belongs_to_its_app_and_address(client, other_app):
    assert _error(other_app.exchange(client.code())) == "invalid_grant"
    wrong = client.exchange(client.code(), redirect_uri="http://localhost:8069/other")
    assert _error(wrong) == "invalid_grant"


def test_the_verifier_must_fit_the_challenge(client, pkce):
    verifier, challenge = pkce
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
    assert client.exchange(client.code(**asked), code_verifier=verifier).status_code == 200
    assert _error(client.exchange(client.code(**asked), code_verifier="x" * 43)) == "invalid_grant"
    assert _error(client.exchange(client.code(**asked))) == "invalid_grant"
    assert _error(client.exchange(client.code(), code_verifier=verifier)) == "invalid_grant"


# === WHO ASKS === #


def test_credentials_in_the_form_are_accepted(client):
    form = {"client_id": client.client_id, "client_secret": client.secret}
    values = {"grant_type": "authorization_code", "code": client.code()}
    values["redirect_uri"] = "http://localhost:8069/xero/oauth/callback"
    address = f"{client.simulator.url}/connect/token"
    assert requests.post(address, data={**values, **form}).status_code == 200


@pytest.mark.parametrize(
    ("auth", "form"),
    [
        (("app-one", "wrong"), {}),
        (("stranger", "secret of app-one"), {}),
        (None, {}),
        (None, {"client_id": "app-one"}),
        (("app-one", "secret of app-one"), {"client_id": "app-two"}),
        (("app-one", "secret of app-one"), {"client_secret": "secret of app-one"}),
    ],
)
def test_wrong_credentials(sim, auth, form):
    values = {"grant_type": "refresh_token", "refresh_token": "x", **form}
    answer = requests.post(f"{sim.url}/connect/token", data=values, auth=auth)
    assert _error(answer) == "invalid_client"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
    ],
)
def test_incomplete_requests(client, form, code):
    assert _error(client.token(**form)) == code


def test_a_json_body_is_no_token_request(client):
    address = f"{client.simulator.url}/connect/token"
    answer = requests.post(address, json={"grant_type": "refresh_token"}, auth=("app-one", "x"))
    assert _error(answer) == "invalid_request"


def test_secrets_stay_out_of_the_journal(connected):
    connected.refresh()
    for call in connected.simulator.journal:
        if not call.is_accounting:
            assert call.body == b""
            assert connected.tokens["refresh_token"] not in repr(call.as_json())


# === ACCESS === #


def test_an_access_token_lives_half_an_hour(connected):
    connected.simulator.clock.advance(30 * MINUTE - 1)
    assert connected.get().status_code == 200
    connected.simulator.clock.advance(1)
    answer = connected.get()
    assert answer.status_code == 401
    body = answer.json()
    assert (body["Type"], body["Title"], body["Status"]) == (None, "Unauthorized", 401)
    assert body["Detail"].startswith("TokenExpired: token expired at ")
    assert connected.connections().json()["Detail"].startswith("TokenExpired")
    assert "WWW-Authenticate" not in answer.headers


def test_tokens_that_were_never_given_open_nothing(connected):
    connected.tokens["access_token"] += "x"
    assert connected.get().json()["Detail"] == "AuthenticationUnsuccessful"
    assert connected.get(headers={"Authorization": None}).status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path", "allowed"),
    [
        ("accounting.settings.read", "GET", "Accounts", True),
        ("accounting.settings.read", "PUT", "Items", False),
        ("accounting.invoices", "PUT", "Items", False),
        ("accounting.invoices", "GET", "Items", False),
        ("accounting.invoices", "GET", "PurchaseOrders", True),
        ("accounting.invoices.read", "GET", "CreditNotes", True),
        ("accounting.invoices.read", "PUT", "Invoices", False),
        ("accounting.invoices", "GET", "Contacts", False),
        ("accounting.contacts", "GET", "Contacts", True),
        ("accounting.payments.read", "GET", "Payments", True),
        ("accounting.payments.read", "PUT", "Payments", False),
        ("accounting.payments", "GET", "Invoices", False),
        ("accounting.invoices", "PUT", "CreditNotes/00000000-0000-0000-0000-000000000001/"
         "Attachments/a.pdf", False),
    ],
)  # fmt: skip
def test_each_resource_needs_its_scope(client, scope, method, path, allowed):
    answer = client.connect(scope=f"offline_access {scope}").call(method, path)
    if allowed:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 401
        assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
        assert "TokenExpired" not in answer.text


def test_scopes_add_up_per_user_and_app(client):
    client.connect(scope="offline_access accounting.settings")
    client.connect(scope="offline_access accounting.contacts")
    assert client.get().status_code == 200
    client.connect(scope="offline_access accounting.contacts", user="Ben Bookkeeper")
    assert client.get().status_code == 401


# === REFRESHING === #


def test_a_refresh_replaces_the_token(connected):
    first = connected.tokens["refresh_token"]
    tokens = connected.refresh().json()
    assert tokens["refresh_token"] != first
    assert tokens["access_token"] != connected.tokens["access_token"]
    assert tokens["expires_in"] == 1800
    assert connected.simulator.identity.is_newest_refresh_token(tokens["refresh_token"])


def test_a_lost_answer_can_be_repeated_for_half_an_hour(connected):
    first = connected.tokens["refresh_token"]
    connected.refresh(first)
    connected.simulator.clock.advance(30 * MINUTE)
    assert connected.refresh(first).status_code == 200
    connected.simulator.clock.advance(1)
    assert _error(connected.refresh(first)) == "invalid_grant"


def test_repeating_a_refresh_kills_the_token_of_the_lost_answer(connected):
    first = connected.tokens["refresh_token"]
    lost = connected.refresh(first).json()["refresh_token"]
    kept = connected.refresh(first).json()["refresh_token"]
    assert _error(connected.refresh(lost)) == "invalid_grant"
    assert connected.refresh(kept).status_code == 200


def test_using_the_new_token_ends_the_grace_of_the_old_one(connected):
    first = connected.tokens["refresh_token"]
    second = connected.refresh(first).json()["refresh_token"]
    connected.refresh(second)
    assert _error(connected.refresh(first)) == "invalid_grant"


def test_a_refresh_token_lives_sixty_days_without_use(connected):
    connected.simulator.clock.advance(60 * DAY)
    connected.tokens = connected.refresh().json()
    connected.simulator.clock.advance(60 * DAY + 1)
    assert _error(connected.refresh()) == "invalid_grant"


def test_a_refresh_token_belongs_to_its_app(connected, other_app):
    assert _error(other_app.refresh(connected.tokens["refresh_token"])) == "invalid_grant"


def test_a_refresh_cannot_widen_the_scopes(connected):
    assert connected.refresh(scope="accounting.settings").status_code == 200
    assert _error(connected.refresh(scope="accounting.attachments")) == "invalid_scope"


def test_a_second_consent_ends_the_first_token_set(connected):
    first = connected.tokens["refresh_token"]
    second = connected.refresh(first).json()["refresh_token"]
    connected.connect("NZ")
    assert _error(connected.refresh(first)) == "invalid_grant"
    assert _error(connected.refresh(second)) == "invalid_grant"
    assert connected.refresh().status_code == 200


def test_the_users_of_an_app_do_not_share_tokens(connected):
    first = connected.tokens["refresh_token"]
    connected.connect("NZ", user="Ben Bookkeeper")
    assert connected.refresh(first).status_code == 200


def test_tokens_end_when_a_test_says_so(connected):
    connected.simulator.identity.expire_access_tokens()
    assert connected.get().status_code == 401
    connected.tokens = connected.refresh().json()
    assert connected.get().status_code == 200
    connected.simulator.identity.expire_refresh_tokens()
    assert _error(connected.refresh()) == "invalid_grant"
