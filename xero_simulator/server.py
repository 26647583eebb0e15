"""A small threaded HTTP/1.1 server that can also misbehave on the wire when it is told to.

Python's own handler parses headers with the e-mail package and hides the socket; here a request
costs a few tens of microseconds, and an answer may be cut, dripped or not sent at all.
"""

from __future__ import annotations

import contextlib
import errno
import http
import socket
import socketserver
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from .wire import TEXT, Headers

MAX_BODY = 12_000_000
_MAX_LINE = 65_536
_PHRASES = {status.value: status.phrase for status in http.HTTPStatus}


@dataclass(frozen=True)
class RawRequest:
    """A request as it came over the wire."""

    method: str
    path: str
    segments: tuple[str, ...]
    query: dict[str, str]
    repeated: tuple[str, ...]
    headers: Headers
    body: bytes
    client: str
    target: str


@dataclass
class Manner:
    """How an answer is put on the wire; by default the way it should be."""

    silent: bool = False
    reset: bool = False
    keep: int | None = None
    declared_length: int | None = None
    slice_size: int | None = None
    slice_pause: float = 0.0


@dataclass
class Reply:
    """An answer with its headers in the order they are sent."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    manner: Manner = field(default_factory=Manner)


Application = Callable[[RawRequest], Reply]


class BadRequest(Exception):
    """The bytes on the wire are no request that can be answered otherwise."""


class PortTaken(Exception):
    """Somebody else listens on the port."""


class Server:
    """Listens on loopback and hands each request to one function, a thread per connection."""

    def __init__(self, application: Application, port: int = 0) -> None:
        try:
            self._server = _Listener(("127.0.0.1", port), application)
        except OverflowError as error:
            raise PortTaken(f"There is no port {port}; choose one from 1 to 65535.") from error
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            raise PortTaken(
                f"Port {port} is taken by another program; stop that one or choose another port."
            ) from error
        self.port: int = self._server.server_address[1]
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Serve from a background thread."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="xero-simulator", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and close every open connection."""
        if self._thread:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()
        self._server.close_connections()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], application: Application) -> None:
        self.application = application
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Connection)

    def track(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def forget(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def close_connections(self) -> None:
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # a client that went away is no news
            traceback.print_exc()


class _Connection(socketserver.BaseRequestHandler):
    server: _Listener
    request: socket.socket

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server.track(self.request)
        reader = self.request.makefile("rb", _MAX_LINE)
        try:
            while self._serve_one(reader):
                pass
        finally:
            self.server.forget(self.request)
            reader.close()

    def _serve_one(self, reader) -> bool:
        """Answer one request; say whether the connection stays open."""
        try:
            read = _read_request(reader, self.request, self.client_address[0])
        except BadRequest as error:
            _send(self.request, Reply(400, f"{error}\n".encode(), TEXT), close=True)
            return False
        if read is None:
            return False
        raw, keep_alive = read
        try:
            reply = self.server.application(raw)
        except Exception:  # a fault of the simulator itself must be seen
            traceback.print_exc()
            text = f"The simulator itself failed:\n{traceback.format_exc()}"
            reply = Reply(500, text.encode(), TEXT)
        return _send(self.request, reply, close=not keep_alive, head=raw.method == "HEAD")


def _read_request(
    reader, connection: socket.socket, client: str
) -> tuple[RawRequest, bool] | None:
    """Read one request; None when the client has closed the connection."""
    line = reader.readline(_MAX_LINE)
    if not line.strip():
        return None
    try:
        method, target, version = line.decode("ascii").split()
    except ValueError:
        raise BadRequest("The request line cannot be read.") from None
    if not target.startswith("/"):
        raise BadRequest("The request target must be a path.")
    values: dict[str, str] = {}
    while (line := reader.readline(_MAX_LINE)) not in (b"\r\n", b"\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise BadRequest("A header line cannot be read.")
        values[name.lower()] = value.strip()
    if values.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = _read_body(reader, values)
    location, _question, query_text = target.partition("?")
    segments = tuple(unquote(part) for part in location.split("/")[1:])
    pairs = parse_qsl(query_text, keep_blank_values=True)
    query = dict(pairs)
    names = [name for name, _value in pairs]
    raw = RawRequest(
        method=method,
        path=unquote(location),
        segments=segments,
        query=query,
        repeated=tuple(sorted({name for name in names if names.count(name) > 1})),
        headers=Headers(values),
        body=body,
        client=client,
        target=target,
    )
    wish = values.get("connection", "").lower()
    return raw, wish != "close" and (version == "HTTP/1.1" or wish == "keep-alive")


def _read_body(reader, values: dict[str, str]) -> bytes:
    if "chunked" in values.get("transfer-encoding", "").lower():
        return _read_chunks(reader)
    text = values.get("content-length", "0")
    if not text.isdigit():
        raise BadRequest("The Content-Length is not a number.")
    length = int(text)
    if length > MAX_BODY:
        raise BadRequest("The body is far too large.")
    body = reader.read(length)
    if len(body) < length:
        raise BadRequest("The body is shorter than its Content-Length.")
    return body


def _read_chunks(reader) -> bytes:
    parts: list[bytes] = []
    while True:
        try:
            size = int(reader.readline(_MAX_LINE).split(b";")[0], 16)
        except ValueError:
            raise BadRequest("A chunk has no size.") from None
        if size < 0 or sum(map(len, parts)) + size > MAX_BODY:
            raise BadRequest("The body is far too large.")
        if not size:
            break
        parts.append(reader.read(size))
        reader.readline(_MAX_LINE)
    while reader.readline(_MAX_LINE) not in (b"\r\n", b"\n", b""):
        pass
    return b"".join(parts)


def _send(connection: socket.socket, reply: Reply, close: bool, head: bool = False) -> bool:
    """Put an answer on the wire; say whether the connection stays open."""
    manner = reply.manner
    if manner.reset:
        linger = struct.pack("ii", 1, 0)  # closing now sends a reset instead of an orderly end
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.close()
        return False
    if manner.silent:
        return False
    broken = manner.keep is not None or manner.declared_length is not None
    close = close or broken
    body = reply.body
    length = len(body) if manner.declared_length is None else manner.declared_length
    lines = [f"HTTP/1.1 {reply.status} {_PHRASES.get(reply.status, 'Unknown')}"]
    if reply.content_type:
        lines.append(f"Content-Type: {reply.content_type}")
    lines.extend(f"{name}: {value}" for name, value in reply.headers.items())
    if reply.status != 204:
        lines.append(f"Content-Length: {length}")
    lines.append("Connection: close\r\n\r\n" if close else "Connection: keep-alive\r\n\r\n")
    start = "\r\n".join(lines).encode("latin-1")
    if head:
        body = b""
    if manner.keep is not None:
        body = body[: manner.keep]
    if manner.slice_size:
        connection.sendall(start)
        for position in range(0, len(body), manner.slice_size):
            time.sleep(manner.slice_pause)
            connection.sendall(body[position : position + manner.slice_size])
    else:
        connection.sendall(start + body)
    return not close
