"""Steering a simulator from outside: the control API and the command line."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
REDIRECT = "http://localhost:8069/xero/oauth/callback"


@pytest.fixture
def control(sim):
    """Call the control API and expect success."""

    def call(verb, path="", /, status=200, params=None, **body):
        answer = requests.request(
            verb, f"{sim.url}/_control/{path}", json=body or None, params=params
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    return call


def test_it_lists_its_calls(control):
    assert "GET /_control/journal" in control("GET")
    assert "error" in control("GET", "nonsense", status=404)


def test_state_and_organisations(sim, control):
    state = control("GET", "state")
    assert state["url"] == sim.url
    assert state["apps"] == ["app-one", "app-two"]
    countries = [organisation["country_code"] for organisation in control("GET", "organisations")]
    assert len(countries) == 4
    assert "AU" in countries


def test_the_whole_way_from_outside(sim, client, control):
    control("POST", "apps", client_id="new", client_secret="secret", redirect_uris=[REDIRECT])
    client.client_id, client.secret = "new", "secret"
    choice = {"organisation": "NZ", "user": "Ben Bookkeeper"}
    redirect = control("POST", "consent", authorize_url=client.authorize_url(), **choice)
    code = re.search("code=([^&]+)", redirect["redirect"])[1]
    client.tokens = client.exchange(code).json()
    client.tenant_id = sim.organisation("NZ").tenant_id
    assert client.put_contact("From outside", key="k1").status_code == 200
    (grant,) = control("GET", "identity")
    assert grant["connections"][0]["tenant_id"] == client.tenant_id
    assert client.tokens["refresh_token"] not in str(grant)
    assert [app["client_id"] for app in control("GET", "apps")] == ["app-one", "app-two", "new"]


def test_consent_errors_are_told(client, control):
    address = client.authorize_url(scope="accounting.transactions")
    answer = control("POST", "consent", status=400, authorize_url=address, organisation="AU")
    assert "invalid_scope" in answer["error"]
    redirect = control("POST", "consent", authorize_url=client.authorize_url(), cancel=True)
    assert "error=access_denied" in redirect["redirect"]


def test_the_journal(connected, control):
    connected.put_contact("One", key="k1")
    connected.get()
    calls = control("GET", "journal", params={"path": "/api.xro/"})
    assert [(call["method"], call["status"]) for call in calls] == [("PUT", 200), ("GET", 200)]
    assert calls[0]["element_count"] == 1
    assert calls[0]["idempotency_key"] == "k1"
    assert "body" not in calls[0]
    with_bodies = control("GET", "journal", params={"path": "/Contacts", "bodies": "1"})
    assert json.loads(with_bodies[0]["body"]) == {"Contacts": [{"Name": "One"}]}
    later = control("GET", "journal", params={"since": calls[0]["number"]})
    assert [call["number"] for call in later] == [calls[1]["number"]]
    control("DELETE", "journal")
    assert control("GET", "journal") == []


def test_the_clock(sim, control):
    before = sim.clock.now()
    control("POST", "clock", advance=90)
    assert (sim.clock.now() - before).total_seconds() == 90
    frozen = control("POST", "clock", freeze=True, at="2026-11-30T10:00:00+00:00")
    assert frozen["now"] == "2026-11-30T10:00:00+00:00" == control("GET", "clock")["now"]
    control("POST", "clock", status=400, advance=-1)


def test_faults(connected, control):
    fault = control("POST", "faults", kind="truncate", method="GET", keep=3)
    assert (fault["kind"], fault["keep"], fault["hits"]) == ("truncate", 3, 0)
    control("DELETE", "faults")
    assert control("GET", "faults") == []
    control("POST", "faults", kind="limited", method="GET", retry_after="7")
    assert connected.get().headers["Retry-After"] == "7"
    assert [fault["spent"] for fault in control("GET", "faults")] == [True]
    assert "no fault" in control("POST", "faults", status=400, kind="nonsense")["error"]
    control("POST", "faults/release")


def test_records_are_exact(connected, control):
    connected.put_contact("Kept")
    contacts = control("GET", "organisations/AU/contacts")["Contacts"]
    assert "Kept" in [contact["Name"] for contact in contacts]
    contact_id = next(item["ContactID"] for item in contacts if item["Name"] == "Kept")
    one = control("GET", f"organisations/AU/contacts/{contact_id}")["Contacts"]
    assert [contact["Name"] for contact in one] == ["Kept"]
    assert control("GET", "organisations/AU/accounts")["Accounts"]
    assert control("GET", "organisations/AU/invoices") is not None
    assert "no kind" in control("GET", "organisations/AU/nonsense", status=404)["error"]
    control("GET", "organisations/XX/contacts", status=400)


def test_a_person_in_xero(connected, control):
    contact_id = connected.put_contact("Watched").json()["Contacts"][0]["ContactID"]
    done = control(
        "POST", "person", organisation="AU", action="archive_contact", guid=contact_id
    )
    assert done["ContactStatus"] == "ARCHIVED"
    control("POST", "person", organisation="AU", action="set_lock_dates", period="2026-06-30")
    answer = control("POST", "person", status=400, organisation="AU", action="reset")
    assert "cannot 'reset'" in answer["error"]


def test_identity_levers(connected, control):
    control("POST", "identity/expire")
    assert connected.get().status_code == 401
    connected.tokens = connected.refresh().json()
    assert control("POST", "identity/disconnect", organisation="AU") == {"removed": 1}
    assert connected.get().status_code == 403
    control("POST", "identity/withdraw", app="app-one")
    assert connected.refresh().status_code == 400


def test_limits_reset_and_webhooks(connected, control):
    assert control("POST", "limits", enabled=False, day=7)["day"] == 7
    control("POST", "limits", status=400, hourly=1)
    assert 0 < control("GET", "limits/minute?app=app-one&organisation=AU")["ends_in"] <= 60
    control(
        "POST", "webhooks/emit", organisation="AU", category="CONTACT", type="UPDATE",
        resource_id="x",
    )  # fmt: skip
    assert control("GET", "webhooks") == {"pending": [], "deliveries": []}
    assert control("POST", "webhooks/deliver") == []
    control("POST", "webhooks/intent", status=400, app="app-one")
    connected.put_contact("Gone soon")
    state = control("POST", "reset")
    assert (state["calls"], state["apps"]) == (0, ["app-one", "app-two"])
    assert "Gone soon" not in connected.contact_names()
    assert connected.get().status_code == 401


# === THE COMMAND LINE === #


def _start(*arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", "xero_simulator", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_told_to_stop(number):
    process = _start("--port", "0", "--no-limits", "--app", f"id:secret:{REDIRECT}")
    line = process.stdout.readline()
    url = re.fullmatch(r"Xero simulator: (http://localhost:\d+) \(Ctrl-C stops it\)\n", line)[1]
    state = requests.get(f"{url}/_control/state").json()
    assert (state["apps"], state["limits"]) == (["id"], False)
    process.send_signal(number)
    _output, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


def test_a_taken_port_ends_it_with_one_sentence(sim):
    process = _start("--port", str(sim.port))
    output, errors = process.communicate(timeout=10)
    assert (process.returncode, output) == (1, "")
    assert errors == (
        f"Port {sim.port} is taken by another program; stop that one or choose another port.\n"
    )


def test_a_wrong_app_ends_it_with_one_sentence():
    process = _start("--port", "0", "--app", "id:secret:http://127.0.0.1/callback")
    _output, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert errors.startswith("--app id: The redirect address")
    assert errors.count("\n") == 1
    assert "secret" not in errors


def test_it_imports_neither_odoo_nor_the_addon():
    code = (
        "import sys, xero_simulator.__main__; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('odoo', 'xero_connector', 'xero', 'requests')])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout == "[]\n"
