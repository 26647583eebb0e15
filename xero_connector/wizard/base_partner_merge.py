"""Merging customers in Odoo: what stands in Xero stays linked."""

from odoo import models


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_reference_fields(self, src_partners, dst_partner):
        # EXTENDS 'base': the merged partners are deleted afterwards, which links would forbid
        src_partners._xero_merge_into(dst_partner)
        return super()._update_reference_fields(src_partners, dst_partner)
