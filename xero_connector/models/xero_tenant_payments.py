"""Whether payments in Xero are registered in Odoo, from when on and where, and the doing of it."""

from datetime import timedelta

from odoo import api, fields, models

# How many payments one look takes, and how many at most are committed together.
AT_ONCE = 500
TOGETHER = 25


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    payment_choice = fields.Selection(
        [
            ("status", "Shown as a status only"),
            ("register", "Registered in Odoo"),
        ],
        string="Payments in Xero",
        required=True,
        default="status",
        help="Registered: each payment in Xero becomes a payment in Odoo, matched with its "
        "invoice, and is undone when it is deleted there.",
    )
    payments_since = fields.Date(
        "Registered from", copy=False,
        help="Payments with an earlier date are left alone: they may be in Odoo already.",
    )
    settlement_journal_id = fields.Many2one(
        "account.journal",
        string="Journal for Other Entries",
        domain="[('type', '=', 'general'), ('company_id', 'parent_of', company_id)]",
        copy=False,
        ondelete="set null",
        help="For write-offs such as bank fees, and for parts of credit notes that were allocated "
        "in Xero. Empty means the first journal for miscellaneous entries.",
    )
    payment_account_ids = fields.One2many(
        "xero.payment.account", "tenant_id", string="Where the Money Is"
    )
    payment_stuck_count = fields.Integer(compute="_compute_payment_stuck_count", compute_sudo=True)

    @api.depends("payment_choice")
    def _compute_payment_stuck_count(self):
        counts = dict(self.env["xero.payment"]._read_group(
            [("tenant_id", "in", self.ids), ("state", "in", ("waiting", "attention"))],
            ["tenant_id"], ["__count"],
        ))
        for tenant in self:
            tenant.payment_stuck_count = counts.get(tenant, 0)

    # === CHOOSING === #

    @api.onchange("payment_choice")
    def _onchange_payment_choice(self):
        if self.payment_choice == "register" and not self.payments_since:
            self.payments_since = fields.Date.context_today(self)

    @api.model_create_multi
    def create(self, vals_list):
        tenants = super().create(vals_list)
        tenants.filtered(lambda one: one.payment_choice == "register")._begin_payments()
        return tenants

    def write(self, vals):
        # EXTENDS: who begins to register payments is asked where the money is. Who stops enters
        # them by hand meanwhile: beginning anew is from another day on.
        if vals.get("payment_choice") == "status":
            vals = {"payments_since": False, **vals}
        result = super().write(vals)
        if vals.get("payment_choice") == "register" or vals.get("payments_since"):
            self.filtered(lambda one: one.payment_choice == "register")._begin_payments()
        return result

    def _begin_payments(self):
        for tenant in self:
            if not tenant.payments_since:
                tenant.payments_since = fields.Date.context_today(tenant)
                continue  # which begins
            self.env["xero.payment.account"].sudo()._complete(tenant)
            tenant._look_back()

    def _look_back(self):
        """Let payments be read from the first day on that is registered."""
        poll = self.env["xero.poll"].sudo().search(
            [("tenant_id", "=", self.id), ("resource", "=", "Payments")]
        )
        # In no time zone a payment is younger than its date.
        first = fields.Datetime.to_datetime(self.payments_since) - timedelta(days=1)
        if poll and first < poll.since:
            poll.since = first
        self.env["xero.poll"].sudo()._make_due(self, "Payments")
        self._wake()

    def _apply_settings(self, organisation, bodies):
        # EXTENDS: Xero may have other bank accounts now
        result = super()._apply_settings(organisation, bodies)
        if self.payment_choice == "register":
            self.env["xero.payment.account"].sudo()._complete(self)
        return result

    def _settlement_journal(self):
        """The journal for entries that no bank journal takes."""
        return self.settlement_journal_id or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "general"),
            ],
            limit=1,
        )

    # === THE RUN === #

    def _wants_payments(self):
        # EXTENDS
        return self.payment_choice == "register" or super()._wants_payments()

    def _first_day_of_payments(self):
        # EXTENDS
        days = [super()._first_day_of_payments()]
        if self.payment_choice == "register" and self.payments_since:
            days.append(self.payments_since)
        return min(days)

    def _pull(self, seconds_left):
        # EXTENDS: what was seen is brought into the books
        return self._settle_payments(super()._pull(seconds_left))

    def _settle_payments(self, seconds_left):
        """Settle what is to be registered or undone: what is plain in small groups, each in a
        transaction of its own, and everything else row by row.

        :param float seconds_left: that the scheduler still gives
        :return: what is left of them
        """
        if self.payment_choice != "register":
            return seconds_left
        due = self.env["xero.payment"].sudo().search(
            [("tenant_id", "=", self.id), ("state", "=", "new")], order="date, id", limit=AT_ONCE
        )
        for start in range(0, len(due), TOGETHER):
            if seconds_left <= 0:
                break
            seconds_left = self._settle_some(due[start : start + TOGETHER])
        if len(due) == AT_ONCE or seconds_left <= 0:
            self._wake()
        elif "new" in due.mapped("state"):
            # Somebody works on the same document.
            self._wake(at=fields.Datetime.add(self.env.cr.now(), minutes=1))
        return seconds_left

    def _settle_some(self, payments):
        """:return: the seconds that the scheduler still gives"""
        payments._settle_together()
        seconds_left = self._commit()  # rows that go alone see what others did meanwhile
        for payment in payments.filtered(lambda row: row.state == "new"):
            if seconds_left <= 0:
                break
            payment._settle()
            seconds_left = self._commit()
        return seconds_left

    # === ACTIONS === #

    def action_open_payments(self):
        """The payments of this tenant, those first that need a person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("xero_connector.xero_payment_action")
        return {**action, "domain": [("tenant_id", "=", self.id)]}

    def _open_payment_accounts(self):
        """Lead to the rows that say where the money is."""
        self.ensure_one()
        self._check_may_choose(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "xero_connector.xero_payment_account_action"
        )
        return {**action, "domain": [("tenant_id", "=", self.id)]}
