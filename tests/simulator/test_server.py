"""The wire: keep-alive, chunked and broken requests, speed, ports."""

import json
import socket
import time

import pytest
import requests

from xero_simulator import Simulator
from xero_simulator.server import PortTaken

GUID = "00000000-0000-4000-8000-000000000001"


def _talk(simulator, *pieces):
    """Send raw bytes and read until the other side closes."""
    with socket.create_connection(("localhost", simulator.port), timeout=5) as connection:
        for piece in pieces:
            connection.sendall(piece)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def test_a_connection_serves_many_requests(sim):
    request = b"GET /connections HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    answer = _talk(sim, request + request, last)
    assert answer.count(b"HTTP/1.1 401 Unauthorized\r\n") == 3
    assert answer.count(b"Connection: keep-alive") == 2


def test_http_1_0_closes(sim):
    answer = _talk(sim, b"GET /connections HTTP/1.0\r\n\r\n")
    assert b"Connection: close" in answer


def test_a_chunked_body_is_read(connected):
    pieces = iter([b'{"Contacts":[{"Na', b'me":"In pieces"}]}'])
    headers = {"Content-Type": "application/json"}
    answer = connected.call("PUT", "Contacts", data=pieces, headers=headers)
    assert answer.status_code == 200
    assert "In pieces" in connected.contact_names()


def test_a_client_that_waits_for_leave_gets_it(sim):
    body = b"grant_type=x"
    head = (
        b"POST /connect/token HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    )
    assert _talk(sim, head, body).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400")


@pytest.mark.parametrize(
    "raw",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ],
)
def test_broken_requests_are_refused(sim, raw):
    assert _talk(sim, raw).startswith(b"HTTP/1.1 400")


def test_a_client_that_goes_away_harms_nobody(sim):
    with socket.create_connection(("localhost", sim.port)) as connection:
        connection.sendall(b"POST /connect/token HTTP/1.1\r\nContent-Length: 10\r\n\r\nab")
    assert requests.get(sim.url).status_code == 200


def test_a_warm_call_is_fast(connected):
    connected.simulator.limits.enabled = False
    seconds = []
    for _number in range(50):
        started = time.perf_counter()
        connected.get("BrandingThemes")
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.02  # a delayed acknowledgement alone would cost 0.04


def test_a_taken_port_gives_one_sentence(sim):
    with pytest.raises(PortTaken, match=f"^Port {sim.port} is taken by another program; .*\\.$"):
        Simulator(sim.port)


def test_a_stopped_simulator_frees_its_port_at_once():
    with Simulator() as first:
        requests.get(first.url)
    with Simulator(first.port) as second:
        assert requests.get(second.url).status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(second.url)


# === WHAT THE GATEWAY DOES NOT LET PASS === #


@pytest.mark.parametrize(
    ("method", "path", "unknown"),
    [
        ("GET", "Nonsense", "route GET"),
        ("GET", "Invoices/1/Nonsense", "route GET"),
        ("PATCH", "Invoices", "route PATCH"),
        ("DELETE", "Invoices/1", "route DELETE"),
        ("GET", "contacts", "route GET"),
        ("GET", "Contacts/", "route GET"),
        ("GET", "PurchaseOrders?where=x", "query parameter where"),
        ("GET", "Invoices?Page=1", "query parameter Page"),
        ("GET", "Invoices?page=1&page=2", "repeated query parameter page"),
        ("POST", f"Invoices/{GUID}?summarizeErrors=false", "query parameter summarizeErrors"),
    ],
)
def test_unknown_routes_and_parameters_are_noted(connected, method, path, unknown):
    answer = connected.call(method, path, headers={"Content-Type": "application/json"})
    assert answer.status_code == (404 if unknown.startswith("route") else 400)
    (call,) = connected.simulator.journal.unknown
    assert call.unknown.startswith(unknown)
    assert not call.executed


@pytest.mark.parametrize(
    ("headers", "unknown"),
    [
        ({"Accept": "*/*"}, "Accept"),
        ({"Content-Type": "text/xml"}, "Content-Type"),
        ({"Content-Type": None}, "a body without"),
    ],
)
def test_headers_that_would_not_work_are_noted(connected, headers, unknown):
    headers = {"Content-Type": "application/json", **headers}
    body = json.dumps({"Contacts": [{"Name": "Never"}]})
    answer = connected.call("PUT", "Contacts", data=body, headers=headers)
    assert answer.status_code == 400
    assert connected.simulator.journal[-1].unknown.startswith(unknown)
    assert "Never" not in connected.contact_names()


def test_a_document_may_be_numbered_like_a_route(connected):
    connected.get("PurchaseOrders/History")
    connected.get("PurchaseOrders/PO%2F0001%3F")
    assert connected.simulator.journal.unknown == []
    assert connected.simulator.journal[-1].path == "/api.xro/2.0/PurchaseOrders/PO/0001?"


def test_a_body_over_the_limit(connected):
    body = json.dumps({"Contacts": [{"Name": "x" * 3_500_000}]})
    answer = connected.call(
        "PUT", "Contacts", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert answer.json()["Title"] == "RequestEntityTooLarge"


def test_the_journal_tells_what_happened(connected):
    connected.put_contact("One", key="k1")
    call = connected.simulator.journal.writes[-1]
    assert (call.method, call.path) == ("PUT", "/api.xro/2.0/Contacts")
    assert call.query == {"summarizeErrors": "false"}
    assert (call.tenant_id, call.app) == (connected.tenant_id, connected.client_id)
    assert (call.status, call.executed, call.replayed, call.fault) == (200, True, False, None)
    assert (call.element_count, call.idempotency_key) == (1, "k1")
    assert call.at == connected.simulator.clock.now()
    assert call.user == connected.simulator.user(None).user_id
    assert json.loads(call.body)["Contacts"]
    assert [call.number for call in connected.simulator.journal] == list(
        range(call.number - len(connected.simulator.journal) + 1, call.number + 1)
    )
