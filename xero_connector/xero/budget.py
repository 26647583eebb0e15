"""How many calls are left, and when the next one may be made. Pure: the clock is a parameter.

Xero's windows are fixed and start at a moment of Xero's own, so nothing here computes midnight:
what the answers say counts (https://developer.xero.com/documentation/guides/how-to-guides/rate-limits).
"""

import dataclasses
import datetime
from dataclasses import dataclass

MINUTE = datetime.timedelta(seconds=60)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)

# Limits whose pause ends with a minute's window.
WINDOWED = ("minute", "appminute")


@dataclass(frozen=True, slots=True)
class Budget:
    """What is known of a tenant's calls. Moments are naive or aware UTC, all of one kind.

    `minute_since` is the first answer seen in the present minute's window: the window ends no
    later than 60 seconds after it. `strikes` counts refusals in a row that named no wait.
    """

    minute: int | None = None
    day: int | None = None
    app_minute: int | None = None
    minute_since: datetime.datetime | None = None
    paused_until: datetime.datetime | None = None
    pause_reason: str | None = None
    strikes: int = 0


def after(budget, answer, now):
    """The budget once an answer has come.

    :param Budget budget: before
    :param answer: a `client.Answer`
    :param datetime now: by the database's clock
    :rtype: Budget
    """
    limits = answer.limits
    new_window = (
        budget.minute_since is None
        or now - budget.minute_since >= MINUTE
        # Each answer takes one call away: as many as before come from another window.
        or (None not in (limits.minute, budget.minute) and limits.minute >= budget.minute)
    )
    budget = dataclasses.replace(
        budget,
        # A count of a window that is over says nothing any more.
        minute=_latest(limits.minute, None if new_window else budget.minute),
        day=_latest(limits.day, budget.day),
        app_minute=_latest(limits.app_minute, None if new_window else budget.app_minute),
        minute_since=now if new_window else budget.minute_since,
    )
    if answer.status != 429:
        if _still_paused(budget, limits, now):
            return budget
        return dataclasses.replace(budget, paused_until=None, pause_reason=None, strikes=0)
    problem = answer.limit_problem or "minute"
    return dataclasses.replace(
        budget,
        paused_until=now + pause(problem, answer.retry_after, budget.strikes),
        pause_reason=problem,
        strikes=budget.strikes + 1,
    )


def _latest(said, known):
    return known if said is None else said


def _still_paused(budget, limits, now):
    """Whether a pause goes on although an answer came: one to a call that was made before the
    refusal proves nothing, unless it shows calls that are left.
    """
    if budget.paused_until is None or budget.paused_until <= now:
        return False
    left = {"minute": limits.minute, "day": limits.day, "appminute": limits.app_minute}
    return not left.get(budget.pause_reason, 1)


def pause(problem, retry_after, strikes):
    """How long to wait. Without a usable `Retry-After`: a minute, doubling up to an hour with
    every refusal in a row; for the day's limit an hour, doubling up to a day.

    :param str problem: minute, day, concurrent or appminute; other words for other troubles
    :param int retry_after: seconds, or None
    :param int strikes: refusals in a row before this one
    :rtype: datetime.timedelta
    """
    if retry_after is not None and 0 < retry_after <= DAY.total_seconds():
        return datetime.timedelta(seconds=retry_after + 1)
    first, longest = (HOUR, DAY) if problem == "day" else (MINUTE, HOUR)
    return min(first * 2 ** min(strikes, 10), longest)


def wait_until(budget, now, reserve_day=0):
    """When the next call may be made.

    :param int reserve_day: calls of the day that are kept for others
    :return: (moment, reason), or (None, None) when a call may be made now
    """
    if budget.paused_until and budget.paused_until > now:
        return budget.paused_until, budget.pause_reason
    # Once a pause is over, its end was told by Xero: the counts of before it do not hold.
    over = budget.pause_reason
    window_open = budget.minute_since is not None and now - budget.minute_since < MINUTE
    for left in (budget.minute, budget.app_minute):
        if window_open and left is not None and left <= 0 and over not in WINDOWED:
            return budget.minute_since + MINUTE, "minute"
    if over == "day" or budget.minute_since is None:
        return None, None
    if budget.day is not None and budget.day <= reserve_day:
        # Only an answer can tell that a new day has begun: ask once an hour.
        again = budget.minute_since + HOUR
        if again > now:
            return again, "day"
    return None, None
