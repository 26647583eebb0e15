"""How many calls a tenant may still make, as Xero said last."""

import dataclasses
import logging
import threading

import psycopg2
from odoo import SUPERUSER_ID, api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..xero import budget as pacing
from ..xero import errors

_logger = logging.getLogger(__name__)

# Calls of the day that the engine leaves for people: connecting, reading settings, looking up.
DAY_RESERVE = 20

# And what documents leave besides for statuses and payments: what is paid has to be seen also on a
# day on which too much is sent.
DOCUMENT_RESERVE = DAY_RESERVE + 40

# What stands in a column for "Xero has not said".
UNKNOWN = -1

COUNTS = ("minute", "minute_most", "day", "app_minute")

# Threads of one process take turns; those of others are met by trying again.
_noting = threading.Lock()

# How often a note is tried again when another one was written meanwhile.
TRIES = 10


class XeroBudget(models.Model):
    """One row per tenant, written after each call and by nothing else.

    The rules are those of `xero.budget`; this is where they are kept between calls. Several calls
    may end at once, so every note is a short transaction of its own.
    """

    _name = "xero.budget"
    _description = "Xero Call Budget"
    _rec_name = "tenant_id"
    _log_access = False

    tenant_id = fields.Many2one("xero.tenant", required=True, index=True, ondelete="cascade")
    minute = fields.Integer("Calls Left This Minute", default=UNKNOWN)
    day = fields.Integer("Calls Left Today", default=UNKNOWN)
    app_minute = fields.Integer("Calls Left This Minute, All Tenants", default=UNKNOWN)
    minute_most = fields.Integer("Most Calls Left This Minute", default=UNKNOWN)
    minute_since = fields.Datetime("Minute Began")
    asked_at = fields.Datetime("Last Call")
    noted_at = fields.Datetime("Last Answer")
    paused_until = fields.Datetime("Paused Until")
    pause_reason = fields.Char()
    strikes = fields.Integer("Refusals in a Row")

    _tenant_uniq = models.Constraint("UNIQUE(tenant_id)", "One budget per tenant.")

    # === READING === #

    def _wait_until(self, reserve=None):
        """When the next call may be made.

        :param int reserve: calls of the day that are kept for others than the caller; by default
            what is kept from documents
        :return: naive UTC moment, False when a call may be made now
        """
        if not self:
            return False
        reserve = DOCUMENT_RESERVE if reserve is None else reserve
        moment, _reason = pacing.wait_until(self._value(), self.env.cr.now(), reserve)
        return moment or False

    def _may_start(self, in_flight):
        """Whether a call may be made now beside `in_flight` others."""
        if not self:
            return True
        return pacing.may_start(self._value(), self.env.cr.now(), DOCUMENT_RESERVE, in_flight)

    def _value(self):
        self.ensure_one()
        return pacing.Budget(
            minute=_known(self.minute),
            minute_most=_known(self.minute_most),
            day=_known(self.day),
            app_minute=_known(self.app_minute),
            minute_since=self.minute_since or None,
            asked_at=self.asked_at or None,
            noted_at=self.noted_at or None,
            paused_until=self.paused_until or None,
            pause_reason=self.pause_reason or None,
            strikes=self.strikes,
        )

    # === WRITING === #

    def _note(self, answer, error, now):
        """What one call told, on a cursor that is committed at once.

        :param answer: the `client.Answer`, or None
        :param error: the error that came instead
        :param now: naive UTC moment by the database's clock
        """
        if answer is not None:
            values = dataclasses.asdict(pacing.after(self._value(), answer, now))
            for name in COUNTS:
                values[name] = UNKNOWN if values[name] is None else values[name]
            self.write({
                name: value for name, value in values.items() if (self[name] or None) != value
            })
        elif isinstance(error, errors.NotSent):
            self._rest("unreachable")

    def _rest(self, reason, until=None):
        """Make no call for a while, longer with every time in a row; see `rest`.

        :param str reason: short name of the reason
        :param until: naive UTC moment, if it is known
        """
        self.write({
            "paused_until": until
            or self.env.cr.now() + pacing.pause(reason, None, self.strikes),
            "pause_reason": reason,
            "strikes": self.strikes + 1,
        })


def rest(tenant, reason, until=None):
    """Let a tenant make no call for a while.

    :param tenant: the `xero.tenant`
    :param str reason: short name of the reason
    :param until: naive UTC moment, if it is known
    """
    apart(tenant, lambda budget: budget and budget._rest(reason, until))


def apart(tenant, note):
    """Write something about the calls of a tenant in a short transaction of its own.

    Whatever goes wrong here must not lose Xero's answer.

    :param tenant: the `xero.tenant`, committed
    :param note: function of the `xero.budget`, which may be empty
    """
    budget_id, registry = tenant.sudo().budget_id.id, tenant.env.registry
    for _try in range(TRIES):
        try:
            with _noting, registry.cursor() as cr:
                note(api.Environment(cr, SUPERUSER_ID, {})["xero.budget"].browse(budget_id))
        except psycopg2.errors.LockNotAvailable as failure:
            # Somebody holds a table of ours: the answer that waits to be kept comes first.
            _logger.info("Xero tenant %s: not noted (%s)", tenant.id, type(failure).__name__)
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            continue
        except psycopg2.Error as failure:
            _logger.info("Xero tenant %s: not noted (%s)", tenant.id, type(failure).__name__)
        return
    _logger.info("Xero tenant %s: not noted, others were faster", tenant.id)


def _known(count):
    return None if count == UNKNOWN else count
