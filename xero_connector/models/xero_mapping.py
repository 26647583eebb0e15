"""Which setting in Xero an Odoo tax or account goes to, per tenant."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class XeroMapping(models.AbstractModel):
    """One row per tenant and Odoo record; a person fills the right column.

    A row without counterpart blocks the documents that need it; filling it sends them again.
    """

    _name = "xero.mapping"
    _description = "Xero Mapping"
    _inherit = "xero.fixed.mixin"
    _order = "tenant_id, state desc, usage desc, id"

    # The columns of the row: the Odoo record and its counterpart.
    _source_field = None
    _target_field = None
    # Whether documents go where a row has no counterpart.
    _may_stay_empty = False

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    proposed = fields.Boolean(
        readonly=True, help="Found automatically. It becomes yours when you choose it yourself."
    )
    usage = fields.Integer(
        "Uses",
        readonly=True,
        help="Lines of the last 12 months that used it, of documents that are sent.",
    )

    # unmapped ──[found for certain]──► proposed ──[confirmed or changed]──► chosen
    # unmapped ──[chosen by a person]──► chosen ──[emptied, or gone in Xero]──► unmapped
    state = fields.Selection(
        [("unmapped", "Not Mapped"), ("proposed", "Proposed"), ("chosen", "Chosen")],
        compute="_compute_state",
        store=True,
    )

    notice = fields.Char(
        compute="_compute_notice", compute_sudo=True, help="What a person has to do about the row."
    )

    def _compute_state(self):
        for mapping in self:
            mapping.state = (
                "unmapped" if not mapping._target().active
                else "proposed" if mapping.proposed
                else "chosen"
            )

    @api.depends("state", "usage")
    def _compute_notice(self):
        for mapping in self:
            target = mapping._target()
            if target and not target.active:
                mapping.notice = self.env._("Deleted or archived in Xero. Choose another.")
            elif mapping.state == "unmapped" and mapping.usage and not mapping._may_stay_empty:
                mapping.notice = self.env._("Your documents use it: click into the row and choose.")
            else:
                mapping.notice = False

    def _target(self):
        """The counterpart in Xero; it may be gone there."""
        self.ensure_one()
        return self[self._target_field]

    @api.model_create_multi
    def create(self, vals_list):
        mappings = super().create(vals_list)
        filled = mappings.filtered(lambda mapping: mapping._target())
        filled._release_blocked()
        filled.tenant_id._coverage_changed()
        return mappings

    def write(self, vals):
        chosen = any(vals.get(name) for name in self._target_fields())
        if chosen and "proposed" not in vals:
            vals = {**vals, "proposed": False}
        result = super().write(vals)
        if chosen:
            self._release_blocked()
        if vals.keys() & set(self._target_fields()):
            self.tenant_id._coverage_changed()
        return result

    def unlink(self):
        tenants = self.tenant_id
        result = super().unlink()
        tenants.exists()._coverage_changed()
        return result

    @api.model
    def _target_fields(self):
        """The fields of which one is the counterpart."""
        return (self._target_field,)

    def _release_blocked(self):
        """What waited for these rows is sent again."""
        for tenant, mappings in self.grouped("tenant_id").items():
            self.env["xero.link"].sudo()._release_blocked(tenant, mappings._causes())

    def _causes(self):
        """The records that documents name as what they wait for."""
        return self[self._source_field]

    def _check_target(self):
        for mapping in self:
            target = mapping._target()
            if target and target.tenant_id != mapping.tenant_id:
                raise ValidationError(self.env._(
                    "%(target)s belongs to %(other)s. Choose a setting of %(tenant)s.",
                    target=target.display_name,
                    other=target.tenant_id.name,
                    tenant=mapping.tenant_id.name,
                ))

    def action_confirm(self):
        """Take over proposals as chosen."""
        self.check_access("write")
        self.filtered(lambda mapping: mapping.state == "proposed").write({"proposed": False})


class XeroTaxMapping(models.Model):
    _name = "xero.tax.mapping"
    _description = "Xero Tax Mapping"
    _inherit = "xero.mapping"
    _rec_name = "tax_id"
    _source_field = "tax_id"
    _target_field = "rate_id"

    tax_id = fields.Many2one("account.tax", required=True, index=True, ondelete="cascade")
    type_tax_use = fields.Selection(related="tax_id.type_tax_use", store=True)
    amount = fields.Float(related="tax_id.amount", digits=(16, 4), aggregator=None)
    description = fields.Char(compute="_compute_description")
    rate_id = fields.Many2one(
        "xero.tax.rate", string="Rate in Xero", index="btree_not_null", ondelete="set null"
    )
    effective_rate = fields.Float(
        related="rate_id.effective_rate", digits=(16, 4), aggregator=None
    )
    differs = fields.Boolean(compute="_compute_differs")
    # A tax of a fixed amount has no percentage in Xero: it stands there as a line of its own.
    amount_type = fields.Selection(related="tax_id.amount_type")
    xero_account_id = fields.Many2one(
        "xero.account",
        string="Account of Its Line",
        index="btree_not_null",
        ondelete="set null",
        help="A tax of a fixed amount stands in Xero as a line of its own, on this account.",
    )

    _tax_uniq = models.Constraint(
        "UNIQUE(tenant_id, tax_id)", "This tax stands in the list of this tenant already."
    )

    @api.depends(
        "rate_id.active", "xero_account_id.active", "proposed", "tax_id.amount_type",
        "tax_id.invoice_repartition_line_ids.account_id",
    )
    def _compute_state(self):
        # EXTENDS 'xero.mapping': a fixed amount that Odoo books on the line's account does in Xero
        result = super()._compute_state()
        self.filtered(lambda mapping: mapping._follows_line()).state = "proposed"
        return result

    @api.depends("state")
    def _compute_notice(self):
        # EXTENDS 'xero.mapping'
        result = super()._compute_notice()
        for mapping in self:
            if mapping._follows_line():
                mapping.notice = self.env._("On the account of each line.")
        return result

    def _follows_line(self):
        """Whether the tax is a fixed amount that needs no account of its own."""
        tax = self.tax_id
        return (
            tax.amount_type == "fixed"
            and not self.xero_account_id
            and not tax.invoice_repartition_line_ids.account_id
        )

    def _target(self):
        # EXTENDS 'xero.mapping'
        return self.xero_account_id if self.tax_id.amount_type == "fixed" else self.rate_id

    @api.model
    def _target_fields(self):
        # EXTENDS 'xero.mapping'
        return ("rate_id", "xero_account_id")

    @api.depends("tax_id")
    def _compute_description(self):
        for mapping in self:
            mapping.description = mapping.tax_id.invoice_label or mapping.tax_id.name

    @api.depends("amount", "rate_id")
    def _compute_differs(self):
        for mapping in self:
            percent = mapping.tax_id._xero_percent()
            mapping.differs = mapping.rate_id and (
                percent is None or abs(percent - mapping.rate_id.effective_rate) > 0.00005
            )

    @api.constrains("rate_id", "xero_account_id", "tenant_id")
    def _check_rate_id(self):
        self._check_target()

    @api.constrains("tax_id", "tenant_id")
    def _check_tax_id(self):
        for mapping in self:
            if mapping.tax_id.company_id not in mapping.company_id.parent_ids:
                raise ValidationError(self.env._(
                    "The tax %(tax)s does not belong to %(company)s.",
                    tax=mapping.tax_id.name,
                    company=mapping.company_id.name,
                ))


class XeroAccountMapping(models.Model):
    _name = "xero.account.mapping"
    _description = "Xero Account Mapping"
    _inherit = "xero.mapping"
    _rec_name = "account_id"
    _source_field = "account_id"
    _target_field = "xero_account_id"

    account_id = fields.Many2one("account.account", required=True, index=True, ondelete="cascade")
    account_type = fields.Selection(related="account_id.account_type", store=True)
    account_name = fields.Char("Account in Odoo", compute="_compute_account_name")
    xero_account_id = fields.Many2one(
        "xero.account", string="Account in Xero", index="btree_not_null", ondelete="set null"
    )

    _account_uniq = models.Constraint(
        "UNIQUE(tenant_id, account_id)", "This account stands in the list of this tenant already."
    )

    @api.depends("xero_account_id.active", "proposed")
    def _compute_state(self):
        # EXTENDS 'xero.mapping': names what it depends on
        return super()._compute_state()

    @api.depends("account_id", "tenant_id")
    def _compute_account_name(self):
        """Code and name in the tenant's company: codes differ from company to company."""
        for mapping in self:
            account = mapping.account_id.with_company(mapping.company_id)
            mapping.account_name = f"{account.code or ''} {account.name or ''}".strip()

    @api.constrains("xero_account_id", "tenant_id")
    def _check_xero_account_id(self):
        self._check_target()

    @api.constrains("account_id", "tenant_id")
    def _check_account_id(self):
        for mapping in self:
            if not mapping.company_id.parent_ids & mapping.account_id.company_ids:
                raise ValidationError(self.env._(
                    "The account %(account)s does not belong to %(company)s.",
                    account=mapping.account_id.display_name,
                    company=mapping.company_id.name,
                ))
