"""Customers and suppliers as Xero contacts."""

import dataclasses

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..xero import documents
from .xero_sync_mixin import READERS, Blocked

# What Xero is told of a customer or supplier; a change of anything else costs no call.
SENT_FIELDS = frozenset({
    "name", "active", "is_company", "email", "phone", "vat", "company_registry", "ref", "street",
    "street2", "city", "state_id", "zip", "country_id", "type", "parent_id",
    "property_payment_term_id", "property_supplier_payment_term_id",
    "property_purchase_currency_id",
})

# Further persons that Xero holds of a contact.
MOST_PERSONS = 5

# What Odoo's payment terms of one line are in Xero; other terms have no counterpart there.
TERMS = {"days_after": "DAYSAFTERBILLDATE", "days_after_end_of_month": "DAYSAFTERBILLMONTH"}


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

    xero_contact_lines = fields.Text(
        "Contacts in Xero",
        compute="_compute_xero_contact_lines",
        compute_sudo=True,
        groups=READERS,
        help="One line per organisation, for those who may read the partner but not the links.",
    )

    # === COMPUTES === #

    @api.depends("xero_link_ids.xero_contact_name", "xero_link_ids.state")
    @api.depends_context("allowed_company_ids")
    def _compute_xero_contact_lines(self):
        links_by_partner = self._xero_shown_links().grouped("res_id")
        states = dict(self.env["xero.link"]._fields["state"]._description_selection(self.env))
        for partner in self:
            partner.xero_contact_lines = "\n".join(
                " · ".join(filter(None, (
                    link.tenant_id.name, link.xero_contact_name, states[link.state]
                )))
                for link in links_by_partner.get(partner.id, ())
            )

    # === CONTRACT OF xero.sync.mixin === #

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

    def _xero_mark_changed(self):
        # EXTENDS: who became a contact person goes with the company, and keeps what Xero has
        companies = self.filtered(lambda partner: partner._xero_may_push())
        return super(ResPartner, companies)._xero_mark_changed()

    def _xero_contact_number(self, tables):
        """The marker by which the contact is found again: database, then partner."""
        return f"{tables.database}-{self.id}"

    def _xero_prefetch(self):
        self.child_ids.fetch(["type", "name", "email", "active"])

    def _xero_document(self, tables):
        name = " ".join((self.name or "").split())
        if not name:
            raise Blocked(self.env._("The customer or supplier has no name. Enter one."), self)
        people = self._xero_people()
        first = people[0] if people else documents.Person()
        persons = tuple(person for person in people[1:] if person.email)[:MOST_PERSONS]
        return documents.Contact(
            number=self._xero_contact_number(tables),
            name=name,
            email=self.email_normalized or None,
            first_name=first.first_name,
            last_name=first.last_name,
            tax_number=self.vat if self.vat != "/" else None,
            company_number=self.company_registry or None,
            account_number=self.ref or None,
            status="ARCHIVED" if tables.tenant.archive_contacts and not self.active else None,
            phones=self._xero_phones(),
            addresses=self._xero_addresses(),
            persons=persons,
            currency=self._xero_default_currency(tables),
            sales_terms=_terms(self.property_payment_term_id),
            bill_terms=_terms(self.property_supplier_payment_term_id),
        )

    def _xero_people(self):
        """Who is greeted, the main person first: the person itself, or the people of a company.

        :rtype: list[documents.Person]
        """
        if not self.is_company:
            return [_person(self)]
        return [
            _person(child)
            for child in self.child_ids
            if child.type == "contact" and not child.is_company and (child.name or "").strip()
        ]

    def _xero_phones(self):
        return (documents.Phone("DEFAULT", self.phone),) if self.phone else ()

    def _xero_addresses(self):
        """Street address, and the one that Xero prints on invoices (POBOX): the invoice address
        if there is one, else the same."""
        invoicing = self.child_ids.filtered(lambda child: child.type == "invoice")[:1]
        addresses = (
            (invoicing or self)._xero_address("POBOX"),
            self._xero_address("STREET"),
        )
        return tuple(address for address in addresses if address)

    def _xero_address(self, kind):
        if not (self.street or self.city or self.zip):
            return None
        return documents.Address(
            kind,
            lines=tuple(line for line in (self.street, self.street2) if line),
            city=self.city or None,
            region=self.state_id.name or None,
            postal_code=self.zip or None,
            country=self.country_id.name or None,
            attention_to=(self.type == "invoice" and self.name) or None,
        )

    def _xero_default_currency(self, tables):
        """The currency that somebody chose for this supplier, where the organisation keeps it."""
        code = self.property_purchase_currency_id.name
        return code if code in tables.currencies else None

    # === TAKING OVER === #

    def _xero_take_over(self, field, held):
        """Write one field as Xero holds it.

        :param str field: a field of `xero.difference`
        :param documents.Contact held: what Xero holds, of that field at least
        """
        plain = {
            "name": "name", "email": "email", "tax_number": "vat",
            "company_number": "company_registry", "account_number": "ref",
        }
        if field in plain:
            if value := getattr(held, field):
                self[plain[field]] = value
            elif field != "name":  # everybody has a name
                self[plain[field]] = False
        elif field == "phone":
            self.phone = held.phones[0].number if held.phones else False
        elif field == "street":
            self.write(self._xero_address_values(held))
        else:
            self._xero_take_over_invoice_address(held)

    def _xero_take_over_invoice_address(self, held):
        values = self._xero_address_values(held)
        child = self.child_ids.filtered(lambda child: child.type == "invoice")[:1]
        if child:
            child.write(values)
        elif held.addresses:
            name = held.addresses[0].attention_to or False
            self.create({"parent_id": self.id, "type": "invoice", "name": name, **values})

    def _xero_address_values(self, held):
        """Fields of the one address that `held` has; empty ones where it has none."""
        address = held.addresses[0] if held.addresses else documents.Address("STREET")
        countries = self.env["res.country"].search([("code", "!=", False)])
        return self.env["xero.contact"]._address_values(dataclasses.asdict(address), countries)

    # === MERGING === #

    def _xero_merge_into(self, partner):
        """These partners become `partner` in Odoo. At each tenant it keeps its own contact, else
        takes over one of theirs; the other contacts stay in Xero, linked to nobody.

        :raises UserError: while Xero may be working on one of them
        """
        (self | partner)._xero_check_not_in_doubt()
        kept = partner.sudo().xero_link_ids
        for tenant, links in self.sudo().xero_link_ids.grouped("tenant_id").items():
            own = kept.filtered(lambda link, tenant=tenant: link.tenant_id == tenant)
            heir = links.filtered("xero_id")[:1]
            if heir and not own.xero_id:
                own.unlink()
                heir.res_id = partner.id
                links -= heir
            links.unlink()
            self.env["xero.link"].sudo()._release_blocked(tenant, self)
        (self | partner).invalidate_recordset(["xero_link_ids"])
        partner._xero_mark_changed()

    # === ROUTING === #

    @api.constrains("xero_tenant_id")
    def _check_xero_tenant_id(self):
        for partner in self.sudo():
            tenant = partner.xero_tenant_id
            if tenant and tenant.company_id != self.env.company:
                raise ValidationError(self.env._(
                    "%(tenant)s belongs to %(other)s. Choose a Xero tenant of %(company)s.",
                    tenant=tenant.name,
                    other=tenant.company_id.name,
                    company=self.env.company.name,
                ))

    # === ACTIONS === #

    def action_xero_match(self):
        """Open the list of contacts for this customer or supplier, to link it by hand.

        :raises UserError: if no organisation is connected, or it cannot be asked
        """
        self.ensure_one()
        tenant = next(iter(self.sudo()._xero_group_by_tenant()))
        if not tenant:
            raise UserError(self._xero_homeless_sentence())
        return self.env["xero.contact.match"]._open_for(tenant.sudo(False), self)

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


def _person(partner):
    """First and last name of a person: Odoo keeps them in one field."""
    first, _blank, last = " ".join((partner.name or "").split()).partition(" ")
    return documents.Person(first or None, last or None, partner.email_normalized or None)


def _terms(term):
    """Payment terms as Xero holds them; None for what it cannot: parts, discounts, other days."""
    line = term.line_ids
    if len(line) != 1 or line.value != "percent" or term.early_discount:
        return None
    kind = TERMS.get(line.delay_type)
    return documents.Terms(line.nb_days, kind) if kind and line.nb_days >= 0 else None
