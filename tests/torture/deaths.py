"""A worker that kills itself at a chosen step of what it does.

A step is a statement or a commit sent to PostgreSQL, and of each call to Xero the moments before
it goes out, after it has gone, and after it was answered. Nothing of the product knows of it: the
steps are counted around the library calls that every way out of the process has to take.
"""

import contextlib
import http.client
import os
import signal
import threading
from unittest.mock import patch

SQL, COMMIT, COMMITTED = "before a statement", "before a commit", "after a commit"
CALL, SENT, ANSWERED = "before a call", "call sent", "call answered"

_inherited = []  # connections of the parent: kept open, never used


class Steps:
    """Counts steps over all threads, and ends the process by SIGKILL at one of them."""

    def __init__(self, deadly=None, report=lambda name: None):
        self.names = []
        self._deadly = deadly
        self._report = report
        self._lock = threading.Lock()

    def take(self, name):
        """Count a step."""
        with self._lock:
            self.names.append(name)
            if len(self.names) == self._deadly:
                self._report(name)
                os.kill(os.getpid(), signal.SIGKILL)

    @contextlib.contextmanager
    def counted(self):
        """Count what happens inside."""
        from odoo.sql_db import Cursor

        execute, commit = Cursor.execute, Cursor.commit
        connection_class = http.client.HTTPConnection
        send, answer = connection_class.endheaders, connection_class.getresponse

        def counted_execute(cursor, *arguments, **options):
            self.take(SQL)
            return execute(cursor, *arguments, **options)

        def counted_commit(cursor):
            self.take(COMMIT)
            commit(cursor)
            self.take(COMMITTED)

        def counted_send(connection, *arguments, **options):
            self.take(CALL)
            return send(connection, *arguments, **options)

        def counted_answer(connection):
            self.take(SENT)
            response = answer(connection)
            self.take(ANSWERED)
            return response

        with (
            patch.object(Cursor, "execute", counted_execute),
            patch.object(Cursor, "commit", counted_commit),
            patch.object(connection_class, "endheaders", counted_send),
            patch.object(connection_class, "getresponse", counted_answer),
        ):
            yield self


def run_apart(work, deadly=None):
    """Run `work` in a process of its own, forked from this one.

    :param work: function without parameters; it opens its own cursors
    :param int deadly: the step at which the process kills itself, or None
    :return: (name of the step at which it died or None, names of the steps it took)
    :raises RuntimeError: if it ended in another way
    """
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        _child(work, deadly, writing)
    os.close(writing)
    with os.fdopen(reading) as told:
        text = told.read()
    _process, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL and text:
        return text, []
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return None, text.splitlines()
    raise RuntimeError(f"The worker ended with status {status}: see above.")


def open_own_connections():
    from odoo import sql_db
    from odoo.modules.registry import Registry

    registries = list(Registry.registries.values())
    _inherited.append((sql_db._Pool, sql_db._Pool_readonly, [one._db for one in registries]))
    sql_db._Pool = sql_db._Pool_readonly = None
    for registry in registries:
        registry._db = sql_db.db_connect(registry.db_name)


def _child(work, deadly, writing):
    """Do the work and end without any clean-up: the parent's connections are not ours to close."""
    status = 1
    try:
        open_own_connections()
        steps = Steps(deadly, lambda name: os.write(writing, name.encode()))
        with steps.counted():
            work()
        with os.fdopen(writing, "w") as told:
            told.write("\n".join(steps.names))
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)
