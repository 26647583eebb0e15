"""A company with a chart of accounts, connected to the simulator, with documents to send."""

from odoo import Command
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import tagged
from odoo.tools import SQL

from .xero_case import XeroWorld

# Stored moments that the product compares with the database's clock.
MOMENTS = {
    "xero_request": (
        "first_sent_at", "last_sent_at", "send_deadline", "next_try_at", "quarantine_until",
    ),
    "xero_link": ("next_try_at",),
    "xero_budget": ("paused_until", "minute_since", "asked_at", "noted_at"),
    "xero_history": ("next_try_at",),
    "xero_enclosure": ("next_try_at",),
    "xero_sent_payment": ("next_try_at",),
    "xero_token": ("access_expires_at", "refreshed_at", "rest_until"),
}

ORGANISATION = "Liberty Goods"  # the simulator's organisation that keeps its books in USD


@tagged("post_install", "-at_install")
class XeroPushCase(XeroWorld, AccountTestInvoicingCommon):
    """Real HTTP against the simulator; cursors of our own share the test's transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_world()
        cls.company = cls.company_data["company"]
        cls.company.currency_id = cls.env.ref("base.USD")
        cls.manager = cls.env.user
        cls.manager.group_ids |= cls.env.ref("account.group_account_manager")
        cls.manager.group_ids |= cls.env.ref("purchase.group_purchase_user")
        cls.tenant = cls.make_tenant(cls.company)

    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())
        self.connect(ORGANISATION)
        self.assertEqual(self.tenant.state, "connected", self.tenant.notice)
        self.map_everything()
        self.sim.journal.clear()

    # === SETTING UP === #

    def map_everything(self):
        """A rate for every tax that the documents use, an account for every account."""
        self.tenant.action_propose_mappings()
        accounts = {
            code: self.env["xero.account"].search(
                [("tenant_id", "=", self.tenant.id), ("code", "=", code)]
            )
            for code in ("400", "500")
        }
        self.map_account(self.company_data["default_account_revenue"], accounts["400"])
        self.map_account(self.company_data["default_account_expense"], accounts["500"])
        self.sale_tax = self.make_tax("sale")
        self.purchase_tax = self.make_tax("purchase")
        rate = self.env["xero.tax.rate"].search(
            [("tenant_id", "=", self.tenant.id), ("tax_type", "=", "TAX001")]
        )
        self.rate = rate.effective_rate
        (self.sale_tax | self.purchase_tax).amount = rate.effective_rate
        self.map_tax(self.sale_tax, rate)
        self.map_tax(self.purchase_tax, rate)

    def make_tax(self, use):
        count = self.env["account.tax"].search_count([])
        return self.env["account.tax"].create({
            "name": f"Test {use} {count}",
            "amount_type": "percent",
            "amount": 10,
            "type_tax_use": use,
        })

    def map_account(self, account, xero_account):
        mappings = self.env["xero.account.mapping"]
        domain = [("tenant_id", "=", self.tenant.id), ("account_id", "=", account.id)]
        mapping = mappings.search(domain) or mappings.create(
            {"tenant_id": self.tenant.id, "account_id": account.id}
        )
        mapping.xero_account_id = xero_account

    def map_tax(self, tax, rate):
        mappings = self.env["xero.tax.mapping"]
        domain = [("tenant_id", "=", self.tenant.id), ("tax_id", "=", tax.id)]
        mapping = mappings.search(domain) or mappings.create(
            {"tenant_id": self.tenant.id, "tax_id": tax.id}
        )
        mapping.rate_id = rate

    # === DOCUMENTS === #

    def make_partner(self, name=None, **values):
        name = name or f"Partner {self.env['res.partner'].search_count([])}"
        return self.env["res.partner"].create({"name": name, "is_company": True, **values})

    def make_invoice(self, partner=None, lines=((2, 50.0),), taxes=None, **values):
        """A posted customer invoice; `lines` are (quantity, price)."""
        taxes = self.sale_tax if taxes is None else taxes
        move = self.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": (partner or self.make_partner()).id,
            "invoice_date": "2026-11-02",
            "invoice_line_ids": [
                Command.create({
                    "name": f"Line {position}",
                    "quantity": quantity,
                    "price_unit": price,
                    "tax_ids": [Command.set(taxes.ids)],
                    "account_id": self.company_data["default_account_revenue"].id,
                })
                for position, (quantity, price) in enumerate(lines, start=1)
            ],
            **values,
        })
        move.action_post()
        return move

    def make_move(self, move_type, partner=None, lines=((2, 50.0),), **values):
        """A posted move of any kind that is sent; `lines` are (quantity, price)."""
        side = "expense" if move_type.startswith("in_") else "revenue"
        account = self.company_data[f"default_account_{side}"]
        taxes = self.purchase_tax if side == "expense" else self.sale_tax
        return self.make_invoice(partner, lines, taxes, **{
            "move_type": move_type,
            "date": "2026-11-02",
            "invoice_line_ids": [
                Command.create({
                    "name": f"Line {position}",
                    "quantity": quantity,
                    "price_unit": price,
                    "tax_ids": [Command.set(taxes.ids)],
                    "account_id": account.id,
                })
                for position, (quantity, price) in enumerate(lines, start=1)
            ],
            **values,
        })

    def make_order(self, partner=None, lines=((3, 7.77),)):
        """A confirmed purchase order; `lines` are (quantity, price)."""
        order = self.env["purchase.order"].create({
            "partner_id": (partner or self.make_partner()).id,
            "order_line": [
                Command.create({
                    "product_id": self.product_a.id,
                    "name": f"Line {position}",
                    "product_qty": quantity,
                    "price_unit": price,
                    "tax_ids": [Command.set(self.purchase_tax.ids)],
                })
                for position, (quantity, price) in enumerate(lines, start=1)
            ],
        })
        order.button_confirm()
        return order

    # === RUNNING === #

    def run_engine(self):
        """Let the tenant's scheduled action run, as the scheduler would."""
        self.assertIs(self.tenant.cron_id.method_direct_trigger(), True)
        self.env.invalidate_all()

    def push(self, records):
        records.action_xero_push()
        self.run_engine()
        return records

    def move_time(self, **delta):
        """Let time pass: stored moments go back, the simulator's clock goes forward."""
        seconds = sum(
            value * {"seconds": 1, "minutes": 60}[unit] for unit, value in delta.items()
        )
        self.env.flush_all()
        for table, columns in MOMENTS.items():
            for column in columns:
                self.env.cr.execute(SQL(
                    "UPDATE %(table)s SET %(column)s = %(column)s - %(by)s::interval",
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    by=f"{seconds} seconds",
                ))
        self.env.invalidate_all()
        self.sim.clock.advance(seconds)

    # === LOOKING === #

    def link_of(self, record):
        return record.sudo().xero_link_ids

    def writes(self):
        """Executed writes that the simulator saw, as (resource, number of elements)."""
        return [
            (call.path.rpartition("/")[2], call.element_count)
            for call in self.sim.journal.writes
            if call.executed and not call.replayed
        ]

    def held(self, kind):
        """What the organisation holds beyond its seed: {number: record}."""
        organisation = self.sim.organisation(ORGANISATION)
        name, number = {
            "Invoices": ("invoices", "InvoiceNumber"),
            "CreditNotes": ("credit_notes", "CreditNoteNumber"),
            "PurchaseOrders": ("purchase_orders", "PurchaseOrderNumber"),
            "Contacts": ("contacts", "ContactNumber"),
        }[kind]
        return {row[number]: row for row in getattr(organisation, name).values() if row.get(number)}
