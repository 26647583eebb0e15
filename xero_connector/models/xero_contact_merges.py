"""Contacts that were merged in Xero: what is linked to them follows."""

from odoo import api, models

from .xero_link import IN_DOUBT


class XeroLink(models.Model):
    _inherit = "xero.link"

    @api.model
    def _follow_merges(self, tenant):
        """Link customers and suppliers to the contacts that theirs were merged into, as far as the
        mirror tells; nothing is sent for it. What is being sent at this moment is settled by the
        answer, and followed the next time.

        :param tenant: the `xero.tenant`, its contacts mirrored
        """
        contacts = self.env["xero.contact"].with_context(active_test=False)
        targets = dict(contacts.search([
            ("tenant_id", "=", tenant.id), ("merged_into", "!=", False),
        ]).mapped(lambda contact: (contact.xero_id, contact.merged_into)))
        links = self.search([
            ("tenant_id", "=", tenant.id),
            ("resource", "=", "Contacts"),
            ("xero_id", "in", list(targets)),
            ("state", "not in", IN_DOUBT),
        ]).try_lock_for_update()
        for link in links:
            target = _last(targets, link.xero_id)
            held = self._held_ids(tenant, "Contacts", [(target, False, False)])
            if held or link.state != "sent":
                self.env["xero.request"]._follow_merge(link, target)
                continue
            contact = contacts.search([
                ("tenant_id", "=", tenant.id), ("xero_id", "=", target),
            ], limit=1)
            link.write({
                "xero_id": target,
                "xero_number": contact.number,
                "xero_status": contact.status,
            })


def _last(targets, xero_id):
    """The end of a chain of merges. Xero makes no rings; one would end where it closes.

    :param dict targets: {GUID: GUID of the contact it was merged into}
    """
    seen = set()
    while xero_id in targets and xero_id not in seen:
        seen.add(xero_id)
        xero_id = targets[xero_id]
    return xero_id
