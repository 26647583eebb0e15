"""Web pages that show what an organisation holds, read through the simulator's own API, and on
which a person does a few things."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from . import hands, layout
from .server import RawRequest, Reply
from .wire import HTML, Response

Look = Callable[..., Response]
Element = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One tab: which resource it shows and which columns."""

    title: str
    resource: str
    id_name: str
    number_name: str
    query: Mapping[str, str]
    keep: Callable[[Element], bool] = lambda element: True
    is_document: bool = True


_PAGE = {"page": "1", "pageSize": "1000"}
KINDS: dict[str, Kind] = {
    "invoices": Kind("Invoices", "Invoices", "InvoiceID", "InvoiceNumber", _PAGE,
                     lambda element: element.get("Type", "").startswith("ACCREC")),
    "bills": Kind("Bills", "Invoices", "InvoiceID", "InvoiceNumber", _PAGE,
                  lambda element: element.get("Type", "").startswith("ACCPAY")),
    "credit-notes": Kind("Credit notes", "CreditNotes", "CreditNoteID", "CreditNoteNumber", _PAGE),
    "purchase-orders": Kind("Purchase orders", "PurchaseOrders", "PurchaseOrderID",
                            "PurchaseOrderNumber", _PAGE),
    "contacts": Kind("Contacts", "Contacts", "ContactID", "Name",
                     {**_PAGE, "includeArchived": "true"}, is_document=False),
    "items": Kind("Items", "Items", "ItemID", "Code", {"unitdp": "4"}, is_document=False),
}  # fmt: skip

# The last words of Xero's own addresses, and the tab that shows such an object here.
_DEEP_LINKS = {
    "invoicing/view": "invoices",
    "invoicing/edit": "invoices",
    "contacts/contact": "contacts",
    "AccountsPayable/Edit.aspx": "bills",
    "AccountsPayable/View.aspx": "bills",
    "AccountsReceivable/View.aspx": "invoices",
    "AccountsPayable/ViewCreditNote.aspx": "credit-notes",
    "AccountsReceivable/ViewCreditNote.aspx": "credit-notes",
    "Accounts/Payable/PurchaseOrders/View": "purchase-orders",
}


class NotFound(Exception):
    """There is no such page."""


class Pages:
    """Answers the web pages and Xero's deep links."""

    def __init__(
        self,
        organisations: Callable[[], Mapping[str, Any]],
        look: Look,
        lock_of: Callable[[str], Any],
    ) -> None:
        self._organisations = organisations
        self._look = look
        self._lock_of = lock_of

    def answer(self, raw: RawRequest) -> Reply:
        """The page at this address, or a page that says there is none."""
        try:
            if raw.method == "POST":
                return self._do(raw)
            if raw.method not in ("GET", "HEAD"):
                raise NotFound
            return Reply(200, self._page(raw), HTML)
        except NotFound:
            text = "<h1>Not found</h1><p>There is no such page or object.</p>"
            page = layout.page("Not found", f'<div class="card">{text}</div>')
            return Reply(404, page, HTML)

    def _do(self, raw: RawRequest) -> Reply:
        """Do what a form on the page of an object asks for, and show the object again."""
        match tuple(part for part in raw.segments if part):
            case ("organisation", short_code, kind, xero_id):
                organisation = self._by_short_code(short_code)
            case _:
                raise NotFound
        if not ipaddress.ip_address(raw.client).is_loopback:
            return Reply(403, b"", HTML)
        self._one(organisation, _kind(kind), xero_id)
        form = dict(parse_qsl(raw.body.decode("utf-8", "replace")))
        with self._lock_of(organisation.tenant_id):
            trouble = hands.do(organisation, kind, xero_id, form)
        if trouble:
            return Reply(200, self._detail(organisation, kind, xero_id, trouble), HTML)
        return Reply(303, b"", HTML, {"Location": _address(organisation, kind, xero_id)})

    def _page(self, raw: RawRequest) -> bytes:
        parts = tuple(part for part in raw.segments if part)
        match parts:
            case ():
                return self._start()
            case ("organisation", short_code):
                return self._list(self._by_short_code(short_code), "invoices")
            case ("organisation", short_code, kind):
                return self._list(self._by_short_code(short_code), kind)
            case ("organisation", short_code, kind, xero_id):
                return self._detail(self._by_short_code(short_code), kind, xero_id)
            case ("app", short_code, *words, xero_id):
                kind = _DEEP_LINKS.get("/".join(words), "")
                return self._detail(self._by_short_code(short_code), kind, xero_id)
            case ("organisationlogin", "default.aspx"):
                organisation = self._by_short_code(raw.query.get("shortcode", ""))
                kind, xero_id = _read_redirect(raw.query.get("redirecturl", ""))
                return self._detail(organisation, kind, xero_id)
        raise NotFound

    # === PAGES === #

    def _start(self) -> bytes:
        cards = "".join(map(self._card, self._organisations().values()))
        content = f'<h1>Organisations</h1><div class="grid">{cards}</div>'
        return layout.page("Organisations", content)

    def _card(self, organisation: Any) -> str:
        """One organisation on the start page, with how much it holds."""
        rows = (
            f"<dt>{layout.link(_address(organisation, name), kind.title)}</dt>"
            f"<dd>{len(self._elements(organisation, name))}</dd>"
            for name, kind in KINDS.items()
        )
        return (
            f'<div class="card"><h2>{layout.link(_address(organisation), organisation.name)}</h2>'
            f'<p class="muted">{escape(organisation.country_code)} · '
            f"{escape(organisation.base_currency)} · {escape(organisation.short_code)}</p>"
            f"<dl>{''.join(rows)}</dl></div>"
        )

    def _list(self, organisation: Any, name: str) -> bytes:
        kind = _kind(name)
        elements = self._elements(organisation, name)
        columns = _DOCUMENT_COLUMNS if kind.is_document else _COLUMNS[name]
        heads = [kind.number_name if kind.is_document else columns[0][0], *_names(columns[1:])]
        heads[0] = "Number" if kind.is_document else heads[0]
        rows = [
            [
                layout.link(
                    _address(organisation, name, element[kind.id_name]), _first(kind, element)
                ),
                *(render(element) for _name, render in columns[1:]),
            ]
            for element in elements
        ]
        numeric = frozenset(place for place, head in enumerate(heads) if head in _NUMERIC)
        content = (
            f"{layout.trail(('/', 'Organisations'))}<h1>{escape(organisation.name)}</h1>"
            f"{_tabs(organisation, name)}"
            f'<div class="card">{layout.table(heads, rows, numeric)}</div>'
        )
        return layout.page(f"{kind.title}, {organisation.name}", content)

    def _detail(self, organisation: Any, name: str, xero_id: str, trouble: str = "") -> bytes:
        kind = _kind(name)
        element = self._one(organisation, kind, xero_id)
        if kind.resource == "Invoices":  # Xero shows a bill under the address of an invoice too
            name = "invoices" if element["Type"].startswith("ACCREC") else "bills"
            kind = KINDS[name]
        back = layout.trail(
            ("/", "Organisations"),
            (_address(organisation), organisation.name),
            (_address(organisation, name), kind.title),
        )
        title = _first(kind, element)
        state = element.get("Status") or element.get("ContactStatus") or ""
        content = (
            f"{back}<h1>{escape(title)} {layout.status(state) if state else ''}</h1>"
            f'<div class="card">{layout.details(_facts(organisation, element))}</div>'
        )
        content += _at(_address(organisation, name, xero_id), hands.forms(name, element))
        if trouble:
            content = f'{content}<div class="card trouble">{escape(trouble)}</div>'
        if kind.is_document:
            content += f'<div class="card">{_lines(element)}</div>'
            below = f"{kind.resource}/{element[kind.id_name]}"
            files = self._below(organisation, below, "Attachments", "Attachments")
            notes = self._below(organisation, below, "History", "HistoryRecords")
            content += f'<div class="card"><h2>Files</h2>{_files(files)}</div>'
            content += f'<div class="card"><h2>History &amp; notes</h2>{_notes(notes)}</div>'
        return layout.page(title, content)

    # === READING === #

    def _by_short_code(self, short_code: str) -> Any:
        for organisation in self._organisations().values():
            if organisation.short_code == short_code:
                return organisation
        raise NotFound

    def _elements(self, organisation: Any, name: str) -> list[Element]:
        kind = KINDS[name]
        found: list[Element] = []
        query = dict(kind.query)
        while True:
            response = self._look(organisation.tenant_id, kind.resource, **query)
            if response.status != 200:
                raise NotFound
            document = _loads(response.body)
            found += document[kind.resource]
            pages = document.get("pagination", {}).get("pageCount", 1)
            if int(query.get("page", pages)) >= pages:
                kept = [element for element in found if kind.keep(element)]
                return sorted(kept, key=_newest, reverse=True) if kind.is_document else kept
            query["page"] = str(int(query["page"]) + 1)

    def _one(self, organisation: Any, kind: Kind, xero_id: str) -> Element:
        query = {} if kind.resource in ("Contacts", "PurchaseOrders") else {"unitdp": "4"}
        response = self._look(organisation.tenant_id, f"{kind.resource}/{xero_id}", **query)
        if response.status != 200:
            raise NotFound
        elements = _loads(response.body)[kind.resource]
        if not elements or elements[0][kind.id_name] != xero_id.lower():
            raise NotFound
        return elements[0]

    def _below(self, organisation: Any, path: str, name: str, key: str) -> list[Element]:
        """The files or the notes of a document."""
        response = self._look(organisation.tenant_id, f"{path}/{name}")
        return _loads(response.body)[key] if response.status == 200 else []


def _at(address: str, forms: str) -> str:
    """Forms that are sent to an address, whatever the page's own is."""
    return forms.replace('<form method="post"', f'<form method="post" action="{escape(address)}"')


# === READING ADDRESSES === #


def _address(organisation: Any, *parts: str) -> str:
    return "/".join(["/organisation", *(quote(part, safe="!") for part in
                     (organisation.short_code, *parts))])  # fmt: skip


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotFound
    return KINDS[name]


def _read_redirect(target: str) -> tuple[str, str]:
    """The kind and id in the `redirecturl` of Xero's older deep links."""
    parts = urlsplit(target)
    words = [word for word in parts.path.split("/") if word]
    if parts.query:
        xero_id = parts.query.partition("=")[2]
    else:
        xero_id = words.pop() if words else ""
    return _DEEP_LINKS.get("/".join(words), ""), xero_id


def _loads(body: bytes) -> Any:
    return json.loads(body, parse_float=Decimal, parse_int=Decimal)


# === SHOWING === #


def _newest(element: Element) -> tuple[str, str]:
    number = next((element[name] for name in _NUMBERS if element.get(name)), "")
    return element.get("DateString") or "", number


def _first(kind: Kind, element: Element) -> str:
    return element.get(kind.number_name) or "(no number)"


def _text(name: str) -> Callable[[Element], str]:
    return lambda element: escape(str(element.get(name, "")))


def _day(name: str) -> Callable[[Element], str]:
    return lambda element: escape(str(element.get(f"{name}String") or "")[:10])


def _money(value: Any) -> str:
    return "" if value is None else f"{Decimal(value):,.2f}"


def _amount(name: str) -> Callable[[Element], str]:
    return lambda element: _money(element.get(name))


def _contact(element: Element) -> str:
    return escape(element.get("Contact", {}).get("Name", ""))


def _price(name: str) -> Callable[[Element], str]:
    return lambda element: _plain(element.get(name, {}).get("UnitPrice"))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    text = f"{Decimal(value):,.4f}".rstrip("0")
    whole, _point, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"


def _names(columns: list) -> list[str]:
    return [name for name, _render in columns]


_NUMBERS = ("InvoiceNumber", "CreditNoteNumber", "PurchaseOrderNumber")
_NUMERIC = frozenset({"Subtotal", "Tax", "Total", "Sales price", "Cost price"})
_DOCUMENT_COLUMNS = [
    ("Number", _text("Number")),
    ("Contact", _contact),
    ("Date", _day("Date")),
    ("Reference", _text("Reference")),
    ("Status", lambda element: layout.status(element.get("Status", ""))),
    ("Currency", _text("CurrencyCode")),
    ("Subtotal", _amount("SubTotal")),
    ("Tax", _amount("TotalTax")),
    ("Total", _amount("Total")),
]
_COLUMNS = {
    "contacts": [
        ("Name", _text("Name")),
        ("Code", _text("ContactNumber")),
        ("E-mail", _text("EmailAddress")),
        ("Status", lambda element: layout.status(element.get("ContactStatus", ""))),
    ],
    "items": [
        ("Code", _text("Code")),
        ("Name", _text("Name")),
        ("Description", _text("Description")),
        ("Sales price", _price("SalesDetails")),
        ("Cost price", _price("PurchaseDetails")),
    ],
}


def _tabs(organisation: Any, here: str) -> str:
    links = "".join(
        f'<a href="{_address(organisation, name)}"{" class=here" if name == here else ""}>'
        f"{kind.title}</a>"
        for name, kind in KINDS.items()
    )
    return f'<nav class="tabs">{links}</nav>'


def _facts(organisation: Any, element: Element) -> list[tuple[str, str]]:
    contact = element.get("Contact", {})
    contact_link = ""
    if contact.get("ContactID"):
        address = _address(organisation, "contacts", contact["ContactID"])
        contact_link = layout.link(address, contact.get("Name", ""))
    url = element.get("Url", "")
    is_web = url.startswith(("http://", "https://"))
    names = {
        "Code": "Code", "Description": "Description", "ContactNumber": "Contact code",
        "EmailAddress": "E-mail", "TaxNumber": "Tax number", "CompanyNumber": "Company number",
        "AccountNumber": "Account number", "Reference": "Reference", "CurrencyCode": "Currency",
        "CurrencyRate": "Currency rate", "LineAmountTypes": "Amounts are",
        "AttentionTo": "Attention to", "DeliveryAddress": "Delivery address",
        "DeliveryInstructions": "Delivery instructions",
    }  # fmt: skip
    days = {"Date": "Date", "DueDate": "Due date", "DeliveryDate": "Delivery date"}
    return [
        ("Contact", contact_link),
        *((title, _day(name)(element)) for name, title in days.items()),
        *((title, _text(name)(element)) for name, title in names.items()),
        ("Sales price", _price("SalesDetails")(element)),
        ("Cost price", _price("PurchaseDetails")(element)),
        ("Link back", layout.link(url, url) if is_web else escape(url)),
    ]


def _lines(element: Element) -> str:
    rows = [
        [
            escape(str(line.get("ItemCode", ""))),
            escape(line.get("Description", "")).replace("\n", "<br>"),
            _plain(line.get("Quantity")),
            _plain(line.get("UnitAmount")),
            escape(str(line.get("AccountCode", ""))),
            escape(str(line.get("TaxType", ""))),
            _money(line.get("TaxAmount")),
            _money(line.get("LineAmount")),
        ]
        for line in element.get("LineItems", [])
    ]
    heads = ["Item", "Description", "Quantity", "Price", "Account", "Tax rate", "Tax", "Amount"]
    foot = "".join(
        f'<tr{" class=total" if name == "Total" else ""}><td colspan="7" class="num">{title}</td>'
        f'<td class="num">{_money(element.get(name))}</td></tr>'
        for name, title in (("SubTotal", "Subtotal"), ("TotalTax", "Tax"), ("Total", "Total"))
    )
    return layout.table(heads, rows, frozenset({2, 3, 6, 7}), foot, "This document has no lines.")


def _files(rows: list[Element]) -> str:
    shown = [
        [escape(row["FileName"]), escape(row["MimeType"]), f"{row['ContentLength']:,}"]
        for row in rows
    ]
    heads = ["File", "Type", "Bytes"]
    return layout.table(heads, shown, frozenset({2}), "", "This document has no files.")


def _notes(rows: list[Element]) -> str:
    shown = [
        [escape(row["DateUTCString"].replace("T", " ")), escape(row["User"]),
         escape(row["Details"])]
        for row in rows
    ]  # fmt: skip
    return layout.table(["When", "Who", "Details"], shown, frozenset(), "", "There are no notes.")
