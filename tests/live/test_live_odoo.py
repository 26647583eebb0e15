"""The ground that tests with real processes stand on: a real Odoo, connected to a simulator."""

import urllib.request

from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET


def test_a_connected_odoo_survives_being_killed(live_odoo):
    """A tenant is connected through the real consent flow; a killed server comes back to it."""
    with urllib.request.urlopen(f"{live_odoo.url}/web/login", timeout=60) as page:
        assert b"login" in page.read()
    story = Story(live_odoo.login(), CLIENT_ID, CLIENT_SECRET)
    book = story.open_book(COMPANIES[0])
    story.connect(book)
    live_odoo.kill()

    live_odoo.start()
    fields = ["state", "organisation_name"]
    [tenant] = live_odoo.login().call("xero.tenant", "read", [book.tenant_id], fields)
    assert tenant["state"] == "connected"
    assert tenant["organisation_name"] == "Southern Cross Trading"
    assert not live_odoo.xero.journal.unknown


def test_disconnect_and_delete_in_one_press(live_odoo):
    """The press reads what another cursor has written since it began; only a server shows that."""
    session = live_odoo.login()
    story = Story(session, CLIENT_ID, CLIENT_SECRET)
    book = story.open_book(COMPANIES[0])
    story.connect(book)
    context = {"allowed_company_ids": [book.company_id]}
    session.call("xero.tenant", "action_disconnect_and_delete", [book.tenant_id], context=context)
    assert session.call("xero.tenant", "search_count", [("id", "=", book.tenant_id)]) == 0


def test_lists_show_what_was_read_a_moment_ago(live_odoo):
    """Opening a list reads Xero in a cursor of its own, which the press itself does not see."""
    session = live_odoo.login()
    story = Story(session, CLIENT_ID, CLIENT_SECRET)
    book = story.open_book(COMPANIES[0])
    story.connect(book)
    context = {"allowed_company_ids": [book.company_id]}
    steps = session.call(
        "xero.setup.step", "search_read", [("tenant_id", "=", book.tenant_id)], ["key"],
        context=context,
    )
    for key, model, target in (
        ("contacts", "xero.contact.match", "contact_id"), ("items", "xero.item.match", "item_id"),
    ):
        step = next(step["id"] for step in steps if step["key"] == key)
        action = session.call("xero.setup.step", "action_open", [step], context=context)
        assert action["res_model"] == model
        listed = [("tenant_id", "=", book.tenant_id), (target, "!=", False)]
        assert session.call(model, "search_count", listed, context=context) > 5
