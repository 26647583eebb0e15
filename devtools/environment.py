"""The whole environment in one object: Odoo, its packages, PostgreSQL and the databases."""

from dataclasses import dataclass

from . import odoo_source, postgres, python_packages
from .database import Databases
from .odoo_server import Odoo


@dataclass(frozen=True)
class Environment:
    odoo: Odoo
    databases: Databases

    @classmethod
    def obtain(cls):
        """Fetch and make what is missing, start PostgreSQL, and return it all."""
        source = odoo_source.obtain()
        python = python_packages.obtain()
        server = postgres.obtain(python)
        odoo = Odoo(source, python, server)
        return cls(odoo, Databases(odoo))
