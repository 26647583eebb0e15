"""Links to documents that stood in Xero before: their page there; they are never sent."""

from decimal import Decimal

from odoo import api, models

# Pages of Xero by Odoo's type, where they are not those of the resource.
PAGES = {"in_invoice": "Bills", "in_receipt": "Bills", "in_refund": "VendorCredits"}

DOCUMENT_MODELS = ("account.move", "purchase.order")

AMOUNTS = {"untaxed": "amount_untaxed", "tax": "amount_tax", "total": "amount_total"}


class XeroLink(models.Model):
    _inherit = "xero.link"

    def _page(self):
        """Xero's page that shows the record: a key of `const.WEB_PATHS`."""
        self.ensure_one()
        if self.res_model != "account.move":
            return self.resource
        return PAGES.get(self._record().sudo().move_type, self.resource)

    @api.model
    def _mark_pending(self, tenant, records, user=None):
        # EXTENDS: a document that was found in Xero is settled here and never sent
        found = self.search([
            ("tenant_id", "=", tenant.id),
            *records._xero_link_domain(),
            ("res_model", "in", list(DOCUMENT_MODELS)),
            ("adopted", "=", True),
            ("fingerprint", "=", False),
            ("xero_id", "!=", False),
        ])
        found._settle_found(user)
        settled = set(found.mapped("res_id"))
        others = records.filtered(lambda record: record.id not in settled)
        return found | super()._mark_pending(tenant, others, user)

    def _settle_found(self, user):
        """Say whether documents that stood in Xero before still have the totals of Odoo.

        :param user: who asked, and is told
        """
        for link in self:
            record = link._record()
            differing = [
                name for name, field in AMOUNTS.items()
                if Decimal(f"{record[field]:.2f}") != Decimal(f"{link[f'xero_{name}']:.2f}")
            ]
            link.write({
                "state": "attention" if differing else "sent",
                "wanted_by_id": user.id if user else False,
                "message": bool(differing) and self.env._(
                    "%(record)s stood in Xero before it was linked, and its total there is "
                    "%(xero)s; in Odoo it is %(odoo)s. It is not sent again: bring one of the "
                    "two into line by hand.",
                    record=link.record_name,
                    xero=link.currency_id.format(link.xero_total),
                    odoo=record.currency_id.format(record.amount_total),
                ),
            })
        self._tell_outcome()
