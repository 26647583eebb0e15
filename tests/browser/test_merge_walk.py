"""Two contacts are merged on Xero's page: the customer in Odoo follows the one that stays."""

import pytest
from playwright.sync_api import expect

from .walk import Accountant, Walk

NAME, STAYS = "Harbour Lights", "Harbour Lights Pty Ltd"


class MergeWalk(Walk):
    def make_customer(self):
        """A customer who stands in Xero, and his double there.

        :return: (id in Odoo, GUID of his contact, GUID of the one that will stay)
        """
        partner = self.story.call(self.book, "res.partner", "create", {
            "name": NAME, "is_company": True, "customer_rank": 1,
        })
        self.story.call(self.book, "res.partner", "action_xero_push", [partner])
        self.wait_for("res.partner", partner, xero_state="sent")
        [contact] = self.organisation.contacts.find("name", NAME.casefold())
        other = self.organisation.enter_contact(Name=STAYS)
        self.live_odoo.xero.clock.advance(5)
        # Notices of what Odoo has just written itself lead to no look.
        self.live_odoo.sql("UPDATE xero_link SET sent_at = sent_at - interval '10 minutes'")
        return partner, contact["ContactID"], other["ContactID"]

    def open_customer(self, partner):
        self.person.open(f"base.action_partner_form/{partner}")
        self.page.get_by_role("tab", name="Xero").click()


@pytest.mark.parametrize("told", ["by a webhook", "by the poll"])
def test_the_customer_follows(live_odoo, person_of, told):
    walk = MergeWalk(live_odoo, person_of)
    page, person = walk.page, walk.person
    partner, goes, stays = walk.make_customer()
    if told == "by a webhook":
        walk.hear_webhooks()
    accountant = Accountant(walk)
    accountant.open("contacts", goes)
    accountant.press("Merge", into=STAYS)
    if told == "by the poll":
        walk.look()
    [link] = walk.story.search(walk.book, "xero.link", [
        ("res_model", "=", "res.partner"), ("res_id", "=", partner),
    ])
    walk.wait_for("xero.link", link, xero_id=stays)

    walk.open_customer(partner)
    row = page.locator("div[name=xero_link_ids] tr.o_data_row")
    expect(row).to_contain_text("In Xero")
    person.photograph(f"merge-{told[3:].replace(' ', '-')}")
    with page.context.expect_page() as opened:
        row.locator("button[name=action_open_in_xero]").click()
    expect(opened.value.locator("h1")).to_contain_text(STAYS)
    person.open("xero_connector.xero_difference_action")
    changed = page.locator("tr.o_data_row")
    expect(changed).to_have_count(1)
    expect(changed).to_contain_text(STAYS)
    person.photograph(f"merge-{told[3:].replace(' ', '-')}-changes")
    assert person.errors == []
    assert not live_odoo.xero.journal.unknown
