"""Taking back that a customer, supplier or item is a certain record in Xero."""

from odoo import models
from odoo.exceptions import UserError

from .xero_link import IN_DOUBT


class XeroLink(models.Model):
    _inherit = "xero.link"

    def action_unlink_master(self):
        """Forget which record in Xero this is; nothing changes there. It can be linked to another
        one then, or be sent anew.

        :raises UserError: for documents, and for what is being sent at this moment
        """
        self.tenant_id.check_access("write")
        for link in self:
            record = link._record()
            if record and not record._xero_is_master():
                raise UserError(self.env._(
                    "%(record)s is a document: it stays linked to what was made of it in Xero.",
                    record=link.record_name,
                ))
            if link.state in IN_DOUBT:
                raise UserError(self.env._(
                    "%(record)s is being sent to Xero at this moment. Wait until its status says "
                    "In Xero or asks for something, then try again.",
                    record=link.record_name,
                ))
        self._write_unchanged()
        self.sudo().unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
