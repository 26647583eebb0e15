"""Contacts of an organisation, mirrored from Xero."""

import json

from odoo import api, fields, models
from odoo.tools import SQL, split_every

# Rows of one statement: a page of Xero's list.
CHUNK = 1000

COLUMNS = (
    "xero_id", "name", "status", "merged_into", "number", "account_number", "tax_number",
    "company_number", "email", "is_customer", "is_supplier", "details", "updated_at", "active",
)


class XeroContact(models.Model):
    """A contact as Xero listed it last. Xero deletes none: they are archived, or merged."""

    _name = "xero.contact"
    _description = "Xero Contact"
    _inherit = "xero.setting"
    _order = "tenant_id, name, id"
    _rec_names_search = ["name", "email", "tax_number", "number", "account_number"]

    name = fields.Char(index="trigram")
    status = fields.Char(help="ACTIVE, ARCHIVED or GDPRREQUEST.")
    merged_into = fields.Char(help="Xero's id of the contact that this one was merged into.")
    number = fields.Char("Contact Code")
    account_number = fields.Char()
    tax_number = fields.Char()
    company_number = fields.Char()
    email = fields.Char()
    is_customer = fields.Boolean("Customer")
    is_supplier = fields.Boolean("Supplier")
    details = fields.Json(
        help="{first_name, last_name, currency, phones: [[kind, number]], addresses: [{kind, "
             "lines, city, region, postal_code, country, attention_to}], persons: [[first name, "
             "last name, e-mail]]}"
    )
    updated_at = fields.Datetime("Changed in Xero")

    _key_uniq = models.Constraint("UNIQUE(tenant_id, xero_id)", "This contact is known already.")

    @api.depends("name", "status", "email", "tax_number")
    def _compute_display_name(self):
        for contact in self:
            name = contact.name
            if known_by := contact.tax_number or contact.email:
                name = f"{name} ({known_by})"
            if contact.status != "ACTIVE":
                name = self.env._("%(name)s – archived in Xero", name=name)
            contact.display_name = name

    @api.model
    def _mirror_contacts(self, tenant, contacts):
        """Store what Xero listed, in one statement a page; equal rows are not written.

        :param contacts: `documents.Contact` as Xero holds them
        """
        self.flush_model()
        columns = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
        for chunk in split_every(CHUNK, contacts):
            self.env.cr.execute(SQL(
                """
                INSERT INTO xero_contact AS old (tenant_id, company_id, %(columns)s)
                     VALUES %(rows)s
                ON CONFLICT (tenant_id, xero_id) DO UPDATE SET (%(columns)s) = (%(listed)s)
                      WHERE (%(stored)s) IS DISTINCT FROM (%(listed)s)
                """,
                columns=columns,
                rows=SQL(", ").join(
                    SQL("(%s, %s, %s)", tenant.id, tenant.company_id.id, self._row(contact))
                    # Xero could list one twice when it moves between two pages.
                    for contact in {one.xero_id: one for one in chunk}.values()
                ),
                listed=self._columns_of("excluded"),
                stored=self._columns_of("old"),
            ))
        self.invalidate_model()

    @api.model
    def _row(self, contact):
        """Values of one contact in the order of `COLUMNS`."""
        merged = bool(contact.merged_into)
        values = (
            contact.xero_id,
            contact.name or self.env._("(without a name)"),
            contact.status,
            contact.merged_into,
            contact.number,
            contact.account_number,
            contact.tax_number,
            contact.company_number,
            contact.email,
            contact.is_customer,
            contact.is_supplier,
        )
        return SQL(
            "%s, %s::jsonb, %s::timestamp, %s",
            SQL(", ").join(SQL("%s", value) for value in values),
            json.dumps(_details(contact)),
            contact.updated and contact.updated.replace(tzinfo=None, microsecond=0),
            not merged,
        )

    @api.model
    def _columns_of(self, alias):
        return SQL(", ").join(SQL.identifier(alias, name) for name in COLUMNS)


class XeroLink(models.Model):
    _inherit = "xero.link"

    xero_contact_name = fields.Char(
        "Contact in Xero", compute="_compute_xero_contact_name", compute_sudo=True,
        help="As Xero listed it last; the name in Odoo where it was not read since.",
    )

    @api.depends("xero_id", "resource")
    def _compute_xero_contact_name(self):
        links = self.filtered(lambda link: link.resource == "Contacts" and link.xero_id)
        contacts = self.env["xero.contact"].with_context(active_test=False).search_fetch(
            [("xero_id", "in", links.mapped("xero_id")), ("tenant_id", "in", links.tenant_id.ids)],
            ["tenant_id", "xero_id", "name", "status"],
        )
        listed = {(contact.tenant_id, contact.xero_id): contact for contact in contacts}
        for link in self:
            contact = listed.get((link.tenant_id, link.xero_id))
            link.xero_contact_name = (
                contact.display_name if contact else link in links and link.record_name
            )


def _details(contact):
    """What a partner is made of, and nothing is matched by."""
    return {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "currency": contact.currency,
        "phones": [[phone.kind, phone.number] for phone in contact.phones],
        "addresses": [
            {
                "kind": address.kind,
                "lines": list(address.lines),
                "city": address.city,
                "region": address.region,
                "postal_code": address.postal_code,
                "country": address.country,
                "attention_to": address.attention_to,
            }
            for address in contact.addresses
        ],
        "persons": [
            [person.first_name, person.last_name, person.email] for person in contact.persons
        ],
    }
