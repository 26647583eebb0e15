"""What somebody changed in Xero is told field by field, and nothing else is."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero import codec, differences, payload
from xero.documents import Address, Contact, Item, Phone, Price

STREET = Address("STREET", ("1 Main Street", "Level 2"), "Sydney", "NSW", "2000", "Australia")
CONTACT = Contact(
    number="AB-7",
    name="Boom FM",
    xero_id="bd2270c3-8706-4c11-9cfb-000b551c3f51",
    email="office@boom.example",
    tax_number="51 824 753 556",
    account_number="C-1",
    phones=(Phone("DEFAULT", "02 9999 1111"),),
    addresses=(STREET, replace(STREET, kind="POBOX")),
)
ITEM = Item(
    number="ART1",
    name="Article",
    description="A fine article",
    purchase_description="As bought",
    sold=True,
    purchased=True,
    sales=Price(Decimal("10.5"), "200", "OUTPUT"),
    purchases=Price(Decimal("4"), "300", "INPUT"),
    xero_id="bd2270c3-8706-4c11-9cfb-000b551c3f52",
)


def element(resource, record):
    return codec.encode_element(payload.of(resource, replace(record, xero_id=None)))


@pytest.mark.parametrize(("resource", "record"), [("Contacts", CONTACT), ("Items", ITEM)])
def test_what_we_sent_differs_in_nothing(resource, record):
    assert differences.between(resource, element(resource, record), record) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"email": "new@boom.example"}, {"email": ("office@boom.example", "new@boom.example")}),
        ({"email": None}, {"email": ("office@boom.example", None)}),
        ({"company_number": "99"}, {"company_number": (None, "99")}),
        ({"phones": (Phone("DEFAULT", "1"),)}, {"phone": ("02 9999 1111", "1")}),
        ({"phones": (Phone("DEFAULT", "(02) 9999-1111"),)}, {}),
        ({"tax_number": "51824753556"}, {}),
        ({"name": "BOOM  FM"}, {}),
        (
            {"addresses": (STREET,)},
            {"postal": ("1 Main Street, Level 2, Sydney, NSW, 2000, Australia", None)},
        ),
        ({"is_customer": True, "number": "other", "status": "ARCHIVED"}, {}),
    ],
)
def test_changed_contact(change, expected):
    content = element("Contacts", CONTACT)
    assert differences.between("Contacts", content, replace(CONTACT, **change)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": "Item"}, {"name": ("Article", "Item")}),
        ({"sales": Price(Decimal("10.50"), "201", "OTHER")}, {}),
        ({"sales": Price(Decimal("11"))}, {"sales_price": ("10.5", "11")}),
        ({"purchases": None}, {"purchase_price": ("4", None)}),
    ],
)
def test_changed_item(change, expected):
    assert differences.between("Items", element("Items", ITEM), replace(ITEM, **change)) == expected


def test_prices_of_tracked_items_are_not_ours():
    tracked = replace(ITEM, tracked=True, sales=Price(Decimal("77")))
    assert differences.between("Items", element("Items", tracked), tracked) == {}


@pytest.mark.parametrize("name", [*differences.CONTACT_FIELDS, "phone", "street", "postal"])
def test_a_field_that_was_taken_over_differs_no_more(name):
    """Whichever field, and only that one."""
    other = Contact(
        number="X",
        name="Other",
        email="x@y.example",
        tax_number="1",
        company_number="2",
        account_number="3",
        phones=(Phone("DEFAULT", "4"),),
        addresses=(Address("STREET", ("5",)), Address("POBOX", ("6",))),
    )
    content = element("Contacts", CONTACT)
    before = differences.between("Contacts", content, other)
    part = differences.held_part("Contacts", other, name)
    after = differences.between("Contacts", differences.with_field(content, name, part), other)
    assert set(before) - set(after) == {name}
    assert set(after) < set(before)


@pytest.mark.parametrize("name", [*differences.ITEM_FIELDS, *differences.PRICES])
def test_a_field_of_an_item_is_emptied_and_filled(name):
    content = differences.with_field(element("Items", ITEM), name, b"{}")
    assert differences.texts("Items", differences.sent_record("Items", content))[name] is None
    filled = differences.with_field(content, name, element("Items", ITEM))
    texts = differences.texts("Items", differences.sent_record("Items", filled))
    expected = differences.texts("Items", differences.sent_record("Items", element("Items", ITEM)))
    assert texts == expected


def test_what_we_could_not_send_is_an_empty_part():
    hostile = replace(CONTACT, name="")
    assert codec.loads(differences.held_part("Contacts", hostile, "email")) in (
        {}, {"EmailAddress": CONTACT.email}
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_name_is_compared_without_error(ours, theirs):
    content = codec.encode_element({"Name": codec.clean_text(ours, 255) or "x"})
    held = replace(CONTACT, name=theirs)
    for sent, found in differences.between("Contacts", content, held).values():
        assert sent != found
