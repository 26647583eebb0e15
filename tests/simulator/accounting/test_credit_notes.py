"""Credit notes and their allocations."""

from __future__ import annotations

from datetime import date

import pytest

MISSING = "The document with the supplied id was not found for this endpoint."


@pytest.fixture
def note(au):
    """An approved customer credit note of 110.00."""
    return au.made("CreditNotes", au.credit(Status="AUTHORISED"))["CreditNoteID"]


@pytest.fixture
def invoice(au):
    """An approved sales invoice of 110.00."""
    return au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"]


def allocate(au, note: str, invoice: str, amount, **fields):
    element = {"Invoice": {"InvoiceID": invoice}, "Amount": amount, **fields}
    return au.put(f"CreditNotes/{note}/Allocations", element)


def test_a_credit_note_comes_back_complete(au):
    answer = au.put("CreditNotes", au.credit(CreditNoteNumber="RINV/1", Reference="for INV/1"))
    row = answer.row("CreditNotes")
    assert row["ID"] == row["CreditNoteID"]
    assert (row["Status"], row["Total"], row["RemainingCredit"]) == ("DRAFT", 110, 110)
    assert (row["CreditNoteNumber"], row["Reference"]) == ("RINV/1", "for INV/1")
    (event,) = answer.events
    assert (event.category, event.type) == ("CREDITNOTE", "CREATE")
    assert event.data == {"Type": "ACCRECCREDIT", "Status": "DRAFT"}


def test_customer_numbers_are_unique_and_supplier_numbers_are_not(au):
    au.made("CreditNotes", au.credit(CreditNoteNumber="C1"))
    assert au.refusal("CreditNotes", au.credit(CreditNoteNumber="c1")) == [
        "Credit Note # must be unique."
    ]
    for _ in range(2):
        au.made("CreditNotes", au.credit(au.line(AccountCode="400"), Type="ACCPAYCREDIT",
                                         CreditNoteNumber="C1", Reference="x"))  # fmt: skip
    assert [one["Reference"] for one in au.credit_notes.values()] == ["", "", ""]
    assert au.made("CreditNotes", au.credit())["CreditNoteNumber"] == "CN-0001"


def test_a_post_with_a_customer_number_in_use_edits_that_note(au):
    guid = au.made("CreditNotes", au.credit(CreditNoteNumber="C1"))["CreditNoteID"]
    row = au.post("CreditNotes", au.credit(au.line(UnitAmount=5), CreditNoteNumber="C1")).row(
        "CreditNotes"
    )
    assert (row["CreditNoteID"], row["SubTotal"]) == (guid, 5)


def test_an_approved_note_is_voided_not_deleted(au, note):
    path = f"CreditNotes/{note}"
    assert au.call("POST", path, {"CreditNotes": [{"Status": "DELETED"}]}).status == 400
    assert au.call("POST", path, {"CreditNotes": [{"Status": "VOIDED"}]}).status == 200
    assert au.credit_notes[note]["RemainingCredit"] == 0
    assert au.call("POST", path, {"CreditNotes": [{"Reference": "x"}]}).status == 400


def test_lock_dates_stop_the_approval(au):
    au.set_lock_dates(period=date(2026, 3, 1))
    assert au.made("CreditNotes", au.credit())
    (message,) = au.refusal("CreditNotes", au.credit(Status="AUTHORISED"))
    assert message.endswith("currently set at 01-Mar-2026")


def test_an_allocation_settles_both_documents(au, note, invoice):
    answer = allocate(au, note, invoice, 60)
    row = answer.row("Allocations")
    assert row["Amount"] == 60
    assert row["Invoice"]["InvoiceID"] == invoice
    assert {(event.category, event.resource_id) for event in answer.events} == {
        ("CREDITNOTE", note),
        ("INVOICE", invoice),
    }
    assert au.credit_notes[note]["RemainingCredit"] == 50
    read = au.get(f"Invoices/{invoice}").row("Invoices")
    assert (read["AmountDue"], read["AmountCredited"], read["AmountPaid"]) == (50, 60, 0)
    assert read["CreditNotes"][0]["AppliedAmount"] == 60
    allocate(au, note, invoice, 50)
    assert au.invoices[invoice]["Status"] == "PAID"
    assert au.invoices[invoice]["FullyPaidOnDate"] == date(2026, 3, 2)
    assert au.credit_notes[note]["Status"] == "PAID"


def test_an_allocation_can_be_taken_back(au, note, invoice):
    guid = allocate(au, note, invoice, 110).row("Allocations")["AllocationID"]
    answer = au.call("DELETE", f"CreditNotes/{note}/Allocations/{guid}")
    assert answer.document["AllocationID"] == guid
    assert answer.document["IsDeleted"] is True
    assert (au.invoices[invoice]["Status"], au.invoices[invoice]["AmountDue"]) == (
        "AUTHORISED",
        110,
    )
    assert "FullyPaidOnDate" not in au.invoices[invoice]
    assert au.credit_notes[note]["RemainingCredit"] == 110
    assert au.call("DELETE", f"CreditNotes/{note}/Allocations/{guid}").status == 404


def test_an_allocation_fits_contact_currency_kind_state_and_amount(au, note, invoice):
    other = {"ContactID": au.contact("Boom FM")}
    made = [
        au.invoice(Status="AUTHORISED", Contact=other),
        au.invoice(Status="AUTHORISED", CurrencyCode="EUR"),
        au.invoice(),
        au.bill(Status="AUTHORISED"),
    ]
    for body in made:
        assert allocate(au, note, au.made("Invoices", body)["InvoiceID"], 1).status == 400
    for amount in (0, -1, 111):
        assert allocate(au, note, invoice, amount).status == 400
    draft = au.made("CreditNotes", au.credit())["CreditNoteID"]
    assert allocate(au, draft, invoice, 1).status == 400
    assert allocate(au, note, note, 1).messages() == [MISSING]
    assert allocate(au, invoice, invoice, 1).status == 404
    assert au.invoices[invoice]["AmountDue"] == 110


def test_an_applied_note_keeps_its_amounts(au, note, invoice):
    allocate(au, note, invoice, 1)
    path = f"CreditNotes/{note}"
    body = {"CreditNotes": [{"LineItems": [au.line(UnitAmount=200)]}]}
    assert au.call("POST", path, body).status == 400
    assert au.call("POST", path, {"CreditNotes": [{"Status": "VOIDED"}]}).status == 400
    assert au.call("POST", path, {"CreditNotes": [{"Reference": "x"}]}).status == 200


# === FINDING ONE AGAIN === #


def found(au, resource: str, where: str) -> list[str]:
    answer = au.get(resource, where=where, page=1)
    assert answer.status == 200, answer.text
    key = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber"}[resource]
    return [row[key] for row in answer.rows(resource)]


@pytest.mark.parametrize(
    ("resource", "kind", "number_key"),
    [("Invoices", "ACCPAY", "InvoiceNumber"), ("CreditNotes", "ACCPAYCREDIT", "CreditNoteNumber")],
)
def test_what_a_supplier_numbered_is_found_by_contact_and_day(au, resource, kind, number_key):
    basket, boom = au.contact("Basket Case"), au.contact("Boom FM")
    make = au.bill if resource == "Invoices" else au.credit
    for number, contact, day in (
        ("7", basket, "2026-03-01"),
        ("7", boom, "2026-03-01"),
        ("8, 9", basket, "2026-03-01"),
        ("7", basket, "2026-03-02"),
    ):
        au.made(
            resource,
            make(
                au.line(AccountCode="400"),
                Type=kind,
                Contact={"ContactID": contact},
                Date=day,
                **{number_key: number},
            ),
        )
    where = (
        f'Type=="{kind}" AND Contact.ContactID==guid("{basket}") AND Date==DateTime(2026,3,1)'
    )
    assert sorted(found(au, resource, where)) == ["7", "8, 9"]
    other = "ACCREC" if resource == "Invoices" else "ACCRECCREDIT"
    assert found(au, resource, where.replace(kind, other)) == []


def test_a_customer_credit_note_is_found_by_its_number(au):
    au.made("CreditNotes", au.credit(CreditNoteNumber="RINV/1"))
    au.made("CreditNotes", au.credit(CreditNoteNumber="RINV/10"))
    where = 'Type=="ACCRECCREDIT" AND CreditNoteNumber=="RINV/1"'
    assert found(au, "CreditNotes", where) == ["RINV/1"]


def test_credit_notes_lead_nowhere_and_have_no_discounts(au):
    body = {"CreditNotes": [au.credit(Url="https://books.example/1")]}
    assert au.call("PUT", "CreditNotes", body, unitdp=4).status == 400
    assert au.refusal("CreditNotes", au.credit(au.line(DiscountRate=10))) == [
        "Discounts may not be applied to ACCRECCREDIT invoices."
    ]


# === THE SECOND STEP === #


@pytest.mark.parametrize("resource", ["Invoices", "CreditNotes", "PurchaseOrders"])
def test_an_approval_by_id_keeps_the_lines(au, resource):
    make = {"Invoices": au.invoice, "CreditNotes": au.credit, "PurchaseOrders": au.order}[resource]
    id_key = resource[:-1] + "ID"
    line = au.line(AccountCode="310" if resource == "PurchaseOrders" else "200", TaxType=None)
    made = au.made(resource, make(line))
    row = au.post(resource, {id_key: made[id_key], "Status": "AUTHORISED"}).row(resource)
    assert (row["Status"], row["Total"]) == ("AUTHORISED", made["Total"])
    assert [one["LineItemID"] for one in row["LineItems"]] == [
        one["LineItemID"] for one in made["LineItems"]
    ]


def test_whether_a_note_was_sent_is_not_ours_to_say(au):
    made = au.made("CreditNotes", au.credit(Status="AUTHORISED", SentToContact=True))
    assert made["SentToContact"] is False
