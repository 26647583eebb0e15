"""Notes on records: they can be added and read, never changed."""

from __future__ import annotations

from ..wire import Request, Response
from .answers import Halt, Refused, envelope, not_found, refused_sentence
from .attachments import TABLES
from .tables import Record
from .writing import Writing, read_elements, write_elements

RESOURCES = ("Invoices", "CreditNotes", "PurchaseOrders", "Contacts", "Items", "Payments")

WRITE_NOTES = Writing("HistoryRecords", "HistoryRecord", "HistoryRecordID", None)


def list_notes(organisation, request: Request, resource: str, guid: str) -> Response:
    """List the notes of a record, newest first."""
    if guid not in getattr(organisation, TABLES[resource]):
        raise not_found()
    rows = [_show(record) for record in reversed(organisation.history.find("owner", guid))]
    return envelope(organisation, request, "HistoryRecords", rows)


def add_notes(organisation, request: Request, resource: str, guid: str) -> Response:
    """Add notes to a record."""
    if guid not in getattr(organisation, TABLES[resource]):
        text = "The document with the supplied id was not found for this endpoint."
        raise Halt(refused_sentence(text))

    def handle(element: Record):
        details = element.get("Details") or ""
        if not details.strip():
            raise Refused("Details must be specified")
        record = {
            "HistoryRecordID": organisation.new_guid(),
            "OwnerID": guid,
            "Changes": "Note",
            "DateUTC": organisation.now(),
            "User": "System Generated",
            "Details": details,
        }
        return _show(organisation.history.save(record)), []

    elements = read_elements(request, WRITE_NOTES)
    return write_elements(organisation, request, WRITE_NOTES, elements, handle)


def _show(record: Record) -> Record:
    return {
        "Changes": record["Changes"],
        "DateUTCString": record["DateUTC"].strftime("%Y-%m-%dT%H:%M:%S"),
        "DateUTC": record["DateUTC"],
        "User": record["User"],
        "Details": record["Details"],
    }
