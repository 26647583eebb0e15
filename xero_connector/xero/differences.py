"""What somebody changed of a master in Xero: fields that Xero holds otherwise than we sent them.

A field is compared as people read it: blanks, capital letters of addresses and e-mails, and the
punctuation of numbers tell nothing. Both sides are read from Xero's own form of a record, so what
was cut or cleaned for Xero is equal to itself.
"""

import re
from decimal import Decimal

from . import codec, errors, parse_masters, payload

# Fields of a contact that Odoo has a place for: name here → field of `documents.Contact`.
CONTACT_FIELDS = {
    "name": "name",
    "email": "email",
    "tax_number": "tax_number",
    "company_number": "company_number",
    "account_number": "account_number",
}
PHONE = "phone"
ADDRESSES = {"street": "STREET", "postal": "POBOX"}

# Fields of an item, likewise.
ITEM_FIELDS = {
    "name": "name",
    "description": "description",
    "purchase_description": "purchase_description",
}
PRICES = {"sales_price": "sales", "purchase_price": "purchases"}

# Where a field stands in Xero's form of a record.
PLACES = {
    "name": ("Name",),
    "email": ("EmailAddress",),
    "tax_number": ("TaxNumber",),
    "company_number": ("CompanyNumber",),
    "account_number": ("AccountNumber",),
    "description": ("Description",),
    "purchase_description": ("PurchaseDescription",),
    "sales_price": ("SalesDetails", "UnitPrice"),
    "purchase_price": ("PurchaseDetails", "UnitPrice"),
}

# Lists of slots: field → (list, name of the slot, which slot).
SLOTS = {
    "phone": ("Phones", "PhoneType", "DEFAULT"),
    "street": ("Addresses", "AddressType", "STREET"),
    "postal": ("Addresses", "AddressType", "POBOX"),
}

# Numbers of which the signs between the digits and letters mean nothing.
LOOSE = frozenset({"tax_number", "company_number", "phone"})

# A GUID for records that were read from what we sent: it has none of its own.
NOBODY = "00000000-0000-0000-0000-000000000000"


def between(resource, content, record):
    """Fields that Xero holds otherwise than we sent them.

    :param str resource: `Contacts` or `Items`
    :param bytes content: the element that was sent
    :param record: the `documents.Contact` or `documents.Item` that Xero lists
    :return: {field: (text sent, text in Xero)}; None for nothing
    :rtype: dict[str, tuple[str | None, str | None]]
    """
    sent = texts(resource, sent_record(resource, content))
    held = texts(resource, record)
    return {
        name: (sent[name], held[name])
        for name in held
        if _comparable(name, sent[name]) != _comparable(name, held[name])
    }


def sent_record(resource, content):
    """What an element says, read as if Xero listed it.

    :param bytes content: an element, or a part of one
    :rtype: documents.Contact | documents.Item
    """
    element = codec.loads(content)
    if resource == "Contacts":
        body = codec.encode_element({"Contacts": [{**element, "ContactID": NOBODY}]})
        contacts, _pages, _senseless = parse_masters.contact_page(body)
        return contacts[0]
    row = {"Code": "-", **element, "ItemID": NOBODY}
    return parse_masters.price_list(codec.encode_element({"Items": [row]}))[0]


def held_part(resource, record, name):
    """One field of what Xero lists, as an element that says nothing else; an empty one for what
    we could not send.

    :param record: the `documents.Contact` or `documents.Item`
    :rtype: bytes
    """
    try:
        element = codec.encode_element(payload.of(resource, record))
    except errors.NotUsable:
        element = b"{}"
    return with_field(b"{}", name, element)


def texts(resource, record):
    """The fields of a master as a person reads them.

    :return: {field: text or None}; of an item, fields of a side that Xero does not have are left
        out, and so are prices of tracked items: their side is not ours
    """
    if resource == "Contacts":
        found = {name: getattr(record, field) for name, field in CONTACT_FIELDS.items()}
        found[PHONE] = next((one.number for one in record.phones if one.kind == "DEFAULT"), None)
        for name, kind in ADDRESSES.items():
            found[name] = next(
                (address_text(one) for one in record.addresses if one.kind == kind), None
            )
        return found
    found = {name: getattr(record, field) for name, field in ITEM_FIELDS.items()}
    for name, side in PRICES.items():
        price = getattr(record, side)
        amount = None if record.tracked or price is None else price.amount
        found[name] = None if amount is None else f"{Decimal(amount).normalize():f}"
    return found


def address_text(address):
    """A `documents.Address` in one line."""
    return ", ".join(filter(None, (
        address.attention_to, *address.lines, address.city, address.region, address.postal_code,
        address.country,
    ))) or None


def with_field(content, name, source):
    """What was sent, with one field as in another element.

    :param bytes content: the element that was sent
    :param str name: a field of `between`
    :param bytes source: the element whose field it takes, or none of that field
    :rtype: bytes
    """
    element, other = codec.loads(content), codec.loads(source)
    if name in SLOTS:
        listed, key, kind = SLOTS[name]
        slots = [slot for slot in element.get(listed) or [] if slot.get(key) != kind]
        slots += [slot for slot in other.get(listed) or [] if slot.get(key) == kind]
        _put(element, listed, slots)
    else:
        *outer, last = PLACES[name]
        part, given = element, other
        for step in outer:
            part, given = part.setdefault(step, {}), given.get(step) or {}
        _put(part, last, given.get(last))
        if outer and not part:
            del element[outer[0]]
    return codec.encode_element(element)


def _put(part, name, value):
    if value in (None, [], ""):
        part.pop(name, None)
    else:
        part[name] = value


def _comparable(name, text):
    if not text:
        return None
    text = text.casefold()
    if name in LOOSE:
        return re.sub(r"[\W_]", "", text)
    return " ".join(text.split())
