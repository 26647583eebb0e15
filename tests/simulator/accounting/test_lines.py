"""Lines: what they need, what is filled in, what is refused, what an update does to them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from .conftest import ZERO_GUID

D = Decimal


def refused(au, *lines, **fields):
    return au.refusal("Invoices", au.invoice(*lines, **fields))


def test_no_lines_is_no_invoice(au):
    assert au.refusal("Invoices", {**au.invoice(), "LineItems": []}) == [
        "One or more line items must be specified"
    ]
    body = au.invoice()
    del body["LineItems"]
    assert au.refusal("Invoices", body) == ["One or more line items must be specified"]


@pytest.mark.parametrize("text", ["", "   ", None])
def test_a_description_is_needed(au, text):
    assert refused(au, au.line(Description=text)) == [
        "The description field is mandatory for each line item."
    ]


def test_a_line_of_text_has_no_quantity_and_loses_its_item(au):
    made = au.made("Invoices", au.invoice({"Description": "Part one", "ItemCode": "BOOK"},
                                          au.line()))  # fmt: skip
    text = made["LineItems"][0]
    assert text["Description"] == "Part one"
    assert not {"Quantity", "UnitAmount", "LineAmount", "ItemCode", "TaxAmount"} & set(text)
    assert made["Total"] == 110


@pytest.mark.parametrize("missing", ["Quantity", "UnitAmount"])
def test_quantity_and_price_go_together(au, missing):
    assert refused(au, au.line(**{missing: None}))


@pytest.mark.parametrize("fields", [{"Quantity": D("1.00001")}, {"UnitAmount": D("0.12345")}])
def test_more_than_four_decimals_are_refused_misleadingly(au, fields):
    assert refused(au, au.line(**fields)) == ["Account must be valid.", "Tax rate must be valid."]


def test_trailing_zeros_are_no_decimals(au):
    body = b'{"Invoices":[{"Type":"ACCREC","Contact":{"Name":"Boom FM"},"LineItems":[' \
           b'{"Description":"x","Quantity":1.50000000,"UnitAmount":2.000000,"AccountCode":"200"}' \
           b"]}]}"  # fmt: skip
    assert au.call("PUT", "Invoices", body).row("Invoices")["SubTotal"] == 3


@pytest.mark.parametrize("quantity", [-2, 0])
def test_quantities_are_above_zero(au, quantity):
    (message,) = refused(au, au.line(Quantity=quantity))
    assert message.startswith(f"The quantity value '{quantity}.0000' is invalid.")


def test_a_document_below_zero_is_refused(au):
    assert refused(au, au.line(UnitAmount=-1)) == [
        "The Total for this document must be greater than or equal to zero."
    ]


def test_a_line_amount_must_be_the_expected_one(au):
    line = au.line(Quantity=3, UnitAmount=D("222.31"), LineAmount=D("666.88"))
    assert refused(au, line) == [
        "The line total 666.88 does not match the expected line total 666.93"
    ]
    assert au.made("Invoices", au.invoice({**line, "LineAmount": D("666.93")}))


def test_a_line_has_a_largest_amount(au):
    assert refused(au, au.line(Quantity=2, UnitAmount=D("5000000000")))


# === ACCOUNTS AND TAX === #


@pytest.mark.parametrize("code", ["999", "090", "610", "800", "820", "960"])
def test_unknown_bank_and_system_accounts_are_no_codes(au, code):
    assert refused(au, au.line(AccountCode=code)) == [
        f"Account code '{code}' is not a valid code for this document."
    ]


def test_the_rounding_account_may_stand_on_a_line(au):
    line = au.line(AccountCode="860", UnitAmount=D("0.02"), TaxType="BASEXCLUDED")
    assert au.made("Invoices", au.invoice(au.line(), line))["Total"] == D("110.02")


def test_archived_accounts_are_named_so(au):
    assert refused(au, au.line(AccountCode="465")) == [
        "Account code '465' has been archived, or has been deleted. Each line item must reference "
        "a valid account."
    ]


def test_an_account_may_be_named_by_id(au):
    guid = au.account_by_code("260")["AccountID"]
    made = au.made("Invoices", au.invoice(au.line(AccountCode=None, AccountID=guid.upper())))
    assert made["LineItems"][0]["AccountCode"] == "260"
    assert refused(au, au.line(AccountCode="200", AccountID=guid))


def test_the_tax_type_comes_from_the_account(au, uk):
    assert au.made("Invoices", au.invoice())["LineItems"][0]["TaxType"] == "OUTPUT"
    assert uk.made("Invoices", uk.invoice())["TotalTax"] == 20


@pytest.mark.parametrize("kind", ["GST on Income", "NONE", "OUTPUT2"])
def test_unknown_tax_types_are_refused(au, kind):
    assert refused(au, au.line(TaxType=kind)) == [
        f"The TaxType code {kind} does not exist or cannot be used for this type of transaction."
    ]


def test_deleted_and_archived_tax_rates_are_refused(au, nz):
    assert "does not exist" in refused(nz, nz.line(TaxType="OUTPUT"))[0]
    assert refused(au, au.line(TaxType="TAX001")) == ["Tax rate must be Active"]


def test_a_tax_type_must_fit_the_account(au):
    assert refused(au, au.line(TaxType="INPUT")) == [
        "The TaxType code 'INPUT' cannot be used with account code '200'."
    ]
    assert au.refusal("Invoices", au.bill(au.line(AccountCode="400", TaxType="OUTPUT"))) == [
        "The TaxType code 'OUTPUT' cannot be used with account code '400'."
    ]


def test_a_tax_amount_overrides_the_computed_one(au):
    line = au.line(TaxAmount=D("9.99"))
    made = au.made("Invoices", au.invoice(line))
    assert (made["TotalTax"], made["Total"]) == (D("9.99"), D("109.99"))
    zero = au.made("Invoices", au.invoice(au.line(TaxAmount=0)))
    assert zero["Total"] == 100


def test_a_tax_amount_is_at_most_the_line(au):
    line = au.line(Quantity=10, UnitAmount=D("0.50"))
    assert refused(au, {**line, "TaxAmount": D("5.01")}) == [
        "The tax amount cannot be greater than the line amount!"
    ]
    assert au.made("Invoices", au.invoice({**line, "TaxAmount": 5}))["TotalTax"] == 5
    assert refused(au, {**line, "TaxAmount": D("0.505")})


def test_a_rate_of_zero_takes_no_tax_amount_except_on_imports(au):
    assert refused(au, au.line(TaxType="EXEMPTOUTPUT", TaxAmount=1))
    imports = au.line(AccountCode="825", TaxType="GSTONIMPORTS", TaxAmount=50)
    assert au.made("Invoices", au.bill(imports))["TotalTax"] == 50


def test_a_rate_that_xero_looks_up_is_none_for_apps(us):
    assert refused(us, us.line(AccountCode="400", TaxType="AVALARA"))


# === DISCOUNTS AND ITEMS === #


def test_discounts_are_for_sales_invoices_only(au):
    line = au.line(Quantity=3, UnitAmount=D("9.99"), DiscountRate=D("33.33"))
    made = au.made("Invoices", au.invoice(line))
    assert made["SubTotal"] == D("19.98")
    assert made["TotalDiscount"] == D("9.99")
    assert made["IsDiscounted"] is True
    bill = au.bill({**line, "AccountCode": "400"})
    assert au.refusal("Invoices", bill) == ["Discounts may not be applied to ACCPAY invoices."]
    assert au.refusal("CreditNotes", au.credit(line))
    assert au.refusal("PurchaseOrders", au.order({**line, "AccountCode": "310"}))


def test_a_discount_amount_is_taken_off_the_line(au):
    made = au.made("Invoices", au.invoice(au.line(Quantity=2, DiscountAmount=D("50.50"))))
    assert made["SubTotal"] == D("149.50")
    assert refused(au, au.line(DiscountAmount=1, DiscountRate=1))


def test_an_item_fills_in_what_the_line_leaves_out(au):
    made = au.made("Invoices", au.invoice({"ItemCode": "BOOK", "Quantity": 2}))
    line = made["LineItems"][0]
    assert line["Description"] == "Fish out of Water: Finding Your Brand"
    assert (line["UnitAmount"], line["AccountCode"]) == (D("19.95"), "200")
    assert refused(au, au.line(ItemCode="NOPE")) == ["Item code 'NOPE' is not valid"]


def test_an_item_that_is_switched_off_on_this_side_is_none(au):
    guid = au.items.find("code", "book")[0]["ItemID"]
    au.call("POST", f"Items/{guid}", {"Items": [{"Code": "BOOK", "IsSold": False}]})
    assert refused(au, au.line(ItemCode="BOOK")) == ["Item code 'BOOK' is not valid"]


def test_what_is_bought_for_stock_is_booked_on_the_account_of_the_stock(au):
    body = au.invoice(au.line(ItemCode="GB1-White", AccountCode="310"), Type="ACCPAY")
    assert au.refusal("Invoices", body) == ["Account must be valid."]


# === TRACKING === #


def test_tracking_by_name_or_by_id(au):
    made = au.made(
        "Invoices", au.invoice(au.line(Tracking=[{"Name": "region", "Option": "north"}]))
    )
    (tracked,) = made["LineItems"][0]["Tracking"]
    assert (tracked["Name"], tracked["Option"]) == ("Region", "North")
    ids = {name: tracked[name] for name in ("TrackingCategoryID", "TrackingOptionID")}
    assert au.made("Invoices", au.invoice(au.line(Tracking=[ids])))


@pytest.mark.parametrize(
    "tracking",
    [
        [{"Name": "Planet", "Option": "North"}],
        [{"Name": "Region", "Option": "Atlantis"}],
        [{"Name": "Region", "Option": "Overseas"}],
        [{"Name": "Old projects", "Option": "Harbour"}],
        [{"Name": "Region", "Option": "North"}, {"Name": "Region", "Option": "South"}],
        [{"Name": "Region", "Option": "North"}, {"Name": "Department", "Option": "Sales"},
         {"Name": "Old projects", "Option": "Harbour"}],
    ],
)  # fmt: skip
def test_tracking_must_exist_and_be_active(au, tracking):
    assert refused(au, au.line(Tracking=tracking))


# === UPDATES === #


@pytest.fixture
def draft(au):
    return au.made("Invoices", au.invoice(au.line(Description="one"), au.line(Description="two")))


def update(au, draft, *lines, **fields):
    body = {"Invoices": [{"LineItems": list(lines), **fields}]}
    return au.call("POST", f"Invoices/{draft['InvoiceID']}", body, unitdp=4)


def test_a_known_id_changes_no_id_adds_an_absent_id_deletes(au, draft):
    first, second = draft["LineItems"]
    answer = update(au, draft, {"LineItemID": second["LineItemID"], "UnitAmount": 50},
                    au.line(Description="three"))  # fmt: skip
    lines = answer.row("Invoices")["LineItems"]
    assert [line["Description"] for line in lines] == ["two", "three"]
    assert lines[0]["LineItemID"] == second["LineItemID"]
    assert first["LineItemID"] not in {line["LineItemID"] for line in lines}
    assert answer.row("Invoices")["SubTotal"] == 150


def test_without_ids_every_line_is_replaced(au, draft):
    lines = update(au, draft, au.line(Description="one")).row("Invoices")["LineItems"]
    assert lines[0]["LineItemID"] not in {line["LineItemID"] for line in draft["LineItems"]}


def test_without_lines_they_stay(au, draft):
    body = {"Invoices": [{"Reference": "x"}]}
    answer = au.call("POST", f"Invoices/{draft['InvoiceID']}", body, unitdp=4)
    assert answer.row("Invoices")["LineItems"] == draft["LineItems"]


def test_a_line_id_counts_once(au, draft):
    twice = {"LineItemID": draft["LineItems"][0]["LineItemID"]}
    assert update(au, draft, twice, twice).status == 400


def test_a_foreign_line_id_is_refused(au, draft):
    assert update(au, draft, au.line(LineItemID=ZERO_GUID)).status == 400
    assert au.refusal("Invoices", au.invoice(au.line(LineItemID=ZERO_GUID)))


def test_a_new_price_computes_the_tax_anew_and_new_words_do_not(au):
    made = au.made("Invoices", au.invoice(au.line(TaxAmount=D("9.99"))))
    guid = made["LineItems"][0]["LineItemID"]
    words = update(au, made, {"LineItemID": guid, "Description": "new words"})
    assert words.row("Invoices")["TotalTax"] == D("9.99")
    price = update(au, made, {"LineItemID": guid, "UnitAmount": 200})
    assert price.row("Invoices")["TotalTax"] == 20


def test_other_amount_types_compute_all_lines_anew(au, draft):
    body = {"Invoices": [{"LineAmountTypes": "Inclusive"}]}
    row = au.call("POST", f"Invoices/{draft['InvoiceID']}", body, unitdp=4).row("Invoices")
    assert (row["Total"], row["TotalTax"]) == (200, D("18.18"))


def test_a_new_account_replaces_the_old_one(au, draft):
    guid = draft["LineItems"][0]["LineItemID"]
    other = au.account_by_code("260")["AccountID"]
    by_id = update(au, draft, {"LineItemID": guid, "AccountID": other})
    assert by_id.row("Invoices")["LineItems"][0]["AccountCode"] == "260"
    by_code = update(au, draft, {"LineItemID": guid, "AccountCode": "200"})
    assert by_code.row("Invoices")["LineItems"][0]["AccountCode"] == "200"
