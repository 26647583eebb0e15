"""Totals: every line rounded by itself, then summed, under each rule for half cents."""

from __future__ import annotations

from decimal import Decimal

import pytest

D = Decimal
TIES = ("half_up", "half_even", "half_down")

# (tax rate, lines of (quantity, price, tax amount or None), subtotal, tax, total); no tie occurs.
VECTORS = {
    1: ("20", [("1", "0.07", "0.02")], "0.07", "0.02", "0.09"),
    2: ("21", [("1", "17.79", None)] * 2, "35.58", "7.48", "43.06"),
    3: ("21", [("1", "17.80", "3.73"), ("1", "17.79", None)], "35.59", "7.47", "43.06"),
    4: ("10", [("1", "0.05", "0.01")] * 10, "0.50", "0.10", "0.60"),
    5: ("10", [("1", "0.05", "0.00")] * 5 + [("1", "0.05", "0.01")] * 5, "0.50", "0.05", "0.55"),
    6: ("15", [("1", "0.33", None)] * 3, "0.99", "0.15", "1.14"),
    7: ("20", [("3", "33.3333", None)], "100.00", "20.00", "120.00"),
    8: ("20", [("3", "6.66", None)], "19.98", "4.00", "23.98"),
    9: ("10", [("0.333", "199.99", None)], "66.60", "6.66", "73.26"),
    10: ("20", [("12345", "0.0612", None)], "755.51", "151.10", "906.61"),
    11: ("20", [("1", "503.70", None)], "503.70", "100.74", "604.44"),
    12: ("20", [("1", "100", None), ("1", "-99.99", None)], "0.01", "0.00", "0.01"),
    13: ("14.975", [("1", "10.10", "1.52"), ("3", "7.77", "3.50")], "33.41", "5.02", "38.43"),
    14: ("14.975", [("1", "10.10", "1.52"), ("3", "7.77", "3.48")], "33.41", "5.00", "38.41"),
    15: ("20", [("1", "123.45", None)], "123.45", "24.69", "148.14"),
    16: ("20", [("1", "0.00", None), ("1", "10", None)], "10.00", "2.00", "12.00"),
    17: ("20", [("1", "10.00", None)], "10.00", "2.00", "12.00"),
    19: ("8.1", [("144", "0.0761", None)], "10.96", "0.89", "11.85"),
    20: ("10", [("3", "100.6667", "30")], "302.00", "30.00", "332.00"),
}  # fmt: skip


def rate(books, percent: str) -> str:
    """The type of a tax rate of so many percent, made if need be."""
    for one in books.tax_rates.values():
        if one["Status"] == "ACTIVE" and one["Name"] == f"Rate {percent}":
            return one["TaxType"]
    element = {
        "Name": f"Rate {percent}",
        "ReportTaxType": "OUTPUT",
        "TaxComponents": [{"Name": "Tax", "Rate": D(percent)}],
    }
    return books.put("TaxRates", element).row("TaxRates")["TaxType"]


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("number", VECTORS)
def test_vector(au, number, ties):
    percent, lines, sub_total, tax, total = VECTORS[number]
    au.set_tie_rule(ties)
    kind = rate(au, percent)
    body = au.invoice(
        *(
            au.line(Quantity=D(quantity), UnitAmount=D(price), TaxType=kind, TaxAmount=override)
            for quantity, price, override in (
                (quantity, price, override and D(override)) for quantity, price, override in lines
            )
        )
    )
    made = au.made("Invoices", body)
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (D(sub_total), D(tax), D(total))
    assert made["AmountDue"] == D(total)


def test_vector_18_several_rates_on_one_document(uk):
    lines = [
        uk.line(UnitAmount=D("8.36"), TaxType="OUTPUT2"),
        uk.line(Quantity=2, UnitAmount=D("4.07"), TaxType="OUTPUT2"),
        uk.line(UnitAmount=D("3.17"), TaxType="RROUTPUT"),
    ]
    made = uk.made("Invoices", uk.invoice(*lines))
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (
        D("19.67"),
        D("3.46"),
        D("23.13"),
    )


@pytest.mark.parametrize(
    ("ties", "tax", "amount"),
    [("half_up", "0.01", "0.13"), ("half_even", "0.00", "0.12"), ("half_down", "0.00", "0.12")],
)
def test_the_rule_for_half_cents_can_be_switched(au, ties, tax, amount):
    au.set_tie_rule(ties)
    made = au.made("Invoices", au.invoice(au.line(UnitAmount=D("0.05"), TaxType="OUTPUT")))
    assert made["LineItems"][0]["TaxAmount"] == D(tax)
    half = au.line(Quantity=D("0.5"), UnitAmount=D("0.25"), TaxType="EXEMPTOUTPUT")
    assert au.made("Invoices", au.invoice(half))["LineItems"][0]["LineAmount"] == D(amount)


def test_a_negative_half_rounds_away_from_zero(au):
    lines = [au.line(UnitAmount=D("-0.05")), au.line(UnitAmount=1)]
    made = au.made("Invoices", au.invoice(*lines))
    assert made["LineItems"][0]["TaxAmount"] == D("-0.01")


def test_inclusive_tax_is_what_is_left_of_the_line(uk):
    line = uk.line(UnitAmount=D("0.09"), TaxType="OUTPUT2")
    made = uk.made("Invoices", uk.invoice(line, LineAmountTypes="Inclusive"))
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (D("0.08"), D("0.01"), D("0.09"))


def test_without_tax_every_line_gets_the_type_without_tax(au, uk):
    for books, kind in ((au, "BASEXCLUDED"), (uk, "NONE")):
        made = books.made("Invoices", books.invoice(books.line(), LineAmountTypes="NoTax"))
        assert made["LineItems"][0]["TaxType"] == kind
        assert (made["TotalTax"], made["Total"]) == (0, 100)


def test_a_compound_component_taxes_the_other(us):
    element = {
        "Name": "Compound",
        "TaxComponents": [
            {"Name": "First", "Rate": 5},
            {"Name": "Second", "Rate": 10, "IsCompound": True},
        ],
    }
    made = us.put("TaxRates", element).row("TaxRates")
    assert made["EffectiveRate"] == D("15.5")
    assert made["DisplayTaxRate"] == 15


def test_prices_keep_four_decimals_only_if_asked(au):
    line = au.line(Quantity=3, UnitAmount=D("33.3333"), TaxType="EXEMPTOUTPUT")
    kept = au.made("Invoices", au.invoice(line), unitdp=4)
    assert kept["LineItems"][0]["UnitAmount"] == D("33.3333")
    assert kept["Total"] == 100
    cut = au.put("Invoices", au.invoice(line)).row("Invoices")
    assert cut["LineItems"][0]["UnitAmount"] == D("33.33")
    assert cut["Total"] == D("99.99")


def test_a_read_without_unitdp_shows_two_decimals_and_an_update_loses_them(au):
    line = au.line(Quantity=100, UnitAmount=D("1.2349"))
    made = au.made("Invoices", au.invoice(line))
    path = f"Invoices/{made['InvoiceID']}"
    assert au.get(path).row("Invoices")["LineItems"][0]["UnitAmount"] == D("1.23")
    assert au.get(path, unitdp=4).row("Invoices")["LineItems"][0]["UnitAmount"] == D("1.2349")
    element = {"LineItems": [{"LineItemID": made["LineItems"][0]["LineItemID"]}]}
    au.call("POST", path, {"Invoices": [element]})
    after = au.get(path, unitdp=4).row("Invoices")
    assert (made["SubTotal"], made["TotalTax"]) == (D("123.49"), D("12.35"))
    assert (after["SubTotal"], after["TotalTax"]) == (123, D("12.30"))


def test_amounts_are_exact_json_numbers(au):
    answer = au.put("Invoices", au.invoice(au.line(UnitAmount=D("9999999999.99"))), unitdp=4)
    assert '"LineAmount":9999999999.99,' in answer.text
    assert '"UnitAmount":9999999999.9900,' in answer.text
    assert '"Quantity":1.0000,' in answer.text
    assert '"Total":10999999999.99,' in answer.text
