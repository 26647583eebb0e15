"""Purchase orders: numbers kept by deleted orders, prices with four decimals, no ledger effect."""

from __future__ import annotations

from . import documents
from .answers import Refused
from .documents import Draft, Kind
from .notation import read_date
from .tables import Record

PURCHASE_ORDER = Kind(
    "PurchaseOrders", "PurchaseOrder", "PurchaseOrderID", "PurchaseOrderNumber",
    lambda org: org.purchase_orders, ("PURCHASEORDER",), "PO-", places=4, makes_contacts=False,
)  # fmt: skip

NO_SUCH_CHANGE = "PurchaseOrder status change is invalid"
DELETED_ORDER = "Deleted PurchaseOrders cannot be updated"

#   DRAFT ◄──► SUBMITTED ──► AUTHORISED ──► BILLED
#     │            │             │            │
#     └────────────┴──► DELETED ◄┴────────────┘     (DRAFT goes to AUTHORISED and BILLED too)
TRANSITIONS = {
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "BILLED", "DELETED"),
    "SUBMITTED": ("SUBMITTED", "DRAFT", "AUTHORISED", "BILLED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "BILLED", "DELETED"),
    "BILLED": ("BILLED", "DELETED"),
}
CREATABLE = ("DRAFT", "SUBMITTED", "AUTHORISED", "BILLED")
TEXT_FIELDS = ("Reference", "DeliveryAddress", "AttentionTo", "Telephone", "DeliveryInstructions")


def save_order(organisation, element: Record, existing: Record | None) -> Draft:
    """Create or change a purchase order, or refuse it with every reason."""
    guid = existing["PurchaseOrderID"] if existing else None
    if existing:
        _check_open(existing, element, guid)
    status = element.get("Status") or (existing["Status"] if existing else "DRAFT")
    if not existing and status not in CREATABLE:
        raise Refused(NO_SUCH_CHANGE)
    drafted = documents.draft(organisation, PURCHASE_ORDER, element, existing, 4)
    record, problems = drafted.record, drafted.problems
    documents.set_number(
        organisation, PURCHASE_ORDER, element, existing, drafted, "Order number must be unique"
    )
    documents.set_branding(organisation, element, drafted)
    for key in ("DeliveryDate", "ExpectedArrivalDate"):
        if element.get(key):
            record[key] = read_date(element[key])
    for key in TEXT_FIELDS:
        if element.get(key) is not None:
            record[key] = element[key]
    approved = status in ("AUTHORISED", "BILLED")
    if f"Create{'Approved' if approved else 'Draft'}PurchaseOrder" in organisation.denied_actions:
        problems.append(
            "The User specified does not have the correct permissions to perform this action"
        )
    if approved and status != (existing or {}).get("Status"):
        problems.extend(documents.approval_problems(record["LineItems"]))
    record["Status"] = status
    _sent(element, drafted)
    drafted.finish(guid)
    documents.touch(organisation, record)
    organisation.purchase_orders.save(record)
    return drafted


def _check_open(existing: Record, element: Record, guid: str) -> None:
    if existing["Status"] == "DELETED":
        # An order found by its number, not by its id, is answered as if none had been found.
        named = element.get("PurchaseOrderID")
        raise Refused(NO_SUCH_CHANGE, DELETED_ORDER, guid=guid if named else None)
    wanted = element.get("Status") or existing["Status"]
    if wanted not in TRANSITIONS[existing["Status"]]:
        raise Refused(NO_SUCH_CHANGE, guid=guid)
    if existing["Status"] == "BILLED" and element.get("LineItems") is not None:
        raise Refused("The line items of a BILLED PurchaseOrder cannot be updated", guid=guid)


def _sent(element: Record, drafted: Draft) -> None:
    sent = element.get("SentToContact")
    if sent is None or sent == drafted.record["SentToContact"]:
        return
    if drafted.record["Status"] in ("AUTHORISED", "BILLED"):
        drafted.record["SentToContact"] = sent
    elif sent:
        drafted.warnings.append(
            "Only AUTHORISED and BILLED purchase orders may have SentToContact updated."
        )
