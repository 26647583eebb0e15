"""Odoo's own scheduler in the process of a benchmark, and what it costs there.

The worker is the loop of Odoo's server: it wakes up by notification or once a minute, runs what is
due, and stops it after ten seconds. So a run that parks itself is woken as it is in production.
"""

import contextlib
import os
import resource
import threading
import time
from dataclasses import dataclass

from .bench_tenant import statements

PAGE = resource.getpagesize()
LOOK_EVERY = 2  # seconds


@dataclass
class Cost:
    """What this process needed: statements, seconds, and the most megabytes above the beginning."""

    sql: int = 0
    cpu: float = 0.0
    megabytes: float = 0.0


def start_scheduler():
    """Start one worker of Odoo's scheduler; it lives as long as the process."""
    from odoo.service.server import ThreadedServer

    server = ThreadedServer(None)
    thread = threading.Thread(target=server.cron_thread, args=(0,), daemon=True)
    thread.type = "cron"
    thread.start()


def only_scheduled_action(env, crons):
    """Let nothing run but some scheduled actions: their cost alone is of interest."""
    env.cr.execute("UPDATE ir_cron SET active = id = ANY(%s)", (crons.ids,))
    env.cr.commit()


@contextlib.contextmanager
def measured():
    """Lend a `Cost` that is complete when the block ends."""
    cost = Cost()
    before = megabytes()
    ended = threading.Event()

    def look():
        while not ended.wait(LOOK_EVERY / 10):
            cost.megabytes = max(cost.megabytes, megabytes() - before)

    watch = threading.Thread(target=look, daemon=True)
    cost.sql, cost.cpu = statements(), time.process_time()
    watch.start()
    yield cost
    cost.sql, cost.cpu = statements() - cost.sql, time.process_time() - cost.cpu
    ended.set()
    watch.join()


def wait_for_links(tenants, seconds):
    """Wait until nothing of some tenants is on its way or waits to be, or the time is over.

    :return: how many statements the looking needed
    """
    cr, looks = tenants.env.cr, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(LOOK_EVERY)
        looks += 1
        cr.execute(
            "SELECT 1 FROM xero_link WHERE tenant_id = ANY(%s)"
            " AND state IN ('pending', 'sending', 'unknown') LIMIT 1",
            (tenants.ids,),
        )
        found = cr.fetchone()
        cr.rollback()
        if not found:
            break
    return looks


def megabytes():
    """Return the resident memory of this process."""
    with open(f"/proc/{os.getpid()}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * PAGE / 2**20
