"""Xero's answers: what is read from good ones, and that no bad one does more than say so."""

import datetime
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import errors, parse, parse_masters, parse_settings
from xero.documents import Currency, Page, TaxComponent, Totals

GUID = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
OTHER = "aaaaaaaa-bbbb-cccc-dddd-ffffffffffff"
ZERO = "00000000-0000-0000-0000-000000000000"

DAY = datetime.date(2026, 1, 31)

INVOICE = {
    "InvoiceID": GUID, "InvoiceNumber": "INV-1", "Type": "ACCREC", "Status": "DRAFT",
    "Contact": {"ContactID": OTHER, "Name": "Ann"}, "CurrencyCode": "AUD",
    "DateString": "2026-01-31T00:00:00", "Date": "/Date(1769817600000+0000)/",
    "SubTotal": 100.10, "TotalTax": 10.01, "Total": 110.11, "StatusAttributeString": "OK",
    "HasErrors": False, "UpdatedDateUTC": "/Date(1518685950940+0000)/", "LineItems": [],
}


def envelope(key, *rows):
    return json.dumps({"Id": GUID, "Status": "OK", key: list(rows)}).encode()


def written(row, key="Invoices"):
    (element,) = parse.write_answer(key, envelope(key, row))
    return element


# === WRITES === #

def test_credit_notes_and_where_bills_lead_back_to():
    row = {**INVOICE, "CreditNoteID": GUID, "CreditNoteNumber": "RINV/1"}
    [note] = parse.credit_notes(envelope("CreditNotes", row))
    assert (note.number, note.url, note.date) == ("RINV/1", None, DAY)
    [bill] = parse.invoices(envelope("Invoices", {**INVOICE, "Url": "https://books.example/1"}))
    assert bill.url == "https://books.example/1"


def test_created():
    element = written(INVOICE)
    assert element.ok
    assert (element.xero_id, element.number, element.status) == (GUID, "INV-1", "DRAFT")
    assert element.totals == Totals(Decimal("100.10"), Decimal("10.01"), Decimal("110.11"))
    assert (element.contact_id, element.currency) == (OTHER, "AUD")
    assert element.errors == element.warnings == ()


@pytest.mark.parametrize(("key", "row"), [
    ("Contacts", {"ContactID": GUID, "ContactNumber": "7", "Name": "Ann",
                  "ContactStatus": "ACTIVE", "HasValidationErrors": False}),
    ("PurchaseOrders", INVOICE | {"PurchaseOrderID": GUID, "PurchaseOrderNumber": "7"}),
    ("CreditNotes", INVOICE | {"CreditNoteID": GUID, "CreditNoteNumber": "7"}),
    ("Items", {"ItemID": GUID, "Code": "7"}),
])
def test_created_of_each_kind(key, row):
    element = written(row, key)
    assert (element.ok, element.xero_id, element.number) == (True, GUID, "7")


def test_warning_is_saved():
    element = written(INVOICE | {
        "StatusAttributeString": "WARNING", "Warnings": [{"Message": "Account dropped"}],
    })
    assert element.ok
    assert element.warnings == ("Account dropped",)


@pytest.mark.parametrize("trouble", [
    {"ValidationErrors": [{"Message": "No."}]},
    {"ValidationErrors": [{"Description": "No."}]},
    {"Contact": {"ContactID": OTHER, "ValidationErrors": [{"Message": "No."}]}},
    {"Contact": {"ContactID": OTHER, "Addresses": [{"ValidationErrors": [{"Message": "No."}]}]}},
    {"LineItems": [{}, {"Tracking": [{"ValidationErrors": [{"Message": "No."}]}]}]},
])
def test_refused_element_tells_nothing_but_its_errors(trouble):
    """Xero echoes what was asked for: a refused deletion comes back with Status DELETED."""
    element = written(INVOICE | {"Status": "DELETED"} | trouble)
    assert element == parse.Element(
        0, False, "INV-1", GUID, contact_id=OTHER, date=DAY, errors=("No.",)
    )


@pytest.mark.parametrize("trouble", [
    {"HasErrors": True}, {"HasValidationErrors": True}, {"StatusAttributeString": "ERROR"},
    {"ValidationErrors": [{}]}, {"ValidationErrors": [{"Message": 5}]}, {"ValidationErrors": [1]},
    {"ValidationErrors": {"Message": None}}, {"ValidationErrors": [{"Message": "\u0000"}]},
])
def test_refused_without_a_readable_reason(trouble):
    element = written(INVOICE | trouble)
    assert not element.ok
    assert element.errors == ("Xero gave no reason.",)
    assert element.xero_id is None


# === WHOSE NUMBERS THE SUPPLIERS MAKE === #

FIRST = (GUID, "2026-01-31")
SECOND = (OTHER, "2026-01-31")
LATER = (GUID, "2026-02-28")


def answered(position, told=None, ok=True, number="17"):
    """An element of a bill: told by (contact, date), or by nothing but its number."""
    contact, day = told or (None, None)
    xero_id = GUID if ok else None
    return parse.Element(
        position, ok, number, xero_id, xero_id, contact_id=contact,
        date=day and datetime.date.fromisoformat(day), errors=() if ok else ("No.",),
    )


def asked(*told):
    return [("17", contact, datetime.date.fromisoformat(day)) for contact, day in told]


def test_bills_of_two_suppliers_with_one_number_are_told_apart():
    elements = [answered(0, SECOND), answered(1, FIRST, ok=False), answered(2, LATER)]
    matches = parse.match_supplied(elements, asked(FIRST, SECOND, LATER))
    assert {index: one.position for index, one in matches.items()} == {0: 1, 1: 0, 2: 2}


def test_a_refused_bill_without_its_contact_is_the_one_that_is_left():
    elements = [answered(0, ok=False), answered(1, FIRST)]
    matches = parse.match_supplied(elements, asked(FIRST, SECOND))
    assert {index: one.position for index, one in matches.items()} == {0: 1, 1: 0}


@pytest.mark.parametrize("elements", [
    [answered(0, ok=False), answered(1, ok=False)],  # which is which?
    [answered(0, FIRST), answered(1, FIRST)],  # one of them twice
    [answered(0, LATER), answered(1, LATER, number="18")],  # somebody else's
    [answered(0, FIRST, number="16"), answered(1, SECOND, number=None)],
    [],
])
def test_what_an_answer_does_not_tell_of_bills_is_in_doubt(elements):
    assert parse.match_supplied(elements, asked(FIRST, SECOND)) == {}


def test_a_bill_with_an_element_in_doubt_is_in_doubt():
    silent = parse.Element(0, False, "17", contact_id=GUID, date=DAY)
    assert parse.match_supplied([silent], asked(FIRST)) == {}


def test_a_suppliers_number_is_compared_as_xero_holds_it():
    told = [(" 17\u202e" + "7" * 400, *asked(FIRST)[0][1:])]
    element = answered(0, FIRST, number="17" + "7" * 252 + "…")
    assert parse.match_supplied([element], told) == {0: element}


def test_an_impossible_date_of_an_answer_tells_nothing():
    element = written(INVOICE | {"DateString": "yesterday"})
    assert (element.ok, element.date) == (True, None)


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)))
def test_bills_are_matched_whatever_their_order(order, refused):
    told = [(GUID[:-1] + str(index % 3), f"2026-01-{10 + index // 3}") for index in range(6)]
    elements = [answered(index, told[index], ok=index not in refused) for index in order]
    matches = parse.match_supplied(elements, asked(*told))
    assert {index: one.position for index, one in matches.items()} == {
        index: index for index in range(6)
    }


def test_updates_are_matched_by_guid():
    """A refused change names the record; it echoes whatever number was asked for."""
    refused = written(INVOICE | {"InvoiceNumber": "X", "HasErrors": True})
    guid = INVOICE["InvoiceID"]
    assert parse.match_updates([refused], [guid]) == {0: refused}
    assert parse.match_updates([refused], ["another"]) == {}
    assert parse.match_updates([refused, refused], [guid]) == {}


def test_errors_are_told_once_and_in_order():
    element = written(INVOICE | {
        "ValidationErrors": [{"Message": "A"}, {"Message": "B"}],
        "Contact": {"ValidationErrors": [{"Message": "A"}, {"Message": "C"}]},
        "LineItems": [{"ValidationErrors": [{"Message": "D"}]}],
    })
    assert element.errors == ("A", "B", "C", "D")


def test_empty_lists_of_errors_are_no_errors():
    row = INVOICE | {"ValidationErrors": [], "Warnings": None, "Contact": {"ValidationErrors": []}}
    assert written(row).ok


@pytest.mark.parametrize("xero_id", [None, "", ZERO, "INV-1", GUID + "0"])
# Faults: 34
def test_neither_id_nor_error_is_in_doubt(xero_id):
    element = written(INVOICE | {"InvoiceID": xero_id})
    assert not element.ok
    assert element.in_doubt
    assert parse.match([element], ["INV-1"]) == {}


# Faults: 44
def test_document_without_all_its_totals_is_unreadable():
    for name in ("SubTotal", "TotalTax", "Total"):
        with pytest.raises(errors.Unreadable):
            written(INVOICE | {name: None})
        with pytest.raises(errors.Unreadable):
            written(INVOICE | {name: "100.10"})


def test_many_nested_parts_are_read_in_time():
    row = INVOICE | {"LineItems": [{"Tracking": [{}]} for _ in range(60_000)]}
    assert written(row).ok


# === MATCHING === #

def elements(*numbers):
    return [parse.Element(place, True, number, GUID) for place, number in enumerate(numbers)]


@pytest.mark.parametrize(("answered", "sent", "found"), [
    (["a", "b"], ["a", "b"], {0: "a", 1: "b"}),
    (["b", "a"], ["a", "b"], {0: "a", 1: "b"}),
    (["b"], ["a", "b"], {1: "b"}),
    (["a", "b", "c"], ["a", "b"], {0: "a", 1: "b"}),
    (["a", "a"], ["a", "b"], {}),
    (["a"], ["a", "a"], {}),
    ([None, "b"], [None, "b"], {1: "b"}),
    (["x", "y"], ["a", "b"], {}),
    ([], ["a"], {}),
])
# Faults: 26
def test_match_by_number_never_by_place(answered, sent, found):
    matches = parse.match(elements(*answered), sent)
    assert {index: element.number for index, element in matches.items()} == found


@given(st.permutations(["a", "b", "c", "d", "e"]), st.sets(st.sampled_from("abcde")))
# Faults: 26
def test_match_does_not_depend_on_the_order(order, missing):
    answered = [number for number in order if number not in missing]
    sent = ["a", "b", "c", "d", "e"]
    matches = parse.match(elements(*answered), sent)
    assert {sent[index] for index in matches} == set(answered)
    assert all(element.number == sent[index] for index, element in matches.items())


# === REFUSALS OF A WHOLE REQUEST === #

@pytest.mark.parametrize(("answer", "texts"), [
    ({"ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation exception",
      "Elements": [{"ValidationErrors": [{"Message": "One"}, {"Message": "Two"}]}]},
     ("One", "Two")),
    ({"ErrorNumber": 17, "Message": "No data has been processed"}, ("No data has been processed",)),
    ({"Title": "RequestEntityTooLarge", "Detail": "PayloadTooLarge"}, ("PayloadTooLarge",)),
    ({"Message": 5, "Detail": ["x"]}, ()), ({}, ()), ([], ()), (None, ()), (5, ()),
])
def test_refusal(answer, texts):
    assert parse.refusal(json.dumps(answer).encode()) == texts


@given(st.binary(max_size=100))
def test_refusal_takes_any_bytes(body):
    assert isinstance(parse.refusal(body), tuple)


# === READING === #

def test_held_invoice():
    (held,) = parse.invoices(envelope("Invoices", INVOICE))
    assert (held.xero_id, held.number, held.status) == (GUID, "INV-1", "DRAFT")
    assert held.date == datetime.date(2026, 1, 31)
    assert held.totals.total == Decimal("110.11")
    assert held.contact_id == OTHER
    assert held.updated == datetime.datetime(
        2018, 2, 15, 9, 12, 30, 940000, tzinfo=datetime.timezone.utc
    )


def test_page_of_documents():
    note = {
        "CreditNoteID": GUID, "CreditNoteNumber": "CN-1", "Type": "ACCPAYCREDIT",
        "Status": "PAID", "Reference": "R 1", "Contact": {"ContactID": GUID, "Name": "Acme"},
        "DateString": "2026-03-02T00:00:00", "CurrencyCode": "AUD",
        "SubTotal": 10, "TotalTax": 1, "Total": 11,
    }
    foreign = {**note, "CreditNoteID": "not a guid"}
    cut = {**note, "SubTotal": None}
    body = json.dumps({
        "pagination": {"page": 1, "itemCount": 1003}, "CreditNotes": [note, foreign, cut],
    }).encode()
    page = parse.page("CreditNotes", body)
    (held,) = page.documents
    assert (held.kind, held.reference, held.contact_name) == ("ACCPAYCREDIT", "R 1", "Acme")
    assert held.totals == Totals(Decimal(10), Decimal(1), Decimal(11))
    assert (page.rows, page.unreadable, page.total) == (3, 2, 1003)


@pytest.mark.parametrize("pagination", [None, [], {}, {"itemCount": "many"}, {"itemCount": True}])
def test_page_that_does_not_say_how_much_there_is(pagination):
    body = json.dumps({"pagination": pagination, "Invoices": []}).encode()
    assert parse.page("Invoices", body) == Page((), rows=0, unreadable=0, total=None)


def test_held_contact():
    (held,) = parse.contacts(envelope("Contacts", {
        "ContactID": GUID, "ContactNumber": "7", "ContactStatus": "ARCHIVED", "Name": "Ann",
        "MergedToContactID": OTHER,
    }))
    assert (held.status, held.merged_into, held.totals) == ("ARCHIVED", OTHER, None)


def test_a_contact_that_makes_no_sense_is_counted():
    good = {"ContactID": GUID, "Name": "Ann"}
    contacts, pages, unreadable = parse_masters.contact_page(envelope(
        "Contacts", {"ContactID": 17}, good, {**good, "Addresses": "none"}, {"Name": "Bob"},
    ))
    assert ([contact.name for contact in contacts], pages, unreadable) == (["Ann"], 1, 3)
    with pytest.raises(errors.Unreadable):
        parse_masters.contact_page(b'{"Contacts": 5}')


def test_tax_rates():
    (rate,) = parse_settings.tax_rates(envelope("TaxRates", {
        "TaxType": "OUTPUT", "Name": "GST", "EffectiveRate": 10.0, "DisplayTaxRate": 10,
        "Status": "DELETED", "CanApplyToRevenue": True, "CanApplyToAssets": "true",
        "TaxComponents": [{"Name": "GST", "Rate": 10.0, "IsCompound": True}],
    }))
    assert (rate.effective_rate, rate.status) == (10, "DELETED")
    assert rate.applies_to == {"revenue"}
    assert rate.components == (TaxComponent("GST", Decimal(10), True, False),)


def test_settings():
    answer = envelope("Currencies", {"Code": "AUD"})
    assert parse_settings.currencies(answer) == (Currency("AUD", ""),)
    (theme,) = parse_settings.branding_themes(
        envelope("BrandingThemes", {"BrandingThemeID": GUID, "Name": "S", "SortOrder": 2})
    )
    assert theme.sort_order == 2
    (category,) = parse_settings.tracking_categories(envelope("TrackingCategories", {
        "TrackingCategoryID": GUID, "Name": "Region", "Status": "ARCHIVED",
        "Options": [{"TrackingOptionID": OTHER, "Name": "North"}],
    }))
    assert (category.status, category.options[0].name) == ("ARCHIVED", "North")
    (account,) = parse_settings.accounts(envelope("Accounts", {
        "AccountID": GUID, "Name": "Bank", "Type": "BANK", "Class": "ASSET", "Status": "ACTIVE",
    }))
    assert (account.code, account.account_class) == (None, "ASSET")


ORGANISATION = {
    "OrganisationID": GUID, "Name": "Demo", "BaseCurrency": "AUD", "CountryCode": "AU",
    "ShortCode": "!a", "IsDemoCompany": True, "PeriodLockDate": "/Date(1519776000000+0000)/",
}


def test_organisation():
    found = parse_settings.organisation(envelope("Organisations", ORGANISATION))
    assert (found.name, found.is_demo, found.year_lock_date) == ("Demo", True, None)
    assert found.period_lock_date == datetime.date(2018, 2, 28)
    for rows in ((), (ORGANISATION, ORGANISATION)):
        with pytest.raises(errors.Unreadable):
            parse_settings.organisation(envelope("Organisations", *rows))


# Faults: 29
def test_text_is_safe_for_a_database():
    body = envelope("Currencies", {"Code": "A\u0000U\ud800D", "Description": "x\u202ey" * 9000})
    (currency,) = parse_settings.currencies(body)
    assert currency.code == "AUD"
    assert len(currency.description) == 4000
    assert "\u202e" not in currency.description


# === HOSTILE ANSWERS === #

READERS = {
    "Organisations": parse_settings.organisation,
    "Accounts": parse_settings.accounts,
    "TaxRates": parse_settings.tax_rates,
    "Currencies": parse_settings.currencies,
    "TrackingCategories": parse_settings.tracking_categories,
    "BrandingThemes": parse_settings.branding_themes,
    "Invoices": parse.invoices,
    "PurchaseOrders": parse.purchase_orders,
    "Contacts": parse.contacts,
}
NAMES = sorted({
    *INVOICE, *ORGANISATION, "AccountID", "Code", "TaxType", "EffectiveRate", "TaxComponents",
    "TrackingCategoryID", "Options", "TrackingOptionID", "BrandingThemeID", "SortOrder", "Rate",
    "ContactID", "ContactNumber", "PurchaseOrderID", "PurchaseOrderNumber", "ValidationErrors",
    "Warnings", "Message", "DisplayTaxRate", "MergedToContactID", "EndOfYearLockDate",
})
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(10**38, 10**45), st.floats(),
    st.text(max_size=5), st.sampled_from([
        GUID, ZERO, "/Date(0+0000)/", "/Date(999999999999999)/", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00", "2026-02-30", "ERROR", "OK", "\u0000", "\ud800",
    ]),
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)
rows = st.dictionaries(st.sampled_from(NAMES), trees, max_size=8)


def assert_only_ours(read, body):
    try:
        read(body)
    except errors.Unreadable as error:
        assert str(error)


@pytest.mark.parametrize("key", READERS)
@given(data=st.data())
# Faults: 27, 44
def test_hostile_answers_are_read_or_unreadable(key, data):
    whole = {**INVOICE, **ORGANISATION, "AccountID": GUID, "Code": "1", "TaxType": "A",
             "TrackingCategoryID": GUID, "BrandingThemeID": GUID, "ContactID": GUID,
             "PurchaseOrderID": GUID}
    row = data.draw(st.one_of(rows, rows.map(lambda changes: whole | changes), trees))
    body = json.dumps({key: data.draw(st.sampled_from([[row], row, [whole, row]]))}).encode()
    assert_only_ours(READERS[key], body)
    if key in parse.IDENTITY:
        assert_only_ours(lambda raw: parse.write_answer(key, raw), body)
    assert isinstance(parse.refusal(body), tuple)


@pytest.mark.parametrize("key", READERS)
@given(body=st.one_of(st.binary(max_size=60), trees.map(lambda tree: json.dumps(tree).encode())))
# Faults: 27
def test_other_bodies_are_unreadable(key, body):
    with pytest.raises(errors.Unreadable):
        READERS[key](body)


@pytest.mark.parametrize("number", ["1e999999999", "1e9999999999999999999", "-1e-999999999",
                                    "9" * 41, "NaN", "Infinity", "1e400"])
def test_numbers_that_fill_the_memory_are_unreadable(number):
    body = (
        f'{{"BrandingThemes":[{{"BrandingThemeID":"{GUID}","Name":"a","SortOrder":{number}}}]}}'
    )
    with pytest.raises(errors.Unreadable):
        parse_settings.branding_themes(body.encode())


# Faults: 6
def test_whole_body_cut_anywhere_is_unreadable():
    body = envelope("Invoices", INVOICE)
    for size in range(len(body)):
        with pytest.raises(errors.Unreadable):
            parse.write_answer("Invoices", body[:size])


@pytest.mark.parametrize("place", ["-1", "2147483648", "1e40"])
def test_a_place_that_no_column_holds_is_unreadable(place):
    row = f'{{"BrandingThemeID": "x", "Name": "x", "SortOrder": {place}}}'
    with pytest.raises(errors.Unreadable):
        parse_settings.branding_themes(f'{{"BrandingThemes": [{row}]}}'.encode())
