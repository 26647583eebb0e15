"""Where a tenant stands, in words, and what happens when Xero ends a connection."""

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# What a person is asked to do when Xero ended a connection.
ACTIVITY = "xero_connector.mail_activity_type_connect"


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === SENTENCES === #

    @api.depends("state", "disconnect_reason", "connection_id", "connected_by_id")
    def _compute_disconnect_message(self):
        for tenant in self:
            tenant.disconnect_message = (
                tenant.state == "disconnected"
                and tenant._disconnect_sentence(tenant.disconnect_reason)
            )

    def _disconnect_sentence(self, reason):
        """What happened, and the next step.

        :param str reason: a `disconnect_reason`
        """
        self.ensure_one()
        if reason == "by_user" and self.connection_id:
            return self.env._(
                "Disconnected: nothing is sent or read any more. The connection still stands on "
                "Xero's side; press Disconnect from Xero again to remove it there."
            )
        return {
            "by_user": self.env._(
                "Disconnected. Links and mappings are kept; press Connect Now to go on where it "
                "stopped."
            ),
            "removed": self.env._(
                "The connection was removed on Xero's side. Links and mappings are kept; press "
                "Connect Now to go on where it stopped."
            ),
            "consent": self.env._(
                "Xero does not accept the permission of %(user)s any more: it was taken back, or "
                "not used for 60 days. Press Connect Now.",
                user=self.connected_by_id.name or self.env._("the person who connected it"),
            ),
            "scope": self.env._(
                "Permissions missing: Xero did not grant everything that is needed. Press Connect "
                "Now and allow all that is asked for."
            ),
            "environment": self.env._(
                "Other environment: this server talks to other addresses than those the tenant "
                "was connected at. Connect again."
            ),
            "copied": self.env._(
                "This database is a copy, and the connection belongs to the original. Connect "
                "again, to a demo organisation if this is a test system."
            ),
            "other": self.env._(
                "Xero answered for another organisation than the one that was connected, so "
                "nothing more is sent. Press Connect Now and choose %(organisation)s.",
                organisation=self.organisation_name,
            ),
        }.get(reason, "")

    @api.depends("state", "notice", "disconnect_message", "app_id", "has_client_secret")
    def _compute_banner(self):
        for tenant in self:
            tenant.banner_level, tenant.banner = tenant._next_step()

    def _next_step(self):
        """The one thing to say on the form.

        :return: (bootstrap level, sentence or False)
        :rtype: tuple
        """
        self.ensure_one()
        if self.notice:
            return "warning", self.notice
        if self.state == "disconnected":
            return "warning", self.disconnect_message
        if self.state == "connected":
            return self._mapping_step()
        if not self.app_id:
            return "info", self.env._(
                "Choose the Xero app and press Connect Now. If there is none yet, make it first "
                "under Invoicing → Configuration → Xero → Xero Apps; its form tells how."
            )
        if not self.has_client_secret:
            return "info", self.env._(
                "The Xero app has no client secret yet. Open the app, paste the secret, then come "
                "back and press Connect Now."
            )
        return "info", self.env._(
            "Press Connect Now: Xero asks you to log in and to choose the organisation that "
            "belongs to this company, then brings you back here."
        )

    # === STATE === #

    def _check_ready(self):
        """Refuse what needs Xero while the tenant is not connected.

        :raises UserError: with the reason and the next step
        """
        for tenant in self:
            if tenant.state != "connected":
                raise UserError(tenant._not_ready_sentence())

    def _not_ready_sentence(self):
        """Why nothing can go to this tenant now, and what to do."""
        return self.env._(
            "%(tenant)s is not connected to Xero. %(reason)s Its form is under Invoicing → "
            "Configuration → Xero → Xero Tenants.",
            tenant=self.name,
            reason=self.disconnect_message or self.env._("Press Connect Now."),
        )

    def _mark_disconnected(self, reason):
        """Xero, or the environment, ended the connection: stop, and tell the person once.

        Written in a cursor of its own: whatever becomes of the caller's transaction, nothing more
        is sent. Tenants that are disconnected already keep their reason.

        :param str reason: a `disconnect_reason`
        """
        if not self:
            return
        with self.pool.cursor() as cr:
            cr.execute(SQL("SET LOCAL lock_timeout = '5s'"))
            env = api.Environment(cr, SUPERUSER_ID, {})
            ended = self.with_env(env).exists().filtered(lambda tenant: tenant.state == "connected")
            if ended:
                ended.write({
                    "state": "disconnected", "disconnect_reason": reason, "notice": False
                })
                ended._tell_disconnected()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(flush=False)

    def _tell_disconnected(self):
        """One activity for the person who connected, naming all tenants that ended together."""
        first = self[0]
        user = first.connected_by_id
        if not user.active:
            user = first.create_uid
        first = first.with_context(lang=user.lang)
        first.activity_schedule(
            ACTIVITY,
            summary=first.env._("Connect %(names)s to Xero again", names=", ".join(
                self.mapped("name")
            )),
            note=first._disconnect_sentence(first.disconnect_reason),
            user_id=user.id,
        )

    def _warn_of_idle_token(self, ends_at):
        """The consent ends soon and could not be renewed: tell the person who gave it, once."""
        for tenant in self.filtered(lambda tenant: tenant.state == "connected")[:1]:
            if not tenant.activity_search([ACTIVITY]):
                tenant.activity_schedule(
                    ACTIVITY,
                    date_deadline=ends_at.date(),
                    summary=self.env._(
                        "The permission of Xero ends on %(day)s", day=ends_at.date()
                    ),
                    note=self.env._(
                        "It could not be renewed for weeks. Press Connect Now on: %(names)s",
                        names=", ".join(self.mapped("name")),
                    ),
                    user_id=(tenant.connected_by_id or tenant.create_uid).id,
                )

    def _notice_apart(self, sentence):
        """Put a sentence on the form, in a cursor of its own."""
        with self.pool.cursor() as cr:
            tenant = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            tenant.notice = sentence
            tenant.flush_recordset()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(flush=False)
