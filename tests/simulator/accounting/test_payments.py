"""Payments: of one document, whole or in parts, deleted but never changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from .conftest import ZERO_GUID

D = Decimal


@pytest.fixture
def invoice(au):
    """An approved sales invoice of 110.00."""
    return au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"]


def payment(guid: str, amount=110, **fields) -> dict:
    return {
        "Invoice": {"InvoiceID": guid},
        "Account": {"Code": "090"},
        "Date": "2026-03-02",
        "Amount": amount,
        **fields,
    }


def test_a_payment_pays(au, invoice):
    answer = au.put("Payments", payment(invoice, Reference="r" * 255))
    row = answer.row("Payments")
    assert (row["Status"], row["PaymentType"], row["BankAmount"]) == (
        "AUTHORISED",
        "ACCRECPAYMENT",
        110,
    )
    assert row["Reference"] == "r" * 255
    assert row["Account"]["Code"] == "090"
    assert row["Invoice"]["InvoiceID"] == invoice
    assert [(event.category, event.type) for event in answer.events] == [("INVOICE", "UPDATE")]
    read = au.get(f"Invoices/{invoice}").row("Invoices")
    assert (read["Status"], read["AmountDue"], read["AmountPaid"]) == ("PAID", 0, 110)
    assert read["FullyPaidOnDate"] == "/Date(1772409600000+0000)/"
    assert read["Payments"][0]["PaymentID"] == row["PaymentID"]


def test_a_part_leaves_the_rest_due(au, invoice):
    au.put("Payments", payment(invoice, D("0.01")))
    record = au.invoices[invoice]
    assert (record["Status"], record["AmountDue"]) == ("AUTHORISED", D("109.99"))


def test_a_bare_payment_is_taken_too(au, invoice):
    assert au.call("PUT", "Payments", payment(invoice)).status == 200


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        (D("110.01"), "Payment amount exceeds the amount outstanding on this document"),
        (0, "Payment amounts must be positive amounts"),
        (-5, "Payment amounts must be positive amounts"),
    ],
)
def test_amounts_must_fit(au, invoice, amount, message):
    assert au.refusal("Payments", payment(invoice, amount)) == [message]


@pytest.mark.parametrize(
    "account", [{"Code": "200"}, {"Code": "999"}, {}, {"AccountID": ZERO_GUID}]
)
def test_only_bank_accounts_and_those_that_take_payments(au, invoice, account):
    assert au.refusal("Payments", payment(invoice, Account=account))
    assert au.put("Payments", payment(invoice, 1, Account={"Code": "855"})).status == 200


def test_only_approved_documents_are_paid(au):
    draft = au.made("Invoices", au.invoice())["InvoiceID"]
    assert au.refusal("Payments", payment(draft))
    assert au.refusal("Payments", payment(ZERO_GUID)) == [
        "The document with the supplied id was not found for this endpoint."
    ]


def test_lock_dates_hold_for_payments(au, invoice):
    au.set_lock_dates(end_of_year=date(2026, 3, 2))
    assert "end of year lock date" in au.refusal("Payments", payment(invoice))[0]


def test_a_deleted_payment_stays_in_the_list_and_opens_the_invoice(au, invoice):
    guid = au.put("Payments", payment(invoice)).row("Payments")["PaymentID"]
    answer = au.call("POST", f"Payments/{guid}", {"Payments": [{"Status": "DELETED"}]})
    assert answer.row("Payments")["Status"] == "DELETED"
    assert [event.category for event in answer.events] == ["INVOICE"]
    assert au.invoices[invoice]["Status"] == "AUTHORISED"
    assert au.get(f"Invoices/{invoice}").row("Invoices")["Payments"] == []
    assert au.get("Payments").row("Payments")["Status"] == "DELETED"
    again = au.call("POST", f"Payments/{guid}", {"Payments": [{"Status": "DELETED"}]})
    assert again.status == 400


def test_a_payment_cannot_be_changed(au, invoice):
    guid = au.put("Payments", payment(invoice, 10)).row("Payments")["PaymentID"]
    body = {"Payments": [{"Amount": 20}]}
    assert au.call("POST", f"Payments/{guid}", body).status == 400
    assert au.refusal("Payments", payment(invoice, PaymentID=guid), method="POST")
    assert au.payments[guid]["Amount"] == 10


def test_a_reconciled_payment_stays(au, invoice):
    row = au.put("Payments", payment(invoice, IsReconciled=True)).row("Payments")
    answer = au.call("POST", f"Payments/{row['PaymentID']}", {"Payments": [{"Status": "DELETED"}]})
    assert answer.status == 400


def test_a_refund_is_a_payment_of_a_credit_note(au):
    note = au.made("CreditNotes", au.credit(Status="AUTHORISED"))["CreditNoteID"]
    body = {"CreditNote": {"CreditNoteID": note}, "Account": {"Code": "090"}, "Amount": 110}
    answer = au.put("Payments", body)
    assert answer.row("Payments")["PaymentType"] == "ARCREDITPAYMENT"
    assert au.credit_notes[note]["Status"] == "PAID"
    assert [event.category for event in answer.events] == ["CREDITNOTE"]


def test_payments_are_found_by_their_document_and_by_time(au, invoice, clock):
    other = au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"]
    au.put("Payments", payment(invoice, 1))
    clock.advance(5)
    au.put("Payments", payment(other, 2))
    where = f'Invoice.InvoiceID==guid("{invoice}")'
    assert [row["Amount"] for row in au.get("Payments", where=where).rows("Payments")] == [1]
    since = au.get("Payments", since="2026-03-02T12:00:03")
    assert [row["Amount"] for row in since.rows("Payments")] == [2]
