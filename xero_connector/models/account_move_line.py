"""Lines of invoices: some of what is sent of them may be changed on posted documents."""

from odoo import models

# What Odoo lets a person change on a posted line, and Xero has a field for.
SENT_FIELDS = frozenset({"account_id", "analytic_distribution", "name"})


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        # EXTENDS 'account'
        result = super().write(vals)
        if SENT_FIELDS & vals.keys():
            moves = self.move_id.filtered(lambda move: move._xero_may_push())
            moves._xero_follow(in_minutes=1)
        return result
