"""Calls on contacts and items."""

from __future__ import annotations

from ..wire import Request, Response
from . import rendering
from .answers import Halt, not_found, refused_sentence
from .contacts import existing_contact, full_contact, save_contact, summary_contact
from .items import existing_item, item_in_use, save_item
from .notation import is_guid
from .reading import Listing, list_records, one_record, read_bool, read_ids, read_places
from .route import route
from .tables import Record
from .writing import Writing, only_element, read_elements, write_elements


def _show_contact(organisation, record: Record, view: str, places: int) -> Record:
    if view == "summary":
        return summary_contact(record)
    return full_contact(record, with_persons=view != "list")


CONTACTS = Listing(
    "Contacts", "Contact", "ContactID", _show_contact,
    search=("Name", "FirstName", "LastName", "ContactNumber", "CompanyNumber", "EmailAddress"),
)  # fmt: skip
ITEMS = Listing("Items", "Item", "ItemID", rendering.item, paged=False)

WRITE_CONTACTS = Writing("Contacts", "Contact", "ContactID", "HasValidationErrors")
WRITE_ITEMS = Writing("Items", "Item", "ItemID", None, most=500)


# === CONTACTS === #


def list_contacts(organisation, request: Request) -> Response:
    """List contacts; archived ones only on request."""
    query = request.query
    ids = read_ids(query, "IDs")
    rows = organisation.contacts.values()
    if ids is not None:
        rows = [row for guid in ids if (row := organisation.contacts.get(guid))]
    if not read_bool(query, "includeArchived"):
        rows = [row for row in rows if row["ContactStatus"] == "ACTIVE"]
    return list_records(organisation, request, CONTACTS, rows)


def get_contact(organisation, request: Request, name: str) -> Response:
    """Return one contact by its id, or by its number: then the first of several, without a word."""
    if is_guid(name):
        return one_record(organisation, request, CONTACTS, organisation.contacts.get(name.lower()))
    found = organisation.contacts.find("number", name.strip().casefold())
    return one_record(organisation, request, CONTACTS, found[0] if found else None)


def write_contacts(organisation, request: Request, elements=None) -> Response:
    """Create contacts (PUT), or create and change them (POST)."""
    creating = request.method == "PUT"

    def handle(element):
        existing = existing_contact(organisation, element, creating)
        return full_contact(save_contact(organisation, element, existing)), []

    elements = elements or read_elements(request, WRITE_CONTACTS)
    return write_elements(organisation, request, WRITE_CONTACTS, elements, handle)


def write_contact(organisation, request: Request, guid: str) -> Response:
    """Change one contact."""
    elements = read_elements(request, WRITE_CONTACTS)
    return write_contacts(organisation, request, only_element(elements, "ContactID", guid))


# === ITEMS === #


def list_items(organisation, request: Request) -> Response:
    """List items; they are never paged."""
    return list_records(organisation, request, ITEMS, organisation.items.values())


def get_item(organisation, request: Request, name: str) -> Response:
    """Return one item by its id or its code."""
    if is_guid(name):
        return one_record(organisation, request, ITEMS, organisation.items.get(name.lower()))
    found = organisation.items.find("code", name.strip().casefold())
    return one_record(organisation, request, ITEMS, found[0] if found else None)


def write_items(organisation, request: Request, elements=None) -> Response:
    """Create items (PUT), or create and change them (POST)."""
    creating, places = request.method == "PUT", read_places(request.query)

    def handle(element):
        existing = existing_item(organisation, element, creating)
        record = save_item(organisation, element, existing, places)
        return rendering.item(organisation, record, "written", places), []

    elements = elements or read_elements(request, WRITE_ITEMS)
    return write_elements(organisation, request, WRITE_ITEMS, elements, handle)


def write_item(organisation, request: Request, guid: str) -> Response:
    """Change one item."""
    elements = read_elements(request, WRITE_ITEMS)
    return write_items(organisation, request, only_element(elements, "ItemID", guid))


def delete_item(organisation, request: Request, guid: str) -> Response:
    """Delete an item that no document uses."""
    record = organisation.items.get(guid)
    if record is None:
        raise not_found()
    if item_in_use(organisation, record):
        text = f"The item '{record['Code']}' cannot be deleted because it is used in transactions."
        raise Halt(refused_sentence(text))
    organisation.items.remove(guid)
    return Response(204)


ROUTES = (
    route(
        "GET", "Contacts", list_contacts,
        "where order IDs page pageSize includeArchived summaryOnly searchTerm",
    ),
    route("PUT", "Contacts", write_contacts, "summarizeErrors"),
    route("POST", "Contacts", write_contacts, "summarizeErrors"),
    route("GET", "Contacts/{text}", get_contact),
    route("POST", "Contacts/{guid}", write_contact),
    route("GET", "Items", list_items, "where order unitdp"),
    route("PUT", "Items", write_items, "summarizeErrors unitdp"),
    route("POST", "Items", write_items, "summarizeErrors unitdp"),
    route("GET", "Items/{text}", get_item, "unitdp"),
    route("POST", "Items/{guid}", write_item, "unitdp"),
    route("DELETE", "Items/{guid}", delete_item),
)  # fmt: skip
