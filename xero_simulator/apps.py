"""The apps and the people that the simulated identity service knows."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_REDIRECT_URIS = 50


@dataclass(frozen=True)
class App:
    """A developer app as registered with Xero."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    webhook_url: str | None = None
    webhook_key: str | None = None


@dataclass(frozen=True)
class User:
    """A person with a Xero login."""

    user_id: str
    name: str
    email: str


USERS = (
    User("00000000-0000-4000-9000-000000000001", "Ada Adviser", "ada@example.com"),
    User("00000000-0000-4000-9000-000000000002", "Ben Bookkeeper", "ben@example.com"),
    User("00000000-0000-4000-9000-000000000003", "Cleo Clerk", "cleo@example.com"),
)


def check_redirect_uri(uri: str) -> None:
    """Refuse what Xero's app form refuses: anything but https, or http on localhost by name."""
    try:
        parts = urlsplit(uri)
        _port = parts.port
    except ValueError:
        raise ValueError(f"The redirect address {uri!r} is not an address.") from None
    if parts.hostname == "127.0.0.1":
        raise ValueError(f"The redirect address {uri} must use localhost, not 127.0.0.1.")
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise ValueError(f"The redirect address {uri!r} must be absolute and use https.")
    if parts.scheme == "http" and parts.hostname != "localhost":
        raise ValueError(f"The redirect address {uri} must use https (http only on localhost).")
    if "*" in uri or parts.fragment:
        raise ValueError(f"The redirect address {uri} must have no wildcard and no fragment.")


class Registry:
    """All registered apps, by client id."""

    def __init__(self) -> None:
        self._apps: dict[str, App] = {}

    def register(
        self,
        client_id: str,
        client_secret: str,
        redirect_uris: list[str] | tuple[str, ...],
        webhook_url: str | None = None,
        webhook_key: str | None = None,
    ) -> App:
        """Add an app, or replace the one with this client id."""
        if isinstance(redirect_uris, str):
            redirect_uris = [redirect_uris]
        if not client_id or not client_secret:
            raise ValueError("An app needs a client id and a client secret.")
        if not redirect_uris or len(redirect_uris) > MAX_REDIRECT_URIS:
            raise ValueError(f"An app needs 1 to {MAX_REDIRECT_URIS} redirect addresses.")
        for uri in redirect_uris:
            check_redirect_uri(uri)
        app = App(client_id, client_secret, tuple(redirect_uris), webhook_url, webhook_key)
        self._apps[client_id] = app
        return app

    def get(self, client_id: str | None) -> App | None:
        """The app with this client id, or None."""
        return self._apps.get(client_id or "")

    def all(self) -> list[App]:
        """The apps in the order of their registration."""
        return list(self._apps.values())

    def clear(self) -> None:
        """Forget all apps."""
        self._apps.clear()
