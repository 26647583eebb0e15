"""The sent flag of invoices that reach the customer after Xero has approved them.

Xero takes the flag of approved invoices only. Who got the invoice earlier is told with the
approval; who gets it later is told here, by the GUID and nothing else, 50 invoices a call. It is a
remark: where Xero does not take it (a closed period), nobody is bothered.
"""

from dataclasses import replace

from odoo import fields, models
from odoo.fields import Domain

from ..xero import codec, payload


class XeroLink(models.Model):
    _inherit = "xero.link"

    tells_sent = fields.Boolean(
        "To Be Marked as Sent", help="The customer got the invoice after it was approved in Xero."
    )


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        # EXTENDS 'account'
        result = super().write(vals)
        if vals.get("is_move_sent"):
            self.filtered(lambda move: move.is_sale_document())._xero_tell_sent()
        return result

    def _xero_tell_sent(self):
        """Mark what Xero has approved already; what is still to be approved tells it then."""
        links = self.sudo().xero_link_ids.filtered(
            lambda link: link.resource == "Invoices"
            and link.xero_status == "AUTHORISED"
            and link.state in ("sent", "pending")
        )
        links.tells_sent = True
        links.filtered(lambda link: link.state == "sent")._release()
        for tenant in links.tenant_id:
            tenant._wake()


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _next_approval(self, tables):
        # EXTENDS: approvals first, then the flags
        request = super()._next_approval(tables)
        if request or not tables.approves:
            return request
        return self._freeze_approvals(
            Domain("tells_sent", "=", True) & Domain("xero_status", "=", "AUTHORISED"),
            self._sent_flag_of,
            tables,
        )

    def _approves_some(self):
        # EXTENDS
        return super()._approves_some() or bool(self.env["xero.link"].search_count(
            [("tenant_id", "=", self.id), ("tells_sent", "=", True)], limit=1
        ))

    def _sent_flag_of(self, link, record, tables):
        """The flag of one document; None if it has changed since, which goes first."""
        parcel = self._approval_of(link, record, tables)
        element = codec.encode_element(payload.sent_flag(link.xero_id))
        return parcel and replace(parcel, element=element)


class XeroRequest(models.Model):
    _inherit = "xero.request"

    def _await_approval(self, links):
        # EXTENDS: a flag is told once; what was changed first tells it next
        flagged = links.filtered("tells_sent")
        waiting = self.env["xero.link"]
        if self._approves():
            flagged.filtered(lambda link: link.state == "rejected").write(
                {"state": "sent", "message": False}
            )
        else:
            waiting = flagged.filtered(
                lambda link: link.state == "sent" and link.xero_status == "AUTHORISED"
            )
        (flagged - waiting).tells_sent = False
        waiting._release()
        return super()._await_approval(links) | waiting
