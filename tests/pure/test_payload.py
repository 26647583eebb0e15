"""What is sent, field by field, in the shape of Xero's own models."""

import datetime
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_python.accounting import models

from xero import codec, const, errors, payload
from xero.documents import (
    Address,
    Contact,
    CreditNote,
    Invoice,
    Line,
    NewTaxRate,
    Phone,
    PurchaseOrder,
    Totals,
)

GUID = "5040915e-8ce7-4177-8d08-fde416232f18"
DESK = Line(
    "[FURN_01] Desk",
    quantity=Decimal(2),
    unit_price=Decimal("295.50"),
    net=Decimal("591.00"),
    tax=Decimal("59.10"),
    rate=Decimal(10),
    tax_type="OUTPUT",
    account_code="200",
)
TOTALS = Totals(Decimal("591.00"), Decimal("59.10"), Decimal("650.10"))


def invoice(**changes):
    values = {
        "kind": "ACCREC",
        "number": "INV/2026/00017",
        "contact_id": GUID,
        "date": datetime.date(2026, 11, 1),
        "due_date": datetime.date(2026, 12, 1),
        "currency": "AUD",
        "lines": (DESK,),
        "totals": TOTALS,
    }
    return Invoice(**{**values, **changes})


def order(**changes):
    values = {
        "number": "P00007",
        "contact_id": GUID,
        "date": datetime.date(2026, 11, 1),
        "currency": "AUD",
        "lines": (DESK,),
        "totals": TOTALS,
    }
    return PurchaseOrder(**{**values, **changes})


def credit_note(**changes):
    values = {
        "kind": "ACCRECCREDIT",
        "number": "RINV/2026/00017",
        "contact_id": GUID,
        "date": datetime.date(2026, 11, 1),
        "currency": "AUD",
        "lines": (DESK,),
        "totals": TOTALS,
    }
    return CreditNote(**{**values, **changes})


def sent(resource, model):
    """The one element of the body that the model makes, as JSON with exact numbers."""
    body = codec.encode(resource, [model])
    (element,) = json.loads(body, parse_float=Decimal)[resource]
    return element


# === GOLDEN SHAPES === #


def test_invoice():
    document = invoice(reference="PO 77", url="https://odoo.example.com/odoo/account.move/12")
    assert codec.encode("Invoices", [payload.invoice(document)]).decode() == (
        '{"Invoices":[{"Type":"ACCREC","Contact":{"ContactID":"' + GUID + '"},'
        '"LineItems":[{"Description":"[FURN_01] Desk","Quantity":2,"UnitAmount":295.50,'
        '"AccountCode":"200","TaxType":"OUTPUT"}],'
        '"Date":"2026-11-01","DueDate":"2026-12-01","LineAmountTypes":"Exclusive",'
        '"InvoiceNumber":"INV/2026/00017","Reference":"PO 77",'
        '"Url":"https://odoo.example.com/odoo/account.move/12","CurrencyCode":"AUD",'
        '"Status":"DRAFT"}]}'
    )


def test_purchase_order():
    document = order(
        delivery_date=datetime.date(2026, 11, 20),
        reference="Q-9",
        delivery_address="1 Beach Road\nSydney",
        attention_to="Stores",
        telephone="02 1234",
        delivery_instructions="Back door",
    )
    assert sent("PurchaseOrders", payload.purchase_order(document)) == {
        "PurchaseOrderNumber": "P00007",
        "Contact": {"ContactID": GUID},
        "Date": "2026-11-01",
        "DeliveryDate": "2026-11-20",
        "LineAmountTypes": "Exclusive",
        "CurrencyCode": "AUD",
        "Status": "DRAFT",
        "Reference": "Q-9",
        "DeliveryAddress": "1 Beach Road\nSydney",
        "AttentionTo": "Stores",
        "Telephone": "02 1234",
        "DeliveryInstructions": "Back door",
        "LineItems": [
            {
                "Description": "[FURN_01] Desk",
                "Quantity": 2,
                "UnitAmount": Decimal("295.50"),
                "AccountCode": "200",
                "TaxType": "OUTPUT",
            }
        ],
    }


def test_contact():
    document = Contact(
        number="a8f3c2d1-42",
        name="Deco Addict",
        email="info@deco.example.com",
        first_name="Ann",
        last_name="Lee",
        tax_number="51824753556",
        company_number="ACN 1",
        account_number="C-9",
        phones=(Phone("DEFAULT", "+61 2 1234"),),
        addresses=(
            Address("POBOX", ("1 Road", "Level 2"), "Sydney", "NSW", "2000", "Australia", "Ann"),
        ),
        currency="AUD",
    )
    assert sent("Contacts", payload.contact(document)) == {
        "ContactNumber": "a8f3c2d1-42",
        "Name": "Deco Addict",
        "EmailAddress": "info@deco.example.com",
        "FirstName": "Ann",
        "LastName": "Lee",
        "TaxNumber": "51824753556",
        "CompanyNumber": "ACN 1",
        "AccountNumber": "C-9",
        "DefaultCurrency": "AUD",
        "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "+61 2 1234"}],
        "Addresses": [
            {
                "AddressType": "POBOX",
                "AddressLine1": "1 Road",
                "AddressLine2": "Level 2",
                "City": "Sydney",
                "Region": "NSW",
                "PostalCode": "2000",
                "Country": "Australia",
                "AttentionTo": "Ann",
            }
        ],
    }


def test_a_bare_contact_has_nothing_that_nobody_set():
    assert sent("Contacts", payload.contact(Contact(number=None, name="Ann"))) == {"Name": "Ann"}


# === WHAT IS NEVER SENT === #


@pytest.mark.parametrize("build", [(payload.invoice, invoice), (payload.purchase_order, order)])
def test_never_amounts_nor_contact_fields(build):
    payload_of, document_of = build
    element = sent("Rows", payload_of(document_of()))
    assert element["Contact"] == {"ContactID": GUID}
    assert element["LineAmountTypes"] == "Exclusive"
    assert not {"SubTotal", "TotalTax", "Total", "HasErrors", "HasAttachments"} & set(element)
    for row in element["LineItems"]:
        assert not {"LineAmount", "DiscountRate", "DiscountAmount"} & set(row)


@pytest.mark.parametrize(
    "url",
    [
        "https://odoo.example.com/xero/12",
        "https://XERO.example.com/12",
        "https://odoo.example.com/12?db=myXeroTest",
    ],
)
def test_an_address_with_xeros_name_is_left_out(url):
    assert "Url" not in sent("Invoices", payload.invoice(invoice(url=url)))


# === LINES === #


def test_a_text_line_has_words_only():
    element = sent("Invoices", payload.invoice(invoice(lines=(Line.text("Section"), DESK))))
    assert element["LineItems"][0] == {"Description": "Section"}


def test_a_text_line_without_words_is_left_out():
    document = invoice(lines=(Line.text(" \x00"), DESK, Line.text("")))
    assert len(sent("Invoices", payload.invoice(document))["LineItems"]) == 1


def test_a_tax_of_zero_is_sent():
    line = Line(
        "Pen",
        quantity=Decimal(1),
        unit_price=Decimal("0.05"),
        net=Decimal("0.05"),
        tax=Decimal("0.00"),
        rate=Decimal(10),
        tax_type="OUTPUT",
        account_code="200",
    )
    (row,) = sent("Invoices", payload.invoice(invoice(lines=(line,))))["LineItems"]
    assert row["TaxAmount"] == 0
    body = codec.encode("Invoices", [payload.invoice(invoice(lines=(line,)))])
    assert b'"TaxAmount":0.00' in body


def test_a_line_without_account_and_words():
    line = Line("  ", quantity=Decimal(1), unit_price=Decimal(3), net=Decimal(3))
    (row,) = sent("PurchaseOrders", payload.purchase_order(order(lines=(line,))))["LineItems"]
    assert row == {"Description": "-", "Quantity": 1, "UnitAmount": 3}


def test_known_ids_tracking_and_items_are_sent():
    line = Line(
        "Desk",
        quantity=Decimal(1),
        unit_price=Decimal(3),
        net=Decimal(3),
        line_item_id=GUID,
        item_code="FURN",
        tracking=(("Region", "North"),),
    )
    (row,) = sent("Invoices", payload.invoice(invoice(lines=(line,))))["LineItems"]
    assert (row["LineItemID"], row["ItemCode"]) == (GUID, "FURN")
    assert row["Tracking"] == [{"Name": "Region", "Option": "North"}]


def test_what_was_written_survives_a_long_description():
    line = Line(
        "x" * 5000,
        quantity=Decimal(12345),
        unit_price=Decimal("0.0612"),
        discount=Decimal("33.33"),
        net=Decimal("503.70"),
        tax=Decimal("100.74"),
        rate=Decimal(20),
    )
    (row,) = sent("Invoices", payload.invoice(invoice(lines=(line,))))["LineItems"]
    assert len(row["Description"]) == const.LENGTHS["Description"] == 4000
    assert row["Description"].endswith("x…\n12345 x 0.0612 -33.33 %")
    assert (row["Quantity"], row["UnitAmount"]) == (1, Decimal("503.70"))


# === CURRENCY === #


def test_currency_rate_only_where_given():
    assert "CurrencyRate" not in sent("Invoices", payload.invoice(invoice()))
    document = invoice(currency="EUR", currency_rate=Decimal("0.61531049"))
    assert b'"CurrencyRate":0.615310' in codec.encode("Invoices", [payload.invoice(document)])


@pytest.mark.parametrize("rate", ["0.0000001", "0", "-1"])
def test_a_rate_that_xero_would_not_hold_is_refused(rate):
    with pytest.raises(errors.NotUsable):
        payload.invoice(invoice(currency="EUR", currency_rate=Decimal(rate)))


@pytest.mark.parametrize("code", ["XXX", "", "aud", "FRF"])
def test_a_currency_that_xero_does_not_know_is_refused(code):
    with pytest.raises(errors.NotUsable):
        payload.invoice(invoice(currency=code))


# === TEXTS === #


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("  Deco   Addict ", "Deco Addict"),
        ("A <b>bold</b> one", "A (b)bold(/b) one"),
        ("One\nTwo\tThree", "One Two Three"),
        ("n" * 300, "n" * 254 + "…"),
        ("Safe\u202e name", "Safe name"),
        ("Two\u202e \u202eblanks", "Two blanks"),
    ],
)
# Faults: 29
def test_contact_names(name, wanted):
    assert payload.contact(Contact(number=None, name=name)).name == wanted


def test_half_an_identifier_is_never_sent():
    document = Contact(
        number=None,
        name="Ann",
        email="x" * 250 + "@example.com",
        tax_number="9" * 51,
        company_number="9" * 51,
        account_number="9" * 51,
        phones=(Phone("DEFAULT", "9" * 51), Phone("MOBILE", "0400")),
        addresses=(Address("STREET", ("x" * 600,), city="c" * 300, postal_code="9" * 51),),
    )
    assert sent("Contacts", payload.contact(document)) == {
        "Name": "Ann",
        "Phones": [{"PhoneType": "MOBILE", "PhoneNumber": "0400"}],
        "Addresses": [
            {
                "AddressType": "STREET",
                "AddressLine1": "x" * 499 + "…",
                "City": "c" * 254 + "…",
            }
        ],
    }


# Faults: 28
def test_texts_of_documents_are_cut():
    document = invoice(reference="r" * 300)
    assert sent("Invoices", payload.invoice(document))["Reference"] == "r" * 254 + "…"
    document = order(delivery_instructions="d" * 600, attention_to="a" * 300)
    element = sent("PurchaseOrders", payload.purchase_order(document))
    assert (len(element["DeliveryInstructions"]), len(element["AttentionTo"])) == (500, 255)


@pytest.mark.parametrize("number", ["9" * 256, "INV\x00", " INV", 'INV"1', "INV\u202e1", "A,B"])
def test_a_number_goes_as_it_is_or_not_at_all(number):
    with pytest.raises(errors.NotUsable):
        payload.invoice(invoice(number=number))
    with pytest.raises(errors.NotUsable):
        payload.purchase_order(order(number=number))
    with pytest.raises(errors.NotUsable):
        payload.contact(Contact(number=number, name="Ann"))


@pytest.mark.parametrize(
    ("country", "wanted"),
    [
        ("Australia", "Australia"),
        ("Côte d'Ivoire", "Cote d Ivoire"),
        ("中国", None),
        ("123", None),
        (None, None),
    ],
)
def test_countries_are_letters(country, wanted):
    document = Contact(number=None, name="Ann", addresses=(Address("STREET", country=country),))
    (address,) = sent("Contacts", payload.contact(document))["Addresses"]
    assert address.get("Country") == wanted


def test_only_four_lines_of_an_address():
    address = Address("STREET", ("a", "b", "c", "d", "e"))
    document = Contact(number=None, name="Ann", addresses=(address,))
    (found,) = sent("Contacts", payload.contact(document))["Addresses"]
    assert [found[f"AddressLine{row}"] for row in range(1, 5)] == ["a", "b", "c", "d"]


# === EXTENSIONS === #


def test_extra_is_merged_last():
    assert payload.invoice(invoice(extra={"reference": "mine"})).reference == "mine"
    assert payload.purchase_order(order(extra={"status": "SUBMITTED"})).status == "SUBMITTED"
    assert payload.contact(Contact(None, "Ann", extra={"name": "Bob"})).name == "Bob"


# === FOR ALL DOCUMENTS === #

texts = st.none() | st.text(max_size=600)
lines = st.builds(
    Line,
    st.text(max_size=5000),
    quantity=st.decimals(-1000, 1000, places=3),
    unit_price=st.decimals(-1000, 1000, places=5),
    discount=st.sampled_from([Decimal(0), Decimal("33.33")]),
    net=st.integers(-(10**8), 10**8).map(lambda count: Decimal(count) / 100),
    tax=st.integers(-(10**8), 10**8).map(lambda count: Decimal(count) / 100),
    rate=st.sampled_from([Decimal(0), Decimal(10), Decimal("14.975")]),
    text_only=st.booleans(),
)


@given(st.lists(lines, max_size=4).map(tuple), texts, texts)
def test_any_invoice_has_the_shape_of_xeros_model(lines, reference, url):
    model = payload.invoice(invoice(lines=lines, reference=reference, url=url))
    assert_shape(sent("Invoices", model), models.Invoice)


@given(texts, texts, texts, st.lists(st.text(max_size=700), max_size=5).map(tuple))
def test_any_contact_has_the_shape_of_xeros_model(name, text, country, address_lines):
    model = payload.contact(
        Contact(
            number="n-1",
            name=name or "Ann",
            email=text,
            first_name=text,
            last_name=text,
            tax_number=text,
            company_number=text,
            account_number=text,
            phones=(Phone("FAX", text),),
            addresses=(Address("POBOX", address_lines, text, text, text, country, text),),
        )
    )
    assert_shape(sent("Contacts", model), models.Contact)


def assert_shape(element, kind):
    """Every name that is sent is one of Xero's model, and every value of the kind it names."""
    names = {name: attribute for attribute, name in kind.attribute_map.items()}
    for name, value in element.items():
        wanted = kind.openapi_types[names[name]]
        if wanted.startswith("list["):
            for row in value:
                assert_shape(row, getattr(models, wanted[5:-1]))
        elif isinstance(value, dict):
            assert_shape(value, getattr(models, wanted))
        elif wanted == "float":
            assert isinstance(value, int | Decimal)
        elif wanted.startswith("date"):
            datetime.date.fromisoformat(value)
        elif wanted != "str":
            getattr(models, wanted)(value)
        else:
            assert isinstance(value, str)


def test_no_minus_before_nothing():
    row = Line("Free", Decimal(-1), Decimal(0), net=Decimal("-0.00"), rate=Decimal(20))
    assert b"-0" not in codec.encode("Invoices", [payload.invoice(invoice(
        date=None, due_date=None, lines=(row,), contact_id="a", number="1",
    ))])


# === TAX RATES === #

def test_a_new_rate_names_its_parts():
    document = NewTaxRate(
        "New York City", (("State", Decimal("4")), ("City", Decimal("4.5"))), "OUTPUT"
    )
    assert sent("TaxRates", payload.tax_rate(document)) == {
        "Name": "New York City",
        "ReportTaxType": "OUTPUT",
        "TaxComponents": [
            {"Name": "State", "Rate": 4},
            {"Name": "City", "Rate": Decimal("4.5")},
        ],
    }


def test_a_new_rate_says_nothing_of_a_return_that_xero_does_not_prepare():
    document = NewTaxRate("x" * 80, (("State", Decimal(4)),))
    made = sent("TaxRates", payload.tax_rate(document))
    assert "ReportTaxType" not in made
    assert len(made["Name"]) == const.LENGTHS["TaxRateName"]


# === BILLS AND CREDIT NOTES === #

def test_credit_note():
    element = sent("CreditNotes", payload.of("CreditNotes", credit_note(reference="for INV/1")))
    assert (element["Type"], element["CreditNoteNumber"]) == ("ACCRECCREDIT", "RINV/2026/00017")
    assert (element["Reference"], element["Status"]) == ("for INV/1", "DRAFT")
    assert element["LineItems"][0]["UnitAmount"] == Decimal("295.50")
    assert "Url" not in element and "SentToContact" not in element


@pytest.mark.parametrize("number", ['RE "7"', "7, 8", "7\\8", "a\u202eb", "7" * 256])
def test_our_own_numbers_are_sent_as_they_are_or_not_at_all(number):
    with pytest.raises(errors.NotUsable):
        payload.invoice(invoice(number=number))
    with pytest.raises(errors.NotUsable):
        payload.credit_note(credit_note(number=number))


@pytest.mark.parametrize(("number", "held"), [
    ('RE "7", 8', 'RE "7", 8'),
    (" 7\\8\u202e ", "7\\8"),
    ("7" * 300, "7" * 254 + "…"),
])
def test_a_suppliers_number_is_free_text(number, held):
    bill = payload.invoice(invoice(kind="ACCPAY", number=number))
    assert sent("Invoices", bill)["InvoiceNumber"] == held
    note = payload.credit_note(credit_note(kind="ACCPAYCREDIT", number=number))
    assert sent("CreditNotes", note)["CreditNoteNumber"] == held


def test_discounts_of_bills_are_net_prices_with_words():
    line = replace(DESK, discount=Decimal(10), net=Decimal("531.90"), tax=Decimal("53.19"))
    [item] = sent("Invoices", payload.invoice(invoice(kind="ACCPAY", lines=(line,))))["LineItems"]
    assert item["UnitAmount"] == Decimal("265.95")
    assert item["Description"].endswith("\n2 x 295.5 -10 %")
    assert "DiscountRate" not in item and "DiscountAmount" not in item


@pytest.mark.parametrize(("resource", "id_name"), [
    ("Invoices", "InvoiceID"),
    ("CreditNotes", "CreditNoteID"),
    ("PurchaseOrders", "PurchaseOrderID"),
])
def test_an_approval_names_the_document_and_nothing_else(resource, id_name):
    assert payload.approval(resource, GUID) == {id_name: GUID, "Status": "AUTHORISED"}
    assert payload.approval(resource, GUID, sent_to_contact=True)["SentToContact"] is True


def test_the_sent_flag_names_the_invoice_and_nothing_else():
    assert payload.sent_flag(GUID) == {"InvoiceID": GUID, "SentToContact": True}


def test_the_way_back_to_odoo():
    assert payload.url_of(invoice(url="https://books.example/1")) == "https://books.example/1"
    assert payload.url_of(invoice(url="https://XERO.example/1")) is None
    assert payload.url_of(credit_note()) is None
