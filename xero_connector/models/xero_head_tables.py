"""What stands on the head of a document: its currency, and the template it is printed with."""

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
