"""The books without sockets: a call is a Request, its answer a Response."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from xero_simulator.accounting import build_organisations, respond
from xero_simulator.clock import Clock
from xero_simulator.wire import Headers, Request

ZERO_GUID = "00000000-0000-0000-0000-000000000000"
NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=timezone.utc)


class Answer:
    """What came back: status, document, events."""

    def __init__(self, response) -> None:
        self.response = response
        self.status = response.status
        self.text = response.body.decode("utf-8", "replace")
        self.events = response.events

    @property
    def document(self) -> dict:
        return json.loads(self.text, parse_float=Decimal)

    def rows(self, key: str) -> list:
        return self.document[key]

    def row(self, key: str) -> dict:
        (row,) = self.document[key]
        return row

    def messages(self, key: str = "Elements") -> list[str]:
        """The sentences of the only element."""
        return [error["Message"] for error in self.row(key)["ValidationErrors"]]


class Books:
    """One organisation, called as the server calls it."""

    def __init__(self, organisation, clock) -> None:
        self.organisation = organisation
        self.clock = clock

    def __getattr__(self, name: str):
        return getattr(self.organisation, name)

    def call(self, method: str, path: str, body=None, *, since: str | None = None, **query):
        headers = Headers({"If-Modified-Since": since} if since else {})
        raw = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        query = {name: str(value) for name, value in query.items()}
        request = Request(
            method, f"/api.xro/2.0/{path}", tuple(path.split("/")), query, headers, raw, "app-one"
        )
        return Answer(respond(self.organisation, request, self.clock))

    def get(self, path: str, **query):
        return self.call("GET", path, **query)

    def put(self, path: str, *elements, **query):
        return self.call("PUT", path, {_key(path): list(elements)}, **query)

    def post(self, path: str, *elements, **query):
        return self.call("POST", path, {_key(path): list(elements)}, **query)

    # === SHORT WAYS === #

    @property
    def contact_id(self) -> str:
        return next(iter(self.organisation.contacts))

    def contact(self, name: str = "Basket Case") -> str:
        """The id of a contact with this name, an archived one too."""
        return next(guid for guid, one in self.organisation.contacts.items() if one["Name"] == name)

    def line(self, **fields) -> dict:
        line = {"Description": "A thing", "Quantity": 1, "UnitAmount": 100, "AccountCode": "200"}
        return {name: value for name, value in {**line, **fields}.items() if value is not None}

    def invoice(self, *lines, **fields) -> dict:
        body = {
            "Type": "ACCREC",
            "Contact": {"ContactID": self.contact_id},
            "Date": "2026-03-01",
            "DueDate": "2026-03-31",
            "LineItems": list(lines) or [self.line()],
        }
        return {name: value for name, value in {**body, **fields}.items() if value is not None}

    def bill(self, *lines, **fields) -> dict:
        lines = lines or (self.line(AccountCode="400"),)
        return self.invoice(*lines, **{"Type": "ACCPAY", **fields})

    def order(self, *lines, **fields) -> dict:
        body = {
            "Contact": {"ContactID": self.contact_id},
            "Date": "2026-03-01",
            "LineItems": list(lines) or [self.line(AccountCode="310")],
        }
        return {name: value for name, value in {**body, **fields}.items() if value is not None}

    def credit(self, *lines, **fields) -> dict:
        body = {
            "Type": "ACCRECCREDIT",
            "Contact": {"ContactID": self.contact_id},
            "Date": "2026-03-01",
            "LineItems": list(lines) or [self.line()],
        }
        return {name: value for name, value in {**body, **fields}.items() if value is not None}

    def made(self, path: str, element: dict, **query) -> dict:
        """Create one element and return what the answer shows of it."""
        answer = self.put(path, element, **{"unitdp": 4, **query} if _priced(path) else query)
        assert answer.status == 200, answer.text
        return answer.row(path)

    def refusal(self, path: str, element: dict, method: str = "PUT", **query) -> list[str]:
        """The sentences with which one element is refused."""
        if _priced(path):
            query.setdefault("unitdp", 4)
        answer = self.call(method, path, {_key(path): [element]}, **query)
        assert answer.status == 400, answer.text
        assert answer.document["Type"] == "ValidationException"
        return answer.messages()


def _key(path: str) -> str:
    words = [word for word in path.split("/") if word[:1].isupper() and "-" not in word]
    return {"History": "HistoryRecords"}.get(words[-1], words[-1])


def _priced(path: str) -> bool:
    return path.split("/")[0] in ("Invoices", "CreditNotes", "Items")


def _json(document) -> bytes:
    return json.dumps(document, default=_number).encode()


def _number(value):
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value))


@pytest.fixture
def clock():
    return Clock(NOON)


@pytest.fixture
def organisations(clock):
    found = build_organisations(clock).values()
    return {organisation.country_code: organisation for organisation in found}


@pytest.fixture
def au(organisations, clock):
    return Books(organisations["AU"], clock)


@pytest.fixture
def nz(organisations, clock):
    return Books(organisations["NZ"], clock)


@pytest.fixture
def uk(organisations, clock):
    return Books(organisations["GB"], clock)


@pytest.fixture
def us(organisations, clock):
    return Books(organisations["US"], clock)
