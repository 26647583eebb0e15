"""The store of idempotency keys.

Evidence: kept 6 minutes from the first call, scope is the app and not the organisation, another
URL, body or method under a used key is refused, answers are cached whatever their status
(official or third party); a concurrent repeat waits for the first call (third party). The store is
asked after the rate limits, so a refused call leaves no trace here.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .clock import Clock
from .wire import Response

LIFE = timedelta(minutes=6)
MAX_KEY_LENGTH = 128
METHODS = frozenset({"POST", "PUT", "PATCH"})


@dataclass
class Entry:
    """The first call under a key: what it asked, and its answer once there is one."""

    fingerprint: tuple
    until: datetime
    answer: Response | None = None
    finished: threading.Event = field(default_factory=threading.Event)

    def finish(self, answer: Response) -> None:
        """Store the answer and wake the repeats that wait for it."""
        self.answer = answer
        self.finished.set()


class KeyConflict(Exception):
    """The key belongs to a different request."""


class IdempotencyStore:
    """Keys of all apps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[tuple[str, str], Entry] = {}

    def claim(self, app: str, key: str, fingerprint: tuple) -> tuple[Entry, bool]:
        """The entry of this key, and whether the caller is the first and has to finish it."""
        now = self._clock.now()
        with self._lock:
            entry = self._entries.get((app, key))
            if entry and now < entry.until:
                if entry.fingerprint != fingerprint:
                    raise KeyConflict(key)
                return entry, False
            if len(self._entries) > 1000:
                self._entries = {k: e for k, e in self._entries.items() if now < e.until}
            entry = self._entries[app, key] = Entry(fingerprint, now + LIFE)
            return entry, True

    def forget(self, app: str, key: str) -> None:
        """Drop a key, when its first call never came to an answer."""
        with self._lock:
            entry = self._entries.pop((app, key), None)
        if entry:
            entry.finished.set()

    def clear(self) -> None:
        """Drop all keys."""
        with self._lock:
            entries, self._entries = list(self._entries.values()), {}
        for entry in entries:
            entry.finished.set()
