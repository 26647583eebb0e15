"""An invoice is paid in Odoo and turns paid in Xero; what somebody deletes there is told."""

from playwright.sync_api import expect

from devtools.consent import connect

from .test_payments_walk import choose_bank
from .walk import NAME, Walk


class SentPaymentWalk(Walk):
    def open_payments(self):
        self.open_tenant()
        self.page.get_by_role("tab", name="Payments").click()

    def sent_payment(self):
        """The payment on its way to Xero as Odoo knows it."""
        found = self.story.search(self.book, "xero.sent.payment", [])
        return found and found[0]


def test_paid_in_odoo_and_deleted_in_xero(live_odoo, person_of):
    walk = SentPaymentWalk(live_odoo, person_of)
    page, person = walk.page, walk.person
    walk.open_payments()
    page.get_by_label("Send Odoo's Payments to Xero").check()
    person.press_save()
    expect(page.locator(".alert:visible", has_text="Permissions missing")).to_be_visible()
    person.photograph("sent-payments-1-permission")
    expect(page.locator("button[name=action_connect]:visible")).to_have_count(1)
    connect(walk.story.session, walk.book.tenant_id, walk.book.company.organisation)
    walk.open_payments()
    expect(page.locator(".alert:visible", has_text="Permissions missing")).to_have_count(0)

    walk.open_invoice()
    person.press("action_xero_push")
    walk.wait_for("account.move", walk.invoice, xero_state="sent")
    [guid] = [
        row["InvoiceID"] for row in walk.organisation.invoices.values()
        if row["InvoiceNumber"] == NAME
    ]
    walk.organisation.approve(guid)
    walk.look()
    pay_by_form(walk)
    walk.story.call(walk.book, "xero.tenant", "action_sync", [walk.book.tenant_id])
    waiting = page.locator(".alert:visible", has_text="not chosen yet")
    expect(waiting).to_contain_text("Press Fix")
    person.photograph("sent-payments-2-waiting")
    waiting.get_by_role("button", name="Decide").click()
    expect(page.locator("tr.o_data_row")).to_have_count(1)
    person.photograph("sent-payments-3-list")

    walk.open_tenant()
    choose_bank(walk)
    person.photograph("sent-payments-4-tenant")
    walk.wait_for("xero.sent.payment", walk.sent_payment(), state="sent")
    assert walk.organisation.invoices[guid]["Status"] == "PAID"
    [payment] = walk.organisation.payments.values()
    walk.open_invoice()
    person.press("action_xero_open_sent_payments")
    expect(page.locator("tr.o_data_row", has_text="In Xero")).to_have_count(1)
    person.photograph("sent-payments-5-sent")

    walk.open_invoice()
    walk.organisation.unpay(payment["PaymentID"])
    walk.look()
    deleted = page.locator(".alert:visible", has_text="Somebody deleted")
    expect(deleted).to_be_visible()
    expect(page.locator("[name=xero_due]")).to_contain_text("44,750.00")
    person.photograph("sent-payments-6-deleted")
    deleted.get_by_role("button", name="Decide").click()
    page.locator("button[name=action_try_again]:visible").last.click()
    walk.wait_for("xero.sent.payment", walk.sent_payment(), state="sent")
    assert walk.organisation.invoices[guid]["Status"] == "PAID"
    assert person.errors == []
    assert not live_odoo.xero.journal.unknown


def pay_by_form(walk):
    """Press Pay on the invoice, and confirm."""
    walk.open_invoice()
    walk.page.get_by_role("button", name="Pay", exact=True).click()
    walk.page.get_by_role("button", name="Create Payment").click()
    expect(walk.page.locator(".ribbon:visible", has_text="Paid")).to_be_visible()
