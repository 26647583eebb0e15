"""Product templates show what their variants are in Xero, and send them."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .xero_link import URGENCY
from .xero_sync_mixin import READERS

# What Xero is told of a template's variants; a change of anything else costs no call.
SENT_FIELDS = frozenset({
    "name", "list_price", "taxes_id", "supplier_taxes_id", "property_account_income_id",
    "property_account_expense_id", "categ_id", "description_sale", "description_purchase",
    "sale_ok", "purchase_ok",
})


class ProductTemplate(models.Model):
    _inherit = "product.template"

    # === FIELDS === #

    xero_link_ids = fields.Many2many(
        "xero.link",
        string="Xero Links",
        compute="_compute_xero_link_ids",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    xero_state = fields.Selection(
        selection=lambda self: self.env["xero.link"]._fields["state"].selection,
        string="Xero",
        compute="_compute_xero",
        compute_sudo=True,
        search="_search_xero_state",
        groups=READERS,
        help="Where the product stands on its way to Xero; of several variants the one that "
             "needs you most.",
    )
    xero_message = fields.Text(
        "Xero Message", compute="_compute_xero", compute_sudo=True, groups=READERS
    )
    xero_cause_name = fields.Char(
        compute="_compute_xero", compute_sudo=True, groups=READERS,
        help="What has to be mended before sending.",
    )
    xero_can_push = fields.Boolean(compute="_compute_xero", compute_sudo=True, groups=READERS)
    xero_item_lines = fields.Text(
        "Items in Xero", compute="_compute_xero", compute_sudo=True, groups=READERS
    )
    xero_tracked_note = fields.Char(compute="_compute_xero", compute_sudo=True, groups=READERS)

    # === COMPUTES === #

    @api.depends("product_variant_ids.xero_link_ids")
    def _compute_xero_link_ids(self):
        for template in self:
            template.xero_link_ids = template._xero_variants().xero_link_ids

    @api.depends("product_variant_ids.xero_state", "product_variant_ids.xero_message")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_xero(self):
        for template in self:
            variants = template._xero_variants()
            known = variants.filtered("xero_state")
            urgent = min(
                known, key=lambda variant: URGENCY.index(variant.xero_state), default=known
            )
            template.xero_state = urgent.xero_state
            template.xero_message = urgent.xero_message
            template.xero_cause_name = urgent.xero_cause_name
            template.xero_can_push = any(variants.mapped("xero_can_push"))
            template.xero_item_lines = "\n".join(filter(None, variants.mapped("xero_item_lines")))
            template.xero_tracked_note = next(
                filter(None, variants.mapped("xero_tracked_note")), False
            )

    def _search_xero_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        known = Domain("product_variant_ids", "any", [("xero_state", "!=", False)])
        wanted = [state for state in value if state]
        domain = Domain("product_variant_ids", "any", [("xero_state", "in", wanted)])
        return domain | ~known if len(wanted) < len(value) else domain

    def _xero_variants(self):
        """All variants, archived ones included."""
        return self.with_context(active_test=False).product_variant_ids

    # === ACTIONS === #

    def action_xero_push(self):
        """Mark all variants to be sent to Xero; see `xero.sync.mixin`.

        :raises UserError: if none of them can go to Xero, with the reason
        """
        if not self.product_variant_ids:
            raise UserError(self.env._(
                "There is nothing to send: Xero takes variants, and these products have none yet."
            ))
        return self.product_variant_ids.action_xero_push()

    def action_xero_match(self):
        """Open the list of items for the variants, to link them by hand."""
        return self.product_variant_ids.action_xero_match()

    def action_xero_open_cause(self):
        """Open what keeps the product from Xero."""
        self.ensure_one()
        stuck = self._xero_variants().filtered(lambda product: product.xero_cause_name)
        return stuck[:1].action_xero_open_cause()

    # === HOOKS === #

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & SENT_FIELDS:
            self._xero_variants()._xero_mark_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_xero(self):
        # The database would take the variants along without asking them.
        self._xero_variants()._unlink_except_in_xero()


class ProductTemplateAttributeValue(models.Model):
    _inherit = "product.template.attribute.value"

    def write(self, vals):
        result = super().write(vals)
        if "price_extra" in vals:
            variants = self.with_context(active_test=False).ptav_product_variant_ids
            variants._xero_mark_changed()
        return result
