"""Tracking categories and options of a tenant, as one run looks them up."""

from decimal import Decimal

from odoo.tools import SQL

from ..xero import tracking
from .xero_sync_mixin import Blocked


class TrackingTables:
    """What analytic accounts are in Xero, read in one statement; see `XeroTables`."""

    def __init__(self, tenant):
        self.env = tenant.env
        self.tenant = tenant
        self.env["account.analytic.account"].flush_model(["plan_id", "root_plan_id"])
        rows = self.env.execute_query(SQL(
            """
            SELECT a.id, m.plan_id, c.name, c.active, o.name, o.active, w.message
              FROM xero_tracking_mapping m
              JOIN xero_tracking_category c ON c.id = m.category_id
              JOIN account_analytic_account a ON a.root_plan_id = m.plan_id
         LEFT JOIN xero_option_mapping w
                ON w.tenant_id = m.tenant_id AND w.analytic_account_id = a.id
         LEFT JOIN xero_tracking_option o ON o.id = w.option_id AND o.category_id = c.id
             WHERE m.tenant_id = %s
            """,
            tenant.id,
        ))
        self.rows = {account: row for account, *row in rows}

    def lines_of(self, record, line, currency):
        """A line with its tracking; several where Xero cannot hold the distribution on one.

        :param record: the Odoo line with its `analytic_distribution`
        :param documents.Line line: without tracking
        :param currency: the document's `res.currency`
        :rtype: tuple[documents.Line, ...]
        :raises Blocked: if something is not mapped, or a person shall decide
        """
        distribution = self.rows and record.analytic_distribution
        if not distribution:
            return (line,)
        parts = self.parts_of(distribution, line.description)
        return tracking.split(line, parts, Decimal(1).scaleb(-currency.decimal_places))

    def parts_of(self, distribution, text):
        """The shares of a line that Xero can hold as one line each; see `tracking.parts_of`.

        :param distribution: {"3,7": percent} as Odoo stores it
        :param str text: what the line says
        :raises Blocked: if something is not mapped, or a person shall decide
        """
        places = {
            account: self._place_of(account)
            for account in tracking.accounts_of(distribution)
            if account in self.rows
        }
        try:
            parts = tracking.parts_of(distribution, places)
        except tracking.NotDistributable as error:
            raise Blocked(self._distribution_sentence(text, error)) from None
        if len(parts) > 1 and self.tenant.tracking_splits == "block":
            raise Blocked(self._split_sentence(text), self.tenant)
        return parts

    def _place_of(self, account):
        """Category and option of an analytic account of a mapped plan.

        :raises Blocked: if it has none that can be used
        """
        plan, category, category_active, option, option_active, message = self.rows[account]
        if category_active and option_active:
            return tracking.Place(plan, category, option)
        record = self.env["account.analytic.account"].browse(account)
        names = {
            "account": record.display_name,
            "plan": record.root_plan_id.name,
            "category": category,
            "option": option,
            "tenant": self.tenant.name,
            "reason": message,
        }
        if not category_active:
            raise Blocked(
                self.env._(
                    "The tracking category %(category)s was archived in Xero (%(tenant)s); the "
                    "plan %(plan)s goes there. Restore it in Xero and press Read Settings, or "
                    "press Fix and choose another category, or none.",
                    **names,
                ),
                record.root_plan_id,
            )
        if option:
            sentence = self.env._(
                "The option %(option)s of %(category)s was archived in Xero (%(tenant)s); "
                "%(account)s goes there. Restore it in Xero and press Read Settings, or press Fix "
                "and choose another option.",
                **names,
            )
        elif message:
            sentence = self.env._(
                "%(account)s could not be created in Xero (%(tenant)s) as an option of "
                "%(category)s: %(reason)s Press Fix to choose one or to try again.",
                **names,
            )
        elif self.tenant.create_tracking_options:
            sentence = self.env._(
                "%(account)s is being created in Xero (%(tenant)s) as an option of %(category)s. "
                "This is sent by itself once it is there.",
                **names,
            )
        else:
            sentence = self.env._(
                "%(account)s has no option of %(category)s in Xero (%(tenant)s). Choose one: "
                "press Fix, or Invoicing → Configuration → Xero → Tracking Mapping.",
                **names,
            )
        raise Blocked(sentence, record)

    def _distribution_sentence(self, text, error):
        return self.env._(
            "The line “%(line)s” is distributed over %(plan)s with %(percent)s %%. Xero takes 0 "
            "to 100 %% of a line, and one account of a plan for each share. Correct the "
            "distribution, then send again.",
            line=text,
            plan=self.env["account.analytic.plan"].browse(error.plan).name,
            percent=format(error.percent.normalize(), "f"),
        )

    def _split_sentence(self, text):
        return self.env._(
            "The line “%(line)s” is spread over several options or only in part. Xero holds one "
            "option per category on a line. Give the whole line to one, or press Fix and let "
            "such lines be split.",
            line=text,
        )
