"""Webhooks between a real Odoo server and Xero's stand-in: what is delivered is seen in seconds, by
Odoo's own scheduler; what is forged or repeated changes nothing."""

import pytest

from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET
from devtools.processes import wait_until

# Far below the minute after which the scheduler looks by itself, and wide for a busy machine.
SOON = 20


@pytest.fixture
def invoice(live_odoo):
    """The GUID of an invoice that was sent as a draft; webhooks are switched on."""
    session = live_odoo.login()
    story = Story(session, CLIENT_ID, CLIENT_SECRET)
    book = story.open_book(COMPANIES[0])
    story.connect(book)
    story.map(book)
    [partner] = story.call(book, "res.partner", "create", [{"name": "Told Ltd"}])
    [move] = story.call(book, "account.move", "create", [{
        "move_type": "out_invoice", "partner_id": partner, "invoice_date": "2026-01-15",
        "invoice_line_ids": [(0, 0, {"name": "Service", "price_unit": 100})],
    }])
    story.call(book, "account.move", "action_post", [move])
    story.call(book, "account.move", "action_xero_push", [move])
    becomes(live_odoo, "SELECT count(*) = 1 FROM xero_link WHERE state = 'sent'"
            " AND resource = 'Invoices'")
    live_odoo.switch_on_webhooks(session)
    [[guid]] = live_odoo.sql("SELECT xero_id FROM xero_link WHERE resource = 'Invoices'")
    return guid


def becomes(live_odoo, statement, seconds=60):
    def is_true():
        return live_odoo.sql(statement)[0][0]

    wait_until(is_true, live_odoo.process, statement, f"{live_odoo.name}.log", seconds)


def status_is(status):
    return f"SELECT xero_status = '{status}' FROM xero_link WHERE resource = 'Invoices'"


def looked_at(live_odoo):
    becomes(live_odoo, "SELECT count(*) = 0 FROM xero_event WHERE state = 'new'", SOON)


# Faults: 20
def test_told_seen_and_repeated(live_odoo, invoice):
    webhooks = live_odoo.xero.webhooks
    organisation = live_odoo.xero.organisation(COMPANIES[0].organisation)
    organisation.set_lock_dates()  # the invoice is of a period that is closed there
    assert webhooks.intent_to_receive(CLIENT_ID)
    [[checked]] = live_odoo.sql("SELECT webhook_checked_at IS NOT NULL FROM xero_app")
    assert checked

    live_odoo.xero.clock.advance(5)
    organisation.approve(invoice)
    [forged] = webhooks.deliver(bad_signature=True)
    assert (forged.status, forged.answer, forged.cookie) == (401, b"", False)
    assert live_odoo.sql("SELECT count(*) FROM xero_event") == [[0]]

    first, second = webhooks.deliver(copies=2)
    assert first.accepted
    assert second.accepted
    becomes(live_odoo, status_is("AUTHORISED"), SOON)
    looked_at(live_odoo)
    assert live_odoo.sql("SELECT count(*) FROM xero_event") == [[1]]

    organisation.void(invoice)
    later = webhooks.deliver(reverse=True)
    becomes(live_odoo, status_is("VOIDED"), SOON)
    looked_at(live_odoo)
    live_odoo.xero.journal.clear()
    for old in (first, *later):
        assert webhooks.replay(old).accepted
    looked_at(live_odoo)
    assert live_odoo.sql(status_is("VOIDED")) == [[True]]
    assert len(live_odoo.xero.journal) == 0
