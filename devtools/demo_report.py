"""What the demo came to: a table of every document in Odoo and in Xero, and the calls it took."""

import math
from collections import defaultdict
from decimal import Decimal

from .console import say, table
from .demo_story import LATER_MOVES
from .simulator import control

BATCH = 50
OTHER_CALLS = 9  # for one tenant: identity, organisation, settings
LEAST = {"account.move": 10, "purchase.order": 3}
KINDS = {
    # model: name, partner's column, kind in the simulator, resource, id and number there
    "account.move": ("invoice", "invoices", "Invoices", "InvoiceID", "InvoiceNumber"),
    "purchase.order": (
        "purchase order",
        "purchase_orders",
        "PurchaseOrders",
        "PurchaseOrderID",
        "PurchaseOrderNumber",
    ),
}
HEADING = ["document", "number", "customer or supplier", "Odoo", "Xero", "state", "link or reason"]
FIELDS = [
    *("name", "partner_id", "amount_untaxed", "amount_tax", "amount_total", "currency_id"),
    *("xero_state", "xero_status", "xero_message", "xero_url"),
]


def show(story, books, xero_url):
    """Print the tables and the facts of the journal; return whether all is as promised."""
    equal = defaultdict(int)
    wanted = defaultdict(int)
    for book in books:
        say(f"\n{book.name} → {book.company.organisation}")
        rows = []
        for model, ids in book.documents.items():
            there = _documents_in_xero(xero_url, book.organisation_id, model)
            for document in story.read(book, model, ids, FIELDS):
                row, same = _compare(model, document, there)
                rows.append(row)
                wanted[model] += 1
                equal[model] += same
        table([*rows, *_later_rows(story, book)], HEADING)
    say()
    enough = _counts(equal, wanted)
    return _journal(story, books, xero_url) and enough


def _counts(equal, wanted):
    enough = True
    for model, (name, *_rest) in KINDS.items():
        say(
            f"{equal[model]} of {wanted[model]} {name}s in Xero with equal subtotal, tax and total."
        )
        enough &= equal[model] == wanted[model] >= LEAST[model]
    return enough


def _compare(model, document, there):
    """Return the row of a document, and whether Xero holds it to the cent."""
    name = KINDS[model][0]
    ours = [_money(document[field]) for field in ("amount_untaxed", "amount_tax", "amount_total")]
    copies = there.get(document["name"], [])
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
        *(state, reason),
    ]
    return row, same


def _later_rows(story, book):
    """Return the rows of the kinds of documents that the addon does not send yet."""
    domain = [
        ("company_id", "=", book.company_id),
        ("state", "=", "posted"),
        ("move_type", "in", list(LATER_MOVES)),
    ]
    fields = ["name", "partner_id", "amount_total", "currency_id", "move_type"]
    moves = story.call(book, "account.move", "search_read", domain, fields, order="move_type, id")
    return [
        [
            *(LATER_MOVES[move["move_type"]], move["name"], move["partner_id"][1]),
            f"{_money(move['amount_total'])} {move['currency_id'][1]}",
            *("", "not yet", ""),
        ]
        for move in moves
    ]


# === XERO'S SIDE === #


def _documents_in_xero(xero_url, organisation_id, model):
    """Return what the simulator holds, by number: a list each, so that doubles are seen."""
    _name, kind, resource, _id, number = KINDS[model]
    held = defaultdict(list)
    for element in control(xero_url, f"organisations/{organisation_id}/{kind}")[resource]:
        if element.get("Type") != "ACCPAY":
            totals = [_money(element[field]) for field in ("SubTotal", "TotalTax", "Total")]
            held[element[number]].append({"totals": totals, "status": element["Status"]})
    return held


def _journal(story, books, xero_url):
    """Print how many calls it took, and check what must hold for every run."""
    calls = control(xero_url, "journal")
    writes = [call for call in calls if _is_api(call) and call["method"] != "GET"]
    facts = {
        "every write had an idempotency key": all(call["idempotency_key"] for call in writes),
        "no batch was over 50": all((call["element_count"] or 0) <= BATCH for call in writes),
        "nothing was unknown to Xero": not any(call["unknown"] for call in calls),
        "no call was refused for its rate": not any(call["status"] == 429 for call in calls),
        "no document was sent twice": True,
    }
    by_tenant = _by_tenant(calls)
    for book in books:
        own = by_tenant[book.organisation_id]
        written = [call for call in own if call in writes]
        elements = _elements(written)
        sizes = {
            "Contacts": story.call(
                book,
                "xero.link",
                "search_count",
                [("tenant_id", "=", book.tenant_id), ("resource", "=", "Contacts")],
            ),
            "Invoices": len(book.documents["account.move"]),
            "PurchaseOrders": len(book.documents["purchase.order"]),
        }
        facts["no document was sent twice"] &= all(
            elements[resource] <= size for resource, size in sizes.items()
        )
        bound = sum(math.ceil(size / BATCH) for size in sizes.values())
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
