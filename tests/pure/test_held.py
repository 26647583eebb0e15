"""What Xero holds of a document, as plain data: read without fail, compared as a person would."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import held
from xero.held import Difference

LINE = {
    "LineItemID": "A0000000-0000-4000-8000-000000000001",
    "Description": "Chairs",
    "Quantity": Decimal("2.0000"),
    "UnitAmount": Decimal("50.0000"),
    "LineAmount": Decimal("100.00"),
    "TaxAmount": Decimal("10.00"),
    "TaxType": "OUTPUT",
    "AccountCode": "200",
    "Tracking": [{"Name": "Region", "Option": "North"}],
}
TEXT = {"LineItemID": "a0000000-0000-4000-8000-000000000002", "Description": "Thanks"}
INVOICE = {
    "InvoiceID": "b0000000-0000-4000-8000-000000000001",
    "InvoiceNumber": "INV/1",
    "Status": "DRAFT",
    "Reference": "PO 1",
    "Contact": {"ContactID": "C0000000-0000-4000-8000-000000000001", "Name": "Cafe"},
    "DateString": "2026-11-02T00:00:00",
    "Date": "/Date(1793577600000+0000)/",
    "DueDate": "/Date(1794182400000+0000)/",
    "CurrencyCode": "AUD",
    "CurrencyRate": Decimal("1.000000"),
    "LineAmountTypes": "Exclusive",
    "SubTotal": Decimal("100.00"),
    "TotalTax": Decimal("10.00"),
    "Total": Decimal("110.00"),
    "AmountPaid": 0,
    "LineItems": [LINE, TEXT],
    "UpdatedDateUTC": "/Date(1793577600000+0000)/",
}


def of(row=None, **changes):
    return held.snapshot("Invoices", {**(row or INVOICE), **changes})


def lines(*changes):
    """The snapshot with the first lines changed."""
    rows = [{**row, **change} for row, change in zip(INVOICE["LineItems"], changes, strict=False)]
    return of(LineItems=[*rows, *INVOICE["LineItems"][len(rows):]])


# === READING === #

def test_a_document_is_read_as_texts():
    snapshot = of()
    assert snapshot["number"] == "INV/1"
    assert snapshot["contact"] == "c0000000-0000-4000-8000-000000000001"
    assert (snapshot["date"], snapshot["due_date"]) == ("2026-11-02", "2026-11-09")
    assert (snapshot["total"], snapshot["paid"], snapshot["credited"]) == ("110", "0", "")
    first, second = snapshot["lines"]
    assert first == {
        "id": "a0000000-0000-4000-8000-000000000001",
        "description": "Chairs",
        "quantity": "2",
        "unit": "50",
        "discount": "",
        "tax_amount": "10",
        "tax_type": "OUTPUT",
        "account": "200",
        "item": "",
        "tracking": [["Region", "North"]],
    }
    assert (second["quantity"], second["tax_amount"]) == ("", "")


def test_what_we_send_is_read_by_the_same_names():
    snapshot = of({
        "Contact": {"ContactID": "c1"}, "Date": "2026-11-02",
        "LineItems": [{"Description": "Chairs", "Quantity": 2, "UnitAmount": 50}],
    })
    assert snapshot["date"] == "2026-11-02"
    assert snapshot["lines"][0]["tax_amount"] is None, "Xero works it out."
    assert snapshot["lines"][0]["id"] == ""


def test_an_order_has_a_delivery_date():
    order = {"PurchaseOrderNumber": "P1", "DeliveryDate": "2026-12-01", "AttentionTo": "Bob"}
    snapshot = held.snapshot("PurchaseOrders", order)
    assert (snapshot["due_date"], snapshot["attention"]) == ("2026-12-01", "Bob")


@pytest.mark.parametrize(("row", "discount"), [
    ({"DiscountRate": Decimal("10.00")}, "10 %"),
    ({"DiscountAmount": Decimal("5.50")}, "5.5"),
    ({"DiscountRate": 0}, ""),
    ({}, ""),
])
def test_discounts_say_of_which_kind_they_are(row, discount):
    assert held.snapshot_of_line({**LINE, **row})["discount"] == discount


@pytest.mark.parametrize(("value", "text"), [
    (Decimal("2.5000"), "2.5"), (Decimal("100"), "100"), (100, "100"), (Decimal("-0.00"), "0"),
    (0, "0"), (None, ""), (True, ""), ("12", ""), ([], ""),
])
def test_amounts_lose_their_trailing_zeros(value, text):
    assert held.amount(value) == text


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False,
                                                                        allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from([*INVOICE, *LINE, "Name", "Option", "DeliveryDate", "Url"])


@given(st.dictionaries(KEYS, ANYTHING | st.lists(st.dictionaries(KEYS, ANYTHING), max_size=2)))
def test_reading_never_fails(row):
    snapshot = of(row, **row)
    assert held.loads(held.dumps(snapshot)) == snapshot
    if all(line["id"] for line in snapshot["lines"]):
        assert held.differences(snapshot, snapshot) == ()


# === COMPARING === #

def test_a_status_or_a_payment_alone_is_no_edit():
    now = of(Status="AUTHORISED", AmountPaid=Decimal("5.00"), UpdatedDateUTC="/Date(1)/")
    assert held.differences(of(), now) == ()


def test_line_ends_and_blanks_are_no_edit():
    assert held.differences(lines({"Description": "Two\nlines"}),
                            lines({"Description": "Two\r\nlines "})) == ()


@pytest.mark.parametrize(("now", "expected"), [
    (of(Reference="PO 2"), Difference("reference", "PO 1", "PO 2")),
    (of(DueDate="2026-12-01"), Difference("due_date", "2026-11-09", "2026-12-01")),
    (of(LineAmountTypes="Inclusive"), Difference("amount_types", "Exclusive", "Inclusive")),
    (of(BrandingThemeID="t1"), Difference("theme", "", "t1")),
    (lines({"UnitAmount": 55}), Difference("unit", "50", "55", 1)),
    (lines({}, {"Description": "Bye"}), Difference("description", "Thanks", "Bye", 2)),
    (lines({"TaxAmount": 9}), Difference("tax_amount", "10", "9", 1)),
    (lines({"DiscountRate": 10}), Difference("discount", "", "10 %", 1)),
    (lines({"Tracking": []}), Difference("tracking", "Region: North", "", 1)),
    (lines({"AccountCode": "400"}), Difference("account", "200", "400", 1)),
    (of(LineItems=[LINE]), Difference("line", "Thanks", "")),
    (of(LineItems=[LINE, TEXT, {**TEXT, "LineItemID": "x", "Description": "New"}]),
     Difference("line", "", "New", 3)),
])
def test_an_edit_is_told_with_both_values(now, expected):
    assert held.differences(of(), now) == (expected,)
    assert held.differences(now, now) == ()


def test_lines_are_told_apart_by_their_id_and_not_by_their_place():
    assert held.differences(of(), of(LineItems=[TEXT, LINE])) == ()


def test_both_sides_have_changed_alike():
    now = of(Reference="PO 2")
    assert held.edits(of(), now, of(Reference="PO 2")) == ()
    assert held.edits(of(), now, of(Reference="PO 3")) == (
        Difference("reference", "PO 3", "PO 2"),
    )


def test_what_we_have_nothing_to_say_of_is_left_alone():
    now = of(BrandingThemeID="t1", Reference="PO 2")
    wanted = of(Reference="")
    assert held.edits(of(), now, wanted) == (Difference("reference", "", "PO 2"),)


def test_what_only_odoo_changed_is_no_edit():
    assert held.edits(of(), of(), of(Reference="PO 9", LineItems=[TEXT])) == ()


# === CARRYING === #

def test_xero_holds_what_we_would_send():
    wanted = of(LineItems=[{**TEXT, "LineItemID": None}, {**LINE, "TaxAmount": None}])
    assert held.carries(wanted, of()), "The order of the lines and a tax left to Xero do not count."
    assert not held.carries(wanted, of(Reference="PO 2"))
    assert not held.carries(wanted, of(LineItems=[LINE]))
    assert not held.carries(wanted, of(LineItems=[LINE, TEXT, TEXT]))
    assert not held.carries(of(LineItems=[LINE, LINE]), of())


def test_the_account_that_xero_filled_in_is_carried():
    assert held.carries(lines({"AccountCode": None, "TaxType": None}), of())


@given(st.permutations([LINE, TEXT, {**LINE, "LineItemID": "x", "Quantity": Decimal(3)}]))
def test_a_document_carries_itself_in_any_order(rows):
    assert held.carries(of(LineItems=rows), of(LineItems=rows[::-1]))


def test_a_snapshot_is_json():
    assert json.loads(held.dumps(of()))["lines"][0]["unit"] == "50"
    assert held.loads(None) is None
    assert held.loads("") is None
