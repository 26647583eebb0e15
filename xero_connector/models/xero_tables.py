"""What one run of a tenant looks up again and again, read once."""

from dataclasses import dataclass
from decimal import Decimal

from .xero_head_tables import HeadTables
from .xero_item_tables import ItemTables
from .xero_sync_mixin import Blocked
from .xero_tracking_tables import TrackingTables


@dataclass(frozen=True, slots=True)
class Booking:
    """Xero's side of a line: tax type, its effective rate in percent, code of the account."""

    tax_type: str
    rate: Decimal
    account_code: str | None


class XeroTables(HeadTables):
    """Masters of one tenant as plain dictionaries: taxes, accounts, contacts.

    Reading them once per run instead of once per document is what keeps the send path at a few
    SQL statements per batch. Look-ups that find nothing raise `Blocked` with the sentence for the
    person who has to mend it.
    """

    def __init__(self, tenant):
        self.env = tenant.env
        self.tenant = tenant
        self._read_mappings()
        parameters = self.env["ir.config_parameter"].sudo()
        self.database = parameters.get_param("database.uuid").partition("-")[0]
        self.base_url = parameters.get_param("web.base.url")
        self.masters = {}
        self.items = ItemTables(tenant)

    def _read_mappings(self):
        self.taxes, self.accounts = self.tenant._xero_mapping_tables()
        self.no_tax = self.tenant.no_tax_rate_id
        self._read_head()
        self.tracking = TrackingTables(self.tenant)
        self.read_at = self.env.cr.now()

    def refresh(self):
        """Read the mappings again if that was done in an earlier transaction of the run.

        :return: whether they were read again; what did not fit them may fit now
        :rtype: bool
        """
        if self.read_at == self.env.cr.now():
            return False
        self._read_mappings()
        return True

    # === MASTERS === #

    def read_masters(self, records):
        """Remember which of `records`, all of one model, stand in Xero; one SQL statement.

        :return: the records that do not
        """
        known = self.masters.setdefault(records._name, {})
        unknown = records.filtered(lambda record: record.id not in known)
        if unknown:
            links = self.env["xero.link"].search_fetch(
                [
                    ("tenant_id", "=", self.tenant.id),
                    ("res_model", "=", records._name),
                    ("res_id", "in", unknown.ids),
                    ("xero_id", "!=", False),
                ],
                ["res_id", "xero_id", "xero_number"],
            )
            known.update({link.res_id: (link.xero_id, link.xero_number) for link in links})
        return unknown.filtered(lambda record: record.id not in known)

    def contact_of(self, partner):
        """Xero's GUID of the partner; the engine sends contacts before documents."""
        contacts = self.masters.get("res.partner", {})
        if partner.id not in contacts:
            raise Blocked(
                self.env._("%(name)s is not in Xero yet.", name=partner.display_name), partner
            )
        return contacts[partner.id][0]

    def account_of(self, account):
        """Xero's code of an Odoo account.

        :raises Blocked: if the account is not mapped
        """
        if code := self.accounts.get(account.id):
            return code
        account = account.with_company(self.tenant.company_id)
        raise Blocked(
            self.env._(
                "The account %(account)s has no counterpart in Xero (%(tenant)s). Choose one: "
                "press Fix, or Invoicing → Configuration → Xero → Account Mapping.",
                account=f"{account.code} {account.name}",
                tenant=self.tenant.name,
            ),
            account,
        )

    def tax_of(self, taxes):
        """Xero's rate of the taxes on one line, as (tax type, effective rate in percent).

        :raises Blocked: if there is none
        """
        if not taxes:
            if self.no_tax:
                return self.no_tax.tax_type, Decimal(str(self.no_tax.effective_rate))
            raise Blocked(
                self.env._(
                    "A line has no tax, and %(tenant)s has no Xero rate for lines without tax. "
                    "Choose one on the tenant.",
                    tenant=self.tenant.name,
                ),
                self.tenant,
            )
        if len(taxes) > 1:
            raise Blocked(
                self.env._(
                    "A line carries several taxes (%(taxes)s). Xero holds one rate per line; "
                    "combinations cannot be mapped yet. Enter this document in Xero by hand.",
                    taxes=", ".join(taxes.mapped("name")),
                ),
                taxes[0],
            )
        if rate := self.taxes.get(taxes.id):
            return rate
        raise Blocked(
            self.env._(
                "The tax %(tax)s has no counterpart in Xero (%(tenant)s). Choose one: "
                "press Fix, or Invoicing → Configuration → Xero → Tax Mapping.",
                tax=taxes.name,
                tenant=self.tenant.name,
            ),
            taxes,
        )

    def booking_of(self, taxes, account):
        """How a line with these taxes on this account is booked in Xero.

        :param taxes: the `account.tax` records of the line
        :param account: its `account.account`; empty when the line may go without one
        :rtype: Booking
        :raises Blocked: naming what is not mapped, or does not fit together in Xero
        """
        tax_type, rate = self.tax_of(taxes)
        code = self.account_of(account) if account else None
        return Booking(tax_type, rate, code)

    # === VALUES === #

    def amount(self, value, currency):
        """An Odoo amount as Decimal, with the decimals of its currency."""
        return Decimal(f"{value:.{currency.decimal_places}f}")

    def url_of(self, record):
        """The address that opens the record in Odoo. The payload leaves it out where Xero
        would refuse it."""
        return f"{self.base_url}/odoo/{record._name}/{record.id}"
