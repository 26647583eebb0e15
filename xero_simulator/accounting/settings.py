"""The organisation's profile, its accounts, tax rates and currencies."""

from __future__ import annotations

from decimal import Decimal

from .answers import Refused
from .arithmetic import effective_rate
from .notation import FOUR_PLACES
from .tables import Record

CLASS_OF_TYPE = {
    "BANK": "ASSET",
    "CURRENT": "ASSET",
    "FIXED": "ASSET",
    "INVENTORY": "ASSET",
    "NONCURRENT": "ASSET",
    "PREPAYMENT": "ASSET",
    "EQUITY": "EQUITY",
    "DEPRECIATN": "EXPENSE",
    "DIRECTCOSTS": "EXPENSE",
    "EXPENSE": "EXPENSE",
    "OVERHEADS": "EXPENSE",
    "SUPERANNUATIONEXPENSE": "EXPENSE",
    "WAGESEXPENSE": "EXPENSE",
    "CURRLIAB": "LIABILITY",
    "LIABILITY": "LIABILITY",
    "PAYG": "LIABILITY",
    "PAYGLIABILITY": "LIABILITY",
    "SUPERANNUATIONLIABILITY": "LIABILITY",
    "TERMLIAB": "LIABILITY",
    "WAGESPAYABLELIABILITY": "LIABILITY",
    "OTHERINCOME": "REVENUE",
    "REVENUE": "REVENUE",
    "SALES": "REVENUE",
}

CURRENCY_NAMES = {
    "AUD": "Australian Dollar",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "EUR": "Euro",
    "GBP": "British Pound",
    "JPY": "Japanese Yen",
    "NZD": "New Zealand Dollar",
    "SGD": "Singapore Dollar",
    "USD": "United States Dollar",
}

# Where a created rate may be reported, by country ("Report Tax Types" of Xero's page on types); the
# other countries do not take the field.
REPORT_TAX_TYPES = {
    "AU": ("OUTPUT", "INPUT", "EXEMPTOUTPUT", "INPUTTAXED", "BASEXCLUDED", "EXEMPTEXPENSES"),
    "NZ": ("OUTPUT", "INPUT", "EXEMPTOUTPUT", "EXEMPTINPUT"),
    "GB": ("OUTPUT", "INPUT", "EXEMPTOUTPUT", "EXEMPTINPUT", "ECOUTPUT", "ECOUTPUTSERVICES",
           "ECINPUT", "ECACQUISITIONS", "CAPITALSALESOUTPUT", "CAPITALEXPENSESINPUT", "MOSSSALES"),
}  # fmt: skip


def show_organisation(organisation) -> Record:
    """Return the organisation with its present lock dates."""
    shown = dict(organisation.profile)
    for key, day in (
        ("PeriodLockDate", organisation.period_lock_date),
        ("EndOfYearLockDate", organisation.end_of_year_lock_date),
    ):
        shown.pop(key, None)
        if day:
            shown[key] = day
    return shown


# === ACCOUNTS === #


def show_account(organisation, record: Record, view: str, places: int) -> Record:
    """Return an account; a system account names its role."""
    return {key: value for key, value in record.items() if value is not None}


def create_account(organisation, element: Record) -> Record:
    """Create an account, or refuse it with every reason."""
    if element.get("AccountID"):
        raise Refused("AccountID must not be specified when an account is created.")
    problems: list[str] = []
    for key in ("Code", "Name", "Type"):
        if not element.get(key):
            problems.append(f"Account {key} must be specified")
    if element.get("Type") == "BANK" and not element.get("BankAccountNumber"):
        problems.append("BankAccountNumber must be specified for a bank account")
    record = {
        "AccountID": organisation.new_guid(),
        "Code": element.get("Code", ""),
        "Name": element.get("Name", ""),
        "Status": "ACTIVE",
        "Type": element.get("Type", ""),
        "TaxType": element.get("TaxType") or organisation.no_tax_type,
        "Class": CLASS_OF_TYPE.get(element.get("Type", ""), ""),
        "SystemAccount": "",
        "EnablePaymentsToAccount": element.get("EnablePaymentsToAccount") or False,
        "ShowInExpenseClaims": element.get("ShowInExpenseClaims") or False,
        "Description": element.get("Description"),
        "BankAccountNumber": element.get("BankAccountNumber"),
        "CurrencyCode": element.get("CurrencyCode"),
        "HasAttachments": False,
        "AddToWatchlist": element.get("AddToWatchlist") or False,
    }
    return _save_account(organisation, record, problems, None)


def update_account(organisation, element: Record, existing: Record) -> Record:
    """Change an account; archiving goes alone, and system accounts stay as they are."""
    problems: list[str] = []
    wanted = {key: value for key, value in element.items() if value is not None}
    wanted.pop("AccountID", None)
    if existing.get("SystemAccount"):
        problems.append("System accounts cannot be updated or archived.")
    if wanted.get("Status") == "ARCHIVED" and len(wanted) > 1:
        problems.append("An account is archived by a request that changes nothing else.")
    record = {**existing, **wanted}
    record["Class"] = CLASS_OF_TYPE.get(record["Type"], "")
    return _save_account(organisation, record, problems, existing["AccountID"])


def _save_account(organisation, record: Record, problems: list[str], guid: str | None) -> Record:
    code, name = record["Code"], record["Name"].casefold()
    for other in organisation.accounts.values():
        if other["AccountID"] == record["AccountID"] or other["Status"] != "ACTIVE":
            continue
        if code and other["Code"].casefold() == code.casefold():
            problems.append("Please enter a unique Code.")
        if name and other["Name"].casefold() == name:
            problems.append("Please enter a unique Name.")
    rate = organisation.tax_rates.get(record["TaxType"])
    if rate is None or rate["Status"] != "ACTIVE":
        kind = record["TaxType"]
        problems.append(
            f"The TaxType code {kind} does not exist or cannot be used for this type of "
            "transaction."
        )
    if problems:
        raise Refused(*problems, guid=guid)
    record["UpdatedDateUTC"] = organisation.now()
    return organisation.accounts.save(record)


def account_deletion_problem(organisation, record: Record) -> str | None:
    """Return why an account cannot be deleted, or None."""
    if record.get("SystemAccount"):
        return "System accounts cannot be updated or archived."
    guid = record["AccountID"]
    used = any(payment["AccountID"] == guid for payment in organisation.payments.values()) or any(
        line.get("AccountID") == guid
        for table in organisation.document_tables()
        for document in table.values()
        for line in document["LineItems"]
    )
    return "Account has been used in transactions and cannot be deleted." if used else None


# === TAX RATES === #


def save_tax_rate(organisation, element: Record, creating: bool) -> Record:
    """Create a custom rate, or add to or delete one; the country's own rates are fixed."""
    kind = element.get("TaxType")
    existing = None
    if not creating:
        existing = organisation.tax_rates.get(kind) if kind else _rate_named(organisation, element)
        if kind and existing is None:
            raise Refused(f"The TaxType code {kind} does not exist.")
    problems: list[str] = []
    if existing is not None and not existing["TaxType"].startswith("TAX"):
        problems.append("System tax rates cannot be changed.")
    named = _rate_named(organisation, element)
    if named is not None and (existing is None or named["TaxType"] != existing["TaxType"]):
        problems.append("Please enter a unique Name.")
    if existing is None:
        record = _new_rate(organisation, element, problems)
    else:
        record = _changed_rate(element, existing, problems)
    if problems:
        raise Refused(*problems, guid=existing["TaxType"] if existing else None)
    return organisation.tax_rates.save(record)


def _rate_named(organisation, element: Record) -> Record | None:
    name = (element.get("Name") or "").casefold()
    for rate in organisation.tax_rates.values():
        if rate["Name"].casefold() == name and rate["Status"] != "DELETED":
            return rate
    return None


def _new_rate(organisation, element: Record, problems: list[str]) -> Record:
    if not element.get("Name"):
        problems.append("Tax rate Name must be specified")
    if not element.get("TaxComponents"):
        problems.append("A tax rate needs at least one tax component")
    reported, known = element.get("ReportTaxType"), REPORT_TAX_TYPES.get(organisation.country_code)
    if known and not reported:
        problems.append("ReportTaxType must be specified")
    elif reported and reported not in (known or ()):
        problems.append(f"ReportTaxType '{reported}' is not valid for this organisation")
    taken = [int(kind[3:]) for kind in organisation.tax_rates if kind[3:].isdigit()]
    record = {
        "Name": element.get("Name", ""),
        "TaxType": f"TAX{max(taken, default=0) + 1:03d}",
        "ReportTaxType": element.get("ReportTaxType"),
        "CanApplyToAssets": True,
        "CanApplyToEquity": True,
        "CanApplyToExpenses": True,
        "CanApplyToLiabilities": True,
        "CanApplyToRevenue": True,
        "Status": "ACTIVE",
    }
    return _with_components(record, element.get("TaxComponents") or [], problems)


def _changed_rate(element: Record, existing: Record, problems: list[str]) -> Record:
    record = {**existing, "Name": element.get("Name") or existing["Name"]}
    if element.get("Status"):
        record["Status"] = element["Status"]
    components = element.get("TaxComponents")
    if components is None:
        return record
    names = {part.get("Name") for part in components}
    if any(part["Name"] not in names for part in existing["TaxComponents"]):
        problems.append("Tax components can be added, but not removed.")
    return _with_components(record, components, problems)


def _with_components(record: Record, components: list, problems: list[str]) -> Record:
    parts = []
    for part in components:
        rate = part.get("Rate")
        if not part.get("Name") or rate is None or rate < 0:
            problems.append("A tax component needs a Name and a Rate of zero or more")
            continue
        parts.append(
            {
                "Name": part["Name"],
                "Rate": Decimal(rate).quantize(FOUR_PLACES),
                "IsCompound": part.get("IsCompound") or False,
                "IsNonRecoverable": part.get("IsNonRecoverable") or False,
            }
        )
    if sum(part["IsCompound"] for part in parts) > 1:
        problems.append("Only one tax component can be compound")
    rate = effective_rate(parts)
    record["TaxComponents"] = tuple(parts)
    record["DisplayTaxRate"] = sum((part["Rate"] for part in parts), Decimal("0.0000"))
    record["EffectiveRate"] = (
        rate.quantize(FOUR_PLACES) if rate == rate.quantize(FOUR_PLACES) else rate
    )
    return record


# === CURRENCIES === #


def subscribe(organisation, element: Record) -> Record:
    """Add a currency, if the plan has several."""
    code = element.get("Code")
    if not code:
        raise Refused("Currency Code must be specified")
    if "UseMulticurrency" in organisation.denied_actions:
        raise Refused("The organisation's plan does not include multi-currency.")
    if code in organisation.currencies:
        raise Refused(f"Organisation is already subscribed to currency {code}")
    name = CURRENCY_NAMES.get(code, code)
    return organisation.currencies.save({"Code": code, "Description": name})
