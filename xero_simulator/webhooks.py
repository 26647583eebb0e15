"""Signed webhook deliveries to the apps, in the order and as often as a test wishes.

Evidence: envelope and signature, intent to receive, 5 seconds, 200 or 401, empty body, no cookies
(official); one address and key per app, one delivery can mix organisations (third party). An event
whose delivery was not accepted stays pending and is delivered again: at least once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import secrets
import string
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from .apps import App, Registry
from .clock import Clock
from .wire import Event

API = "https://api.xero.com/api.xro/2.0"
RESOURCES = {
    "CONTACT": "Contacts",
    "INVOICE": "Invoices",
    "CREDITNOTE": "CreditNotes",
    "PREPAYMENT": "Prepayments",
    "OVERPAYMENT": "Overpayments",
}
TYPES = frozenset({"CREATE", "UPDATE"})
TIMEOUT = 5.0


@dataclass
class Delivery:
    """One POST to an app, and what it answered."""

    app: str
    body: bytes
    signature: str
    events: list[dict[str, Any]] = field(default_factory=list)
    status: int | None = None
    answer: bytes = b""
    cookie: bool = False
    seconds: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether Xero would take this answer as receipt."""
        return self.status == 200 and not self.answer and not self.cookie

    def as_json(self) -> dict[str, Any]:
        """The delivery for the control API."""
        return {
            "app": self.app,
            "events": len(self.events),
            "status": self.status,
            "accepted": self.accepted,
            "cookie": self.cookie,
            "answer_size": len(self.answer),
            "seconds": round(self.seconds, 4),
        }


class Webhooks:
    """Collects events and delivers them."""

    def __init__(
        self, clock: Clock, registry: Registry, is_connected: Callable[[str, str], bool]
    ) -> None:
        self._clock = clock
        self._registry = registry
        self._is_connected = is_connected
        self._lock = threading.Lock()
        self._sequence = 0
        self._pending: dict[str, list[dict[str, Any]]] = {}
        self._background: threading.Event | None = None
        self.deliveries: list[Delivery] = []

    # === EVENTS === #

    def announce(self, tenant_id: str, events: list[Event]) -> None:
        """Note the events of one change for every app connected to the organisation."""
        for event in events:
            self.emit(tenant_id, event.category, event.type, event.resource_id, event.data)

    def emit(
        self,
        tenant_id: str,
        category: str,
        type: str,
        resource_id: str,
        data: dict[str, Any] | None = None,
        at: datetime | None = None,
    ) -> None:
        """Note one event, as if somebody had changed something in Xero."""
        if category not in RESOURCES or type not in TYPES:
            raise ValueError(f"Xero sends no {type} event for {category}.")
        moment = at or self._clock.now()
        event = {
            "resourceUrl": f"{API}/{RESOURCES[category]}/{resource_id}",
            "resourceId": resource_id,
            "tenantId": tenant_id,
            "tenantType": "ORGANISATION",
            "eventCategory": category,
            "eventType": type,
            "eventDateUtc": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}",
        }
        if data is not None:
            event["data"] = data
        for app in self._registry.all():
            if app.webhook_url and app.webhook_key and self._is_connected(app.client_id, tenant_id):
                with self._lock:
                    self._pending.setdefault(app.client_id, []).append(event)

    def pending(self, app: str | None = None) -> list[dict[str, Any]]:
        """The events that were not accepted yet."""
        with self._lock:
            return [
                event
                for client_id, events in self._pending.items()
                if app in (None, client_id)
                for event in events
            ]

    def clear(self) -> None:
        """Forget all events and deliveries."""
        with self._lock:
            self._pending.clear()
            self.deliveries.clear()

    # === DELIVERY === #

    def deliver(
        self,
        app: str | None = None,
        *,
        size: int | None = None,
        copies: int = 1,
        reverse: bool = False,
        bad_signature: bool = False,
    ) -> list[Delivery]:
        """Deliver what is pending: in envelopes of `size` events, each `copies` times.

        `reverse` turns the order of events and envelopes around.
        """
        made: list[Delivery] = []
        for receiver in self._registry.all():
            if app not in (None, receiver.client_id):
                continue
            with self._lock:
                events = self._pending.pop(receiver.client_id, [])
            if reverse:
                events.reverse()
            step = size or max(1, len(events))
            refused: list[dict[str, Any]] = []
            for start in range(0, len(events), step):
                part = events[start : start + step]
                sent = [
                    self._post(receiver, self._envelope(receiver, part, bad_signature))
                    for _copy in range(copies)
                ]
                if not any(delivery.accepted for delivery in sent):
                    refused += part
                made += sent
            if refused:
                with self._lock:
                    self._pending.setdefault(receiver.client_id, [])[:0] = refused
        return made

    def replay(self, delivery: Delivery) -> Delivery:
        """Send an old delivery again, byte for byte."""
        receiver = self._registry.get(delivery.app)
        if not receiver:
            raise ValueError(f"There is no app {delivery.app!r}.")
        again = Delivery(delivery.app, delivery.body, delivery.signature, delivery.events)
        return self._post(receiver, again)

    def intent_to_receive(self, app: str) -> bool:
        """Xero's check of a new address: 200 to good signatures, 401 to bad ones, nothing else."""
        receiver = self._registry.get(app)
        if not receiver or not receiver.webhook_url or not receiver.webhook_key:
            raise ValueError(f"The app {app!r} has no webhook address and key.")
        for good in (True, False, True, False):
            delivery = self._post(receiver, self._envelope(receiver, [], not good))
            expected = 200 if good else 401
            if delivery.status != expected or delivery.answer or delivery.cookie:
                return False
        return True

    @staticmethod
    def sign(body: bytes, key: str) -> str:
        """The value of the `x-xero-signature` header."""
        return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()

    # === IN THE BACKGROUND === #

    def start(self, interval: float = 0.2) -> None:
        """Deliver by itself from now on."""
        if self._background:
            return
        stopped = self._background = threading.Event()

        def run() -> None:
            pause = interval
            while not stopped.wait(pause):
                refused = any(not delivery.accepted for delivery in self.deliver())
                pause = min(pause * 2, 60.0) if refused else interval

        threading.Thread(target=run, name="xero-webhooks", daemon=True).start()

    def stop(self) -> None:
        """Deliver only when asked."""
        if self._background:
            self._background.set()
            self._background = None

    # === INSIDE === #

    def _envelope(
        self, receiver: App, events: list[dict[str, Any]], bad_signature: bool
    ) -> Delivery:
        with self._lock:
            first = self._sequence + 1 if events else 0
            self._sequence += len(events)
            last = self._sequence if events else 0
        document = {
            "events": events,
            "firstEventSequence": first,
            "lastEventSequence": last,
            "entropy": "".join(secrets.choice(string.ascii_uppercase) for _place in range(20)),
        }
        body = json.dumps(document, separators=(",", ":")).encode()
        key = secrets.token_urlsafe(32) if bad_signature else receiver.webhook_key or ""
        return Delivery(receiver.client_id, body, self.sign(body, key), events)

    def _post(self, receiver: App, delivery: Delivery) -> Delivery:
        parts = urlsplit(receiver.webhook_url or "")
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
        started = time.monotonic()
        try:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            headers = {"Content-Type": "application/json", "x-xero-signature": delivery.signature}
            connection.request("POST", path or "/", delivery.body, headers)
            answer = connection.getresponse()
            delivery.status = answer.status
            delivery.answer = answer.read(65_536)
            delivery.cookie = answer.getheader("Set-Cookie") is not None
        except (OSError, http.client.HTTPException):
            delivery.status = None
        finally:
            connection.close()
        delivery.seconds = time.monotonic() - started
        self.deliveries.append(delivery)
        return delivery
