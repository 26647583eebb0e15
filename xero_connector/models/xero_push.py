"""The engine: which records go next, and the requests that they are frozen in."""

import logging
from dataclasses import replace

import psycopg2
from odoo import fields, models
from odoo.fields import Domain

from ..xero import changes, codec, const, errors, lifecycle, payload, retry, rounding
from .xero_flight import MustLandFirst
from .xero_kept_masters import forget_records
from .xero_kinds import KINDS
from .xero_link import IN_DOUBT
from .xero_reading import lock_and_fetch
from .xero_request import Parcel
from .xero_sentences import never_sentence, refusal_sentence, unusable_sentence
from .xero_sync_mixin import Blocked

_logger = logging.getLogger(__name__)

# The documents that are sent, in this order; what they refer to goes before them.
DOCUMENT_MODELS = ("account.move", "purchase.order")
MASTER_MODELS = ("res.partner", "product.product")

# Masters that a document goes without when they cannot be had: a line needs no item.
DISPENSABLE = ("product.product",)

# How far ahead the queue is searched for masters that fill up a batch of theirs.
LOOK_AHEAD = 500

# Room for the envelope and the commas of a request body.
ENVELOPE_BYTES = 200


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === T2: CLAIM AND FREEZE === #

    def _next_request(self, tables):
        """Claim the next batch and freeze it: drafts that were read back equal and shall be
        approved, documents that change in Xero, new documents, one kind a batch, each after the
        masters that it needs; then the masters that nobody waits for, and those that changed.

        :return: committed-to-be `xero.request`s, no more than `tables.free_places`, or none when
            nothing can be sent now
        """
        try:
            return self._next_request_of_all(tables)
        except MustLandFirst:
            return self.env["xero.request"]

    def _next_request_of_all(self, tables):
        """As `_next_request`.

        :raises MustLandFirst: if that depends on what is on its way
        """
        if request := self._next_approval(tables):
            return request
        if not tables.changes_sent:
            for model in DOCUMENT_MODELS:
                if request := self._next_change(model, tables):
                    return request
            tables.changes_sent = True  # whoever marks another one wakes the tenant again
            if not self._may_call_now():
                return self.env["xero.request"]
        for kind in KINDS:
            while links := self._claim_kind(kind, tables.free_places):
                if requests := self._freeze_batches(links, kind, tables):
                    return requests
        for master in MASTER_MODELS:
            request = self._freeze_masters(tables, self.env[master])
            if request := request or self._freeze_updates(tables, master):
                return request
        return self.env["xero.request"]

    def _freeze_batches(self, links, kind, tables):
        """Freeze new documents of one kind in batches, read together; in place of a batch that
        lacks masters in Xero, those masters.

        :return: the frozen `xero.request`s
        :raises MustLandFirst: if the first batch depends on what is on its way
        """
        requests, records = self.env["xero.request"], self._records(links)
        if self.send_item_codes:
            records._xero_prefetch()  # the lines name the items
        for start in range(0, len(links), kind.batch):
            batch = links[start : start + kind.batch]
            try:
                request, ready = self._prepare_masters(batch, records, tables)
            except MustLandFirst:
                if not requests:
                    raise
                break
            requests += request or self._freeze(ready, records, tables)
            tables.on_their_way += requests.ids
        return requests

    def _prepare_masters(self, links, records, tables):
        """Freeze the masters that the documents of `links` lack in Xero.

        :param records: the records of these links, and maybe of others
        :return: (the frozen `xero.request`, maybe an empty one; the links that lack nothing)
        :raises MustLandFirst: if all that is lacking is on its way
        """
        requests = self.env["xero.request"]
        wanted = set(links.mapped("res_id"))
        needing = records.filtered(lambda record: record.id in wanted)
        records = needing.with_prefetch(records._prefetch_ids)
        must_land = False
        for master in MASTER_MODELS if links else ():
            lacking = tables.read_masters(records._xero_masters(master, self))
            if lacking:
                if request := self._freeze_masters(tables, lacking):
                    return request, links
                if self._are_on_their_way(lacking, tables):
                    must_land = True
                else:
                    links = self._hold_back(links, records, lacking)
        if must_land:
            raise MustLandFirst
        return requests, links

    def _are_on_their_way(self, masters, tables):
        """Whether some of these customers and suppliers, or items, are being sent by this run."""
        return bool(tables.on_their_way and self.env["xero.link"].search_count(
            [
                ("request_id", "in", tables.on_their_way),
                ("res_model", "=", masters._name),
                ("res_id", "in", masters.ids),
            ],
            limit=1,
        ))

    def _claim(self, model, domain=Domain.TRUE, limit=const.BATCH_SIZE):
        """Lock up to `limit` links of `model` that can be sent now, oldest first.

        Rows that another process holds are skipped; a row that changed since our snapshot raises
        a serialisation failure, which puts the run off.
        """
        return lock_and_fetch(
            self.env["xero.link"],
            self._runnable_domain() & Domain("res_model", "=", model) & domain,
            limit=limit,
        )

    def _records(self, links):
        """The Odoo records of links of one model, in the company of the tenant."""
        if not links:
            return links
        model = self.env[links[0].res_model].with_company(self.company_id)
        forget_records(model)
        domain = Domain("id", "in", links.mapped("res_id"))
        records = model.with_context(active_test=False).search_fetch(domain)
        return records.with_env(model.env)

    def _freeze_masters(self, tables, first):
        """Freeze a batch of masters to create: those that the next documents need, filled up to
        50 with those that wait behind them. A call is the scarcest thing there is.

        :param first: records of one master's model, maybe none
        """
        links, model = self.env["xero.link"], first._name
        missing = Domain("xero_id", "=", False)
        claimed = links
        if first:
            links._mark_missing(self, first)
            claimed = self._claim(model, missing & Domain("res_id", "in", first.ids))
            if not claimed:
                return self.env["xero.request"]
        if len(claimed) < const.BATCH_SIZE:
            links._mark_missing(self, tables.read_masters(self._masters_ahead(model)))
            more = self._claim(model, missing & Domain("id", "not in", claimed.ids))
            claimed |= more[: const.BATCH_SIZE - len(claimed)]
        return self._freeze(claimed, self._records(claimed), tables)

    def _freeze_updates(self, tables, model):
        """Freeze a batch of masters that stand in Xero and have changed in Odoo since."""
        while links := self._claim(model, Domain("xero_id", "!=", False)):
            if request := self._freeze(links, self._records(links), tables):
                return request
        return self.env["xero.request"]

    def _masters_ahead(self, model):
        """Masters that the documents next in line refer to."""
        masters = self.env[model]
        for document_model in DOCUMENT_MODELS:
            links = self.env["xero.link"].search(
                self._runnable_domain() & Domain("res_model", "=", document_model),
                order="id",
                limit=LOOK_AHEAD,
            )
            if links:
                masters |= self._records(links)._xero_masters(model, self)
        return masters

    def _hold_back(self, links, records, lacking):
        """Take out the links whose masters cannot be had now, and say why.

        :param lacking: the customers and suppliers, or items, that do not stand in Xero
        :return: the links whose masters all stand in Xero
        """
        master_links = self.env["xero.link"]._of_records(self, lacking)
        records = {record.id: record for record in records}
        held = blocked = self.env["xero.link"]
        for link in links:
            record = records.get(link.res_id)
            needed = record._xero_masters(lacking._name, self) & lacking if record else None
            if needed and lacking._name in DISPENSABLE:
                needed = needed.filtered(
                    lambda master: master_links[master.id].state in ("pending", *IN_DOUBT)
                )
            if not needed:
                continue
            held |= link
            waiting = [master_links.get(master.id) for master in needed]
            if all(one and one.state in ("pending", *IN_DOUBT) for one in waiting):
                # Never by now: the run would claim it again and again.
                soon = fields.Datetime.add(self.env.cr.now(), minutes=1)
                dues = [one.next_try_at or one.request_id.next_try_at or soon for one in waiting]
                link.next_try_at = max(soon, *dues)
            else:
                blocked |= link
                stuck = next(
                    master for master, one in zip(needed, waiting, strict=True)
                    if not one or one.state not in ("pending", *IN_DOUBT)
                )
                stuck_link = master_links.get(stuck.id)
                link._block(
                    self.env._(
                        "%(master)s could not be created in Xero: %(reason)s",
                        master=stuck.display_name,
                        reason=stuck_link.message if stuck_link else "",
                    ),
                    stuck,
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
        tables.items.read_for(records)
        records = {record.id: record for record in records}
        parcels, size, settled = [], 0, self.env["xero.link"]
        for link in links:
            if link.res_id not in records:
                link.unlink()
                continue
            if parcels and not _go_together(parcels, link):
                continue  # stays pending for the next request
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
            if parcel is None:
                settled |= link.filtered(lambda link: link.state != "pending")
                continue
            if not parcel.element:
                link.write({"state": "sent", "message": False})
                settled |= link
                continue
            if not (parcel.is_update or self._is_told_apart(parcel, parcels)):
                continue  # stays pending for the next request
            size += len(parcel.element)
            if size > const.REQUEST_BYTES - ENVELOPE_BYTES:
                break
            parcels.append(parcel)
        settled._tell_outcome()
        if not parcels:
            return self.env["xero.request"]
        return self.env["xero.request"]._freeze(self, links[0].resource, parcels)

    def _parcel(self, link, record, tables):
        """One record with the bytes that would be sent of it; None when its link is settled.

        :raises Blocked: if it cannot be sent as it stands
        """
        if link.xero_id and not record._xero_is_master():
            parcel = self._parcel_of_change(link, record, tables)
            del tables.held[link.id]  # what was refused may be asked for once more
            return parcel
        if not record._xero_is_master() and record._xero_wish() == lifecycle.ABSENT:
            link.state = "withdrawn"  # cancelled before anybody knew that it had never arrived
            return None
        if not link.xero_id and record._xero_barred():
            raise Blocked(record._xero_barred_sentence(), record._xero_barred_by())
        document = self._checked_document(record, tables)
        if not link.xero_id and getattr(document, "status", None) == "ARCHIVED":
            document = replace(document, status=None)  # nothing is created archived
        try:
            element = codec.encode_element(payload.of(link.resource, document))
        except errors.NotUsable as error:
            raise Blocked(unusable_sentence(self.env, record, error)) from None
        content = element if record._xero_is_master() else None
        if content and link.xero_id:
            before = link.content.encode() if link.content else None
            element = changes.update_of(
                link.resource, link.xero_id, before, content, link.xero_number or None
            ) or b""
        self._check_size(record, element)
        return Parcel(
            link, document, element, record._xero_currency().id, content,
            approve=not link.xero_id and record._xero_shall_be_approved(self),
        )

    def _check_size(self, record, element):
        if len(element) > const.REQUEST_BYTES - ENVELOPE_BYTES:
            raise Blocked(self.env._(
                "%(record)s is larger than Xero takes. Split it into several documents.",
                record=record.display_name,
            ))

    def _checked_document(self, record, tables):
        """The document of one record, proven to come out equal in Xero.

        :raises Blocked: if it cannot be sent, or could not be equal, with the figures
        """
        if not record._xero_may_push():
            raise Blocked(record._xero_why_not())
        if record._xero_is_master() and self._sync_choice(record._xero_resource()) == "never":
            raise Blocked(never_sentence(self.env, record, self), self)
        if record._xero_early(self):
            raise Blocked(record._xero_early_sentence(self), self)
        document = record._xero_document(tables)
        if hasattr(document, "totals"):
            for refusal in rounding.check(document):
                raise Blocked(refusal_sentence(self.env, record, refusal))
        return document


def _go_together(parcels, link):
    """Whether a record may go in one create with others; changes always may."""
    if link.xero_id:
        return True
    most = retry.most_together(link.attempt)
    return len(parcels) < most == retry.most_together(parcels[0].link.attempt)
