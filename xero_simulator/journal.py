"""The journal: one record for each call that reached the simulator."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any


@dataclass
class Call:
    """One call as the simulator saw it.

    `executed` says that the call did its work in the organisation (now or late), `replayed` that
    it was answered from the idempotency store, `unknown` names what Xero does not know about it.
    `in_flight` counts the calls of this app and organisation that ran at its start, itself
    included. Bodies of identity calls hold secrets and are not kept.
    """

    at: datetime
    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    number: int = 0
    tenant_id: str | None = None
    app: str | None = None
    user: str | None = None
    idempotency_key: str | None = None
    status: int | None = None
    executed: bool = False
    replayed: bool = False
    unknown: str | None = None
    fault: str | None = None
    in_flight: int = 1
    body_size: int = 0
    answer_size: int = 0
    milliseconds: float = 0.0
    body: bytes = field(default=b"", repr=False)

    @cached_property
    def body_sha256(self) -> str:
        """Fingerprint of the body, to compare repeats."""
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def element_count(self) -> int | None:
        """How many documents or contacts the body held; None without a JSON list."""
        if not self.body:
            return None
        try:
            document = json.loads(self.body)
        except ValueError:
            return None
        if isinstance(document, dict):
            document = next((v for v in document.values() if isinstance(v, list)), None)
        return len(document) if isinstance(document, list) else None

    @property
    def is_accounting(self) -> bool:
        """Whether the call went to the accounting API, as opposed to identity."""
        return self.path.startswith("/api.xro/")

    @property
    def is_write(self) -> bool:
        """Whether the call can change an organisation."""
        return self.is_accounting and self.method not in ("GET", "HEAD")

    def as_json(self, with_body: bool = False) -> dict[str, Any]:
        """The record for the control API."""
        names = (
            "number", "method", "path", "query", "tenant_id", "app", "user", "idempotency_key",
            "status", "executed", "replayed", "unknown", "fault", "in_flight", "body_size",
            "answer_size", "milliseconds", "element_count", "body_sha256",
        )  # fmt: skip
        record = {"at": self.at.isoformat(), **{name: getattr(self, name) for name in names}}
        if with_body:
            record["body"] = self.body.decode("utf-8", "replace")
        return record


class Journal:
    """The calls in the order of their arrival; reads like a list."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._next = 1

    def add(self, call: Call) -> Call:
        """Note a call at its arrival; its outcome is filled in later."""
        with self._lock:
            call.number = self._next
            self._next += 1
            self._calls.append(call)
        return call

    def clear(self) -> None:
        """Forget all calls; numbers go on."""
        with self._lock:
            self._calls = []

    def __iter__(self) -> Iterator[Call]:
        return iter(self._snapshot())

    def __len__(self) -> int:
        return len(self._calls)

    def __getitem__(self, index: int | slice) -> Any:
        return self._snapshot()[index]

    def find(
        self,
        method: str | None = None,
        path: str | None = None,
        tenant_id: str | None = None,
        since: int = 0,
    ) -> list[Call]:
        """The calls with this method, this text in the path, this tenant, after this number."""
        return [
            call
            for call in self._snapshot()
            if call.number > since
            and (method is None or call.method == method)
            and (path is None or path in call.path)
            and (tenant_id is None or call.tenant_id == tenant_id)
        ]

    @property
    def accounting(self) -> list[Call]:
        """The calls of the accounting API."""
        return [call for call in self._snapshot() if call.is_accounting]

    @property
    def writes(self) -> list[Call]:
        """The accounting calls that can change something."""
        return [call for call in self._snapshot() if call.is_write]

    @property
    def unknown(self) -> list[Call]:
        """The calls with a route, parameter or form that Xero does not know."""
        return [call for call in self._snapshot() if call.unknown]

    def _snapshot(self) -> list[Call]:
        with self._lock:
            return list(self._calls)
