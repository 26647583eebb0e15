"""Files and notes on records."""

from __future__ import annotations

import pytest

from xero_simulator.accounting import respond
from xero_simulator.wire import Headers, Request

from .conftest import ZERO_GUID, Answer


def attach(au, path: str, content: bytes = b"%PDF", **query):
    segments = tuple(path.split("/"))
    headers = Headers({"Content-Type": "application/pdf"})
    request = Request("PUT", path, segments, query, headers, content, "app-one")
    return Answer(respond(au.organisation, request, au.clock))


@pytest.fixture
def invoice(au):
    return f"Invoices/{au.made('Invoices', au.invoice())['InvoiceID']}"


def test_a_file_comes_back_byte_for_byte(au, invoice):
    row = attach(au, f"{invoice}/Attachments/INV 1.pdf", b"\x00\xff").row("Attachments")
    assert (row["FileName"], row["MimeType"], row["ContentLength"]) == (
        "INV 1.pdf",
        "application/pdf",
        2,
    )
    assert (
        au.get(f"{invoice}/Attachments").row("Attachments")["AttachmentID"] == row["AttachmentID"]
    )
    for name in ("INV 1.pdf", row["AttachmentID"]):
        response = au.get(f"{invoice}/Attachments/{name}").response
        assert (response.body, response.content_type) == (b"\x00\xff", "application/pdf")
    assert au.get(invoice).row("Invoices")["HasAttachments"] is True


def test_an_equal_name_replaces(au, invoice):
    first = attach(au, f"{invoice}/Attachments/a.pdf", b"1").row("Attachments")
    second = attach(au, f"{invoice}/Attachments/a.pdf", b"22").row("Attachments")
    assert first["AttachmentID"] == second["AttachmentID"]
    assert len(au.get(f"{invoice}/Attachments").rows("Attachments")) == 1


def test_ten_files_and_no_more(au, invoice):
    for number in range(10):
        assert attach(au, f"{invoice}/Attachments/{number}.pdf").status == 200
    assert attach(au, f"{invoice}/Attachments/x.pdf").status == 400
    assert attach(au, f"{invoice}/Attachments/3.pdf", b"again").status == 200


@pytest.mark.parametrize("name", ["a<b.pdf", "a:b.pdf", "a?.pdf", "a.pdf ", "a|b", "a+b.pdf"])
def test_some_names_are_refused(au, invoice, name):
    assert attach(au, f"{invoice}/Attachments/{name}").status == 400


def test_files_have_a_largest_size(au, invoice):
    assert attach(au, f"{invoice}/Attachments/a.pdf", b"x" * 3_600_000).status == 200
    assert attach(au, f"{invoice}/Attachments/b.pdf", b"x" * 10_000_001).status == 413
    assert attach(au, f"{invoice}/Attachments/c.pdf", b"").status == 400


def test_only_sales_documents_show_files_online(au, invoice):
    row = attach(au, f"{invoice}/Attachments/a.pdf", IncludeOnline="true").row("Attachments")
    assert row["IncludeOnline"] is True
    bill = au.made("Invoices", au.bill())["InvoiceID"]
    assert attach(au, f"Invoices/{bill}/Attachments/a.pdf", IncludeOnline="true").status == 400


def test_a_target_must_exist(au):
    answer = attach(au, f"Invoices/{ZERO_GUID}/Attachments/a.pdf")
    assert answer.messages() == [f"A document with id '{ZERO_GUID}' could not be found"]
    assert au.get(f"Invoices/{ZERO_GUID}/Attachments").status == 404
    assert au.get(f"Invoices/{ZERO_GUID}/History").status == 404
    note = {"HistoryRecords": [{"Details": "x"}]}
    assert au.call("PUT", f"Invoices/{ZERO_GUID}/History", note).messages() == [
        "The document with the supplied id was not found for this endpoint."
    ]


def test_notes_are_added_and_read(au):
    guid = au.made("PurchaseOrders", au.order())["PurchaseOrderID"]
    path = f"PurchaseOrders/{guid}/History"
    row = au.put(path, {"Details": "Sent from Odoo"}).row("HistoryRecords")
    assert (row["Details"], row["User"]) == ("Sent from Odoo", "System Generated")
    au.put(path, {"Details": "Again"})
    found = [one["Details"] for one in au.get(path).rows("HistoryRecords")]
    assert found == ["Again", "Sent from Odoo"]
    assert au.put(path, {"Details": " "}).status == 400
    assert au.put(path, {"Details": "n" * 2501}).status == 400
