"""Documents of both sides are paired only where nothing else could be meant."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import history

ACME, ACME_ID = "Acme Pty Ltd", "AAAAAAAA-0000-4000-8000-000000000001"
DAY = datetime.date(2026, 3, 2)


def odoo(key, number="INV/1", *, contact_id=None, name=ACME, date=DAY, currency="AUD", total="10"):
    return history.of_odoo(
        key, number if isinstance(number, tuple) else (number,),
        contact_id, name, date, currency, Decimal(total),
    )


def xero(key, number="INV/1", *, contact_id=ACME_ID, name=ACME, date=DAY, currency="AUD",
         total="10"):
    return history.of_xero(
        key, number if isinstance(number, tuple) else (number,),
        contact_id, name, date, currency, Decimal(total),
    )


def match(ours, theirs, own_numbers=True):
    return history.match(ours, theirs, own_numbers)


# === READING === #

def test_pages_are_asked_for_by_day_and_in_the_order_of_ids():
    assert history.query("CreditNotes", DAY, 0, 1000) == {
        "where": "Date >= DateTime(2026,3,2)", "order": "CreditNoteID", "page": 1,
        "pageSize": 1000,
    }
    assert history.query("PurchaseOrders", DAY, 1000, 500) == {
        "DateFrom": "2026-03-02", "order": "PurchaseOrderID", "page": 3, "pageSize": 500,
    }


# === CERTAIN === #

def test_equal_in_everything_is_certain():
    assert match([odoo(1)], [xero(7)]).certain == {1: 7}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (odoo(1, "inv/1 "), xero(7, "INV/1")),
        (odoo(1, name="ACME  Pty. Ltd"), xero(7, name="Acme Pty Ltd.")),
        (odoo(1, contact_id=ACME_ID.lower(), name="Renamed"), xero(7)),
        (odoo(1, total="10.00"), xero(7, total="10")),
        (odoo(1), xero(7, ("INV-0001", "INV/1"))),
        (odoo(1, ("BILL/1", "S-77")), xero(7, ("S-77", None))),
    ],
)
def test_written_otherwise_is_the_same(ours, theirs):
    assert match([ours], [theirs]).certain == {1: 7}


def test_a_linked_contact_counts_by_its_id_and_not_by_its_name():
    matching = match([odoo(1, contact_id="b" * 36)], [xero(7)])
    assert not matching.certain
    assert matching.doubtful == {1: 7}


def test_bills_of_two_vendors_with_one_number_are_told_apart():
    ours = [odoo(1, "1001"), odoo(2, "1001", name="Bolt")]
    theirs = [xero(7, "1001", name="Bolt", contact_id="b"), xero(8, "1001")]
    assert match(ours, theirs, own_numbers=False).certain == {1: 8, 2: 7}


# === DOUBTFUL === #

@pytest.mark.parametrize(
    ("other", "names"),
    [
        (xero(7, total="10.01"), ("total",)),
        (xero(7, date=DAY + datetime.timedelta(days=1)), ("date",)),
        (xero(7, currency="USD"), ("currency",)),
        (xero(7, name="Bolt"), ("contact",)),
        (xero(7, "INV-0001"), ("number",)),
        (xero(7, name="Bolt", total="99"), ("contact", "total")),
    ],
)
def test_what_differs_is_doubtful_and_named(other, names):
    matching = match([odoo(1)], [other])
    assert (matching.certain, matching.doubtful) == ({}, {1: 7})
    assert history.differences(odoo(1), other) == names


def test_a_vendors_number_alone_says_nothing():
    ours, theirs = [odoo(1, "1001")], [xero(7, "1001", name="Bolt", total="99")]
    assert match(ours, theirs, own_numbers=False).doubtful == {}


def test_the_exact_one_wins_over_the_similar_one():
    ours = [odoo(1, total="10"), odoo(2, total="20")]
    theirs = [xero(7, total="21"), xero(8, total="10")]
    matching = match(ours, theirs)
    assert (matching.certain, matching.doubtful) == ({1: 8}, {2: 7})


# === AMBIGUOUS === #

@pytest.mark.parametrize(("ours", "theirs"), [((1, 2), (7,)), ((1,), (7, 8)), ((1, 2), (7, 8))])
def test_twins_are_left_to_the_person(ours, theirs):
    matching = match([odoo(key) for key in ours], [xero(key) for key in theirs])
    assert (matching.certain, matching.doubtful) == ({}, {})
    assert matching.ambiguous_odoo == set(ours)
    assert matching.ambiguous_xero == set(theirs)


def test_a_reference_that_names_another_document_makes_it_ambiguous():
    matching = match([odoo(1, "INV/1")], [xero(7, "INV/1"), xero(8, ("INV-9", "INV/1"))])
    assert matching.ambiguous_odoo == {1}
    assert matching.ambiguous_xero == {7, 8}


def test_several_equal_amounts_without_a_number_say_nothing():
    matching = match([odoo(1, None), odoo(2, None)], [xero(7, None), xero(8, None)])
    assert matching == history.Matching({}, {}, frozenset(), frozenset())


def test_nothing_is_not_equal_to_nothing():
    bare = {"number": (None, ""), "name": "🙂\u202e", "total": "0"}
    assert match([odoo(1, **bare)], [xero(7, contact_id=None, **bare)]) == history.Matching(
        {}, {}, frozenset(), frozenset()
    )


def test_ten_thousand_of_one_number_cost_no_square():
    many = range(10_000)
    matching = match([odoo(key) for key in many], [xero(key) for key in many])
    assert len(matching.ambiguous_odoo) == 10_000


# === WHATEVER COMES === #

def documents(make):
    values = st.tuples(
        st.sampled_from(["1", "2", "3", None]),
        st.sampled_from(["1", "2", None]),
        st.sampled_from([ACME_ID, "b", None]),
        st.sampled_from([ACME, "Bolt", ""]),
        st.sampled_from([DAY, DAY + datetime.timedelta(days=1), None]),
        st.sampled_from(["AUD", "USD"]),
        st.sampled_from([Decimal("10"), Decimal("10.01"), Decimal(0)]),
    )
    return st.lists(values, max_size=8).map(lambda rows: [
        make(key, (number, reference), *rest)
        for key, (number, reference, *rest) in enumerate(rows)
    ])


@given(documents(history.of_odoo), documents(history.of_xero), st.booleans())
def test_no_document_stands_for_two(ours, theirs, own_numbers):
    matching = match(ours, theirs, own_numbers)
    pairs = matching.certain | matching.doubtful
    assert not matching.certain.keys() & matching.doubtful.keys()
    assert len(set(pairs.values())) == len(matching.certain) + len(matching.doubtful)
    assert not matching.ambiguous_odoo & pairs.keys()
    assert not matching.ambiguous_xero & set(pairs.values())


@given(documents(history.of_odoo), documents(history.of_xero), st.booleans())
def test_certain_is_equal_in_everything_and_has_no_rival(ours, theirs, own_numbers):
    matching = match(ours, theirs, own_numbers)
    for key, other in matching.certain.items():
        assert not history.differences(ours[key], theirs[other])
        assert [one.key for one in theirs if not history.differences(ours[key], one)] == [other]
        assert [one.key for one in ours if not history.differences(one, theirs[other])] == [key]
    for key, other in matching.doubtful.items():
        assert history.differences(ours[key], theirs[other])


@given(documents(history.of_odoo), documents(history.of_xero), st.booleans(), st.randoms())
def test_the_order_does_not_matter(ours, theirs, own_numbers, random):
    shuffled = [random.sample(side, len(side)) for side in (ours, theirs)]
    assert match(*shuffled, own_numbers) == match(ours, theirs, own_numbers)
