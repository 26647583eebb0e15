"""The whole way as a bookkeeper goes it: app, Connect Now, consent, back, map, send, status."""

from playwright.sync_api import expect

from devtools.demo_story import COMPANIES
from devtools.live import CLIENT_ID, CLIENT_SECRET

ORGANISATION = "Southern Cross Trading"


def test_from_an_empty_app_to_a_draft_in_xero(live_odoo, person_of):
    module, name = COMPANIES[0].xml_id.split(".")
    session = live_odoo.login()
    domain = [("module", "=", module), ("name", "=", name)]
    [company] = session.call("ir.model.data", "search_read", domain, ["res_id"])
    person = person_of(live_odoo.url, company["res_id"])
    person.log_in()

    create_app(person)
    connect(person)
    send_and_see_what_is_missing(person)
    map_and_see_it_sent(person)
    open_it_in_xero(person, live_odoo)
    send_from_the_list(person)
    unsaved_changes_are_kept(person, live_odoo, session, company["res_id"])

    assert person.errors == []
    assert not live_odoo.xero.journal.unknown
    executed = [call for call in live_odoo.xero.journal.writes if call.executed]
    assert all(call.idempotency_key and call.element_count <= 50 for call in executed)


def create_app(person):
    """The secret can be typed, and is never shown again."""
    person.open("xero_connector.xero_app_action/new")
    person.fill("name", "Odoo")
    person.fill("client_id", CLIENT_ID)
    person.fill("client_secret", CLIENT_SECRET)
    person.press_save()
    expect(person.page.locator("div[name=client_secret] input")).to_have_value("")
    assert CLIENT_SECRET not in person.page.content()
    person.photograph("app")


def connect(person):
    """Connect Now leads to Xero in the same tab; the answer comes back to this very form."""
    page = person.page
    person.open("xero_connector.xero_tenant_action/new")
    expect(page.locator("button[name=action_sync]")).to_be_hidden()
    person.press("action_connect")
    page.wait_for_url("**/identity/connect/authorize?**")
    page.get_by_text(ORGANISATION).click()
    page.get_by_role("button", name="Allow access").click()
    page.wait_for_selector("button[name=action_disconnect]")
    assert page.url.startswith(person.url)
    assert "code=" not in page.url
    expect(page.locator("div[name=organisation_name]")).to_have_text(ORGANISATION)
    person.photograph("tenant")


def send_and_see_what_is_missing(person):
    """A document that cannot be sent says why, and leads to what is to be mended."""
    person.open("account.action_move_out_invoice_type")
    person.open_row("INV/26-27/0002")
    person.press("action_xero_push")
    alert = person.page.locator(".alert", has_text="has no counterpart in Xero")
    expect(alert).to_contain_text("41110")
    person.photograph("blocked")
    person.press("action_xero_open_cause")
    expect(person.page.locator(".o_data_row")).to_have_count(1)


def map_and_see_it_sent(person):
    """Filling the column releases the document; the person is told without reloading."""
    page = person.page
    page.click(".o_data_row td[name=xero_account_id]")
    page.fill(".o_data_row td[name=xero_account_id] input", "200")
    page.click(".o-autocomplete--dropdown-item:has-text('200')")
    page.click(".o_list_button_save:visible")
    toast = page.locator(".o_notification", has_text="INV/26-27/0002 is in Xero")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Open").click()
    expect(page.locator("button[name=action_xero_open]")).to_contain_text("Draft")
    person.photograph("sent")


def open_it_in_xero(person, live_odoo):
    """The link opens the document in Xero, with the total of Odoo."""
    with person.page.expect_popup() as popup:
        person.press("action_xero_open")
    popup.value.wait_for_load_state()
    assert popup.value.url.startswith(live_odoo.xero.url)
    expect(popup.value.locator("body")).to_contain_text("INV/26-27/0002")
    expect(popup.value.locator("body")).to_contain_text("44,750.00")
    popup.value.close()


def send_from_the_list(person):
    """The list's action sends all; the list shows their states when the answer is there."""
    page = person.page
    person.open("account.action_move_out_invoice_type")
    page.click("thead .o_list_record_selector input")
    page.get_by_role("button", name="Actions").click()
    page.click(".o-dropdown-item:has-text('Send to Xero')")
    # nine invoices and four credit notes
    expect(page.locator(".o_data_row .badge:has-text('In Xero')")).to_have_count(13)
    person.photograph("list")


def unsaved_changes_are_kept(person, live_odoo, session, company_id):
    """An open form with unsaved changes is not reloaded: a toast tells the outcome instead."""
    page = person.page
    context = {"allowed_company_ids": [company_id]}
    domain = [("company_id", "=", company_id), ("name", "=", "INV/26-27/0002")]
    [sent] = session.call("account.move", "search", domain)
    [another] = session.call("account.move", "copy", [sent], context=context)
    session.call("account.move", "action_post", [another], context=context)

    answer = live_odoo.xero.faults.add("hold", method="PUT", path="Invoices")
    person.open(f"account.action_move_out_invoice_type/{another}")
    person.press("action_xero_push")
    expect(page.locator("button[name=action_xero_push]")).to_be_hidden()
    page.get_by_role("tab", name="Other Info").click()
    page.fill("div[name=ref] input", "typed meanwhile")
    answer.release()
    expect(page.locator(".o_notification", has_text="is in Xero")).to_be_visible()
    expect(page.locator("div[name=ref] input")).to_have_value("typed meanwhile")
