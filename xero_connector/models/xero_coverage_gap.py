"""The list of what keeps documents from Xero."""

from odoo import api, fields, models


class XeroCoverageGap(models.Model):
    """One thing that is missing, as the last measurement found it; see `xero_coverage`."""

    _name = "xero.coverage.gap"
    _description = "Xero Coverage Gap"
    _order = "tenant_id, lines desc, id"
    _rec_name = "sentence"

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    sentence = fields.Text("What Is Missing", required=True)
    cause_model = fields.Char("Model of the Cause")
    cause_id = fields.Many2oneReference("Cause", model_field="cause_model")
    res_model = fields.Selection(
        [("account.move", "Invoices"), ("purchase.order", "Purchase Orders")],
        string="Used On",
        required=True,
    )
    document_ids = fields.Json(help="Ids of the documents that wait for it.")
    documents = fields.Integer("Documents")
    lines = fields.Integer("Lines")

    @api.model
    def _keep(self, tenant, gaps):
        """Make the list of a tenant say what a measurement found. What stays keeps its row: it may
        be on somebody's screen.

        :param gaps: the `xero_coverage.Gap` records
        """
        known = {
            (row.sentence, row.cause_model, row.cause_id, row.res_model): row
            for row in tenant.coverage_gap_ids
        }
        new = []
        for gap in gaps:
            cause_model = gap.cause._name if gap.cause else False
            cause_id = gap.cause.id if gap.cause else False
            figures = {
                "document_ids": sorted(gap.documents),
                "documents": len(gap.documents),
                "lines": gap.lines,
            }
            if row := known.pop((gap.sentence, cause_model, cause_id, gap.model), None):
                row.write(figures)
            else:
                new.append({
                    "tenant_id": tenant.id,
                    "sentence": gap.sentence,
                    "cause_model": cause_model,
                    "cause_id": cause_id,
                    "res_model": gap.model,
                    **figures,
                })
        self.browse([row.id for row in known.values()]).unlink()
        self.create(new)

    def _cause(self):
        """The record to mend; empty when there is none, or it is gone."""
        self.ensure_one()
        if not self.cause_model:
            return self.browse()
        return self.env[self.cause_model].browse(self.cause_id).exists()

    # === ACTIONS === #

    def action_fix(self):
        """Lead to what has to be mended."""
        self.ensure_one()
        if cause := self._cause():
            return self.tenant_id._open_cause(cause)
        return self.tenant_id.action_measure_coverage()  # it was deleted meanwhile

    def action_open_documents(self):
        """Show the documents that wait for it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.sentence,
            "res_model": self.res_model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.document_ids)],
        }
