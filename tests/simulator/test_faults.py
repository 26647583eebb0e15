"""Faults that a test orders: what the client sees, and what really happened."""

import contextlib
import gzip
import json
import threading
import time

import pytest
import requests
from requests.exceptions import ChunkedEncodingError, ConnectionError

NO_ANSWER = (ConnectionError, ChunkedEncodingError)


@pytest.fixture
def faults(sim):
    return sim.faults


def _last(client):
    return client.simulator.journal[-1]


def test_drop_before_the_work(connected, faults):
    faults.add("drop", method="PUT")
    with pytest.raises(NO_ANSWER):
        connected.put_contact("Once", key="k1")
    assert (_last(connected).executed, _last(connected).status) == (False, None)
    assert connected.put_contact("Once", key="k1").status_code == 200
    assert not _last(connected).replayed


@pytest.mark.parametrize("reset", [False, True])
def test_drop_after_the_work(connected, faults, reset):
    faults.add("drop", method="PUT", executed=True, reset=reset)
    with pytest.raises(NO_ANSWER):
        connected.put_contact("Once", key="k1")
    assert (_last(connected).executed, _last(connected).fault) == (True, "drop")
    assert connected.put_contact("Once", key="k1").status_code == 200
    assert _last(connected).replayed
    assert connected.contact_names().count("Once") == 1


def test_late_execution(connected, faults):
    faults.add("late", method="PUT", seconds=400)
    with pytest.raises(NO_ANSWER):
        connected.put_contact("Late", key="k1")
    call = _last(connected)
    connected.simulator.clock.advance(399)
    assert (call.executed, "Late" in connected.contact_names()) == (False, False)
    connected.simulator.clock.advance(1)
    assert (call.executed, "Late" in connected.contact_names()) == (True, True)


def test_late_execution_answers_a_repeat_under_the_same_key(connected, faults):
    faults.add("late", method="PUT", seconds=60, status=504)
    assert connected.put_contact("Late", key="k1").status_code == 504
    connected.simulator.clock.advance(60)
    assert connected.put_contact("Late", key="k1").status_code == 200
    assert _last(connected).replayed
    assert connected.contact_names().count("Late") == 1


def test_a_repeat_before_a_late_execution_waits_and_then_gets_nothing(connected, faults):
    connected.simulator.gateway.patience = 0.01
    faults.add("late", method="PUT", seconds=60)
    for _attempt in range(2):
        with pytest.raises(NO_ANSWER):
            connected.put_contact("Late", key="k1")
    connected.simulator.clock.advance(60)
    assert connected.contact_names().count("Late") == 1


def test_a_late_execution_after_the_life_of_the_key_happens_twice(connected, faults):
    """What the quarantine of a careful client is for: the books see both calls."""
    faults.add("late", method="PUT", seconds=500)
    with pytest.raises(NO_ANSWER):
        connected.put_contact("Late", key="k1")
    first = _last(connected)
    connected.simulator.clock.advance(400)
    connected.put_contact("Late", key="k1")
    second = _last(connected)
    connected.simulator.clock.advance(100)
    assert first.executed
    assert second.executed


def test_error_pages(connected, faults):
    faults.add("error", status=502, times=2)
    faults.add("error", status=500, nth=3, body='{"Message":"x"}', content_type="application/json")
    for _attempt in range(2):
        answer = connected.get()
        assert answer.status_code == 502
        assert answer.headers["Content-Type"] == "text/html"
        assert "<h1>" in answer.text
        assert "X-MinLimit-Remaining" in answer.headers
    assert connected.get().json() == {"Message": "x"}
    assert connected.get().status_code == 200


def test_replaced_answers(connected, faults):
    page = "<html>maintenance</html>"
    faults.add("replace", body=page, content_type="text/html")
    answer = connected.put_contact("Once")
    assert (answer.status_code, answer.text) == (200, page)
    assert "Once" in connected.contact_names()
    faults.add("replace", status=302, executed=False, headers={"Location": "http://evil.test/"})
    answer = connected.put_contact("Never", allow_redirects=False)
    assert answer.headers["Location"] == "http://evil.test/"
    assert "Never" not in connected.contact_names()
    packed = gzip.compress(b"[]" * 1000)
    faults.add("replace", body=packed, headers={"Content-Encoding": "gzip"})
    assert len(connected.get().content) == 2000


def test_edited_answers(connected, faults):
    def reverse(response):
        document = json.loads(response.body)
        document["Contacts"].reverse()
        response.body = json.dumps(document).encode()
        return response

    faults.add("edit", method="PUT", function=reverse)
    body = {"Contacts": [{"Name": "A"}, {"Name": "B"}]}
    answer = connected.call("PUT", "Contacts", json=body)
    assert [contact["Name"] for contact in answer.json()["Contacts"]] == ["B", "A"]


def test_truncated_body(connected, faults):
    faults.add("truncate", method="PUT")
    with pytest.raises(NO_ANSWER):
        connected.put_contact("Once")
    assert "Once" in connected.contact_names()
    faults.add("truncate", keep=0)
    with pytest.raises(NO_ANSWER):
        connected.get()


def test_wrong_length_gives_a_cut_document(connected, faults):
    faults.add("wrong_length", missing=3)
    answer = connected.get()
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="."):
        answer.json()
    assert connected.get().json()


def test_a_dripping_body_arrives_in_slices(connected, faults):
    faults.add("drip", size=10_000, pause=0.0)
    assert connected.get().json()
    faults.add("drip", size=50, pause=0.01)
    started = time.monotonic()
    answer = connected.get()
    assert answer.json()
    assert time.monotonic() - started >= 0.01 * (len(answer.content) // 50)


def test_delay_and_hold(connected, faults):
    delay = faults.add("delay", seconds=0.02)
    assert connected.get().status_code == 200
    assert _last(connected).milliseconds >= 20
    assert delay.reached.is_set()
    held = faults.add("hold", method="PUT", when="after")
    thread = threading.Thread(target=connected.put_contact, args=("Once",))
    thread.start()
    assert held.reached.wait(5)
    assert "Once" in connected.contact_names()
    assert _last(connected).status is None
    held.release()
    thread.join()
    assert _last(connected).status == 200


@pytest.mark.parametrize("retry_after", [None, 26, "garbage", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_ordered_429(connected, faults, retry_after):
    faults.add("limited", problem="minute", retry_after=retry_after)
    answer = connected.put_contact("Never", key="k1")
    assert (answer.status_code, answer.content) == (429, b"")
    assert "Content-Type" not in answer.headers
    assert answer.headers["X-Rate-Limit-Problem"] == "minute"
    expected = None if retry_after is None else str(retry_after)
    assert answer.headers.get("Retry-After") == expected
    assert not _last(connected).executed


def test_ordered_refusals(connected, faults):
    faults.add("expired")
    assert connected.get().json()["Detail"].startswith("TokenExpired")
    faults.add("scope")
    assert "insufficient_scope" in connected.get().headers["WWW-Authenticate"]
    faults.add("forbidden")
    assert connected.get().status_code == 403
    assert connected.get().status_code == 200


def test_a_lost_refresh_answer(connected, faults):
    first = connected.tokens["refresh_token"]
    faults.add("drop", path="^/connect/token$", executed=True)
    with pytest.raises(NO_ANSWER):
        connected.refresh(first)
    assert not connected.simulator.identity.is_newest_refresh_token(first)
    tokens = connected.refresh(first).json()
    assert connected.simulator.identity.is_newest_refresh_token(tokens["refresh_token"])


def test_an_error_at_the_token_endpoint(connected, faults):
    faults.add("replace", path="/connect/token", status=503, body="busy", executed=False)
    assert connected.refresh().status_code == 503
    assert connected.refresh().status_code == 200


def test_a_fault_strikes_only_what_it_is_meant_for(connected, faults):
    fault = faults.add("expired", method="GET", path=r"/Contacts$", nth=2, times=1)
    connected.get("Organisation")
    assert connected.get("Contacts").status_code == 200
    assert connected.put_contact("Other").status_code == 200
    assert connected.get("Contacts").status_code == 401
    assert connected.get("Contacts").status_code == 200
    assert (fault.hits, fault.spent) == (1, True)
    elsewhere = connected.simulator.organisation("NZ").tenant_id
    faults.add("expired", tenant_id=elsewhere, times=None)
    assert connected.get().status_code == 200
    faults.add("expired", times=None)
    assert [connected.get().status_code for _attempt in range(3)] == [401] * 3
    faults.clear()
    assert connected.get().status_code == 200


@pytest.mark.parametrize(
    ("kind", "options"),
    [("nonsense", {}), ("drop", {"secnods": 1}), ("edit", {}), ("delay", {"status": 1})],
)
def test_an_order_that_makes_no_sense(faults, kind, options):
    with pytest.raises(ValueError, match="fault"):
        faults.add(kind, **options)


def test_two_faults_do_not_strike_one_call(connected, faults):
    faults.add("expired")
    faults.add("forbidden")
    assert connected.get().status_code == 401
    assert connected.get().status_code == 403


def test_stopping_frees_held_calls():
    from xero_simulator import Simulator

    with Simulator() as simulator:
        held = simulator.faults.add("hold", path="/connect/token", when="before")
        address = f"{simulator.url}/connect/token"

        def ask():
            with contextlib.suppress(requests.RequestException):
                requests.post(address, timeout=30)

        thread = threading.Thread(target=ask)
        thread.start()
        assert held.reached.wait(5)
    thread.join(5)
    assert not thread.is_alive()
