"""Settings of an organisation, mirrored from Xero and never written there."""

from odoo import api, fields, models

# Accounts that Xero takes on a line of a document.
LINE_ACCOUNT = [("active", "=", True), ("system_account", "=", False), ("type", "!=", "BANK")]


class XeroSetting(models.AbstractModel):
    """A row that stands for one setting in Xero; what vanishes there is archived here."""

    _name = "xero.setting"
    _description = "Xero Setting"
    _order = "tenant_id, name"

    # The field that names the setting in Xero for good.
    _xero_key = "xero_id"

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    xero_id = fields.Char("Xero ID", index=True)
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)

    @api.model
    def _mirror(self, tenant, values_list):
        """Make the rows of `tenant` equal to what Xero has: a few statements for all of them.

        :param tenant: the `xero.tenant`
        :param list values_list: field values of every setting that Xero listed
        """
        key = self._xero_key
        rows = self.with_context(active_test=False).search([("tenant_id", "=", tenant.id)])
        known = {row[key]: row for row in rows}
        new = []
        for listed in values_list:
            values = {"active": True, **listed}
            row = known.pop(values[key], None)
            if row is None:
                new.append({"tenant_id": tenant.id, **values})
            elif changed := row._changed(values):
                row.write(changed)
        self.create(new)
        gone = self.browse([row.id for row in known.values() if row.active])
        gone.write({"active": False})

    def _changed(self, values):
        current = self._convert_to_write({name: self[name] for name in values})
        return {name: value for name, value in values.items() if current[name] != value}


class XeroAccount(models.Model):
    _name = "xero.account"
    _description = "Xero Account"
    _inherit = "xero.setting"
    _order = "tenant_id, code, name"
    _rec_names_search = ["code", "name"]

    code = fields.Char(index=True)
    type = fields.Char(help="Xero's account type, e.g. SALES or DIRECTCOSTS.")
    account_class = fields.Char("Class", help="ASSET, EQUITY, EXPENSE, LIABILITY or REVENUE.")
    tax_type = fields.Char("Default Tax Type")
    system_account = fields.Char(
        help="Set on accounts that Xero keeps for itself; they are refused on lines."
    )
    currency_code = fields.Char("Currency", help="Of a bank account.")
    takes_payments = fields.Boolean(
        help="Xero allows payments from and to this account although it is no bank account."
    )

    _key_uniq = models.Constraint("UNIQUE(tenant_id, xero_id)", "This account is known already.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for account in self:
            account.display_name = f"{account.code or ''} {account.name or ''}".strip()


class XeroTaxRate(models.Model):
    """A tax rate exactly as Xero has it; documents are computed with its effective rate."""

    _name = "xero.tax.rate"
    _description = "Xero Tax Rate"
    _inherit = "xero.setting"
    _rec_names_search = ["name", "tax_type"]
    _xero_key = "tax_type"

    tax_type = fields.Char(required=True, help="Xero's name of the rate on lines, e.g. OUTPUT.")
    effective_rate = fields.Float("Effective Rate (%)", digits=(16, 4), aggregator=None)
    display_rate = fields.Float("Displayed Rate (%)", digits=(16, 4), aggregator=None)
    status = fields.Char(help="ACTIVE, DELETED, ARCHIVED or PENDING.")
    components = fields.Json(help="[{name, rate, compound, non_recoverable}]; rates as text.")
    report_tax_type = fields.Char(help="What Xero's reports on tax take the rate for.")
    on_assets = fields.Boolean("On Assets")
    on_equity = fields.Boolean("On Equity")
    on_expenses = fields.Boolean("On Expenses")
    on_liabilities = fields.Boolean("On Liabilities")
    on_revenue = fields.Boolean("On Revenue")

    _key_uniq = models.Constraint("UNIQUE(tenant_id, tax_type)", "This rate is known already.")

    @api.depends("name", "tax_type")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = f"{rate.name} [{rate.tax_type}]"


class XeroCurrency(models.Model):
    _name = "xero.currency"
    _description = "Xero Currency"
    _inherit = "xero.setting"
    _order = "tenant_id, code"
    _xero_key = "code"

    code = fields.Char(required=True)

    _key_uniq = models.Constraint("UNIQUE(tenant_id, code)", "This currency is known already.")


class XeroTrackingCategory(models.Model):
    _name = "xero.tracking.category"
    _description = "Xero Tracking Category"
    _inherit = "xero.setting"

    option_ids = fields.One2many("xero.tracking.option", "category_id", string="Options")

    _key_uniq = models.Constraint("UNIQUE(tenant_id, xero_id)", "This category is known already.")


class XeroTrackingOption(models.Model):
    _name = "xero.tracking.option"
    _description = "Xero Tracking Option"
    _inherit = "xero.setting"

    category_id = fields.Many2one(
        "xero.tracking.category", required=True, index=True, ondelete="cascade"
    )

    _key_uniq = models.Constraint("UNIQUE(tenant_id, xero_id)", "This option is known already.")


class XeroBrandingTheme(models.Model):
    _name = "xero.branding.theme"
    _description = "Xero Branding Theme"
    _inherit = "xero.setting"
    _order = "tenant_id, sequence, name"

    sequence = fields.Integer()

    _key_uniq = models.Constraint("UNIQUE(tenant_id, xero_id)", "This theme is known already.")
