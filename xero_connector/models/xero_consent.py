"""A consent that is under way: what the person who comes back from Xero must match."""

import logging
import os
import secrets
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.http import STORED_SESSION_BYTES, request

from ..xero import oauth
from . import secret

_logger = logging.getLogger(__name__)

# How long a person may take at Xero.
LIFE = timedelta(minutes=10)

# Marks the browser that began a consent; it survives a new login, the session does not.
COOKIE = "xero_consent"


class XeroConsent(models.Model):
    """One trip to Xero's consent page. Nobody has access.

    Only the hash of the state is stored. A state is good for one answer, ten minutes, one user and
    one browser; it is marked used, and that is committed, before its code is exchanged.
    """

    _name = "xero.consent"
    _description = "Xero Consent"

    state_hash = fields.Char(required=True, groups=fields.NO_ACCESS, index=True)
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    tenant_id = fields.Many2one("xero.tenant", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    session_hash = fields.Char(groups=fields.NO_ACCESS, help="The login session it began in.")
    browser_hash = fields.Char(groups=fields.NO_ACCESS, help="The browser it began in.")
    redirect_uri = fields.Char(required=True)
    verifier_sealed = fields.Char(groups=fields.NO_ACCESS, prefetch=False)
    expires_at = fields.Datetime(required=True)
    used_at = fields.Datetime()

    _state_uniq = models.Constraint("UNIQUE(state_hash)", "This state exists already.")

    # === GOING === #

    @api.model
    def _begin(self, tenant):
        """Prepare a trip to Xero for the current user.

        :param tenant: the `xero.tenant` to connect
        :return: the address of Xero's consent page
        :rtype: str
        """
        state = secrets.token_urlsafe(32)
        pair = oauth.pkce_pair()
        session_hash, browser_hash = _browser_marks(leave_cookie=True)
        consent = self.create({
            "state_hash": secret.digest(state),
            "user_id": self.env.user.id,
            "tenant_id": tenant.id,
            "company_id": tenant.company_id.id,
            "session_hash": session_hash,
            "browser_hash": browser_hash,
            "redirect_uri": tenant.app_id._redirect_uri(),
            "expires_at": self.env.cr.now() + LIFE,
        })
        consent.verifier_sealed = secret.seal(consent, "verifier_sealed", pair.verifier)
        return oauth.authorize_url(
            oauth.Endpoints.from_environment(os.environ),
            tenant.app_id.client_id,
            consent.redirect_uri,
            tenant._wanted_scopes(),
            state,
            pair.challenge,
        )

    # === COMING BACK === #

    @api.model
    def _answer(self, state, code, error):
        """Take what a browser brought back from Xero.

        Everything that is written is written in cursors of its own: if Odoo ran the request again
        after a conflict, the code would be spent. Whatever goes wrong is told on the tenant's form.

        :return: (id of the tenant whose form is to be shown or None, sentence for a page if there
            is no form to show)
        :rtype: tuple
        """
        with self.pool.cursor() as cr:
            desk = self.with_env(api.Environment(cr, SUPERUSER_ID, {"lang": self.env.lang}))
            consent, problem = desk._consume(state, self.env.uid, *_browser_marks())
            tenant_id = consent.tenant_id.id
            cr.commit()  # pylint: disable=invalid-commit  # used: on disk before the exchange
        if problem in ("unknown", "stranger"):
            return None, self._problem_sentence(problem)
        tenant = self.env["xero.tenant"].sudo().browse(tenant_id)
        if problem:
            if problem != "used" or not (tenant.state == "connected" or tenant.notice):
                tenant._notice_apart(self._problem_sentence(problem))
        elif error or not code:
            tenant._notice_apart(self._error_sentence(error))
        else:
            tenant._complete_consent(consent.id, code)
        return tenant_id, None

    def _consume(self, state, uid, session_hash, browser_hash):
        """Use up the state; the caller commits.

        A state that the wrong person brings is used up as well: somebody else knows it.

        :return: (the consent, problem or None)
        """
        consent = self.search([("state_hash", "=", secret.digest(state or ""))])
        if not consent:
            return consent, "unknown"
        if consent.user_id.id != uid or not consent._same_browser(session_hash, browser_hash):
            consent.used_at = consent.used_at or self.env.cr.now()
            _logger.warning("Xero consent %s: answered by another user or browser", consent.id)
            return consent, "stranger"
        if consent.used_at or not consent.try_lock_for_update():
            return consent, "used"
        consent.used_at = self.env.cr.now()
        if consent.expires_at < self.env.cr.now():
            return consent, "expired"
        if not consent._still_allowed():
            return consent, "rights"
        return consent, None

    def _same_browser(self, session_hash, browser_hash):
        """Whether it began in this login session or, after a new login, in this browser."""
        return any(
            began == came
            for began, came in [
                (self.session_hash, session_hash), (self.browser_hash, browser_hash)
            ]
            if began
        ) or not (self.session_hash or self.browser_hash)

    def _still_allowed(self):
        user = self.user_id
        return (
            user.active
            and user.has_group("account.group_account_manager")
            and self.company_id in user.company_ids
            and self.company_id == self.tenant_id.company_id
        )

    def _problem_sentence(self, problem):
        return {
            "unknown": self.env._(
                "This answer from Xero does not belong to this database, or is older than a day. "
                "Nothing was changed. Open the Xero tenant and press Connect Now."
            ),
            "stranger": self.env._(
                "This answer from Xero belongs to a Connect Now that another user, or another "
                "browser, began. Nothing was connected. Log in as the user who pressed the "
                "button, open the Xero tenant and press Connect Now again."
            ),
            "used": self.env._(
                "This answer from Xero was used before. Press Connect Now to begin again."
            ),
            "expired": self.env._(
                "You took longer than 10 minutes at Xero. Nothing was connected; press Connect "
                "Now to begin again."
            ),
            "rights": self.env._(
                "You may not manage this tenant any more, or it moved to another company. Nothing "
                "was connected; ask an accounting manager to press Connect Now."
            ),
        }[problem]

    def _error_sentence(self, error):
        if error == "access_denied":
            return self.env._(
                "You cancelled at Xero. Nothing was connected; press Connect Now when you want to "
                "go on."
            )
        if error in ("invalid_scope", "unauthorized_client"):
            return self.env._(
                "Xero did not allow the permissions that are asked for (%(error)s). Check that "
                "the app at developer.xero.com is a Web app with exactly the redirect address "
                "shown on the Xero app's form, then press Connect Now again.",
                error=error,
            )
        return self.env._(
            "Xero did not connect and gave no usable reason. Press Connect Now to try again."
        )

    # === HOUSEKEEPING === #

    @api.model
    def _forget_old(self):
        """Drop consents that nobody can come back to; kept for a day to explain a late answer."""
        self.search([("expires_at", "<", self.env.cr.now() - timedelta(days=1))]).unlink()


def _browser_marks(leave_cookie=False):
    """Fingerprints of the login session and of the browser that make the current request.

    :param bool leave_cookie: whether to give the browser a cookie of ours to be known again by
    :return: (session, browser), False for what there is not: the shell, or a call with an API key
    :rtype: tuple
    """
    if not request or not request.session.uid:
        return False, False
    cookie = request.httprequest.cookies.get(COOKIE)
    if leave_cookie:
        cookie = cookie or secrets.token_urlsafe(32)
        request.future_response.set_cookie(
            COOKIE,
            cookie,
            max_age=int(LIFE.total_seconds()),
            path="/",
            secure=request.httprequest.is_secure,
            httponly=True,
            samesite="Lax",
        )
    session = secret.digest(request.session.sid[:STORED_SESSION_BYTES])
    return session, secret.digest(cookie) if cookie else False
