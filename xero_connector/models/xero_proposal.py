"""Which setting in Xero a tax or account certainly means; nothing where it is not certain.

Pure: plain values in, a key or None out. A wrong guess costs a tax return, a missing one a click.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from .xero_proposal_rates import COUNTRIES, ELSEWHERE

# Rates that the organisation made itself; they mean their percentage.
CUSTOM = re.compile(r"TAX\d{3,}")

# Words that say nothing beyond percentage and direction.
HARMLESS = frozenset((
    "tax", "taxes", "taxed", "gst", "vat", "hst", "sales", "sale", "purchases", "purchase",
    "income", "expenses", "expense", "goods", "good", "services", "service", "standard", "reduced",
    "rate", "rated", "on", "of", "for", "and", "the", "g", "s",
))

# Odoo account type (up to the first underscore) → Xero's class of accounts.
CLASSES = {
    "income": "REVENUE",
    "expense": "EXPENSE",
    "asset": "ASSET",
    "liability": "LIABILITY",
    "equity": "EQUITY",
}

# Odoo account type → the types of Xero that mean the same; the rest of a class fits any type.
TYPES = {
    "income": ("REVENUE", "SALES"),
    "income_other": ("OTHERINCOME",),
    "expense": ("EXPENSE", "OVERHEADS"),
    "expense_direct_cost": ("DIRECTCOSTS",),
    "expense_depreciation": ("DEPRECIATN",),
    "asset_fixed": ("FIXED",),
    "asset_current": ("CURRENT",),
    "asset_prepayments": ("PREPAYMENT",),
    "asset_non_current": ("NONCURRENT",),
    "liability_current": ("CURRLIAB",),
    "liability_non_current": ("TERMLIAB",),
}


@dataclass(frozen=True)
class Rate:
    """A rate in Xero as the proposal sees it.

    `percent` is its effective rate; `shown` what Xero displays, different for reverse charges.
    """

    key: int
    tax_type: str
    percent: Decimal
    on_revenue: bool
    on_expenses: bool
    shown: Decimal | None = None


@dataclass(frozen=True)
class Tax:
    """A plain percentage tax of Odoo as the proposal sees it.

    :param str country: ISO code of the country of both tax and organisation
    :param str direction: `sale` or `purchase`
    :param Decimal percent: the tax's percentage
    :param texts: its name, label and description in English
    :param tags: the boxes of the tax report that it is reported in; with a minus where negative
    :param bool reverse: charged and deducted at once, nothing is left to pay
    :param bool abroad: kept for partners of other countries by its fiscal positions
    """

    country: str
    direction: str
    percent: Decimal
    texts: tuple[str, ...]
    tags: frozenset = frozenset()
    reverse: bool = False
    abroad: bool = False


@dataclass(frozen=True)
class Account:
    """An account in Xero as the proposal sees it."""

    key: int
    code: str
    name: str
    account_class: str
    account_type: str = ""


# === TAXES === #

def rate_of(tax, rates):
    """The rate that a tax certainly means: boxes of the return and words must agree on one
    meaning, and exactly one rate of that meaning, percentage and direction may exist.

    :param Tax tax: the tax of Odoo
    :param rates: the active rates of the organisation
    :return: key of the rate, or None
    """
    meaning = _meaning(tax)
    if meaning is None:
        return None
    fitting = [rate for rate in rates if _fits(rate, tax)]
    certain = [rate for rate in fitting if rate.tax_type in meaning.tax_types]
    if not meaning.needs and not tax.percent:
        return None
    if not meaning.needs and (not certain or tax.country not in COUNTRIES):
        certain += [rate for rate in fitting if CUSTOM.fullmatch(rate.tax_type)]
    return certain[0].key if len(certain) == 1 else None


def rate_of_percent(country, direction, percent, rates):
    """The rate for taxes that are charged together: the only one of this very percentage.

    It must be one that the organisation made itself: where standard rates feed a tax return, they
    mean one tax and not the sum of several. Rates with a meaning of their own (capital, imports,
    reverse charge) are no candidates.

    :param str direction: `sale` or `purchase`
    :param Decimal percent: what the taxes add to a line, exact
    :return: key of the rate, or None
    """
    fitting = [
        rate for rate in rates
        if percent > 0 and rate.percent == percent and _stands(rate, direction)
        and (CUSTOM.fullmatch(rate.tax_type) or rate.tax_type in PLAIN)
    ]
    if len(fitting) != 1:
        return None
    [rate] = fitting
    return rate.key if CUSTOM.fullmatch(rate.tax_type) or country not in COUNTRIES else None


# Standard rates that mean nothing but their percentage.
PLAIN = frozenset(
    tax_type
    for country in COUNTRIES.values()
    for meaning in country.meanings
    if not meaning.needs
    for tax_type in meaning.tax_types
)


def no_tax_rate_of(country, rates):
    """The rate of lines that have no tax in Odoo."""
    wanted = COUNTRIES.get(country, ELSEWHERE).no_tax_type
    return next((rate.key for rate in rates if rate.tax_type == wanted), None)


def _meaning(tax):
    """The one meaning of a tax; None where words or boxes are not understood or disagree."""
    country = COUNTRIES.get(tax.country, ELSEWHERE)
    hints = country.hints + ((("abroad", country.abroad),) if tax.abroad else ())
    words = set(re.findall(r"[a-z]+", " ".join(tax.texts).lower()))
    if words - HARMLESS.union(country.harmless, *(known for _hint, known in hints)):
        return None
    said = frozenset(hint for hint, known in hints if words & known)
    boxes = tax.tags - country.silent_tags
    found = [
        meaning for meaning in country.meanings
        if meaning.direction == tax.direction
        and meaning.reverse == tax.reverse
        and said <= meaning.needs | meaning.allows
        and (meaning.tags == boxes if boxes else meaning.wordable)
    ]
    if len(found) != 1 or not boxes:
        found = [meaning for meaning in found if meaning.needs <= said]
    return found[0] if len(found) == 1 else None


def _fits(rate, tax):
    if tax.reverse:
        return not rate.percent and rate.shown == tax.percent and _stands(rate, tax.direction)
    return rate.percent == tax.percent and _stands(rate, tax.direction)


def _stands(rate, direction):
    """Whether Xero takes the rate on accounts of this direction."""
    return rate.on_revenue if direction == "sale" else rate.on_expenses


# === ACCOUNTS === #

def account_of(code, name, account_type, accounts):
    """The account that certainly means the same: same code or, failing that, same name.

    Either way its class must fit: 200 is Sales in one chart and Cash in another. Where several
    have the name, the one whose type tells it apart is meant.

    :param accounts: the accounts of the organisation that may stand on lines
    :return: key of the account, or None
    """
    wanted = CLASSES.get(account_type.partition("_")[0])
    fitting = [account for account in accounts if account.account_class == wanted]
    coded = [one for one in fitting if code and one.code == code]
    named = [one for one in fitting if one.name.casefold() == name.strip().casefold()]
    if coded and named and coded[0] not in named:
        return None  # the code says one account, the name another
    for same in (coded, named):
        typed = [one for one in same if one.account_type in TYPES.get(account_type, ())]
        for certain in (same, typed):
            if len(certain) == 1:
                return certain[0].key
    return None
