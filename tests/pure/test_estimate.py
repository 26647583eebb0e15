"""The time that is left: by example, and for all that may wait and all that Xero may have told."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero.budget import Budget
from xero.estimate import Estimate, Waiting, calls_of, estimate

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def known(minute=60, day=1000, since=NOON):
    return Budget(minute=minute, minute_most=60, day=day, minute_since=since, asked_at=since,
                  noted_at=since)


# === BY EXAMPLE === #


@pytest.mark.parametrize(
    ("waiting", "calls"),
    [
        (Waiting(), 0),
        (Waiting(together=1), 1),
        (Waiting(together=50), 1),
        (Waiting(together=51), 2),
        (Waiting(alone=3), 3),
        (Waiting(changed=41), 3),
        (Waiting(together=1000, masters=250), 25),
    ],
)
def test_calls(waiting, calls):
    assert calls_of(waiting) == calls


def test_nothing_waits():
    assert estimate(Waiting(), known(day=0), NOON) == Estimate(0, NOON, NOON)


def test_a_few_take_their_own_time():
    assert estimate(Waiting(together=200), known(), NOON) == Estimate(4, NOON, NOON + 3 * SECOND)


def test_many_take_as_long_as_the_minutes_limit_says():
    told = estimate(Waiting(together=12_000), known(), NOON)
    assert (told.calls, told.limit) == (240, "minute")
    assert told.ends_at == NOON + 3 * MINUTE + 45 * SECOND


def test_the_rest_of_the_window_is_waited_for():
    budget = known(minute=2, since=NOON - 20 * SECOND)
    told = estimate(Waiting(together=150), budget, NOON)
    assert (told.begins_at, told.limit) == (NOON, "minute")
    assert told.ends_at == NOON + 40 * SECOND + 0.75 * SECOND


def test_a_pause_is_waited_for_and_named():
    budget = replace(known(), paused_until=NOON + 5 * MINUTE, pause_reason="unreachable")
    told = estimate(Waiting(together=50), budget, NOON)
    assert (told.begins_at, told.pause, told.limit) == (NOON + 5 * MINUTE, "unreachable", None)
    assert told.ends_at == NOON + 5 * MINUTE + 0.75 * SECOND


def test_what_the_day_does_not_give_goes_tomorrow():
    told = estimate(Waiting(together=600), known(day=30), NOON, reserve_day=20)
    assert (told.calls, told.limit) == (12, "day")
    assert told.ends_at == NOON + DAY + 1.5 * SECOND


def test_the_reserve_is_not_for_documents():
    enough = estimate(Waiting(together=500), known(day=30), NOON, reserve_day=20)
    assert (enough.calls, enough.limit) == (10, None)


def test_a_used_up_day_is_asked_again_and_counted_as_tomorrow():
    told = estimate(Waiting(together=50), known(day=20), NOON, reserve_day=20)
    assert (told.begins_at, told.pause, told.limit) == (NOON + 60 * MINUTE, "day", "day")
    assert told.ends_at == NOON + 60 * MINUTE + DAY + 0.75 * SECOND


def test_after_a_refusal_of_the_day_xero_has_said_when():
    budget = replace(known(day=0), paused_until=NOON + 90 * MINUTE, pause_reason="day")
    told = estimate(Waiting(together=50), budget, NOON, reserve_day=20)
    assert (told.pause, told.limit) == ("day", None)
    assert told.ends_at == NOON + 90 * MINUTE + 0.75 * SECOND


def test_several_days():
    told = estimate(Waiting(alone=2500), known(day=520), NOON, reserve_day=20)
    assert told.limit == "day"
    assert NOON + 3 * DAY < told.ends_at < NOON + 3 * DAY + MINUTE


def test_a_count_of_yesterday_does_not_hold():
    told = estimate(Waiting(together=600), known(day=0, since=NOON - DAY), NOON)
    assert told.limit is None


def test_without_any_answer_yet():
    assert estimate(Waiting(together=50), Budget(), NOON).ends_at == NOON + 0.75 * SECOND


# === FOR ALL === #

counts = st.integers(0, 20_000)
waitings = st.builds(Waiting, counts, counts, counts, counts)
few = st.none() | st.integers(0, 60)
moments = st.none() | st.integers(-200_000, 0).map(lambda seconds: NOON + seconds * SECOND)


@st.composite
def budgets(draw):
    since = draw(moments)
    paused = draw(st.none() | st.integers(-90_000, 90_000))
    return Budget(
        minute=draw(few),
        day=draw(st.none() | st.integers(0, 5000)),
        app_minute=draw(st.none() | st.integers(0, 10_000)),
        minute_since=since,
        asked_at=since,
        noted_at=since,
        paused_until=None if paused is None else NOON + paused * SECOND,
        pause_reason=None if paused is None else draw(
            st.sampled_from(["minute", "day", "unreachable"])
        ),
    )


@given(budgets(), st.integers(0, 50))
def test_with_nothing_waiting_it_is_now(budget, reserve):
    assert estimate(Waiting(), budget, NOON, reserve) == Estimate(0, NOON, NOON)


@given(waitings, st.sampled_from(["together", "alone", "changed", "masters"]),
       st.integers(1, 5000), budgets(), st.integers(0, 50))
def test_more_never_takes_less(waiting, kind, more, budget, reserve):
    larger = replace(waiting, **{kind: getattr(waiting, kind) + more})
    before, after = (estimate(one, budget, NOON, reserve) for one in (waiting, larger))
    assert after.calls >= before.calls
    assert after.ends_at >= before.ends_at


@given(waitings, budgets(), st.integers(0, 50))
def test_it_ends_after_it_begins_and_has_an_end(waiting, budget, reserve):
    told = estimate(waiting, budget, NOON, reserve)
    assert NOON <= told.begins_at <= told.ends_at
    assert told.ends_at <= told.begins_at + (2 + told.calls // 900) * DAY


@given(waitings, budgets(), st.integers(1, 4000))
def test_more_calls_left_never_take_longer(waiting, budget, more):
    if budget.day is None:
        budget = replace(budget, day=0)
    richer = replace(budget, day=budget.day + more)
    with_more, before = (estimate(waiting, one, NOON, 20) for one in (richer, budget))
    assert with_more.ends_at <= before.ends_at
