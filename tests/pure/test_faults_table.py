"""The table of faults: written from the tests as they are, every row proven or admitted."""

import pytest

from devtools import faults


def test_every_row_is_proven_or_admitted():
    proven = {row for row, tests in faults.proofs().items() if tests}
    assert proven <= set(faults.ROWS), "a test names a row that there is not"
    assert set(faults.ROWS) == set(range(1, 45))
    assert set(faults.ROWS) - proven == set(faults.GAPS), "the list of gaps is not what is lacking"


def test_the_page_is_what_the_tests_say():
    assert faults.PAGE.read_text(encoding="utf-8") == faults.page(), "Run ./dev faults."


def test_marks_stand_above_tests():
    source = "@decorated\n# Faults: 3, 41\ndef test_it():\n    pass\n"
    assert list(faults._marked(source)) == [("test_it", [3, 41])]
    assert list(faults._marked("def test_it():\n    pass\n")) == []
    with pytest.raises(ValueError, match="Above no test"):
        list(faults._marked("# Faults: 3\nVALUE = 1\n"))
