"""Settings of an organisation in Xero's answers: accounts, tax rates, tracking, currencies."""

from . import envelope, errors
from .documents import (
    Account,
    BrandingTheme,
    Currency,
    Organisation,
    TaxComponent,
    TaxRate,
    TrackingCategory,
    TrackingOption,
)

CLASSES = {
    "CanApplyToAssets": "assets",
    "CanApplyToEquity": "equity",
    "CanApplyToExpenses": "expenses",
    "CanApplyToLiabilities": "liabilities",
    "CanApplyToRevenue": "revenue",
}


def organisation(body):
    """The organisation that answered.

    :rtype: Organisation
    """
    rows = envelope.rows("Organisations", body)
    if len(rows) != 1:
        raise errors.Unreadable("organisation", "Xero's answer names no organisation.")
    row = rows[0]
    return Organisation(
        organisation_id=envelope.required(row, "OrganisationID"),
        name=envelope.required(row, "Name"),
        base_currency=envelope.required(row, "BaseCurrency"),
        country_code=envelope.required(row, "CountryCode"),
        short_code=envelope.text(row.get("ShortCode")) or "",
        is_demo=row.get("IsDemoCompany") is True,
        status=envelope.text(row.get("OrganisationStatus")),
        timezone=envelope.text(row.get("Timezone")),
        period_lock_date=envelope.date(row.get("PeriodLockDate")),
        year_lock_date=envelope.date(row.get("EndOfYearLockDate")),
    )


def accounts(body):
    """Xero's chart of accounts.

    :rtype: tuple[Account, ...]
    """
    return tuple(
        Account(
            account_id=envelope.required(row, "AccountID"),
            code=envelope.text(row.get("Code")),
            name=envelope.required(row, "Name"),
            type=envelope.text(row.get("Type")) or "",
            account_class=envelope.text(row.get("Class")),
            status=envelope.text(row.get("Status")) or "ACTIVE",
            tax_type=envelope.text(row.get("TaxType")),
            system_account=envelope.text(row.get("SystemAccount")),
            currency=envelope.text(row.get("CurrencyCode")),
            takes_payments=row.get("EnablePaymentsToAccount") is True,
        )
        for row in envelope.rows("Accounts", body)
    )


def tax_rates(body):
    """Tax rates, deleted and archived ones included.

    :rtype: tuple[TaxRate, ...]
    """
    return tuple(
        TaxRate(
            tax_type=envelope.required(row, "TaxType"),
            name=envelope.required(row, "Name"),
            effective_rate=envelope.number(row.get("EffectiveRate")),
            display_rate=envelope.number(row.get("DisplayTaxRate")),
            status=envelope.text(row.get("Status")) or "ACTIVE",
            applies_to=frozenset(
                name for flag, name in CLASSES.items() if row.get(flag) is True
            ),
            report_tax_type=envelope.text(row.get("ReportTaxType")),
            components=tuple(
                TaxComponent(
                    envelope.text(part.get("Name")) or "",
                    envelope.number(part.get("Rate")),
                    part.get("IsCompound") is True,
                    part.get("IsNonRecoverable") is True,
                )
                for part in envelope.objects(row.get("TaxComponents"))
            ),
        )
        for row in envelope.rows("TaxRates", body)
    )


def currencies(body):
    """Currencies that the organisation is subscribed to.

    :rtype: tuple[Currency, ...]
    """
    return tuple(
        Currency(envelope.required(row, "Code"), envelope.text(row.get("Description")) or "")
        for row in envelope.rows("Currencies", body)
    )


def tracking_categories(body):
    """Tracking categories with their options.

    :rtype: tuple[TrackingCategory, ...]
    """
    return tuple(
        TrackingCategory(
            envelope.required(row, "TrackingCategoryID"),
            envelope.required(row, "Name"),
            envelope.text(row.get("Status")) or "ACTIVE",
            tuple(
                TrackingOption(
                    envelope.required(option, "TrackingOptionID"),
                    envelope.required(option, "Name"),
                    envelope.text(option.get("Status")) or "ACTIVE",
                )
                for option in envelope.objects(row.get("Options"))
            ),
        )
        for row in envelope.rows("TrackingCategories", body)
    )


def branding_themes(body):
    """Invoice templates, in Xero's order.

    :rtype: tuple[BrandingTheme, ...]
    """
    return tuple(
        BrandingTheme(
            envelope.required(row, "BrandingThemeID"),
            envelope.required(row, "Name"),
            _place(row.get("SortOrder")),
        )
        for row in envelope.rows("BrandingThemes", body)
    )


def _place(value):
    """A place in a list, small enough for a column."""
    place = int(envelope.number(value))
    if not 0 <= place < 2**31:
        raise errors.Unreadable("field", "Xero's answer holds a place that is none.")
    return place
