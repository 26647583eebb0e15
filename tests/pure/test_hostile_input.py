"""Every reader of what comes from outside: whatever it is given, it reads it or says Unreadable."""

import inspect
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xero import (
    enclosures,
    errors,
    held,
    parse,
    parse_masters,
    parse_settings,
    seen,
    webhook,
)

GUID = "bd2270c3-8706-4c11-9cfb-000b551c3f51"

# Reader: (the key of its list, a function of the body).
READERS = {
    "parse.contacts": ("Contacts", parse.contacts),
    "parse.credit_notes": ("CreditNotes", parse.credit_notes),
    "parse.invoices": ("Invoices", parse.invoices),
    "parse.items": ("Items", parse.items),
    "parse.page": ("Invoices", lambda body: parse.page("Invoices", body)),
    "parse.purchase_orders": ("PurchaseOrders", parse.purchase_orders),
    "parse.refusal": ("Elements", parse.refusal),
    "parse.snapshots": ("Invoices", lambda body: parse.snapshots("Invoices", body)),
    "parse.write_answer": ("Invoices", lambda body: parse.write_answer("Invoices", body)),
    "parse_masters.contact_page": ("Contacts", parse_masters.contact_page),
    "parse_masters.price_list": ("Items", parse_masters.price_list),
    "parse_settings.accounts": ("Accounts", parse_settings.accounts),
    "parse_settings.branding_themes": ("BrandingThemes", parse_settings.branding_themes),
    "parse_settings.currencies": ("Currencies", parse_settings.currencies),
    "parse_settings.organisation": ("Organisations", parse_settings.organisation),
    "parse_settings.tax_rates": ("TaxRates", parse_settings.tax_rates),
    "parse_settings.tracking_categories": (
        "TrackingCategories", parse_settings.tracking_categories
    ),
    "seen.documents": ("Invoices", lambda body: seen.documents("Invoices", body)),
    "seen.payments": ("Payments", seen.payments),
    "webhook.read": ("events", webhook.read),
    "enclosures.holds_file": ("Attachments", lambda body: enclosures.holds_file(body, "a", 1)),
    "enclosures.holds_note": ("HistoryRecords", lambda body: enclosures.holds_note(body, "x")),
}

MODULES = (parse, parse_masters, parse_settings, seen, webhook, enclosures)



def words_of(*modules):
    """The words that modules look for in an answer."""
    sources = [Path(module.__file__).read_text(encoding="utf-8") for module in modules]
    return sorted(set().union(*(re.findall(r'"([A-Za-z]{2,40})"', source) for source in sources)))


def plausible(name, names, depth):
    """What a field of such a name would hold, more or less."""
    if name.lower().endswith("id"):
        return GUID
    if "Date" in name:
        return "/Date(1763892000123+0000)/"
    if name.endswith("s") and name != "Details" and depth:
        return [{one: plausible(one, names, depth - 1) for one in names}]
    if name in ("Contact", "Invoice", "Account", "pagination") and depth:
        return {one: plausible(one, names, depth - 1) for one in names}
    return 12.5 if re.search("Amount|Total|Price|Rate|Quantity|Count|Due|Paid", name) else name


# A row with everything that readers of one module look for.
WHOLE = {
    module.__name__.rpartition(".")[2]: {name: plausible(name, names, 1) for name in names}
    for module in MODULES
    for names in [words_of(module, *([held] if module is parse else []))]
}

HOSTILE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from([
        [], {}, [[]], [None], [{}], [[{}]], {"": None}, 10**45, -1, "\u0000", "\ud800", "x" * 5000,
        "/Date(99999999999999999)/", "0001-01-01T00:00:00+14:00", "2026-02-30", "NaN",
        "00000000-0000-0000-0000-000000000000", "<script>alert(1)</script>", "\u202e",
    ]),
)


# What a field is least of all expected to hold, in JSON.
CONSTANTS = (
    "null", "true", "-1", "1e400", "9" * 45, '""', '"?"', "[]", "{}", "[null]", "[[]]", "[{}]",
    '"\\ud800"', '"/Date(99999999999999999)/"', '"0001-01-01T00:00:00+14:00"',
)


@st.composite
def rows(draw, whole):
    """A row that is nearly right: some of its fields, or of those inside them, are not."""
    row = json.loads(json.dumps(whole))
    inner = [value for value in row.values() if isinstance(value, list | dict)]
    for _change in range(draw(st.integers(1, 4))):
        place = draw(st.sampled_from([row, *inner]))
        place = place[0] if isinstance(place, list) else place
        place[draw(st.sampled_from(sorted(whole)))] = draw(HOSTILE)
    for name in draw(st.sets(st.sampled_from(sorted(whole)), max_size=5)):
        del row[name]
    return row


@pytest.mark.parametrize("reader", READERS)
# Faults: 27, 44
def test_every_field_holds_what_nobody_expects(reader):
    """Each field that the reader's module looks for, one after the other."""
    (key, read), whole = READERS[reader], WHOLE[reader.partition(".")[0]]
    for name in whole:
        before, after = json.dumps({key: [{**whole, name: "changed"}]}).split('"changed"')
        for constant in CONSTANTS:
            read_or_refuse(read, f"{before}{constant}{after}".encode())


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=50)
@given(data=st.data())
# Faults: 27, 44
def test_a_row_that_is_nearly_right(reader, data):
    (key, read), whole = READERS[reader], WHOLE[reader.partition(".")[0]]
    content = data.draw(st.one_of(st.lists(rows(whole), max_size=2), st.lists(HOSTILE)))
    answer = {**data.draw(st.sampled_from([{}, whole])), key: content}
    if data.draw(st.booleans()):
        answer["pagination"] = {"pageCount": data.draw(HOSTILE), "itemCount": data.draw(HOSTILE)}
    read_or_refuse(read, json.dumps(answer).encode())


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=50)
@given(body=st.one_of(st.binary(max_size=200), HOSTILE.map(lambda tree: json.dumps(tree).encode())))
# Faults: 27
def test_bytes_of_any_kind(reader, body):
    read_or_refuse(READERS[reader][1], body)


@pytest.mark.parametrize("reader", READERS)
# Faults: 27, 28
def test_a_huge_answer(reader):
    """Megabytes of nonsense, deep or wide, are refused or read."""
    key, read = READERS[reader]
    for body in (
        b"[" * 1_000_000,
        b'{"' + key.encode() + b'":' + b"[" * 500_000,
        b'{"' + key.encode() + b'":[' + b"{}," * 50_000 + b"{}]}",
        b'{"' + key.encode() + b'":"' + b"x" * 10_000_000 + b'"}',
    ):
        read_or_refuse(read, body)


def read_or_refuse(read, body):
    """Anything else than an answer or `Unreadable` is a crash."""
    try:
        read(body)
    except errors.Unreadable as error:
        assert str(error)


def test_no_reader_is_forgotten():
    """Every public function that takes a body is in the table."""
    found = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "body" in inspect.signature(function).parameters
    }
    assert found == set(READERS)
