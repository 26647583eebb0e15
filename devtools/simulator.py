"""The Xero simulator as a process of its own, and what can be asked of it from outside."""

import json
import urllib.error
import urllib.request

from . import paths
from .processes import environment, start, wait_until

LOG = "xero-simulator.log"


def start_simulator(python, port, app):
    """Start a simulator, wait until it answers, and return its address.

    :param str app: An app to register, as `client id:secret:redirect address`.
    """
    process = start(
        [python, "-m", "xero_simulator", "--port", port, "--app", app],
        LOG,
        env=environment(PYTHONPATH=paths.ROOT),
    )
    url = f"http://localhost:{port}"
    wait_until(lambda: _answers(url), process, "starting the Xero simulator", LOG, 30)
    return url


def control(url, path, method="GET", **values):
    """Call the simulator's control API; numbers with a point come back as text, exact.

    :param values: what goes as a JSON object, if anything
    """
    body = json.dumps(values).encode() if values else None
    headers = {"Content-Type": "application/json"} if body else {}
    request = urllib.request.Request(
        f"{url}/_control/{path}", data=body, headers=headers, method=method
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer, parse_float=str)


def port_of(url):
    """Return the port of one of our addresses."""
    return int(url.rpartition(":")[2])


def _answers(url):
    try:
        control(url, "state")
    except OSError:
        return False
    return True
