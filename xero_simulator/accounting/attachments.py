"""Files on records: raw bytes in, one call per file, an equal name replaces."""

from __future__ import annotations

from urllib.parse import quote

from ..wire import Request, Response
from .answers import Halt, bad_query, envelope, not_found, refused_sentence
from .reading import read_bool
from .tables import Record

RESOURCES = ("Invoices", "CreditNotes", "PurchaseOrders", "Contacts", "Accounts")
MOST_PER_RECORD = 10
FORBIDDEN = frozenset('<>:"/\\|?*+\0')
ONLINE_TYPES = ("ACCREC", "ACCRECCREDIT")

TABLES = {
    "Invoices": "invoices",
    "CreditNotes": "credit_notes",
    "PurchaseOrders": "purchase_orders",
    "Contacts": "contacts",
    "Accounts": "accounts",
    "Items": "items",
    "Payments": "payments",
}


def list_files(organisation, request: Request, resource: str, guid: str) -> Response:
    """List the files of a record."""
    _owner(organisation, resource, guid)
    rows = [_show(record) for record in organisation.attachments.find("owner", guid)]
    return envelope(organisation, request, "Attachments", rows)


def get_file(organisation, request: Request, resource: str, guid: str, name: str) -> Response:
    """Return the bytes of a file, named by its file name or its id."""
    _owner(organisation, resource, guid)
    for record in organisation.attachments.find("owner", guid):
        if name in (record["FileName"], record["AttachmentID"]):
            return Response(200, record["Content"], record["MimeType"])
    raise not_found()


def add_file(organisation, request: Request, resource: str, guid: str, name: str) -> Response:
    """Attach a file, or replace the one of the same name."""
    owner = getattr(organisation, TABLES[resource]).get(guid)
    if owner is None:
        raise Halt(refused_sentence(f"A document with id '{guid}' could not be found"))
    if not name.strip() or name != name.strip() or FORBIDDEN & set(name):
        raise Halt(refused_sentence(f"The file name '{name}' is not valid."))
    if not request.body:
        raise Halt(refused_sentence("The attachment has no content."))
    online = read_bool(request.query, "IncludeOnline")
    if online and owner.get("Type") not in ONLINE_TYPES:
        raise bad_query("IncludeOnline is only for ACCREC invoices and ACCRECCREDIT credit notes")
    files = organisation.attachments.find("owner", guid)
    before = next((record for record in files if record["FileName"] == name), None)
    if before is None and len(files) >= MOST_PER_RECORD:
        raise Halt(
            refused_sentence(f"A document can have no more than {MOST_PER_RECORD} attachments.")
        )
    record = {
        "AttachmentID": before["AttachmentID"] if before else organisation.new_guid(),
        "OwnerID": guid,
        "FileName": name,
        "Url": f"https://api.xero.com/api.xro/2.0/{resource}/{guid}/Attachments/{quote(name)}",
        "MimeType": request.headers.get("content-type", "application/octet-stream"),
        "ContentLength": len(request.body),
        "IncludeOnline": bool(online),
        "Content": request.body,
    }
    organisation.attachments.save(record)
    if not owner.get("HasAttachments"):
        getattr(organisation, TABLES[resource]).save({**owner, "HasAttachments": True})
    return envelope(organisation, request, "Attachments", [_show(record)])


def _owner(organisation, resource: str, guid: str) -> Record:
    owner = getattr(organisation, TABLES[resource]).get(guid)
    if owner is None:
        raise not_found()
    return owner


def _show(record: Record) -> Record:
    return {key: value for key, value in record.items() if key not in ("Content", "OwnerID")}
