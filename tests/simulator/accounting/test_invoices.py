"""Invoices and bills: numbers, states, what may change in which state."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from .conftest import ZERO_GUID

D = Decimal
NOT_MODIFIABLE = ["Invoice not of valid status for modification"]
SETTLED = "This document cannot be edited as it has a payment or credit note allocated to it."


def update(au, guid: str, **fields):
    return au.call("POST", f"Invoices/{guid}", {"Invoices": [fields]}, unitdp=4)


# === CREATION === #


def test_a_draft_comes_back_complete(au):
    made = au.made(
        "Invoices",
        au.invoice(InvoiceNumber="INV/2026/00001", Reference="PO 7", Url="https://odoo.test/m/1"),
    )
    assert made["Status"] == "DRAFT"
    assert made["InvoiceNumber"] == "INV/2026/00001"
    assert made["Reference"] == "PO 7"
    assert made["Url"] == "https://odoo.test/m/1"
    assert made["LineAmountTypes"] == "Exclusive"
    assert made["CurrencyCode"] == "AUD"
    assert made["CurrencyRate"] == 1
    assert made["DueDateString"] == "2026-03-31T00:00:00"
    assert made["UpdatedDateUTC"] == "/Date(1772452800250+0000)/"
    assert made["UpdatedDateUTCString"] == "2026-03-02T12:00:00Z"
    assert made["Contact"]["EmailAddress"] == "martin.dale@ridgeway.example"
    assert len(made["Contact"]["Phones"]) == 4
    line = made["LineItems"][0]
    assert (line["TaxType"], line["TaxAmount"]) == ("OUTPUT", 10)
    assert line["AccountID"] == au.account_by_code("200")["AccountID"]
    assert line["LineItemID"] != ZERO_GUID


def test_write_answers_leave_out_what_only_reads_show(au):
    made = au.made("Invoices", au.invoice())
    assert not {"Payments", "CreditNotes", "AmountCredited", "HasAttachments"} & set(made)
    read = au.get(f"Invoices/{made['InvoiceID']}").row("Invoices")
    assert read["Payments"] == read["CreditNotes"] == []
    assert read["AmountCredited"] == 0
    assert read["HasAttachments"] is False


@pytest.mark.parametrize("status", ["PAID", "VOIDED", "DELETED"])
def test_no_invoice_starts_in_a_final_state(au, status):
    assert au.refusal("Invoices", au.invoice(Status=status)) == [
        "Invoice not of valid status for creation"
    ]


def test_a_type_is_needed_and_must_be_an_invoice_type(au):
    assert au.refusal("Invoices", au.invoice(Type=None))
    assert au.refusal("Invoices", au.invoice(Type="ACCPAYCREDIT"))


def test_a_missing_date_is_today_in_the_organisations_own_time_zone(au, us, clock):
    clock.advance(3600)  # 13:00 in UTC is the next day in neither
    assert au.made("Invoices", au.invoice(Date=None))["DateString"].startswith("2026-03-03")
    line = us.line(AccountCode="400")
    assert us.made("Invoices", us.invoice(line, Date=None))["DateString"].startswith("2026-03-02")


def test_a_put_with_an_id_is_no_creation(au):
    guid = au.made("Invoices", au.invoice())["InvoiceID"]
    assert au.refusal("Invoices", au.invoice(InvoiceID=guid))
    assert len(au.invoices) == 1


# === NUMBERS === #


def test_a_number_is_unique_among_all_sales_invoices(au):
    au.made("Invoices", au.invoice(InvoiceNumber="INV/1"))
    for taken in ("INV/1", "inv/1", " INV/1 "):
        assert au.refusal("Invoices", au.invoice(InvoiceNumber=taken)) == [
            "Invoice # must be unique."
        ]


@pytest.mark.parametrize("ending", ["void", "delete"])
def test_voided_and_deleted_invoices_keep_their_number(au, ending):
    status = "AUTHORISED" if ending == "void" else "DRAFT"
    made = au.made("Invoices", au.invoice(InvoiceNumber="INV/1", Status=status))
    getattr(au, ending)(made["InvoiceID"])
    assert au.refusal("Invoices", au.invoice(InvoiceNumber="INV/1")) == [
        "Invoice # must be unique."
    ]


def test_bills_may_share_a_number_and_have_no_reference(au):
    au.made("Invoices", au.invoice(InvoiceNumber="INV/1"))
    first = au.made("Invoices", au.bill(InvoiceNumber="INV/1", Reference="dropped"))
    second = au.made("Invoices", au.bill(InvoiceNumber="INV/1"))
    assert first["InvoiceID"] != second["InvoiceID"]
    assert first["Reference"] == second["Reference"] == ""
    assert au.made("Invoices", au.bill())["InvoiceNumber"] == ""


def test_without_a_number_the_highest_plus_one_is_taken(au):
    assert au.made("Invoices", au.invoice())["InvoiceNumber"] == "INV-0001"
    au.made("Invoices", au.invoice(InvoiceNumber="INV-00041"))
    au.made("Invoices", au.bill(InvoiceNumber="INV-99999"))
    assert au.made("Invoices", au.invoice())["InvoiceNumber"] == "INV-00042"


def test_a_post_with_a_number_in_use_edits_that_invoice(au):
    made = au.made("Invoices", au.invoice(InvoiceNumber="INV/1"))
    body = au.invoice(au.line(UnitAmount=7), InvoiceNumber="INV/1")
    row = au.post("Invoices", body, unitdp=4).row("Invoices")
    assert row["InvoiceID"] == made["InvoiceID"]
    assert au.invoices[made["InvoiceID"]]["SubTotal"] == 7
    assert len(au.invoices) == 1


@pytest.mark.parametrize("held_by", ["bill", "invoice"])
def test_a_post_of_a_bill_never_finds_a_document_by_number(au, held_by):
    au.made("Invoices", getattr(au, held_by)(InvoiceNumber="B-1"))
    assert au.post("Invoices", au.bill(InvoiceNumber="B-1")).status == 200
    assert len(au.invoices) == 2


def test_an_unknown_id_is_404_for_the_whole_request(au):
    guid = "12345678-1234-4234-8234-123456789012"
    bodies = au.invoice(), {"InvoiceID": guid, "Status": "DELETED"}
    answer = au.post("Invoices", *bodies, summarizeErrors="false")
    assert answer.status == 404
    assert answer.response.content_type.startswith("text/html")
    assert not au.invoices
    assert au.get(f"Invoices/{guid}").status == 404
    assert update(au, guid, Reference="x").status == 404


# === CONTACT, CURRENCY, URL, THEME === #


@pytest.mark.parametrize("contact", [None, {"ContactID": ZERO_GUID}])
def test_a_known_contact_is_needed(au, contact):
    assert au.refusal("Invoices", au.invoice(Contact=contact)) == [
        "A Contact must be specified for this type of transaction"
    ]


def test_an_empty_contact_is_named_so(au):
    assert au.refusal("Invoices", au.invoice(Contact={"EmailAddress": "a@b.test"})) == [
        "The Contact must contain at least 1 of the following elements to identify the contact: "
        "Name, ContactID, ContactNumber"
    ]


def test_an_archived_contact_is_refused(au):
    for contact in (
        {"ContactID": au.contact("Rex Media Group")},
        {"ContactNumber": "RMG-2"},
    ):
        (message,) = au.refusal("Invoices", au.invoice(Contact=contact))
        assert message.startswith(
            "The contact with the specified contact details has been archived"
        )


def test_a_name_finds_a_contact_or_makes_one(au):
    made = au.made("Invoices", au.invoice(Contact={"Name": "basket case"}))
    assert made["Contact"]["ContactID"] == au.contact("Basket Case")
    assert made["Contact"]["Name"] == "Basket Case"
    answer = au.put("Invoices", au.invoice(Contact={"Name": "Brand New"}))
    guid = answer.row("Invoices")["Contact"]["ContactID"]
    assert au.contacts[guid]["IsCustomer"] is True
    assert {(event.category, event.type) for event in answer.events} == {
        ("CONTACT", "CREATE"),
        ("INVOICE", "CREATE"),
    }


def test_further_contact_fields_edit_the_contact(au):
    contact = {"ContactID": au.contact_id, "EmailAddress": "changed@by-accident.test"}
    au.made("Invoices", au.invoice(Contact=contact))
    assert au.contacts[au.contact_id]["EmailAddress"] == "changed@by-accident.test"


def test_the_first_document_makes_a_customer_or_a_supplier(au):
    made = au.put("Contacts", {"Name": "Both Ways"}).row("Contacts")
    stamp = au.contacts[made["ContactID"]]["UpdatedDateUTC"]
    au.clock.advance(60)
    contact = {"ContactID": made["ContactID"]}
    au.made("Invoices", au.bill(Contact=contact))
    record = au.contacts[made["ContactID"]]
    assert (record["IsSupplier"], record["IsCustomer"]) == (True, False)
    assert record["UpdatedDateUTC"] == stamp


def test_currencies_must_be_subscribed(au):
    assert au.refusal("Invoices", au.invoice(CurrencyCode="CHF")) == [
        "Organisation is not subscribed to currency CHF"
    ]
    made = au.made("Invoices", au.invoice(CurrencyCode="EUR"))
    assert made["CurrencyRate"] == D("0.605")
    made = au.made("Invoices", au.invoice(CurrencyCode="EUR", CurrencyRate=D("0.615310")))
    assert made["CurrencyRate"] == D("0.615310")
    assert au.refusal("Invoices", au.invoice(CurrencyCode="EUR", CurrencyRate=D("0.1234567")))
    assert au.made("Invoices", au.invoice(CurrencyRate=2))["CurrencyRate"] == 1


@pytest.mark.parametrize("url", ["https://odoo.test/xero/1", "http://XERO.odoo.test", "odoo/1"])
def test_some_addresses_are_refused(au, url):
    assert au.refusal("Invoices", au.invoice(Url=url))


def test_a_branding_theme_must_exist(au):
    theme = next(iter(au.branding_themes))
    assert au.made("Invoices", au.invoice(BrandingThemeID=theme))["BrandingThemeID"] == theme
    assert au.refusal("Invoices", au.invoice(BrandingThemeID=ZERO_GUID))


# === TRANSITIONS === #

ALLOWED = {
    ("DRAFT", "SUBMITTED"),
    ("DRAFT", "AUTHORISED"),
    ("DRAFT", "DELETED"),
    ("SUBMITTED", "DRAFT"),
    ("SUBMITTED", "AUTHORISED"),
    ("SUBMITTED", "DELETED"),
    ("AUTHORISED", "VOIDED"),
}


@pytest.mark.parametrize("before", ["DRAFT", "SUBMITTED", "AUTHORISED"])
@pytest.mark.parametrize("after", ["DRAFT", "SUBMITTED", "AUTHORISED", "DELETED", "VOIDED"])
def test_transitions(au, before, after):
    guid = au.made("Invoices", au.invoice(Status=before))["InvoiceID"]
    answer = update(au, guid, Status=after)
    if before == after or (before, after) in ALLOWED:
        assert answer.status == 200
        assert au.invoices[guid]["Status"] == after
    else:
        assert answer.messages() == NOT_MODIFIABLE
        assert au.invoices[guid]["Status"] == before


@pytest.mark.parametrize("ending", ["void", "delete", "pay"])
def test_final_states_refuse_every_edit(au, ending):
    status = "DRAFT" if ending == "delete" else "AUTHORISED"
    guid = au.made("Invoices", au.invoice(Status=status))["InvoiceID"]
    au.pay(guid, 110) if ending == "pay" else getattr(au, ending)(guid)
    assert update(au, guid, Reference="late").messages() == NOT_MODIFIABLE


def test_a_voiding_still_shows_what_was_due_but_a_read_does_not(au):
    guid = au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"]
    row = update(au, guid, Status="VOIDED").row("Invoices")
    assert (row["Status"], row["AmountDue"]) == ("VOIDED", 110)
    assert au.get(f"Invoices/{guid}").row("Invoices")["AmountDue"] == 0


def test_approval_needs_due_date_account_and_tax(au):
    line = {"Description": "Only a price", "Quantity": 1, "UnitAmount": 5}
    draft = au.invoice(line, DueDate=None)
    assert au.made("Invoices", draft)["Status"] == "DRAFT"
    assert au.refusal("Invoices", {**draft, "Status": "AUTHORISED"}) == [
        "The document DueDate field must be specified.",
        "Account code must be specified",
        "The TaxType field is mandatory",
    ]


def test_drafts_pass_lock_dates_and_approval_does_not(au):
    au.set_lock_dates(period=date(2026, 2, 28))
    old = au.invoice(Date="2026-02-28")
    guid = au.made("Invoices", old)["InvoiceID"]
    assert update(au, guid, Status="AUTHORISED").messages() == [
        "The document date cannot be before the period lock date, currently set at 28-Feb-2026"
    ]
    au.organisation.user_is_adviser = True
    assert update(au, guid, Status="AUTHORISED").status == 200
    au.set_lock_dates(end_of_year=date(2026, 2, 28))
    assert update(au, guid, Reference="x").messages() == [
        "The document date cannot be before the end of year lock date, currently set at 28-Feb-2026"
    ]


def test_a_small_plan_limits_approvals(au):
    au.set_approval_limit(1)
    au.made("Invoices", au.invoice(Status="AUTHORISED"))
    assert au.refusal("Invoices", au.invoice(Status="AUTHORISED")) == [
        "You have reached the limit of invoices you can approve"
    ]
    assert au.made("Invoices", au.bill(Status="AUTHORISED"))


def test_a_user_without_the_right_is_refused(au):
    au.denied_actions.add("CreateApprovedInvoice")
    assert au.refusal("Invoices", au.invoice(Status="AUTHORISED")) == [
        "The User specified does not have the correct permissions to perform this action"
    ]
    assert au.made("Invoices", au.invoice())


# === UPDATES === #


def test_absent_fields_keep_their_value(au):
    made = au.made("Invoices", au.invoice(Reference="first", InvoiceNumber="N-1"))
    update(au, made["InvoiceID"], DueDate="2026-05-01")
    record = au.invoices[made["InvoiceID"]]
    assert (record["Reference"], record["InvoiceNumber"]) == ("first", "N-1")
    assert record["DueDate"] == date(2026, 5, 1)
    assert record["Total"] == 110


def test_a_settled_invoice_lets_only_its_words_change(au):
    made = au.made("Invoices", au.invoice(Status="AUTHORISED"))
    guid, line = made["InvoiceID"], made["LineItems"][0]["LineItemID"]
    au.pay(guid, 10)
    words = {"LineItemID": line, "Description": "Better words", "AccountCode": "260"}
    assert update(au, guid, Reference="new", LineItems=[words]).status == 200
    assert au.invoices[guid]["LineItems"][0]["Description"] == "Better words"
    money = {"LineItemID": line, "UnitAmount": 99}
    assert update(au, guid, LineItems=[money]).messages() == [SETTLED]
    assert update(au, guid, Date="2026-03-02").messages() == [
        "Date cannot be changed on an invoice that has payment or credit notes allocated to it."
    ]
    assert update(au, guid, Status="VOIDED").messages() == [SETTLED]
    assert update(au, guid, Status="DRAFT").messages() == [
        "The status DRAFT cannot be applied to the invoice because it has payments or credit "
        "notes allocated to it."
    ]
    assert au.invoices[guid]["Total"] == 110


def test_the_contact_stays_once_a_credit_note_is_allocated(au):
    other = {"ContactID": au.contact("Boom FM")}
    paid, credited = (
        au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"] for _ in range(2)
    )
    au.pay(paid, 1)
    assert update(au, paid, Contact=other).status == 200
    note = au.made("CreditNotes", au.credit(Status="AUTHORISED"))["CreditNoteID"]
    au.allocate(note, credited, 1)
    assert update(au, credited, Contact=other).messages() == [SETTLED]


def test_the_type_stays(au):
    guid = au.made("Invoices", au.invoice())["InvoiceID"]
    assert update(au, guid, Type="ACCPAY").status == 400


def test_a_document_of_an_archived_contact_can_only_be_removed(au):
    guid = au.made("Invoices", au.invoice())["InvoiceID"]
    au.archive_contact(au.contact_id)
    assert update(au, guid, Reference="x").status == 400
    assert update(au, guid, Status="DELETED").status == 200


def test_a_contact_made_and_edited_in_one_request_is_one_event(au):
    first = au.invoice(Contact={"Name": "Brand New"})
    second = au.invoice(Contact={"Name": "Brand New", "FirstName": "Ann"})
    events = au.put("Invoices", first, second).events
    assert [(one.category, one.type) for one in events if one.category == "CONTACT"] == [
        ("CONTACT", "CREATE")
    ]


def test_events_name_what_happened(au):
    answer = au.put("Invoices", au.invoice())
    guid = answer.row("Invoices")["InvoiceID"]
    assert [(event.category, event.type, event.resource_id) for event in answer.events] == [
        ("INVOICE", "CREATE", guid)
    ]
    answer = update(au, guid, Reference="x")
    assert [(event.category, event.type) for event in answer.events] == [("INVOICE", "UPDATE")]
