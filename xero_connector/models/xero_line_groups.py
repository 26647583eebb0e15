"""Lines of documents, put together by what decides whether they can be sent."""

from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import SQL

# Kinds of journal items that Odoo's tax engine prices, and that are not lines of a document.
ADDED_LINES = ("epd", "non_deductible_product", "non_deductible_product_total")


@dataclass(slots=True)
class LineGroup:
    """Lines of one model that can all be sent, or all not.

    :param account: `account.account`; empty where an order's line has none
    :param taxes: the `account.tax` records of a line
    :param currency: `res.currency` of the documents
    :param journal: `account.journal`; empty for orders
    :param bool rounding: lines that round the total of a document
    :param obstacle: `decimals`, `negative` or `added` where no look-up can help, else None
    :param documents: id of the document, once for each of its lines
    """

    model: str
    account: object
    taxes: object
    currency: object
    journal: object
    obstacle: str | None
    documents: list[int] = field(default_factory=list)
    rounding: bool = False


class XeroSyncMixin(models.AbstractModel):
    _inherit = "xero.sync.mixin"

    @api.model
    def _xero_line_groups(self, scope):
        """The lines of the documents in `scope`, in one statement however many they are.

        :param scope: Domain of documents
        :rtype: list[LineGroup]
        """
        raise NotImplementedError

    @api.model
    def _xero_distributions(self, scope):
        """The analytic distributions of the documents in `scope`, in one statement.

        :param scope: Domain of documents
        :return: rows (distribution, text of one of the lines, id of the document once per line)
        """
        lines, document = self._xero_line_model()
        lines.flush_model(["analytic_distribution", "name"])
        return self.env.execute_query(SQL(
            """
            SELECT l.analytic_distribution, min(l.name), array_agg(l.%(document)s)
              FROM %(lines)s l
             WHERE l.%(document)s IN %(documents)s
               AND jsonb_typeof(l.analytic_distribution) = 'object'
               AND l.analytic_distribution != '{}'
               AND (l.display_type IS NULL OR l.display_type = 'product')
          GROUP BY 1
            """,
            lines=SQL.identifier(lines._table),
            document=SQL.identifier(document),
            documents=self._search(scope).subselect(),
        ))

    def _xero_line_model(self):
        """The model of the document's lines, and its field that names the document."""
        raise NotImplementedError

    def _xero_tax_ids_of_line(self, line_model, alias):
        """SQL: the sorted ids of the taxes of one line."""
        taxes = self.env[line_model]._fields["tax_ids"]
        return SQL(
            "ARRAY(SELECT %(tax)s FROM %(relation)s WHERE %(line)s = %(id)s ORDER BY 1)",
            tax=SQL.identifier(taxes.column2),
            relation=SQL.identifier(taxes.relation),
            line=SQL.identifier(taxes.column1),
            id=SQL.identifier(alias, "id"),
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    def _xero_line_model(self):
        return self.env["account.move.line"], "move_id"

    @api.model
    def _xero_line_groups(self, scope):
        documents = self._search(scope)
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT l.account_id, %(taxes)s, m.currency_id, m.journal_id,
                   CASE WHEN l.display_type IN %(added)s THEN 'added'
                        WHEN l.price_subtotal != round(l.price_subtotal, 2)
                          OR l.price_total != round(l.price_total, 2) THEN 'decimals'
                    END,
                   array_agg(l.move_id), l.display_type = 'rounding'
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
             WHERE l.move_id IN %(documents)s
               AND (l.display_type = 'product'
                    OR l.display_type = 'rounding' AND l.tax_repartition_line_id IS NULL
                    OR l.display_type IN %(added)s AND l.tax_repartition_line_id IS NULL)
          GROUP BY 1, 2, 3, 4, 5, 7
            """,
            taxes=self._xero_tax_ids_of_line("account.move.line", "l"),
            added=ADDED_LINES,
            documents=documents.subselect(),
        ))
        return [
            LineGroup(
                self._name,
                self.env["account.account"].browse(account),
                self.env["account.tax"].browse(taxes),
                self.env["res.currency"].browse(currency),
                self.env["account.journal"].browse(journal),
                obstacle,
                ids,
                rounding,
            )
            for account, taxes, currency, journal, obstacle, ids, rounding in rows
        ]


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    def _xero_line_model(self):
        return self.env["purchase.order.line"], "order_id"

    @api.model
    def _xero_line_groups(self, scope):
        documents = self._search(scope)
        self.env["purchase.order.line"].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT l.product_id, o.fiscal_position_id, %(taxes)s, o.currency_id,
                   CASE WHEN l.price_subtotal != round(l.price_subtotal, 2)
                          OR l.price_total != round(l.price_total, 2) THEN 'decimals'
                        WHEN o.amount_total < 0 THEN 'negative'
                    END,
                   array_agg(l.order_id)
              FROM purchase_order_line l
              JOIN purchase_order o ON o.id = l.order_id
             WHERE l.order_id IN %(documents)s AND l.display_type IS NULL
          GROUP BY 1, 2, 3, 4, 5
            """,
            taxes=self._xero_tax_ids_of_line("purchase.order.line", "l"),
            documents=documents.subselect(),
        ))
        products = self.env["product.product"].browse({row[0] for row in rows if row[0]})
        groups = {}
        for product, position, taxes, currency, obstacle, ids in rows:
            # Thousands of products lead to a handful of accounts.
            account = self._xero_account_of(
                products.browse(product).with_prefetch(products.ids),
                self.env["account.fiscal.position"].browse(position),
            )
            group = groups.setdefault(
                (account, tuple(taxes), currency, obstacle),
                LineGroup(
                    self._name,
                    account,
                    self.env["account.tax"].browse(taxes),
                    self.env["res.currency"].browse(currency),
                    self.env["account.journal"],
                    obstacle,
                ),
            )
            group.documents += ids
        return list(groups.values())
