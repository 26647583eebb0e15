"""Letting an organisation go: the wish first, then Xero."""

import logging

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..xero import errors, oauth
from . import xero_token

_logger = logging.getLogger(__name__)


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === DISCONNECT === #

    def action_disconnect(self):
        """Stop, then remove the connection at Xero. Links and mappings stay; safe to repeat."""
        self.check_access("write")
        for tenant in self:
            tenant._wish_to_disconnect()
            try:
                tenant._remove_connection()
            except (errors.XeroError, UserError) as error:
                _logger.info("Xero tenant %s: not removed (%s)", tenant.id, type(error).__name__)
                tenant._notice_apart(self.env._(
                    "Disconnected in Odoo: nothing is sent or read any more. The connection could "
                    "not be removed at Xero. %(reason)s Press Disconnect from Xero again later, "
                    "or remove it in Xero under Settings → Connected apps.",
                    reason=tenant._failure_sentence(error),
                ))

    def action_disconnect_and_delete(self):
        """Disconnect, then delete; refused before anything happens if records are linked."""
        self.check_access("unlink")
        for tenant in self:
            tenant._check_unused()
        self.action_disconnect()
        self._delete_apart()
        return self.env["ir.actions.act_window"]._for_xml_id("xero_connector.xero_tenant_action")

    def _delete_apart(self):
        """Delete in a cursor of its own: the caller's transaction began before the disconnection
        was committed, and does not see it.
        """
        with self.pool.cursor() as cr:
            tenants = self.with_env(self.env(cr=cr))
            if stuck := tenants.filtered("connection_id"):
                raise UserError(stuck[0].notice or stuck[0].disconnect_message)
            tenants.unlink()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(flush=False)

    def _wish_to_disconnect(self):
        """The wish is on disk before Xero hears of it: no run sends anything from here on."""
        with self.pool.cursor() as cr:
            cr.execute(SQL("SET LOCAL lock_timeout = '5s'"))
            tenant = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            values = {"notice": False}
            if tenant.state == "connected":
                values |= {"state": "disconnected", "disconnect_reason": "by_user"}
            tenant.write(values)
            tenant.flush_recordset()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(flush=False)

    def _remove_connection(self):
        """Remove the connection at Xero, and the token when no other tenant needs it."""
        self.ensure_one()
        tenant_sudo = self.sudo()
        token_id = tenant_sudo.token_id.id
        if not token_id:
            self._detach()
            return
        gone = tenant_sudo.token_id.dead
        if self.connection_id and not gone:
            try:
                grant = xero_token.access(self.env, token_id)
                oauth.delete_connection(grant.endpoints, grant.access_token, self.connection_id)
            except (errors.NotFound, errors.InvalidGrant, xero_token.OtherEnvironment):
                pass  # removed on Xero's side before, or not ours to remove
        self._detach()
        self._drop_unused_token(token_id)

    def _detach(self):
        """Forget connection and token; what ties the tenant to its organisation stays."""
        with self.pool.cursor() as cr:
            tenant = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            tenant.write({"connection_id": False, "token_id": False})
            tenant.flush_recordset()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(flush=False)

    def _drop_unused_token_quietly(self, token_id):
        """As `_drop_unused_token`; when Xero cannot be reached, housekeeping tries again."""
        try:
            self._drop_unused_token(token_id)
        except (errors.XeroError, UserError) as error:
            _logger.info("Xero token %s: not revoked (%s)", token_id, type(error).__name__)

    def _drop_unused_token(self, token_id):
        """Revoke a token that no tenant needs any more."""
        with self.pool.cursor() as cr:
            tenants = api.Environment(cr, SUPERUSER_ID, {"active_test": False})["xero.tenant"]
            used = tenants.search_count([("token_id", "=", token_id)])
        if not used:
            xero_token.revoke(self.env, token_id)
