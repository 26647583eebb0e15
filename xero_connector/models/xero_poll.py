"""When Xero is asked for what changed there, and from where: one row per tenant and kind."""

from datetime import timedelta

from odoo import api, fields, models

# How often each kind is asked for. A quiet day costs 2 x 96 calls for invoices and credit notes,
# 2 x 24 for orders and contacts, 4 for items, 4 x 6 for settings: 268 of a thousand. Some edits of
# part-paid invoices leave no trace in what changed, so all that are open are read once a week.
# Payments are asked for when a document changed, and all of them once a day where they are wanted.
INTERVALS = {
    "Invoices": timedelta(minutes=15),
    "CreditNotes": timedelta(minutes=15),
    "Payments": timedelta(days=7),
    "PurchaseOrders": timedelta(hours=1),
    "Contacts": timedelta(hours=1),
    "Items": timedelta(hours=6),
    "Settings": timedelta(hours=6),
    "OpenInvoices": timedelta(days=7),
    "AllPayments": timedelta(days=1),
}

# The kinds that are read from the beginning each time, and where that is: before all of Xero.
IN_FULL = ("OpenInvoices", "AllPayments")
BEGINNING = fields.Datetime.to_datetime("2000-01-01 00:00:00")

# What could not be read is tried again after this, however seldom it is read else.
AGAIN = timedelta(minutes=15)

# The tenant's scheduled action runs every five minutes, and never to the second.
SLACK = timedelta(minutes=1)

# No change appears in Xero's lists later than this after its moment.
LONG_AGO = timedelta(minutes=10)

# How far a moment of Xero may be ahead of our clock; a later one makes no sense.
AHEAD = timedelta(days=1)

# What is looked back beyond a moment of our clock, as Xero's may differ.
OVERLAP = timedelta(minutes=5)


class XeroPoll(models.Model):
    """Where the reading of one kind stands. `since` is by Xero's clock, `next_at` by ours."""

    _name = "xero.poll"
    _description = "Xero Poll"
    _order = "tenant_id, id"
    _rec_name = "resource"

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    resource = fields.Selection(
        [
            ("Invoices", "Invoices and Bills"),
            ("CreditNotes", "Credit Notes"),
            ("Payments", "Payments"),
            ("PurchaseOrders", "Purchase Orders"),
            ("Contacts", "Contacts"),
            ("Items", "Items"),
            ("Settings", "Settings"),
            ("OpenInvoices", "All Open Invoices and Bills"),
            ("AllPayments", "All Payments"),
        ],
        required=True,
    )
    since = fields.Datetime(required=True, help="What changed after this moment is read next.")
    next_at = fields.Datetime("Next", required=True, help="When it is read next.")
    polled_at = fields.Datetime("Last Read")

    _resource_uniq = models.Constraint("UNIQUE(tenant_id, resource)", "One row per kind.")

    # === SCHEDULE === #

    @api.model
    def _ensure(self, tenant):
        """Make the rows of a tenant that was just connected. What happened in Xero before is not
        asked for; what is known of earlier stays where it stood."""
        known = set(self.search([("tenant_id", "=", tenant.id)]).mapped("resource"))
        now = self.env.cr.now()
        self.create([
            {
                "tenant_id": tenant.id,
                "company_id": tenant.company_id.id,
                "resource": resource,
                "since": BEGINNING if resource in IN_FULL else now - OVERLAP,
                "next_at": now + interval - SLACK,
            }
            for resource, interval in INTERVALS.items() if resource not in known
        ])

    @api.model
    def _due(self, tenant):
        """The rows whose time has come."""
        return self.search([
            ("tenant_id", "=", tenant.id), ("next_at", "<=", self.env.cr.now())
        ])

    @api.model
    def _make_due(self, tenant, resource):
        """Let a kind be read in the next run of the tenant, which the caller wakes."""
        poll = self.search([("tenant_id", "=", tenant.id), ("resource", "=", resource)])
        poll.filtered(lambda poll: poll.next_at > self.env.cr.now()).next_at = self.env.cr.now()

    @api.model
    def _read_again(self, tenant, resources, moment):
        """Let what changed since a moment of ours be read once more, at the usual time: it was
        passed over, as nobody knew then which document of ours it was, or how that one stood."""
        since = moment - OVERLAP
        self.search([
            ("tenant_id", "=", tenant.id), ("resource", "in", resources), ("since", ">", since),
        ]).since = since

    def _put_off(self, at_most=timedelta.max):
        """Read again after the usual time, from where it stands."""
        for poll in self:
            after = min(INTERVALS[poll.resource], at_most)
            poll.next_at = self.env.cr.now() + after - SLACK

    def _was_long_ago(self):
        """Whether all that the last reading could have missed of its last second is listed now."""
        return bool(self.polled_at) and self.env.cr.now() - self.polled_at > LONG_AGO

    def _done(self):
        """All that changed was read."""
        self.polled_at = self.env.cr.now()
        self.filtered(lambda poll: poll.resource in IN_FULL).since = BEGINNING
        self._put_off()
