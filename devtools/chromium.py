"""A browser for the browser tests: the installed Chromium, or Debian's unpacked into a folder.

The unpacked one brings the libraries and fonts that the machine lacks; a small script starts it
with them, so nothing is installed and root is not needed.
"""

import shutil

from . import debian, paths
from .console import Trouble, say
from .processes import run

INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = ("fonts-liberation", "fonts-dejavu-core")
START = """#!/bin/sh
# Debian's Chromium with the libraries and fonts that were unpacked beside it.
here={here}
export LD_LIBRARY_PATH={libraries}
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/usr/lib/chromium/chromium" "$@"
"""
FONTS_FILE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{here}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{here}/font-cache</cachedir>
  <alias binding="same">
    <family>Arial</family><accept><family>Liberation Sans</family></accept>
  </alias>
  <alias binding="same">
    <family>Times New Roman</family><accept><family>Liberation Serif</family></accept>
  </alias>
  <alias binding="same">
    <family>Courier New</family><accept><family>Liberation Mono</family></accept>
  </alias>
  <match>
    <edit name="family" mode="append_last"><string>Liberation Sans</string></edit>
  </match>
</fontconfig>
"""


def obtain():
    """Return the path of a Chromium that can be started."""
    for name in INSTALLED:
        if shutil.which(name):
            return shutil.which(name)
    program = paths.CHROMIUM / "chromium"
    if not program.exists():
        _fetch()
    return str(program)


def _fetch():
    codename = debian.codename()
    if not codename:
        raise Trouble(
            "The browser test needs Chromium and none is here: install the package chromium "
            "and run again."
        )
    site = debian.mirror()
    security = site.rstrip("/") + "-security"
    making = paths.DEV / "chromium.making"
    shutil.rmtree(making, ignore_errors=True)
    suites = {site: [codename, f"{codename}-updates"], security: [f"{codename}-security"]}
    area = debian.Area("chromium", suites)
    say("Chromium: reading Debian's package lists")
    area.update()
    say("Chromium: downloading it and the libraries that are missing here")
    packages = area.download_with_dependencies(["chromium", *FONTS], "downloading Chromium")
    say(f"Chromium: unpacking {len(packages)} packages")
    debian.unpack(packages, making)
    _write_start(making, paths.CHROMIUM)
    run([making / "check", "--version"], "starting Chromium", "chromium.log")
    shutil.rmtree(paths.APT / "chromium", ignore_errors=True)
    making.rename(paths.CHROMIUM)


def _write_start(folder, final):
    """Write the script that starts it: one to try it here, one for its final place."""
    libraries = sorted(
        {file.parent.relative_to(folder) for file in folder.rglob("*.so*") if file.is_file()}
    )
    for name, here in (("check", folder), ("chromium", final)):
        joined = ":".join(str(here / library) for library in libraries)
        script = folder / name
        script.write_text(START.format(here=here, libraries=joined))
        script.chmod(0o755)
    (folder / "fonts.conf").write_text(FONTS_FILE.format(here=final))
