"""Which kinds of documents a tenant takes by themselves, and with which status they begin."""

from odoo import fields, models
from odoo.fields import Domain

from ..xero import const
from .xero_kinds import KINDS, SWITCHES

STATUSES = [
    ("draft", "Draft"),
    ("submitted", "Awaiting Approval"),
    ("authorised", "Approved"),
]

STATUS_HELP = (
    "What a document is in Xero at first. To be approved it is created as a draft, compared with "
    "Odoo to the cent, and approved only when it is equal."
)


def _status(label):
    return fields.Selection(STATUSES, label, required=True, default="draft", help=STATUS_HELP)


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    # Who begins sends what customers owe and what is on order. The rest often stands in Xero
    # already, typed in or fetched by other apps there, so that is a decision of its own.
    send_invoices = fields.Boolean("Customer Invoices", default=True)
    send_credit_notes = fields.Boolean("Customer Credit Notes")
    send_bills = fields.Boolean("Vendor Bills")
    send_refunds = fields.Boolean("Vendor Credit Notes")
    send_receipts = fields.Boolean("Sales and Purchase Receipts")
    send_orders = fields.Boolean("Purchase Orders", default=True)
    send_quotations = fields.Boolean(
        "Requests for Quotation",
        help="Requests for quotation go to Xero as draft orders, before they are confirmed.",
    )
    send_with_print = fields.Boolean(
        "Ticked in Send & Print",
        default=True,
        help="Send & Print of an invoice that is not in Xero yet sends it there too. Without the "
        "tick it is offered, and whoever sends one invoice may tick it.",
    )

    invoice_status = _status("Status of Customer Invoices")
    credit_note_status = _status("Status of Customer Credit Notes")
    bill_status = _status("Status of Vendor Bills")
    refund_status = _status("Status of Vendor Credit Notes")
    receipt_status = _status("Status of Receipts")
    order_status = _status("Status of Purchase Orders")

    # === CHOICES === #

    def _is_sent_by_itself(self, kind):
        """Whether documents of a kind go without anybody asking.

        :param str kind: Odoo's type of a move, or `purchase.order`
        """
        return self[SWITCHES[kind][0]]

    def _first_status(self, kind):
        """The status that documents of a kind shall come to: draft, submitted or authorised."""
        return self[SWITCHES[kind][1]]

    def _wanted_domains(self, day):
        """Which documents go to Xero by themselves, by model.

        :param day: the earliest date
        """
        models = dict.fromkeys(kind.model for kind in KINDS)
        wanted = {model: self.env[model]._xero_wanted_domain(self) for model in models}
        return {
            model: Domain("company_id", "=", self.company_id.id)
            & domain
            & self.env[model]._xero_since_domain(day)
            for model, domain in wanted.items()
            if not domain.is_false()
        }

    # === THE QUEUE BY KIND === #

    def _claim_kind(self, kind, batches):
        """Lock the next documents of one kind that are new to Xero; see `_claim`.

        :param kind: the `Kind`
        :param int batches: how many batches at most
        """
        domain = Domain("xero_id", "=", False) & Domain("resource", "=", kind.resource)
        if kind.move_types:
            moves = self.env[kind.model]._search([("move_type", "in", kind.move_types)])
            domain &= Domain("res_id", "in", moves)
        return self._claim(kind.model, domain, limit=kind.batch * batches)

    def _is_told_apart(self, parcel, parcels):
        """Whether the answer to a batch will say which of its bills is which: two of one supplier
        with the same number and date do not go together.

        :param parcel: the next one; `parcels` are those of the batch so far
        """
        document = parcel.document
        if getattr(document, "kind", None) not in const.NUMBERED_BY_SUPPLIER:
            return True
        return all(
            (other.document.number, other.document.contact_id, other.document.date)
            != (document.number, document.contact_id, document.date)
            for other in parcels
        )
