"""What travels between Odoo's records and Xero's payloads: frozen, exact, without a database.

Amounts are `Decimal` in the document's currency, rates are percent, dates are `datetime.date`.
"""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

# === MASTERS === #

@dataclass(frozen=True, slots=True)
class Phone:
    """A phone slot: kind DEFAULT, DDI, FAX or MOBILE."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Address:
    """An address slot: kind STREET, or POBOX (the one that Xero prints on invoices)."""

    kind: str
    lines: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    attention_to: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A further person of a contact."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """When something is due: `day` days after the date of the invoice (kind DAYSAFTERBILLDATE) or
    after the end of its month (DAYSAFTERBILLMONTH)."""

    day: int
    kind: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer or supplier. `number` is the marker by which we find it again.

    The first person is the one that Xero greets; `persons` are the further ones, at most five.
    """

    number: str | None
    name: str
    xero_id: str | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    tax_number: str | None = None
    company_number: str | None = None
    account_number: str | None = None
    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    persons: tuple[Person, ...] = ()
    currency: str | None = None
    sales_terms: Terms | None = None
    bill_terms: Terms | None = None
    status: str | None = None
    merged_into: str | None = None
    is_customer: bool = False
    is_supplier: bool = False
    updated: datetime.datetime | None = None
    extra: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Price:
    """One side of an item, sales or purchases: what Xero fills in on a new line. `amount` is in
    the organisation's own currency, without tax."""

    amount: Decimal | None = None
    account_code: str | None = None
    tax_type: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A product. `number` is its code, unique in Xero without regard to case.

    A side whose price is None keeps what Xero holds there. Of a `tracked` item Xero keeps the
    stock itself: its prices and accounts are never sent.
    """

    number: str
    name: str | None
    description: str | None = None
    purchase_description: str | None = None
    sold: bool | None = None
    purchased: bool | None = None
    sales: Price | None = None
    purchases: Price | None = None
    tracked: bool = False
    xero_id: str | None = None
    updated: datetime.datetime | None = None
    extra: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewTaxRate:
    """A tax rate to be made: `components` are (name, percent); `report_tax_type` says what the
    organisation's tax return takes it for, where Xero prepares one."""

    name: str
    components: tuple[tuple[str, Decimal], ...]
    report_tax_type: str | None = None


# === DOCUMENTS === #

@dataclass(frozen=True, slots=True)
class Totals:
    """Subtotal, tax and total of a document, in its currency."""

    untaxed: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One line, with what Odoo's tax engine says of it.

    `net` and `tax` are the exact amounts that Xero must come to; `quantity`, `unit_price` and
    `discount` (percent) are how the person wrote it. `rate` is the effective rate, in percent, of
    the Xero rate that `tax_type` names. A text line has only a description. One that is
    `from_tax` stands for a tax of a fixed amount, which Odoo counts among the taxes.
    `line_item_id` is the line in Xero that it changes; `states_tax`: say the tax also where Xero
    would come to the same.
    """

    description: str
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    discount: Decimal = Decimal(0)
    price_included: bool = False
    net: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)
    tax_type: str | None = None
    account_code: str | None = None
    item_code: str | None = None
    tracking: tuple[tuple[str, str], ...] = ()
    line_item_id: str | None = None
    states_tax: bool = False
    text_only: bool = False
    from_tax: bool = False

    @classmethod
    def text(cls, description):
        """A section, a note: a line with words only."""
        return cls(description=description, text_only=True)


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice (kind ACCREC) or bill (ACCPAY). `currency_rate` only for foreign currencies.

    The number of a bill is its supplier's: two suppliers may use the same one.
    """

    kind: str
    number: str
    contact_id: str
    date: datetime.date
    due_date: datetime.date | None
    currency: str
    lines: tuple[Line, ...]
    totals: Totals
    currency_rate: Decimal | None = None
    reference: str | None = None
    url: str | None = None
    status: str = "DRAFT"
    branding_theme_id: str | None = None
    xero_id: str | None = None
    sent_to_contact: bool = False
    extra: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A credit note to a customer (kind ACCRECCREDIT) or from a supplier (ACCPAYCREDIT).

    Amounts are positive. `currency_rate` only for foreign currencies.
    """

    kind: str
    number: str
    contact_id: str
    date: datetime.date
    currency: str
    lines: tuple[Line, ...]
    totals: Totals
    currency_rate: Decimal | None = None
    reference: str | None = None
    status: str = "DRAFT"
    branding_theme_id: str | None = None
    xero_id: str | None = None
    extra: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """A purchase order. `currency_rate` only for foreign currencies."""

    number: str
    contact_id: str
    date: datetime.date
    currency: str
    lines: tuple[Line, ...]
    totals: Totals
    delivery_date: datetime.date | None = None
    currency_rate: Decimal | None = None
    reference: str | None = None
    status: str = "DRAFT"
    branding_theme_id: str | None = None
    delivery_address: str | None = None
    attention_to: str | None = None
    telephone: str | None = None
    delivery_instructions: str | None = None
    xero_id: str | None = None
    extra: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Removal:
    """A document on its way out of Xero, with the number that it has there then."""

    number: str


# === WHAT XERO HOLDS === #

@dataclass(frozen=True, slots=True)
class Held:
    """A record as Xero holds it; what it does not have is None. `due` of a credit note is what is
    left to allocate. `snapshot` (see `held`) only for documents."""

    xero_id: str
    number: str | None
    status: str | None
    name: str | None = None
    contact_id: str | None = None
    currency: str | None = None
    date: datetime.date | None = None
    totals: Totals | None = None
    due: Decimal | None = None
    paid: Decimal | None = None
    credited: Decimal | None = None
    merged_into: str | None = None
    updated: datetime.datetime | None = None
    kind: str | None = None
    reference: str | None = None
    contact_name: str | None = None
    url: str | None = None
    snapshot: dict | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: what could be read of it, and how much there is.

    `rows` counts the elements of this page, `unreadable` those of them that make no sense;
    `total` counts the elements of the whole list and is None where Xero does not say.
    """

    documents: tuple[Held, ...]
    rows: int
    unreadable: int
    total: int | None


# === SETTINGS === #

@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisation behind a tenant."""

    organisation_id: str
    name: str
    base_currency: str
    country_code: str
    short_code: str
    is_demo: bool = False
    status: str | None = None
    timezone: str | None = None
    period_lock_date: datetime.date | None = None
    year_lock_date: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account of Xero's chart. `account_class` is ASSET, EQUITY, EXPENSE, LIABILITY, REVENUE."""

    account_id: str
    code: str | None
    name: str
    type: str
    account_class: str | None
    status: str
    tax_type: str | None = None
    system_account: str | None = None
    currency: str | None = None
    takes_payments: bool = False


@dataclass(frozen=True, slots=True)
class TaxComponent:
    """A part of a tax rate, in percent."""

    name: str
    rate: Decimal
    compound: bool = False
    non_recoverable: bool = False


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax rate; `effective_rate` in percent. `applies_to` holds account classes, lower case
    plural as Xero names them: assets, equity, expenses, liabilities, revenue."""

    tax_type: str
    name: str
    effective_rate: Decimal
    display_rate: Decimal
    status: str
    applies_to: frozenset[str]
    report_tax_type: str | None = None
    components: tuple[TaxComponent, ...] = ()


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency that the organisation is subscribed to."""

    code: str
    description: str


@dataclass(frozen=True, slots=True)
class TrackingOption:
    """A value of a tracking category."""

    option_id: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class TrackingCategory:
    """One of at most two active dimensions."""

    category_id: str
    name: str
    status: str
    options: tuple[TrackingOption, ...] = ()


@dataclass(frozen=True, slots=True)
class BrandingTheme:
    """An invoice template of Xero."""

    theme_id: str
    name: str
    sort_order: int = 0
