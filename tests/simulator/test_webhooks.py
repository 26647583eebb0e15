"""Webhooks: envelope, signature, order, repeats, and what counts as received."""

import base64
import hashlib
import hmac
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KEY = "webhook signing key"


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        digest = hmac.new(KEY.encode(), body, hashlib.sha256).digest()
        good = self.headers["x-xero-signature"] == base64.b64encode(digest).decode()
        self.server.received.put((good, json.loads(body)))
        status = self.server.statuses.pop(0) if self.server.statuses else self.server.status
        self.send_response(status if good else 401)
        answer = self.server.answer
        if self.server.cookie:
            self.send_header("Set-Cookie", "session=1")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_values):
        pass


@pytest.fixture
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    server.received = queue.Queue()
    server.status, server.answer, server.cookie, server.statuses = 200, b"", False, []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def listening(client, receiver):
    """A connected app that receives webhooks."""
    client.simulator.register_app(
        client.client_id,
        client.secret,
        ["http://localhost:8069/xero/oauth/callback"],
        webhook_url=f"http://localhost:{receiver.server_port}/xero/webhook/1",
        webhook_key=KEY,
    )
    return client.connect()


def _names(receiver):
    """The resource ids of everything received so far, one list per envelope."""
    envelopes = []
    while not receiver.received.empty():
        good, document = receiver.received.get()
        assert good
        envelopes.append([event["resourceId"] for event in document["events"]])
    return envelopes


def _emit(client, *ids, organisation="AU"):
    tenant_id = client.simulator.organisation(organisation).tenant_id
    for resource_id in ids:
        client.simulator.webhooks.emit(tenant_id, "INVOICE", "UPDATE", resource_id)


def test_a_change_through_the_api_is_announced(listening, receiver):
    contact = listening.put_contact("New").json()["Contacts"][0]
    (delivery,) = listening.simulator.webhooks.deliver()
    assert delivery.accepted
    good, document = receiver.received.get(timeout=5)
    assert good
    assert set(document) == {"events", "firstEventSequence", "lastEventSequence", "entropy"}
    assert document["firstEventSequence"] == document["lastEventSequence"] == 1 or (
        document["lastEventSequence"] >= document["firstEventSequence"]
    )
    (event,) = document["events"]
    assert event.pop("eventDateUtc").startswith(str(listening.simulator.clock.now().year))
    contact_id = contact["ContactID"]
    assert event == {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/Contacts/{contact_id}",
        "resourceId": contact_id,
        "tenantId": listening.tenant_id,
        "tenantType": "ORGANISATION",
        "eventCategory": "CONTACT",
        "eventType": "CREATE",
    }
    assert listening.simulator.webhooks.deliver() == []


def test_an_envelope_can_mix_organisations(listening, receiver):
    listening.connect("NZ")
    _emit(listening, "a")
    _emit(listening, "b", organisation="NZ")
    listening.simulator.webhooks.deliver()
    _good, document = receiver.received.get(timeout=5)
    assert len({event["tenantId"] for event in document["events"]}) == 2


def test_only_connected_apps_hear_of_an_organisation(listening):
    _emit(listening, "a", organisation="GB")
    assert listening.simulator.webhooks.pending() == []
    (connection,) = listening.connections().json()
    listening.disconnect(connection["id"])
    _emit(listening, "b")
    assert listening.simulator.webhooks.pending() == []


def test_there_are_no_events_for_other_resources(listening):
    with pytest.raises(ValueError, match="no CREATE event for PAYMENT"):
        listening.simulator.webhooks.emit(listening.tenant_id, "PAYMENT", "CREATE", "x")


def test_order_size_and_copies(listening, receiver):
    webhooks = listening.simulator.webhooks
    _emit(listening, "a", "b", "c")
    webhooks.deliver(size=2, reverse=True)
    assert _names(receiver) == [["c", "b"], ["a"]]
    _emit(listening, "d")
    deliveries = webhooks.deliver(copies=2)
    assert _names(receiver) == [["d"], ["d"]]
    assert deliveries[0].body != deliveries[1].body
    again = webhooks.replay(deliveries[0])
    assert again.accepted
    assert again.body == deliveries[0].body
    assert _names(receiver) == [["d"]]


@pytest.mark.parametrize(
    "trouble", [{"status": 500}, {"answer": b"ok"}, {"cookie": True}, {"status": 204}]
)
def test_what_is_not_accepted_is_delivered_again(listening, receiver, trouble):
    webhooks = listening.simulator.webhooks
    vars(receiver).update(trouble)
    _emit(listening, "a")
    (delivery,) = webhooks.deliver()
    assert not delivery.accepted
    _emit(listening, "b")
    vars(receiver).update(status=200, answer=b"", cookie=False)
    assert _names(receiver) == [["a"]]
    assert webhooks.deliver()[0].accepted
    assert _names(receiver) == [["a", "b"]]


def test_refused_envelopes_keep_their_order(listening, receiver):
    webhooks = listening.simulator.webhooks
    receiver.status = 500
    _emit(listening, "a", "b", "c")
    webhooks.deliver(size=1)
    assert [event["resourceId"] for event in webhooks.pending()] == ["a", "b", "c"]
    assert webhooks.pending("app-two") == []


def test_one_accepted_copy_is_enough(listening, receiver):
    receiver.statuses = [500, 200]
    _emit(listening, "a")
    refused, accepted = listening.simulator.webhooks.deliver(copies=2)
    assert (refused.accepted, accepted.accepted) == (False, True)
    assert listening.simulator.webhooks.pending() == []


def test_what_a_person_changes_in_xero_is_announced(listening):
    contact_id = listening.put_contact("Watched").json()["Contacts"][0]["ContactID"]
    webhooks = listening.simulator.webhooks
    webhooks.clear()
    listening.simulator.organisation("AU").archive_contact(contact_id)
    (event,) = webhooks.pending()
    assert (event["resourceId"], event["eventType"]) == (contact_id, "UPDATE")


def test_nobody_listens(listening, receiver):
    address = "http://localhost:1/xero/webhook/1"
    listening.simulator.register_app(
        listening.client_id, listening.secret, ["https://x.test/"], address, KEY
    )
    _emit(listening, "a")
    (delivery,) = listening.simulator.webhooks.deliver()
    assert delivery.status is None
    assert len(listening.simulator.webhooks.pending()) == 1


def test_a_bad_signature(listening, receiver):
    _emit(listening, "a")
    (delivery,) = listening.simulator.webhooks.deliver(bad_signature=True)
    assert delivery.status == 401
    assert receiver.received.get(timeout=5)[0] is False


def test_intent_to_receive(listening, receiver):
    webhooks = listening.simulator.webhooks
    assert webhooks.intent_to_receive(listening.client_id)
    seen = [receiver.received.get(timeout=5) for _number in range(4)]
    assert {good for good, _document in seen} == {True, False}
    assert all(document["events"] == [] for _good, document in seen)
    receiver.cookie = True
    assert not webhooks.intent_to_receive(listening.client_id)
    receiver.cookie, receiver.status = False, 401
    assert not webhooks.intent_to_receive(listening.client_id)


def test_background_delivery(listening, receiver):
    listening.simulator.webhooks.start(interval=0.01)
    _emit(listening, "a")
    assert receiver.received.get(timeout=5)[1]["events"][0]["resourceId"] == "a"
    listening.simulator.webhooks.stop()
