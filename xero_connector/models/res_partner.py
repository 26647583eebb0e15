"""Customers and suppliers as Xero contacts."""

from odoo import fields, models

from ..xero import documents
from .xero_sync_mixin import Blocked


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
