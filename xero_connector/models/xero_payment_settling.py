"""When payments in Xero are brought into Odoo's books, and what is said of those that are not.

What costs most in Odoo costs it once for many: plain payments, money through a journal and one of
each document, are booked together. Everything else, and all of them when one cannot go with the
others, is settled row by row in a savepoint of its own, so that one bad row holds up no other. What
was booked is stored with the row: both stand or neither does.
"""

import logging

from odoo import models
from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..xero import paying
from .xero_payment_booking import as_decimal
from .xero_payment_sentences import sentence_of

_logger = logging.getLogger(__name__)


class XeroPayment(models.Model):
    _inherit = "xero.payment"

    # === MANY === #

    def _settle_together(self):
        """Settle the plain ones of these rows of one tenant, in a savepoint: all or none. What is
        still `new` afterwards goes alone: there it is told what stands against it.
        """
        payments = self._in_company()
        try:
            with self.env.cr.savepoint():
                self._let_others_first()
                payments = payments.try_lock_for_update().filtered(lambda row: row.state == "new")
                payments._settle_plain()
                payments.filtered(lambda row: row.state != "new").link_id._tell_seen()
                payments.env.flush_all()
        except (
            *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError, UserError, RedirectWarning
        ) as error:
            _logger.info("Xero payments are settled one by one (%s)", type(error).__name__)
        except Exception:  # pylint: disable=broad-exception-caught  # one of them, and alone it tells
            _logger.info("Xero payments are settled one by one", exc_info=True)

    def _settle_plain(self):
        """Book the plain ones, and say of the others on which nothing is to be booked why not."""
        wanted, touched = [], set()
        moves = self.env["account.move"].browse(
            self.link_id.filtered(lambda link: link.res_model == "account.move").mapped("res_id")
        ).exists().grouped("id")
        for payment in self:
            document = moves.get(payment.link_id.res_id, self.env["account.move"])
            note = payment._note()
            # A second one of the same document depends on what becomes of the first.
            is_second = not touched.isdisjoint((document | note).ids)
            touched.update((document | note).ids)
            if is_second or note or payment._is_settled_without(document, note):
                continue
            money = payment._money(document)
            move = payment._decided(document, note, money)
            if move.kind not in ("book", "undo", "rebook"):
                payment._note_decision(move, document, note)
            elif move.kind == "book" and payment.account_id.journal_id:
                wanted.append((payment, document, money))
        if wanted:
            payments = self._make_payments(wanted)
            for (row, _document, _money), payment in zip(wanted, payments, strict=True):
                row._store_booked(payment_id=payment.id)

    # === ONE === #

    def _settle(self):
        """Do what Xero says with one row, or tell why not; never stops those behind it."""
        self.ensure_one()
        payment = self._in_company()
        try:
            with self.env.cr.savepoint():
                self._let_others_first()
                if payment.try_lock_for_update() and payment.state == "new":
                    payment._settle_locked()
                    payment.link_id._tell_seen()
                    payment.env.flush_all()
        except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError) as error:
            # Somebody works on the same document; it is tried again with the next run.
            _logger.info("Xero payment %s put off (%s)", self.id, type(error).__name__)
        except (UserError, RedirectWarning) as error:
            payment._tell(self.env._(
                "%(payment)s could not be registered or undone. Odoo says: %(reason)s",
                payment=payment.display_name,
                reason=error.args[0],
            ))
        except Exception as error:  # pylint: disable=broad-exception-caught  # others follow
            _logger.exception("Xero payment %s could not be settled", self.id)
            payment._tell(self.env._(
                "%(payment)s could not be registered or undone, for a reason that nobody foresaw "
                "(%(error)s). The server's log has it in full.",
                payment=payment.display_name,
                error=type(error).__name__,
            ))

    def _let_others_first(self):
        """Who works on the same document comes first."""
        self.env.cr.execute(SQL("SET LOCAL lock_timeout = '5s'"))

    def _in_company(self):
        return self.with_company(self.company_id).with_context(
            allowed_company_ids=self.company_id.ids
        )

    def _settle_locked(self):
        document, note = self.link_id._record(), self._note()
        if self._is_settled_without(document, note):
            return
        money = self._money(document)
        move = self._decided(document, note, money)
        if move.kind in ("undo", "rebook"):
            self._undo()
        if move.kind in ("book", "rebook"):
            self._book(document, note, money)
        elif move.kind == "undo":
            self._store_undone()
        else:
            self._note_decision(move, document, note)

    def _is_settled_without(self, document, note):
        """Settle a row whose document is gone or unknown, or that a person undid in Odoo: it is
        not registered a second time.

        :return: whether it was such a row
        """
        lacks_note = self.kind == "credit_note" and not note
        if not document or (lacks_note and not (self.removed and self.booked_amount)):
            if self.removed or not document:
                self._store_undone()
            else:
                self._tell(sentence_of(self, "no_note"))
            return True
        if self.booked_amount and not self._stands():
            if self.removed:
                self.payment_id.filtered(lambda one: one.state == "draft").action_cancel()
                self._store_undone()
            else:
                self.state = "registered"
            return True
        return False

    def _decided(self, document, note, money):
        """What is to be done, as `paying.Move`."""
        return paying.decide(
            paying.Paid(as_decimal(self.amount), self.date, self.removed),
            self._booked(document),
            self._ground(document, note, money),
        )

    def _note_decision(self, move, document, note):
        """Say on the row what was decided, where nothing is booked or undone."""
        if move.kind == "drop":
            self._store_undone()
        elif move.kind == "nothing":
            self.write({"state": "registered", "message": False})
        elif move.kind == "leave":
            self._tell(sentence_of(self, "early"), state="left")
        else:
            state = "waiting" if move.kind == "wait" and self.account_id else "attention"
            reason = move.reason if self.account_id or move.kind != "wait" else "no_account"
            self._tell(sentence_of(self, reason, document, note), state=state)

    def _store_undone(self):
        self.write({
            "state": "undone", "message": False, "booked_amount": 0, "booked_date": False,
        })
