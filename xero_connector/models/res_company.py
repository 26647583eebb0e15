"""A company's default organisation in Xero."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    xero_tenant_id = fields.Many2one(
        "xero.tenant",
        string="Default Xero Tenant",
        domain="[('company_id', '=', id)]",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Where documents go whose journal, order or vendor says nothing else.",
    )

    @api.constrains("xero_tenant_id")
    def _check_xero_tenant_id(self):
        for company in self:
            tenant = company.sudo().xero_tenant_id
            if tenant and tenant.company_id != company:
                raise ValidationError(self.env._(
                    "%(tenant)s belongs to %(other)s. Choose a Xero tenant of %(company)s.",
                    tenant=tenant.name,
                    other=tenant.company_id.name,
                    company=company.name,
                ))
