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
    minute = limits.minute if limits.minute is not None else budget.minute
    new_window = (
        budget.minute_since is None
        or now - budget.minute_since >= MINUTE
        or (limits.minute is not None and budget.minute is not None and minute > budget.minute)
    )
    budget = dataclasses.replace(
        budget,
        minute=minute,
        day=limits.day if limits.day is not None else budget.day,
        app_minute=limits.app_minute if limits.app_minute is not None else budget.app_minute,
        minute_since=now if new_window else budget.minute_since,
    )
    if answer.status != 429:
        return dataclasses.replace(budget, paused_until=None, pause_reason=None, strikes=0)
    problem = answer.limit_problem or "minute"
    return dataclasses.replace(
        budget,
        paused_until=now + pause(problem, answer.retry_after, budget.strikes),
        pause_reason=problem,
        strikes=budget.strikes + 1,
    )


def pause(problem, retry_after, strikes):
    """How long to wait after a 429. Without a usable `Retry-After`: a minute, an hour for the
    day's limit, doubling with every refusal in a row, a day at most.

    :param str problem: minute, day, concurrent or appminute
    :param int retry_after: seconds, or None
    :param int strikes: refusals in a row before this one
    :rtype: datetime.timedelta
    """
    if retry_after is not None and 0 < retry_after <= DAY.total_seconds():
        return datetime.timedelta(seconds=retry_after + 1)
    first = HOUR if problem == "day" else MINUTE
    return min(first * 2 ** min(strikes, 10), DAY)


def wait_until(budget, now, reserve_day=0):
    """When the next call may be made.

    :param int reserve_day: calls of the day that are kept for others
    :return: (moment, reason), or (None, None) when a call may be made now
    """
    if budget.paused_until and budget.paused_until > now:
        return budget.paused_until, budget.pause_reason
    window_open = budget.minute_since is not None and now - budget.minute_since < MINUTE
    for left in (budget.minute, budget.app_minute):
        if window_open and left is not None and left <= 0:
            return budget.minute_since + MINUTE, "minute"
    if budget.day is not None and budget.day <= reserve_day and budget.minute_since is not None:
        # Only an answer can tell that a new day has begun: ask once an hour.
        again = budget.minute_since + HOUR
        if again > now:
            return again, "day"
    return None, None
