"""Rate limits per app and organisation, in fixed windows, with the headers that announce them.

Evidence: concurrent 5, minute 60, day 1,000 (Starter) or 5,000, app minute 10,000 (official); the
two counters come with every accounting answer, 400 included (measured); windows are fixed and
reset at another moment for each organisation (official). A refused call counts too, and a
`concurrent` refusal carries no Retry-After: both are the harsher reading.
"""

from __future__ import annotations

import math
import threading
import zlib
from dataclasses import dataclass, field

from .clock import Clock

_MINUTE = 60
_DAY = 86_400


@dataclass
class Admission:
    """Whether a call may go on, how many run beside it, and what its answer announces."""

    in_flight: int
    headers: dict[str, str] = field(default_factory=dict)
    problem: str | None = None


class Limits:
    """Counts calls; every number can be changed while the simulator runs."""

    def __init__(
        self,
        clock: Clock,
        enabled: bool = True,
        minute: int = 60,
        day: int = 1000,
        app_minute: int = 10_000,
        concurrent: int = 5,
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, ...], tuple[int, int]] = {}
        self._running: dict[tuple[str, str], int] = {}
        self.enabled = enabled
        self.minute = minute
        self.day = day
        self.app_minute = app_minute
        self.concurrent = concurrent

    def enter(self, app: str, tenant_id: str) -> Admission:
        """Count a call in; `leave` must follow."""
        now = self._clock.now().timestamp()
        with self._lock:
            running = self._running[app, tenant_id] = self._running.get((app, tenant_id), 0) + 1
            if not self.enabled:
                return Admission(running, self._headers(self.minute, self.day, self.app_minute))
            used = {
                "minute": self._count(("minute", app, tenant_id), _MINUTE, now),
                "day": self._count(("day", app, tenant_id), _DAY, now),
                "appminute": self._count(("appminute", app), _MINUTE, now),
            }
        most = {"minute": self.minute, "day": self.day, "appminute": self.app_minute}
        left = {name: max(0, most[name] - used[name]) for name in most}
        headers = self._headers(left["minute"], left["day"], left["appminute"])
        broken = [name for name in ("day", "minute", "appminute") if used[name] > most[name]]
        problem = broken[0] if broken else None
        if problem:
            length = _DAY if problem == "day" else _MINUTE
            names = (problem, app) if problem == "appminute" else (problem, app, tenant_id)
            headers["Retry-After"] = str(self._seconds_left(names, length, now))
        elif running > self.concurrent:
            problem = "concurrent"
        if problem:
            headers["X-Rate-Limit-Problem"] = problem
        return Admission(running, headers, problem)

    def leave(self, app: str, tenant_id: str) -> None:
        """A call has ended."""
        with self._lock:
            self._running[app, tenant_id] -= 1

    def use(
        self, app: str, tenant_id: str, minute: int | None = None, day: int | None = None
    ) -> None:
        """Set how many calls were already made in the present windows."""
        now = self._clock.now().timestamp()
        with self._lock:
            for name, length, used in (("minute", _MINUTE, minute), ("day", _DAY, day)):
                if used is not None:
                    key = (name, app, tenant_id)
                    self._counts[key] = (self._window(key, length, now), used)

    def minute_ends_in(self, app: str, tenant_id: str) -> float:
        """Seconds that the present minute's window still lasts."""
        key = ("minute", app, tenant_id)
        return _MINUTE - self._shifted(key, _MINUTE, self._clock.now().timestamp()) % _MINUTE

    def reset(self) -> None:
        """Start all windows empty; calls that run go on being counted."""
        with self._lock:
            self._counts.clear()

    def _count(self, key: tuple[str, ...], length: int, now: float) -> int:
        window = self._window(key, length, now)
        known, used = self._counts.get(key, (window, 0))
        used = used + 1 if known == window else 1
        self._counts[key] = (window, used)
        return used

    @staticmethod
    def _shifted(key: tuple[str, ...], length: int, now: float) -> float:
        return now + zlib.crc32("|".join(key).encode()) % length

    def _window(self, key: tuple[str, ...], length: int, now: float) -> int:
        return int(self._shifted(key, length, now) // length)

    def _seconds_left(self, key: tuple[str, ...], length: int, now: float) -> int:
        return max(1, math.ceil(length - self._shifted(key, length, now) % length))

    @staticmethod
    def _headers(minute: int, day: int, app_minute: int) -> dict[str, str]:
        return {
            "X-MinLimit-Remaining": str(minute),
            "X-DayLimit-Remaining": str(day),
            "X-AppMinLimit-Remaining": str(app_minute),
        }
