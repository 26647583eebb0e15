"""Contacts: names, numbers, the archive, fixed slots."""

from __future__ import annotations

import pytest

NAME_TAKEN = (
    "The contact name {} is already assigned to another contact. "
    "The contact name must be unique across all active contacts."
)
NUMBER_TAKEN = "Another contact has this contact number. Please enter a different contact number."
ARCHIVED = (
    "The specified contact details matched an archived contact. "
    "Archived contacts cannot currently be edited via the API."
)


def test_a_contact_comes_back_with_all_its_slots(au):
    body = {
        "Name": "Slots Ltd",
        "ContactNumber": "odoo-17",
        "EmailAddress": "a@slots.test",
        "Phones": [{"PhoneType": "MOBILE", "PhoneNumber": "0400 1"}],
        "Addresses": [{"AddressType": "STREET", "AddressLine1": "1 Way", "Country": "Australia"}],
    }
    answer = au.put("Contacts", body)
    row = answer.row("Contacts")
    assert row["ContactStatus"] == "ACTIVE"
    assert row["ContactNumber"] == "odoo-17"
    phones = {phone["PhoneType"]: phone["PhoneNumber"] for phone in row["Phones"]}
    assert phones == {"DDI": "", "DEFAULT": "", "FAX": "", "MOBILE": "0400 1"}
    addresses = {one["AddressType"]: one.get("AddressLine1") for one in row["Addresses"]}
    assert addresses == {"STREET": "1 Way", "POBOX": None}
    assert row["IsCustomer"] is row["IsSupplier"] is False
    assert [(event.category, event.type) for event in answer.events] == [("CONTACT", "CREATE")]


@pytest.mark.parametrize("name", ["Basket Case", "BASKET CASE"])
def test_a_name_is_unique_among_active_contacts(au, name):
    assert au.refusal("Contacts", {"Name": name}) == [NAME_TAKEN.format(name)]


def test_archiving_frees_the_name_but_not_the_number(au):
    guid = au.put("Contacts", {"Name": "Gone", "ContactNumber": "g-1"}).row("Contacts")["ContactID"]
    au.archive_contact(guid)
    assert au.refusal("Contacts", {"Name": "Gone", "ContactNumber": "G-1"}) == [NUMBER_TAKEN]
    assert au.put("Contacts", {"Name": "Gone", "ContactNumber": "g-2"}).status == 200


@pytest.mark.parametrize("name", [" Ltd", "Ltd ", "A  B", "A<B", "A>B", "A\nB"])
def test_some_names_are_refused(au, name):
    assert au.refusal("Contacts", {"Name": name})


@pytest.mark.parametrize("body", [{}, {"Name": ""}, {"EmailAddress": "a@b.test"}])
def test_a_name_is_needed(au, body):
    (message,) = au.refusal("Contacts", {**body, "FirstName": "x"})
    assert message.startswith("The Contact must contain at least 1 of the following elements")


@pytest.mark.parametrize("email", ["nobody", "a@b", "a b@c.test", "a@b.test,c@d.test"])
def test_email_addresses_must_be_valid(au, email):
    assert au.refusal("Contacts", {"Name": "Mail", "EmailAddress": email}) == [
        "Email address must be valid."
    ]


def test_a_post_with_a_name_in_use_overwrites_that_contact(au):
    guid = au.contact("Basket Case")
    row = au.post("Contacts", {"Name": "Basket Case", "EmailAddress": "new@owner.test"}).row(
        "Contacts"
    )
    assert row["ContactID"] == guid
    assert au.contacts[guid]["EmailAddress"] == "new@owner.test"
    assert au.contacts[guid]["FirstName"] == "Rosanne"


def test_a_post_with_a_number_in_use_edits_that_contact(au):
    au.put("Contacts", {"Name": "First", "ContactNumber": "n-1"})
    row = au.post("Contacts", {"Name": "Renamed", "ContactNumber": "n-1"}).row("Contacts")
    assert len(au.contacts.find("number", "n-1")) == 1
    assert row["Name"] == "Renamed"


def test_a_post_of_something_new_creates_it(au):
    answer = au.post("Contacts", {"Name": "Fresh"})
    assert answer.row("Contacts")["ContactID"] in au.contacts
    assert answer.events[0].type == "CREATE"


def test_an_unknown_id_is_404_for_the_request(au):
    guid = "12345678-1234-4234-8234-123456789012"
    answer = au.post("Contacts", {"Name": "Fresh"}, {"ContactID": guid}, summarizeErrors="false")
    assert answer.status == 404
    assert not au.contacts.find("name", "fresh")


def test_a_rename_to_a_name_in_use_is_refused(au):
    guid = au.contact("Boom FM")
    answer = au.post("Contacts", {"ContactID": guid, "Name": "Basket Case"})
    assert answer.messages() == [NAME_TAKEN.format("Basket Case")]
    assert answer.row("Elements")["ContactID"] == guid


def test_archived_contacts_refuse_every_edit(au):
    guid = au.contact("Rex Media Group")
    for body in (
        {"ContactID": guid, "FirstName": "x"},
        {"ContactID": guid, "ContactStatus": "ACTIVE"},
        {"Name": "Other", "ContactNumber": "RMG-2"},
    ):
        assert au.post("Contacts", body).messages() == [ARCHIVED]


def test_an_active_contact_can_be_archived_but_none_be_created_so(au):
    guid = au.contact("Boom FM")
    answer = au.post("Contacts", {"ContactID": guid, "ContactStatus": "ARCHIVED"})
    assert answer.row("Contacts")["ContactStatus"] == "ARCHIVED"
    assert [event.type for event in answer.events] == ["UPDATE"]
    assert au.refusal("Contacts", {"Name": "Old", "ContactStatus": "ARCHIVED"}) == [
        "The status 'ARCHIVED' is not valid for contacts"
    ]


def test_persons_are_replaced_as_a_list_of_five(au):
    persons = [{"FirstName": f"P{number}"} for number in range(6)]
    assert au.refusal("Contacts", {"Name": "Many", "ContactPersons": persons})
    guid = au.put("Contacts", {"Name": "Many", "ContactPersons": persons[:5]}).row("Contacts")[
        "ContactID"
    ]
    au.post("Contacts", {"ContactID": guid, "ContactPersons": persons[:1]})
    assert len(au.contacts[guid]["ContactPersons"]) == 1
    au.post("Contacts", {"ContactID": guid, "FirstName": "x"})
    assert len(au.contacts[guid]["ContactPersons"]) == 1


def test_slots_are_filled_type_by_type(au):
    guid = au.contact("Ridgeway University")
    au.post("Contacts", {"ContactID": guid, "Phones": [{"PhoneType": "FAX", "PhoneNumber": "9"}]})
    phones = au.contacts[guid]["Phones"]
    assert (phones["FAX"]["PhoneNumber"], phones["DEFAULT"]["PhoneNumber"]) == ("9", "555 9191")


@pytest.mark.parametrize(
    "fields",
    [
        {"Phones": [{"PhoneType": "OFFICE", "PhoneNumber": "1"}]},
        {"Addresses": [{"AddressType": "POBOX", "Country": "Area 51"}]},
        {"DefaultCurrency": "CHF"},
        {"AccountsReceivableTaxType": "NONE"},
        {"SalesDefaultAccountCode": "999"},
    ],
)
def test_values_must_fit_the_organisation(au, fields):
    assert au.refusal("Contacts", {"Name": "Fits Not", **fields})


def test_archived_contacts_are_hidden_by_default(au):
    where = 'ContactNumber=="RMG-2"'
    assert au.get("Contacts", where=where).rows("Contacts") == []
    found = au.get("Contacts", where=where, includeArchived="true", page=1).rows("Contacts")
    assert [row["Name"] for row in found] == ["Rex Media Group"]


def test_a_contact_is_read_by_id_or_number(au):
    guid = au.contact("Bank West")
    assert au.get(f"Contacts/{guid}").row("Contacts")["Name"] == "Bank West"
    assert au.get("Contacts/BW-001").row("Contacts")["ContactID"] == guid
    assert au.get("Contacts/nobody").status == 404


def test_unpaged_lists_leave_out_the_persons(au):
    persons = [{"FirstName": "P"}]
    guid = au.put("Contacts", {"Name": "Many", "ContactPersons": persons}).row("Contacts")[
        "ContactID"
    ]
    assert au.get("Contacts", IDs=guid).row("Contacts")["ContactPersons"] == []
    assert au.get("Contacts", IDs=guid, page=1).row("Contacts")["ContactPersons"] == persons
    assert "Phones" not in au.get("Contacts", IDs=guid, summaryOnly="true").row("Contacts")


def test_the_search_looks_at_names_numbers_and_mail(au):
    def found(term: str) -> list:
        return [row["Name"] for row in au.get("Contacts", searchTerm=term).rows("Contacts")]

    assert found("ROSANNE@") == ["Basket Case"]
    assert found("bw-0") == ["Bank West"]
    assert found("rex media") == []
