"""Purchase orders: numbers, states, four decimals, no `where`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from .conftest import ZERO_GUID

D = Decimal
DELETED = ["PurchaseOrder status change is invalid", "Deleted PurchaseOrders cannot be updated"]


def update(au, guid: str, **fields):
    return au.call("POST", f"PurchaseOrders/{guid}", {"PurchaseOrders": [fields]})


def test_an_order_comes_back_complete(au):
    made = au.made(
        "PurchaseOrders",
        au.order(
            au.line(AccountCode="310", Quantity=3, UnitAmount=D("33.3333")),
            PurchaseOrderNumber="P00001",
            DeliveryDate="2026-03-20",
            DeliveryInstructions="Ring twice",
        ),
    )
    assert (made["Status"], made["Type"]) == ("DRAFT", "PURCHASEORDER")
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (100, 10, 110)
    assert made["LineItems"][0]["UnitAmount"] == D("33.3333")
    assert made["DeliveryDateString"] == "2026-03-20T00:00:00"
    assert made["DeliveryInstructions"] == "Ring twice"
    assert "UpdatedDateUTCString" not in made
    read = au.get(f"PurchaseOrders/{made['PurchaseOrderID']}").row("PurchaseOrders")
    assert read["LineItems"][0]["UnitAmount"] == D("33.3333")
    assert au.get("PurchaseOrders/p00001").row("PurchaseOrders") == read


def test_a_draft_order_needs_no_account(au):
    made = au.made("PurchaseOrders", au.order(au.line(AccountCode=None)))
    assert "AccountCode" not in made["LineItems"][0]
    assert made["Total"] == 100


def test_orders_never_make_contacts(au):
    assert au.refusal("PurchaseOrders", au.order(Contact={"Name": "Unknown Ltd"})) == [
        "A Contact must be specified for this type of transaction"
    ]
    assert not au.contacts.find("name", "unknown ltd")
    assert au.made("PurchaseOrders", au.order(Contact={"Name": "PowerDirect"}))


def test_an_order_makes_nobody_a_supplier_and_sends_no_event(au):
    answer = au.put("PurchaseOrders", au.order())
    assert answer.events == []
    assert au.contacts[au.contact_id]["IsSupplier"] is False


@pytest.mark.parametrize("deleted", [False, True])
def test_a_number_is_unique_and_kept_by_a_deleted_order(au, deleted):
    made = au.made("PurchaseOrders", au.order(PurchaseOrderNumber="P1"))
    if deleted:
        au.delete(made["PurchaseOrderID"])
    assert au.refusal("PurchaseOrders", au.order(PurchaseOrderNumber="P1")) == [
        "Order number must be unique"
    ]


def test_a_post_with_the_number_of_a_live_order_edits_it(au):
    made = au.made("PurchaseOrders", au.order(PurchaseOrderNumber="P1"))
    body = au.order(au.line(UnitAmount=7), PurchaseOrderNumber="P1")
    answer = au.post("PurchaseOrders", body, summarizeErrors="false")
    row = answer.row("PurchaseOrders")
    assert (row["PurchaseOrderID"], row["StatusAttributeString"]) == (made["PurchaseOrderID"], "OK")
    assert au.purchase_orders[made["PurchaseOrderID"]]["SubTotal"] == 7


def test_a_post_with_the_number_of_a_deleted_order_fails_with_the_zero_id(au):
    au.delete(au.made("PurchaseOrders", au.order(PurchaseOrderNumber="P1"))["PurchaseOrderID"])
    answer = au.post("PurchaseOrders", au.order(PurchaseOrderNumber="P1"), summarizeErrors="false")
    row = answer.row("PurchaseOrders")
    assert row["PurchaseOrderID"] == ZERO_GUID
    assert [error["Message"] for error in row["ValidationErrors"]] == DELETED


def test_renaming_in_the_deleting_update_frees_the_number(au):
    guid = au.made("PurchaseOrders", au.order(PurchaseOrderNumber="P1"))["PurchaseOrderID"]
    update(au, guid, Status="DELETED", PurchaseOrderNumber="P1 removed")
    assert au.made("PurchaseOrders", au.order(PurchaseOrderNumber="P1"))["Status"] == "DRAFT"


def test_a_missing_number_is_the_next_one(au):
    au.made("PurchaseOrders", au.order(PurchaseOrderNumber="PO-0009"))
    assert au.made("PurchaseOrders", au.order())["PurchaseOrderNumber"] == "PO-0010"


ALLOWED = {
    ("DRAFT", "SUBMITTED"),
    ("DRAFT", "AUTHORISED"),
    ("DRAFT", "BILLED"),
    ("SUBMITTED", "DRAFT"),
    ("SUBMITTED", "AUTHORISED"),
    ("SUBMITTED", "BILLED"),
    ("AUTHORISED", "BILLED"),
}


@pytest.mark.parametrize("before", ["DRAFT", "SUBMITTED", "AUTHORISED", "BILLED"])
@pytest.mark.parametrize("after", ["DRAFT", "SUBMITTED", "AUTHORISED", "BILLED", "DELETED"])
def test_transitions(au, before, after):
    guid = au.made("PurchaseOrders", au.order(Status=before))["PurchaseOrderID"]
    answer = update(au, guid, Status=after)
    if after in (before, "DELETED") or (before, after) in ALLOWED:
        assert au.purchase_orders[guid]["Status"] == after
    else:
        assert answer.messages() == DELETED[:1]


def test_deleted_is_final(au):
    guid = au.made("PurchaseOrders", au.order())["PurchaseOrderID"]
    au.delete(guid)
    answer = update(au, guid, Reference="x")
    assert answer.messages() == DELETED
    assert answer.row("Elements")["PurchaseOrderID"] == guid


def test_lines_of_a_billed_order_stay(au):
    guid = au.made("PurchaseOrders", au.order(Status="BILLED"))["PurchaseOrderID"]
    assert update(au, guid, LineItems=[au.line(AccountCode="310")]).status == 400
    assert update(au, guid, Reference="x").status == 200


def test_negative_quantities_are_refused(au):
    line = au.line(Quantity=-3, AccountCode="310")
    assert au.refusal("PurchaseOrders", au.order(line)) == [
        "The quantity value '-3.0000' is invalid. Quantity must not be less than zero."
    ]


def test_sent_only_after_approval(au):
    row = au.put("PurchaseOrders", au.order(SentToContact=True)).row("PurchaseOrders")
    assert row["Warnings"] == [
        {"Message": "Only AUTHORISED and BILLED purchase orders may have SentToContact updated."}
    ]
    made = au.made("PurchaseOrders", au.order(SentToContact=True, Status="AUTHORISED"))
    assert made["SentToContact"] is True


def test_lists_know_status_and_dates(au):
    for number, (day, status) in enumerate(
        [("2026-01-10", "DRAFT"), ("2026-02-10", "AUTHORISED"), ("2026-03-01", "DRAFT")]
    ):
        au.made(
            "PurchaseOrders", au.order(Date=day, Status=status, PurchaseOrderNumber=f"N{number}")
        )

    def numbers(**query) -> list:
        rows = au.get("PurchaseOrders", order="PurchaseOrderNumber", **query).rows("PurchaseOrders")
        return [row["PurchaseOrderNumber"] for row in rows]

    assert numbers(Status="DRAFT") == ["N0", "N2"]
    assert numbers(DateFrom="2026-02-10") == ["N1", "N2"]
    assert numbers(DateTo="2026-02-10") == ["N0", "N1"]
    assert au.get("PurchaseOrders", Status="PAID").status == 400
    assert au.get("PurchaseOrders", where='Status=="DRAFT"').status == 400
    assert au.get("PurchaseOrders", unitdp="4").status == 400
