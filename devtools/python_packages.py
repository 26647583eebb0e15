"""The virtual environment with Odoo's Python packages, the addon's, and those of the tests."""

import json
import shutil
import subprocess
import sys

from . import paths
from .console import Trouble, say
from .processes import run

REQUIREMENTS = (
    paths.ROOT / "devtools" / "requirements-odoo.txt",
    paths.ROOT / "devtools" / "requirements-dev.txt",
)
# Compiled once here: Odoo and xero-python start several times faster from compiled files.
PIP_OPTIONS = ("--compile", "--no-color", "--progress-bar=off")
OLDEST, NEWEST = (3, 10), (3, 13)
PYTHON = paths.VENV / "bin" / "python"
STAMP = paths.VENV / "complete.json"


def obtain():
    """Return the environment's Python, making the environment when it is missing or outdated."""
    base, version = _base_python()
    wanted = {"python": version, "requirements": paths.content_hash(*REQUIREMENTS)}
    if _stamp() != wanted:
        _make(base, version)
        STAMP.write_text(json.dumps(wanted))
    return PYTHON


def _make(base, version):
    shutil.rmtree(paths.VENV, ignore_errors=True)
    say(f"Python packages: making an environment with Python {version}")
    run([base, "-m", "venv", paths.VENV], "making a virtual environment", "venv.log")
    total = sum("==" in line for file in REQUIREMENTS for line in file.read_text().splitlines())
    say("Python packages: downloading and installing")
    run(
        [PYTHON, "-m", "pip", "install", *PIP_OPTIONS, "-r", REQUIREMENTS[-1]],
        "installing the Python packages",
        "pip.log",
        progress=lambda output: _progress(output, total),
    )


def _progress(output, total):
    if "Installing collected packages" in output:
        return "installing"
    return f"{output.count('Collecting ')} packages found, at least {total} needed"


def _stamp():
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return None


def _base_python():
    """Return a Python that Odoo 19 runs on, preferring the one that runs now."""
    candidates = [sys.executable]
    candidates += [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    for candidate in candidates:
        program = shutil.which(candidate)
        version = _version_of(program) if program else None
        if version and OLDEST <= version <= NEWEST:
            return program, ".".join(map(str, version))
    raise Trouble(
        "Odoo 19 needs Python 3.10 to 3.13 and none is here: install one of them "
        "and run ./dev again."
    )


def _version_of(program):
    if program == sys.executable:
        return sys.version_info[:2]
    shown = subprocess.run(
        [program, "-c", "import sys; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    return tuple(map(int, shown)) if len(shown) == 2 else None
