"""What Odoo counts as tax and Xero holds as a line: told on the forms."""

from odoo import api, fields, models
from odoo.tools import formatLang


class XeroSyncMixin(models.AbstractModel):
    _inherit = "xero.sync.mixin"

    def _xero_shift_text(self, amounts):
        """One sentence for each tax that stands in Xero as a line of its own.

        :param dict amounts: amount by tax of a fixed amount
        """
        self.ensure_one()
        currency = self._xero_currency()
        return " ".join(
            self.env._(
                "%(amount)s of %(tax)s stands in Xero as a line of its own.",
                amount=formatLang(self.env, amount, digits=currency.decimal_places),
                tax=tax.invoice_label or tax.name,
            )
            for tax, amount in amounts.items()
            if not currency.is_zero(amount)
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    xero_shift_text = fields.Char(
        compute="_compute_xero_shift_text", compute_sudo=True, groups="base.group_user"
    )

    @api.depends("xero_link_ids.xero_id", "line_ids.tax_line_id", "line_ids.amount_currency")
    def _compute_xero_shift_text(self):
        for move in self:
            amounts = {}
            lines = move.xero_link_ids.filtered("xero_id") and move.line_ids
            for line in lines or ():
                if line.tax_line_id.amount_type == "fixed":
                    amounts.setdefault(line.tax_line_id, 0)
                    amounts[line.tax_line_id] += move.direction_sign * line.amount_currency
            move.xero_shift_text = move._xero_shift_text(amounts)


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    xero_shift_text = fields.Char(
        compute="_compute_xero_shift_text", compute_sudo=True, groups="base.group_user"
    )

    @api.depends("xero_link_ids.xero_id", "order_line.tax_ids", "amount_tax")
    def _compute_xero_shift_text(self):
        for order in self:
            amounts = {}
            lines = order.xero_link_ids.filtered("xero_id") and order.order_line.filtered(
                lambda line: "fixed" in line.tax_ids.flatten_taxes_hierarchy().mapped("amount_type")
            )
            base_lines = [line._prepare_base_line_for_taxes_computation() for line in lines or ()]
            taxes = self.env["account.tax"]
            taxes._add_tax_details_in_base_lines(base_lines, order.company_id)
            taxes._round_base_lines_tax_details(base_lines, order.company_id)
            for base_line in base_lines:
                for data in base_line["tax_details"]["taxes_data"]:
                    if data["tax"].amount_type == "fixed":
                        amounts.setdefault(data["tax"], 0)
                        amounts[data["tax"]] += data["tax_amount_currency"]
            order.xero_shift_text = order._xero_shift_text(amounts)
