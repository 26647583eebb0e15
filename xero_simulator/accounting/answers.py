"""The shapes of Xero's answers: the envelope, the refusals, the pages that are no JSON."""

from __future__ import annotations

from ..wire import HTML, JSON, Request, Response
from .notation import encode, ms_stamp

NOT_FOUND_PAGE = b"The resource you're looking for cannot be found"


class Halt(Exception):
    """Ends the whole request with this answer; nothing of it is kept."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Refused(Exception):
    """Refuses one element, with the sentences that Xero would give.

    `guid` is the real id when an existing record would have been changed; a failed creation has
    none and is answered with the zero GUID.
    """

    def __init__(self, *messages: str, guid: str | None = None) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages
        self.guid = guid


def envelope(organisation, request: Request, key: str, rows: list, pagination=None) -> Response:
    """Answer 200 with the rows under the resource's key."""
    document = {
        "Id": organisation.new_guid(),
        "Status": "OK",
        "ProviderName": request.app,
        "DateTimeUTC": ms_stamp(organisation.now(), ""),
    }
    if pagination:
        document["pagination"] = pagination
    document[key] = rows
    return Response(200, encode(document).encode(), JSON)


def validation_exception(elements: list) -> Response:
    """Answer 400 for a request that was refused as a whole."""
    return _exception(10, "ValidationException", "A validation exception occurred", elements)


def refused_sentence(*messages: str) -> Response:
    """Answer 400 for a request that is refused without echoing an element."""
    return validation_exception([{"ValidationErrors": [{"Message": text} for text in messages]}])


def bad_body(text: str) -> Halt:
    """Refuse a body that names a field, type or value that the resource does not know."""
    message = f"JSON for post data was invalid,{text}"
    return Halt(_exception(14, "PostDataInvalidException", message))


def no_data() -> Halt:
    """Refuse a body in which nothing for this endpoint was found."""
    text = (
        "No data has been processed for this endpoint. "
        "This endpoint is expecting data to be specifed in JSON format."
    )
    return Halt(_exception(17, "NoDataProcessedException", text))


def bad_query(text: str) -> Halt:
    """Refuse a filter, an order or a page that cannot be understood."""
    return Halt(_exception(16, "QueryParseException", text))


def unknown_parameters(names: tuple[str, ...]) -> Response:
    """Refuse query parameters that this resource does not have."""
    text = "Unknown query parameter: " + ", ".join(names)
    response = _exception(16, "QueryParseException", text)
    response.unknown_parameters = names
    return response


def not_found() -> Halt:
    """Answer 404 as Xero does: a page, not JSON."""
    return Halt(Response(404, NOT_FOUND_PAGE, HTML))


def not_allowed() -> Halt:
    """Refuse a method that the resource does not have."""
    return Halt(Response(405, b"The requested resource does not support this method", HTML))


def too_large() -> Response:
    """Refuse a body above the size limit."""
    document = {"Title": "RequestEntityTooLarge", "Status": 413, "Detail": "PayloadTooLarge"}
    return Response(413, encode(document).encode(), JSON)


def _exception(number: int, kind: str, text: str, elements: list | None = None) -> Response:
    document = {"ErrorNumber": number, "Type": kind, "Message": text}
    if elements is not None:
        document["Elements"] = elements
    return Response(400, encode(document).encode(), JSON)
