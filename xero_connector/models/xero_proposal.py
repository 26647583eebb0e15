"""Which setting in Xero a tax or account certainly means; nothing where it is not certain.

Pure: plain values in, a key or None out. A wrong guess costs a tax return, a missing one a click.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

# https://developer.xero.com/documentation/api/accounting/types#tax-rates
# (country, direction) → what the standard tax types of Xero mean.
STANDARD_RATES = {
    ("AU", "sale"): {
        "OUTPUT": "taxed", "EXEMPTOUTPUT": "free", "EXEMPTEXPORT": "export",
        "INPUTTAXED": "input taxed", "BASEXCLUDED": "outside",
    },
    ("AU", "purchase"): {
        "INPUT": "taxed", "CAPEXINPUT": "capital", "EXEMPTEXPENSES": "free",
        "EXEMPTCAPITAL": "free capital", "BASEXCLUDED": "outside",
    },
    ("NZ", "sale"): {"OUTPUT2": "taxed", "ZERORATED": "free", "NONE": "outside"},
    ("NZ", "purchase"): {"INPUT2": "taxed", "ZERORATED": "free", "NONE": "outside"},
    ("GB", "sale"): {
        "OUTPUT2": "taxed", "RROUTPUT": "taxed", "ZERORATEDOUTPUT": "free",
        "EXEMPTOUTPUT": "exempt", "NONE": "outside",
    },
    ("GB", "purchase"): {
        "INPUT2": "taxed", "RRINPUT": "taxed", "ZERORATEDINPUT": "free",
        "EXEMPTINPUT": "exempt", "NONE": "outside",
    },
}

# Tax types with a meaning of their own: never taken because a percentage happens to fit.
SPECIAL = re.compile(
    r"CAPEX|CAPITAL|IMPORT|ECO|ECZ|ECA|ACQUISITION|REVERSE|RC|TXCA|MOSS|^SR|BASEX|NONE"
)

# What lines without any tax carry, by country.
NO_TAX_TYPES = {"AU": "BASEXCLUDED"}
NO_TAX_TYPE = "NONE"

# Words that say nothing beyond percentage and direction.
HARMLESS = frozenset((
    "tax", "taxes", "taxed", "gst", "vat", "hst", "sales", "sale", "purchases", "purchase",
    "income", "expenses", "expense", "goods", "good", "services", "service", "standard", "reduced",
    "rate", "rated", "on", "of", "for", "and", "the", "g", "s",
))
# Words of the kinds, the more telling first. Abbreviations are those of Odoo's own charts.
KINDS = {
    "AU": (
        ("export", {"export", "exports", "ex"}),
        ("input taxed", {"input", "inp"}),
        ("capital", {"capital", "c"}),
        ("free", {"free", "exempt", "zero", "f"}),
        ("outside", {"excluded", "bas"}),
    ),
    "NZ": (("free", {"zero"}),),
    "GB": (("exempt", {"exempt"}), ("free", {"zero"})),
}

# Odoo account type (up to the first underscore) → Xero's class of accounts.
CLASSES = {
    "income": "REVENUE",
    "expense": "EXPENSE",
    "asset": "ASSET",
    "liability": "LIABILITY",
    "equity": "EQUITY",
}


@dataclass(frozen=True)
class Rate:
    """A rate in Xero as the proposal sees it."""

    key: int
    tax_type: str
    percent: Decimal
    on_revenue: bool
    on_expenses: bool


@dataclass(frozen=True)
class Account:
    """An account in Xero as the proposal sees it."""

    key: int
    code: str
    name: str
    account_class: str


def rate_of(country, direction, percent, texts, rates):
    """The rate that a plain percentage tax certainly means.

    :param str country: ISO code of the country of both tax and organisation
    :param str direction: `sale` or `purchase`
    :param Decimal percent: the tax's percentage
    :param texts: its name, label and description in English
    :param rates: the active rates of the organisation
    :return: key of the rate, or None
    """
    kind = _kind(country, percent, texts)
    if kind is None:
        return None
    meanings = STANDARD_RATES.get((country, direction), {})
    fitting = [rate for rate in rates if rate.percent == percent]
    standard = [rate for rate in fitting if meanings.get(rate.tax_type) == kind]
    if not standard and kind == "taxed":
        standard = [rate for rate in fitting if _plain_custom(rate, direction)]
    return standard[0].key if len(standard) == 1 else None


def _kind(country, percent, texts):
    """What the words say the tax is; None if one of them is not understood."""
    words = set(re.findall(r"[a-z]+", " ".join(texts).lower()))
    kinds = KINDS.get(country, ())
    known = HARMLESS.union(*(names for _kind, names in kinds))
    if words - known:
        return None
    said = [kind for kind, names in kinds if words & names]
    if percent > 0:
        return {(): "taxed", ("capital",): "capital"}.get(tuple(said))
    if percent < 0 or not said:
        return None
    return said[0] if said != ["capital"] and not {"capital", "input taxed"} <= set(said) else None


def _plain_custom(rate, direction):
    """A rate of the organisation's own making that may stand on lines of this direction."""
    known = {tax_type for meanings in STANDARD_RATES.values() for tax_type in meanings}
    if rate.tax_type in known or SPECIAL.search(rate.tax_type):
        return False
    return rate.on_revenue if direction == "sale" else rate.on_expenses


def no_tax_rate_of(country, rates):
    """The rate of lines that have no tax in Odoo."""
    wanted = NO_TAX_TYPES.get(country, NO_TAX_TYPE)
    return next((rate.key for rate in rates if rate.tax_type == wanted), None)


def account_of(code, name, account_type, accounts):
    """The account that certainly means the same: same code or, failing that, same name.

    Either way its class must fit: 200 is Sales in one chart and Cash in another.

    :param accounts: the accounts of the organisation that may stand on lines
    :return: key of the account, or None
    """
    wanted = CLASSES.get(account_type.partition("_")[0])
    fitting = [account for account in accounts if account.account_class == wanted]
    for same in (
        [account for account in fitting if code and account.code == code],
        [account for account in fitting if account.name.casefold() == name.strip().casefold()],
    ):
        if len(same) == 1:
            return same[0].key
    return None
