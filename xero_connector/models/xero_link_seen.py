"""What was seen of a document in Xero: its status, what is paid of it, and what was edited."""

from odoo import api, fields, models

from ..xero import held
from .ir_websocket import CHANNEL
from .xero_link import IN_DOUBT
from .xero_obstacles import seen_sentence

# Read of each link in one statement; the texts are left out of other reads.
NEEDED = (
    "state", "res_model", "res_id", "xero_id", "xero_status", "xero_due", "xero_paid",
    "xero_credited", "xero_untaxed", "xero_tax", "xero_total", "xero_updated_at",
    "obstacle", "held", "found", "tenant_id",
)

AMOUNTS = {
    f"xero_{name}": name for name in ("due", "paid", "credited", "untaxed", "tax", "total")
}


class XeroLink(models.Model):
    _inherit = "xero.link"

    xero_due = fields.Monetary("Due in Xero")
    xero_paid = fields.Monetary("Paid in Xero")
    xero_credited = fields.Monetary("Credited in Xero")
    xero_updated_at = fields.Datetime("Changed in Xero")
    seen_at = fields.Datetime("Seen On", help="When the last change in Xero was seen.")

    # === SEEING === #

    @api.model
    def _see(self, tenant, documents):
        """Note what Xero holds of documents that are linked. Only what differs is written, so that
        our own writing coming back costs nothing; what is older than what is known is left.

        A pull never sends anything: what somebody edited or removed in Xero waits for a person.

        :param tenant: the `xero.tenant`
        :param documents: `seen.SeenDocument`s
        :return: {link: the document} of those that were news
        """
        by_id = {}
        for document in documents:
            known = by_id.get((document.resource, document.xero_id))
            if not known or _is_newer(document, known.updated_at):
                by_id[document.resource, document.xero_id] = document
        if not by_id:
            return {}
        links = self.search_fetch([
            ("tenant_id", "=", tenant.id),
            ("resource", "in", list({resource for resource, _id in by_id})),
            ("xero_id", "in", [xero_id for _resource, xero_id in by_id]),
        ], [*NEEDED, "resource"])
        news, now = {}, self.env.cr.now()
        values_by_link = {}
        for link in links:
            document = by_id.get((link.resource, link.xero_id))
            # What is being sent is settled by its answer, and listed again after it.
            if not document or link.state in IN_DOUBT:
                continue
            if not _is_newer(document, link.xero_updated_at):
                continue
            values = {**link._seen_figures(document), **link._seen_edit(document)}
            if values:
                news[link] = document
                values_by_link[link] = {
                    **values, "xero_updated_at": document.updated_at or False, "seen_at": now,
                }
        if values_by_link:
            self._write_each(values_by_link)
            self.union(*news)._tell_seen()
        return news

    def _seen_figures(self, document):
        """Status and amounts that differ from what is known."""
        values = {}
        if document.status and document.status != self.xero_status:
            values["xero_status"] = document.status
        for name, of_document in AMOUNTS.items():
            if name == "xero_due" and document.status in held.GONE:
                continue  # nobody has to pay it
            amount = getattr(document, of_document)
            if amount is not None and float(amount) != self[name]:
                values[name] = float(amount)
        return values

    def _seen_edit(self, document):
        """That a person removed or edited in Xero what Odoo has sent: shown, and left to a person.
        What was decided already is compared with what that person was shown."""
        before = held.loads(self.found or self.held)
        if self.state != "sent" or not before or "LineItems" not in document.element:
            return {}
        now = held.snapshot(self.resource, document.element)
        if now["status"] in held.GONE:
            if before["status"] in held.GONE or not self._is_wanted():
                return {}
            obstacle, differences = "gone", ()
        else:
            obstacle, differences = "edited", self._differences(before, now)
            if not differences:
                return {}
        return {
            "state": "attention",
            "obstacle": obstacle,
            "message": seen_sentence(self.env, self.record_name, obstacle, now),
            "differences": [self._row(difference, now) for difference in differences],
            "found": held.dumps(now),
        }

    def _tell_seen(self):
        """Let open forms and lists of these records show what was seen."""
        for model, links in self.grouped("res_model").items():
            self.env["bus.bus"]._sendone(CHANNEL, "xero_connector.outcome", {
                "model": model, "res_ids": links.mapped("res_id"), "quiet": True,
            })


def _is_newer(document, moment):
    """Whether a document is not older than what is known; moments are kept in whole seconds."""
    if not document.updated_at or not moment:
        return True
    return document.updated_at >= moment
