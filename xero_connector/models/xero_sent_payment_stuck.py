"""Payments to Xero among what waits for a person on the tenant's list."""

from odoo import fields, models
from odoo.tools import SQL

from .xero_sent_payment import STUCK

# Rows of other kinds have ids between this and its opposite.
BELOW = -(2**30)


class XeroStuckCause(models.Model):
    _inherit = "xero.stuck.cause"
    _depends = {
        "xero.sent.payment": ["company_id", "journal_id", "message", "state", "tenant_id"],
    }

    sent_payments = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        # EXTENDS: one row per journal that no account in Xero is chosen for, one per payment that
        # is looked at alone
        return SQL(
            """
            SELECT stuck.*, 0 AS sent_payments FROM (%(stuck)s) stuck
         UNION ALL
            SELECT %(below)s - min(id), tenant_id, company_id, state,
                   CASE WHEN state = 'waiting' THEN 'account.journal' END,
                   min(journal_id) FILTER (WHERE state = 'waiting'),
                   NULL, (array_agg(message ORDER BY id))[1],
                   count(*), 0, 0, 0, 0, 0, 0, count(*)
              FROM xero_sent_payment
             WHERE state IN %(states)s
          GROUP BY tenant_id, company_id, state,
                   CASE WHEN state = 'waiting' THEN journal_id ELSE -id END
            """,
            below=BELOW,
            stuck=super()._table_query,
            states=STUCK,
        )

    def _compute_sentence(self):
        # EXTENDS
        of_sent = self.filtered("sent_payments")
        result = super(XeroStuckCause, self - of_sent)._compute_sentence()
        for group in of_sent:
            count = (
                self.env._("1 payment to Xero") if group.sent_payments == 1
                else self.env._("%(count)s payments to Xero", count=group.sent_payments)
            )
            journal = group._cause()
            group.sentence = self.env._(
                "%(count)s: choose which account in Xero %(journal)s is",
                count=count, journal=journal.display_name,
            ) if journal else self.env._("%(count)s to be looked at", count=count)
        return result

    def _sent_payments(self):
        """The payments of this group, as they are now."""
        self.ensure_one()
        domain = [("tenant_id", "=", self.tenant_id.id), ("state", "=", self.state)]
        if self.state == "waiting":
            domain.append(("journal_id", "=", self.cause_id))
        else:
            domain.append(("id", "=", BELOW - self.id))
        return self.env["xero.sent.payment"].search(domain)

    def action_fix(self):
        # EXTENDS
        if self.sent_payments:
            return self.tenant_id._open_payment_accounts()
        return super().action_fix()

    def action_send_again(self):
        # EXTENDS
        of_sent = self.filtered("sent_payments")
        for group in of_sent:
            group._sent_payments().action_try_again()
        return super(XeroStuckCause, self - of_sent).action_send_again()

    def action_open_links(self):
        # EXTENDS
        if not self.sent_payments:
            return super().action_open_links()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "xero_connector.xero_sent_payment_action"
        )
        return {**action, "domain": [("id", "in", self._sent_payments().ids)], "context": {}}
