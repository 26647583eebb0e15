"""The protocol of delivery against a Xero that executes late, never, or what came twice.

A machine draws documents, calls' fates, deaths of the worker, pauses and people's hands in Xero.
Whatever it draws: no document stands twice, none stands unknown to its link, nothing is stuck.
`XERO_SCHEDULES` says how many schedules are drawn; without it, a few.
"""

import os

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from xero import const, look_up

from .late_xero import GOOD, LONGEST_WAY, LONGEST_WORK, Fate, LateXero
from .protocol_engine import Engine, Link

SCHEDULES = int(os.environ.get("XERO_SCHEDULES", 0))

# Seconds that pass before each run at the end of a schedule; no fault happens any more.
PATIENCE = (66, 66, 100, 300, 900, 1000, 3600, 3600, 4000, 4000)

ways = st.integers(0, LONGEST_WAY)
works = st.sampled_from((0, 1, 100, 250, 400, 600, LONGEST_WORK))
fates = st.one_of(
    st.just(GOOD),
    st.just(Fate(status=429, executes=False)),
    st.builds(Fate, status=st.sampled_from((500, 503)), executes=st.booleans()),
    st.builds(
        Fate, travels=st.lists(ways, max_size=2).map(tuple), works=works, answers=st.booleans()
    ),
    st.builds(Fate, works=works, dies=st.sampled_from(("before", "waiting", "applying"))),
)
failed_read = st.none()
pauses = st.sampled_from((0, 1, 64, 66, 130, 200, 259, 271, 400, 840, 900, 1200, 4000))
run = st.tuples(pauses, st.lists(st.one_of(fates, failed_read), min_size=1, max_size=3))
runs = st.lists(run, min_size=1, max_size=5)


class Protocol(RuleBasedStateMachine):
    """One tenant, its engine, and Xero."""

    @initialize(kind=st.sampled_from(("ACCREC", "ACCPAY")), marks=st.booleans())
    def begin(self, kind, marks):
        """
        :param str kind: customer invoices, whose numbers are enforced, or bills
        :param bool marks: whether documents carry the address that leads back to Odoo
        """
        self.kind, self.marks = kind, marks
        self.xero = LateXero(enforces=kind == "ACCREC")
        self.engine = Engine(self.xero)
        self.touched = set()  # numbers that a person had a hand in

    @rule(runs=runs)
    def run(self, runs):
        """The scheduled action runs, with time between."""
        for pause, some in runs:
            self.xero.advance(pause)
            self.engine.run(some)
            self.nothing_stands_twice()

    @rule(twin=st.booleans(), runs=runs)
    def post(self, twin, runs):
        """A person posts a document in Odoo, maybe a bill equal to one that is there; runs follow.
        """
        link_id = len(self.engine.links)
        twin = twin and link_id and self.marks and not self.xero.enforces
        number = self.engine.links[-1].member["number"] if twin else f"N{link_id}"
        self.engine.links.append(Link({
            "link": link_id,
            "number": number,
            "kind": self.kind,
            "contact": "contact",
            "currency": "AUD",
            "date": "2026-11-02",
            "url": f"https://odoo/{link_id}" if self.marks else None,
            "untaxed": "100.00",
            "tax": "10.00",
            "total": "110.00",
        }))
        self.run(runs)

    @precondition(lambda self: self.xero.alive())
    @rule(data=st.data())
    def remove(self, data):
        """A person deletes or voids one of our documents in Xero."""
        row = data.draw(st.sampled_from(self.xero.alive()))
        row.status = data.draw(st.sampled_from(("DELETED", "VOIDED")))
        self.touched.add(row.number)

    @precondition(lambda self: self.engine.links)
    @rule(data=st.data(), equal=st.booleans())
    def enter(self, data, equal):
        """A person enters a document by hand in Xero, under a number of ours."""
        member = data.draw(st.sampled_from(self.engine.links)).member
        if self.xero.enforces and self.xero.held(member["number"]):
            return  # Xero refuses it
        self.touched.add(member["number"])
        other = {} if equal else {"untaxed": "7.00", "tax": "0.70", "total": "7.70"}
        self.xero.put({**member, **other}, ours=False)

    # === WHAT HOLDS AT ANY TIME === #

    @invariant()
    def nothing_stands_twice(self):
        made = [row.made_of for row in self.xero.rows if row.made_of is not None]
        assert len(made) == len(set(made)), "created twice"
        linked = [link.xero_id for link in self.engine.links if link.xero_id]
        assert len(linked) == len(set(linked)), "two documents of Odoo are one in Xero"

    @invariant()
    def what_is_linked_is_equal(self):
        rows = {row.xero_id: row for row in self.xero.rows}
        for link in self.engine.links:
            if link.xero_id:
                row = rows[link.xero_id]
                assert row.made_of in (None, link.id), "another document's"
                assert str(row.totals.total) == link.member["total"], "not what was sent"

    @invariant()
    def what_is_open_goes_on_by_itself(self):
        carried = [link for request in self.engine.requests for link in request.links]
        for link in self.engine.open:
            assert link.state == "pending" or link in carried, "nobody settles it"

    # === WHAT HOLDS IN THE END === #

    def teardown(self):
        for seconds in PATIENCE:
            self.engine.run()
            self.xero.advance(seconds)
        assert not self.engine.open, "stuck"
        assert not self.engine.requests, "stuck"
        self.nothing_stands_twice()
        self.what_is_linked_is_equal()
        known = {link.xero_id for link in self.engine.links}
        for link in self.engine.links:
            if link.member["number"] not in self.touched:
                assert link.state == "sent", f"{link.state}, though nobody touched it"
        for row in self.xero.alive():
            assert row.xero_id in known or row.number in self.touched, "an orphan"


def draw(schedules, machine=Protocol, **chosen):
    run_state_machine_as_test(machine, settings=settings(
        max_examples=schedules, stateful_step_count=12, **chosen
    ))


# Faults: 2, 3, 4
def test_no_schedule_makes_a_duplicate_an_orphan_or_a_stuck_document():
    draw(SCHEDULES or 200, derandomize=not SCHEDULES)


@pytest.mark.parametrize(("module", "name", "value"), [
    (const, "QUARANTINE", 300),
    (const, "SEND_DEADLINE", 600),
    (look_up, "is_equal", lambda _member, _row: False),
], ids=["quarantine too short", "sent after the key's life", "nothing is equal"])
def test_the_machine_finds_what_is_wrong(monkeypatch, module, name, value):
    monkeypatch.setattr(module, name, value)
    with pytest.raises(AssertionError):
        draw(1000, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)
