"""Items: codes are unique without regard to case, each side can be switched off."""

from __future__ import annotations

from decimal import Decimal

from . import arithmetic
from .answers import Refused, not_found
from .lines import ACCOUNTS_OF_CLASS, TOO_MANY_DECIMALS, account_problem
from .notation import decimals
from .tables import Record

SIDES = (("SalesDetails", "IsSold"), ("PurchaseDetails", "IsPurchased"))


def existing_item(organisation, element: Record, creating: bool) -> Record | None:
    """Return the item that an element edits: by id, with POST also by code."""
    guid = element.get("ItemID")
    if creating:
        if guid:
            raise Refused("ItemID must not be specified when an item is created.")
        return None
    if guid:
        found = organisation.items.get(guid.lower())
        if found is None:
            raise not_found()
        return found
    found = organisation.items.find("code", (element.get("Code") or "").strip().casefold())
    return found[0] if found else None


def save_item(organisation, element: Record, existing: Record | None, places: int) -> Record:
    """Create or change an item, or refuse it with every reason."""
    guid = existing["ItemID"] if existing else None
    problems: list[str] = []
    record = dict(existing) if existing else _empty(organisation)
    code = element.get("Code")
    # Harsh on purpose: the code is named on changes too (Xero's schema requires it).
    if code is None or not code.strip():
        problems.append("Item Code must be specified")
    else:
        record["Code"] = code.strip()
    for other in organisation.items.find("code", record["Code"].casefold()):
        if other["ItemID"] != record["ItemID"]:
            problems.append(f"Price List Item with Code ''{code}'' already exists")
    for key in ("Name", "Description", "PurchaseDescription"):
        if element.get(key) is not None:
            record[key] = element[key]
    for key, flag in SIDES:
        if element.get(flag) is not None:
            record[flag] = element[flag]
        if element.get(key) is not None:
            record[key] = _details(organisation, element[key], record.get(key), places, problems)
        if not record[flag]:
            record[key] = {}
    _tracked(organisation, element, record, existing, problems)
    if problems:
        raise Refused(*problems, guid=guid)
    record["UpdatedDateUTC"] = organisation.now()
    return organisation.items.save(record)


def item_in_use(organisation, record: Record) -> bool:
    """Tell whether a document has a line with the item."""
    return any(
        line.get("ItemCode") == record["Code"]
        for table in organisation.document_tables()
        for document in table.values()
        for line in document["LineItems"]
    )


def _empty(organisation) -> Record:
    return {
        "ItemID": organisation.new_guid(),
        "Code": "",
        "IsSold": True,
        "IsPurchased": True,
        "IsTrackedAsInventory": False,
        "SalesDetails": {},
        "PurchaseDetails": {},
    }


def _details(organisation, given: Record, before, places: int, problems: list[str]) -> Record:
    details = dict(before or {})
    details.update((key, value) for key, value in given.items() if value is not None)
    price = details.get("UnitPrice")
    if price is not None:
        if decimals(price) > 4:
            problems.extend(TOO_MANY_DECIMALS)
        details["UnitPrice"] = arithmetic.price(Decimal(price), places, organisation.tie_rule)
    account = None
    for key in ("AccountCode", "COGSAccountCode"):
        code = details.get(key)
        if code:
            account = organisation.account_by_code(code)
            problem = account_problem(account, code)
            if problem:
                problems.append(problem)
                return details
    kind = details.get("TaxType") or (account["TaxType"] if account else None)
    if kind:
        rate = organisation.tax_rates.get(kind)
        if rate is None or rate["Status"] != "ACTIVE":
            problems.append(
                f"The TaxType code {kind} does not exist or cannot be used for this type of "
                "transaction."
            )
        elif account and not rate[ACCOUNTS_OF_CLASS[account["Class"]]]:
            code = account["Code"]
            problems.append(f"The TaxType code '{kind}' cannot be used with account code '{code}'.")
        details["TaxType"] = kind
    return details


def _tracked(organisation, element, record, existing, problems) -> None:
    code = element.get("InventoryAssetAccountCode")
    if code:
        account = organisation.account_by_code(code)
        if account is None or account["Type"] != "INVENTORY":
            problems.append(f"Account code '{code}' is not a valid code for this document.")
        record["InventoryAssetAccountCode"] = code
    cogs = record["PurchaseDetails"].get("COGSAccountCode")
    if bool(record.get("InventoryAssetAccountCode")) != bool(cogs):
        problems.append("A tracked item needs InventoryAssetAccountCode and COGSAccountCode.")
    tracked = bool(record.get("InventoryAssetAccountCode"))
    if existing and existing["IsTrackedAsInventory"] and not tracked:
        problems.append("A tracked item cannot become untracked.")
    record["IsTrackedAsInventory"] = tracked
