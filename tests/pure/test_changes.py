"""What of a master goes to Xero when it changes: the fields that differ, nothing else."""

import json

from hypothesis import given
from hypothesis import strategies as st

from xero import changes, codec

GUID = "11111111-2222-4333-8444-555555555555"


def update(before, after, resource="Contacts"):
    """The update as a dict without the GUID; None when there is nothing to send."""
    encoded = changes.update_of(
        resource, GUID, before and json.dumps(before).encode(), json.dumps(after).encode()
    )
    if encoded is None:
        return None
    element = codec.loads(encoded)
    name = {"Contacts": "ContactID", "Items": "ItemID"}[resource]
    assert element.pop(name) == GUID
    return element


def test_nothing_differs():
    assert update({"Name": "A"}, {"Name": "A"}) is None


def test_only_the_field_that_differs():
    before = {"Name": "A", "EmailAddress": "a@example.com"}
    assert update(before, {**before, "Name": "B"}) == {"Name": "B"}


def test_a_field_that_is_gone_is_emptied():
    assert update({"Name": "A", "TaxNumber": "1"}, {"Name": "A"}) == {"TaxNumber": ""}
    assert update({"ContactPersons": [{"FirstName": "B"}]}, {}) == {"ContactPersons": []}


def test_without_knowledge_everything_goes_but_the_number():
    assert update(None, {"Name": "A", "ContactNumber": "db-1"}) == {"Name": "A"}


def test_a_number_of_another_system_is_never_overwritten():
    assert update({"ContactNumber": "1"}, {"ContactNumber": "2"}) is None


def test_a_restored_contact_is_not_given_an_empty_status():
    assert update({"Name": "A", "ContactStatus": "ARCHIVED"}, {"Name": "A"}) is None


def test_an_archived_contact_is_left_alone():
    archived = {"Name": "A", "ContactStatus": "ARCHIVED"}
    assert update(archived, {**archived, "Name": "B"}) is None
    assert update({"Name": "A"}, archived) == {"ContactStatus": "ARCHIVED"}
    assert update(archived, {"Name": "B"}) == {"Name": "B"}


def test_one_slot_of_the_phones():
    before = {"Phones": [
        {"PhoneType": "DEFAULT", "PhoneNumber": "1"}, {"PhoneType": "MOBILE", "PhoneNumber": "2"},
    ]}
    after = {"Phones": [
        {"PhoneType": "DEFAULT", "PhoneNumber": "1"}, {"PhoneType": "MOBILE", "PhoneNumber": "3"},
    ]}
    assert update(before, after) == {"Phones": [{"PhoneType": "MOBILE", "PhoneNumber": "3"}]}
    assert update(before, {}) == {"Phones": [
        {"PhoneType": "DEFAULT", "PhoneNumber": ""}, {"PhoneType": "MOBILE", "PhoneNumber": ""},
    ]}


def test_a_slot_is_sent_whole_with_what_is_gone_emptied():
    before = {"Addresses": [{"AddressType": "STREET", "AddressLine1": "1 A St", "City": "Perth"}]}
    after = {"Addresses": [{"AddressType": "STREET", "City": "Hobart"}]}
    assert update(before, after) == {"Addresses": [
        {"AddressType": "STREET", "AddressLine1": "", "City": "Hobart"}
    ]}


def test_the_order_of_slots_tells_nothing():
    slots = [{"PhoneType": "DEFAULT", "PhoneNumber": "1"}, {"PhoneType": "FAX", "PhoneNumber": "2"}]
    before, after = {"Phones": slots}, {"Phones": slots[::-1]}
    assert update(before, after) is None


def test_the_details_of_an_item_are_sent_whole():
    before = {"SalesDetails": {"UnitPrice": 10.5, "AccountCode": "200"}}
    after = {"SalesDetails": {"UnitPrice": 11}}
    assert update(before, after, "Items") == {"SalesDetails": {"AccountCode": "", "UnitPrice": 11}}


texts = st.text(st.characters(categories=["L"]), min_size=1, max_size=5)
names = st.sampled_from(["Name", "EmailAddress", "FirstName", "TaxNumber", "CompanyNumber"])
slots = st.dictionaries(
    st.sampled_from(["DEFAULT", "MOBILE", "FAX"]), texts, max_size=3
).map(lambda found: [{"PhoneType": kind, "PhoneNumber": text} for kind, text in found.items()])
contacts = st.builds(
    lambda fields, phones: {**fields, **({"Phones": phones} if phones else {})},
    st.dictionaries(names, texts), slots,
)


def apply(held, element):
    """What Xero holds after an update: absent fields keep their value, slots are filled."""
    held = {**held, **{name: value for name, value in element.items() if name != "Phones"}}
    phones = {slot["PhoneType"]: slot["PhoneNumber"] for slot in held.get("Phones", [])}
    phones |= {slot["PhoneType"]: slot["PhoneNumber"] for slot in element.get("Phones", [])}
    held["Phones"] = [
        {"PhoneType": kind, "PhoneNumber": number} for kind, number in phones.items()
    ]
    return held


def filled(contact):
    """A contact without what is empty, its phones by kind."""
    phones = {slot["PhoneType"]: slot["PhoneNumber"] for slot in contact.get("Phones", [])}
    fields = {name: value for name, value in contact.items() if value and name != "Phones"}
    return fields, {kind: number for kind, number in phones.items() if number}


@given(contacts, contacts)
def test_xero_holds_what_odoo_has_afterwards(before, after):
    element = update(before, after)
    assert filled(apply(before, element or {})) == filled(after)
    assert (element is None) == (filled(before) == filled(after))


@given(contacts, contacts)
def test_every_field_that_is_sent_differs(before, after):
    for name, value in (update(before, after) or {}).items():
        if name != "Phones":
            assert before.get(name) != value
