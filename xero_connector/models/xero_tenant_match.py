"""The run of a tenant carries out what was decided on the lists, before anything is sent."""

import contextlib
import logging

import psycopg2
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ConcurrencyError

from ..xero import errors

_logger = logging.getLogger(__name__)

MATCH_MODELS = ("xero.contact.match", "xero.item.match")


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    @contextlib.contextmanager
    def _apart(self):
        """Lend this tenant in a transaction of its own, committed at the end: it sees what another
        cursor has just stored, which the transaction of a button does not (REPEATABLE READ).

        The environment is the system user's; the caller has checked what the person may do.
        """
        with self.pool.cursor() as cr:
            yield self.with_env(api.Environment(cr, SUPERUSER_ID, self.env.context))

    def _run_batches(self):
        # EXTENDS: contacts are read on, and decisions applied, before anything is sent
        self._aside(self._read_contacts_on)
        for model in MATCH_MODELS:
            self._apply_matches(self.env[model])
        self._aside(self._read_adopted_items)
        return super()._run_batches()

    def _aside(self, step):
        """Take a step that sending does not need: documents are sent whatever is wrong with it.

        :param step: method without parameters
        """
        try:
            step()
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.exception("Xero tenant %s: %s stopped", self.id, step.__name__)
            self.env.cr.rollback()

    def _read_contacts_on(self):
        """Read what is left of Xero's contacts, then propose pairs anew."""
        if not self.contacts_page:
            return
        try:
            while self._may_call_now() and self._pull_contacts_page():
                if self._commit_progress(0, 1) <= 0:
                    break
        except errors.XeroError as error:
            # The next run reads the same page again; the transport has noted why.
            _logger.info("Xero tenant %s: contacts are read later (%s)", self.id, error.code)
        self._commit_progress(0, 1)
        if not self.contacts_page:
            self.env["xero.contact.match"]._refresh(self)
            self._commit_progress(0, 1)

    def _apply_matches(self, matches):
        """Apply decisions, a hundred between two commits; it goes on where it stopped.

        :param matches: one of the models that are a `xero.match`
        """
        try:
            while applied := matches._apply_some(self):
                if self._commit_progress(applied, 1) <= 0:
                    break
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception:
            # Whatever is wrong with the list, documents are sent.
            _logger.exception("Xero tenant %s: decisions on a list stopped", self.id)
            self.env.cr.rollback()
            matches._put_off(self)
            self._commit_progress(0, 1)
