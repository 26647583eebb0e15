"""`./dev bench`: run the programs of `bench/`, keep their figures, compare them with their bars."""

import json

from . import paths
from .console import Trouble, say, table
from .environment import Environment
from .live import VARIABLE, write_session
from .processes import foreground

FOLDER = paths.ROOT / "bench"
RESULTS = FOLDER / "results.json"
REPORT = FOLDER / "results.md"
REPORT_HEAD = """# Benchmarks

Written by `./dev bench` on whatever machine ran it last. Counts are the same everywhere;
times are not, read them as an order of magnitude.

| figure | value | bar |
|---|---|---|
"""


def run(name=None):
    """Run one benchmark or all; return 0 when every figure is within its bar.

    A benchmark is a program: it gets the environment in `XERO_DEV_SESSION`, and writes a JSON
    object with `figures` (name → number), `bars` (name → highest good number) and, where more is
    better, `floors` (name → lowest good number) into the file that is its argument.
    """
    programs = sorted(FOLDER.glob("*.py"))
    chosen = [program for program in programs if name in (None, program.stem)]
    if not chosen:
        known = ", ".join(program.stem for program in programs)
        raise Trouble(f"There is no benchmark {name}: choose one of {known}.")
    environment = Environment.obtain()
    session = write_session(environment.odoo, environment.databases.with_addon())
    figures, bars, floors = {}, {}, {}
    for program in chosen:
        say(f"Benchmark {program.stem}")
        answer = _run_program(environment.odoo, program, session)
        figures |= answer["figures"]
        bars |= answer["bars"]
        floors |= answer.get("floors", {})
    missed = [name for name, bar in bars.items() if figures[name] > bar]
    missed += [name for name, floor in floors.items() if figures[name] < floor]
    limits = bars | {name: f"at least {floor}" for name, floor in floors.items()}
    _keep(figures, limits)
    rows = [
        (name, value, limits.get(name, ""), _word(name, missed)) for name, value in figures.items()
    ]
    table(rows, ["figure", "value", "bar", ""])
    return 1 if missed else 0


def _run_program(odoo, program, session):
    output = paths.RUN / f"bench-{program.stem}.json"
    output.unlink(missing_ok=True)
    path = f"{odoo.source.home}:{paths.ROOT}"
    environment = odoo.environment(**{VARIABLE: session}) | {"PYTHONPATH": path}
    status = foreground([odoo.python, program, output], env=environment)
    if status != 0 or not output.exists():
        raise Trouble(f"The benchmark {program.stem} failed with status {status}: see above.")
    return json.loads(output.read_text())


def _keep(figures, bars):
    """Merge new figures into the results; a bar is remembered in the report only."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known |= figures
    RESULTS.write_text(json.dumps(known, indent=4, sort_keys=True) + "\n")
    old_bars = _bars_of_report()
    rows = (
        f"| {name} | {value} | {bars.get(name, old_bars.get(name, ''))} |\n"
        for name, value in sorted(known.items())
    )
    REPORT.write_text(REPORT_HEAD + "".join(rows))


def _bars_of_report():
    if not REPORT.exists():
        return {}
    cells = (line.strip("| \n").split(" | ") for line in REPORT.read_text().splitlines())
    return {row[0]: row[2].strip(" |") for row in cells if len(row) == 3}


def _word(name, missed):
    return "missed" if name in missed else ""
