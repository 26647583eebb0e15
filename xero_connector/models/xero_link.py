"""One row per (tenant, Odoo record): what Xero should hold, and what it holds."""

import os

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..xero import const, oauth

# The most urgent state of several links is the one a person is shown.
URGENCY = (
    "attention", "rejected", "blocked", "unknown", "sending", "pending", "sent", "withdrawn",
    "unlinked",
)

# States in which Xero may be working on the record right now.
IN_DOUBT = ("sending", "unknown")


class XeroLink(models.Model):
    """Desired state of one Odoo record in one Xero organisation.

    A link says what should be in Xero; it is not an event. Edits made before the send coalesce,
    and pressing the button twice marks the same row twice. The business record itself is never
    written by the connector: a link row costs 1/200 of a write on an invoice and collides with
    nobody (facts on performance, "Writing 50 results").
    """

    _name = "xero.link"
    _description = "Xero Link"
    _order = "id"
    _rec_name = "record_name"

    # === FIELDS === #

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", string="Currency")
    res_model = fields.Char("Model", required=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True)
    record_name = fields.Char("Odoo Record", compute="_compute_record_name")
    resource = fields.Selection(
        [
            ("Contacts", "Contact"),
            ("Items", "Item"),
            ("Invoices", "Invoice or Bill"),
            ("CreditNotes", "Credit Note"),
            ("PurchaseOrders", "Purchase Order"),
        ],
        string="Kind",
        required=True,
    )

    # (new) ──────────────► pending ──[check fails]──► blocked ──[cause mended]──► pending
    # pending ──[frozen and committed]──► sending ──[answer, totals equal]──► sent
    # sending ──[answer, totals differ]──► attention
    # sending ──[Xero refuses]──► rejected ──[pressed again]──► pending
    # sending ──[not executed: limit, no connection]──► pending
    # sent ──[a customer, supplier or item changes in Odoo, which leads]──► pending
    # sent ──[a document is posted again, confirmed again or cancelled]──► pending
    # pending ──[read in Xero: nothing to change]──► sent
    # pending ──[read in Xero: an obstacle]──► attention
    # attention ──[send Odoo's version, or check again]──► pending
    # attention ──[leave as it is]──► sent
    # pending, blocked, rejected ──[cancelled, never in Xero]──► withdrawn ──[posted]──► pending
    # attention ──[unlink]──► unlinked ──[pressed again]──► pending
    # sending ──[no readable answer, worker died]──► unknown
    # unknown ──[same key again, or looked up]──► sent | rejected | pending | attention
    state = fields.Selection(
        [
            ("pending", "To Send"),
            ("sending", "Sending"),
            ("sent", "In Xero"),
            ("blocked", "Blocked"),
            ("rejected", "Refused by Xero"),
            ("unknown", "Being Checked"),
            ("attention", "Needs Attention"),
            ("withdrawn", "Withdrawn"),
            ("unlinked", "Unlinked"),
        ],
        required=True,
        default="pending",
        index=True,
    )
    message = fields.Text("Message", help="What happened and what to do next.")
    cause_model = fields.Char("Model of the Cause")
    cause_id = fields.Many2oneReference(
        "Cause", model_field="cause_model", help="The tax, account or contact to mend."
    )

    attempt = fields.Integer(
        default=0, help="Number of different requests that carried this record to Xero."
    )
    next_try_at = fields.Datetime("Not Before", help="Waits until then; empty means now.")
    request_id = fields.Many2one(
        "xero.request", string="Request", index="btree_not_null", ondelete="restrict"
    )
    fingerprint = fields.Char(help="SHA-256 of the content that was last sent.")
    content = fields.Text(
        help="What Xero holds of a customer, supplier or item as far as we sent it, as JSON. "
        "Empty when that is not known."
    )
    changed = fields.Boolean(help="Changed in Odoo while it was being sent.")
    wanted_by_id = fields.Many2one("res.users", string="Asked By", ondelete="set null")

    xero_id = fields.Char("Xero ID", help="Xero's GUID of the record.")
    xero_number = fields.Char("Number in Xero")
    xero_status = fields.Char("Status in Xero", help="Xero's own status, e.g. DRAFT.")
    xero_untaxed = fields.Monetary("Subtotal in Xero")
    xero_tax = fields.Monetary("Tax in Xero")
    xero_total = fields.Monetary("Total in Xero")
    sent_at = fields.Datetime("Sent On")
    adopted = fields.Boolean(
        help="Found in Xero after an answer was lost, instead of confirmed by the answer."
    )
    url = fields.Char("Link to Xero", compute="_compute_url")

    _record_uniq = models.Constraint(
        "UNIQUE(tenant_id, res_model, res_id)",
        "This record is linked to the Xero organisation already.",
    )
    _xero_id_uniq = models.UniqueIndex(
        "(tenant_id, resource, xero_id) WHERE xero_id IS NOT NULL",
        "This Xero record is linked to another Odoo record already.",
    )
    _document_uniq = models.UniqueIndex(
        "(res_model, res_id) WHERE resource IN ('Invoices', 'CreditNotes', 'PurchaseOrders')",
        "A document stands in one Xero organisation only.",
    )
    _record_idx = models.Index("(res_model, res_id)")
    _claim_idx = models.Index("(tenant_id, resource, id) WHERE state = 'pending'")

    # === COMPUTES === #

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for link in self:
            record = link._record()
            link.record_name = record.sudo().display_name if record else self.env._("(deleted)")

    @api.depends("xero_id", "resource", "tenant_id.short_code")
    def _compute_url(self):
        base_url = self._web_base_url()
        for link in self:
            short_code = link.tenant_id.sudo().short_code
            link.url = link.xero_id and short_code and const.deep_link(
                link._page(), short_code, link.xero_id, base_url=base_url
            )

    @api.model
    def _web_base_url(self):
        """Where a person looks at Xero: None for Xero itself, else the stand-in's address."""
        endpoints = oauth.Endpoints.from_environment(os.environ)
        return None if endpoints.login_url == const.LOGIN_URL else endpoints.login_url

    def _record(self):
        """The Odoo record of this link; empty when it is gone."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).exists()

    def _cause(self):
        """The record that has to be mended first; empty when there is none, or it is gone."""
        self.ensure_one()
        if not self.cause_model:
            return self.env["xero.link"]
        return self.env[self.cause_model].browse(self.cause_id).exists()

    # === MARKING === #

    @api.model
    def _check_companies(self, tenant, records):
        """Refuse documents of one company for the organisation of another, whatever led here.

        :raises UserError: naming the document
        """
        if records._xero_is_master():
            return
        for record in records:
            if record.company_id != tenant.company_id:
                raise UserError(self.env._(
                    "%(record)s belongs to the books of %(company)s, and %(tenant)s to those of "
                    "%(other)s. Choose a Xero tenant of %(company)s on the journal, the order or "
                    "the vendor.",
                    record=record.display_name,
                    company=record.company_id.name,
                    tenant=tenant.name,
                    other=tenant.company_id.name,
                ))

    @api.model
    def _mark_pending(self, tenant, records, user=None):
        """Mark that Xero should hold `records`; nothing is sent here.

        Links that Xero may be working on, and records that stand in Xero as sent, keep their
        state: the engine finds out whether their content changed. New rows are made in one
        statement for all records.

        :param tenant: one `xero.tenant`
        :param records: records of one model that has `xero.sync.mixin`
        :param user: who asked, and is told the outcome; None when the scheduler did
        :return: the links of `records` at `tenant`
        """
        self._check_companies(tenant, records)
        known = self.search(Domain("tenant_id", "=", tenant.id) & records._xero_link_domain())
        again = known.filtered(lambda link: link.state not in IN_DOUBT)
        if records._xero_is_master():
            (known - again).write({"changed": True})
        undecided = again._undecided()
        again.write({
            "state": "pending",
            "next_try_at": False,
            "wanted_by_id": user.id if user else False,
        })
        # What a person has to know of a record that stands in Xero is kept until it is settled.
        again.filtered(lambda link: not link.xero_id).write({
            "message": False, "cause_model": False, "cause_id": False,
        })
        undecided._look_again()
        linked_ids = set(known.mapped("res_id"))
        new = records.filtered(lambda record: record.id not in linked_ids)
        return known | self._create_for(tenant, new, user)

    @api.model
    def _create_for(self, tenant, records, user=None):
        """Make the links of records that have none.

        :raises ConcurrencyError: if somebody else has marked one since our snapshot
        """
        try:
            return self.create([
                {
                    "tenant_id": tenant.id,
                    "company_id": tenant.company_id.id,
                    "res_model": records._name,
                    "res_id": record.id,
                    "resource": record._xero_resource(),
                    "wanted_by_id": user.id if user else False,
                }
                for record in records
            ])
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError(str(error)) from error  # the next try finds the row

    @api.model
    def _keep_from_marking(self, tenant, records):
        """Let nobody mark records without a link while this transaction changes them.

        Who marks and sends one meanwhile has not seen the change, nor this transaction the link;
        so the place of the link is taken and given back. Whoever comes second waits, and has the
        change before it, or fails and is run again.
        """
        self._create_for(tenant, records).unlink()

    @api.model
    def _mark_missing(self, tenant, records):
        """Mark those of `records` that have no link yet; the others keep their state."""
        known = self._of_records(tenant, records)
        self._mark_pending(tenant, records.filtered(lambda record: record.id not in known))

    @api.model
    def _mark_changed(self, records):
        """Masters were changed in Odoo: mark those that follow Odoo, and those whose refusal the
        change may have mended. A minute passes before they are sent, so that edits coalesce.

        :param records: customers and suppliers, or items
        """
        links = self.search(records._xero_link_domain())
        followed = links.filtered(
            lambda link: link.tenant_id._sync_choice(link.resource)
            in (("lead",) if link.state in ("sent", *IN_DOUBT) else ("lead", "document"))
        )
        followed.filtered(lambda link: link.state in IN_DOUBT).write({"changed": True})
        # A run may be freezing these, and has not seen the change.
        followed.filtered(lambda link: link.state == "pending")._write_unchanged()
        again = followed.filtered(lambda link: link.state in ("sent", "blocked", "rejected"))
        again._release()
        soon = fields.Datetime.add(self.env.cr.now(), minutes=1)
        for tenant in again.tenant_id:
            tenant._wake(at=soon)

    @api.model
    def _retry_stuck(self, tenant, records):
        """Try those of `records` again that we or Xero refused before."""
        stuck = self.union(*(
            link for link in self._of_records(tenant, records).values()
            if link.state in ("blocked", "rejected")
        ))
        stuck._release()

    @api.model
    def _of_records(self, tenant, records):
        """Links of `records` at `tenant`, as {record id: link}; one SQL statement."""
        links = self.search(Domain("tenant_id", "=", tenant.id) & records._xero_link_domain())
        return {link.res_id: link for link in links}

    @api.model
    def _release_blocked(self, tenants, cause):
        """Send again what was blocked by `cause` (a tax, an account, a contact), now mended."""
        blocked = self.search([
            ("tenant_id", "in", tenants.ids),
            ("state", "=", "blocked"),
            ("cause_model", "=", cause._name),
            ("cause_id", "in", cause.ids),
        ])
        blocked._release()
        for tenant in blocked.tenant_id:
            tenant._wake()
        tenants._coverage_mended(cause)

    def _write_unchanged(self):
        """Write the rows as they are, so that the engine and this transaction cannot both go on
        with what they have read: whoever comes second fails and is run again.
        """
        if self:
            self.env.cr.execute(SQL(
                "UPDATE xero_link SET write_date = write_date WHERE id IN %s", self._ids
            ))

    # === ACTIONS === #

    def action_open_record(self):
        """Open the Odoo record of this link."""
        self.ensure_one()
        return self._form_of(self.res_model, self.res_id)

    def action_open_cause(self):
        """Open what has to be mended before this link can be sent."""
        self.ensure_one()
        return self.tenant_id._open_cause(self._cause())

    def action_open_in_xero(self):
        """Open the record in Xero, in a new tab."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_push(self):
        """Send the records of these links again."""
        for model, links in self.grouped("res_model").items():
            self.env[model].browse(links.mapped("res_id")).exists().action_xero_push()

    @api.model
    def _form_of(self, model, res_id):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "views": [(False, "form")],
        }
