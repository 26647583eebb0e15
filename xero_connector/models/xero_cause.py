"""Where a person mends what keeps documents from Xero, and what goes on once it is mended."""

from odoo import models
from odoo.exceptions import UserError

# Where a tax, an account or its analytic kin is mended: field and action of its mapping.
MAPPINGS = {
    "account.tax": ("tax_id", "xero_connector.xero_tax_mapping_action"),
    "account.account": ("account_id", "xero_connector.xero_account_mapping_action"),
    "account.analytic.plan": ("plan_id", "xero_connector.xero_tracking_mapping_action"),
    "account.analytic.account": (
        "analytic_account_id", "xero_connector.xero_option_mapping_action"
    ),
    "xero.tax.combination": ("id", "xero_connector.xero_tax_combination_action"),
}

# Causes that another setting in Xero may mend.
SETTING_CAUSES = [*MAPPINGS, "xero.tenant", "res.currency", "account.journal"]


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _open_cause(self, cause):
        """Lead to where a cause of `Blocked` is mended for this tenant: the row of the mapping for
        a tax or an account, the choices for the tenant itself, the tenant's form for a currency,
        which only Read Settings brings, else the record.

        :param cause: the record that look-ups named
        """
        self.ensure_one()
        if cause._name == "xero.tenant" or cause._name in MAPPINGS:
            self._check_may_choose(cause)
        if cause._name == "xero.tenant":
            return cause._options_action()
        if cause._name in MAPPINGS:
            return self._open_mapping_of(cause)
        record = self if cause._name == "res.currency" else cause
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def _check_may_choose(self, cause):
        """Tell whoever is led to choices of administrators whom to ask."""
        if not self.sudo(False).has_access("write"):
            raise UserError(self.env._(
                "Only an accounting administrator can choose what %(cause)s is in Xero. Ask one "
                "to press Fix here; what waits for it is sent by itself then.",
                cause=cause.display_name,
            ))

    def _open_mapping_of(self, cause):
        field, name = MAPPINGS[cause._name]
        self._ensure_mapping_of(cause)
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        domain = [("tenant_id", "=", self.id), (field, "=", cause.id)]
        return {**action, "domain": domain, "context": {}}

    def _apply_settings(self, organisation, bodies):
        # EXTENDS: Xero has other settings now, and what was blocked for them is looked at again
        result = super()._apply_settings(organisation, bodies)
        blocked = self.env["xero.link"].search([
            ("tenant_id", "=", self.id),
            ("state", "=", "blocked"),
            ("cause_model", "in", SETTING_CAUSES),
        ])
        blocked._release()
        if blocked:
            self._wake()
        return result
