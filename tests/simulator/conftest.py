"""A running simulator and a small client for it."""

from __future__ import annotations

import base64
import hashlib
import itertools
import threading
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from xero_simulator import Simulator

REDIRECT = "http://localhost:8069/xero/oauth/callback"
BASE_SCOPES = (
    "offline_access accounting.contacts accounting.invoices accounting.settings "
    "accounting.payments.read"
)


class Client:
    """One app of one user, as far as it has got: address, code, tokens, organisation."""

    def __init__(self, simulator: Simulator, client_id: str = "app-one") -> None:
        self.simulator = simulator
        self.client_id = client_id
        self.secret = f"secret of {client_id}"
        self.session = requests.Session()
        self.tokens: dict = {}
        self.tenant_id: str | None = None
        self._names = itertools.count(1)

    # === IDENTITY === #

    def authorize_url(self, scope: str = BASE_SCOPES, **changes: str | None) -> str:
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": REDIRECT,
            "scope": scope,
            "state": "state &=? ü",
            **changes,
        }
        query = {name: value for name, value in query.items() if value is not None}
        return f"{self.simulator.url}/identity/connect/authorize?{urlencode(query)}"

    def code(self, organisation: str = "AU", user: str | None = None, **changes) -> str:
        redirect = self.simulator.consent(self.authorize_url(**changes), organisation, user)
        return parse_qs(urlsplit(redirect).query)["code"][0]

    def token(self, **form: str) -> requests.Response:
        return self.session.post(
            f"{self.simulator.url}/connect/token", data=form, auth=(self.client_id, self.secret)
        )

    def exchange(self, code: str, **form: str) -> requests.Response:
        values = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
        return self.token(**{**values, **form})

    def refresh(self, token: str | None = None, **form: str) -> requests.Response:
        token = token or self.tokens["refresh_token"]
        return self.token(grant_type="refresh_token", refresh_token=token, **form)

    def connect(self, organisation: str = "AU", user: str | None = None, **changes) -> Client:
        """Go the whole way from consent to a chosen organisation."""
        answer = self.exchange(self.code(organisation, user, **changes))
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        self.tenant_id = self.simulator.organisation(organisation).tenant_id
        return self

    def revoke(self, token: str) -> requests.Response:
        return self.session.post(
            f"{self.simulator.url}/connect/revocation",
            data={"token": token},
            auth=(self.client_id, self.secret),
        )

    def connections(self, **query: str) -> requests.Response:
        return self.session.get(
            f"{self.simulator.url}/connections", params=query, headers=self.bearer
        )

    def disconnect(self, connection_id: str) -> requests.Response:
        return self.session.delete(
            f"{self.simulator.url}/connections/{connection_id}", headers=self.bearer
        )

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    # === ACCOUNTING === #

    def call(self, method: str, path: str, key: str | None = None, **options) -> requests.Response:
        headers = {"Accept": "application/json", "Xero-tenant-id": self.tenant_id, **self.bearer}
        if key is not None:
            headers["Idempotency-Key"] = key
        headers.update(options.pop("headers", {}))
        headers = {name: value for name, value in headers.items() if value is not None}
        address = f"{self.simulator.url}/api.xro/2.0/{path}"
        options.setdefault("timeout", 20)
        return self.session.request(method, address, headers=headers, **options)

    def get(self, path: str = "Organisation", **options) -> requests.Response:
        return self.call("GET", path, **options)

    def put_contact(self, name: str | None = None, **options) -> requests.Response:
        """Create a contact; the name is a new one unless it is given."""
        name = name or f"Contact {next(self._names)} of {self.client_id}"
        body = {"Contacts": [{"Name": name}]}
        return self.call("PUT", "Contacts?summarizeErrors=false", json=body, **options)

    def contact_names(self, organisation: str = "AU") -> list[str]:
        """The contacts that the organisation really holds."""
        tenant_id = self.simulator.organisation(organisation).tenant_id
        held = self.simulator.organisations[tenant_id].contacts.values()
        return [contact["Name"] for contact in held]


@pytest.fixture(scope="session")
def running():
    """One simulator for all tests; `sim` resets it."""
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def sim(running):
    """A simulator in its first state, with two apps and a clock that stands still."""
    running.reset(apps=True)
    running.identity.repeated_consent_keeps_event = True
    running.gateway.patience = 10.0
    vars(running.limits).update(
        enabled=True, minute=60, day=1000, app_minute=10_000, concurrent=5
    )
    running.clock.freeze()
    for client_id in ("app-one", "app-two"):
        running.register_app(client_id, f"secret of {client_id}", [REDIRECT])
    yield running
    running.webhooks.stop()
    running.faults.clear()


@pytest.fixture
def client(sim):
    """An app that has no tokens yet."""
    return Client(sim)


@pytest.fixture
def connected(client):
    """An app that is connected to the Australian organisation."""
    return client.connect()


@pytest.fixture
def other_app(sim):
    """A second app without tokens."""
    return Client(sim, "app-two")


@pytest.fixture
def wait_until():
    """Wait for something that another thread brings about, at most five seconds."""

    def wait(condition):
        pause = threading.Event()
        for _attempt in range(1000):
            if condition():
                return
            pause.wait(0.005)
        pytest.fail("What was waited for did not happen within five seconds.")

    return wait


@pytest.fixture
def pkce():
    """A code verifier and its challenge."""
    verifier = "a-verifier-of-at-least-forty-three-characters-in-all"
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
