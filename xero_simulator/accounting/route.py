"""One route: a method, a path, the parameters it knows, and what answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..wire import Response


class Route(NamedTuple):
    """A method and a path; `{guid}` and `{text}` in the path become arguments of the handler."""

    method: str
    parts: tuple[str, ...]
    handler: Callable[..., Response]
    parameters: frozenset[str] = frozenset()
    raw_body: bool = False


def route(method: str, path: str, handler: Callable[..., Response], parameters: str = "", **more):
    """Return a route; parameters are names separated by blanks."""
    return Route(method, tuple(path.split("/")), handler, frozenset(parameters.split()), **more)
