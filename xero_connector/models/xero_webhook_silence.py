"""Webhooks that stopped: changes that polls found and no event told of, and who is told."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

ACTIVITY = "xero_connector.mail_activity_type_webhooks"

# So much later than the last event a change has to be for its silence to mean anything.
SILENCE = timedelta(days=1)

# So many changes in silence are worth a person's time; one event may always be lost.
WORTH_TELLING = 3

# What Xero's webhooks tell of among documents.
TOLD = ("Invoices", "CreditNotes")


class XeroApp(models.Model):
    _inherit = "xero.app"

    def _count_unheard(self):
        """How many documents changed in Xero, and were seen to, since long after the last event.

        :return: the count, `WORTH_TELLING` at most; 0 where webhooks were never set up
        """
        self.ensure_one()
        heard = [moment for moment in (self.webhook_checked_at, self.webhook_heard_at) if moment]
        if not (self.webhook_key_sealed and heard):
            return 0
        return self.env["xero.link"].search_count(
            Domain("tenant_id.app_id", "=", self.id)
            & Domain("resource", "in", TOLD)
            & Domain("seen_at", "!=", False)
            & Domain("xero_updated_at", ">", max(heard) + SILENCE),
            limit=WORTH_TELLING,
        )

    @api.model
    def _warn_of_silence(self):
        """Tell the person who connected that webhooks stopped, once; and when they are back, that
        nothing is to be done any more."""
        for app in self.search([("webhook_key_sealed", "!=", False)]):
            tenants = self.env["xero.tenant"].search(
                [("app_id", "=", app.id), ("state", "=", "connected")], order="id"
            )
            if app._count_unheard() < WORTH_TELLING:
                tenants.activity_unlink([ACTIVITY])
            elif tenants and not tenants.activity_search([ACTIVITY]):
                tenants[0]._tell_silence()


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _tell_silence(self):
        user = self.connected_by_id if self.connected_by_id.active else self.create_uid
        tenant = self.with_context(lang=user.lang)
        tenant.activity_schedule(
            ACTIVITY,
            summary=tenant.env._(
                "Webhooks of Xero do not arrive any more (%(app)s)", app=self.app_id.name
            ),
            note=tenant.env._(
                "Several documents changed in Xero, and no webhook told of it. Nothing is lost: "
                "changes are seen within 15 minutes. For seconds, open Webhooks of your app at "
                "Xero's developer site, see what it says of the address, and press Send Intent to "
                "Receive. This goes by itself once events arrive."
            ),
            user_id=user.id,
        )
