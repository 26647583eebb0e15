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

    def _xero_percent(self):
        """What the tax adds to the net amount of a line, in percent; None if that is no plain
        percentage. A reverse charge adds nothing."""
        self.ensure_one()
        if self.amount_type == "group":
            parts = [tax._xero_percent() for tax in self.children_tax_ids]
            compound = any(self.children_tax_ids.mapped("include_base_amount"))
            return None if compound or None in parts else sum(parts)
        if self.amount_type != "percent":
            return None
        booked = self.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        )
        return self.amount * sum(booked.mapped("factor_percent")) / 100
