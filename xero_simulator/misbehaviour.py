"""Applies ordered faults around a handler: before the work, instead of it, and on its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .faults import Fault
from .gateway import expired, scope_missing, tenant_unavailable
from .journal import Call
from .server import Manner, Reply
from .wire import Response


def apply(fault: Fault | None, call: Call, work: Callable[[], Reply]) -> Reply:
    """The answer to a call that a fault may strike."""
    if not fault:
        return work()
    call.fault = fault.kind
    if early := _instead(fault):
        return early
    if call.is_accounting:  # the gateway pauses, where the call counts as running
        return _spoil(fault, work())
    fault.pause("before")
    reply = _spoil(fault, work())
    fault.pause("after")
    return reply


def _instead(fault: Fault) -> Reply | None:
    """The answer of a fault that keeps the call from being worked on."""
    options = fault.options
    if fault.kind == "expired":
        return expired("TokenExpired: token expired at 01/01/2026 00:00:00")
    if fault.kind == "scope":
        return scope_missing()
    if fault.kind == "forbidden":
        return tenant_unavailable()
    if fault.kind == "limited":
        headers = {"X-Rate-Limit-Problem": options["problem"]} if options["problem"] else {}
        if options["retry_after"] is not None:
            headers["Retry-After"] = str(options["retry_after"])
        return Reply(429, headers=headers)
    if fault.kind == "drop" and not options["executed"]:
        return Reply(0, manner=Manner(silent=True, reset=options["reset"]))
    if fault.kind == "replace" and not options["executed"]:
        return _replacement(fault)
    return None


def _spoil(fault: Fault, reply: Reply) -> Reply:
    """What a fault makes of the true answer."""
    options = fault.options
    if fault.kind == "drop":
        return Reply(0, manner=Manner(silent=True, reset=options["reset"]))
    if fault.kind == "replace":
        return _replacement(fault)
    if fault.kind == "edit":
        true = Response(reply.status, reply.body, reply.content_type, reply.headers)
        edited = options["function"](true)
        return replace(
            reply,
            status=edited.status,
            body=edited.body,
            content_type=edited.content_type,
            headers=edited.headers,
        )
    if fault.kind == "truncate":
        keep = len(reply.body) // 2 if options["keep"] is None else options["keep"]
        return replace(reply, manner=Manner(keep=keep))
    if fault.kind == "wrong_length":
        length = max(0, len(reply.body) - options["missing"])
        return replace(reply, manner=Manner(declared_length=length))
    if fault.kind == "drip":
        manner = Manner(slice_size=options["size"], slice_pause=options["pause"])
        return replace(reply, manner=manner)
    return reply


def _replacement(fault: Fault) -> Reply:
    options = fault.options
    body = options["body"].encode() if isinstance(options["body"], str) else options["body"]
    return Reply(options["status"], body, options["content_type"], dict(options["headers"]))
