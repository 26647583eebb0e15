"""Contacts that were merged in Xero: what is linked to them follows."""

import logging

from odoo import api, models

from ..xero import errors, held, parse_masters
from .xero_link import IN_DOUBT

_logger = logging.getLogger(__name__)


class XeroLink(models.Model):
    _inherit = "xero.link"

    @api.model
    def _follow_merges(self, tenant):
        """Link customers and suppliers to the contacts that theirs were merged into, as far as the
        mirror tells; nothing is sent for it. What is being sent at this moment is settled by the
        answer, and followed the next time.

        :param tenant: the `xero.tenant`, its contacts mirrored
        """
        contacts = self.env["xero.contact"].with_context(active_test=False)
        targets = self._merges(tenant)
        links = self.search([
            ("tenant_id", "=", tenant.id),
            ("resource", "=", "Contacts"),
            ("xero_id", "in", list(targets)),
            ("state", "not in", IN_DOUBT),
        ]).try_lock_for_update()
        followed = set()
        for link in links:
            target = _last(targets, link.xero_id)
            held = self._held_ids(tenant, "Contacts", [(target, False, False)])
            if held or link.state != "sent":
                self.env["xero.request"]._follow_merge(link, target)
                continue
            contact = contacts.search([
                ("tenant_id", "=", tenant.id), ("xero_id", "=", target),
            ], limit=1)
            link.write({
                "xero_id": target,
                "xero_number": contact.number,
                "xero_status": contact.status,
            })
            followed.add(target)
        self._note_survivors(tenant, followed)
        self._settle_merged_documents(tenant, targets)

    @api.model
    def _note_survivors(self, tenant, xero_ids):
        """Propose what contacts hold otherwise that customers and suppliers follow now: Xero lists
        them no more, as nothing of them has changed.

        :param set xero_ids: GUIDs of the contacts
        """
        self.flush_model()
        for xero_id in sorted(xero_ids):
            try:
                body = tenant._get_from_xero(f"Contacts/{xero_id}")
                contacts = parse_masters.contact_page(body)[0] if body else ()
            except errors.XeroError as error:
                _logger.info("Xero tenant %s: contact not compared (%s)", tenant.id, error.code)
                continue
            self.env["xero.difference"]._note_some(tenant, "Contacts", contacts, set())

    @api.model
    def _merges(self, tenant):
        """Contacts that were merged, as far as the mirror tells, as {GUID: GUID it went into}."""
        return dict(self.env["xero.contact"].with_context(active_test=False).search([
            ("tenant_id", "=", tenant.id), ("merged_into", "!=", False),
        ]).mapped(lambda contact: (contact.xero_id, contact.merged_into)))

    @api.model
    def _settle_merged_documents(self, tenant, targets):
        """Documents that seemed edited because their contact was merged are as they were sent."""
        for link in targets and self.search([
            ("tenant_id", "=", tenant.id), ("state", "=", "attention"), ("obstacle", "=", "edited"),
        ]):
            before, now = held.loads(link.held), held.loads(link.found)
            if before and now and not [
                one for one in held.differences(before, now) if not _is_merge(targets, one)
            ]:
                link._settle_as_it_is()

    def _differences(self, before, now):
        """What a person has edited in Xero. That a contact was merged is no edit of its documents;
        where it may be, contacts are read at once.

        :param dict before: snapshot of what was known
        :param dict now: snapshot of what Xero holds
        :rtype: list[held.Difference]
        """
        found = held.differences(before, now)
        if not any(one.field == "contact" for one in found):
            return found
        targets = self._merges(self.tenant_id)
        left = [one for one in found if not _is_merge(targets, one)]
        if any(one.field == "contact" for one in left):
            self.env["xero.poll"]._make_due(self.tenant_id, "Contacts")
        return left


def _is_merge(targets, difference):
    return difference.field == "contact" and (
        _last(targets, difference.odoo) == _last(targets, difference.xero)
    )


def _last(targets, xero_id):
    """The end of a chain of merges. Xero makes no rings; one would end where it closes.

    :param dict targets: {GUID: GUID of the contact it was merged into}
    """
    seen = set()
    while xero_id in targets and xero_id not in seen:
        seen.add(xero_id)
        xero_id = targets[xero_id]
    return xero_id
