"""The clock that tests move."""

from datetime import datetime, timedelta, timezone

import pytest

from xero_simulator import Clock

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


def test_it_runs_with_the_machine_and_can_be_moved():
    clock = Clock()
    assert abs(clock.now() - datetime.now(timezone.utc)) < timedelta(seconds=5)
    assert clock.advance(3600) - datetime.now(timezone.utc) > timedelta(seconds=3595)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)


def test_a_frozen_clock_moves_only_when_told():
    clock = Clock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(1.5)
    assert clock.now() == NOON + timedelta(seconds=1.5)
    clock.thaw()
    assert clock.now() > NOON
    clock.freeze()
    assert clock.now() == clock.now()
    clock.reset()
    assert abs(clock.now() - datetime.now(timezone.utc)) < timedelta(seconds=5)


def test_things_happen_at_their_moment_and_in_order():
    clock = Clock(NOON)
    seen = []
    for seconds in (20, 10, 30):
        moment = NOON + timedelta(seconds=seconds)
        clock.call_at(moment, lambda: seen.append(clock.now()))
    clock.advance(20)
    assert seen == [NOON + timedelta(seconds=10), NOON + timedelta(seconds=20)]
    clock.run_due()
    assert len(seen) == 2
    clock.advance(10)
    assert clock.now() == seen[-1] == NOON + timedelta(seconds=30)
    clock.advance(1000)
    assert len(seen) == 3
