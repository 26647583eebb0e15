"""What was said to Xero, without what was said: a record of each call for support."""

import logging
import re
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

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
    def _note(self, values):
        """Record one call in one round trip: nothing depends on these rows, and the answer, which
        is kept afterwards, does not wait long for a table that somebody has locked.

        :param dict values: see `values_of`
        :return: the moment, by the database's clock
        """
        [[moment]] = self.env.execute_query(SQL(
            """
            SET LOCAL lock_timeout = '2s';
            INSERT INTO xero_exchange (%s, create_date)
                 VALUES (%s, now() AT TIME ZONE 'UTC')
              RETURNING create_date
            """,
            SQL(", ").join(map(SQL.identifier, values)),
            SQL(", ").join(SQL("%s", value) for value in values.values()),
        ))
        return moment

    @api.model
    def _forget_old(self):
        """Drop records that are older than 30 days, in one statement per run. While somebody has
        locked the table they wait for the next one: the scheduler has documents to send."""
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute("SET LOCAL lock_timeout = '2s'")
                self.search([("create_date", "<", self.env.cr.now() - LIFE)], limit=50000).unlink()
        except psycopg2.errors.LockNotAvailable:
            _logger.info("The record of calls is locked: what is old goes another day.")


def values_of(tenant, call, request, answer, error):
    """The record of one call as values of its columns; see `xero_transport.ask`."""
    values = {
        "tenant_id": tenant.id,
        "company_id": tenant.company_id.id,
        "request_id": request.id if request else None,
        "method": call.method,
        "path": path_template(call.path),
        "bytes_out": len(call.body or b""),
        "create_uid": tenant.env.uid,
    }
    if answer is None:
        return values | {"problem": error.code}
    return values | {
        "status": answer.status,
        "problem": answer.limit_problem,
        "milliseconds": answer.milliseconds,
        "bytes_in": answer.bytes_in,
        "correlation_id": answer.correlation_id,
        "minute_left": answer.limits.minute or 0,
        "day_left": answer.limits.day or 0,
    }


def path_template(path):
    """`Invoices/6f1…/History` → `Invoices/{id}/History`; a number in place of the id goes too,
    and the name of a file."""
    parts = [part for part in GUID.sub("{id}", path).split("/") if part]
    if len(parts) > 1 and parts[1] != "{id}":
        parts[1] = "{number}"
    if len(parts) > 3 and parts[2] == "Attachments":
        parts[3:] = ["{file}"]
    return "/".join(parts)
