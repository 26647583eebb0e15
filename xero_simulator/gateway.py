"""What stands before the books: token, scope, tenant, limits, idempotency, ordered faults."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from . import routes
from .clock import Clock
from .faults import HTML_PAGE, Fault
from .idempotency import MAX_KEY_LENGTH, METHODS, Entry, IdempotencyStore, KeyConflict
from .identity import AccessToken, Identity, TokenRefused
from .journal import Call
from .limits import Limits
from .routes import Route
from .scopes import allows
from .server import Manner, RawRequest, Reply
from .wire import API_ROOT, JSON, Event, Request, Response

MAX_JSON = 3_500_000
MAX_FILE = 10_000_000
SILENCE = Manner(silent=True)

Announce = Callable[[str, list[Event]], None]


def problem(status: int, title: str, detail: str, **headers: str) -> Reply:
    """The body that Xero's gateway sends for what never reached the books."""
    document = {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": str(uuid.uuid4()),
        "Extensions": {},
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(document).encode(), JSON, named)


def expired(detail: str) -> Reply:
    """401: the token does not open the API (any more)."""
    return problem(401, "Unauthorized", detail)


def scope_missing() -> Reply:
    """401: the token is good, a scope is missing; refreshing it does not help."""
    challenge = 'Bearer error="insufficient_scope"'
    return problem(
        401, "Unauthorized", "AuthorizationUnsuccessful", WWW_Authenticate=challenge
    )


def tenant_unavailable() -> Reply:
    """403: the organisation is not available to this token."""
    return problem(403, "Forbidden", "AuthenticationUnsuccessful")


class Gateway:
    """Answers every call of the accounting API."""

    def __init__(
        self,
        clock: Clock,
        identity: Identity,
        limits: Limits,
        keys: IdempotencyStore,
        organisations: Callable[[], Mapping[str, Any]],
        respond: Callable[[Any, Request, Clock], Response],
        announce: Announce,
    ) -> None:
        self._clock = clock
        self._identity = identity
        self._limits = limits
        self._keys = keys
        self._organisations = organisations
        self._respond = respond
        self._announce = announce
        self._lock = threading.Lock()
        self._locks: dict[str, threading.RLock] = {}
        self.patience = 10.0

    def lock_of(self, tenant_id: str) -> threading.RLock:
        """The lock under which one organisation is read and changed."""
        with self._lock:
            return self._locks.setdefault(tenant_id, threading.RLock())

    def answer(self, raw: RawRequest, call: Call, fault: Fault | None) -> Reply:
        """Answer one call and note in the journal what became of it."""
        segments = raw.segments[2:]
        route = routes.find(raw.method, segments)
        if not route:
            call.unknown = f"route {raw.method} {raw.path}"
            page = b"<html><body>The resource cannot be found.</body></html>"
            return Reply(404, page, "text/html")
        try:
            token = self._identity.access(raw.headers.get("authorization"))
        except TokenRefused as error:
            return expired(error.detail)
        call.app, call.user = token.app, token.user
        if not allows(token.scopes, route.area, raw.method != "GET"):
            return scope_missing()
        tenant_id = call.tenant_id or ""
        if tenant_id not in self._organisations() or not self._identity.is_connected(
            token.app, tenant_id, token.user
        ):
            return tenant_unavailable()
        admission = self._limits.enter(token.app, tenant_id)
        try:
            call.in_flight = admission.in_flight
            if admission.problem:
                return Reply(429, headers=admission.headers)
            reply = self._admitted(raw, call, fault, route, token)
            reply.headers = {**admission.headers, **reply.headers}
            return reply
        finally:
            self._limits.leave(token.app, tenant_id)

    # === AFTER THE LIMITS === #

    def _admitted(
        self, raw: RawRequest, call: Call, fault: Fault | None, route: Route, token: AccessToken
    ) -> Reply:
        if refusal := self._malformed(raw, call, route):
            return refusal
        request = Request(
            method=raw.method,
            path=raw.path,
            segments=raw.segments[2:],
            query=raw.query,
            headers=raw.headers,
            body=raw.body,
            app=token.app,
            user=token.user,
            scopes=token.scopes,
        )
        tenant_id = call.tenant_id or ""
        key = call.idempotency_key
        if key is None or raw.method not in METHODS:
            return self._perform(request, tenant_id, call, fault, None)
        try:
            fingerprint = (raw.method, raw.target, call.body_sha256)
            entry, first = self._keys.claim(token.app, key, fingerprint)
        except KeyConflict:
            text = f"Idempotency Key: {key} is used with a different request."
            return problem(400, "Bad Request", text)
        if first:
            try:
                return self._perform(request, tenant_id, call, fault, entry)
            except BaseException:
                self._keys.forget(token.app, key)
                raise
        call.replayed = True
        entry.finished.wait(self.patience)
        if entry.answer is None:
            return Reply(0, manner=SILENCE)
        return _reply(entry.answer)

    def _malformed(self, raw: RawRequest, call: Call, route: Route) -> Reply | None:
        """Refuse what no client should ever send; the journal names it."""
        accept = raw.headers.get("accept", "")
        kind = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
        writes = raw.method in METHODS
        if raw.repeated:
            call.unknown = f"repeated query parameter {', '.join(raw.repeated)}"
        elif "application/json" not in accept and not (route.carries_file and not writes):
            call.unknown = f"Accept {accept!r}: Xero would answer with XML"
        elif writes and not kind:
            call.unknown = "a body without a Content-Type"
        elif writes and not route.carries_file and kind != "application/json":
            call.unknown = f"Content-Type {kind!r}"
        elif call.idempotency_key is not None and not (
            0 < len(call.idempotency_key) <= MAX_KEY_LENGTH
        ):
            call.unknown = "an idempotency key that is empty or longer than 128 characters"
        elif len(raw.body) > (MAX_FILE if route.carries_file else MAX_JSON):
            return problem(413, "RequestEntityTooLarge", "PayloadTooLarge")
        if call.unknown:
            return problem(400, "Bad Request", f"Xero does not know this: {call.unknown}.")
        return None

    # === EXECUTION === #

    def _perform(
        self,
        request: Request,
        tenant_id: str,
        call: Call,
        fault: Fault | None,
        entry: Entry | None,
    ) -> Reply:
        """Do the work, or what an ordered fault makes of it."""
        if fault and fault.kind == "late":
            moment = self._clock.now() + timedelta(seconds=fault.options["seconds"])
            self._clock.call_at(moment, lambda: self._execute(request, tenant_id, call, entry))
            if fault.options["status"]:
                return Reply(fault.options["status"], HTML_PAGE.encode(), "text/html")
            return Reply(0, manner=SILENCE)
        if fault and fault.kind == "error":
            options = fault.options
            body = options["body"].encode() if isinstance(options["body"], str) else options["body"]
            failure = Response(
                options["status"], body, options["content_type"], dict(options["headers"])
            )
            cached = options["cached"]
            if cached is None:
                cached = failure.status == 500
            if options["executed"]:
                self._execute(request, tenant_id, call, None if cached else entry)
            if entry and cached:
                entry.finish(failure)
            elif entry and not options["executed"]:
                self._keys.forget(request.app, call.idempotency_key or "")
            return _reply(failure)
        if fault:
            fault.pause("before")
        response = self._execute(request, tenant_id, call, entry)
        if fault:
            fault.pause("after")
        return _reply(response)

    def _execute(
        self, request: Request, tenant_id: str, call: Call, entry: Entry | None
    ) -> Response:
        with self.lock_of(tenant_id):
            response = self._respond(self._organisations()[tenant_id], request, self._clock)
        if response.unknown_parameters:
            call.unknown = f"query parameter {', '.join(response.unknown_parameters)}"
        else:
            call.executed = True
        self._announce(tenant_id, response.events)
        if entry:
            entry.finish(response)
        return response

    # === WITHOUT A TOKEN === #

    def look(self, tenant_id: str, resource: str, **query: str) -> Response:
        """Read as the simulator's own pages do: no token, no limits, no journal."""
        path = "/".join(quote(part, safe="") for part in resource.split("/"))
        segments = tuple(resource.split("/"))
        request = Request("GET", f"{API_ROOT}/{path}", segments, query)
        with self.lock_of(tenant_id):
            return self._respond(self._organisations()[tenant_id], request, self._clock)


def _reply(response: Response) -> Reply:
    return Reply(
        response.status, response.body, response.content_type, dict(response.headers)
    )
