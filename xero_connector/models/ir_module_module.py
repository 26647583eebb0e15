"""Uninstalling waits until what is on its way to Xero has arrived."""

from odoo import models
from odoo.exceptions import UserError


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        # EXTENDS 'base': with the requests would go what alone can tell what became of them
        leaving = self | self.downstream_dependencies()
        if "xero_connector" in leaving.mapped("name"):
            self._check_nothing_is_on_its_way_to_xero()
        return super().button_uninstall()

    def _check_nothing_is_on_its_way_to_xero(self):
        """Refuse while an outcome is unknown that the connector would still find out."""
        count = self.env["xero.request"].sudo().search_count([
            ("state", "!=", "done"), ("tenant_id.state", "=", "connected")
        ]) + self.env["xero.sent.payment"].sudo().search_count([
            ("state", "in", ("sending", "unknown")), ("tenant_id.state", "=", "connected")
        ])
        if count:
            raise UserError(self.env._(
                "%(count)s requests are on their way to Xero, and only the connector can find out "
                "what became of them. Uninstall it in half an hour. To do it now all the same, "
                "press Disconnect from Xero on the tenant first, and look in Xero yourself for "
                "what is marked Outcome Unknown.",
                count=count,
            ))
