"""Documents with the same values in Odoo and in the simulator, and a search for them."""

from datetime import date, timedelta
from decimal import Decimal

from odoo import Command

from .push_common import ORGANISATION, XeroPushCase

DAY = date(2026, 11, 2)


class XeroHistoryCase(XeroPushCase):
    """Documents are made with the same values on both sides, and one of them is varied."""

    def setUp(self):
        super().setUp()
        self.books = self.sim.organisation(ORGANISATION)
        self.acme = self.make_partner("Acme Widgets")
        self.acme_in_xero = self.enter_contact("Acme Widgets")
        self.history = self.env["xero.history"].create({"tenant_id": self.tenant.id})

    def enter_contact(self, name):
        """A contact in Xero.

        :return: its GUID
        """
        return self.books.enter_contact(Name=name)["ContactID"]

    # === BOTH SIDES === #

    def make_move(self, move_type, price=50.0, **values):
        sale = move_type.startswith("out_")
        move = self.env["account.move"].create({
            "move_type": move_type,
            "partner_id": self.acme.id,
            "invoice_date": DAY,
            "invoice_line_ids": [Command.create({
                "name": "A thing",
                "quantity": 1,
                "price_unit": price,
                "tax_ids": [Command.set((self.sale_tax if sale else self.purchase_tax).ids)],
                "account_id": self.company_data[
                    f"default_account_{'revenue' if sale else 'expense'}"
                ].id,
            })],
            **values,
        })
        move.action_post()
        return move

    def body(self, number, price=50, account="400", **fields):
        """A document of Xero, as the API takes it."""
        return {
            "Contact": {"ContactID": self.acme_in_xero},
            "Date": DAY,
            "DueDate": DAY + timedelta(days=30),
            "Status": "AUTHORISED",
            "LineItems": [{
                "Description": "A thing", "Quantity": 1, "UnitAmount": Decimal(str(price)),
                "AccountCode": account, "TaxType": "TAX001",
            }],
            **number,
            **fields,
        }

    def enter_invoice(self, number, **fields):
        return self.books.enter_invoice(**self.body({
            "Type": "ACCREC", "InvoiceNumber": number, **fields,
        }))

    def enter_bill(self, number, **fields):
        return self.books.enter_invoice(**self.body(
            {"Type": "ACCPAY", "InvoiceNumber": number, **fields}, account="500"
        ))

    def enter_credit_note(self, number, kind="ACCRECCREDIT", **fields):
        return self.books.enter_credit_note(**self.body(
            {"Type": kind, "CreditNoteNumber": number, **fields},
            account="400" if kind == "ACCRECCREDIT" else "500",
        ))

    def enter_order(self, number, order, **fields):
        """An order in Xero like one of Odoo."""
        body = self.body({"PurchaseOrderNumber": number, **fields}, account="500")
        body.pop("DueDate")
        return self.books.enter_order(**{
            **body,
            "Date": fields.get("Date", order.date_order.date()),
            "LineItems": [{
                "Description": "Line 1", "Quantity": 3, "UnitAmount": Decimal("7.77"),
                "AccountCode": "500", "TaxType": "TAX001",
            }],
        })

    # === SEARCHING === #

    def find(self):
        self.history.action_find()
        self.run_engine()
        return self.history

    def row_of(self, record):
        return self.env["xero.history.document"].search([
            ("res_model", "=", record._name), ("res_id", "=", record.id),
        ])

    def row_in_xero(self, xero_id):
        return self.env["xero.history.document"].search([("xero_id", "=", xero_id)])

    def reads(self):
        return [call.path.rpartition("/")[2] for call in self.calls("GET", "api.xro")]
