"""Ports for our servers: free ones, and never the same for two launchers that start at once."""

import socket

from .console import Trouble

# Sockets that only mark a port as ours until this process ends, before its server listens.
_marks = []


def free_port(preferred=None, required=None):
    """Return a port that nobody listens on, and keep other launchers from taking it.

    :param int preferred: Taken when it is free, else another one.
    :param int required: The one that the person asked for; a taken one is trouble.
    """
    if required:
        if not _take(required):
            raise Trouble(f"Port {required} is taken: stop what listens there or name another.")
        return required
    if preferred and _take(preferred):
        return preferred
    while not _take(port := _any_port()):
        pass
    return port


def _take(port):
    """Mark a free port as ours; the kernel drops the mark with this process."""
    if not _is_free(port):
        return False
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0xero-connector-port-{port}")
    except OSError:
        mark.close()
        return False
    _marks.append(mark)
    return True


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _any_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
