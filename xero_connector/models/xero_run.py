"""The engine: one run of a tenant sends what its links want, batch by batch."""

import logging
import math
import time

from odoo import models
from odoo.addons.base.models.ir_cron import IrCron
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .xero_alarm import set_alarm
from .xero_flight import Flight
from .xero_kept_masters import kept_masters
from .xero_reading import fetch_along
from .xero_tables import XeroTables

_logger = logging.getLogger(__name__)

# Seconds that a run may go on after the scheduler's own ten.
GRACE = 50

# How many new documents one look marks at most.
MARK_AT_ONCE = 1000


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === THE RUN === #

    def _cron_sync(self):
        """Send what waits for this tenant; the only way anything is written to Xero.

        Works off one batch after the other until nothing is left, the scheduler's time is over or
        Xero asks to wait; then it parks itself with a trigger. A tenant that is not connected
        returns at once: the state is the only switch.
        """
        self.ensure_one()
        if self.state != "connected":
            return
        try:
            self._run_batches()
        except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError) as error:
            # Somebody wrote one of our rows meanwhile. What is committed stands; go on soon.
            _logger.info("Xero tenant %s: run put off (%s)", self.id, type(error).__name__)
            self.env.cr.rollback()
            self._wake()
            self._commit_progress(0, 0)

    def _run_batches(self):
        requests = self.env["xero.request"]
        self._adopt_history()
        self._mark_wanted()
        requests._settle_open(self)
        self._create_missing_options()
        self._take_back_payments()
        with Flight(self) as flight:
            seconds_left = self._send_all(XeroTables(self), flight)
        seconds_left = self._pull(seconds_left)
        seconds_left = self._send_enclosures(seconds_left)
        if seconds_left > 0 or not self._count_runnable():
            self._park()
        else:
            self._wake()  # the scheduler's other work comes first
        self._commit_progress(0, 0)

    def _send_all(self, tables, flight):
        """Send batch after batch, up to two at a time, until nothing is left that can go now or
        the scheduler's time is over.

        :return: the seconds that the scheduler still gives
        """
        told, untold, seconds_left = False, 0, self._commit_progress(0, 1)
        while True:
            requests = self.env["xero.request"]
            seconds_left = seconds_left or self._seconds_nobody_needs()
            if seconds_left > 0 and fetch_along(self.sudo(), "budget_id").state == "connected":
                requests = self._next_requests(tables, flight)
            # T4 of what has landed and T2 of what goes next end here: the intent is on disk. That
            # there is progress is told once, how much at the end, as it costs statements.
            if untold and (not told or not (requests or flight)):
                seconds_left, told, untold = self._commit_progress(untold, 1), True, 0
            else:
                seconds_left = self._commit()
            for request in requests:
                flight.start(request)
            if not flight:
                return seconds_left
            untold += sum(landed._settle() for landed in flight.land())

    def _next_requests(self, tables, flight):
        """Claim and freeze as many batches as may be sent beside what is on its way."""
        requests = self.env["xero.request"]
        budget = self.sudo().budget_id
        while True:
            tables.on_their_way = [*flight.request_ids, *requests.ids]
            tables.free_places = sum(
                budget._may_start(len(tables.on_their_way) + more)
                for more in range(flight.places - len(tables.on_their_way))
            )
            more = tables.free_places and self._next_request(tables)
            if not more:
                return requests
            requests += more

    def _seconds_nobody_needs(self):
        """What the scheduler gives a run is for the sake of its other jobs. While none of them is
        due the run goes on, a minute in all at most: to begin anew costs sixty statements.

        :return: seconds
        """
        left = self.env.context["cron_end_time"] + GRACE - time.monotonic()
        own = self.env.context["cron_id"]
        if left <= 0 or any(job["id"] != own for job in IrCron._get_all_ready_jobs(self.env.cr)):
            return 0
        return left

    def _commit(self):
        """Commit, and return the seconds that the scheduler still gives us."""
        with kept_masters(self.env):
            self.env.cr.commit()  # pylint: disable=invalid-commit  # the engine's own transaction
        return max(self.env.context.get("cron_end_time", math.inf) - time.monotonic(), 0)

    def _commit_progress(self, processed, remaining):
        """Commit, tell the scheduler how far we are, and return the seconds it still gives us."""
        with kept_masters(self.env):
            return self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    def _may_call_now(self):
        return not self._wait_until()

    def _park(self):
        """Wake up again when the first of the waiting things is due, and calls may be made."""
        paused_until = self._wait_until()
        due = [
            paused_until and self._count_waiting() and paused_until,
            self.env["xero.request"]._next_due(self),
            self.env["xero.link"].search(
                Domain(self._pending_domain()) & Domain("next_try_at", ">", self.env.cr.now()),
                order="next_try_at",
                limit=1,
            ).next_try_at,
        ]
        due = [moment for moment in due if moment]
        if due:
            moment = max(min(due), paused_until) if paused_until else min(due)
            self._wake(at=moment)
            if self.env.context.get("cron_id"):
                seconds = (moment - self.env.cr.now()).total_seconds()
                set_alarm(self.env.cr.dbname, f"tenant {self.id}", seconds)

    def _cron_wake_all(self):
        """Hourly safety net: mark what should be in Xero and wake the tenants that have work."""
        for tenant in self.search([("state", "=", "connected")]):
            tenant._mark_wanted()
            if tenant._count_waiting() or self.env["xero.request"]._next_due(tenant):
                tenant._wake()

    # === WHAT WAITS === #

    def _pending_domain(self):
        return [("tenant_id", "=", self.id), ("state", "=", "pending")]

    def _runnable_domain(self):
        now = self.env.cr.now()
        return Domain(self._pending_domain()) & (
            Domain("next_try_at", "=", False) | Domain("next_try_at", "<=", now)
        )

    def _count_waiting(self):
        return self.env["xero.link"].search_count(self._pending_domain())

    def _count_runnable(self):
        """Links that could be sent now; the scheduler calls again while there are any."""
        if self.state != "connected" or not self._may_call_now():
            return 0
        return self.env["xero.link"].search_count(self._runnable_domain())

    def _mark_wanted(self):
        """Mark documents that should be in Xero and that nobody has marked yet."""
        if not (self.send_automatically and self.send_since):
            return
        for model, wanted in self._wanted_domains(self.send_since).items():
            known = self.env["xero.link"]._search([("res_model", "=", model)])
            records = self.env[model].with_company(self.company_id)
            records = records.search(
                wanted
                & records._xero_routing_domain(self)
                & Domain("id", "not in", known.subselect("res_id")),
                limit=MARK_AT_ONCE,
            )
            mine = records._xero_group_by_tenant().get(self)
            if mine := mine and mine - mine._xero_early(self):
                self.env["xero.link"]._mark_pending(self, mine)
