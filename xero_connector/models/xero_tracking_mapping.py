"""Which tracking category an analytic plan is in Xero, and which option an analytic account is."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Xero keeps two categories active, and takes two on a line.
MOST_PLANS = 2


class XeroTrackingMapping(models.Model):
    """One row per tenant and analytic plan. A plan without category is not tracked in Xero, which
    keeps nothing back."""

    _name = "xero.tracking.mapping"
    _description = "Xero Tracking Category Mapping"
    _inherit = "xero.mapping"
    _rec_name = "plan_id"
    _source_field = "plan_id"
    _target_field = "category_id"
    _may_stay_empty = True

    # === FIELDS === #

    plan_id = fields.Many2one(
        "account.analytic.plan", required=True, index=True, ondelete="cascade",
        domain="[('parent_id', '=', False)]",
    )
    category_id = fields.Many2one(
        "xero.tracking.category", string="Category in Xero", index="btree_not_null",
        ondelete="set null",
    )
    archived = fields.Boolean(compute="_compute_archived", compute_sudo=True)
    standing = fields.Char(
        "Analytic Accounts", compute="_compute_standing", compute_sudo=True,
        help="How many analytic accounts of the plan have an option in Xero.",
    )

    _plan_uniq = models.Constraint(
        "UNIQUE(tenant_id, plan_id)", "This plan stands in the list of this tenant already."
    )
    _category_uniq = models.UniqueIndex(
        "(tenant_id, category_id) WHERE category_id IS NOT NULL",
        "Another plan goes to this category already. Choose another category, or empty the other "
        "plan's first.",
    )

    # === STATE === #

    @api.depends("category_id", "proposed")
    def _compute_state(self):
        # EXTENDS 'xero.mapping': names what it depends on
        return super()._compute_state()

    @api.depends("category_id.active")
    def _compute_archived(self):
        for mapping in self:
            mapping.archived = mapping.category_id and not mapping.category_id.active

    @api.depends("category_id", "tenant_id.option_mapping_ids.option_id")
    def _compute_standing(self):
        for mapping in self:
            rows = mapping._option_rows()
            mapping.standing = (
                self.env._("Archived in Xero. Restore it there, or choose another.")
                if mapping.archived
                else self.env._(
                    "%(mapped)s of %(all)s mapped", mapped=len(rows.filtered("option_id")),
                    all=len(rows),
                )
                if mapping.category_id
                else False
            )

    # === CONSTRAINTS === #

    @api.constrains("category_id", "tenant_id")
    def _check_category_id(self):
        self._check_target()
        for tenant in self.tenant_id:
            mapped = self.search([("tenant_id", "=", tenant.id), ("category_id", "!=", False)])
            if len(mapped) > MOST_PLANS:
                raise ValidationError(self.env._(
                    "Xero tracks by two categories at most, and %(plans)s go to %(tenant)s "
                    "already. Empty the category of one of them first.",
                    plans=", ".join((mapped - self or mapped).mapped("plan_id.name")),
                    tenant=tenant.name,
                ))

    @api.constrains("plan_id")
    def _check_plan_id(self):
        for mapping in self:
            if mapping.plan_id.parent_id:
                raise ValidationError(self.env._(
                    "%(plan)s is part of %(parent)s. Choose a category for %(parent)s.",
                    plan=mapping.plan_id.name,
                    parent=mapping.plan_id.root_id.name,
                ))

    # === CHANGES === #

    def write(self, vals):
        # EXTENDS: the options of another category mean nothing any more
        before = {mapping: mapping.category_id for mapping in self}
        written = super().write(vals)
        if "category_id" in vals:
            changed = self.filtered(lambda mapping: mapping.category_id != before[mapping])
            changed._change_options()
        return written

    def unlink(self):
        # EXTENDS: without their plan the accounts are not tracked
        self._option_rows()._leave()
        return super().unlink()

    def _change_options(self):
        """Make the lists of options fit the categories that were chosen."""
        self._option_rows()._leave()
        self._release_blocked()
        for tenant in self.filtered("category_id").tenant_id:
            tenant._complete_option_mappings()

    def action_open_options(self):
        """The analytic accounts of this plan."""
        self.ensure_one()
        action = self.tenant_id.action_open_option_mappings()
        domain = [("tenant_id", "=", self.tenant_id.id), ("plan_id", "=", self.plan_id.id)]
        return {**action, "domain": domain}

    def _option_rows(self):
        return self.env["xero.option.mapping"].union(*(
            self.env["xero.option.mapping"].search([
                ("tenant_id", "=", mapping.tenant_id.id), ("plan_id", "=", mapping.plan_id.id),
            ])
            for mapping in self
        ))


class XeroOptionMapping(models.Model):
    """One row per tenant and analytic account of a plan that has a category."""

    _name = "xero.option.mapping"
    _description = "Xero Tracking Option Mapping"
    _inherit = "xero.mapping"
    _rec_name = "analytic_account_id"
    _source_field = "analytic_account_id"
    _target_field = "option_id"

    # === FIELDS === #

    analytic_account_id = fields.Many2one(
        "account.analytic.account", required=True, index=True, ondelete="cascade"
    )
    plan_id = fields.Many2one(
        related="analytic_account_id.root_plan_id", string="Plan", store=True, index=True
    )
    category_id = fields.Many2one(
        "xero.tracking.category", string="Category in Xero", compute="_compute_category_id",
        compute_sudo=True,
    )
    option_id = fields.Many2one(
        "xero.tracking.option", string="Option in Xero", index="btree_not_null",
        ondelete="set null",
    )
    archived = fields.Boolean(compute="_compute_archived", compute_sudo=True)

    # (none) ──[a person asks, or a document needs it]──► wanted
    # wanted ──[intent committed]──► sending ──[Xero has it]──► (none), option chosen
    # sending ──[no readable answer]──► sending        (read what Xero has before any new try)
    # wanted, sending ──[refused, no room, name too long]──► failed ──[asked again]──► wanted
    creation = fields.Selection(
        [("wanted", "To Be Created"), ("sending", "Being Created"),
         ("failed", "Could Not Be Created")],
        string="Creation in Xero",
        readonly=True,
        copy=False,
    )
    attempt = fields.Integer(readonly=True, copy=False)
    message = fields.Char(readonly=True, copy=False, help="Why the option was not created.")
    standing = fields.Char("Remark", compute="_compute_standing", compute_sudo=True)

    _account_uniq = models.Constraint(
        "UNIQUE(tenant_id, analytic_account_id)",
        "This analytic account stands in the list of this tenant already.",
    )

    # === STATE === #

    @api.depends("option_id", "proposed")
    def _compute_state(self):
        # EXTENDS 'xero.mapping': names what it depends on
        return super()._compute_state()

    @api.depends("plan_id", "tenant_id")
    def _compute_category_id(self):
        categories = {
            (mapping.tenant_id, mapping.plan_id): mapping.category_id
            for mapping in self.env["xero.tracking.mapping"].search([
                ("tenant_id", "in", self.tenant_id.ids), ("plan_id", "in", self.plan_id.ids),
            ])
        }
        for mapping in self:
            mapping.category_id = categories.get((mapping.tenant_id, mapping.plan_id))

    @api.depends("option_id.active")
    def _compute_archived(self):
        for mapping in self:
            mapping.archived = mapping.option_id and not mapping.option_id.active

    @api.depends("archived", "message")
    def _compute_standing(self):
        archived = self.env._("Archived in Xero. Restore it there, or choose another.")
        for mapping in self:
            mapping.standing = archived if mapping.archived else mapping.message

    # === CONSTRAINTS === #

    @api.constrains("option_id", "tenant_id")
    def _check_option_id(self):
        self._check_target()
        for mapping in self.filtered("option_id"):
            if mapping.option_id.category_id != mapping.category_id:
                raise ValidationError(self.env._(
                    "%(option)s is an option of %(other)s. Choose one of %(category)s for "
                    "%(account)s.",
                    option=mapping.option_id.name,
                    other=mapping.option_id.category_id.name,
                    category=mapping.category_id.name or mapping.plan_id.name,
                    account=mapping.analytic_account_id.display_name,
                ))

    # === CHANGES === #

    def write(self, vals):
        # EXTENDS: what was chosen needs not be created
        if vals.get("option_id"):
            vals = {"creation": False, "message": False, **vals}
        return super().write(vals)

    def _leave(self):
        """Remove these rows; what waited for them is looked at again."""
        self._release_blocked()
        self.unlink()

    # === ACTIONS === #

    def action_create_in_xero(self):
        """Have the missing options of these rows created, by the scheduled action."""
        self.check_access("write")
        wanted = self.filtered(lambda mapping: not mapping.option_id and mapping.category_id)
        wanted.filtered(lambda mapping: mapping.creation != "sending").write(
            {"creation": "wanted", "message": False}
        )
        wanted.tenant_id._wake()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if wanted else "warning",
                "message": self.env._(
                    "%(count)s options are being created in Xero. The rows show them in a moment.",
                    count=len(wanted),
                ) if wanted else self.env._("Every chosen row has its option already."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
