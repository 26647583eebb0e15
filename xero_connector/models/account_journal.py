"""Invoices of a journal can go to a Xero organisation of their own."""

from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    xero_tenant_id = fields.Many2one(
        "xero.tenant",
        string="Xero Tenant",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Invoices of this journal go to this organisation; empty: to the company's default.",
    )
