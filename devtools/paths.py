"""Where things are. Everything the launcher makes lives below `DEV`, which git ignores."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / "xero_connector"

DEV = ROOT / ".dev"
LOCK = DEV / "lock"
LOGS = DEV / "log"
ODOO = DEV / "odoo"
VENV = DEV / "venv"
CHROMIUM = DEV / "chromium"
APT = DEV / "apt"
CLUSTER = DEV / "postgres"
CLUSTER_ELSEWHERE = DEV / "postgres.elsewhere"
ODOO_DATA = DEV / "odoo-data"
RUN = DEV / "run"
SESSION = RUN / "session.json"

CHECKOUT_ID = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]


def content_hash(*parts):
    """Return a short hash over strings and files, for stamps and database names."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:12]


def addon_hash():
    """Return the hash of everything in the addon that an installed database depends on."""
    files = sorted(
        path
        for path in ADDON.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.relative_to(ADDON).parts[0] not in ("tests", "static", "doc")
    )
    names_and_contents = (part for path in files for part in (str(path.relative_to(ADDON)), path))
    return content_hash(*names_and_contents)
