"""Requests of one run that are on their way to Xero at the same time."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from odoo import SUPERUSER_ID, api
from odoo.modules import module

# At one to one and a half seconds a call, two keep to Xero's 60 calls a minute (facts on
# performance). Xero itself takes five at once; the others are left for people.
AT_ONCE = 2

# Seconds that the first who lands waits for who left with it; Xero's limit leaves more than that.
MOMENT = 0.25


class MustLandFirst(Exception):
    """What can be sent next depends on what is still on its way."""


class Flight:
    """Sends frozen requests, each in a thread with a cursor of its own.

    The threads share no environment with the run and apply nothing: what they bring back stands on
    the request's row, and the run carries it over when the request has landed. Leaving the context
    waits for all that are still out; their outcome is on disk then, and the next run applies it.
    """

    def __init__(self, tenant):
        self._registry = tenant.env.registry
        self._requests = tenant.env["xero.request"]
        # Tests have one cursor for all, which threads cannot share.
        self._threads = None if module.current_test else ThreadPoolExecutor(AT_ONCE, "xero")
        self._out = {}
        self._grants = {}  # a grant is good for two minutes at least, a run takes seconds

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        if self._threads:
            self._threads.shutdown()

    def __len__(self):
        return len(self._out)

    @property
    def request_ids(self):
        """Ids of the requests that have not landed."""
        return list(self._out.values())

    @property
    def places(self):
        """How many may be out at once."""
        return AT_ONCE if self._threads else 1

    def start(self, request):
        """Send a request whose intent is committed."""
        if self._threads:
            future = self._threads.submit(transmit, self._registry, request.id, self._grants)
        else:
            future = Future()
            future.set_result(transmit(self._registry, request.id, self._grants))
        self._out[future] = request.id

    def land(self):
        """Wait for the request that is answered first, and a moment for those that left with it:
        what lands together is applied, and followed, in one transaction.

        :return: the `xero.request`s; read them in a transaction that begins afterwards
        """
        wait(self._out, return_when=FIRST_COMPLETED)
        wait(self._out, timeout=MOMENT)
        landed = [future for future in self._out if future.done()]
        requests = self._requests.browse([self._out.pop(future) for future in landed])
        for future in landed:
            future.result()  # raises what the thread could not cope with
        return requests


def transmit(registry, request_id, grants=None):
    """Send one request on a cursor of this thread's own.

    :param dict grants: see `xero_transport.send`
    """
    with registry.cursor() as cr:
        requests = api.Environment(cr, SUPERUSER_ID, {})["xero.request"]
        requests.browse(request_id)._transmit(grants)
