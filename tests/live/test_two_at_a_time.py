"""One run of a real server: two requests at a time, and no rest longer than Xero asks for."""

import pytest

from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET
from devtools.processes import wait_until

CUSTOMERS = 150


@pytest.fixture
def book(live_odoo):
    """The Australian demo company, connected and mapped."""
    story = Story(live_odoo.login(), CLIENT_ID, CLIENT_SECRET)
    book = story.open_book(COMPANIES[0])
    story.connect(book)
    story.map(book)
    book.story = story
    return book


def make_customers(book, count, name):
    """New customers whose contacts are marked to be sent; the server starts at once."""
    values = [{"name": f"{name} {number}", "is_company": True} for number in range(count)]
    customers = book.story.call(book, "res.partner", "create", values)
    book.story.call(book, "res.partner", "action_xero_push", customers)
    return customers


def wait_for_sent(live_odoo, book, customers, seconds):
    def all_are_sent():
        states = book.story.read(book, "res.partner", customers, ["xero_state"])
        return all(one["xero_state"] == "sent" for one in states)

    wait_until(all_are_sent, live_odoo.process, "sending", f"{live_odoo.name}.log", seconds)


# Faults: 31
def test_two_requests_are_on_their_way_together(live_odoo, book):
    faults, journal = live_odoo.xero.faults, live_odoo.xero.journal
    journal.clear()
    first, second = (
        faults.add("hold", method="PUT", path="Contacts", when="before") for _count in range(2)
    )
    customers = make_customers(book, CUSTOMERS, "Held")
    assert first.reached.wait(60), "nothing reached Xero"
    first.release()  # its answer tells how many calls are left, if nobody knew
    assert second.reached.wait(60)
    third = faults.add("hold", method="PUT", path="Contacts", when="before")
    assert third.reached.wait(60), "the third request waited for the second"
    [[out]] = live_odoo.sql("SELECT count(*) FROM xero_request WHERE state = 'sending'")
    free = live_odoo.sql(
        "SELECT id FROM xero_request WHERE state = 'sending' FOR NO KEY UPDATE SKIP LOCKED"
    )
    assert (out, free) == (2, []), "who finds a row free takes its sender for dead"
    third.release()
    second.release()
    wait_for_sent(live_odoo, book, customers, 60)
    writes = journal.writes
    assert [call.element_count for call in writes] == [50, 50, 50]
    assert max(call.in_flight for call in writes) == 2
    held = live_odoo.xero.organisation(book.company.organisation).contacts.values()
    assert sum(row["Name"].startswith("Held ") for row in held) == CUSTOMERS


# Faults: 9
def test_a_parked_tenant_goes_on_in_time(live_odoo, book):
    """The scheduler itself looks once a minute; what may go in seconds goes in seconds."""
    live_odoo.sql(
        "UPDATE xero_budget SET pause_reason = 'minute',"
        " paused_until = now() at time zone 'UTC' + interval '8 seconds'"
    )
    live_odoo.xero.journal.clear()
    customers = make_customers(book, 1, "Parked")
    book.story.call(book, "xero.tenant", "action_sync", [book.tenant_id])
    [customer] = book.story.read(book, "res.partner", customers, ["xero_state"])
    assert customer["xero_state"] == "pending"
    wait_for_sent(live_odoo, book, customers, 30)
    [call] = live_odoo.xero.journal.writes
    assert call.status == 200
