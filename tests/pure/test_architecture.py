"""Who may import whom: controllers → models → `xero/`, and nobody knows two of these.

The direction is the one of the design; a file that breaks it fails here by name.
"""

import ast
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = sys.stdlib_module_names
ODOO = ("odoo", "psycopg2", "cryptography", "markupsafe", "werkzeug", "lxml", "dateutil", "pytz")

# Which file of `xero/` may know which package from outside.
WIRE = ("transport.py",)
VOCABULARY = ("payload.py", "parse.py", "codec.py")

MATCHING = ("contact_matching.py", "item_matching.py")

ABOVE_MODELS = ("xero_connector.controllers", "xero_connector.wizard")

# Only these words of `xero/` are known to files that extend Odoo's own models.
WORDS = ("xero_connector.xero.documents",)


def imports(source, module, is_package):
    """Full names of all that a source imports, wherever in the file.

    :param str source: Python source
    :param str module: dotted name of the module, e.g. `xero_connector.models.account_move`
    :param bool is_package: whether it is an `__init__.py`
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = node.level - is_package
                parts = module.split(".")
                base = ".".join(parts[: len(parts) - up] + ([node.module] if node.module else []))
            yield from (f"{base}.{alias.name}" for alias in node.names)


def known(name):
    """The addon by its short name, also where Odoo's long one is written."""
    return name.removeprefix("odoo.addons.") if name.startswith("odoo.addons.xero_") else name


def complaint(path, name):
    """Why the file at `path` (relative, as text) may not import `name`; None if it may."""
    name = known(name)
    top, parts = name.partition(".")[0], path.split("/")
    part, file = parts[0], parts[-1]
    if part == "xero_simulator":
        if top in ("odoo", "xero_connector", "xero"):
            return "the simulator knows neither Odoo nor the addon"
        return None
    if part != "xero_connector" or parts[1] in ("tests", "__manifest__.py"):
        return None
    if top in ("xero_simulator", "devtools", "tests", "bench", "xero"):
        return "the addon knows no tools"
    if parts[1] == "xero":
        return complaint_of_xero(file, name, top)
    if top in ("requests", "urllib3", "http", "socket", "xero_python"):
        return "the wire and Xero's vocabulary are known to xero/ only"
    if parts[1] == "controllers":
        if name.startswith("xero_connector.xero"):
            return "controllers know models, not Xero"
    elif parts[1] == "models" and name.startswith(ABOVE_MODELS):
        return "models know nobody above them"
    if is_of_odoo(parts) and name.startswith("xero_connector.xero.") and not name.startswith(WORDS):
        return "files of Odoo's models know the words, not the engines"
    if top in ("xero_connector", "odoo") or top in LIBRARY or top in ODOO:
        return None
    return "not a dependency of the addon"


def complaint_of_xero(file, name, top):
    """The same for a file of `xero/`."""
    if top == "xero_connector":
        if not name.startswith("xero_connector.xero"):
            return "xero/ knows nothing of the addon around it"
        return None
    if top in ("requests", "urllib3"):
        return None if file in WIRE else "only the wire knows requests"
    if top == "rapidfuzz":
        return None if file in MATCHING else "only matching knows likeness"
    if top == "xero_python":
        return None if file in VOCABULARY else "only payload, parse and codec know xero-python"
    return None if top in LIBRARY else "xero/ knows nothing else from outside"


def is_of_odoo(parts):
    """Whether a file extends one of Odoo's own models, by its name."""
    return parts[1] == "models" and not parts[-1].startswith(("xero_", "secret", "__init__"))


def sources():
    for part in ("xero_connector", "xero_simulator"):
        for path in sorted((ROOT / part).rglob("*.py")):
            yield path.relative_to(ROOT)


@pytest.mark.parametrize("path", sources(), ids=str)
def test_direction_of_imports(path):
    module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    source = (ROOT / path).read_text(encoding="utf-8")
    broken = {
        name: why
        for name in imports(source, module, path.name == "__init__.py")
        if (why := complaint(path.as_posix(), name))
    }
    assert not broken


def test_xero_imports_its_vocabulary_late():
    """xero-python takes a quarter of a second the first time: never at the top of a file."""
    for path in sorted((ROOT / "xero_connector/xero").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            assert "xero_python" not in ast.unparse(node).partition("\n")[0], path.name


def test_xero_imports_only_relatively_inside():
    for path in sorted((ROOT / "xero_connector/xero").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, f"{path.name} reaches out of xero/"


# === THE RULE ITSELF === #

@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("xero_connector/xero/payload.py", "from odoo import fields"),
        ("xero_connector/xero/payload.py", "import odoo.tools"),
        ("xero_connector/xero/payload.py", "def f():\n    from odoo import fields"),
        ("xero_connector/xero/payload.py", "from ..models import account_move"),
        ("xero_connector/xero/payload.py", "import requests"),
        ("xero_connector/xero/budget.py", "import xero_python.accounting"),
        ("xero_connector/xero/payload.py", "from rapidfuzz import fuzz"),
        ("xero_connector/xero/codec.py", "import psycopg2"),
        ("xero_connector/models/account_move.py", "from ..xero import client"),
        ("xero_connector/models/account_move.py", "from ..xero.client import XeroClient"),
        ("xero_connector/models/res_partner.py", "import odoo.addons.xero_connector.xero.parse"),
        ("xero_connector/models/xero_push.py", "import requests"),
        ("xero_connector/models/xero_push.py", "from xero_python.accounting import Invoice"),
        ("xero_connector/models/xero_push.py", "from ..controllers import xero_oauth"),
        ("xero_connector/models/xero_push.py", "from xero import codec"),
        ("xero_connector/models/xero_push.py", "import numpy"),
        ("xero_connector/controllers/xero_oauth.py", "from ..xero import oauth"),
        ("xero_connector/models/xero_push.py", "import xero_simulator"),
        ("xero_simulator/server.py", "import odoo"),
        ("xero_simulator/server.py", "from xero_connector.xero import const"),
        ("xero_simulator/accounting/totals.py", "from xero import rounding"),
    ],
)
def test_what_breaks_the_direction_is_seen(path, source):
    module = path.removesuffix(".py").replace("/", ".")
    assert any(complaint(path, name) for name in imports(source, module, False))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("xero_connector/xero/payload.py", "from . import codec, const\nimport re"),
        ("xero_connector/models/account_move.py", "from ..xero import documents"),
        ("xero_connector/models/account_move.py", "from ..xero.documents import Line"),
        ("xero_connector/models/account_move.py", "from .xero_sync_mixin import Blocked"),
        ("xero_connector/models/xero_push.py", "from ..xero import codec\nfrom odoo import api"),
        ("xero_connector/controllers/xero_oauth.py", "from odoo import http\nimport logging"),
        ("xero_connector/tests/test_push.py", "from xero_simulator import Simulator"),
        ("xero_simulator/server.py", "import http.server"),
    ],
)
def test_what_keeps_the_direction_is_allowed(path, source):
    module = path.removesuffix(".py").replace("/", ".")
    assert not any(complaint(path, name) for name in imports(source, module, False))
