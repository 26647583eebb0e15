"""Purchase orders, and requests for quotation, as Xero purchase orders."""

from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ..xero import documents
from . import xero_lines

# A request for quotation, before and after the vendor was asked.
QUOTATIONS = ("draft", "sent", "to approve")

# Fields that Xero holds, as a form writes them.
SENT_FIELDS = frozenset({
    "currency_id", "date_order", "date_planned", "dest_address_id", "fiscal_position_id", "note",
    "origin", "partner_id", "partner_ref", "picking_type_id", "user_id",
})


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "xero.document.mixin"]

    xero_tenant_id = fields.Many2one(
        "xero.tenant",
        string="Xero Tenant",
        copy=False,
        check_company=True,
        help="The Xero organisation of this order; empty: the vendor's, else the company's.",
    )

    @api.constrains("xero_tenant_id", "company_id")
    def _check_xero_tenant_id(self):
        # Orders do not check the companies of their fields by themselves.
        self._check_company(["xero_tenant_id"])

    # === CONTRACT OF xero.document.mixin === #

    def _xero_resource(self):
        return "PurchaseOrders"

    def _xero_may_push(self):
        if self.state in QUOTATIONS:
            tenant = self.sudo().xero_link_ids.tenant_id or self.sudo()._xero_tenant()
            return tenant.send_quotations
        return self.state == "purchase"

    def _xero_wanted_domain(self, tenant):
        states = ["purchase"] if tenant.send_orders else []
        states += QUOTATIONS if tenant.send_quotations else ()
        return Domain("state", "in", states) if states else Domain.FALSE

    def _xero_shall_be_approved(self, tenant):
        return self.state == "purchase" and tenant._first_status(self._name) == "authorised"

    def _xero_date(self):
        return self._xero_local_date(self.date_order)

    def _xero_since_domain(self, day):
        # Moments are stored in UTC; nowhere does a day begin more than 14 hours earlier.
        return Domain("date_order", ">=", datetime.combine(day, time.min) - timedelta(hours=14))

    def _xero_why_not(self):
        return self.env._(
            "Only confirmed purchase orders can be sent to Xero, unless the Xero tenant takes "
            "requests for quotation too. Confirm the order first."
        )

    def _xero_check_may_send(self):
        self.check_access("write")

    def _xero_tenant(self):
        vendor = self.partner_id.commercial_partner_id.with_company(self.company_id)
        return self.xero_tenant_id or vendor.xero_tenant_id or self.company_id.xero_tenant_id

    def _xero_routing_domain(self, tenant):
        vendors = "partner_id.commercial_partner_id.xero_tenant_id"
        routed = Domain(vendors, "=", tenant.id)
        if tenant.company_id.xero_tenant_id == tenant:
            routed |= Domain(vendors, "=", False)
        own = Domain("xero_tenant_id", "=", tenant.id)
        return own | (Domain("xero_tenant_id", "=", False) & routed)

    def _xero_contact(self):
        return self.partner_id.commercial_partner_id

    def _xero_named_products(self):
        return self.order_line.product_id

    def _xero_currency(self):
        return self.currency_id

    def _xero_prefetch(self):
        self.order_line.fetch(["tax_ids"])

    def _xero_document(self, tables):
        currency = self.currency_id
        foreign = currency != self.company_currency_id
        planned = self.date_planned
        lines = self._xero_lines(tables)
        submitted = self.state == "purchase" and (
            tables.tenant._first_status(self._name) == "submitted"
        )
        return documents.PurchaseOrder(
            number=self.name,
            contact_id=tables.contact_of(self.partner_id.commercial_partner_id),
            date=self._xero_date(),
            delivery_date=planned and self._xero_local_date(planned),
            currency=tables.currency_of(currency),
            currency_rate=tables.rate_of(currency, self.currency_rate) if foreign else None,
            lines=lines,
            totals=xero_lines.totals_of(
                lines,
                untaxed=tables.amount(self.amount_untaxed, currency),
                tax=tables.amount(self.amount_tax, currency),
                total=tables.amount(self.amount_total, currency),
            ),
            reference=self.partner_ref or self.origin or None,
            status="SUBMITTED" if submitted else "DRAFT",
            **self._xero_delivery(),
        )

    def _xero_delivery(self):
        """Where the goods go, who receives them there, and what to mind: at the customer who is
        delivered directly, else at our own place.
        """
        customer, buyer = self.dest_address_id, self.user_id.partner_id
        place = customer or self._xero_own_place()
        if customer:  # an address of a company may have neither name nor telephone of its own
            attention = customer.name or customer.commercial_partner_id.name
            telephone = customer.phone or customer.commercial_partner_id.phone
        else:
            attention, telephone = buyer.name, place.phone or buyer.phone
        address = place._display_address(without_company=not place.parent_id).splitlines()
        return {
            "delivery_address": "\n".join(filter(None, map(str.strip, address))) or None,
            "attention_to": attention or None,
            "telephone": telephone or None,
            "delivery_instructions": html2plaintext(self.note or "").strip() or None,
        }

    def _xero_own_place(self):
        """Where we take goods in: a warehouse with an address of its own, where there is stock,
        else the company's address for deliveries.
        """
        company = self.company_id.partner_id
        if "picking_type_id" in self._fields:
            warehouse = self.picking_type_id.warehouse_id.partner_id
            if warehouse and warehouse != company:
                return warehouse
        return company.browse(company.address_get(["delivery"])["delivery"])

    def _xero_local_date(self, moment):
        """The day of a moment where the buyer is."""
        local = self.with_context(tz=self.user_id.tz or self.company_id.partner_id.tz or "UTC")
        return fields.Datetime.context_timestamp(local, moment).date()

    # === LINES === #

    def _xero_lines(self, tables):
        """The order's lines with the exact amounts of Odoo's own tax engine, in order."""
        taxes = self.env["account.tax"]
        priced = self.order_line.filtered(lambda line: not line.display_type)
        base_lines = [line._prepare_base_line_for_taxes_computation() for line in priced]
        taxes._add_tax_details_in_base_lines(base_lines, self.company_id)
        taxes._round_base_lines_tax_details(base_lines, self.company_id)
        amounts = {base_line["record"].id: base_line for base_line in base_lines}
        lines = []
        for line in self.order_line.sorted(lambda line: (line.sequence, line.id)):
            if line.id in amounts:
                account = self._xero_account_of(line.product_id, self.fiscal_position_id)
                booking = self._xero_booking(line.tax_ids, account, tables)
                lines += xero_lines.lines_of(
                    tables, amounts[line.id], booking, self.currency_id,
                    xero_lines.described(
                        line.name, line.product_id, line.product_qty, line.product_uom_id
                    ),
                    item_code=tables.items.code_for_line(line.product_id, sale=False),
                )
            elif text := (line.name or "").strip():
                lines.append(documents.Line.text(text))
        return xero_lines.worded(lines)

    def _xero_booking(self, taxes, account, tables):
        """How a line is booked: on its account, else the tenant's default for purchases, else on
        none: a draft order may lack it."""
        return tables.booking_of(taxes, account, tables.mappings.purchases)

    def _xero_account_of(self, product, fiscal_position):
        """The product's expense account after the fiscal position; empty when it says none."""
        company = self.company_id or self.env.company
        template = product.with_company(company).product_tmpl_id
        accounts = template.get_product_accounts(fiscal_pos=fiscal_position)
        return product and accounts["expense"] or self.env["account.account"]

    # === HOOKS === #

    def button_approve(self, force=False):
        # EXTENDS 'purchase': what waited as a draft is sent now, what stands as one is approved
        result = super().button_approve(force=force)
        self.filtered(lambda order: order.state == "purchase")._xero_follow()
        self._xero_want_approval()
        return result

    def write(self, vals):
        # EXTENDS 'purchase': what is sent may be changed without being reset
        result = super().write(vals)
        if SENT_FIELDS & vals.keys():
            self._xero_follow_lines()
        return result

    def _xero_follow_lines(self):
        """What stands on these orders was changed: those that Xero has follow, a minute later."""
        self.filtered(lambda order: order._xero_may_push())._xero_follow(in_minutes=1)

    def button_cancel(self):
        # EXTENDS 'purchase'
        self._xero_check_not_in_doubt()
        result = super().button_cancel()
        self._xero_withdraw()
        return result

    def button_draft(self):
        # EXTENDS 'purchase'
        self._xero_check_not_in_doubt()
        return super().button_draft()
