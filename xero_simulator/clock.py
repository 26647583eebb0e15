"""The simulator's clock: runs with the machine's, can be frozen, and tests can move it forward."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone


class Clock:
    """Simulated UTC time with an agenda of things that shall happen at a later moment.

    The agenda is worked off when somebody moves the clock, and by `run_due`, which the server
    calls before it handles a request: nobody can see the difference to an exact alarm.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._lock = threading.RLock()
        self._offset = timedelta()
        self._frozen: datetime | None = start
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        """The simulated moment, timezone-aware in UTC."""
        with self._lock:
            return self._frozen or datetime.now(timezone.utc) + self._offset

    def freeze(self, at: datetime | None = None) -> None:
        """Stop the clock at the given moment, or at the present one; `advance` still moves it."""
        with self._lock:
            self._frozen = at or self.now()

    def thaw(self) -> None:
        """Let a frozen clock run again from where it stands."""
        with self._lock:
            if self._frozen:
                self._offset = self._frozen - datetime.now(timezone.utc)
                self._frozen = None

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward and do what falls due on the way, each thing at its moment."""
        if seconds < 0:
            raise ValueError("The clock only moves forward.")
        target = self.now() + timedelta(seconds=seconds)
        while (due := self._take(target)) is not None:
            moment, action = due
            self._move_to(moment)
            action()
        self._move_to(target)
        return target

    def call_at(self, moment: datetime, action: Callable[[], None]) -> None:
        """Put an action on the agenda."""
        with self._lock:
            heapq.heappush(self._agenda, (moment, next(self._order), action))

    def run_due(self) -> None:
        """Do what has fallen due since the last look."""
        if not self._agenda:
            return
        while (due := self._take(self.now())) is not None:
            due[1]()

    def reset(self) -> None:
        """Go back to the machine's time and forget the agenda."""
        with self._lock:
            self._offset = timedelta()
            self._frozen = None
            self._agenda.clear()

    def _take(self, until: datetime) -> tuple[datetime, Callable[[], None]] | None:
        with self._lock:
            if self._agenda and self._agenda[0][0] <= until:
                moment, _order, action = heapq.heappop(self._agenda)
                return moment, action
            return None

    def _move_to(self, moment: datetime) -> None:
        with self._lock:
            now = self.now()
            if moment <= now:
                return
            if self._frozen:
                self._frozen = moment
            else:
                self._offset += moment - now
