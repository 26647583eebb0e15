"""Connecting a tenant to an organisation."""

import logging
import os

import psycopg2
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import SQL

from ..xero import client, const, errors, oauth, parse_settings
from . import secret, xero_token, xero_transport
from .xero_app import client_secret
from .xero_tenant_state import ACTIVITY

_logger = logging.getLogger(__name__)

# Without it Xero gives no refresh token; not every answer repeats it.
REFRESH_SCOPE = "offline_access"

# Errors that end a connection, and the reason the tenant shows.
ENDINGS = {
    errors.InvalidGrant: "consent",
    errors.ScopeMissing: "scope",
    errors.ConnectionGone: "removed",
}


class Refusal(Exception):
    """A consent that must not become a connection.

    :param str sentence: why, and the next step
    """

    def __init__(self, sentence):
        super().__init__(sentence)
        self.sentence = sentence


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === CONNECT === #

    def action_connect(self):
        """Go to Xero in the same tab; the answer comes back to this form.

        :return: an action that opens Xero's consent page
        """
        self.ensure_one()
        self.check_access("write")
        if not self.active:
            raise UserError(self.env._("Take %(name)s out of the archive first.", name=self.name))
        if not self.app_id.has_client_secret:
            raise RedirectWarning(
                self.env._(
                    "The app %(app)s has no client secret yet. Copy it from Xero's developer site "
                    "and paste it on the app's form.",
                    app=self.app_id.name,
                ),
                self.env.ref("xero_connector.xero_app_action").id,
                self.env._("Open Xero Apps"),
            )
        try:
            url = self.env["xero.consent"].sudo()._begin(self)
        except errors.BadEndpoint as error:
            raise UserError(error.text) from None
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _complete_consent(self, consent_id, code):
        """Exchange the code, find the organisation, check it, and connect this tenant to it.

        Every step commits in a cursor of its own before the next one begins: the token is on disk
        before it is used, and nothing is lost if the process dies between two steps.

        :param int consent_id: id of the used `xero.consent`
        :param str code: what Xero gave for it
        """
        self.ensure_one()
        before = self.token_id.id
        token_id = connection = None
        try:
            token_id, token_set = self._exchange(consent_id, code)
            grant = xero_token.access(self.env, token_id)
            connection = self._choose_connection(grant, token_set)
            organisation = self._read_organisation(grant, connection)
            self._check_organisation(connection, organisation)
            self._check_scopes(token_set)
            self._attach(consent_id, token_id, connection, organisation, token_set)
        except Refusal as refusal:
            self._notice_apart(refusal.sentence)
            self._let_go(token_id, connection)
            return
        except psycopg2.errors.UniqueViolation:
            self._notice_apart(self.env._(
                "Another tenant was connected to this organisation a moment ago. Press Connect "
                "Now again and choose another one."
            ))
            return
        except (errors.XeroError, UserError) as error:
            _logger.info("Xero tenant %s: not connected (%s)", self.id, type(error).__name__)
            self._notice_apart(self._failure_sentence(error))
            self._let_go(token_id, connection)
            return
        self._revive_siblings(grant)
        if before and before != token_id:
            self._drop_unused_token_quietly(before)
        self._welcome(organisation)

    def _exchange(self, consent_id, code):
        """Swap the code for tokens and store them.

        :return: (id of the `xero.token`, the token set)
        """
        consent = self.env["xero.consent"].sudo().browse(consent_id)
        endpoints = oauth.Endpoints.from_environment(os.environ)
        try:
            token_set = oauth.exchange_code(
                endpoints,
                self.app_id.client_id,
                client_secret(self.app_id),
                code,
                consent.redirect_uri,
                secret.unseal(consent, "verifier_sealed", consent.verifier_sealed),
            )
        except errors.InvalidGrant:
            raise Refusal(self.env._(
                "Xero did not accept its own answer any more: it is good for 5 minutes. Press "
                "Connect Now again."
            )) from None
        if not token_set.refresh_token:
            self._refuse_for_scopes([REFRESH_SCOPE])
        return xero_token.store(self.env, self.app_id, token_set, endpoints), token_set

    def _choose_connection(self, grant, token_set):
        """The organisation that the person chose at Xero.

        Xero tells it by the consent's event; when it does not, the list of all organisations of
        that person decides, if only one of them is possible.

        :raises Refusal: if there is none, or more than one
        """
        found = _organisations(grant, token_set.authentication_event_id) or _organisations(grant)
        if self.organisation_id:
            same = [one for one in found if one.tenant_id == self.organisation_id]
            if same:
                return same[0]
        elif len(found) > 1:
            found = [one for one in found if not self._tenant_of(one.tenant_id)] or found
        if not found:
            raise Refusal(self.env._(
                "Xero returned no organisation. Press Connect Now again and choose one."
            ))
        if len(found) > 1:
            raise Refusal(self.env._(
                "Xero returned several organisations (%(names)s), and one tenant follows one. "
                "Press Connect Now again and choose a single organisation.",
                names=", ".join(one.tenant_name for one in found),
            ))
        return found[0]

    def _tenant_of(self, organisation_id):
        """The other tenant that an organisation is tied to, archived ones included."""
        return self.env["xero.tenant"].sudo().with_context(active_test=False).search(
            [("organisation_id", "=", organisation_id), ("id", "!=", self.id)], limit=1
        )

    def _read_organisation(self, grant, connection):
        call = client.Call("GET", "Organisation")
        with self.pool.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            try:
                answer = xero_transport.ask(
                    env, self.with_env(env), grant, connection.tenant_id, call
                )
            finally:
                cr.commit()  # pylint: disable=invalid-commit  # the record of the call
        if errors.classify(answer, wrote=False) == "scope":
            self._refuse_for_scopes(const.BASE_SCOPES)
        xero_transport.check_answered(self.env, answer)
        return parse_settings.organisation(answer.body)

    def _check_organisation(self, connection, organisation):
        """Refuse an organisation that does not fit this tenant.

        :raises Refusal: with the reason and the next step
        """
        if other := self._tenant_of(connection.tenant_id):
            raise Refusal(self.env._(
                "%(organisation)s is tied to the tenant %(tenant)s of %(company)s already. An "
                "organisation follows one set of books. Press Connect Now again and choose "
                "another organisation.",
                organisation=organisation.name,
                tenant=other.name,
                company=other.company_id.name,
            ))
        if self.organisation_id and self.organisation_id != connection.tenant_id:
            raise Refusal(self.env._(
                "You chose %(chosen)s, but this tenant belongs to %(former)s and its links point "
                "there. Press Connect Now again and choose %(former)s, or create a new tenant for "
                "%(chosen)s.",
                chosen=organisation.name,
                former=self.organisation_name,
            ))
        if organisation.base_currency != self.company_id.currency_id.name:
            raise Refusal(self.env._(
                "%(organisation)s keeps its books in %(theirs)s, %(company)s in %(ours)s. Choose "
                "an organisation with the base currency %(ours)s.",
                organisation=organisation.name,
                theirs=organisation.base_currency,
                company=self.company_id.name,
                ours=self.company_id.currency_id.name,
            ))

    def _check_scopes(self, token_set):
        """Refuse a consent without the permissions that everything needs.

        :raises Refusal: naming what is missing
        """
        missing = set(const.BASE_SCOPES) - set(token_set.scopes) - {REFRESH_SCOPE}
        if missing:
            self._refuse_for_scopes(sorted(missing))

    def _refuse_for_scopes(self, missing):
        """The tenant shows as disconnected with the reason, and the sentence names what is missing.

        :raises Refusal: always
        """
        with self.pool.cursor() as cr:
            tenant = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            tenant.write({"state": "disconnected", "disconnect_reason": "scope"})
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(flush=False)
        raise Refusal(self.env._(
            "Permissions missing: Xero did not grant %(scopes)s. Press Connect Now again and allow "
            "all that is asked for.",
            scopes=", ".join(missing),
        ))

    def _attach(self, consent_id, token_id, connection, organisation, token_set):
        """Everything fits: the tenant is connected."""
        with self.pool.cursor() as cr:
            cr.execute(SQL("SET LOCAL lock_timeout = '5s'"))
            env = api.Environment(cr, SUPERUSER_ID, {})
            tenant = self.with_env(env)
            tenant.write({
                "state": "connected",
                "disconnect_reason": False,
                "notice": False,
                "token_id": token_id,
                "connection_id": connection.connection_id,
                "organisation_id": connection.tenant_id,
                "answered_id": organisation.organisation_id,
                "connected_by_id": env["xero.consent"].browse(consent_id).user_id.id,
                "connected_at": cr.now(),
                "granted_scopes": " ".join(sorted(token_set.scopes)),
                **tenant._organisation_values(organisation),
            })
            tenant._ensure_engine()
            tenant.activity_unlink([ACTIVITY])
            tenant.flush_recordset()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(flush=False)

    def _revive_siblings(self, grant):
        """A new consent of the same Xero user is good for the other tenants it had carried.

        Those that Xero still lists are connected again; asking costs a call only if there are any.
        """
        siblings = self.sudo().search([
            ("token_id", "=", grant.token_id),
            ("state", "=", "disconnected"),
            ("disconnect_reason", "=", "consent"),
        ])
        if not siblings:
            return
        try:
            found = {one.tenant_id: one.connection_id for one in _organisations(grant)}
        except errors.XeroError as error:
            _logger.info("Xero tenant %s: siblings not revived (%s)", self.id, error.code)
            return
        with self.pool.cursor() as cr:
            for tenant in siblings.with_env(api.Environment(cr, SUPERUSER_ID, {})):
                if connection_id := found.get(tenant.organisation_id):
                    tenant.write({
                        "state": "connected",
                        "disconnect_reason": False,
                        "connection_id": connection_id,
                    })
                    tenant.activity_unlink([ACTIVITY])
                    tenant._wake()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own

    def _organisation_values(self, organisation):
        currencies = self.env["res.currency"].with_context(active_test=False)
        return {
            "organisation_name": organisation.name,
            "country_code": organisation.country_code,
            "currency_id": currencies.search([("name", "=", organisation.base_currency)]).id,
            "short_code": organisation.short_code,
            "is_demo": organisation.is_demo,
        }

    def _welcome(self, organisation):
        """Read the settings in the same visit; if that fails, the connection stands anyway."""
        try:
            self._pull_settings_apart(organisation)
        except (errors.XeroError, UserError) as error:
            self._notice_apart(self.env._(
                "Connected to %(organisation)s, but its settings could not be read. %(reason)s "
                "Then press Read Settings from Xero.",
                organisation=organisation.name,
                reason=self._failure_sentence(error),
            ))

    def _let_go(self, token_id, connection):
        """Leave nothing behind at Xero of a consent that was refused."""
        if not token_id:
            return
        try:
            if connection and not self._tenant_of(connection.tenant_id) and (
                connection.connection_id != self.connection_id
            ):
                grant = xero_token.access(self.env, token_id)
                oauth.delete_connection(
                    grant.endpoints, grant.access_token, connection.connection_id
                )
            self._drop_unused_token(token_id)
        except (errors.XeroError, UserError) as error:
            _logger.info("Xero tenant %s: not tidied up (%s)", self.id, type(error).__name__)

    # === SENTENCES === #

    def _failure_sentence(self, error):
        """Why Xero could not be asked, and the next step."""
        if isinstance(error, UserError):
            return str(error)
        if error.code == "secret":
            return error.text
        if isinstance(error, xero_token.OtherEnvironment):
            return self._disconnect_sentence(error.reason)
        for kind, reason in ENDINGS.items():
            if isinstance(error, kind):
                return self._disconnect_sentence(reason)
        if isinstance(error, errors.InvalidClient):
            return self.env._(
                "Xero does not accept the client ID or the client secret of the app %(app)s. "
                "Generate a new secret at developer.xero.com, paste it on the Xero app's form and "
                "try again.",
                app=self.app_id.name,
            )
        if isinstance(error, errors.RateLimited):
            return self.env._(
                "Xero's limit of calls is used up. Try again in a minute, or tomorrow if it is "
                "the limit of the day."
            )
        return {
            errors.BadEndpoint: error.text,
            errors.NotSent: self.env._("Xero could not be reached. Try again in a minute."),
            xero_token.TokenUnavailable: self.env._(
                "Xero's login service did not answer. Try again in a minute."
            ),
        }.get(type(error), self.env._("Xero did not answer. Try again in a minute."))


def _organisations(grant, auth_event_id=None):
    found = oauth.connections(grant.endpoints, grant.access_token, auth_event_id)
    return [one for one in found if one.tenant_type == "ORGANISATION"]
