"""Tokens: one set per app and Xero user, rotated by one process at a time.

The row belongs to this file alone. It has no access rights, no tracking and no computes; it is read
and written only through cursors opened here, and what was rotated is committed before it is used.
A token that rotates inside a business transaction is lost by that transaction's rollback; one that
two processes rotate at once is lost by both.
"""

import logging
import os
import random
import time
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg2
from odoo import SUPERUSER_ID, api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..xero import errors, oauth
from . import secret
from .xero_app import client_secret

_logger = logging.getLogger(__name__)

# An access token that lives longer than this is used as it is.
REMAINING_LIFE = timedelta(seconds=120)

# How long one caller tries to get a valid token before it gives up for now.
PATIENCE = 20

# After an answer of Xero's that says nothing (timeout, 5xx) the token rests this long.
REST = timedelta(seconds=60)

# Xero drops a refresh token that was not used for 60 days.
IDLE_REFRESH = timedelta(days=6)
IDLE_WARNING = timedelta(days=45)

# What a look at the row needs, read in one statement.
NEEDED = (
    "access_sealed", "access_expires_at", "dead", "rest_until",
    "login_url", "identity_url", "api_url", "database_uuid",
)


class XeroToken(models.Model):
    """One set of tokens. Nobody has access; see the functions of this module."""

    _name = "xero.token"
    _description = "Xero Token"

    app_id = fields.Many2one("xero.app", required=True, index=True, ondelete="restrict")
    xero_user_id = fields.Char(required=True)
    access_sealed = fields.Char(groups=fields.NO_ACCESS, copy=False, prefetch=False)
    refresh_sealed = fields.Char(groups=fields.NO_ACCESS, copy=False, prefetch=False)
    access_expires_at = fields.Datetime()
    refreshed_at = fields.Datetime(help="Xero keeps the refresh token for 60 days from here.")
    scopes = fields.Char()
    dead = fields.Boolean(help="Xero does not accept the refresh token any more.")
    rotation = fields.Integer(help="Written before each refresh, so that a stale locker fails.")
    rest_until = fields.Datetime(help="No refresh before this: Xero did not answer.")
    # Where the token was issued, and for which database. It is never used elsewhere.
    login_url = fields.Char(required=True)
    identity_url = fields.Char(required=True)
    api_url = fields.Char(required=True)
    database_uuid = fields.Char(required=True)

    _user_uniq = models.Constraint("UNIQUE(app_id, xero_user_id)", "One token per app and user.")


class TokenUnavailable(errors.XeroError):
    """There is no valid token at this moment; trying again later helps."""

    def __init__(self, text, retry_at=None, code="token_unavailable"):
        super().__init__(code, text)
        self.retry_at = retry_at


class OtherEnvironment(errors.XeroError):
    """The token was issued elsewhere: under other addresses, or for another database.

    :param str reason: `environment`, `copied` or `other`
    """

    def __init__(self, reason):
        super().__init__(reason, "The token was issued elsewhere.")
        self.reason = reason


@dataclass(frozen=True)
class Grant:
    """Leave to call Xero for a short while."""

    token_id: int
    endpoints: oauth.Endpoints
    access_token: str = field(repr=False)


# === USING === #

def access(env, token_id, *, spent=None, renew=False):
    """A valid access token, refreshed if need be. Opens its own cursors; call it from anywhere.

    :param int token_id: id of the `xero.token`
    :param str spent: an access token that Xero called expired; another one is returned
    :param bool renew: refresh even though the access token is valid
    :return: the grant
    :rtype: Grant
    :raises errors.InvalidGrant: if Xero does not accept the refresh token any more; the tenants of
        the token have been disconnected by then
    :raises errors.InvalidClient: if Xero does not accept the app's id and secret
    :raises OtherEnvironment: if the token was issued elsewhere
    :raises TokenUnavailable: if it cannot be had now
    """
    give_up_at = time.monotonic() + PATIENCE
    refused = None  # fingerprint of the refresh token that Xero refused in the previous try
    while True:
        try:
            with env.registry.cursor() as cr:
                grant, refused = _try_once(
                    api.Environment(cr, SUPERUSER_ID, {}), token_id, spent, renew, refused
                )
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            grant = None
        except errors.InvalidGrant:
            _disconnect_tenants(env, token_id)
            raise
        if grant:
            return grant
        if time.monotonic() > give_up_at:
            raise TokenUnavailable("Another process is refreshing the token.")
        if not refused:
            time.sleep(random.uniform(0.05, 0.25))


def _try_once(env, token_id, spent, renew, refused):
    """One try in one new transaction.

    :return: (the grant or None to try again, fingerprint of a refused refresh token or None)
    """
    token = env["xero.token"].search_fetch([("id", "=", token_id)], NEEDED)
    if not token:
        raise TokenUnavailable("The token was removed.")
    check_place(token)
    if token.dead:
        raise errors.InvalidGrant("invalid_grant", "The refresh token was refused before.")
    access_token = secret.unseal(token, "access_sealed", token.access_sealed)
    fresh = token.access_expires_at - env.cr.now() > REMAINING_LIFE
    if fresh and access_token != spent and not renew:
        return Grant(token.id, endpoints_of(token), access_token), None
    if token.rest_until and token.rest_until > env.cr.now():
        raise TokenUnavailable("Xero's identity service did not answer.", token.rest_until)
    if not token.try_lock_for_update(allow_referencing=True):
        return None, None
    token.rotation += 1
    token.flush_recordset()
    refresh_token = secret.unseal(token, "refresh_sealed", token.refresh_sealed)
    if refused and refused == secret.digest(refresh_token):
        token.dead = True
        env.cr.commit()  # pylint: disable=invalid-commit  # no process tries it again
        _logger.info("Xero token %s: refused by Xero, its tenants need a new consent", token.id)
        raise errors.InvalidGrant("invalid_grant", "The refresh token was refused.")
    try:
        token_set = oauth.refresh(
            endpoints_of(token), token.app_id.client_id, client_secret(token.app_id), refresh_token
        )
    except errors.InvalidGrant:
        # Another process may have rotated meanwhile: look again in a new transaction.
        env.cr.rollback()
        return None, secret.digest(refresh_token)
    except errors.InvalidClient:
        _rest(token)
        raise
    except errors.XeroError as error:
        _rest(token)
        raise TokenUnavailable(error.text, token.rest_until) from None
    _keep(token, token_set)
    env.cr.commit()  # pylint: disable=invalid-commit  # rotated: on disk before anything uses it
    return Grant(token.id, endpoints_of(token), token_set.access_token), None


def check_place(token):
    """Refuse a token that was issued for other addresses or another database.

    :raises OtherEnvironment: with the reason
    """
    uuid = token.env["ir.config_parameter"].sudo().get_param("database.uuid")
    if token.database_uuid != uuid:
        raise OtherEnvironment("copied")
    if endpoints_of(token) != oauth.Endpoints.from_environment(os.environ):
        raise OtherEnvironment("environment")


def _issued_here(token):
    try:
        check_place(token)
    except OtherEnvironment:
        return False
    return True


def endpoints_of(token):
    """The addresses that the token was issued under."""
    return oauth.Endpoints(token.login_url, token.identity_url, token.api_url)


def _rest(token):
    """Keep the token and leave Xero alone for a while. A token is never cleared on a 5xx."""
    token.rest_until = token.env.cr.now() + REST
    token.env.cr.commit()  # pylint: disable=invalid-commit  # every other process rests too


def _disconnect_tenants(env, token_id):
    """Every tenant that lives on a refused token needs a new consent."""
    with env.registry.cursor() as cr:
        tenants = api.Environment(cr, SUPERUSER_ID, {})["xero.tenant"]
        tenant_ids = tenants.search([("token_id", "=", token_id)]).ids
    env["xero.tenant"].browse(tenant_ids)._mark_disconnected("consent")


# === KEEPING === #

def store(env, app, token_set, endpoints):
    """Keep a token set that was just issued, replacing the one of the same Xero user.

    :param app: the `xero.app`
    :param oauth.TokenSet token_set: what Xero issued
    :param oauth.Endpoints endpoints: who issued it
    :return: id of the `xero.token`, committed
    :rtype: int
    """
    give_up_at = time.monotonic() + PATIENCE
    while True:
        try:
            with env.registry.cursor() as cr:
                token_id = _try_store(
                    api.Environment(cr, SUPERUSER_ID, {}), app.id, token_set, endpoints
                )
        except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, psycopg2.errors.UniqueViolation):
            token_id = None
        if token_id:
            return token_id
        if time.monotonic() > give_up_at:
            raise TokenUnavailable("Another process is using the token.")
        time.sleep(random.uniform(0.05, 0.25))


def _try_store(env, app_id, token_set, endpoints):
    tokens = env["xero.token"]
    token = tokens.search([("app_id", "=", app_id), ("xero_user_id", "=", token_set.user_id)])
    if token and not token.try_lock_for_update(allow_referencing=True):
        return None
    place = {
        "login_url": endpoints.login_url,
        "identity_url": endpoints.identity_url,
        "api_url": endpoints.api_url,
        "database_uuid": env["ir.config_parameter"].sudo().get_param("database.uuid"),
    }
    if token:
        token.write(place)
    else:
        token = tokens.create({"app_id": app_id, "xero_user_id": token_set.user_id, **place})
    _keep(token, token_set)
    env.cr.commit()  # pylint: disable=invalid-commit  # on disk before anything uses it
    return token.id


def _keep(token, token_set):
    now = token.env.cr.now()
    token.write({
        "access_sealed": secret.seal(token, "access_sealed", token_set.access_token),
        "refresh_sealed": secret.seal(token, "refresh_sealed", token_set.refresh_token),
        "access_expires_at": now + timedelta(seconds=token_set.expires_in),
        "refreshed_at": now,
        "scopes": " ".join(sorted(token_set.scopes)),
        "dead": False,
        "rest_until": False,
        "rotation": token.rotation + 1,
    })


def revoke(env, token_id):
    """Take the consent back at Xero and drop the token. Safe to repeat.

    A revocation removes every connection of the Xero user, so call it only for a token that no
    tenant needs any more.

    :raises errors.XeroError: if Xero could not be reached; the token is kept then
    """
    with env.registry.cursor() as cr:
        token = api.Environment(cr, SUPERUSER_ID, {})["xero.token"].browse(token_id).exists()
        if not token or not token.try_lock_for_update():
            return
        if not token.dead and _issued_here(token):
            oauth.revoke(
                endpoints_of(token),
                token.app_id.client_id,
                client_secret(token.app_id),
                secret.unseal(token, "refresh_sealed", token.refresh_sealed),
            )
        token.unlink()
        cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own


# === KEEPING ALIVE === #

def refresh_idle(env):
    """Refresh the tokens that nobody used for a week, and warn of those that cannot be.

    :return: number of tokens refreshed
    :rtype: int
    """
    now = env.cr.now()
    idle = env["xero.token"].sudo().search([
        ("dead", "=", False), ("refreshed_at", "<", now - IDLE_REFRESH)
    ])
    refreshed = 0
    for token_id, refreshed_at in [(token.id, token.refreshed_at) for token in idle]:
        try:
            access(env, token_id, renew=True)
            refreshed += 1
        except (errors.XeroError, secret.SecretUnreadable) as error:
            _logger.info("Xero token %s: not refreshed (%s)", token_id, type(error).__name__)
            if refreshed_at < now - IDLE_WARNING:
                tenants = env["xero.tenant"].sudo().search([("token_id", "=", token_id)])
                tenants._warn_of_idle_token(refreshed_at + timedelta(days=60))
    return refreshed
