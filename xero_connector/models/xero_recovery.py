"""Requests whose outcome nobody knows: same key again, then wait, then look in Xero.

A timeout is a state, not an error. Inside the life of the idempotency key the same bytes go
again; after it nothing is sent until the quarantine is over, and then Xero is asked what it
holds. This is the only policy without duplicates (facts on delivery, 1 and 3.2).
"""

import logging
from datetime import timedelta

import psycopg2
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ConcurrencyError

from ..xero import client, codec, const, errors, look_up, parse, retry
from ..xero.held import dumps
from . import xero_transport
from .xero_flight import transmit
from .xero_sentences import taken_sentence, undecided_sentence, weak_sentence

_logger = logging.getLogger(__name__)

# After an error nobody foresaw a request is left alone so long; the others go on.
ASIDE = timedelta(minutes=30)

# No change of a document is still on its way to Xero after this: one that came later would
# overwrite what was sent after it.
LET_ARRIVE = timedelta(seconds=const.QUARANTINE)


class XeroRequest(models.Model):
    _inherit = "xero.request"

    # === WHAT IS OPEN === #

    @api.model
    def _settle_open(self, tenant):
        """Go on with what an earlier run, or a worker that died, has left open.

        :param tenant: a connected `xero.tenant`; committed after each request
        """
        open_requests = self.search(
            [("tenant_id", "=", tenant.id), ("state", "!=", "done")], order="id"
        )
        for request in open_requests:
            if not request.try_lock_for_update(allow_referencing=True):
                continue  # its sender is alive
            try:
                request._go_on()
            except (psycopg2.OperationalError, ConcurrencyError):
                raise
            except Exception:
                _logger.exception("Xero: request %s cannot go on", request.id)
                tenant.env.cr.rollback()
                request._put_aside()
            tenant._commit_progress(0, 1)

    def _put_aside(self):
        """Leave a request alone for a while, and say so on what it carries."""
        self.next_try_at = self.env.cr.now() + ASIDE
        self._open_links().write({"message": self.env._(
            "An error in Odoo stopped us from finding out what became of this in Xero. It is tried "
            "again in half an hour, and nothing is sent twice. Ask your administrator to look into "
            "the server's log."
        )})

    @api.model
    def _next_due(self, tenant):
        """When the first open request of the tenant wants to go on; False when none does."""
        return self.search(
            [("tenant_id", "=", tenant.id), ("state", "!=", "done"), ("next_try_at", "!=", False)],
            order="next_try_at",
            limit=1,
        ).next_try_at

    def _go_on(self):
        """Take one step with an open, locked request."""
        self.ensure_one()
        if self.state == "sending":
            # Its row is free, so its sender is gone: what Xero did is unknown.
            self.state = "unknown"
            self._keep_unknown(self.env._("The sending process stopped before it had an answer."))
        if self.state in ("answered", "unsent"):
            self._settle()
            return
        if self.next_try_at and self.next_try_at > self.env.cr.now():
            return
        if not self.tenant_id._may_call_now():
            return
        match self._next_step():
            case "resend":
                self._resend()
            case "lookup":
                self._look_up()
            case _:
                self._await_look_up()

    def _next_step(self):
        return retry.next_step(
            may_resend=self.state != "quarantined",
            sends=self.sends,
            first_sent_at=self.first_sent_at,
            send_deadline=self.send_deadline,
            quarantine_until=self.quarantine_until,
            now=self.env.cr.now(),
        )

    def _await_look_up(self, at_once=False):
        """Nothing is sent now; note when to go on.

        :param bool at_once: Xero has answered, only whose document it is must be looked up
        """
        now = self.env.cr.now()
        if at_once or self._changes_documents():
            # What Xero holds decides on a change of a document, not a second send of it.
            due = now if at_once else max(now, self.last_sent_at + LET_ARRIVE)
            self.write({"state": "quarantined", "quarantine_until": due, "next_try_at": due})
            return
        resend_at = retry.next_resend(self.sends, self.first_sent_at, self.send_deadline, now)
        if resend_at:
            self.write({"state": "unknown", "next_try_at": resend_at})
        else:
            self.write({"state": "quarantined", "next_try_at": self.quarantine_until})

    # === SAME KEY AGAIN === #

    def _resend(self):
        """Send the same bytes under the same key; the intent is on disk before the socket opens."""
        now = self.env.cr.now()
        self._open_links().write({"state": "sending"})
        self.write({
            "state": "sending",
            "sends": self.sends + 1,
            "last_sent_at": now,
            "quarantine_until": retry.quarantine_until(now),
        })
        self.tenant_id._commit_progress(0, 1)
        transmit(self.pool, self.id)
        self._settle()

    # === LOOK IN XERO === #

    def _look_up(self):
        """Ask Xero what became of each open link, and settle it; never guess."""
        links = self._open_links()
        members = {member["link"]: member for member in self.members}
        is_update = self.method == "POST"
        try:
            if is_update:
                found = self._find_updated([members[link.id] for link in links])
            else:
                found = self._find([members[link.id] for link in links])
        except errors.XeroError as error:
            self.write({
                "message": error.text,
                "next_try_at": retry.backoff_until(self.env.cr.now(), self.sends),
            })
            return
        if is_update:
            self._settle_updated(links, found)
        else:
            for link in links:
                member = members[link.id]
                self._settle_found(link, member, found.get(member["number"], ()))
        self._release_dependants(links)
        self._close()
        self._await_approval(links)
        links.filtered(lambda link: link.state != "pending")._tell_outcome()
        links._send_changes()

    def _settle_found(self, link, member, matches):
        """Settle one link by what Xero holds under its number.

        :param link: the link in doubt
        :param dict member: what was sent for it
        :param matches: what Xero holds under this number, gone or not
        """
        verdict = look_up.judge(
            member, matches, self._was_taken(member), lambda row: self._is_foreign(link, row)
        )
        match verdict.kind:
            case "again":
                # Never executed: the next attempt gets a new key.
                link._release(retry.rest_until(self.env.cr.now(), link.attempt) or False)
                if link.next_try_at:
                    link.message = weak_sentence(self.env, link)
            case "adopt":
                found = _as_outcome(verdict.match)
                values = self._sent_values(member, found, self.env.cr.now())
                link.write({**values, "adopted": True})
            case "taken":
                sentence = taken_sentence(self.env, self.resource, member["number"])
                link.write({"state": "rejected", "message": sentence})
            case _:
                sentence = undecided_sentence(self.env, link, member, verdict)
                link.write({"state": "attention", "message": sentence})
                if verdict.kind == "gone":
                    link.request_id = False  # nothing is left there to look at

    def _was_taken(self, member):
        """Whether Xero answered that the member's number belongs to a document already."""
        if not self.outcome:
            return False
        outcome = self.outcome[self.members.index(member)]
        return bool(outcome) and not outcome["ok"]

    def _is_foreign(self, link, match):
        """Whether another Odoo record is linked to what was found."""
        return bool(self.env["xero.link"].search_count([
            ("tenant_id", "=", self.tenant_id.id),
            ("xero_id", "=", match.xero_id),
            ("id", "!=", link.id),
        ], limit=1))

    def _find(self, members):
        """What Xero holds under the numbers of `members`, as {number: (match, …)}.

        Invoices have a filter for many numbers; contacts and orders are asked one by one.

        :raises errors.XeroError: if Xero could not be asked
        """
        numbers = [member["number"] for member in members]
        if self.resource == "Items":
            return self._find_items(numbers)
        if self.resource == "Invoices":
            joined = ",".join(codec.filter_value(number) for number in numbers)
            body = self._fetch("Invoices", {"InvoiceNumbers": joined, "page": 1, "pageSize": 1000})
            rows = parse.invoices(body)
        elif self.resource == "PurchaseOrders":
            rows = []
            for number in numbers:
                path = f"PurchaseOrders/{client.path_segment(number)}"
                rows += parse.purchase_orders(self._fetch(path, {}, missing=True))
        else:
            rows = []
            for number in numbers:
                where = f'ContactNumber=="{codec.filter_value(number)}"'
                params = {"where": where, "includeArchived": "true", "page": 1}
                rows += parse.contacts(self._fetch("Contacts", params))
        found = {}
        for row in rows:
            found.setdefault(row.number, []).append(row)
        return found

    def _find_items(self, numbers):
        """Items by their code, which Xero compares without regard to case; one call for all."""
        rows = {}
        for row in parse.items(self._fetch("Items", {})):
            rows.setdefault((row.number or "").casefold(), []).append(row)
        return {number: rows.get(number.casefold(), []) for number in numbers}

    def _fetch(self, path, params, missing=False):
        """Read from Xero in a cursor of its own.

        :param bool missing: whether "not found" is an answer; it reads as an empty list
        :return: the body of the answer
        :raises errors.XeroError: on any other answer than a good one
        """
        with self.pool.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            tenant = self.tenant_id.with_env(env)
            answer = xero_transport.send(env, tenant, client.Call("GET", path, params=params))
        verdict = errors.classify(answer, wrote=False)
        if verdict == "not_found" and missing:
            return codec.envelope(self.resource, [])
        if verdict != "answered":
            raise errors.NoAnswer(f"HTTP {answer.status}")
        return answer.body


def _as_outcome(match):
    totals = getattr(match, "totals", None)
    return {
        "ok": True,
        "xero_id": match.xero_id,
        "status": match.status,
        "untaxed": totals and str(totals.untaxed),
        "tax": totals and str(totals.tax),
        "total": totals and str(totals.total),
        "held": match.snapshot and dumps(match.snapshot),
    }
