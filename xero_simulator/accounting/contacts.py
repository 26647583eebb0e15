"""Contacts: names unique among the active ones, numbers unique among all, fixed slots."""

from __future__ import annotations

import re

from .answers import Refused, not_found
from .lines import account_problem
from .tables import Record

TEXT_FIELDS = (
    "ContactNumber", "AccountNumber", "FirstName", "LastName", "CompanyNumber", "EmailAddress",
    "BankAccountDetails", "TaxNumber", "TaxNumberType", "AccountsReceivableTaxType",
    "AccountsPayableTaxType", "SalesDefaultLineAmountType", "PurchasesDefaultLineAmountType",
    "DefaultCurrency", "XeroNetworkKey", "SalesDefaultAccountCode", "PurchasesDefaultAccountCode",
    "Website",
)  # fmt: skip
PHONE_SLOTS = ("DDI", "DEFAULT", "FAX", "MOBILE")
ADDRESS_SLOTS = ("STREET", "POBOX")
PHONE_FIELDS = ("PhoneNumber", "PhoneAreaCode", "PhoneCountryCode")
ADDRESS_FIELDS = (
    "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "City", "Region",
    "PostalCode", "Country", "AttentionTo",
)  # fmt: skip
MOST_PERSONS = 5

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
ARCHIVED = (
    "The specified contact details matched an archived contact. "
    "Archived contacts cannot currently be edited via the API."
)


def existing_contact(organisation, element: Record, creating: bool) -> Record | None:
    """Return the contact that an element edits, or None if it makes a new one."""
    guid = element.get("ContactID")
    if creating:
        if guid:
            raise Refused("ContactID must not be specified when a contact is created.")
        return None
    if guid:
        found = organisation.contacts.get(guid.lower())
        if found is None:
            raise not_found()
        return found
    number = (element.get("ContactNumber") or "").strip().casefold()
    found = organisation.contacts.find("number", number) if number else ()
    if not found and element.get("Name"):
        found = organisation.contacts.find("name", element["Name"].casefold())
    return found[0] if found else None


def save_contact(organisation, element: Record, existing: Record | None) -> Record:
    """Create or change a contact, or refuse it; absent fields keep their value."""
    guid = existing["ContactID"] if existing else None
    if existing and existing["ContactStatus"] != "ACTIVE":
        raise Refused(ARCHIVED, guid=guid)
    problems: list[str] = []
    record = dict(existing) if existing else _empty(organisation)
    _name(organisation, element, record, problems)
    for key in TEXT_FIELDS:
        if element.get(key) is not None:
            record[key] = element[key].strip()
    _number(organisation, record, problems)
    _checked_values(organisation, record, problems)
    _slots(element.get("Phones"), record, "Phones", "PhoneType", PHONE_FIELDS, problems)
    _slots(element.get("Addresses"), record, "Addresses", "AddressType", ADDRESS_FIELDS, problems)
    _persons(element, record, problems)
    if element.get("PaymentTerms") is not None:
        record["PaymentTerms"] = element["PaymentTerms"]
    _status(element, record, existing, problems)
    if problems:
        raise Refused(*problems, guid=guid)
    record["UpdatedDateUTC"] = organisation.now()
    organisation.announce("CONTACT", "UPDATE" if existing else "CREATE", record["ContactID"])
    return organisation.contacts.save(record)


def _empty(organisation) -> Record:
    return {
        "ContactID": organisation.new_guid(),
        "ContactStatus": "ACTIVE",
        "Name": "",
        "EmailAddress": "",
        "BankAccountDetails": "",
        "Addresses": {slot: {} for slot in ADDRESS_SLOTS},
        "Phones": {slot: dict.fromkeys(PHONE_FIELDS, "") for slot in PHONE_SLOTS},
        "ContactPersons": (),
        "IsSupplier": False,
        "IsCustomer": False,
    }


def _name(organisation, element: Record, record: Record, problems: list[str]) -> None:
    name = element.get("Name")
    if name is None and record["Name"]:
        return
    if not name or not name.strip():
        problems.append(
            "The Contact must contain at least 1 of the following elements to identify the "
            "contact: Name, ContactID, ContactNumber"
        )
        return
    if name != " ".join(name.split()) or "<" in name or ">" in name:
        problems.append(
            "The contact name must not contain < or >, line breaks, or leading, trailing or "
            "double spaces."
        )
    for other in organisation.contacts.find("name", name.casefold()):
        if other["ContactID"] != record["ContactID"]:
            problems.append(
                f"The contact name {name} is already assigned to another contact. "
                "The contact name must be unique across all active contacts."
            )
            break
    record["Name"] = name


def _number(organisation, record: Record, problems: list[str]) -> None:
    number = (record.get("ContactNumber") or "").casefold()
    others = organisation.contacts.find("number", number) if number else ()
    if any(other["ContactID"] != record["ContactID"] for other in others):
        problems.append(
            "Another contact has this contact number. Please enter a different contact number."
        )


def _checked_values(organisation, record: Record, problems: list[str]) -> None:
    email = record.get("EmailAddress")
    if email and not _EMAIL.fullmatch(email):
        problems.append("Email address must be valid.")
    currency = record.get("DefaultCurrency")
    if currency and currency not in organisation.currencies:
        problems.append(f"Organisation is not subscribed to currency {currency}")
    for key in ("AccountsReceivableTaxType", "AccountsPayableTaxType"):
        kind = record.get(key)
        if kind and organisation.tax_rates.get(kind, {}).get("Status") != "ACTIVE":
            problems.append(
                f"The TaxType code {kind} does not exist or cannot be used for this type of "
                "transaction."
            )
    for key in ("SalesDefaultAccountCode", "PurchasesDefaultAccountCode"):
        code = record.get(key)
        problem = account_problem(organisation.account_by_code(code), code) if code else None
        if problem:
            problems.append(problem)


def _slots(given, record, key, type_key, names, problems) -> None:
    """Fill the fixed slots of phones or addresses type by type; other slots stay as they are."""
    if not given:
        return
    slots = dict(record[key])
    for element in given:
        kind = element.get(type_key) or ("DEFAULT" if key == "Phones" else "POBOX")
        if kind not in slots:
            problems.append(f"The {type_key} '{kind}' is not valid for contacts.")
            continue
        slots[kind] = {name: element[name] for name in names if element.get(name) is not None}
        country = slots[kind].get("Country", "")
        if any(char.isdigit() for char in country):
            problems.append("The Country of an address must contain letters only.")
        if key == "Phones":
            slots[kind] = {**dict.fromkeys(PHONE_FIELDS, ""), **slots[kind]}
    record[key] = slots


def _persons(element: Record, record: Record, problems: list[str]) -> None:
    persons = element.get("ContactPersons")
    if persons is None:
        return
    if len(persons) > MOST_PERSONS:
        problems.append(f"A contact can have no more than {MOST_PERSONS} contact persons.")
    for person in persons:
        email = person.get("EmailAddress")
        if email and not _EMAIL.fullmatch(email):
            problems.append("Email address must be valid.")
    record["ContactPersons"] = tuple(persons)


def _status(element: Record, record: Record, existing: Record | None, problems: list[str]) -> None:
    status = element.get("ContactStatus")
    if not status or status == "ACTIVE":
        return
    if existing is None or status != "ARCHIVED":
        problems.append(f"The status '{status}' is not valid for contacts")
        return
    record["ContactStatus"] = status


# === HOW CONTACTS ARE SHOWN === #


def full_contact(record: Record, with_persons: bool = True) -> Record:
    """Return a contact as reads of contacts and answers to document writes show it."""
    shown = {"ContactID": record["ContactID"]}
    for key in ("ContactNumber", "AccountNumber"):
        if record.get(key):
            shown[key] = record[key]
    shown["ContactStatus"] = record["ContactStatus"]
    for key in ("Name", "FirstName", "LastName", "CompanyNumber"):
        if record.get(key):
            shown[key] = record[key]
    shown["EmailAddress"] = record["EmailAddress"]
    shown["BankAccountDetails"] = record["BankAccountDetails"]
    for key in TEXT_FIELDS[7:]:
        if record.get(key):
            shown[key] = record[key]
    shown["Addresses"] = [
        {"AddressType": kind, "City": "", "Region": "", "PostalCode": "", "Country": "", **slot}
        for kind, slot in record["Addresses"].items()
    ]
    shown["Phones"] = [{"PhoneType": kind, **slot} for kind, slot in record["Phones"].items()]
    shown["UpdatedDateUTC"] = record["UpdatedDateUTC"]
    shown["ContactGroups"] = []
    shown["IsSupplier"] = record["IsSupplier"]
    shown["IsCustomer"] = record["IsCustomer"]
    shown["ContactPersons"] = record["ContactPersons"] if with_persons else []
    if record.get("PaymentTerms"):
        shown["PaymentTerms"] = record["PaymentTerms"]
    if with_persons and record.get("MergedToContactID"):
        shown["MergedToContactID"] = record["MergedToContactID"]
    shown["HasAttachments"] = record.get("HasAttachments", False)
    shown["HasValidationErrors"] = False
    return shown


def short_contact(record: Record) -> Record:
    """Return a contact as lists of documents show it."""
    return {
        "ContactID": record["ContactID"],
        "Name": record["Name"],
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "ContactPersons": [],
        "HasValidationErrors": False,
    }


def summary_contact(record: Record) -> Record:
    """Return a contact as `summaryOnly=true` shows it."""
    shown = full_contact(record, with_persons=False)
    for key in ("Addresses", "Phones", "ContactPersons", "ContactGroups", "PaymentTerms"):
        shown.pop(key, None)
    return shown
