"""The fault matrix: what can go wrong, what must come of it, and the tests that prove it.

A test says which rows it proves in a comment on the line above its `def`:

    # Faults: 3, 7
    def test_answer_lost_is_replayed_under_the_same_key(self):

`doc/faults.md` is written from these comments by `./dev faults`; `tests/pure/test_faults_table.py`
fails when it is stale, or when a row has no test and is not among the gaps that are admitted here.
"""

import ast
import re
from collections import defaultdict

from . import paths
from .console import say

PAGE = paths.ROOT / "doc" / "faults.md"

FOLDERS = ("xero_connector/tests", "tests/live", "tests/pure", "tests/torture")

MARK = re.compile(r"\s*# Faults: (\d+(?:, \d+)*)\s*")

# Row: (what goes wrong, what must come of it).
ROWS = {
    1: ("The worker dies before the request leaves", "sent once"),
    2: ("The worker dies after the request left, before the answer is kept",
        "the same bytes under the same key, or found in Xero and adopted; one document"),
    3: ("The answer is lost and the key's life is over",
        "nothing is sent before the quarantine ends; then looked up and adopted"),
    4: ("Xero executes minutes after it was asked", "one document"),
    5: ("Timeout, reset, TLS or DNS trouble",
        "the outcome is unknown; without a connection: certainly not sent"),
    6: ("An answer that is cut, or shorter or longer than it says", "the outcome is unknown"),
    7: ("HTTP 500: executed, not executed, remembered under the key",
        "recovered; a new key only after the quarantine and a look"),
    8: ("A gateway's page (502, 503, 504), or a page with status 200",
        "the outcome is unknown; nobody sees the page"),
    9: ("HTTP 429 of minute, day, app or calls at once; `Retry-After` missing, senseless or huge",
        "the tenant rests exactly so long, a restart changes nothing; no attempt is used up"),
    10: ("The day's calls are nearly used up",
         "documents go before what can wait; a reserve stays; the form says so"),
    11: ("HTTP 401 in the middle of a run: expired, or a permission is missing",
         "one refresh; or told which permission; no loop"),
    12: ("Several processes find the token expired at once", "one call to the token endpoint"),
    13: ("The answer to a refresh is lost", "the old token serves once more within its grace"),
    14: ("The worker dies between a new token and its commit", "as in row 13"),
    15: ("The business transaction is rolled back after a refresh", "the new token stays"),
    16: ("Consent revoked, user removed, organisation disconnected in Xero",
         "the tenant stops with one activity, and goes on without duplicates when connected anew"),
    17: ("Connected anew to another organisation",
         "refused; what was frozen stays with its own organisation"),
    18: ("Companies, tenants and users mixed up", "nothing ever reaches another organisation"),
    19: ("A copied database", "the copy sends nothing; the original does not notice"),
    20: ("Webhooks come twice, one event in two envelopes", "one piece of work"),
    21: ("Events out of order, missing, weeks old", "what Xero holds counts in the end"),
    22: ("Forged, empty, unsigned or oddly signed webhooks; two keys; odd bodies and methods",
         "refused; no row, no error 500, no cookie"),
    23: ("A flood of webhooks", "answered in time, the workers live"),
    24: ("The echo of our own write", "no ping-pong"),
    25: ("Clocks differ, summer time begins", "every window follows the database's clock"),
    26: ("A batch fails in part; elements in another order, missing, too many, with equal numbers",
         "each member is settled by what is its own"),
    27: ("JSON that is broken, of wrong types, null, of unknown words, odd dates, inexact numbers",
         "a typed error, no crash"),
    28: ("Hundreds of lines, too many bytes, long texts, a huge answer",
         "split, cut by rule, or blocked with a sentence"),
    29: ("Emoji, right-to-left, combining, NUL, half characters, markup, long names",
         "arrives as it is, or is cleaned by rule"),
    30: ("PostgreSQL gives up a transaction (serialisation, deadlock) in any of the four",
         "nothing is sent a second time"),
    31: ("Runs overlap: scheduler, button, webhook, time limit, two servers",
         "one goes, the others step aside; one document each"),
    32: ("Edited, reset, cancelled or deleted in Odoo while it is sent",
         "refused or queued; no living document in Xero for a cancelled one"),
    33: ("Voided, deleted, edited or paid in Xero between two attempts",
         "a person decides; nothing is resurrected"),
    34: ("The number belongs to somebody else's, a voided or a living document",
         "told with Xero's words, never edited; an empty GUID is a failure"),
    35: ("A contact is archived, merged, renamed, erased; its name or our code is taken",
         "stops with an instruction; no silent second contact"),
    36: ("A closed period in Xero or in Odoo", "told as such, no storm of repeats"),
    37: ("Account, tax rate or tracking gone or of the wrong type, currency not kept, plan's limit",
         "blocked or refused with the object's name"),
    38: ("Xero's total is another one by a cent", "never called sent; a person is told"),
    39: ("Payments twice, too much, reconciled, deleted",
         "registered in Odoo once, or told; nothing is undone that a bank statement holds"),
    40: ("Pages that move while they are read, many rows in a second, nothing new, a death",
         "nothing is lost, nothing twice"),
    41: ("Disk full, the record of calls locked, a file missing",
         "what happened is kept all the same"),
    42: ("Upgrade, uninstalling, archiving while requests are on their way",
         "kept, or refused in words"),
    43: ("The encryption key is missing, wrong, replaced", "one clear error, nothing is cleared"),
    44: ("Xero's interface changes: new words, fields gone, fields more",
         "ignored where harmless, otherwise a typed error"),
}  # fmt: skip

# Rows without a test, and why. The test of the table holds this list to what is true.
GAPS = {}

HEAD = """\
# What can go wrong, and what proves that it does no harm

Written by `./dev faults` from the comments `# Faults: …` above the tests; do not edit.

Every row is a fault: a worker that dies, a network that lies, a person who is faster. Tests without
a folder stand in `xero_connector/tests` and talk to the simulator over real HTTP; those of
`tests/live` kill and race real processes on a real PostgreSQL; those of `tests/pure` hold the rules
themselves to account, many of them by generated input.

| # | what goes wrong | what must come of it | proven by |
|---|---|---|---|
"""


def proofs():
    """The tests by the row they prove.

    :return: {row: [name as `folder/module::test`]}, in the order of folders and names
    """
    found = defaultdict(list)
    for folder in FOLDERS:
        for path in sorted((paths.ROOT / folder).glob("*.py")):
            prefix = "" if folder == FOLDERS[0] else f"{folder.rpartition('/')[2]}/"
            for name, rows in _marked(path.read_text(encoding="utf-8")):
                for row in rows:
                    found[row].append(f"{prefix}{path.stem}::{name}")
    return found


def _marked(source):
    """(name, rows) of the tests of a module that say which rows they prove.

    :raises ValueError: if such a comment stands above anything but a test
    """
    tests = {
        node.lineno: node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    for number, line in enumerate(source.splitlines(), start=1):
        if mark := MARK.fullmatch(line):
            if number + 1 not in tests:
                raise ValueError(f"Above no test: {line.strip()} (line {number})")
            yield tests[number + 1], [int(row) for row in mark[1].split(", ")]


def page():
    """The whole text of `doc/faults.md`."""
    found = proofs()
    rows = []
    for row, (fault, outcome) in ROWS.items():
        tests = ", ".join(f"`{name}`" for name in found[row]) or f"Not built yet: {GAPS[row]}"
        rows.append(f"| {row} | {fault} | {outcome} | {tests} |\n")
    return HEAD + "".join(rows)


def run():
    """Write `doc/faults.md`."""
    PAGE.write_text(page(), encoding="utf-8")
    say(f"{PAGE.relative_to(paths.ROOT)} is written.")
