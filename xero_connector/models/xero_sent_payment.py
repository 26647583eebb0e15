"""Payments of Odoo that go to Xero, and what became of each there."""

import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..xero import sent_payments
from ..xero.paying import CENT
from .xero_payment_booking import as_decimal
from .xero_sent_payment_sentences import sentence_of

# States that a person has to look at.
STUCK = ("waiting", "attention")

# What is on its way, or may be.
IN_DOUBT = ("sending", "unknown", "removing")


class XeroSentPayment(models.Model):
    """What one entry of a bank or cash journal in Odoo paid of one document, once in Xero.

    The entry is that of a payment, or of a line of a bank statement that was matched with the
    document. One payment of several documents is several payments in Xero, as Xero has it.
    """

    _name = "xero.sent.payment"
    _description = "Payment Sent to Xero"
    _order = "id desc"

    # === FIELDS === #

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    link_id = fields.Many2one(
        "xero.link", string="Document", required=True, index=True, ondelete="cascade"
    )
    document = fields.Char(related="link_id.record_name", string="Document in Odoo")
    entry_id = fields.Many2one(
        "account.move", string="Payment in Odoo", index="btree_not_null", ondelete="set null"
    )
    entry_name = fields.Char(related="entry_id.name", string="Payment")
    journal_id = fields.Many2one("account.journal", index="btree_not_null", ondelete="set null")
    account_id = fields.Many2one(
        "xero.payment.account", string="Account in Xero", index="btree_not_null",
        ondelete="restrict",
    )
    currency_id = fields.Many2one("res.currency", string="Currency")
    amount = fields.Monetary("Amount", aggregator=None, help="As Odoo's books have it.")
    date = fields.Date()

    # (found) new ──[decided, committed]──► sending ──[Xero's answer names it]──► sent
    # new ──[where its money is in Xero is not chosen]──► waiting ──[chosen]──► new
    # new ──[more than is due there, a payment that Odoo does not know]──► attention
    # attention ──[try again, send it all the same]──► new
    # attention, waiting ──[left to the person]──► left ──[try again]──► new
    # sending ──[not executed: limit, no connection]──► new
    # sending ──[Xero refuses]──► attention
    # sending ──[no readable answer, worker died]──► unknown ──[looked up]──► sent | new
    # sent, attention ──[matched otherwise in Odoo]──► new
    # new ──[it stands in Xero and is undone or changed in Odoo, committed]──► removing
    # removing ──[deleted there]──► new ──[nothing is wanted]──► undone ──[matched again]──► new
    # removing ──[Xero refuses, nobody deleted it]──► attention
    # sent ──[deleted in Xero by somebody]──► attention
    state = fields.Selection(
        [
            ("new", "To Send"),
            ("waiting", "Waiting"),
            ("sending", "Sending"),
            ("unknown", "Being Checked"),
            ("removing", "Being Deleted"),
            ("attention", "Needs a Look"),
            ("sent", "In Xero"),
            ("undone", "Undone"),
            ("left", "Left Alone"),
        ],
        required=True,
        default="new",
    )
    message = fields.Text(help="What happened and what to do next.")
    reason = fields.Char(help="Why it waits or needs a person, in one word.")
    confirmed = fields.Boolean(
        help="A person said that payments which Odoo does not know are others."
    )

    # How it goes, or went, to Xero.
    identity = fields.Char(
        required=True, index=True, default=lambda self: uuid.uuid4().hex[:12],
        help="Stands in the reference in Xero; by it the payment is known there.",
    )
    attempt = fields.Integer(default=0, help="Part of the reference and the idempotency key.")
    removals = fields.Integer(
        default=0, help="How often its deletion was tried: Xero repeats what it said under a key."
    )
    next_try_at = fields.Datetime("Not Before", help="Waits until then; empty means now.")

    # What stands in Xero.
    xero_id = fields.Char("Xero ID", index="btree_not_null")
    sent_amount = fields.Monetary("Amount in Xero", aggregator=None)
    sent_date = fields.Date("Date in Xero")
    sent_journal_id = fields.Many2one("account.journal", ondelete="set null")
    bank_amount = fields.Float(
        "Amount in the Bank", digits=(16, 2), aggregator=None,
        help="In the currency of the account in Xero, where that is another one.",
    )
    rate = fields.Float(
        digits=(16, 6), aggregator=None, help="Foreign for one own; as Xero was told."
    )
    sent_at = fields.Datetime("Sent On")
    adopted = fields.Boolean(
        help="Found in Xero after an answer was lost, instead of confirmed by the answer."
    )
    is_reconciled = fields.Boolean("Reconciled in Xero")

    _entry_uniq = models.UniqueIndex(
        "(link_id, entry_id)", "This payment of the document is known already."
    )
    _open_idx = models.Index(
        "(tenant_id, state) WHERE state IN ('new', 'sending', 'unknown', 'removing')"
    )

    @api.depends("entry_id", "document")
    def _compute_display_name(self):
        for payment in self:
            payment.display_name = self.env._(
                "%(payment)s of %(document)s",
                payment=payment.entry_id.name or self.env._("Payment"),
                document=payment.document or "",
            )

    # === MARKING === #

    def _release(self):
        """Look at them again with the next run."""
        self.write({"state": "new", "message": False, "reason": False, "next_try_at": False})
        self.tenant_id._wake()

    def _tell(self, reason, state="attention", **names):
        """Stop, with the sentence for a person."""
        self.ensure_one()
        self.write({
            "state": state, "reason": reason, "message": sentence_of(self, reason, **names),
        })

    def _standing(self):
        """How it stands in Xero, as `sent_payments.Pay`; None when it does not."""
        if not self.xero_id:
            return None
        return self._sent()

    def _sent(self):
        """What was sent last, as `sent_payments.Pay`."""
        return sent_payments.Pay(
            as_decimal(self.sent_amount),
            self.sent_date,
            sent_payments.Worth(
                as_decimal(self.bank_amount).quantize(CENT) or None,
                as_decimal(self.rate) or None,
            ),
            self.sent_journal_id.id or None,
        )

    # === ACTIONS === #

    def action_try_again(self):
        """Send it, or delete it in Xero, once what stood against it is mended."""
        payments = self._decided_by_person()
        payments.is_reconciled = False  # Xero knows best
        payments._release()
        return True

    def action_send_anyway(self):
        """Send it beside payments in Xero that Odoo does not know: the person knows them."""
        payments = self._decided_by_person()
        payments.confirmed = True
        payments._release()
        return True

    def action_leave(self):
        """Leave it to the person: nothing is sent or deleted for it."""
        self._decided_by_person().write({
            "state": "left",
            "message": self.env._("Left alone by %(user)s.", user=self.env.user.name),
        })
        return True

    def action_fix(self):
        """Lead to the row that is not filled in."""
        self.ensure_one()
        return self.tenant_id._open_payment_accounts()

    def action_open_document(self):
        """Open the document that it pays."""
        self.ensure_one()
        return self.link_id.action_open_record()

    def action_open_entry(self):
        """Open the payment in Odoo; of a line of a statement, its entry."""
        self.ensure_one()
        record = self.entry_id.origin_payment_id or self.entry_id
        return self.link_id._form_of(record._name, record.id)

    def _decided_by_person(self):
        """The rows with all rights, for a person who may decide about them.

        :raises AccessError: if the person may not
        :raises UserError: if that is not what can be done now
        """
        if not self.env.user.has_groups("account.group_account_invoice"):
            raise AccessError(self.env._("Only who does the invoicing may decide this."))
        self.check_access("read")
        payments = self.sudo()
        # The engine and this transaction cannot both go on with what they have read.
        if self:
            self.env.cr.execute(SQL(
                "UPDATE xero_sent_payment SET write_date = write_date WHERE id IN %s", self._ids
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
