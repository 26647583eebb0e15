"""Reviewing what is who in both systems: one row per pair, decided by a person, applied later."""

import logging

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

_logger = logging.getLogger(__name__)

# Decisions that change something; the others only take the row from the list of open ones.
APPLIED = ("link", "create", "import")

# Rows applied between two commits.
CHUNK = 100


class XeroMatch(models.AbstractModel):
    """One record of Odoo and what it may be in Xero, or one of either side alone.

    Proposals are made anew whenever the list is opened; decisions of a person are kept, so that
    the work can be left and resumed. Nothing is linked, created or sent before Apply, which the
    tenant's scheduled action carries out.
    """

    _name = "xero.match"
    _description = "Xero Match"
    _inherit = "xero.fixed.mixin"
    _order = "tenant_id, score desc, id"

    # The columns of the row: the Odoo record and its counterpart.
    _source_field = None
    _target_field = None

    # === FIELDS === #

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    score = fields.Integer(
        "Likeness (%)", required=True, default=0, readonly=True, aggregator=None
    )
    certainty = fields.Selection(
        [
            ("certain", "Certain"),
            ("likely", "Please Check"),
            ("none", "Without Counterpart"),
        ],
        required=True,
        default="none",
        readonly=True,
    )
    decision = fields.Selection(
        [
            ("undecided", "Undecided"),
            ("link", "Link"),
            ("create", "Create in Xero"),
            ("import", "Import to Odoo"),
            ("skip", "Skip"),
        ],
        required=True,
        default="undecided",
    )

    # open ──[decided, Apply]──► applying ──[done in Odoo]──► applied
    # applying ──[cannot be done]──► failed ──[decided again, Apply]──► applying
    state = fields.Selection(
        [
            ("open", "Open"),
            ("applying", "Being Applied"),
            ("applied", "Applied"),
            ("failed", "Could Not Be Applied"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
    )
    message = fields.Char(readonly=True, help="Why the decision could not be applied.")
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")

    # === DECISIONS === #

    def write(self, vals):
        # Who chooses a counterpart wants it linked; who empties it has to decide anew.
        if self._target_field in vals and "decision" not in vals:
            chosen = vals[self._target_field]
            vals = {**vals, "decision": "link" if chosen else "undecided"}
        if "decision" in vals and "state" not in vals:
            vals = {**vals, "state": "open", "message": False}
        return super().write(vals)

    def action_link(self):
        """Link the pairs; rows of one side alone have nothing to link."""
        self._decide("link", self.filtered(
            lambda row: row[self._source_field] and row[self._target_field]
        ))

    def action_create(self):
        """Create what stands in Odoo alone; a proposed counterpart is given up."""
        rows = self.filtered(lambda row: row[self._source_field])
        self._decide("create", rows)

    def action_import(self):
        """Make in Odoo what stands in Xero alone."""
        self._decide("import", self.filtered(
            lambda row: row[self._target_field] and not row[self._source_field]
        ))

    def action_skip(self):
        """Leave the rows as they are, on both sides."""
        self._decide("skip", self)

    def action_undecide(self):
        """Take the decision back."""
        self._decide("undecided", self)

    def _decide(self, decision, rows):
        """Note a decision on those of the chosen rows that it fits.

        :raises UserError: if it fits none
        """
        rows = rows.filtered(lambda row: row.state in ("open", "failed"))
        if not rows:
            raise UserError(self.env._(
                "This fits none of the chosen rows. %(rule)s", rule=self._unfit_sentence()
            ))
        rows.write({"decision": decision})

    def _fits(self):
        """Whether the row has the sides that its decision needs. The buttons see to that, but an
        import of rows, or a call from outside, may decide anything."""
        source, target = self[self._source_field], self[self._target_field]
        return bool({
            "link": source and target,
            "create": source,
            "import": target and not source,
        }.get(self.decision))

    @api.model
    def _unfit_sentence(self):
        return self.env._(
            "Link needs both sides, Create in Xero a record of Odoo, Import to Odoo a record that "
            "stands in Xero alone."
        )

    def action_accept_certain(self):
        """Decide to link every pair that is certain, of the tenant whose list is open."""
        rows = self.search([
            ("tenant_id", "=", self._tenant_of_list().id),
            ("certainty", "=", "certain"),
            ("decision", "=", "undecided"),
            ("state", "=", "open"),
        ])
        rows.write({"decision": "link"})
        return self._told(self.env._(
            "%(count)s pairs are marked to be linked. Press Apply to do so.", count=len(rows)
        ))

    def action_apply(self):
        """Let the tenant's scheduled action carry out what was decided.

        :raises UserError: if nothing was decided
        """
        self.check_access("write")
        tenant = self._tenant_of_list()
        rows = self.search([
            ("tenant_id", "=", tenant.id),
            ("decision", "in", APPLIED),
            ("state", "in", ("open", "failed")),
        ])
        if not rows:
            raise UserError(self.env._(
                "Nothing is decided yet. Choose rows and press Link, Create in Xero or Import to "
                "Odoo, or accept all that are certain."
            ))
        tenant._check_ready()
        rows.write({
            "state": "applying", "message": False, "decided_by_id": self.env.user.id,
        })
        tenant._wake()
        return self._told(self.env._(
            "%(count)s decisions are being applied in the background. This list shows what is "
            "left when you open it again.",
            count=len(rows),
        ))

    @api.model
    def _tenant_of_list(self):
        """The tenant whose list is open.

        :raises UserError: if the list shows several
        """
        tenant = self.env["xero.tenant"].browse(self.env.context.get("xero_tenant_id"))
        if tenant.exists():
            tenant.check_access("write")
            return tenant
        shown = [tenant for (tenant,) in self._read_group([], ["tenant_id"], limit=2)]
        if len(shown) != 1:
            raise UserError(self.env._(
                "Open the list from the setup of a tenant: this one shows several tenants, or none."
            ))
        return shown[0]

    @api.model
    def _told(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === APPLYING === #

    @api.model
    def _apply_some(self, tenant):
        """Apply the next hundred decisions of a tenant; the caller commits.

        :return: the number of rows that were applied, or could not be
        """
        rows = self.search(
            [("tenant_id", "=", tenant.id), ("state", "=", "applying")], order="id", limit=CHUNK
        ).try_lock_for_update()
        fitting = rows.filtered(lambda row: row._fits())
        for row in rows - fitting:
            row._fail(self._unfit_sentence())
        for decision, some in fitting.grouped("decision").items():
            some._apply_together(f"_apply_{decision}", tenant)
        return len(rows)

    def _apply_together(self, apply, tenant):
        """Apply rows of one decision; where an error nobody foresaw stops them, one by one, so
        that it stops its own row only.

        :param str apply: the method of the decision
        """
        try:
            with self.env.cr.savepoint():
                getattr(self, apply)(tenant)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception:
            if len(self) > 1:
                for row in self:
                    row._apply_together(apply, tenant)
                return
            _logger.exception("%s could not be applied", self)
            self.write({"state": "failed", "message": self._error_sentence()})

    def _apply_link(self, tenant):
        """Link pairs without writing in Xero."""
        found = {row[self._source_field]: row._found() for row in self}
        left = self.env["xero.link"]._adopt(tenant, found)
        failed = self.filtered(lambda row: row[self._source_field] in left)
        for row in failed:
            row._fail(self.env._(
                "One of the two is linked already, or is being sent at this moment. Open the list "
                "again and decide anew."
            ))
        (self - failed).write({"state": "applied"})

    def _apply_create(self, tenant):
        """Mark what stands in Odoo alone to be created in Xero."""
        for user, rows in self.grouped("decided_by_id").items():
            self.env["xero.link"]._mark_pending(tenant, rows[self._source_field], user)
        tenant._wake()
        self.write({"state": "applied"})

    @api.model
    def _import_now(self, tenant, targets):
        """Decide that what stands in Xero alone is made in Odoo, and let it be done.

        :param targets: contacts or items that nothing is linked to
        """
        if not targets:
            return
        rows = self.search([
            ("tenant_id", "=", tenant.id), (self._target_field, "in", targets.ids),
        ])
        missing = targets - rows[self._target_field]
        rows |= self.create([
            {"tenant_id": tenant.id, self._target_field: target.id} for target in missing
        ])
        rows = rows.filtered(lambda row: not row[self._source_field])
        rows.write({"decision": "import"})
        rows.sudo().write({"state": "applying", "decided_by_id": self.env.user.id})
        tenant._wake()

    @api.model
    def _put_off(self, tenant):
        """After an error nobody foresaw: back to the person, who may try again."""
        self.search([("tenant_id", "=", tenant.id), ("state", "=", "applying")]).write({
            "state": "failed", "message": self._error_sentence(),
        })

    @api.model
    def _error_sentence(self):
        return self.env._(
            "An error in Odoo stopped the work. Press Apply again; if it comes back, ask your "
            "administrator to look into the server's log."
        )

    def _fail(self, message):
        self.write({"state": "failed", "message": message, "decision": "undecided"})

    def _found(self):
        """What `_adopt` is told of the counterpart: (Xero's GUID, number, status)."""
        raise NotImplementedError
