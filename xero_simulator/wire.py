"""What travels between the server and the accounting part: requests, responses, events.

The server has already checked the token, the scopes, the tenant, the limits and the idempotency
key when a `Request` reaches the accounting part; what comes back is a finished `Response`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"

API_ROOT = "/api.xro/2.0"


class Headers(Mapping[str, str]):
    """A read-only mapping of header names to values that ignores the names' case."""

    def __init__(self, items: Mapping[str, str] | None = None) -> None:
        self._values = {name.lower(): value for name, value in (items or {}).items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True)
class Event:
    """One change in an organisation that Xero would announce to a webhook."""

    category: str
    type: str
    resource_id: str
    data: dict[str, Any] | None = None


@dataclass(frozen=True)
class Request:
    """One accounting call, after everything that does not concern the books was checked."""

    method: str
    path: str
    segments: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=Headers)
    body: bytes = b""
    app: str = ""
    user: str = ""
    scopes: frozenset[str] = frozenset()


@dataclass
class Response:
    """An answer: status, exact bytes, their type, further headers, and events for webhooks.

    `unknown_parameters` names query parameters that the resource does not know; the journal
    shows such a call as `unknown`, so that a test which makes it fails.
    """

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    unknown_parameters: tuple[str, ...] = ()


def json_response(status: int, document: Any, **others: Any) -> Response:
    """Answer with a document as JSON; Decimals must have been turned into numbers before."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, body, JSON, **others)
