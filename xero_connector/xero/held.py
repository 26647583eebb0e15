"""A document as Xero holds it, as plain data: kept after each send, compared before the next.

A snapshot is a dict that JSON can hold. Amounts are texts without trailing zeros, dates are
`YYYY-MM-DD`, texts are as Xero returns them but for line ends and blanks around them; what is
absent is an empty text. Reading never fails: whatever has an unknown form reads as empty.

The same function reads what we send. There a line's tax may be None: Xero works it out.
"""

import json
from dataclasses import dataclass
from decimal import Decimal

from . import codec, errors
from .const import IDENTITY

DOCUMENTS = ("Invoices", "CreditNotes", "PurchaseOrders")

# Xero's final states: such a document keeps its number but is not there any more.
GONE = ("VOIDED", "DELETED")

# What a person may edit in Xero, by our name and Xero's; the due date of an order is its delivery.
TEXTS = {
    "reference": "Reference",
    "currency": "CurrencyCode",
    "amount_types": "LineAmountTypes",
    "theme": "BrandingThemeID",
    "address": "DeliveryAddress",
    "attention": "AttentionTo",
    "telephone": "Telephone",
    "instructions": "DeliveryInstructions",
}
DATES = {"date": ("Date",), "due_date": ("DueDate", "DeliveryDate")}
AMOUNTS = {
    "rate": "CurrencyRate",
    "subtotal": "SubTotal",
    "tax": "TotalTax",
    "total": "Total",
    "paid": "AmountPaid",
    "credited": "AmountCredited",
}
LINE_TEXTS = {
    "description": "Description",
    "tax_type": "TaxType",
    "account": "AccountCode",
    "item": "ItemCode",
}
LINE_AMOUNTS = {"quantity": "Quantity", "unit": "UnitAmount"}

# Which of these count as an edit. Payments, the status and sums of sums do not.
COMPARED = ("number", "contact", "date", "due_date", "rate", *TEXTS, "total")
LINE_COMPARED = (*LINE_TEXTS, *LINE_AMOUNTS, "discount", "tax_amount", "tracking")

# Fields that we leave alone when we have nothing to say of them; the others are ours also when
# they are empty. Xero itself fills in the account and the tax of a line that has none.
OPTIONAL = frozenset({
    "rate", "theme", "address", "attention", "telephone", "instructions", "total",
    "account", "tax_type",
})


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that does not stand as Odoo has it; `line` counts from one, None for the head.

    The field `line` is a whole line that only one side has, in words.
    """

    field: str
    odoo: str
    xero: str
    line: int | None = None


# === READING === #

def snapshot(resource, row):
    """What an element of Xero's answer, or of a request, says of a document.

    :param str resource: `Invoices`, `CreditNotes` or `PurchaseOrders`
    :param dict row: the element, from `codec.loads`
    :rtype: dict
    """
    contact = row.get("Contact")
    contact = contact if isinstance(contact, dict) else {}
    lines = row.get("LineItems")
    return {
        "status": _text(row.get("Status")),
        "number": _text(row.get(IDENTITY[resource][1])),
        "contact": _text(contact.get("ContactID")).lower(),
        "contact_name": _text(contact.get("Name")),
        "updated": _text(row.get("UpdatedDateUTC")),
        **{name: _text(row.get(key)) for name, key in TEXTS.items()},
        **{name: _date(row, keys) for name, keys in DATES.items()},
        **{name: amount(row.get(key)) for name, key in AMOUNTS.items()},
        "lines": [
            snapshot_of_line(line)
            for line in (lines if isinstance(lines, list) else ())
            if isinstance(line, dict)
        ],
    }


def snapshot_of_line(row):
    """The same for a line; one of text alone has no amounts."""
    priced = row.get("Quantity") is not None
    tax = row.get("TaxAmount")
    return {
        "id": _text(row.get("LineItemID")).lower(),
        **{name: _text(row.get(key)) for name, key in LINE_TEXTS.items()},
        **{name: amount(row.get(key)) for name, key in LINE_AMOUNTS.items()},
        "discount": _discount(row),
        "tax_amount": (None if tax is None else amount(tax)) if priced else "",
        "tracking": _tracking(row.get("Tracking")),
    }


def _discount(row):
    for key, unit in (("DiscountRate", " %"), ("DiscountAmount", "")):
        if (text := amount(row.get(key))) not in ("", "0"):
            return text + unit
    return ""


def _tracking(rows):
    return sorted(
        [_text(row.get("Name")), _text(row.get("Option"))]
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
    )


def _text(value):
    if not isinstance(value, str):
        return ""
    if not value.isascii() or not value.isprintable():
        value = codec.clean_text(value, len(value) * 2) or ""
    return value.strip()


def amount(value):
    """A number without trailing zeros, as text; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return ""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _date(row, keys):
    for key in keys:
        value = row.get(f"{key}String") or row.get(key)
        try:
            if moment := codec.xero_datetime(value):
                return moment.date().isoformat()
        except errors.Unreadable:
            return ""
    return ""


def dumps(held):
    """A snapshot as text, to be kept."""
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def loads(text):
    """A snapshot that was kept; None where none was."""
    return json.loads(text) if text else None


# === COMPARING === #

def carries(wanted, now):
    """Whether Xero holds all that we would send, whatever the order of the lines.

    :param dict wanted: snapshot of what we would send
    :param dict now: snapshot of what Xero holds
    """
    return all(
        _agrees(name, wanted[name], now[name]) for name in COMPARED if name != "total"
    ) and _lines_carried(wanted["lines"], now["lines"])


def _agrees(name, wanted, now):
    return wanted is None or wanted == now or (not wanted and name in OPTIONAL)


def _lines_carried(wanted, now):
    left = list(now)
    for line in sorted(wanted, key=lambda line: not line["id"]):
        twin = next((one for one in left if line_agrees(line, one)), None)
        if twin is None:
            return False
        left.remove(twin)
    return not left


def line_agrees(wanted, now):
    """Whether a line of Xero is the one that we would send, and as we would send it."""
    return wanted["id"] in ("", now["id"]) and all(
        _agrees(name, wanted[name], now[name]) for name in LINE_COMPARED
    )


def differences(before, now):
    """The fields that a person has edited in Xero since `before`; a status alone is no edit.

    :param dict before: snapshot after our last send
    :param dict now: snapshot of what Xero holds
    :rtype: tuple[Difference, ...]
    """
    return (
        *(
            Difference(name, before[name], now[name])
            for name in COMPARED
            if before[name] != now[name]
        ),
        *_line_edits(before["lines"], now["lines"], before["lines"], _equal),
    )


def edits(before, now, wanted):
    """Those of the differences that sending `wanted` would undo; what both sides have changed
    alike is none, nor what we leave alone.

    :rtype: tuple[Difference, ...]
    """
    return (
        *(
            Difference(name, wanted[name], now[name])
            for name in COMPARED
            if before[name] != now[name] and not _agrees(name, wanted[name], now[name])
        ),
        *_line_edits(before["lines"], now["lines"], wanted["lines"], _agrees),
    )


def _equal(_name, wanted, now):
    return wanted == now


def _line_edits(before, now, wanted, agrees):
    old_lines = {line["id"]: line for line in before if line["id"]}
    new_lines = {line["id"]: line for line in wanted if line["id"]}
    for position, line in enumerate(now, start=1):
        old, new = old_lines.pop(line["id"], None), new_lines.get(line["id"])
        if old is None and not (new and line_agrees(new, line)):
            yield Difference("line", in_words(new) if new else "", in_words(line), position)
            continue
        for name in LINE_COMPARED:
            value = new[name] if new else ""
            if old and old[name] not in (None, line[name]) and not agrees(name, value, line[name]):
                yield Difference(name, _plain(value), _plain(line[name]), position)
    # A line of a request has no id while Xero does not hold it.
    for old in (*old_lines.values(), *(line for line in before if not line["id"])):
        yield Difference("line", in_words(old), "")


def in_words(line):
    """A line of a snapshot as a person reads it."""
    if not line["quantity"]:
        return line["description"]
    return f"{line['description']}: {line['quantity']} × {line['unit']}"


def _plain(value):
    if isinstance(value, list):
        return ", ".join(": ".join(pair) for pair in value)
    return value
