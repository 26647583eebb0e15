"""Items: what is sent of a product, what is read of Xero's list, what a change carries."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import changes, codec, const, errors, parse_masters, payload
from xero.documents import Item, Price

GUID = "5040915e-8ce7-4177-8d08-fde416232f18"


def item(**changes_):
    values = {
        "number": "DESK-1",
        "name": "Desk",
        "sold": True,
        "purchased": True,
        "sales": Price(Decimal("295.5"), "200", "OUTPUT"),
        "purchases": Price(Decimal("120"), "310", "INPUT"),
    }
    return Item(**{**values, **changes_})


def sent(document):
    return json.loads(codec.encode_element(payload.item(document)), parse_float=Decimal)


def listed(*rows):
    return parse_masters.price_list(json.dumps({"Items": rows}).encode())


# === SENT === #

def test_a_product_as_xero_takes_it():
    assert sent(item()) == {
        "Code": "DESK-1",
        "Name": "Desk",
        "Description": "Desk",
        "PurchaseDescription": "Desk",
        "IsSold": True,
        "IsPurchased": True,
        "SalesDetails": {"UnitPrice": Decimal("295.5000"), "AccountCode": "200",
                         "TaxType": "OUTPUT"},
        "PurchaseDetails": {"UnitPrice": 120, "AccountCode": "310", "TaxType": "INPUT"},
    }


def test_a_side_that_is_off_says_nothing():
    body = sent(item(purchased=False, purchases=None, purchase_description="For buyers"))
    assert body["IsPurchased"] is False
    assert not {"PurchaseDescription", "PurchaseDetails"} & set(body)


def test_what_is_not_mapped_is_left_out():
    assert sent(item(sales=Price(Decimal(5))))["SalesDetails"] == {"UnitPrice": 5}


def test_prices_have_four_decimals():
    body = sent(item(sales=Price(Decimal("9.090909090909"))))
    assert body["SalesDetails"]["UnitPrice"] == Decimal("9.0909")


def test_of_a_tracked_item_neither_price_nor_account_is_touched():
    assert not {"SalesDetails", "PurchaseDetails"} & set(sent(item(tracked=True)))


@pytest.mark.parametrize("code", ["", "X" * 31, " DESK", "DESK\n", "A\u202eB", "\U0001F600" * 16])
def test_a_code_goes_whole_or_not_at_all(code):
    with pytest.raises(errors.NotUsable):
        payload.item(item(number=code))


@pytest.mark.parametrize("code", ["X" * 30, 'RACK-19"', "A,B", "a/b", "Ж-1"])
def test_codes_that_no_filter_takes_are_codes(code):
    assert sent(item(number=code))["Code"] == code


def test_a_name_that_was_cut_stands_in_the_description():
    name = "Office chair with arms, five castors and a mesh back, black"
    body = sent(item(name=name, description="Delivered flat."))
    assert len(body["Name"]) == const.LENGTHS["ItemName"]
    assert body["Name"].endswith("…")
    assert body["Description"] == f"{name}\nDelivered flat."
    assert body["PurchaseDescription"] == name


@given(st.text(), st.text())
def test_whatever_the_texts_xero_can_hold_them(name, description):
    body = sent(item(name=name, description=description))
    for field, limit in (("Name", 50), ("Description", 4000)):
        assert len(body.get(field, "").encode("utf-16-le")) // 2 <= limit


# === CHANGED === #

def update(before, after):
    elements = [codec.encode_element(payload.item(document)) for document in (before, after)]
    changed = changes.update_of("Items", GUID, *elements)
    return changed and json.loads(changed, parse_float=Decimal)


def test_a_change_carries_the_code_and_what_differs():
    assert update(item(), item(name="Big desk")) == {
        "ItemID": GUID,
        "Code": "DESK-1",
        "Name": "Big desk",
        "Description": "Big desk",
        "PurchaseDescription": "Big desk",
    }
    assert update(item(), item()) is None


def test_xero_keeps_its_code_until_the_reference_changes():
    def changed(before, after):
        elements = [codec.encode_element(payload.item(document)) for document in (before, after)]
        return json.loads(changes.update_of("Items", GUID, *elements, "XERO-1"))["Code"]

    assert changed(item(), item(name="Big desk")) == "XERO-1"
    assert changed(item(), item(number="DESK-2")) == "DESK-2"


def test_an_account_that_is_not_mapped_any_more_is_emptied():
    before, after = item(), item(sales=Price(Decimal(300)))
    assert update(before, after)["SalesDetails"] == {
        "UnitPrice": 300, "AccountCode": "", "TaxType": ""
    }


# === READ === #

ROW = {
    "ItemID": GUID, "Code": "BOOK", "Name": "Fish out of Water", "IsSold": True,
    "IsPurchased": False, "IsTrackedAsInventory": False, "PurchaseDetails": {},
    "SalesDetails": {"UnitPrice": 19.95, "AccountCode": "200", "TaxType": "OUTPUT"},
    "UpdatedDateUTC": "/Date(1518685950940)/",
}


def test_an_item_of_the_list():
    (found,) = listed(ROW)
    assert (found.number, found.name, found.xero_id) == ("BOOK", "Fish out of Water", GUID)
    assert (found.sold, found.purchased, found.tracked) == (True, False, False)
    assert found.sales == Price(Decimal("19.95"), "200", "OUTPUT")
    assert found.purchases is None
    assert found.updated.year == 2018


@pytest.mark.parametrize("code", ["\u202e", "\x00", "", None])
def test_an_item_that_nobody_could_name_does_not_stop_the_others(code):
    assert [found.number for found in listed(ROW | {"Code": code}, ROW)] == ["BOOK"]


def test_bad_texts_are_cleaned():
    (found,) = listed(ROW | {"Name": "\u202eko\x00oB", "Code": "B\u200fOOK"})
    assert (found.name, found.number) == ("kooB", "BOOK")


def test_a_list_that_is_none_is_told():
    with pytest.raises(errors.Unreadable):
        parse_masters.price_list(b'{"Items": "none"}')
