"""Why nothing else than our policy: every schedule of faults, for the policies that come to mind.

One document is sent; each of its first four calls meets one of eleven faults, and what comes after
them is good: 14,641 schedules for each policy, counted on the model of Xero that executes late or
never. Documents stand twice, or stand there while the policy believes they do not (orphans), under
every policy but ours (facts on delivery, 1).
"""

import itertools

import pytest

from xero import look_up

from .late_xero import GOOD, Fate, LateXero
from .protocol_engine import Engine, Link

CALLS = 4

FAULTS = (
    GOOD,
    Fate(status=429, executes=False),
    Fate(travels=()),  # lost on the way there
    Fate(answers=False),  # lost on the way back
    Fate(works=30),
    Fate(works=100),
    Fate(works=400),
    Fate(works=700),
    Fate(status=500),
    Fate(status=500, executes=False),
    Fate(dies="before"),
)

# Seconds between the calls of the others: doubling, as retries usually do.
PAUSES = (60, 120, 240, 480)
NEVER_LATER = 3600

SENT = {
    "link": 1, "number": "N1", "contact": "contact", "currency": "AUD", "date": "2026-11-02",
    "url": None, "untaxed": "100.00", "tax": "10.00", "total": "110.00",
}


class Simple:
    """A sender that repeats until it has an answer.

    :param bool new_key: whether each call has a key of its own
    :param bool looks: whether Xero is asked before a repeat
    """

    def __init__(self, new_key, looks):
        self.new_key, self.looks = new_key, looks

    def deliver(self, xero, member, faults):
        """Send; return whether the document is believed to stand."""
        for number, fate in enumerate([*faults, GOOD, GOOD]):
            if number and self.looks and xero.held(member["number"]):
                return True
            key = f"key {number}" if self.new_key else "key"
            answer, _results = xero.send(key, [member], fate)
            if answer and answer.status == 200:
                return True
            if answer and answer.status == 400:
                return self.looks and bool(xero.held(member["number"]))
            xero.advance(PAUSES[min(number, len(PAUSES) - 1)])
        return self.looks and bool(xero.held(member["number"]))


class Ours:
    """The real decisions, run once a minute."""

    def deliver(self, xero, member, faults):
        engine = Engine(xero)
        engine.links.append(Link(member))
        fates = list(faults)
        for _minute in range(200):
            engine.run(fates)
            fates = engine.fates_left
            if not engine.open:
                break
            xero.advance(60)
        assert not engine.open, "stuck"
        return engine.links[0].state == "sent"


POLICIES = {
    "new key": Simple(new_key=True, looks=False),
    "same key": Simple(new_key=False, looks=False),
    "look, then new key": Simple(new_key=True, looks=True),
    "ours": Ours(),
}


def count(policy, kind):
    """How many schedules end in a duplicate, and how many in an orphan."""
    duplicates = orphans = 0
    for faults in itertools.product(FAULTS, repeat=CALLS):
        xero = LateXero(enforces=kind == "ACCREC")
        believed = policy.deliver(xero, {**SENT, "kind": kind}, faults)
        xero.advance(NEVER_LATER)
        duplicates += len(xero.rows) > 1
        orphans += bool(xero.rows) and not believed
        assert xero.rows or not believed, "believed to stand, and does not"
    return duplicates, orphans


@pytest.mark.parametrize("kind", ["ACCPAY", "ACCREC"])
# Faults: 2, 3, 4, 7
def test_ours_makes_neither(kind):
    assert count(POLICIES["ours"], kind) == (0, 0)


@pytest.mark.parametrize("name", ["new key", "same key", "look, then new key"])
def test_the_others_make_duplicates_where_no_number_is_enforced(name):
    duplicates, _orphans = count(POLICIES[name], "ACCPAY")
    assert duplicates > 1000


@pytest.mark.parametrize("name", ["new key", "same key"])
def test_the_others_leave_orphans_where_a_number_is_enforced(name):
    duplicates, orphans = count(POLICIES[name], "ACCREC")
    assert duplicates == 0
    assert orphans > 1000


def test_a_look_finds_what_an_enforced_number_holds():
    assert count(POLICIES["look, then new key"], "ACCREC") == (0, 0)


def test_the_silence_is_what_makes_the_difference(monkeypatch):
    """The same decisions without a quarantine make duplicates: the model can show them."""
    monkeypatch.setattr(look_up.const, "QUARANTINE", 60)
    assert count(POLICIES["ours"], "ACCPAY")[0] > 0
