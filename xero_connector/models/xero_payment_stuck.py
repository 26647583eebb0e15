"""Payments in Xero among what waits for a person: on the tenant's list and on the document."""

from odoo import api, fields, models
from odoo.tools import SQL

from .xero_payment import STUCK
from .xero_sync_mixin import READERS


class XeroStuckCause(models.Model):
    _inherit = "xero.stuck.cause"
    _depends = {
        "xero.payment": ["account_id", "company_id", "message", "state", "tenant_id"],
    }

    payments = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        # EXTENDS: one row per account that is not chosen, one per payment that is looked at alone
        return SQL(
            """
            SELECT stuck.*, 0 AS payments FROM (%(stuck)s) stuck
         UNION ALL
            SELECT -min(id), tenant_id, company_id, state,
                   CASE WHEN state = 'waiting' THEN 'xero.payment.account' END,
                   min(account_id) FILTER (WHERE state = 'waiting'),
                   NULL, (array_agg(message ORDER BY id))[1],
                   count(*), 0, 0, 0, 0, 0, count(*)
              FROM xero_payment
             WHERE state IN %(states)s
          GROUP BY tenant_id, company_id, state,
                   CASE WHEN state = 'waiting' THEN account_id ELSE -id END
            """,
            stuck=super()._table_query,
            states=STUCK,
        )

    def _compute_sentence(self):
        # EXTENDS
        of_payments = self.filtered("payments")
        result = super(XeroStuckCause, self - of_payments)._compute_sentence()
        for group in of_payments:
            count = (
                self.env._("1 payment in Xero") if group.payments == 1
                else self.env._("%(count)s payments in Xero", count=group.payments)
            )
            account = group._cause()
            group.sentence = self.env._(
                "%(count)s: choose where %(account)s is in Odoo",
                count=count, account=account.display_name,
            ) if account else self.env._("%(count)s to be looked at", count=count)
        return result

    def _payments(self):
        """The payments of this group, as they are now."""
        self.ensure_one()
        domain = [("tenant_id", "=", self.tenant_id.id), ("state", "=", self.state)]
        if self.state == "waiting":
            domain.append(("account_id", "=", self.cause_id))
        else:
            domain.append(("id", "=", -self.id))
        return self.env["xero.payment"].search(domain)

    def action_fix(self):
        # EXTENDS
        return self.tenant_id._open_payment_accounts() if self.payments else super().action_fix()

    def action_send_again(self):
        # EXTENDS
        of_payments = self.filtered("payments")
        for group in of_payments:
            group._payments().action_try_again()
        return super(XeroStuckCause, self - of_payments).action_send_again()

    def action_open_links(self):
        # EXTENDS
        if not self.payments:
            return super().action_open_links()
        action = self.env["ir.actions.act_window"]._for_xml_id("xero_connector.xero_payment_action")
        return {**action, "domain": [("id", "in", self._payments().ids)], "context": {}}


class AccountMove(models.Model):
    _inherit = "account.move"

    # === FIELDS === #

    xero_payment_ids = fields.Many2many(
        "xero.payment",
        string="Payments in Xero",
        compute="_compute_xero_payment_ids",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    xero_payment_message = fields.Text(
        compute="_compute_xero_payment_message", compute_sudo=True, groups=READERS,
        help="What stands against registering payments in Xero.",
    )

    @api.depends("xero_link_ids")
    def _compute_xero_payment_ids(self):
        payments = self.env["xero.payment"].search([("link_id", "in", self.xero_link_ids.ids)])
        by_record = payments.grouped(lambda one: one.link_id.res_id)
        for move in self:
            move.xero_payment_ids = by_record.get(move.id, payments.browse())

    @api.depends("xero_link_ids")
    def _compute_xero_payment_message(self):
        stuck = self.env["xero.payment"].search([
            ("link_id", "in", self.xero_link_ids.ids), ("state", "in", STUCK),
        ])
        by_record = stuck.grouped(lambda one: one.link_id.res_id)
        for move in self:
            move.xero_payment_message = "\n".join(
                filter(None, by_record.get(move.id, stuck).mapped("message"))
            ) if move.id in by_record else False

    # === ACTIONS === #

    def action_xero_open_payments(self):
        """The payments in Xero of this document."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("xero_connector.xero_payment_action")
        return {**action, "domain": [("id", "in", self.xero_payment_ids.ids)], "context": {}}
