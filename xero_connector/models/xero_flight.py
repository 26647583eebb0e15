"""Requests of one run that are on their way to Xero at the same time."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from odoo import SUPERUSER_ID, api
from odoo.modules import module

# At one to one and a half seconds a call, two keep to Xero's 60 calls a minute (facts on
# performance). Xero itself takes five at once; the others are left for people.
AT_ONCE = 2


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

    def is_full(self):
        """Whether one has to land before the next can start."""
        return len(self) >= (AT_ONCE if self._threads else 1)

    def start(self, request):
        """Send a request whose intent is committed."""
        if self._threads:
            future = self._threads.submit(transmit, self._registry, request.id)
        else:
            future = Future()
            future.set_result(transmit(self._registry, request.id))
        self._out[future] = request.id

    def land(self):
        """Wait for the request that is answered first.

        :return: the `xero.request`; read it in a transaction that begins afterwards
        """
        done, _others = wait(self._out, return_when=FIRST_COMPLETED)
        first = next(future for future in self._out if future in done)
        request = self._requests.browse(self._out.pop(first))
        first.result()  # raises what the thread could not cope with
        return request


def transmit(registry, request_id):
    """Send one request on a cursor of this thread's own."""
    with registry.cursor() as cr:
        api.Environment(cr, SUPERUSER_ID, {})["xero.request"].browse(request_id)._transmit()
