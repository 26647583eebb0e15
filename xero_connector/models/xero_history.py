"""Finding what stands in Xero already: one search per tenant, and its report."""

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

from ..xero import history as matching
from .xero_history_document import RESULTS


class XeroHistory(models.Model):
    """The search for documents that stand on both sides; it may be repeated and writes nothing
    in Xero.

    The tenant's scheduled action carries it on, page by page: what is read is committed, and a
    search that was interrupted goes on where it stopped.
    """

    _name = "xero.history"
    _description = "Xero History"
    _inherit = "xero.fixed.mixin"
    _order = "tenant_id"

    # === FIELDS === #

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.subtract(fields.Date.context_today(self), months=24),
        help="Documents of this day and later are compared.",
    )

    # draft ──[Find Documents]──► reading ──[last page read]──► matching ──[all linked]──► done
    # done ──[Find Documents]──► reading
    state = fields.Selection(
        [
            ("draft", "Not Started"),
            ("reading", "Reading from Xero"),
            ("matching", "Comparing"),
            ("done", "Done"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
    )
    round = fields.Integer(readonly=True, help="How often the search was begun.")
    asked_by_id = fields.Many2one(
        "res.users", string="Asked By", readonly=True, ondelete="set null"
    )
    done_at = fields.Datetime("Found On", readonly=True)

    position = fields.Integer(readonly=True, help="Which resource is being read.")
    offset = fields.Integer(readonly=True, help="Rows of the resource that are read.")
    total = fields.Integer(readonly=True, help="Rows that the resource has, if Xero says so.")
    page_size = fields.Integer(readonly=True, default=matching.LARGEST_PAGE)
    unreadable = fields.Integer(
        "Unreadable", readonly=True, help="Documents in Xero that make no sense to Odoo."
    )
    failures = fields.Integer(readonly=True, help="Pages in a row that could not be read.")
    next_try_at = fields.Datetime("Not Before", readonly=True)
    notice = fields.Text(readonly=True, help="What stood in the way of the last page.")
    progress = fields.Text(compute="_compute_progress", compute_sudo=True)

    document_ids = fields.One2many("xero.history.document", "history_id", string="Documents")
    summary_ids = fields.One2many("xero.history.summary", "history_id", string="Found")
    linked_count = fields.Integer("Linked", compute="_compute_counts")
    differs_count = fields.Integer("Differ", compute="_compute_counts")
    ambiguous_count = fields.Integer("Several Fit", compute="_compute_counts")
    only_odoo_count = fields.Integer("Only in Odoo", compute="_compute_counts")
    only_xero_count = fields.Integer("Only in Xero", compute="_compute_counts")
    open_count = fields.Integer("To Look At", compute="_compute_counts")

    _tenant_uniq = models.Constraint(
        "UNIQUE(tenant_id)", "This tenant has a history already: open it and search again."
    )

    # === COMPUTES === #

    @api.depends("tenant_id")
    def _compute_display_name(self):
        for history in self:
            history.display_name = self.env._(
                "History of %(tenant)s", tenant=history.tenant_id.name
            )

    @api.depends("document_ids.result", "document_ids.ignored")
    def _compute_counts(self):
        counts = {
            (history.id, result): count
            for history, result, count in self.env["xero.history.document"]._read_group(
                [("history_id", "in", self.ids), ("ignored", "=", False)],
                ["history_id", "result"],
                ["__count"],
            )
        }
        for history in self:
            found = {result: counts.get((history.id, result), 0) for result, _label in RESULTS}
            for result, count in found.items():
                history[f"{result}_count"] = count
            history.open_count = sum(found.values()) - found["linked"]

    @api.depends("state", "position", "offset", "total", "notice", "tenant_id.state")
    def _compute_progress(self):
        for history in self:
            history.progress = history._progress_sentence()

    def _progress_sentence(self):
        """How far the search is, for the person who waits."""
        if self.state not in ("reading", "matching"):
            return False
        if self.tenant_id.state != "connected":
            return self.env._(
                "The search goes on by itself as soon as %(tenant)s is connected again.",
                tenant=self.tenant_id.name,
            )
        sentences = [self._position_sentence()]
        if self.notice:
            sentences.append(self.notice)
        if waits := self._waits_until():
            sentences.append(self.env._(
                "It goes on by itself at %(moment)s.", moment=format_datetime(self.env, waits)
            ))
        return " ".join(sentences)

    def _position_sentence(self):
        if self.state == "matching":
            return self.env._("Everything is read. The documents are being compared and linked.")
        resource = matching.RESOURCES[self.position]
        if not self.total:
            return {
                "Invoices": self.env._("Invoices and bills are being read from Xero."),
                "CreditNotes": self.env._("Credit notes are being read from Xero."),
                "PurchaseOrders": self.env._("Purchase orders are being read from Xero."),
            }[resource]
        return {
            "Invoices": self.env._(
                "Invoices and bills read from Xero: %(count)s of %(total)s.",
                count=self.offset, total=self.total,
            ),
            "CreditNotes": self.env._(
                "Credit notes read from Xero: %(count)s of %(total)s.",
                count=self.offset, total=self.total,
            ),
            "PurchaseOrders": self.env._(
                "Purchase orders read from Xero: %(count)s of %(total)s.",
                count=self.offset, total=self.total,
            ),
        }[resource]

    # === ACTIONS === #

    def action_find(self):
        """Begin the search, or begin it again; the tenant's scheduled action carries it out."""
        self.check_access("write")
        for history in self:
            history.tenant_id._check_ready()
            history.write({
                "state": "reading",
                "round": history.round + 1,
                "asked_by_id": self.env.user.id,
                "position": 0,
                "offset": 0,
                "total": 0,
                "page_size": matching.LARGEST_PAGE,
                "unreadable": 0,
                "failures": 0,
                "next_try_at": False,
                "notice": False,
            })
            history.tenant_id._wake()
        return True

    def action_open_documents(self):
        """What was found; the buttons say in their context which part of it."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "xero_connector.xero_history_document_action"
        )
        chosen = {
            name: value
            for name, value in self.env.context.items()
            if name.startswith("search_default_") or name == "xero_pairs"
        }
        return {**action, "domain": [("history_id", "in", self.ids)], "context": chosen}

    @api.model
    def _open_all(self):
        """The searches of the connected tenants; the form if there is only one."""
        tenants = self.env["xero.tenant"].search([("state", "=", "connected")])
        known = self.search([("tenant_id", "in", tenants.ids)])
        missing = tenants - known.tenant_id
        return (known | self.create([{"tenant_id": tenant.id} for tenant in missing]))._open()

    def _open(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("xero_connector.xero_history_action")
        if len(self) == 1:
            action.update(res_id=self.id, views=[(False, "form")], view_mode="form")
        return action


class XeroHistorySummary(models.Model):
    """How many documents of each kind are linked, and how many remain and why."""

    _name = "xero.history.summary"
    _description = "Xero History by Kind"
    _auto = False
    _order = "kind_order"
    _depends = {"xero.history.document": ["history_id", "kind", "result", "ignored"]}

    history_id = fields.Many2one("xero.history", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        selection=lambda self: self.env["xero.history.document"]._fields["kind"].selection,
        readonly=True,
    )
    kind_order = fields.Integer(readonly=True)
    linked = fields.Integer("Linked", readonly=True)
    differs = fields.Integer("Differ", readonly=True)
    ambiguous = fields.Integer("Several Fit", readonly=True)
    only_odoo = fields.Integer("Only in Odoo", readonly=True)
    only_xero = fields.Integer("Only in Xero", readonly=True)
    ignored = fields.Integer("Ignored", readonly=True)

    @property
    def _table_query(self):
        kinds = [kind for kind, _label in self.env["xero.history.document"]._fields[
            "kind"].selection]
        counts = [
            SQL(
                "COUNT(*) FILTER (WHERE result = %s AND NOT ignored) AS %s",
                result,
                SQL.identifier(result),
            )
            for result, _label in RESULTS
        ]
        return SQL(
            "SELECT MIN(id) AS id, history_id, company_id, kind,"
            " array_position(%s, kind) AS kind_order, %s,"
            " COUNT(*) FILTER (WHERE ignored) AS ignored"
            " FROM xero_history_document GROUP BY history_id, company_id, kind",
            kinds,
            SQL(", ").join(counts),
        )
