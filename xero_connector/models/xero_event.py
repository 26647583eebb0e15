"""Webhooks: stored raw first, once, and looked at by the run of their tenant."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..xero import errors, webhook
from ..xero.signature import verify
from .xero_app import webhook_keys

_logger = logging.getLogger(__name__)

# How long what was looked at is kept, so that a delivery of old days is known again.
KEPT = timedelta(days=31)


class XeroEvent(models.Model):
    """One notice of Xero. The signature carries no moment, so whoever has caught a delivery can
    send it again for ever: a notice is a hint to go and look, and never more."""

    _name = "xero.event"
    _description = "Xero Webhook Event"
    _order = "id desc"
    _rec_name = "category"
    _log_access = False

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    app_id = fields.Many2one("xero.app", required=True, index=True, ondelete="cascade")
    category = fields.Char("About", required=True)
    type = fields.Char(required=True)
    resource_id = fields.Char("Xero ID", required=True)
    event_date = fields.Char("Date in Xero", required=True)
    event_at = fields.Datetime("Happened", required=True)
    received_at = fields.Datetime("Received", required=True)

    # new ──[fetched from Xero, or nothing of ours]──► done
    state = fields.Selection(
        [("new", "New"), ("done", "Looked At")], required=True, default="new"
    )

    _event_uniq = models.Constraint(
        "UNIQUE(tenant_id, category, resource_id, type, event_date)", "This event is known."
    )
    _new_idx = models.Index("(tenant_id) WHERE state = 'new'")
    _last_idx = models.Index("(app_id, received_at)")

    # === RECEIVING === #

    @api.model
    def _receive(self, app_id, body, signature):
        """Store what a delivery tells, if it was signed with a key of the app.

        :param int app_id: id of the `xero.app`, as the address says
        :param bytes body: raw
        :param str signature: the header, or None
        :return: whether the signature holds
        :rtype: bool
        """
        app = self.env["xero.app"].with_context(active_test=False).search([("id", "=", app_id)])
        if not verify(body, signature, webhook_keys(app)):
            return False
        try:
            events = webhook.read(body)
        except errors.Unreadable:
            _logger.warning("Xero app %s: a signed delivery makes no sense", app.id)
            return True
        if events:
            self._store(app, events)
        else:
            app._note_webhook_check()
        return True

    @api.model
    def _store(self, app, events):
        """One statement for all events; those that are known are left, and so are those of
        organisations that no tenant of the app is connected to. A tenant is woken by the first
        event alone: where others wait, a run is on its way, and each look is followed by one more.
        """
        tenants = self.env["xero.tenant"].search([
            ("app_id", "=", app.id),
            ("state", "=", "connected"),
            ("organisation_id", "in", [event.organisation_id for event in events]),
        ])
        by_organisation = {tenant.organisation_id: tenant for tenant in tenants}
        now = self.env.cr.now()
        rows = [
            SQL("(%s)", SQL(", ").join(SQL("%s", value) for value in (
                tenant.id, tenant.company_id.id, app.id, event.category, event.type,
                event.resource_id, event.date, event.moment, now, "new",
            )))
            for event in events if (tenant := by_organisation.get(event.organisation_id))
        ]
        if not rows:
            return
        quiet = self.env.execute_query(SQL(
            """
            WITH stored AS (
                INSERT INTO xero_event (tenant_id, company_id, app_id, category, type, resource_id,
                                        event_date, event_at, received_at, state)
                     VALUES %s
                ON CONFLICT DO NOTHING
                  RETURNING tenant_id
            )
            SELECT DISTINCT tenant_id FROM stored
             WHERE NOT EXISTS (
                SELECT FROM xero_event waiting
                 WHERE waiting.tenant_id = stored.tenant_id AND waiting.state = 'new'
             )
            """,
            SQL(", ").join(rows),
        ))
        self.env["xero.tenant"].browse([tenant_id for (tenant_id,) in quiet])._wake()

    # === LOOKING === #

    @api.model
    def _new_of(self, tenant):
        """What nobody has looked at."""
        return self.search_fetch(
            [("tenant_id", "=", tenant.id), ("state", "=", "new")],
            ["category", "resource_id", "event_at"],
        )

    def _by_resource(self):
        """Ids to look at, as {resource: {id: moment of the latest event}}."""
        found = {}
        for event in self:
            ids = found.setdefault(webhook.RESOURCES[event.category], {})
            ids[event.resource_id] = max(
                event.event_at, ids.get(event.resource_id, event.event_at)
            )
        return found

    @api.model
    def _forget_old(self):
        self.env.cr.execute(SQL(
            "DELETE FROM xero_event WHERE received_at < %s", self.env.cr.now() - KEPT
        ))
