"""A request of unknown outcome: the same key inside its life, then silence, then a look-up."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import const, retry

FIRST = datetime(2026, 11, 23, 10, 0, 0, tzinfo=timezone.utc)


def after(seconds):
    return FIRST + timedelta(seconds=seconds)


def step(sends, seconds, last_sent=0):
    return retry.next_step(
        sends=sends,
        first_sent_at=FIRST,
        send_deadline=after(const.SEND_DEADLINE),
        quarantine_until=retry.quarantine_until(after(last_sent)),
        now=after(seconds),
    )


@pytest.mark.parametrize(
    ("sends", "seconds", "wanted"),
    [
        (1, 0, "wait"),
        (1, 64, "wait"),
        (1, 65, "resend"),
        (1, 269, "resend"),
        (1, 270, "quarantine"),
        (2, 65, "wait"),
        (2, 199, "wait"),
        (2, 200, "resend"),
        (3, 259, "wait"),
        (3, 260, "resend"),
        (3, 270, "quarantine"),
        (4, 261, "quarantine"),
        (1, 899, "quarantine"),
        (1, 900, "lookup"),
        (99, 0, "quarantine"),
    ],
)
# Faults: 3
def test_next_step(sends, seconds, wanted):
    assert step(sends, seconds) == wanted


def test_the_quarantine_counts_from_the_last_send():
    assert step(4, 900, last_sent=260) == "quarantine"
    assert step(4, 1160, last_sent=260) == "lookup"


def test_next_resend_says_when():
    deadline = after(const.SEND_DEADLINE)
    assert retry.next_resend(1, FIRST, deadline, after(10)) == after(65)
    assert retry.next_resend(1, FIRST, deadline, after(100)) == after(100)
    assert retry.next_resend(1, FIRST, deadline, deadline) is None
    assert retry.next_resend(4, FIRST, deadline, after(10)) is None


@given(st.integers(1, 6), st.integers(0, 2000), st.integers(0, 269))
# Faults: 3
def test_never_sent_after_the_deadline_nor_looked_up_before_the_silence(sends, seconds, last_sent):
    answer = step(sends, seconds, min(last_sent, seconds))
    if answer in ("resend", "wait"):
        assert seconds < const.SEND_DEADLINE
    if answer == "lookup":
        assert seconds - last_sent >= const.QUARANTINE


@given(st.lists(st.integers(0, 120), min_size=1, max_size=60))
def test_a_run_ends_in_a_lookup_whatever_the_pace(pauses):
    """Wake up at any times: every send lies in the window, and nothing follows the silence."""
    seconds, sent = 0, [0]
    for pause in [*pauses, *[60] * 40]:
        seconds += pause
        answer = step(len(sent), seconds, sent[-1])
        if answer == "lookup":
            break
        if answer == "resend":
            sent.append(seconds)
    assert answer == "lookup"
    assert sent[-1] + const.TOTAL_TIMEOUT < const.KEY_LIFE
    assert len(sent) <= len(const.RESEND_OFFSETS)
    assert seconds >= sent[-1] + const.QUARANTINE


@pytest.mark.parametrize(
    ("failures", "minutes"), [(-1, 1), (0, 1), (1, 2), (3, 8), (5, 32), (6, 60), (10**6, 60)]
)
def test_backoff_doubles_up_to_an_hour(failures, minutes):
    assert retry.backoff_until(FIRST, failures) == FIRST + timedelta(minutes=minutes)


# === ONE THAT SPOILS THE OTHERS === #

def test_what_came_to_nothing_goes_with_fewer_and_at_last_alone():
    assert [retry.most_together(attempts) for attempts in range(6)] == [50, 50, 7, 1, 1, 1]


def test_alone_it_rests_ever_longer_up_to_a_day():
    rests = [retry.rest_until(FIRST, attempts) for attempts in (1, 3, 4, 5, 6, 8, 9, 10**9)]
    hours = [rest and (rest - FIRST).total_seconds() / 3600 for rest in rests]
    assert hours == [None, None, 1, 2, 4, 16, 24, 24]
