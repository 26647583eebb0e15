"""Many processes that get a token as the engine does, at the same moment, again and again.

Run as a program: configuration, database, number of processes. Says `ready`, then for each line it
is given lets all of them ask at once, and answers with one line for each: the fingerprint of the
access token it was given, or the name of what it met. The line says why they ask:

- `expired`: the token's time is over
- `spent`: Xero has called the token expired that each of them holds
"""

import hashlib
import os
import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from tests.torture.deaths import open_own_connections


def work(database, orders):
    """One process: ask at each order until there is none."""
    from odoo.addons.xero_connector.models import xero_token

    open_own_connections()
    held = None
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        token_id = env["xero.token"].search([], limit=1).id
        cr.rollback()
        tell("ready")
        while order := os.read(orders, 1):
            try:
                spent = held if order == b"s" else None
                held = xero_token.access(env, token_id, spent=spent).access_token
                tell(hashlib.sha256(held.encode()).hexdigest())
            except Exception as error:
                tell(f"{type(error).__name__}: {error}".splitlines()[0])


def tell(line):
    """Write one line whole; the processes share the output."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def main(configuration, database, processes):
    config.parse_config(["-c", configuration, "--log-level=critical"])
    with Registry(database).cursor():
        pass
    ends = []
    for _number in range(int(processes)):
        reading, writing = os.pipe()
        if not os.fork():
            for end in (writing, *ends):
                os.close(end)
            status = 1
            try:
                work(database, reading)
                status = 0
            finally:
                os._exit(status)
        os.close(reading)
        ends.append(writing)
    while order := sys.stdin.readline():
        for end in ends:
            os.write(end, order[:1].encode())
    for end in ends:
        os.close(end)
    statuses = [os.waitstatus_to_exitcode(os.wait()[1]) for _end in ends]
    sys.exit(max(statuses))


if __name__ == "__main__":
    main(*sys.argv[1:])
