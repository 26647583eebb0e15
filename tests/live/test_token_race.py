"""Six processes find the token expired at once: one asks Xero, all get the same answer."""

import subprocess

from devtools import paths
from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET

PROCESSES = 6

# Runs in a process of its own: waits for the signal, then gets a token as the engine does.
WORKER = """
import hashlib
import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

config.parse_config(["-c", sys.argv[1], "--log-level=error"])
with Registry(sys.argv[2]).cursor() as cr:
    from odoo.addons.xero_connector.models import xero_token

    env = api.Environment(cr, SUPERUSER_ID, {})
    token_id = env["xero.token"].search([], limit=1).id
    cr.rollback()
    print("ready", flush=True)
    sys.stdin.readline()
    grant = xero_token.access(env, token_id)
    print(hashlib.sha256(grant.access_token.encode()).hexdigest(), flush=True)
"""


def start_worker(live):
    """A process of Odoo's on the database of `live`, waiting for a line on its input."""
    names = ("XERO_LOGIN_URL", "XERO_IDENTITY_URL", "XERO_API_URL")
    return subprocess.Popen(
        [live.odoo.python, "-c", WORKER, paths.RUN / f"{live.name}.conf", live.database],
        env=live.odoo.environment(**dict.fromkeys(names, live.xero.url)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def refreshes(live):
    """How often Xero's token endpoint was asked."""
    return sum(call.path == "/connect/token" for call in live.xero.journal)


def test_one_refresh_for_all(live_odoo):
    """The row lock, not luck, keeps the others from rotating the token as well."""
    story = Story(live_odoo.login(), CLIENT_ID, CLIENT_SECRET)
    story.connect(story.open_book(COMPANIES[0]))
    workers = [start_worker(live_odoo) for _number in range(PROCESSES)]
    assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * PROCESSES
    before = refreshes(live_odoo)
    live_odoo.sql("UPDATE xero_token SET access_expires_at = '2020-01-01'")
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    tokens = {worker.communicate(timeout=60)[0] for worker in workers}
    assert [worker.returncode for worker in workers] == [0] * PROCESSES
    assert len(tokens) == 1
    assert refreshes(live_odoo) - before == 1
    assert "oauth/callback" in live_odoo.log()
    assert "code=" not in live_odoo.log(), "the answer of the consent stands in the access log"
    [tenant] = story.session.call("xero.tenant", "search_read", [], ["state"])
    assert tenant["state"] == "connected"
