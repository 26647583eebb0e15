"""What the demo came to: a table of every document in Odoo and in Xero, and the calls it took."""

import math
from collections import Counter, defaultdict
from decimal import Decimal

from .console import say, table
from .simulator import control

BATCH = 50
ALONE = ("ACCPAYCREDIT",)
OTHER_CALLS = 9  # for one tenant: identity, organisation, settings
INVOICES = ("invoices", "Invoices", "InvoiceID", "InvoiceNumber")
CREDIT_NOTES = ("credit_notes", "CreditNotes", "CreditNoteID", "CreditNoteNumber")
ORDERS = ("purchase_orders", "PurchaseOrders", "PurchaseOrderID", "PurchaseOrderNumber")
KINDS = {
    # type of the move, or model of the order: name, least number, kind in the simulator, resource,
    # id there, number there, type there
    "out_invoice": ("invoice", 10, *INVOICES, "ACCREC"),
    "out_receipt": ("sales receipt", 2, *INVOICES, "ACCREC"),
    "out_refund": ("credit note", 2, *CREDIT_NOTES, "ACCRECCREDIT"),
    "in_invoice": ("bill", 2, *INVOICES, "ACCPAY"),
    "in_receipt": ("purchase receipt", 2, *INVOICES, "ACCPAY"),
    "in_refund": ("vendor credit note", 2, *CREDIT_NOTES, "ACCPAYCREDIT"),
    "purchase.order": ("purchase order", 3, *ORDERS, "PURCHASEORDER"),
}
HEADING = [
    *("document", "number", "customer or supplier", "Odoo", "Xero", "difference"),
    *("state", "link or reason"),
]
FIELDS = [
    *("name", "partner_id", "amount_untaxed", "amount_tax", "amount_total", "currency_id"),
    *("xero_state", "xero_status", "xero_message", "xero_url"),
]
MORE_FIELDS = {"account.move": ["move_type", "ref"]}


def show(story, books, xero_url):
    """Print the tables and the facts of the journal; return whether all is as promised."""
    equal, wanted, sizes = Counter(), Counter(), {}
    for book in books:
        sizes[book.organisation_id] = Counter()
        say(f"\n{book.name} → {book.company.organisation}")
        there = {
            kind: _documents_in_xero(xero_url, book.organisation_id, kind) for kind in KINDS
        }
        rows = []
        for model, ids in book.documents.items():
            fields = [*FIELDS, *MORE_FIELDS.get(model, ())]
            for document in story.read(book, model, ids, fields):
                kind = document.get("move_type", model)
                row, same = _compare(kind, document, there[kind])
                rows.append((list(KINDS).index(kind), row))
                wanted[kind] += 1
                sizes[book.organisation_id][kind] += 1
                equal[kind] += same
        table([row for _position, row in sorted(rows, key=lambda pair: pair[0])], HEADING)
    say()
    enough = _counts(equal, wanted)
    return _journal(story, books, xero_url, sizes) and enough


def _counts(equal, wanted):
    enough = True
    for kind, (name, least, *_rest) in KINDS.items():
        say(
            f"{equal[kind]} of {wanted[kind]} {name}s in Xero with equal subtotal, tax and total."
        )
        enough &= equal[kind] == wanted[kind] >= least
    return enough


def _compare(kind, document, there):
    """Return the row of a document, and whether Xero holds it to the cent."""
    name = KINDS[kind][0]
    ours = [_money(document[field]) for field in ("amount_untaxed", "amount_tax", "amount_total")]
    copies = there.get(_number(kind, document), [])
    theirs = copies[0]["totals"] if copies else None
    same = theirs == ours and len(copies) == 1 and document["xero_state"] == "sent"
    currency = document["currency_id"][1]
    state = document["xero_state"] or "not sent"
    if document["xero_state"] == "sent":
        state = document["xero_status"] or "sent"
    reason = document["xero_url"] if same else document["xero_message"] or "no reason given"
    if document["xero_state"] == "sent" and not same:
        reason = f"differs: {_totals(ours)} in Odoo, {_totals(theirs)} in Xero"
    row = [
        *(name, document["name"], document["partner_id"][1]),
        f"{ours[2]} {currency}",
        f"{theirs[2]} {currency}" if theirs else "",
        f"{theirs[2] - ours[2]}" if theirs else "",
        *(state, reason),
    ]
    return row, same


def _number(kind, document):
    """Return the number that a document has in Xero: a supplier's own on what he wrote."""
    return kind.startswith("in_") and document["ref"] or document["name"]


# === XERO'S SIDE === #


def _documents_in_xero(xero_url, organisation_id, kind):
    """Return what the simulator holds, by number: a list each, so that doubles are seen."""
    _name, _least, table_name, resource, _id, number, type_there = KINDS[kind]
    held = defaultdict(list)
    for element in control(xero_url, f"organisations/{organisation_id}/{table_name}")[resource]:
        if element["Type"] == type_there:
            totals = [_money(element[field]) for field in ("SubTotal", "TotalTax", "Total")]
            held[element[number]].append({"totals": totals, "status": element["Status"]})
    return held


def _journal(story, books, xero_url, sizes):
    """Print how many calls it took, and check what must hold for every run."""
    calls = control(xero_url, "journal")
    writes = [call for call in calls if _is_api(call) and call["method"] != "GET"]
    facts = {
        "every write had an idempotency key": all(call["idempotency_key"] for call in writes),
        "no batch was over 50": all((call["element_count"] or 0) <= BATCH for call in writes),
        "nothing was unknown to Xero": not any(call["unknown"] for call in calls),
        "no call was refused for its rate": not any(call["status"] == 429 for call in calls),
        "no document was sent twice": True,
        "no customer or supplier was sent twice": True,
    }
    by_tenant = _by_tenant(calls)
    for book in books:
        own = by_tenant[book.organisation_id]
        written = [call for call in own if call in writes]
        elements = _elements(written)
        contacts = story.call(
            book,
            "xero.link",
            "search_count",
            [("tenant_id", "=", book.tenant_id), ("resource", "=", "Contacts")],
        )
        wanted = _by(sizes[book.organisation_id], "resource")
        facts["no document was sent twice"] &= all(
            elements[resource] <= size for resource, size in wanted.items()
        )
        facts["no customer or supplier was sent twice"] &= elements["Contacts"] <= contacts
        bound = math.ceil(contacts / BATCH) + sum(
            size if xero_type in ALONE else math.ceil(size / BATCH)
            for xero_type, size in _by(sizes[book.organisation_id], "type").items()
        )
        others = len(own) - len(written)
        say(
            f"{book.name}: {len(written)} writes (at most {bound}), {others} other calls, identity "
            f"included (at most {OTHER_CALLS})."
        )
        facts[f"few calls for {book.name}"] = len(written) <= bound and others <= OTHER_CALLS
    for fact, holds in facts.items():
        if not holds:
            say(f"NOT TRUE: {fact}.")
    if all(facts.values()):
        say("The journal: no document sent twice, no batch over 50, no write without its key.")
    return all(facts.values())


def _by(sizes, column):
    """Return how many documents there are by Xero's resource, or by its type."""
    counts = Counter()
    for kind, size in sizes.items():
        _name, _least, _table, resource, _id, _number, xero_type = KINDS[kind]
        counts[resource if column == "resource" else xero_type] += size
    return counts


def _by_tenant(calls):
    """Return the connector's calls per organisation; identity calls belong to the next tenant."""
    waiting, by_tenant, last = [], defaultdict(list), None
    for call in calls:
        if _is_api(call):
            last = call["tenant_id"]
            by_tenant[last] += [*waiting, call]
            waiting = []
        elif not call["path"].endswith("/authorize"):  # that is the person's browser
            waiting.append(call)
    by_tenant[last] += waiting
    return by_tenant


def _elements(writes):
    """Return how many elements were sent, by resource; a replay is the same sending."""
    counts = defaultdict(int)
    for call in writes:
        if not call["replayed"]:
            counts[call["path"].split("/")[3]] += call["element_count"] or 0
    return counts


def _is_api(call):
    return call["path"].startswith("/api.xro/")


def _money(value):
    """Return an amount with cents; Odoo's floats are rounded already, this only drops noise."""
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _totals(amounts):
    return " + ".join(map(str, amounts[:2])) + f" = {amounts[2]}" if amounts else "nothing"
