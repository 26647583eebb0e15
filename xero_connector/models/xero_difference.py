"""What somebody changed, or entered, in Xero: told field by field, and decided by a person."""

import logging

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from ..xero import differences
from .xero_link import IN_DOUBT
from .xero_tables import XeroTables

_logger = logging.getLogger(__name__)


class XeroDifference(models.Model):
    """One field of a customer, supplier or item that Xero holds otherwise than we sent it, or a
    contact or item that somebody entered there.

    Nothing is taken over by itself: Odoo leads, and what a person wrote in Xero is shown instead
    of being overwritten. A row goes away by itself when both sides are equal again.
    """

    _name = "xero.difference"
    _description = "Change in Xero"
    _inherit = "xero.fixed.mixin"
    _order = "tenant_id, record_name, id"
    _rec_name = "record_name"
    _fixed_fields = (
        "tenant_id", "link_id", "resource", "xero_id", "field", "part", "record_name",
        "odoo_value", "xero_value", "state",
    )
    _given_fields = ()

    # === FIELDS === #

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    link_id = fields.Many2one(
        "xero.link", index="btree_not_null", ondelete="cascade", readonly=True,
        help="Empty for what stands in Xero alone.",
    )
    resource = fields.Selection(
        [("Contacts", "Customer or Supplier"), ("Items", "Item")],
        string="Kind",
        required=True,
        readonly=True,
    )
    xero_id = fields.Char("Xero ID", required=True, readonly=True)
    record_name = fields.Char("Name", readonly=True)
    field = fields.Selection(
        [
            ("new", "New in Xero"),
            ("name", "Name"),
            ("email", "E-mail"),
            ("tax_number", "Tax Number"),
            ("company_number", "Company Number"),
            ("account_number", "Account Number (Reference)"),
            ("phone", "Phone"),
            ("street", "Street Address"),
            ("postal", "Invoice Address"),
            ("description", "Sales Description"),
            ("purchase_description", "Purchase Description"),
            ("sales_price", "Sales Price"),
            ("purchase_price", "Cost"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    odoo_value = fields.Char("In Odoo", readonly=True, help="As it was sent last.")
    xero_value = fields.Char("In Xero", readonly=True)
    part = fields.Text(readonly=True, help="The field as Xero holds it, in Xero's form.")

    # (listed by Xero, differs) ──► open ──[taken over, or sent: equal again]──► (gone)
    # open ──[Leave Both]──► left ──[changed in Xero again]──► open
    state = fields.Selection(
        [("open", "Open"), ("left", "Left as It Is")],
        required=True,
        default="open",
        readonly=True,
        index=True,
    )

    _field_uniq = models.Constraint(
        "UNIQUE(tenant_id, resource, xero_id, field)", "This difference is listed already."
    )

    # === NOTING === #

    @api.model
    def _unknown_ids(self, tenant, mirror, records):
        """Ids of those of `records` that the mirror does not have yet.

        :param mirror: `xero.contact` or `xero.item`
        :rtype: set[str]
        """
        ids = {record.xero_id for record in records}
        known = mirror.with_context(active_test=False).search_fetch(
            [("tenant_id", "=", tenant.id), ("xero_id", "in", list(ids))], ["xero_id"]
        )
        return ids - set(known.mapped("xero_id"))

    @api.model
    def _note_some(self, tenant, resource, records, news):
        """`_note`, that never stops the reading which it follows."""
        try:
            with self.env.cr.savepoint():
                self._note(tenant, resource, records, news)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.exception("Xero tenant %s: changes in Xero were not noted", tenant.id)

    @api.model
    def _note(self, tenant, resource, records, news):
        """Compare what Xero lists with what was sent, and tell what differs.

        What is being sent at this moment is left alone: it will be listed again.

        :param tenant: the `xero.tenant`, the mirror written
        :param str resource: `Contacts` or `Items`
        :param records: `documents.Contact` or `documents.Item` as Xero lists them
        :param set news: ids of those that were entered since the list was read last
        """
        by_id = {record.xero_id: record for record in records}
        if not by_id:
            return
        own = [("tenant_id", "=", tenant.id), ("resource", "=", resource),
               ("xero_id", "in", list(by_id))]
        links = {link.xero_id: link for link in self.env["xero.link"].search(own)}
        rows = {(row.xero_id, row.field): row for row in self.search(own)}
        found, doubtful = {}, set()
        for xero_id, record in by_id.items():
            link = links.get(xero_id)
            if not link:
                if _is_usable(record) and (xero_id in news or (xero_id, "new") in rows):
                    found[xero_id, "new"] = self._values_of_new(resource, record)
            elif link.state in IN_DOUBT:
                doubtful.add(xero_id)
            elif link.content and _is_usable(record):
                found.update(self._values_of_changes(link, record))
        self._store(tenant, resource, found, {
            key: row for key, row in rows.items() if key[0] not in doubtful
        })

    @api.model
    def _values_of_new(self, resource, record):
        known_by = record.number if resource == "Items" else record.tax_number or record.email
        return {
            "record_name": record.name or record.number,
            "xero_value": known_by,
        }

    @api.model
    def _values_of_changes(self, link, record):
        changes = differences.between(link.resource, link.content.encode(), record)
        name = link.record_name if changes else None
        return {
            (link.xero_id, field): {
                "link_id": link.id,
                "record_name": name,
                "odoo_value": sent,
                "xero_value": held,
                "part": differences.held_part(link.resource, record, field).decode(),
            }
            for field, (sent, held) in changes.items()
        }

    @api.model
    def _store(self, tenant, resource, found, rows):
        """Make the rows equal to what was found; what a person left stays left while it is the
        same in Xero."""
        self.union(*(row for key, row in rows.items() if key not in found)).unlink()
        new = []
        for (xero_id, field), values in found.items():
            row = rows.get((xero_id, field))
            if not row:
                new.append({
                    "tenant_id": tenant.id,
                    "company_id": tenant.company_id.id,
                    "resource": resource,
                    "xero_id": xero_id,
                    "field": field,
                    **values,
                })
            elif any((row[name] or None) != value for name, value in values.items()
                     if name != "link_id"):
                again = row.xero_value != (values["xero_value"] or False)
                row.write({**values, **({"state": "open"} if again else {})})
        self.create(new)

    # === DECIDING === #

    def action_take(self):
        """Take over in Odoo what Xero holds; what is new there is imported.

        :return: an action that opens the list of customers and suppliers for those of the new ones
            that may be somebody whom Odoo knows; None where there is nothing to look at
        :raises UserError: if a value cannot stand in Odoo, with the reason
        """
        self._check_settled()
        new, look = self.filtered(lambda row: row.field == "new"), None
        for tenant, rows in new.grouped("tenant_id").items():
            look = rows._import(tenant) or look
        for link, rows in (self - new).grouped("link_id").items():
            record = link._record()
            if record:
                rows._take_over(record.with_company(link.company_id))
        self.sudo().unlink()
        return look

    def action_send(self):
        """Send Odoo's values to Xero, where they replace what was written there.

        :raises UserError: for what stands in Xero alone
        """
        self._check_settled()
        changed = self.filtered("link_id")
        if not changed:
            raise UserError(self.env._(
                "These stand in Xero alone, so there is nothing to send. Import them, or leave "
                "them as they are."
            ))
        for link, rows in changed.sudo().grouped("link_id").items():
            content = link.content.encode()
            for row in rows:
                content = differences.with_field(content, row.field, row.part.encode())
            link.content = content.decode()
        for model, links in changed.sudo().link_id.grouped("res_model").items():
            self.env[model].browse(links.mapped("res_id")).exists().action_xero_push()
        changed.sudo().unlink()

    def action_leave(self):
        """Leave both sides as they are, until somebody changes the field in Xero again."""
        self.check_access("write")
        self.sudo().state = "left"

    def action_open_record(self):
        """Open the customer, supplier or product."""
        self.ensure_one()
        return self.link_id.action_open_record()

    def _check_settled(self):
        """Refuse to decide over what is on its way to Xero at this moment.

        :raises UserError: naming the record
        """
        self.check_access("write")
        for link in self.sudo().link_id:
            if link.state in IN_DOUBT:
                raise UserError(self.env._(
                    "%(record)s is being sent to Xero at this moment. Try again in a minute.",
                    record=link.record_name,
                ))

    def _take_over(self, record):
        """Write what Xero holds on one record, and note that Xero has it: nothing is sent for it.

        :param record: the customer, supplier or product, in the company of the tenant
        """
        link = self.sudo().link_id
        for row in self:
            held = differences.sent_record(row.resource, row.part.encode())
            record._xero_take_over(row.field, held)
        link.flush_recordset()
        present = link._present_content(record.sudo(), XeroTables(link.tenant_id))
        if present and link.content:
            content = link.content.encode()
            for row in self:
                content = differences.with_field(content, row.field, present.encode())
            link.content = content.decode()

    def _import(self, tenant):
        """Let the tenant's scheduled action make customers, suppliers and products of these. Who
        may be known to Odoo already is shown beside his double instead.

        :return: the action that shows them, if there are any
        """
        known, look = self.env["xero.contact"].search([
            ("tenant_id", "=", tenant.id),
            ("xero_id", "in", self.filtered(lambda row: row.resource == "Contacts")
             .mapped("xero_id")),
        ]), None
        matches = self.env["xero.contact.match"]
        if doubles := matches._note_doubles(tenant, known):
            look = tenant._contact_match_action([("contact_id", "in", doubles.ids)])
        matches._import_now(tenant, known - doubles)
        self.env["xero.item.match"]._import_now(tenant, self.env["xero.item"].search([
            ("tenant_id", "=", tenant.id),
            ("xero_id", "in", self.filtered(lambda row: row.resource == "Items")
             .mapped("xero_id")),
        ]))
        return look


def _is_usable(record):
    """Whether a record of Xero may be worked with: neither archived nor merged."""
    return not getattr(record, "merged_into", None) and (
        getattr(record, "status", None) in (None, "ACTIVE")
    )
