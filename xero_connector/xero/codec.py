"""Exact bytes out, exact values in: JSON with Decimal, dates, limits, keys and fingerprints."""

import datetime
import hashlib
import json
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from enum import Enum
from json.encoder import encode_basestring

from . import errors

UTC = datetime.timezone.utc  # datetime.UTC came with Python 3.11

# Control, format (bidi marks among them) and surrogate characters. The two joiners are kept:
# Persian, Hindi and families of emoji are spelled with them.
UNWANTED_CATEGORIES = ("Cc", "Cf", "Cs")
KEPT = "\n\t\u200c\u200d"
BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
DIGITS = 40

# Flags of Xero's answers that xero-python sets to False by itself; they are never sent.
ANSWER_FLAGS = frozenset({
    "has_account", "has_attachments", "has_errors", "has_validation_errors",
})

MS_DATE = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/")
ISO_DATE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,12}))?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NO_GUID = "00000000-0000-0000-0000-000000000000"


# === READING === #

def loads(body):
    """JSON bytes of an answer as Python values, numbers exact.

    :param bytes body: UTF-8, with or without byte order mark
    :return: dict, list, str, int, Decimal, bool or None
    :raises errors.Unreadable: on anything that is not strict JSON: NaN, infinity, a key twice,
        numbers of more than 40 digits, nesting that is too deep, other encodings
    """
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_float=_number,
            parse_int=_number_or_int,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except errors.Unreadable:
        raise
    except (ValueError, RecursionError):
        raise errors.Unreadable("json", "The answer is not readable JSON.") from None


def _number(text):
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("Infinity")
    # Written out, an exponent of nine digits would fill the memory.
    if len(text) > DIGITS or not number.is_finite() or abs(number.adjusted()) > DIGITS:
        raise errors.Unreadable("number", "The answer holds a number that is too long.")
    return number


def _number_or_int(text):
    if len(text) > DIGITS:
        raise errors.Unreadable("number", "The answer holds a number that is too long.")
    return int(text)


def _refuse_constant(text):
    raise errors.Unreadable("number", f"The answer holds {text}, which is not a number.")


def _object(pairs):
    values = dict(pairs)
    if len(values) != len(pairs):
        raise errors.Unreadable("json", "The answer holds a key twice.")
    return values


def xero_datetime(text):
    """A moment in either of Xero's dialects.

    `/Date(1518685950940+0000)/` (the offset never shifts the value) and ISO with or without `Z`.

    :param str text: the value; None and `/Date(0+0000)/` mean no date
    :return: aware UTC datetime, or None
    :raises errors.Unreadable: if it is neither
    """
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise errors.Unreadable("date", "The answer holds a date that is not text.")
    try:
        if found := MS_DATE.fullmatch(text):
            milliseconds = int(found[1])
            return EPOCH + datetime.timedelta(milliseconds=milliseconds) if milliseconds else None
        if found := ISO_DATE.fullmatch(text):
            return _iso(*found.groups())
    except (ValueError, OverflowError):
        raise errors.Unreadable("date", "The answer holds an impossible date.") from None
    raise errors.Unreadable("date", "The answer holds a date in an unknown form.")


def _iso(day, time, fraction, zone):
    microseconds = (fraction or "")[:6].ljust(6, "0")
    offset = "+00:00" if zone in (None, "Z") else zone
    text = f"{day}T{time or '00:00:00'}.{microseconds}{offset}"
    return datetime.datetime.fromisoformat(text).astimezone(UTC)


# === WRITING === #

def encode(resource, models):
    """The exact bytes of a request body.

    Only attributes that were set are written; Decimal becomes a JSON number with its own digits,
    a date becomes `YYYY-MM-DD`. The same models give the same bytes.

    :param str resource: the envelope's key, e.g. `Invoices`
    :param list models: xero-python model objects
    :return: UTF-8 JSON
    :rtype: bytes
    :raises errors.NotUsable: if a value cannot be sent exactly: a float, half a character
    """
    return envelope(resource, [encode_element(model) for model in models])


def encode_element(model):
    """The exact bytes of one element of a request body; see `encode`.

    :rtype: bytes
    :raises errors.NotUsable: if a value cannot be sent exactly: a float, half a character
    """
    parts = []
    _write(model, parts.append)
    try:
        return "".join(parts).encode()
    except UnicodeEncodeError:
        raise errors.NotUsable("text", "A text holds half a character.") from None


def envelope(resource, elements):
    """A request body of elements that are encoded already.

    :param str resource: the envelope's key, e.g. `Invoices`
    :param list elements: from `encode_element`
    :rtype: bytes
    """
    return b'{"%s":[%s]}' % (resource.encode(), b",".join(elements))


def _write(value, put):
    if isinstance(value, str):
        put(encode_basestring(value))
    elif value is None or isinstance(value, bool | int):
        put(json.dumps(value))
    elif isinstance(value, Decimal):
        put(_digits(value))
    elif isinstance(value, Enum):
        _write(value.value, put)
    elif isinstance(value, datetime.date):
        put(f'"{value.isoformat()}"')
    elif isinstance(value, dict):
        _write_pairs(value.items(), put)
    elif isinstance(value, list | tuple):
        put("[")
        for position, item in enumerate(value):
            if position:
                put(",")
            _write(item, put)
        put("]")
    elif hasattr(value, "attribute_map"):
        _write_pairs(_set_attributes(value), put)
    else:
        raise errors.NotUsable("value", f"A {type(value).__name__} cannot be sent exactly.")


def _write_pairs(pairs, put):
    put("{")
    for position, (name, item) in enumerate(pairs):
        if position:
            put(",")
        put(encode_basestring(name))
        put(":")
        _write(item, put)
    put("}")


def _set_attributes(model):
    for attribute, name in model.attribute_map.items():
        value = getattr(model, attribute)
        if value is not None and attribute not in ANSWER_FLAGS:
            yield name, value


def _digits(value):
    if not value.is_finite():
        raise errors.NotUsable("number", "Only finite numbers can be sent.")
    return format(value or value.copy_abs(), "f")


# === TEXT === #

def clean_text(text, limit):
    """Text as Xero takes it: no control, bidi or broken characters, cut at the limit.

    A text that is too long ends with an ellipsis, so that a reader sees that it was cut. Length
    counts as .NET does, in UTF-16 units: an emoji is two.

    :param str text: may be None
    :param int limit: characters, at least one
    :return: the text, or None when nothing is left
    """
    if not text:
        return None
    if not text.isascii() or not text.replace("\n", "").isprintable():
        text = "".join(
            char for char in BREAKS.sub("\n", text) if char in KEPT or not _is_unwanted(char)
        )
    text = text.strip()
    if _length(text) > limit:
        text = text[: limit - 1]
        while _length(text) >= limit:
            text = text[:-1]
        text = text.rstrip() + "…"
    return text or None


def _is_unwanted(char):
    # U+FFFE, U+FFFF, U+FDD0 … are no characters and break XML, which Xero speaks as well.
    nonsense = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    return nonsense or unicodedata.category(char) in UNWANTED_CATEGORIES


def _length(text):
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def is_guid(value):
    """Whether a value is the id of something: GUID form, and not the one of zeros."""
    return isinstance(value, str) and value != NO_GUID and bool(GUID.fullmatch(value))


def filter_value(text):
    """A value for one of Xero's filters.

    :raises errors.NotUsable: if it holds a quote, a backslash, a comma or a control character:
        such a filter could find somebody else's document
    """
    if not text or any(char in "\"'\\," or not char.isprintable() for char in text):
        raise errors.NotUsable("filter", "This value cannot be looked up in Xero.")
    return text


# === IDENTITY === #

def fingerprint(body):
    """SHA-256 of bytes, as 64 hexadecimal characters."""
    return hashlib.sha256(body).hexdigest()


def idempotency_key(database_uuid, tenant_id, kind, pairs):
    """The key of a request: identity, not body. Two workers with different bytes collide in Xero.

    https://developer.xero.com/documentation/guides/idempotent-requests/idempotency

    :param str database_uuid: of the Odoo database
    :param str tenant_id: Xero's GUID of the organisation; keys are kept per app
    :param str kind: create, update, …
    :param list pairs: ordered (link id, attempt)
    :return: 64 hexadecimal characters (Xero takes 128)
    """
    identity = json.dumps([database_uuid, tenant_id, kind, [list(pair) for pair in pairs]])
    return fingerprint(identity.encode())
