"""Which customer or supplier is which contact: proposed, reviewed, and applied."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..xero import contact_matching
from .xero_tables import XeroTables


class XeroContactMatch(models.Model):
    """A customer or supplier and the contact it may be; see `xero.match`."""

    _name = "xero.contact.match"
    _description = "Xero Contact Match"
    _inherit = "xero.match"
    _rec_name = "partner_id"
    _source_field = "partner_id"
    _target_field = "contact_id"

    # === FIELDS === #

    partner_id = fields.Many2one(
        "res.partner", string="Customer or Supplier", readonly=True, index="btree_not_null",
        ondelete="cascade",
    )
    partner_hint = fields.Char("Known By", compute="_compute_partner_hint", compute_sudo=True)
    contact_id = fields.Many2one(
        "xero.contact", string="Contact in Xero", index="btree_not_null", ondelete="cascade",
        domain="[('tenant_id', '=', tenant_id)]",
    )
    is_archived = fields.Boolean("Archived in Xero", compute="_compute_is_archived")
    reason = fields.Selection(
        [
            ("number", "Our contact code"),
            ("tax_number", "Same tax number"),
            ("account_number", "Same account number"),
            ("email", "Same e-mail"),
            ("name", "Same name"),
            ("likeness", "Similar name"),
        ],
        string="Why",
        readonly=True,
    )

    _partner_uniq = models.UniqueIndex(
        "(tenant_id, partner_id) WHERE partner_id IS NOT NULL",
        "This customer or supplier stands in the list of this tenant already.",
    )

    # === COMPUTES === #

    @api.depends("partner_id")
    def _compute_partner_hint(self):
        for row in self:
            partner = row.partner_id
            row.partner_hint = partner.vat or partner.email or partner.ref or partner.city

    @api.depends("contact_id.status")
    def _compute_is_archived(self):
        for row in self:
            row.is_archived = bool(row.contact_id) and row.contact_id.status != "ACTIVE"

    @api.constrains("contact_id", "tenant_id")
    def _check_contact_id(self):
        for row in self:
            if row.contact_id and row.contact_id.tenant_id != row.tenant_id:
                raise ValidationError(self.env._(
                    "%(contact)s belongs to %(other)s. Choose a contact of %(tenant)s.",
                    contact=row.contact_id.display_name,
                    other=row.contact_id.tenant_id.name,
                    tenant=row.tenant_id.name,
                ))

    # === PROPOSING === #

    def action_read_again(self):
        """Read Xero's contacts again and make the list anew; decisions are kept."""
        return self._tenant_of_list()._open_contacts()

    @api.model
    def _refresh(self, tenant):
        """Make the list of `tenant` anew from what is linked nowhere; decisions are kept.

        Plain values are read in a few statements and compared in memory: ten thousand of either
        side take seconds.

        :param tenant: the `xero.tenant`, its contacts mirrored
        """
        self.env["xero.link"]._follow_merges(tenant)
        partners, linked_partners = self._partners(tenant)
        contacts, linked_contacts = self._contacts(tenant)
        partner_ids = {party.key for party in partners}
        contact_ids = {party.key for party, _active in contacts}
        refused = self._refused(tenant, partner_ids)
        rows = self.search([("tenant_id", "=", tenant.id)])
        # Who was linked in another way meanwhile has nothing to decide any more.
        kept = rows.filtered(
            lambda row: row.state != "applied"
            and (
                row.decision != "undecided"
                or (row.state == "failed" and row.partner_id.id not in refused)
            )
            and (not row.partner_id or row.partner_id.id in partner_ids)
            and (not row.contact_id or row.contact_id.id in contact_ids)
        )
        (rows - kept).unlink()
        decided = set(kept.partner_id.ids), set(kept.contact_id.ids)
        linked_partners += [party for party in partners if party.key in decided[0]]
        linked_contacts += [party for party, _active in contacts if party.key in decided[1]]
        partners = [party for party in partners if party.key not in decided[0]]
        contacts = [pair for pair in contacts if pair[0].key not in decided[1]]
        pairs = self._propose(partners, contacts, (linked_partners, linked_contacts))
        matched = {pair.partner for pair in pairs}, {pair.contact for pair in pairs}
        self.create([
            {
                "tenant_id": tenant.id,
                "partner_id": pair.partner,
                "contact_id": pair.contact,
                "score": pair.score,
                "reason": pair.reason,
                "certainty": "certain" if pair.is_certain else "likely",
                **refused.get(pair.partner, {}),
            }
            for pair in pairs
        ] + [
            {"tenant_id": tenant.id, "partner_id": party.key, **refused.get(party.key, {})}
            for party in partners if party.key not in matched[0]
        ] + [
            {"tenant_id": tenant.id, "contact_id": party.key}
            for party, active in contacts if active and party.key not in matched[1]
        ])

    @api.model
    def _refused(self, tenant, partner_ids):
        """Values of the rows of those that were to be created, and that Xero or we refused.

        :param set partner_ids: who is linked to no contact
        :return: {partner id: values}
        """
        links = self.env["xero.link"].search_fetch([
            ("tenant_id", "=", tenant.id),
            ("res_model", "=", "res.partner"),
            ("xero_id", "=", False),
            ("state", "in", ("blocked", "rejected", "attention")),
        ], ["res_id", "message"])
        return {
            link.res_id: {"state": "failed", "message": link.message}
            for link in links if link.res_id in partner_ids
        }

    @api.model
    def _propose(self, partners, contacts, linked):
        """Pairs of partners and contacts. An archived twin counts only where no active contact
        fits, is never certain, and is not looked for by likeness.

        :param contacts: pairs (`contact_matching.Party`, whether it is active)
        :param linked: two lists of `Party`, partners and contacts that are not to be paired
        """
        pairs = contact_matching.propose(
            partners, [party for party, active in contacts if active], linked
        )
        matched = {pair.partner for pair in pairs if pair.reason != "likeness"}
        archived = contact_matching.propose(
            [party for party in partners if party.key not in matched],
            [party for party, active in contacts if not active],
            by_likeness=False,
        )
        twins = {pair.partner for pair in archived}
        return [pair for pair in pairs if pair.partner not in twins] + [
            contact_matching.Pair(pair.partner, pair.contact, pair.score, pair.reason, False)
            for pair in archived
        ]

    @api.model
    def _partners(self, tenant):
        """Customers and suppliers: commercial partners with documents of the company, or marked as
        customer or supplier.

        :return: two lists of `contact_matching.Party`: those that no contact of the tenant is
            linked to, and the others
        """
        self.env.flush_all()
        database = XeroTables(tenant).database
        rows = self.env.execute_query(SQL(
            """
            SELECT p.id, p.name, %(database)s || '-' || p.id, p.vat, p.ref, p.email_normalized,
                   EXISTS (SELECT FROM xero_link l
                            WHERE l.tenant_id = %(tenant)s AND l.res_model = 'res.partner'
                              AND l.res_id = p.id AND l.xero_id IS NOT NULL)
              FROM res_partner p
             WHERE p.commercial_partner_id = p.id
               AND p.active
               AND (p.company_id IS NULL OR p.company_id IN %(companies)s)
               AND (p.customer_rank > 0 OR p.supplier_rank > 0
                    OR EXISTS (SELECT FROM account_move m
                                WHERE m.commercial_partner_id = p.id
                                  AND m.company_id = %(company)s)
                    OR EXISTS (SELECT FROM purchase_order o
                                 JOIN res_partner v ON v.id = o.partner_id
                                WHERE v.commercial_partner_id = p.id
                                  AND o.company_id = %(company)s))
          ORDER BY p.id
            """,
            database=database,
            companies=tenant.company_id.parent_ids._ids,
            company=tenant.company_id.id,
            tenant=tenant.id,
        ))
        sides = [], []
        for partner_id, name, *values, is_linked in rows:
            sides[is_linked].append(contact_matching.Party(partner_id, name or "", *values))
        return sides

    @api.model
    def _contacts(self, tenant):
        """Xero's contacts, merged ones left out.

        :return: pairs (`contact_matching.Party`, whether it is active) of those that no partner is
            linked to, and the `Party` of the others
        """
        rows = self.env.execute_query(SQL(
            """
            SELECT c.id, c.name, c.number, c.tax_number, c.account_number, c.email,
                   c.status = 'ACTIVE',
                   EXISTS (SELECT FROM xero_link l
                            WHERE l.tenant_id = %(tenant)s AND l.resource = 'Contacts'
                              AND l.xero_id = c.xero_id)
              FROM xero_contact c
             WHERE c.tenant_id = %(tenant)s AND c.active
          ORDER BY c.id
            """,
            tenant=tenant.id,
        ))
        free = [(contact_matching.Party(*row[:6]), row[6]) for row in rows if not row[7]]
        return free, [contact_matching.Party(*row[:6]) for row in rows if row[7]]

    @api.model
    def _open_for(self, tenant, partner):
        """The list for one partner only, with a row for it.

        :return: the action
        :raises UserError: if it is linked, or Xero cannot be asked
        """
        self.check_access("write")
        tenant._check_ready()
        tenant._pull_contacts_or_tell()
        with tenant._apart() as apart:
            self.with_env(apart.env)._ensure_row(apart, partner.with_env(apart.env))
        return tenant._contact_match_action([("partner_id", "=", partner.id)])

    @api.model
    def _ensure_row(self, tenant, partner):
        """Make the row of one partner, with what is proposed for it.

        :raises UserError: if it is linked already
        """
        link = self.env["xero.link"]._of_records(tenant, partner).get(partner.id)
        if link and link.xero_id:
            raise UserError(self.env._(
                "%(partner)s is linked to a contact already. Unlink it first to choose another.",
                partner=partner.display_name,
            ))
        row = self.search([("tenant_id", "=", tenant.id), ("partner_id", "=", partner.id)])
        row.filtered(lambda row: row.state == "applied").unlink()
        if row.exists():
            return
        partners, _linked = self._partners(tenant)
        contacts, linked_contacts = self._contacts(tenant)
        own = [party for party in partners if party.key == partner.id]
        pair = next(iter(self._propose(own, contacts, ((), linked_contacts))), None)
        self.create({
            "tenant_id": tenant.id,
            "partner_id": partner.id,
            **({
                "contact_id": pair.contact,
                "score": pair.score,
                "reason": pair.reason,
                "certainty": "likely",  # whoever else could be this contact was not looked at
            } if pair else {}),
        })

    @api.model
    def _note_doubles(self, tenant, contacts):
        """Those of `contacts` that may be a customer or supplier whom Odoo knows; each stands on
        the list then, beside him.

        :param contacts: `xero.contact` that nothing is linked to
        """
        if not contacts:
            return contacts
        partners, linked_partners = self._partners(tenant)
        free, linked_contacts = self._contacts(tenant)
        wanted = [pair for pair in free if pair[0].key in set(contacts.ids)]
        pairs = self._propose(partners, wanted, (linked_partners, linked_contacts))
        doubles = contacts.browse([pair.contact for pair in pairs])
        self.search([
            ("tenant_id", "=", tenant.id),
            ("state", "=", "open"),
            ("decision", "=", "undecided"),
            "|", ("contact_id", "in", doubles.ids),
            ("partner_id", "in", [pair.partner for pair in pairs]),
        ]).unlink()
        self.sudo().create([
            {
                "tenant_id": tenant.id,
                "partner_id": pair.partner,
                "contact_id": pair.contact,
                "score": pair.score,
                "reason": pair.reason,
                "certainty": "likely",
            }
            for pair in pairs
        ])
        return doubles

    # === APPLYING === #

    def _found(self):
        contact = self.contact_id
        return contact.xero_id, contact.number, contact.status

    def _apply_link(self, tenant):
        # EXTENDS 'xero.match': an archived contact cannot stand on documents
        archived = self.filtered("is_archived")
        for row in archived:
            row._fail(self.env._(
                "%(contact)s is archived in Xero, and archived contacts take no documents. "
                "Restore it there and open this list again, or press Create in Xero to have "
                "%(partner)s there anew.",
                contact=row.contact_id.name,
                partner=row.partner_id.display_name,
            ))
        return super(XeroContactMatch, self - archived)._apply_link(tenant)

    def _apply_import(self, tenant):
        """Make customers and suppliers of contacts, and link them."""
        countries = self.env["res.country"].search([("code", "!=", False)])
        taken = self._taken_contacts(tenant)
        for row in self:
            if holder := taken.get(row.contact_id):
                row._fail(self.env._(
                    "%(contact)s is the contact of %(partner)s, or chosen for it on this list. "
                    "Nothing was made in Odoo.",
                    contact=row.contact_id.name,
                    partner=holder,
                ))
                continue
            values = row.contact_id._partner_values(tenant, countries)
            if values is None:
                row._fail(self.env._(
                    "This contact has no name in Xero. Enter one there and open this list again."
                ))
                continue
            try:
                with self.env.cr.savepoint():
                    partner = row.contact_id._make_partner(tenant, values)
            except (UserError, ValidationError) as error:
                row._fail(self.env._(
                    "%(contact)s could not be made in Odoo: %(reason)s",
                    contact=row.contact_id.name,
                    reason=str(error),
                ))
                continue
            row.partner_id = partner
            row._apply_link(tenant)

    def _taken_contacts(self, tenant):
        """Those of the contacts of `self` that are somebody's: linked, or to be linked by another
        row of this list.

        :return: {contact: name of the customer or supplier}
        """
        by_xero_id = {contact.xero_id: contact for contact in self.contact_id}
        links = self.env["xero.link"].search([
            ("tenant_id", "=", tenant.id),
            ("resource", "=", "Contacts"),
            ("xero_id", "in", list(by_xero_id)),
        ])
        chosen = self.search([
            ("tenant_id", "=", tenant.id),
            ("contact_id", "in", self.contact_id.ids),
            ("partner_id", "!=", False),
            ("decision", "=", "link"),
            ("state", "!=", "applied"),
        ])
        return (
            {by_xero_id[link.xero_id]: link.record_name for link in links}
            | {row.contact_id: row.partner_id.display_name for row in chosen}
        )
