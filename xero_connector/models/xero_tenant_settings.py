"""Reading an organisation's settings into their mirror."""

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

from ..xero import client, errors, parse_settings
from . import xero_token, xero_transport
from .xero_tenant_connection import ENDINGS

# The mirrors, in the order they are read: resource in Xero → model here.
MIRRORS = {
    "Accounts": "xero.account",
    "TaxRates": "xero.tax.rate",
    "Currencies": "xero.currency",
    "TrackingCategories": "xero.tracking.category",
    "BrandingThemes": "xero.branding.theme",
}

# Errors after which a tenant is disconnected. Its state says so too, but not to a transaction that
# began before.
ENDED = (*ENDINGS, xero_token.OtherEnvironment)


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def action_pull_settings(self):
        """Read organisation, accounts, tax rates, currencies, tracking and branding from Xero,
        then propose mappings for what is new.

        :return: an action that tells the outcome and reloads the form
        :raises UserError: if Xero cannot be asked, with the reason
        """
        self.check_access("write")
        self._check_ready()
        for tenant in self:
            try:
                tenant._pull_settings_apart()
            except errors.XeroError as error:
                sentence = self.env._(
                    "The settings of %(tenant)s could not be read. %(reason)s",
                    tenant=tenant.name,
                    reason=tenant._failure_sentence(error),
                )
                if isinstance(error, ENDED):
                    # The connection is gone; an error would leave the form as it was.
                    return _notification("danger", sentence)
                raise UserError(sentence) from None
        return _notification("success", self.env._(
            "Accounts, tax rates, currencies, tracking and branding themes are now as in Xero."
        ))

    def _pull_settings_apart(self, organisation=None):
        """Read everything in a cursor of its own: Odoo may run a request twice, calls included.

        :param organisation: what Xero said of the organisation a moment ago; asked for if missing
        :raises errors.XeroError: if Xero did not answer; nothing is changed then
        """
        organisation = organisation or self._ask_organisation()
        with self.pool.cursor() as cr:
            tenant = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            bodies = {resource: tenant._read_setting(resource) for resource in MIRRORS}
            tenant._apply_settings(organisation, bodies)
            tenant.flush_recordset()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(flush=False)

    def _ask_organisation(self):
        """What Xero says of the organisation; if it is another than the one that was connected,
        the tenant stops.

        :rtype: documents.Organisation
        :raises errors.XeroError: if Xero did not answer, or for another organisation
        """
        with self.pool.cursor() as cr:
            tenant = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            organisation = parse_settings.organisation(tenant._read_setting("Organisation"))
        if self.answered_id and organisation.organisation_id != self.answered_id:
            self._mark_disconnected("other")
            raise xero_token.OtherEnvironment("other")
        return organisation

    def _read_setting(self, resource):
        """One call; its record is committed at once, whatever becomes of the rest."""
        try:
            answer = xero_transport.send(self.env, self, client.Call("GET", resource))
        finally:
            self.env.cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        xero_transport.check_answered(self.env, answer)
        return answer.body

    def _apply_settings(self, organisation, bodies):
        """Store what Xero listed, then propose mappings.

        :param organisation: the `documents.Organisation`
        :param dict bodies: answer of Xero by resource
        """
        self.write({
            **self._organisation_values(organisation),
            "settings_pulled_at": self.env.cr.now(),
            "notice": False,
        })
        mirrors = {
            "Accounts": (parse_settings.accounts, _account_values),
            "TaxRates": (parse_settings.tax_rates, _tax_rate_values),
            "Currencies": (parse_settings.currencies, _currency_values),
            "BrandingThemes": (parse_settings.branding_themes, _theme_values),
        }
        for resource, (read, values_of) in mirrors.items():
            settings = read(bodies[resource])
            self.env[MIRRORS[resource]]._mirror(self, [values_of(one) for one in settings])
        self._apply_tracking(parse_settings.tracking_categories(bodies["TrackingCategories"]))
        self.action_propose_mappings()

    def _mirror_rates(self, rates):
        """Make the mirror of tax rates equal to what Xero listed a moment ago."""
        self.env["xero.tax.rate"]._mirror(self, [_tax_rate_values(rate) for rate in rates])

    def _apply_tracking(self, categories):
        """Make the mirrors of categories and options equal to what Xero listed."""
        self.env["xero.tracking.category"]._mirror(
            self, [_category_values(category) for category in categories]
        )
        rows = self.env["xero.tracking.category"].with_context(active_test=False).search(
            [("tenant_id", "=", self.id)]
        )
        ids = {row.xero_id: row.id for row in rows}
        self.env["xero.tracking.option"]._mirror(self, [
            {
                "xero_id": option.option_id,
                "name": option.name,
                "category_id": ids[category.category_id],
                "active": option.status == "ACTIVE",
            }
            for category in categories
            for option in category.options
        ])


def _notification(kind, message):
    """A client action that tells something and reloads the form behind it."""
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": kind,
            "message": message,
            "sticky": kind == "danger",
            "next": {"type": "ir.actions.act_window_close"},
        },
    }


def _account_values(account):
    return {
        "xero_id": account.account_id,
        "code": account.code or False,
        "name": account.name,
        "type": account.type or False,
        "account_class": account.account_class or False,
        "tax_type": account.tax_type or False,
        "system_account": account.system_account or False,
        "currency_code": account.currency or False,
        "takes_payments": account.takes_payments,
        "active": account.status == "ACTIVE",
    }


def _tax_rate_values(rate):
    return {
        "tax_type": rate.tax_type,
        "name": rate.name,
        "status": rate.status,
        "report_tax_type": rate.report_tax_type or False,
        "effective_rate": float(rate.effective_rate),
        "display_rate": float(rate.display_rate),
        "components": [
            {
                "name": component.name,
                "rate": str(component.rate),
                "compound": component.compound,
                "non_recoverable": component.non_recoverable,
            }
            for component in rate.components
        ],
        "on_assets": "assets" in rate.applies_to,
        "on_equity": "equity" in rate.applies_to,
        "on_expenses": "expenses" in rate.applies_to,
        "on_liabilities": "liabilities" in rate.applies_to,
        "on_revenue": "revenue" in rate.applies_to,
        "active": rate.status == "ACTIVE",
    }


def _currency_values(currency):
    return {"code": currency.code, "name": currency.description or currency.code}


def _category_values(category):
    return {
        "xero_id": category.category_id,
        "name": category.name,
        "active": category.status == "ACTIVE",
    }


def _theme_values(theme):
    return {"xero_id": theme.theme_id, "name": theme.name, "sequence": theme.sort_order}
