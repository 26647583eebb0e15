"""Lists: pages, changes since, filters, order, the fields of each view."""

from __future__ import annotations

import pytest

from .conftest import ZERO_GUID


@pytest.fixture
def five(au, clock):
    """Five invoices, one a second, of 1 to 5 dollars and numbered N1 to N5."""
    guids = []
    for number in range(1, 6):
        body = au.invoice(
            au.line(UnitAmount=number, TaxType="EXEMPTOUTPUT"),
            InvoiceNumber=f"N{number}",
            Reference=f"Order {number}",
            Date=f"2026-02-0{number}",
            Contact={"ContactID": au.contact("Basket Case" if number % 2 else "Boom FM")},
        )
        guids.append(au.made("Invoices", body)["InvoiceID"])
        clock.advance(1)
    return guids


def numbers(au, **query) -> list[str]:
    answer = au.get("Invoices", **query)
    assert answer.status == 200, answer.text
    return [row["InvoiceNumber"] for row in answer.rows("Invoices")]


# === PAGES === #


def test_pages_carry_a_pagination(au, five):
    document = au.get("Invoices", page=2, pageSize=2).document
    assert document["pagination"] == {"page": 2, "pageSize": 2, "pageCount": 3, "itemCount": 5}
    assert [row["InvoiceNumber"] for row in document["Invoices"]] == ["N3", "N4"]
    assert numbers(au, page=4, pageSize=2) == []


def test_without_a_page_there_is_no_pagination_and_no_line(au, five):
    document = au.get("Invoices", pageSize=2).document
    assert "pagination" not in document
    assert len(document["Invoices"]) == 5
    assert all(row["LineItems"] == [] for row in document["Invoices"])
    paged = au.get("Invoices", page=1).rows("Invoices")
    assert all(len(row["LineItems"]) == 1 for row in paged)
    assert "EmailAddress" not in paged[0]["Contact"]


@pytest.mark.parametrize("query", [{"page": 0}, {"page": "x"}, {"page": 1, "pageSize": 1001},
                                   {"page": 1, "pageSize": 0}, {"page": -1}])  # fmt: skip
def test_pages_out_of_range(au, query):
    assert au.get("Invoices", **query).status == 400


def test_a_summary_has_neither_lines_nor_payments(au, five):
    row = au.get("Invoices", summaryOnly="true", page=1).rows("Invoices")[0]
    assert not {"LineItems", "Payments", "CreditNotes"} & set(row)
    assert row["Total"] == 1


# === CHANGES SINCE === #


def test_changes_since_count_in_whole_seconds(au, five):
    """N3 changed at 12:00:02.250: asking since 12:00:02 does not bring it, since :01 does."""
    assert numbers(au, since="2026-03-02T12:00:02") == ["N4", "N5"]
    assert numbers(au, since="2026-03-02T12:00:01") == ["N3", "N4", "N5"]
    assert numbers(au, since="Mon, 02 Mar 2026 12:00:01 GMT") == ["N3", "N4", "N5"]
    assert au.get("Invoices", since="yesterday").status == 400


def test_nothing_new_is_an_empty_list_or_304(au, five):
    assert numbers(au, since="2026-03-03T00:00:00") == []
    au.organisation.empty_delta_status = 304
    assert au.get("Invoices", since="2026-03-03T00:00:00").status == 304


def test_deleted_and_voided_documents_come_in_deltas(au, five):
    au.delete(five[0])
    assert numbers(au, since="2026-03-02T12:00:04") == ["N1"]
    assert numbers(au, Statuses="DELETED") == ["N1"]


def test_what_changed_last_comes_last(au, five, clock):
    clock.advance(1)
    au.edit(five[1], Reference="touched")
    assert numbers(au, page=1) == ["N1", "N3", "N4", "N5", "N2"]


# === FILTERS === #


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('InvoiceNumber=="n3"', ["N3"]),
        ('InvoiceNumber!="N3"', ["N1", "N2", "N4", "N5"]),
        ("AmountDue>3", ["N4", "N5"]),
        ("AmountDue < 2", ["N1"]),
        ("Total>=4 AND Total<=4", ["N4"]),
        ("Date>DateTime(2026,2,3)", ["N4", "N5"]),
        ("Date==DateTime(2026,02,03)", ["N3"]),
        ('Reference.Contains("der 5")', ["N5"]),
        ('Reference.StartsWith("ORDER 1")', ["N1"]),
        ('Contact.Name=="boom fm"', ["N2", "N4"]),
        ('Contact.Name=="Boom FM" AND Total>3', ["N4"]),
        ('InvoiceNumber=="N1" OR InvoiceNumber=="N2"', ["N1", "N2"]),
        ('Total==5 OR Total==4 AND Contact.Name=="Basket Case"', ["N5"]),
        ('(Total==5 OR Total==4) AND Contact.Name=="Boom FM"', ["N4"]),
        ('Type=="ACCREC" && (Total==1||Total==2)', ["N1", "N2"]),
        ("SentToContact==false AND Total==2", ["N2"]),
        ("DueDate!=null AND Total==2", ["N2"]),
        ('Reference==""', []),
    ],
)
def test_where(au, five, where, expected):
    assert numbers(au, where=where) == expected


def test_where_by_id(au, five):
    contact = au.contact("Boom FM")
    assert numbers(au, where=f'Contact.ContactID==guid("{contact}")') == ["N2", "N4"]
    assert numbers(au, where=f'InvoiceID==Guid("{five[2].upper()}")') == ["N3"]


@pytest.mark.parametrize(
    "where",
    [
        'Reference=="a"b"',
        'Reference=="a\\"b"',
        'Reference="x"',
        "Reference=='x'",
        "Reference==x",
        'Nonsense=="x"',
        'Contact.Nonsense=="x"',
        'Reference.Matches("x")',
        "Date==DateTime(2026,13,1)",
        'InvoiceID==guid("x")',
        "Date==",
        "(Total==1",
        "Total==1 Total==2",
        'Total=="x" AND',
    ],
)
def test_what_does_not_parse_is_refused(au, where):
    answer = au.get("Invoices", where=where)
    assert answer.status == 400
    assert answer.document["Type"] == "QueryParseException"
    assert answer.document["Message"]


def test_a_doubled_quotation_mark_is_one(au):
    au.put("Contacts", {"Name": 'The "Best" Ltd'})
    found = au.get("Contacts", where='Name=="The ""Best"" Ltd"').rows("Contacts")
    assert [row["Name"] for row in found] == ['The "Best" Ltd']


def test_comparing_a_text_with_a_number_is_refused(au, five):
    assert au.get("Invoices", where="Reference>5").status == 400


def test_lists_of_ids_numbers_contacts_and_statuses(au, five):
    assert numbers(au, IDs=f"{five[3]},{five[0]},{ZERO_GUID}") == ["N1", "N4"]
    assert numbers(au, InvoiceNumbers="n5,N1") == ["N1", "N5"]
    assert numbers(au, ContactIDs=au.contact("Boom FM")) == ["N2", "N4"]
    au.approve(five[4])
    assert numbers(au, Statuses="AUTHORISED,PAID") == ["N5"]
    assert au.get("Invoices", Statuses="OPEN").status == 400
    assert au.get("Invoices", IDs="x").status == 400


def test_at_most_forty_ids(au):
    assert au.get("Invoices", IDs=",".join([ZERO_GUID] * 40)).status == 200
    assert au.get("Invoices", IDs=",".join([ZERO_GUID] * 41)).status == 400


def test_only_what_my_app_created(au, five):
    au.organisation.invoices.save({**au.invoices[five[0]], "CreatedBy": "another app"})
    assert numbers(au, createdByMyApp="true") == ["N2", "N3", "N4", "N5"]


def test_the_search_looks_at_number_and_reference(au, five):
    assert numbers(au, searchTerm="n4") == ["N4"]
    assert numbers(au, searchTerm="ORDER 2") == ["N2"]


# === ORDER === #


def test_order(au, five):
    assert numbers(au, order="InvoiceNumber DESC") == ["N5", "N4", "N3", "N2", "N1"]
    assert numbers(au, order="Contact.Name, Total DESC") == ["N5", "N3", "N1", "N4", "N2"]
    assert au.get("Invoices", order="Nonsense").status == 400
    assert au.get("Invoices", order="Date SIDEWAYS").status == 400


def test_what_changed_at_the_same_moment_is_ordered_by_id(au):
    au.put("Invoices", *(au.invoice() for _ in range(9)))
    ids = [row["InvoiceID"] for row in au.get("Invoices", page=1).rows("Invoices")]
    assert ids == sorted(ids)


def test_no_page_of_a_list_loses_or_repeats_a_row(au):
    bodies = [au.invoice(InvoiceNumber=f"M{number}") for number in range(25)]
    au.put("Invoices", *bodies)
    pages = [numbers(au, page=page, pageSize=10) for page in (1, 2, 3)]
    found = [number for page in pages for number in page]
    assert sorted(found) == sorted(f"M{number}" for number in range(25))


def test_credit_notes_are_paged_by_day_and_in_the_order_of_ids(au):
    au.put("CreditNotes", *(
        au.credit(CreditNoteNumber=f"C{number}", Date=f"2026-02-{number:02}")
        for number in range(1, 8)
    ))  # fmt: skip
    query = {"where": "Date >= DateTime(2026,2,3)", "order": "CreditNoteID", "pageSize": 2}
    pages = [au.get("CreditNotes", page=page, **query) for page in (1, 2, 3, 4)]
    assert pages[0].document["pagination"] == {
        "page": 1, "pageSize": 2, "pageCount": 3, "itemCount": 5,
    }  # fmt: skip
    ids = [row["CreditNoteID"] for page in pages for row in page.rows("CreditNotes")]
    assert len(set(ids)) == 5
    assert ids == sorted(ids)
    assert all(row["LineItems"] for row in pages[0].rows("CreditNotes"))
    assert au.get("CreditNotes", page=1, pageSize=1001).status == 400


def test_orders_are_paged_by_day_and_know_no_filter(au):
    au.put("PurchaseOrders", *(
        au.order(PurchaseOrderNumber=f"P{number}", Date=f"2026-02-{number:02}")
        for number in range(1, 8)
    ))  # fmt: skip
    query = {"DateFrom": "2026-02-03", "order": "PurchaseOrderID", "pageSize": 2}
    pages = [au.get("PurchaseOrders", page=page, **query) for page in (1, 2, 3, 4)]
    ids = [row["PurchaseOrderID"] for page in pages for row in page.rows("PurchaseOrders")]
    assert [len(page.rows("PurchaseOrders")) for page in pages] == [2, 2, 1, 0]
    assert ids == sorted(set(ids))
    assert au.get("PurchaseOrders", where="Total==1", page=1).status == 400
    assert au.get("PurchaseOrders", page=1, pageSize=1001).status == 400
