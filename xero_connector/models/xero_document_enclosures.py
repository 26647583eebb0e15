"""What went with a document to Xero, as its form shows it."""

from odoo import api, fields, models


class XeroDocumentMixin(models.AbstractModel):
    _inherit = "xero.document.mixin"

    xero_enclosure_ids = fields.Many2many(
        "xero.enclosure",
        string="Files and Notes in Xero",
        compute="_compute_xero_enclosure_ids",
        groups="account.group_account_readonly,account.group_account_invoice",
    )

    @api.depends("xero_link_ids")
    def _compute_xero_enclosure_ids(self):
        enclosures = self.env["xero.enclosure"].search([("link_id", "in", self.xero_link_ids.ids)])
        by_record = enclosures.grouped(lambda one: one.link_id.res_id)
        for record in self:
            record.xero_enclosure_ids = by_record.get(record.id, enclosures.browse())
