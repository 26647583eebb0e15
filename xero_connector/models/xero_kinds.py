"""The kinds of documents that are sent: what each is in Xero, and who decides on it."""

from dataclasses import dataclass

from ..xero import const


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of Xero's documents.

    :param str type: Xero's name
    :param str resource: where Xero keeps it
    :param str model: Odoo's model
    :param tuple move_types: Odoo's types of it; empty for orders
    :param int batch: how many go in one request. Xero enforces no number on vendor credits and
        gives them no field for a mark of ours, so they go alone.
    """

    type: str
    resource: str
    model: str
    move_types: tuple[str, ...] = ()
    batch: int = const.BATCH_SIZE


# In the order in which they are sent: what customers wait for goes first.
KINDS = (
    Kind("ACCREC", "Invoices", "account.move", ("out_invoice", "out_receipt")),
    Kind("ACCRECCREDIT", "CreditNotes", "account.move", ("out_refund",)),
    Kind("ACCPAY", "Invoices", "account.move", ("in_invoice", "in_receipt")),
    Kind("ACCPAYCREDIT", "CreditNotes", "account.move", ("in_refund",), batch=1),
    Kind("PURCHASEORDER", "PurchaseOrders", "purchase.order"),
)

# Xero's kind of each type of Odoo's moves.
XERO_TYPES = {move_type: kind for kind in KINDS for move_type in kind.move_types}

# Fields of the tenant by Odoo's type: whether it goes by itself, and its status in Xero.
SWITCHES = {
    "out_invoice": ("send_invoices", "invoice_status"),
    "out_refund": ("send_credit_notes", "credit_note_status"),
    "out_receipt": ("send_receipts", "receipt_status"),
    "in_invoice": ("send_bills", "bill_status"),
    "in_refund": ("send_refunds", "refund_status"),
    "in_receipt": ("send_receipts", "receipt_status"),
    "purchase.order": ("send_orders", "order_status"),
}
