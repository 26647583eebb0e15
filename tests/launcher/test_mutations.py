"""The list of mutations fits the tree: each can be made, and the tests it names are there.

`./dev mutate` itself takes minutes and is no part of `./dev test`.
"""

import ast
import re

import pytest

from devtools import mutate, paths
from devtools.mutation_table import MUTATIONS
from devtools.mutations import Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_can_be_made(mutation):
    text = (paths.ROOT / mutation.file).read_text()
    assert text.count(mutation.old) == 1, (
        f"{mutation.old!r} does not stand exactly once in {mutation.file}: the code has changed, "
        "bring the mutation up to date in devtools/mutations_*.py"
    )
    ast.parse(mutation.applied_to(text))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_the_tests_it_names_are_there(mutation):
    assert mutation.tests
    for test in mutation.tests:
        path, *names = test.split("::")
        body = ast.parse((paths.ROOT / path).read_text()).body
        for name in names:
            found = [node for node in body if getattr(node, "name", None) == name]
            assert len(found) == 1, f"{test} is gone: name the test that does its work now"
            body = found[0].body


def test_no_name_twice_and_each_is_on_the_page():
    names = [mutation.name for mutation in MUTATIONS]
    assert len(set(names)) == len(names)
    listed = re.findall(r"^\| `([^`]+)` \|", mutate.PAGE.read_text(), re.MULTILINE)
    assert listed == names, "run ./dev mutate: it writes doc/mutations.md"


def test_what_is_not_found_once_is_not_made():
    mutation = Mutation("name", "why", "file", "old", "new", ())
    assert mutation.applied_to("an old one") == "an new one"
    assert mutation.applied_to("nothing") is None
    assert mutation.applied_to("old and old") is None


def test_a_report_is_read_strictly(tmp_path):
    """One failed case of a test counts, one that was left out is not passed, what did not run is
    absent."""
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite>'
        '<testcase classname="tests.pure.test_a" name="test_one[1]"/>'
        '<testcase classname="tests.pure.test_a" name="test_one[2]"><failure/></testcase>'
        '<testcase classname="tests.pure.test_a" name="test_two"/>'
        '<testcase classname="tests.pure.test_a" name="test_three"><skipped/></testcase>'
        '<testcase classname="addon.tests.test_b.TestB" name="test_four"><error/></testcase>'
        '</testsuite></testsuites>'
    )
    named = {name: f"tests/pure/test_a.py::test_{name}" for name in ("one", "two", "three", "five")}
    named["four"] = "addon/tests/test_b.py::TestB::test_four"
    assert mutate.read_report(report, named.values()) == {
        named["one"]: "failed",
        named["two"]: "passed",
        named["three"]: "skipped",
        named["four"]: "failed",
    }
    assert mutate.read_report(tmp_path / "none.xml", named.values()) == {}
