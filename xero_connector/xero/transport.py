"""The wire: one HTTP exchange with hard limits, and nothing that sleeps, retries or follows.

requests' own timeout counts per read, its session may follow redirects, keep cookies, read
credentials of the machine's user and repeat a PUT. None of this may happen here.
"""

import http.client
import http.cookiejar
import io
import os
import threading
import time
import urllib.parse
import zlib
from dataclasses import dataclass, field

import requests
import urllib3

from . import const, errors

CHUNK = 65536
RECORD = 16384  # bytes of a request that go out under one look at the clock: one TLS record
LOOPBACK = ("localhost", "127.0.0.1", "::1")

# What requests and urllib3 raise, and what slips through them.
TROUBLE = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
    zlib.error,
)


@dataclass(frozen=True)
class Raw:
    """What came back. Headers are hidden in its text form: they may carry cookies."""

    status: int
    body: bytes = field(repr=False)
    headers: dict = field(repr=False)
    milliseconds: int = 0
    bytes_in: int = 0


# === DEADLINE AND EVIDENCE === #

class _Exchange(threading.local):
    """The exchange that this thread is in: when it must be over, and whether any of the request
    has left. The second decides between "certainly not executed" and "unknown"; the kind of
    exception cannot, a TLS error for instance also comes after the request was read.
    """

    until = 0.0
    sent = False

    def remaining(self):
        """Seconds left.

        :raises TimeoutError: if there are none
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


_exchange = _Exchange()


class _TimedReader(io.RawIOBase):
    """A socket's reader under the deadline of the exchange, whatever dribbles in."""

    def __init__(self, sock, reader):
        self._sock = sock
        self._reader = reader
        self.ended = False

    def readable(self):
        return True

    def readinto(self, buffer):
        self._sock.settimeout(_exchange.remaining())
        size = self._reader.readinto(buffer)
        self.ended = size == 0
        return size

    def close(self):
        self._reader.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """Status line, headers and body all come through the timed reader."""

    def __init__(self, sock, *arguments, **options):
        super().__init__(sock, *arguments, **options)
        self._timed_reader = _TimedReader(sock, self.fp.detach())
        self.fp = io.BufferedReader(self._timed_reader)

    def begin(self):
        super().begin()
        if self._timed_reader.ended:  # http.client takes the end of the stream for that of headers
            raise http.client.IncompleteRead(b"")


class _Timed:
    """A connection that sends under the deadline and remembers that it has sent."""

    response_class = _TimedResponse

    def send(self, data):
        if self.sock is None:
            self.connect()
        if not data.startswith(b"CONNECT "):  # a proxy's tunnel: not the request yet
            _exchange.sent = True
        for start in range(0, len(data), RECORD):
            self.sock.settimeout(_exchange.remaining())
            super().send(data[start : start + RECORD])


class _PlainConnection(_Timed, urllib3.connection.HTTPConnection):
    pass


class _TlsConnection(_Timed, urllib3.connection.HTTPSConnection):
    pass


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


POOLS = {"http": _PlainPool, "https": _TlsPool}


class TimedAdapter(requests.adapters.HTTPAdapter):
    """Sets the timeouts itself: callers, and test seams that compare them, see none."""

    def __init__(self):
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy, **options):
        if not proxy.lower().startswith("http"):
            raise requests.exceptions.InvalidProxyURL("Only HTTP proxies are used.")
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def send(self, request, **options):
        left = _exchange.remaining()
        options["timeout"] = urllib3.Timeout(connect=min(const.CONNECT_TIMEOUT, left), read=left)
        return super().send(request, **options)


class PlainSession(requests.Session):
    """A session that sees no redirect: requests would read the whole answer to look at one."""

    def get_redirect_target(self, resp):
        return None


def session():
    """A session that keeps connections open and nothing else: no cookies, no credentials.

    :rtype: requests.Session
    """
    new = PlainSession()
    new.trust_env = False
    new.headers.clear()
    new.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        new.mount(scheme, TimedAdapter())
    return new


# === EXCHANGE === #

def exchange(
    http, method, url, *, params=None, headers=None, body=None, deadline=const.TOTAL_TIMEOUT
):
    """One request and its whole answer, or a typed error.

    :param requests.Session http: from `session()`
    :param float deadline: seconds for all of it, by the monotonic clock
    :rtype: Raw
    :raises errors.NotSent: if nothing of the request has left this machine
    :raises errors.NoAnswer: if the outcome is unknown: time-out, reset, cut, too large
    """
    started = time.monotonic()
    _exchange.until, _exchange.sent = started + deadline, False
    try:
        with http.request(
            method,
            url,
            params=params,
            headers={"User-Agent": "xero_connector", **(headers or {})},
            data=body,
            allow_redirects=False,
            stream=True,
            verify=os.environ.get("REQUESTS_CA_BUNDLE") or True,
            proxies=_proxies(url),
        ) as response:
            content, bytes_in = _read(response)
        return Raw(
            response.status_code,
            content,
            dict(response.headers),
            int((time.monotonic() - started) * 1000),
            bytes_in,
        )
    except TROUBLE:
        # Theirs carry the request with its headers and URL, so not even as a cause.
        trouble = _trouble()
    raise trouble


def _trouble():
    """Our error for whatever went wrong, by what has left and by the clock."""
    if not _exchange.sent:
        return errors.NotSent("not_sent", "Xero could not be reached.")
    if time.monotonic() >= _exchange.until:
        return errors.NoAnswer("timeout", "Xero took too long to answer.")
    return errors.NoAnswer("no_answer", "Xero's answer did not come, or not whole.")


def _proxies(url):
    """The proxies that the server's environment names; none for this machine itself."""
    if urllib.parse.urlsplit(url).hostname in LOOPBACK:
        return {}
    return requests.utils.get_environ_proxies(url)


def _read(response):
    """The whole body within the size cap, decompressed.

    :return: the body, and the bytes that came over the wire
    :raises ValueError: if it was cut
    :raises errors.NoAnswer: if it is too large
    """
    zipped = response.headers.get("Content-Encoding", "").lower() in ("gzip", "deflate")
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 32) if zipped else None
    content, bytes_in = bytearray(), 0
    for chunk in response.raw.stream(CHUNK, decode_content=False):
        bytes_in += len(chunk)
        room = const.ANSWER_BYTES + 1 - len(content)
        content += unzip.decompress(chunk, room) if unzip else chunk
        if len(content) > const.ANSWER_BYTES or bytes_in > const.ANSWER_BYTES:
            raise errors.NoAnswer("too_large", "Xero's answer is too large.")
    if bytes_in != _promised(response, bytes_in):
        raise ValueError("cut")
    if unzip and bytes_in and (not unzip.eof or unzip.unused_data):
        raise ValueError("cut")
    return bytes(content), bytes_in


def _promised(response, otherwise):
    """How long the body should be, where the answer says so and has one."""
    length = response.headers.get("Content-Length", "")
    bodiless = response.status_code in (204, 304) or response.request.method == "HEAD"
    if bodiless or "Transfer-Encoding" in response.headers or not length.isdecimal():
        return otherwise
    return int(length)
