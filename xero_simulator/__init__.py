"""A Xero in a box: identity, accounting, limits, faults and webhooks over real HTTP on loopback.

    with Simulator() as simulator:
        simulator.register_app("id", "secret", ["http://localhost:8069/xero/oauth/callback"])
        back = simulator.consent(authorize_url, "AU")  # what a person does on the consent page
        simulator.faults.add("drop", method="PUT", path="Invoices", executed=True)
        simulator.clock.advance(360)
        simulator.journal.writes, simulator.journal.unknown

`python -m xero_simulator` runs it by itself; everything above is then a JSON call under
`/_control/`, which lists its calls.

It knows neither Odoo nor the addon. Where Xero's behaviour is not known it takes the harsher
reading; each module says on what evidence it stands.
"""

from .clock import Clock
from .simulator import ConsentRefused, Simulator

__all__ = ["Clock", "ConsentRefused", "Simulator"]
