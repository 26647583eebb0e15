"""A running Odoo with a simulator of its own, for tests and benchmarks that need real processes.

`./dev` leaves a description of its environment in a file and names it in `XERO_DEV_SESSION`;
whoever runs inside (a test, a benchmark) builds the same objects from it.
"""

import contextlib
import itertools
import json
import os
import signal
from pathlib import Path

from . import paths, processes
from .consent import connect
from .database import Databases
from .odoo_server import Odoo, wait_for_login
from .odoo_session import OdooSession
from .ports import free_port

VARIABLE = "XERO_DEV_SESSION"
CLIENT_ID, CLIENT_SECRET = "LIVECLIENT", "live-client-secret"
WEBHOOK_KEY = "live-webhook-key"
_numbers = itertools.count(1)


def write_session(odoo, template, chromium=""):
    """Describe the environment for child processes; return the file that does."""
    paths.RUN.mkdir(parents=True, exist_ok=True)
    values = {"odoo": odoo.to_json(), "template": template, "chromium": chromium}
    paths.SESSION.write_text(json.dumps(values))
    paths.SESSION.chmod(0o600)
    return paths.SESSION


class Session:
    """The environment that `./dev` described: Odoo, the template database, a browser."""

    def __init__(self, path):
        values = json.loads(Path(path).read_text())
        self.odoo = Odoo.from_json(values["odoo"])
        self.databases = Databases(self.odoo)
        self.template = values["template"]
        self.chromium = values["chromium"]

    @classmethod
    def current(cls):
        """Return the environment this process runs in, or None outside of `./dev`."""
        path = os.environ.get(VARIABLE)
        return cls(path) if path else None

    @contextlib.contextmanager
    def database(self):
        """Lend a fresh database with the addon installed."""
        name = self.databases.copy(self.template, f"live_{os.getpid()}_{next(_numbers)}")
        try:
            yield name
        finally:
            self.databases.drop(name)


class LiveOdoo:
    """Odoo's server on a fresh database, and the Xero it speaks to.

    The server can be killed and started again at the same address; the simulator runs in this
    process: its journal, clock and faults are at hand as `xero`.
    """

    def __init__(self, session, database, xero):
        self.odoo = session.odoo
        self.databases = session.databases
        self.chromium = session.chromium
        self.database = database
        self.xero = xero
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.name = f"odoo-{database.removeprefix(session.odoo.server.prefix)}"
        self.process = None
        self.databases.set_base_url(database, self.url)
        xero.register_app(CLIENT_ID, CLIENT_SECRET, [f"{self.url}/xero/oauth/callback"])

    def start(self, max_cron_threads=1):
        """Start the server and wait until its login page answers."""
        self.process = self.odoo.serve(
            self.name, self.database, self.port, self.xero.url, max_cron_threads=max_cron_threads
        )
        wait_for_login(self.process, self.name, self.port)
        return self

    def stop(self):
        """End the server politely."""
        if self.process:
            processes.stop(self.process)

    def kill(self):
        """End the server at once, as a crash or a pulled plug would."""
        processes.stop(self.process, first=signal.SIGKILL)

    def login(self, login="admin", password="admin"):
        """Return a session of a person, logged in."""
        return OdooSession(self.url, self.database).login(login, password)

    def connect(self, session, tenant_id, organisation):
        """Take a tenant through the consent flow."""
        connect(session, tenant_id, organisation)

    def switch_on_webhooks(self, session):
        """Tell both sides the address and the key of webhooks, as a person would."""
        [app] = session.call(
            "xero.app", "search_read", [("client_id", "=", CLIENT_ID)], ["webhook_url"]
        )
        session.call("xero.app", "write", [app["id"]], {"webhook_key": WEBHOOK_KEY})
        self.xero.register_app(
            CLIENT_ID, CLIENT_SECRET, [f"{self.url}/xero/oauth/callback"],
            app["webhook_url"], WEBHOOK_KEY,
        )

    def sql(self, statement, *parameters):
        """Run a statement on the database, beside Odoo."""
        return self.databases.server.sql(self.database, statement, *parameters)

    def log(self):
        """Return what the server has logged since its last start."""
        return processes.read_log(f"{self.name}.log")


@contextlib.contextmanager
def live_odoo(session):
    """Lend a running Odoo with a simulator; both are gone afterwards."""
    from xero_simulator import Simulator

    with session.database() as database, Simulator() as xero:
        live = LiveOdoo(session, database, xero)
        try:
            yield live.start()
        finally:
            live.stop()
