"""Line items: what a line must say, what Xero fills in, and what it computes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from . import arithmetic
from .notation import ZERO, decimals
from .tables import Record
from .tracking import resolve_tracking

LARGEST_AMOUNT = Decimal("9999999999.99")
TOO_MANY_DECIMALS = ("Account must be valid.", "Tax rate must be valid.")
QUANTITY_SCALE = Decimal("0.0001")
ONE_HUNDRED = Decimal(100)

# System accounts belong to Xero itself; only the rounding account may stand on a line.
ACCOUNTS_OF_CLASS = {
    "ASSET": "CanApplyToAssets",
    "EQUITY": "CanApplyToEquity",
    "EXPENSE": "CanApplyToExpenses",
    "LIABILITY": "CanApplyToLiabilities",
    "REVENUE": "CanApplyToRevenue",
}

# A line with one of these changed gets its tax computed anew.
PRICED_BY = ("Quantity", "UnitAmount", "TaxType", "AccountCode", "AccountID", "DiscountRate",
             "DiscountAmount", "ItemCode")  # fmt: skip

# Rates that Xero looks up itself: they do not work on documents of apps.
LOOKED_UP = ("AVALARA", "USSALESTAX")

# Rates of 0 % whose tax is typed in by hand.
MANUAL_TAX_TYPES = frozenset({"GSTONIMPORTS", "GSTONCAPIMPORTS"})


@dataclass(frozen=True)
class Terms:
    """What all lines of a document have in common."""

    kind: str
    amount_types: str
    places: int
    sales: bool
    recompute: bool = False


class LineReader:
    """Turns the lines of a request into stored lines and collects what is wrong with them."""

    def __init__(self, organisation, terms: Terms, problems: list[str]) -> None:
        self._organisation = organisation
        self._terms = terms
        self._problems = problems

    def read(self, given: list[Record], before: tuple[Record, ...]) -> tuple[Record, ...]:
        """Return the new lines: a known id changes a line, no id adds one, a missing id deletes."""
        known = {line["LineItemID"]: line for line in before}
        lines = []
        for element in given:
            old = None
            guid = element.get("LineItemID")
            if guid:
                old = known.pop(guid.lower(), None)
                if old is None:
                    self._problems.append(
                        f"The LineItemID '{guid}' does not exist on the document."
                    )
                    continue
            lines.append(self._line(element, old))
        if not lines and not self._problems:
            self._problems.append("One or more line items must be specified")
        return tuple(lines)

    def _line(self, element: Record, old: Record | None) -> Record:
        organisation = self._organisation
        problems = self._problems
        wanted = _merged(old, element) if old else element
        line = {"LineItemID": old["LineItemID"] if old else organisation.new_guid()}

        item = self._item(wanted)
        description = wanted.get("Description") or (item or {}).get(self._item_text, "")
        if not description.strip():
            problems.append("The description field is mandatory for each line item.")
        line["Description"] = description

        quantity, unit = wanted.get("Quantity"), wanted.get("UnitAmount")
        if quantity is None and unit is None and wanted.get("LineAmount") is None:
            line["Tracking"] = ()
            return line
        if unit is None and item is not None:
            unit = item.get(self._item_details, {}).get("UnitPrice")
        if quantity is None or unit is None:
            problems.append("Quantity and UnitAmount must be specified for each line item.")
            return line
        quantity, unit = Decimal(quantity), Decimal(unit)
        if item is not None:
            line["ItemCode"] = item["Code"]
        self._account(wanted, item, line)
        rate = self._tax(wanted, item, line)
        self._amounts(element, wanted, old, line, quantity, unit, rate)
        line["Tracking"] = resolve_tracking(organisation, wanted.get("Tracking"), problems)
        return line

    # === AMOUNTS === #

    def _amounts(self, element, wanted, old, line, quantity, unit, rate) -> None:
        problems, terms, ties = self._problems, self._terms, self._organisation.tie_rule
        if decimals(quantity) > 4 or decimals(unit) > 4:
            problems.extend(TOO_MANY_DECIMALS)
            return
        if quantity <= 0:
            problems.append(
                f"The quantity value '{quantity:.4f}' is invalid. Quantity must not be less than "
                + ("zero." if quantity else "or equal to zero.")
            )
            return
        unit = arithmetic.price(unit, terms.places, ties)
        discount_rate, discount = self._discount(wanted, line)
        amount = arithmetic.line_amount(quantity, unit, discount_rate, discount, ties)
        if abs(amount) > LARGEST_AMOUNT:
            problems.append(f"The line amount {amount} exceeds the maximum of {LARGEST_AMOUNT}.")
            return
        claimed = element.get("LineAmount")
        if claimed is not None and claimed != amount:
            problems.append(
                f"The line total {claimed} does not match the expected line total {amount}"
            )
        line["Quantity"] = quantity.quantize(QUANTITY_SCALE)
        line["UnitAmount"] = unit
        line["LineAmount"] = amount
        line["TaxAmount"] = self._tax_amount(element, old, line, amount, rate)

    def _discount(self, wanted: Record, line: Record) -> tuple[Decimal, Decimal]:
        rate = Decimal(wanted.get("DiscountRate") or 0)
        amount = Decimal(wanted.get("DiscountAmount") or 0)
        if not rate and not amount:
            return ZERO, ZERO
        if self._terms.kind != "ACCREC":
            self._problems.append(f"Discounts may not be applied to {self._terms.kind} invoices.")
        elif rate and amount:
            self._problems.append("Only one of DiscountRate and DiscountAmount may be specified.")
        elif decimals(rate) > 4 or decimals(amount) > 2 or rate < 0 or rate > 100 or amount < 0:
            self._problems.append("The discount of a line item must be between 0 and 100 percent.")
        if rate:
            line["DiscountRate"] = rate
        else:
            line["DiscountAmount"] = amount
        return rate, amount

    def _tax_amount(self, element, old, line, amount, rate) -> Decimal:
        terms, problems = self._terms, self._problems
        stated = element.get("TaxAmount")
        if terms.amount_types == "NoTax":
            if stated:
                problems.append("The tax amount must be zero on a document without tax.")
            return ZERO
        if stated is None:
            unchanged = old and all(
                element.get(key) is None or element[key] == old.get(key) for key in PRICED_BY
            )
            if unchanged and old.get("LineAmount") == amount and not terms.recompute:
                return old["TaxAmount"]
            inclusive = terms.amount_types == "Inclusive"
            return arithmetic.line_tax(amount, rate, inclusive, self._organisation.tie_rule)
        if decimals(stated) > 2:
            problems.extend(TOO_MANY_DECIMALS)
        if abs(stated) > abs(amount):
            problems.append("The tax amount cannot be greater than the line amount!")
        elif stated and not rate and line.get("TaxType") not in MANUAL_TAX_TYPES:
            problems.append(f"The tax amount {stated} cannot be used with a tax rate of 0%.")
        return arithmetic.cents(Decimal(stated), self._organisation.tie_rule)

    # === ITEM, ACCOUNT, TAX === #

    @property
    def _item_details(self) -> str:
        return "SalesDetails" if self._terms.sales else "PurchaseDetails"

    @property
    def _item_text(self) -> str:
        return "Description" if self._terms.sales else "PurchaseDescription"

    def _item(self, wanted: Record) -> Record | None:
        code = wanted.get("ItemCode")
        if not code:
            return None
        found = self._organisation.items.find("code", code.strip().casefold())
        side = "IsSold" if self._terms.sales else "IsPurchased"
        # Harsh on purpose: an item that is switched off on this side is none.
        if not found or not found[0][side]:
            self._problems.append(f"Item code '{code}' is not valid")
            return None
        return found[0]

    def _account(self, wanted: Record, item: Record | None, line: Record) -> None:
        organisation = self._organisation
        code, guid = wanted.get("AccountCode"), wanted.get("AccountID")
        if not code and not guid and item is not None:
            code = item.get(self._item_details, {}).get("AccountCode")
        if not code and not guid:
            return
        account = (
            organisation.account_by_code(code) if code else organisation.accounts.get(guid.lower())
        )
        if account is not None and code and guid and account["AccountID"] != guid.lower():
            account = None
        problem = account_problem(account, code or guid)
        if problem:
            self._problems.append(problem)
            return
        # What is bought for stock is booked on the account of the stock.
        stock = not self._terms.sales and (item or {}).get("InventoryAssetAccountCode")
        if stock and account["Code"] != stock:
            self._problems.append("Account must be valid.")
            return
        line["AccountID"] = account["AccountID"]
        line["AccountCode"] = account["Code"]

    def _tax(self, wanted: Record, item: Record | None, line: Record) -> Decimal:
        """Fill in the tax type and return its rate; an unfit one is a problem."""
        organisation, problems = self._organisation, self._problems
        account = organisation.accounts.get(line.get("AccountID", ""))
        kind = wanted.get("TaxType")
        if self._terms.amount_types == "NoTax":
            kind = organisation.no_tax_type
        if not kind and item is not None:
            kind = item.get(self._item_details, {}).get("TaxType")
        if not kind and account is not None:
            kind = account["TaxType"]
        if not kind:
            return ZERO
        rate = organisation.tax_rates.get(kind)
        if rate is None or rate["Status"] == "DELETED":
            problems.append(
                f"The TaxType code {kind} does not exist or cannot be used for this type of "
                "transaction."
            )
            return ZERO
        if rate["Status"] != "ACTIVE":
            problems.append("Tax rate must be Active")
        if rate.get("ReportTaxType") in LOOKED_UP:
            problems.append(
                f"The TaxType code {kind} does not exist or cannot be used for this type of "
                "transaction."
            )
        if account is not None and not rate[ACCOUNTS_OF_CLASS[account["Class"]]]:
            problems.append(
                f"The TaxType code '{kind}' cannot be used with account code '{account['Code']}'."
            )
        line["TaxType"] = kind
        return rate["EffectiveRate"]


def account_problem(account: Record | None, code: str) -> str | None:
    """Return why an account cannot stand on a line, in Xero's words, or None."""
    if account is None or account["Status"] == "DELETED" or account["Type"] == "BANK":
        return f"Account code '{code}' is not a valid code for this document."
    if account.get("SystemAccount") not in (None, "", "ROUNDING"):
        return f"Account code '{code}' is not a valid code for this document."
    if account["Status"] == "ARCHIVED":
        return (
            f"Account code '{code}' has been archived, or has been deleted. "
            "Each line item must reference a valid account."
        )
    return None


def approval_problems(lines: tuple[Record, ...]) -> list[str]:
    """Return what the lines of a document still lack before it may be approved."""
    problems = []
    for line in lines:
        if "LineAmount" not in line:
            continue
        if "AccountID" not in line:
            problems.append("Account code must be specified")
        if "TaxType" not in line:
            problems.append("The TaxType field is mandatory")
    if not any("LineAmount" in line for line in lines):
        problems.append("One or more line items must be specified")
    return problems


def _merged(old: Record, element: Record) -> Record:
    """Return a stored line with the given fields on top; one account field replaces the other."""
    wanted = {**old, **{key: value for key, value in element.items() if value is not None}}
    if element.get("AccountID") and not element.get("AccountCode"):
        wanted.pop("AccountCode", None)
    elif element.get("AccountCode") and not element.get("AccountID"):
        wanted.pop("AccountID", None)
    return wanted
