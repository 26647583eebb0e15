"""Documents and payments as Xero lists them: nothing in a row can hide the others."""

import contextlib
import datetime
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import errors, seen

GUID = "BD2270C3-8706-4C11-9CFB-000B551C3F51"
OTHER = "bd2270c3-8706-4c11-9cfb-000b551c3f52"


def body(key, *rows):
    return json.dumps({key: list(rows)}).encode()


def test_an_invoice():
    page = seen.documents("Invoices", body("Invoices", {
        "InvoiceID": GUID, "InvoiceNumber": "INV/1", "Type": "ACCREC", "Status": "AUTHORISED",
        "Contact": {"ContactID": OTHER}, "CurrencyCode": "AUD", "Total": 110.00,
        "AmountDue": 70.5, "AmountPaid": 39.5, "AmountCredited": 0,
        "UpdatedDateUTC": "/Date(1763892000123+0000)/",
    }))
    [document] = page.rows
    assert (document.xero_id, document.number, document.kind) == (GUID.lower(), "INV/1", "ACCREC")
    assert (document.due, document.paid, document.credited) == (
        Decimal("70.5"), Decimal("39.5"), Decimal(0)
    )
    assert document.updated_at == datetime.datetime(2025, 11, 23, 10, 0, 0)  # noqa: DTZ001
    assert (page.size, page.senseless) == (1, 0)


def test_a_credit_note_is_due_by_what_is_left_of_it():
    [note] = seen.documents("CreditNotes", body("CreditNotes", {
        "CreditNoteID": GUID, "RemainingCredit": 5, "Status": "NEWLY INVENTED",
        "CurrencyCode": "XXX",
    })).rows
    assert (note.due, note.paid, note.status, note.currency) == (5, None, "NEWLY INVENTED", "XXX")


def test_a_payment():
    [payment] = seen.payments(body("Payments", {
        "PaymentID": GUID, "Status": "AUTHORISED", "PaymentType": "ACCRECPAYMENT",
        "Invoice": {"InvoiceID": OTHER}, "Date": "/Date(1763856000000+0000)/", "Amount": 12.34,
        "BankAmount": 12.34, "CurrencyRate": 1, "Reference": "thanks", "IsReconciled": True,
        "Account": {"AccountID": OTHER}, "BatchPayment": {"BatchPaymentID": GUID},
    })).rows
    assert (payment.resource, payment.document_id) == ("Invoices", OTHER)
    assert (payment.amount, payment.date) == (Decimal("12.34"), datetime.date(2025, 11, 23))
    assert (payment.batch_id, payment.account_id, payment.is_reconciled) == (GUID, OTHER, True)


@pytest.mark.parametrize("senseless", [{"InvoiceID": "?"}, {}, None, 5, "x", []])
def test_a_senseless_row_hides_no_other(senseless):
    page = seen.documents("Invoices", body("Invoices", senseless, {"InvoiceID": GUID}))
    assert ([row.xero_id for row in page.rows], page.size, page.senseless) == ([GUID.lower()], 2, 1)


def test_nothing_changed():
    assert seen.documents("Invoices", b"") == seen.SeenPage(())


def test_no_list_at_all():
    with pytest.raises(errors.Unreadable):
        seen.payments(b'{"Message": "no"}')


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = st.sampled_from([
    "Type", "Status", "Contact", "CurrencyCode", "Total", "AmountDue", "AmountPaid", "Invoice",
    "Account", "BatchPayment", "Date", "UpdatedDateUTC", "Amount", "InvoiceNumber", "Reference",
])


@given(st.dictionaries(NAMES, JSON))
def test_whatever_a_row_holds_is_read(row):
    rows = {"InvoiceID": GUID, "PaymentID": GUID} | row
    for read in (
        lambda: seen.documents("Invoices", body("Invoices", rows)),
        lambda: seen.payments(body("Payments", rows)),
    ):
        with contextlib.suppress(errors.Unreadable):  # numbers that no JSON of Xero's holds
            assert read().size == 1


def test_a_refund_pays_the_credit_note_that_it_names_as_an_invoice():
    [refund] = seen.payments(body("Payments", {
        "PaymentID": GUID, "Invoice": {"Type": "ACCRECCREDIT", "InvoiceID": GUID},
    })).rows
    assert (refund.resource, refund.document_id) == ("CreditNotes", GUID.lower())
