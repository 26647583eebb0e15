"""The run of a tenant looks at what webhooks have told."""

import logging
from datetime import timedelta

from odoo import fields, models

from ..xero import const, errors
from .xero_alarm import set_alarm

_logger = logging.getLogger(__name__)

# Between two looks at least so much time passes: what arrives meanwhile goes in the same calls.
PAUSE = timedelta(seconds=3)

# While more arrives than one call can fetch, they are let come together until a page is cheaper.
FLOOD_PAUSE = timedelta(seconds=10)

# After so long it is tried again while Xero does not answer, or no call may be made.
LATER = timedelta(minutes=1)

# A notice of a contact that we wrote ourselves arrives within this.
OWN_CONTACT = timedelta(minutes=2)


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    heard_at = fields.Datetime(
        readonly=True, copy=False, help="When events of Xero were looked at last."
    )

    def _run_batches(self):
        # EXTENDS: what somebody waits to see comes before what is sent
        self._aside(self._hear)
        return super()._run_batches()

    def _hear(self):
        """Fetch what events tell of, many in a call, each document once whatever it was told.
        Events of documents that are not ours, and of our own writing, cost no call.
        """
        events = self.env["xero.event"]._new_of(self)
        if not events:
            return
        if not self._may_pull_now():
            self._hear_again(self.env.cr.now() + LATER)
            return
        flood = self.env["xero.link"].search_count([
            ("tenant_id", "=", self.id), ("xero_id", "in", events.mapped("resource_id")),
        ], limit=const.IDS_PER_FILTER + 1) > const.IDS_PER_FILTER
        due = (self.heard_at or self.connected_at) + (FLOOD_PAUSE if flood else PAUSE)
        if due > self.env.cr.now():
            self._hear_again(due)
            return
        try:
            for resource, ids in events._by_resource().items():
                self._hear_of(resource, ids)
        except errors.XeroError as error:
            _logger.info("Xero tenant %s: events wait (%s)", self.id, error.code)
            self._hear_again(self.env.cr.now() + LATER)
            return
        events.state = "done"
        self.heard_at = self.env.cr.now()
        self._hear_again(self.heard_at + PAUSE)  # for what came while these were looked at
        self._commit_progress(0, 1)

    def _hear_again(self, moment):
        """Look for events at a moment, whether or not new ones arrive."""
        self._wake(at=moment)
        seconds = (moment - self.env.cr.now()).total_seconds()
        set_alarm(self.env.cr.dbname, f"events {self.id}", seconds)

    def _hear_of(self, resource, moments):
        """Look at what changed of one kind.

        :param dict moments: {GUID: naive UTC moment of the latest event}
        """
        if resource == "Payments":
            self.env["xero.poll"]._make_due(self, "Payments")
            return
        links = self.env["xero.link"].search_fetch([
            ("tenant_id", "=", self.id),
            ("resource", "=", resource),
            ("xero_id", "in", list(moments)),
        ], ["xero_id", "seen_at", "sent_at", "xero_updated_at"])
        if resource == "Contacts":
            own = links.filtered(
                lambda link: link.sent_at and link.sent_at > moments[link.xero_id] - OWN_CONTACT
            )
            # A merge is told of the contact that goes; whom Odoo has not can wait for the hour.
            if links - own:
                self.env["xero.poll"]._make_due(self, "Contacts")
            return
        changed = links.filtered(lambda link: link._may_have_changed(moments[link.xero_id]))
        if changed:
            self._look_at(resource, changed.mapped("xero_id"))


class XeroLink(models.Model):
    _inherit = "xero.link"

    def _may_have_changed(self, moment):
        """Whether something may have happened in Xero that is not known. Moments are whole seconds:
        in one that was looked at more may have happened since, but not in that of our own writing.

        :param moment: naive UTC, of an event
        """
        if not self.xero_updated_at or self.xero_updated_at != moment:
            return not self.xero_updated_at or self.xero_updated_at < moment
        return bool(self.seen_at and (not self.sent_at or self.seen_at > self.sent_at))
