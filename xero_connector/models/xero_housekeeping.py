"""What has to be done now and then: keep permissions alive, forget old records."""

from datetime import timedelta

from odoo import api, models

from . import xero_token


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    @api.model
    def _cron_keep_alive(self):
        """Refresh tokens that were not used for a week; warn of those that cannot be."""
        xero_token.refresh_idle(self.env)

    @api.model
    def _cron_housekeeping(self):
        """Forget calls after 30 days, events after 31, consents after one, and tokens that no
        tenant needs; and see whether webhooks still arrive."""
        self.env["xero.app"].sudo()._warn_of_silence()
        self.env["xero.exchange"].sudo()._forget_old()
        self.env["xero.consent"].sudo()._forget_old()
        self.env["xero.event"].sudo()._forget_old()
        used = self.sudo().with_context(active_test=False).search([("token_id", "!=", False)])
        orphans = self.env["xero.token"].sudo().search([
            ("id", "not in", used.token_id.ids),
            ("write_date", "<", self.env.cr.now() - timedelta(hours=1)),
        ])
        for token in orphans:
            self._drop_unused_token_quietly(token.id)
