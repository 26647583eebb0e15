"""Payments that Odoo undid or changed are deleted in Xero, one by one.

Nothing has to be known for certain before a deletion goes again: what is deleted stays so.
"""

import logging

import psycopg2
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain

from ..xero import client, const, errors, parse, seen, sent_payments
from . import xero_transport
from .xero_sent_payment_sending import REST

_logger = logging.getLogger(__name__)


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _take_back_payments(self):
        """Delete payments in Xero that Odoo undid: a document that is changed must owe them again
        before it is."""
        payments = self.env["xero.sent.payment"]
        if not self._may_send_payments():
            return
        try:
            self._compare_changed_payments()
            left = self._commit_progress(0, 1)
            while left > 0 and self._may_pull_now() and payments._remove_next(self):
                left = self._commit_progress(1, 1)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.exception("Xero tenant %s: deleting payments stopped", self.id)
            self.env.cr.rollback()


class XeroSentPayment(models.Model):
    _inherit = "xero.sent.payment"

    @api.model
    def _remove_next(self, tenant):
        """Delete one payment in Xero that Odoo undid or changed.

        :return: whether anything was done
        """
        standing = Domain("xero_id", "!=", False)
        changed = self.search(self._waiting_domain(tenant, ["new"]) & standing)
        changed.try_lock_for_update(allow_referencing=True)._decide()
        payment = self.search(
            self._waiting_domain(tenant, ["removing"]), order="id", limit=1
        ).try_lock_for_update(allow_referencing=True)
        if not payment:
            return bool(changed)
        amount, due = payment.sent_amount, self.env.cr.now() + REST
        payment.write({
            "removals": payment.removals + 1,
            "next_try_at": due,  # should the process stop now
        })
        tenant._wake(at=due)
        payment.link_id._read_soon()
        tenant._commit_progress(0, 1)
        with self.pool.cursor() as cr:
            payment.with_env(api.Environment(cr, SUPERUSER_ID, {}))._remove()
        payment.invalidate_recordset()
        if not payment.xero_id:
            payment._follow_removal(amount)
        payment.link_id._tell_seen()
        return True

    def _remove(self):
        """Delete it in Xero; what a refusal means is what Xero holds. Without an answer it is
        deleted again: what is deleted stays so."""
        tenant = self.tenant_id
        call = client.Call(
            "POST", f"Payments/{self.xero_id}", body=sent_payments.removal(self.xero_id),
            key=self._key(f"unpay {self.removals}"),
        )
        try:
            answer = xero_transport.send(self.env, tenant, call, dispensable=True)
            verdict = errors.classify(answer, wrote=True)
            if verdict in ("refused", "not_found"):
                self._removed_or_told(list(parse.refusal(answer.body)))
            elif verdict == "answered" and (row := _only(answer)) and row.status == "DELETED":
                self._removed()
        except errors.ScopeMissing:
            tenant._note_permission_missing(const.PAYMENTS_SCOPE)
        except errors.XeroError as error:
            _logger.info("Xero payment %s not deleted (%s)", self.id, error.code)

    def _removed_or_told(self, texts):
        """Xero refuses to delete it: see whether somebody did already.

        :param list texts: validation texts of Xero
        :raises errors.XeroError: if Xero could not be asked
        """
        call = client.Call("GET", f"Payments/{self.xero_id}")
        answer = xero_transport.send(self.env, self.tenant_id, call, dispensable=True)
        verdict = errors.classify(answer, wrote=False)
        row = _only(answer) if verdict == "answered" else None
        if verdict == "not_found" or (row and row.status == "DELETED"):
            self._removed()
        elif row:
            self.is_reconciled = row.is_reconciled
            self._tell("reconciled" if row.is_reconciled else "stays", texts=texts)

    def _removed(self):
        """It does not stand in Xero any more; whether it goes there anew is decided next."""
        self.write({
            "state": "new", "message": False, "xero_id": False, "is_reconciled": False,
            "next_try_at": False,
        })

    def _follow_removal(self, amount):
        """What the document owes in Xero now; the next poll reads the truth.

        :param float amount: that was paid
        """
        link = self.link_id
        link.write({
            "xero_due": link.xero_due + amount,
            "xero_paid": link.xero_paid - amount,
            "xero_status": "AUTHORISED" if link.xero_status == "PAID" else link.xero_status,
        })


def _only(answer):
    """The one payment of an answer; None when it is not one."""
    try:
        rows = seen.payments(answer.body).rows
    except errors.Unreadable:
        return None
    return rows[0] if len(rows) == 1 else None
