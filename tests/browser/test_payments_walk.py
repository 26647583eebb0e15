"""An invoice is paid on Xero's page and turns paid in Odoo, on the form that stands open, and
back: polled alone."""

from playwright.sync_api import expect

from .walk import NAME, Accountant, Walk


class PaymentWalk(Walk):
    def open_tenant(self):
        super().open_tenant()
        self.page.get_by_role("tab", name="Payments").click()

    def payment(self):
        """The payment in Xero as Odoo knows it."""
        found = self.story.search(self.book, "xero.payment", [])
        return found and found[0]


def test_paid_in_xero_and_back(live_odoo, person_of):
    walk = PaymentWalk(live_odoo, person_of)
    page, person = walk.page, walk.person
    walk.open_tenant()
    page.get_by_label("Registered in Odoo").check()
    person.press_save()
    money = page.locator("div[name=payment_account_ids]")
    expect(money).to_contain_text("Business Bank Account")
    person.photograph("payments-1-tenant")

    walk.open_invoice()
    person.press("action_xero_push")
    walk.wait_for("account.move", walk.invoice, xero_state="sent")
    [guid] = [
        row["InvoiceID"] for row in walk.organisation.invoices.values()
        if row["InvoiceNumber"] == NAME
    ]
    accountant = Accountant(walk)
    accountant.open("invoices", guid)
    accountant.press("Approve")
    accountant.press("Pay", amount="10.00")
    walk.look()
    waiting = page.locator(".alert:visible", has_text="not chosen yet")
    expect(waiting).to_contain_text("Business Bank Account")
    person.photograph("payments-2-waiting")
    waiting.get_by_role("button", name="Decide").click()
    expect(page.locator("tr.o_data_row")).to_have_count(1)
    person.photograph("payments-3-list")
    page.locator("button[name=action_fix]:visible").click()
    expect(page.locator(".breadcrumb-item.active, .o_last_breadcrumb_item")).to_contain_text(
        "Where the Money Is"
    )
    expect(page.locator("tr.o_data_row", has_text="Business Bank Account")).to_be_visible()
    person.photograph("payments-4-fix")
    walk.open_tenant()
    page.get_by_role("tab", name="Need a Look").click()
    expect(page.locator("div[name=stuck_cause_ids]")).to_contain_text("1 payment in Xero")
    person.photograph("payments-5-look")
    page.locator("div[name=stuck_cause_ids] button[name=action_fix]:visible").click()
    expect(page.locator("tr.o_data_row", has_text="Business Savings Account")).to_be_visible()

    walk.open_tenant()
    choose_bank(walk)
    walk.wait_for("xero.payment", walk.payment(), state="registered")
    accountant.press("Pay")
    walk.open_invoice()
    expect(page.locator(".o_statusbar_status, .ribbon").first).to_be_visible()
    person.photograph("payments-6-partial")
    walk.look()
    expect(page.locator(".ribbon:visible", has_text="Paid")).to_be_visible()
    person.photograph("payments-7-paid")

    accountant.press("Remove")
    walk.look()
    expect(page.locator(".ribbon:visible", has_text="Partial")).to_be_visible()
    person.press("action_xero_open_payments")
    expect(page.locator("tr.o_data_row")).to_have_count(2)
    expect(page.locator("tr.o_data_row", has_text="Undone")).to_have_count(1)
    person.photograph("payments-8-undone")
    assert person.errors == []
    assert not live_odoo.xero.journal.unknown


def choose_bank(walk):
    """Choose the journal on the tenant's form, as a person does."""
    walk.page.get_by_role("tab", name="Payments").click()
    row = walk.page.locator("tr.o_data_row", has_text="Business Bank Account")
    row.locator("td[name=journal_id]").click()
    row.locator("div[name=journal_id] input").fill("Bank")
    walk.page.locator(".o-autocomplete--dropdown-item", has_text="Bank").first.click()
    walk.person.press_save()
