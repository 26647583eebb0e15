"""The accounting routes that exist: scope area and query parameters of each.

What is not in this table does not exist: the journal marks such a call as `unknown`. The
parameters are those of Xero's own client; Xero ignores others in silence, the simulator does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SETTINGS = "accounting.settings"
CONTACTS = "accounting.contacts"
INVOICES = "accounting.invoices"
PAYMENTS = "accounting.payments"
ATTACHMENTS = "accounting.attachments"

_LIST = "where order"
_PAGED = "where order page pageSize"
_INVOICE_LIST = (
    f"{_PAGED} IDs InvoiceNumbers ContactIDs Statuses includeArchived createdByMyApp unitdp "
    "summaryOnly searchTerm"
)
_WRITE = "summarizeErrors"
_PRICED_WRITE = "summarizeErrors unitdp"

# method(s), path below /api.xro/2.0 with {id} for one segment, scope area, query parameters
_TABLE = [
    ("GET", "Organisation", SETTINGS, ""),
    ("GET", "Organisation/Actions", SETTINGS, ""),
    ("GET", "Accounts", SETTINGS, _LIST),
    ("PUT", "Accounts", SETTINGS, ""),
    ("GET POST DELETE", "Accounts/{id}", SETTINGS, ""),
    ("GET", "TaxRates", SETTINGS, _LIST),
    ("PUT POST", "TaxRates", SETTINGS, ""),
    ("GET", "TaxRates/{id}", SETTINGS, ""),
    ("GET", "Currencies", SETTINGS, _LIST),
    ("PUT", "Currencies", SETTINGS, ""),
    ("GET", "TrackingCategories", SETTINGS, f"{_LIST} includeArchived"),
    ("PUT", "TrackingCategories", SETTINGS, ""),
    ("GET POST DELETE", "TrackingCategories/{id}", SETTINGS, ""),
    ("PUT", "TrackingCategories/{id}/Options", SETTINGS, ""),
    ("POST DELETE", "TrackingCategories/{id}/Options/{id}", SETTINGS, ""),
    ("GET", "BrandingThemes", SETTINGS, ""),
    ("GET", "BrandingThemes/{id}", SETTINGS, ""),
    ("GET", "Contacts", CONTACTS, f"{_PAGED} IDs includeArchived summaryOnly searchTerm"),
    ("PUT POST", "Contacts", CONTACTS, _WRITE),
    ("GET POST", "Contacts/{id}", CONTACTS, ""),
    ("GET", "Items", SETTINGS, f"{_LIST} unitdp"),
    ("PUT POST", "Items", SETTINGS, _PRICED_WRITE),
    ("GET POST", "Items/{id}", SETTINGS, "unitdp"),
    ("DELETE", "Items/{id}", SETTINGS, ""),
    ("GET", "Invoices", INVOICES, _INVOICE_LIST),
    ("PUT POST", "Invoices", INVOICES, f"{_PRICED_WRITE} allowBackorders"),
    ("GET", "Invoices/{id}", INVOICES, "unitdp"),
    ("POST", "Invoices/{id}", INVOICES, "unitdp allowBackorders"),
    ("GET", "CreditNotes", INVOICES, f"{_PAGED} unitdp"),
    ("PUT POST", "CreditNotes", INVOICES, _PRICED_WRITE),
    ("GET POST", "CreditNotes/{id}", INVOICES, "unitdp"),
    ("PUT", "CreditNotes/{id}/Allocations", INVOICES, _WRITE),
    ("DELETE", "CreditNotes/{id}/Allocations/{id}", INVOICES, ""),
    ("GET", "PurchaseOrders", INVOICES, "Status DateFrom DateTo order page pageSize"),
    ("PUT POST", "PurchaseOrders", INVOICES, _WRITE),
    ("GET POST", "PurchaseOrders/{id}", INVOICES, ""),
    ("GET", "Payments", PAYMENTS, _PAGED),
    ("PUT", "Payments", PAYMENTS, _WRITE),
    ("POST", "Payments", PAYMENTS, ""),
    ("GET POST", "Payments/{id}", PAYMENTS, ""),
    *(
        ("GET PUT", f"{resource}/{{id}}/History", area, "")
        for resource, area in {
            "Contacts": CONTACTS,
            "Items": SETTINGS,
            "Invoices": INVOICES,
            "CreditNotes": INVOICES,
            "PurchaseOrders": INVOICES,
            "Payments": PAYMENTS,
        }.items()
    ),
    *(
        ("GET", f"{resource}/{{id}}/Attachments", ATTACHMENTS, "")
        for resource in ("Accounts", "Contacts", "Invoices", "CreditNotes", "PurchaseOrders")
    ),
    *(
        ("GET POST", f"{resource}/{{id}}/Attachments/{{id}}", ATTACHMENTS, "")
        for resource in ("Accounts", "Contacts", "Invoices", "CreditNotes", "PurchaseOrders")
    ),
    *(
        ("PUT", f"{resource}/{{id}}/Attachments/{{id}}", ATTACHMENTS, "")
        for resource in ("Accounts", "Contacts", "PurchaseOrders")
    ),
    *(
        ("PUT", f"{resource}/{{id}}/Attachments/{{id}}", ATTACHMENTS, "IncludeOnline")
        for resource in ("Invoices", "CreditNotes")
    ),
]


@dataclass(frozen=True)
class Route:
    """One method on one path."""

    method: str
    pattern: str
    area: str
    parameters: frozenset[str]

    @property
    def carries_file(self) -> bool:
        """Whether the body (or the answer) is a file and not JSON."""
        return self.pattern.endswith("/Attachments/{id}")


_ROUTES: dict[tuple[str, tuple[str, ...]], Route] = {}
for _methods, _pattern, _area, _parameters in _TABLE:
    for _method in _methods.split():
        _ROUTES[_method, tuple(_pattern.split("/"))] = Route(
            _method, _pattern, _area, frozenset(_parameters.split())
        )

# The only words that can stand below a resource; every other segment is an id, number or name.
_WORDS = frozenset({"Actions", "Allocations", "Attachments", "History", "Options"})
_NUMBERED = re.compile(r"^[^\x00-\x1f]{1,255}$")


def find(method: str, segments: tuple[str, ...]) -> Route | None:
    """The route for these path segments, or None."""
    if not segments or not all(_NUMBERED.match(segment) for segment in segments):
        return None
    shape = [segments[0]]
    for position, segment in enumerate(segments[1:], start=1):
        # A document may well be numbered "History": words count only where a word can stand.
        is_word = segment in _WORDS and (position == 2 or segments == ("Organisation", "Actions"))
        shape.append(segment if is_word else "{id}")
    return _ROUTES.get((method, tuple(shape)))
