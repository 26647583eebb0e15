"""Exact bytes out, exact values in."""

import datetime
import hashlib
import json
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from xero_python.accounting import models

from xero import codec, errors

UTC = datetime.timezone.utc

# === READING === #


# Faults: 27
def test_numbers_are_exact():
    read = codec.loads(b'{"Total": 0.1, "Rate": 0.615310, "Count": 3, "Big": 1e3}')
    assert read == {"Total": Decimal("0.1"), "Rate": Decimal("0.615310"), "Count": 3, "Big": 1000}
    assert str(read["Rate"]) == "0.615310"


@given(st.decimals(-(10**12), 10**12, places=4))
def test_decimals_come_back_as_they_went(value):
    assert codec.loads(codec.encode("Rows", [{"Value": value}])) == {"Rows": [{"Value": value}]}
    assert f'"Value":{value:f}'.encode() in codec.encode("Rows", [{"Value": value}])


HOSTILE = {
    "not a number": b'{"Total": NaN}',
    "infinity": b'{"Total": -Infinity}',
    "a key twice": b'{"Total": 1, "Total": 2}',
    "a key twice, deep": b'{"Rows": [{"ID": 1, "ID": 1}]}',
    "a huge whole number": b'{"Total": ' + b"9" * 5000 + b"}",
    "a long fraction": b'{"Total": 0.' + b"1" * 5000 + b"}",
    "an exponent beyond Decimal": b'{"Total": 1e99999999999999999999}',
    "an exponent that would fill the memory": b'{"Total": 1E+9999999}',
    "a tiny exponent": b'{"Total": 1e-9999999}',
    "too deep": b"[" * 100_000 + b"]" * 100_000,
    "cut": b'{"Total": 1',
    "two values": b"{}{}",
    "a page": b"<html><body>502 Bad Gateway</body></html>",
    "nothing": b"",
    "another encoding": '{"Name": "é"}'.encode("latin-1"),
    "UTF-16": '{"Name": "e"}'.encode("utf-16"),
}


@pytest.mark.parametrize("name", HOSTILE)
# Faults: 27
def test_hostile_json_is_unreadable(name):
    with pytest.raises(errors.Unreadable):
        codec.loads(HOSTILE[name])


@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf{}")
# Faults: 27
def test_any_bytes_are_read_or_unreadable(body):
    try:
        codec.loads(body)
    except errors.Unreadable as error:
        assert error.code


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("/Date(1518685950940+0000)/", datetime.datetime(2018, 2, 15, 9, 12, 30, 940000, UTC)),
        ("/Date(1518685950940)/", datetime.datetime(2018, 2, 15, 9, 12, 30, 940000, UTC)),
        ("/Date(1518685950940+1300)/", datetime.datetime(2018, 2, 15, 9, 12, 30, 940000, UTC)),
        ("/Date(-86400000+0000)/", datetime.datetime(1969, 12, 31, tzinfo=UTC)),
        ("2026-09-14T00:00:00", datetime.datetime(2026, 9, 14, tzinfo=UTC)),
        ("2026-09-14T10:30:00Z", datetime.datetime(2026, 9, 14, 10, 30, tzinfo=UTC)),
        ("2026-09-14T10:30:00+12:00", datetime.datetime(2026, 9, 13, 22, 30, tzinfo=UTC)),
        ("2026-09-14T10:30:00.5", datetime.datetime(2026, 9, 14, 10, 30, 0, 500000, UTC)),
        ("2026-09-14T10:30:00.123Z", datetime.datetime(2026, 9, 14, 10, 30, 0, 123000, UTC)),
        ("2026-09-14T10:30:00.1234567Z", datetime.datetime(2026, 9, 14, 10, 30, 0, 123456, UTC)),
        ("2026-09-14", datetime.datetime(2026, 9, 14, tzinfo=UTC)),
        ("/Date(0+0000)/", None),
        ("", None),
        (None, None),
    ],
)
# Faults: 27
def test_dialects_of_dates(text, wanted):
    assert codec.xero_datetime(text) == wanted


@pytest.mark.parametrize(
    "value",
    [
        "/Date(999999999999999)/",
        "/Date()/",
        "0001-01-01T00:00:00+14:00",
        "2026-13-01",
        "2026-02-30T00:00:00",
        "yesterday",
        5,
        True,
        ["2026-09-14"],
    ],
)
def test_impossible_dates_are_unreadable(value):
    with pytest.raises(errors.Unreadable):
        codec.xero_datetime(value)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_unreadable(text):
    try:
        moment = codec.xero_datetime(text)
    except errors.Unreadable:
        return
    assert moment is None or moment.tzinfo is UTC


# === WRITING === #


def test_only_what_was_set_is_written():
    model = models.Invoice(
        type="ACCREC",
        contact=models.Contact(contact_id="guid"),
        date=datetime.date(2026, 11, 1),
        line_amount_types=models.LineAmountTypes.EXCLUSIVE,
        currency_code=models.CurrencyCode.AUD,
        line_items=[models.LineItem(description="é\n\"x\"", unit_amount=Decimal("10.10"))],
    )
    assert codec.encode("Invoices", [model]).decode() == (
        '{"Invoices":[{"Type":"ACCREC","Contact":{"ContactID":"guid"},"LineItems":'
        '[{"Description":"é\\n\\"x\\"","UnitAmount":10.10}],"Date":"2026-11-01",'
        '"LineAmountTypes":"Exclusive","CurrencyCode":"AUD"}]}'
    )


def test_zero_and_false_are_written():
    body = codec.encode("Rows", [{"TaxAmount": Decimal("0.00"), "IsSold": False, "Count": 0}])
    assert body == b'{"Rows":[{"TaxAmount":0.00,"IsSold":false,"Count":0}]}'


def test_decimals_have_no_exponent():
    body = codec.encode("Rows", [{"A": Decimal("1E+5"), "B": Decimal("1E-4")}])
    assert body == b'{"Rows":[{"A":100000,"B":0.0001}]}'


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), 0.1, object(), "\ud800"])
def test_what_is_not_exact_is_not_sent(value):
    with pytest.raises(errors.NotUsable):
        codec.encode("Rows", [{"Value": value}])


whole_texts = st.text(st.characters(codec="utf-8"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | whole_texts,
    lambda inner: st.lists(inner) | st.dictionaries(whole_texts, inner),
    max_leaves=20,
)


@given(values)
def test_encoded_is_strict_json_and_stable(value):
    body = codec.encode("Rows", [{"Value": value}])
    assert json.loads(body) == {"Rows": [{"Value": value}]}
    assert body == codec.encode("Rows", [{"Value": value}])


# === TEXT === #


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("  Desk  ", "Desk"),
        ("a\x00b\x1fc\x7fd\x85", "abcd"),
        ("one\r\ntwo\rthree\nfour\tfive", "one\ntwo\nthree\nfour\tfive"),
        ("safe\u202egnp.exe\u2066\u200f\ufeff", "safegnp.exe"),
        ("broken \ud83d half", "broken  half"),
        ("👩‍👩‍👧 می‌خواهم", "👩‍👩‍👧 می‌خواهم"),
        ("Müller & Søn 日本", "Müller & Søn 日本"),
        (" \n\x00 ", None),
        ("", None),
        (None, None),
    ],
)
def test_clean_text(text, wanted):
    assert codec.clean_text(text, 100) == wanted


# Faults: 28
def test_a_long_text_is_cut_and_says_so():
    assert codec.clean_text("x" * 10, 10) == "x" * 10
    assert codec.clean_text("x" * 11, 10) == "x" * 9 + "…"
    assert codec.clean_text("one two three", 9) == "one two…"


# Faults: 29
def test_a_cut_counts_as_xero_counts():
    # Xero's strings are UTF-16: a character beyond the basic plane takes two places.
    assert codec.clean_text("😀" * 5, 10) == "😀" * 5
    assert codec.clean_text("😀" * 6, 10) == "😀" * 4 + "…"


@given(st.text(), st.integers(2, 50))
# Faults: 29
def test_any_text_becomes_sendable(text, limit):
    clean = codec.clean_text(text, limit)
    if clean is None:
        return
    assert clean == clean.strip() != ""
    assert len(clean.encode("utf-16-le")) <= 2 * limit
    assert {unicodedata.category(char) for char in clean} & {"Cc", "Cs"} <= {"Cc"}
    assert {char for char in clean if unicodedata.category(char) == "Cc"} <= set("\n\t")
    assert codec.clean_text(clean, limit) == clean


# === FILTERS === #


@pytest.mark.parametrize("text", ["INV/2026/0001", "INV-1 ü", "a8f3c2d1-42", "(1) & 2"])
def test_filter_value_takes_numbers(text):
    assert codec.filter_value(text) == text


@pytest.mark.parametrize(
    "text",
    [
        'x" OR Name!="',
        "x\\",
        "O'Hara",
        "INV-1,INV-2",
        "x\n",
        "x\x00",
        "x\u202e",
        "",
        None,
    ],
)
def test_filter_value_refuses_what_could_find_another_document(text):
    with pytest.raises(errors.NotUsable):
        codec.filter_value(text)


@given(st.text(min_size=1))
def test_no_filter_value_can_leave_its_quotes(text):
    try:
        value = codec.filter_value(text)
    except errors.NotUsable:
        return
    assert value == text
    assert not set(value) & set("\"'\\,\r\n\t\0")


# === IDENTITY === #


def test_fingerprint():
    assert codec.fingerprint(b"bytes") == hashlib.sha256(b"bytes").hexdigest()


def test_key_is_identity_in_order():
    key = codec.idempotency_key("db", "tenant", "create", [(1, 1), (2, 1)])
    assert len(key) == 64
    assert key == codec.idempotency_key("db", "tenant", "create", ((1, 1), (2, 1)))
    others = [
        codec.idempotency_key("db2", "tenant", "create", [(1, 1), (2, 1)]),
        codec.idempotency_key("db", "tenant2", "create", [(1, 1), (2, 1)]),
        codec.idempotency_key("db", "tenant", "update", [(1, 1), (2, 1)]),
        codec.idempotency_key("db", "tenant", "create", [(2, 1), (1, 1)]),
        codec.idempotency_key("db", "tenant", "create", [(1, 1), (2, 2)]),
        codec.idempotency_key("db", "tenant", "create", [(1, 1)]),
        codec.idempotency_key("db", "tenant", "create", [(11, 2), (1, 1)]),
    ]
    assert len({key, *others}) == len(others) + 1


names = st.text(max_size=10)
pairs = st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 99)), max_size=5)


@given(st.tuples(names, names, names, pairs), st.tuples(names, names, names, pairs))
def test_keys_are_equal_only_for_the_same_request(one, other):
    assert (codec.idempotency_key(*one) == codec.idempotency_key(*other)) == (one == other)
