"""Databases: a template with Odoo's demo companies, one with the addon on it, and copies of them.

A template gets its final name only when it is complete, so what a killed run left behind is seen
by its name and dropped. Names carry hashes of what went in: what changed is made anew.
"""

import os
import shutil

from . import paths
from .console import Trouble, say
from .odoo_server import loading
from .processes import run

MODULES = ("account", "purchase", "l10n_au", "l10n_nz", "l10n_uk", "l10n_us_account")
ADDON = "xero_connector"
MAKING = "making_"


class Databases:
    """The databases of this checkout in a PostgreSQL."""

    def __init__(self, odoo):
        self.odoo = odoo
        self.server = odoo.server

    def base(self):
        """Return the template with Odoo's own modules and demo data, made when it is missing."""
        key = paths.content_hash(self.odoo.source.version, str(self.odoo.source.home), *MODULES)
        return self._template("base", key, self._make_base)

    def with_addon(self):
        """Return the template with the addon of this very content on top of it."""
        key = paths.content_hash(self.base(), paths.addon_hash())
        return self._template("addon", key, self._add_addon)

    def copy(self, template, name):
        """Make a fresh copy under a name, replacing an older one; return its full name."""
        database = self.server.prefix + name
        self.drop(database)
        self._clone(template, database)
        return database

    def drop(self, database):
        self.server.sql("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        shutil.rmtree(filestore(database), ignore_errors=True)

    def drop_all(self):
        """Drop every database of this checkout."""
        for database in self._names(self.server.prefix):
            self.drop(database)

    def set_base_url(self, database, url):
        """Fix the address under which this Odoo is reached: Xero sends the browser back there."""
        for key, value in (("web.base.url", url), ("web.base.url.freeze", "True")):
            self.server.sql(
                database,
                "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                *(key, value),
            )

    # === TEMPLATES === #

    def _template(self, kind, key, make):
        final = f"{self.server.prefix}{kind}_{key}"
        if final in self._names(final):
            return final
        making = f"{self.server.prefix}{MAKING}{kind}"
        for leftover in self._names(making) + self._names(f"{self.server.prefix}{kind}_"):
            self.drop(leftover)
        make(making)
        shutil.rmtree(filestore(final), ignore_errors=True)
        if filestore(making).is_dir():
            filestore(making).rename(filestore(final))
        self.server.sql("postgres", f'ALTER DATABASE "{making}" RENAME TO "{final}"')
        return final

    def _make_base(self, making):
        say(f"Database: installing {', '.join(MODULES)} with demo data (about two minutes)")
        self._install(making, MODULES, "--with-demo", addons=())

    def _add_addon(self, making):
        say("Database: installing the addon")
        self._clone(self.base(), making)
        self._install(making, [ADDON], addons=(paths.ROOT,))

    def update_addon(self, database):
        """Update the addon in a database, as after an upgrade of its code."""
        self._install(database, [ADDON], "-u", ADDON, addons=(paths.ROOT,))

    def _install(self, database, modules, *options, addons):
        log = f"database-{database}.log"
        config = self.odoo.config("database", addons=addons)
        output = run(
            self.odoo.command(
                *("-c", config, "-d", database, "-i", ",".join(modules)),
                *("--stop-after-init", "--no-http", "--max-cron-threads=0", *options),
            ),
            f"installing {', '.join(modules)}",
            log,
            env=self.odoo.environment(),
            progress=lambda _output: loading(log),
        )
        # Odoo ends with status 0 also when a module could not be installed.
        states = self.server.sql(
            database,
            "SELECT name, state FROM ir_module_module WHERE name = ANY(%s)",
            list(modules),
        )
        missing = sorted(set(modules) - {name for name, state in states if state == "installed"})
        if missing:
            errors = [line for line in output.splitlines() if " ERROR " in line or "Error" in line]
            raise Trouble(
                f"Odoo did not install {', '.join(missing)}: see {paths.LOGS / log}"
                + (f" ({errors[-1].strip()[:300]})." if errors else ".")
            )

    # === PRIMITIVES === #

    def _clone(self, template, database):
        self.server.sql("postgres", f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        shutil.rmtree(filestore(database), ignore_errors=True)
        if filestore(template).is_dir():
            # Odoo names these files by their content and never changes one: a link is a copy.
            shutil.copytree(filestore(template), filestore(database), copy_function=os.link)

    def _names(self, start):
        rows = self.server.sql(
            "postgres",
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND starts_with(datname, %s) "
            "AND datname <> 'postgres'",
            start,
        )
        return [name for (name,) in rows]


def filestore(database):
    """Return the folder of a database's attachments."""
    return paths.ODOO_DATA / "filestore" / database
