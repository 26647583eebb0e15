"""Debian packages without installing them: from the machine's own mirror, into private folders.

Nothing of the system is touched: package lists, cache and sources live below `.dev`, so it works
without root, and what is fetched is checked with Debian's own signatures by apt itself.
"""

import os
import shutil

from . import paths
from .console import Trouble
from .processes import environment, run

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def mirror():
    """Return the address of the Debian mirror that this machine already uses."""
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Trouble(_no_debian())
    listed = _index_targets("$(SITE)|$(ORIGIN)|$(LABEL)|$(COMPONENT)")
    sites = [site for site, *rest in listed if rest == ["Debian", "Debian", "main"]]
    if not sites:  # never updated: then apt knows its sources, but not yet who signs them
        listed = _index_targets("$(SITE)|$(RELEASE)|$(COMPONENT)", "--no-release-info")
        sites = [
            site for site, *rest in listed if rest == [codename(), "main"] and _is_debian_site(site)
        ]
    if not sites:
        raise Trouble(_no_debian())
    return sites[0]


def codename():
    """Return the name of the machine's Debian release, empty on another system."""
    values = _os_release()
    return values.get("VERSION_CODENAME", "") if values.get("ID") == "debian" else ""


class Area:
    """Private package lists of some suites, from which packages are downloaded."""

    def __init__(self, name, suites):
        """:param dict suites: The names of the suites to read, per address of a mirror."""
        self.name = name
        self.folder = paths.APT / name
        self.suites = suites

    def update(self):
        """Read the package lists of the suites."""
        if not os.path.exists(KEYRING):
            raise Trouble(
                f"{KEYRING} is missing: install the package debian-archive-keyring and run again."
            )
        for folder in ("lists/partial", "cache/archives/partial"):
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
        stanzas = (
            f"Types: deb\nURIs: {site}\nSuites: {' '.join(suites)}\n"
            f"Components: main\nSigned-By: {KEYRING}\n"
            for site, suites in self.suites.items()
        )
        (self.folder / "suites.sources").write_text("\n".join(stanzas))
        self._apt(["update"], "reading Debian's package lists", "update")

    def download(self, packages, into, doing, size_hint):
        """Download named packages (`name` or `name/suite`) into a folder."""
        into.mkdir(parents=True, exist_ok=True)
        self._apt(
            ["download", *packages],
            doing,
            "download",
            cwd=into,
            progress=lambda _output: _downloaded(into, size_hint),
        )

    def download_with_dependencies(self, packages, doing):
        """Download packages and what they need beyond the installed ones; return the files."""
        archives = self.folder / "cache" / "archives"
        self._apt(
            ["install", "--yes", "--no-install-recommends", "--download-only", *packages],
            doing,
            "download",
            progress=lambda _output: _downloaded(archives / "partial", None, archives),
        )
        return sorted(archives.glob("*.deb"))

    def _apt(self, arguments, doing, log, cwd=None, progress=None):
        options = {
            "Dir::State::Lists": self.folder / "lists",
            "Dir::Cache": self.folder / "cache",
            "Dir::Etc::sourcelist": self.folder / "suites.sources",
            "Dir::Etc::sourceparts": "-",
            "Dir::Etc::preferencesparts": "-",
            "APT::Update::Error-Mode": "any",
            "Acquire::Retries": "3",
            "Debug::NoLocking": "1",
        }
        if os.geteuid() == 0:
            options["APT::Sandbox::User"] = "root"
        flags = [part for item in options.items() for part in ("-o", f"{item[0]}={item[1]}")]
        run(
            ["apt-get", "-q", *flags, *arguments],
            doing,
            f"apt-{self.name}-{log}.log",
            env=environment(DEBIAN_FRONTEND="noninteractive", LC_ALL="C"),
            cwd=cwd,
            progress=progress,
        )


def unpack(packages, into):
    """Unpack package files into a folder, without installing them."""
    for package in packages:
        run(["dpkg-deb", "-x", package, into], f"unpacking {package.name}", "dpkg.log")


def _downloaded(folder, size_hint, *more):
    files = (file for place in (folder, *more) for file in place.glob("*"))
    done = sum(file.stat().st_size for file in files if file.exists()) // 1_000_000
    return f"{done} MB of about {size_hint} MB" if size_hint else f"{done} MB"


def _index_targets(form, *options):
    output = run(
        ["apt-get", "indextargets", *options, "--format", form, "Created-By: Packages"],
        "asking apt for its mirror",
        "apt-mirror.log",
    )
    return [line.split("|") for line in output.splitlines() if line.startswith("http")]


def _is_debian_site(site):
    return site.rstrip("/").endswith("/debian")


def _os_release():
    try:
        with open("/etc/os-release") as file:
            pairs = (line.strip().split("=", 1) for line in file if "=" in line)
            return {name: value.strip('"') for name, value in pairs}
    except OSError:
        return {}


def _no_debian():
    system = _os_release().get("PRETTY_NAME", "this system")
    return (
        f"Odoo 19 is fetched from Debian's packages, and {system} has no Debian mirror: set "
        "ODOO_HOME to an Odoo 19 that you have (a checkout, or the folder with its odoo package)."
    )
