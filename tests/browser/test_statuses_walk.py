"""What becomes of an invoice in Xero shows in Odoo on the form that stands open, polled alone."""

from playwright.sync_api import expect

from .walk import NAME, Walk


def test_approved_paid_in_part_and_voided(live_odoo, person_of):
    walk = Walk(live_odoo, person_of)
    page, person = walk.page, walk.person
    walk.open_invoice()
    person.press("action_xero_push")
    walk.wait_for("account.move", walk.invoice, xero_state="sent")
    [guid] = [
        row["InvoiceID"] for row in walk.organisation.invoices.values()
        if row["InvoiceNumber"] == NAME
    ]
    stands = page.locator("button[name=action_xero_open]")
    expect(stands).to_contain_text("Draft")

    walk.organisation.approve(guid)
    walk.look()
    expect(stands).to_contain_text("Awaiting Payment")
    payment = walk.organisation.pay(guid, "10.00")
    walk.look()
    expect(stands).to_contain_text("Part-Paid")
    expect(page.locator("div[name=xero_paid]")).to_contain_text("$ 10.00")
    expect(page.locator("div[name=xero_seen_at]")).to_be_visible()
    person.photograph("statuses-1-part-paid")

    walk.open_tenant()
    count = page.locator("a[data-stage=part_paid]")
    expect(count).to_have_text("1 Part-Paid")
    person.photograph("statuses-2-tenant")
    count.click()
    person.open_row(NAME)
    expect(stands).to_contain_text("Part-Paid")

    walk.organisation.unpay(payment["PaymentID"])
    walk.organisation.void(guid)
    walk.look()
    expect(stands).to_contain_text("Voided")
    expect(page.locator(".alert:visible", has_text="was voided in Xero")).to_be_visible()
    expect(page.locator("div[name=xero_paid]")).to_have_count(0)
    person.photograph("statuses-3-voided")
    assert person.errors == []
    assert not live_odoo.xero.journal.unknown
