"""What tests of every folder may ask for."""

import pytest

from devtools.live import Session
from devtools.live import live_odoo as run_live_odoo


@pytest.fixture(scope="session")
def dev_session():
    """The environment of `./dev test`: Odoo, a template database, a browser."""
    session = Session.current()
    if session is None:
        pytest.skip("needs a real Odoo: run it with ./dev test")
    return session


@pytest.fixture
def live_odoo(dev_session):
    """A real Odoo server on a fresh database, with a simulator of its own (`live_odoo.xero`)."""
    with run_live_odoo(dev_session) as live:
        yield live
