"""A Xero in a box: identity, accounting, limits, faults and webhooks over real HTTP on loopback.

It knows neither Odoo nor the addon. Where Xero's behaviour is not known it takes the harsher
reading; each module says on what evidence it stands.
"""

from .clock import Clock
from .simulator import ConsentRefused, Simulator

__all__ = ["Clock", "ConsentRefused", "Simulator"]
