"""The whole: one Xero in a box that listens on loopback and can be steered from Python."""

from __future__ import annotations

import threading
import time
import uuid
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from . import misbehaviour
from .apps import App, Registry
from .clock import Clock
from .control import CONTROL_ROOT, Control
from .faults import Faults
from .gateway import Gateway
from .idempotency import IdempotencyStore
from .identity import Identity, OAuthError
from .journal import Call, Journal
from .limits import Limits
from .oauth import AUTHORIZE, OAuthPages
from .pages import Pages
from .server import RawRequest, Reply, Server
from .webhooks import Webhooks
from .wire import API_ROOT

API_SEGMENTS = tuple(API_ROOT.strip("/").split("/"))


class ConsentRefused(Exception):
    """Xero's consent page shows an error instead of the question."""

    def __init__(self, error: OAuthError) -> None:
        super().__init__(str(error))
        self.code = error.code


class Simulator:
    """A Xero in a box. Use it with `with`, or `start` and `stop` it."""

    def __init__(
        self,
        port: int = 0,
        *,
        limits: bool = True,
        day_limit: int = 1000,
        minute_limit: int = 60,
        books: ModuleType | Any = None,
    ) -> None:
        if books is None:
            from . import accounting as books
        self._books = books
        self._lock = threading.Lock()
        self.clock = Clock()
        self.registry = Registry()
        self.journal = Journal()
        self.faults = Faults()
        self.limits = Limits(self.clock, limits, minute_limit, day_limit)
        self.keys = IdempotencyStore(self.clock)
        self.organisations: dict[str, Any] = {}
        self.identity = Identity(self.clock, self.registry, lambda: self.organisations)
        self.webhooks = Webhooks(self.clock, self.registry, self.identity.is_connected)
        self.gateway = Gateway(
            self.clock,
            self.identity,
            self.limits,
            self.keys,
            lambda: self.organisations,
            books.respond,
            self.webhooks.announce,
        )
        self._oauth = OAuthPages(self.identity, lambda: self.organisations)
        self._pages = Pages(
            lambda: self.organisations, self.gateway.look, self.gateway.lock_of
        )
        self._control = Control(self)
        self._build()
        self._server = Server(self.handle, port)
        self.port = self._server.port
        self.url = f"http://localhost:{self.port}"

    # === LIFE === #

    def start(self) -> Simulator:
        """Begin to answer."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Let held calls go, stop answering and close the port."""
        self.webhooks.stop()
        self.faults.clear()
        self.keys.clear()
        self._server.stop()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def reset(self, apps: bool = False) -> None:
        """Go back to the start: new organisations, no tokens, keys, faults, counters, calls.

        The registered apps stay, unless `apps` is true.
        """
        self.faults.clear()
        self.webhooks.clear()
        self.keys.clear()
        self.identity.clear()
        self.limits.reset()
        self.clock.reset()
        self.journal.clear()
        if apps:
            self.registry.clear()
        self._build()

    def _build(self) -> None:
        self.organisations = self._books.build_organisations(self.clock)
        for tenant_id, organisation in self.organisations.items():
            organisation.listener = lambda event, tenant_id=tenant_id: self.webhooks.announce(
                tenant_id, [event]
            )

    # === STEERING === #

    def register_app(
        self,
        client_id: str,
        client_secret: str,
        redirect_uris: list[str] | tuple[str, ...],
        webhook_url: str | None = None,
        webhook_key: str | None = None,
    ) -> App:
        """Register a developer app."""
        return self.registry.register(
            client_id, client_secret, redirect_uris, webhook_url, webhook_key
        )

    def organisation(self, wanted: str) -> Any:
        """The organisation with this name, id, short code or country code."""
        for organisation in self.organisations.values():
            if wanted in (
                organisation.name,
                organisation.tenant_id,
                organisation.short_code,
                organisation.country_code,
            ):
                return organisation
        raise ValueError(f"There is no organisation {wanted!r}.")

    def user(self, wanted: str | None) -> Any:
        """The user with this name, id or e-mail; the first one without a wish."""
        for user in self.identity.users.values():
            if wanted in (None, user.user_id, user.name, user.email):
                return user
        raise ValueError(f"There is no user {wanted!r}.")

    def consent(
        self,
        authorize_url: str,
        organisation: str | None = None,
        user: str | None = None,
        cancel: bool = False,
    ) -> str:
        """Do what a person does on the consent page; the address the browser is sent to."""
        parts = urlsplit(authorize_url)
        if parts.path != AUTHORIZE:
            raise ValueError(f"{parts.path} is not the address of the consent page.")
        try:
            consent = self.identity.check_consent(dict(parse_qsl(parts.query)))
            if cancel:
                return self.identity.deny(consent)
            if organisation is None:
                raise ValueError("Say which organisation shall be connected.")
            tenant_id = self.organisation(organisation).tenant_id
            return self.identity.allow(consent, self.user(user).user_id, tenant_id)
        except OAuthError as error:
            raise ConsentRefused(error) from error

    # === HANDLING === #

    def handle(self, raw: RawRequest) -> Reply:
        """Answer one request: the single way in."""
        self.clock.run_due()
        is_api = raw.segments[: len(API_SEGMENTS)] == API_SEGMENTS
        if not is_api and not self._oauth.handles(raw.path):
            if raw.segments[0] == CONTROL_ROOT:
                return self._control.answer(raw)
            return self._page(raw)
        started = time.monotonic()
        call = self.journal.add(
            Call(
                at=self.clock.now(),
                method=raw.method,
                path=raw.path,
                query=raw.query if is_api else _without_secrets(raw.query),
                tenant_id=raw.headers.get("xero-tenant-id"),
                idempotency_key=raw.headers.get("idempotency-key"),
                body_size=len(raw.body),
                body=raw.body if is_api else b"",
            )
        )
        fault = self.faults.strike(raw.method, raw.path, call.tenant_id)

        def work() -> Reply:
            if is_api:
                return self.gateway.answer(raw, call, fault)
            return self._oauth.answer(raw, call)

        try:
            reply = misbehaviour.apply(fault, call, work)
        except Exception:
            call.status, call.unknown = 500, "a failure of the simulator itself"
            raise
        reply.headers.setdefault("xero-correlation-id", str(uuid.uuid4()))
        call.status = None if reply.manner.silent else reply.status
        call.answer_size = len(reply.body)
        call.milliseconds = round((time.monotonic() - started) * 1000, 3)
        return reply

    def _page(self, raw: RawRequest) -> Reply:
        reply = self._pages.answer(raw)
        if reply.status == 404 and raw.path != "/favicon.ico":
            call = Call(self.clock.now(), raw.method, raw.path, raw.query, status=404)
            call.unknown = f"route {raw.method} {raw.path}"
            self.journal.add(call)
        return reply


def _without_secrets(query: dict[str, str]) -> dict[str, str]:
    """The query without what nobody should read in a journal."""
    return {name: "…" if name in ("state", "code_challenge") else query[name] for name in query}
