"""The books of four Xero organisations, as strict as Xero: state and behaviour, no sockets.

`build_organisations(clock)` gives them by tenant id; `respond(organisation, request, clock)`
answers everything under /api.xro/2.0 once the token, the limits and the idempotency key were
checked elsewhere. Calls on one organisation are answered one after the other.

Tests that act as a person in Xero use the methods of `PersonInXero`; set
`organisation.listener` to be told the events of such changes.
"""

from .answers import Refused
from .organisation import Organisation
from .routing import respond
from .seeds import build_organisations

__all__ = ["Organisation", "Refused", "build_organisations", "respond"]
