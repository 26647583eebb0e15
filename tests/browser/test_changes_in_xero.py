"""What somebody changes or enters in Xero, as a bookkeeper decides over it."""

from playwright.sync_api import expect

from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET

NAME = "Harbour Lights"


def test_take_send_and_import(live_odoo, person_of):
    session = live_odoo.login()
    story = Story(session, CLIENT_ID, CLIENT_SECRET)
    book = story.open_book(COMPANIES[0])
    story.connect(book)
    story.map(book)
    context = {"allowed_company_ids": [book.company_id]}
    partner = session.call("res.partner", "create", {
        "name": NAME, "is_company": True, "customer_rank": 1, "email": "old@harbour.example",
        "street": "1 Quay Street", "city": "Sydney",
    }, context=context)
    organisation = live_odoo.xero.organisation(COMPANIES[0].organisation)
    person = person_of(live_odoo.url, book.company_id)
    page = person.page
    person.log_in()
    person.open(f"base.action_partner_form/{partner}")
    page.get_by_role("tab", name="Xero").click()
    person.press("action_xero_push")
    expect(link(page)).to_contain_text("In Xero")

    read_contacts(person, book)
    [contact] = organisation.contacts.find("name", NAME.casefold())
    live_odoo.xero.clock.advance(5)
    organisation.edit_contact(contact["ContactID"], EmailAddress="new@harbour.example",
                              AccountNumber="HL-9")
    organisation.enter_contact(Name="Lantern Supplies", EmailAddress="hi@lantern.example")
    read_contacts(person, book)
    person.open(f"xero_connector.xero_tenant_action/{book.tenant_id}")
    expect(page.locator("button[name=action_open_differences]")).to_contain_text("3")
    person.photograph("changes-tenant")
    person.press("action_open_differences")
    email = change(person, "E-mail")
    expect(email).to_contain_text("old@harbour.example")
    expect(email).to_contain_text("new@harbour.example")
    person.photograph("changes")
    decide(person, email, "action_take")
    decide(person, change(person, "Account Number"), "action_send")
    decide(person, change(person, "New in Xero"), "action_take")
    person.photograph("changes-decided")

    person.open(f"base.action_partner_form/{partner}")
    expect(page.locator("div[name=email] input").first).to_have_value("new@harbour.example")
    page.get_by_role("tab", name="Xero").click()
    expect(link(page)).to_contain_text("In Xero")
    assert organisation.contacts[contact["ContactID"]]["EmailAddress"] == "new@harbour.example"
    person.open("base.action_partner_form")
    page.locator(".o_searchview_input").fill("Lantern")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Lantern Supplies").first).to_be_visible()
    assert person.errors == []


def link(page):
    return page.locator("div[name=xero_link_ids] tr.o_data_row")


def read_contacts(person, book):
    """Open the list of customers and suppliers, which reads what changed."""
    person.open(f"xero_connector.xero_tenant_action/{book.tenant_id}")
    step = person.page.locator(
        "tr.o_data_row:has(td[name=key]:text-is('Customers and Suppliers'))"
    )
    step.locator("button[name=action_open]:visible").click()
    person.page.wait_for_selector(".o_list_view")


def change(person, what):
    return person.page.locator("tr.o_data_row", has_text=what)


def decide(person, row, button):
    """Press a button of a row; the row is gone then."""
    row.locator(f"button[name={button}]:visible").click()
    expect(row).to_have_count(0)
