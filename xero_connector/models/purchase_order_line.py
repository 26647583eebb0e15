"""Lines of orders: a confirmed order is changed line by line, also by others than its form."""

from odoo import api, models

# What Xero is told of a line; a change of anything else costs no call.
SENT_FIELDS = frozenset({
    "analytic_distribution", "date_planned", "discount", "display_type", "name", "price_unit",
    "product_id", "product_qty", "product_uom_id", "sequence", "tax_ids",
})


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'purchase'
        lines = super().create(vals_list)
        lines.order_id._xero_follow_lines()
        return lines

    def write(self, vals):
        # EXTENDS 'purchase'
        orders = self.order_id if SENT_FIELDS & vals.keys() else self.env["purchase.order"]
        result = super().write(vals)
        orders._xero_follow_lines()
        return result

    def unlink(self):
        # EXTENDS 'purchase'
        orders = self.order_id
        result = super().unlink()
        orders._xero_follow_lines()
        return result
