"""What was said to Xero, without what was said: a record of each call for support."""

import re
from datetime import timedelta

from odoo import api, fields, models

# How long a record is kept.
LIFE = timedelta(days=30)

# What makes a path a template: GUIDs and numbers of documents say nothing about a call.
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class XeroExchange(models.Model):
    """One call to Xero: never headers, bodies or queries."""

    _name = "xero.exchange"
    _description = "Xero Exchange"
    _order = "id desc"
    _rec_name = "path"

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    request_id = fields.Many2one(
        "xero.request", string="Request", index="btree_not_null", ondelete="set null"
    )
    method = fields.Char(required=True)
    path = fields.Char(required=True, help="The path with ids replaced.")
    status = fields.Integer(help="HTTP status; 0 if there was no answer.")
    problem = fields.Char(help="Why there was no answer, or which limit was hit.")
    milliseconds = fields.Integer("Duration (ms)", aggregator="avg")
    bytes_out = fields.Integer("Bytes Sent")
    bytes_in = fields.Integer("Bytes Received")
    correlation_id = fields.Char("Xero Correlation ID", help="For Xero's support.")
    minute_left = fields.Integer("Calls Left This Minute", aggregator="min")
    day_left = fields.Integer("Calls Left Today", aggregator="min")

    _age_idx = models.Index("(create_date)")

    @api.model
    def _values(self, tenant, call, request, answer, error):
        """The record of one call; see `xero_transport.ask` for the parameters."""
        values = {
            "tenant_id": tenant.id,
            "company_id": tenant.company_id.id,
            "request_id": request.id if request else False,
            "method": call.method,
            "path": path_template(call.path),
            "bytes_out": len(call.body or b""),
        }
        if answer is None:
            values["problem"] = error.code
        else:
            values |= {
                "status": answer.status,
                "problem": answer.limit_problem,
                "milliseconds": answer.milliseconds,
                "bytes_in": answer.bytes_in,
                "correlation_id": answer.correlation_id,
                "minute_left": answer.limits.minute or 0,
                "day_left": answer.limits.day or 0,
            }
        return values

    @api.model
    def _forget_old(self):
        """Drop records that are older than 30 days, in one statement per run."""
        self.search([("create_date", "<", self.env.cr.now() - LIFE)], limit=50000).unlink()


def path_template(path):
    """`Invoices/6f1…/History` → `Invoices/{id}/History`; a number in place of the id goes too."""
    parts = [part for part in GUID.sub("{id}", path).split("/") if part]
    if len(parts) > 1 and parts[1] != "{id}":
        parts[1] = "{number}"
    return "/".join(parts)
