"""Coverage of a tenant: measured, kept, and measured again when something has changed."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, formatLang

from . import xero_coverage
from .xero_kinds import SWITCHES

# How far back documents are looked at.
PERIOD = timedelta(days=365)

# Choices on the tenant that decide what can be sent.
DECIDING = {
    "no_tax_rate_id", "sales_account_id", "purchase_account_id", "rounding_account_id",
    "send_since", "contact_sync", "tracking_splits", "send_quotations",
    *(switch for switch, _status in SWITCHES.values()),
}


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    coverage_gap_ids = fields.One2many("xero.coverage.gap", "tenant_id", readonly=True)
    coverage_percent = fields.Float(
        "Coverage",
        readonly=True,
        copy=False,
        digits=(5, 1),
        aggregator=None,
        help="Share of document lines that could be sent as things stand.",
    )
    coverage_lines = fields.Integer("Lines Looked At", readonly=True, copy=False)
    coverage_sendable = fields.Integer("Lines That Could Be Sent", readonly=True, copy=False)
    coverage_since = fields.Date("Documents Since", readonly=True, copy=False)
    coverage_measured_at = fields.Datetime("Measured On", readonly=True, copy=False)
    coverage_stale = fields.Boolean(
        readonly=True, copy=False, help="Something has changed since the measurement."
    )
    coverage_text = fields.Char(compute="_compute_coverage_text", compute_sudo=True)

    @api.depends(
        "coverage_percent", "coverage_lines", "coverage_sendable", "coverage_since",
        "coverage_measured_at", "coverage_stale", "send_since",
    )
    def _compute_coverage_text(self):
        for tenant in self:
            tenant.coverage_text = tenant._coverage_sentence()

    def _coverage_sentence(self):
        if not self.coverage_measured_at:
            return self.env._("Not measured yet.")
        if not self.coverage_lines:
            return self.env._(
                "There are no posted invoices or confirmed orders of the last 12 months to "
                "measure with."
            )
        parts = [self.env._(
            "%(sendable)s of %(lines)s lines of documents since %(since)s could be sent as things "
            "stand.",
            sendable=formatLang(self.env, self.coverage_sendable, digits=0),
            lines=formatLang(self.env, self.coverage_lines, digits=0),
            since=format_date(self.env, self.coverage_since),
        )]
        if self.coverage_stale:
            parts.append(self.env._(
                "Something has changed since; it is measured again in a moment."
            ))
            return " ".join(parts)
        if self.send_since and self.coverage_since < self.send_since:
            parts.append(self.env._(
                "No document is dated after the cut-over date yet, so these serve as a forecast."
            ))
        parts.append(self.env._(
            "Measured on %(moment)s.",
            moment=format_datetime(self.env, self.coverage_measured_at, dt_format="short"),
        ))
        return " ".join(parts)

    # === MEASURING === #

    def action_measure_coverage(self):
        """Look through the documents now."""
        self.check_access("write")
        for tenant in self:
            tenant._measure_coverage()
        return True

    def _measure_coverage(self):
        """Ask of every line of the period whether it could be sent, and keep the answer."""
        self.ensure_one()
        tenant = self.sudo().with_company(self.company_id)
        since, groups = tenant._line_groups()
        coverage = xero_coverage.measure(
            tenant, groups, tenant._distributions_since(since), tenant._strangers_since(since)
        )
        tenant.coverage_gap_ids._keep(tenant, coverage.gaps)
        tenant.write({
            # Rounded down: what lacks one line is not complete.
            "coverage_percent": coverage.lines and coverage.sendable * 1000 // coverage.lines / 10,
            "coverage_lines": coverage.lines,
            "coverage_sendable": coverage.sendable,
            "coverage_since": since,
            "coverage_measured_at": self.env.cr.now(),
            "coverage_stale": False,
        })

    def _line_groups(self):
        """Lines of the documents that are sent: of the last 12 months, but not of before the
        cut-over. Where there are none since the cut-over, the months before it are a forecast.

        :return: (the first day, list of `LineGroup`)
        """
        self.ensure_one()
        begin = fields.Date.context_today(self) - PERIOD
        since = max(begin, self.send_since or begin)
        groups = self._line_groups_since(since)
        if not groups and since > begin:
            since = begin
            groups = self._line_groups_since(since)
        return since, groups

    def _line_groups_since(self, day):
        groups = []
        for documents, scope in self._scopes_since(day):
            groups += documents._xero_line_groups(scope)
        return groups

    def _distributions_since(self, day):
        """Analytic distributions of the documents; nothing where no plan goes to Xero."""
        if not self.tracking_mapping_ids.category_id:
            return []
        return [
            (documents._name, *row)
            for documents, scope in self._scopes_since(day)
            for row in documents._xero_distributions(scope)
        ]

    def _strangers_since(self, day):
        """Ids of documents, by model, that wait for a contact which the tenant does not make."""
        if self._sync_choice("Contacts") != "never":
            return {}
        linked = self.env["xero.link"].sudo()._search([
            ("tenant_id", "=", self.id), ("res_model", "=", "res.partner"),
            ("xero_id", "!=", False),
        ]).subselect("res_id")
        return {
            documents._name: set(documents._search(
                scope & Domain("partner_id.commercial_partner_id", "not in", linked)
            ))
            for documents, scope in self._scopes_since(day)
        }

    def _scopes_since(self, day):
        """Pairs of a model of documents, empty, and the domain of those that are sent."""
        tenant = self.sudo().with_company(self.company_id)
        for model, domain in tenant._wanted_domains(day).items():
            documents = tenant.env[model]
            yield documents, domain & documents._xero_routing_domain(tenant)

    # === STAYING UP TO DATE === #

    def write(self, vals):
        # EXTENDS: another choice may let other documents go
        written = super().write(vals)
        if DECIDING & vals.keys():
            self._coverage_changed()
        return written

    def _coverage_changed(self):
        """Something changed that decides what can be sent: it is measured again soon, in the
        background, once for many changes."""
        fresh = self.sudo().filtered(
            lambda tenant: tenant.coverage_measured_at and not tenant.coverage_stale
        )
        if fresh:
            fresh.coverage_stale = True
            fresh.flush_recordset(["coverage_stale"])
            self.env.ref("xero_connector.ir_cron_xero_coverage").sudo()._trigger()

    def _coverage_mended(self, cause):
        """`cause` is mended: it leaves the list at once.

        :param cause: records that look-ups name (taxes, accounts, the tenant, ...)
        """
        gaps = self.env["xero.coverage.gap"].sudo().search([
            ("tenant_id", "in", self.ids),
            ("cause_model", "=", cause._name),
            ("cause_id", "in", cause.ids),
        ])
        tenants = gaps.tenant_id
        gaps.unlink()
        tenants._coverage_changed()

    def _apply_settings(self, organisation, bodies):
        # EXTENDS: Xero's settings decide
        result = super()._apply_settings(organisation, bodies)
        self._measure_coverage()
        return result

    def _cron_measure_coverage(self):
        """Measure where something has changed, and once a day because documents come and go."""
        self.env["ir.cron"]._commit_progress(remaining=1)
        yesterday = self.env.cr.now() - timedelta(hours=23)
        for tenant in self.search([
            ("state", "=", "connected"),
            "|", ("coverage_stale", "=", True),
            "|", ("coverage_measured_at", "=", False), ("coverage_measured_at", "<", yesterday),
        ]):
            tenant._measure_coverage()
            self.env["ir.cron"]._commit_progress(1)
