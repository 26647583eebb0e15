"""How far a tenant is: what is sent, waits and needs a look, and when it will be through."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime, format_time, formatLang

from ..xero import estimate
from ..xero.budget import Budget
from .xero_budget import DOCUMENT_RESERVE
from .xero_link import IN_DOUBT

# What a person is shown of the states of links; see `xero.link`.
SHOWN = {
    "sent": ("sent",),
    "waiting": ("pending", *IN_DOUBT),
    "attention": ("blocked", "rejected", "attention"),
}

DOCUMENTS = ("Invoices", "CreditNotes", "PurchaseOrders")

# How old a count of the day's calls may be before nobody is told of it any more.
FRESH = timedelta(hours=24)


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    progress = fields.Json(
        compute="_compute_progress",
        compute_sudo=True,
        help="What the form shows: {sent, waiting, attention, text, calls, busy}.",
    )
    progress_sent = fields.Integer("In Xero", compute="_compute_progress", compute_sudo=True)
    progress_waiting = fields.Integer("Waiting", compute="_compute_progress", compute_sudo=True)
    progress_attention = fields.Integer(
        "Need a Look", compute="_compute_progress", compute_sudo=True
    )
    progress_text = fields.Char("Time Left", compute="_compute_progress", compute_sudo=True)

    # === COMPUTES === #

    @api.depends("state")
    @api.depends_context("tz", "lang")
    def _compute_progress(self):
        counted, waiting = self._count_by_shown_state(), self._count_waiting_by_kind()
        for tenant in self:
            counts = {shown: counted.get((tenant.id, shown), 0) for shown in SHOWN}
            queue = waiting.get(tenant.id, estimate.Waiting())
            text = tenant._progress_sentence(queue, counts)
            tenant.progress_sent = counts["sent"]
            tenant.progress_waiting = counts["waiting"]
            tenant.progress_attention = counts["attention"]
            tenant.progress_text = text
            tenant.progress = {
                **counts,
                "text": text,
                "calls": tenant._calls_sentence(),
                "busy": tenant.state == "connected" and bool(counts["waiting"] or queue.masters),
            }

    def _count_by_shown_state(self):
        """Documents by (id of the tenant, key of `SHOWN`); what needs a person counts whatever it
        is. One statement for all tenants."""
        counted = {}
        for tenant, resource, state, count in self.env["xero.link"]._read_group(
            [("tenant_id", "in", self.ids)],
            ["tenant_id", "resource", "state"],
            ["__count"],
        ):
            for shown, states in SHOWN.items():
                if state in states and (resource in DOCUMENTS or shown == "attention"):
                    key = tenant.id, shown
                    counted[key] = counted.get(key, 0) + count
        return counted

    def _count_waiting_by_kind(self):
        """What waits, as {id of the tenant: `estimate.Waiting`}: what is marked, and the customers
        and suppliers that the documents need and nobody has marked yet. Two statements for all
        tenants.
        """
        self.env["xero.link"].flush_model()
        counts = {tenant_id: dict.fromkeys(
            ("together", "alone", "changed", "masters"), 0
        ) for tenant_id in self.ids}
        if not self.ids:
            return {}
        for tenant_id, kind, count in (
            *self.env.execute_query(SQL(
                """
                SELECT l.tenant_id,
                       CASE WHEN l.resource NOT IN %(documents)s THEN 'masters'
                            WHEN l.xero_id IS NOT NULL THEN 'changed'
                            WHEN m.move_type = 'in_refund' THEN 'alone'
                            ELSE 'together' END AS kind,
                       count(*)
                  FROM xero_link l
             LEFT JOIN account_move m ON l.res_model = 'account.move' AND m.id = l.res_id
                 WHERE l.tenant_id IN %(tenants)s AND l.state = 'pending'
              GROUP BY l.tenant_id, kind
                """,
                documents=DOCUMENTS, tenants=self._ids,
            )),
            *self.env.execute_query(SQL(
                """
                SELECT l.tenant_id, 'masters', count(DISTINCT m.commercial_partner_id)
                  FROM xero_link l
                  JOIN account_move m ON l.res_model = 'account.move' AND m.id = l.res_id
                 WHERE l.tenant_id IN %(tenants)s AND l.state = 'pending' AND l.xero_id IS NULL
                   AND NOT EXISTS (
                       SELECT FROM xero_link c
                        WHERE c.tenant_id = l.tenant_id AND c.res_model = 'res.partner'
                          AND c.res_id = m.commercial_partner_id)
              GROUP BY l.tenant_id
                """,
                tenants=self._ids,
            )),
        ):
            counts[tenant_id][kind] += count
        return {tenant_id: estimate.Waiting(**kinds) for tenant_id, kinds in counts.items()}

    # === SENTENCES === #

    def _progress_sentence(self, waiting, counts):
        """When all will be through, and why not sooner.

        :param estimate.Waiting waiting: what waits
        :param dict counts: documents by key of `SHOWN`
        """
        if not estimate.calls_of(waiting):
            if self.state != "connected":
                return self.env._("Not connected.")
            return counts["waiting"] and self.env._("Being answered by Xero.") or self.env._(
                "Nothing waits."
            )
        if self.state != "connected":
            return self.env._("Waits until it is connected again.")
        now = self.env.cr.now()
        budget = self.budget_id._value() if self.budget_id else Budget()
        told = estimate.estimate(waiting, budget, now, DOCUMENT_RESERVE)
        left = self._duration_words(told.ends_at - told.begins_at)
        if told.pause == "day" and told.limit == "day":
            return self.env._(
                "Waits: the calls that Xero allows in a day are used up. Xero is asked again at "
                "%(moment)s, and it goes on as soon as Xero allows more.",
                moment=self._moment_words(told.begins_at),
            )
        if told.pause:
            return self.env._(
                "Waits until %(moment)s: %(reason)s. Then %(left)s.",
                moment=self._moment_words(told.begins_at),
                reason=self._pause_words(told.pause),
                left=left,
            )
        if told.limit == "day":
            return self.env._(
                "%(left)s: the calls that Xero still allows today are not enough. It goes on by "
                "itself as soon as Xero allows more.",
                left=left[:1].upper() + left[1:],
            )
        return left[:1].upper() + left[1:] + "."

    def _pause_words(self, reason):
        return {
            "minute": self.env._("the calls that Xero allows in a minute are used up"),
            "appminute": self.env._("the calls that Xero allows this app in a minute are used up"),
            "concurrent": self.env._("too many calls were made at once"),
            "day": self.env._("the calls that Xero allows in a day are used up"),
            "unreachable": self.env._("Xero could not be reached"),
        }.get(reason, self.env._("Xero asked for a pause"))

    def _moment_words(self, moment):
        """The time of a moment, with the day unless that is today where the reader is."""
        local = fields.Datetime.context_timestamp(self, moment)
        if local.date() == fields.Datetime.context_timestamp(self, self.env.cr.now()).date():
            return format_time(self.env, local.time(), time_format="short")
        return format_datetime(self.env, moment, dt_format="short")

    def _duration_words(self, duration):
        seconds = duration.total_seconds()
        if seconds < 60:
            return self.env._("less than a minute")
        if seconds < 5400:
            minutes = round(seconds / 60)
            if minutes == 1:
                return self.env._("about a minute")
            return self.env._("about %(count)s minutes", count=minutes)
        if seconds < 86_400:
            return self.env._("about %(count)s hours", count=round(seconds / 3600))
        days = round(seconds / 86_400)
        if days == 1:
            return self.env._("about a day")
        return self.env._("about %(count)s days", count=days)

    def _calls_sentence(self):
        """How many calls Xero still allows today, as its last answer told."""
        budget = self.budget_id
        known = budget.noted_at and budget.day >= 0
        if not known or self.env.cr.now() - budget.noted_at >= FRESH:
            return self.env._("Calls left today: Xero tells with its next answer.")
        return self.env._(
            "Calls left today: %(count)s, as Xero said at %(moment)s.",
            count=formatLang(self.env, budget.day, digits=0),
            moment=self._moment_words(budget.noted_at),
        )

    # === ACTIONS === #

    def action_open_progress(self, shown):
        """The records that one figure counts.

        :param str shown: key of `SHOWN`
        """
        self.ensure_one()
        domain = [("tenant_id", "=", self.id), ("state", "in", SHOWN[shown])]
        if shown != "attention":
            domain.append(("resource", "in", DOCUMENTS))
        action = self.env["ir.actions.act_window"]._for_xml_id("xero_connector.xero_link_action")
        return {**action, "domain": domain, "context": {}}
