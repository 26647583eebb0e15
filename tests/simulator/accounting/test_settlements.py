"""Batches, fees, over- and prepayments, allocations of all three: what a person does with money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xero_simulator.accounting.answers import Refused

D = Decimal


@pytest.fixture
def invoice(au):
    """An approved sales invoice of 110.00."""
    return au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"]


@pytest.fixture
def other(au):
    """Another one."""
    return au.made("Invoices", au.invoice(Status="AUTHORISED"))["InvoiceID"]


def seen(au, guid: str) -> dict:
    return au.get(f"Invoices/{guid}").row("Invoices")


# === BATCHES === #


def test_a_batch_pays_several_invoices(au, invoice, other):
    batch = au.organisation.pay_batch({invoice: "110.00", other: "10.00"})
    rows = au.get("Payments").rows("Payments")
    assert {row["BatchPaymentID"] for row in rows} == {batch["BatchPaymentID"]}
    assert rows[0]["BatchPayment"]["Type"] == "RECBATCH"
    assert (seen(au, invoice)["Status"], seen(au, other)["AmountDue"]) == ("PAID", 100)
    listed = au.get("BatchPayments").row("BatchPayments")
    assert listed["TotalAmount"] == 120
    assert {one["Invoice"]["InvoiceID"] for one in listed["Payments"]} == {invoice, other}
    one = au.get(f"BatchPayments/{batch['BatchPaymentID']}").row("BatchPayments")
    assert one["Status"] == "AUTHORISED"


def test_a_batch_goes_as_a_whole(au, invoice, other):
    batch = au.organisation.pay_batch({invoice: "110.00", other: "10.00"})
    payment = next(iter(au.payments))
    with pytest.raises(Refused):
        au.organisation.unpay(payment)
    au.organisation.unpay_batch(batch["BatchPaymentID"])
    assert {row["Status"] for row in au.get("Payments").rows("Payments")} == {"DELETED"}
    assert seen(au, invoice)["AmountDue"] == 110
    with pytest.raises(Refused):
        au.organisation.unpay_batch(batch["BatchPaymentID"])


def test_a_batch_is_all_or_nothing(au, invoice, other):
    with pytest.raises(Refused):
        au.organisation.pay_batch({invoice: "110.00", other: "999.00"})
    assert not au.payments
    assert seen(au, invoice)["AmountDue"] == 110


def test_a_batch_has_one_side(au, invoice):
    bill = au.made("Invoices", au.invoice(Type="ACCPAY", Status="AUTHORISED"))["InvoiceID"]
    with pytest.raises(Refused):
        au.organisation.pay_batch({invoice: "1.00", bill: "1.00"})


# === FEES AND CURRENCIES === #


def test_a_fee_is_a_payment_from_another_account(au, invoice):
    au.organisation.pay_with_fee(invoice, "107.00", "3.00", "855")
    rows = au.get("Payments").rows("Payments")
    assert sorted((row["Account"]["Code"], row["Amount"]) for row in rows) == [
        ("090", 107), ("855", 3)]  # fmt: skip
    assert seen(au, invoice)["Status"] == "PAID"


def test_a_foreign_invoice_is_paid_in_the_banks_currency(au):
    guid = au.made(
        "Invoices", au.invoice(Status="AUTHORISED", CurrencyCode="USD", CurrencyRate=D("0.5"))
    )["InvoiceID"]
    row = au.organisation.pay(guid, "10.00", CurrencyRate=D("0.8"))
    assert (row["Amount"], row["BankAmount"]) == (10, D("12.50"))


def test_a_bank_amount_of_the_same_currency_is_the_amount(au, invoice):
    with pytest.raises(Refused):
        au.organisation.pay(invoice, "10.00", BankAmount=D("9.50"))


# === REFUNDS AND CREDIT === #


def test_a_refund_names_its_note_as_an_invoice_of_its_type(au):
    note = au.made("CreditNotes", au.credit(Status="AUTHORISED"))["CreditNoteID"]
    au.organisation.pay(note, "110.00")
    row = au.get("Payments").row("Payments")
    assert (row["PaymentType"], row["Invoice"]["Type"]) == ("ARCREDITPAYMENT", "ACCRECCREDIT")
    assert row["Invoice"]["InvoiceID"] == note
    assert "CreditNote" not in row


def test_what_is_overpaid_waits_on_account(au, invoice, other):
    over = au.organisation.overpay(invoice, "150.00")
    assert seen(au, invoice)["Status"] == "PAID"
    row = au.get("Overpayments").row("Overpayments")
    assert (row["OverpaymentID"], row["RemainingCredit"]) == (over["CreditID"], 40)
    assert row["Type"] == "RECEIVE-OVERPAYMENT"
    assert not au.get("Prepayments").rows("Prepayments")
    made = au.organisation.allocate(over["CreditID"], other, "40.00")
    shown = seen(au, other)
    assert (shown["AmountDue"], shown["AmountCredited"], shown["AmountPaid"]) == (70, 40, 0)
    (applied,) = shown["Overpayments"]
    assert (applied["OverpaymentID"], applied["AppliedAmount"]) == (over["CreditID"], 40)
    assert shown["CreditNotes"] == shown["Prepayments"] == shown["Payments"] == []
    one = au.get(f"Overpayments/{over['CreditID']}").row("Overpayments")
    assert (one["Status"], one["RemainingCredit"]) == ("PAID", 0)
    au.organisation.deallocate(made["AllocationID"])
    assert seen(au, other)["Overpayments"] == []
    assert au.get(f"Overpayments/{over['CreditID']}").row("Overpayments")["Status"] == "AUTHORISED"


def test_a_prepayment_of_a_supplier_goes_to_bills_alone(au, invoice):
    bill = au.made("Invoices", au.invoice(Type="ACCPAY", Status="AUTHORISED"))["InvoiceID"]
    contact = au.invoices[bill]["ContactID"]
    credit = au.organisation.prepay(contact, "60.00", sales=False)["CreditID"]
    with pytest.raises(Refused):
        au.organisation.allocate(credit, invoice, "10.00")
    with pytest.raises(Refused):
        au.organisation.allocate(credit, bill, "60.01")
    au.organisation.allocate(credit, bill, "60.00")
    (applied,) = seen(au, bill)["Prepayments"]
    assert (applied["PrepaymentID"], applied["AppliedAmount"]) == (credit, 60)
    assert au.get(f"Prepayments/{credit}").row("Prepayments")["Type"] == "SPEND-PREPAYMENT"
    assert au.get(f"Overpayments/{credit}").status == 404


def test_credit_on_account_is_read_by_page_and_time(au, clock):
    contact = au.contact_id
    au.organisation.prepay(contact, "1.00")
    clock.advance(5)
    au.organisation.prepay(contact, "2.00")
    page = au.get("Prepayments", page=1, pageSize=1)
    assert page.row("Prepayments")["Total"] == 1
    assert page.document["pagination"]["itemCount"] == 2
    since = au.get("Prepayments", since="2026-03-02T12:00:03")
    assert since.row("Prepayments")["Total"] == 2
