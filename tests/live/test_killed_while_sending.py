"""The server dies while Xero has the request: each document stands in Xero exactly once."""

import itertools

import pytest

from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET
from devtools.processes import wait_until

NUMBERS = {"Invoices": "InvoiceNumber", "PurchaseOrders": "PurchaseOrderNumber"}
TABLES = {"Invoices": "invoices", "PurchaseOrders": "purchase_orders"}
MODELS = {"Invoices": "account.move", "PurchaseOrders": "purchase.order"}

# Seconds after which the same bytes go again under the same key.
FIRST_RESEND = 66


@pytest.fixture
def book(live_odoo):
    """The Australian demo company with orders, connected and mapped."""
    story = Story(live_odoo.login(), CLIENT_ID, CLIENT_SECRET)
    return story.prepare(COMPANIES[0])


def pass_time(live, seconds):
    """Stored moments go back, Xero's clock goes forward."""
    for column in ("first_sent_at", "send_deadline", "quarantine_until", "next_try_at"):
        live.sql(f"UPDATE xero_request SET {column} = {column} - interval '{seconds} seconds'")
    live.xero.clock.advance(seconds)


# Faults: 2
def test_killed_with_the_request_in_flight(live_odoo, book):
    organisation = live_odoo.xero.organisation(book.company.organisation)
    for kind, moment in itertools.product(NUMBERS, ("before", "after")):
        document = book.documents[MODELS[kind]].pop(0)  # the first ones are invoices
        session = live_odoo.login()
        context = {"allowed_company_ids": [book.company_id]}
        in_flight = live_odoo.xero.faults.add("hold", method="PUT", path=kind, when=moment)
        session.call(MODELS[kind], "action_xero_push", [document], context=context)
        assert in_flight.reached.wait(60), f"{kind} never reached Xero"
        live_odoo.kill()
        in_flight.release()

        live_odoo.start()
        session = live_odoo.login()
        fields = ["name", "xero_state", "xero_message"]

        def look(session=session, document=document, kind=kind, fields=fields):
            return session.call(MODELS[kind], "read", [document], fields)[0]

        def wait_for(state, look=look):
            wait_until(
                lambda: look()["xero_state"] == state,
                live_odoo.process,
                f"waiting for {state}",
                f"{live_odoo.name}.log",
                60,
            )

        assert look()["xero_state"] == "sending"
        session.call("xero.tenant", "action_sync", [book.tenant_id], context=context)
        wait_for("unknown")
        pass_time(live_odoo, FIRST_RESEND)
        session.call("xero.tenant", "action_sync", [book.tenant_id], context=context)
        wait_for("sent")
        held = [
            row
            for row in getattr(organisation, TABLES[kind]).values()
            if row[NUMBERS[kind]] == look()["name"]
        ]
        assert len(held) == 1, f"{kind}, killed {moment} Xero had executed"
    keys = {}
    for call in live_odoo.xero.journal.writes:
        keys.setdefault(call.idempotency_key, set()).add(call.body_sha256)
    assert all(len(bodies) == 1 for bodies in keys.values()), "a key went with two bodies"
