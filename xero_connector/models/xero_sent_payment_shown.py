"""Payments that go to Xero on the documents that they pay, and what releases those that wait."""

from odoo import api, fields, models

from .xero_sent_payment import STUCK
from .xero_sync_mixin import READERS

BOOKKEEPERS = "account.group_account_readonly,account.group_account_invoice"


class AccountMove(models.Model):
    _inherit = "account.move"

    # === FIELDS === #

    xero_sent_payment_ids = fields.Many2many(
        "xero.sent.payment",
        string="Payments to Xero",
        compute="_compute_xero_sent_payment_ids",
        groups=BOOKKEEPERS,
        help="Of a document: its payments that go to Xero. Of a payment: what it paid.",
    )
    xero_sent_payment_message = fields.Text(
        compute="_compute_xero_sent_payment_message", compute_sudo=True, groups=READERS,
        help="What stands against sending payments to Xero.",
    )

    @api.depends("xero_link_ids")
    def _compute_xero_sent_payment_ids(self):
        payments = self.env["xero.sent.payment"].search([
            "|", ("link_id", "in", self.xero_link_ids.ids), ("entry_id", "in", self.ids),
        ])
        for move in self:
            move.xero_sent_payment_ids = payments.filtered(
                lambda one, move=move: one.link_id in move.xero_link_ids or one.entry_id == move
            )

    @api.depends("xero_link_ids")
    def _compute_xero_sent_payment_message(self):
        stuck = self.env["xero.sent.payment"].search([
            ("link_id", "in", self.xero_link_ids.ids), ("state", "in", STUCK),
        ])
        by_record = stuck.grouped(lambda one: one.link_id.res_id)
        for move in self:
            messages = by_record.get(move.id, stuck.browse()).mapped("message")
            move.xero_sent_payment_message = "\n".join(filter(None, messages))

    # === ACTIONS === #

    def action_xero_open_sent_payments(self):
        """The payments of this document that go to Xero."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "xero_connector.xero_sent_payment_action"
        )
        return {
            **action, "domain": [("id", "in", self.xero_sent_payment_ids.ids)], "context": {},
        }


class XeroPaymentAccount(models.Model):
    _inherit = "xero.payment.account"

    def _release_waiting(self):
        # EXTENDS: payments of Odoo may wait for the same choice
        result = super()._release_waiting()
        self.env["xero.sent.payment"].sudo().search([
            ("tenant_id", "in", self.tenant_id.ids),
            ("journal_id", "in", self.journal_id.ids),
            ("state", "=", "waiting"),
        ])._release()
        return result
