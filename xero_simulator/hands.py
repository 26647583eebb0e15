"""What a person does on the pages: approve, pay, take a payment back, void, merge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any

from .accounting.answers import Refused

Element = Mapping[str, Any]


@dataclass(frozen=True)
class Hand:
    """One thing that can be done with an object of a page.

    :param title: of the button
    :param fits: whether it can be done with this element of an answer
    :param do: does it, given organisation, GUID and the form's values
    :param field: name and label of the one value that it asks for
    :param default: the value that stands there first
    """

    title: str
    fits: Callable[[Element], bool]
    do: Callable[[Any, str, Mapping[str, str]], Any]
    field: tuple[str, str] | None = None
    default: Callable[[Element], str] = lambda element: ""


def forms(kind: str, element: Element) -> str:
    """The buttons of an object, ready HTML; empty where nothing can be done."""
    shown = [
        _form(name, hand, element) for name, hand in _hands(kind).items() if hand.fits(element)
    ]
    shown += [_removal(payment) for payment in element.get("Payments") or ()]
    return f'<div class="card"><h2>Do</h2>{"".join(shown)}</div>' if shown else ""


def do(organisation: Any, kind: str, guid: str, form: Mapping[str, str]) -> str | None:
    """Do what a form asks for; return why it cannot be done, or None when it is."""
    hand = _REMOVE if form.get("do") == "unpay" else _hands(kind).get(form.get("do", ""))
    if hand is None:
        return "There is no such thing to do here."
    try:
        hand.do(organisation, guid, form)
    except Refused as refusal:
        return " ".join(refusal.messages)
    except (KeyError, ValueError, InvalidOperation) as error:
        return f"This cannot be done: {error}"
    return None


# === WHAT CAN BE DONE === #


def _is(*states: str) -> Callable[[Element], bool]:
    return lambda element: element.get("Status") in states


def _owed(element: Element) -> Decimal:
    """What is left to pay; of a credit note what is left to refund."""
    return Decimal(element.get("AmountDue") or element.get("RemainingCredit") or 0)


def _merge(organisation: Any, guid: str, form: Mapping[str, str]) -> None:
    found = organisation.contacts.find("name", form["into"].strip().casefold())
    others = [one for one in found if one["ContactID"] != guid]
    if len(others) != 1:
        raise ValueError(f"{len(others)} other contacts are named {form['into']!r}.")
    organisation.merge_contacts(guid, others[0]["ContactID"])


_OPEN = ("DRAFT", "SUBMITTED")
_DOCUMENT = {
    "approve": Hand("Approve", _is(*_OPEN), lambda books, guid, form: books.approve(guid)),
    "delete": Hand("Delete", _is(*_OPEN), lambda books, guid, form: books.delete(guid)),
    "void": Hand("Void", _is("AUTHORISED"), lambda books, guid, form: books.void(guid)),
}
_PAYABLE = {
    **_DOCUMENT,
    "pay": Hand(
        "Pay",
        lambda element: element.get("Status") == "AUTHORISED" and _owed(element) > 0,
        lambda books, guid, form: books.pay(guid, Decimal(form["amount"])),
        ("amount", "Amount"),
        lambda element: f"{_owed(element):.2f}",
    ),
}
_CONTACT = {
    "merge": Hand(
        "Merge",
        lambda element: element.get("ContactStatus") == "ACTIVE",
        _merge,
        ("into", "Into the contact named"),
    ),
}
_REMOVE = Hand(
    "Remove", lambda element: True, lambda books, guid, form: books.unpay(form["payment"])
)


def _hands(kind: str) -> dict[str, Hand]:
    if kind in ("invoices", "bills", "credit-notes"):
        return _PAYABLE
    return {"purchase-orders": _DOCUMENT, "contacts": _CONTACT}.get(kind, {})


# === SHOWING === #


def _form(name: str, hand: Hand, element: Element) -> str:
    asked = ""
    if hand.field:
        key, label = hand.field
        asked = (
            f'<label>{escape(label)} <input name="{key}" required '
            f'value="{escape(hand.default(element))}"></label> '
        )
    return (
        f'<form method="post" class="buttons">{asked}'
        f'<button name="do" value="{name}">{escape(hand.title)}</button></form>'
    )


def _removal(payment: Element) -> str:
    words = f"Payment of {Decimal(payment['Amount']):,.2f} {payment.get('Reference') or ''}"
    return (
        f'<form method="post" class="buttons"><span>{escape(words.strip())}</span>'
        f'<input type="hidden" name="payment" value="{escape(payment["PaymentID"])}">'
        f'<button name="do" value="unpay">{_REMOVE.title}</button></form>'
    )
