"""The tenant's part in adopting history: the scheduled action and the step of the setup."""

import logging

import psycopg2
from odoo import models
from odoo.exceptions import ConcurrencyError

_logger = logging.getLogger(__name__)


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _adopt_history(self):
        """Carry on the search for documents that are in Xero already; part of each run."""
        for history in self.env["xero.history"].search([
            ("tenant_id", "=", self.id), ("state", "in", ("reading", "matching")),
        ]):
            try:
                history._go_on()
            except (psycopg2.OperationalError, ConcurrencyError):
                raise
            except Exception:
                # Whatever is wrong with the history, documents are sent.
                _logger.exception("Xero tenant %s: search for documents stopped", self.id)
                self.env.cr.rollback()
                history._put_off()

    # === SETUP === #

    def _step_history(self):
        """Where the search stands.

        :return: (state of the step, sentence)
        :rtype: tuple
        """
        history = self.env["xero.history"].search([("tenant_id", "=", self.id)])
        if history.state == "done":
            return "done", self.env._(
                "Linked: %(linked)s. To look at: %(open)s.",
                linked=history.linked_count,
                open=history.open_count,
            )
        if history.state in ("reading", "matching"):
            return "todo", history.progress
        return "optional", self.env._(
            "If documents stand in both systems already, find and link them, so that none is "
            "sent a second time. Nothing is written in Xero."
        )

    def _open_history(self):
        """The search of this tenant."""
        self.ensure_one()
        histories = self.env["xero.history"]
        history = histories.search([("tenant_id", "=", self.id)])
        return (history or histories.create({"tenant_id": self.id}))._open()
