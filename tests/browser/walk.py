"""What walks of the way back share: an invoice, its bookkeeper, and the organisation in Xero."""

from playwright.sync_api import expect

from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET
from devtools.processes import wait_until

NAME = "INV/26-27/0002"


class Walk:
    """One invoice, the bookkeeper in front of Odoo, and the organisation in Xero."""

    def __init__(self, live_odoo, person_of):
        self.live_odoo = live_odoo
        self.story = Story(live_odoo.login(), CLIENT_ID, CLIENT_SECRET)
        self.book = book = self.story.open_book(COMPANIES[0])
        self.story.connect(book)
        self.story.map(book)
        self.organisation = live_odoo.xero.organisation(book.company.organisation)
        self.person = person_of(live_odoo.url, book.company_id)
        self.person.log_in()
        [self.invoice] = self.story.search(book, "account.move", [
            ("name", "=", NAME), ("company_id", "=", book.company_id),
        ])

    @property
    def page(self):
        return self.person.page

    def open_tenant(self):
        self.person.open(f"xero_connector.xero_tenant_action/{self.book.tenant_id}")

    def open_invoice(self):
        self.person.open(f"account.action_move_out_invoice_type/{self.invoice}")

    def wait_for(self, model, record_id, **values):
        def is_so():
            [found] = self.story.read(self.book, model, [record_id], list(values))
            return found | values == found

        wait_until(
            is_so, self.live_odoo.process, f"waiting for {values}", f"{self.live_odoo.name}.log", 30
        )

    def look(self):
        """The quarter of an hour until the next look is over."""
        self.live_odoo.xero.clock.advance(5)
        self.live_odoo.sql(
            "UPDATE xero_poll SET next_at = now() AT TIME ZONE 'UTC' - interval '1 minute'"
        )
        self.story.call(self.book, "xero.tenant", "action_sync", [self.book.tenant_id])

    # === WEBHOOKS === #

    def hear_webhooks(self):
        """Let Xero tell of every change at once, and Odoo ask for nothing by itself."""
        # No person approves within the second in which Odoo has written: that one is its own.
        self.live_odoo.xero.clock.advance(5)
        self.live_odoo.switch_on_webhooks(self.story.session)
        self.live_odoo.xero.webhooks.start()
        self.live_odoo.sql(
            "UPDATE xero_poll SET next_at = now() AT TIME ZONE 'UTC' + interval '1 day'"
        )


class Accountant:
    """Somebody who works on Xero's own pages, in a tab beside Odoo."""

    def __init__(self, walk):
        self.page = walk.page.context.new_page()
        self.url = walk.live_odoo.xero.url
        self.organisation = walk.organisation

    def open(self, kind, guid):
        """Open an object: `invoices`, `bills`, `contacts`, …"""
        self.page.goto(f"{self.url}/organisation/{self.organisation.short_code}/{kind}/{guid}")

    def press(self, title, **fields):
        """Fill the fields of a button and press it; what Xero refuses fails the test."""
        form = self.page.locator("form").filter(
            has=self.page.get_by_role("button", name=title, exact=True)
        ).first
        for name, value in fields.items():
            form.locator(f"[name={name}]").fill(value)
        form.get_by_role("button", name=title, exact=True).click()
        expect(self.page.locator(".trouble")).to_have_count(0)
