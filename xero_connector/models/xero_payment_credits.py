"""Credit on documents in Xero that nobody has said changed: what was allocated before payments were
registered, and what is left of an over- or prepayment."""

import logging
from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.fields import Domain

from ..xero import const, envelope, errors, seen

_logger = logging.getLogger(__name__)

# Where Xero keeps credit on account.
RESOURCES = {"overpayment": "Overpayments", "prepayment": "Prepayments"}

# How many credits are asked for in a run, a call each, and when one is asked for again.
AT_ONCE = 20
AGAIN = timedelta(days=1)


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    credits_since = fields.Date(
        copy=False, readonly=True,
        help="From which day on credit was looked for that had been allocated before.",
    )
    credits_link_id = fields.Integer(
        copy=False, readonly=True, help="How far that look has come."
    )

    # === ALLOCATED BEFORE === #

    def _begin_payments(self):
        # EXTENDS: what is allocated already is looked for once
        result = super()._begin_payments()
        for tenant in self:
            if tenant.payments_since and tenant.credits_since != tenant.payments_since:
                tenant._look_for_credits_again()
        return result

    def _look_for_credits_again(self):
        """Let the next run look at all documents that have credit in Xero."""
        self.write({"credits_since": False, "credits_link_id": 0})
        self.env["xero.poll"].sudo()._make_due(self, "AllPayments")

    def _pull_all_payments(self, poll):
        # EXTENDS
        result = super()._pull_all_payments(poll)
        if self.payment_choice == "register" and self.credits_since != self.payments_since:
            self._look_for_credits()
        return result

    def _look_for_credits(self):
        """Look at the invoices and bills that have credit in Xero, 40 a call, on from where a run
        before this one stopped.

        :raises errors.XeroError: if Xero could not be asked
        """
        while self._may_pull_now():
            links = self.env["xero.link"].search(
                [
                    ("tenant_id", "=", self.id), ("resource", "=", "Invoices"),
                    ("xero_credited", ">", 0), ("id", ">", self.credits_link_id),
                ],
                order="id", limit=const.IDS_PER_FILTER,
            )
            if not links:
                self.write({"credits_since": self.payments_since, "credits_link_id": 0})
                return
            body = self._get_from_xero("Invoices", {
                "IDs": ",".join(links.mapped("xero_id")), "page": 1,
                "pageSize": const.IDS_PER_FILTER,
            })
            by_id = {link.xero_id: link for link in links}
            rows = seen.documents("Invoices", body).rows
            self._keep_credits({by_id[row.xero_id]: row for row in rows if row.xero_id in by_id})
            self.credits_link_id = links[-1].id
            if self._commit_progress(0, 1) <= 0:
                break
        self.env["xero.poll"]._make_due(self, "AllPayments")  # the rest with the next run

    # === WHAT IS LEFT === #

    def _settle_payments(self, seconds_left):
        # EXTENDS: a payment of credit is told with what is left of that
        if self.payment_choice == "register" and seconds_left > 0:
            try:
                self._read_credits_left()
            except errors.XeroError as error:
                _logger.info("Xero tenant %s: credits not read (%s)", self.id, error.code)
        return super()._settle_payments(seconds_left)

    def _read_credits_left(self):
        """Ask what is left of over- and prepayments: of new ones, and daily while something is.

        :raises errors.XeroError: if Xero could not be asked
        """
        payments = self.env["xero.payment"].sudo()
        of_tenant = Domain("tenant_id", "=", self.id) & Domain("kind", "in", list(RESOURCES))
        due = payments.search(
            of_tenant & Domain("state", "!=", "undone") & (
                Domain("credit_read_at", "=", False)
                | Domain("credit_left", ">", 0)
                & Domain("credit_read_at", "<=", self.env.cr.now() - AGAIN)
            ),
            order="id", limit=AT_ONCE,
        )
        for (kind, source_id), rows in due.grouped(lambda row: (row.kind, row.source_id)).items():
            if not self._may_pull_now():
                return
            body = self._get_from_xero(f"{RESOURCES[kind]}/{source_id}")
            try:
                found = envelope.rows(RESOURCES[kind], body) if body else []
            except errors.Unreadable:
                found = []
            left = envelope.amount(found[0].get("RemainingCredit")) if found else None
            rows |= payments.search(of_tenant & Domain("source_id", "=", source_id))
            rows._note_credit_left(left or Decimal(0))


class XeroPayment(models.Model):
    _inherit = "xero.payment"

    credit_left = fields.Monetary(
        "Left of the Credit", aggregator=None,
        help="What is not allocated yet of the over- or prepayment in Xero.",
    )
    credit_read_at = fields.Datetime()

    def _note_credit_left(self, left):
        """:param Decimal left: in the currency of the documents"""
        self.write({"credit_left": float(left), "credit_read_at": self.env.cr.now()})
        for payment in self.filtered(lambda row: row.state == "registered"):
            payment.message = payment._remark()

    def _change(self, values):
        # EXTENDS: where another sum is allocated, another one is left
        changed = super()._change(values)
        if changed and self.kind in RESOURCES:
            self.credit_read_at = False
        return changed


class XeroHistory(models.Model):
    _inherit = "xero.history"

    def _follow_up(self, linked):
        # EXTENDS: documents that were linked late may have credit already
        result = super()._follow_up(linked)
        tenant = self.tenant_id.sudo()
        if tenant.payment_choice == "register" and any(linked.mapped("xero_credited")):
            tenant._look_for_credits_again()
        return result
