"""The tenant's part in matching customers and suppliers: the step of the setup, and its list."""

from odoo import models


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _step_contacts(self):
        """(state, text) of matching customers and suppliers; see `xero.setup.step`."""
        if self.contacts_page > 1:
            return "todo", self.env._(
                "Xero's contacts are being read: %(count)s so far.",
                count=self.env["xero.contact"].search_count([("tenant_id", "=", self.id)]),
            )
        if not self.contacts_pulled_at:
            return "todo", self.env._(
                "Press Open to see who stands in Xero already. Nothing is written there before "
                "you apply what you decide."
            )
        linked = self.env["xero.link"].search_count([
            ("tenant_id", "=", self.id), ("resource", "=", "Contacts"), ("xero_id", "!=", False),
        ])
        waiting = self.env["xero.contact.match"].search_count([
            ("tenant_id", "=", self.id), ("contact_id", "!=", False), ("partner_id", "!=", False),
            ("decision", "=", "undecided"), ("state", "in", ("open", "failed")),
        ])
        return "todo" if waiting else "done", self.env._(
            "Linked customers and suppliers: %(linked)s. Pairs that wait for you: %(waiting)s.",
            linked=linked,
            waiting=waiting,
        )

    def _open_contacts(self):
        """The list of customers, suppliers and contacts, made anew from what Xero holds now."""
        self.ensure_one()
        self.check_access("write")
        self._check_ready()
        if not self._pull_contacts_or_tell():  # else when the last page is read
            with self._apart() as tenant:
                tenant.env["xero.contact.match"]._refresh(tenant)
        return self._contact_match_action([])

    def _contact_match_action(self, domain):
        """The list of customers, suppliers and contacts of this tenant.

        :param list domain: which rows
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "xero_connector.xero_contact_match_action"
        )
        return {
            **action,
            "display_name": self.env._("Customers and Suppliers of %(tenant)s", tenant=self.name),
            "domain": [("tenant_id", "=", self.id), *domain],
            "context": {"xero_tenant_id": self.id, "search_default_open": 1},
        }
