"""Files and notes: which of them a tenant's documents lack in Xero, and when it is their turn."""

import uuid
from datetime import timedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..xero import budget as pacing
from ..xero import enclosures
from ..xero.held import GONE

DOCUMENTS = ("Invoices", "CreditNotes", "PurchaseOrders")

# Kinds of documents that have no field for the address in Odoo.
WITHOUT_URL = ("CreditNotes", "PurchaseOrders")

# Files that are attached later than this after the last send of their document stay in Odoo.
LOOK_BACK = timedelta(days=90)

# How many are found at a time.
FIND = 500


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === THE END OF A RUN === #

    def _send_enclosures(self, seconds_left):
        """Send files and notes as long as nothing more important waits.

        :param float seconds_left: of the scheduler's time
        :return: the seconds that it still gives
        """
        if not self._encloses() or seconds_left <= 0:
            return seconds_left
        self._recover_enclosures()
        self._find_notes()
        self._find_files()
        seconds_left = self._commit_progress(0, 1)
        while seconds_left > 0 and self.state == "connected":
            enclosure = self._next_enclosure()
            if not enclosure:
                break
            if enclosure.state == "unknown":
                enclosure._look_up()
            elif enclosure._claim():
                self._commit_progress(0, 1)  # the intent is on disk
                enclosure._transmit()
            seconds_left = self._commit_progress(1, 1)
        return seconds_left

    def _encloses(self):
        """Whether the tenant sends any files or notes at all."""
        return self.send_pdf or self.send_attachments or self.history_note != "none"

    def _count_runnable(self):
        # EXTENDS: a run that ends for lack of time goes on while files or notes may go
        count = super()._count_runnable()
        return count or int(self._encloses() and bool(self._next_enclosure()))

    def _next_enclosure(self):
        """The next file or note that may go now, locked; empty when it is not their turn."""
        found = self.env["xero.enclosure"]
        if self.state != "connected" or not self._may_spare_a_call():
            return found
        if self.env["xero.link"].search_count(self._runnable_domain(), limit=1):
            return found
        now = self.env.cr.now()
        pending = Domain("state", "=", "pending") & Domain("link_id.state", "=", "sent")
        pending &= Domain("kind", "in", self._enclosed_kinds())
        # Doubt is settled whatever is chosen by now.
        unknown = Domain("state", "=", "unknown")
        if self.permission_missing:
            unknown &= Domain("kind", "=", "note")
        due = Domain("next_try_at", "=", False) | Domain("next_try_at", "<=", now)
        domain = Domain("tenant_id", "=", self.id) & (pending | unknown) & due
        return found.search(domain, order="id", limit=1).try_lock_for_update()

    def _enclosed_kinds(self):
        """Which kinds may go now."""
        kinds = ["note"] if self.history_note != "none" else []
        if not self.permission_missing:
            kinds += ["pdf"] if self.send_pdf else []
            kinds += ["file"] if self.send_attachments else []
        return kinds

    def _may_spare_a_call(self):
        """Whether Xero leaves calls enough for what can wait."""
        if not self._may_call_now():
            return False
        budget = self.sudo().budget_id
        return not budget or pacing.may_spare(
            budget._value(), self.env.cr.now(), self.day_reserve
        )

    def _recover_enclosures(self):
        """Whoever was sending these is gone: what Xero did is unknown."""
        left = self.env["xero.enclosure"].search(
            [("tenant_id", "=", self.id), ("state", "=", "sending")]
        )
        left.try_lock_for_update()._doubt()

    # === FINDING === #

    def _standing_condition(self, since):
        """Links of documents that stand in Xero and went there since a moment.

        :rtype: SQL
        """
        return SQL(
            """link.tenant_id = %(tenant)s AND link.state = 'sent' AND link.xero_id IS NOT NULL
               AND link.resource IN %(resources)s
               AND COALESCE(link.xero_status, '') NOT IN %(gone)s
               AND link.sent_at >= GREATEST(%(since)s, %(oldest)s)""",
            tenant=self.id,
            resources=DOCUMENTS,
            gone=tuple(GONE),
            since=since,
            oldest=self.env.cr.now() - LOOK_BACK,
        )

    def _find_files(self):
        """Note the files of documents that stand in Xero and have none of them there yet."""
        wanted = [
            (SQL("attachment.res_field = 'invoice_pdf_report_file'"), "pdf", self.pdf_since),
            (
                # The PDF is an option of its own, other fields hold electronic invoices.
                SQL(
                    """attachment.res_field IS NULL
                       AND COALESCE(attachment.mimetype, '') NOT IN %(xml)s
                       AND NOT EXISTS (
                           SELECT FROM ir_attachment pdf
                            WHERE pdf.res_model = attachment.res_model
                              AND pdf.res_id = attachment.res_id
                              AND pdf.res_field = 'invoice_pdf_report_file'
                              AND pdf.checksum = attachment.checksum
                       )""",
                    xml=("application/xml", "text/xml"),
                ),
                "file",
                self.attachments_since,
            ),
        ]
        for condition, kind, since in wanted:
            if since and kind in self._enclosed_kinds():
                self._note_files(kind, self._missing_files(condition, since))

    def _missing_files(self, condition, since):
        """Attachments that no enclosure stands for, as {(Xero's GUID, hash): (link, attachment)}.

        :param SQL condition: which attachments
        """
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """SELECT link.xero_id, attachment.checksum, link.id, attachment.id
                 FROM xero_link link
                 JOIN ir_attachment attachment
                   ON attachment.res_model = link.res_model AND attachment.res_id = link.res_id
                WHERE %(standing)s AND %(condition)s
                  AND attachment.type = 'binary' AND attachment.checksum IS NOT NULL
                  AND NOT EXISTS (
                      SELECT FROM xero_enclosure enclosure
                       WHERE enclosure.tenant_id = link.tenant_id
                         AND enclosure.xero_id = link.xero_id
                         AND enclosure.mark = attachment.checksum
                  )
             ORDER BY attachment.id LIMIT %(limit)s""",
            standing=self._standing_condition(since),
            condition=condition,
            limit=FIND,
        ))
        found = {}
        for xero_id, checksum, link_id, attachment_id in rows:
            found.setdefault((xero_id, checksum), (link_id, attachment_id))
        return found

    def _note_files(self, kind, found):
        attachments = self.env["ir.attachment"].sudo()
        self.env["xero.enclosure"].create([
            {
                "tenant_id": self.id,
                "link_id": link_id,
                "xero_id": xero_id,
                "kind": kind,
                "attachment_id": attachment.id,
                "name": enclosures.file_name(attachment.name, attachment.mimetype, checksum),
                "content_type": enclosures.content_type(attachment.mimetype),
                "size": attachment.file_size,
                "mark": checksum,
            }
            for (xero_id, checksum), (link_id, attachment_id) in found.items()
            for attachment in attachments.browse(attachment_id)
        ])

    def _find_notes(self):
        """Write a note for each send that has none."""
        if self.history_note == "none":
            return
        resources = DOCUMENTS if self.history_note == "send" else WITHOUT_URL
        self.env.flush_all()
        # The link to Odoo is told once, a send each time.
        again = SQL("AND note.link_attempt = link.attempt")
        rows = self.env.execute_query(SQL(
            """SELECT link.id FROM xero_link link
                WHERE %(standing)s AND link.resource IN %(resources)s
                  AND NOT EXISTS (
                      SELECT FROM xero_enclosure note
                       WHERE note.link_id = link.id AND note.kind = 'note'
                         AND note.xero_id = link.xero_id %(again)s
                  )
             ORDER BY link.id LIMIT %(limit)s""",
            standing=self._standing_condition(self.notes_since),
            resources=resources,
            again=again if self.history_note == "send" else SQL(),
            limit=FIND,
        ))
        language = self.company_id.partner_id.lang
        links = self.env["xero.link"].with_context(lang=language).browse(
            link_id for (link_id,) in rows
        )
        self.env["xero.enclosure"].create([
            {
                "tenant_id": self.id,
                "link_id": link.id,
                "xero_id": link.xero_id,
                "kind": "note",
                "name": links.env._("Sent from Odoo: %(document)s", document=link.record_name),
                "mark": uuid.uuid4().hex[:12],
                "link_attempt": link.attempt,
            }
            for link in links
        ])
