"""The tenant's part in changes that were made in Xero: how many wait for a decision."""

from odoo import fields, models


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    difference_count = fields.Integer("Changes in Xero", compute="_compute_difference_count")

    def _compute_difference_count(self):
        counts = dict(self.env["xero.difference"]._read_group(
            [("tenant_id", "in", self.ids), ("state", "=", "open")], ["tenant_id"], ["__count"]
        )) if self.env["xero.difference"].has_access("read") else {}
        for tenant in self:
            tenant.difference_count = counts.get(tenant, 0)

    def action_open_differences(self):
        """The changes in Xero of this tenant that wait for a decision."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "xero_connector.xero_difference_action"
        )
        return {**action, "domain": [("tenant_id", "in", self.ids)]}
