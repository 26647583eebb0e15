"""A person in front of a browser."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

# Without a sandbox it runs as root too; the rest keeps it from calling home.
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Milliseconds. What Xero tells is seen within seconds, on a busy machine too.
SOON = 20_000

# Odoo's Debian package leaves this file out; the web client does not need it.
KNOWN_ERRORS = ("selfie_segmentation", "Failed to load resource")


class Person:
    """Somebody who works in Odoo's web client, in one company.

    `photograph` keeps pictures in the folder that `XERO_SCREENSHOTS` names, if it names one.
    """

    def __init__(self, page, url, company_id):
        self.page = page
        self.url = url
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._listen)
        page.context.add_cookies([{"name": "cids", "value": str(company_id), "url": url}])

    def _listen(self, message):
        if message.type == "error" and not any(known in message.text for known in KNOWN_ERRORS):
            self.errors.append(message.text)

    def log_in(self, login="admin", password="admin"):
        self.page.goto(f"{self.url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")

    def open(self, action):
        """Open an action by its XML id, a record by `…/id`, or a new one by `…/new`."""
        self.page.goto(f"{self.url}/odoo/action-{action}")
        self.page.wait_for_selector(".o_list_view, .o_form_view")

    def open_row(self, text):
        self.page.locator(".o_data_row", has_text=text).locator("td.o_data_cell").nth(1).click()
        self.page.wait_for_selector(".o_form_view")

    def fill(self, field, text):
        self.page.fill(f"div[name={field}] input", text)

    def press(self, button):
        self.page.click(f"button[name={button}]:visible")

    def press_save(self):
        self.page.click(".o_form_button_save:visible")
        self.page.wait_for_selector(".o_form_button_save:visible", state="detached")

    def photograph(self, name, page=None):
        """Keep a picture of Odoo, or of another page."""
        if folder := os.environ.get("XERO_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            expect(self.page.locator(".o_blockUI, .o_loading_indicator")).to_have_count(0)
            page = page or self.page
            page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


@pytest.fixture
def person_of(browser_page):
    """Make a person who works in one company of an Odoo: `person_of(url, company_id)`."""
    return lambda url, company_id: Person(browser_page, url, company_id)


@pytest.fixture
def browser_page(dev_session):
    expect.set_options(timeout=SOON)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=dev_session.chromium, args=list(CHROMIUM_OPTIONS)
        )
        page = browser.new_context(viewport={"width": 1400, "height": 800}).new_page()
        page.set_default_timeout(60_000)
        yield page
        browser.close()
