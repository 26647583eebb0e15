"""Items: codes, sides, prices, tracked ones."""

from __future__ import annotations

from decimal import Decimal

D = Decimal


def test_an_item_comes_back_with_its_tax_types_filled_in(au):
    body = {
        "Code": "DESK",
        "Name": "Desk",
        "SalesDetails": {"UnitPrice": D("99.9999"), "AccountCode": "200"},
        "PurchaseDetails": {"UnitPrice": 50, "AccountCode": "310"},
    }
    row = au.made("Items", body)
    assert row["SalesDetails"] == {
        "UnitPrice": D("99.9999"), "AccountCode": "200", "TaxType": "OUTPUT"
    }  # fmt: skip
    assert row["PurchaseDetails"]["TaxType"] == "INPUT"
    assert (row["IsSold"], row["IsPurchased"], row["IsTrackedAsInventory"]) == (True, True, False)
    assert row["UpdatedDateUTC"] == "/Date(1772452800250)/"
    assert au.get("Items/desk").row("Items")["SalesDetails"]["UnitPrice"] == 100
    assert au.get(f"Items/{row['ItemID']}", unitdp=4).row("Items") == row


def test_a_code_is_taken_once(au):
    assert au.refusal("Items", {"Code": "book"}) == [
        "Price List Item with Code ''book'' already exists"
    ]
    assert au.refusal("Items", {"Name": "no code"})


def test_a_post_with_a_code_in_use_edits_that_item(au):
    count = len(au.items)
    row = au.post("Items", {"Code": "BOOK", "Name": "New name"}).row("Items")
    assert row["Name"] == "New name"
    assert row["SalesDetails"]["UnitPrice"] == D("19.95")
    assert len(au.items) == count
    assert au.post("Items", {"Code": "FRESH"}).row("Items")["ItemID"] in au.items


def test_switching_a_side_off_clears_it(au):
    guid = au.items.find("code", "book")[0]["ItemID"]
    au.call("POST", f"Items/{guid}", {"Items": [{"Code": "BOOK", "IsSold": False}]})
    assert au.items[guid]["SalesDetails"] == {}


def test_prices_and_accounts_are_checked(au):
    def details(**fields):
        return {"Code": "X", "SalesDetails": fields}

    assert au.refusal("Items", details(UnitPrice=D("1.00001")))
    assert au.refusal("Items", details(AccountCode="999"))
    assert au.refusal("Items", details(AccountCode="200", TaxType="INPUT"))
    assert au.refusal("Items", details(TaxType="TAX001"))


def test_a_tracked_item_needs_both_accounts(au):
    assert au.refusal("Items", {"Code": "T", "InventoryAssetAccountCode": "630"})
    body = {
        "Code": "T",
        "InventoryAssetAccountCode": "630",
        "PurchaseDetails": {"COGSAccountCode": "310", "UnitPrice": 2},
    }
    assert au.made("Items", body)["IsTrackedAsInventory"] is True


def test_only_an_unused_item_can_be_deleted(au):
    book = au.items.find("code", "book")[0]["ItemID"]
    au.made("Invoices", au.invoice(au.line(ItemCode="BOOK")))
    assert au.call("DELETE", f"Items/{book}").status == 400
    other = au.items.find("code", "devh")[0]["ItemID"]
    assert au.call("DELETE", f"Items/{other}").status == 204
    assert au.get(f"Items/{other}").status == 404
    assert au.call("DELETE", f"Items/{other}").status == 404


def test_items_are_not_paged(au):
    assert au.get("Items", page=1).status == 400
    assert len(au.get("Items").rows("Items")) == 8


def test_a_change_names_the_code_again(au):
    guid = au.items.find("code", "book")[0]["ItemID"]
    refused = au.call("POST", f"Items/{guid}", {"Items": [{"Name": "No code"}]})
    assert refused.status == 400
    assert au.items[guid]["Name"] != "No code"
