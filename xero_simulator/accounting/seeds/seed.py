"""What a country's seed is made of."""

from __future__ import annotations

from dataclasses import dataclass

# Where tax rates may go: assets, equity, expenses, liabilities, revenue.
EVERYWHERE = "AEXLR"
SALES = "AELR"
PURCHASES = "AEXL"
SALES_ONLY = "LR"
CAPITAL = "A"
LIABILITIES = "L"


@dataclass(frozen=True)
class Account:
    """One account of a default chart."""

    code: str
    name: str
    type: str
    tax_type: str
    system: str = ""
    archived: bool = False
    payments: bool = False


@dataclass(frozen=True)
class Rate:
    """One tax rate; `effective` is given where it is not the sum of the components."""

    tax_type: str
    name: str
    components: tuple[tuple[str, str], ...]
    applies_to: str
    report: str = ""
    status: str = "ACTIVE"
    effective: str | None = None


@dataclass(frozen=True)
class Seed:
    """Everything about one organisation that the simulator starts with."""

    prefix: str
    profile: dict
    no_tax_type: str
    accounts: tuple[Account, ...]
    rates: tuple[Rate, ...]
    currencies: dict[str, str]
    tracking: dict[str, tuple[str, ...]]
    sales_code: str
    purchases_code: str
    sales_tax: str
    purchases_tax: str
    period_locked_days: int = 0
    year_locked_days: int = 0
