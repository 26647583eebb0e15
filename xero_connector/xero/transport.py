"""The wire: one HTTP exchange with hard limits, and nothing that sleeps, retries or follows.

requests' own timeout counts per read, its session may follow redirects, keep cookies, read
credentials of the machine's user and repeat a PUT. None of this may happen here.
"""

import http.cookiejar
import os
import time
import zlib
from dataclasses import dataclass, field

import requests
import urllib3

from . import const, errors

CHUNK = 65536

# The connection was never made: nothing can have been executed.
NOT_SENT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NameResolutionError,
    urllib3.exceptions.ProxyError,
    urllib3.exceptions.SSLError,
    urllib3.exceptions.LocationValueError,
)


@dataclass(frozen=True)
class Raw:
    """What came back. Headers are hidden in its text form: they may carry cookies."""

    status: int
    body: bytes = field(repr=False)
    headers: dict = field(repr=False)
    milliseconds: int = 0
    bytes_in: int = 0


class TimedAdapter(requests.adapters.HTTPAdapter):
    """Sets the timeouts itself: callers, and test seams, pass none."""

    def __init__(self):
        super().__init__(max_retries=0)

    def send(self, request, **options):
        options["timeout"] = (const.CONNECT_TIMEOUT, const.TOTAL_TIMEOUT)
        return super().send(request, **options)


def session():
    """A session that keeps connections open and nothing else: no cookies, no credentials.

    :rtype: requests.Session
    """
    new = requests.Session()
    new.trust_env = False
    new.headers.clear()
    new.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        new.mount(scheme, TimedAdapter())
    return new


def exchange(
    http, method, url, *, params=None, headers=None, body=None, deadline=const.TOTAL_TIMEOUT
):
    """One request and its whole answer, or a typed error.

    :param requests.Session http: from `session()`
    :param float deadline: seconds for all of it, by the monotonic clock
    :rtype: Raw
    :raises errors.NotSent: if nothing can have left this machine
    :raises errors.NoAnswer: if the outcome is unknown: time-out, reset, cut, too large
    """
    started = time.monotonic()
    try:
        response = http.request(
            method,
            url,
            params=params,
            headers={"User-Agent": "xero_connector", **(headers or {})},
            data=body,
            allow_redirects=False,
            stream=True,
            verify=os.environ.get("REQUESTS_CA_BUNDLE") or True,
            proxies=requests.utils.get_environ_proxies(url),
        )
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise _typed(error) from None
    try:
        body_in, bytes_in = _read(response, started + deadline)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
        response.close()
        raise errors.NoAnswer("cut", "The answer was cut off.") from None
    except errors.NoAnswer:
        response.close()
        raise
    return Raw(
        response.status_code,
        body_in,
        dict(response.headers),
        int((time.monotonic() - started) * 1000),
        bytes_in,
    )


def _read(response, deadline):
    """The whole body within the deadline and the size cap, decompressed.

    Reads what each arrival brings, so that a server that dribbles cannot hold us.
    """
    source = response.raw._fp
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 32) if _zipped(response) else None
    body, bytes_in = bytearray(), 0
    while chunk := source.read1(CHUNK):
        bytes_in += len(chunk)
        body += unzip.decompress(chunk, const.ANSWER_BYTES + 1) if unzip else chunk
        if len(body) > const.ANSWER_BYTES:
            raise errors.NoAnswer("too_large", "The answer is too large.")
        if time.monotonic() > deadline:
            raise errors.NoAnswer("timeout", "The answer took too long.")
    expected = response.headers.get("Content-Length", "")
    if expected.isdigit() and response.request.method != "HEAD" and int(expected) != bytes_in:
        raise errors.NoAnswer("cut", "The answer was cut off.")
    if unzip and not unzip.eof:
        raise errors.NoAnswer("cut", "The answer was cut off.")
    response.raw.release_conn()
    return bytes(body), bytes_in


def _zipped(response):
    return response.headers.get("Content-Encoding", "").lower() in ("gzip", "deflate")


def _typed(error):
    """Our error for one of requests'. Theirs carry the request, with its headers and URL."""
    causes, cause = [], error
    while cause is not None and cause not in causes:
        causes.append(cause)
        reason = getattr(cause, "reason", None)
        cause = reason if isinstance(reason, BaseException) else (
            cause.args[0] if cause.args and isinstance(cause.args[0], BaseException) else None
        )
    if any(isinstance(cause, NOT_SENT) for cause in causes):
        return errors.NotSent("not_sent", "Xero could not be reached.")
    return errors.NoAnswer("no_answer", "Xero did not answer.")
