"""The steps of the set-up that the tenant itself knows: settings, taxes, accounts, sending."""

from odoo import fields, models
from odoo.tools import format_date, format_datetime


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    setup_step_ids = fields.One2many(
        "xero.setup.step", "tenant_id", string="Setup Steps", readonly=True
    )

    # === STEPS === #

    def _step_settings(self):
        """(state, text) of reading the organisation's settings; see `xero.setup.step`."""
        if not self.settings_pulled_at:
            return "todo", self.env._("Not read yet.")
        counts = {
            model: self.env[model].search_count([("tenant_id", "=", self.id)])
            for model in ("xero.account", "xero.tax.rate", "xero.currency")
        }
        return "done", self.env._(
            "%(accounts)s accounts, %(rates)s tax rates, %(currencies)s currencies, read on "
            "%(moment)s. Read again after changes in Xero.",
            accounts=counts["xero.account"],
            rates=counts["xero.tax.rate"],
            currencies=counts["xero.currency"],
            moment=format_datetime(self.env, self.settings_pulled_at, dt_format="short"),
        )

    def _open_settings(self):
        return self.action_pull_settings()

    def _step_taxes(self):
        """(state, text) of the table of taxes."""
        state, text = self._mapping_progress(self.tax_mapping_ids, self.tax_mapping_text)
        lacking = self.tax_combination_ids.filtered(
            lambda row: row.state == "unmapped" and row.usage
        )
        if not lacking:
            return state, text
        return "todo", self.env._(
            "%(taxes)s Of the taxes that stand together on lines, %(lacking)s have no rate yet: "
            "press Tax Combinations.",
            taxes=text,
            lacking=len(lacking),
        )

    def _open_taxes(self):
        return self.action_open_tax_mappings()

    def _step_accounts(self):
        """(state, text) of the table of accounts."""
        return self._mapping_progress(self.account_mapping_ids, self.account_mapping_text)

    def _open_accounts(self):
        return self.action_open_account_mappings()

    def _mapping_progress(self, mappings, counts):
        """A table is done when everything that documents use has its counterpart.

        :param mappings: rows of the table
        :param str counts: how many have a counterpart, such as "12 of 14"
        """
        lacking = mappings.filtered(lambda row: row.state == "unmapped" and row.usage)
        if lacking:
            return "todo", self.env._(
                "%(counts)s have a counterpart in Xero. Your documents use %(lacking)s that have "
                "none yet: choose theirs.",
                counts=counts,
                lacking=len(lacking),
            )
        return "done", self.env._(
            "%(counts)s have a counterpart in Xero, among them all that your documents use.",
            counts=counts,
        )

    def _step_sending(self):
        """(state, text) of the choice what goes to Xero since when."""
        if not self.send_since:
            return "todo", self.env._(
                "Choose the cut-over date: documents dated earlier are never sent."
            )
        day = format_date(self.env, self.send_since)
        if self.send_automatically:
            return "done", self.env._("From %(day)s on, by itself.", day=day)
        return "done", self.env._("From %(day)s on, when somebody presses Send to Xero.", day=day)

    def _open_sending(self):
        return self._options_action()

    # === ACTIONS === #

    def _options_action(self):
        """The choices of this tenant in a dialog, from wherever a person is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Is Sent to %(tenant)s", tenant=self.name),
            "res_model": "xero.tenant",
            "res_id": self.id,
            "views": [
                (self.env.ref("xero_connector.xero_tenant_view_form_options").id, "form"),
            ],
            "target": "new",
        }
