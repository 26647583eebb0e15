"""How Xero writes values: exact JSON numbers, `/Date(ms+0000)/` stamps, two-decimal money.

Records hold Decimals, dates and aware datetimes; only this module turns them into text, so no
amount ever passes through a float.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from json.encoder import encode_basestring

ZERO_GUID = "00000000-0000-0000-0000-000000000000"
CENT = Decimal("0.01")
FOUR_PLACES = Decimal("0.0001")
SIX_PLACES = Decimal("0.000001")
ZERO = Decimal("0.00")

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MS_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,7})?Z?)?")


# === WRITING === #


def encode(value) -> str:
    """Return the JSON text of a value; Decimals keep every digit they have."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is Decimal:
        return format(value, "f")
    if kind is dict:
        return "{" + ",".join([f'"{key}":{encode(item)}' for key, item in value.items()]) + "}"
    if kind is list or kind is tuple:
        return "[" + ",".join([encode(item) for item in value]) + "]"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    if kind is int:
        return str(value)
    if kind is date:
        return f'"{ms_date(value)}"'
    if kind is datetime:
        return f'"{ms_stamp(value)}"'
    raise TypeError(f"Cannot write {kind.__name__} as JSON")


def ms_date(day: date) -> str:
    """Return a calendar day as Xero writes it, midnight UTC in milliseconds."""
    return f"/Date({(day.toordinal() - _EPOCH_ORDINAL) * 86_400_000}+0000)/"


def ms_stamp(moment: datetime, offset: str = "+0000") -> str:
    """Return a moment in milliseconds since 1970; some fields of Xero go without the offset."""
    return f"/Date({(moment - _EPOCH) // timedelta(milliseconds=1)}{offset})/"


def day_string(day: date) -> str:
    """Return the `DateString` form of a day."""
    return f"{day.isoformat()}T00:00:00"


def utc_string(moment: datetime) -> str:
    """Return the `UpdatedDateUTCString` form of a moment."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def spoken_day(day: date) -> str:
    """Return a day as Xero's error texts name it, for instance 30-Nov-2018."""
    return day.strftime("%d-%b-%Y")


# === READING === #


def decode(body: bytes):
    """Return the document of a request body; ValueError for anything that is not plain JSON."""
    return json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse_constant)


def read_date(text: str) -> date:
    """Return the day that `YYYY-MM-DD`, an ISO moment or a `/Date(ms)/` names; else ValueError."""
    match = _ISO_DATE.fullmatch(text)
    if match:
        return date(int(match[1]), int(match[2]), int(match[3]))
    match = _MS_DATE.fullmatch(text)
    if match:
        return (_EPOCH + timedelta(milliseconds=int(match[1]))).date()
    raise ValueError(f"{text!r} is not a date")


def decimals(number: Decimal) -> int:
    """Return how many decimal places a number really uses (1.500 uses one)."""
    if type(number) is int:
        return 0
    exponent = number.as_tuple().exponent
    if exponent >= -2:
        return max(0, -exponent)
    return max(0, -number.normalize().as_tuple().exponent)


def is_guid(text) -> bool:
    """Tell whether a text has the form of a GUID."""
    return isinstance(text, str) and GUID.fullmatch(text) is not None


def _refuse_constant(name: str):
    raise ValueError(f"{name} is not a number")
