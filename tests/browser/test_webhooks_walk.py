"""What an accountant does on Xero's pages turns on the form in Odoo that stands open, told by
webhooks alone."""

from playwright.sync_api import expect

from .test_payments_walk import choose_bank
from .walk import NAME, Accountant, Walk


def test_approved_paid_taken_back_and_voided(live_odoo, person_of):
    walk = Walk(live_odoo, person_of)
    page, person = walk.page, walk.person
    walk.open_tenant()
    page.get_by_role("tab", name="Payments").click()
    page.get_by_label("Registered in Odoo").check()
    person.press_save()
    choose_bank(walk)
    walk.open_invoice()
    person.press("action_xero_push")
    walk.wait_for("account.move", walk.invoice, xero_state="sent")
    [guid] = [
        row["InvoiceID"] for row in walk.organisation.invoices.values()
        if row["InvoiceNumber"] == NAME
    ]
    walk.hear_webhooks()
    accountant = Accountant(walk)
    accountant.open("invoices", guid)
    stands = page.locator("button[name=action_xero_open]")
    expect(stands).to_contain_text("Draft")

    accountant.press("Approve")
    expect(stands).to_contain_text("Awaiting Payment")
    person.photograph("webhooks-1-approved")
    accountant.press("Pay", amount="750.00")
    expect(stands).to_contain_text("Part-Paid")
    expect(page.locator(".ribbon:visible", has_text="Partial")).to_be_visible()
    accountant.press("Pay")
    expect(page.locator(".ribbon:visible", has_text="Paid")).to_be_visible()
    expect(stands).to_contain_text("Paid")
    person.photograph("webhooks-2-paid")
    person.photograph("webhooks-2-paid-in-xero", accountant.page)

    accountant.press("Remove")
    expect(stands).to_contain_text("Part-Paid")
    expect(page.locator(".ribbon:visible", has_text="Partial")).to_be_visible()
    accountant.press("Remove")
    expect(stands).to_contain_text("Awaiting Payment")
    expect(page.locator(".ribbon:visible")).to_have_count(0)
    person.photograph("webhooks-3-taken-back")

    accountant.press("Void")
    expect(stands).to_contain_text("Voided")
    removed = page.locator(".alert:visible", has_text="was voided in Xero")
    expect(removed).to_be_visible()
    person.photograph("webhooks-4-voided")
    removed.get_by_role("button", name="Leave as It Is").click()
    expect(removed).to_have_count(0)
    assert walk.organisation.invoices[guid]["Status"] == "VOIDED"
    assert person.errors == []
    assert not live_odoo.xero.journal.unknown
