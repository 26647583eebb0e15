"""Products and their variants as Xero items."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..xero import documents
from .xero_item_tables import is_code
from .xero_sync_mixin import READERS, Blocked

# What Xero is told of a variant beside its template; a change of anything else costs no call.
SENT_FIELDS = frozenset({"default_code", "standard_price"})


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "xero.sync.mixin"]

    xero_tracked_note = fields.Char(
        compute="_compute_xero_tracked_note",
        compute_sudo=True,
        groups=READERS,
        help="Says so where Xero keeps the stock of the item itself.",
    )

    xero_item_lines = fields.Text(
        "Items in Xero",
        compute="_compute_xero_item_lines",
        compute_sudo=True,
        groups=READERS,
        help="One line per organisation, for those who may read the product but not the links.",
    )

    # === COMPUTES === #

    @api.depends("xero_link_ids.xero_number", "xero_link_ids.state")
    @api.depends_context("allowed_company_ids")
    def _compute_xero_item_lines(self):
        links_by_product = self._xero_shown_links().grouped("res_id")
        states = dict(self.env["xero.link"]._fields["state"]._description_selection(self.env))
        for product in self:
            product.xero_item_lines = "\n".join(
                " · ".join(filter(None, (
                    link.tenant_id.name, link.xero_number, states[link.state]
                )))
                for link in links_by_product.get(product.id, ())
            )

    @api.depends("xero_link_ids.xero_id")
    @api.depends_context("allowed_company_ids")
    def _compute_xero_tracked_note(self):
        links = self._xero_shown_links().filtered("xero_id")
        tracked = self.env["xero.item"].search_fetch(
            [("xero_id", "in", links.mapped("xero_id")), ("is_tracked", "=", True)],
            ["tenant_id", "xero_id"],
        )
        tracked = {(item.tenant_id.id, item.xero_id): item for item in tracked}
        links_by_product = links.grouped("res_id")
        for product in self:
            names = [
                link.tenant_id.name
                for link in links_by_product.get(product.id, ())
                if (link.tenant_id.id, link.xero_id) in tracked
            ]
            product.xero_tracked_note = self.env._(
                "%(tenants)s keeps the stock of this item itself. Its prices and accounts there "
                "are left alone, and documents carry it without its item code.",
                tenants=", ".join(names),
            ) if names else False

    # === ACTIONS === #

    def action_xero_match(self):
        """Open the list of items for these products, to link them by hand.

        :raises UserError: if no organisation is connected, or it cannot be asked
        """
        tenants = self._xero_group_by_tenant()
        tenant = next(iter(tenants))
        if not tenant:
            raise UserError(self._xero_homeless_sentence())
        return self.env["xero.item.match"]._open_for(tenant, tenants[tenant])

    # === CONTRACT OF xero.sync.mixin === #

    def _xero_resource(self):
        return "Items"

    def _xero_is_master(self):
        return True

    def _xero_may_push(self):
        # What is archived here is not made new there; what stands there is kept up to date.
        return self.active or bool(self.sudo().xero_link_ids)

    def _xero_why_not(self):
        return self.env._("Archived products are not created in Xero. Restore the product first.")

    def _xero_check_may_send(self):
        self.env["account.move"].check_access("write")

    def _xero_company(self):
        """The company whose organisation the product goes to: the current one, unless the product
        belongs to another."""
        own = self.company_id
        return self.env.company if not own or own in self.env.company.parent_ids else own

    def _xero_tenant(self):
        return self._xero_company().sudo().xero_tenant_id

    def _xero_group_by_tenant(self):
        """Products by tenant: all of the company where one is linked, else its default."""
        groups = {}
        for product in self:
            company = product._xero_company()
            linked = product.xero_link_ids.tenant_id.filtered(
                lambda tenant, company=company: tenant.company_id == company
                and tenant.state == "connected"
            )
            for tenant in linked or [product._xero_tenant()]:
                groups[tenant] = groups.get(tenant, self.browse()) | product
        return groups

    def _xero_shown_companies(self):
        # Companies share products, but not what they do with them.
        return self.env.companies

    def _xero_could_stand(self):
        """Whether Xero could hold the product as an item, as far as can be told from it alone."""
        self.ensure_one()
        return is_code(self.default_code) and self._xero_may_push()

    def _xero_named_products(self):
        return self

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_xero(self):
        return super()._compute_xero()

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_xero_cause_name(self):
        return super()._compute_xero_cause_name()

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_xero_can_push(self):
        return super()._compute_xero_can_push()

    # === THE ITEM === #

    def _xero_document(self, tables):
        company = tables.tenant.company_id
        if self.company_id and self.company_id not in company.parent_ids:
            raise Blocked(self.env._(
                "%(product)s belongs to %(owner)s, but %(tenant)s keeps the books of %(company)s.",
                product=self.display_name,
                owner=self.company_id.name,
                tenant=tables.tenant.name,
                company=company.name,
            ))
        product = self.with_company(company).with_context(
            lang=company.partner_id.lang, display_default_code=False
        )
        return documents.Item(
            number=tables.items.code_of(self),
            name=product.display_name,
            description=product.description_sale or None,
            purchase_description=product.description_purchase or None,
            sold=product.sale_ok,
            purchased=product.purchase_ok,
            sales=product._xero_sales(tables) if product.sale_ok else None,
            purchases=product._xero_purchases(tables) if product.purchase_ok else None,
            tracked=tables.items.is_tracked(self),
        )

    def _xero_sales(self, tables):
        """Sales price without tax: Xero adds the tax to it. A price in another currency than the
        organisation's is left out, because it would change with every rate."""
        company = tables.tenant.company_id
        taxes = self.taxes_id._filter_taxes_by_company(company)
        amount = None
        if self.currency_id == company.currency_id:
            amount = self.lst_price
            if any(tax.price_include for tax in taxes.flatten_taxes_hierarchy()):
                amount = taxes.with_context(round_base=False).compute_all(
                    amount, self.currency_id, product=self, rounding_method="round_globally"
                )["total_excluded"]
        account = self.product_tmpl_id.get_product_accounts()["income"]
        return self._xero_price(tables, amount, taxes, account)

    def _xero_purchases(self, tables):
        """Cost in the company's own currency."""
        taxes = self.supplier_taxes_id._filter_taxes_by_company(tables.tenant.company_id)
        account = self.product_tmpl_id.get_product_accounts()["expense"]
        return self._xero_price(tables, self.standard_price, taxes, account)

    def _xero_price(self, tables, amount, taxes, account):
        """One side of the item. An account or tax without counterpart is left out: it is only
        what Xero fills in when somebody types there, and documents say their own."""
        code = tables.accounts.get(account.id)
        try:
            tax_type = tables.booking_of(taxes, account if code else account.browse()).tax_type
        except Blocked:
            tax_type = None
        return documents.Price(
            amount=None if amount is None else Decimal(repr(amount)),
            account_code=code,
            tax_type=tax_type,
        )

    # === TAKING OVER === #

    def _xero_take_over(self, field, held):
        """Write one field as Xero holds it.

        :param str field: a field of `xero.difference`
        :param documents.Item held: what Xero holds, of that field at least
        :raises UserError: if Odoo makes the field from others
        """
        plain = {"description": "description_sale", "purchase_description": "description_purchase"}
        if field in plain:
            self[plain[field]] = getattr(held, field) or False
        elif field == "name":
            if self.product_template_attribute_value_ids:
                raise UserError(self.env._(
                    "The name of %(product)s is made from its product and attributes. Change it "
                    "there, or leave it as it is.", product=self.display_name,
                ))
            self.name = held.name or self.name
        elif field == "purchase_price":
            self.standard_price = held.purchases.amount if held.purchases else 0
        else:
            self._xero_take_over_sales_price(held)

    def _xero_take_over_sales_price(self, held):
        taxes = self.taxes_id._filter_taxes_by_company(self.env.company)
        if any(tax.price_include for tax in taxes.flatten_taxes_hierarchy()):
            raise UserError(self.env._(
                "The price of %(product)s includes tax in Odoo, and Xero's does not. Enter the "
                "price in Odoo, or leave it as it is.", product=self.display_name,
            ))
        self.lst_price = held.sales.amount if held.sales else 0

    # === HOOKS === #

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & SENT_FIELDS:
            self._xero_mark_changed()
        if "default_code" in vals:
            # Another reference may free what shared the old one.
            tenants = self.env["xero.tenant"].sudo().search([("state", "=", "connected")])
            self.env["xero.link"].sudo()._release_blocked(tenants, self)
        return result
