"""What goes with a document to Xero: its PDF, its files and notes in its history."""

from odoo import fields, models
from odoo.exceptions import AccessError

from ..xero import const, enclosures

# States in which Xero may hold the enclosure already, or soon.
ON_ITS_WAY = ("pending", "sending", "unknown", "sent")


class XeroEnclosure(models.Model):
    """One file or one note, once per document in Xero.

    A file is told by the hash of its content, a note by a mark in its text. A document that was
    unlinked and created anew in Xero is another one there and gets its files again.
    """

    _name = "xero.enclosure"
    _description = "File or Note in Xero"
    _order = "id desc"

    # === FIELDS === #

    link_id = fields.Many2one("xero.link", required=True, index=True, ondelete="cascade")
    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    record_name = fields.Char(related="link_id.record_name", string="Document")
    xero_id = fields.Char("Xero ID", required=True, help="Xero's GUID of the document; frozen.")
    kind = fields.Selection(
        [("pdf", "Invoice PDF"), ("file", "Attachment"), ("note", "Note")], required=True
    )
    name = fields.Text("File or Note", required=True, help="A file's name in Xero, a note's text.")
    attachment_id = fields.Many2one(
        "ir.attachment", index="btree_not_null", ondelete="set null", groups=fields.NO_ACCESS
    )
    content_type = fields.Char("Content Type")
    size = fields.Integer("Size (bytes)", aggregator="sum")
    mark = fields.Char(
        required=True, help="SHA-1 of a file's content; of a note what its text ends with."
    )
    link_attempt = fields.Integer(help="Which send of the document a note tells of.")

    # (found) pending ──[committed]──► sending ──[Xero's answer names it]──► sent
    # pending ──[too large, too many, empty]──► blocked ──[try again]──► pending
    # pending ──[its file, or the document in Xero, is gone]──► (gone)
    # sending ──[not executed: limit, permission, no connection]──► pending
    # sending ──[Xero refuses]──► refused ──[try again]──► pending
    # sending ──[no readable answer, worker died]──► unknown
    # unknown ──[a quarter of an hour later, looked up in Xero]──► sent | pending
    state = fields.Selection(
        [
            ("pending", "To Send"),
            ("sending", "Sending"),
            ("sent", "In Xero"),
            ("blocked", "Blocked"),
            ("refused", "Refused by Xero"),
            ("unknown", "Being Checked"),
        ],
        required=True,
        default="pending",
    )
    message = fields.Text(help="What happened and what to do next.")
    attempt = fields.Integer(default=0, help="Part of the idempotency key.")
    next_try_at = fields.Datetime("Not Before", help="Waits until then; empty means now.")
    sent_at = fields.Datetime("Sent On")
    adopted = fields.Boolean(
        help="Found in Xero after an answer was lost, instead of confirmed by the answer."
    )

    _mark_uniq = models.Constraint(
        "UNIQUE(tenant_id, xero_id, mark)", "This goes to the document in Xero once."
    )
    _note_uniq = models.UniqueIndex(
        "(link_id, link_attempt) WHERE kind = 'note'", "One note for each send."
    )
    _open_idx = models.Index(
        "(tenant_id, state, next_try_at) WHERE state IN ('pending', 'sending', 'unknown')"
    )

    # === WHAT MAY GO === #

    def _obstacle(self):
        """Why a file cannot go to Xero; False when nothing is in its way."""
        self.ensure_one()
        if self.kind == "note":
            return False
        if not self.size:
            return self.env._(
                "%(file)s is empty, and Xero takes no empty files. Attach it again.",
                file=self.name,
            )
        if self.size > const.FILE_BYTES:
            return self.env._(
                "%(file)s has %(size)s MB, and Xero takes files of up to %(limit)s MB. Attach a "
                "smaller one in Odoo, or this one in Xero by hand.",
                file=self.name,
                size=f"{self.size / 1_000_000:.1f}",
                limit=const.FILE_BYTES // 1_000_000,
            )
        others = self.search_count([
            ("tenant_id", "=", self.tenant_id.id),
            ("xero_id", "=", self.xero_id),
            ("kind", "!=", "note"),
            ("state", "in", ON_ITS_WAY),
            ("id", "<", self.id),
        ])
        if others >= const.FILES_PER_DOCUMENT:
            return self.env._(
                "%(file)s stays in Odoo: Xero takes %(limit)s files for each document.",
                file=self.name,
                limit=const.FILES_PER_DOCUMENT,
            )
        return False

    def _content(self):
        """The bytes of a file as it was found; None when they are not had any more."""
        attachment = self.attachment_id.sudo().exists()
        raw = attachment.raw if attachment else None
        return raw if raw and attachment._compute_checksum(raw) == self.mark else None

    def _is_lost(self):
        """Whether Odoo still lists a file as it was found, and has not got its bytes any more."""
        if self.kind == "note" or self._content() is not None:
            return False
        attachment = self.attachment_id.sudo().exists()
        return bool(attachment) and attachment.checksum == self.mark

    def _lost_sentence(self):
        return self.env._(
            "%(file)s is listed in Odoo, but its content is missing on the server's disk. Attach "
            "it again, or ask your administrator to restore it and press Try Again.",
            file=self.name,
        )

    def _path(self):
        """Where it is put in Xero."""
        resource = self.link_id.resource
        if self.kind == "note":
            return enclosures.notes_path(resource, self.xero_id)
        return enclosures.file_path(resource, self.xero_id, self.name)

    def _is_held(self, body):
        """Whether an answer of Xero, to a read or to the write, names it.

        :raises errors.Unreadable: if the answer cannot be read
        """
        if self.kind == "note":
            return enclosures.holds_note(body, self.mark)
        return enclosures.holds_file(body, self.name, self.size)

    # === ACTIONS === #

    def action_try_again(self):
        """Send again what was blocked or refused."""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only who may send invoices may do this."))
        self.check_access("read")
        again = self.sudo().filtered(lambda one: one.state in ("blocked", "refused"))
        again.write({"state": "pending", "message": False, "next_try_at": False})
        again.tenant_id._wake()
        return True

    def action_open_record(self):
        """Open the document that it goes with."""
        self.ensure_one()
        return self.link_id.action_open_record()
