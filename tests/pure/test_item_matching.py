"""Matching products with items: by code, by name, by likeness, and never by chance."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero.item_matching import Thing, propose


def products(*rows):
    return [Thing(number, code, name) for number, (code, name) in enumerate(rows, start=1)]


def items(*rows):
    return [Thing(number, code, name) for number, (code, name) in enumerate(rows, start=101)]


def pairs(ours, theirs):
    return {(pair.product, pair.item): pair.reason for pair in propose(ours, theirs)}


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        (("BOOK", "A book"), ("BOOK", "Something else"), "code"),
        ((" BOOK ", "A book"), ("BOOK", "Something else"), "code"),
        (("book", "A book"), ("BOOK", "Something else"), "code_case"),
        (("STRASSE", "A"), ("straße", "B"), "code_case"),
        ((None, "Fish out of water"), ("BOOK", "Fish out of Water!"), "name"),
        (("B-1", "Fish out of water"), ("BOOK", "fish  out of water"), "name"),
        (("T-1", "Half-day training Microsoft Office"),
         ("Train-MS", "Half day training - Microsoft Office"), "name"),
        (("T-1", "Office chair, black"), ("X", "Black office chairs"), "likeness"),
        (("T-1", "Office chair"), ("X", "Desk"), None),
        ((None, ""), ("X", ""), None),
        ((None, "\u202e"), ("X", "!!!"), None),
    ],
)
def test_reasons(ours, theirs, reason):
    found = pairs(products(ours), items(theirs))
    assert found == ({(1, 101): reason} if reason else {})


def test_a_code_goes_before_a_name():
    found = pairs(
        products(("A", "Lamp"), ("B", "Desk")), items(("B", "Lamp"), ("A", "Desk")),
    )
    assert found == {(1, 102): "code", (2, 101): "code"}


def test_the_exact_one_of_two_that_differ_in_case_only_is_meant():
    assert pairs(products(("book", "x"), ("BOOK", "y")), items(("BOOK", "z"))) == {
        (2, 101): "code"
    }


@pytest.mark.parametrize("row", [("TWIN", "Some name"), (None, "Some name")])
def test_of_two_products_that_could_be_it_none_is_certain(row):
    found = propose(products(row, row), items(("TWIN", "Another thing")))
    assert not found
    found = propose(products(row, row), items(("X", "Some name")))
    assert {pair.reason for pair in found} <= {"likeness"}
    assert not any(pair.is_certain for pair in found)


def test_only_equal_codes_are_certain():
    found = propose(
        products(("A", "x"), ("b", "y"), (None, "Blue lamp"), (None, "Red chair small")),
        items(("A", "1"), ("B", "2"), ("C", "Blue lamp"), ("D", "Red chair smal")),
    )
    assert [pair.is_certain for pair in found] == [True, False, False, False]
    assert [pair.score for pair in found] == sorted((pair.score for pair in found), reverse=True)


THINGS = st.lists(
    st.tuples(st.none() | st.text("aAbB ", max_size=2), st.text("abc ÿ!", max_size=6)), max_size=8
)


@given(THINGS, THINGS)
def test_each_is_proposed_once(ours, theirs):
    found = propose(products(*ours), items(*theirs))
    assert len({pair.product for pair in found}) == len(found)
    assert len({pair.item for pair in found}) == len(found)
    assert all(0 < pair.score <= 100 for pair in found)


@given(THINGS, THINGS)
def test_the_order_does_not_matter(ours, theirs):
    ours, theirs = products(*ours), items(*theirs)
    assert set(propose(ours, theirs)) == set(propose(ours[::-1], theirs[::-1]))


def test_ten_thousand_of_either_side_take_seconds():
    colours = ("black", "white", "red", "green", "blue")
    rows = [(f"P{n}", f"Chair {n // 100} model{n} {colours[n % 5]}") for n in range(10_000)]
    others = [(f"Q{n}", f"{colours[n % 5]} chair, {n // 100} modell{n}") for n in range(10_000)]
    started = time.monotonic()
    found = propose(products(*rows), items(*others))
    assert time.monotonic() - started < 20
    assert len(found) == 10_000
