"""What stands on the head of a document: its currency and rate, and the template it is printed
with."""

from decimal import Decimal

from odoo.tools import SQL

from .xero_sync_mixin import Blocked


class HeadTables:
    """Currencies of the organisation and templates of journals, as plain dictionaries.

    Part of `XeroTables`, which says how look-ups work.
    """

    def _read_head(self):
        self.currencies = set(
            self.env["xero.currency"].search([("tenant_id", "=", self.tenant.id)]).mapped("code")
        )
        # Books are kept in the base currency, whatever the list says.
        self.currencies.add(self.tenant.currency_id.name)
        self.env["account.journal"].flush_model(["xero_branding_theme_id"])
        rows = self.env.execute_query(SQL(
            """
            SELECT j.id, t.xero_id, t.name, t.active AND t.tenant_id = %s
              FROM account_journal j
              JOIN xero_branding_theme t ON t.id = j.xero_branding_theme_id
            """,
            self.tenant.id,
        ))
        self.themes = {journal: (guid, name, usable) for journal, guid, name, usable in rows}

    def currency_of(self, currency):
        """Xero's code of a currency.

        :raises Blocked: if the organisation does not keep it
        """
        if currency.name in self.currencies:
            return currency.name
        raise Blocked(
            self.env._(
                "%(tenant)s does not keep the currency %(currency)s in Xero. Add it in Xero under "
                "Settings → Currencies, then press Read Settings from Xero on the tenant; what "
                "waits for it is sent then.",
                tenant=self.tenant.name,
                currency=currency.name,
            ),
            currency,
        )

    def rate_of(self, currency, rate):
        """The rate of a document in a foreign currency, in units of it for one of ours, as in Xero.

        :param float rate: Odoo's; one to one also where it knows none
        :rtype: Decimal
        :raises Blocked: if Odoo knows none, so that a made-up one would go to the other ledger
        """
        if rate == 1 and not self._has_rates(currency):
            raise Blocked(self.env._(
                "Odoo has no exchange rate for %(currency)s and books the document one to one. "
                "Enter a rate under Accounting → Configuration → Currencies, reset the document "
                "to draft, see that it takes the rate, and confirm it again.",
                currency=currency.name,
            ))
        return Decimal(repr(rate))

    def _has_rates(self, currency):
        """Whether Odoo knows a rate of a currency; of a pegged one it is one to one."""
        rates = self.env["res.currency.rate"].sudo()
        companies = [False, self.tenant.company_id.root_id.id]
        return bool(rates.search_count(
            [("currency_id", "=", currency.id), ("company_id", "in", companies)], limit=1
        ))

    def theme_of(self, journal):
        """Xero's GUID of the branding theme that documents of a journal carry; None for Xero's
        own default.

        :raises Blocked: if the journal's theme is gone in Xero, or of another organisation. What
            a customer sees is not changed without a word.
        """
        if journal.id not in self.themes:
            return None
        guid, name, usable = self.themes[journal.id]
        if usable:
            return guid
        raise Blocked(
            self.env._(
                "The branding theme %(theme)s of the journal %(journal)s does not stand in Xero "
                "(%(tenant)s) any more. Choose another one on the journal, or none for Xero's "
                "default.",
                theme=name,
                journal=journal.display_name,
                tenant=self.tenant.name,
            ),
            journal,
        )
