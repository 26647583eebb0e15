"""How many calls a tenant may still make, as Xero said last."""

import dataclasses

from odoo import fields, models

from ..xero import budget as pacing
from ..xero import errors

# Calls of the day that the engine leaves for people: connecting, reading settings, looking up.
DAY_RESERVE = 20

# What stands in a column for "Xero has not said".
UNKNOWN = -1


class XeroBudget(models.Model):
    """One row per tenant, written after each call and by nothing else.

    The rules are those of `xero.budget`; this is where they are kept between calls.
    """

    _name = "xero.budget"
    _description = "Xero Call Budget"
    _rec_name = "tenant_id"

    tenant_id = fields.Many2one("xero.tenant", required=True, index=True, ondelete="cascade")
    minute = fields.Integer("Calls Left This Minute", default=UNKNOWN)
    day = fields.Integer("Calls Left Today", default=UNKNOWN)
    app_minute = fields.Integer("Calls Left This Minute, All Tenants", default=UNKNOWN)
    minute_since = fields.Datetime("Minute Began")
    paused_until = fields.Datetime("Paused Until")
    pause_reason = fields.Char()
    strikes = fields.Integer("Refusals in a Row")

    _tenant_uniq = models.Constraint("UNIQUE(tenant_id)", "One budget per tenant.")

    # === READING === #

    def _wait_until(self):
        """When the next call may be made.

        :return: naive UTC moment, False when a call may be made now
        """
        if not self:
            return False
        moment, _reason = pacing.wait_until(self._value(), self.env.cr.now(), DAY_RESERVE)
        return moment or False

    def _value(self):
        self.ensure_one()
        return pacing.Budget(
            minute=_known(self.minute),
            day=_known(self.day),
            app_minute=_known(self.app_minute),
            minute_since=self.minute_since or None,
            paused_until=self.paused_until or None,
            pause_reason=self.pause_reason or None,
            strikes=self.strikes,
        )

    # === WRITING === #

    def _note(self, answer, error):
        """What one call told.

        :param answer: the `client.Answer`, or None
        :param error: the error that came instead
        """
        if answer is not None:
            values = dataclasses.asdict(pacing.after(self._value(), answer, self.env.cr.now()))
            for name in ("minute", "day", "app_minute"):
                values[name] = UNKNOWN if values[name] is None else values[name]
            self.write({
                name: value for name, value in values.items() if (self[name] or None) != value
            })
        elif isinstance(error, errors.NotSent):
            self._rest("unreachable")

    def _rest(self, reason, until=None):
        """Make no call for a while, longer with every time in a row.

        :param str reason: short name of the reason
        :param until: naive UTC moment, if it is known
        """
        self.write({
            "paused_until": until
            or self.env.cr.now() + pacing.pause(reason, None, self.strikes),
            "pause_reason": reason,
            "strikes": self.strikes + 1,
        })


def _known(count):
    return None if count == UNKNOWN else count
