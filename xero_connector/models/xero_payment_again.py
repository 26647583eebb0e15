"""A payment in Xero that waited for its document is registered once that is posted again."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        # EXTENDS 'account': those that stand in Odoo already are matched again by Odoo itself
        posted = super()._post(soft)
        self.env["xero.payment"].sudo().search([
            ("link_id.res_model", "=", "account.move"),
            ("link_id.res_id", "in", posted.ids),
            ("state", "=", "attention"),
        ])._release()
        return posted
