"""The scopes that an app may ask for, and the broad ones that Xero no longer grants."""

from __future__ import annotations

OFFLINE = "offline_access"
OPENID = "openid"

_IDENTITY = {OPENID, "profile", "email", OFFLINE}
_WITH_READ = {
    "accounting.attachments",
    "accounting.banktransactions",
    "accounting.budgets",
    "accounting.contacts",
    "accounting.invoices",
    "accounting.manualjournals",
    "accounting.payments",
    "accounting.settings",
}
_REPORTS = {
    f"accounting.reports.{report}.read"
    for report in (
        "aged", "balancesheet", "banksummary", "budgetsummary", "executivesummary",
        "profitandloss", "taxreports", "tenninetynine", "trialbalance",
    )
}  # fmt: skip

GRANTABLE = frozenset(_IDENTITY | _WITH_READ | {f"{name}.read" for name in _WITH_READ} | _REPORTS)
BROAD = frozenset(
    {
        "accounting.transactions",
        "accounting.transactions.read",
        "accounting.reports.read",
        "accounting.journals.read",
    }
)


def refused(asked: frozenset[str]) -> str | None:
    """Say why these scopes are refused, or None. Broad scopes are refused like unknown ones."""
    if not asked:
        return "No scope was asked for."
    if broad := sorted(asked & BROAD):
        return f"Apps may only use granular scopes, not {', '.join(broad)}."
    if strange := sorted(asked - GRANTABLE):
        return f"Unknown scope: {', '.join(strange)}."
    return None


def allows(granted: frozenset[str], area: str, write: bool) -> bool:
    """Whether the granted scopes open an area such as `accounting.invoices`."""
    return area in granted or (not write and f"{area}.read" in granted)
