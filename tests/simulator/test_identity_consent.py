"""What an app may ask for, and what the consent page does with it."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from xero_simulator import ConsentRefused

REDIRECT = "http://localhost:8069/xero/oauth/callback"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scope": "offline_access accounting.transactions"}, "invalid_scope"),
        ({"scope": "accounting.transactions.read"}, "invalid_scope"),
        ({"scope": "accounting.reports.read"}, "invalid_scope"),
        ({"scope": "accounting.everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"client_id": "stranger"}, "unauthorized_client"),
        ({"redirect_uri": f"{REDIRECT}/"}, "unauthorized_client"),
        ({"redirect_uri": f"{REDIRECT}?x=1"}, "unauthorized_client"),
        ({"redirect_uri": None}, "unauthorized_client"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "a" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "a" * 43}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_refused_on_the_page_itself(client, changes, code):
    address = client.authorize_url(**changes)
    answer = requests.get(address, allow_redirects=False)
    assert answer.status_code == 400
    assert f"<code>{code}</code>" in answer.text
    with pytest.raises(ConsentRefused) as refused:
        client.simulator.consent(address, "AU")
    assert refused.value.code == code


def test_granular_scopes_are_granted(client):
    scope = "openid email accounting.invoices.read accounting.reports.profitandloss.read"
    assert requests.get(client.authorize_url(scope=scope)).status_code == 200


def test_the_page_shows_one_choice_of_organisation_and_cannot_be_framed(client):
    answer = requests.get(client.authorize_url())
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["X-Frame-Options"] == "DENY"
    for organisation in client.simulator.organisations.values():
        assert f'type="radio" name="organisation" required value="{organisation.tenant_id}"' in (
            answer.text
        )
    assert len(re.findall(r'type="radio"[^>]*checked', answer.text)) == 1
    assert "Allow access" in answer.text
    assert "Cancel" in answer.text


def _press(client, decision, **changes):
    """Post the form of the page as a browser does."""
    page = requests.get(client.authorize_url(**changes)).text
    action = re.search(r'<form method="post" action="([^"]+)"', page)[1].replace("&amp;", "&")
    tenant_id = re.findall(r'type="radio"[^>]*value="([^"]+)"', page)[1]
    user = re.search(r'<option value="([^"]+)"', page)[1]
    form = {"organisation": tenant_id, "user": user, "decision": decision}
    answer = requests.post(f"{client.simulator.url}{action}", data=form, allow_redirects=False)
    return answer, tenant_id


def test_allow_sends_the_browser_back_with_code_and_state(client):
    answer, tenant_id = _press(client, "allow")
    assert answer.status_code == 302
    target = urlsplit(answer.headers["Location"])
    assert target._replace(query="").geturl() == REDIRECT
    query = parse_qs(target.query)
    assert query["state"] == ["state &=? ü"]
    client.tokens = client.exchange(query["code"][0]).json()
    assert [known["tenantId"] for known in client.connections().json()] == [tenant_id]


def test_cancel_sends_the_browser_back_with_an_error_and_connects_nothing(client):
    answer, _tenant_id = _press(client, "cancel")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query == {"error": ["access_denied"], "state": ["state &=? ü"]}
    assert client.simulator.identity.overview() == []
    redirect = client.simulator.consent(client.authorize_url(), cancel=True)
    assert parse_qs(urlsplit(redirect).query)["error"] == ["access_denied"]


def test_without_state_none_comes_back(client):
    redirect = client.simulator.consent(client.authorize_url(state=None), "AU")
    assert list(parse_qs(urlsplit(redirect).query)) == ["code"]


def test_an_unknown_parameter_is_refused_and_noted(client):
    answer = requests.get(client.authorize_url(client_secret="oops"))
    assert answer.status_code == 400
    assert "client_secret" in client.simulator.journal[-1].unknown


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:8069/callback",
        "https://127.0.0.1/callback",
        "http://odoo.example.com/callback",
        "/callback",
        "ftp://localhost/callback",
        "https://*.example.com/callback",
        "https://odoo.example.com/callback#x",
        "https://odoo.example.com:port/callback",
    ],
)
def test_redirect_addresses_that_xero_refuses(sim, uri):
    with pytest.raises(ValueError, match="redirect address"):
        sim.register_app("new", "secret", [uri])


def test_redirect_addresses_that_xero_accepts(sim):
    app = sim.register_app(
        "new", "secret", ["https://odoo.example.com/callback", "http://localhost:1/callback"]
    )
    assert len(app.redirect_uris) == 2
    with pytest.raises(ValueError, match="1 to 50"):
        sim.register_app("new", "secret", [f"https://odoo.example.com/{n}" for n in range(51)])


def test_a_redirect_address_with_a_query_keeps_it(sim, client):
    uri = "https://odoo.example.com/callback?db=books"
    sim.register_app(client.client_id, client.secret, [uri])
    redirect = sim.consent(client.authorize_url(redirect_uri=uri), "AU")
    assert redirect.startswith(f"{uri}&{urlencode({'code': ''})}")
