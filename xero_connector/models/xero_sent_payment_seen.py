"""Payments that Odoo sent come back in Xero's lists: known already, unless a person deleted one."""

from odoo import models

from ..xero import sent_payments


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _wants_payments(self):
        # EXTENDS: what is deleted in Xero has to be told
        return self.send_payments or super()._wants_payments()

    def _first_day_of_payments(self):
        # EXTENDS
        days = [super()._first_day_of_payments()]
        if self.send_payments and self.payments_sent_since:
            days.append(self.payments_sent_since)
        return min(days)

    def _payments_seen(self, payments):
        # EXTENDS: what carries Odoo's mark is never registered in Odoo, so none goes in a circle
        marks = {
            payment.payment_id: sent_payments.mark_of(payment.reference) for payment in payments
        }
        sent = self.env["xero.sent.payment"].sudo().search([
            ("tenant_id", "=", self.id),
            "|", ("xero_id", "in", list(marks)),
            ("identity", "in", [mark.identity for mark in marks.values() if mark]),
        ])
        by_id = {payment.xero_id: payment for payment in sent if payment.xero_id}
        by_identity = {payment.identity: payment for payment in sent}
        others, news = [], False
        for payment in payments:
            mark = marks[payment.payment_id]
            known = by_id.get(payment.payment_id) or (mark and by_identity.get(mark.identity))
            if known:
                news |= known._see(payment)
            elif not mark:
                others.append(payment)
        return super()._payments_seen(others) or news


class XeroSentPayment(models.Model):
    _inherit = "xero.sent.payment"

    def _see(self, payment):
        """Take in what Xero lists of one that Odoo sent.

        :param payment: the `seen.SeenPayment`
        :return: whether it was news
        """
        is_deleted = payment.status == "DELETED"
        if self.xero_id != payment.payment_id:
            if is_deleted or self.state in ("sending", "unknown"):
                return False  # one of before, or one that the look-up will find
            if self.xero_id:
                self._tell("twice", found=payment)
            else:
                self._adopt(payment)
            return True
        if is_deleted:
            if self.state == "removing":
                return False  # it is being settled
            self.write({"xero_id": False, "is_reconciled": False})
            self._tell("deleted")
            self.link_id._tell_seen()
            return True
        if self.is_reconciled != payment.is_reconciled:
            self.is_reconciled = payment.is_reconciled
            return True
        return False
