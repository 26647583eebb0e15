"""Contacts and items of Xero's answers, with all that a comparison with Odoo needs."""

from . import codec, envelope, errors
from .documents import Address, Contact, Item, Person, Phone, Price


def contact_page(body):
    """A page of the list of contacts, archived and merged ones included. One that makes no sense
    is counted, not fatal.

    :return: (contacts, number of pages, number of those that make no sense)
    :rtype: tuple[tuple[Contact, ...], int, int]
    :raises errors.Unreadable: if the answer is no list
    """
    answer = codec.loads(body)
    rows, contacts = envelope.listed("Contacts", answer), []
    for row in rows:
        try:
            contacts.append(_contact(row))
        except errors.Unreadable:
            continue
    pagination = answer.get("pagination")
    pages = pagination.get("pageCount") if isinstance(pagination, dict) else None
    return tuple(contacts), pages if isinstance(pages, int) else 1, len(rows) - len(contacts)


def _contact(row):
    return Contact(
        number=envelope.text(row.get("ContactNumber")),
        name=envelope.text(row.get("Name")) or "",
        xero_id=envelope.required(row, "ContactID"),
        email=envelope.text(row.get("EmailAddress")),
        first_name=envelope.text(row.get("FirstName")),
        last_name=envelope.text(row.get("LastName")),
        tax_number=envelope.text(row.get("TaxNumber")),
        company_number=envelope.text(row.get("CompanyNumber")),
        account_number=envelope.text(row.get("AccountNumber")),
        phones=tuple(filter(None, map(_phone, envelope.objects(row.get("Phones"))))),
        addresses=tuple(filter(None, map(_address, envelope.objects(row.get("Addresses"))))),
        persons=tuple(
            Person(
                envelope.text(person.get("FirstName")),
                envelope.text(person.get("LastName")),
                envelope.text(person.get("EmailAddress")),
            )
            for person in envelope.objects(row.get("ContactPersons"))
        ),
        currency=envelope.text(row.get("DefaultCurrency")),
        status=envelope.text(row.get("ContactStatus")) or "ACTIVE",
        merged_into=envelope.text(row.get("MergedToContactID")),
        is_customer=row.get("IsCustomer") is True,
        is_supplier=row.get("IsSupplier") is True,
        updated=codec.xero_datetime(row.get("UpdatedDateUTC")),
    )


def _phone(slot):
    """A filled slot of the phones; Xero keeps country and area apart."""
    parts = [
        envelope.text(slot.get(f"Phone{part}")) for part in ("CountryCode", "AreaCode", "Number")
    ]
    number = " ".join(filter(None, parts))
    return Phone(envelope.text(slot.get("PhoneType")) or "DEFAULT", number) if parts[2] else None


def _address(slot):
    """A filled slot of the addresses."""
    lines = tuple(
        line for place in range(1, 5) if (line := envelope.text(slot.get(f"AddressLine{place}")))
    )
    parts = [
        envelope.text(slot.get(name))
        for name in ("City", "Region", "PostalCode", "Country", "AttentionTo")
    ]
    if not lines and not any(parts[:4]):
        return None
    return Address(envelope.text(slot.get("AddressType")) or "POBOX", lines, *parts)


def price_list(body):
    """Items with what they say on each side. Xero lists all of them at once, without pages.

    :rtype: tuple[Item, ...]
    """
    return tuple(
        Item(
            number=envelope.required(row, "Code"),
            name=envelope.text(row.get("Name")),
            description=envelope.text(row.get("Description")),
            purchase_description=envelope.text(row.get("PurchaseDescription")),
            sold=row.get("IsSold") is not False,
            purchased=row.get("IsPurchased") is not False,
            sales=_price(row.get("SalesDetails")),
            purchases=_price(row.get("PurchaseDetails")),
            tracked=row.get("IsTrackedAsInventory") is True,
            xero_id=envelope.required(row, "ItemID"),
            updated=codec.xero_datetime(row.get("UpdatedDateUTC")),
        )
        for row in envelope.rows("Items", body)
        if envelope.plain(row.get("Code"))  # of control characters alone: nobody could match it
    )


def _price(details):
    """One side of an item; None for a side that says nothing."""
    if not isinstance(details, dict) or not details:
        return None
    amount = details.get("UnitPrice")
    return Price(
        None if amount is None else envelope.number(amount),
        envelope.text(details.get("AccountCode") or details.get("COGSAccountCode")),
        envelope.text(details.get("TaxType")),
    )
