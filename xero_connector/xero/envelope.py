"""Reading Xero's JSON: the envelope around a list, and fields of its rows.

Every function raises `errors.Unreadable` for what is not of the kind it should be.
"""

import datetime
from decimal import Decimal

from . import codec, errors
from .documents import Totals


def rows(key, body):
    """The list under an envelope's key; every row is an object."""
    return listed(key, codec.loads(body))


def values(key, body):
    """The list under an envelope's key, whatever its rows are."""
    answer = codec.loads(body)
    found = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise errors.Unreadable("envelope", f"Xero's answer holds no list of {key}.")
    return found


def listed(key, answer):
    """The list under a key of an envelope that was decoded already."""
    if not isinstance(answer, dict) or answer.get(key) is None:
        raise errors.Unreadable("envelope", f"Xero's answer holds no list of {key}.")
    return objects(answer[key])


def objects(value):
    """A list of objects inside an answer; None is an empty one."""
    found = [] if value is None else value
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise errors.Unreadable("envelope", "Xero's answer holds something else than a list.")
    return found


def required(row, name):
    """Text of a field that must say something."""
    found = text(row.get(name))
    if found is None:
        raise errors.Unreadable("field", f"Xero's answer lacks {name}.")
    return found


def text(value):
    """Text without the characters that PostgreSQL or a reader could choke on."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise errors.Unreadable("field", "Xero's answer holds a value of an unknown kind.")
    return codec.clean_text(value, 4000)


def plain(value):
    """Text, or None for anything else."""
    return codec.clean_text(value, 4000) if isinstance(value, str) else None


def number(value):
    """A number as Decimal; nothing is zero."""
    if value is None:
        return Decimal(0)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise errors.Unreadable("field", "Xero's answer holds an amount that is no number.")
    return Decimal(value)


def amount(value):
    """A number as Decimal, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def totals(row):
    """Subtotal, tax and total; None for what has none, such as a contact.

    :raises errors.Unreadable: if there is a total, but not the other two
    """
    if "Total" not in row:
        return None
    amounts = [row.get(name) for name in ("SubTotal", "TotalTax", "Total")]
    if None in amounts:
        raise errors.Unreadable("field", "Xero's answer lacks an amount.")
    return Totals(*map(number, amounts))


def date(value):
    """The day of one of Xero's moments, None for nothing."""
    moment = codec.xero_datetime(value)
    return moment.date() if isinstance(moment, datetime.datetime) else None
