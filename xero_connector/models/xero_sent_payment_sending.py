"""Payments on their way to Xero: many a call, looked up when in doubt.

The protocol of documents (see `xero_request`) in a smaller form: what is about to be sent is
committed before the socket opens, and after a lost answer nothing is sent before Xero was asked
what it holds.
"""

import logging
from datetime import timedelta

import psycopg2
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain

from ..xero import client, codec, const, envelope, errors, parse, seen, sent_payments
from . import xero_transport
from .xero_payment_booking import as_decimal
from .xero_sent_payment import IN_DOUBT
from .xero_sent_payment_sentences import doubt_sentence
from .xero_sentences import rejection_sentence

_logger = logging.getLogger(__name__)

# No send of ours is still on its way after this; then Xero is asked what it holds.
LET_ARRIVE = timedelta(seconds=const.QUARANTINE)

REST = timedelta(minutes=1)

# As many go in a call as documents can be looked at in one before.
BATCH = const.IDS_PER_FILTER


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === THE RUN === #

    def _pull(self, seconds_left):
        # EXTENDS: what was paid in Odoo goes to Xero once it is known what Xero holds
        return self._send_payments(super()._pull(seconds_left))

    def _send_payments(self, seconds_left):
        """Send payments, call after call.

        :param float seconds_left: that the scheduler still gives
        :return: what is left of them
        """
        payments = self.env["xero.sent.payment"]
        if not (self.send_payments or payments._are_in_doubt(self)):
            return seconds_left
        try:
            payments._recover(self)
            more = self._may_send_payments() and self._find_payments()
            seconds_left = self._commit_progress(0, 1)
            while seconds_left > 0 and self._may_pull_now():
                may_send = self._may_send_payments()
                if not (payments._look_up(self) or (may_send and payments._send_next(self))):
                    if not (may_send and more):
                        break
                    more = self._find_payments()
                seconds_left = self._commit_progress(1, 1)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.exception("Xero tenant %s: sending payments stopped", self.id)
            self.env.cr.rollback()
        return seconds_left

    def _may_send_payments(self):
        """Whether payments are to be sent, and Xero has allowed it."""
        return (
            self.send_payments
            and self.state == "connected"
            and not self.payment_permission_missing
        )

    def _count_runnable(self):
        # EXTENDS: a run that ends for lack of time goes on while payments may go
        count = super()._count_runnable()
        if count or not (self.send_payments and self._may_pull_now()):
            return count
        return self.env["xero.sent.payment"].search_count(
            self.env["xero.sent.payment"]._due_domain(self), limit=1
        )

    def _payments_listed(self, links):
        """What documents in Xero list of payments; what else they say is taken in.

        :param links: `xero.link`s of invoices, bills or credit notes
        :return: {GUID of the document: [`sent_payments.Listed`]}
        :raises errors.XeroError: if Xero could not be asked
        """
        bodies = []
        invoices = links.filtered(lambda link: link.resource == "Invoices")
        if invoices:
            ids = ",".join(sorted(invoices.mapped("xero_id")))
            bodies.append(("Invoices", self._get_from_xero("Invoices", {
                "IDs": ids, "page": 1, "pageSize": const.IDS_PER_FILTER,
            })))
        for link in links - invoices:
            bodies.append((link.resource, self._get_from_xero(f"{link.resource}/{link.xero_id}")))
        rows = [row for resource, body in bodies for row in seen.documents(resource, body).rows]
        self._take_in(rows)
        return {row.xero_id: sent_payments.listed(row.element, envelope.date) for row in rows}


class XeroSentPayment(models.Model):
    _inherit = "xero.sent.payment"

    # === WHAT IS DUE === #

    def _due_domain(self, tenant):
        """What a run could do something about now."""
        domain = self._waiting_domain(tenant, ["unknown"])
        if tenant._may_send_payments():
            domain |= self._waiting_domain(tenant, ["removing"]) | self._new_domain(tenant)
        return domain

    def _new_domain(self, tenant):
        """What may be decided about now: how much its document owes is known."""
        doubtful = self._search([("tenant_id", "=", tenant.id), ("state", "in", IN_DOUBT)])
        return self._waiting_domain(tenant, ["new"]) & Domain(
            "link_id", "not in", doubtful.subselect("link_id")
        )

    def _waiting_domain(self, tenant, states):
        return (
            Domain("tenant_id", "=", tenant.id)
            & Domain("state", "in", states)
            & (
                Domain("next_try_at", "=", False)
                | Domain("next_try_at", "<=", self.env.cr.now())
            )
        )

    @api.model
    def _are_in_doubt(self, tenant):
        """Whether it is not known of some whether they stand in Xero; that is settled whatever is
        chosen by now."""
        return bool(self.search_count(
            [("tenant_id", "=", tenant.id), ("state", "in", ("sending", "unknown"))], limit=1
        ))

    @api.model
    def _recover(self, tenant):
        """Whoever was sending these is gone: what Xero did is unknown."""
        left = self.search([("tenant_id", "=", tenant.id), ("state", "=", "sending")])
        left.try_lock_for_update(allow_referencing=True)._doubt()

    # === SENDING === #

    @api.model
    def _send_next(self, tenant):
        """Look at the documents of what waits, decide, and send what may go in one call.

        :return: whether anything was done
        """
        due = self.search(self._new_domain(tenant), order="id", limit=BATCH)
        due = due.try_lock_for_update(allow_referencing=True)
        if not due:
            return self._remove_next(tenant)
        try:
            listed = tenant._payments_listed(due.filtered(lambda one: not one.xero_id).link_id)
        except errors.XeroError:
            due.next_try_at = self.env.cr.now() + REST
            tenant._wake(at=due[:1].next_try_at)
            return True
        if may_go := due._decide(listed):
            batch = self.union(*may_go)
            elements = [payment._element(may_go[payment]) for payment in batch]
            batch.write({"state": "sending", "message": False})
            batch.link_id._read_soon()
            tenant._commit_progress(0, 1)  # the intent is on disk
            batch._transmit(codec.envelope("Payments", elements))
            batch._follow_up()
        due.exists().link_id._tell_seen()
        return True

    def _element(self, pay):
        """The bytes of the next attempt, noted on the row.

        :param pay: the `sent_payments.Pay`
        """
        self.write({
            "attempt": self.attempt + 1,
            "sent_amount": float(pay.amount),
            "sent_date": pay.date,
            "sent_journal_id": pay.journal,
            "bank_amount": float(pay.worth.bank_amount or 0),
            "rate": float(pay.worth.rate or 0),
        })
        link, entry = self.link_id, self.entry_id
        return sent_payments.element(
            pay,
            resource=link.resource,
            document_id=link.xero_id,
            account_id=self.account_id.xero_id,
            text=sent_payments.reference(entry.ref or entry.name, self._mark()),
        )

    def _mark(self):
        return sent_payments.Mark(self.identity, self.attempt)

    def _transmit(self, body):
        """Make the call, and store what came back, in a transaction of its own.

        The row locks are held during HTTP: whoever can take one later knows that the sender is
        gone.

        :param bytes body: the payments, in the order of `self`
        """
        with self.pool.cursor() as cr:
            payments = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            locked = payments.try_lock_for_update(allow_referencing=True)
            if locked == payments and set(payments.mapped("state")) == {"sending"}:
                payments._send(body)
        self.invalidate_recordset()

    def _send(self, body):
        tenant = self.tenant_id
        call = client.Call("PUT", "Payments", body=body, key=self._key("pay"))
        try:
            answer = xero_transport.send(self.env, tenant, call, dispensable=True)
        except errors.NoAnswer:
            self._doubt()
            return
        except errors.XeroError as error:
            self._keep_unsent(error)  # the transport has noted why on the tenant
            return
        verdict = errors.classify(answer, wrote=True)
        if verdict == "answered":
            try:
                self._read_answer(answer.body)
            except errors.Unreadable:
                self._doubt()
        elif verdict in ("refused", "not_found"):
            texts = list(parse.refusal(answer.body)) or [f"HTTP {answer.status}"]
            for payment in self:
                payment._refused(texts)
        elif verdict == "unknown":
            self._doubt()
        else:
            self._keep_unsent()

    def _key(self, kind):
        return codec.idempotency_key(
            self.env["ir.config_parameter"].sudo().get_param("database.uuid"),
            self.tenant_id.organisation_id,
            kind,
            [(payment.id, payment.attempt) for payment in self],
        )

    def _read_answer(self, body):
        """Settle each by what Xero says of its reference, never by position.

        :raises errors.Unreadable: if the answer is no list of payments
        """
        told, rows = {}, {row.payment_id: row for row in seen.payments(body).rows}
        for element in parse.write_answer("Payments", body):
            told.setdefault(sent_payments.mark_of(element.number), []).append(element)
        for payment in self:
            elements = told.get(payment._mark(), ())
            if len(elements) != 1 or elements[0].in_doubt:
                payment._doubt()
            elif not elements[0].ok:
                payment._refused(elements[0].errors)
            elif row := rows.get(elements[0].xero_id.lower()):
                payment._arrived(row.payment_id, is_reconciled=row.is_reconciled)
                payment._compare(row)
            else:
                payment._doubt()

    # === OUTCOMES === #

    def _arrived(self, payment_id, **values):
        """It stands in Xero.

        :param str payment_id: Xero's GUID
        """
        self.write({
            "state": "sent",
            "message": False,
            "xero_id": payment_id,
            "confirmed": False,  # whom a person knew is known for this once
            "sent_at": self.env.cr.now(),
            "next_try_at": False,
            **values,
        })

    def _adopt(self, row):
        """It was found in Xero; it is deleted there if it is not what Odoo's books have.

        :param row: a `seen.SeenPayment` or `sent_payments.Listed`
        """
        was_left = self.state == "left"
        if not self.sent_journal_id:
            self.sent_journal_id = self.entry_id.journal_id  # what cannot be told is not compared
        self._arrived(
            row.payment_id, sent_amount=float(row.amount or 0), sent_date=row.date, adopted=True
        )
        if was_left:
            self.state = "left"
        else:
            self._decide()

    def _compare(self, row):
        """Tell a person when Xero made something else of it than what was sent.

        :param row: a `seen.SeenPayment`
        """
        bank = as_decimal(self.bank_amount)
        if (
            (row.amount, row.date) != (as_decimal(self.sent_amount), self.sent_date)
            or (bank and row.bank_amount not in (None, bank))
        ):
            self._tell("unequal", found=row)

    def _follow_up(self):
        """What the documents owe in Xero now; the next poll reads the truth."""
        for payment in self.filtered(lambda one: one.state == "sent"):
            link = payment.link_id
            link.write({
                "xero_due": link.xero_due - payment.sent_amount,
                "xero_paid": link.xero_paid + payment.sent_amount,
            })

    def _refused(self, texts):
        """Xero's own words, and the next step.

        :param list texts: validation texts of Xero
        """
        self.write({
            "state": "attention",
            "message": rejection_sentence(self.env, texts),
            "reason": False,
            "next_try_at": False,
        })

    def _keep_unsent(self, error=None):
        """Certainly not executed: the same attempt goes again, with the same key."""
        if isinstance(error, errors.ScopeMissing):
            self.tenant_id._note_permission_missing(const.PAYMENTS_SCOPE)
        rest = self.env.cr.now() + REST
        due = max(self.tenant_id.budget_id.paused_until or rest, rest)
        for payment in self:
            payment.write({"state": "new", "attempt": payment.attempt - 1, "next_try_at": due})
        self.tenant_id._wake(at=due)

    def _doubt(self):
        """Whether it arrived is not known: ask Xero when it cannot arrive late any more."""
        if not self:
            return
        due = self.env.cr.now() + LET_ARRIVE
        self.write({
            "state": "unknown", "message": doubt_sentence(self.env), "next_try_at": due,
        })
        self.tenant_id._wake(at=due)

    # === LOOKING === #

    @api.model
    def _look_up(self, tenant):
        """Ask Xero what documents list whose payment is in doubt, and settle those; only what was
        never made may be sent again.

        :return: whether anything was done
        """
        doubtful = self.search(self._waiting_domain(tenant, ["unknown"]), order="id", limit=BATCH)
        doubtful = doubtful.try_lock_for_update(allow_referencing=True)
        if not doubtful:
            return False
        try:
            listed = tenant._payments_listed(doubtful.link_id)
        except errors.XeroError:
            due = self.env.cr.now() + LET_ARRIVE
            doubtful.next_try_at = due
            tenant._wake(at=due)
            return True
        for payment in doubtful:
            verdict, row = sent_payments.judge(
                payment.identity, payment._sent(), listed.get(payment.link_id.xero_id)
            )
            if verdict == "adopt":
                payment._adopt(row)
            elif verdict == "again":
                payment.write({"state": "new", "message": False, "next_try_at": False})
            else:
                payment._tell(verdict, found=row)
        doubtful.link_id._tell_seen()
        return True


class XeroLink(models.Model):
    _inherit = "xero.link"

    def _read_soon(self):
        """Let the next run read what these documents are in Xero now."""
        for link in self:
            self.env["xero.poll"]._make_due(link.tenant_id, link.resource)
        self.tenant_id._wake()
