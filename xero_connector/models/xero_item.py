"""Items of an organisation, mirrored from Xero."""

from odoo import api, fields, models
from odoo.tools import SQL, split_every

# Rows of one statement; what an answer of thousands of items costs stays flat.
CHUNK = 1000

COLUMNS = (
    "xero_id", "code", "name", "description", "purchase_description", "is_sold", "is_purchased",
    "is_tracked", "sales_price", "purchase_price", "updated_at",
)


class XeroItem(models.Model):
    """An item as Xero listed it last; one that was deleted there is archived here."""

    _name = "xero.item"
    _description = "Xero Item"
    _inherit = "xero.setting"
    _order = "tenant_id, code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, index="trigram")
    description = fields.Text("Sales Description")
    purchase_description = fields.Text()
    is_sold = fields.Boolean("Sold")
    is_purchased = fields.Boolean("Bought")
    is_tracked = fields.Boolean(
        "Tracked in Xero",
        help="Xero keeps the stock of this item. Its prices and accounts are never sent, and "
             "documents carry it without its code.",
    )
    sales_price = fields.Float(digits=(16, 4), aggregator=None)
    purchase_price = fields.Float(digits=(16, 4), aggregator=None)
    updated_at = fields.Datetime("Changed in Xero")

    _key_uniq = models.Constraint("UNIQUE(tenant_id, xero_id)", "This item is known already.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"[{item.code}] {item.name}"

    @api.model
    def _mirror_items(self, tenant, items, whole):
        """Make the rows of `tenant` equal to what Xero has; one statement for a thousand of them,
        and rows that are equal already are not written.

        :param items: `documents.Item` as Xero listed them
        :param bool whole: whether all were listed, so that what is missing was deleted there
        """
        self.flush_model()
        columns = SQL(", ").join(SQL.identifier(name) for name in (*COLUMNS, "active"))
        for chunk in split_every(CHUNK, items):
            self.env.cr.execute(SQL(
                """
                INSERT INTO xero_item AS old (tenant_id, company_id, %(columns)s)
                     VALUES %(rows)s
                ON CONFLICT (tenant_id, xero_id) DO UPDATE SET (%(columns)s) = (%(listed)s)
                      WHERE (%(stored)s) IS DISTINCT FROM (%(listed)s)
                """,
                columns=columns,
                rows=SQL(", ").join(
                    SQL("(%s, %s, %s, TRUE)", tenant.id, tenant.company_id.id, self._row(item))
                    for item in chunk
                ),
                listed=self._columns_of("excluded"),
                stored=self._columns_of("old"),
            ))
        if whole:
            self.env.cr.execute(SQL(
                """
                UPDATE xero_item SET active = FALSE
                 WHERE tenant_id = %s AND active AND xero_id != ALL(%s)
                """,
                tenant.id,
                [item.xero_id for item in items],
            ))
        self.invalidate_model()

    @api.model
    def _row(self, item):
        """Values of one item in the order of `COLUMNS`."""
        return SQL(", ").join(SQL("%s", value) for value in (
            item.xero_id,
            item.number,
            item.name or item.number,
            item.description,
            item.purchase_description,
            item.sold,
            item.purchased,
            item.tracked,
            item.sales and item.sales.amount,
            item.purchases and item.purchases.amount,
            item.updated and item.updated.replace(tzinfo=None, microsecond=0),
        ))

    @api.model
    def _columns_of(self, alias):
        return SQL(", ").join(SQL.identifier(alias, name) for name in (*COLUMNS, "active"))
