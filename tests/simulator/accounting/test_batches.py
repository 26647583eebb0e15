"""Batches: which elements count, what a refusal looks like, which bodies are no bodies."""

from __future__ import annotations

import pytest

from .conftest import ZERO_GUID


def test_without_the_parameter_one_bad_element_refuses_all(au):
    good, bad = au.invoice(), au.invoice(au.line(AccountCode="999"))
    answer = au.put("Invoices", good, bad)
    assert answer.status == 400
    document = answer.document
    assert document["ErrorNumber"] == 10
    assert document["Type"] == "ValidationException"
    assert document["Message"] == "A validation exception occurred"
    row = answer.row("Elements")
    assert row["InvoiceID"] == ZERO_GUID
    assert row["LineItems"][0]["AccountCode"] == "999"
    assert "StatusAttributeString" not in row
    assert answer.messages() == ["Account code '999' is not a valid code for this document."]
    assert not au.invoices
    assert answer.events == []


def test_true_is_the_same_as_absent(au):
    assert au.put("Invoices", au.invoice(Type="ACCPAY"), au.invoice(au.line(AccountCode="999")),
                  summarizeErrors="true").status == 400  # fmt: skip
    assert not au.invoices


def test_with_false_every_element_is_judged_by_itself(au):
    good, bad = au.invoice(InvoiceNumber="A-1"), au.invoice(InvoiceNumber="A-1")
    answer = au.put("Invoices", good, bad, summarizeErrors="false")
    assert answer.status == 200
    first, second = answer.rows("Invoices")
    assert first["StatusAttributeString"] == "OK"
    assert first["InvoiceID"] in au.invoices
    assert first["HasErrors"] is False
    assert second["StatusAttributeString"] == "ERROR"
    assert second["HasErrors"] is True
    assert second["InvoiceID"] == ZERO_GUID
    assert second["ValidationErrors"] == [{"Message": "Invoice # must be unique."}]
    assert [event.resource_id for event in answer.events] == [first["InvoiceID"]]


def test_a_success_has_no_status_attribute_unless_asked(au):
    assert "StatusAttributeString" not in au.put("Invoices", au.invoice()).row("Invoices")


def test_contacts_flag_their_errors_by_another_name(au):
    row = au.put("Contacts", {"Name": "Basket Case"}, summarizeErrors="false").row("Contacts")
    assert row["HasValidationErrors"] is True
    assert "HasErrors" not in row


def test_a_failed_update_carries_the_real_id_and_echoes_what_was_asked(au):
    guid = au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"]
    answer = au.post("Invoices", {"InvoiceID": guid, "Status": "DELETED"}, summarizeErrors="false")
    row = answer.row("Invoices")
    assert (row["InvoiceID"], row["Status"]) == (guid, "DELETED")
    assert row["StatusAttributeString"] == "ERROR"
    assert row["ValidationErrors"] == [{"Message": "Invoice not of valid status for modification"}]
    assert au.invoices[guid]["Status"] == "AUTHORISED"


def test_a_refused_element_leaves_nothing_behind(au):
    """The contact that the element would have made must not stay when its lines are refused."""
    body = au.invoice(au.line(AccountCode="999"), Contact={"Name": "New Customer"})
    answer = au.put("Invoices", body, summarizeErrors="false")
    assert answer.row("Invoices")["StatusAttributeString"] == "ERROR"
    assert not au.contacts.find("name", "new customer")
    assert answer.events == []


def test_warnings_are_saved(au):
    answer = au.put("Invoices", au.invoice(SentToContact=True), summarizeErrors="false")
    row = answer.row("Invoices")
    assert row["StatusAttributeString"] == "WARNING"
    assert row["Warnings"] == [
        {"Message": "Only AUTHORISED invoices may have SentToContact updated."}
    ]
    assert row["InvoiceID"] in au.invoices


def test_the_envelope_key_ignores_case(au):
    assert au.call("PUT", "Invoices", {"invoices": [au.invoice()]}).status == 200


def test_the_answer_has_the_envelope(au):
    document = au.put("Contacts", {"Name": "Envelope Ltd"}).document
    assert document["Status"] == "OK"
    assert document["ProviderName"] == "app-one"
    assert document["DateTimeUTC"] == "/Date(1772452800250)/"


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"[]", b"{}", b'{"Invoices":[]}', b'{"Contacts":[{"Name":"x"}]}', b"null"]
)
def test_a_body_without_data_is_named_so(au, body):
    answer = au.call("PUT", "Invoices", body)
    assert answer.status == 400
    assert answer.document["Type"] == "NoDataProcessedException"
    assert answer.document["ErrorNumber"] == 17


@pytest.mark.parametrize(
    "element",
    [
        {"Naam": "x"},
        {"Name": 5},
        {"Name": "x", "Phones": {"PhoneType": "DEFAULT"}},
        {"Name": "x", "Phones": [{"PhoneType": "HOME"}]},
        {"Name": "x", "Addresses": [{"AddressType": "DELIVERY"}]},
        {"Name": "x", "ContactStatus": "SLEEPING"},
        {"Name": "x", "IsCustomer": "true"},
        {"Name": "x", "DefaultCurrency": "XXX"},
        {"Name": "x", "Discount": "5.0"},
        {"Name": "x", "Discount": True},
        {"Name": "x", "Discount": 10**18},
        "x",
    ],
)
def test_what_the_models_do_not_know_is_refused(au, element):
    answer = au.put("Contacts", {"Name": "Good Ltd"}, element, summarizeErrors="false")
    assert answer.status == 400
    assert answer.document["Type"] == "PostDataInvalidException"
    assert not au.contacts.find("name", "good ltd")


@pytest.mark.parametrize("text", [b'{"Invoices":[{"Type":', b"\xff\xfe", b'{"Invoices":[NaN]}'])
def test_a_body_that_is_no_json_is_refused(au, text):
    assert au.call("PUT", "Invoices", text).document["Type"] == "PostDataInvalidException"


@pytest.mark.parametrize("day", ["2026-02-30", "01/03/2026", "2026-3-1", "/Date(x)/"])
def test_dates_must_exist(au, day):
    answer = au.put("Invoices", au.invoice(Date=day))
    assert answer.document["Type"] == "PostDataInvalidException"


@pytest.mark.parametrize(
    "day",
    ["2026-02-15", "2026-02-15T00:00:00", "/Date(1771113600000)/", "/Date(1771113600000+0000)/"],
)
def test_dates_may_be_written_as_iso_or_milliseconds(au, day):
    made = au.made("Invoices", au.invoice(Date=day))
    assert made["DateString"] == "2026-02-15T00:00:00"
    assert made["Date"] == "/Date(1771113600000+0000)/"


def test_texts_that_are_too_long_refuse_only_their_element(au):
    long, good = {"Name": "n" * 256}, {"Name": "n" * 255}
    first, second = au.put("Contacts", long, good, summarizeErrors="false").rows("Contacts")
    assert "must not exceed 255" in first["ValidationErrors"][0]["Message"]
    assert second["StatusAttributeString"] == "OK"
    refused = au.refusal("Invoices", au.invoice(au.line(Description="d" * 4001)))
    assert refused == ["The length of the field Description must not exceed 4000 characters."]


def test_large_bodies_are_refused(au):
    answer = au.call("PUT", "Invoices", b" " * 3_500_001)
    assert answer.status == 413
    assert answer.document == {
        "Title": "RequestEntityTooLarge",
        "Status": 413,
        "Detail": "PayloadTooLarge",
    }


def test_items_come_at_most_500_at_a_time(au):
    items = [{"Code": f"I{number}"} for number in range(501)]
    assert au.put("Items", *items).status == 400
    assert au.put("Items", *items[:500]).status == 200


def test_a_path_with_an_id_takes_one_element_of_that_id(au):
    first, second = (au.made("Invoices", au.invoice())["InvoiceID"] for _ in range(2))
    body = {"Invoices": [{"InvoiceID": second, "Reference": "x"}]}
    assert au.call("POST", f"Invoices/{first}", body).status == 400
    body = {"Invoices": [{"Reference": "x"}, {"Reference": "y"}]}
    assert au.call("POST", f"Invoices/{first}", body).status == 400
    assert au.call("POST", f"Invoices/{first}", {"Invoices": [{"Reference": "x"}]}).status == 200
    assert au.invoices[first]["Reference"] == "x"


def test_unknown_routes_methods_and_parameters(au):
    assert au.get("Journals").status == 404
    assert au.call("DELETE", "Invoices").status == 405
    answer = au.get("PurchaseOrders", where='Status=="DRAFT"')
    assert answer.status == 400
    assert answer.response.unknown_parameters == ("where",)


def test_fifty_invoices_of_five_lines_are_fast(au):
    """The benchmarks rest on the simulator costing next to nothing."""
    import time

    def batch(name: str) -> list:
        lines = [au.line(UnitAmount=number) for number in range(1, 6)]
        return [au.invoice(*lines, InvoiceNumber=f"{name}-{count}") for count in range(50)]

    seconds = []
    for name in "abc":
        elements = batch(name)
        start = time.perf_counter()
        assert au.put("Invoices", *elements, summarizeErrors="false").status == 200
        seconds.append(time.perf_counter() - start)
    assert min(seconds) / 50 < 0.001
