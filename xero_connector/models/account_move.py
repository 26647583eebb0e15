"""Invoices, bills, credit notes and receipts as what they are in Xero."""

from odoo import models
from odoo.fields import Domain

from ..xero import documents
from . import xero_booked_taxes, xero_lines
from .xero_kinds import XERO_TYPES
from .xero_sync_mixin import Blocked

# What Odoo lets a person change on a posted document, the wizard that numbers anew among them, and
# Xero has a field for.
SENT_FIELDS = frozenset({
    "invoice_date", "invoice_date_due", "invoice_origin", "invoice_payment_term_id", "name",
    "payment_reference", "ref",
})

# What a person writes: Odoo's own domain of `invoice_line_ids`.
WRITTEN = ("product", "line_section", "line_subsection", "line_note")


# What documents and Odoo's tax engine read of lines; all the rest would only fill the memory.
READ_OF_LINES = (
    "account_id", "amount_currency", "analytic_distribution", "balance", "company_currency_id",
    "company_id", "currency_id", "discount", "display_type", "extra_tax_data", "group_tax_id",
    "name", "partner_id", "price_unit", "product_id", "product_uom_id", "quantity", "sequence",
    "tax_ids", "tax_line_id", "tax_repartition_line_id", "tax_tag_ids",
)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "xero.document.mixin"]

    # === CONTRACT OF xero.document.mixin === #

    def _xero_resource(self):
        refunds = {"out_refund", "in_refund"}
        return "CreditNotes" if refunds.intersection(self.mapped("move_type")) else "Invoices"

    def _xero_may_push(self):
        return self.move_type in XERO_TYPES and self.state == "posted"

    def _xero_wanted_domain(self, tenant):
        by_itself = self.env["account.journal"]._xero_by_itself_domain(tenant)
        return Domain("state", "=", "posted") & by_itself

    def _xero_shall_be_approved(self, tenant):
        return tenant._first_status(self.move_type) == "authorised"

    def _xero_date(self):
        return self.invoice_date

    def _xero_since_domain(self, day):
        return Domain("invoice_date", ">=", day)

    def _xero_why_not(self):
        return self.env._(
            "Only posted invoices, bills, credit notes and receipts can be sent to Xero. Post a "
            "draft first."
        )

    def _xero_check_may_send(self):
        self.check_access("write")

    def _xero_tenant(self):
        return self.journal_id.xero_tenant_id or self.company_id.xero_tenant_id

    def _xero_send_tenant(self):
        """The tenant that has the move already, or to which it goes; empty when there is none."""
        return self.xero_link_ids.tenant_id or self._xero_tenant()

    def _xero_routing_domain(self, tenant):
        routed = Domain("journal_id.xero_tenant_id", "=", tenant.id)
        if tenant.company_id.xero_tenant_id == tenant:
            routed |= Domain("journal_id.xero_tenant_id", "=", False)
        return routed

    def _xero_contact(self):
        return self.commercial_partner_id

    def _xero_named_products(self):
        return self._xero_written_lines().product_id

    def _xero_currency(self):
        return self.currency_id

    def _xero_prefetch(self):
        self.line_ids.fetch(READ_OF_LINES)

    def _xero_document(self, tables):
        if not self.commercial_partner_id:
            raise Blocked(self.env._(
                "%(document)s names no customer or supplier, and Xero takes none without. Reset "
                "it to draft, choose one and post it again.",
                document=self.display_name,
            ))
        currency = self.currency_id
        foreign = currency != self.company_currency_id
        lines = self._xero_lines(tables)
        kind = XERO_TYPES[self.move_type]
        sale = self.is_sale_document(include_receipts=True)
        status = tables.tenant._first_status(self.move_type)
        shared = {
            "kind": kind.type,
            # What a supplier wrote on the bill is its number in Xero, which has no other field.
            "number": self.name if sale else self.ref or self.name,
            "contact_id": tables.contact_of(self.commercial_partner_id),
            "date": self.invoice_date,
            "currency": tables.currency_of(currency),
            "currency_rate": (
                tables.rate_of(currency, self.invoice_currency_rate) if foreign else None
            ),
            "lines": lines,
            "totals": xero_lines.totals_of(
                lines,
                untaxed=tables.amount(self.amount_untaxed, currency),
                tax=tables.amount(self.amount_tax, currency),
                total=tables.amount(self.amount_total, currency),
            ),
            "reference": self._xero_reference() if sale else None,
            "status": "SUBMITTED" if status == "submitted" else "DRAFT",
            "branding_theme_id": tables.theme_of(self.journal_id),
        }
        if kind.resource == "CreditNotes":
            return documents.CreditNote(**shared)
        return documents.Invoice(
            due_date=self.invoice_date_due or self.invoice_date,
            url=tables.url_of(self),
            sent_to_contact=sale and self.is_move_sent,
            **shared,
        )

    def _xero_reference(self):
        """What the customer knows the sale by: the own reference, the one to pay with, the order.
        The number says itself."""
        paid_with = self.payment_reference != self.name and self.payment_reference
        return self.ref or paid_with or self.invoice_origin or None

    # === LINES === #

    def _xero_lines(self, tables):
        """The document's lines with the exact amounts of Odoo's own tax engine, in order."""
        base_lines = xero_booked_taxes.base_lines_of(self)
        if base_lines is None:
            base_lines, _tax_lines = self._get_rounded_base_and_tax_lines()
        amounts = {base_line["record"].id: base_line for base_line in base_lines}
        lines = []
        for line in self._xero_written_lines().sorted(lambda line: (line.sequence, line.id)):
            if line.display_type == "product":
                lines += self._xero_lines_of(line, amounts.pop(line.id), tables)
            elif text := (line.name or "").strip():
                lines.append(documents.Line.text(text))
        for base_line in amounts.values():
            lines += self._xero_rounding_lines(base_line, tables)
        return xero_lines.worded(lines)

    def _xero_written_lines(self):
        """The lines that a person wrote: `invoice_line_ids`, out of all lines, which are read
        already."""
        written = self.line_ids.filtered(lambda line: line.display_type in WRITTEN)
        return written.with_prefetch(self.line_ids._prefetch_ids)  # all documents' lines at once

    def _xero_lines_of(self, line, base_line, tables):
        booking = self._xero_booking(line.tax_ids, line.account_id, tables)
        description = xero_lines.described(
            line.name or line.product_id.display_name or line.account_id.name,
            line.product_id, line.quantity, line.product_uom_id,
        )
        sale = self.is_sale_document(include_receipts=True)
        return xero_lines.lines_of(
            tables, base_line, booking, self.currency_id, description,
            item_code=tables.items.code_for_line(line.product_id, sale=sale),
            net=self.direction_sign * line.amount_currency,
        )

    def _xero_booking(self, taxes, account, tables):
        """How a line is booked in Xero; coverage asks it too."""
        return tables.booking_of(taxes, account)

    def _xero_rounding_lines(self, base_line, tables):
        """The line that rounds the total, which nobody wrote."""
        line = base_line["record"]
        if line.display_type != "rounding":
            raise Blocked(
                self.env._(
                    "%(invoice)s has the line “%(line)s” (early payment discount or non-deductible "
                    "part), which cannot be sent to Xero yet. Enter the invoice in Xero by hand.",
                    invoice=self.name,
                    line=line.name or line.account_id.name,
                )
            )
        booking = tables.rounding_booking_of(line.account_id)
        return xero_lines.lines_of(
            tables, base_line, booking, self.currency_id, line.name or self.env._("Rounding"),
            net=self.direction_sign * line.amount_currency,
        )

    # === HOOKS === #

    def _post(self, soft=True):
        # EXTENDS 'account'
        posted = super()._post(soft)
        posted.filtered(lambda move: move.move_type in XERO_TYPES)._xero_follow()
        return posted

    def write(self, vals):
        # EXTENDS 'account': some of what is sent may be changed without being reset
        result = super().write(vals)
        if SENT_FIELDS & vals.keys():
            self.filtered(lambda move: move._xero_may_push())._xero_follow(in_minutes=1)
        return result

    def button_draft(self):
        # EXTENDS 'account'
        self._xero_check_not_in_doubt()
        return super().button_draft()

    def button_cancel(self):
        # EXTENDS 'account'
        self._xero_check_not_in_doubt()
        result = super().button_cancel()
        self._xero_withdraw()
        return result
