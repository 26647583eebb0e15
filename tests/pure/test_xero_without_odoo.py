"""`xero/` is usable where no Odoo is installed: by tests, by scripts, by another program."""

import pathlib
import subprocess
import sys

import pytest

ADDON = pathlib.Path(__file__).resolve().parents[2] / "xero_connector"
MODULES = sorted(path.stem for path in (ADDON / "xero").glob("*.py") if path.stem != "__init__")

# A Python of its own, without environment, user packages or the current folder.
SCRIPT = """
import importlib, importlib.abc, sys

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ImportError(f"{{name}} is not there")

sys.meta_path.insert(0, Blocked())
sys.path.insert(0, {addon!r})
for name in {modules}:
    importlib.import_module("xero." + name)
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
{more}
"""


def run(modules, blocked, more=""):
    """Import modules of `xero/` in a fresh Python; answers the packages it has loaded."""
    script = SCRIPT.format(addon=str(ADDON), modules=modules, blocked=set(blocked), more=more)
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_all_modules_without_odoo():
    loaded = run(MODULES, ["odoo", "psycopg2", "lxml", "werkzeug", "xero_connector"])
    assert "odoo" not in loaded
    assert "xero_python" not in loaded, "its import is dear and belongs into the first use"


def test_a_payload_without_odoo():
    said = run(
        ["payload", "codec", "documents"],
        ["odoo"],
        more=(
            "from xero import codec, documents, payload\n"
            "model = payload.contact(documents.Contact(number='a-1', name='Deco Addict'))\n"
            "print('SENT', codec.encode('Contacts', [model]).decode())"
        ),
    )
    assert " ".join(said).endswith(
        'SENT {"Contacts":[{"ContactNumber":"a-1","Name":"Deco Addict"}]}'
    )


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"client", "oauth", "transport"}))
def test_pure_modules_need_no_wire(module):
    loaded = run([module], ["odoo", "requests", "urllib3", "xero_python"])
    assert not {"requests", "urllib3"} & set(loaded)
