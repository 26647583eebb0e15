"""`./dev test`: lint, the tests that need no Odoo runner, then the addon's own tests."""

import time

from . import chromium, database, paths, python_packages
from .console import say
from .environment import Environment
from .live import write_session
from .processes import environment, foreground

NO_TESTS = 5  # pytest's exit status when it collected nothing
LIVE_FOLDERS = ("tests/live", "tests/browser")


def run(arguments):
    """Run the checks and return 0 only when all of them passed.

    :param arguments: Given to pytest. Paths among them choose which of the two runs takes place,
        and leave the lint out.
    """
    named = [argument for argument in arguments if _path_of(argument)]
    options = [argument for argument in arguments if argument not in named]
    outside = [argument for argument in named if not _is_addon(argument)]
    inside = [argument for argument in named if _is_addon(argument)]

    python = python_packages.obtain()
    results = {}
    if not named:
        results["ruff"] = _step("ruff", [python, "-m", "ruff", "check", "."])
        results["pylint-odoo"] = _step("pylint-odoo", [python, "-m", "pylint", database.ADDON])
    needs_odoo = not named or inside or any(map(_is_live, outside))
    surroundings = Environment.obtain() if needs_odoo else None
    if outside or not named:
        results["tests without Odoo's runner"] = _tests(python, outside, options, surroundings)
    if inside or not named:
        results["tests of the addon"] = _addon_tests(inside, options, surroundings)
    return _verdict(results, arguments)


def _tests(python, named, options, surroundings):
    """Run `tests/` with the addon's own folder on the path: `import xero` finds it there."""
    extra = {}
    if surroundings and any(map(_is_live, named or ["tests"])):
        extra["XERO_DEV_SESSION"] = write_session(
            surroundings.odoo, surroundings.databases.with_addon(), chromium.obtain()
        )
    return _step(
        "pytest tests (without Odoo)",
        [python, "-m", "pytest", "-p", "no:odoo", *options, *(named or ["tests"])],
        environment(**extra),
    )


def _addon_tests(named, options, surroundings):
    """Run the addon's tests with pytest-odoo on a fresh database where the addon is installed."""
    databases, odoo = surroundings.databases, surroundings.odoo
    name = databases.copy(databases.with_addon(), "test")
    config = odoo.config("test", db_name=name, max_cron_threads=0)
    tests = named or [f"{database.ADDON}/tests"]
    return _step(
        "pytest xero_connector/tests (with Odoo)",
        [
            *(odoo.python, "-m", "pytest", "-o", "pythonpath=", "--odoo-http"),
            *(f"--odoo-config={config}", f"--odoo-database={name}", *options, *tests),
        ],
        odoo.environment(),
    )


def _step(title, command, env=None):
    say(f"\n=== {title}")
    began = time.monotonic()
    status = foreground(command, env=env)
    say(f"=== {title}: status {status} after {time.monotonic() - began:.0f} s")
    return status


def _verdict(results, arguments):
    """Return the exit status; with arguments, one of the two pytest runs may find no test."""
    ran = [status for status in results.values() if status != NO_TESTS]
    allowed = {0, NO_TESTS} if arguments and ran else {0}
    failed = [title for title, status in results.items() if status not in allowed]
    say(f"\nFailed: {', '.join(failed)}." if failed else "\nAll checks passed.")
    return 1 if failed else 0


def _path_of(argument):
    """Return the existing path that a pytest argument names, if it names one."""
    path = paths.ROOT / argument.split("::")[0]
    return path if argument and not argument.startswith("-") and path.exists() else None


def _is_addon(argument):
    return _path_of(argument).resolve().is_relative_to(paths.ADDON)


def _is_live(argument):
    """Say whether a path holds tests that need a running Odoo, or lies among them."""
    path = _path_of(argument).resolve()
    return any(
        path.is_relative_to(paths.ROOT / live) or (paths.ROOT / live).is_relative_to(path)
        for live in LIVE_FOLDERS
    )
