"""Exact bytes out, exact values in: JSON with Decimal, dates, limits, keys and fingerprints."""

import datetime
import hashlib
import json
import re
import unicodedata
from decimal import Decimal
from enum import Enum

from . import errors

# Control, format (bidi marks among them), surrogate and unassigned characters.
UNWANTED_CATEGORIES = ("Cc", "Cf", "Cs", "Cn")
KEPT = "\n\t"
DIGITS = 40

# Flags of Xero's answers that xero-python sets to False by itself; they are never sent.
ANSWER_FLAGS = frozenset({"has_attachments", "has_errors", "has_validation_errors"})

MS_DATE = re.compile(r"^/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/$")


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
    if len(text) > DIGITS:
        raise errors.Unreadable("number", "The answer holds a number that is too long.")
    return Decimal(text)


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
    if found := MS_DATE.match(text):
        milliseconds = int(found[1])
        if not milliseconds:
            return None
        try:
            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
            return epoch + datetime.timedelta(milliseconds=milliseconds)
        except OverflowError:
            raise errors.Unreadable("date", "The answer holds an impossible date.") from None
    try:
        moment = datetime.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        raise errors.Unreadable("date", "The answer holds a date in an unknown form.") from None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC)


# === WRITING === #

def encode(resource, models):
    """The exact bytes of a request body.

    Only attributes that were set are written; Decimal becomes a JSON number with its own digits,
    a date becomes `YYYY-MM-DD`. The same models give the same bytes.

    :param str resource: the envelope's key, e.g. `Invoices`
    :param list models: xero-python model objects
    :return: UTF-8 JSON
    :rtype: bytes
    """
    parts = []
    _write({resource: list(models)}, parts.append)
    return "".join(parts).encode()


def _write(value, put):
    if isinstance(value, str):
        put(json.dumps(value, ensure_ascii=False))
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
    else:
        _write_pairs(_set_attributes(value), put)


def _write_pairs(pairs, put):
    put("{")
    for position, (name, item) in enumerate(pairs):
        if position:
            put(",")
        put(json.dumps(name, ensure_ascii=False))
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
    return format(value, "f")


# === TEXT === #

def clean_text(text, limit):
    """Text as Xero takes it: no control, bidi or broken characters, cut at the limit.

    A text that is too long ends with an ellipsis, so that a reader sees that it was cut.

    :param str text: may be None
    :param int limit: characters
    :return: the text, or None when nothing is left
    """
    if not text:
        return None
    if not text.isascii() or not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(
            char
            for char in text
            if char in KEPT or unicodedata.category(char) not in UNWANTED_CATEGORIES
        )
    text = text.strip()
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return text or None


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
