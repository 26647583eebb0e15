"""A contact of Xero as a customer or supplier of Odoo."""

from odoo import Command, models
from odoo.exceptions import ValidationError
from odoo.tools import plaintext2html


class XeroContact(models.Model):
    _inherit = "xero.contact"

    def _make_partner(self, tenant, values):
        """Make the partner. A tax number that Odoo finds impossible is kept in the notes: the
        customer is wanted all the same.

        :param dict values: from `_partner_values`
        """
        partners = self.env["res.partner"].with_company(tenant.company_id).with_context(
            allowed_company_ids=tenant.company_id.ids
        )
        if not values["vat"]:
            return partners.create(values)
        try:
            with self.env.cr.savepoint():
                return partners.create(values)
        except ValidationError:
            note = self.env._("Tax number in Xero: %(number)s", number=values["vat"])
            return partners.create({**values, "vat": False, "comment": plaintext2html(note)})

    def _partner_values(self, tenant, countries):
        """The partner that this contact becomes; None for a contact without a name.

        It belongs to the tenant's company where there are several.

        :param countries: all `res.country`
        """
        self.ensure_one()
        details = self.details or {}
        name = (self.name or "").strip()
        if not name or name == self.env._("(without a name)"):
            return None
        person = " ".join(filter(None, (details.get("first_name"), details.get("last_name"))))
        addresses = {one["kind"]: one for one in details.get("addresses") or []}
        street = addresses.get("STREET") or addresses.get("POBOX")
        postal = addresses.get("POBOX")
        phones = dict(details.get("phones") or [])
        children = [
            {"type": "contact", "name": " ".join(filter(None, (first, last))), "email": email}
            for first, last, email in details.get("persons") or []
            if first or last
        ]
        if person and person != name:
            children.insert(0, {"type": "contact", "name": person})
        if postal and street is not postal and _where(postal) != _where(street):
            children.append({
                "type": "invoice",
                "name": postal.get("attention_to") or False,
                **self._address_values(postal, countries),
            })
        companies = self.env["res.company"].search_count([], limit=2)
        return {
            "name": name,
            "is_company": person != name,
            "vat": self.tax_number,
            "company_registry": self.company_number,
            "ref": self.account_number,
            "email": self.email,
            "phone": next(
                (phones[kind] for kind in ("DEFAULT", "DDI", "MOBILE") if phones.get(kind)), False
            ),
            "customer_rank": int(self.is_customer),
            "supplier_rank": int(self.is_supplier),
            "company_id": companies > 1 and tenant.company_id.id,
            **(self._address_values(street, countries) if street else {}),
            "child_ids": [Command.create(child) for child in children],
        }

    def _address_values(self, address, countries):
        """Fields of an Odoo address. Country and state are taken where their names are known."""
        lines = [line for line in address.get("lines") or [] if line]
        country = countries.filtered(
            lambda one: (address.get("country") or "").casefold()
            in (one.name.casefold(), (one.code or "").casefold())
        )[:1]
        region = (address.get("region") or "").casefold()
        state = country.state_ids.filtered(
            lambda one: region and region in (one.name.casefold(), (one.code or "").casefold())
        )[:1]
        return {
            "street": lines[0] if lines else False,
            "street2": ", ".join(lines[1:]) or False,
            "city": address.get("city"),
            "zip": address.get("postal_code"),
            "country_id": country.id,
            "state_id": state.id,
        }


def _where(address):
    """What tells two addresses apart, whoever they are addressed to."""
    return {name: value for name, value in address.items() if name not in ("kind", "attention_to")}
