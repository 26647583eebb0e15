"""Which call is answered by what: methods, paths, and the query parameters that each knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..wire import Request, Response
from . import document_routes, master_routes, settings_routes, side_routes
from .answers import Halt, not_allowed, not_found, too_large, unknown_parameters
from .notation import is_guid
from .route import Route

LARGEST_BODY = 3_500_000

# History and attachments hang below many resources, an attachment's content is not JSON.
LARGEST_ATTACHMENT = 10_000_000


@dataclass(frozen=True)
class _Match:
    route: Route
    values: tuple[str, ...]


def _table(routes: Iterable[Route]) -> dict[tuple[int, str], list[Route]]:
    table: dict[tuple[int, str], list[Route]] = {}
    for route in routes:
        table.setdefault((len(route.parts), route.parts[0]), []).append(route)
    return table


_ROUTES = _table(
    [
        *settings_routes.ROUTES,
        *master_routes.ROUTES,
        *document_routes.ROUTES,
        *side_routes.ROUTES,
    ]
)


def respond(organisation, request: Request, clock=None) -> Response:
    """Answer one accounting call; changes are kept only if the answer says so."""
    with organisation.lock:
        return _respond(organisation, request)


def _respond(organisation, request: Request) -> Response:
    try:
        match = _find(request)
        limit = LARGEST_ATTACHMENT if match.route.raw_body else LARGEST_BODY
        if len(request.body) > limit:
            return too_large()
        unknown = tuple(name for name in request.query if name not in match.route.parameters)
        if unknown:
            return unknown_parameters(unknown)
        response = match.route.handler(organisation, request, *match.values)
    except Halt as halt:
        organisation.journal.undo(0)
        organisation.events.clear()
        return halt.response
    except BaseException:
        organisation.journal.undo(0)
        organisation.events.clear()
        raise
    organisation.journal.forget()
    response.events.extend(organisation.take_events())
    return response


def _find(request: Request) -> _Match:
    """Return the route of a path, or answer 404 or 405."""
    parts = request.segments
    if not parts:
        raise not_found()
    path_known = False
    for route in _ROUTES.get((len(parts), parts[0]), ()):
        values = _values(route, parts)
        if values is None:
            continue
        path_known = True
        if route.method == request.method:
            return _Match(route, values)
    raise not_allowed() if path_known else not_found()


def _values(route: Route, parts: tuple[str, ...]) -> tuple[str, ...] | None:
    values = []
    for expected, given in zip(route.parts, parts, strict=True):
        if expected == "{guid}":
            if not is_guid(given):
                return None
            values.append(given.lower())
        elif expected == "{text}":
            values.append(given)
        elif expected != given:
            return None
    return tuple(values)
