"""The table of the security points: whole, and every test that it names exists.

And what can be read off the sources: nothing of Xero's is markup, nothing checks TLS less.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([0-9]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(test_[a-z_]+)::(test_[a-z0-9_]+)`")
FOLDERS = ("tests/pure", "xero_connector/tests")


def points():
    text = (ROOT / "doc" / "security.md").read_text(encoding="utf-8")
    return [(int(number), check, proof) for number, check, proof in ROW.findall(text)]


def names_in(module):
    """Names of the tests in a module of either suite."""
    names = set()
    for folder in FOLDERS:
        path = ROOT / folder / f"{module}.py"
        if path.exists():
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names |= {
                node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
            }
    return names


def test_every_point_has_a_row():
    assert [number for number, _check, _proof in points()] == list(range(1, 41))


@pytest.mark.parametrize(("number", "check", "proof"), points())
def test_what_proves_a_point_exists(number, check, proof):
    named = NAMED.findall(proof)
    assert named or proof.startswith(("Not built yet: ", "Not testable: ")), number
    for module, name in named:
        assert name in names_in(module), f"point {number}: {module}::{name}"


# === READ OFF THE SOURCES === #

FORBIDDEN = {
    "markup": re.compile(r"\bMarkup\b|fields\.Html|t-raw|innerHTML|\bmarkup\(|body_is_html"),
    "tls": re.compile(r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|disable_warnings"),
    "reports": re.compile(r"^\s*(?:import|from) (?:csv|xlsxwriter|openpyxl)\b", re.MULTILINE),
    "code": re.compile(r"\b(?:eval|exec|safe_eval|pickle|__import__)\("),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_sources_hold_none_of(what):
    sources = [
        path
        for suffix in ("py", "js", "xml")
        for path in (ROOT / "xero_connector").rglob(f"*.{suffix}")
        if "tests" not in path.parts
    ]
    assert len(sources) > 50
    found = [
        str(path.relative_to(ROOT))
        for path in sources
        if FORBIDDEN[what].search(path.read_text(encoding="utf-8"))
    ]
    assert not found
