"""The web pages: what a person sees, and that Xero's deep links lead somewhere."""

import re
from urllib.parse import quote

import pytest
import requests

from .conftest import BASE_SCOPES


@pytest.fixture
def books(connected):
    """An invoice, a bill, an order and a credit note, made through the API."""
    contact = connected.put_contact("Näßler & Sons").json()["Contacts"][0]
    made = {"contacts": contact["ContactID"]}
    line = {
        "Description": "Cable <b>red</b>",
        "Quantity": 3,
        "UnitAmount": 1234.5678,
        "AccountCode": "200",
        "TaxType": "OUTPUT",
    }
    bill_line = {**line, "AccountCode": "429", "TaxType": "INPUT"}

    def create(resource, name, **values):
        document = {"Contact": {"ContactID": contact["ContactID"]}, "Date": "2026-11-20", **values}
        answer = connected.call(
            "PUT", f"{resource}?summarizeErrors=false", json={resource: [document]}
        )
        element = answer.json()[resource][0]
        assert element["StatusAttributeString"] == "OK", element
        return element[name]

    url = "https://odoo.example.com/odoo/1"
    made["invoices"] = create(
        "Invoices", "InvoiceID", Type="ACCREC", InvoiceNumber="INV/2026/1", LineItems=[line],
        Url=url, DueDate="2026-12-20",
    )  # fmt: skip
    made["bills"] = create(
        "Invoices", "InvoiceID", Type="ACCPAY", InvoiceNumber="SUP-7", LineItems=[bill_line],
        DueDate="2026-12-20",
    )
    made["purchase-orders"] = create(
        "PurchaseOrders", "PurchaseOrderID", PurchaseOrderNumber="P00001", LineItems=[bill_line]
    )
    made["credit-notes"] = create(
        "CreditNotes", "CreditNoteID", Type="ACCRECCREDIT", CreditNoteNumber="RINV/1",
        LineItems=[line],
    )  # fmt: skip
    return made


@pytest.fixture
def page(sim):
    """Get a page and return its text."""

    def get(path, status=200):
        answer = requests.get(f"{sim.url}{path}", allow_redirects=False)
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        return answer.text

    return get


@pytest.fixture
def short_code(sim):
    return sim.organisation("AU").short_code


NUMBERS = {
    "invoices": "INV/2026/1",
    "bills": "SUP-7",
    "purchase-orders": "P00001",
    "credit-notes": "RINV/1",
    "contacts": "Näßler &amp; Sons",
}


def test_the_start_page_lists_the_organisations(sim, page):
    text = page("/")
    for organisation in sim.organisations.values():
        assert organisation.name in text
        assert f'href="/organisation/{organisation.short_code}"' in text


@pytest.mark.parametrize("kind", NUMBERS)
def test_the_list_of_a_kind_leads_to_the_document(books, page, short_code, kind):
    text = page(f"/organisation/{short_code}/{kind}")
    address = f"/organisation/{short_code}/{kind}/{books[kind]}"
    assert f'<a href="{address}">{NUMBERS[kind]}</a>' in text
    assert f"<h1>{NUMBERS[kind]} " in page(address)


def test_bills_and_invoices_are_kept_apart(books, page, short_code):
    assert "SUP-7" not in page(f"/organisation/{short_code}")
    assert "INV/2026/1" not in page(f"/organisation/{short_code}/bills")
    assert "SUP-7" in page(f"/organisation/{short_code}/invoices/{books['bills']}")


def test_a_document_shows_lines_and_totals(books, page, short_code):
    text = page(f"/organisation/{short_code}/invoices/{books['invoices']}")
    row = re.search(r"<tbody><tr>(.*?)</tr>", text)[1]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    assert cells[1] == "Cable &lt;b&gt;red&lt;/b&gt;"
    assert cells[2:6] == ["3.00", "1,234.57", "200", "OUTPUT"]  # unitdp=4 was not sent
    foot = re.findall(r'<td class="num">([\d,.]+)</td>', text[text.index("<tfoot>") :])
    assert foot == ["3,703.71", "370.37", "4,074.08"]
    assert '<span class="status wait">DRAFT</span>' in text
    assert '<a href="https://odoo.example.com/odoo/1">' in text
    assert "2026-11-20" in text


def test_a_document_shows_its_files_and_notes(books, connected, page, short_code):
    document = f"Invoices/{books['invoices']}"
    address = f"/organisation/{short_code}/invoices/{books['invoices']}"
    assert "This document has no files." in page(address)
    connected.connect(scope=f"{BASE_SCOPES} accounting.attachments")
    headers = {"Content-Type": "text/plain"}
    answer = connected.call(
        "PUT", f"{document}/Attachments/terms%201.txt", data=b"x" * 1234, headers=headers
    )
    assert answer.status_code == 200, answer.text
    note = {"HistoryRecords": [{"Details": "Sent <b>from</b> Odoo"}]}
    assert connected.call("PUT", f"{document}/History", json=note).status_code == 200
    text = page(address)
    assert '<td>terms 1.txt</td><td>text/plain</td><td class=num>1,234</td>' in text
    assert "<td>System Generated</td><td>Sent &lt;b&gt;from&lt;/b&gt; Odoo</td>" in text


def test_files_need_a_permission_of_their_own(books, connected):
    answer = connected.get(f"Invoices/{books['invoices']}/Attachments")
    assert answer.status_code == 401
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
    assert connected.get(f"Invoices/{books['invoices']}/History").status_code == 200


def test_items_are_listed(sim, page, short_code):
    item = next(iter(sim.organisation("AU").items.values()))
    text = page(f"/organisation/{short_code}/items")
    assert item["Code"] in text
    page(f"/organisation/{short_code}/items/{item['ItemID']}")


def test_deep_links_resolve(books, page, short_code):
    login = f"/organisationlogin/default.aspx?shortcode={short_code}&redirecturl="
    links = {
        "invoices": f"/app/{short_code}/invoicing/view/{books['invoices']}",
        "contacts": f"/app/{short_code}/contacts/contact/{books['contacts']}",
        "bills": f"{login}/AccountsPayable/Edit.aspx?InvoiceID={books['bills']}",
        "credit-notes": (
            f"{login}/AccountsReceivable/ViewCreditNote.aspx?creditNoteID={books['credit-notes']}"
        ),
        "purchase-orders": (
            f"{login}/Accounts/Payable/PurchaseOrders/View/{books['purchase-orders']}/"
        ),
    }
    for kind, link in links.items():
        assert f"<h1>{NUMBERS[kind]} " in page(link), kind
    quoted = quote(short_code, safe="")
    page(f"/app/{quoted}/invoicing/view/{books['invoices']}")


@pytest.mark.parametrize(
    "path",
    [
        "/nonsense",
        "/organisation/!nobody",
        "/organisation/{short}/nonsense",
        "/organisation/{short}/invoices/00000000-0000-4000-8000-00000000dead",
        "/app/{short}/invoicing/nonsense/1",
        "/organisationlogin/default.aspx?shortcode={short}&redirecturl=/Nonsense/1",
        "/organisationlogin/default.aspx",
    ],
)
def test_what_does_not_exist_is_said_and_noted(sim, page, short_code, path):
    assert "Not found" in page(path.format(short=short_code), status=404)
    assert sim.journal.unknown[-1].status == 404


def test_pages_are_not_written_into_the_journal_and_cost_no_limits(books, connected, page):
    before = len(connected.simulator.journal)
    left = connected.get().headers["X-MinLimit-Remaining"]
    page("/")
    assert len(connected.simulator.journal) == before + 1
    assert int(connected.get().headers["X-MinLimit-Remaining"]) == int(left) - 1


# === WHAT A PERSON DOES === #


@pytest.fixture
def act(sim, short_code):
    """Send the form of an object's page and return the answer; the page's own address and fields
    are read from it, as a browser does."""

    def send(kind, guid, button, **values):
        address = f"{sim.url}/organisation/{short_code}/{kind}/{guid}"
        text = requests.get(address).text
        forms = [form for form in text.split("<form")[1:] if f'value="{button}"' in form]
        assert forms, f"there is no button {button!r}"
        fields = dict(re.findall(r'name="(\w+)" (?:required )?value="([^"]*)"', forms[0]))
        target = sim.url + re.search(r'action="([^"]+)"', forms[0])[1]
        return requests.post(target, data={**fields, "do": button, **values})

    return send


@pytest.mark.parametrize("kind", ["invoices", "bills", "credit-notes", "purchase-orders"])
def test_a_document_is_approved_by_its_button(books, act, page, short_code, kind):
    assert '<span class="status ok">AUTHORISED</span>' in act(kind, books[kind], "approve").text
    assert 'value="approve"' not in page(f"/organisation/{short_code}/{kind}/{books[kind]}")


def test_an_invoice_is_paid_and_its_payment_removed(sim, books, act):
    guid = books["invoices"]
    act("invoices", guid, "approve")
    invoice = sim.organisation("AU").invoices
    assert "Payment of 74.08" in act("invoices", guid, "pay", amount="74.08").text
    assert str(invoice[guid]["AmountDue"]) == "4000.00"
    paid = act("invoices", guid, "pay")  # what is left stands in the form
    assert '<span class="status ok">PAID</span>' in paid.text
    assert 'value="void"' not in paid.text
    act("invoices", guid, "unpay")
    assert invoice[guid]["Status"] == "AUTHORISED"


def test_a_document_is_voided_or_deleted(sim, books, act):
    act("invoices", books["invoices"], "approve")
    assert 'class="status off">VOIDED' in act("invoices", books["invoices"], "void").text
    assert 'class="status off">DELETED' in act("bills", books["bills"], "delete").text


def test_contacts_are_merged(sim, books, connected, act):
    other = connected.put_contact("Nassler").json()["Contacts"][0]["ContactID"]
    assert "0 other contacts" in act("contacts", books["contacts"], "merge", into="Nobody").text
    text = act("contacts", books["contacts"], "merge", into="nassler").text
    assert 'class="status off">ARCHIVED' in text
    contacts = sim.organisation("AU").contacts
    assert contacts[books["contacts"]]["MergedToContactID"] == other
    assert sim.organisation("AU").invoices[books["invoices"]]["ContactID"] == other


def test_what_cannot_be_done_is_said_and_changes_nothing(sim, books, act):
    guid = books["invoices"]
    act("invoices", guid, "approve")
    too_much = act("invoices", guid, "pay", amount="99999")
    assert "exceeds the amount outstanding" in too_much.text
    assert "This cannot be done" in act("invoices", guid, "pay", amount="much").text
    assert not sim.organisation("AU").payments.values()


def test_there_is_nothing_to_do_with_what_is_not_there(sim, short_code, books):
    address = f"{sim.url}/organisation/{short_code}/invoices"
    for path in ("", f"/{books['bills'][::-1]}"):
        assert requests.post(address + path, data={"do": "approve"}).status_code == 404
    known = requests.post(f"{address}/{books['invoices']}", data={"do": "shred"})
    assert "no such thing to do" in known.text
