"""Calls on payments, credit on account, allocations, attachments and notes."""

from __future__ import annotations

from ..wire import JSON, Request, Response
from . import attachments, history, rendering
from .allocations import allocate, deallocate
from .answers import Refused, not_found
from .notation import encode
from .payments import create_payment, delete_payment
from .reading import Listing, list_records, one_record
from .route import Route, route
from .writing import Writing, only_element, read_elements, write_elements

PAYMENTS = Listing("Payments", "Payment", "PaymentID", rendering.payment)

BATCHES = Listing("BatchPayments", "BatchPayment", "BatchPaymentID", rendering.batch_payment,
                  paged=False)  # fmt: skip
OVERPAYMENTS = Listing("Overpayments", "Overpayment", "CreditID", rendering.credit_on_account)
PREPAYMENTS = Listing("Prepayments", "Prepayment", "CreditID", rendering.credit_on_account)

WRITE_PAYMENTS = Writing("Payments", "Payment", "PaymentID", "HasValidationErrors", bare=True)
WRITE_ALLOCATIONS = Writing("Allocations", "Allocation", "AllocationID", None)


# === PAYMENTS === #


def list_payments(organisation, request: Request) -> Response:
    """List payments, deleted ones included."""
    return list_records(organisation, request, PAYMENTS, organisation.payments.values())


def get_payment(organisation, request: Request, guid: str) -> Response:
    """Return one payment."""
    return one_record(organisation, request, PAYMENTS, organisation.payments.get(guid))


def write_payments(organisation, request: Request) -> Response:
    """Create payments; there is no other way to change one than to delete it."""

    def handle(element):
        return rendering.payment(organisation, create_payment(organisation, element)), []

    elements = read_elements(request, WRITE_PAYMENTS)
    return write_elements(organisation, request, WRITE_PAYMENTS, elements, handle)


def write_payment(organisation, request: Request, guid: str) -> Response:
    """Delete one payment."""
    existing = organisation.payments.get(guid)
    if existing is None:
        raise not_found()

    def handle(element):
        wanted = {key for key, value in element.items() if value is not None}
        if wanted != {"PaymentID", "Status"} or element["Status"] != "DELETED":
            raise Refused("Payments cannot be changed, only deleted.", guid=guid)
        return rendering.payment(organisation, delete_payment(organisation, existing)), []

    elements = only_element(read_elements(request, WRITE_PAYMENTS), "PaymentID", guid)
    return write_elements(organisation, request, WRITE_PAYMENTS, elements, handle)


def list_batches(organisation, request: Request) -> Response:
    """List batches of payments, deleted ones included."""
    return list_records(organisation, request, BATCHES, organisation.batch_payments.values())


def get_batch(organisation, request: Request, guid: str) -> Response:
    """Return one batch of payments."""
    return one_record(organisation, request, BATCHES, organisation.batch_payments.get(guid))


# === CREDIT ON ACCOUNT === #


def _credits(listing: Listing) -> tuple[Route, ...]:
    """Return the routes of overpayments or prepayments, which are read alone."""

    def list_credits(organisation, request: Request) -> Response:
        rows = [row for row in organisation.credits.values() if row["Resource"] == listing.key]
        return list_records(organisation, request, listing, rows)

    def get_credit(organisation, request: Request, guid: str) -> Response:
        row = organisation.credits.get(guid)
        found = row if row and row["Resource"] == listing.key else None
        return one_record(organisation, request, listing, found)

    return (
        route("GET", listing.key, list_credits, "where order page pageSize unitdp"),
        route("GET", f"{listing.key}/{{guid}}", get_credit, "unitdp"),
    )


# === ALLOCATIONS === #


def write_allocations(organisation, request: Request, guid: str) -> Response:
    """Allocate a credit note to invoices."""
    if guid not in organisation.credit_notes:
        raise not_found()

    def handle(element):
        record = allocate(organisation, guid, element)
        return rendering.allocation_of_note(organisation, record), []

    elements = read_elements(request, WRITE_ALLOCATIONS)
    return write_elements(organisation, request, WRITE_ALLOCATIONS, elements, handle)


def delete_allocation(organisation, request: Request, guid: str, allocation: str) -> Response:
    """Take an allocation back."""
    record = organisation.allocations.get(allocation)
    if record is None or record["SourceID"] != guid:
        raise not_found()
    shown = {**rendering.allocation_of_note(organisation, record), "IsDeleted": True}
    deallocate(organisation, record)
    # The one answer that comes without an envelope.
    return Response(200, encode(shown).encode(), JSON)


# === ATTACHMENTS AND NOTES === #


def _below(resource: str) -> tuple[Route, ...]:
    """Return the routes of attachments and notes below a resource."""

    def bound(function):
        def handler(organisation, request, *values):
            return function(organisation, request, resource, *values)

        return handler

    path = f"{resource}/{{guid}}"
    routes = [
        route("GET", f"{path}/History", bound(history.list_notes)),
        route("PUT", f"{path}/History", bound(history.add_notes)),
    ]
    if resource in attachments.RESOURCES:
        one = f"{path}/Attachments/{{text}}"
        routes += [
            route("GET", f"{path}/Attachments", bound(attachments.list_files)),
            route("GET", one, bound(attachments.get_file)),
            route("PUT", one, bound(attachments.add_file), "IncludeOnline", raw_body=True),
            route("POST", one, bound(attachments.add_file), "IncludeOnline", raw_body=True),
        ]
    return tuple(routes)


ROUTES = (
    route("GET", "Payments", list_payments, "where order page pageSize"),
    route("PUT", "Payments", write_payments, "summarizeErrors"),
    route("POST", "Payments", write_payments),
    route("GET", "Payments/{guid}", get_payment),
    route("POST", "Payments/{guid}", write_payment),
    route("GET", "BatchPayments", list_batches, "where order"),
    route("GET", "BatchPayments/{guid}", get_batch),
    *_credits(OVERPAYMENTS),
    *_credits(PREPAYMENTS),
    route("PUT", "CreditNotes/{guid}/Allocations", write_allocations, "summarizeErrors"),
    route("DELETE", "CreditNotes/{guid}/Allocations/{guid}", delete_allocation),
    *(each for resource in history.RESOURCES for each in _below(resource)),
)
