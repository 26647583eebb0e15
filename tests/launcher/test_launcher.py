"""The launcher's promises to the person: one at a time, clear sentences, right sums."""

import socket
import subprocess
import sys
from decimal import Decimal

import pytest

from devtools import demo_report, lock, odoo_source, paths
from devtools.console import Trouble
from devtools.ports import free_port

HOLDER = """
import pathlib, sys
from devtools import lock, paths
paths.DEV = pathlib.Path(sys.argv[1])
paths.LOCK = paths.DEV / "lock"
lock.take("demo")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_launcher_is_told_of_the_first(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "DEV", tmp_path)
    monkeypatch.setattr(paths, "LOCK", tmp_path / "lock")
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=paths.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout.readline() == "held\n"
    with pytest.raises(Trouble, match=r"Another \./dev is running .*\./dev demo, process \d+"):
        lock.take("test")
    first.kill()
    first.communicate()
    lock.take("test")
    lock.release()


def test_a_taken_port_is_said_when_it_was_asked_for_and_avoided_when_not():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {taken} is taken"):
            free_port(required=taken)
        assert free_port(preferred=taken) != taken


def test_two_launchers_that_start_at_once_get_different_ports():
    chosen = free_port()
    program = f"from devtools.ports import free_port; print(free_port(preferred={chosen}))"
    other = subprocess.run(
        [sys.executable, "-c", program], cwd=paths.ROOT, capture_output=True, text=True, check=True
    )
    assert int(other.stdout) != chosen


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        (None, "ODOO_HOME points to Odoo (none)"),
        ("(18, 0, 0, FINAL, 0, '')", "ODOO_HOME points to Odoo 18.0.0"),
        ("(19, 0, 0, FINAL, 0, '')", "has no addons with the module account"),
    ],
)
def test_an_odoo_home_that_does_not_fit_is_refused(tmp_path, monkeypatch, version, sentence):
    (tmp_path / "odoo").mkdir()
    if version:
        (tmp_path / "odoo" / "release.py").write_text(f"version_info = {version}\n")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Trouble) as trouble:
        odoo_source.obtain()
    assert sentence in str(trouble.value)


def test_an_odoo_checkout_is_taken_as_it_is(tmp_path, monkeypatch):
    (tmp_path / "odoo" / "addons" / "base").mkdir(parents=True)
    (tmp_path / "odoo" / "release.py").write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    (tmp_path / "addons" / "account").mkdir(parents=True)
    (tmp_path / "addons" / "account" / "__manifest__.py").write_text("{}")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    source = odoo_source.obtain()
    assert source.version == "19.0.0"
    assert source.addons_paths == [tmp_path / "addons", tmp_path / "odoo" / "addons"]


def test_content_hash_tells_parts_apart():
    assert paths.content_hash("ab", "c") != paths.content_hash("a", "bc")
    assert paths.content_hash("ab", "c") == paths.content_hash("ab", "c")


# === THE DEMO'S REPORT === #


def test_identity_calls_count_for_the_tenant_they_led_to():
    def call(path, tenant_id=None):
        return {"path": path, "tenant_id": tenant_id}

    by_tenant = demo_report._by_tenant(
        [
            call("/identity/connect/authorize"),
            call("/connect/token"),
            call("/api.xro/2.0/Organisation", "A"),
            call("/connect/token"),
            call("/api.xro/2.0/Organisation", "B"),
            call("/connect/token"),
        ]
    )
    assert {tenant: len(calls) for tenant, calls in by_tenant.items()} == {"A": 2, "B": 3}


@pytest.mark.parametrize(
    ("state", "totals", "equal"),
    [
        ("sent", [["10.00", "1.00", "11.00"]], True),
        ("sent", [["10.01", "0.99", "11.00"]], False),
        ("sent", [["10.00", "1.00", "11.00"]] * 2, False),
        ("sent", [], False),
        ("blocked", [], False),
    ],
)
def test_only_one_copy_with_the_same_cents_counts_as_equal(state, totals, equal):
    document = {
        "name": "INV/1",
        "partner_id": [1, "Customer"],
        "amount_untaxed": 10.0,
        "amount_tax": 1.0,
        "amount_total": 11.0,
        "currency_id": [1, "AUD"],
        "xero_state": state,
        "xero_status": "DRAFT",
        "xero_message": "why not",
        "xero_url": "http://localhost/1",
    }
    copies = [{"totals": [Decimal(value) for value in one]} for one in totals]
    _row, same = demo_report._compare("out_invoice", document, {"INV/1": copies})
    assert same is equal
