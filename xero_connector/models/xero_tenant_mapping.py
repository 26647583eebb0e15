"""A tenant's tables of taxes and accounts: completed, proposed, read."""

from collections import Counter
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from . import xero_proposal
from .xero_setting import LINE_ACCOUNT

# Account types that lines of invoices and orders are booked on.
LINE_TYPES = (
    "income", "income_other", "expense", "expense_other", "expense_depreciation",
    "expense_direct_cost",
)


# Choices on the tenant that documents may wait for.
RELEASING = frozenset({"no_tax_rate_id", "contact_sync", "item_sync", "send_since"})


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    tax_mapping_ids = fields.One2many("xero.tax.mapping", "tenant_id", string="Taxes")
    account_mapping_ids = fields.One2many("xero.account.mapping", "tenant_id", string="Accounts")
    tax_mapping_count = fields.Integer(compute="_compute_mapping_counts", compute_sudo=True)
    tax_mapped_count = fields.Integer(compute="_compute_mapping_counts", compute_sudo=True)
    account_mapping_count = fields.Integer(compute="_compute_mapping_counts", compute_sudo=True)
    account_mapped_count = fields.Integer(compute="_compute_mapping_counts", compute_sudo=True)
    tax_mapping_text = fields.Char(compute="_compute_mapping_counts", compute_sudo=True)
    account_mapping_text = fields.Char(compute="_compute_mapping_counts", compute_sudo=True)
    no_tax_rate_id = fields.Many2one(
        "xero.tax.rate",
        string="Rate of Lines without Tax",
        domain="[('tenant_id', '=', id)]",
        copy=False,
        ondelete="set null",
        help="What a line carries in Xero that has no tax in Odoo.",
    )

    def write(self, vals):
        # EXTENDS: choices that documents may wait for release them
        written = super().write(vals)
        if vals.keys() & RELEASING:
            self.env["xero.link"].sudo()._release_blocked(self, self)
        return written

    @api.depends("tax_mapping_ids.state", "account_mapping_ids.state")
    def _compute_mapping_counts(self):
        for kind in ("tax", "account"):
            counts = {
                (tenant.id, state): count
                for tenant, state, count in self.env[f"xero.{kind}.mapping"]._read_group(
                    [("tenant_id", "in", self.ids)], ["tenant_id", "state"], ["__count"]
                )
            }
            for tenant in self:
                unmapped = counts.get((tenant.id, "unmapped"), 0)
                mapped = sum(
                    counts.get((tenant.id, state), 0) for state in ("chosen", "proposed")
                )
                tenant[f"{kind}_mapping_count"] = mapped + unmapped
                tenant[f"{kind}_mapped_count"] = mapped
                tenant[f"{kind}_mapping_text"] = self.env._(
                    "%(mapped)s of %(all)s", mapped=mapped, all=mapped + unmapped
                )

    def _mapping_step(self):
        """What a connected tenant still needs from a person; see `_next_step`."""
        lacking = [
            (self.tax_mapping_ids, self.env._("Taxes")),
            (self.tax_combination_ids, self.env._("Tax Combinations")),
            (self.account_mapping_ids, self.env._("Accounts")),
        ]
        parts = [
            f"{what}: {len(used)}"
            for mappings, what in lacking
            if (used := mappings.filtered(lambda row: row.state == "unmapped" and row.usage))
        ]
        if not parts and self.env["xero.link"].search_count([("tenant_id", "=", self.id)], limit=1):
            return False, False
        if not parts:
            return "info", self.env._(
                "Connected. Open a posted invoice or a confirmed purchase order and press Send to "
                "Xero; it will stand there as a draft."
            )
        return "info", self.env._(
            "Your documents use something that has no counterpart in Xero yet (%(missing)s), and "
            "documents that need it wait. Press Taxes or Accounts and choose the rate or "
            "account in Xero.",
            missing=", ".join(parts),
        )

    # === PROPOSING === #

    def action_propose_mappings(self):
        """Complete the lists of taxes and accounts, and fill in what is certain.

        What a person chose is never touched; what cannot be certain is left to the person.
        """
        for tenant in self:
            tenant._complete_tax_mappings()
            tenant._complete_account_mappings()
            if not tenant.no_tax_rate_id:
                tenant.no_tax_rate_id = xero_proposal.no_tax_rate_of(
                    tenant.country_code, tenant._rates()
                )
        return True

    def action_open_tax_mappings(self):
        """The list of taxes, with those that came up since the last time."""
        self.ensure_one()
        self._complete_tax_mappings()
        return self._mapping_action("xero_connector.xero_tax_mapping_action")

    def action_open_account_mappings(self):
        """The list of accounts, with those that came up since the last time."""
        self.ensure_one()
        self._complete_account_mappings()
        return self._mapping_action("xero_connector.xero_account_mapping_action")

    def _mapping_action(self, xml_id):
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["domain"] = [("tenant_id", "=", self.id)]
        action["context"] = {"default_tenant_id": self.id, "search_default_group_state": 1}
        return action

    def _complete_tax_mappings(self):
        self.ensure_one()
        usage = self._usage("tax")
        self._complete_taxes(
            self.env["account.tax"].with_context(active_test=False).search(
                Domain(self.env["account.tax"]._check_company_domain(self.company_id))
                & Domain("type_tax_use", "in", ("sale", "purchase"))
                & (Domain("active", "=", True) | Domain("id", "in", list(usage)))
            ),
            usage,
        )

    def _complete_account_mappings(self):
        self.ensure_one()
        usage = self._usage("account")
        self._complete_accounts(
            self.env["account.account"].search(
                Domain(self.env["account.account"]._check_company_domain(self.company_id))
                & (Domain("account_type", "in", LINE_TYPES) | Domain("id", "in", list(usage)))
            ),
            usage,
        )

    def _ensure_mapping_of(self, record):
        """Make the row of one tax or account, so that a person who is led to it finds it.

        :param record: an `account.tax` or `account.account`
        """
        self.ensure_one()
        if record._name == "account.tax":
            self.sudo()._complete_taxes(record.sudo(), self._usage("tax"))
        elif record._name == "account.account":
            self.sudo()._complete_accounts(record.sudo(), self._usage("account"))

    def _complete_taxes(self, taxes, usage):
        rates, targets = self._rates(), self._line_accounts()
        fixed = taxes.filtered(lambda tax: tax.amount_type == "fixed")
        rows = self.tax_mapping_ids
        self._complete(
            rows, taxes - fixed, usage, "rate_id", lambda tax: self._proposed_rate(tax, rates)
        )
        # A fixed amount stands in Xero as a line of its own: it needs an account instead.
        self._complete(
            rows, fixed, usage, "xero_account_id",
            lambda tax: self._proposed_own_account(tax, targets),
        )

    def _complete_accounts(self, accounts, usage):
        targets = self._line_accounts()
        self._complete(
            self.account_mapping_ids,
            accounts,
            usage,
            "xero_account_id",
            lambda account: self._proposed_account(account, targets),
        )

    def _complete(self, mappings, records, usage, target, propose):
        """Make the missing rows, fill the empty ones, refresh how often each is used.

        :param mappings: the rows there are
        :param records: the taxes, accounts, … there should be rows for
        :param dict usage: number of lines by id of these
        :param str target: the field of the counterpart
        :param propose: function of one record: id of its counterpart, or None
        """
        source = mappings._source_field
        by_source = {mapping[source].id: mapping for mapping in mappings}
        new = []
        for record in records:
            mapping = by_source.get(record.id)
            if mapping and mapping[target] and (mapping[target].active or not mapping.proposed):
                found = None
            else:
                found = propose(record)
            if mapping is None:
                new.append({
                    "tenant_id": self.id,
                    source: record.id,
                    target: found,
                    "proposed": bool(found),
                    "usage": usage.get(record.id, 0),
                })
                continue
            if found:
                mapping.write({target: found, "proposed": True})
            if mapping.usage != usage.get(record.id, 0):
                mapping.usage = usage.get(record.id, 0)
        mappings.create(new)
        self.invalidate_recordset(["tax_mapping_ids", "account_mapping_ids"])

    def _proposed_rate(self, tax, rates):
        """Id of the rate that a tax certainly means, or None."""
        english = tax.with_context(lang="en_US")
        booked = english.invoice_repartition_line_ids
        factors = sorted(
            line.factor_percent for line in booked if line.repartition_type == "tax"
        )
        if tax.amount_type == "group" and len(tax.children_tax_ids) > 1:
            return self._combined_rate(tax, rates)
        # Reverse charge books a second, negative tax line; Xero does that with rates of its own.
        if (
            tax.amount_type != "percent"
            or factors not in ([100], [-100, 100])
            or tax.country_id.code != self.country_code
        ):
            return None
        positions = tax.fiscal_position_ids
        return xero_proposal.rate_of(
            xero_proposal.Tax(
                self.country_code,
                tax.type_tax_use,
                _decimal(tax.amount),
                (english.name, english.invoice_label or "", _plain_text(english.description)),
                frozenset(
                    ("-" if line.factor_percent < 0 else "") + tag.name.lstrip("+-")
                    for line in booked
                    for tag in line.tag_ids
                ),
                factors != [100],
                bool(positions) and not any(positions.mapped("is_domestic")),
            ),
            rates,
        )

    def _proposed_account(self, account, targets):
        """Id of the account in Xero that an account certainly means, or None."""
        if len(account) != 1:
            return None
        account = account.with_company(self.company_id)
        return xero_proposal.account_of(
            account.code, account.name, account.account_type, targets
        )

    def _proposed_own_account(self, tax, targets):
        """Id of the account for the line of a tax of a fixed amount: where Odoo books it."""
        account = tax.invoice_repartition_line_ids.account_id
        chosen = self.account_mapping_ids.filtered(lambda row: row.account_id == account)
        if account and chosen.xero_account_id.active:
            return chosen.xero_account_id.id
        return self._proposed_account(account, targets)

    def _rates(self):
        return [
            xero_proposal.Rate(
                rate.id, rate.tax_type, _decimal(rate.effective_rate), rate.on_revenue,
                rate.on_expenses, _decimal(rate.display_rate),
            )
            for rate in self.env["xero.tax.rate"].search([("tenant_id", "=", self.id)])
        ]

    def _line_accounts(self):
        return [
            xero_proposal.Account(
                account.id, account.code or "", account.name, account.account_class, account.type
            )
            for account in self.env["xero.account"].search(
                [("tenant_id", "=", self.id), *LINE_ACCOUNT]
            )
        ]

    def _usage(self, kind):
        """How many lines of documents that are sent used each tax or account; see `_line_groups`.

        A tax is counted where it stands alone: several together are a combination, which has a
        row of its own; a fixed amount always is a line of its own.

        :param str kind: `tax` or `account`
        :return: dict of id → number of lines
        """
        counts = Counter()
        _since, groups = self._line_groups()
        for group in groups:
            records = group.account
            if kind == "tax":
                fixed = group.taxes.filtered(lambda tax: tax.amount_type == "fixed")
                alone = group.taxes - fixed
                records = fixed | alone if len(alone) == 1 else fixed
            for record in records:
                counts[record.id] += len(group.documents)
        return counts


def _decimal(value):
    """A percentage without the noise of floats: 10.0 and 10 are the same rate."""
    return Decimal(str(value)).quantize(Decimal("0.0001"))


def _plain_text(html):
    """The words of a tax's description, which is HTML."""
    return html2plaintext(html) if html else ""
