"""Whether a tenant's payments in Odoo go to Xero, and the permission that this needs."""

from odoo import api, fields, models

from ..xero import const
from .xero_sent_payment import STUCK


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    send_payments = fields.Boolean(
        "Send Odoo's Payments to Xero",
        help="What bank and cash journals in Odoo paid of a document goes to Xero once the "
        "document is approved there. What was registered from Xero never goes back.",
    )
    payments_sent_since = fields.Date(
        "Sent from", copy=False,
        help="Payments with an earlier date are not sent: they may be in Xero already.",
    )
    payment_permission_missing = fields.Boolean(
        compute="_compute_payment_permission_missing", compute_sudo=True
    )
    sent_payment_stuck_count = fields.Integer(
        compute="_compute_sent_payment_stuck_count", compute_sudo=True
    )

    @api.depends("send_payments", "state", "granted_scopes")
    def _compute_payment_permission_missing(self):
        for tenant in self:
            tenant.payment_permission_missing = (
                tenant.state == "connected"
                and tenant.send_payments
                and const.PAYMENTS_SCOPE not in (tenant.granted_scopes or "").split()
            )

    @api.depends("send_payments")
    def _compute_sent_payment_stuck_count(self):
        counts = dict(self.env["xero.sent.payment"]._read_group(
            [("tenant_id", "in", self.ids), ("state", "in", STUCK)], ["tenant_id"], ["__count"],
        ))
        for tenant in self:
            tenant.sent_payment_stuck_count = counts.get(tenant, 0)

    # === CHOOSING === #

    @api.onchange("send_payments")
    def _onchange_send_payments(self):
        if self.send_payments and not self.payments_sent_since:
            self.payments_sent_since = fields.Date.context_today(self)

    @api.model_create_multi
    def create(self, vals_list):
        tenants = super().create(vals_list)
        tenants.filtered("send_payments")._begin_to_send_payments()
        return tenants

    def write(self, vals):
        # EXTENDS: who begins to send payments is asked where the money is. Who stops enters them in
        # Xero by hand meanwhile: beginning anew is from another day on.
        if "send_payments" in vals and not vals["send_payments"]:
            vals = {"payments_sent_since": False, **vals}
        result = super().write(vals)
        if vals.get("send_payments") or vals.get("payments_sent_since"):
            self.filtered("send_payments")._begin_to_send_payments()
        return result

    def _begin_to_send_payments(self):
        for tenant in self:
            if not tenant.payments_sent_since:
                tenant.payments_sent_since = fields.Date.context_today(tenant)
                continue  # which begins
            self.env["xero.payment.account"].sudo()._complete(tenant)
            tenant._wake()

    def _apply_settings(self, organisation, bodies):
        # EXTENDS: Xero may have other bank accounts now
        result = super()._apply_settings(organisation, bodies)
        if self.send_payments:
            self.env["xero.payment.account"].sudo()._complete(self)
        return result

    # === PERMISSION === #

    def _wanted_scopes(self):
        # EXTENDS
        wants = self.sudo().search_count(
            [("app_id", "=", self.app_id.id), ("send_payments", "=", True)], limit=1
        )
        return super()._wanted_scopes() + ((const.PAYMENTS_SCOPE,) if wants else ())

    @api.depends("payment_permission_missing")
    def _compute_banner(self):
        return super()._compute_banner()

    def _next_step(self):
        # EXTENDS: payments wait for a permission
        if self.payment_permission_missing and not self.notice:
            return "warning", self.env._(
                "Permissions missing: Connect Now again, and allow Xero's permission for payments "
                "too. Until then documents go on without their payments."
            )
        return super()._next_step()

    # === ACTIONS === #

    def action_open_sent_payments(self):
        """The payments of this tenant that go to Xero, those first that need a person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "xero_connector.xero_sent_payment_action"
        )
        return {**action, "domain": [("tenant_id", "=", self.id)]}
