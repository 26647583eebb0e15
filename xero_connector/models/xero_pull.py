"""The way back: what changed in Xero is asked for, kind by kind, and taken in.

Webhooks are hints to look earlier; the polls are what nothing gets past. Whatever comes in is
applied by id and by the moment of its change, so it may come twice, late, or in any order.
"""

import logging
from datetime import timedelta

import psycopg2
from odoo import models
from odoo.exceptions import ConcurrencyError

from ..xero import const, delta, errors, seen
from .xero_budget import DAY_RESERVE
from .xero_poll import AGAIN, AHEAD

_logger = logging.getLogger(__name__)

# Rows of one page. Documents come with their lines.
PAGE_SIZE = 250
PAYMENT_PAGE_SIZE = OPEN_PAGE_SIZE = 1000

# How far back payments are read in full: a year, and time to close its books.
LOOK_BACK = timedelta(days=400)

# Which invoices are still open. What is paid or voided changes no more unseen.
OPEN = "DRAFT,SUBMITTED,AUTHORISED"

# Xero finds these by their ids, 40 a call; each of the others is a call of its own.
FOUND_BY_IDS = ("Invoices",)

# From so many ids on, a page of what changed costs less than looking at them.
WORTH_A_PAGE = {"Invoices": const.IDS_PER_FILTER + 1, "CreditNotes": 2, "PurchaseOrders": 2}

DOCUMENTS = ("Invoices", "CreditNotes", "PurchaseOrders")


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === THE RUN === #

    def _pull(self, seconds_left):
        """Ask for what is due, kind after kind; nothing here stops what is sent.

        :param float seconds_left: what the scheduler still gives
        :return: what is left of it
        """
        for poll in self.env["xero.poll"]._due(self):
            if seconds_left <= 0 or not self._may_pull_now():
                break
            seconds_left = self._pull_kind(poll)
        return seconds_left

    def _may_pull_now(self):
        """Whether a call may be spent on what comes back. Documents leave some for it."""
        return self.state == "connected" and not self.sudo().budget_id._wait_until(DAY_RESERVE)

    def _pull_kind(self, poll):
        """Read one kind until nothing is left or time is over. An error puts it off, and nothing
        else.

        :return: the seconds that the scheduler still gives
        """
        try:
            {
                "Payments": self._pull_payments,
                "Contacts": self._pull_contacts,
                "Items": self._pull_items,
                "Settings": self._pull_settings,
                "OpenInvoices": self._pull_open_invoices,
                "AllPayments": self._pull_all_payments,
            }.get(poll.resource, self._pull_documents)(poll)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except errors.XeroError as error:
            _logger.info("Xero tenant %s: %s not read (%s)", self.id, poll.resource, error.code)
            self.env.cr.rollback()
            poll._put_off(AGAIN)
        except Exception:
            _logger.exception("Xero tenant %s: reading %s stopped", self.id, poll.resource)
            self.env.cr.rollback()
            poll._put_off(AGAIN)
        return self._commit_progress(0, 1)

    def _count_runnable(self):
        # EXTENDS: a run that ends for lack of time goes on while something is due
        count = super()._count_runnable()
        return count or int(self._may_pull_now() and bool(self.env["xero.poll"]._due(self)))

    # === KINDS === #

    def _pull_documents(self, poll):
        def take_in(body):
            page = seen.documents(poll.resource, body)
            return page, self._each(self._take_in, page.rows)

        self._pull_pages(poll, PAGE_SIZE, take_in)

    def _pull_open_invoices(self, poll):
        def take_in(body):
            page = seen.documents("Invoices", body)
            return page, self._each(self._take_in, page.rows)

        self._pull_pages(poll, OPEN_PAGE_SIZE, take_in, "Invoices", {"Statuses": OPEN})

    def _pull_payments(self, poll):
        if self._wants_payments():
            self._pull_pages(poll, PAYMENT_PAGE_SIZE, self._take_in_payments)
        else:
            poll._done()

    def _pull_all_payments(self, poll):
        """Read all payments, whatever Xero said that has changed: of a document that was linked
        late, or one whose change was missed, nothing stays unknown."""
        if not self._wants_payments():
            poll._done()
            return
        day = max(self._first_day_of_payments(), self.env.cr.now().date() - LOOK_BACK)
        self._pull_pages(
            poll, PAYMENT_PAGE_SIZE, self._take_in_payments, "Payments",
            {"where": f"Date >= DateTime({day.year},{day.month},{day.day})"},
        )

    def _take_in_payments(self, body):
        page = seen.payments(body)
        return page, self._each(self._payments_seen, page.rows)

    def _pull_pages(self, poll, page_size, take_in, resource=None, wanted=None):
        """Read page after page of what changed. How far we are is stored with what was taken in,
        in one transaction; a run that is broken off goes on there.

        :param take_in: function of an answer's body: (`seen.SeenPage`, whether it held news)
        :param str resource: Xero's name of the list, where it is not the poll's
        :param dict wanted: what narrows the list
        """
        position, more = delta.Position(poll.since), True
        begun, calm = poll.since, poll._was_long_ago()
        latest, shown = self.env.cr.now() + AHEAD, set()
        while more:
            body = self._get_from_xero(
                resource or poll.resource,
                {
                    "page": position.page, "pageSize": page_size, "order": "UpdatedDateUTC",
                    **(wanted or {}),
                },
                since=position.since,
            )
            page, news = take_in(body)
            if page.senseless:
                _logger.warning(
                    "Xero tenant %s: %s rows of %s make no sense",
                    self.id, page.senseless, poll.resource,
                )
            moments = [
                row.updated_at if row.updated_at and row.updated_at < latest else None
                for row in page.rows
            ] + [None] * page.senseless
            calm = calm and not news
            # Of pages that move it counts what they list, also of documents that are not ours.
            listed = {(row.xero_id, row.updated_at) for row in page.rows}
            position, more = delta.after(position, moments, page_size, not listed <= shown)
            shown |= listed
            poll.write({"since": position.since, "polled_at": self.env.cr.now()})
            if more and (self._commit_progress(0, 1) <= 0 or not self._may_pull_now()):
                return
        if calm and any(moments) and poll.since == begun:
            poll.since += delta.SECOND  # the last reading showed it, long after it was over
        poll._done()

    def _pull_contacts(self, poll):
        self._begin_contacts()
        self._commit_progress(0, 1)  # pages are read in cursors of their own
        left = True
        while left and self._may_pull_now():
            left = self._pull_contacts_page()
            if self._commit_progress(0, 1) <= 0:
                break
        self.env["xero.link"]._follow_merges(self)
        if not left:
            poll._done()

    def _pull_items(self, poll):
        if self.send_item_codes or self.items_pulled_at:
            self._pull_items_apart()
        poll._done()

    def _pull_settings(self, poll):
        self._pull_settings_apart()
        poll._done()

    # === LOOKING === #

    def _look_at(self, resource, guids):
        """Fetch documents by their ids and take them in: many ids in one call where Xero can, a
        page of all that changed where that costs less.

        :param str resource: `Invoices`, `CreditNotes` or `PurchaseOrders`
        :param guids: Xero's ids
        :raises errors.XeroError: if Xero could not be asked
        """
        ids = sorted({guid.lower() for guid in guids})
        if len(ids) >= WORTH_A_PAGE[resource]:
            self.env["xero.poll"]._make_due(self, resource)
            return
        if resource in FOUND_BY_IDS:
            for start in range(0, len(ids), const.IDS_PER_FILTER):
                some = ids[start : start + const.IDS_PER_FILTER]
                body = self._get_from_xero(resource, {
                    "IDs": ",".join(some), "page": 1, "pageSize": const.IDS_PER_FILTER,
                })
                self._each(self._take_in, seen.documents(resource, body).rows)
            return
        for guid in ids:
            body = self._get_from_xero(f"{resource}/{guid}")
            if body is not None:
                self._each(self._take_in, seen.documents(resource, body).rows)

    # === TAKING IN === #

    def _each(self, take_in, rows):
        """Take rows in together, or, where one of them meets an error that nobody foresaw, each by
        itself: that one is left out, and the log says why.

        :param take_in: method that takes rows and tells whether one of them was news
        """
        try:
            with self.env.cr.savepoint():
                return take_in(rows)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.exception("Xero tenant %s: %s", self.id, take_in.__name__)
            if len(rows) <= 1:
                return False
            return bool(sum([self._each(take_in, (row,)) for row in rows]))

    def _take_in(self, documents):
        """Apply what Xero holds of documents to their links; nothing is sent for it, and nothing
        is written on business records here.

        :param documents: `seen.SeenDocument`s, of any order and age
        :return: whether one of them was news
        :rtype: bool
        """
        news = self.env["xero.link"]._see(self, documents)
        if not news:
            return False
        if any(document.resource != "PurchaseOrders" for document in news.values()):
            self.env["xero.poll"]._make_due(self, "Payments")
        self._documents_seen(news)
        return True

    def _documents_seen(self, seen_by_link):
        """Documents of ours that changed in Xero were taken in; for extensions.

        :param dict seen_by_link: {`xero.link`: `seen.SeenDocument`}
        """

    # === PAYMENTS === #

    def _wants_payments(self):
        """Whether anything is done with single payments; amounts paid come with the documents."""
        return False

    def _first_day_of_payments(self):
        """The first day of payments with which anything is done.

        :rtype: datetime.date
        """
        return self.env.cr.now().date()

    def _payments_seen(self, payments):
        """Payments were listed by Xero; for extensions.

        :param payments: `seen.SeenPayment`s, of any order and age
        :return: whether one of them was news
        :rtype: bool
        """
        return False


class XeroRequest(models.Model):
    _inherit = "xero.request"

    def _close(self):
        # EXTENDS: while its outcome was in doubt, what changed in Xero was not taken in
        if self.resource in DOCUMENTS and (self.sends > 1 or self.state == "quarantined"):
            self.env["xero.poll"]._read_again(
                self.tenant_id, [self.resource, "Payments"], self.first_sent_at
            )
        return super()._close()
