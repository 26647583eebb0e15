"""Odoo's amounts come out equal in Xero, whatever Xero's tie rule is, or are refused."""

import datetime
import json
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xero import codec, payload, rounding
from xero.documents import Invoice, Line, Totals

CENT = Decimal("0.01")


def line(quantity, price, net, tax, rate, discount="0", included=False):
    """A line as Odoo's engine gives it, from texts."""
    return Line(
        description="Desk",
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        discount=Decimal(discount),
        price_included=included,
        net=Decimal(net),
        tax=Decimal(tax),
        rate=Decimal(rate),
        tax_type="OUTPUT",
        account_code="200",
    )


def invoice(lines, totals=None):
    """An invoice of the lines; its totals are their sums unless given."""
    untaxed = sum((one.net for one in lines), Decimal(0))
    tax = sum((one.tax for one in lines), Decimal(0))
    return Invoice(
        kind="ACCREC",
        number="INV/2026/0001",
        contact_id="00000000-0000-4000-8000-000000000001",
        date=datetime.date(2026, 11, 1),
        due_date=None,
        currency="AUD",
        lines=tuple(lines),
        totals=totals or Totals(untaxed, tax, untaxed + tax),
    )


# === NAMED EXAMPLES === #

# Produced by Odoo's own tax engine (facts on delivery, 9.4): lines, totals, and what is sent of
# each line: quantity, unit amount, tax amount (None: Xero computes the same).
VECTORS = {
    "1 price with tax, nine cents": (
        [line("1", "0.09", "0.07", "0.02", "20", included=True)],
        ("0.07", "0.02", "0.09"),
        [("1", "0.07", "0.02")],
    ),
    "2 price with tax, rounded per line": (
        [line("1", "21.53", "17.79", "3.74", "21", included=True)] * 2,
        ("35.58", "7.48", "43.06"),
        [("1", "17.79", None)] * 2,
    ),
    "3 price with tax, rounded globally": (
        [
            line("1", "21.53", "17.80", "3.73", "21", included=True),
            line("1", "21.53", "17.79", "3.74", "21", included=True),
        ],
        ("35.59", "7.47", "43.06"),
        [("1", "17.80", "3.73"), ("1", "17.79", None)],
    ),
    "4 ties of tax, rounded per line": (
        [line("1", "0.05", "0.05", "0.01", "10")] * 10,
        ("0.50", "0.10", "0.60"),
        [("1", "0.05", "0.01")] * 10,
    ),
    "5 ties of tax, rounded globally": (
        [line("1", "0.05", "0.05", "0.00", "10")] * 5
        + [line("1", "0.05", "0.05", "0.01", "10")] * 5,
        ("0.50", "0.05", "0.55"),
        [("1", "0.05", "0.00")] * 5 + [("1", "0.05", "0.01")] * 5,
    ),
    "6 thirds": (
        [line("1", "0.33", "0.33", "0.05", "15")] * 3,
        ("0.99", "0.15", "1.14"),
        [("1", "0.33", None)] * 3,
    ),
    "7 price of four decimals": (
        [line("3", "33.3333", "100.00", "20.00", "20")],
        ("100.00", "20.00", "120.00"),
        [("3", "33.3333", None)],
    ),
    "8 discount that leaves a price": (
        [line("3", "9.99", "19.98", "4.00", "20", discount="33.33")],
        ("19.98", "4.00", "23.98"),
        [("3", "6.66", None)],
    ),
    "9 quantity of three decimals": (
        [line("0.333", "199.99", "66.60", "6.66", "10")],
        ("66.60", "6.66", "73.26"),
        [("0.333", "199.99", None)],
    ),
    "10 many of little": (
        [line("12345", "0.0612", "755.51", "151.10", "20")],
        ("755.51", "151.10", "906.61"),
        [("12345", "0.0612", None)],
    ),
    "11 many of little with discount": (
        [line("12345", "0.0612", "503.70", "100.74", "20", discount="33.33")],
        ("503.70", "100.74", "604.44"),
        [("1", "503.70", None)],
    ),
    "12 a line and nearly its reverse": (
        [
            line("1", "100.00", "100.00", "20.00", "20"),
            line("-1", "99.99", "-99.99", "-20.00", "20"),
        ],
        ("0.01", "0.00", "0.01"),
        [("1", "100.00", None), ("1", "-99.99", None)],
    ),
    "13 two taxes in one rate, rounded per line": (
        [
            line("1", "10.10", "10.10", "1.52", "14.975"),
            line("3", "7.77", "23.31", "3.50", "14.975"),
        ],
        ("33.41", "5.02", "38.43"),
        [("1", "10.10", "1.52"), ("3", "7.77", "3.50")],
    ),
    "14 two taxes in one rate, rounded globally": (
        [
            line("1", "10.10", "10.10", "1.52", "14.975"),
            line("3", "7.77", "23.31", "3.48", "14.975"),
        ],
        ("33.41", "5.00", "38.41"),
        [("1", "10.10", "1.52"), ("3", "7.77", "3.48")],
    ),
    "15 price of five decimals": (
        [line("1000", "0.12345", "123.45", "24.69", "20")],
        ("123.45", "24.69", "148.14"),
        [("1", "123.45", None)],
    ),
    "16 discount of all": (
        [
            line("1", "50", "0.00", "0.00", "20", discount="100"),
            line("1", "10", "10.00", "2.00", "20"),
        ],
        ("10.00", "2.00", "12.00"),
        [("1", "0.00", None), ("1", "10", None)],
    ),
    "17 quantity of five decimals": (
        [line("0.12345", "81.00", "10.00", "2.00", "20")],
        ("10.00", "2.00", "12.00"),
        [("1", "10.00", None)],
    ),
    "18 prices with and without tax": (
        [
            line("1", "10.03", "8.36", "1.67", "20", included=True),
            line("2", "4.07", "8.14", "1.63", "20"),
            line("1", "3.33", "3.17", "0.16", "5", included=True),
        ],
        ("19.67", "3.46", "23.13"),
        [("1", "8.36", None), ("2", "4.07", None), ("1", "3.17", None)],
    ),
    "19 gross with discount": (
        [line("144", "0.087", "10.96", "0.89", "8.1", discount="12.5")],
        ("10.96", "0.89", "11.85"),
        [("144", "0.0761", None)],
    ),
    "20 yen": (
        [line("3", "100.5", "302", "30", "10")],
        ("302", "30", "332"),
        [("3", "100.6667", "30")],
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vector(name):
    lines, totals, wanted = VECTORS[name]
    totals = Totals(*map(Decimal, totals))
    assert rounding.check(invoice(lines, totals)) == ()
    priced = [rounding.price_line(one) for one in lines]
    assert [(one.quantity, one.unit_amount, one.tax_amount) for one in priced] == [
        tuple(value if value is None else Decimal(value) for value in row) for row in wanted
    ]
    for ties in rounding.TIES:
        assert rounding.emulate(zip(lines, priced, strict=True), ties) == totals


def test_vector_21_dinars_are_refused():
    (refusal,) = rounding.check(invoice([line("1", "1.2345", "1.235", "0.062", "5")]))
    assert refusal.code == "decimals"
    assert refusal.figures["amount"] == Decimal("1.235")


def test_what_was_written_is_kept_in_words():
    one = line("12345.00", "0.06120", "503.70", "100.74", "20", discount="33.330")
    assert rounding.price_line(one).suffix == "12345 x 0.0612 -33.33 %"
    assert rounding.price_line(line("1000", "0.12345", "123.45", "24.69", "20")).suffix == (
        "1000 x 0.12345"
    )
    assert rounding.price_line(line("1", "10", "10", "2", "20")).suffix == ""


def test_a_discounted_price_is_a_net_price():
    # 0.333 x 199.99 would come out equal too, but it is not the price that was agreed.
    for one in (
        line("0.333", "199.99", "66.60", "6.66", "10", discount="0.001"),
        line("0.333", "199.99", "66.60", "6.66", "10", included=True),
    ):
        priced = rounding.price_line(one)
        assert (priced.quantity, priced.unit_amount) == (Decimal("0.333"), 200)
        assert priced.suffix == ("0.333 x 199.99 -0.001 %" if one.discount else "")


def test_a_discount_is_said_in_words_whatever_the_form():
    one = line("3", "33.33", "87.49", "8.75", "10", discount="12.5")
    priced = rounding.price_line(one)
    assert priced.quantity == 3
    assert priced.suffix == "3 x 33.33 -12.5 %"
    assert not rounding.price_line(line("3", "33.33", "99.99", "10.00", "10")).suffix


def test_negative_quantity_becomes_a_negative_price():
    priced = rounding.price_line(line("-2", "5.00", "-10.00", "-2.00", "20"))
    assert (priced.quantity, priced.unit_amount) == (2, -5)
    priced = rounding.price_line(line("-2", "-5.00", "10.00", "2.00", "20"))
    assert (priced.quantity, priced.unit_amount) == (2, 5)


def test_half_a_cent_is_never_trusted():
    # 5 x 0.101 = 0.505: how Xero breaks this tie is not documented.
    priced = rounding.price_line(line("5", "0.101", "0.51", "0.10", "20"))
    assert (priced.quantity, priced.unit_amount) == (5, Decimal("0.102"))


def test_quantity_zero_and_no_quantity():
    assert rounding.price_line(line("0", "10", "0.00", "0.00", "20")).quantity == 1
    bare = Line("Fee", net=Decimal("3.00"), tax=Decimal("0.60"), rate=Decimal(20))
    assert rounding.price_line(bare) == rounding.PricedLine(Decimal(1), Decimal("3.00"), None)


# === REFUSALS === #

REFUSALS = {
    "no_lines": invoice([Line.text("Only words")]),
    "too_large": invoice([line("1", "10000000000", "10000000000.00", "0.00", "0")]),
    "negative": invoice([line("-1", "10", "-10.00", "-2.00", "20")]),
    "tax_override": invoice([line("1", "1", "1.00", "1.01", "20")]),
    "totals": invoice([line("1", "1", "1.00", "0.20", "20")], Totals(1, 0, 1)),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_refusal(code):
    assert [refusal.code for refusal in rounding.check(REFUSALS[code])] == [code]


def test_tax_on_a_rate_of_zero_is_refused():
    (refusal,) = rounding.check(invoice([line("1", "10", "10.00", "0.30", "0")]))
    assert refusal.code == "tax_override"


def test_totals_that_the_lines_do_not_add_up_to_are_shown():
    (refusal,) = rounding.check(REFUSALS["totals"])
    assert refusal.figures == {"odoo": "1 + 0 = 1", "xero": "1.00 + 0.20 = 1.20"}


def test_a_tax_larger_than_the_price_takes_the_third_form():
    # 100 x 0.01 with a tax that is set by hand: 0.20 is more than the price of one.
    priced = rounding.price_line(line("100", "0.01", "1.00", "0.30", "20"))
    assert (priced.quantity, priced.unit_amount, priced.tax_amount) == (
        1,
        Decimal("1.00"),
        Decimal("0.30"),
    )


def test_text_lines_do_not_count():
    lines = [Line.text("Section"), line("1", "10", "10.00", "2.00", "20")]
    assert rounding.check(invoice(lines)) == ()


# === FOR ALL DOCUMENTS === #

cents = st.integers(-200_000, 200_000).map(lambda count: count * CENT)
rates = st.sampled_from(["0", "5", "8.1", "10", "12.5", "14.975", "15", "19.6", "20", "21", "25"])
decimals = st.decimals("-100000", "100000", places=6, allow_nan=False, allow_infinity=False)
prices = st.decimals("0", "5000", places=5, allow_nan=False, allow_infinity=False)


@st.composite
def odd_lines(draw):
    """Lines with any amounts: also such as no engine would make."""
    net, rate = draw(cents), Decimal(draw(rates))
    tax = (net * rate / 100).quantize(CENT) + draw(st.integers(-3, 3)) * CENT
    discount = draw(st.sampled_from(["0", "0", "10", "33.33", "100"]))
    return line(draw(decimals), draw(decimals), net, tax, rate, discount, draw(st.booleans()))


@st.composite
def usual_lines(draw):
    """Lines as people write them, rounded half up per line."""
    quantity = draw(st.decimals("-50", "500", places=3, allow_nan=False, allow_infinity=False))
    price, rate = draw(prices), Decimal(draw(rates))
    discount = Decimal(draw(st.sampled_from(["0", "0", "7.5", "33.33", "100"])))
    net = (quantity * price * (100 - discount) / 100).quantize(CENT, ROUND_HALF_UP)
    tax = (net * rate / 100).quantize(CENT, ROUND_HALF_UP)
    return line(quantity, price, net, tax, rate, discount)


def xero_totals(body, rounding_rule, rates_by_line):
    """Xero's arithmetic, from the bytes that would be sent: written apart from `rounding`."""
    (document,) = json.loads(body, parse_float=Decimal, parse_int=Decimal)["Invoices"]
    untaxed = tax = Decimal(0)
    for row, rate in zip(document["LineItems"], rates_by_line, strict=True):
        amount = (row["Quantity"] * row["UnitAmount"]).quantize(CENT, rounding_rule)
        computed = (amount * rate / 100).quantize(CENT, rounding_rule)
        untaxed += amount
        tax += row.get("TaxAmount", computed)
    return untaxed, tax, untaxed + tax


def assert_equal_in_xero(document):
    body = codec.encode("Invoices", [payload.invoice(document)])
    wanted = (document.totals.untaxed, document.totals.tax, document.totals.total)
    for rule in (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN):
        assert xero_totals(body, rule, [one.rate for one in document.lines]) == wanted


@given(st.lists(odd_lines(), min_size=1, max_size=6))
def test_equal_in_xero_or_refused(lines):
    document = invoice(lines)
    refusals = rounding.check(document)
    if refusals:
        assert refusals[0].code in ("negative", "tax_override")
        assert refusals[0].figures
    else:
        assert_equal_in_xero(document)


@given(st.lists(usual_lines(), min_size=1, max_size=6))
def test_usual_documents_are_never_refused(lines):
    document = invoice(lines)
    assume(document.totals.total >= 0)
    assert rounding.check(document) == ()
    assert_equal_in_xero(document)


@given(odd_lines())
def test_prices_keep_to_what_xero_holds(one):
    priced = rounding.price_line(one)
    assert priced.quantity > 0
    assert priced.quantity == round(priced.quantity, 4)
    assert priced.unit_amount == round(priced.unit_amount, 4)
    assert abs(priced.quantity * priced.unit_amount - one.net) < Decimal("0.005")


finite = st.decimals(allow_nan=False, allow_infinity=False)


@given(finite, finite)
def test_no_quantity_or_price_is_too_much(quantity, price):
    document = invoice([line(quantity, price, "10.00", "2.00", "20")])
    assert rounding.check(document) == ()
