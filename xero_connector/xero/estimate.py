"""How long what waits will take at the present limits. Pure: the clock is a parameter.

The figure is for people: it says "about 4 minutes", or that the day's calls will not do. Xero's
limits are those of https://developer.xero.com/documentation/guides/how-to-guides/rate-limits:
60 calls a minute and 1,000 or 5,000 a day for each organisation.
"""

import datetime
from dataclasses import dataclass

from . import budget as pacing
from . import const

CALLS_PER_MINUTE = 60

# What an app of a customer's own may call in a day: the lower of the two, as long as Xero has not
# told more.
CALLS_PER_DAY = 1000

# How long one call takes, and how many are on their way at a time.
SECONDS_PER_CALL = 1.5
AT_ONCE = 2

# Documents that one call reads before they are changed.
READ_AT_ONCE = 40

SECOND = datetime.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many records wait, by how they go.

    :param int together: new documents that go 50 in a call
    :param int alone: new documents that go one in a call
    :param int changed: documents that stand in Xero, which are read first
    :param int masters: customers, suppliers and items, new or changed
    """

    together: int = 0
    alone: int = 0
    changed: int = 0
    masters: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """When all will be through.

    :param int calls: how many calls that takes
    :param begins_at: when the next call may be made
    :param ends_at: when the last one is answered; naive or aware like the clock
    :param pause: why nothing may be called before `begins_at`; None when a call may be made now
    :param limit: what makes it take longer than the work itself: `minute`, `day` or None
    """

    calls: int
    begins_at: datetime.datetime
    ends_at: datetime.datetime
    pause: str | None = None
    limit: str | None = None


def calls_of(waiting):
    """How many calls what waits will take.

    :param Waiting waiting: what waits
    :rtype: int
    """
    return (
        _batches(waiting.together, const.BATCH_SIZE)
        + waiting.alone
        + _batches(waiting.changed, READ_AT_ONCE)
        + _batches(waiting.changed, const.BATCH_SIZE)
        + _batches(waiting.masters, const.BATCH_SIZE)
    )


def _batches(count, size):
    return -(-count // size)


def estimate(waiting, budget, now, reserve_day=0):
    """When all that waits will be through.

    :param Waiting waiting: what waits
    :param budget: the `budget.Budget`, as the last answers told
    :param datetime now: by the database's clock
    :param int reserve_day: calls of the day that are kept for others
    :rtype: Estimate
    """
    calls = calls_of(waiting)
    if not calls:
        return Estimate(0, now, now)
    paused_until, pause = pacing.wait_until(budget, now, reserve_day)
    begins_at = paused_until or now
    today = _left_today(budget, begins_at, reserve_day)
    if calls > today:
        per_day = max(CALLS_PER_DAY - reserve_day, 1)
        days = _batches(calls - today, per_day)
        rest = calls - today - (days - 1) * per_day
        ends_at = begins_at + days * pacing.DAY + _seconds(rest, CALLS_PER_MINUTE, 60) * SECOND
        return Estimate(calls, begins_at, ends_at, pause, "day")
    left, window = _left_this_minute(budget, begins_at)
    ends_at = begins_at + _seconds(calls, left, window) * SECOND
    return Estimate(calls, begins_at, ends_at, pause, "minute" if calls > left else None)


def _left_today(budget, moment, reserve_day):
    """How many calls the day still gives at a moment. Once a pause for the day is over, or the
    count is of another day, a whole one begins; before that Xero is only asked again."""
    stale = budget.noted_at is None or moment - budget.noted_at >= pacing.DAY
    if budget.day is None or stale or budget.pause_reason == "day":
        return max(CALLS_PER_DAY, budget.day or 0) - reserve_day
    return max(budget.day - reserve_day, 0)


def _left_this_minute(budget, moment):
    """(calls, seconds) that the minute's window still gives at a moment."""
    since = budget.minute_since
    known = [left for left in (budget.minute, budget.app_minute) if left is not None]
    over = since is None or moment - since >= pacing.MINUTE
    if over or not known or budget.pause_reason in pacing.WINDOWED:
        return CALLS_PER_MINUTE, 60
    return max(min(*known, CALLS_PER_MINUTE), 0), (since + pacing.MINUTE - moment) / SECOND


def _seconds(calls, left, window):
    """How long calls take when `left` may be made in the next `window` seconds, and then the
    minute's number in each further minute."""
    per_call = SECONDS_PER_CALL / AT_ONCE
    if calls <= left:
        return calls * per_call
    calls -= left
    minutes = _batches(calls, CALLS_PER_MINUTE) - 1
    last = calls - minutes * CALLS_PER_MINUTE
    return max(window, left * per_call) + 60 * minutes + last * per_call
