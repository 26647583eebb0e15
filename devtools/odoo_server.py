"""Running Odoo: its configuration file, its command line, a server that answers."""

import http.client
import json
import re
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .odoo_source import OdooSource
from .postgres import Server
from .processes import environment, read_log, start, wait_until


@dataclass(frozen=True)
class Odoo:
    """Everything that is needed to run Odoo: its source, a Python, a PostgreSQL."""

    source: OdooSource
    python: Path
    server: Server

    def command(self, *arguments):
        return [self.python, "-m", "odoo", *arguments]

    def environment(self, **extra):
        return environment(PYTHONPATH=self.source.home, **extra)

    def config(self, name, *, addons=(paths.ROOT,), **options):
        """Write a configuration file below `.dev` and return its path.

        :param addons: Folders of addons beside Odoo's own.
        :param options: More entries, for instance `db_name` or `http_port`.
        """
        entries = {
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "data_dir": paths.ODOO_DATA,
            "addons_path": ",".join(map(str, (*self.source.addons_paths, *addons))),
            "http_interface": "127.0.0.1",
            "workers": 0,
            "list_db": False,
            **options,
        }
        if self.server.password:
            entries["db_password"] = self.server.password
        if "db_name" in options:
            entries["dbfilter"] = f"^{re.escape(options['db_name'])}$"
        for folder in (paths.ODOO_DATA, paths.RUN):
            folder.mkdir(parents=True, exist_ok=True)
        path = paths.RUN / f"{name}.conf"
        lines = (f"{key} = {value}\n" for key, value in entries.items())
        path.write_text("[options]\n" + "".join(lines))
        path.chmod(0o600)
        return path

    def serve(self, name, database, port, xero_url, *, max_cron_threads=1):
        """Start a server on a database and return its process; wait with `wait_for_login`.

        :param str xero_url: The base address of the Xero that the addon shall speak to.
        """
        config = self.config(
            name, db_name=database, http_port=port, max_cron_threads=max_cron_threads
        )
        addresses = dict.fromkeys(("XERO_LOGIN_URL", "XERO_IDENTITY_URL", "XERO_API_URL"), xero_url)
        return start(self.command("-c", config), f"{name}.log", env=self.environment(**addresses))

    def to_json(self):
        """Return what another process needs to build the same object with `from_json`."""
        return json.dumps(
            {
                "source": {"home": str(self.source.home), "version": self.source.version},
                "python": str(self.python),
                "server": vars(self.server),
            }
        )

    @classmethod
    def from_json(cls, text):
        values = json.loads(text)
        return cls(
            OdooSource(Path(values["source"]["home"]), values["source"]["version"]),
            Path(values["python"]),
            Server(**values["server"]),
        )


def wait_for_login(process, name, port, seconds=120):
    """Wait until the login page answers."""

    def answers():
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
            connection.request("GET", "/web/login", headers={"Host": f"localhost:{port}"})
            return connection.getresponse().status == 200
        except OSError:
            return False

    wait_until(answers, process, "starting Odoo", f"{name}.log", seconds)


def loading(log):
    """Return how far Odoo is with its modules, from its log, or nothing yet."""
    found = re.findall(r"Loading module (\w+) \((\d+)/(\d+)\)", read_log(log))
    return "module {1} of {2}: {0}".format(*found[-1]) if found else ""
