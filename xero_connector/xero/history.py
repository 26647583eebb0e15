"""Which document of Odoo is which document of Xero: certain, doubtful, or unknown. Pure.

Nothing is scored. Two documents are the same for certain when number, contact, currency, total
and date are equal and neither has a second candidate; whatever else fits is for a person.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

WORDS = re.compile(r"[\W_]+")

# What is read, in this order.
RESOURCES = ("Invoices", "CreditNotes", "PurchaseOrders")
# Xero's final states: such a document holds a number but is not there any more.
GONE = ("VOIDED", "DELETED")
ID_NAMES = {
    "Invoices": "InvoiceID", "CreditNotes": "CreditNoteID", "PurchaseOrders": "PurchaseOrderID",
}
LARGEST_PAGE, SMALLEST_PAGE = 1000, 125


def query(resource, since, offset, page_size):
    """The parameters that ask for a page of documents since a day.

    In the order of ids, which no edit changes, and with those that are gone: nothing leaves the
    list between two pages, so that no row is passed over.
    (https://developer.xero.com/documentation/api/accounting/invoices, …/purchaseorders)

    :param datetime.date since: the first day
    :param int offset: rows before this page; a multiple of the page's size
    """
    day = (
        {"DateFrom": since.isoformat()}
        if resource == "PurchaseOrders"
        else {"where": f"Date >= DateTime({since.year},{since.month},{since.day})"}
    )
    page = {"page": offset // page_size + 1, "pageSize": page_size}
    return {**day, "order": ID_NAMES[resource], **page}


@dataclass(frozen=True, slots=True)
class Document:
    """One document of either side; all of one matching are of one kind.

    `key` is the side's own name of it. `numbers` identify it: the own number and, where the other
    side may keep ours, the reference. `contacts` are the ways in which its contact can be known.
    """

    key: int
    numbers: frozenset[str]
    contacts: frozenset[tuple[str, str]]
    date: datetime.date | None
    currency: str | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Matching:
    """What is which, by keys: {Odoo: Xero}. No key stands in two places.

    `certain` pairs are equal in everything, `doubtful` ones differ in something; of the documents
    in `ambiguous_odoo` and `ambiguous_xero` several fit.
    """

    certain: dict[int, int]
    doubtful: dict[int, int]
    ambiguous_odoo: frozenset[int]
    ambiguous_xero: frozenset[int]


def of_odoo(key, numbers, contact_id, contact_name, date, currency, total):
    """A document of Odoo. Its contact is known by Xero's GUID if it is linked, else by its name.

    :param numbers: texts as they are written, some of them None or empty
    """
    name = None if contact_id else contact_name
    return Document(key, _numbers(numbers), _contacts(contact_id, name), date, currency, total)


def of_xero(key, numbers, contact_id, contact_name, date, currency, total):
    """A document of Xero; its contact is known by GUID and by name.

    :param numbers: texts as they are written, some of them None or empty
    """
    contacts = _contacts(contact_id, contact_name)
    return Document(key, _numbers(numbers), contacts, date, currency, total)


def _numbers(texts):
    return frozenset(filter(None, map(plain_number, texts)))


def _contacts(contact_id, contact_name):
    ways = (("id", (contact_id or "").lower()), ("name", plain_name(contact_name)))
    return frozenset(way for way in ways if way[1])


def plain_number(text):
    """A number as it is compared: without case and without blanks."""
    return "".join(unicodedata.normalize("NFKC", text or "").casefold().split())


def plain_name(text):
    """A name as it is compared: letters and digits, without case, single blanks."""
    return " ".join(WORDS.split(unicodedata.normalize("NFKC", text or "").casefold())).strip()


# === MATCHING === #

def match(odoo, xero, own_numbers):
    """Pair the documents of both sides, most telling criteria first.

    :param odoo: `Document`s of Odoo that stand in no organisation yet
    :param xero: `Document`s of Xero that no document of Odoo stands for
    :param bool own_numbers: whether the number is given by us and nobody else could give it; two
        vendors may number their bills alike
    :rtype: Matching
    """
    doubtful, ambiguous_odoo, ambiguous_xero = {}, frozenset(), frozenset()
    certain, tied_odoo, tied_xero = _pair(odoo, xero, _all_equal)
    ambiguous_odoo |= tied_odoo
    ambiguous_xero |= tied_xero
    for buckets in (
        _same_number_and_contact,
        _same_number_and_total,
        *([_same_number] if own_numbers else []),
    ):
        odoo = _without(odoo, certain, doubtful, ambiguous_odoo)
        xero = _without(xero, certain.values(), doubtful.values(), ambiguous_xero)
        pairs, tied_odoo, tied_xero = _pair(odoo, xero, buckets)
        doubtful |= pairs
        ambiguous_odoo |= tied_odoo
        ambiguous_xero |= tied_xero
    # Equal but for the number: worth a look if there is one of each, else it says nothing.
    odoo = _without(odoo, doubtful, ambiguous_odoo)
    xero = _without(xero, doubtful.values(), ambiguous_xero)
    pairs, _tied_odoo, _tied_xero = _pair(odoo, xero, _equal_but_number)
    return Matching(certain, doubtful | pairs, ambiguous_odoo, ambiguous_xero)


def differences(odoo, xero):
    """What two documents do not have in common: number, contact, date, currency, total.

    :rtype: tuple[str, ...]
    """
    return tuple(
        name
        for name, same in (
            ("number", odoo.numbers & xero.numbers),
            ("contact", odoo.contacts & xero.contacts),
            ("date", odoo.date == xero.date),
            ("currency", odoo.currency == xero.currency),
            ("total", odoo.total == xero.total),
        )
        if not same
    )


# === CRITERIA === #
# Each gives the buckets that a document falls into; documents of one bucket fit each other.

def _all_equal(one):
    for contact in one.contacts:
        for number in one.numbers:
            yield number, contact, one.currency, one.total, one.date


def _same_number_and_contact(one):
    for contact in one.contacts:
        for number in one.numbers:
            yield number, contact


def _same_number_and_total(one):
    for number in one.numbers:
        yield number, one.currency, one.total


def _same_number(one):
    yield from one.numbers


def _equal_but_number(one):
    if one.total:
        for contact in one.contacts:
            yield contact, one.currency, one.total, one.date


# === PAIRS === #

def _without(documents, *gone):
    keys = set().union(*gone)
    return [one for one in documents if one.key not in keys]


def _pair(odoo, xero, buckets):
    """Pair what fits one to one.

    Works bucket by bucket, never candidate by candidate, so that a thousand documents of one
    number on either side cost two thousand steps and not a million.

    :return: ({Odoo key: Xero key}, Odoo keys of which several fit, Xero keys of the same)
    """
    odoo_buckets, xero_buckets = _fill(odoo, buckets), _fill(xero, buckets)
    shared = odoo_buckets.keys() & xero_buckets.keys()
    odoo_fits, xero_fits = {}, {}
    for bucket in shared:
        _note(odoo_fits, odoo_buckets[bucket], xero_buckets[bucket])
        _note(xero_fits, xero_buckets[bucket], odoo_buckets[bucket])
    pairs = {
        key: fits[0]
        for key, fits in odoo_fits.items()
        if len(fits) == 1 and len(xero_fits[fits[0]]) == 1
    }
    taken = set(pairs.values())
    return (
        pairs,
        frozenset(key for key in odoo_fits if key not in pairs),
        frozenset(key for key in xero_fits if key not in taken),
    )


def _fill(documents, buckets):
    filled = {}
    for one in documents:
        for bucket in set(buckets(one)):
            filled.setdefault(bucket, []).append(one.key)
    return filled


def _note(fits, keys, candidates):
    """Remember at most two candidates of each key: more than one is all that counts."""
    for key in keys:
        known = fits.setdefault(key, [])
        for candidate in candidates[:2]:
            if len(known) < 2 and candidate not in known:
                known.append(candidate)
