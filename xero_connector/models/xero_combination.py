"""Several taxes on one line: one rate in Xero for all of them."""

from collections import Counter
from decimal import Decimal

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from . import xero_proposal
from .xero_booking_tables import combination_key

HUNDRED = Decimal(100)


class XeroTaxCombination(models.Model):
    """Taxes that stand together on lines, and the rate that adds the same to them in Xero.

    Taxes of a fixed amount are not part of it: they become lines of their own.
    """

    _name = "xero.tax.combination"
    _description = "Xero Tax Combination"
    _inherit = "xero.mapping"
    _rec_name = "name"
    _target_field = "rate_id"

    # === FIELDS === #

    name = fields.Char("Taxes Together", compute="_compute_name", compute_sudo=True)
    tax_ids = fields.Many2many("account.tax", string="Taxes", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, help="Ids of the taxes, in order.")
    combined_rate = fields.Float(
        "Rate in Odoo (%)",
        compute="_compute_combined_rate",
        compute_sudo=True,
        digits=(16, 4),
        help="What the taxes add to a line together; 0 where that is no plain percentage.",
    )
    rate_id = fields.Many2one(
        "xero.tax.rate", string="Rate in Xero", index="btree_not_null", ondelete="set null"
    )
    effective_rate = fields.Float(
        "Rate in Xero (%)", related="rate_id.effective_rate", digits=(16, 4), aggregator=None
    )
    differs = fields.Boolean(compute="_compute_differs")

    _key_uniq = models.Constraint(
        "UNIQUE(tenant_id, key)", "These taxes stand in the list of this tenant already."
    )

    # === COMPUTES === #

    @api.depends("rate_id.active", "proposed")
    def _compute_state(self):
        # EXTENDS 'xero.mapping': names what it depends on
        return super()._compute_state()

    @api.depends("tax_ids")
    def _compute_name(self):
        for combination in self:
            combination.name = " + ".join(
                combination.tax_ids.sorted(lambda tax: (tax.sequence, tax.id)).mapped("name")
            )

    @api.depends("tax_ids")
    def _compute_combined_rate(self):
        for combination in self:
            combination.combined_rate = float(combined_percent(combination.tax_ids) or 0)

    @api.depends("rate_id", "tax_ids")
    def _compute_differs(self):
        for combination in self:
            combination.differs = bool(combination.rate_id) and (
                abs(combination.combined_rate - combination.rate_id.effective_rate) > 0.00005
            )

    @api.constrains("rate_id", "tenant_id")
    def _check_rate_id(self):
        self._check_target()

    # === RULES === #

    def _propose(self, taxes, usage):
        """Fill in the rate if it is certain and nobody has chosen one; remember the usage."""
        if self.usage != usage:
            self.usage = usage
        if self.rate_id.active or (self.rate_id and not self.proposed):
            return
        tenant = self.tenant_id
        if found := tenant._combined_rate(taxes, tenant._rates()):
            self.write({"rate_id": found, "proposed": True})

    def _causes(self):
        # EXTENDS 'xero.mapping': documents wait for the row itself
        return self


def combined_percent(taxes):
    """What taxes add to a line together, exact; None unless all are plain percentages.

    A tax that is included in the base of those after it is charged upon; prices with or without
    tax make no difference to what is added to the net amount.

    :param taxes: the taxes of one line, groups of taxes among them
    :return: percent of the net amount, or None
    :rtype: Decimal | None
    """
    factor = Decimal(1)  # of the net amount: what the next tax is charged on
    added = Decimal(0)
    for tax in taxes._flatten_taxes_and_sort_them()[0]:
        if tax.amount_type == "fixed":
            continue
        booked = tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        )
        plain = tax.amount_type == "percent" and booked.mapped("factor_percent") == [100]
        if not plain or tax.amount < 0:
            return None
        base = factor if tax.is_base_affected else Decimal(1)
        amount = base * Decimal(repr(tax.amount)) / HUNDRED
        added += amount
        if tax.include_base_amount:
            factor += amount
    return added * HUNDRED


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    tax_combination_ids = fields.One2many(
        "xero.tax.combination", "tenant_id", string="Tax Combinations"
    )
    tax_combination_text = fields.Char(
        compute="_compute_tax_combination_text",
        compute_sudo=True,
        help="How many combinations have a rate; empty when there are no combinations.",
    )

    @api.depends("tax_combination_ids.state")
    def _compute_tax_combination_text(self):
        for tenant in self:
            rows = tenant.tax_combination_ids
            mapped = rows.filtered(lambda row: row.state != "unmapped")
            tenant.tax_combination_text = bool(rows) and self.env._(
                "%(mapped)s of %(all)s", mapped=len(mapped), all=len(rows)
            )

    # === PROPOSING === #

    def action_propose_mappings(self):
        # EXTENDS: combinations as well
        result = super().action_propose_mappings()
        for tenant in self:
            tenant._complete_combinations()
        return result

    def action_open_tax_combinations(self):
        """The list of combinations, with those that came up since the last time."""
        self.ensure_one()
        self._complete_combinations()
        return self._mapping_action("xero_connector.xero_tax_combination_action")

    def _complete_combinations(self):
        """Make rows for the combinations that documents of the last 12 months use; fill in the
        rate where it is certain."""
        self.ensure_one()
        usage = self._combination_usage()
        rows = {row.key: row for row in self.tax_combination_ids}
        for row in rows.values():
            row._propose(row.tax_ids, usage.get(row.key, 0))
        for key in usage.keys() - rows.keys():
            taxes = self.env["account.tax"].browse(map(int, key.split(",")))
            self._create_combination(taxes, usage[key])

    def _combination_of(self, taxes):
        """The row of these taxes, made and proposed if it is missing."""
        self.ensure_one()
        rows = self.env["xero.tax.combination"].sudo()
        row = rows.search([("tenant_id", "=", self.id), ("key", "=", combination_key(taxes.ids))])
        return row or self.sudo()._create_combination(taxes, 0)

    def _create_combination(self, taxes, usage):
        try:
            row = self.env["xero.tax.combination"].create({
                "tenant_id": self.id,
                "tax_ids": [fields.Command.set(taxes.ids)],
                "key": combination_key(taxes.ids),
                "usage": usage,
            })
        except psycopg2.errors.UniqueViolation as error:
            # Made by somebody else since our snapshot: the next try finds it.
            raise ConcurrencyError(str(error)) from error
        row._propose(taxes, usage)
        return row

    def _combination_usage(self):
        """How many lines of documents that are sent carry each combination, by its key."""
        counts = Counter()
        _since, groups = self._line_groups()
        for group in groups:
            taxes = group.taxes.filtered(lambda tax: tax.amount_type != "fixed")
            if len(taxes) > 1:
                counts[combination_key(taxes.ids)] += len(group.documents)
        return counts

    def _combined_rate(self, taxes, rates):
        """Id of the only rate that adds the same as these taxes together, or None."""
        uses = set(taxes.mapped("type_tax_use"))
        percent = combined_percent(taxes)
        if percent is None or len(uses) != 1 or set(
            taxes.mapped("country_id.code")
        ) != {self.country_code}:
            return None
        return xero_proposal.rate_of_percent(
            self.country_code, uses.pop(), percent, rates
        )
