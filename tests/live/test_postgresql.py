"""What the engine takes for granted of PostgreSQL (facts on delivery, 6): eight cases, no Odoo.

In each, one connection holds a row or a lock, changes the row from 0 to 1 and commits; another one
has to do with it meanwhile. Should a version of PostgreSQL answer otherwise, the locks of
`xero_token.py` and `xero_request.py` have to be thought over.
"""

import contextlib
import threading

import psycopg2
import pytest
from psycopg2.errors import SerializationFailure
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED, ISOLATION_LEVEL_REPEATABLE_READ

READ = "SELECT value FROM assumed WHERE id = 1"
CHANGE = "UPDATE assumed SET value = 1 WHERE id = 1"
PATIENCE = 60  # seconds


@pytest.fixture(scope="module")
def database(dev_session):
    with dev_session.database() as name:
        yield name


@pytest.fixture
def connect(dev_session, database):
    """A function that opens one more connection; the table is new for every test."""
    server = dev_session.databases.server
    options = {"host": server.host, "port": server.port, "user": server.user, "dbname": database}
    if server.password:
        options["password"] = server.password
    with contextlib.ExitStack() as opened:

        def open_one(isolation=ISOLATION_LEVEL_REPEATABLE_READ):
            connection = psycopg2.connect(**options)
            opened.callback(connection.close)
            connection.set_session(isolation_level=isolation)
            return connection

        with open_one() as connection, connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS assumed")
            cursor.execute("CREATE TABLE assumed (id integer PRIMARY KEY, value integer)")
            cursor.execute("INSERT INTO assumed VALUES (1, 0), (2, 0)")
        yield open_one


def run(connection, statement):
    """Run a statement in the connection's transaction; return the first value, if any."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchone() if cursor.description else None
        return found and found[0]


class Waiting:
    """Work that another connection keeps waiting, in a thread of its own."""

    def __init__(self, connection, work, watcher):
        self.answer = self.error = None
        self._work = work
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        watcher.set_session(autocommit=True)
        waits = (
            "SELECT count(*) FROM pg_stat_activity "
            f"WHERE pid = {connection.info.backend_pid} AND wait_event_type = 'Lock'"
        )
        while not run(watcher, waits):
            assert self._thread.is_alive(), f"it did not wait: {self.answer} {self.error}"

    def _run(self):
        try:
            self.answer = self._work()
        except psycopg2.Error as error:
            self.error = error

    def end(self):
        """Wait for its end; return what it has read, or raise what it met."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        if self.error:
            raise self.error
        return self.answer


# Faults: 30
def test_an_older_snapshot_reads_the_old_value_and_cannot_lock(connect):
    holder, reader = connect(), connect()
    run(reader, "SELECT 1 FROM assumed")
    run(holder, CHANGE)
    holder.commit()
    assert run(reader, READ) == 0
    with pytest.raises(SerializationFailure):
        run(reader, f"{READ} FOR UPDATE")


# Faults: 30
def test_who_waits_for_a_row_never_sees_what_it_waited_for(connect):
    holder, waiter = connect(), connect()
    run(holder, CHANGE)
    waiting = Waiting(waiter, lambda: run(waiter, f"{READ} FOR UPDATE"), connect())
    holder.commit()
    with pytest.raises(SerializationFailure):
        waiting.end()


def test_a_lock_of_the_transaction_is_taken_with_a_stale_snapshot(connect):
    holder, waiter = connect(), connect()
    run(holder, "SELECT pg_advisory_xact_lock(7)")
    run(holder, CHANGE)

    def work():
        run(waiter, "SELECT pg_advisory_xact_lock(7)")
        return run(waiter, READ)

    waiting = Waiting(waiter, work, connect())
    holder.commit()
    assert waiting.end() == 0


def test_a_lock_of_the_connection_and_a_new_transaction_read_the_new_value(connect):
    holder, waiter = connect(), connect()
    run(holder, "SELECT pg_advisory_lock(7)")
    run(holder, CHANGE)

    def work():
        run(waiter, "SELECT pg_advisory_lock(7)")
        waiter.commit()
        return run(waiter, READ)

    waiting = Waiting(waiter, work, connect())
    holder.commit()
    run(holder, "SELECT pg_advisory_unlock(7)")
    assert waiting.end() == 1


def test_read_committed_sees_what_it_waited_for(connect):
    holder, waiter = connect(), connect(ISOLATION_LEVEL_READ_COMMITTED)
    run(holder, CHANGE)
    waiting = Waiting(waiter, lambda: run(waiter, f"{READ} FOR UPDATE"), connect())
    holder.commit()
    assert waiting.end() == 1


def test_skipping_what_is_locked_in_a_new_transaction_each_time_reads_the_new_value(connect):
    holder, reader = connect(), connect()
    run(holder, CHANGE)
    for _try in range(3):
        assert run(reader, f"{READ} FOR UPDATE SKIP LOCKED") is None
        reader.rollback()
    holder.commit()
    assert run(reader, f"{READ} FOR UPDATE SKIP LOCKED") == 1


def test_a_lock_proves_nothing_of_what_was_not_written_on_its_row(connect):
    """So whoever locks a row writes that very row."""
    holder, waiter = connect(), connect()
    run(holder, "SELECT 1 FROM assumed WHERE id = 2 FOR UPDATE")
    run(holder, CHANGE)

    def work():
        run(waiter, "SELECT 1 FROM assumed WHERE id = 2 FOR UPDATE")
        return run(waiter, READ)

    waiting = Waiting(waiter, work, connect())
    holder.commit()
    assert waiting.end() == 0


# Faults: 15
def test_what_a_business_transaction_wrote_is_lost_by_its_rollback(connect):
    business, reader = connect(), connect()
    run(business, CHANGE)
    business.rollback()
    assert run(reader, READ) == 0
