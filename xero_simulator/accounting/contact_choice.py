"""Which contact a document means.

A contact may be named by id, by number or by name. Fields beyond that edit the contact, and on
invoices and credit notes a name that nobody has yet makes a new contact: both are as dangerous
in Xero as they are here.
"""

from __future__ import annotations

from .answers import Refused
from .contacts import save_contact
from .tables import Record

# Fields of a contact that a document's answer carries anyway; sending them back edits nothing.
ECHOED = frozenset(
    {"ContactID", "ContactStatus", "HasValidationErrors", "HasAttachments", "UpdatedDateUTC",
     "ContactGroups", "IsSupplier", "IsCustomer", "Balances"}
)  # fmt: skip


def choose_contact(organisation, given: Record, may_create: bool, problems: list[str]):
    """Return the contact that a document names, edited or made if the body says so."""
    contact = _named(organisation, given, may_create)
    if contact is None and not may_create:
        return None
    if contact is None and given.get("ContactID"):
        return None
    further = {key for key, value in given.items() if value is not None} - ECHOED
    if contact is not None:
        by_id = bool(given.get("ContactID"))
        further = {key for key in further if not _same(contact, key, given[key], by_id)}
        if not further or contact["ContactStatus"] != "ACTIVE":
            return contact
    elif not given.get("Name"):
        problems.append(
            "The Contact must contain at least 1 of the following elements to identify the "
            "contact: Name, ContactID, ContactNumber"
        )
        return None
    try:
        return save_contact(organisation, given, contact)
    except Refused as refusal:
        problems.extend(refusal.messages)
        return None


def _named(organisation, given: Record, may_create: bool) -> Record | None:
    if given.get("ContactID"):
        return organisation.contacts.get(given["ContactID"].lower())
    if given.get("ContactNumber"):
        found = organisation.contacts.find("number", given["ContactNumber"].strip().casefold())
        if found:
            return found[0]
    if given.get("Name"):
        found = organisation.contacts.find("name", given["Name"].casefold())
        if found:
            return found[0]
    return None


def _same(contact: Record, key: str, value, by_id: bool) -> bool:
    """Tell whether a field says nothing new; what the contact was found by does not rename it."""
    if key in ("Name", "ContactNumber") and not by_id:
        return (contact.get(key) or "").casefold() == value.strip().casefold()
    if key in ("Phones", "Addresses", "ContactPersons") and not value:
        return True
    return contact.get(key) == value or (not value and not contact.get(key))
