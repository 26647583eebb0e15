"""How lines are booked in Xero: what a person chose, and the sentence where it does not do."""

from dataclasses import dataclass
from decimal import Decimal

from .xero_sync_mixin import Blocked

# What a rate must be allowed to stand on, by Xero's class of the account.
FLAGS = {
    "ASSET": "on_assets",
    "EQUITY": "on_equity",
    "EXPENSE": "on_expenses",
    "LIABILITY": "on_liabilities",
    "REVENUE": "on_revenue",
}


# Rates that Xero looks up by itself do not work on documents of apps:
# https://developer.xero.com/documentation/api/accounting/taxrates#tax-rate-constraints
LOOKED_UP = ("AVALARA", "USSALESTAX")


@dataclass(frozen=True, slots=True)
class Booking:
    """Xero's side of a line: tax type, its effective rate in percent, code of the account."""

    tax_type: str
    rate: Decimal
    account_code: str | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of the mirror: effective rate in percent, classes of accounts that it may stand on."""

    tax_type: str
    percent: Decimal
    name: str
    active: bool
    report: str | None
    classes: frozenset


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the mirror."""

    code: str | None
    name: str
    account_class: str
    type: str
    system: str | None
    active: bool


@dataclass(frozen=True)
class Mappings:
    """What a person chose, by Odoo's ids; a combination is named by the ids of its taxes, and is
    given as (id of its row, rate or None).

    `own_lines` are the accounts of taxes that stand in Xero as a line of their own.
    """

    taxes: dict
    combinations: dict
    accounts: dict
    own_lines: dict
    no_tax: Rate | None
    sales: Account | None
    purchases: Account | None
    rounding: Account | None


class BookingTables:
    """Look-ups of taxes and accounts, part of a run's `XeroTables`."""

    def _read_bookings(self):
        self._booked = {}  # what was found for lines, by taxes and account
        self.mappings = self.tenant._xero_mapping_tables()
        self.accounts = {
            account_id: account.code
            for account_id, account in self.mappings.accounts.items()
            if account.active and account.code
        }

    def booking_of(self, taxes, account, fallback=None):
        """How a line with these taxes on this account is booked in Xero.

        :param taxes: the `account.tax` records of the line; fixed amounts are lines of their own
        :param account: its `account.account`; empty when the line may go without one
        :param fallback: the `Account` of a line that has none in Odoo
        :rtype: Booking
        :raises Blocked: naming what is not mapped, cannot be used in Xero, or does not fit together
        """
        key = taxes._ids, account.id, fallback
        if key not in self._booked:
            self._booked[key] = self._look_up(taxes, account, fallback)
        return self._booked[key]

    def _look_up(self, taxes, account, fallback):
        rate, cause = self._rate_of(taxes)
        target = self._target_of(account) if account else fallback
        if target:
            self._check_account(target, account or self.tenant)
            self._check_fit(rate, target, cause or account or self.tenant)
        for tax in taxes.flatten_taxes_hierarchy():
            if tax.amount_type == "fixed":
                self._own_target_of(tax)
        return Booking(rate.tax_type, rate.percent, target.code if target else None)

    def account_of(self, account):
        """Xero's code of an Odoo account.

        :raises Blocked: if the account is not mapped, or cannot be used in Xero
        """
        target = self._target_of(account)
        self._check_account(target, account)
        return target.code

    def rounding_booking_of(self, account):
        """How the rounding of a document is booked: on the account chosen for it, else where the
        Odoo account goes."""
        chosen = self.mappings.rounding
        return self.booking_of(
            self.env["account.tax"], account.browse() if chosen else account, chosen
        )

    def own_line_booking_of(self, tax, line, charged):
        """How the line of a tax of a fixed amount is booked.

        :param tax: the `account.tax`
        :param Booking line: of the line that the tax belongs to
        :param bool charged: whether it carries the rate of that line; else it is without tax
        :raises Blocked: if its account has no counterpart, or one that Xero does not take
        """
        target = self._own_target_of(tax)
        code = target.code if target else line.account_code
        if charged:
            return Booking(line.tax_type, line.rate, code)
        rate, _cause = self._rate_of(tax.browse())
        if target:
            self._check_fit(rate, target, tax)
        return Booking(rate.tax_type, rate.percent, code)

    def _own_target_of(self, tax):
        """The account in Xero of a tax of a fixed amount: the chosen one, else where the account
        goes that Odoo books it on; None where that is the account of its line.

        :raises Blocked: if there is none
        """
        account = tax.invoice_repartition_line_ids.account_id[:1]
        target = self.mappings.own_lines.get(tax.id) or self.mappings.accounts.get(account.id)
        if target:
            self._check_account(target, tax)
        elif account:
            raise Blocked(
                self.env._(
                    "The tax %(tax)s is a fixed amount, which stands in Xero (%(tenant)s) as a "
                    "line of its own. Choose the account of that line: press Fix, or Invoicing → "
                    "Configuration → Xero → Tax Mapping.",
                    tax=tax.name,
                    tenant=self.tenant.name,
                ),
                tax,
            )
        return target

    def _rate_of(self, taxes):
        """The rate of the taxes on one line and what was chosen for it, as (Rate, cause).

        :raises Blocked: if there is none, or it cannot be used any more
        """
        taxes = taxes.filtered(lambda tax: tax.amount_type != "fixed")
        if not taxes:
            rate, cause = self.mappings.no_tax, None
        elif len(taxes) == 1:
            rate, cause = self.mappings.taxes.get(taxes.id), taxes
        else:
            rate, cause = self._combined_rate_of(taxes)
        if rate is None:
            raise self._no_rate(taxes, cause)
        if not rate.active:
            raise Blocked(
                self.env._(
                    "The rate %(rate)s was deleted or archived in Xero (%(tenant)s). Choose "
                    "another for %(taxes)s: press Fix.",
                    rate=f"{rate.name} [{rate.tax_type}]",
                    taxes=", ".join(taxes.mapped("name")) or self.env._("lines without tax"),
                    tenant=self.tenant.name,
                ),
                cause or self.tenant,
            )
        if rate.report in LOOKED_UP:
            raise Blocked(
                self.env._(
                    "The rate %(rate)s is one that Xero (%(tenant)s) looks up itself, which does "
                    "not work on documents of apps. Choose another for %(taxes)s: press Fix.",
                    rate=f"{rate.name} [{rate.tax_type}]",
                    taxes=", ".join(taxes.mapped("name")) or self.env._("lines without tax"),
                    tenant=self.tenant.name,
                ),
                cause or self.tenant,
            )
        return rate, cause

    def _combined_rate_of(self, taxes):
        """The rate of several taxes on one line, and the row of their combination; the row is made
        when a document is the first to use it."""
        rows = self.env["xero.tax.combination"]
        row_id, rate = self.mappings.combinations.get(combination_key(taxes.ids), (None, None))
        if row_id:
            return rate, rows.browse(row_id)
        combination = self.tenant._combination_of(taxes)
        return combination.rate_id and rate_from(combination.rate_id) or None, combination

    def _no_rate(self, taxes, cause):
        if not taxes:
            return Blocked(
                self.env._(
                    "A line has no tax, and %(tenant)s has no Xero rate for lines without tax. "
                    "Choose one on the tenant.",
                    tenant=self.tenant.name,
                ),
                self.tenant,
            )
        if len(taxes) > 1:
            return Blocked(
                self.env._(
                    "A line carries several taxes (%(taxes)s), for which Xero (%(tenant)s) needs "
                    "one rate. Choose it: press Fix, or Invoicing → Configuration → Xero → Tax "
                    "Combinations.",
                    taxes=", ".join(taxes.mapped("name")),
                    tenant=self.tenant.name,
                ),
                cause,
            )
        return Blocked(
            self.env._(
                "The tax %(tax)s has no counterpart in Xero (%(tenant)s). Choose one: "
                "press Fix, or Invoicing → Configuration → Xero → Tax Mapping.",
                tax=taxes.name,
                tenant=self.tenant.name,
            ),
            taxes,
        )

    def _target_of(self, account):
        """The account in Xero of an Odoo account: the chosen one, else the tenant's default for
        its kind if the person chose one.

        :raises Blocked: if there is none
        """
        if target := self.mappings.accounts.get(account.id):
            return target
        default = {"income": self.mappings.sales, "expense": self.mappings.purchases}.get(
            account.account_type.partition("_")[0]
        )
        if default:
            return default
        raise Blocked(
            self.env._(
                "The account %(account)s has no counterpart in Xero (%(tenant)s). Choose one: "
                "press Fix, or Invoicing → Configuration → Xero → Account Mapping.",
                account=self._name_of(account),
                tenant=self.tenant.name,
            ),
            account,
        )

    def _check_account(self, target, cause):
        """Refuse an account that Xero would refuse on a line.

        :param target: the `Account`
        :param cause: what it was chosen for: an account, a tax, or the tenant
        """
        if not target.active:
            reason = self.env._("was archived or deleted in Xero")
        elif target.type == "BANK":
            reason = self.env._("is a bank account, which Xero does not take on lines")
        elif target.system and target.system != "ROUNDING":
            reason = self.env._("is one that Xero keeps for itself")
        elif not target.code:
            reason = self.env._("has no code in Xero")
        else:
            return
        raise Blocked(
            self.env._(
                "The account %(target)s in Xero (%(tenant)s), chosen for %(cause)s, %(reason)s. "
                "Choose another: press Fix.",
                target=f"{target.code or ''} {target.name}".strip(),
                cause=self._name_of(cause),
                reason=reason,
                tenant=self.tenant.name,
            ),
            cause,
        )

    def _check_fit(self, rate, target, cause):
        """Refuse a rate on a class of accounts that Xero does not take it on."""
        if target.account_class in rate.classes or not target.account_class:
            return
        raise Blocked(
            self.env._(
                "Xero (%(tenant)s) does not take the rate %(rate)s on the account %(target)s. "
                "Choose another rate for %(cause)s (press Fix), or another account, then send "
                "again.",
                rate=f"{rate.name} [{rate.tax_type}]",
                target=f"{target.code} {target.name}",
                cause=self._name_of(cause),
                tenant=self.tenant.name,
            ),
            cause,
        )

    def _name_of(self, record):
        if record._name == "account.account":
            account = record.with_company(self.tenant.company_id)
            return f"{account.code} {account.name}"
        return record.display_name


# === THE MIRROR AS PLAIN VALUES === #

def combination_key(tax_ids):
    """The name of a set of taxes: their ids in order."""
    return ",".join(str(tax_id) for tax_id in sorted(tax_ids))


def rate_from(row):
    """A `Rate` from anything that has the columns of `xero.tax.rate`."""
    return Rate(
        row.tax_type,
        Decimal(str(row.effective_rate)).quantize(Decimal("0.0001")),
        row.name,
        row.active,
        row.report_tax_type or None,
        frozenset(kind for kind, flag in FLAGS.items() if getattr(row, flag)),
    )
