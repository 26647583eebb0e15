"""The tenant's part in matching items: the step of the setup, and its list."""

import logging

from odoo import models

from ..xero import errors

_logger = logging.getLogger(__name__)


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === SETUP === #

    def _step_items(self):
        """(state, text) of matching items; see `xero.setup.step`."""
        linked = self.env["xero.link"].search_count([
            ("tenant_id", "=", self.id), ("resource", "=", "Items"), ("xero_id", "!=", False),
        ])
        if not self.send_item_codes and not linked:
            return "optional", self.env._(
                "Documents go without item codes, which is all that Xero needs. If you want them "
                "there, match your products with Xero's items and switch them on under Options."
            )
        open_pairs = self.env["xero.item.match"].search_count([
            ("tenant_id", "=", self.id), ("item_id", "!=", False), ("product_id", "!=", False),
            ("decision", "=", "undecided"), ("state", "in", ("open", "failed")),
        ])
        codes = (
            self.env._("Item codes on documents: on.") if self.send_item_codes
            else self.env._("Item codes on documents: off (Options).")
        )
        return "todo" if open_pairs else "done", self.env._(
            "Linked products: %(linked)s. Pairs that wait for you: %(open)s. %(codes)s",
            linked=linked, open=open_pairs, codes=codes,
        )

    def _open_items(self):
        """The list of products and items, made anew from what Xero holds at this moment."""
        self.ensure_one()
        self.check_access("write")
        self._pull_items_or_tell(whole=True)
        with self._apart() as tenant:
            tenant.env["xero.item.match"]._refresh(tenant)
        return self._item_match_action([])

    def _item_match_action(self, domain):
        """The list of products and items of this tenant.

        :param list domain: which rows
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "xero_connector.xero_item_match_action"
        )
        return {
            **action,
            "display_name": self.env._("Items of %(tenant)s", tenant=self.name),
            "domain": [("tenant_id", "=", self.id), *domain],
            "context": {"xero_tenant_id": self.id, "search_default_open": 1},
        }

    # === READING === #

    def _read_adopted_items(self):
        """Read what was found in Xero but never listed: until then such items count as tracked,
        and their prices are left alone. What a later reading does not list either is gone, and is
        not looked for in every run."""
        listed = self.env["xero.item"].with_context(active_test=False)._search(
            [("tenant_id", "=", self.id)]
        )
        unknown = self.env["xero.link"].search_count([
            ("tenant_id", "=", self.id), ("resource", "=", "Items"), ("adopted", "=", True),
            ("xero_id", "!=", False), ("xero_id", "not in", listed.subselect("xero_id")),
            *([("write_date", ">=", self.items_pulled_at)] if self.items_pulled_at else []),
        ], limit=1)
        if unknown and self._may_call_now():
            try:
                self._pull_items_apart(whole=True)
            except errors.XeroError as error:
                _logger.info("Xero tenant %s: items not read (%s)", self.id, error.code)
