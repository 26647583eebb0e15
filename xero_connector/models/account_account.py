"""Where an account goes in Xero."""

from odoo import fields, models


class AccountAccount(models.Model):
    _inherit = "account.account"

    xero_account_mapping_ids = fields.One2many(
        "xero.account.mapping",
        "account_id",
        string="Accounts in Xero",
        copy=False,
        groups="account.group_account_readonly,account.group_account_invoice",
    )
