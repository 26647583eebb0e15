"""The worker is killed at steps drawn by lot: everything stands in Xero exactly once.

`./dev torture` does the same at every step of every kind.
"""

import json

from devtools import paths, torture

KILLS = 30


# Faults: 1, 2
def test_killed_by_lot(dev_session):
    assert torture.sweep(dev_session.odoo, paths.SESSION, seed=1, kills=KILLS) == 0
    figures = json.loads(torture.REPORT.read_text())
    assert figures["violations"] == 0
    assert figures["kills"] >= KILLS * 0.9  # a run that is not the same each time may end before
    assert {"call sent", "call answered"} <= set(figures["kills_by_step"])
