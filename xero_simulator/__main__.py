"""Run the simulator from the command line: `python -m xero_simulator --port 9100`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from .server import PortTaken
from .simulator import Simulator


def main(arguments: list[str] | None = None) -> int:
    """Serve until the process is told to stop."""
    options = _parser().parse_args(arguments)
    try:
        simulator = Simulator(
            options.port,
            limits=not options.no_limits,
            day_limit=options.day_limit,
            minute_limit=options.minute_limit,
        )
    except PortTaken as error:
        print(error, file=sys.stderr)
        return 1
    try:
        for text in options.app:
            client_id, client_secret, redirect_uri = (*text.split(":", 2), "", "")[:3]
            simulator.register_app(client_id, client_secret, [redirect_uri])
    except ValueError as error:
        print(f"--app {text.split(':')[0]}: {error}", file=sys.stderr)
        simulator.stop()
        return 2
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_signal: stopped.set())
    if options.webhooks:
        simulator.webhooks.start()
    with simulator:
        print(f"Xero simulator: {simulator.url} (Ctrl-C stops it)", flush=True)
        stopped.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xero_simulator", description="A Xero in a box.")
    parser.add_argument("--port", type=int, default=9100, help="0 takes a free one")
    parser.add_argument("--no-limits", action="store_true", help="refuse no call for its rate")
    parser.add_argument("--day-limit", type=int, default=1000, metavar="N")
    parser.add_argument("--minute-limit", type=int, default=60, metavar="N")
    parser.add_argument("--webhooks", action="store_true", help="deliver events by itself")
    parser.add_argument(
        "--app",
        action="append",
        default=[],
        metavar="ID:SECRET:REDIRECT",
        help="register an app; may be repeated",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
