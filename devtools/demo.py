"""`./dev demo`: a real Odoo 19 with demo companies, its documents as drafts in a simulated Xero."""

import secrets
import time

from . import demo_report, demo_story, paths
from .console import say
from .environment import Environment
from .odoo_server import wait_for_login
from .odoo_session import OdooSession
from .ports import free_port
from .simulator import port_of, start_simulator

ODOO_PORT, XERO_PORT = 8069, 9100
CLIENT_ID = "DEMOAPP"
SEND_SECONDS = 180
LOGIN = PASSWORD = "admin"


def run(once, odoo_port=None, xero_port=None):
    """Run the whole story; then stay up, or return 0 when everything arrived equal.

    :param bool once: End after the table.
    """
    began = time.monotonic()
    surroundings = Environment.obtain()
    databases = surroundings.databases
    template = databases.with_addon()
    say("Database: a fresh copy for the demo (the simulated Xero starts empty, too)")
    database = databases.copy(template, "demo")
    odoo_url = f"http://localhost:{free_port(ODOO_PORT, odoo_port)}"
    xero_url = f"http://localhost:{free_port(XERO_PORT, xero_port)}"
    databases.set_base_url(database, odoo_url)

    say(f"Starting the Xero simulator at {xero_url} and Odoo at {odoo_url}")
    secret = secrets.token_urlsafe(24)
    app = f"{CLIENT_ID}:{secret}:{odoo_url}/xero/oauth/callback"
    start_simulator(surroundings.odoo.python, port_of(xero_url), app)
    process = surroundings.odoo.serve("odoo-demo", database, port_of(odoo_url), xero_url)
    wait_for_login(process, "odoo-demo", port_of(odoo_url))
    say(f"Odoo is up after {time.monotonic() - began:.0f} s: log in as {LOGIN} / {PASSWORD}")

    session = OdooSession(odoo_url, database).login(LOGIN, PASSWORD)
    story = demo_story.Story(session, CLIENT_ID, secret)
    books = [story.prepare(company) for company in demo_story.COMPANIES]
    say()
    for book in books:
        story.send(book)
    _wait_for_outcome(story, books)
    all_sent = demo_report.show(story, books, xero_url)
    if once:
        say(f"Took {time.monotonic() - began:.0f} s.")
        return 0 if all_sent else 1
    _stay(odoo_url, xero_url, process)
    return 0


def _wait_for_outcome(story, books):
    """Wait until the scheduled actions have brought every document to an outcome."""
    say("Waiting for the scheduled actions to send them")
    deadline = time.monotonic() + SEND_SECONDS
    while any(story.is_under_way(book) for book in books):
        if time.monotonic() > deadline:
            say(f"Not everything was settled after {SEND_SECONDS} s; the table shows what was.")
            return
        time.sleep(0.3)


def _stay(odoo_url, xero_url, process):
    say(f"\nOdoo            {odoo_url}    login {LOGIN}, password {PASSWORD}")
    say(f"Xero simulator  {xero_url}")
    say("Both run until Ctrl-C.")
    try:
        process.wait()
        say(f"Odoo ended by itself: see {paths.LOGS / 'odoo-demo.log'}.")
    except KeyboardInterrupt:
        say("\nStopping.")
