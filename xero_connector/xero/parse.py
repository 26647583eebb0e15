"""Xero's answers as frozen values. Tolerant of what is new, strict about what we rely on."""

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal

from . import codec, const, errors, held
from .const import IDENTITY
from .documents import (
    Account,
    Address,
    BrandingTheme,
    Contact,
    Currency,
    Held,
    Item,
    Organisation,
    Page,
    Person,
    Phone,
    Price,
    TaxComponent,
    TaxRate,
    Totals,
    TrackingCategory,
    TrackingOption,
)

NO_REASON = "Xero gave no reason."

CLASSES = {
    "CanApplyToAssets": "assets",
    "CanApplyToEquity": "equity",
    "CanApplyToExpenses": "expenses",
    "CanApplyToLiabilities": "liabilities",
    "CanApplyToRevenue": "revenue",
}


@dataclass(frozen=True, slots=True)
class Element:
    """What a write did to one element. Of one that is not `ok`, only the errors may be believed:
    Xero echoes what was asked for, and number, contact and date only say whom it speaks of.
    `guid` is what it says of itself, `xero_id` what stands; `snapshot` (see `held`) is there for
    documents."""

    position: int
    ok: bool
    number: str | None
    guid: str | None = None
    xero_id: str | None = None
    name: str | None = None
    status: str | None = None
    totals: Totals | None = None
    contact_id: str | None = None
    currency: str | None = None
    date: datetime.date | None = None
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    snapshot: dict | None = None

    @property
    def in_doubt(self):
        """Neither created nor refused: it may or may not stand in Xero."""
        return not self.ok and not self.errors


# === WRITES === #

def write_answer(resource, body):
    """The elements of a write's answer, in Xero's order.

    :param str resource: `Contacts`, `Invoices`, …
    :param bytes body: the answer
    :rtype: tuple[Element, ...]
    :raises errors.Unreadable: if it is not the list it should be
    """
    return tuple(
        _element(resource, position, row)
        for position, row in enumerate(_rows(resource, body))
    )


def _element(resource, position, row):
    id_name, number_name = IDENTITY[resource]
    xero_id, number = _text(row.get(id_name)), _text(row.get(number_name))
    texts = tuple(_messages(row))
    failed = (
        bool(texts)
        or row.get("HasErrors") is True
        or row.get("HasValidationErrors") is True
        or row.get("StatusAttributeString") == "ERROR"
    )
    if failed:
        return Element(
            position,
            False,
            number,
            xero_id,
            contact_id=_contact_id(row),
            date=_echoed_date(row),
            errors=texts or (NO_REASON,),
        )
    if not codec.is_guid(xero_id):
        return Element(position, False, number)
    return Element(
        position,
        True,
        number,
        guid=xero_id,
        xero_id=xero_id,
        name=_text(row.get("Name")),
        status=_text(row.get("Status") or row.get("ContactStatus")),
        totals=_totals(row),
        contact_id=_contact_id(row),
        currency=_text(row.get("CurrencyCode")),
        date=_echoed_date(row),
        warnings=tuple(_texts(row.get("Warnings"))),
        snapshot=_snapshot(resource, row),
    )


def _snapshot(resource, row):
    return held.snapshot(resource, row) if resource in held.DOCUMENTS else None


def match(elements, numbers):
    """Which element of a create speaks of which number; never by position alone.

    What the result lacks is in doubt: a number that no element carries, or two, or one that is in
    doubt itself.

    :param elements: from `write_answer`
    :param list numbers: what was sent, in order
    :return: {index of the number: element}
    :rtype: dict[int, Element]
    """
    return _match(elements, "number", [_plain(number) for number in numbers])


def match_updates(elements, xero_ids):
    """The same for an update, whose elements name the record by its GUID.

    :param list xero_ids: GUIDs that were sent, in order
    :rtype: dict[int, Element]
    """
    return _match(elements, "guid", xero_ids)


def match_supplied(elements, sent):
    """The same for a create of bills or vendor credits, whose numbers are their suppliers'.

    An element speaks of what has its number, contact and date; then, among what is left, of what
    it does not contradict, because a refused one may lack what Xero could not read. Only what
    fits one alone, on both sides, is told.

    :param list sent: (number, contact's GUID, date) in order
    :rtype: dict[int, Element]
    """
    matches, left = {}, list(elements)
    for unsaid in ((), (None,)):
        fits = {
            index: [element for element in left if _speaks_of(element, *one, unsaid)]
            for index, one in enumerate(sent)
            if index not in matches
        }
        for index, found in fits.items():
            if len(found) == 1 and sum(found[0] in others for others in fits.values()) == 1:
                matches[index] = found[0]
        left = [element for element in left if element not in matches.values()]
    return {index: element for index, element in matches.items() if not element.in_doubt}


def _speaks_of(element, number, contact, date, unsaid):
    return (
        element.number == codec.clean_text(number, const.LENGTHS["InvoiceNumber"])
        and element.contact_id in (*unsaid, contact)
        and element.date in (*unsaid, date)
    )


def _match(elements, attribute, sent):
    by_name = {}
    for element in elements:
        by_name.setdefault(getattr(element, attribute), []).append(element)
    matches = {}
    for index, name in enumerate(sent):
        found = by_name.get(name, ())
        if name and len(found) == sent.count(name) == 1 and not found[0].in_doubt:
            matches[index] = found[0]
    return matches


def refusal(body):
    """The validation texts of a request that was refused as a whole (HTTP 400).

    :rtype: tuple[str, ...]
    """
    try:
        answer = codec.loads(body)
    except errors.Unreadable:
        return ()
    if not isinstance(answer, dict):
        return ()
    texts = tuple(_messages(answer))
    summary = _plain(answer.get("Message")) or _plain(answer.get("Detail"))
    return texts or ((summary,) if summary else ())


def _messages(value):
    """All validation texts, wherever they hang: contact, addresses, lines have their own lists."""
    found = {}
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending += reversed(node)
        elif isinstance(node, dict):
            found.update(dict.fromkeys(_texts(node.get("ValidationErrors"))))
            pending += [
                child
                for name, child in reversed(node.items())
                if name not in ("ValidationErrors", "Warnings") and isinstance(child, dict | list)
            ]
    return list(found)


def _texts(rows):
    """The words of validation errors or warnings. One that says nothing readable still counts."""
    if not rows:
        return
    for row in rows if isinstance(rows, list) else [rows]:
        message = row.get("Message") or row.get("Description") if isinstance(row, dict) else row
        yield _plain(message) or NO_REASON


def _contact_id(row):
    contact = row.get("Contact")
    return _text(contact.get("ContactID")) if isinstance(contact, dict) else None


def _echoed_date(row):
    """The date of an element of an answer; None for one that is not there or makes no sense."""
    try:
        return _date(row.get("DateString") or row.get("Date"))
    except errors.Unreadable:
        return None


# === DOCUMENTS AND CONTACTS === #

def invoices(body):
    """Invoices and bills as Xero holds them."""
    return _held("Invoices", body)


def credit_notes(body):
    """Credit notes of both kinds as Xero holds them."""
    return _held("CreditNotes", body)


def snapshots(resource, body):
    """Documents as Xero holds them, for comparing: {GUID: snapshot}."""
    id_name = IDENTITY[resource][0]
    return {
        _required(row, id_name).lower(): held.snapshot(resource, row)
        for row in _rows(resource, body)
    }


def purchase_orders(body):
    """Purchase orders as Xero holds them."""
    return _held("PurchaseOrders", body)


def contacts(body):
    """Contacts as Xero holds them."""
    return _held("Contacts", body)


def items(body):
    """Items as Xero holds them; the number is the code."""
    return _held("Items", body)


def page(resource, body):
    """A page of a list of documents. An element that makes no sense is counted, not fatal.

    :rtype: Page
    :raises errors.Unreadable: if the answer is no list
    """
    answer = codec.loads(body)
    rows, documents = _list(resource, answer), []
    for row in rows:
        try:
            held = _held_row(resource, row)
        except errors.Unreadable:
            continue
        if codec.is_guid(held.xero_id):
            documents.append(held)
    pagination = answer.get("pagination")
    total = pagination.get("itemCount") if isinstance(pagination, dict) else None
    return Page(
        tuple(documents),
        rows=len(rows),
        unreadable=len(rows) - len(documents),
        total=total if type(total) is int and 0 <= total < 10**9 else None,
    )


def _held(resource, body):
    return tuple(
        replace(_held_row(resource, row), snapshot=_snapshot(resource, row))
        for row in _rows(resource, body)
    )


def _held_row(resource, row):
    id_name, number_name = IDENTITY[resource]
    contact = row.get("Contact") if isinstance(row.get("Contact"), dict) else {}
    return Held(
        xero_id=_required(row, id_name),
        number=_text(row.get(number_name)),
        status=_text(row.get("Status") or row.get("ContactStatus")),
        name=_text(row.get("Name")),
        contact_id=_text(contact.get("ContactID")),
        currency=_text(row.get("CurrencyCode")),
        date=_date(row.get("DateString") or row.get("Date")),
        totals=_totals(row),
        merged_into=_text(row.get("MergedToContactID")),
        updated=codec.xero_datetime(row.get("UpdatedDateUTC")),
        kind=_plain(row.get("Type")),
        reference=_plain(row.get("Reference")),
        contact_name=_plain(contact.get("Name")),
        url=_plain(row.get("Url")),
    )


# === ITEMS === #

def contact_page(body):
    """A page of the list of contacts, archived and merged ones included.

    :return: (contacts, number of pages)
    :rtype: tuple[tuple[Contact, ...], int]
    """
    answer = codec.loads(body)
    pagination = answer.get("pagination") if isinstance(answer, dict) else None
    pages = pagination.get("pageCount") if isinstance(pagination, dict) else None
    return (
        tuple(_contact(row) for row in _rows("Contacts", body)),
        pages if isinstance(pages, int) else 1,
    )


def _contact(row):
    return Contact(
        number=_text(row.get("ContactNumber")),
        name=_text(row.get("Name")) or "",
        xero_id=_required(row, "ContactID"),
        email=_text(row.get("EmailAddress")),
        first_name=_text(row.get("FirstName")),
        last_name=_text(row.get("LastName")),
        tax_number=_text(row.get("TaxNumber")),
        company_number=_text(row.get("CompanyNumber")),
        account_number=_text(row.get("AccountNumber")),
        phones=tuple(filter(None, map(_phone, _objects(row.get("Phones"))))),
        addresses=tuple(filter(None, map(_address, _objects(row.get("Addresses"))))),
        persons=tuple(
            Person(
                _text(person.get("FirstName")),
                _text(person.get("LastName")),
                _text(person.get("EmailAddress")),
            )
            for person in _objects(row.get("ContactPersons"))
        ),
        currency=_text(row.get("DefaultCurrency")),
        status=_text(row.get("ContactStatus")) or "ACTIVE",
        merged_into=_text(row.get("MergedToContactID")),
        is_customer=row.get("IsCustomer") is True,
        is_supplier=row.get("IsSupplier") is True,
        updated=codec.xero_datetime(row.get("UpdatedDateUTC")),
    )


def _phone(slot):
    """A filled slot of the phones; Xero keeps country and area apart."""
    parts = [_text(slot.get(f"Phone{part}")) for part in ("CountryCode", "AreaCode", "Number")]
    number = " ".join(filter(None, parts))
    return Phone(_text(slot.get("PhoneType")) or "DEFAULT", number) if parts[2] else None


def _address(slot):
    """A filled slot of the addresses."""
    lines = tuple(
        line for place in range(1, 5) if (line := _text(slot.get(f"AddressLine{place}")))
    )
    parts = [
        _text(slot.get(name)) for name in ("City", "Region", "PostalCode", "Country", "AttentionTo")
    ]
    if not lines and not any(parts[:4]):
        return None
    return Address(_text(slot.get("AddressType")) or "POBOX", lines, *parts)


def price_list(body):
    """Items with what they say on each side. Xero lists all of them at once, without pages.

    :rtype: tuple[Item, ...]
    """
    return tuple(
        Item(
            number=_required(row, "Code"),
            name=_text(row.get("Name")),
            description=_text(row.get("Description")),
            purchase_description=_text(row.get("PurchaseDescription")),
            sold=row.get("IsSold") is not False,
            purchased=row.get("IsPurchased") is not False,
            sales=_price(row.get("SalesDetails")),
            purchases=_price(row.get("PurchaseDetails")),
            tracked=row.get("IsTrackedAsInventory") is True,
            xero_id=_required(row, "ItemID"),
            updated=codec.xero_datetime(row.get("UpdatedDateUTC")),
        )
        for row in _rows("Items", body)
        if _plain(row.get("Code"))  # of control characters alone: nobody could match it
    )


def _price(details):
    """One side of an item; None for a side that says nothing."""
    if not isinstance(details, dict) or not details:
        return None
    amount = details.get("UnitPrice")
    return Price(
        None if amount is None else _number(amount),
        _text(details.get("AccountCode") or details.get("COGSAccountCode")),
        _text(details.get("TaxType")),
    )


# === SETTINGS === #

def organisation(body):
    """The organisation that answered.

    :rtype: Organisation
    """
    rows = _rows("Organisations", body)
    if len(rows) != 1:
        raise errors.Unreadable("organisation", "Xero's answer names no organisation.")
    row = rows[0]
    return Organisation(
        organisation_id=_required(row, "OrganisationID"),
        name=_required(row, "Name"),
        base_currency=_required(row, "BaseCurrency"),
        country_code=_required(row, "CountryCode"),
        short_code=_text(row.get("ShortCode")) or "",
        is_demo=row.get("IsDemoCompany") is True,
        status=_text(row.get("OrganisationStatus")),
        timezone=_text(row.get("Timezone")),
        period_lock_date=_date(row.get("PeriodLockDate")),
        year_lock_date=_date(row.get("EndOfYearLockDate")),
    )


def accounts(body):
    """Xero's chart of accounts.

    :rtype: tuple[Account, ...]
    """
    return tuple(
        Account(
            account_id=_required(row, "AccountID"),
            code=_text(row.get("Code")),
            name=_required(row, "Name"),
            type=_text(row.get("Type")) or "",
            account_class=_text(row.get("Class")),
            status=_text(row.get("Status")) or "ACTIVE",
            tax_type=_text(row.get("TaxType")),
            system_account=_text(row.get("SystemAccount")),
            currency=_text(row.get("CurrencyCode")),
        )
        for row in _rows("Accounts", body)
    )


def tax_rates(body):
    """Tax rates, deleted and archived ones included.

    :rtype: tuple[TaxRate, ...]
    """
    return tuple(
        TaxRate(
            tax_type=_required(row, "TaxType"),
            name=_required(row, "Name"),
            effective_rate=_number(row.get("EffectiveRate")),
            display_rate=_number(row.get("DisplayTaxRate")),
            status=_text(row.get("Status")) or "ACTIVE",
            applies_to=frozenset(
                name for flag, name in CLASSES.items() if row.get(flag) is True
            ),
            report_tax_type=_text(row.get("ReportTaxType")),
            components=tuple(
                TaxComponent(
                    _text(part.get("Name")) or "",
                    _number(part.get("Rate")),
                    part.get("IsCompound") is True,
                    part.get("IsNonRecoverable") is True,
                )
                for part in _objects(row.get("TaxComponents"))
            ),
        )
        for row in _rows("TaxRates", body)
    )


def currencies(body):
    """Currencies that the organisation is subscribed to.

    :rtype: tuple[Currency, ...]
    """
    return tuple(
        Currency(_required(row, "Code"), _text(row.get("Description")) or "")
        for row in _rows("Currencies", body)
    )


def tracking_categories(body):
    """Tracking categories with their options.

    :rtype: tuple[TrackingCategory, ...]
    """
    return tuple(
        TrackingCategory(
            _required(row, "TrackingCategoryID"),
            _required(row, "Name"),
            _text(row.get("Status")) or "ACTIVE",
            tuple(
                TrackingOption(
                    _required(option, "TrackingOptionID"),
                    _required(option, "Name"),
                    _text(option.get("Status")) or "ACTIVE",
                )
                for option in _objects(row.get("Options"))
            ),
        )
        for row in _rows("TrackingCategories", body)
    )


def branding_themes(body):
    """Invoice templates, in Xero's order.

    :rtype: tuple[BrandingTheme, ...]
    """
    return tuple(
        BrandingTheme(
            _required(row, "BrandingThemeID"),
            _required(row, "Name"),
            int(_number(row.get("SortOrder"))),
        )
        for row in _rows("BrandingThemes", body)
    )


# === READING === #

def _rows(key, body):
    """The list under an envelope's key; every row is an object."""
    return _list(key, codec.loads(body))


def _list(key, answer):
    if not isinstance(answer, dict) or answer.get(key) is None:
        raise errors.Unreadable("envelope", f"Xero's answer holds no list of {key}.")
    return _objects(answer[key])


def _objects(rows):
    """A list of objects inside an answer; None is an empty one."""
    rows = [] if rows is None else rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise errors.Unreadable("envelope", "Xero's answer holds something else than a list.")
    return rows


def _required(row, name):
    text = _text(row.get(name))
    if text is None:
        raise errors.Unreadable("field", f"Xero's answer lacks {name}.")
    return text


def _text(value):
    """Text without the characters that PostgreSQL or a reader could choke on."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise errors.Unreadable("field", "Xero's answer holds a value of an unknown kind.")
    return codec.clean_text(value, 4000)


def _plain(value):
    """Text, or None for anything else."""
    return codec.clean_text(value, 4000) if isinstance(value, str) else None


def _number(value):
    if value is None:
        return Decimal(0)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise errors.Unreadable("field", "Xero's answer holds an amount that is no number.")
    return Decimal(value)


def _totals(row):
    """Subtotal, tax and total; None for what has none, such as a contact.

    :raises errors.Unreadable: if there is a total, but not the other two
    """
    if "Total" not in row:
        return None
    amounts = [row.get(name) for name in ("SubTotal", "TotalTax", "Total")]
    if None in amounts:
        raise errors.Unreadable("field", "Xero's answer lacks an amount.")
    return Totals(*map(_number, amounts))


def _date(value):
    moment = codec.xero_datetime(value)
    return moment.date() if isinstance(moment, datetime.datetime) else None
