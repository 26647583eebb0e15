"""Pacing: 60 calls a minute and the day's share, as Xero's answers tell them."""

import dataclasses
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xero.budget import Budget, after, may_start, pause, wait_until
from xero.client import Answer, Limits

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def ok(minute=None, day=None, app_minute=None, took=0):
    """An answer that came `took` seconds after its call went out."""
    limits = Limits(minute, day, app_minute)
    return Answer(200, b"", limits=limits, milliseconds=round(took * 1000))


def refused(problem="minute", retry_after=None, **left):
    return Answer(
        429, b"", retry_after=retry_after, limit_problem=problem, limits=Limits(**left)
    )


# === WHAT ANSWERS TELL === #


def test_a_fresh_budget_may_call():
    assert wait_until(Budget(), NOON) == (None, None)


def test_counts_are_those_of_the_last_answer():
    budget = after(Budget(), ok(59, 4999, 9999), NOON)
    assert (budget.minute, budget.day, budget.app_minute) == (59, 4999, 9999)
    budget = after(budget, ok(58, None, None), NOON + SECOND)
    assert (budget.minute, budget.day, budget.app_minute) == (58, 4999, 9999)
    assert budget.minute_since == NOON


def test_an_empty_minute_waits_for_its_end():
    budget = after(after(Budget(), ok(1, 900), NOON), ok(0, 899), NOON + 20 * SECOND)
    assert wait_until(budget, NOON + 21 * SECOND) == (NOON + MINUTE, "minute")
    assert wait_until(budget, NOON + MINUTE) == (None, None)


def test_more_calls_than_before_mean_a_new_window():
    budget = after(after(Budget(), ok(3), NOON), ok(59), NOON + 10 * SECOND)
    assert budget.minute_since == NOON + 10 * SECOND


def test_as_many_calls_as_before_mean_a_new_window_too():
    # Each answer takes one away: an equal count comes from another window.
    budget = after(after(Budget(), ok(59), NOON), ok(59), NOON + 50 * SECOND)
    assert budget.minute_since == NOON + 50 * SECOND


def test_a_count_of_a_window_that_is_over_does_not_last():
    budget = after(Budget(), ok(0), NOON)
    budget = after(budget, Answer(200, b""), NOON + 2 * MINUTE)
    assert budget.minute is None
    assert wait_until(budget, NOON + 2 * MINUTE) == (None, None)


def test_the_apps_minute_binds_all_tenants():
    budget = after(Budget(), ok(30, 900, 0), NOON)
    assert wait_until(budget, NOON + SECOND) == (NOON + MINUTE, "minute")


# === SEVERAL CALLS ON THEIR WAY === #


def test_answers_that_overtake_each_other_open_no_window():
    budget = after(Budget(), ok(59, took=1), NOON)
    budget = after(budget, ok(57, took=1), NOON + 2 * SECOND)
    budget = after(budget, ok(58, took=1.5), NOON + 2.1 * SECOND)
    assert (budget.minute, budget.minute_since) == (57, NOON)


def test_a_new_window_is_seen_by_calls_on_their_way():
    budget = after(Budget(), ok(59, took=1), NOON)
    budget = after(budget, ok(20, took=1), NOON + 30 * SECOND)
    budget = after(budget, ok(59, took=1.5), NOON + 30.1 * SECOND)
    assert (budget.minute, budget.minute_since) == (59, NOON + 30.1 * SECOND)


def test_the_next_window_begins_a_minute_after_the_former():
    budget = after(Budget(), ok(1, took=1), NOON)
    budget = after(budget, ok(0, took=1), NOON + 45 * SECOND)
    assert wait_until(budget, NOON + 50 * SECOND)[0] == NOON + MINUTE
    budget = after(budget, ok(59, took=1.5), NOON + MINUTE + 1.6 * SECOND)
    assert budget.minute_since == NOON + MINUTE
    # After a rest nobody knows how many windows have gone by.
    budget = after(budget, ok(59, took=1.5), NOON + 10 * MINUTE)
    assert budget.minute_since == NOON + 10 * MINUTE


def test_no_more_start_than_are_left():
    budget = after(Budget(), ok(2, 100), NOON)
    assert [may_start(budget, NOON, in_flight=count) for count in range(4)] == [
        True, True, False, False,
    ]
    assert not may_start(budget, NOON, reserve_day=98, in_flight=2)
    assert may_start(budget, NOON, reserve_day=98, in_flight=1)
    assert not may_start(after(budget, ok(0, 99), NOON), NOON)


def test_while_the_count_is_unknown_one_call_finds_out():
    assert may_start(Budget(), NOON)
    assert not may_start(Budget(), NOON, in_flight=1)
    budget = after(Budget(), ok(50), NOON)
    assert may_start(budget, NOON + 2 * MINUTE)
    assert not may_start(budget, NOON + 2 * MINUTE, in_flight=1)


# === THE DAY === #


# Faults: 10
def test_the_days_reserve_is_kept():
    budget = after(Budget(), ok(50, 20), NOON)
    assert wait_until(budget, NOON, reserve_day=20) == (NOON + HOUR, "day")
    assert wait_until(budget, NOON, reserve_day=19) == (None, None)


def test_a_used_up_day_is_asked_again_each_hour():
    budget = after(Budget(), ok(50, 0), NOON)
    assert wait_until(budget, NOON + 59 * MINUTE) == (NOON + HOUR, "day")
    assert wait_until(budget, NOON + HOUR) == (None, None)
    budget = after(budget, ok(59, 0), NOON + HOUR)
    assert wait_until(budget, NOON + HOUR + SECOND) == (NOON + 2 * HOUR, "day")
    budget = after(budget, ok(59, 999), NOON + 2 * HOUR)
    assert wait_until(budget, NOON + 2 * HOUR) == (None, None)


# === REFUSALS === #


@pytest.mark.parametrize("problem", ["minute", "concurrent", "day", "appminute"])
# Faults: 9
def test_retry_after_is_obeyed_exactly(problem):
    budget = after(after(Budget(), ok(1, 900), NOON), refused(problem, 26, minute=0), NOON + SECOND)
    moment, reason = wait_until(budget, NOON + 2 * SECOND)
    assert (moment - NOON, reason) == (28 * SECOND, problem)


def test_after_the_pause_the_old_count_does_not_hold():
    budget = after(after(Budget(), ok(1), NOON), refused("minute", 10, minute=0), NOON + SECOND)
    assert wait_until(budget, NOON + 12 * SECOND) == (None, None)
    budget = after(Budget(), refused("day", 60, day=0), NOON)
    assert wait_until(budget, NOON + 61 * SECOND) == (None, None)


@pytest.mark.parametrize("unusable", [None, 0, -5, 86_401, 999_999_999])
# Faults: 9
def test_without_a_usable_wait_a_minute_or_an_hour(unusable):
    for problem, wanted in (("minute", MINUTE), ("concurrent", MINUTE), ("day", HOUR)):
        budget = after(Budget(), refused(problem, unusable), NOON)
        assert budget.paused_until == NOON + wanted


def test_a_refusal_without_a_name_counts_as_the_minutes():
    assert after(Budget(), Answer(429, b""), NOON).pause_reason == "minute"


def test_pauses_double_and_have_an_end():
    waits = [pause("minute", None, strikes) for strikes in range(8)]
    assert waits[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert waits[-1] == HOUR
    assert pause("minute", None, 10**6) == HOUR
    assert [pause("day", None, strikes) for strikes in (0, 1, 4, 5, 10**6)] == [
        HOUR, 2 * HOUR, 16 * HOUR, DAY, DAY,
    ]


def test_strikes_count_refusals_in_a_row():
    budget = Budget()
    for strikes in (1, 2, 3):
        budget = after(budget, refused(), NOON)
        assert budget.strikes == strikes
    budget = after(budget, ok(59), NOON + HOUR)
    assert (budget.strikes, budget.paused_until, budget.pause_reason) == (0, None, None)


def test_an_answer_to_an_earlier_call_does_not_end_the_pause():
    budget = after(Budget(), refused("day", 3600, day=0), NOON)
    budget = after(budget, ok(0, 0), NOON + SECOND)
    assert wait_until(budget, NOON + 2 * SECOND)[0] == NOON + 3601 * SECOND
    budget = after(Budget(), refused("minute", 30, minute=0), NOON)
    budget = after(budget, ok(0, 400), NOON + SECOND)
    assert wait_until(budget, NOON + 2 * SECOND)[0] == NOON + 31 * SECOND


def test_an_answer_that_shows_calls_left_ends_the_pause():
    budget = after(Budget(), refused("day", 3600, day=0), NOON)
    budget = after(budget, ok(59, 999), NOON + MINUTE)
    assert wait_until(budget, NOON + MINUTE) == (None, None)


# === FOR ALL ANSWERS === #

counts = st.none() | st.integers(0, 10_000)
answers = st.builds(
    Answer,
    st.sampled_from([200, 200, 200, 400, 429, 500]),
    st.just(b""),
    retry_after=st.none() | st.integers(0, 10**9),
    limit_problem=st.sampled_from([None, "minute", "day", "concurrent", "appminute", "new"]),
    limits=st.builds(Limits, counts, counts, counts),
)
arrivals = st.lists(st.tuples(st.integers(0, 4000), answers), max_size=30)


@given(arrivals, st.integers(0, 50))
# Faults: 9
def test_nothing_waits_for_ever(arrivals, reserve):
    budget, now = Budget(), NOON
    for seconds, answer in arrivals:
        now += seconds * SECOND
        budget = after(budget, answer, now)
        moment, reason = wait_until(budget, now, reserve)
        if moment is not None:
            assert now < moment <= now + DAY + SECOND
            assert reason
            now_may_call = wait_until(budget, now + 2 * DAY, reserve)
            assert now_may_call == (None, None)


class Xero:
    """Windows of a minute that began at a moment which nobody tells."""

    def __init__(self, began):
        self.window, self.left = began, 60

    def call(self, now):
        while now >= self.window + MINUTE:
            self.window, self.left = self.window + MINUTE, 60
        if not self.left:
            wait = -((now - self.window - MINUTE) // SECOND)
            return refused("minute", wait, minute=0)
        self.left -= 1
        return ok(self.left, 900)


@given(st.integers(0, 59), st.lists(st.integers(0, 9), min_size=200, max_size=200))
@example(59, [0, 8, *[3] * 198])  # one call in the first window, all of the next
def test_a_lane_that_obeys_is_never_refused(began, pauses):
    xero, budget, now = Xero(NOON - began * SECOND), Budget(), NOON
    for pause_between in pauses:
        now += pause_between * SECOND / 4
        if moment := wait_until(budget, now)[0]:
            now = moment
        answer = xero.call(now)
        assert answer.status == 200
        budget = after(budget, answer, now)


class Lane:
    """A sender that obeys: up to `width` calls on their way, each taking some time."""

    def __init__(self, xero, now, width=2):
        self.xero, self.now, self.width = xero, now, width
        self.budget, self.on_their_way, self.answered = Budget(), [], 0

    def call(self, seconds, counted):
        """Start a call as soon as that is allowed.

        :param seconds: how long it takes
        :param counted: after which share of that time Xero counts it
        """
        while not self._may_start():
            if self.on_their_way:
                self._land()
            else:
                self.now = wait_until(self.budget, self.now)[0]
        counted_at = self.now + seconds * counted * SECOND
        self.on_their_way.append((self.now + seconds * SECOND, counted_at, seconds))
        # Xero counts in the order of its own moments, not of ours.
        self.on_their_way.sort()

    def _may_start(self):
        count = len(self.on_their_way)
        return count < self.width and may_start(self.budget, self.now, in_flight=count)

    def _land(self):
        """Let the first answer come; Xero has counted by then what reached it before."""
        comes_at, counted_at, seconds = self.on_their_way.pop(0)
        self.now = max(self.now, comes_at)
        answer = self.xero.answer_of(counted_at, [one[1] for one in self.on_their_way])
        assert answer.status == 200
        answer = dataclasses.replace(answer, milliseconds=round(seconds * 1000))
        self.budget = after(self.budget, answer, self.now)
        self.answered += 1


class CountingXero(Xero):
    """Counts calls by the moments at which they reach it; nothing is forgotten in between."""

    def __init__(self, began):
        super().__init__(began)
        self.began, self.counted = began, []

    def answer_of(self, moment, others):
        self.counted.append(moment)
        window = (moment - self.began) // MINUTE
        same = [one for one in (*self.counted, *others) if (one - self.began) // MINUTE == window]
        used = sum(one <= moment for one in same)
        if used > 60:
            return refused("minute", 5, minute=0)
        return ok(60 - used, 900)


calls = st.lists(
    st.tuples(st.sampled_from([0.1, 0.4, 1.0, 1.5, 3.0]), st.sampled_from([0.0, 0.5, 1.0])),
    min_size=100,
    max_size=260,
)


@settings(deadline=None)
@given(st.integers(0, 59), calls)
def test_two_on_their_way_that_obey_are_never_refused(began, calls):
    lane = Lane(CountingXero(NOON - began * SECOND), NOON)
    for seconds, counted in calls:
        lane.call(seconds, counted)


@given(st.integers(0, 59))
def test_two_on_their_way_keep_the_ceiling_at_a_second_and_a_half(began):
    lane = Lane(CountingXero(NOON - began * SECOND), NOON)
    while lane.now < NOON + 11 * MINUTE:
        lane.call(1.5, 0.5)
    assert lane.answered >= 60 * 10


@given(st.integers(0, 59))
def test_a_lane_with_nothing_else_to_do_keeps_the_ceiling(began):
    """Sixty calls a minute are used, but for the wait at the first, unknown window."""
    xero, budget, now, calls = Xero(NOON - began * SECOND), Budget(), NOON, 0
    while now < NOON + 10 * MINUTE:
        if moment := wait_until(budget, now)[0]:
            now = moment
            continue
        answer = xero.call(now)
        assert answer.status == 200
        budget = after(budget, answer, now)
        now += SECOND / 10
        calls += 1
    assert calls >= 540


def test_budgets_are_values():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Budget().minute = 3
