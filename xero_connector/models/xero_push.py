"""The engine: one run of a tenant sends what its links want, batch by batch."""

import logging

import psycopg2
from odoo import fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..xero import codec, const, errors, payload, rounding
from .xero_link import IN_DOUBT
from .xero_request import Parcel
from .xero_sentences import refusal_sentence, unusable_sentence
from .xero_sync_mixin import Blocked
from .xero_tables import XeroTables

_logger = logging.getLogger(__name__)

# The documents that are sent, in this order; their contacts go before them.
DOCUMENT_MODELS = ("account.move", "purchase.order")

# How far ahead the queue is searched for contacts that fill up a batch of contacts.
LOOK_AHEAD = 1000

# Room for the envelope and the commas of a request body.
ENVELOPE_BYTES = 200

PAYLOADS = {
    "Contacts": payload.contact,
    "Invoices": payload.invoice,
    "PurchaseOrders": payload.purchase_order,
}


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === THE RUN === #

    def _cron_sync(self):
        """Send what waits for this tenant; the only way anything is written to Xero.

        Works off one batch after the other until nothing is left, the scheduler's time is over or
        Xero asks to wait; then it parks itself with a trigger. A tenant that is not connected
        returns at once: the state is the only switch.
        """
        self.ensure_one()
        if self.state != "connected":
            return
        try:
            self._run_batches()
        except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError) as error:
            # Somebody wrote one of our rows meanwhile. What is committed stands; go on soon.
            _logger.info("Xero tenant %s: run put off (%s)", self.id, type(error).__name__)
            self.env.cr.rollback()
            self._wake()
            self._commit_progress(0, 0)

    def _run_batches(self):
        requests = self.env["xero.request"]
        self._mark_wanted()
        requests._settle_open(self)
        tables = XeroTables(self)
        seconds_left = self._commit_progress(0, 1)
        while seconds_left > 0 and self.state == "connected" and self._may_call_now():
            request = self._next_request(tables)
            if not request:
                break
            self._commit_progress(0, 1)  # T2 ends here: the intent is on disk
            request._transmit()
            seconds_left = self._commit_progress(request._settle(), 1)
        self._park()
        self._commit_progress(0, self._count_runnable())

    def _commit_progress(self, processed, remaining):
        """Commit, tell the scheduler how far we are, and return the seconds it still gives us."""
        return self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    def _may_call_now(self):
        return not self._wait_until()

    def _park(self):
        """Wake up again when the first of the waiting things is due, and calls may be made."""
        paused_until = self._wait_until()
        due = [
            paused_until and self._count_waiting() and paused_until,
            self.env["xero.request"]._next_due(self),
            self.env["xero.link"].search(
                Domain(self._pending_domain()) & Domain("next_try_at", ">", self.env.cr.now()),
                order="next_try_at",
                limit=1,
            ).next_try_at,
        ]
        due = [moment for moment in due if moment]
        if due:
            self._wake(at=max(min(due), paused_until) if paused_until else min(due))

    def _cron_wake_all(self):
        """Hourly safety net: mark what should be in Xero and wake the tenants that have work."""
        for tenant in self.search([("state", "=", "connected")]):
            tenant._mark_wanted()
            if tenant._count_waiting() or self.env["xero.request"]._next_due(tenant):
                tenant._wake()

    # === WHAT WAITS === #

    def _pending_domain(self):
        return [("tenant_id", "=", self.id), ("state", "=", "pending")]

    def _runnable_domain(self):
        now = self.env.cr.now()
        return Domain(self._pending_domain()) & (
            Domain("next_try_at", "=", False) | Domain("next_try_at", "<=", now)
        )

    def _count_waiting(self):
        return self.env["xero.link"].search_count(self._pending_domain())

    def _count_runnable(self):
        """Links that could be sent now; the scheduler calls again while there are any."""
        if self.state != "connected" or not self._may_call_now():
            return 0
        return self.env["xero.link"].search_count(self._runnable_domain())

    def _mark_wanted(self):
        """Mark documents that should be in Xero and that nobody has marked yet."""
        if not self.send_since:
            return
        for model, wanted in self._wanted_domains().items():
            known = self.env["xero.link"]._search([("res_model", "=", model)])
            records = self.env[model].with_company(self.company_id)
            records = records.search(
                wanted
                & records._xero_routing_domain(self)
                & Domain("id", "not in", known.subselect("res_id")),
                limit=LOOK_AHEAD,
            )
            mine = records._xero_group_by_tenant().get(self)
            if mine:
                self.env["xero.link"]._mark_pending(self, mine)

    def _wanted_domains(self):
        """Which documents go to Xero by themselves, by model."""
        domains = {}
        if self.send_invoices:
            domains["account.move"] = Domain([
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("invoice_date", ">=", self.send_since),
            ])
        if self.send_orders:
            domains["purchase.order"] = Domain([
                ("company_id", "=", self.company_id.id),
                ("state", "=", "purchase"),
                ("date_approve", ">=", self.send_since),
            ])
        return domains

    # === T2: CLAIM AND FREEZE === #

    def _next_request(self, tables):
        """Claim the next batch and freeze it: contacts that it needs first, then documents.

        :return: a committed-to-be `xero.request`, or an empty one when nothing can be sent now
        """
        for model in DOCUMENT_MODELS:
            while links := self._claim(model):
                records = self._records(links)
                lacking = tables.read_contacts(records._xero_contacts())
                if lacking:
                    if request := self._freeze_contacts(tables, lacking):
                        return request
                    links = self._hold_back(links, records, lacking)
                if request := self._freeze(links, records, tables):
                    return request
        return self._freeze_contacts(tables, self.env["res.partner"])

    def _claim(self, model, domain=Domain.TRUE):
        """Lock up to 50 links of `model` that can be sent now, oldest first.

        Rows that another process holds are skipped; a row that changed since our snapshot raises
        a serialisation failure, which puts the run off.
        """
        links = self.env["xero.link"].search(
            self._runnable_domain() & Domain("res_model", "=", model) & domain,
            order="id",
            limit=const.BATCH_SIZE,
        )
        return links.try_lock_for_update()

    def _records(self, links):
        """The Odoo records of links of one model, in the company of the tenant."""
        if not links:
            return links
        model = self.env[links[0].res_model].with_company(self.company_id)
        return model.browse(links.mapped("res_id")).exists()

    def _freeze_contacts(self, tables, first):
        """Freeze a batch of contacts: those that the next documents need, filled up to 50 with
        those that wait behind them. A call is the scarcest thing there is.
        """
        links = self.env["xero.link"]
        if first:
            links._mark_missing(self, first)
        claimed = self._claim("res.partner", Domain("res_id", "in", first.ids)) if first else links
        if first and not claimed:
            return self.env["xero.request"]
        if len(claimed) < const.BATCH_SIZE:
            links._mark_missing(self, tables.read_contacts(self._contacts_ahead()))
            more = self._claim("res.partner", Domain("id", "not in", claimed.ids))
            claimed |= more[: const.BATCH_SIZE - len(claimed)]
        return self._freeze(claimed, self._records(claimed), tables)

    def _contacts_ahead(self):
        """Partners of the documents next in line."""
        partners = self.env["res.partner"]
        for model in DOCUMENT_MODELS:
            links = self.env["xero.link"].search(
                self._runnable_domain() & Domain("res_model", "=", model),
                order="id",
                limit=LOOK_AHEAD,
            )
            if links:
                partners |= self._records(links)._xero_contacts()
        return partners

    def _hold_back(self, links, records, lacking):
        """Take out the links whose contact cannot be had now, and say why.

        :param lacking: the partners that do not stand in Xero
        :return: the links whose contact stands in Xero
        """
        contact_links = self.env["xero.link"]._of_records(self, lacking)
        records = {record.id: record for record in records}
        held = blocked = self.env["xero.link"]
        for link in links:
            record = records.get(link.res_id)
            partner = record._xero_contact() if record else lacking.browse()
            if not partner & lacking:
                continue
            held |= link
            contact_link = contact_links.get(partner.id)
            if contact_link and contact_link.state in ("pending", *IN_DOUBT):
                waits_for = contact_link.next_try_at or contact_link.request_id.next_try_at
                # Never by now: the run would claim it again and again.
                soon = fields.Datetime.add(self.env.cr.now(), minutes=1)
                link.next_try_at = max(waits_for or soon, soon)
            else:
                blocked |= link
                link._block(
                    self.env._(
                        "%(contact)s could not be created in Xero: %(reason)s",
                        contact=partner.display_name,
                        reason=contact_link.message if contact_link else "",
                    ),
                    partner,
                )
        blocked._tell_outcome()
        return links - held

    def _freeze(self, links, records, tables):
        """Build the documents of claimed links and freeze them in one request.

        Records that we refuse are blocked with the reason, unchanged ones go back to `sent`. What
        would make the request larger than Xero takes stays pending for the next one.
        """
        if not links:
            return self.env["xero.request"]
        records._xero_prefetch()
        records = {record.id: record for record in records}
        parcels, size, settled = [], 0, self.env["xero.link"]
        for link in links:
            if link.res_id not in records:
                link.unlink()
                continue
            try:
                try:
                    parcel = self._parcel(link, records[link.res_id], tables)
                except Blocked:
                    # Whoever chose what was missing during the run has released this link.
                    if not tables.refresh():
                        raise
                    parcel = self._parcel(link, records[link.res_id], tables)
            except Blocked as blocked:
                link._block(blocked.message, blocked.cause)
                settled |= link
                continue
            except psycopg2.Error:
                raise
            except Exception:
                # One document must not stop the others, whatever is wrong with it.
                _logger.exception("Xero: %s %s cannot be prepared", link.res_model, link.res_id)
                link._block(self.env._(
                    "%(record)s could not be prepared because of an error in Odoo. Ask your "
                    "administrator to look into the server's log, then send again.",
                    record=records[link.res_id].display_name,
                ))
                settled |= link
                continue
            if link.xero_id:
                link._settle_unchanged(parcel.document, parcel.fingerprint)
                settled |= link
                continue
            size += len(parcel.element)
            if size > const.REQUEST_BYTES - ENVELOPE_BYTES:
                break
            parcels.append(parcel)
        settled._tell_outcome()
        if not parcels:
            return self.env["xero.request"]
        return self.env["xero.request"]._freeze(self, links[0].resource, parcels)

    def _parcel(self, link, record, tables):
        """One record with the bytes that would be sent of it.

        :raises Blocked: if it cannot be sent as it stands
        """
        document = self._checked_document(record, tables)
        try:
            element = codec.encode_element(PAYLOADS[link.resource](document))
        except errors.NotUsable as error:
            raise Blocked(unusable_sentence(self.env, record, error)) from None
        if len(element) > const.REQUEST_BYTES - ENVELOPE_BYTES:
            raise Blocked(self.env._(
                "%(record)s is larger than Xero takes. Split it into several documents.",
                record=record.display_name,
            ))
        return Parcel(link, document, element, record._xero_currency().id)

    def _checked_document(self, record, tables):
        """The document of one record, proven to come out equal in Xero.

        :raises Blocked: if it cannot be sent, or could not be equal, with the figures
        """
        if not record._xero_may_push():
            raise Blocked(record._xero_why_not())
        document = record._xero_document(tables)
        if hasattr(document, "totals"):
            for refusal in rounding.check(document):
                raise Blocked(refusal_sentence(self.env, record, refusal))
        return document
