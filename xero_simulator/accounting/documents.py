"""What invoices, credit notes and purchase orders have in common.

A document is drafted from a request in one go: contact, dates, currency, lines, totals. All
that is wrong with it is collected, because Xero names every problem of an element at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from . import arithmetic
from .answers import Refused, not_found
from .contact_choice import choose_contact
from .lines import LineReader, Terms, approval_problems
from .notation import SIX_PLACES, decimals, read_date, spoken_day
from .tables import Record, Table


@dataclass(frozen=True)
class Kind:
    """A kind of document: where it lives and what its fields are called."""

    resource: str
    model: str
    id_key: str
    number_key: str
    table: Callable[[object], Table]
    types: tuple[str, ...]
    prefix: str
    places: int | None = None
    makes_contacts: bool = True


SALES_TYPES = frozenset({"ACCREC", "ACCRECCREDIT"})


@dataclass
class Draft:
    """A document being put together, with what is wrong about it and what Xero only remarks."""

    record: Record
    problems: list[str]
    warnings: list[str]

    def finish(self, guid: str | None) -> None:
        """Refuse the element if anything is wrong with it."""
        if self.problems:
            raise Refused(*dict.fromkeys(self.problems), guid=guid)


# === FINDING THE DOCUMENT THAT A BODY MEANS === #


def existing_document(organisation, kind: Kind, element: Record, creating: bool) -> Record | None:
    """Return the document that an element edits, or None if it makes a new one.

    With POST a number that is in use means the document that holds it: the element silently
    edits that document.
    """
    guid = element.get(kind.id_key)
    if creating:
        if guid:
            raise Refused(f"{kind.id_key} must not be specified when a document is created.")
        return None
    if guid:
        found = kind.table(organisation).get(guid.lower())
        if found is None:
            raise not_found()
        return found
    if element.get("Type") in ("ACCPAY", "ACCPAYCREDIT"):
        return None
    holders = number_holders(organisation, kind, element.get(kind.number_key))
    return holders[0] if holders else None


def number_holders(organisation, kind: Kind, number: str | None) -> tuple[Record, ...]:
    """Return the documents that hold a number which must be unique, voided and deleted too."""
    key = number.strip().casefold() if number else None
    return kind.table(organisation).find("number", key) if key else ()


def next_number(organisation, kind: Kind, document_type: str) -> str:
    """Return the highest number in use plus one, with the same padding."""
    prefix, highest, width = kind.prefix, 0, 4
    for record in kind.table(organisation).values():
        number = record[kind.number_key]
        if record["Type"] == document_type and number.startswith(prefix):
            digits = number[len(prefix) :]
            if digits.isascii() and digits.isdigit() and int(digits) > highest:
                highest, width = int(digits), len(digits)
    return f"{prefix}{highest + 1:0{width}d}"


# === DRAFTING === #


def draft(organisation, kind: Kind, element: Record, existing: Record | None, places: int) -> Draft:
    """Return the document as the element wants it, not yet stored."""
    problems: list[str] = []
    record = dict(existing) if existing else new_record(organisation, kind, element)
    drafted = Draft(record, problems, [])
    _contact(organisation, kind, element, record, problems)
    if element.get("Date"):
        record["Date"] = read_date(element["Date"])
    elif existing is None:
        record["Date"] = organisation.today()
    _currency(organisation, element, record, existing, problems)
    _lines(organisation, kind, element, record, existing, problems, places)
    return drafted


def new_record(organisation, kind: Kind, element: Record) -> Record:
    """Return an empty document of a kind."""
    document_type = element.get("Type") or kind.types[0]
    if document_type not in kind.types or (len(kind.types) > 1 and not element.get("Type")):
        raise Refused(f"The document type must be one of {', '.join(kind.types)}.")
    return {
        kind.id_key: organisation.new_guid(),
        "Type": document_type,
        "Status": "DRAFT",
        "LineAmountTypes": "Exclusive",
        "LineItems": (),
        "SentToContact": False,
        "HasAttachments": False,
    }


def set_number(organisation, kind: Kind, element: Record, existing, drafted: Draft, text: str):
    """Set the document's number; `text` is the refusal when another document holds it."""
    record = drafted.record
    number = (element.get(kind.number_key) or "").strip()
    unique = record["Type"] not in ("ACCPAY", "ACCPAYCREDIT")
    if not number:
        if existing is None:
            made = next_number(organisation, kind, record["Type"]) if unique else ""
            record[kind.number_key] = made
        return
    if unique:
        holders = number_holders(organisation, kind, number)
        if any(holder[kind.id_key] != record[kind.id_key] for holder in holders):
            drafted.problems.append(text)
    record[kind.number_key] = number


def set_branding(organisation, element: Record, drafted: Draft) -> None:
    """Set the branding theme, which must exist."""
    guid = element.get("BrandingThemeID")
    if not guid:
        return
    if guid.lower() not in organisation.branding_themes:
        drafted.problems.append("BrandingThemeID does not exist.")
    drafted.record["BrandingThemeID"] = guid.lower()


def _contact(organisation, kind: Kind, element, record, problems) -> None:
    given = element.get("Contact")
    if given is None:
        contact = organisation.contacts.get(record.get("ContactID", ""))
    else:
        contact = choose_contact(organisation, given, kind.makes_contacts, problems)
    if contact is None:
        if not problems:
            problems.append("A Contact must be specified for this type of transaction")
        return
    leaving = element.get("Status") in ("VOIDED", "DELETED")
    if contact["ContactStatus"] != "ACTIVE" and not leaving:
        problems.append(
            "The contact with the specified contact details has been archived. The contact must "
            "be un-archived before creating new invoices or credit notes."
        )
    record["ContactID"] = contact["ContactID"]


def _currency(organisation, element, record, existing, problems) -> None:
    code = element.get("CurrencyCode") or record.get("CurrencyCode") or organisation.base_currency
    rate = element.get("CurrencyRate")
    if code not in organisation.currencies:
        problems.append(f"Organisation is not subscribed to currency {code}")
    changed = existing is None or code != existing["CurrencyCode"]
    record["CurrencyCode"] = code
    if code == organisation.base_currency:
        record["CurrencyRate"] = Decimal("1.000000")
    elif rate is not None:
        if rate <= 0 or decimals(rate) > 6:
            problems.append("The CurrencyRate must be above zero with at most 6 decimals.")
        record["CurrencyRate"] = Decimal(rate).quantize(SIX_PLACES)
    elif changed:
        rate = organisation.exchange_rates.get(code, Decimal(1))
        record["CurrencyRate"] = rate.quantize(SIX_PLACES)


def _lines(organisation, kind: Kind, element, record, existing, problems, places) -> None:
    amount_types = element.get("LineAmountTypes") or record["LineAmountTypes"]
    recompute = existing is not None and amount_types != existing["LineAmountTypes"]
    record["LineAmountTypes"] = amount_types
    given = element.get("LineItems")
    if given is None and (existing is not None and not recompute):
        return
    if given is None:
        given = [{"LineItemID": line["LineItemID"]} for line in record["LineItems"]]
    terms = Terms(record["Type"], amount_types, places, record["Type"] in SALES_TYPES, recompute)
    record["LineItems"] = LineReader(organisation, terms, problems).read(given, record["LineItems"])
    if not problems:
        set_totals(record, problems)


def set_totals(record: Record, problems: list[str]) -> None:
    """Set the three totals; a document below zero is refused."""
    sums = arithmetic.totals(record["LineItems"], record["LineAmountTypes"] == "Inclusive")
    record["SubTotal"], record["TotalTax"], record["Total"] = sums
    if sums.total < 0:
        problems.append("The Total for this document must be greater than or equal to zero.")
    discount = sum(
        (
            arithmetic.cents(line["Quantity"] * line["UnitAmount"], "half_up") - line["LineAmount"]
            for line in record["LineItems"]
            if "DiscountRate" in line or "DiscountAmount" in line
        ),
        Decimal("0.00"),
    )
    record["TotalDiscount"] = discount


# === APPROVAL === #


def lock_problem(organisation, day: date) -> str | None:
    """Return why nothing may be booked on a day, or None if the period is open."""
    lock = organisation.end_of_year_lock_date
    if lock and day <= lock:
        return (
            "The document date cannot be before the end of year lock date, currently set at "
            f"{spoken_day(lock)}"
        )
    lock = organisation.period_lock_date
    if lock and day <= lock and not organisation.user_is_adviser:
        return (
            "The document date cannot be before the period lock date, currently set at "
            f"{spoken_day(lock)}"
        )
    return None


def check_approval(organisation, drafted: Draft, due: bool) -> None:
    """Note what keeps a document from being approved."""
    record = drafted.record
    if due and record.get("DueDate") is None:
        drafted.problems.append("The document DueDate field must be specified.")
    drafted.problems.extend(approval_problems(record["LineItems"]))
    locked = lock_problem(organisation, record["Date"])
    if locked:
        drafted.problems.append(locked)


def touch(organisation, record: Record) -> Record:
    """Stamp a record as changed now."""
    record["UpdatedDateUTC"] = organisation.now()
    return record
