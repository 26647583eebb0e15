"""Customers and suppliers as Xero contacts."""

from odoo import api, fields, models

from ..xero import documents
from .xero_sync_mixin import Blocked

# What Xero is told of a customer or supplier; a change of anything else costs no call.
SENT_FIELDS = frozenset({
    "name", "active", "is_company", "email", "phone", "vat", "company_registry", "ref", "street",
    "street2", "city", "state_id", "zip", "country_id", "type", "parent_id",
})


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "xero.sync.mixin"]

    xero_tenant_id = fields.Many2one(
        "xero.tenant",
        string="Xero Tenant for Orders",
        company_dependent=True,
        domain="[('company_id', '=', current_company_id)]",
        help="Purchase orders to this vendor go to this Xero organisation.",
    )

    def _xero_resource(self):
        return "Contacts"

    def _xero_is_master(self):
        return True

    def _xero_may_push(self):
        # A contact person or an address goes to Xero with its company.
        return self.commercial_partner_id == self

    def _xero_why_not(self):
        return self.env._(
            "Addresses and contact people go to Xero with their company. Send the company instead."
        )

    def _xero_check_may_send(self):
        self.env["account.move"].check_access("write")

    def _xero_tenant(self):
        return self.env.company.sudo().xero_tenant_id

    def _xero_shown_companies(self):
        # Companies share partners, but not what they do with them.
        return self.env.companies

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_xero(self):
        return super()._compute_xero()

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_xero_cause_name(self):
        return super()._compute_xero_cause_name()

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_xero_can_push(self):
        return super()._compute_xero_can_push()

    def _xero_group_by_tenant(self):
        """Partners by tenant: all of this company where one is linked, else its default."""
        default = self._xero_tenant()
        groups = {}
        for partner in self:
            linked = partner.xero_link_ids.tenant_id.filtered(
                lambda tenant: tenant.company_id == self.env.company
                and tenant.state == "connected"
            )
            for tenant in linked or [default]:
                groups[tenant] = groups.get(tenant, self.browse()) | partner
        return groups

    def _xero_contact_number(self, tables):
        """The marker by which the contact is found again: database, then partner."""
        return f"{tables.database}-{self.id}"

    def _xero_document(self, tables):
        if not (self.name or "").strip():
            raise Blocked(self.env._("The customer or supplier has no name. Enter one."), self)
        is_company = self.is_company
        first_name, _blank, last_name = ("", "", "") if is_company else self.name.partition(" ")
        return documents.Contact(
            number=self._xero_contact_number(tables),
            name=self.name,
            email=self.email_normalized or None,
            first_name=first_name or None,
            last_name=last_name or None,
            tax_number=self.vat or None,
            company_number=self.company_registry or None,
            status="ARCHIVED" if tables.tenant.archive_contacts and not self.active else None,
            phones=self._xero_phones(),
            addresses=self._xero_addresses(),
        )

    def _xero_phones(self):
        return (documents.Phone("DEFAULT", self.phone),) if self.phone else ()

    def _xero_addresses(self):
        """Street address, and the invoice address where Xero prints it (POBOX)."""
        if not (self.street or self.city or self.zip):
            return ()
        parts = {
            "lines": tuple(line for line in (self.street, self.street2) if line),
            "city": self.city or None,
            "region": self.state_id.name or None,
            "postal_code": self.zip or None,
            "country": self.country_id.name or None,
        }
        return (
            documents.Address("POBOX", **parts),
            documents.Address("STREET", **parts),
        )

    # === HOOKS === #

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        (partners.commercial_partner_id - partners)._xero_mark_changed()
        return partners

    def write(self, vals):
        touched = self.commercial_partner_id if vals.keys() & SENT_FIELDS else self.browse()
        result = super().write(vals)
        if touched:
            (touched | self.commercial_partner_id)._xero_mark_changed()
        return result

    def unlink(self):
        companies = self.commercial_partner_id - self
        result = super().unlink()
        companies._xero_mark_changed()
        return result
