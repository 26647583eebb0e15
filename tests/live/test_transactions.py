"""What PostgreSQL gives up, a rollback takes along, or a death leaves unsaved does no harm.

All of it happens in one program with a tenant of its own, `tests/torture/transactions.py`.
"""

import json

import pytest

from devtools import paths, processes
from devtools.live import VARIABLE
from tests.torture import deaths, transactions


@pytest.fixture(scope="module")
def figures(dev_session, tmp_path_factory):
    """What the program has seen; it ends with a sentence where something was amiss."""
    output = tmp_path_factory.mktemp("transactions") / "figures.json"
    odoo = dev_session.odoo
    variables = odoo.environment(**{VARIABLE: paths.SESSION})
    status = processes.foreground(
        [odoo.python, "-m", "tests.torture.transactions", output],
        env=variables | {"PYTHONPATH": f"{odoo.source.home}:{paths.ROOT}"},
    )
    assert status == 0
    return json.loads(output.read_text(encoding="utf-8"))


# Faults: 30
def test_a_transaction_that_was_given_up_sends_nothing_twice(figures):
    """At two dozen statements and commits of an invoice's way, by lot; each stands in Xero once."""
    assert figures["transactions given up"] >= transactions.GIVEN_UP * 0.9


# Faults: 31
def test_a_person_who_changes_what_is_being_sent_is_repeated(figures):
    """Whose transaction began before the run's cannot see what was sent of the record."""
    assert figures["people who came too late"] == 4


# Faults: 15
def test_a_new_token_survives_the_rollback_of_who_needed_it(figures):
    assert figures["token calls around a rollback"] == 1


# Faults: 13, 14
def test_a_worker_dies_with_the_new_token_in_its_hands(figures):
    """Xero has rotated, the database knows nothing of it: the old token serves once more."""
    assert set(figures["died with the token at"]) == {deaths.ANSWERED, deaths.COMMIT}
