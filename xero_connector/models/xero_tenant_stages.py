"""How many documents of a tenant stand in Xero in which state; each count opens its list."""

from odoo import api, fields, models

from .xero_stage import STAGES

# The models of documents with the lists that show where they stand in Xero.
LISTS = {
    "account.move": "account.view_invoice_tree",
    "purchase.order": "purchase.purchase_order_view_tree",
}


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    stages = fields.Json(
        compute="_compute_stages",
        compute_sudo=True,
        help="What the form shows: [{model, label, stages: [{stage, label, count}]}].",
    )

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_stages(self):
        counted = {}
        for tenant, model, stage, count in self.env["xero.link"]._read_group(
            [
                ("tenant_id", "in", self.ids),
                ("res_model", "in", list(LISTS)),
                ("xero_stage", "!=", False),
            ],
            ["tenant_id", "res_model", "xero_stage"],
            ["__count"],
        ):
            counted.setdefault((tenant.id, model), {})[stage] = count
        words = {
            "account.move": self.env._("Invoices, bills, credit notes"),
            "purchase.order": self.env._("Purchase orders"),
        }
        names = dict(self.env["xero.link"]._fields["xero_stage"]._description_selection(self.env))
        for tenant in self:
            tenant.stages = [
                {
                    "model": model,
                    "label": words[model],
                    "stages": [
                        {"stage": stage, "label": names[stage], "count": counts[stage]}
                        for stage, _name in STAGES if stage in counts
                    ],
                }
                for model in LISTS if (counts := counted.get((tenant.id, model)))
            ]

    def action_open_stage(self, model, stage):
        """List the documents that one count of the form counts.

        :param str model: a key of `LISTS`
        :param str stage: a key of `STAGES`
        """
        self.ensure_one()
        links = self.env["xero.link"].search([
            ("tenant_id", "=", self.id), ("res_model", "=", model), ("xero_stage", "=", stage),
        ])
        names = dict(self.env["xero.link"]._fields["xero_stage"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "%(stage)s in Xero: %(tenant)s", stage=names[stage], tenant=self.name
            ),
            "res_model": model,
            "views": [(self.env.ref(LISTS[model]).id, "list"), (False, "form")],
            "domain": [("id", "in", links.mapped("res_id"))],
        }
