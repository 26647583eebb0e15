"""Documents that stand in Xero already: changed there, or removed, after a look at what it holds.

Nobody may undo unasked what a person did in Xero, and nothing is tried that Xero would refuse. So
what Xero holds is read first, without a row lock, many documents a call; then the links are
claimed, each move is decided (`xero/lifecycle.py`) and the changes go, up to 50 a request.
"""

from datetime import timedelta, timezone
from decimal import Decimal

import psycopg2
from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain

from ..xero import (
    client,
    codec,
    const,
    documents,
    errors,
    held,
    lifecycle,
    parse,
    parse_settings,
    payload,
)
from . import xero_transport
from .xero_flight import MustLandFirst
from .xero_push import MASTER_MODELS
from .xero_request import Parcel
from .xero_sentences import gone_sentence, rejection_sentence, unusable_sentence
from .xero_sync_mixin import Blocked

# How many documents are read before the first of them is changed: five calls, four batches.
READ_AHEAD = 200

# Xero finds many of these in one call by their ids; of the others each look is a call of its own,
# so few are read at a time: what is read when a limit parks the run is read again.
FOUND_BY_IDS = ("Invoices",)
READ_SINGLY = 20

# Rest of documents that could not be read.
REST = timedelta(minutes=1)

STANDING = Domain("xero_id", "!=", False)


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === ONE BATCH === #

    def _next_change(self, model, tables):
        """Freeze the next batch of changes of documents that stand in Xero.

        :param str model: `account.move` or `purchase.order`
        :param tables: the run's `XeroTables`; `held` has what Xero holds, by link
        :return: the frozen `xero.request`, or an empty one when there is nothing to change
        """
        while tables.held or self._read_ahead(model, tables):
            links = self._claim(model, STANDING & Domain("id", "in", list(tables.held)))
            if not links:
                tables.held.clear()  # changed by somebody else meanwhile
                continue
            # A request changes one kind; the others are next.
            links = links.filtered(lambda link, first=links[0]: link.resource == first.resource)
            records = self._records(links)
            wanted_ids = {
                record.id for record in records if record._xero_wish() == lifecycle.PRESENT
            }
            wanted = links.filtered(lambda link, ids=wanted_ids: link.res_id in ids)
            request, ready = self._prepare_masters(wanted, records, tables)
            if request:
                return request
            ready |= links - wanted  # what is cancelled needs nothing
            for link in links - ready:
                tables.held.pop(link.id)
            if request := self._freeze(ready, records, tables):
                return request
        return self.env["xero.request"]

    def _parcel_of_change(self, link, record, tables):
        """The change of one document, or None when the link is settled without one.

        :raises Blocked: if the document cannot be sent as it stands
        """
        now, before = tables.held[link.id], held.loads(link.held)
        document = element = wanted = canonical = None
        wish = record._xero_wish()
        if wish == lifecycle.PRESENT:
            document, canonical = self._canonical(link, record, tables)
            if now:
                element, wanted = lifecycle.update_of(link.resource, link.xero_id, document, now)
        elif not wish:
            link._settle_as_it_is()
            return None
        move = lifecycle.next_move(
            wish, before, now, wanted, tables.locked_until or "", getattr(document, "kind", None)
        )
        currency_id = record._xero_currency().id
        if move.kind == "update":
            self._check_size(record, element)
            return Parcel(link, document, element, currency_id, canonical=canonical)
        if move.kind == "remove":
            element, number = lifecycle.removal_of(link.resource, link.xero_id, now)
            return Parcel(link, documents.Removal(number), element, currency_id, removes=True)
        fingerprint = canonical and codec.fingerprint(canonical)
        link._apply_move(move, now, document, fingerprint)
        return None

    def _canonical(self, link, record, tables):
        """What a record would send if it were created now: (document, encoded element).

        :raises Blocked: if it cannot be sent as it stands
        """
        document = self._checked_document(record, tables)
        try:
            return document, codec.encode_element(payload.of(link.resource, document))
        except errors.NotUsable as error:
            raise Blocked(unusable_sentence(self.env, record, error)) from None

    # === READING === #

    def _read_ahead(self, model, tables):
        """Read what Xero holds of the documents that are changed next. What has not changed in
        Odoo is settled without a call.

        :return: whether something was read
        :rtype: bool
        :raises MustLandFirst: while requests are on their way, whose answers tell how many calls
            are left
        """
        if tables.on_their_way:
            raise MustLandFirst
        while self._may_call_now() and (
            links := self._claim(model, STANDING, limit=READ_AHEAD)
        ):
            links -= links.filtered(lambda link: link.resource not in FOUND_BY_IDS)[READ_SINGLY:]
            records = self._records(links)
            records._xero_prefetch()
            tables.items.read_for(records)
            for master in MASTER_MODELS:
                tables.read_masters(records._xero_masters(master, self))
            by_id = {record.id: record for record in records}
            changed = links.filtered(
                lambda link, by_id=by_id: not self._settle_if_unchanged(
                    link, by_id.get(link.res_id), tables
                )
            )
            (links - changed)._tell_outcome()
            self._commit_progress(0, 1)  # no row stays locked while Xero is asked
            if changed and self._read_standing(changed, tables):
                return True
        return False

    def _settle_if_unchanged(self, link, record, tables):
        """Settle a document that is wanted as it was sent; what was linked without being sent
        counts as sent when its totals are equal.

        :return: whether it is settled
        :rtype: bool
        """
        wish = record and record._xero_wish()
        if record and not wish:
            link._settle_as_it_is()
            return True
        if wish != lifecycle.PRESENT or link.obstacle:
            return False
        try:
            document, canonical = self._canonical(link, record, tables)
        except psycopg2.Error:
            raise
        except Exception:  # told when the change is prepared
            return False
        fingerprint = codec.fingerprint(canonical)
        as_sent = link.fingerprint == fingerprint or (link.adopted and not link.fingerprint)
        if not as_sent or not link._holds(document):
            return False
        link.write({"state": "sent", "message": False, "fingerprint": fingerprint})
        return True

    def _read_standing(self, links, tables):
        """Read what Xero holds of the documents of `links` into `tables.held`.

        :return: whether that was possible; else the links rest
        :rtype: bool
        """
        try:
            for resource, some in links.grouped("resource").items():
                found = self._read_documents(resource, some.mapped("xero_id"))
                tables.held.update({link.id: found.get(link.xero_id.lower()) for link in some})
            if tables.locked_until is None and any(
                lifecycle.needs_lock_date(held.loads(link.held), tables.held[link.id])
                for link in links
            ):
                tables.locked_until = self._read_locked_until()
        except errors.XeroError:
            tables.held.clear()
            links.write({"next_try_at": self.env.cr.now() + REST})
            return False
        return True

    def _read_documents(self, resource, xero_ids):
        """What Xero holds under GUIDs, as {GUID: snapshot}; what it does not know is absent.

        Invoices are asked for 40 at a time, the others have no filter for ids.

        :raises errors.XeroError: if Xero could not be asked
        """
        found, ids = {}, [xero_id.lower() for xero_id in xero_ids]
        if resource in FOUND_BY_IDS:
            for start in range(0, len(ids), const.IDS_PER_FILTER):
                some = ids[start : start + const.IDS_PER_FILTER]
                # Lines come only with a page.
                params = {"IDs": ",".join(some), "page": 1, "pageSize": const.IDS_PER_FILTER}
                found.update(parse.snapshots(resource, self._get_from_xero(resource, params)))
        for xero_id in ids:
            if xero_id in found:
                continue
            body = self._get_from_xero(f"{resource}/{client.path_segment(xero_id)}")
            if body is not None:
                found.update(parse.snapshots(resource, body))
        return found

    def _read_locked_until(self):
        """The last day of the closed periods, `YYYY-MM-DD`; empty when none is closed.

        Whether the person who connected is an adviser, whom only the year's end binds, Xero does
        not tell: both days count.

        :raises errors.XeroError: if Xero could not be asked
        """
        organisation = parse_settings.organisation(self._get_from_xero("Organisation"))
        days = (organisation.period_lock_date, organisation.year_lock_date)
        return max((day.isoformat() for day in days if day), default="")

    def _get_from_xero(self, path, params=None, since=None):
        """Read from Xero in a cursor of its own.

        :param since: naive UTC; only what changed after it
        :return: the body of the answer; None where Xero knows nothing under the path
        :raises errors.XeroError: on any other answer than a good one
        """
        with self.pool.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            tenant = self.with_env(env)
            if not tenant._may_pull_now():
                raise errors.RateLimited("limited")
            answer = xero_transport.send(env, tenant, client.Call(
                "GET",
                path,
                params=params,
                if_modified_since=since and since.replace(tzinfo=timezone.utc),
            ))
        if errors.classify(answer, wrote=False) == "not_found":
            return None
        xero_transport.check_answered(self.env, answer)
        return answer.body


class XeroRequest(models.Model):
    _inherit = "xero.request"

    # === IN DOUBT, OR REFUSED === #

    def _changes_documents(self):
        return self.method == "POST" and self.resource in held.DOCUMENTS

    def _settle_changed_documents(self, links, found):
        """Settle documents whose change was refused, or whose answer was lost, by what Xero holds
        now: what was sent → sent; as before → sent again; anything else → a person decides.

        :param links: the open links
        :param dict found: {GUID: snapshot}
        """
        id_name = const.IDENTITY[self.resource][0]
        elements = codec.loads(self.body.encode())[self.resource]
        elements = {element[id_name].lower(): element for element in elements}
        members = {member["link"]: member for member in self.members}
        refusals = self._refusals()
        for link in links:
            xero_id, member = link.xero_id.lower(), members[link.id]
            now, before = found.get(xero_id), held.loads(link.held)
            wish, wanted = lifecycle.ABSENT, None
            if not member["removes"]:
                wish = lifecycle.PRESENT
                totals = documents.Totals(*(
                    Decimal(member[name]) for name in ("untaxed", "tax", "total")
                ))
                wanted = lifecycle.expected(self.resource, elements[xero_id], totals)
            move = lifecycle.next_move(wish, before, now, wanted, kind=member["kind"])
            if move.kind == "done" and now:
                link.write(self._sent_values(member, _as_outcome(link, now), self.env.cr.now()))
            elif move.kind not in ("update", "remove"):
                link._apply_move(move, now)
            elif link.id in refusals:
                link.write({
                    "state": "rejected",
                    "message": rejection_sentence(self.env, refusals[link.id]),
                })
            elif self.http_status == 404 and all(one.xero_id.lower() in found for one in links):
                # All stand in Xero, so it is something that they refer to.
                link.write({
                    "state": "rejected",
                    "message": gone_sentence(self.env, link.record_name),
                })
            else:
                link._release()

    def _refusals(self):
        """What Xero said of the members that it refused, as {link id: texts}."""
        return {
            member["link"]: outcome["errors"]
            for member, outcome in zip(self.members, self.outcome or (), strict=False)
            if outcome and not outcome["ok"]
        }


def _as_outcome(link, now):
    """What Xero holds in the form of an answer to a write."""
    return {
        "ok": True,
        "xero_id": link.xero_id,
        "status": now["status"],
        "untaxed": now["subtotal"],
        "tax": now["tax"],
        "total": now["total"],
        "held": held.dumps(now),
    }
