"""Faults that a test orders before it happens: which call shall go wrong, and how."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

HTML_PAGE = (
    "<!DOCTYPE html><html><head><title>Something went wrong</title></head>"
    "<body><h1>Sorry, an error has occurred.</h1></body></html>"
)

# Each kind with its options and their defaults.
KINDS: dict[str, dict[str, Any]] = {
    # Wait so many real seconds before or after the work.
    "delay": {"seconds": 1.0, "when": "after"},
    # Wait before or after the work until the test calls `release()`.
    "hold": {"when": "after"},
    # Close the connection without an answer; `reset` by a TCP reset.
    "drop": {"executed": False, "reset": False},
    # Do the work so many simulated seconds later; answer nothing, or a gateway's page now.
    "late": {"seconds": 120, "status": None},
    # An error page or body. `cached`: the idempotency key remembers it (default: only a 500).
    "error": {"status": 500, "executed": False, "cached": None, "body": HTML_PAGE,
              "content_type": "text/html", "headers": {}},
    # Another answer than the true one.
    "replace": {"status": 200, "executed": True, "body": "", "headers": {},
                "content_type": "application/json; charset=utf-8"},
    # The true answer through a function that gets and returns a `Response` (in-process only).
    "edit": {"function": None},
    # Announce the whole body, send its first `keep` bytes (default: half) and close.
    "truncate": {"keep": None},
    # Announce `missing` bytes less than the body has: the client reads a cut document.
    "wrong_length": {"missing": 10},
    # Send the body in slices with a pause of real seconds after each.
    "drip": {"size": 1, "pause": 0.01},
    # A 429 that did not come from the counters.
    "limited": {"problem": "minute", "retry_after": None},
    # 401: the access token has expired.
    "expired": {},
    # 401: a scope is missing.
    "scope": {},
    # 403: this organisation is not available.
    "forbidden": {},
}  # fmt: skip


@dataclass
class Fault:
    """One ordered fault: strikes from the nth matching call on, so many times."""

    kind: str
    method: str | None
    path: str | None
    tenant_id: str | None
    nth: int
    times: int | None
    options: dict[str, Any]
    number: int = 0
    seen: int = 0
    hits: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def matches(self, method: str, path: str, tenant_id: str | None) -> bool:
        """Whether the fault is meant for such a call."""
        return (
            (self.method is None or self.method == method)
            and (self.path is None or re.search(self.path, path) is not None)
            and (self.tenant_id is None or self.tenant_id == tenant_id)
        )

    @property
    def spent(self) -> bool:
        """Whether the fault will not strike again."""
        return self.times is not None and self.hits >= self.times

    def release(self) -> None:
        """Let a held or delayed call go on."""
        self.released.set()

    def pause(self, when: str) -> None:
        """Wait here, if the fault says so."""
        if self.options.get("when") != when:
            return
        self.reached.set()
        self.released.wait(self.options["seconds"] if self.kind == "delay" else None)

    def as_json(self) -> dict[str, Any]:
        """The fault for the control API."""
        shown = {name: value for name, value in self.options.items() if not callable(value)}
        return {
            "number": self.number,
            "kind": self.kind,
            "method": self.method,
            "path": self.path,
            "tenant_id": self.tenant_id,
            "nth": self.nth,
            "times": self.times,
            "hits": self.hits,
            "spent": self.spent,
            **shown,
        }


class Faults:
    """All ordered faults; at most one strikes a call, the one that was ordered first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._numbers = itertools.count(1)

    def add(
        self,
        kind: str,
        *,
        method: str | None = None,
        path: str | None = None,
        tenant_id: str | None = None,
        nth: int = 1,
        times: int | None = 1,
        **options: Any,
    ) -> Fault:
        """Order a fault.

        `path` is a regular expression searched in the path, `nth` the first matching call that
        is struck, `times` how many in a row (None: all). The further options depend on the kind.
        """
        if kind not in KINDS:
            raise ValueError(f"There is no fault {kind!r}; there are {', '.join(KINDS)}.")
        if strange := sorted(set(options) - set(KINDS[kind])):
            raise ValueError(f"The fault {kind!r} has no option {', '.join(strange)}.")
        function: Callable | None = options.get("function")
        if kind == "edit" and not callable(function):
            raise ValueError("The fault 'edit' needs a function.")
        if path is not None:
            re.compile(path)
        fault = Fault(kind, method, path, tenant_id, nth, times, {**KINDS[kind], **options})
        with self._lock:
            fault.number = next(self._numbers)
            self._faults.append(fault)
        return fault

    def strike(self, method: str, path: str, tenant_id: str | None) -> Fault | None:
        """Count a call, and give the fault that strikes it."""
        struck = None
        with self._lock:
            for fault in self._faults:
                if fault.spent or not fault.matches(method, path, tenant_id):
                    continue
                fault.seen += 1
                if struck is None and fault.seen >= fault.nth:
                    fault.hits += 1
                    struck = fault
        return struck

    def all(self) -> list[Fault]:
        """The ordered faults, spent ones too."""
        with self._lock:
            return list(self._faults)

    def clear(self) -> None:
        """Withdraw all faults and let held calls go on."""
        with self._lock:
            faults, self._faults = self._faults, []
        for fault in faults:
            fault.release()
