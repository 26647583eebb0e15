"""Sixteen processes find the token expired at once: one asks Xero, all get the same answer.

Again and again, in the two ways a token ends: by its time, and because Xero calls it expired.
`XERO_REFRESHES` says how many times a process shall ask in all; without it, a hundred.
"""

import math
import os
import subprocess

from devtools import paths
from devtools.demo_story import COMPANIES, Story
from devtools.live import CLIENT_ID, CLIENT_SECRET

PROCESSES = 16
REFRESHES = int(os.environ.get("XERO_REFRESHES", 100))


class Workers:
    """Processes of Odoo's on the database of `live`, all waiting for the same line."""

    def __init__(self, live):
        addresses = ("XERO_LOGIN_URL", "XERO_IDENTITY_URL", "XERO_API_URL")
        environment = live.odoo.environment(**dict.fromkeys(addresses, live.xero.url))
        environment["PYTHONPATH"] = f"{live.odoo.source.home}:{paths.ROOT}"
        self._process = subprocess.Popen(
            [
                live.odoo.python, "-m", "tests.live.token_workers",
                paths.RUN / f"{live.name}.conf", live.database, str(PROCESSES),
            ],
            env=environment,
            cwd=paths.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        assert self._answers() == ["ready"] * PROCESSES
        return self

    def __exit__(self, *_exception):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def ask(self, why):
        """Let all of them ask at once; return what each was given."""
        self._process.stdin.write(f"{why}\n")
        self._process.stdin.flush()
        return self._answers()

    def _answers(self):
        return [self._process.stdout.readline().strip() for _number in range(PROCESSES)]


def token_calls(live):
    """How often Xero's token endpoint was asked."""
    return sum(call.path == "/connect/token" for call in live.xero.journal)


# Faults: 12
def test_one_refresh_for_all(live_odoo):
    """The row lock, not luck, keeps the others from rotating the token as well."""
    story = Story(live_odoo.login(), CLIENT_ID, CLIENT_SECRET)
    story.connect(story.open_book(COMPANIES[0]))
    seen = set()
    with Workers(live_odoo) as workers:
        for turn in range(math.ceil(REFRESHES / PROCESSES)):
            why = "spent" if turn % 2 else "expired"
            if why == "expired":
                live_odoo.sql("UPDATE xero_token SET access_expires_at = '2020-01-01'")
            before = token_calls(live_odoo)
            tokens = workers.ask(why)
            assert len(set(tokens)) == 1, f"turn {turn}, {why}: {set(tokens)}"
            assert token_calls(live_odoo) - before == 1, f"turn {turn}, {why}"
            assert len(tokens[0]) == 64, tokens[0]
            assert tokens[0] not in seen
            seen.update(tokens)
    [tenant] = story.session.call("xero.tenant", "search_read", [], ["state"])
    assert tenant["state"] == "connected"
    assert "oauth/callback" in live_odoo.log()
    assert "code=" not in live_odoo.log(), "the answer of the consent stands in the access log"
