"""The commands of `./dev`, and what every one of them has in common."""

import argparse
import errno
import os
import signal
import sys

from . import bench, checks, clean, demo, faults, lock, mutate, paths, processes, torture
from .console import Trouble, say
from .environment import Environment

DESCRIPTION = "Everything this repository needs to run: see README.md."


def main(arguments):
    """Run a command and return its exit status; no process of ours is left behind."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.command in ("demo", "clean", "bench", "torture", "mutate", "faults"):
        say(f"./dev {options.command} does not know {' '.join(rest)}: see ./dev --help.")
        return 2
    os.umask(0o022)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        lock.take(options.command)
        return options.run(options, rest) or 0
    except Trouble as trouble:
        print(f"./dev: {trouble}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except OSError as error:
        print(f"./dev: {_system_sentence(error)}", file=sys.stderr, flush=True)
        return 1
    finally:
        processes.stop_all()


def _parser():
    parser = argparse.ArgumentParser(prog="./dev", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    demo_command = commands.add_parser(
        "demo", help="a real Odoo 19 with demo companies, connected to a simulated Xero"
    )
    demo_command.add_argument(
        "--once", action="store_true", help="end after the table; status 0 if all was sent equal"
    )
    demo_command.add_argument("--odoo-port", type=int, help="8069 or a free one, unless given")
    demo_command.add_argument("--xero-port", type=int, help="9100 or a free one, unless given")
    demo_command.set_defaults(
        run=lambda options, _rest: demo.run(options.once, options.odoo_port, options.xero_port)
    )

    test_command = commands.add_parser(
        "test", help="lint and all tests; arguments go to pytest", add_help=False
    )
    test_command.set_defaults(run=lambda _options, rest: checks.run(rest))

    odoo_command = commands.add_parser(
        "odoo", help="Odoo's own command line in this environment", add_help=False
    )
    odoo_command.set_defaults(run=lambda _options, rest: _odoo(rest))

    bench_command = commands.add_parser("bench", help="run the benchmarks, or the one named")
    bench_command.add_argument("name", nargs="?")
    bench_command.set_defaults(run=lambda options, _rest: bench.run(options.name))

    torture_command = commands.add_parser(
        "torture", help="kill the worker at every step; all must stand in Xero exactly once"
    )
    torture_command.add_argument("--seed", type=int, default=0)
    torture_command.add_argument("--kills", type=int, help="so many by lot, instead of all")
    torture_command.set_defaults(
        run=lambda options, _rest: torture.run(options.seed, options.kills)
    )

    mutate_command = commands.add_parser(
        "mutate", help="break the connector on purpose, in a copy; the tests must notice each time"
    )
    mutate_command.add_argument("--only", nargs="+", metavar="NAME", default=())
    mutate_command.set_defaults(run=lambda options, _rest: mutate.run(options.only))

    faults_command = commands.add_parser("faults", help="write doc/faults.md from the tests")
    faults_command.set_defaults(run=lambda _options, _rest: faults.run())

    clean_command = commands.add_parser("clean", help="remove everything that ./dev made")
    clean_command.set_defaults(run=lambda _options, _rest: clean.run())
    return parser


def _odoo(arguments):
    odoo = Environment.obtain().odoo
    config = odoo.config("odoo")
    return processes.foreground(
        odoo.command(*arguments), env=odoo.environment(ODOO_RC=config), cwd=os.getcwd()
    )


def _system_sentence(error):
    """Return one sentence on what the system refused, and what to do about it."""
    if error.errno == errno.ENOSPC:
        return processes.full_disk_sentence()
    if isinstance(error, PermissionError) and error.filename:
        return (
            f"{error.filename} belongs to another user: run ./dev as that user, or have that "
            "user run ./dev clean."
        )
    return f"Something ended in the middle ({error}): look into {paths.LOGS} and run again."


def _end(number, _frame):
    raise SystemExit(128 + number)
