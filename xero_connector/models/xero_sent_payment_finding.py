"""Which payments of Odoo belong in Xero, found in Odoo's books, and what is to be done about each.

Only documents that are approved in Xero and owe something there are looked through, so what is
looked through does not grow with the years.
"""

import logging
from decimal import Decimal

import psycopg2
from odoo import api, fields, models
from odoo.tools import SQL

from ..xero import sent_payments
from ..xero.paying import CENT
from .xero_payment_booking import as_decimal
from .xero_sent_payment import IN_DOUBT

_logger = logging.getLogger(__name__)

# How many are found at a time.
FIND = 200

# What entries of banks and cash paid of documents that are linked.
PAID = """
    SELECT link.id AS link_id, entry.id AS entry_id, entry.state, entry.date, entry.journal_id,
           CASE WHEN count(DISTINCT other.currency_id) = 1 THEN max(other.currency_id) END
               AS currency_id,
           sum(matched.paid) AS paid, sum(matched.moved) AS moved,
           max(abs(other.amount_currency)) AS amount, max(abs(other.balance)) AS balance
      FROM xero_link link
      JOIN account_move_line line ON line.move_id = link.res_id
      JOIN account_account account ON account.id = line.account_id
       AND account.account_type IN ('asset_receivable', 'liability_payable')
      JOIN LATERAL (
          SELECT partial.credit_move_id AS other_id, partial.debit_amount_currency AS paid,
                 partial.credit_amount_currency AS moved
            FROM account_partial_reconcile partial WHERE partial.debit_move_id = line.id
           UNION ALL
          SELECT partial.debit_move_id, partial.credit_amount_currency,
                 partial.debit_amount_currency
            FROM account_partial_reconcile partial WHERE partial.credit_move_id = line.id
      ) matched ON TRUE
      JOIN account_move_line other ON other.id = matched.other_id
      JOIN account_move entry ON entry.id = other.move_id
      JOIN account_journal journal ON journal.id = entry.journal_id
       AND journal.type IN ('bank', 'cash', 'credit')
     WHERE link.tenant_id = %(tenant)s AND link.res_model = 'account.move'
       AND %(condition)s
  GROUP BY link.id, entry.id
"""


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _find_payments(self):
        """Note the payments of documents that are approved in Xero and not paid there, which
        nobody has sent yet; what was registered from Xero never goes back there.

        :return: whether there may be more of them
        """
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """
            SELECT found.link_id, found.entry_id, sent.id
              FROM (%(paid)s) found
         LEFT JOIN xero_sent_payment sent
                ON sent.link_id = found.link_id AND sent.entry_id = found.entry_id
             WHERE (sent.id IS NULL OR sent.state = 'undone'
                    OR (sent.state = 'sent' AND sent.sent_amount != found.paid))
               AND found.state = 'posted' AND found.date >= %(since)s
               AND NOT EXISTS (
                   SELECT FROM xero_payment known WHERE known.move_id = found.entry_id
               )
               AND NOT EXISTS (
                   SELECT FROM xero_payment known
                     JOIN account_payment payment ON payment.id = known.payment_id
                    WHERE payment.move_id = found.entry_id
               )
          ORDER BY found.date, found.entry_id, found.link_id
             LIMIT %(limit)s
            """,
            paid=_paid(self, SQL("link.xero_status = 'AUTHORISED' AND link.xero_due > 0")),
            since=self.payments_sent_since,
            limit=FIND,
        ))
        payments = self.env["xero.sent.payment"]
        payments.create([
            {"tenant_id": self.id, "link_id": link_id, "entry_id": entry_id}
            for link_id, entry_id, known in rows if not known
        ])
        payments.browse(known for *_ids, known in rows if known).state = "new"
        return len(rows) == FIND

    def _compare_changed_payments(self):
        """Look again at payments of documents whose matching was undone in Odoo."""
        links = self.env["xero.link"].search(
            [("tenant_id", "=", self.id), ("payments_changed", "=", True)], limit=FIND
        )
        if not links:
            return
        payments = self.env["xero.sent.payment"].search([("link_id", "in", links.ids)])
        doubtful = payments.filtered(lambda one: one.state in IN_DOUBT).link_id
        settled = links - doubtful  # the others are compared when that is known
        settled.payments_changed = False
        payments.filtered(
            lambda one: one.link_id in settled and one.state in ("sent", "waiting", "attention")
        ).write({"state": "new", "next_try_at": False})


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        # EXTENDS: a payment that was in draft may be another one now
        posted = super()._post(soft)
        self.env["xero.sent.payment"].sudo().search(
            [("entry_id", "in", posted.ids)]
        ).link_id._compare_payments()
        return posted


class XeroLink(models.Model):
    _inherit = "xero.link"

    payments_changed = fields.Boolean(
        help="A payment of ours in Xero may not be what Odoo's books have any more."
    )

    _payments_changed_idx = models.Index("(tenant_id) WHERE payments_changed")

    def _forget(self):
        # EXTENDS: what paid a document in Xero that is not ours any more is not ours either
        self.env["xero.sent.payment"].search([("link_id", "in", self.ids)]).unlink()
        return super()._forget()

    def _compare_payments(self):
        """Let the next run compare the payments of these documents with those in Xero."""
        if self:
            self.payments_changed = True
            self.tenant_id._wake()


class XeroSentPayment(models.Model):
    _inherit = "xero.sent.payment"

    @api.model
    def _links_matched_by(self, partials):
        """The links of documents whose payment in Xero stands for one of these matches.

        :param partials: `account.partial.reconcile`s
        """
        moves = (partials.debit_move_id | partials.credit_move_id).move_id
        known = self.search([("entry_id", "in", moves.ids)])
        return known.link_id.filtered(lambda link: link.res_id in moves.ids)

    # === DECIDING === #

    def _decide(self, listed=None):
        """Decide about each of these by Odoo's books as they are now.

        :param dict listed: {GUID of a document: what it lists in Xero}, where that was read
        :return: {payment: the `sent_payments.Pay` that is to be sent} of those that may go
        """
        may_go, listed = {}, listed or {}
        paid = self._paid_in_odoo()
        for payment in self:
            booked = paid.get((payment.link_id.id, payment.entry_id.id))
            if booked and booked["state"] == "draft" and payment.xero_id:
                payment.state = "sent"  # somebody works on it; it is compared when it is posted
                continue
            rows = listed.get(payment.link_id.xero_id)
            if not payment.xero_id and (ours := payment._arrived_already(rows)):
                payment._adopt(ours)
                continue
            try:
                move, pay = payment._decide_one(booked, rows)
            except psycopg2.Error:
                raise
            except Exception:
                # One payment must not stop the others, whatever is wrong with it.
                _logger.exception("Xero: payment %s cannot be prepared", payment.id)
                payment._tell("error")
                continue
            if move.kind == "send":
                may_go[payment] = pay
            elif move.kind == "nothing":
                payment.write({"state": "sent", "message": False})
            elif move.kind == "remove":
                payment.write({"state": "removing", "message": False})
            elif move.kind == "drop":
                payment._drop()
            elif move.kind == "wait":
                payment._tell(move.reason, state="waiting")
            else:
                payment._tell(move.reason)
        return may_go

    def _paid_in_odoo(self):
        """What the entries paid of the documents.

        :return: {(id of link, id of entry): row of the books}
        """
        if not self:
            return {}
        self.env.flush_all()
        self.env.cr.execute(_paid(self.tenant_id, SQL(
            "link.id IN %s AND entry.id IN %s",
            tuple(self.link_id.ids), tuple(self.entry_id.ids) or (0,),
        )))
        return {
            (row["link_id"], row["entry_id"]): row for row in self.env.cr.dictfetchall()
        }

    def _arrived_already(self, rows):
        """The payment in Xero that an earlier attempt made after all; None when there is none.

        :param rows: what the document lists; None when that was not read
        """
        return next(
            (row for row in rows or () if row.mark and row.mark.identity == self.identity), None
        )

    def _decide_one(self, booked, rows):
        """What to do about one.

        :param dict booked: its row of the books; None when it pays the document no more
        :param rows: what the document lists; None when that was not read
        :return: (`sent_payments.Move`, the `sent_payments.Pay` that would be sent)
        """
        link, document = self.link_id, self.link_id._record().sudo()
        if not booked or booked["state"] != "posted":
            ground = sent_payments.Ground(False, Decimal(0), reconciled=self.is_reconciled)
            return sent_payments.decide(None, self._standing(), ground), None
        amount = as_decimal(booked["paid"])
        journal = self.env["account.journal"].browse(booked["journal_id"])
        accounts = self._accounts_of(journal)
        self.write({
            "amount": float(amount),
            "date": booked["date"],
            "currency_id": document.currency_id.id,
            "journal_id": journal.id,
            "account_id": accounts.id if len(accounts) == 1 else False,
        })
        own = self.company_id.currency_id.name
        worth = sent_payments.worth_of(
            amount,
            sent_payments.Entry(
                self.env["res.currency"].browse(booked["currency_id"]).name,
                as_decimal(booked["amount"]),
                as_decimal(booked["balance"]),
                as_decimal(booked["moved"]),
            ),
            document=document.currency_id.name,
            bank=self.account_id.currency_code or own,
            own=own,
        )
        pay = sent_payments.Pay(
            amount, booked["date"], worth or sent_payments.Worth(), journal.id
        )
        ground = sent_payments.Ground(
            approved=link.xero_status == "AUTHORISED",
            due=as_decimal(link.xero_due),
            strange=Decimal(0) if self.confirmed else self._paid_by_others(rows),
            mapped=("none", "one")[len(accounts)] if len(accounts) < 2 else "several",
            bookable=worth is not None,
            composed=self._is_composed(),
            reconciled=self.is_reconciled,
        )
        return sent_payments.decide(pay, self._standing(), ground), pay

    def _is_composed(self):
        """Whether the entry books something besides the money and what it paid, such as a
        write-off or a discount."""
        entry = self.entry_id
        money = entry.line_ids.filtered(
            lambda line: line.account_id.account_type not in (
                "asset_receivable", "liability_payable"
            ) and line.account_id != entry.journal_id.suspense_account_id
        )
        return len(money) != 1

    def _accounts_of(self, journal):
        """The rows of accounts in Xero that stand for a journal."""
        return self.env["xero.payment.account"].search([
            ("tenant_id", "=", self.tenant_id.id),
            ("journal_id", "=", journal.id),
            ("kind", "!=", "on_account"),
        ])

    def _paid_by_others(self, rows):
        """What is paid of the document in Xero and was neither sent from Odoo nor registered
        there.

        :param rows: what the document lists; None when that was not read
        """
        link = self.link_id
        sent = self.search([("link_id", "=", link.id)])
        registered = self.env["xero.payment"].search([
            ("link_id", "=", link.id), ("kind", "=", "payment"), ("removed", "=", False),
            ("state", "in", ("registered", "left")),
        ])
        if rows is not None:
            known = {*sent.mapped("xero_id"), *registered.mapped("xero_id")}
            return sent_payments.strangers(rows, known, set(sent.mapped("identity")))
        standing = sent.filtered("xero_id").mapped("sent_amount")
        known = sum(map(as_decimal, [*standing, *registered.mapped("amount")]))
        return max(as_decimal(link.xero_paid) - known, Decimal(0)).quantize(CENT)

    def _drop(self):
        """Nothing is wanted in Xero and nothing stands there."""
        if self.attempt:
            self.write({"state": "undone", "message": False})
        else:
            self.unlink()


def _paid(tenant, condition):
    return SQL(PAID, tenant=tenant.id, condition=condition)
