"""`./dev mutate`: break the connector in every way of the list, and see the tests notice.

Each mutation is made in a throw-away copy of the tree, never in the tree itself. Two work at a
time, each with a database of its own that the addon is installed in already.
"""

import queue
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from . import paths
from .console import Trouble, say
from .environment import Environment
from .live import VARIABLE, write_session
from .mutation_table import MUTATIONS, page
from .mutations import ADDON_TESTS
from .odoo_server import Odoo
from .ports import free_port
from .processes import environment, start, stop, stop_all

PAGE = paths.ROOT / "doc" / "mutations.md"
COPIES = paths.DEV / "mutate"
AT_ONCE = 2
NOT_COPIED = shutil.ignore_patterns(".git", ".dev", "__pycache__", ".*_cache", ".hypothesis")

# Seconds that the tests of one mutation, or all of them unchanged, may take.
PATIENCE, PATIENCE_FOR_ALL = 300, 1200


def run(names=()):
    """Make the mutations and return 0 only when each was caught by all of its tests.

    :param names: of some mutations; all of them, and the page is written, when there are none
    """
    chosen = _choose(names)
    for mutation in chosen:
        _changed(mutation)  # what is out of date is told at once
    odoo, databases, template = _surroundings()
    shutil.rmtree(COPIES, ignore_errors=True)
    benches = queue.SimpleQueue()
    for number in range(AT_ONCE):
        benches.put(Bench(odoo, databases.copy(template, f"mutate_{number}"), free_port()))
    workers = ThreadPoolExecutor(AT_ONCE)
    try:
        _check_unchanged(chosen, benches, workers)
        verdicts = dict(workers.map(lambda mutation: _judge(mutation, benches), chosen))
    except BaseException:
        workers.shutdown(wait=False, cancel_futures=True)
        stop_all()  # what runs now ends, what waits does not begin
        raise
    finally:
        workers.shutdown()
        shutil.rmtree(COPIES, ignore_errors=True)
    for number in range(AT_ONCE):
        databases.drop(f"{odoo.server.prefix}mutate_{number}")
    if not names:
        PAGE.write_text(page(verdicts))
    missed = [name for name, sentence in verdicts.items() if sentence]
    caught = f"{len(verdicts) - len(missed)} of {len(verdicts)} mutations were caught"
    say(f"\n{caught}; not: {', '.join(missed)}." if missed else f"\n{caught}.")
    return 1 if missed else 0


def _choose(names):
    unknown = set(names) - {mutation.name for mutation in MUTATIONS}
    if unknown:
        raise Trouble(
            f"There is no mutation {', '.join(sorted(unknown))}: look into doc/mutations.md."
        )
    return [mutation for mutation in MUTATIONS if not names or mutation.name in names]


def _changed(mutation):
    """The text of the mutation's file with the change made."""
    path = paths.ROOT / mutation.file
    text = mutation.applied_to(path.read_text()) if path.exists() else None
    if text is None:
        raise Trouble(
            f"The text that {mutation.name} replaces does not stand exactly once in "
            f"{mutation.file}: bring the mutation up to date in devtools/mutations_*.py."
        )
    return text


def _surroundings():
    surroundings = Environment.obtain()
    template = surroundings.databases.with_addon()
    write_session(surroundings.odoo, template)
    return surroundings.odoo, surroundings.databases, template


# === JUDGING === #

def _check_unchanged(chosen, benches, workers):
    """Make sure that a failure later comes from the mutation.

    :raise Trouble: when a test fails as things stand
    """
    tests = sorted({test for mutation in chosen for test in mutation.tests})
    say(f"Unchanged: {len(tests)} tests")
    kinds = [[test for test in tests if _is_addon(test) is inside] for inside in (False, True)]
    results = {}
    for number, found in enumerate(workers.map(
        lambda kind: _at_a_bench(f"unchanged_{kind[0]}", kind[1], benches, PATIENCE_FOR_ALL),
        enumerate(kinds),
    )):
        results |= found or dict.fromkeys(kinds[number], "did not end")
    if wrong := [f"{test} ({results.get(test, 'missing')})" for test in tests
                 if results.get(test) != "passed"]:
        raise Trouble(
            f"Without any mutation these tests do not pass: {', '.join(wrong)}. Mend them first; "
            f"what they said is in {paths.LOGS}/mutate-unchanged_*.log."
        )


def _judge(mutation, benches):
    """Make one mutation and say what the tests said.

    :return: (name, None if every test of it failed, else a sentence)
    """
    found = _at_a_bench(mutation.name, mutation.tests, benches, PATIENCE, mutation)
    if found is None:
        sentence = "**not told**: the tests did not come to an end"
    elif quiet := [test for test in mutation.tests if found.get(test) != "failed"]:
        told = ", ".join(f"`{test}` {found.get(test, 'did not run')}" for test in quiet)
        sentence = f"**survived**: {told}"
    else:
        sentence = None
    say(f"{mutation.name}: {sentence or 'caught'}")
    return mutation.name, sentence


def _at_a_bench(name, tests, benches, patience, mutation=None):
    """Run tests in a copy of the tree as soon as a bench is free.

    :return: {test: passed, failed or skipped}, None if they did not end in time
    """
    bench = benches.get()
    copy = COPIES / name
    try:
        shutil.copytree(paths.ROOT, copy, ignore=NOT_COPIED)
        (copy / ".dev").symlink_to(paths.DEV)
        if mutation:
            (copy / mutation.file).write_text(_changed(mutation))
        results = {}
        for inside in (False, True):
            if some := [test for test in tests if _is_addon(test) is inside]:
                found = bench.run(name, copy, some, inside, patience)
                if found is None:
                    return None
                results |= found
        return results
    finally:
        shutil.rmtree(copy, ignore_errors=True)
        benches.put(bench)


def _is_addon(test):
    return test.startswith(ADDON_TESTS)


# === RUNNING === #

@dataclass(frozen=True)
class Bench:
    """A place where the tests of one mutation run: a database and a port that no other uses."""

    odoo: Odoo
    database: str
    port: int

    def run(self, name, copy, tests, inside, patience):
        """Run tests of one kind in a copy of the tree.

        :param bool inside: whether they run inside Odoo
        :return: {test: passed, failed or skipped}, None if they did not end in time
        """
        report = copy / f"result_{inside}.xml"
        python = self.odoo.python
        command = self._inside(copy) if inside else [python, "-m", "pytest", "-p", "no:odoo"]
        process = start(
            [*command, "-p", "no:cacheprovider", f"--junitxml={report}", *tests],
            f"mutate-{name}-{'addon' if inside else 'tests'}.log",
            env=self.odoo.environment() if inside
            else environment(**{VARIABLE: paths.SESSION}),
            cwd=copy,
        )
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            return None
        finally:
            stop(process)
        return read_report(report, tests)

    def _inside(self, copy):
        config = self.odoo.config(
            f"mutate_{self.port}", addons=(copy,), db_name=self.database, max_cron_threads=0,
            http_port=self.port,
        )
        return [
            *(self.odoo.python, "-m", "pytest", "-o", "pythonpath=", "--odoo-http"),
            *(f"--odoo-config={config}", f"--odoo-database={self.database}"),
        ]


def read_report(path, tests):
    """What a JUnit report says of tests; of several cases of one test, a failed one counts.

    :return: {test: passed, failed or skipped}; what did not run is absent
    """
    if not path.exists():
        return {}
    by_name = {
        test.replace(".py::", ".").replace("::", ".").replace("/", "."): test for test in tests
    }
    results = {}
    for case in ElementTree.parse(path).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}".partition("[")[0]
        if name in by_name:
            results.setdefault(by_name[name], set()).add(_result(case))
    return {
        test: next(one for one in ("failed", "skipped", "passed") if one in found)
        for test, found in results.items()
    }


def _result(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"
