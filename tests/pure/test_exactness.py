"""A hundred thousand documents: a difference of 0.00 in Xero's arithmetic, or a reasoned refusal.

Xero's side is the simulator's arithmetic, written apart from the connector, under all three ways
to break a tie.
"""

from collections import Counter

from devtools.generated_documents import documents, totals_in_xero
from xero import rounding
from xero_simulator.accounting import arithmetic

COUNT = 100_000


def test_a_hundred_thousand_documents():
    seen, refused = Counter(), Counter()
    for document, decimals in documents(COUNT):
        seen[decimals] += 1
        if refusals := rounding.check(document):
            assert all(refusal.figures for refusal in refusals)
            refused[decimals, refusals[0].code] += 1
            continue
        ties = tuple(arithmetic.TIE_RULES)[seen[decimals] % 3]
        assert totals_in_xero(document, ties) == document.totals, document
    assert sum(seen.values()) == COUNT
    assert min(seen[decimals] for decimals in (0, 2, 3)) > COUNT // 20
    two = sum(count for (decimals, _code), count in refused.items() if decimals == 2)
    assert two < seen[2] * 0.005, refused
    assert {code for decimals, code in refused if decimals == 3} >= {"decimals"}
    assert refused[3, "decimals"] > seen[3] * 0.8
