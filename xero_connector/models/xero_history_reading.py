"""Reading Xero's documents page by page: each page in a cursor of its own, committed."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ..xero import client, errors, parse, retry
from ..xero import history as matching
from . import xero_transport

# Xero's types by resource; an order has only one.
KINDS = {
    ("Invoices", "ACCREC"): "invoice",
    ("Invoices", "ACCPAY"): "bill",
    ("CreditNotes", "ACCRECCREDIT"): "credit",
    ("CreditNotes", "ACCPAYCREDIT"): "vendor_credit",
}

# Rest after an error of ours.
REST = timedelta(hours=1)

# What may be too much for one answer.
TOO_LARGE = ("too_large", "timeout", "no_answer")

READ_COLUMNS = (
    "xero_number", "xero_reference", "xero_contact", "xero_contact_id", "xero_date",
    "xero_currency_id", "xero_untaxed", "xero_tax", "xero_total", "xero_due", "xero_paid",
    "xero_credited", "xero_status", "xero_updated_at", "read_at", "round",
)


class XeroHistory(models.Model):
    _inherit = "xero.history"

    def _go_on(self):
        """Take the search as far as the scheduler's time and Xero's limits let it.

        Never raises because of Xero: what stands in the way is on the form, and the scheduled
        action is woken when it is over.
        """
        self.ensure_one()
        tenant = self.tenant_id
        while self.state in ("reading", "matching") and tenant.state == "connected":
            if waits := self._waits_until():
                tenant._wake(at=waits)
                return
            if self.state == "matching":
                self._match()
                return
            self._read_page_apart()
            if tenant._commit_progress(1, 1) <= 0:
                tenant._wake()
                return

    def _waits_until(self):
        """When the next page may be read; False when it may be now."""
        waits = [self.state == "reading" and self.tenant_id._wait_until()]
        if self.next_try_at and self.next_try_at > self.env.cr.now():
            waits.append(self.next_try_at)
        return max(filter(None, waits), default=False)

    def _read_page_apart(self):
        """Read one page and store it, or note why it could not be read."""
        with self.pool.cursor() as cr:
            history = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            try:
                page = history._fetch_page()
            except errors.XeroError as error:
                history._note_trouble(error)
            else:
                history._store(page)
            history._tell_progress()
            history.flush_recordset()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(flush=False)

    def _fetch_page(self):
        """Ask Xero for the next page.

        :rtype: documents.Page
        :raises errors.XeroError: if it did not come, or is no list
        """
        resource = matching.RESOURCES[self.position]
        params = matching.query(resource, self.date_from, self.offset, self.page_size)
        call = client.Call("GET", resource, params=params)
        answer = xero_transport.send(self.env, self.tenant_id, call)
        xero_transport.check_answered(self.env, answer)
        return parse.page(resource, answer.body)

    def _note_trouble(self, error):
        """Where no limit of Xero says when to go on: later and later; smaller pages may help."""
        if isinstance(error, errors.RateLimited):
            return
        self.write({
            "failures": self.failures + 1,
            "next_try_at": retry.backoff_until(self.env.cr.now(), self.failures),
            "notice": self.env._(
                "The last page could not be read. %(reason)s",
                reason=self.tenant_id._failure_sentence(error),
            ),
        })
        if error.code in TOO_LARGE and self.page_size > matching.SMALLEST_PAGE:
            self.page_size //= 2
            if error.code == "too_large":
                self.next_try_at = False

    def _put_off(self):
        """An error of ours must not keep documents from being sent: try again in an hour."""
        self.write({
            "next_try_at": self.env.cr.now() + REST,
            "notice": self.env._(
                "An error in Odoo stopped the search. Ask your administrator to look into the "
                "server's log."
            ),
        })

    def _store(self, page):
        """Store a page and move on; a page that is read twice is stored once."""
        resource = matching.RESOURCES[self.position]
        self._insert([
            (kind, held)
            for held in page.documents
            if held.status not in matching.GONE
            and held.totals
            and (kind := KINDS.get((resource, held.kind), resource == "PurchaseOrders" and "order"))
        ])
        values = {"failures": 0, "next_try_at": False, "notice": False,
                  "unreadable": self.unreadable + page.unreadable}
        if page.rows < self.page_size:
            values |= {"position": self.position + 1, "offset": 0, "total": 0}
            if self.position + 1 == len(matching.RESOURCES):
                values["state"] = "matching"
        else:
            values |= {"offset": self.offset + page.rows, "total": page.total or 0}
        self.write(values)

    def _insert(self, documents):
        """Insert the rows of a page in bulk; what is linked already stays as it is.

        :param list documents: pairs of kind and `documents.Held`
        """
        currencies = {
            currency.name: currency.id
            for currency in self.env["res.currency"].with_context(active_test=False).search([])
        }
        rows = {
            (kind, held.xero_id): (
                self.id, self.company_id.id, kind, held.xero_id, "only_xero", False,
                held.number, held.reference, held.contact_name, held.contact_id, held.date,
                currencies.get(held.currency), held.totals.untaxed, held.totals.tax,
                held.totals.total, held.due, held.paid, held.credited, held.status,
                held.updated and held.updated.replace(tzinfo=None, microsecond=0),
                self.env.cr.now(), self.round,
            )
            for kind, held in documents
        }
        if not rows:
            return
        names = ("history_id", "company_id", "kind", "xero_id", "result", "ignored", *READ_COLUMNS)
        self.env.cr.execute(SQL(
            "INSERT INTO xero_history_document (%s) VALUES %s"
            " ON CONFLICT (history_id, kind, xero_id) WHERE xero_id IS NOT NULL"
            " DO UPDATE SET %s WHERE xero_history_document.result != 'linked'",
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(SQL("%s", row) for row in rows.values()),
            SQL(", ").join(
                SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                for name in READ_COLUMNS
            ),
        ))

    def _tell_progress(self):
        """Let the form of the person who waits show how far it is."""
        if self.asked_by_id:
            self.asked_by_id._bus_send("xero_connector.outcome", {
                "model": self._name, "res_ids": self.ids, "quiet": True,
            })
