"""Writes: one body of many elements, each accepted or refused by itself.

Without `summarizeErrors=false` one bad element refuses the whole request and nothing is kept.
With it the answer is always 200 and every element says how it fared. A refused creation carries
the zero GUID, a refused change the real one and the values that were asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..wire import Request, Response
from .answers import (
    Halt,
    Refused,
    bad_body,
    envelope,
    no_data,
    refused_sentence,
    validation_exception,
)
from .notation import ZERO_GUID, decode
from .reading import read_bool
from .schema import check
from .tables import Record


@dataclass(frozen=True)
class Writing:
    """How a resource is written: its envelope key, its model, its id and its error flag."""

    key: str
    model: str
    id_key: str
    error_flag: str | None = "HasErrors"
    bare: bool = False
    most: int | None = None


# A handler stores one element and returns what is shown of it and the remarks about it.
Handler = Callable[[Record], tuple[Record, list[str]]]


def read_elements(request: Request, writing: Writing) -> list[Record]:
    """Return the elements of a body; the envelope's key is read without regard to case."""
    if not request.body.strip():
        raise no_data()
    try:
        document = decode(request.body)
    except (ValueError, RecursionError):
        raise bad_body("The body is not valid JSON.") from None
    if type(document) is not dict:
        raise no_data()
    wanted = writing.key.lower()
    found = [value for key, value in document.items() if key.lower() == wanted]
    if not found and writing.bare and document:
        return [document]
    if len(found) != 1 or len(document) != 1:
        raise no_data()
    elements = found[0] if type(found[0]) is list else [found[0]]
    if not elements:
        raise no_data()
    if writing.most is not None and len(elements) > writing.most:
        raise Halt(
            refused_sentence(
                f"No more than {writing.most} {writing.key} can be processed in one request."
            )
        )
    return elements


def only_element(elements: list[Record], id_key: str, guid: str) -> list[Record]:
    """Return the one element of a request to a single record, carrying the record's id."""
    if len(elements) != 1 or type(elements[0]) is not dict:
        raise Halt(refused_sentence("This endpoint processes exactly one element."))
    stated = elements[0].get(id_key)
    if stated and str(stated).lower() != guid:
        raise Halt(refused_sentence(f"The {id_key} in the body differs from the one in the path."))
    return [{**elements[0], id_key: guid}]


def write_elements(
    organisation, request: Request, writing: Writing, elements: list[Record], handle: Handler
) -> Response:
    """Handle every element and answer for all of them."""
    lengths = [check(writing.model, element) for element in elements]
    tolerant = read_bool(request.query, "summarizeErrors", True) is False
    journal = organisation.journal
    start = journal.mark()
    shown, refused = [], []
    for element, problems in zip(elements, lengths, strict=True):
        mark, noted = journal.mark(), len(organisation.events)
        try:
            if problems:
                raise Refused(*problems, guid=_known_id(element, writing))
            row, warnings = handle(element)
        except Refused as refusal:
            journal.undo(mark)
            del organisation.events[noted:]
            row = _refused_row(element, refusal, writing)
            refused.append(row)
            if tolerant:
                row = {**row, "StatusAttributeString": "ERROR"}
        else:
            if warnings:
                row["Warnings"] = [{"Message": text} for text in warnings]
            if tolerant:
                row["StatusAttributeString"] = "WARNING" if warnings else "OK"
        shown.append(row)
    if refused and not tolerant:
        journal.undo(start)
        organisation.events.clear()
        return validation_exception(refused)
    return envelope(organisation, request, writing.key, shown)


def _known_id(element: Record, writing: Writing) -> str | None:
    guid = element.get(writing.id_key)
    return guid.lower() if isinstance(guid, str) else None


def _refused_row(element: Record, refusal: Refused, writing: Writing) -> Record:
    row = {writing.id_key: refusal.guid or ZERO_GUID}
    row.update((key, value) for key, value in element.items() if key != writing.id_key)
    if writing.error_flag:
        row[writing.error_flag] = True
    row["ValidationErrors"] = [{"Message": text} for text in refusal.messages]
    return row
