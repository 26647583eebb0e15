"""Distributions become tracking: every option gets its percent, every cent stays on the line."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import rounding, tracking
from xero.documents import Line, Totals
from xero.tracking import NotDistributable, Part, Place

NORTH, SOUTH = ("Region", "North"), ("Region", "South")
SALES, SERVICE = ("Department", "Sales"), ("Department", "Service")
PLACES = {
    1: Place(10, *NORTH), 2: Place(10, *SOUTH), 3: Place(20, *SALES), 4: Place(20, *SERVICE),
}


def part(percent, *pairs):
    return Part(Decimal(percent), pairs)


def line(net, tax, quantity="3", price="10", rate="10", **values):
    return Line(
        description="Desk", quantity=Decimal(quantity), unit_price=Decimal(price),
        net=Decimal(net), tax=Decimal(tax), rate=Decimal(rate), tax_type="OUTPUT",
        account_code="200", **values,
    )


# === WHAT A DISTRIBUTION SAYS === #

@pytest.mark.parametrize(
    ("distribution", "parts"),
    [
        (None, [part(100)]),
        ({}, [part(100)]),
        ({"1": 100.0}, [part(100, NORTH)]),
        ({"1,3": 100.0}, [part(100, NORTH, SALES)]),
        ({"3,1": 100}, [part(100, NORTH, SALES)]),
        ({"1": 100.0, "3": 100.0}, [part(100, NORTH, SALES)]),
        ({"1": 60.0, "2": 40.0}, [part(60, NORTH), part(40, SOUTH)]),
        ({"1": 60.0}, [part(60, NORTH), part(40)]),
        ({"1": 33.33, "2": 33.33}, [part("33.33", NORTH), part("33.33", SOUTH), part("33.34")]),
        ({"1": 50.0, "2": 50.0, "3": 100.0}, [part(50, NORTH, SALES), part(50, SOUTH, SALES)]),
        (
            {"1": 60.0, "2": 40.0, "3": 50.0, "4": 50.0},
            [part(50, NORTH, SALES), part(10, NORTH, SERVICE), part(40, SOUTH, SERVICE)],
        ),
        ({"1,3": 40.0, "2": 60.0}, [part(40, NORTH, SALES), part(60, SOUTH)]),
        # Accounts of plans that are not mapped, and deleted ones, say nothing.
        ({"1,99": 40.0, "1,98": 60.0}, [part(100, NORTH)]),
        ({"99": 70.0}, [part(100)]),
        ({"__update__": ["account_id"], "1": 100.0}, [part(100, NORTH)]),
        ({"": 5.0, "x": 9}, [part(100)]),
        ({"1": 0.0}, [part(100)]),
    ],
)
def test_parts(distribution, parts):
    assert list(tracking.parts_of(distribution, PLACES)) == parts


@pytest.mark.parametrize(
    "distribution",
    [{"1": 60.0, "2": 40.01}, {"1,3": 50.0, "3": 50.01}, {"1": -10.0}, {"1,2": 50.0}],
)
def test_not_distributable(distribution):
    with pytest.raises(NotDistributable):
        tracking.parts_of(distribution, PLACES)


def test_accounts():
    assert tracking.accounts_of({"3,7": 50, "9": 50, "__update__": []}) == [3, 7, 9]
    assert tracking.accounts_of(None) == []


KEYS = st.sampled_from(["1", "2", "3", "4", "1,3", "1,4", "2,3", "2,4", "99", "1,99"])
PERCENTS = st.integers(0, 10000).map(lambda hundredths: hundredths / 100)


@given(st.dictionaries(KEYS, PERCENTS))
def test_every_option_gets_its_percent(distribution):
    """And the whole line is there, no plan twice on one part."""
    try:
        parts = tracking.parts_of(distribution, PLACES)
    except NotDistributable as error:
        assert error.percent > 100
        return
    assert sum(one.percent for one in parts) == 100
    assert len({one.tracking for one in parts}) == len(parts)
    for account, place in PLACES.items():
        wanted = sum(
            Decimal(str(percent)) for key, percent in distribution.items()
            if str(account) in key.split(",")
        )
        pair = (place.category, place.option)
        assert sum(one.percent for one in parts if pair in one.tracking) == wanted
    for one in parts:
        categories = [category for category, _option in one.tracking]
        assert len(set(categories)) == len(categories)


# === A LINE IN PARTS === #

def test_split_in_thirds():
    parts = [part("33.33", NORTH), part("33.33", SOUTH), part("33.34")]
    lines = tracking.split(line("100.00", "10.00", "1", "100"), parts)
    assert [one.net for one in lines] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert sum(one.tax for one in lines) == Decimal("10.00")
    assert [one.tracking for one in lines] == [(NORTH,), (SOUTH,), ()]
    assert lines[0].description == "Desk (33.33 %)"
    assert lines[0].quantity == Decimal("0.3333")


def test_quantity_that_cannot_be_shared():
    """A part is one times its net amount then."""
    odd = line("30.00", "3.00", "0.33", "90.909")
    lines = tracking.split(odd, [part("33.33", NORTH), part("66.67", SOUTH)])
    assert [(one.quantity, one.unit_price) for one in lines] == [
        (1, Decimal("10.00")), (1, Decimal("20.00")),
    ]


def test_a_discount_is_told_on_every_part():
    """By the part itself where its quantity can be written, else with the share."""
    halves = [part(50, NORTH), part(50, SOUTH)]
    whole = replace(line("27.00", "2.70", "3", "10"), discount=Decimal(10))
    assert [rounding.price_line(one).suffix for one in tracking.split(whole, halves)] == (
        ["1.5 x 10 -10 %"] * 2
    )
    odd = replace(line("26.99", "2.70", "0.33333", "90"), discount=Decimal(10))
    assert [one.description for one in tracking.split(odd, halves)] == (
        ["Desk\n0.33333 x 90 -10 % (50 %)"] * 2
    )


def test_one_part_stays_as_it_is():
    whole = line("30.00", "3.00")
    (only,) = tracking.split(whole, [part(100, NORTH)])
    assert (only.tracking, only.description, only.net) == ((NORTH,), "Desk", whole.net)


def test_nothing_to_share():
    """A line of nothing stays one line; a single cent goes to one part."""
    halves = [part(40, NORTH), part(60, SOUTH)]
    (nothing,) = tracking.split(line("0", "0"), halves)
    assert nothing.tracking == (SOUTH,)
    (cent,) = tracking.split(line("-0.01", "0"), halves)
    assert (cent.net, cent.tracking) == (Decimal("-0.01"), (SOUTH,))


def test_yen():
    lines = tracking.split(line("1001", "100"), [part(50, NORTH), part(50, SOUTH)], Decimal(1))
    assert [one.net for one in lines] == [501, 500]
    assert [one.tax for one in lines] == [50, 50]


CENTS = st.integers(-10**9, 10**9).map(lambda cents: Decimal(cents) / 100)


@given(
    net=CENTS,
    rate=st.sampled_from(["0", "10", "12.5", "20", "8.25"]),
    quantity=st.integers(-10**5, 10**5).map(lambda value: str(Decimal(value) / 100)),
    weights=st.lists(st.integers(1, 9999), min_size=1, max_size=8),
)
def test_sums_are_exact(net, rate, quantity, weights):
    """Net and tax add up whatever the percents; Xero comes to the same, whatever its ties."""
    tax = (net * Decimal(rate) / 100).quantize(Decimal("0.01"))
    percents = tracking.shares_of(Decimal(100), weights)
    parts = [
        Part(percent, (("Region", str(place)),))
        for place, percent in enumerate(percents) if percent
    ]
    whole = line(net, tax, quantity, "10", rate)
    lines = tracking.split(whole, parts)
    assert sum(one.net for one in lines) == net
    assert sum(one.tax for one in lines) == tax
    assert all(one.net * net >= 0 and one.tax * tax >= 0 for one in lines)
    priced = [(one, rounding.price_line(one)) for one in lines]
    assert all(
        price.tax_amount is None or abs(price.tax_amount) <= abs(price.unit_amount)
        for _one, price in priced
    )
    for ties in rounding.TIES:
        assert rounding.emulate(priced, ties) == Totals(net, tax, net + tax)
