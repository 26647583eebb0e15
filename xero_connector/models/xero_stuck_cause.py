"""What documents wait for, grouped: one row, one way to mend it, one press to send them all."""

from odoo import fields, models
from odoo.tools import SQL

# Columns that count the links of a group, by the kind of the link.
COUNTS = {
    "Invoices": "invoices",
    "CreditNotes": "credit_notes",
    "PurchaseOrders": "orders",
    "Contacts": "contacts",
    "Items": "items",
}


class XeroStuckCause(models.Model):
    """Links that we refused to send, or Xero refused, for one reason. Nothing is stored.

    They belong together when they wait for the same record, whatever their sentences say; else when
    their sentences, or what is in the way of a change, are the same.
    """

    _name = "xero.stuck.cause"
    _description = "What Keeps Documents from Xero"
    _auto = False
    _order = "links desc, id"
    _rec_name = "sentence"
    _depends = {
        "xero.link": [
            "cause_id", "cause_model", "company_id", "message", "obstacle", "resource", "state",
            "tenant_id",
        ],
    }

    # === FIELDS === #

    tenant_id = fields.Many2one("xero.tenant", string="Xero Tenant", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    state = fields.Selection(
        selection=lambda self: self.env["xero.link"]._fields["state"].selection, readonly=True
    )
    cause_model = fields.Char("Model of the Cause", readonly=True)
    cause_id = fields.Many2oneReference("Cause", model_field="cause_model", readonly=True)
    obstacle = fields.Char(readonly=True)
    message = fields.Text("For Example", readonly=True)
    links = fields.Integer("Records", readonly=True)
    invoices = fields.Integer(readonly=True)
    credit_notes = fields.Integer(readonly=True)
    orders = fields.Integer(readonly=True)
    contacts = fields.Integer(readonly=True)
    items = fields.Integer(readonly=True)
    sentence = fields.Text("What Waits", compute="_compute_sentence", compute_sudo=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(id) AS id, tenant_id, company_id, state, cause_model, cause_id, obstacle,
                   (array_agg(message ORDER BY id))[1] AS message, count(*) AS links, %(counts)s
              FROM xero_link
             WHERE state IN ('blocked', 'rejected', 'attention')
          GROUP BY tenant_id, company_id, state, cause_model, cause_id, obstacle,
                   CASE WHEN cause_model IS NULL AND obstacle IS NULL THEN message END
            """,
            counts=SQL(", ").join(
                SQL(
                    "count(*) FILTER (WHERE resource = %s) AS %s",
                    resource, SQL.identifier(column),
                )
                for resource, column in COUNTS.items()
            ),
        )

    def _compute_sentence(self):
        for group in self:
            count = group._count_words()
            if cause := group._cause():
                group.sentence = self.env._(
                    "%(count)s wait for %(kind)s %(cause)s",
                    count=count,
                    kind=self.env["ir.model"]._get(cause._name).name,
                    cause=cause.display_name,
                )
            elif group.obstacle:
                reasons = dict(self.env["xero.link"]._fields["obstacle"]._description_selection(
                    self.env
                ))
                group.sentence = f"{count}: {reasons.get(group.obstacle, group.obstacle)}"
            elif group.state == "rejected":
                group.sentence = self.env._("%(count)s refused by Xero", count=count)
            else:
                group.sentence = self.env._("%(count)s to be looked at", count=count)

    def _count_words(self):
        """How many of what, such as "38 invoices and bills, 2 purchase orders"."""
        self.ensure_one()
        words = (
            (self.invoices, self.env._("1 invoice or bill"),
             self.env._("%(count)s invoices and bills", count=self.invoices)),
            (self.credit_notes, self.env._("1 credit note"),
             self.env._("%(count)s credit notes", count=self.credit_notes)),
            (self.orders, self.env._("1 purchase order"),
             self.env._("%(count)s purchase orders", count=self.orders)),
            (self.contacts, self.env._("1 customer or supplier"),
             self.env._("%(count)s customers and suppliers", count=self.contacts)),
            (self.items, self.env._("1 item"),
             self.env._("%(count)s items", count=self.items)),
        )
        return ", ".join(one if count == 1 else many for count, one, many in words if count)

    def _cause(self):
        """The record to mend; empty when there is none, or it is gone."""
        self.ensure_one()
        if not self.cause_model:
            return self.browse()
        return self.env[self.cause_model].browse(self.cause_id).exists()

    def _links(self):
        """The links of this group, as they are now."""
        self.ensure_one()
        domain = [
            ("tenant_id", "=", self.tenant_id.id),
            ("state", "=", self.state),
            ("cause_model", "=", self.cause_model),
            ("cause_id", "=", self.cause_id),
            ("obstacle", "=", self.obstacle),
        ]
        if not self.cause_model and not self.obstacle:
            domain.append(("message", "=", self.message))
        return self.env["xero.link"].search(domain)

    # === ACTIONS === #

    def action_fix(self):
        """Lead to the one thing that has to be mended; mending it sends them all."""
        self.ensure_one()
        if cause := self._cause():
            return self.tenant_id._open_cause(cause)
        return self.action_send_again()  # it was deleted meanwhile

    def action_send_again(self):
        """Send all of the group again, as the button on each of them does."""
        for group in self:
            group._links().action_push()
        return True

    def action_open_links(self):
        """Show what is in the group."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("xero_connector.xero_link_action")
        return {
            **action, "name": self.sentence, "domain": [("id", "in", self._links().ids)],
            "context": {},
        }


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    stuck_cause_ids = fields.One2many(
        "xero.stuck.cause", "tenant_id", string="Waiting for a Person", readonly=True
    )
