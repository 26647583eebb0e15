"""An invoice's life, seen on both sides: sent, changed, edited by a person in Xero, approved, paid,
and another one that is cancelled."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET
from devtools.processes import wait_until


class Life:
    """One invoice, the person in front of Odoo, and the organisation in Xero."""

    def __init__(self, live_odoo, person, story, book, name):
        self.live_odoo, self.person, self.story, self.book = live_odoo, person, story, book
        self.organisation = live_odoo.xero.organisation(book.company.organisation)
        [self.invoice] = story.search(book, "account.move", [
            ("name", "=", name), ("company_id", "=", book.company_id),
        ])
        self.name = name

    @property
    def in_xero(self):
        """What Xero holds of it."""
        return next(
            row for row in self.organisation.invoices.values() if row["InvoiceNumber"] == self.name
        )

    def open(self):
        self.person.open(f"account.action_move_out_invoice_type/{self.invoice}")

    def change(self, **values):
        """Reset to draft and post again with other values, as a person does."""
        self.person.press("button_draft")
        expect(self.person.page.locator("button[name=action_post]:visible").first).to_be_visible()
        self.story.call(self.book, "account.move", "write", [self.invoice], values)
        self.open()
        self.person.page.locator("button[name=action_post]:visible").first.click()
        expect(self.person.page.locator("button[name=button_draft]:visible")).to_be_visible()

    def photograph(self, stage):
        """Odoo's form as it stands, and Xero's page of the document."""
        self.person.photograph(f"life-{stage}-odoo")
        with self.person.page.expect_popup() as popup:
            self.person.press("action_xero_open")
        page = popup.value
        page.wait_for_load_state()
        expect(page.locator("body")).to_contain_text(self.name)
        self.person.photograph(f"life-{stage}-xero", page)
        page.close()

    def settle(self, state, status=None):
        """Wait until the document has come to a state, which the form shows by itself."""
        def is_settled():
            [found] = self.story.read(
                self.book, "account.move", [self.invoice], ["xero_state", "xero_status"]
            )
            return found["xero_state"] == state and status in (None, found["xero_status"])

        wait_until(
            is_settled,
            self.live_odoo.process,
            f"waiting for {state}",
            f"{self.live_odoo.name}.log",
            30,
        )
        if status:
            stands = self.person.page.locator("button[name=action_xero_open]")
            expect(stands).to_contain_text(status.capitalize())

    def decide(self, button, confirmed=False):
        """Press one of the ways out, and confirm it where that is asked."""
        self.person.press(button)
        if confirmed:
            self.person.page.click(".modal button.btn-primary")
        expect(self.person.page.locator(".modal")).to_have_count(0)
        self.settle("sent")
        expect(self.person.page.locator(".alert:visible", has_text="Xero")).to_have_count(0)


@pytest.fixture
def life_of(live_odoo, person_of):
    """The life of an invoice by its number: `life_of(name)`."""
    story = Story(live_odoo.login(), CLIENT_ID, CLIENT_SECRET)
    book = story.open_book(COMPANIES[0])
    story.connect(book)
    story.map(book)
    person = person_of(live_odoo.url, book.company_id)
    person.log_in()
    return lambda name: Life(live_odoo, person, story, book, name)


def test_a_life_on_both_sides(life_of):
    life = life_of("INV/26-27/0002")
    page = life.person.page
    life.open()
    life.person.press("action_xero_push")
    life.settle("sent", "DRAFT")
    life.photograph("1-sent")
    guid = life.in_xero["InvoiceID"]
    lines = [line["LineItemID"] for line in life.in_xero["LineItems"]]

    change_it(life)
    assert life.in_xero["InvoiceID"] == guid
    assert [line["LineItemID"] for line in life.in_xero["LineItems"]] == lines

    edit_it_in_xero(life)
    life.change(invoice_date="2026-11-20")
    life.settle("attention")
    differences = page.locator(".alert", has_text="changed it in Xero")
    expect(differences).to_contain_text("By phone")
    assert life.in_xero["Reference"] == "By phone", "nothing was overwritten"
    life.photograph("3-edited")
    life.decide("action_xero_overwrite", confirmed=True)
    life.settle("sent", "DRAFT")
    assert life.in_xero["Reference"] == "PO 18"

    life.organisation.approve(guid)
    life.organisation.pay(guid, "10.00")
    life.change(ref="PO 19")
    life.settle("attention")
    paid = page.locator(".alert", has_text="paid or credited")
    expect(paid).to_contain_text("Credit it and issue a new one")
    assert life.in_xero["Reference"] == "PO 18"
    life.photograph("4-paid")
    life.decide("action_xero_leave")

    cancel_another(life_of)
    assert life.person.errors == []
    assert not life.live_odoo.xero.journal.unknown


def change_it(life):
    """Changed line by line: the same document, the same lines, the new total."""
    [line, *_others] = life.story.search(life.book, "account.move.line", [
        ("move_id", "=", life.invoice), ("display_type", "=", "product"),
    ])
    before = life.in_xero["Total"]
    life.change(ref="PO 18", invoice_line_ids=[(1, line, {"price_unit": 1234.5})])
    life.settle("sent", "DRAFT")
    [odoo] = life.story.read(life.book, "account.move", [life.invoice], ["amount_total"])
    assert life.in_xero["Total"] == Decimal(f"{odoo['amount_total']:.2f}") != before
    life.photograph("2-changed")


def edit_it_in_xero(life):
    """A person in Xero types another reference."""
    life.organisation.edit(life.in_xero["InvoiceID"], Reference="By phone")


def cancel_another(life_of):
    """What is cancelled in Odoo while it is a draft in Xero is deleted there."""
    life = life_of("INV/26-27/0003")
    life.open()
    life.person.press("action_xero_push")
    life.settle("sent", "DRAFT")
    life.person.press("button_draft")
    life.person.press("button_cancel")
    life.settle("sent", "DELETED")
    assert life.in_xero["Status"] == "DELETED"
    life.photograph("5-cancelled")
