"""Lists: filters, order, changes since, pages."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ..wire import Request, Response
from . import filters
from .answers import bad_query, envelope, not_found
from .notation import is_guid
from .schema import fields
from .tables import Record

MOST_IDS = 40
DEFAULT_PAGE_SIZE = 100
LARGEST_PAGE = 1000

_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)?")

# Fields that a record keeps elsewhere than under its wire name.
RELATED = {
    "Contact": ("contacts", "ContactID"),
    "Invoice": ("invoices", "DocumentID"),
    "CreditNote": ("credit_notes", "DocumentID"),
    "Account": ("accounts", "AccountID"),
}


@dataclass(frozen=True)
class Listing:
    """How a resource is listed: its envelope key, its model, and how one record is shown."""

    key: str
    model: str
    id_key: str
    show: Callable[[object, Record, str, int], Record]
    paged: bool = True
    delta: bool = True
    search: tuple[str, ...] = ()
    view_when_unpaged: str = "list"


def list_records(organisation, request: Request, listing: Listing, records: Iterable[Record]):
    """Answer a list request: filter, order, cut to the page, show."""
    query = request.query
    rows = filter_records(organisation, request, listing, records)
    if listing.delta and "if-modified-since" in request.headers:
        since = read_since(request.headers["if-modified-since"])
        rows = [row for row in rows if row["UpdatedDateUTC"].replace(microsecond=0) > since]
        if not rows and organisation.empty_delta_status == 304:
            return Response(304)
    rows = sort_records(organisation, listing, rows, query.get("order"))
    pagination = None
    view = listing.view_when_unpaged
    if listing.paged and "page" in query:
        view = "page"
        rows, pagination = cut_page(rows, query)
    if read_bool(query, "summaryOnly"):
        view = "summary"
    places = read_places(query)
    shown = [listing.show(organisation, row, view, places) for row in rows]
    return envelope(organisation, request, listing.key, shown, pagination)


def one_record(organisation, request: Request, listing: Listing, record: Record | None) -> Response:
    """Answer a request for one record, or 404."""
    if record is None:
        raise not_found()
    shown = listing.show(organisation, record, "single", read_places(request.query))
    return envelope(organisation, request, listing.key, [shown])


# === STEPS === #


def filter_records(organisation, request: Request, listing: Listing, records) -> list[Record]:
    """Keep the records that the filter and the search term ask for."""
    query = request.query
    rows = list(records)
    if query.get("where"):
        test = filters.where(query["where"], field_reader(organisation, listing))
        rows = [row for row in rows if test(row)]
    if query.get("searchTerm"):
        term = query["searchTerm"].casefold()
        rows = [
            row
            for row in rows
            if any(term in str(row.get(key) or "").casefold() for key in listing.search)
        ]
    return rows


def sort_records(organisation, listing: Listing, rows: list[Record], order: str | None):
    """Sort by what was asked for; by default what changed last comes last."""
    if listing.delta:
        rows.sort(key=lambda row: (row["UpdatedDateUTC"], row[listing.id_key]))
    if order:
        rows = filters.order(order, rows, field_reader(organisation, listing))
    return rows


def field_reader(organisation, listing: Listing) -> filters.Resolve:
    """Return what finds a field by its wire name, also one of the contact or the document."""

    def resolve(path: str) -> filters.Read:
        name, _dot, rest = path.partition(".")
        name = _known(listing.model, name)
        if not rest and name:
            return lambda row: row.get(name)
        related = _known(name, rest) if name in RELATED else None
        if related is None:
            raise bad_query(f"No property or field '{path}' exists in type '{listing.model}'")
        table, key = getattr(organisation, RELATED[name][0]), RELATED[name][1]
        return lambda row: table.get(row.get(key, ""), {}).get(related)

    return resolve


def _known(model: str, name: str) -> str | None:
    """Return a field name as Xero spells it, or None if the model has no such field."""
    return next((field for field in fields(model) if field.lower() == name.lower()), None)


def cut_page(rows: list[Record], query) -> tuple[list[Record], Record]:
    """Return the rows of the asked page and the pagination that goes with it."""
    page = read_number(query, "page", 1)
    size = read_number(query, "pageSize", DEFAULT_PAGE_SIZE)
    if page < 1 or not 1 <= size <= LARGEST_PAGE:
        raise bad_query(f"page must be 1 or more and pageSize between 1 and {LARGEST_PAGE}")
    pagination = {
        "page": page,
        "pageSize": size,
        "pageCount": math.ceil(len(rows) / size),
        "itemCount": len(rows),
    }
    return rows[(page - 1) * size : page * size], pagination


# === PARAMETERS === #


def read_since(text: str) -> datetime:
    """Return the moment of an `If-Modified-Since` header; it counts in whole seconds."""
    match = _ISO.fullmatch(text.strip())
    try:
        if match:
            return datetime.fromisoformat(match[1]).replace(tzinfo=timezone.utc)
        return parsedate_to_datetime(text).astimezone(timezone.utc)
    except (ValueError, TypeError):
        raise bad_query(f"If-Modified-Since '{text}' is not a date") from None


def read_number(query, name: str, default: int) -> int:
    """Return a whole number of the query."""
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit():
        raise bad_query(f"{name} must be a whole number")
    return int(text)


def read_bool(query, name: str, default: bool | None = False) -> bool | None:
    """Return a true or false of the query."""
    text = query.get(name)
    if text is None:
        return default
    if text.lower() not in ("true", "false"):
        raise bad_query(f"{name} must be true or false")
    return text.lower() == "true"


def read_places(query) -> int:
    """Return the decimals of unit prices: two, unless `unitdp=4` asks for four."""
    text = query.get("unitdp", "2")
    if text not in ("2", "4"):
        raise bad_query("unitdp must be 2 or 4")
    return int(text)


def read_ids(query, name: str) -> frozenset[str] | None:
    """Return a list of GUIDs from the query, at most 40."""
    if name not in query:
        return None
    ids = read_texts(query, name)
    if len(ids) > MOST_IDS:
        raise bad_query(f"{name} may name no more than {MOST_IDS} ids")
    if not all(is_guid(one) for one in ids):
        raise bad_query(f"{name} must be a list of GUIDs")
    return frozenset(one.lower() for one in ids)


def read_texts(query, name: str) -> list[str]:
    """Return a comma separated list from the query."""
    return [part.strip() for part in query.get(name, "").split(",") if part.strip()]
