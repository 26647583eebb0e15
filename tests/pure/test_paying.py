"""What becomes of a payment in Xero: nothing forced, nothing twice, nothing undone half."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import envelope, paying
from xero.paying import Booked, Ground, Money, Paid, decide, money_of

D = Decimal
DAY = datetime.date(2026, 11, 2)
PAID = Paid(D("40.00"), DAY)
OPEN = Ground(posted=True, open=D("100.00"))

amounts = st.decimals("0.01", "1000", places=2)
days = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
paids = st.builds(Paid, amounts, days, st.booleans())
grounds = st.builds(
    Ground, st.booleans(), st.decimals("0", "1000", places=2), st.booleans(), st.booleans(),
    st.booleans(), st.none() | days,
)
bookeds = st.none() | st.builds(Booked, amounts, days, st.booleans(), st.booleans())


# === THE DECISION, BY EXAMPLE === #

@pytest.mark.parametrize(
    ("ground", "kind", "reason"),
    [
        (OPEN, "book", None),
        (replace(OPEN, open=D("40.00")), "book", None),
        (replace(OPEN, open=D("39.99")), "tell", "exceeds"),
        (replace(OPEN, open=D(0)), "tell", "paid"),
        (replace(OPEN, posted=False), "tell", "not_posted"),
        (replace(OPEN, mapped=False), "wait", "unmapped"),
        (replace(OPEN, mapped=False, locked=True), "wait", "unmapped"),
        (replace(OPEN, currency=False), "tell", "currency"),
        (replace(OPEN, locked=True), "tell", "locked"),
        (replace(OPEN, since=DAY), "book", None),
        (replace(OPEN, since=DAY + datetime.timedelta(1)), "leave", None),
    ],
)
def test_a_new_payment(ground, kind, reason):
    assert decide(PAID, None, ground) == paying.Move(kind, reason)


@pytest.mark.parametrize(
    ("booked", "kind", "reason"),
    [
        (None, "drop", None),
        (Booked(D("40.00"), DAY), "undo", None),
        (Booked(D("40.00"), DAY, matched=True), "tell", "matched"),
        (Booked(D("40.00"), DAY, locked=True), "tell", "closed"),
    ],
)
def test_a_payment_that_was_deleted(booked, kind, reason):
    assert decide(replace(PAID, removed=True), booked, OPEN) == paying.Move(kind, reason)


def test_an_allocation_that_grew_is_booked_again_where_the_rest_is_open():
    booked = Booked(D("30.00"), DAY)
    assert decide(PAID, booked, replace(OPEN, open=D("10.00"))).kind == "rebook"
    assert decide(PAID, booked, replace(OPEN, open=D("9.99"))).reason == "exceeds"


# === THE DECISION, FOR ALL === #

@given(paids, bookeds, grounds)
def test_nothing_is_forced(paid, booked, ground):
    move = decide(paid, booked, ground)
    if move.kind in ("book", "rebook"):
        freed = booked.amount if booked else 0
        assert ground.posted and ground.mapped and ground.currency and not ground.locked
        assert paid.amount <= ground.open + freed and not paid.removed
    if move.kind in ("undo", "rebook"):
        assert booked and not booked.matched and not booked.locked
    if move.kind in ("tell", "wait"):
        assert move.reason
    if booked is None:
        assert move.kind not in ("undo", "rebook", "nothing")


@given(paids, bookeds, grounds)
def test_deciding_again_changes_nothing(paid, booked, ground):
    """Whatever repeats: what was done once is not done again."""
    move = decide(paid, booked, ground)
    if move.kind in ("book", "rebook"):
        after = replace(ground, open=ground.open + (booked.amount if booked else 0) - paid.amount)
        assert decide(paid, Booked(paid.amount, paid.date), after).kind == "nothing"
    elif move.kind == "undo":
        assert decide(paid, None, ground).kind == "drop"
    else:
        assert decide(paid, booked, ground) == move


# === MONEY === #

@pytest.mark.parametrize(
    ("document", "bank", "bank_amount", "rate", "expected"),
    [
        ("AUD", "AUD", "100", "1", Money("AUD", D(100), D(100))),
        ("EUR", "AUD", "160", "0.625", Money("EUR", D(100), D(160))),
        ("EUR", "EUR", "100", "0.625", Money("EUR", D(100), D(160))),
        ("EUR", "EUR", "100", None, Money("EUR", D(100), None)),
        ("AUD", "EUR", "62.50", "0.625", Money("EUR", D("62.50"), D(100))),
        ("EUR", "USD", "110", "0.6", None),
    ],
)
def test_money(document, bank, bank_amount, rate, expected):
    given_rate = rate and D(rate)
    assert money_of(
        D(100), D(bank_amount), given_rate, document=document, bank=bank, own="AUD"
    ) == expected


@given(amounts, amounts, st.decimals("0.01", "100", places=6), *(st.sampled_from("ABC"),) * 2)
def test_money_never_guesses(amount, bank_amount, rate, document, bank):
    money = money_of(amount, bank_amount, rate, document=document, bank=bank, own="A")
    if money is None:
        assert "A" not in (document, bank) and document != bank
        return
    # The document's side is always told exactly: in its currency, or in the company's.
    assert (money.amount if money.currency == document else money.balance) == amount


@pytest.mark.parametrize("amount", [D(0), D(-5)])
def test_nothing_or_less_is_never_booked(amount):
    for booked in (None, Booked(D(40), DAY)):
        assert decide(replace(PAID, amount=amount), booked, OPEN) == paying.Move("tell", "nothing")


# === WHAT AN INVOICE LISTS === #

def element(**lists):
    return {"CreditNotes": [], "Overpayments": [], "Prepayments": [], **lists}


def test_allocations_of_one_source_are_one_sum_of_the_latest_day():
    rows = [
        {"OverpaymentID": "AB", "AppliedAmount": D(10), "Date": 3, "Total": D(90)},
        {"OverpaymentID": "ab", "AppliedAmount": D(5), "Date": 7, "Total": D(90)},
    ]
    (credit,) = paying.credits_of(element(Overpayments=rows), lambda value: value)
    assert credit == paying.Credit("overpayment", "ab", D(15), 7, D(90))


def test_a_day_that_cannot_be_read_is_no_day():
    row = {"CreditNoteID": "ab", "AppliedAmount": D(1), "Date": "yesterday", "Total": "x"}
    (credit,) = paying.credits_of(element(CreditNotes=[row]), envelope.date)
    assert (credit.date, credit.total) == (None, None)


def test_what_is_not_listed_is_not_taken_for_nothing():
    assert paying.credits_of({"CreditNotes": []}, lambda value: value) is None
    assert paying.credits_of(element(CreditNotes=None), lambda value: value) is None
    assert paying.payment_ids_of({}) is None
    assert paying.payment_ids_of({"Payments": None}) is None
    assert paying.payment_ids_of({"Payments": [None]}) is None
    assert paying.payment_ids_of({"Payments": [{"PaymentID": "AB"}]}) == {"ab"}


@pytest.mark.parametrize("row", [{}, {"CreditNoteID": "ab"}, {"CreditNoteID": "ab",
                                 "AppliedAmount": D(0)}, {"AppliedAmount": D(1)},
                                 {"CreditNoteID": "ab", "AppliedAmount": "9"},
                                 {"CreditNoteID": ["ab"], "AppliedAmount": D(1)},
                                 {"CreditNoteID": "ab", "AppliedAmount": D(-1)}, "ab", None])
def test_rows_that_say_nothing_are_passed_over(row):
    assert paying.credits_of(element(CreditNotes=[row]), lambda value: value) == []
