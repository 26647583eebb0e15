"""Payments and allocations in Xero of documents that Odoo has, and what became of each here."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# States that a person has to look at.
STUCK = ("waiting", "attention")


class XeroPayment(models.Model):
    """One payment, refund or allocation in Xero, registered in Odoo at most once.

    A payment is known by Xero's id. Of allocations an invoice in Xero names no id: all that was
    allocated of one credit to one invoice is one row, whose amount may change.
    """

    _name = "xero.payment"
    _description = "Payment in Xero"
    _order = "date desc, id desc"
    _rec_name = "reference"

    # === FIELDS === #

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    xero_id = fields.Char(
        "Xero ID", required=True, help="Of an allocation: the ids of the credit and the invoice."
    )
    link_id = fields.Many2one(
        "xero.link", string="Document", required=True, index=True, ondelete="cascade"
    )
    document = fields.Char(related="link_id.record_name", string="Document in Odoo")
    kind = fields.Selection(
        [
            ("payment", "Payment"),
            ("credit_note", "Credit Note Allocated"),
            ("overpayment", "Overpayment Allocated"),
            ("prepayment", "Prepayment Allocated"),
        ],
        required=True,
        default="payment",
    )
    source_id = fields.Char(
        "ID of the Credit", help="Xero's GUID of the credit note, overpayment or prepayment."
    )
    account_id = fields.Many2one(
        "xero.payment.account", string="Account in Xero", index="btree_not_null",
        ondelete="restrict",
    )
    batch_id = fields.Char("Batch in Xero", index="btree_not_null")
    currency_id = fields.Many2one("res.currency", string="Currency")
    currency_code = fields.Char("Currency in Xero")
    amount = fields.Monetary("Amount", aggregator=None)
    bank_amount = fields.Float(
        "Amount in the Bank", digits=(16, 2), aggregator=None,
        help="In the currency of the account in Xero.",
    )
    rate = fields.Float(
        "Rate", digits=(18, 10), aggregator=None, help="As Xero states it: foreign for one own."
    )
    date = fields.Date()
    reference = fields.Char()
    is_reconciled = fields.Boolean("Reconciled in Xero")
    removed = fields.Boolean("Deleted in Xero")
    updated_at = fields.Datetime("Changed in Xero")

    # (seen in Xero) ──► new ──[booked, one transaction]──► registered
    # new ──[where its money is in Odoo is not chosen]──► waiting ──[chosen]──► new
    # new ──[closed period, paid already, another currency]──► attention ──[try again]──► new
    # new ──[older than what is registered]──► left
    # new, waiting, attention ──[deleted in Xero, nothing was booked]──► undone
    # registered ──[deleted or changed in Xero]──► new ──[undone in Odoo]──► undone
    # new ──[a bank statement or a closed period holds what is booked]──► attention
    # attention ──[left to the person]──► left
    # undone ──[allocated again]──► new
    state = fields.Selection(
        [
            ("new", "To Register"),
            ("waiting", "Waiting"),
            ("attention", "Needs a Look"),
            ("registered", "Registered"),
            ("undone", "Undone"),
            ("left", "Left Alone"),
        ],
        required=True,
        default="new",
    )
    message = fields.Text(help="What happened and what to do next.")

    # What stands in Odoo for it.
    payment_id = fields.Many2one(
        "account.payment", string="Payment in Odoo", index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move", string="Entry in Odoo", index="btree_not_null", ondelete="set null",
        help="A write-off, or the entry that carries a part of a credit note over to an invoice.",
    )
    partial_ids = fields.Many2many(
        "account.partial.reconcile", string="Matched in Odoo",
        help="A credit note that was matched with its invoice as a whole.",
    )
    booked_amount = fields.Monetary("Amount Registered", aggregator=None)
    booked_date = fields.Date("Registered With Date")

    _xero_id_uniq = models.Constraint(
        "UNIQUE(tenant_id, xero_id)", "This payment in Xero is known already."
    )
    _open_idx = models.Index("(tenant_id, id) WHERE state = 'new'")

    @api.depends("kind", "link_id", "amount", "currency_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for payment in self:
            amount = payment.currency_id.format(payment.amount) if payment.currency_id else ""
            payment.display_name = f"{kinds[payment.kind]} {amount} ({payment.document or ''})"

    # === MARKING === #

    def _release(self):
        """Look at them again with the next run."""
        self.write({"state": "new", "message": False})
        for tenant in self.tenant_id:
            tenant._wake()

    def _tell(self, sentence, state="attention"):
        self.write({"state": state, "message": sentence})

    # === ACTIONS === #

    def action_try_again(self):
        """Register, or undo, once what stood against it is mended."""
        self._decide()._release()
        return True

    def action_leave(self):
        """Leave it to the person: nothing is registered or undone for it, whatever Xero says."""
        self._decide()._tell(
            self.env._("Left alone by %(user)s.", user=self.env.user.name), state="left"
        )
        return True

    def action_fix(self):
        """Lead to the row that is not filled in."""
        self.ensure_one()
        return self.tenant_id._open_payment_accounts()

    def action_open_document(self):
        """Open the document that it pays."""
        self.ensure_one()
        return self.link_id.action_open_record()

    def action_open_booked(self):
        """Open what stands in Odoo for it."""
        self.ensure_one()
        record = self.payment_id or self.move_id
        return self.link_id._form_of(record._name, record.id)

    def _decide(self):
        """The rows with all rights, for a person who may decide about them.

        :raises AccessError: if the person may not
        :raises UserError: if that is not what can be done now
        """
        if not self.env.user.has_groups("account.group_account_invoice"):
            raise AccessError(self.env._("Only who does the invoicing may decide this."))
        payments = self.sudo()
        if not self.env.su and payments.company_id - self.env.user.company_ids:
            raise AccessError(self.env._("This belongs to the books of another company."))
        # The engine and this transaction cannot both go on with what they have read.
        if self:
            self.env.cr.execute(SQL(
                "UPDATE xero_payment SET write_date = write_date WHERE id IN %s", self._ids
            ))
            payments.invalidate_recordset()
        for payment in payments:
            if payment.state not in (*STUCK, "left"):
                raise UserError(self.env._(
                    "%(payment)s has changed its status meanwhile. Reload, and look at what it "
                    "says now.",
                    payment=payment.display_name,
                ))
        return payments
