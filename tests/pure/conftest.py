"""Profile of the generated examples, and a small server that misbehaves on order."""

import contextlib
import socket
import threading

import pytest
from hypothesis import HealthCheck, settings

from xero import transport

settings.register_profile(
    "pure",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("pure")


class Server:
    """Answers connections one after the other with prepared functions or bytes.

    A step gets the socket once a whole request has come in and writes what it likes; bytes are
    simply sent. `requests` keeps what came in, `connections` counts how often somebody connected.
    """

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.steps = []
        self.requests = []
        self.connections = 0
        self.release = threading.Event()
        self._open = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def answers(self, *steps):
        self.steps += steps
        return self

    def close(self):
        self.release.set()
        for connection in [self.listener, *self._open]:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._thread.join(5)

    def _serve(self):
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            self._open.append(connection)
            self.connections += 1
            try:
                while self.steps and (request := self._read_request(connection)):
                    self.requests.append(request)
                    step = self.steps.pop(0)
                    if isinstance(step, bytes):
                        connection.sendall(step)
                    elif step(connection) is False:
                        break
            except OSError:
                pass
            connection.close()

    def _read_request(self, connection):
        received = b""
        while b"\r\n\r\n" not in received:
            chunk = connection.recv(65536)
            if not chunk:
                return None
            received += chunk
        head, _blank, body = received.partition(b"\r\n\r\n")
        length = next(
            (
                int(line.partition(b":")[2])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ),
            0,
        )
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def http():
    with transport.session() as session:
        yield session
