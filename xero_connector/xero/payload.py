"""Documents as xero-python model objects: Xero's own names, enumerations and lengths."""

import re
import unicodedata

from . import codec, const, errors, rounding

# Xero refuses addresses of its own name in the field that leads back to the sender.
FORBIDDEN_IN_URL = "xero"

NOT_IN_COUNTRY = re.compile("[^A-Za-z]+")


def contact(document):
    """A `documents.Contact` as xero-python `Contact`; only what is known is set.

    :raises errors.NotUsable: if a value cannot stand in Xero
    """
    from xero_python.accounting import models

    return models.Contact(**_known(
        contact_id=document.xero_id,
        contact_status=document.status,
        contact_number=_number("ContactNumber", document.number),
        name=_name(document.name),
        email_address=_whole("EmailAddress", document.email),
        first_name=_text("FirstName", document.first_name),
        last_name=_text("LastName", document.last_name),
        tax_number=_whole("TaxNumber", document.tax_number),
        company_number=_whole("CompanyNumber", document.company_number),
        account_number=_whole("AccountNumber", document.account_number),
        default_currency=document.currency and _currency(models, document.currency),
        phones=_phones(models, document.phones) or None,
        addresses=[_address(models, address) for address in document.addresses] or None,
        contact_persons=[_person(models, person) for person in document.persons] or None,
        payment_terms=_terms(models, document),
    ) | document.extra)


def item(document):
    """A `documents.Item` as xero-python `Item`; only what is known is set.

    :raises errors.NotUsable: if its code cannot stand in Xero
    """
    from xero_python.accounting import models

    sales = purchases = text = purchase_text = None
    if not document.tracked:
        sales, purchases = document.sales, document.purchases
    if document.sold:
        text = _item_text(document.name, document.description)
    if document.purchased:
        purchase_text = _item_text(document.name, document.purchase_description)
    return models.Item(**_known(
        item_id=document.xero_id,
        code=_code(document.number),
        name=_text("ItemName", document.name),
        description=text,
        purchase_description=purchase_text,
        is_sold=document.sold,
        is_purchased=document.purchased,
        sales_details=sales and _price(models, sales),
        purchase_details=purchases and _price(models, purchases),
    ) | document.extra)


def tax_rate(document):
    """A `documents.NewTaxRate` as xero-python `TaxRate`.

    :raises errors.NotUsable: if a value cannot stand in Xero
    """
    from xero_python.accounting import models

    return models.TaxRate(**_known(
        name=_text("TaxRateName", document.name),
        report_tax_type=document.report_tax_type,
        tax_components=[
            models.TaxComponent(name=_text("TaxRateName", name), rate=rate)
            for name, rate in document.components
        ],
    ))


def invoice(document):
    """A `documents.Invoice` as xero-python `Invoice`.

    :raises errors.NotUsable: if a value cannot stand in Xero
    """
    from xero_python.accounting import models

    return models.Invoice(**_known(
        type=document.kind,
        invoice_id=document.xero_id,
        invoice_number=_number_of("InvoiceNumber", document),
        due_date=document.due_date,
        url=url_of(document),
        **_common(models, document),
    ) | document.extra)


def credit_note(document):
    """A `documents.CreditNote` as xero-python `CreditNote`.

    :raises errors.NotUsable: if a value cannot stand in Xero
    """
    from xero_python.accounting import models

    return models.CreditNote(**_known(
        type=document.kind,
        credit_note_id=document.xero_id,
        credit_note_number=_number_of("CreditNoteNumber", document),
        **_common(models, document),
    ) | document.extra)


def purchase_order(document):
    """A `documents.PurchaseOrder` as xero-python `PurchaseOrder`.

    :raises errors.NotUsable: if a value cannot stand in Xero
    """
    from xero_python.accounting import models

    return models.PurchaseOrder(**_known(
        purchase_order_id=document.xero_id,
        purchase_order_number=_number("PurchaseOrderNumber", document.number),
        delivery_date=document.delivery_date,
        delivery_address=_text("DeliveryAddress", document.delivery_address),
        attention_to=_text("AttentionTo", document.attention_to),
        telephone=_whole("Telephone", document.telephone),
        delivery_instructions=_text("DeliveryInstructions", document.delivery_instructions),
        **_common(models, document),
    ) | document.extra)


def tracking_option(name):
    """The create of an option of a tracking category.

    :rtype: models.TrackingOption
    """
    from xero_python.accounting import models

    return models.TrackingOption(name=name)


def of(resource, document):
    """The model object of a document, by Xero's name of its kind.

    :param str resource: `Contacts`, `Invoices`, …
    :raises errors.NotUsable: if a value cannot stand in Xero
    """
    return {
        "Contacts": contact,
        "Items": item,
        "Invoices": invoice,
        "CreditNotes": credit_note,
        "PurchaseOrders": purchase_order,
    }[resource](document)


def approval(resource, xero_id, sent_to_contact=False):
    """The element that approves a document which stands in Xero as a draft; its lines stay.

    :param bool sent_to_contact: whether the customer has it, which Xero takes of approved ones
    :rtype: dict
    """
    element = {const.IDENTITY[resource][0]: xero_id, "Status": "AUTHORISED"}
    return {**element, "SentToContact": True} if sent_to_contact else element


def sent_flag(xero_id):
    """The element that says of an approved invoice that the customer has it."""
    return {const.IDENTITY["Invoices"][0]: xero_id, "SentToContact": True}


def url_of(document):
    """The way back to Odoo, where Xero has a field for it and takes the address; else None."""
    url = getattr(document, "url", None)
    return None if FORBIDDEN_IN_URL in (url or "").lower() else url


# === PARTS === #

def _common(models, document):
    """What documents share. Only the contact's GUID is sent: more would edit it."""
    return {
        "contact": models.Contact(contact_id=document.contact_id),
        "date": document.date,
        "line_amount_types": models.LineAmountTypes.EXCLUSIVE,
        "line_items": [
            _line(models, line)
            for line in document.lines
            if not line.text_only or _text("Description", line.description)
        ],
        "currency_code": _currency(models, document.currency),
        "currency_rate": _rate(document.currency_rate),
        "reference": _text("Reference", document.reference),
        "branding_theme_id": document.branding_theme_id,
        "status": document.status,
    }


def line(document_line):
    """A `documents.Line` as xero-python `LineItem`."""
    from xero_python.accounting import models

    return _line(models, document_line)


def _line(models, line):
    if line.text_only:
        return models.LineItem(**_known(
            line_item_id=line.line_item_id,
            description=_text("Description", line.description),
        ))
    priced = rounding.price_line(line)
    description = line.description
    if priced.suffix:
        # What was written must survive the cut, so the words before it give way.
        room = const.LENGTHS["Description"] - len(priced.suffix) - 1
        description = f"{codec.clean_text(description, room) or ''}\n{priced.suffix}"
    return models.LineItem(**_known(
        line_item_id=line.line_item_id,
        description=_text("Description", description) or "-",
        quantity=priced.quantity,
        unit_amount=priced.unit_amount,
        tax_amount=line.tax if line.states_tax else priced.tax_amount,
        tax_type=line.tax_type,
        account_code=line.account_code,
        item_code=line.item_code,
        tracking=[
            models.LineItemTracking(name=name, option=option) for name, option in line.tracking
        ] or None,
    ))


def _item_text(name, description):
    """What a line says of an item: its description, else its name. A name that had to be cut
    stands there in full."""
    name = codec.clean_text(name, const.LENGTHS["Description"])
    description = _text("Description", description)
    if name and description and name != _text("ItemName", name):
        return _text("Description", f"{name}\n{description}")
    return description or name


def _price(models, price):
    """Four decimals: more of them Xero refuses, with a sentence about accounts."""
    return models.Purchase(**_known(
        unit_price=None if price.amount is None else round(price.amount, 4),
        account_code=price.account_code,
        tax_type=price.tax_type,
    ))


def _phones(models, phones):
    numbers = {phone.kind: _whole("PhoneNumber", phone.number) for phone in phones}
    return [
        models.Phone(phone_type=kind, phone_number=number)
        for kind, number in numbers.items()
        if number
    ]


def _address(models, address):
    lines = {
        f"address_line{position}": _text("AddressLine", line)
        for position, line in enumerate(address.lines[:4], start=1)
    }
    return models.Address(**_known(
        address_type=address.kind,
        city=_text("City", address.city),
        region=_text("Region", address.region),
        postal_code=_whole("PostalCode", address.postal_code),
        country=_country(address.country),
        attention_to=_text("AttentionTo", address.attention_to),
        **lines,
    ))


def _person(models, person):
    """A further person; they get no e-mails from Xero unless somebody says so there."""
    return models.ContactPerson(**_known(
        first_name=_text("FirstName", person.first_name),
        last_name=_text("LastName", person.last_name),
        email_address=_whole("EmailAddress", person.email),
        include_in_emails=False,
    ))


def _terms(models, document):
    """Default due dates of sales and bills."""
    sales, bills = document.sales_terms, document.bill_terms
    if not sales and not bills:
        return None
    return models.PaymentTerm(**_known(
        sales=sales and models.Bill(day=sales.day, type=models.PaymentTermType(sales.kind)),
        bills=bills and models.Bill(day=bills.day, type=models.PaymentTermType(bills.kind)),
    ))


def _country(value):
    """Xero takes the letters A to Z and blanks only: Côte d'Ivoire goes as Cote d Ivoire."""
    plain = "".join(
        char
        for char in unicodedata.normalize("NFKD", value or "")
        if not unicodedata.combining(char)
    )
    return NOT_IN_COUNTRY.sub(" ", plain).strip()[: const.LENGTHS["Country"]].strip() or None


def _currency(models, code):
    try:
        return models.CurrencyCode(code)
    except ValueError:
        raise errors.NotUsable("currency", f"Xero does not know the currency {code}.") from None


def _rate(rate):
    """Foreign units per base unit, six decimals. Without it Xero would take a rate of its own."""
    if rate is None:
        return None
    rounded = round(rate, 6)
    if rounded <= 0:
        raise errors.NotUsable("currency_rate", f"Xero cannot hold the currency rate {rate}.")
    return rounded


def _number(field, value):
    """A number by which we find the record again: sent as it is, or not at all.

    :raises errors.NotUsable: if Xero would change it, or could not be asked for it
    """
    if value is None:
        return None
    if _text(field, value) != value:
        raise errors.NotUsable("number", f"Xero cannot hold the number {value!r} as it is.")
    return codec.filter_value(value)


def _code(value):
    """An item's code: it names the item in both systems, so it is never cut.

    :raises errors.NotUsable: if Xero would change it
    """
    if not value or _text("ItemCode", value) != value:
        raise errors.NotUsable("code", f"Xero cannot hold the code {value!r} as it is.")
    return value


def _number_of(field, document):
    """The number of an invoice or credit note: ours as it is; the supplier's is free text, cut."""
    if document.kind in const.NUMBERED_BY_SUPPLIER:
        return _text(field, document.number)
    return _number(field, document.number)


def _text(field, value):
    return codec.clean_text(value, const.LENGTHS[field])


def _whole(field, value):
    """A text that means nothing when it is cut, such as a tax number: whole, or left out."""
    text = codec.clean_text(value, const.REQUEST_BYTES)
    return text if text == _text(field, text) else None


def _name(value):
    """A contact name: no angle brackets, no double blanks."""
    plain = (value or "").replace("<", "(").replace(">", ")")
    return codec.clean_text(" ".join(plain.split()), const.LENGTHS["Name"])


def _known(**values):
    return {name: value for name, value in values.items() if value is not None}
