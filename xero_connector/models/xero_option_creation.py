"""Missing tracking options are created in Xero before the documents that need them."""

import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from ..xero import client, codec, const, errors, parse, parse_settings, payload
from . import xero_transport

_logger = logging.getLogger(__name__)

# https://central.xero.com/s/article/Set-up-tracking-categories
MOST_OPTIONS = 100

# The documents whose lines are tracked.
DOCUMENTS = ("account.move", "purchase.order")


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _create_missing_options(self):
        """Create the options that a person asked for, or that documents wait for.

        Part of the run, which holds the tenant's scheduled action alone. The intent is committed
        before each call; what has no certain outcome is read in Xero before it is tried again.
        What does not get through ends it: the others would not get through either.
        """
        self._aside(self._create_options)

    def _create_options(self):
        for row in self._options_to_create():
            if self.state != "connected":
                return
            if paused_until := self._wait_until():
                self._wake(at=paused_until)
                return
            if not row._create_in_xero():
                return

    def _options_to_create(self):
        asked = Domain("creation", "in", ("wanted", "sending"))
        if self.create_tracking_options:
            accounts = self._accounts_waited_for()
            self._complete_options(accounts)
            asked |= Domain("creation", "=", False) & Domain(
                "analytic_account_id", "in", accounts.ids
            )
        return self.env["xero.option.mapping"].search(
            Domain("tenant_id", "=", self.id) & Domain("option_id", "=", False) & asked, order="id"
        ).filtered("category_id")

    def _accounts_waited_for(self):
        """Analytic accounts of mapped plans that documents in the queue name, or wait for."""
        links = self.env["xero.link"]
        plans = self.tracking_mapping_ids.filtered("category_id").plan_id
        if not plans:
            return self.env["account.analytic.account"]
        pending = Domain(self._pending_domain())
        named = self._analytic_counts({
            model: Domain(
                "id", "in",
                links._search(pending & Domain("res_model", "=", model)).subselect("res_id"),
            )
            for model in DOCUMENTS
        })
        blocked = links.search([
            ("tenant_id", "=", self.id),
            ("state", "=", "blocked"),
            ("cause_model", "=", "account.analytic.account"),
        ])
        return self.env["account.analytic.account"].search([
            ("id", "in", [*named, *blocked.mapped("cause_id")]),
            ("root_plan_id", "in", plans.ids),
        ])


class XeroOptionMapping(models.Model):
    _inherit = "xero.option.mapping"

    def _create_in_xero(self):
        """Create the option of one row, unless Xero has it.

        :return: whether the row is settled, so that the next one may be tried
        :rtype: bool
        """
        self.ensure_one()
        tenant = self.tenant_id
        try:
            if self.creation == "sending":
                self._read_options()
            if self._adopt_option():
                return True
            if reason := self._why_not_created():
                self._fail(reason)
                return True
            self.creation = "sending"
            tenant._commit_progress(0, 1)  # the intent is on disk
            answer = self._put_option()
            verdict = errors.classify(answer, wrote=True)
            if verdict in ("answered", "refused", "not_found"):
                # What Xero has now is the truth, whatever the answer said.
                self._read_options()
        except errors.XeroError as error:
            _logger.info("Xero tenant %s: option not created (%s)", tenant.id, error.code)
            self._try_later()
            return False
        settled = verdict in ("answered", "refused", "not_found")
        if settled:
            if not self._adopt_option():
                words = list(parse.refusal(answer.body)) if verdict == "refused" else []
                self._fail(" ".join(words) or self.env._("Xero did not take it."))
        else:
            self._try_later()
        tenant._commit_progress(0, 1)
        return settled

    def _why_not_created(self):
        """The sentence why Xero cannot hold this option; None when it can."""
        name = self._option_name()
        if not name or len(name) > const.LENGTHS["TrackingOption"]:
            return self.env._(
                "Xero takes names of 1 to %(most)s characters.",
                most=const.LENGTHS["TrackingOption"],
            )
        if not self.category_id.active:
            return self.env._(
                "The category %(category)s was archived in Xero.", category=self.category_id.name
            )
        if len(self.category_id.option_ids.filtered("active")) >= MOST_OPTIONS:
            return self.env._(
                "%(category)s has %(most)s options, and Xero takes no more in a category. Archive "
                "options there that nobody needs, then press Read Settings.",
                category=self.category_id.name,
                most=MOST_OPTIONS,
            )
        return None

    def _option_name(self):
        room = const.LENGTHS["TrackingOption"] + 1  # one too many is told, not cut
        return codec.clean_text(self.analytic_account_id.name, room) or ""

    def _adopt_option(self):
        """Take the active option of that name, if the category has one."""
        name = self._option_name().casefold()
        found = self.category_id.option_ids.filtered(
            lambda option: option.active and option.name.casefold() == name
        )[:1]
        if found:
            self.write({"option_id": found.id, "proposed": True})
        return found

    def _fail(self, reason):
        """The row waits for a person, who reads why."""
        self.write({"creation": "failed", "attempt": self.attempt + 1, "message": reason})

    def _try_later(self):
        """The row stays as it is: before the next try Xero is asked what it has."""
        tenant = self.tenant_id
        soon = fields.Datetime.add(self.env.cr.now(), minutes=1)
        tenant._wake(at=max(soon, tenant._wait_until() or soon))

    # === CALLS === #

    def _put_option(self):
        """Send the create on a cursor of its own.

        The key names row and attempt: a try whose outcome is unknown is repeated under it.
        """
        tenant, name = self.tenant_id, self._option_name()
        identity = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        body = codec.envelope("Options", [codec.encode_element(payload.tracking_option(name))])
        call = client.Call(
            "PUT",
            f"TrackingCategories/{self.category_id.xero_id}/Options",
            body=body,
            key=codec.idempotency_key(
                identity, tenant.organisation_id, f"option {name}", [(self.id, self.attempt)]
            ),
        )
        with self.pool.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return xero_transport.send(env, tenant.with_env(env), call)

    def _read_options(self):
        """Read categories and options again into their mirror.

        :raises errors.XeroError: if Xero did not say
        """
        tenant = self.tenant_id
        with self.pool.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            answer = xero_transport.send(
                env, tenant.with_env(env), client.Call("GET", "TrackingCategories")
            )
        xero_transport.check_answered(self.env, answer)
        tenant._apply_tracking(parse_settings.tracking_categories(answer.body))
