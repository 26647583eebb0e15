"""How lines are booked in a tenant: its defaults, and everything chosen, read at once."""

from collections import namedtuple

from odoo import fields, models
from odoo.tools import SQL

from .xero_booking_tables import FLAGS, Account, Mappings, rate_from
from .xero_setting import LINE_ACCOUNT

OWN_ACCOUNT = f"[('tenant_id', '=', id)] + {LINE_ACCOUNT}"
# Xero's own account for rounding is the only one of its system accounts that lines may use.
ROUNDING_ACCOUNT = (
    "[('tenant_id', '=', id), ('active', '=', True), ('type', '!=', 'BANK'),"
    " ('system_account', 'in', (False, 'ROUNDING'))]"
)
DEFAULTS = frozenset({"sales_account_id", "purchase_account_id", "rounding_account_id"})


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    sales_account_id = fields.Many2one(
        "xero.account",
        string="Default Sales Account",
        domain=OWN_ACCOUNT,
        copy=False,
        ondelete="set null",
        help="Used for income accounts that have no counterpart in Xero. Empty: documents that "
        "use such an account wait until you choose its counterpart.",
    )
    purchase_account_id = fields.Many2one(
        "xero.account",
        string="Default Purchase Account",
        domain=OWN_ACCOUNT,
        copy=False,
        ondelete="set null",
        help="Used for expense accounts that have no counterpart in Xero, and for order lines "
        "whose product says no expense account. Empty: documents that use such an account wait "
        "until you choose its counterpart.",
    )
    rounding_account_id = fields.Many2one(
        "xero.account",
        string="Account for Cash Rounding",
        domain=ROUNDING_ACCOUNT,
        copy=False,
        ondelete="set null",
        help="Where the rounding line of an invoice goes. Empty: to the counterpart of the "
        "account that it has in Odoo.",
    )

    def write(self, vals):
        # EXTENDS: choosing a default releases what waits for an account
        written = super().write(vals)
        if vals.keys() & DEFAULTS:
            links = self.env["xero.link"].sudo()
            waiting = links.search([
                ("tenant_id", "in", self.ids),
                ("state", "=", "blocked"),
                ("cause_model", "=", "account.account"),
            ])
            causes = self.env["account.account"].browse(waiting.mapped("cause_id"))
            links._release_blocked(self, causes | causes.browse())
            links._release_blocked(self, self)
        return written

    # === READING === #

    def _xero_mapping_tables(self):
        """Everything that a person chose for this tenant, in three statements.

        Rates and accounts that are gone in Xero are among them: a document that needs one says so.

        :rtype: Mappings
        """
        self.ensure_one()
        self.env.flush_all()
        rates = self._rows(
            "xero_tax_rate", "tax_type", "effective_rate", "name", "active", "report_tax_type",
            *FLAGS.values(),
        )
        rates = {row.id: rate_from(row) for row in rates}
        accounts = {
            row.id: Account(*row[1:])
            for row in self._rows(
                "xero_account", "code", "name", "account_class", "type", "system_account", "active"
            )
        }
        chosen = self.env.execute_query(SQL(
            """
            SELECT 'tax', tax_id, NULL, rate_id, xero_account_id
              FROM xero_tax_mapping WHERE tenant_id = %(tenant)s
         UNION ALL
            SELECT 'combination', id, key, rate_id, NULL
              FROM xero_tax_combination WHERE tenant_id = %(tenant)s
         UNION ALL
            SELECT 'account', account_id, NULL, NULL, xero_account_id
              FROM xero_account_mapping WHERE tenant_id = %(tenant)s
            """,
            tenant=self.id,
        ))
        return Mappings(
            taxes={tax: rates[rate] for kind, tax, _key, rate, _own in chosen
                   if kind == "tax" and rate},
            combinations={key: (row, rates.get(rate)) for kind, row, key, rate, _own in chosen
                          if kind == "combination"},
            accounts={account: accounts[target] for kind, account, _key, _rate, target in chosen
                      if kind == "account" and target},
            own_lines={tax: accounts[own] for kind, tax, _key, _rate, own in chosen
                       if kind == "tax" and own},
            no_tax=rates.get(self.no_tax_rate_id.id),
            sales=accounts.get(self.sales_account_id.id),
            purchases=accounts.get(self.purchase_account_id.id),
            rounding=accounts.get(self.rounding_account_id.id),
        )

    def _rows(self, table, *columns):
        """The rows of one mirror of this tenant, as tuples with named columns."""
        row = namedtuple("Row", ("id", *columns))
        return [
            row(*values)
            for values in self.env.execute_query(SQL(
                "SELECT %s FROM %s WHERE tenant_id = %s",
                SQL(", ").join(SQL.identifier(name) for name in row._fields),
                SQL.identifier(table),
                self.id,
            ))
        ]
