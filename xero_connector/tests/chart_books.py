"""A company with one of Odoo's own charts, whose taxes all have a rate in Xero.

Shared by the tests and the benchmark of the charts. `organisation` is the simulator's, which gets
the rates and currencies that the chart needs before the tenant is connected to it.
"""

from dataclasses import dataclass
from decimal import Decimal

from odoo import Command

from xero_simulator.accounting.lines import ACCOUNTS_OF_CLASS

from ..models.xero_combination import combined_percent
from ..models.xero_tables import XeroTables

# Foreign currencies of 2, 0 and 3 decimals, and foreign units per unit of the company's.
CURRENCIES = {"EUR": 0.6117, "JPY": 98.7654321, "KWD": 0.203}

# Rates beside those of the chart: such as leave fractions of a cent.
ODD_RATES = (8.1, 14.975)
PLAIN_RATES = 4  # of the chart, highest first

CLASSES = {"income": "REVENUE", "expense": "EXPENSE", "liability": "LIABILITY"}


@dataclass(frozen=True)
class Side:
    """Sales or purchases: account of the lines, and choices of taxes that stand together."""

    account: object
    tax_sets: list


class ChartBook:
    """The company, its tenant, and what documents are made of."""

    def __init__(self, env, chart, company, organisation, make_tenant, connect):
        """Load the chart, make taxes, and map everything.

        :param chart: code of Odoo's chart, e.g. `au`
        :param company: without a chart
        :param organisation: of the simulator, in the company's country
        :param make_tenant: called with the company; returns the `xero.tenant`
        :param connect: called with the tenant; connects it to the organisation
        """
        env["account.chart.template"].try_loading(chart, company, install_demo=False)
        self.env = env(context={
            **env.context, "allowed_company_ids": company.ids, "tracking_disable": True,
        })
        self.company = company.with_env(self.env)
        self.organisation = organisation
        self.currencies = self._make_currencies()
        income, expense, levies = map(self._account, ("income", "expense", "liability_current"))
        self.accounts = income | expense | levies
        self.sides = {
            use: Side(account, self._make_tax_sets(use, levies))
            for use, account in (("sale", income), ("purchase", expense))
        }
        self.rates = {}
        for side in self.sides.values():
            for taxes in side.tax_sets:
                self._rate_type(percent_of(taxes))
        self.cash_roundings = self._make_cash_roundings(income, expense)
        self.partner = self.env["res.partner"].create({"name": f"Partner of {chart}"})
        self.product = self.env["product.product"].create({
            "name": "Desk", "type": "consu", "property_account_expense_id": expense.id,
        })
        self.tenant = make_tenant(company).with_env(self.env)
        connect(self.tenant)
        self._map()
        self.tables = XeroTables(self.tenant)
        self.tables.masters["res.partner"] = {self.partner.id: (organisation.new_guid(), "1")}

    def _account(self, kind):
        return self.env["account.account"].search([
            ("company_ids", "=", self.company.id), ("account_type", "=", kind),
        ], limit=1)

    # === CURRENCIES AND ROUNDINGS === #

    def _make_currencies(self):
        """The company's own currency often, foreign ones now and then."""
        currencies = self.env["res.currency"].with_context(active_test=False).search(
            [("name", "in", list(CURRENCIES))]
        )
        currencies.active = True
        for currency in currencies:
            self.env["res.currency.rate"].create({
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": CURRENCIES[currency.name],
            })
            self.organisation.currencies[currency.name] = {
                "Code": currency.name, "Description": currency.full_name or currency.name,
            }
        return [*([self.company.currency_id] * 8), *currencies]

    def _make_cash_roundings(self, income, expense):
        common = {"profit_account_id": income.id, "loss_account_id": expense.id}
        return self.env["account.cash.rounding"].create([
            {"name": f"To {step} {strategy}", "rounding": step, "strategy": strategy,
             "rounding_method": method, **common}
            for strategy in ("add_invoice_line", "biggest_tax")
            for step, method in ((0.05, "HALF-UP"), (0.1, "DOWN"), (1.0, "UP"))
        ])

    # === TAXES === #

    def _make_tax_sets(self, use, levies):
        """Taxes that stand together on a line: none, one, several, included, fixed, on top."""
        plain = self._plain_taxes(use)
        odd = self.env["account.tax"].create([
            {"name": f"Odd {rate} {use}", "amount": rate, "type_tax_use": use,
             "invoice_label": f"{rate} %", "sequence": 5}
            for rate in ODD_RATES
        ])
        single = plain | odd
        included = self.env["account.tax"]
        for tax in single.filtered("amount"):
            included |= tax.copy({
                "name": f"{tax.name} included", "price_include_override": "tax_included",
            })
        first = single.filtered("amount")[:1]
        charged = odd[0].copy({"name": f"Charged upon {use}", "include_base_amount": True,
                               "sequence": 2})
        group = self.env["account.tax"].create({
            "name": f"Group {use}", "amount_type": "group", "type_tax_use": use,
            "children_tax_ids": [Command.set(odd.ids)],
        })
        eco, deposit, levy = self._make_fixed(use, levies)
        no_tax = self.env["account.tax"]
        return [
            no_tax,
            *single, *single, *included, *included,
            first | odd[0],
            odd[0] | odd[1],
            charged | first,
            included[0] | odd[1],
            included[-1] | included[-2],
            group,
            eco | first,
            eco | included[0],
            deposit | first,
            deposit | odd[1],
            levy,
        ]

    def _plain_taxes(self, use):
        """The taxes of the chart that add a percentage to the price, one of each rate, highest
        first; and one that is charged in reverse, where the chart has such."""
        chosen = {}
        for tax in self.env["account.tax"].search([
            ("company_id", "=", self.company.id),
            ("type_tax_use", "=", use),
            ("amount_type", "=", "percent"),
            ("amount", ">=", 0),
        ]).sorted(lambda tax: -tax.amount):
            if percent_of(tax) is not None:
                chosen.setdefault((tax.amount, _factors(tax) == [-100, 100]), tax)
        taxes = list(chosen.values())
        return self.env["account.tax"].union(*taxes[:PLAIN_RATES], *taxes[-1:])

    def _make_fixed(self, use, levies):
        """Taxes of a fixed amount: beside the others, charged upon by the others, on an account of
        its own."""
        values = [
            {"name": "Eco", "amount": 0.37},
            {"name": "Deposit", "amount": 1.255, "include_base_amount": True},
            {"name": "Levy", "amount": 2.5},
        ]
        eco, deposit, levy = self.env["account.tax"].create([
            {**value, "name": f"{value['name']} {use}", "invoice_label": value["name"],
             "amount_type": "fixed", "type_tax_use": use, "sequence": 0}
            for value in values
        ])
        (levy.invoice_repartition_line_ids | levy.refund_repartition_line_ids).filtered(
            lambda line: line.repartition_type == "tax"
        ).account_id = levies
        return eco, deposit, levy

    # === MAPPING === #

    def _rate_type(self, percent):
        """The tax type of a rate of this percentage, which the organisation gets when it is the
        first to ask."""
        if percent not in self.rates:
            tax_type = f"TAX{900 + len(self.rates)}"
            template = next(iter(self.organisation.tax_rates.values()))
            self.organisation.tax_rates.save({
                **template,
                "TaxType": tax_type,
                "Name": f"Rate of {percent} %",
                "Status": "ACTIVE",
                "DisplayTaxRate": percent,
                "EffectiveRate": percent,
                "TaxComponents": ({
                    "Name": "Tax", "Rate": percent,
                    "IsCompound": False, "IsNonRecoverable": False,
                },),
                **dict.fromkeys(ACCOUNTS_OF_CLASS.values(), True),
            })
            self.rates[percent] = tax_type
        return self.rates[percent]

    def _map(self):
        """Every tax and combination to the rate of its percentage, every account to one of its
        kind."""
        tenant = self.tenant
        tenant.action_propose_mappings()
        rates = {rate.tax_type: rate for rate in self.env["xero.tax.rate"].search(
            [("tenant_id", "=", tenant.id)]
        )}
        for side in self.sides.values():
            for taxes in side.tax_sets:
                plain = taxes.filtered(lambda tax: tax.amount_type != "fixed")
                if not plain:
                    continue
                rate = rates[self.rates[percent_of(plain)]]
                if len(plain) > 1:
                    tenant._combination_of(plain).rate_id = rate
                else:
                    tenant._ensure_mapping_of(plain)
                    self._row("tax", plain).rate_id = rate
        targets = self.env["xero.account"].search([
            ("tenant_id", "=", tenant.id), ("system_account", "=", False),
            ("active", "=", True), ("type", "!=", "BANK"), ("code", "!=", False),
        ])
        for account in self.accounts:
            tenant._ensure_mapping_of(account)
            kind = CLASSES[account.internal_group]
            fitting = targets.filtered(lambda target, kind=kind: target.account_class == kind)
            self._row("account", account).xero_account_id = fitting[0]

    def _row(self, kind, record):
        return self.env[f"xero.{kind}.mapping"].search([
            ("tenant_id", "=", self.tenant.id), (f"{kind}_id", "=", record.id),
        ])


def percent_of(taxes):
    """What the Xero rate for these taxes must add, in percent; None where it is none."""
    if _factors(taxes) == [-100, 100]:
        return Decimal("0.0000")
    percent = combined_percent(taxes)
    return percent if percent is None else percent.quantize(Decimal("0.000001"))


def _factors(taxes):
    return sorted(
        taxes.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        ).mapped("factor_percent")
    )
