"""What the tests must notice: ways to break the connector that would break a promise of it.

Each mutation is a small wrong change of one file, as a hurried colleague might make it, and the
tests that must fail once it is made. `./dev mutate` makes them one by one in a copy of the tree;
`tests/launcher/test_mutations.py` keeps this list from growing stale. The tables stand in
`mutations_*.py`.
"""

from dataclasses import dataclass

ADDON_TESTS = "xero_connector/tests/"


@dataclass(frozen=True)
class Mutation:
    """One wrong change.

    :param str name: as in `./dev mutate --only NAME`
    :param str why: what is broken by it, in words; stands in `doc/mutations.md`
    :param str file: path from the root of the repository
    :param str old: text that occurs exactly once in the file
    :param str new: what stands there instead
    :param tuple tests: pytest ids; each of them fails when the change is made
    """

    name: str
    why: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def applied_to(self, text):
        """The text of the file with the change made, or None where it is not found exactly once."""
        return text.replace(self.old, self.new) if text.count(self.old) == 1 else None


# === NAMES OF TESTS === #

def addon(module, test_class, test):
    """A test of the addon, which runs inside Odoo."""
    return f"{ADDON_TESTS}test_{module}.py::{test_class}::test_{test}"


def pure(module, test):
    """A test that needs no Odoo."""
    return f"tests/pure/test_{module}.py::test_{test}"


def live(module, test):
    """A test with a running Odoo server."""
    return f"tests/live/test_{module}.py::test_{test}"
