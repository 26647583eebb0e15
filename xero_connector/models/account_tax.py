"""Where a tax goes in Xero."""

from odoo import fields, models


class AccountTax(models.Model):
    _inherit = "account.tax"

    xero_tax_mapping_ids = fields.One2many(
        "xero.tax.mapping",
        "tax_id",
        string="Rates in Xero",
        copy=False,
        groups="account.group_account_readonly,account.group_account_invoice",
    )
