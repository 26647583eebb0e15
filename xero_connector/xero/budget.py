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

    `minute_since` is no earlier than the beginning of the present minute's window: the window ends
    no later than 60 seconds after it. `minute_most` is the highest count seen in it. `asked_at` is
    when the latest call that was counted in it went out, `noted_at` when the latest answer was
    noted. `strikes` counts refusals in a row that named no wait.
    """

    minute: int | None = None
    day: int | None = None
    app_minute: int | None = None
    minute_most: int | None = None
    minute_since: datetime.datetime | None = None
    asked_at: datetime.datetime | None = None
    noted_at: datetime.datetime | None = None
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
    asked_at = now - datetime.timedelta(milliseconds=answer.milliseconds)
    if _is_new_window(budget, limits, asked_at):
        budget = dataclasses.replace(
            budget,
            minute=limits.minute,  # a count of a window that is over says nothing any more
            minute_most=limits.minute,
            app_minute=limits.app_minute,
            minute_since=_began_before(budget, now),
            asked_at=asked_at,
        )
    else:
        budget = dataclasses.replace(
            budget,
            minute=_least(limits.minute, budget.minute),
            minute_most=_latest(budget.minute_most, limits.minute),
            app_minute=_latest(limits.app_minute, budget.app_minute),
            asked_at=max(asked_at, budget.asked_at),
        )
    budget = dataclasses.replace(budget, day=_latest(limits.day, budget.day), noted_at=now)
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


def _is_new_window(budget, limits, asked_at):
    """Whether an answer was counted in another minute's window than the answers before it."""
    if budget.minute_since is None or asked_at - budget.minute_since >= MINUTE:
        return True
    # Each answer takes one call away: as many as before come from another window. But the answers
    # to calls that were on their way at the same time come in any order.
    overlaps = asked_at < budget.noted_at
    known = budget.minute_most if overlaps else budget.minute
    return None not in (limits.minute, known) and limits.minute >= known


def _began_before(budget, now):
    """A moment before which the window of an answer that has come now began.

    Windows follow each other every 60 seconds. When the last call of the former one went out less
    than 60 seconds ago, this is the next, and began 60 seconds after the former at the latest.
    """
    if budget.minute_since is None or now - budget.asked_at >= MINUTE:
        return now
    return min(now, budget.minute_since + MINUTE)


def _latest(said, known):
    return known if said is None else said


def _least(said, known):
    return _latest(said, known) if known is None else min(_latest(said, known), known)


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


def may_start(budget, now, reserve_day=0, in_flight=0):
    """Whether a call may be made now beside those that are on their way.

    While nobody knows how many calls are left, one at a time finds out.

    :param int reserve_day: calls of the day that are kept for others
    :param int in_flight: calls whose answers have not been noted, or may not have been
    :rtype: bool
    """
    if wait_until(budget, now, reserve_day)[0]:
        return False
    if not in_flight:
        return True
    if not _is_open(budget, now) or budget.minute is None:
        return False
    day = None if budget.day is None else budget.day - reserve_day
    return all(left is None or left > in_flight for left in (budget.minute, budget.app_minute, day))


def _is_open(budget, now):
    """Whether the window that was last heard of may still be the present one."""
    return budget.minute_since is not None and now - budget.minute_since < MINUTE


def wait_until(budget, now, reserve_day=0):
    """When the next call may be made.

    :param int reserve_day: calls of the day that are kept for others
    :return: (moment, reason), or (None, None) when a call may be made now
    """
    if budget.paused_until and budget.paused_until > now:
        return budget.paused_until, budget.pause_reason
    # Once a pause is over, its end was told by Xero: the counts of before it do not hold.
    over = budget.pause_reason
    for left in (budget.minute, budget.app_minute):
        if _is_open(budget, now) and left is not None and left <= 0 and over not in WINDOWED:
            return budget.minute_since + MINUTE, "minute"
    if over == "day" or budget.minute_since is None:
        return None, None
    if budget.day is not None and budget.day <= reserve_day:
        # Only an answer can tell that a new day has begun: ask once an hour.
        again = budget.minute_since + HOUR
        if again > now:
            return again, "day"
    return None, None


def may_spare(budget, now, reserve):
    """Whether a call may be spent on what can wait: files and notes.

    Below the reserve one an hour goes all the same: only an answer can tell that a new day began.

    :param Budget budget: what is known
    :param datetime now: by the database's clock
    :param int reserve: calls of the day that are kept for documents
    """
    if budget.day is None or budget.day > reserve or budget.minute_since is None:
        return True
    return now - budget.minute_since >= HOUR
