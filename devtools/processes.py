"""Child processes: to their end, in the foreground or as a service. None outlives the launcher."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time

from . import paths
from .console import Progress, Trouble

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_services = []

DROPPED_VARIABLES = (
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "ODOO_RC",
    "OPENERP_SERVER",
    "PGHOST",
    "PGPORT",
    "PGUSER",
    "PGPASSWORD",
    "PGDATABASE",
    "XERO_LOGIN_URL",
    "XERO_IDENTITY_URL",
    "XERO_API_URL",
    "XERO_ENCRYPTION_KEY",
)

FULL_DISK = "The disk is full: free some gigabytes for {dev} and run the command again."
KNOWN_FAILURES = (
    (
        ("ensurepip is not available", "No module named venv", "No module named ensurepip"),
        "This Python cannot make virtual environments: install the package python3-venv and run "
        "again.",
    ),
    (
        ("No space left on device", "not enough free space", "You don't have enough free space"),
        FULL_DISK,
    ),
    (
        (
            "Temporary failure resolving",
            "Could not resolve",
            "Could not connect",
            "Failed to fetch",
            "Connection failed",
            "Network is unreachable",
            "NewConnectionError",
            "ConnectTimeout",
            "Failed to establish a new connection",
            "Name or service not known",
        ),
        "The network did not answer while {doing}: check the connection (or the proxy) and run "
        "the command again.",
    ),
)


def environment(**extra):
    """Return the environment of a child: the person's own, without what would lead it astray."""
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED_VARIABLES}
    return {**kept, "PYTHONUNBUFFERED": "1", **{name: str(value) for name, value in extra.items()}}


def run(command, doing, log, *, env=None, cwd=None, user=None, progress=None):
    """Run a command to its end and return its output, which also stands in the log.

    :param str doing: What the command is for, as in "while making the database".
    :param str log: The name of the log file.
    :param progress: Called with the output so far every half second; returns how far it is.
    :raise Trouble: When the command is missing or fails.
    """
    log_path = _log_path(log)
    progress_line = Progress()
    with open(log_path, "wb") as output:
        process = _popen(command, output, env, cwd, user, signal.SIGKILL)
        try:
            while True:
                try:
                    process.wait(timeout=0.5 if progress else None)
                    break
                except subprocess.TimeoutExpired:
                    progress_line.show(progress(read_log(log)))
        finally:
            progress_line.close()
            stop(process)
            _end_group(process)
    text = read_log(log)
    if process.returncode != 0:
        raise Trouble(failure_sentence(doing, text, log_path))
    return text


def foreground(command, *, env=None, cwd=paths.ROOT):
    """Run a command on the person's own terminal and return its exit status.

    Ctrl-C reaches the child by itself: here it is ignored, so that what the child needs (the
    database) stays up until the child has ended.
    """
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=env or environment(),
            cwd=cwd,
            preexec_fn=_child_setup(signal.SIGKILL, signal.default_int_handler),
        )
    except FileNotFoundError:
        raise Trouble(missing_tool(command[0])) from None
    try:
        return process.wait()
    finally:
        stop(process)
        signal.signal(signal.SIGINT, interrupt)


def start(command, log, *, env=None, cwd=None, user=None, on_death=signal.SIGKILL):
    """Start a service in a session of its own; `stop_all` ends it at the latest."""
    with open(_log_path(log), "wb") as output:
        process = _popen(command, output, env, cwd, user, on_death)
    _services.append(process)
    return process


def stop(process, first=signal.SIGTERM, seconds=15):
    """End a process: politely first, then for good."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process in _services:
        _services.remove(process)


def stop_all():
    """End every service, the youngest first, whatever the keyboard says meanwhile."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while _services:
        service = _services[-1]
        stop(service, first=getattr(service, "stop_signal", signal.SIGTERM))


def wait_until(ready, process, doing, log, seconds):
    """Ask `ready` until it answers true, while the process lives and the time lasts."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise Trouble(failure_sentence(doing, read_log(log), paths.LOGS / log))
        if time.monotonic() > deadline:
            raise Trouble(
                f"Gave up {doing} after {seconds} seconds: look into {paths.LOGS / log} and "
                "run the command again."
            )
        time.sleep(0.1)


def read_log(log):
    return (paths.LOGS / log).read_text(errors="replace")


def failure_sentence(doing, output, log_path):
    """Return one sentence on a failed command: a known cause, else its last words."""
    for signs, sentence in KNOWN_FAILURES:
        if any(sign in output for sign in signs):
            return sentence.format(dev=paths.DEV, doing=doing)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = f" Its last words: {lines[-1][:300]}" if lines else ""
    return f"Failed {doing}: the whole story is in {log_path}.{last}"


def full_disk_sentence():
    return FULL_DISK.format(dev=paths.DEV)


def missing_tool(command):
    return f"The program {command} is missing: install it (with the system's packages), run again."


def _popen(command, output, env, cwd, user, on_death):
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env or environment(),
            cwd=cwd or (paths.ROOT if user is None else "/"),
            start_new_session=True,
            preexec_fn=_child_setup(on_death),
            **(user.as_child() if user else {}),
        )
    except FileNotFoundError:
        raise Trouble(missing_tool(command[0])) from None


def _end_group(process):
    """End what an interrupted command may have started itself."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _child_setup(on_death, interrupt=None):
    """Return what a child does before it becomes its program: agree to die with the launcher."""
    parent = os.getpid()

    def setup():
        if interrupt is not None:
            signal.signal(signal.SIGINT, interrupt)
        _libc.prctl(PR_SET_PDEATHSIG, int(on_death), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return setup


def _log_path(log):
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    return paths.LOGS / log
