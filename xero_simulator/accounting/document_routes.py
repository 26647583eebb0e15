"""Calls on invoices, credit notes and purchase orders."""

from __future__ import annotations

from ..wire import Request, Response
from . import rendering
from .answers import bad_query
from .credit_notes import CREDIT_NOTE, save_credit_note
from .documents import existing_document
from .invoices import INVOICE, save_invoice
from .notation import is_guid, read_date
from .purchase_orders import PURCHASE_ORDER, save_order
from .reading import (
    Listing,
    list_records,
    one_record,
    read_bool,
    read_ids,
    read_places,
    read_texts,
)
from .route import route
from .writing import Writing, only_element, read_elements, write_elements

INVOICES = Listing(
    "Invoices", "Invoice", "InvoiceID", rendering.invoice, search=("InvoiceNumber", "Reference")
)
CREDIT_NOTES = Listing("CreditNotes", "CreditNote", "CreditNoteID", rendering.credit_note)
ORDERS = Listing("PurchaseOrders", "PurchaseOrder", "PurchaseOrderID", rendering.purchase_order)

WRITE_INVOICES = Writing("Invoices", "Invoice", "InvoiceID")
WRITE_CREDIT_NOTES = Writing("CreditNotes", "CreditNote", "CreditNoteID")
WRITE_ORDERS = Writing("PurchaseOrders", "PurchaseOrder", "PurchaseOrderID")

ORDER_STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "BILLED", "DELETED")
INVOICE_STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")


# === INVOICES === #


def list_invoices(organisation, request: Request) -> Response:
    """List invoices and bills."""
    query = request.query
    rows = organisation.invoices.values()
    ids, contact_ids = read_ids(query, "IDs"), read_ids(query, "ContactIDs")
    if ids is not None:
        rows = [row for guid in ids if (row := organisation.invoices.get(guid))]
    if contact_ids is not None:
        rows = [row for row in rows if row["ContactID"] in contact_ids]
    numbers = {number.casefold() for number in read_texts(query, "InvoiceNumbers")}
    if numbers:
        rows = [row for row in rows if row["InvoiceNumber"].casefold() in numbers]
    statuses = read_texts(query, "Statuses")
    if not set(statuses) <= set(INVOICE_STATUSES):
        raise bad_query("Statuses names an unknown status")
    if statuses:
        rows = [row for row in rows if row["Status"] in statuses]
    if read_bool(query, "createdByMyApp"):
        rows = [row for row in rows if row["CreatedBy"] == request.app]
    read_bool(query, "includeArchived")
    return list_records(organisation, request, INVOICES, rows)


def get_invoice(organisation, request: Request, guid: str) -> Response:
    """Return one invoice."""
    return one_record(organisation, request, INVOICES, organisation.invoices.get(guid))


def write_invoices(organisation, request: Request, elements=None) -> Response:
    """Create invoices (PUT), or create and change them (POST)."""
    creating, places = request.method == "PUT", read_places(request.query)

    def handle(element):
        existing = existing_document(organisation, INVOICE, element, creating)
        drafted = save_invoice(organisation, element, existing, places, request.app)
        record = drafted.record
        if record["Status"] == "VOIDED" and existing:
            # The answer to a voiding still shows what was due; the next read does not.
            record = {**record, "AmountDue": existing["AmountDue"]}
        return rendering.invoice(organisation, record, "written", places), drafted.warnings

    elements = elements or read_elements(request, WRITE_INVOICES)
    return write_elements(organisation, request, WRITE_INVOICES, elements, handle)


def write_invoice(organisation, request: Request, guid: str) -> Response:
    """Change one invoice."""
    elements = read_elements(request, WRITE_INVOICES)
    return write_invoices(organisation, request, only_element(elements, "InvoiceID", guid))


# === CREDIT NOTES === #


def list_credit_notes(organisation, request: Request) -> Response:
    """List credit notes of both kinds."""
    return list_records(organisation, request, CREDIT_NOTES, organisation.credit_notes.values())


def get_credit_note(organisation, request: Request, guid: str) -> Response:
    """Return one credit note."""
    return one_record(organisation, request, CREDIT_NOTES, organisation.credit_notes.get(guid))


def write_credit_notes(organisation, request: Request, elements=None) -> Response:
    """Create credit notes (PUT), or create and change them (POST)."""
    creating, places = request.method == "PUT", read_places(request.query)

    def handle(element):
        existing = existing_document(organisation, CREDIT_NOTE, element, creating)
        drafted = save_credit_note(organisation, element, existing, places)
        shown = rendering.credit_note(organisation, drafted.record, "written", places)
        return shown, drafted.warnings

    elements = elements or read_elements(request, WRITE_CREDIT_NOTES)
    return write_elements(organisation, request, WRITE_CREDIT_NOTES, elements, handle)


def write_credit_note(organisation, request: Request, guid: str) -> Response:
    """Change one credit note."""
    elements = read_elements(request, WRITE_CREDIT_NOTES)
    return write_credit_notes(organisation, request, only_element(elements, "CreditNoteID", guid))


# === PURCHASE ORDERS === #


def list_orders(organisation, request: Request) -> Response:
    """List purchase orders; there is no `where` here, only a status and two dates."""
    query = request.query
    rows = list(organisation.purchase_orders.values())
    status = query.get("Status") or query.get("status")
    if status:
        if status not in ORDER_STATUSES:
            raise bad_query(f"Status '{status}' is not valid")
        rows = [row for row in rows if row["Status"] == status]
    for name, keep in (("DateFrom", lambda day, edge: day >= edge),
                       ("DateTo", lambda day, edge: day <= edge)):  # fmt: skip
        if query.get(name):
            try:
                edge = read_date(query[name])
            except ValueError:
                raise bad_query(f"{name} is not a date") from None
            rows = [row for row in rows if keep(row["Date"], edge)]
    return list_records(organisation, request, ORDERS, rows)


def get_order(organisation, request: Request, name: str) -> Response:
    """Return one purchase order by its id or its number."""
    if is_guid(name):
        return one_record(
            organisation, request, ORDERS, organisation.purchase_orders.get(name.lower())
        )
    found = organisation.purchase_orders.find("number", name.strip().casefold())
    return one_record(organisation, request, ORDERS, found[0] if found else None)


def write_orders(organisation, request: Request, elements=None) -> Response:
    """Create purchase orders (PUT), or create and change them (POST)."""
    creating = request.method == "PUT"

    def handle(element):
        existing = existing_document(organisation, PURCHASE_ORDER, element, creating)
        drafted = save_order(organisation, element, existing)
        shown = rendering.purchase_order(organisation, drafted.record, "written")
        return shown, drafted.warnings

    elements = elements or read_elements(request, WRITE_ORDERS)
    return write_elements(organisation, request, WRITE_ORDERS, elements, handle)


def write_order(organisation, request: Request, guid: str) -> Response:
    """Change one purchase order."""
    elements = read_elements(request, WRITE_ORDERS)
    return write_orders(organisation, request, only_element(elements, "PurchaseOrderID", guid))


_LIST = "where order page pageSize unitdp"
_WRITE = "summarizeErrors unitdp"

ROUTES = (
    route(
        "GET", "Invoices", list_invoices,
        f"{_LIST} IDs InvoiceNumbers ContactIDs Statuses includeArchived createdByMyApp "
        "summaryOnly searchTerm",
    ),
    route("PUT", "Invoices", write_invoices, _WRITE + " allowBackorders"),
    route("POST", "Invoices", write_invoices, _WRITE + " allowBackorders"),
    route("GET", "Invoices/{guid}", get_invoice, "unitdp"),
    route("POST", "Invoices/{guid}", write_invoice, "unitdp allowBackorders"),
    route("GET", "CreditNotes", list_credit_notes, _LIST),
    route("PUT", "CreditNotes", write_credit_notes, _WRITE),
    route("POST", "CreditNotes", write_credit_notes, _WRITE),
    route("GET", "CreditNotes/{guid}", get_credit_note, "unitdp"),
    route("POST", "CreditNotes/{guid}", write_credit_note, "unitdp"),
    route("GET", "PurchaseOrders", list_orders, "Status DateFrom DateTo order page pageSize"),
    route("PUT", "PurchaseOrders", write_orders, "summarizeErrors"),
    route("POST", "PurchaseOrders", write_orders, "summarizeErrors"),
    route("GET", "PurchaseOrders/{text}", get_order),
    route("POST", "PurchaseOrders/{guid}", write_order),
)  # fmt: skip
