"""The accounting routes that exist, and the scope area that opens each.

What is not in this table does not exist: the journal marks such a call as `unknown`. Which query
parameters a route knows is written where it is answered, in the accounting package.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SETTINGS = "accounting.settings"
CONTACTS = "accounting.contacts"
INVOICES = "accounting.invoices"
PAYMENTS = "accounting.payments"
ATTACHMENTS = "accounting.attachments"

# Methods, path below /api.xro/2.0 with {id} for one segment, scope area. Items need the settings
# scope to be written (measured); allocations go with invoices.
_TABLE = [
    ("GET", "Organisation", SETTINGS),
    ("GET", "Organisation/Actions", SETTINGS),
    ("GET PUT", "Accounts", SETTINGS),
    ("GET POST DELETE", "Accounts/{id}", SETTINGS),
    ("GET PUT POST", "TaxRates", SETTINGS),
    ("GET", "TaxRates/{id}", SETTINGS),
    ("GET PUT", "Currencies", SETTINGS),
    ("GET PUT", "TrackingCategories", SETTINGS),
    ("GET POST DELETE", "TrackingCategories/{id}", SETTINGS),
    ("PUT", "TrackingCategories/{id}/Options", SETTINGS),
    ("POST DELETE", "TrackingCategories/{id}/Options/{id}", SETTINGS),
    ("GET", "BrandingThemes", SETTINGS),
    ("GET", "BrandingThemes/{id}", SETTINGS),
    ("GET PUT POST", "Contacts", CONTACTS),
    ("GET POST", "Contacts/{id}", CONTACTS),
    ("GET PUT POST", "Items", SETTINGS),
    ("GET POST DELETE", "Items/{id}", SETTINGS),
    ("GET PUT POST", "Invoices", INVOICES),
    ("GET POST", "Invoices/{id}", INVOICES),
    ("GET PUT POST", "CreditNotes", INVOICES),
    ("GET POST", "CreditNotes/{id}", INVOICES),
    ("PUT", "CreditNotes/{id}/Allocations", INVOICES),
    ("DELETE", "CreditNotes/{id}/Allocations/{id}", INVOICES),
    ("GET PUT POST", "PurchaseOrders", INVOICES),
    ("GET POST", "PurchaseOrders/{id}", INVOICES),
    ("GET PUT POST", "Payments", PAYMENTS),
    ("GET POST", "Payments/{id}", PAYMENTS),
    ("GET", "BatchPayments", PAYMENTS),
    ("GET", "BatchPayments/{id}", PAYMENTS),
    ("GET", "Overpayments", PAYMENTS),
    ("GET", "Overpayments/{id}", PAYMENTS),
    ("GET", "Prepayments", PAYMENTS),
    ("GET", "Prepayments/{id}", PAYMENTS),
    ("GET PUT", "Contacts/{id}/History", CONTACTS),
    ("GET PUT", "Items/{id}/History", SETTINGS),
    ("GET PUT", "Invoices/{id}/History", INVOICES),
    ("GET PUT", "CreditNotes/{id}/History", INVOICES),
    ("GET PUT", "PurchaseOrders/{id}/History", INVOICES),
    ("GET PUT", "Payments/{id}/History", PAYMENTS),
]
for _resource in ("Contacts", "Invoices", "CreditNotes", "PurchaseOrders"):
    _TABLE += [
        ("GET", f"{_resource}/{{id}}/Attachments", ATTACHMENTS),
        ("GET PUT POST", f"{_resource}/{{id}}/Attachments/{{id}}", ATTACHMENTS),
    ]


@dataclass(frozen=True)
class Route:
    """One method on one path."""

    method: str
    pattern: str
    area: str

    @property
    def carries_file(self) -> bool:
        """Whether the body (or the answer) is a file and not JSON."""
        return self.pattern.endswith("/Attachments/{id}")


_ROUTES: dict[tuple[str, tuple[str, ...]], Route] = {}
for _methods, _pattern, _area in _TABLE:
    for _method in _methods.split():
        _ROUTES[_method, tuple(_pattern.split("/"))] = Route(_method, _pattern, _area)

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
