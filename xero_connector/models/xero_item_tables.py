"""What one run of a tenant looks up of items: which product is which item, and codes that clash."""

from dataclasses import dataclass

from odoo.tools import SQL

from ..xero import const
from .xero_sync_mixin import Blocked

LONGEST_CODE = const.LENGTHS["ItemCode"]


def is_code(reference):
    """Whether an internal reference can be a code in Xero as it stands."""
    return bool((reference or "").strip()) and len(reference) <= LONGEST_CODE


@dataclass(frozen=True, slots=True)
class StandingItem:
    """An item in Xero that a product is linked to, with what Xero allows of it.

    `code` is Xero's own, which may lag behind a reference that was changed in Odoo.
    """

    code: str
    tracked: bool
    sold: bool
    purchased: bool


class ItemTables:
    """Items of one tenant: the look-ups behind `XeroTables.items`."""

    def __init__(self, tenant):
        self.env = tenant.env
        self.tenant = tenant
        self.standing = {}
        self._expected = set()
        self._twins = self._differing = None

    # === WHAT STANDS IN XERO === #

    def read_for(self, records):
        """Remember what building `records`, of one model, will ask of items: nothing where
        documents carry no item codes."""
        if records._xero_is_master() or self.tenant.send_item_codes:
            self._remember(records._xero_all_named_products())

    def _remember(self, products):
        """Remember which of `products` stand in Xero; one SQL statement.

        """
        unknown = products.filtered(lambda product: product.id not in self.standing)
        if unknown:
            self.env.flush_all()
            rows = self.env.execute_query(SQL(
                """
                SELECT l.res_id, l.xero_number,
                       -- what was found there and never listed may well be tracked
                       COALESCE(i.is_tracked, l.adopted, FALSE),
                       COALESCE(i.is_sold, TRUE), COALESCE(i.is_purchased, TRUE)
                  FROM xero_link l
             LEFT JOIN xero_item i ON i.tenant_id = l.tenant_id AND i.xero_id = l.xero_id
                 WHERE l.tenant_id = %s AND l.res_model = 'product.product' AND l.res_id IN %s
                       AND l.xero_id IS NOT NULL
                """,
                self.tenant.id,
                unknown._ids,
            ))
            self.standing.update({res_id: StandingItem(*row) for res_id, *row in rows})

    def expect(self, xero_ids):
        """Take products for the items that they are about to be linked to. Whose reference Xero
        could not hold counts as sent with the item's own code: once it has one, that goes alone.

        :param dict xero_ids: Xero's GUID by product id
        """
        items = self.env["xero.item"].search_fetch(
            [("tenant_id", "=", self.tenant.id), ("xero_id", "in", list(xero_ids.values()))],
            ["xero_id", "code", "is_tracked", "is_sold", "is_purchased"],
        )
        by_id = {
            item.xero_id: StandingItem(item.code, item.is_tracked, item.is_sold, item.is_purchased)
            for item in items
        }
        self.standing.update({
            product_id: by_id[xero_id]
            for product_id, xero_id in xero_ids.items()
            if xero_id in by_id
        })
        self._expected.update(self.standing.keys() & xero_ids.keys())

    def is_tracked(self, product):
        """Whether Xero keeps the stock of the product's item."""
        item = self.standing.get(product.id)
        return bool(item) and item.tracked

    def code_for_line(self, product, sale):
        """The item code of a document line, or None when the line goes without one.

        A line needs no item in Xero. It goes without where the tenant sends no codes, the product
        does not stand in Xero, is not sold or bought on either side, or where Xero keeps its
        stock: it would insist on its own accounts, and count Odoo's deliveries a second time.

        :param product: the `product.product` of the line; may be empty
        :param bool sale: whether the document is one of sales
        """
        item = self.standing.get(product.id)
        if not item or not self.tenant.send_item_codes or item.tracked:
            return None
        if sale:
            return item.code if item.sold and product.sale_ok else None
        return item.code if item.purchased and product.purchase_ok else None

    # === CODES === #

    def code_of(self, product):
        """The code under which a product goes to Xero: its internal reference, never cut.

        :raises Blocked: if Xero could not hold it, or would take it for another item's
        """
        code = product.default_code
        if product.id in self._expected and not is_code(code):
            return self.standing[product.id].code
        if not (code or "").strip():
            raise Blocked(self.env._(
                "%(product)s has no internal reference. Xero knows items by it: enter one, then "
                "send again.",
                product=product.display_name,
            ))
        if not is_code(code):
            raise Blocked(self.env._(
                "The internal reference %(code)s has %(count)s characters; Xero takes %(longest)s "
                "and it is never cut. Shorten it, then send again. Until then documents carry "
                "%(product)s without an item code.",
                code=code,
                count=len(code),
                longest=LONGEST_CODE,
                product=product.name,
            ))
        if product.id not in self.standing:
            self._check_clashes(product, code)
        return code

    def _check_clashes(self, product, code):
        """Xero's codes are unique, and it does not tell capital from small letters.

        :raises Blocked: naming the other product, or the item in Xero
        """
        if self._twins is None:
            self._read_clashes()
        if twin := self._twins.get(product.id):
            other = product.browse(twin)
            raise Blocked(
                self.env._(
                    "%(product)s and %(other)s share the internal reference %(code)s; Xero does "
                    "not tell capital from small letters. Give one of them another reference, "
                    "then send again.",
                    product=product.with_context(display_default_code=False).display_name,
                    other=other.display_name,
                    code=code,
                ),
                other,
            )
        if found := self._differing.get(product.id):
            raise Blocked(self.env._(
                "Xero has the item %(found)s, which it takes for %(code)s: it does not tell "
                "capital from small letters. Link the two under Xero → Items, or write the "
                "reference in another way, then send again.",
                found=found,
                code=code,
            ))

    def _read_clashes(self):
        """All codes of products and items that clash, in two statements."""
        self.env.flush_all()
        companies = self.tenant.company_id.parent_ids
        twins = self.env.execute_query(SQL(
            """
            SELECT array_agg(p.id ORDER BY p.id)
              FROM product_product p
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE p.active AND p.default_code IS NOT NULL
                   AND (t.company_id IS NULL OR t.company_id IN %s)
          GROUP BY lower(trim(p.default_code))
            HAVING count(*) > 1
            """,
            companies._ids,
        ))
        self._twins = {
            product_id: next(other for other in ids if other != product_id)
            for (ids,) in twins
            for product_id in ids
        }
        self._differing = dict(self.env.execute_query(SQL(
            """
            SELECT p.id, i.code
              FROM xero_item i
              JOIN product_product p ON lower(trim(p.default_code)) = lower(i.code)
             WHERE i.tenant_id = %s AND i.active AND p.default_code != i.code
            """,
            self.tenant.id,
        )))
