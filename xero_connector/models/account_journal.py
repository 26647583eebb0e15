"""Invoices of a journal can go to a Xero organisation, and carry a template, of their own."""

from odoo import api, fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    xero_tenant_id = fields.Many2one(
        "xero.tenant",
        string="Xero Tenant",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Invoices of this journal go to this organisation; empty: to the company's default.",
    )
    xero_routed_tenant_id = fields.Many2one(
        "xero.tenant",
        compute="_compute_xero_routed_tenant_id",
        compute_sudo=True,
        help="Where invoices of this journal go.",
    )
    xero_branding_theme_id = fields.Many2one(
        "xero.branding.theme",
        string="Xero Branding Theme",
        domain="[('tenant_id', '=', xero_routed_tenant_id)]",
        copy=False,
        ondelete="set null",
        help="The template in Xero that invoices of this journal carry; empty: Xero's default.",
    )

    @api.depends("xero_tenant_id", "company_id.xero_tenant_id")
    def _compute_xero_routed_tenant_id(self):
        for journal in self:
            journal.xero_routed_tenant_id = (
                journal.xero_tenant_id or journal.company_id.xero_tenant_id
            )

    def write(self, vals):
        # EXTENDS 'account': what waited for another template goes on
        written = super().write(vals)
        if "xero_branding_theme_id" in vals:
            tenants = self.env["xero.tenant"].sudo().search(
                [("company_id", "in", self.company_id.ids)]
            )
            self.env["xero.link"].sudo()._release_blocked(tenants, self)
        return written
