"""How far a document is in Xero, in words, with what is paid of it there."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .xero_sync_mixin import READERS

# Xero's statuses that say by themselves how far a document is. AUTHORISED does not: of an order it
# says approved, of an invoice that it is to be paid, wholly or in part.
OF_STATUS = {
    "DRAFT": "draft",
    "SUBMITTED": "submitted",
    "PAID": "paid",
    "BILLED": "billed",
    "VOIDED": "voided",
    "DELETED": "deleted",
}

STAGES = [
    ("draft", "Draft"),
    ("submitted", "Awaiting Approval"),
    ("approved", "Approved"),
    ("awaiting", "Awaiting Payment"),
    ("part_paid", "Part-Paid"),
    ("paid", "Paid"),
    ("billed", "Billed"),
    ("voided", "Voided"),
    ("deleted", "Deleted"),
    ("other", "Other"),
]

# Fields of documents that only show what stands in a column of their link.
SHOWN = {
    "xero_paid": "xero_paid",
    "xero_credited": "xero_credited",
    "xero_due": "xero_due",
    "xero_seen_at": "seen_at",
}


def stage_sql(links, alias):
    """How far the document of a link is, as `xero.link._stage` says it.

    :param links: the model `xero.link`
    :param str alias: its table in the query
    """
    values = {
        name: SQL.identifier(alias, name, to_flush=links._fields[name])
        for name in ("xero_status", "xero_due", "xero_total", "resource")
    }
    known = SQL(" ").join(
        SQL("WHEN %s = %s THEN %s", values["xero_status"], status, stage)
        for status, stage in OF_STATUS.items()
    )
    return SQL(
        "(CASE WHEN %(resource)s IN ('Contacts', 'Items') THEN NULL %(known)s"
        " WHEN %(xero_status)s = 'AUTHORISED' THEN CASE"
        "   WHEN %(resource)s = 'PurchaseOrders' THEN 'approved'"
        "   WHEN %(xero_due)s > 0 AND %(xero_due)s < %(xero_total)s THEN 'part_paid'"
        "   ELSE 'awaiting' END"
        " WHEN %(xero_status)s != '' THEN 'other' END)",
        known=known,
        **values,
    )


class XeroLink(models.Model):
    _inherit = "xero.link"

    xero_stage = fields.Selection(
        STAGES, string="Stage in Xero", compute="_compute_xero_stage", search="_search_xero_stage"
    )

    @api.depends("xero_status", "xero_due", "xero_total", "resource", "res_model")
    def _compute_xero_stage(self):
        for link in self:
            link.xero_stage = link._stage()

    def _stage(self):
        """How far the document is: key of `STAGES`; False for what is no document, and for what
        does not stand in Xero."""
        self.ensure_one()
        if not self.xero_status or self.resource in ("Contacts", "Items"):
            return False
        if self.xero_status != "AUTHORISED":
            return OF_STATUS.get(self.xero_status, "other")
        if self.resource == "PurchaseOrders":
            return "approved"
        return "part_paid" if 0 < self.xero_due < self.xero_total else "awaiting"

    def _search_xero_stage(self, operator, value):
        if operator != "in":
            return NotImplemented
        stages = [stage for stage in value if stage]
        found = Domain.custom(
            to_sql=lambda links, alias, _query: SQL(
                "%s = ANY(%s)", stage_sql(links, alias), stages
            )
        )
        return found if len(stages) == len(value) else found | Domain.custom(
            to_sql=lambda links, alias, _query: SQL("%s IS NULL", stage_sql(links, alias))
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        # EXTENDS 'base': count by stage
        if field_expr == "xero_stage":
            return stage_sql(self, alias)
        return super()._field_to_sql(alias, field_expr, query)


class XeroDocumentMixin(models.AbstractModel):
    _inherit = "xero.document.mixin"

    xero_stage = fields.Selection(
        STAGES,
        string="Stage in Xero",
        compute="_compute_xero_stage",
        compute_sudo=True,
        search="_search_xero_stage",
        groups=READERS,
        help="How far the document is in Xero, as it was seen last.",
    )
    xero_currency_id = fields.Many2one(
        "res.currency", compute="_compute_xero_stage", compute_sudo=True, groups=READERS
    )
    xero_paid = fields.Monetary(
        "Paid in Xero", compute="_compute_xero_stage", compute_sudo=True, groups=READERS,
        currency_field="xero_currency_id",
    )
    xero_credited = fields.Monetary(
        "Credited in Xero", compute="_compute_xero_stage", compute_sudo=True, groups=READERS,
        currency_field="xero_currency_id",
    )
    xero_due = fields.Monetary(
        "Due in Xero", compute="_compute_xero_stage", compute_sudo=True, groups=READERS,
        currency_field="xero_currency_id",
        help="What is left to pay in Xero; of a credit note, what is left to allocate.",
    )
    xero_number = fields.Char(
        "Number in Xero", compute="_compute_xero_stage", compute_sudo=True, groups=READERS
    )
    xero_seen_at = fields.Datetime(
        "Seen in Xero", compute="_compute_xero_stage", compute_sudo=True, groups=READERS,
        help="When the last change in Xero was seen.",
    )

    @api.depends(
        "xero_link_ids.state", "xero_link_ids.xero_status", "xero_link_ids.xero_paid",
        "xero_link_ids.xero_credited", "xero_link_ids.xero_due", "xero_link_ids.xero_total",
        "xero_link_ids.xero_number", "xero_link_ids.seen_at",
    )
    def _compute_xero_stage(self):
        for record, link in self._xero_most_urgent():
            record.xero_stage = bool(link) and link._stage()
            record.xero_number = link.xero_number
            record.xero_currency_id = link.currency_id
            for name, column in SHOWN.items():
                record[name] = link[column]
            if record.xero_stage in ("voided", "deleted"):
                record.xero_due = 0

    def _search_xero_stage(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._xero_search("xero_stage", value)

    def _xero_link_sql(self, name):
        # EXTENDS: group by how far the document is
        if name == "xero_stage":
            return stage_sql(self.env["xero.link"], "l")
        return super()._xero_link_sql(name)
