"""Where the money of a Xero account is in Odoo: the journal or account of payments, per tenant."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# What a row of over- and prepayments is known by: Xero tells no bank account of them.
ON_ACCOUNT = "on-account"


class XeroPaymentAccount(models.Model):
    """One row per Xero account that payments are made from or to; a person fills the right column.

    Payments of a row without counterpart wait; filling it registers them all.
    """

    _name = "xero.payment.account"
    _description = "Xero Payment Account"
    _inherit = "xero.fixed.mixin"
    _order = "tenant_id, kind, name, id"
    _fixed_fields = ("tenant_id", "xero_id", "kind", "currency_code")

    # === FIELDS === #

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    xero_id = fields.Char("Xero ID", required=True, readonly=True)
    name = fields.Char("Account in Xero", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("bank", "Bank Account"),
            ("other", "Other Account"),
            ("on_account", "Overpayments and Prepayments"),
        ],
        required=True,
        readonly=True,
        default="bank",
    )
    currency_code = fields.Char("Currency in Xero", readonly=True)
    journal_id = fields.Many2one(
        "account.journal",
        string="Journal in Odoo",
        domain="[('type', 'in', ('bank', 'cash', 'credit')), "
               "('company_id', 'parent_of', company_id)]",
        index="btree_not_null",
        ondelete="set null",
        help="Payments from or to the account in Xero are registered in this bank or cash journal.",
    )
    account_id = fields.Many2one(
        "account.account",
        string="Or Account in Odoo",
        index="btree_not_null",
        ondelete="set null",
        help="For accounts that are no bank, such as bank fees: what was paid from or to it in "
        "Xero is written off to this account in Odoo.",
    )
    waiting_count = fields.Integer("Waiting", compute="_compute_waiting_count", compute_sudo=True)

    _xero_id_uniq = models.Constraint(
        "UNIQUE(tenant_id, xero_id)", "This account stands in the list of this tenant already."
    )

    @api.depends("name", "kind")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.name

    @api.depends("journal_id", "account_id")
    def _compute_waiting_count(self):
        counts = dict(self.env["xero.payment"]._read_group(
            [("account_id", "in", self.ids), ("state", "=", "waiting")],
            ["account_id"], ["__count"],
        ))
        for row in self:
            row.waiting_count = counts.get(row, 0)

    def _is_mapped(self):
        """Whether it is known where the money is in Odoo."""
        self.ensure_one()
        return bool(self.journal_id.active or (self.kind == "other" and self.account_id.active))

    # === CHECKS === #

    @api.constrains("journal_id", "account_id", "tenant_id")
    def _check_counterpart(self):
        for row in self:
            company = row.company_id
            journal, account = row.journal_id, row.account_id
            if journal and journal.company_id not in company.parent_ids:
                raise ValidationError(self.env._(
                    "The journal %(journal)s does not belong to %(company)s.",
                    journal=journal.name, company=company.name,
                ))
            if account and not company.parent_ids & account.company_ids:
                raise ValidationError(self.env._(
                    "The account %(account)s does not belong to %(company)s.",
                    account=account.display_name, company=company.name,
                ))
            if account and row.kind != "other":
                raise ValidationError(self.env._(
                    "%(name)s holds money: choose a bank or cash journal for it, no account.",
                    name=row.name,
                ))
            if journal and account:
                raise ValidationError(self.env._(
                    "Choose either a journal or an account for %(name)s.", name=row.name
                ))
            kept = (journal.currency_id or company.currency_id).name
            if journal and row.kind == "bank" and row.currency_code not in (False, kept):
                raise ValidationError(self.env._(
                    "%(name)s is kept in %(xero)s in Xero, and the journal %(journal)s in "
                    "%(odoo)s. Choose a journal of the same currency.",
                    name=row.name, xero=row.currency_code, journal=journal.name, odoo=kept,
                ))

    # === RELEASING === #

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.filtered(lambda row: row._is_mapped())._release_waiting()
        return rows

    def write(self, vals):
        result = super().write(vals)
        if vals.get("journal_id") or vals.get("account_id"):
            self._release_waiting()
        return result

    def _release_waiting(self):
        """Register, and send, what waited for these rows."""
        waiting = self.env["xero.payment"].sudo().search(
            [("account_id", "in", self.ids), ("state", "=", "waiting")]
        )
        waiting._release()

    # === THE LIST === #

    @api.model
    def _complete(self, tenant):
        """Make the rows that are missing: Xero's bank accounts, those that take payments, and one
        for over- and prepayments; a bank journal of the same name is certain enough to be filled
        in.

        :return: {xero_id: row} of the tenant
        """
        rows = {row.xero_id: row for row in self.search([("tenant_id", "=", tenant.id)])}
        accounts = self.env["xero.account"].search(
            Domain("tenant_id", "=", tenant.id)
            & (Domain("type", "=", "BANK") | Domain("takes_payments", "=", True))
        )
        named = {
            journal.name.casefold(): journal
            for journal in self.env["account.journal"].search([
                *self.env["account.journal"]._check_company_domain(tenant.company_id),
                ("type", "in", ("bank", "cash")),
            ])
        }
        missing = []
        for account in accounts:
            values = {
                "name": account.display_name,
                "kind": "bank" if account.type == "BANK" else "other",
                "currency_code": account.currency_code,
            }
            if row := rows.get(account.xero_id):
                if changed := {name: new for name, new in values.items() if row[name] != new}:
                    row.write(changed)
                continue
            journal = account.type == "BANK" and named.get(account.name.casefold())
            kept = journal and (journal.currency_id or tenant.company_id.currency_id).name
            missing.append({
                "tenant_id": tenant.id,
                "xero_id": account.xero_id,
                **values,
                "journal_id": journal and account.currency_code in (False, kept) and journal.id,
            })
        if ON_ACCOUNT not in rows:
            missing.append({
                "tenant_id": tenant.id,
                "xero_id": ON_ACCOUNT,
                "kind": "on_account",
                "name": self.env._("Overpayments and prepayments"),
            })
        rows.update((row.xero_id, row) for row in self.create(missing))
        return rows

    @api.model
    def _of(self, tenant, xero_ids):
        """Rows by the GUID of their accounts, made where they are missing.

        :param xero_ids: GUIDs of accounts in Xero, or `ON_ACCOUNT`
        """
        wanted = set(xero_ids)
        rows = {row.xero_id: row for row in self.search(
            [("tenant_id", "=", tenant.id), ("xero_id", "in", list(wanted))]
        )}
        if wanted - rows.keys():
            rows = self._complete(tenant)
        # An account that was made in Xero since its settings were read.
        unknown = [xero_id for xero_id in wanted if xero_id not in rows]
        rows.update((row.xero_id, row) for row in self.create([
            {
                "tenant_id": tenant.id,
                "xero_id": xero_id,
                "name": self.env._("New account (press Read Settings from Xero for its name)"),
            }
            for xero_id in unknown
        ]))
        return rows

    # === ACTIONS === #

    def action_open_waiting(self):
        """Show the payments that wait for this row."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("xero_connector.xero_payment_action")
        return {
            **action,
            "domain": [("account_id", "=", self.id), ("state", "=", "waiting")],
            "context": {},
        }
