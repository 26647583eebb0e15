"""Price 100,000 generated documents, and count those that would differ in Xero: none may.

`./dev bench exactness` runs it. Xero's side is the simulator's arithmetic, under all three ways to
break a tie.
"""

import json
import sys
import time
from pathlib import Path

from devtools import paths

sys.path.insert(0, str(paths.ROOT / "xero_connector"))

from devtools.generated_documents import documents, totals_in_xero
from xero import rounding
from xero_simulator.accounting.arithmetic import TIE_RULES

COUNT = 100_000
BARS = {"exact_differences": 0, "exact_refused_percent": 0.5, "exact_cpu_ms_per_document": 1.0}


def main(output):
    """Measure, and write figures and bars into a file."""
    output.write_text(json.dumps({"figures": _measure(), "bars": BARS}))


def _measure():
    """Price and compare the documents and return the figures."""
    differences = two_decimals = refused = 0
    cpu = 0.0
    for document, decimals in documents(COUNT, seed=1):
        two_decimals += decimals == 2
        started = time.process_time()
        refusals = rounding.check(document)
        cpu += time.process_time() - started
        if refusals:
            refused += decimals == 2
        else:
            differences += any(
                totals_in_xero(document, ties) != document.totals for ties in TIE_RULES
            )
    return {
        "exact_documents": COUNT,
        "exact_differences": differences,
        "exact_refused_percent": round(refused * 100 / two_decimals, 3),
        "exact_cpu_ms_per_document": round(cpu * 1000 / COUNT, 3),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
