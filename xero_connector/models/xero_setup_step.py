"""What a person does, step by step, until documents of a tenant can go to Xero."""

from odoo import api, fields, models
from odoo.tools import SQL

# The steps in the order they are done. A step is shown once the tenant has `_step_<key>`, which
# returns (state, text), and `_open_<key>`, which returns the action that leads to where it is done.
STEPS = (
    "settings", "taxes", "accounts", "contacts", "items", "tracking", "history", "sending",
)

# Ids are made from tenant and position, with room for steps to come.
ROOM = 100


class XeroSetupStep(models.Model):
    """One step of one tenant. Nothing is stored: where a step stands is looked up when shown."""

    _name = "xero.setup.step"
    _description = "Xero Setup Step"
    _auto = False
    _order = "id"
    _rec_name = "key"

    # === FIELDS === #

    tenant_id = fields.Many2one("xero.tenant", string="Xero Tenant", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    key = fields.Selection(
        [
            ("settings", "Settings in Xero"),
            ("taxes", "Taxes"),
            ("accounts", "Accounts"),
            ("contacts", "Customers and Suppliers"),
            ("items", "Items"),
            ("tracking", "Tracking"),
            ("history", "What Stands in Xero Already"),
            ("sending", "What to Send Since When"),
        ],
        string="Step",
        readonly=True,
    )

    # todo ──[done by the person]──► done ──[something new came up]──► todo
    # optional: documents can be sent without it
    state = fields.Selection(
        [("todo", "To Do"), ("done", "Done"), ("optional", "Optional")],
        compute="_compute_progress",
        compute_sudo=True,
    )
    text = fields.Text("Where It Stands", compute="_compute_progress", compute_sudo=True)

    @property
    def _table_query(self):
        tenants = self.env["xero.tenant"]
        positions = [
            position for position, key in enumerate(STEPS)
            if hasattr(tenants, f"_step_{key}") and hasattr(tenants, f"_open_{key}")
        ]
        return SQL(
            """
            SELECT t.id * %(room)s + s.position AS id, t.id AS tenant_id, t.company_id,
                   (%(keys)s::varchar[])[s.position + 1] AS key
              FROM xero_tenant t
        CROSS JOIN unnest(%(positions)s::int[]) AS s(position)
            """,
            room=ROOM,
            keys=list(STEPS),
            positions=positions,
        )

    @api.depends("tenant_id", "key")
    def _compute_progress(self):
        for step in self:
            step.state, step.text = getattr(step.tenant_id, f"_step_{step.key}")()

    # === ACTIONS === #

    def action_open(self):
        """Lead to where the step is done."""
        self.ensure_one()
        return getattr(self.tenant_id, f"_open_{self.key}")()
