"""`./dev clean`: remove everything the launcher made, and nothing else."""

import os
import shutil

from . import paths, postgres, python_packages
from .console import Trouble, say
from .database import Databases
from .odoo_server import Odoo
from .odoo_source import OdooSource


def run():
    """Remove the databases, the private cluster and the folder; keep what the person brought."""
    if os.environ.get("PGHOST") and python_packages.PYTHON.exists():
        _drop_databases()
    postgres.remove()
    for entry in sorted(paths.DEV.iterdir()):
        if entry == paths.LOCK:
            continue
        try:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        except PermissionError:
            raise Trouble(
                f"{entry} was made by another user: run ./dev clean as that user."
            ) from None
    paths.LOCK.unlink()
    paths.DEV.rmdir()
    say(f"Removed {paths.DEV}.")


def _drop_databases():
    server = postgres.obtain(python_packages.PYTHON)
    say(f"Dropping this checkout's databases at {server.host}")
    Databases(Odoo(OdooSource(paths.ODOO, ""), python_packages.PYTHON, server)).drop_all()
