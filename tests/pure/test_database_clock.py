"""No deadline, window or pause is measured by the server's clock, which may be wrong."""

import re
from pathlib import Path

ADDON = Path(__file__).resolve().parents[2] / "xero_connector"

SERVER_CLOCK = re.compile(
    r"\b(?:Datetime\.now|Date\.today|datetime\.now|datetime\.utcnow|date\.today|time\.time)\b"
)


# Faults: 25
def test_no_source_reads_the_server_s_clock():
    """How long something took is measured by a clock that cannot be set, `time.monotonic`."""
    sources = [
        path
        for folder in ("models", "controllers", "wizard", "xero")
        for path in (ADDON / folder).rglob("*.py")
    ]
    assert len(sources) > 50
    assert not [
        path.name for path in sources if SERVER_CLOCK.search(path.read_text(encoding="utf-8"))
    ]
