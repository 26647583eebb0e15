"""Puts a seed into an organisation's tables, with ids that can be read."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

from ..arithmetic import effective_rate
from ..contacts import ADDRESS_SLOTS, PHONE_FIELDS, PHONE_SLOTS
from ..notation import FOUR_PLACES
from ..organisation import Organisation
from ..settings import CLASS_OF_TYPE, CURRENCY_NAMES
from .people import CONTACTS, ITEMS
from .seed import Account, Rate, Seed

FOUNDED = datetime(2025, 7, 1, 9, 30, tzinfo=timezone.utc)

# Third group of the seeded ids, so that a glance tells what an id belongs to.
ACCOUNT, CATEGORY, OPTION, THEME, CONTACT, ITEM = "4acc", "4ca7", "4091", "4b4d", "4c04", "417e"


def plant(organisation: Organisation, seed: Seed) -> Organisation:
    """Fill the settings, contacts and items of an organisation."""
    organisation.no_tax_type = seed.no_tax_type
    organisation.exchange_rates = {code: Decimal(rate) for code, rate in seed.currencies.items()}
    for code in (seed.profile["BaseCurrency"], *seed.currencies):
        organisation.currencies.save({"Code": code, "Description": CURRENCY_NAMES[code]})
    for rate in seed.rates:
        organisation.tax_rates.save(_rate(rate))
    for number, account in enumerate(seed.accounts, 1):
        organisation.accounts.save(_account(seed, number, account))
    _tracking(organisation, seed)
    _themes(organisation, seed)
    _contacts(organisation, seed)
    _items(organisation, seed)
    organisation.journal.forget()
    return organisation


def guid(prefix: str, group: str, number: int) -> str:
    """Return a fixed id, for instance 61000000-0000-4acc-8000-000000000200."""
    return f"{prefix}-0000-{group}-8000-{number:012d}"


def _rate(rate: Rate) -> dict:
    parts = tuple(
        {
            "Name": name,
            "Rate": Decimal(percent).quantize(FOUR_PLACES),
            "IsCompound": False,
            "IsNonRecoverable": False,
        }
        for name, percent in rate.components
    )
    display = effective_rate(parts)
    effective = display if rate.effective is None else Decimal(rate.effective)
    record = {"Name": rate.name, "TaxType": rate.tax_type}
    if rate.report:
        record["ReportTaxType"] = rate.report
    for letter, where in zip(
        "AEXLR", ("Assets", "Equity", "Expenses", "Liabilities", "Revenue"), strict=True
    ):
        record[f"CanApplyTo{where}"] = letter in rate.applies_to
    record["DisplayTaxRate"] = display.quantize(FOUR_PLACES)
    record["EffectiveRate"] = effective.quantize(FOUR_PLACES)
    record["Status"] = rate.status
    record["TaxComponents"] = parts
    return record


def _account(seed: Seed, number: int, account: Account) -> dict:
    code = int(account.code) if account.code.isdigit() else number
    record = {
        "AccountID": guid(seed.prefix, ACCOUNT, code),
        "Code": account.code,
        "Name": account.name,
        "Status": "ARCHIVED" if account.archived else "ACTIVE",
        "Type": account.type,
        "TaxType": account.tax_type,
        "Class": CLASS_OF_TYPE[account.type],
        "SystemAccount": account.system,
        "EnablePaymentsToAccount": account.payments,
        "ShowInExpenseClaims": False,
        "HasAttachments": False,
        "AddToWatchlist": False,
        "UpdatedDateUTC": FOUNDED,
    }
    if account.type == "BANK":
        record["BankAccountNumber"] = f"0101{code:06d}00"
        record["BankAccountType"] = "BANK"
        record["CurrencyCode"] = seed.profile["BaseCurrency"]
    return record


def _tracking(organisation: Organisation, seed: Seed) -> None:
    for number, (name, options) in enumerate(seed.tracking.items(), 1):
        organisation.tracking_categories.save(
            {
                "TrackingCategoryID": guid(seed.prefix, CATEGORY, number),
                "Name": name.removeprefix("-"),
                "Status": "ARCHIVED" if name.startswith("-") else "ACTIVE",
                "Options": tuple(
                    {
                        "TrackingOptionID": guid(seed.prefix, OPTION, number * 100 + place),
                        "Name": option.removeprefix("-"),
                        "Status": "ARCHIVED" if option.startswith("-") else "ACTIVE",
                    }
                    for place, option in enumerate(options, 1)
                ),
            }
        )


def _themes(organisation: Organisation, seed: Seed) -> None:
    for number, name in enumerate(("Standard", "Very orange invoice!", "Special Projects")):
        organisation.branding_themes.save(
            {
                "BrandingThemeID": guid(seed.prefix, THEME, number + 1),
                "Name": name,
                "SortOrder": number,
                "CreatedDateUTC": FOUNDED,
                "Type": "INVOICE",
            }
        )


def _contacts(organisation: Organisation, seed: Seed) -> None:
    for number, person in enumerate(CONTACTS, 1):
        street = {"AddressLine1": person.street, "City": person.city} if person.street else {}
        organisation.contacts.save(
            {
                "ContactID": guid(seed.prefix, CONTACT, number),
                "ContactNumber": person.number,
                "ContactStatus": "ARCHIVED" if person.archived else "ACTIVE",
                "Name": person.name,
                "FirstName": person.first_name,
                "LastName": person.last_name,
                "EmailAddress": person.email,
                "BankAccountDetails": "",
                "Addresses": {slot: street if slot == "POBOX" else {} for slot in ADDRESS_SLOTS},
                "Phones": {
                    slot: {
                        **dict.fromkeys(PHONE_FIELDS, ""),
                        **({"PhoneNumber": person.phone} if slot == "DEFAULT" else {}),
                    }
                    for slot in PHONE_SLOTS
                },
                "ContactPersons": (),
                "IsSupplier": person.supplier,
                "IsCustomer": person.customer,
                "UpdatedDateUTC": FOUNDED,
            }
        )


def _items(organisation: Organisation, seed: Seed) -> None:
    for number, item in enumerate(ITEMS, 1):
        record = {
            "ItemID": guid(seed.prefix, ITEM, number),
            "Code": item.code,
            "Name": item.name,
            "Description": item.name,
            "PurchaseDescription": item.name if item.cost else "",
            "IsSold": bool(item.price),
            "IsPurchased": bool(item.cost),
            "IsTrackedAsInventory": item.tracked,
            "SalesDetails": {},
            "PurchaseDetails": {},
            "UpdatedDateUTC": FOUNDED,
        }
        if item.price:
            record["SalesDetails"] = {
                "UnitPrice": Decimal(item.price),
                "AccountCode": seed.sales_code,
                "TaxType": seed.sales_tax,
            }
        if item.cost:
            record["PurchaseDetails"] = {
                "UnitPrice": Decimal(item.cost),
                "COGSAccountCode" if item.tracked else "AccountCode": seed.purchases_code,
                "TaxType": seed.purchases_tax,
            }
        if item.tracked:
            stock = next(one.code for one in seed.accounts if one.type == "INVENTORY")
            record["InventoryAssetAccountCode"] = stock
            record["QuantityOnHand"] = Decimal("25.0000")
            record["TotalCostPool"] = Decimal(item.cost) * 25
        organisation.items.save(record)
