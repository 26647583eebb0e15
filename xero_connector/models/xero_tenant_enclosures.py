"""Which files and notes go with a tenant's documents, and the permission that files need."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ..xero import const


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    # Each costs one of the day's calls, for what 50 documents cost together: off at first.
    send_pdf = fields.Boolean(
        "Invoice PDF",
        help="The PDF that Send & Print made of an invoice or credit note goes to Xero, once it "
        "exists. None is made for this.",
    )
    send_attachments = fields.Boolean(
        "Attachments",
        help="The files attached to a document go to Xero with it, among them the scans of vendor "
        "bills. XML files of electronic invoices stay in Odoo.",
    )
    history_note = fields.Selection(
        [
            ("none", "None"),
            ("link", "Link to Odoo, on credit notes and orders"),
            ("send", "With every send"),
        ],
        "Note in Xero's History",
        required=True,
        default="none",
        help="A note names the document and its address in Odoo. Invoices and bills have a field "
        "for that address in Xero; credit notes and orders have none.",
    )
    day_reserve = fields.Integer(
        "Calls Kept for Documents",
        default=200,
        help="Files and notes wait while Xero leaves fewer calls than this for the day.",
    )
    pdf_since = fields.Datetime(compute="_compute_pdf_since", store=True)
    attachments_since = fields.Datetime(compute="_compute_attachments_since", store=True)
    notes_since = fields.Datetime(compute="_compute_notes_since", store=True)

    permission_missing = fields.Boolean(
        compute="_compute_permission_missing", compute_sudo=True
    )
    enclosure_text = fields.Char(
        "Files and Notes", compute="_compute_enclosure_text", compute_sudo=True
    )

    _day_reserve_positive = models.Constraint(
        "CHECK(day_reserve >= 0)", "The calls kept for documents cannot be less than none."
    )

    # === COMPUTES === #

    @api.depends("send_pdf")
    def _compute_pdf_since(self):
        for tenant in self:
            tenant.pdf_since = tenant.send_pdf and (tenant.pdf_since or self.env.cr.now())

    @api.depends("send_attachments")
    def _compute_attachments_since(self):
        for tenant in self:
            tenant.attachments_since = tenant.send_attachments and (
                tenant.attachments_since or self.env.cr.now()
            )

    @api.depends("history_note")
    def _compute_notes_since(self):
        for tenant in self:
            tenant.notes_since = tenant.history_note != "none" and (
                tenant.notes_since or self.env.cr.now()
            )

    @api.depends("send_pdf", "send_attachments", "state", "granted_scopes")
    def _compute_permission_missing(self):
        for tenant in self:
            tenant.permission_missing = (
                tenant.state == "connected"
                and (tenant.send_pdf or tenant.send_attachments)
                and const.ATTACHMENTS_SCOPE not in (tenant.granted_scopes or "").split()
            )

    def _compute_enclosure_text(self):
        """How many there are in which state, in one line."""
        labels = dict(self.env["xero.enclosure"]._fields["state"]._description_selection(self.env))
        rows = self.env["xero.enclosure"]._read_group(
            [("tenant_id", "in", self.ids)], ["tenant_id", "state"], ["__count"]
        )
        for tenant in self:
            tenant.enclosure_text = ", ".join(
                f"{labels[state]}: {count}" for owner, state, count in rows if owner == tenant
            )

    # === PERMISSION === #

    def _wanted_scopes(self):
        """What a consent asks for. One consent may serve several tenants of an app, and a later
        one must not take away what another tenant needs.

        :return: Xero's names
        :rtype: tuple
        """
        self.ensure_one()
        wants_files = self.sudo().search_count(
            [("app_id", "=", self.app_id.id), "|", ("send_pdf", "=", True),
             ("send_attachments", "=", True)],
            limit=1,
        )
        return const.BASE_SCOPES + ((const.ATTACHMENTS_SCOPE,) if wants_files else ())

    def _note_permission_missing(self, scope):
        """Xero said that this may not be sent: the form asks for it, all else goes on.

        :param str scope: Xero's name of the permission
        """
        with self.pool.cursor() as cr:
            cr.execute(SQL("SET LOCAL lock_timeout = '5s'"))
            tenant = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            granted = set((tenant.granted_scopes or "").split()) - {scope}
            tenant.granted_scopes = " ".join(sorted(granted))
            tenant.flush_recordset()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(flush=False)

    @api.depends("permission_missing")
    def _compute_banner(self):
        return super()._compute_banner()

    def _next_step(self):
        # EXTENDS: files wait for a permission
        if self.permission_missing and not self.notice:
            return "warning", self.env._(
                "Permissions missing: Connect Now again, and allow Xero's file permission too. "
                "Until then documents go on without their files."
            )
        return super()._next_step()

    # === ACTIONS === #

    def action_open_enclosures(self):
        """The files and notes of this tenant."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "xero_connector.xero_enclosure_action"
        )
        action["domain"] = [("tenant_id", "in", self.ids)]
        return action
