"""A tenant's tables of analytic plans and accounts: completed, proposed, opened."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..xero import codec
from .xero_tracking_mapping import MOST_PLANS

# Names are compared whole: longer than any that Xero takes.
ROOM = 1000


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    tracking_mapping_ids = fields.One2many("xero.tracking.mapping", "tenant_id", string="Plans")
    option_mapping_ids = fields.One2many(
        "xero.option.mapping", "tenant_id", string="Analytic Accounts"
    )
    tracking_splits = fields.Selection(
        [("split", "Split the Line"), ("block", "Ask a Person")],
        string="Spread Lines",
        required=True,
        default="split",
        help="Xero holds one option per tracking category on a line. A line that is distributed "
             "over several analytic accounts of a plan, or only in part, is split into lines that "
             "add up to it exactly, or waits until a person changes it.",
    )
    create_tracking_options = fields.Boolean(
        "Create Missing Options in Xero",
        copy=False,
        help="An analytic account that has no option in Xero is created there before the document "
             "that needs it. Without it such documents wait until you choose an option.",
    )

    def write(self, vals):
        # EXTENDS: what waits for these choices goes on
        written = super().write(vals)
        if "tracking_splits" in vals:
            self.env["xero.link"].sudo()._release_blocked(self, self)
        if vals.get("create_tracking_options"):
            self._wake()
        return written

    # === SETUP STEP === #

    def _step_tracking(self):
        """(state, text) of tracking, which nothing needs; see `xero.setup.step`."""
        mapped = self.tracking_mapping_ids.filtered("category_id")
        if not mapped:
            return "optional", self.env._(
                "No analytic plan goes to Xero. Choose a tracking category for the plans that "
                "shall."
            )
        rows = self.option_mapping_ids
        lacking = rows.filtered(lambda row: row.state == "unmapped" and row.usage)
        names = {
            "plans": ", ".join(mapped.mapped("plan_id.name")),
            "lacking": len(lacking),
            "mapped": len(rows.filtered("option_id")),
            "all": len(rows),
        }
        if archived := mapped.filtered("archived"):
            return "todo", self.env._(
                "The category %(category)s was archived in Xero. Restore it there or choose "
                "another.",
                category=archived[0].category_id.name,
            )
        if lacking and not self.create_tracking_options:
            return "todo", self.env._(
                "%(plans)s: %(mapped)s of %(all)s analytic accounts have an option in Xero. "
                "%(lacking)s of the others are used by your documents: choose theirs.",
                **names,
            )
        return "done", self.env._(
            "%(plans)s: %(mapped)s of %(all)s analytic accounts have an option in Xero.", **names
        )

    def _open_tracking(self):
        return self.action_open_tracking_mappings()

    def action_open_tracking_mappings(self):
        """The list of plans; it leads to the analytic accounts."""
        self.ensure_one()
        self._complete_tracking_mappings()
        action = self._mapping_action("xero_connector.xero_tracking_mapping_action")
        return {**action, "context": {"default_tenant_id": self.id}}

    def action_open_option_mappings(self):
        """The list of analytic accounts, with those that came up since the last time."""
        self.ensure_one()
        self._complete_option_mappings()
        return self._mapping_action("xero_connector.xero_option_mapping_action")

    # === PROPOSING === #

    def action_propose_mappings(self):
        # EXTENDS: plans and analytic accounts too
        result = super().action_propose_mappings()
        for tenant in self:
            tenant._complete_tracking_mappings()
        return result

    def _ensure_mapping_of(self, record):
        # EXTENDS: plans and analytic accounts too
        if record._name == "account.analytic.plan":
            return self.sudo()._complete_tracking_mappings()
        if record._name == "account.analytic.account":
            return self.sudo()._complete_options(record.sudo())
        return super()._ensure_mapping_of(record)

    def _complete_tracking_mappings(self):
        """List the plans; one is proposed where exactly one has the name of a category."""
        self.ensure_one()
        plans = self.env["account.analytic.plan"].sudo().search([("parent_id", "=", False)])
        taken = self.tracking_mapping_ids.category_id
        categories = self.env["xero.tracking.category"].search([
            ("tenant_id", "=", self.id), ("id", "not in", taken.ids),
        ])
        by_name = {_folded(category.name): category.id for category in categories}
        names = [_folded(plan.name) for plan in plans]
        room = MOST_PLANS - len(taken)
        found = {
            plan.id: by_name[name]
            for plan, name in zip(plans, names, strict=True)
            if name in by_name and names.count(name) == 1
        }
        mapped = self.tracking_mapping_ids.filtered("category_id").plan_id.ids
        found = dict([pair for pair in found.items() if pair[0] not in mapped][:room])
        self._complete(
            self.tracking_mapping_ids, plans, self._plan_usage(plans), "category_id",
            lambda plan: found.get(plan.id),
        )
        self.invalidate_recordset(["tracking_mapping_ids"])
        self._complete_option_mappings()

    def _complete_option_mappings(self):
        """List the analytic accounts of the plans that go to Xero."""
        self.ensure_one()
        plans = self.tracking_mapping_ids.filtered("category_id").plan_id
        self._complete_options(self.env["account.analytic.account"].sudo().search(
            Domain("root_plan_id", "in", plans.ids)
            & Domain("company_id", "in", [False, *self.company_id.ids])
        ))

    def _complete_options(self, accounts):
        usage = self._analytic_usage()
        options = self.env["xero.tracking.option"].search([("tenant_id", "=", self.id)])
        by_name = {(row.category_id, _folded(row.name)): row.id for row in options}
        categories = {row.plan_id: row.category_id for row in self.tracking_mapping_ids}

        def propose(account):
            category = categories.get(account.root_plan_id)
            texts = [account.name, account.code, f"{account.code} {account.name}"]
            found = [by_name.get((category, _folded(text))) for text in texts if text]
            return next((option for option in found if option), None)

        self._complete(self.option_mapping_ids, accounts, usage, "option_id", propose)
        self.invalidate_recordset(["option_mapping_ids"])

    # === USES === #

    def _plan_usage(self, plans):
        """Lines per plan of documents of the last 12 months that are sent."""
        usage = self._analytic_usage()
        accounts = self.env["account.analytic.account"].sudo().browse(usage).exists()
        counts = dict.fromkeys(plans.ids, 0)
        for account in accounts:
            counts[account.root_plan_id.id] = (
                counts.get(account.root_plan_id.id, 0) + usage[account.id]
            )
        return counts

    def _analytic_usage(self):
        """Lines per analytic account of documents of the last 12 months that are sent."""
        day = fields.Date.subtract(fields.Date.context_today(self), years=1)
        return self._analytic_counts(self._wanted_domains(day))

    def _analytic_counts(self, domains):
        """How many lines name each analytic account; one statement per kind of document.

        :param dict domains: Domain of documents by model
        :return: dict of analytic account id → number of lines
        """
        counts = {}
        lines = {
            "account.move": ("account.move.line", "move_id"),
            "purchase.order": ("purchase.order.line", "order_id"),
        }
        for model, domain in domains.items():
            line_model, document = lines[model]
            self.env[line_model].flush_model(["analytic_distribution", document])
            for account, count in self.env.execute_query(SQL(
                """
                SELECT account::int, count(DISTINCT l.id)
                  FROM %(table)s l,
                       jsonb_object_keys(CASE jsonb_typeof(l.analytic_distribution)
                           WHEN 'object' THEN l.analytic_distribution ELSE '{}' END) AS key,
                       regexp_split_to_table(key, ',') AS account
                 WHERE %(document)s IN %(documents)s AND account ~ '^[0-9]{1,9}$'
              GROUP BY 1
                """,
                table=SQL.identifier(self.env[line_model]._table),
                document=SQL.identifier("l", document),
                documents=self.env[model]._search(domain).subselect(),
            )):
                counts[account] = counts.get(account, 0) + count
        return counts


def _folded(text):
    """A name as Xero compares names: without regard to case."""
    return (codec.clean_text(text, ROOM) or "").casefold()
