"""Children of the launcher end with it, and their failures become one sentence."""

import os
import select
import signal
import subprocess
import sys

import pytest

from devtools import paths, processes
from devtools.console import Trouble

KILLED_LAUNCHER = """
import os, signal, sys
from devtools import processes
child = processes.start([sys.executable, "-c", "import signal; signal.pause()"], "test-child.log")
print(child.pid, flush=True)
sys.stdin.read(1)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_launcher_leaves_no_process_behind():
    launcher = subprocess.Popen(
        [sys.executable, "-c", KILLED_LAUNCHER],
        cwd=paths.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    child = os.pidfd_open(int(launcher.stdout.readline()))
    launcher.communicate("x")
    assert launcher.returncode == -signal.SIGKILL
    poller = select.poll()
    poller.register(child, select.POLLIN)
    assert poller.poll(10_000), "the child is still there"
    os.close(child)


def test_a_service_that_ignores_the_polite_signal_ends_anyway():
    program = (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1); signal.pause()"
    )
    service = processes.start([sys.executable, "-u", "-c", program], "test-stubborn.log")
    processes.wait_until(
        lambda: processes.read_log("test-stubborn.log"), service, "waiting", "test-stubborn.log", 30
    )
    processes.stop(service, seconds=0.1)
    assert service.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("Temporary failure resolving 'mirror'", "The network did not answer while working"),
        ("something else", "Failed working: the whole story is in"),
    ],
)
def test_a_failed_command_is_told_in_one_sentence(words, sentence):
    program = f"import sys; print({words!r}); sys.exit(3)"
    with pytest.raises(Trouble) as trouble:
        processes.run([sys.executable, "-c", program], "working", "test-failure.log")
    assert str(trouble.value).startswith(sentence)
    assert "\n" not in str(trouble.value)


def test_a_missing_program_is_named():
    with pytest.raises(Trouble, match="no-such-program is missing: install it"):
        processes.run(["no-such-program"], "working", "test-missing.log")


def test_a_service_that_dies_at_once_is_not_waited_for():
    service = processes.start(
        [sys.executable, "-c", "raise SystemExit('port taken')"], "test-dead.log"
    )
    with pytest.raises(Trouble, match=r"Failed starting it: .* Its last words: port taken"):
        processes.wait_until(lambda: False, service, "starting it", "test-dead.log", 60)
