"""Matches that are undone: payments that Xero has of us are compared again."""

from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        # EXTENDS: a payment that was sent to Xero may not pay its document any more
        links = self.env["xero.sent.payment"].sudo()._links_matched_by(self)
        result = super().unlink()
        links._compare_payments()
        return result
