"""Forms and lists hear of what was seen in Xero, whoever has them open."""

from odoo import models

# Which records changed, and nothing of what changed: reading them is up to the reader's rights.
CHANNEL = "xero_connector.seen"


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        # EXTENDS 'bus': portal users and visitors hear nothing
        channels = [channel for channel in channels if channel != CHANNEL]
        if self.env.user._is_internal():
            channels.append(CHANNEL)
        return super()._build_bus_channel_list(channels)
