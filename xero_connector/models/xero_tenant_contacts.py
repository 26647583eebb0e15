"""Reading Xero's contacts into their mirror, page by page."""

import logging
from datetime import timedelta, timezone

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..xero import client, delta, errors, parse_masters
from . import xero_transport
from .xero_poll import AHEAD, BEGINNING

_logger = logging.getLogger(__name__)

PAGE_SIZE = 1000


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    contacts_page = fields.Integer(
        "Page of Contacts", readonly=True, copy=False,
        help="Which page of Xero's list is read next, as we count; 0 when nothing is left to read.",
    )
    contacts_turn = fields.Integer(
        readonly=True, copy=False,
        help="The page of Xero's list of what changed since that moment: the first, but where a "
        "whole page changed in one second.",
    )
    contacts_since = fields.Datetime(
        readonly=True, copy=False, help="What changed since this moment is being read."
    )
    contacts_pulled_at = fields.Datetime("Contacts Read", readonly=True, copy=False)

    # === READING === #

    def _begin_contacts(self):
        """Let the list of contacts be read: all of it the first time, then what changed since a
        second before the newest change that is mirrored, by Xero's own clock."""
        self.ensure_one()
        if self.contacts_page:
            return
        newest = self.env["xero.contact"].with_context(active_test=False).search(
            [("tenant_id", "=", self.id), ("updated_at", "<", self.env.cr.now() + AHEAD)],
            order="updated_at desc",
            limit=1,
        ).updated_at
        known = self.contacts_pulled_at and newest
        self.write({
            "contacts_page": 1,
            "contacts_turn": 1,
            "contacts_since": newest - timedelta(seconds=1) if known else False,
        })

    def _pull_contacts_page(self):
        """Read the next page in a cursor of its own, and note how far we are: a contact that is
        changed meanwhile moves all behind it, so the next page begins at a moment, as with
        documents. A reading that was broken off goes on where it stopped.

        :return: whether pages are left
        :rtype: bool
        :raises errors.XeroError: if Xero did not answer; the page is read again later
        """
        with self.pool.cursor() as cr:
            tenant = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            page, since = tenant.contacts_turn or 1, tenant.contacts_since
            call = client.Call(
                "GET",
                "Contacts",
                params={
                    "page": page, "pageSize": PAGE_SIZE, "order": "UpdatedDateUTC",
                    "includeArchived": "true",
                },
                if_modified_since=since.replace(tzinfo=timezone.utc) if since else None,
            )
            try:
                answer = xero_transport.send(tenant.env, tenant, call)
            finally:
                cr.commit()  # pylint: disable=invalid-commit  # the call's record, in our cursor
            xero_transport.check_answered(tenant.env, answer)
            # Nothing changed: Xero may answer with an empty list, or with no body at all.
            contacts, pages, unreadable = (
                parse_masters.contact_page(answer.body) if answer.body else ((), 1, 0)
            )
            if unreadable:
                _logger.warning(
                    "%s contacts on page %s of %s make no sense", unreadable, page, tenant.name
                )
            mirror, differences = tenant.env["xero.contact"], tenant.env["xero.difference"]
            news = tenant.contacts_pulled_at and differences._unknown_ids(tenant, mirror, contacts)
            mirror._mirror_contacts(tenant, contacts)
            differences._note_some(tenant, "Contacts", contacts, news or set())
            position, more = tenant._after_contacts(page, since, contacts, unreadable, pages)
            tenant.write({
                "contacts_page": tenant.contacts_page + 1 if more else 0,
                "contacts_turn": position.page,
                "contacts_since": position.since if more else False,
                **({} if more else {"contacts_pulled_at": cr.now()}),
            })
            tenant.flush_recordset()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(
            ["contacts_page", "contacts_turn", "contacts_since", "contacts_pulled_at"], flush=False
        )
        self.env["xero.contact"].invalidate_model(flush=False)
        return more

    def _after_contacts(self, page, since, contacts, unreadable, pages):
        """Where the list of contacts is read on, as `delta.after`.

        :param int pages: how many pages there are in all, as Xero says
        """
        latest = self.env.cr.now() + AHEAD
        moments = [contact.updated and contact.updated.replace(tzinfo=None, microsecond=0)
                   for contact in contacts]
        moments = [moment if moment and moment < latest else None for moment in moments]
        moments += [None] * unreadable
        # Xero may give less than was asked for; an empty page is the last one whatever it says.
        size = min(PAGE_SIZE, len(moments)) if moments and page < pages else PAGE_SIZE
        return delta.after(delta.Position(since or BEGINNING, page), moments, size, news=False)

    def _pull_contacts_or_tell(self):
        """Read the first page at once, so that most lists are whole when they open; the scheduled
        action reads the rest.

        :return: whether pages are left
        :rtype: bool
        :raises UserError: if Xero cannot be asked, with the reason
        """
        self.ensure_one()
        with self.pool.cursor() as cr:  # kept whatever becomes of the first call
            self.with_env(api.Environment(cr, SUPERUSER_ID, {}))._begin_contacts()
        self.invalidate_recordset(
            ["contacts_page", "contacts_turn", "contacts_since"], flush=False
        )
        try:
            left = self._pull_contacts_page()
        except errors.XeroError as error:
            raise UserError(self.env._(
                "The contacts of %(tenant)s could not be read. %(reason)s",
                tenant=self.name,
                reason=self._failure_sentence(error),
            )) from None
        if left:
            self._wake()
        return left
