"""Linking Odoo records to what stands in Xero already, without writing there."""

from odoo import api, models
from odoo.fields import Domain

from ..xero import codec, errors, payload
from .xero_link import IN_DOUBT
from .xero_sync_mixin import Blocked
from .xero_tables import XeroTables


class XeroLink(models.Model):
    _inherit = "xero.link"

    @api.model
    def _adopt(self, tenant, found):
        """Link records to what was found in Xero for them; nothing is written there.

        A customer, supplier or item counts as sent with its present content, so that from now on
        only what changes in Odoo goes to Xero, and nothing that a person wrote there is lost.

        :param tenant: the `xero.tenant`
        :param dict found: {record: (Xero's GUID, number in Xero, status)}, records of one model
        :return: the records that could not be linked: they, or what was found, are linked
            elsewhere, or are being sent at this moment
        """
        records = next(iter(found)).browse().union(*found) if found else self
        if not records:
            return records
        self = self.sudo()  # links are nobody's to write
        own = self._of_records(tenant, records)
        held = self._held_ids(tenant, records._xero_resource(), found.values())
        tables = XeroTables(tenant)
        if records._name == "product.product":
            tables.items.expect({record.id: xero_id for record, (xero_id, *_) in found.items()})
        left, new = records.browse(), []
        for record, (xero_id, number, status) in found.items():
            link = own.get(record.id, self.browse())
            if link and link.xero_id == xero_id:
                continue
            if xero_id in held or link.xero_id or link.state in IN_DOUBT:
                left |= record
                continue
            held.add(xero_id)
            values = {
                "state": "sent",
                "message": False,
                "cause_model": False,
                "cause_id": False,
                "next_try_at": False,
                "adopted": True,
                "xero_id": xero_id,
                "xero_number": number,
                "xero_status": status,
                "content": self._present_content(record, tables),
            }
            if link:
                link.write(values)
            else:
                new.append({
                    **values,
                    "tenant_id": tenant.id,
                    "company_id": tenant.company_id.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "resource": record._xero_resource(),
                })
        self.create(new)
        linked = records - left
        self._release_blocked(tenant, linked)
        return left

    @api.model
    def _held_ids(self, tenant, resource, found):
        """Those of the found GUIDs that a record is linked to."""
        return set(self.search(
            Domain("tenant_id", "=", tenant.id)
            & Domain("resource", "=", resource)
            & Domain("xero_id", "in", [xero_id for xero_id, _number, _status in found])
        ).mapped("xero_id"))

    @api.model
    def _present_content(self, record, tables):
        """What Odoo would send of a master now; False where it cannot be told, or is no master."""
        if not record._xero_is_master():
            return False
        try:
            document = record.with_company(tables.tenant.company_id)._xero_document(tables)
            return codec.encode_element(payload.of(record._xero_resource(), document)).decode()
        except (Blocked, errors.NotUsable):
            return False
