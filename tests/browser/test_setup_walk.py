"""The set-up as a bookkeeper walks it: settings, taxes, accounts, customers, items, tracking,
history and the cut-over, on the Australian and the British demo company."""

import pytest
from playwright.sync_api import expect

from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET

STEPS = (
    "Settings in Xero", "Taxes", "Accounts", "Customers and Suppliers", "Items", "Tracking",
    "What Stands in Xero Already", "What to Send Since When",
)


@pytest.mark.parametrize("chart", [company.xml_id for company in COMPANIES])
def test_from_connected_to_ready(live_odoo, person_of, chart):
    session = live_odoo.login()
    story = Story(session, CLIENT_ID, CLIENT_SECRET)
    book = story.open_book(next(company for company in COMPANIES if company.xml_id == chart))
    story.connect(book)
    story.map(book)
    known = make_a_known_customer(live_odoo, session, book)
    person = person_of(live_odoo.url, book.company_id)
    person.log_in()

    open_setup(person, book)
    for step in STEPS:
        expect(row(person, step)).to_be_visible()
    photograph(person, chart, "setup")
    match_customers(person, session, book, known, chart)
    look_at_items(person, book, chart)
    choose_the_cut_over(person, book, chart)

    assert person.errors == []
    assert not live_odoo.xero.journal.writes, "nothing is written before something is sent"
    assert not live_odoo.xero.journal.unknown


def make_a_known_customer(live_odoo, session, book):
    """A customer of Odoo who stands in Xero already, spelled a little otherwise."""
    return session.call("res.partner", "create", {
        "name": "boom  FM", "is_company": True, "customer_rank": 1, "email": "nancy@boomfm.example",
    }, context={"allowed_company_ids": [book.company_id]})


def row(person, step):
    return person.page.locator(f"tr.o_data_row:has(td[name=key]:text-is('{step}'))")


def photograph(person, chart, name):
    person.photograph(f"{name}-{chart.rpartition('_')[2]}")


def open_setup(person, book):
    person.open(f"xero_connector.xero_tenant_action/{book.tenant_id}")
    expect(row(person, "Settings in Xero")).to_contain_text("Done")


def open_step(person, step):
    row(person, step).locator("button[name=action_open]:visible").click()


def match_customers(person, session, book, known, chart):
    """Certain pairs are accepted at once, applied in the background, and the step says so."""
    page = person.page
    open_step(person, "Customers and Suppliers")
    pair = page.locator("tr.o_data_row", has_text="boom FM")
    expect(pair).to_contain_text("Certain")
    expect(pair).to_contain_text("Boom FM")
    photograph(person, chart, "matching")
    person.press("action_accept_certain")
    expect(pair).to_contain_text("Link")
    person.press("action_apply")
    page.locator(".modal button.btn-primary").click()
    expect(page.locator(".o_notification", has_text="being applied")).to_be_visible()
    person.open(f"base.action_partner_form/{known}")
    page.get_by_role("tab", name="Xero").click()
    contact = page.locator("div[name=xero_link_ids] tr.o_data_row", has_text="Boom FM")
    expect(contact.or_(page.get_by_text("does not know this customer")).first).to_be_visible()
    open_setup(person, book)
    open_step(person, "Customers and Suppliers")
    expect(page.locator("tr.o_data_row", has_text="boom FM")).to_have_count(0)
    linked = [("res_model", "=", "res.partner"), ("res_id", "=", known), ("state", "=", "sent")]
    context = {"allowed_company_ids": [book.company_id]}
    assert session.call("xero.link", "search_count", linked, context=context) == 1


def look_at_items(person, book, chart):
    """The list of items shows Xero's beside Odoo's products."""
    open_setup(person, book)
    open_step(person, "Items")
    expect(person.page.locator("td[name=item_id]", has_text="[").first).to_be_visible()
    photograph(person, chart, "items")


def choose_the_cut_over(person, book, chart):
    """The date is chosen in a dialog, and the step is done."""
    page = person.page
    open_setup(person, book)
    open_step(person, "What to Send Since When")
    date = page.locator(".modal div[name=send_since]")
    date.locator("button, input").first.click()
    date.locator("input").fill("01/01/2026")
    date.locator("input").press("Tab")
    page.locator(".modal .o_form_button_save").click()
    expect(page.locator(".modal")).to_have_count(0)
    open_setup(person, book)
    expect(row(person, "What to Send Since When")).to_contain_text("Done")
    photograph(person, chart, "ready")
