"""What answers of Xero say of payments and allocations, kept as rows; nothing is booked here."""

import logging

from odoo import models
from odoo.tools import float_compare

from ..xero import envelope, paying
from .xero_payment_account import ON_ACCOUNT

_logger = logging.getLogger(__name__)

# Facts of a row by which it is looked at again when one of them changed.
FACTS = ("amount", "date", "removed")


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _payments_seen(self, payments):
        # EXTENDS: keep those of documents that are linked
        news = super()._payments_seen(payments)
        if self.payment_choice != "register" or not payments:
            return news
        links = self._links_of_payments(payments)
        return self._keep_payments([
            (links[payment.document_id], values)
            for payment in payments
            if payment.document_id in links and (values := self._values_of_payment(payment))
        ]) or news

    def _take_in(self, documents):
        # EXTENDS: a payment that its document does not list any more was removed there; another
        # one may stand in its place, and the figures be the same
        news = super()._take_in(documents)
        if self.payment_choice != "register" or not self._drop_unlisted(documents):
            return news
        self.env["xero.poll"]._make_due(self, "Payments")
        return True

    def _documents_seen(self, seen_by_link):
        # EXTENDS: what reduces a document without a payment is kept
        result = super()._documents_seen(seen_by_link)
        if self.payment_choice == "register" and seen_by_link:
            self._keep_credits(seen_by_link)
        return result

    # === PAYMENTS === #

    def _links_of_payments(self, payments):
        """Links of the documents that payments name, by their GUID; one statement."""
        links = self.env["xero.link"].sudo().search([
            ("tenant_id", "=", self.id),
            ("res_model", "=", "account.move"),
            ("xero_id", "in", list({
                payment.document_id for payment in payments if payment.document_id
            })),
        ])
        return {link.xero_id: link for link in links}

    def _values_of_payment(self, payment):
        """Fields of a row from what was seen; None when Xero does not say enough, or gives it a
        status that nobody knows: what that means of the money cannot be told."""
        if payment.amount is None or payment.date is None:
            return None
        if payment.status not in ("AUTHORISED", "DELETED", ""):
            _logger.warning(
                "Xero tenant %s: payment %s is %s, which is not known",
                self.id, payment.payment_id, payment.status[:40],
            )
            return None
        return {
            "xero_id": payment.payment_id,
            "kind": "payment",
            "account_xero_id": payment.account_id,
            "batch_id": payment.batch_id or False,
            "currency_code": payment.currency or False,
            "amount": float(payment.amount),
            "bank_amount": float(payment.bank_amount or 0),
            "rate": float(payment.currency_rate or 0),
            "date": payment.date,
            "reference": payment.reference or False,
            "is_reconciled": bool(payment.is_reconciled),
            "removed": payment.status == "DELETED",
            "updated_at": payment.updated_at or False,
        }

    def _drop_unlisted(self, documents):
        """Payments that a document lists no more, and that it is newer than, were deleted. What
        changed in the same second may have been listed before the payment was made.

        :return: whether there are such
        """
        listed = {
            document.xero_id: (document.updated_at, ids) for document in documents
            if (ids := paying.payment_ids_of(document.element)) is not None
        }
        dropped = False
        for payment in self.env["xero.payment"].sudo().search([
            ("tenant_id", "=", self.id),
            ("link_id.xero_id", "in", list(listed)),
            ("kind", "=", "payment"),
            ("removed", "=", False),
        ]) if listed else ():
            moment, ids = listed[payment.link_id.xero_id]
            if payment.xero_id not in ids and _compare(moment, payment.updated_at) == 1:
                dropped |= payment._change({"removed": True})
        return dropped

    # === ALLOCATIONS === #

    def _keep_credits(self, seen_by_link):
        """What is allocated to invoices now, and what was before and is no more."""
        wanted, invoices = [], self.env["xero.link"]
        for link, seen in seen_by_link.items():
            if seen.resource != "Invoices":
                continue
            credits = paying.credits_of(seen.element, envelope.date)
            if credits is None:
                continue
            invoices |= link
            wanted += [(link, self._values_of_credit(credit, seen)) for credit in credits]
        listed = {values["xero_id"] for _link, values in wanted}
        gone = self.env["xero.payment"].sudo().search([
            ("tenant_id", "=", self.id),
            ("link_id", "in", invoices.ids),
            ("kind", "!=", "payment"),
            ("removed", "=", False),
        ]).filtered(lambda row: row.xero_id not in listed)
        for payment in gone:
            payment._change({"removed": True})
        self._keep_payments(wanted)

    def _values_of_credit(self, credit, seen):
        """Fields of a row from what an invoice lists."""
        return {
            "xero_id": f"{credit.source_id}:{seen.xero_id}",
            "kind": credit.kind,
            "source_id": credit.source_id,
            "account_xero_id": False if credit.kind == "credit_note" else ON_ACCOUNT,
            "reference": credit.number or False,
            "currency_code": seen.currency or False,
            "amount": float(credit.amount),
            "date": credit.date or (seen.updated_at and seen.updated_at.date()) or False,
            "removed": False,
            "updated_at": seen.updated_at or False,
        }

    # === KEEPING === #

    def _keep_payments(self, wanted):
        """Make or change the rows.

        :param list wanted: (link of the document, field values); no row is made of what Xero
            deleted before it was ever seen, nor of what is older than what is registered
        :return: whether one of them was news
        """
        if not wanted:
            return False
        payments = self.env["xero.payment"].sudo()
        known = {
            row.xero_id: row for row in payments.search([
                ("tenant_id", "=", self.id),
                ("xero_id", "in", [values["xero_id"] for _link, values in wanted]),
            ])
        }
        accounts = self.env["xero.payment.account"].sudo()._of(
            self, {values["account_xero_id"] for _link, values in wanted} - {False, None, ""}
        )
        new, news = {}, False
        for link, values in wanted:
            account = accounts.get(values.pop("account_xero_id") or "")
            values["account_id"] = account.id if account else False
            if row := known.get(values["xero_id"]):
                news |= row._change(values)
            elif not values["removed"] and not self._is_too_early(values["date"]):
                move = link._record().sudo()
                new[values["xero_id"]] = {
                    "tenant_id": self.id,
                    "link_id": link.id,
                    "currency_id": move.currency_id.id,
                    **values,
                }
        payments.create(list(new.values()))
        return bool(new) or news


    def _is_too_early(self, day):
        return bool(day and self.payments_since and day < self.payments_since)


class XeroPayment(models.Model):
    _inherit = "xero.payment"

    def _change(self, values):
        """Take in what Xero says now; what counts is looked at again with the next run.

        An older answer than the one that is known changes nothing, and what was deleted in Xero
        comes back only by a newer one.

        :return: whether anything changed
        """
        self.ensure_one()
        age = _compare(values.get("updated_at"), self.updated_at)
        returns = self.kind == "payment" and self.removed and not values.get("removed")
        if age == -1 or (returns and age != 1):
            return False
        changed = {name: value for name, value in values.items() if self._differs(name, value)}
        if not changed:
            return False
        if changed.keys() & set(FACTS) and self.state != "left":
            changed |= {"state": "new", "message": False}
        self.write(changed)
        return True

    def _differs(self, name, value):
        now = self[name]
        if isinstance(value, float):
            return float_compare(now, value, precision_digits=6) != 0
        return (now.id if isinstance(now, models.BaseModel) else now) != value


def _compare(moment, known):
    """Whether a moment is later (1) or earlier (-1) than a known one, in whole seconds as they are
    kept; 0 when it is neither, or one of them is not told."""
    if not moment or not known:
        return 0
    moment, known = moment.replace(microsecond=0), known.replace(microsecond=0)
    return (moment > known) - (moment < known)
