"""Payments of Odoo in Xero: what is sent, deleted or told, and whose a payment there is."""

import datetime
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import envelope, sent_payments
from xero.sent_payments import Entry, Ground, Listed, Mark, Move, Pay, Worth

DAY = datetime.date(2026, 11, 5)
PAY = Pay(Decimal("40"), DAY)
GROUND = Ground(approved=True, due=Decimal("100"))
MARK = Mark("0123456789ab", 2)
GUID = "8f3c1b52-0b1e-4c73-9d0d-1a2b3c4d5e6f"

pays = st.builds(
    Pay,
    st.decimals("0.01", "500", places=2),
    st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)),
)
grounds = st.builds(
    Ground,
    approved=st.booleans(),
    due=st.decimals("0", "500", places=2),
    strange=st.decimals("0", "5", places=2),
    mapped=st.sampled_from(["none", "one", "several"]),
    bookable=st.booleans(),
    reconciled=st.booleans(),
)


# === THE DECISION === #

@pytest.mark.parametrize(("wanted", "standing", "changed", "move"), [
    (PAY, None, {}, Move("send")),
    (PAY, PAY, {}, Move("nothing")),
    (None, PAY, {}, Move("remove")),
    (Pay(Decimal("30"), DAY), PAY, {}, Move("remove")),
    (Pay(Decimal("40"), datetime.date(2026, 11, 6)), PAY, {}, Move("remove")),
    (None, PAY, {"reconciled": True}, Move("tell", "reconciled")),
    (None, None, {}, Move("drop")),
    (PAY, None, {"approved": False}, Move("drop")),
    (PAY, None, {"mapped": "none"}, Move("wait", "unmapped")),
    (PAY, None, {"mapped": "several"}, Move("tell", "several")),
    (PAY, None, {"bookable": False}, Move("tell", "currency")),
    (PAY, None, {"strange": Decimal("0.01")}, Move("tell", "strange")),
    (PAY, None, {"composed": True}, Move("tell", "composed")),
    (Pay(PAY.amount, DAY, Worth(bank_amount=Decimal("50"))), PAY, {}, Move("remove")),
    (Pay(PAY.amount, DAY, journal=7), PAY, {}, Move("remove")),
    (PAY, None, {"due": Decimal("39.99")}, Move("tell", "exceeds")),
    (PAY, None, {"due": Decimal("40")}, Move("send")),
    (Pay(Decimal("1.005"), DAY), None, {}, Move("tell", "decimals")),
])
def test_decision(wanted, standing, changed, move):
    values = {
        name: changed.get(name, getattr(GROUND, name))
        for name in ("approved", "due", "strange", "mapped", "bookable", "composed", "reconciled")
    }
    assert sent_payments.decide(wanted, standing, Ground(**values)) == move


@given(st.none() | pays, st.none() | pays, grounds)
def test_nothing_is_sent_beside_what_stands_and_never_more_than_is_due(wanted, standing, ground):
    move = sent_payments.decide(wanted, standing, ground)
    if move.kind == "send":
        assert standing is None
        assert ground.approved
        assert wanted.amount <= ground.due
        assert not ground.strange
    if move.kind == "remove":
        assert standing is not None and wanted != standing and not ground.reconciled
    assert (move.reason is not None) == (move.kind in ("tell", "wait"))


@given(pays, grounds)
def test_a_payment_that_stands_as_odoo_has_it_is_left(pay, ground):
    assert sent_payments.decide(pay, pay, ground) == Move("nothing")


# === THE MARK === #

@given(st.text(max_size=400), st.from_regex(r"[0-9a-f]{12}", fullmatch=True), st.integers(1, 9999))
def test_a_mark_is_found_again_in_whatever_reference(words, identity, attempt):
    mark = Mark(identity, attempt)
    text = sent_payments.reference(words, mark)
    assert sent_payments.mark_of(text) == mark
    assert len(text.encode("utf-16-le")) // 2 <= 255


@pytest.mark.parametrize(
    "text", [None, "", "Odoo", "(Odoo 0123)", "(Odoo 0123456789AB.1)", "Ref 7"]
)
def test_the_payments_of_people_have_no_mark(text):
    assert sent_payments.mark_of(text) is None


def test_the_last_mark_counts():
    text = sent_payments.reference("Copy of (Odoo aaaaaaaaaaaa.1)", MARK)
    assert sent_payments.mark_of(text) == MARK


# === MONEY === #

def entry(currency, amount, balance, moved=None):
    return Entry(currency, Decimal(amount), Decimal(balance), Decimal(moved or amount))


@pytest.mark.parametrize(("booked", "document", "bank", "worth"), [
    (entry("USD", "40", "40"), "USD", "USD", Worth()),
    (entry("EUR", "40", "50"), "EUR", "EUR", Worth(rate=Decimal("0.8"))),
    # A payment in the document's currency from an account in our own.
    (entry("EUR", "80", "100"), "EUR", "USD", Worth(bank_amount=Decimal("50.00"))),
    # A payment in our own currency of a document in another.
    (entry("USD", "50", "50"), "EUR", "USD", Worth(bank_amount=Decimal("50.00"))),
    # A payment from an account in another currency of a document in our own.
    (entry("EUR", "32", "40"), "USD", "EUR", Worth(bank_amount=Decimal("32.00"))),
    (entry("GBP", "32", "40"), "EUR", "GBP", None),
    (entry("GBP", "32", "40"), "EUR", "USD", None),
    (entry("USD", "40", "40"), "EUR", "EUR", None),
    (entry("EUR", "40", "0"), "EUR", "EUR", None),
])
def test_what_xero_is_told_of_money(booked, document, bank, worth):
    told = sent_payments.worth_of(
        Decimal("40"), booked, document=document, bank=bank, own="USD"
    )
    assert told == worth


# === THE CALL === #

def test_the_bytes_of_a_payment():
    text = sent_payments.reference("PBNK1/2026/00001", MARK)
    body = sent_payments.element(
        Pay(PAY.amount, DAY, Worth(rate=Decimal("0.800000"))), resource="CreditNotes",
        document_id=GUID, account_id=GUID[::-1], text=text,
    )
    assert json.loads(body) == {
        "CreditNote": {"CreditNoteID": GUID}, "Account": {"AccountID": GUID[::-1]},
        "Date": "2026-11-05", "Amount": 40, "CurrencyRate": 0.8,
        "Reference": "PBNK1/2026/00001 (Odoo 0123456789ab.2)",
    }
    invoice = json.loads(sent_payments.element(
        PAY, resource="Invoices", document_id=GUID, account_id=GUID, text=text
    ))
    assert invoice["Invoice"] == {"InvoiceID": GUID}
    assert invoice.keys().isdisjoint({"CreditNote", "BankAmount", "CurrencyRate"})


def test_the_bytes_of_a_deletion():
    assert json.loads(sent_payments.removal(GUID)) == {"PaymentID": GUID, "Status": "DELETED"}


# === LOOKING IT UP === #

def row(mark=None, amount="40", date=DAY, has_reference=True):
    return Listed(GUID, mark, Decimal(amount), date, has_reference)


@pytest.mark.parametrize(("rows", "verdict"), [
    ([], "again"),
    (None, "unsure"),
    ([row(MARK)], "adopt"),
    ([row(), row(MARK)], "adopt"),
    ([row(Mark(MARK.identity, 1))], "adopt"),
    ([row(Mark(MARK.identity, 1)), row(MARK)], "twice"),
    ([row(Mark("ba9876543210", 2))], "again"),
    ([row()], "again"),
    ([row(has_reference=False)], "unsure"),
    ([row(has_reference=False, amount="41")], "again"),
    ([row(has_reference=False, date=datetime.date(2026, 11, 6))], "again"),
])
def test_what_became_of_a_payment_whose_answer_was_lost(rows, verdict):
    found, match = sent_payments.judge(MARK.identity, PAY, rows)
    assert found == verdict
    assert (match is not None) == (verdict in ("adopt", "twice"))
    assert match is None or match.mark.identity == MARK.identity


def test_payments_that_odoo_does_not_know():
    ours, late, known, other = (
        Listed(f"{number}{GUID[1:]}", mark, Decimal(number), DAY, True)
        for number, mark in ((1, MARK), (2, Mark(MARK.identity, 1)), (3, None), (4, None))
    )
    rows = [ours, late, known, other]
    assert sent_payments.strangers(rows, {known.payment_id}, {MARK.identity}) == 4
    assert sent_payments.strangers(rows, set(), set()) == 10
    assert sent_payments.strangers([], set(), set()) == 0


def test_what_a_document_lists():
    element = {"Payments": [
        {"PaymentID": GUID.upper(), "Date": "/Date(1793836800000+0000)/",
         "Amount": Decimal("40.00"), "Reference": "PBNK (Odoo 0123456789ab.2)"},
        {"PaymentID": GUID, "Date": "/Date(1793836800000+0000)/", "Amount": 40},
    ]}
    ours, other = sent_payments.listed(element, envelope.date)
    assert ours == Listed(GUID, MARK, Decimal("40"), DAY, True)
    assert other == Listed(GUID, None, Decimal("40"), DAY, False)


@pytest.mark.parametrize("payments", [None, {}, "x", [None], [{}], [{"PaymentID": "x"}]])
def test_a_list_that_makes_no_sense_tells_nothing(payments):
    assert sent_payments.listed({"Payments": payments}, envelope.date) is None
