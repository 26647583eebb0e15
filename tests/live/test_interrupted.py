"""The server is worked on while documents are on their way: none is lost, none stands twice."""

import contextlib

import psycopg2

from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET
from devtools.processes import wait_until


def connected_book(live):
    """The Australian demo company, connected; its story has a person of now."""
    story = Story(live.login(), CLIENT_ID, CLIENT_SECRET)
    book = story.open_book(COMPANIES[0])
    story.connect(book)
    book.story = story
    return book


def send_customer(book, name):
    """A new customer that is marked to be sent."""
    [customer] = book.story.call(book, "res.partner", "create", [{"name": name}])
    book.story.call(book, "res.partner", "action_xero_push", [customer])
    return customer


def wait_for_state(live, customer, state):
    """Read from the database: whoever is asked over RPC may have been restarted meanwhile."""
    def found():
        return live.sql("SELECT state FROM xero_link WHERE res_id = %s", customer) == [[state]]

    wait_until(found, live.process, f"waiting for {state}", f"{live.name}.log", 60)


def held(live, book, name):
    rows = live.xero.organisation(book.company.organisation).contacts.values()
    return [row["Name"] for row in rows].count(name)


@contextlib.contextmanager
def locked(live, table):
    """Nobody else reads or writes a table meanwhile, as while it is being repaired."""
    server = live.databases.server
    password = {"password": server.password} if server.password else {}
    connection = psycopg2.connect(
        host=server.host, port=server.port, user=server.user, dbname=live.database, **password
    )
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


# Faults: 41
def test_a_locked_record_of_calls_holds_up_no_outcome(live_odoo):
    """What Xero answered is kept although the record of the call cannot be."""
    book = connected_book(live_odoo)
    with locked(live_odoo, "xero_exchange"):
        customer = send_customer(book, "Locked out")
        wait_for_state(live_odoo, customer, "sent")
    assert held(live_odoo, book, "Locked out") == 1
    assert live_odoo.sql("SELECT id FROM xero_request WHERE state != 'done'") == []


# Faults: 42
def test_an_update_of_the_addon_while_xero_has_the_request(live_odoo):
    """The request is kept, with its key and bytes, and settled when the server is back."""
    book = connected_book(live_odoo)
    in_flight = live_odoo.xero.faults.add("hold", method="PUT", path="Contacts", when="after")
    customer = send_customer(book, "Updated meanwhile")
    assert in_flight.reached.wait(60)
    live_odoo.kill()
    in_flight.release()
    open_requests = "SELECT key, body_sha256 FROM xero_request WHERE state != 'done'"
    before = live_odoo.sql(open_requests)
    live_odoo.databases.update_addon(live_odoo.database)
    assert live_odoo.sql(open_requests) == before != []

    live_odoo.start()
    session, context = live_odoo.login(), {"allowed_company_ids": [book.company_id]}
    session.call("xero.tenant", "action_sync", [book.tenant_id], context=context)
    wait_for_state(live_odoo, customer, "unknown")
    live_odoo.sql("UPDATE xero_request SET next_try_at = now() AT TIME ZONE 'UTC'")
    live_odoo.sql("UPDATE xero_request SET first_sent_at = first_sent_at - interval '66 seconds'")
    live_odoo.xero.clock.advance(66)
    session.call("xero.tenant", "action_sync", [book.tenant_id], context=context)
    wait_for_state(live_odoo, customer, "sent")
    assert held(live_odoo, book, "Updated meanwhile") == 1
