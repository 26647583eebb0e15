"""Odoo 19 itself: the one of `ODOO_HOME`, or Debian's package unpacked into a folder of ours."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import debian, paths
from .console import Trouble, say

SERIES = "19.0"
PACKAGE = "odoo-19/sid"
# The web client's fonts and jQuery are links out of the package into these.
LINKED_PACKAGES = (
    "libjs-jquery/sid",
    "libjs-jquery-form/sid",
    "libjs-underscore/sid",
    "fonts-montserrat/sid",
    "fonts-roboto-unhinted/sid",
    "fonts-ocr-b/sid",
    "fonts-font-awesome/bookworm",  # 4.7: later suites lack the files that Odoo links to
)
MODULES_FOLDER = Path("usr/lib/python3/dist-packages")
# `addons` is a second tree without data files, which Odoo would put first on its path.
HARMFUL_FOLDERS = ("addons", "doc", "setup")
DOWNLOAD_MB = 132


@dataclass(frozen=True)
class OdooSource:
    """An Odoo to run: what goes on PYTHONPATH, where its addons are, which version it is."""

    home: Path
    version: str

    @property
    def addons_paths(self):
        candidates = (self.home / "addons", self.home / "odoo" / "addons")
        return [path for path in candidates if (path / "base").is_dir() or _has_account(path)]


def obtain():
    """Return the Odoo to use, fetching it when there is none yet."""
    if os.environ.get("ODOO_HOME"):
        return _from_person(Path(os.environ["ODOO_HOME"]).expanduser().resolve())
    home = paths.ODOO / MODULES_FOLDER
    if not paths.ODOO.exists():
        _fetch()
    return OdooSource(home, _version(home))


def _from_person(home):
    version = _version(home)
    source = OdooSource(home, version)
    if not version.startswith(SERIES):
        raise Trouble(
            f"ODOO_HOME points to Odoo {version or '(none)'} in {home}: point it to a checkout of "
            f"Odoo {SERIES} or to the folder that holds its odoo package, or unset it."
        )
    if not any(_has_account(path) for path in source.addons_paths):
        raise Trouble(f"ODOO_HOME ({home}) has no addons with the module account: complete it.")
    return source


def _fetch():
    free = shutil.disk_usage(paths.DEV).free
    if free < 5_000_000_000:
        raise Trouble(
            f"Odoo and its databases need about 5 GB in {paths.DEV} and {free // 10**6} MB are "
            "free: make room and run again."
        )
    making = paths.DEV / "odoo.making"
    shutil.rmtree(making, ignore_errors=True)
    area = debian.Area("odoo", {debian.mirror(): ["sid", "bookworm"]})
    say("Odoo 19: reading Debian's package lists")
    area.update()
    say("Odoo 19: downloading")
    packages = making / "packages"
    area.download([PACKAGE, *LINKED_PACKAGES], packages, "downloading Odoo 19", DOWNLOAD_MB)
    say("Odoo 19: unpacking (1.2 GB)")
    debian.unpack(sorted(packages.glob("*.deb")), making)
    for name in HARMFUL_FOLDERS:
        shutil.rmtree(making / MODULES_FOLDER / name, ignore_errors=True)
    shutil.rmtree(packages)
    version = _version(making / MODULES_FOLDER)
    if not version.startswith(SERIES):
        raise Trouble(
            f"Debian's package odoo-19 now holds Odoo {version or '(none)'}: set ODOO_HOME to an "
            f"Odoo {SERIES} instead."
        )
    shutil.rmtree(paths.APT / "odoo", ignore_errors=True)
    making.rename(paths.ODOO)
    say(f"Odoo {version} is ready")


def _version(home):
    try:
        text = (home / "odoo" / "release.py").read_text()
    except OSError:
        return ""
    found = re.search(r"^version_info = \((\d+), (\d+), (\d+)", text, re.MULTILINE)
    return ".".join(found.groups()) if found else ""


def _has_account(path):
    return (path / "account" / "__manifest__.py").is_file()
