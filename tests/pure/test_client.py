"""Calls to the API: what is added, what is refused, what is read from the headers."""

import datetime
import json

import pytest

from xero import client, codec, const, errors, payload
from xero.client import Call, XeroClient
from xero.documents import Contact

TENANT = "11111111-2222-3333-4444-555555555555"
GUID = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
TOKEN = "canary-access-token"
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def xero(server, http):
    return XeroClient(server.url, TENANT, TOKEN, session=http)


def sent(server):
    """Request line and headers of the last call."""
    head = server.requests[-1].partition(b"\r\n\r\n")[0].decode()
    line, *rows = head.split("\r\n")
    return line, dict(row.split(": ", 1) for row in rows)


# === WHAT IS SENT === #

def test_create(server, xero):
    server.answers(EMPTY)
    answer = xero.send(Call("PUT", "Invoices", body=b'{"Invoices":[]}', key="k1"))
    line, headers = sent(server)
    assert line == "PUT /api.xro/2.0/Invoices?summarizeErrors=false&unitdp=4 HTTP/1.1"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Xero-Tenant-Id"] == TENANT
    assert headers["Idempotency-Key"] == "k1"
    assert headers["Accept"] == headers["Content-Type"] == "application/json"
    assert server.requests[0].endswith(b'\r\n\r\n{"Invoices":[]}')
    assert (answer.status, answer.body) == (200, b"{}")


def test_a_file(server, xero):
    server.answers(EMPTY)
    path = f"Invoices/{GUID}/Attachments/a%20b.pdf"
    xero.send(Call("PUT", path, body=b"%PDF", key="k1", content_type="application/pdf"))
    line, headers = sent(server)
    assert line == f"PUT /api.xro/2.0/{path} HTTP/1.1"
    assert headers["Content-Type"] == "application/pdf"
    assert server.requests[0].endswith(b"\r\n\r\n%PDF")


def test_files_may_be_larger_than_documents():
    path = f"Invoices/{GUID}/Attachments/a.pdf"
    body = b"x" * (const.REQUEST_BYTES + 1)
    client._check(Call("PUT", path, body=body, key="k", content_type="application/pdf"))
    for call in (
        Call("PUT", "Invoices", body=body, key="k"),
        Call("PUT", path, body=b"x" * (const.FILE_BYTES + 1), key="k"),
        Call("PUT", "Invoices", body=b"x", key="k", content_type="application/pdf"),
    ):
        with pytest.raises(errors.NotUsable):
            client._check(call)


@pytest.mark.parametrize(("call", "query"), [
    (Call("PUT", "Contacts", body=b"{}", key="k"), "?summarizeErrors=false"),
    (Call("PUT", "PurchaseOrders", body=b"{}", key="k"), "?summarizeErrors=false"),
    (Call("PUT", "Items", body=b"{}", key="k"), "?summarizeErrors=false&unitdp=4"),
    (Call("POST", f"Invoices/{GUID}", body=b"{}"), "?unitdp=4"),
    (Call("GET", "Invoices", params={"page": 1}), "?page=1&unitdp=4"),
    (Call("GET", f"Invoices/{GUID}/History"), ""),
    (Call("PUT", f"Invoices/{GUID}/Attachments/a.pdf", body=b"x", key="k"), ""),
    (Call("GET", "PurchaseOrders/PO%2F1"), ""),
    (Call("PUT", "TaxRates", body=b"{}", key="k"), ""),
    (Call("GET", "Contacts"), ""),
    (Call("PUT", f"Contacts/{GUID}/History", body=b"{}", key="k"), ""),
    (Call("GET", "Accounts"), ""),
])
def test_parameters_that_the_transport_adds(server, xero, call, query):
    server.answers(EMPTY)
    xero.send(call)
    assert sent(server)[0] == f"{call.method} /api.xro/2.0/{call.path}{query} HTTP/1.1"


def test_if_modified_since_is_utc_by_the_second(server, xero):
    zone = datetime.timezone(datetime.timedelta(hours=10))
    server.answers(EMPTY)
    xero.send(Call(
        "GET", "Contacts", if_modified_since=datetime.datetime(2026, 1, 2, 3, 4, 5, 678, zone)
    ))
    assert sent(server)[1]["If-Modified-Since"] == "2026-01-01T17:04:05"


def test_connection_is_kept_between_clients(server, http):
    server.answers(EMPTY, EMPTY, EMPTY)
    for tenant in (TENANT, GUID, TENANT):
        XeroClient(server.url, tenant, TOKEN, session=http).send(Call("GET", "Accounts"))
        assert sent(server)[1]["Xero-Tenant-Id"] == tenant
    assert server.connections == 1
    assert "Authorization" not in http.headers


# === WHAT IS REFUSED === #

@pytest.mark.parametrize("element", [
    {},
    {"InvoiceNumber": "INV-1"},
    {"InvoiceNumber": "INV-1", "BrandingThemeID": GUID},
    {"InvoiceNumber": "INV-1", "Contact": {"ContactID": GUID}},
    {"InvoiceID": None},
    {"InvoiceID": "INV-1"},
    {"InvoiceID": "00000000-0000-0000-0000-000000000000"},
    "INV-1",
    None,
])
def test_collection_post_without_guid_cannot_be_sent(server, xero, element):
    for elements in ([element], [{"InvoiceID": GUID}, element]):
        body = json.dumps({"Invoices": elements}).encode()
        with pytest.raises(errors.NotUsable):
            xero.send(Call("POST", "Invoices", body=body, key="k"))
    assert not server.requests


@pytest.mark.parametrize(
    "body", [None, b"", b"[]", b"{}", b'{"Invoices":{}}', b'{"A":[],"B":[]}']
)
def test_collection_post_of_nothing_cannot_be_sent(server, xero, body):
    with pytest.raises(errors.NotUsable):
        xero.send(Call("POST", "Invoices", body=body, key="k"))
    assert not server.requests


def test_collection_post_with_guids_goes_out(server, xero):
    server.answers(EMPTY)
    body = codec.encode("Contacts", [payload.contact(Contact("1-2", "A", xero_id=GUID))])
    assert xero.send(Call("POST", "Contacts", body=body)).status == 200


@pytest.mark.parametrize("call", [
    Call("POST", "Invoices/", body=b'{"Invoices":[{"InvoiceNumber":"1"}]}'),
    Call("POST", "Invoices?x=y", body=b'{"Invoices":[{"InvoiceNumber":"1"}]}'),
    Call("POST", "/Invoices", body=b'{"Invoices":[{"InvoiceNumber":"1"}]}'),
    Call("POST", "Invoices/INV-1", body=b"{}"),
    Call("POST", "Invoices/..", body=b"{}"),
    Call("POST", "TaxRates", body=b'{"TaxRates":[{"TaxRateID":"x"}]}'),
    Call("PUT", "Invoices", body=b"{}"),
    Call("PUT", "Invoices", body=b"{}", key=""),
    Call("PUT", "Invoices", body=b"{}", key="k" * 129),
    Call("PUT", "Invoices", body=b"{}", key="two words"),
    Call("PUT", "Invoices", body=b"{}", key="line\r\nbreak"),
    Call("PUT", "Invoices", body=b"x" * (const.REQUEST_BYTES + 1), key="k"),
    Call("PUT", f"Invoices/{GUID}/History/x", body=b"x" * (const.REQUEST_BYTES + 1), key="k"),
    Call("GET", "Invoices?IDs=x"),
    Call("GET", "../connections"),
    Call("GET", "Invoices/../../connections"),
    Call("GET", ""),
], ids=str)
def test_call_that_must_not_be_made(server, xero, call):
    with pytest.raises(errors.NotUsable):
        xero.send(call)
    assert not server.requests


def test_the_largest_request_that_xero_takes_goes_out():
    client._check(Call("PUT", "Invoices", body=b"x" * const.REQUEST_BYTES, key="k"))


@pytest.mark.parametrize(("number", "segment"), [
    ("PO00001", "PO00001"), ("PO/1", "PO%2F1"), ("a b?c#d", "a%20b%3Fc%23d"), ("é", "%C3%A9"),
])
def test_number_as_path_segment(number, segment):
    assert client.path_segment(number) == segment


@pytest.mark.parametrize("number", ["", None, ".", "..", "a\nb", "a\x00", "\u202ea"])
def test_number_that_is_no_path_segment(number):
    with pytest.raises(errors.NotUsable):
        client.path_segment(number)


# === WHAT IS READ === #

def test_headers_are_read(server, xero):
    server.answers(
        b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 26\r\nX-Rate-Limit-Problem: Minute\r\n"
        b"X-MinLimit-Remaining: 0\r\nX-DayLimit-Remaining: 4711\r\n"
        b"X-AppMinLimit-Remaining: 9999\r\n"
        b"xero-correlation-id: abc-1\r\nContent-Length: 0\r\n\r\n"
    )
    answer = xero.send(Call("GET", "Accounts"))
    assert (answer.status, answer.retry_after, answer.limit_problem) == (429, 26, "minute")
    assert answer.limits == client.Limits(0, 4711, 9999)
    assert answer.correlation_id == "abc-1"


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "9" * 30, "9" * 10, "\xb2",
                                   "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_header_that_is_no_number_reads_as_none(server, xero, value):
    server.answers(
        f"HTTP/1.1 429 X\r\nRetry-After: {value}\r\nX-MinLimit-Remaining: {value}\r\n"
        "Content-Length: 0\r\n\r\n".encode("latin-1")
    )
    answer = xero.send(Call("GET", "Accounts"))
    assert answer.retry_after is None
    assert answer.limits.minute is None
    assert (answer.limit_problem, answer.content_type) == (None, "")


def test_words_of_headers_are_safe_for_a_database(server, xero):
    server.answers(
        b"HTTP/1.1 200 OK\r\nxero-correlation-id: a\x00b" + b"c" * 500
        + b"\r\nContent-Length: 0\r\n\r\n"
    )
    correlation_id = xero.send(Call("GET", "Accounts")).correlation_id
    assert "\x00" not in correlation_id
    assert len(correlation_id) == 100


@pytest.mark.parametrize(("header", "verdict"), [
    ('Bearer error="insufficient_scope"', "scope"),
    ("insufficent_scope", "scope"),
    ('Bearer error="invalid_token"', "expired"),
])
def test_missing_scope_and_expired_token(server, xero, header, verdict):
    server.answers(
        f"HTTP/1.1 401 X\r\nWWW-Authenticate: {header}\r\nContent-Length: 0\r\n\r\n".encode()
    )
    assert errors.classify(xero.send(Call("GET", "Accounts")), wrote=False) == verdict


def test_no_text_form_holds_a_secret(server, xero):
    server.answers(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ncanary")
    call = Call("PUT", "Contacts", body=b"canary", key="k")
    answer = xero.send(call)
    for value in (xero, call, answer):
        assert "canary" not in repr(value) + str(value)
