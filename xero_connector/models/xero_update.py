"""Changes of masters whose outcome is not plain: what Xero holds under their GUIDs decides.

A change may be repeated without harm, so nothing is adopted or compared here: what stands in Xero
is sent the whole content again; what was merged follows the contact it was merged into; what is
archived or gone waits for a person.
"""

from odoo import models

from ..xero import const, parse
from .xero_sentences import archived_sentence, gone_sentence


class XeroRequest(models.Model):
    _inherit = "xero.request"

    def _find_updated(self, members):
        """What Xero holds under the GUIDs of `members`, as {GUID: row}.

        :raises errors.XeroError: if Xero could not be asked
        """
        if self._changes_documents():
            xero_ids = [member["xero_id"] for member in members]
            return self.tenant_id._read_documents(self.resource, xero_ids)
        if self.resource == "Items":
            rows = parse.items(self._fetch("Items", {}))
            return {row.xero_id: row for row in rows}
        found = {}
        for start in range(0, len(members), const.IDS_PER_FILTER):
            some = members[start : start + const.IDS_PER_FILTER]
            # Merges are told only by paged reads.
            body = self._fetch("Contacts", {
                "IDs": ",".join(member["xero_id"] for member in some),
                "includeArchived": "true",
                "page": 1,
                "pageSize": const.BATCH_SIZE,
            })
            found.update({row.xero_id: row for row in parse.contacts(body)})
        return found

    def _settle_updated(self, links, found):
        """Settle links whose change was refused, or whose outcome is unknown.

        :param links: the open links
        :param dict found: {GUID: what Xero holds}
        """
        if self._changes_documents():
            self._settle_changed_documents(links, found)
            return
        # The whole batch was "not found" although all stand in Xero: sending again is no help.
        refused = self.http_status == 404 and all(link.xero_id in found for link in links)
        for link in links:
            row = found.get(link.xero_id)
            if row is None:
                link.write({
                    "state": "attention",
                    "message": gone_sentence(self.env, link.record_name),
                })
            elif row.merged_into:
                self._follow_merge(link, row.merged_into)
            elif row.status not in ("ACTIVE", None):
                link.write({
                    "state": "rejected",
                    "message": archived_sentence(self.env, link.record_name),
                })
            elif refused:
                link.write({
                    "state": "rejected",
                    "message": gone_sentence(self.env, link.record_name),
                })
            else:
                if self.http_status != 404:
                    link.content = False  # what of the change has arrived is not known
                link._release()

    def _follow_merge(self, link, target):
        """The contact was merged in Xero: the link follows, unless another record is there."""
        other = self.env["xero.link"].search([
            ("tenant_id", "=", link.tenant_id.id),
            ("resource", "=", link.resource),
            ("xero_id", "=", target),
        ], limit=1)
        if other:
            link.write({
                "state": "attention",
                "message": self.env._(
                    "%(record)s was merged in Xero into the contact of %(other)s. Merge the two "
                    "in Odoo as well, or link this one to another contact.",
                    record=link.record_name,
                    other=other.record_name,
                ),
            })
            return
        link.write({"xero_id": target, "xero_number": False})
        link._release()
