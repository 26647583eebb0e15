"""The one way to Xero's accounting API: guard, token, send, note.

Module functions, not model methods: nothing here can be called over RPC, and no method returns a
client or a token.
"""

import logging
import threading

from odoo.exceptions import UserError

from ..xero import client, errors
from . import xero_exchange, xero_token
from .xero_budget import apart, rest

_logger = logging.getLogger(__name__)

# One HTTP session per thread keeps the connection to Xero open; it carries no credentials.
_local = threading.local()


def send(env, tenant, call, *, request=None, grants=None, dispensable=False):
    """Make one call for a tenant.

    Notes the call (`xero.exchange`) and what Xero said of its limits (`xero.budget`) in a short
    transaction of its own; `tenant` and `request` must be committed. Raises when nothing was
    executed and the answer would say so only to us; then tenant or budget hold what to do next.

    :param env: environment on the caller's own cursor
    :param tenant: the `xero.tenant`
    :param client.Call call: what to send
    :param request: the `xero.request` that is sent, if it is a write
    :param dict grants: grants by token, to be used again by the calls of the next seconds
    :param bool dispensable: a missing permission concerns this call alone, not the connection
    :return: the answer, whatever its status
    :rtype: client.Answer
    :raises errors.NoAnswer: if the outcome is unknown
    :raises errors.XeroError: if nothing was executed
    """
    _guard(tenant, request)
    grants = {} if grants is None else grants
    token_id = tenant.sudo().token_id.id
    grant = grants.get(token_id) or _grant(env, tenant)
    answer = ask(env, tenant, grant, tenant.organisation_id, call, request)
    verdict = errors.classify(answer, wrote=call.body is not None)
    if verdict == "expired":
        grant = _grant(env, tenant, spent=grant.access_token)
        answer = ask(env, tenant, grant, tenant.organisation_id, call, request)
        verdict = errors.classify(answer, wrote=call.body is not None)
    grants[token_id] = grant
    if verdict == "expired":
        del grants[token_id]
        rest(tenant, "token")
        raise xero_token.TokenUnavailable("Xero calls a token expired that was just issued.")
    if verdict == "scope":
        if not dispensable:
            tenant._mark_disconnected("scope")
        raise errors.ScopeMissing("scope", "A permission is missing.")
    if verdict == "gone":
        tenant._mark_disconnected("removed")
        raise errors.ConnectionGone("gone", "The connection was removed in Xero.")
    return answer


def ask(env, tenant, grant, organisation_id, call, request=None):
    """Send one call under a grant and note it; no judgement of the answer.

    :param grant: the `xero_token.Grant`
    :param str organisation_id: Xero's id of the organisation that is asked
    :return: the answer
    :rtype: client.Answer
    """
    xero = client.XeroClient(
        grant.endpoints.api_url, organisation_id, grant.access_token, session=_session()
    )
    try:
        answer = xero.send(call)
    except errors.XeroError as error:
        _note(tenant, call, request, error=error)
        raise
    _note(tenant, call, request, answer=answer)
    return answer


def check_answered(env, answer):
    """Raise unless the answer to a read is usable.

    :raises errors.XeroError: with the kind of trouble
    """
    verdict = errors.classify(answer, wrote=False)
    if verdict == "limited":
        raise errors.RateLimited("limited", answer.limit_problem or "")
    if verdict == "gone":
        raise errors.ConnectionGone("gone", "The connection was removed in Xero.")
    if verdict != "answered":
        raise errors.NoAnswer("no_answer", f"HTTP {answer.status}")


def _guard(tenant, request):
    """Never send what belongs to one organisation to another.

    :raises errors.ConnectionGone: if the tenant is not connected
    :raises xero_token.OtherEnvironment: if the request was frozen for another organisation
    """
    if tenant.state != "connected" or not tenant.sudo().token_id:
        raise errors.ConnectionGone("not_connected", "The tenant is not connected.")
    if request is None:
        return
    if (
        request.tenant_id != tenant
        or request.organisation_id != tenant.organisation_id
        or request.company_id != tenant.company_id
    ):
        raise xero_token.OtherEnvironment("environment")


def _grant(env, tenant, spent=None):
    """A grant for the tenant; what stands in the way is noted on the tenant."""
    try:
        return xero_token.access(env, tenant.sudo().token_id.id, spent=spent)
    except xero_token.OtherEnvironment as error:
        tenant._mark_disconnected(error.reason)
        raise
    except xero_token.TokenUnavailable as error:
        rest(tenant, "token", error.retry_at)
        raise
    except errors.InvalidGrant:
        raise  # the tenants of the token have been disconnected already
    except errors.XeroError as error:
        rest(tenant, error.code)
        raise
    except UserError as error:  # a secret cannot be read: nothing is cleared, we only wait
        rest(tenant, "secret")
        _logger.warning("Xero tenant %s: %s", tenant.id, error)
        raise xero_token.TokenUnavailable(str(error), code="secret") from None


def _note(tenant, call, request, answer=None, error=None):
    """Record the call, and what it told of Xero's limits."""
    values = xero_exchange.values_of(tenant, call, request, answer, error)

    def note(budget):
        now = budget.env["xero.exchange"]._note(values)
        if budget:
            budget._note(answer, error, now)

    apart(tenant, note)


def _session():
    if not hasattr(_local, "session"):
        _local.session = client.session()
    return _local.session
