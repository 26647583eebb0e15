"""Which product is which item: proposed, reviewed, and applied."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import escape_psql

from ..xero import item_matching
from .xero_item_tables import ItemTables
from .xero_sync_mixin import Blocked


class XeroItemMatch(models.Model):
    """A product and the item it may be; see `xero.match`."""

    _name = "xero.item.match"
    _description = "Xero Item Match"
    _inherit = "xero.match"
    _rec_name = "product_id"
    _source_field = "product_id"
    _target_field = "item_id"

    # === FIELDS === #

    product_id = fields.Many2one(
        "product.product", string="Product", readonly=True, index="btree_not_null",
        ondelete="cascade",
    )
    product_code = fields.Char("Internal Reference", related="product_id.default_code")
    item_id = fields.Many2one(
        "xero.item", string="Item in Xero", index="btree_not_null", ondelete="cascade",
        domain="[('tenant_id', '=', tenant_id)]",
    )
    item_name = fields.Char("Name in Xero", related="item_id.name")
    is_tracked = fields.Boolean(related="item_id.is_tracked")
    reason = fields.Selection(
        [
            ("code", "Same code"),
            ("code_case", "Same code but for capital letters"),
            ("name", "Same name"),
            ("likeness", "Similar name"),
        ],
        string="Why",
        readonly=True,
    )

    _product_uniq = models.UniqueIndex(
        "(tenant_id, product_id) WHERE product_id IS NOT NULL",
        "This product stands in the list of this tenant already.",
    )

    @api.constrains("item_id", "tenant_id")
    def _check_item_id(self):
        for row in self:
            if row.item_id and row.item_id.tenant_id != row.tenant_id:
                raise ValidationError(self.env._(
                    "%(item)s belongs to %(other)s. Choose an item of %(tenant)s.",
                    item=row.item_id.display_name,
                    other=row.item_id.tenant_id.name,
                    tenant=row.tenant_id.name,
                ))

    # === PROPOSING === #

    def action_read_again(self):
        """Read Xero's items again and make the list anew; decisions are kept."""
        return self._tenant_of_list()._open_items()

    @api.model
    def _refresh(self, tenant):
        """Make the list of `tenant` anew from what is linked nowhere; decisions are kept.

        :param tenant: the `xero.tenant`, its items mirrored
        """
        rows = self.search([("tenant_id", "=", tenant.id)])
        products, items = self._unlinked_products(tenant), self._unlinked_items(tenant)
        # Who was linked in another way meanwhile has nothing to decide any more.
        product_ids, item_ids = {False, *products._ids}, {False, *items._ids}
        kept = rows.filtered(
            lambda row: row.state != "applied"
            and (row.decision != "undecided" or row.state == "failed")
            and row.product_id.id in product_ids
            and row.item_id.id in item_ids
        )
        (rows - kept).unlink()
        products -= kept.product_id
        items -= kept.item_id
        pairs = self._propose(tenant, products, items)
        paired = {pair.item for pair in pairs}
        self.create([
            {"tenant_id": tenant.id, "item_id": item_id}
            for item_id in items._ids if item_id not in paired
        ])

    @api.model
    def _propose(self, tenant, products, items):
        """Make a row for each of `products`, with the one of `items` that it may be.

        :return: the `item_matching.Pair` that were found
        """
        named = products.with_context(
            lang=tenant.company_id.partner_id.lang, display_default_code=False
        )
        pairs = item_matching.propose(
            [
                item_matching.Thing(product.id, product.default_code, product.display_name)
                for product in named
            ],
            [item_matching.Thing(item.id, item.code, item.name) for item in items],
        )
        paired = {pair.product for pair in pairs}
        self.create([
            {
                "tenant_id": tenant.id,
                "product_id": pair.product,
                "item_id": pair.item,
                "score": pair.score,
                "reason": pair.reason,
                "certainty": "certain" if pair.is_certain else "likely",
            }
            for pair in pairs
        ] + [
            {"tenant_id": tenant.id, "product_id": product_id}
            for product_id in products._ids if product_id not in paired
        ])
        return pairs

    @api.model
    def _open_for(self, tenant, products):
        """The list for some products only, with a row for each that is not linked.

        :return: the action
        :raises UserError: if all are linked, or Xero cannot be asked
        """
        self.check_access("write")
        tenant._pull_items_or_tell(whole=False)
        with tenant._apart() as apart:
            self.with_env(apart.env)._ensure_rows(apart, products.with_env(apart.env))
        return tenant._item_match_action([("product_id", "in", products.ids)])

    @api.model
    def _ensure_rows(self, tenant, products):
        """Make the rows of some products, with what is proposed for them.

        :raises UserError: if all are linked
        """
        unlinked = products & self._unlinked_products(tenant)
        if not unlinked:
            raise UserError(self.env._(
                "This product is linked to an item, or archived. Unlink it first to choose "
                "another item."
            ))
        rows = self.search([("tenant_id", "=", tenant.id), ("product_id", "in", unlinked.ids)])
        rows.filtered(lambda row: row.state == "applied").unlink()
        self._propose(
            tenant, unlinked - rows.exists().product_id, self._unlinked_items(tenant)
        )

    @api.model
    def _unlinked_products(self, tenant):
        """Products of the tenant's company that are linked to none of its items."""
        linked = self.env["xero.link"].sudo()._search([
            ("tenant_id", "=", tenant.id),
            ("res_model", "=", "product.product"),
            ("xero_id", "!=", False),
        ])
        return self.env["product.product"].search([
            ("company_id", "in", [False, *tenant.company_id.parent_ids.ids]),
            ("id", "not in", linked.subselect("res_id")),
        ])

    @api.model
    def _unlinked_items(self, tenant):
        """Items that no product is linked to."""
        linked = self.env["xero.link"].sudo()._search([
            ("tenant_id", "=", tenant.id),
            ("resource", "=", "Items"),
            ("xero_id", "!=", False),
        ])
        return self.env["xero.item"].search([
            ("tenant_id", "=", tenant.id),
            ("xero_id", "not in", linked.subselect("xero_id")),
        ])

    # === APPLYING === #

    def _found(self):
        return self.item_id.xero_id, self.item_id.code, False

    def _apply_create(self, tenant):
        # EXTENDS 'xero.match': what Xero could not hold is told here, where the person decides
        tables, ready = ItemTables(tenant), self.browse()
        for row in self:
            try:
                tables.code_of(row.product_id.with_company(tenant.company_id))
                ready |= row
            except Blocked as blocked:
                row._fail(blocked.message)
        return super(XeroItemMatch, ready)._apply_create(tenant)

    def _apply_import(self, tenant):
        """Make products of items: code, name, texts, prices and sides, and link them."""
        for row in self:
            taken = self._products_of_code(tenant, row.item_id.code)
            if taken:
                row._fail(self.env._(
                    "%(product)s has the internal reference %(code)s already. Link the two "
                    "instead.",
                    product=taken[0].display_name,
                    code=row.item_id.code,
                ))
                continue
            products = self.env["product.product"].with_company(tenant.company_id)
            try:
                with self.env.cr.savepoint():
                    product = products.with_context(
                        allowed_company_ids=tenant.company_id.ids
                    ).create(row._product_values())
            except (UserError, ValidationError) as error:
                row._fail(self.env._(
                    "%(code)s could not be made in Odoo: %(reason)s",
                    code=row.item_id.code,
                    reason=str(error),
                ))
                continue
            row.product_id = product
            row._apply_link(tenant)

    def _products_of_code(self, tenant, code):
        """Active products that have a code, whatever its capital letters."""
        return self.env["product.product"].search([
            ("default_code", "=ilike", escape_psql(code)),
            ("company_id", "in", [False, *tenant.company_id.parent_ids.ids]),
        ], limit=1)

    def _product_values(self):
        """The product that an item becomes. Accounts and taxes are those that Odoo gives new
        products; it belongs to the tenant's company where there are several."""
        item = self.item_id
        companies = self.env["res.company"].search_count([], limit=2)
        return {
            "name": item.name,
            "default_code": item.code,
            "lst_price": item.sales_price,
            "standard_price": item.purchase_price,
            "description_sale": item.description != item.name and item.description,
            "description_purchase": (
                item.purchase_description != item.name and item.purchase_description
            ),
            "sale_ok": item.is_sold,
            "purchase_ok": item.is_purchased,
            "company_id": companies > 1 and self.tenant_id.company_id.id,
        }
