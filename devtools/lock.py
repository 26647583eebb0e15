"""One `./dev` at a time per checkout: a lock that the kernel drops when the process ends."""

import fcntl
import os

from . import paths
from .console import Trouble

_held = None


def take(command):
    """Hold the checkout until this process ends, or say who holds it."""
    global _held
    make_folder(paths.DEV)
    _held = open(paths.LOCK, "a+")  # noqa: SIM115 (held until the end)
    try:
        fcntl.flock(_held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        _held.seek(0)
        other = _held.read().strip() or "unknown"
        release()
        raise Trouble(
            f"Another ./dev is running in this checkout ({other}): stop it with Ctrl-C first, "
            "or use a second checkout."
        ) from None
    _held.truncate(0)
    _held.write(f"./dev {command}, process {os.getpid()}")
    _held.flush()


def release():
    """Let others run, before this process ends."""
    global _held
    if _held:
        _held.close()
        _held = None


def make_folder(path):
    """Make a folder of the launcher, or say why that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except PermissionError:
        raise Trouble(
            f"{path} cannot be written: it was made by another user, remove it as that user "
            "or run ./dev as that user."
        ) from None
