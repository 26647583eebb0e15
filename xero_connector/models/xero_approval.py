"""Approving what was read back equal: the second step of a document that begins as approved.

A draft has no effect on Xero's books, so it is the place to find out whether Xero comes to the
same totals. Only then is the document approved, by its GUID and without its lines.
"""

import psycopg2
from odoo import fields, models
from odoo.fields import Domain

from ..xero import client, codec, const, errors, parse, payload
from ..xero.held import GONE
from .xero_kinds import SWITCHES
from .xero_recovery import _as_outcome
from .xero_request import Parcel
from .xero_sentences import rejection_sentence

# What can still be approved.
DRAFTS = ("DRAFT", "SUBMITTED")


class XeroLink(models.Model):
    _inherit = "xero.link"

    approve = fields.Boolean(
        "To Be Approved", help="Is approved in Xero once its draft was read back equal."
    )


class XeroSyncMixin(models.AbstractModel):
    _inherit = "xero.sync.mixin"

    def _xero_shall_be_approved(self, tenant):
        """Whether the record shall be approved in Xero once its draft was read back equal.

        :param tenant: the `xero.tenant`
        """
        return False

    def _xero_want_approval(self):
        """The records came to a state in which they shall be approved: mark what stands in Xero
        as a draft.
        """
        for link in self.sudo().xero_link_ids:
            record = link._record()
            if link.xero_status in DRAFTS and record._xero_shall_be_approved(link.tenant_id):
                link.approve = True
                link.filtered(lambda link: link.state == "sent")._release()
                link.tenant_id._wake()


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _next_approval(self, tables):
        """Freeze the next batch of drafts that were read back equal and shall be approved.

        What has changed in Odoo since is left to those who send changes.

        :param tables: the run's `XeroTables`
        :return: the frozen `xero.request`, or an empty one
        """
        if tables.approves is None:
            tables.approves = self._approves_some()
        if not tables.approves:
            return self.env["xero.request"]
        return self._freeze_approvals(
            Domain("approve", "=", True) & Domain("xero_status", "in", DRAFTS),
            self._approval_of,
            tables,
        )

    def _freeze_approvals(self, domain, parcel_of, tables):
        """Freeze the next batch of elements that say nothing but what a document is to be.

        All that wait are looked at until a batch is found: what is left over counts as unchanged
        or changed afterwards, and nobody would come back to it.

        :param domain: which links
        :param parcel_of: gives the `Parcel` of (link, record, tables), or None
        :param tables: the run's `XeroTables`
        :return: the frozen `xero.request`, or an empty one
        """
        waiting, last_id = self._runnable_domain() & domain & Domain("xero_id", "!=", False), 0
        while found := self.env["xero.link"].search(
            waiting & Domain("id", ">", last_id), order="id", limit=const.BATCH_SIZE
        ):
            last_id = found[-1].id
            for resource, links in found.try_lock_for_update().grouped("resource").items():
                if parcels := self._small_parcels(links, parcel_of, tables):
                    return self.env["xero.request"]._freeze(self, resource, parcels)
        return self.env["xero.request"]

    def _small_parcels(self, links, parcel_of, tables):
        """The parcels of locked links of one resource; those that get none stay as they are."""
        records = self._records(links)
        records._xero_prefetch()
        for master in ("res.partner", "product.product"):
            tables.read_masters(records._xero_masters(master, self))
        tables.items.read_for(records)
        by_id = {record.id: record for record in records}
        return [
            parcel for link in links
            if (parcel := parcel_of(link, by_id.get(link.res_id), tables))
        ]

    def _approves_some(self):
        """Whether a run may come to approve something: a kind is, or a document waits for it."""
        return any(self[status] == "authorised" for _switch, status in SWITCHES.values()) or bool(
            self.env["xero.link"].search_count(
                [("tenant_id", "=", self.id), ("approve", "=", True)], limit=1
            )
        )

    def _approval_of(self, link, record, tables):
        """The approval of one document; None if it is not any more what was read back."""
        if not record or not record._xero_may_push():
            return None
        try:
            document = self._checked_document(record, tables)
            canonical = codec.encode_element(payload.of(link.resource, document))
        except psycopg2.Error:
            raise
        except Exception:  # told by those who send changes
            return None
        if codec.fingerprint(canonical) != link.fingerprint or not link._holds(document):
            return None
        element = codec.encode_element(payload.approval(
            link.resource, link.xero_id, getattr(document, "sent_to_contact", False)
        ))
        return Parcel(
            link, document, element, record._xero_currency().id,
            canonical=canonical, approves=True,
        )


class XeroRequest(models.Model):
    _inherit = "xero.request"

    def _approves(self):
        return any(member.get("approves") for member in self.members)

    # === AFTER THE DRAFT, AND AFTER THE APPROVAL === #

    def _await_approval(self, links):
        """Put the drafts among settled links that shall be approved back in the queue.

        :return: those that are not done yet
        """
        waiting = links.filtered(lambda link: link.approve and link.state == "sent")
        done = waiting.filtered(lambda link: link.xero_status not in DRAFTS)
        done.approve = False
        waiting -= done
        if self._approves():
            for link in waiting:
                link.write({
                    "state": "attention",
                    "approve": False,
                    "message": self.env._(
                        "Xero did not approve %(record)s, which still stands there as a draft. "
                        "Approve it in Xero.",
                        record=link.record_name,
                    ),
                })
            return self.env["xero.link"]
        waiting._release()
        return waiting

    # === IN DOUBT, OR REFUSED === #

    def _is_worth_a_look(self, texts):
        # EXTENDS: a refused approval is told as it is, unless the document is gone
        if self._approves():
            return any(errors.explain(text).kind in ("decision", "relink") for text in texts)
        return super()._is_worth_a_look(texts)

    def _find_updated(self, members):
        # EXTENDS: what stands under the GUIDs of documents
        if not self._approves():
            return super()._find_updated(members)
        ids = [member["xero_id"] for member in members]
        read = {
            "Invoices": parse.invoices,
            "CreditNotes": parse.credit_notes,
            "PurchaseOrders": parse.purchase_orders,
        }[self.resource]
        rows = []
        if self.resource == "Invoices":
            for start in range(0, len(ids), const.IDS_PER_FILTER):
                some = ids[start : start + const.IDS_PER_FILTER]
                params = {"IDs": ",".join(some), "page": 1, "pageSize": const.IDS_PER_FILTER}
                rows += read(self._fetch("Invoices", params))
        else:
            for xero_id in ids:
                path = f"{self.resource}/{client.path_segment(xero_id)}"
                rows += read(self._fetch(path, {}, missing=True))
        return {row.xero_id: row for row in rows}

    def _settle_updated(self, links, found):
        # EXTENDS: an approval has arrived, or has not; either may be read in the status
        if not self._approves():
            return super()._settle_updated(links, found)
        members = {member["link"]: member for member in self.members}
        refused = {
            member["link"]: outcome["errors"]
            for member, outcome in zip(self.members, self.outcome or (), strict=False)
            if outcome and not outcome["ok"]
        }
        for link in links:
            row = found.get(link.xero_id)
            if row is None or row.status in GONE:
                link.write({
                    "state": "attention",
                    "approve": False,
                    "xero_status": row.status if row else link.xero_status,
                    "message": self.env._(
                        "%(record)s was removed in Xero before it was approved there. Look at it "
                        "in Xero.",
                        record=link.record_name,
                    ),
                })
            elif row.status not in DRAFTS:
                values = self._sent_values(members[link.id], _as_outcome(row), self.env.cr.now())
                link.write(values)
            elif link.id in refused:
                link.write({
                    "state": "rejected",
                    "message": rejection_sentence(self.env, refused[link.id]),
                })
            else:
                link._release()
        return None
