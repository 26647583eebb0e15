"""What a newcomer would do in Odoo, done over its HTTP calls: orders, connect, map, send."""

from dataclasses import dataclass, field
from datetime import datetime, timezone

from .consent import connect
from .console import Trouble, say

MODULE_DOCUMENTS = {
    "account.move": [("move_type", "!=", "entry"), ("state", "=", "posted")],
    "purchase.order": [("state", "=", "purchase")],
}
ALL_KINDS = ("send_credit_notes", "send_bills", "send_refunds", "send_receipts")
UNDER_WAY = ("pending", "sending", "unknown")


@dataclass(frozen=True)
class OrderLine:
    product: str
    quantity: float
    price: float
    taxed: bool = True


@dataclass(frozen=True)
class DemoCompany:
    """A demo company of Odoo, the organisation it connects to, and what a person has to choose.

    :param accounts: Code in Xero for Odoo accounts that do not map by themselves, by account type.
    :param taxes: Tax type in Xero for Odoo taxes that do not map by themselves, by direction
        and name.
    """

    xml_id: str
    organisation: str
    purchase_tax: str
    accounts: dict
    taxes: dict


COMPANIES = (
    DemoCompany(
        "base.demo_company_au",
        "Southern Cross Trading",
        "10% GST",
        {"income": "200", "income_other": "260", "expense_direct_cost": "310", "expense": "429"},
        {},
    ),
    DemoCompany(
        "base.demo_company_uk",
        "Albion Wholesale",
        "20% G",
        {"income": "200", "income_other": "260", "expense_direct_cost": "310", "expense": "429"},
        {},
    ),
)

# The demo data have no receipts: a type, a partner, and one line.
RECEIPTS = (
    ("out_receipt", "base.res_partner_12", OrderLine("product.product_product_9", 1, 47.0)),
    ("in_receipt", "base.res_partner_2", OrderLine("product.product_product_24", 2, 13.37)),
)

# Demo vendors with demo products from their price lists.
ORDERS = (
    (
        "base.res_partner_12",
        [
            OrderLine("product.product_delivery_01", 12, 55.0),
            OrderLine("product.product_product_9", 3, 10.35),
        ],
    ),
    (
        "base.res_partner_2",
        [
            OrderLine("product.product_delivery_02", 4, 390.0),
            OrderLine("product.product_product_24", 1, 876.0, taxed=False),
        ],
    ),
    ("base.res_partner_12", [OrderLine("product.product_product_8", 7, 1399.99)]),
)


@dataclass
class Book:
    """One company's books: its tenant in Odoo and the documents that shall go to Xero."""

    company: DemoCompany
    company_id: int
    name: str
    tenant_id: int = 0
    organisation_id: str = ""
    documents: dict = field(default_factory=dict)


class Story:
    """The steps of the demo, as one logged-in person."""

    def __init__(self, session, client_id, client_secret):
        self.session = session
        self.app_id = session.call(
            "xero.app",
            "create",
            {"name": "Demo", "client_id": client_id, "client_secret": client_secret},
        )

    def prepare(self, company):
        """Confirm orders, connect the company's tenant, and map what does not map by itself."""
        book = self.open_book(company)
        say(f"\n{book.name}: confirming {len(ORDERS)} purchase orders")
        for vendor, lines in ORDERS:
            self._confirm_order(book, vendor, lines)
        say(f"{book.name}: posting a sales receipt and a purchase receipt")
        for move_type, partner, line in RECEIPTS:
            self._post_receipt(book, move_type, partner, line)
        say(f"{book.name}: connecting to {company.organisation} through Xero's consent page")
        self.connect(book, **dict.fromkeys(ALL_KINDS, True))
        for name, counterpart in self.map(book):
            say(f"{book.name}: {name} goes to {counterpart}")
        book.documents = {
            model: self.search(book, model, [*domain, ("company_id", "=", book.company_id)])
            for model, domain in MODULE_DOCUMENTS.items()
        }
        return book

    def open_book(self, company):
        """Find the demo company."""
        company_id = self._id_of(company.xml_id)
        [values] = self.session.call("res.company", "read", [company_id], ["name"])
        return Book(company, company_id, values["name"])

    def connect(self, book, **choices):
        """Create a tenant for the company, give Xero's consent, and have its settings read.

        :param choices: Options of the tenant that differ from how it begins.
        """
        book.tenant_id = self.call(
            book,
            "xero.tenant",
            "create",
            {
                "name": book.name,
                "company_id": book.company_id,
                "app_id": self.app_id,
                **choices,
            },
        )
        connect(self.session, book.tenant_id, book.company.organisation)
        fields = ["settings_pulled_at", "organisation_id"]
        [tenant] = self.read(book, "xero.tenant", [book.tenant_id], fields)
        book.organisation_id = tenant["organisation_id"]
        if not tenant["settings_pulled_at"]:
            self.call(book, "xero.tenant", "action_pull_settings", [book.tenant_id])

    def map(self, book):
        """Choose what the documents use and what did not map by itself; return the choices."""
        return [*self._map_taxes(book), *self._map_accounts(book)]

    def send(self, book):
        """Press Send to Xero: on the moves as a button, on the orders as the list's action."""
        moves, orders = book.documents["account.move"], book.documents["purchase.order"]
        say(
            f"{book.name}: sending {len(moves)} invoices, bills, credit notes and receipts, and "
            f"{len(orders)} purchase orders"
        )
        self.call(book, "account.move", "action_xero_push", moves)
        action = self._id_of("xero_connector.action_server_xero_push_purchase_order")
        context = {
            "active_model": "purchase.order",
            "active_ids": orders,
            "active_id": orders[0],
        }
        self.call(book, "ir.actions.server", "run", [action], context=context)

    def is_under_way(self, book):
        """Say whether a document still waits for its outcome."""
        return any(
            document["xero_state"] in UNDER_WAY
            for model, ids in book.documents.items()
            for document in self.read(book, model, ids, ["xero_state"])
        )

    # === STEPS === #

    def _post_receipt(self, book, move_type, partner, line):
        receipt = self.call(
            book,
            "account.move",
            "create",
            {
                "move_type": move_type,
                "partner_id": self._id_of(partner),
                "invoice_date": datetime.now(timezone.utc).date().isoformat(),
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self._id_of(line.product),
                            "quantity": line.quantity,
                            "price_unit": line.price,
                        },
                    )
                ],
            },
        )
        self.call(book, "account.move", "action_post", [receipt])

    def _confirm_order(self, book, vendor, lines):
        domain = [
            ("company_id", "=", book.company_id),
            ("type_tax_use", "=", "purchase"),
            ("name", "=", book.company.purchase_tax),
        ]
        taxes = self.search(book, "account.tax", domain)
        if len(taxes) != 1:
            raise Trouble(f"{book.name} has {len(taxes)} taxes called {book.company.purchase_tax}.")
        order = self.call(
            book,
            "purchase.order",
            "create",
            {
                "partner_id": self._id_of(vendor),
                "company_id": book.company_id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self._id_of(line.product),
                            "product_qty": line.quantity,
                            "price_unit": line.price,
                            "tax_ids": [(6, 0, taxes if line.taxed else [])],
                        },
                    )
                    for line in lines
                ],
            },
        )
        self.call(book, "purchase.order", "button_confirm", [order])

    def _map_taxes(self, book):
        rows = self._unmapped(book, "xero.tax.mapping", ["tax_id", "type_tax_use"])
        for row in rows:
            [tax] = self.read(book, "account.tax", [row["tax_id"][0]], ["name"])
            tax_type = book.company.taxes.get((row["type_tax_use"], tax["name"]))
            if tax_type:
                domain = [("tenant_id", "=", book.tenant_id), ("tax_type", "=", tax_type)]
                rate = self._choose(
                    book, "xero.tax.mapping", row, "rate_id", "xero.tax.rate", domain
                )
                yield f"tax {tax['name']} ({row['type_tax_use']})", rate

    def _map_accounts(self, book):
        fields = ["account_id", "account_type", "account_name"]
        rows = self._unmapped(book, "xero.account.mapping", fields)
        for row in rows:
            code = book.company.accounts.get(row["account_type"])
            if code:
                domain = [("tenant_id", "=", book.tenant_id), ("code", "=", code)]
                account = self._choose(
                    book, "xero.account.mapping", row, "xero_account_id", "xero.account", domain
                )
                yield f"account {row['account_name']}", account

    def _unmapped(self, book, model, fields):
        """Return the rows without counterpart that the documents use."""
        domain = [
            ("tenant_id", "=", book.tenant_id), ("state", "=", "unmapped"), ("usage", ">", 0),
        ]
        return self.call(book, model, "search_read", domain, fields)

    def _choose(self, book, model, row, field, target_model, domain):
        """Fill a mapping row as the person would in the list; return the counterpart's name."""
        found = self.call(book, target_model, "search_read", domain, ["display_name"])
        if len(found) != 1:
            raise Trouble(f"{book.name}: {len(found)} counterparts in Xero fit {domain}.")
        self.call(book, model, "write", [row["id"]], {field: found[0]["id"]})
        return found[0]["display_name"]

    # === CALLS === #

    def call(self, book, model, method, *arguments, context=None, **keywords):
        """Call a method as the person works: in the company of the book."""
        context = {"allowed_company_ids": [book.company_id], **(context or {})}
        return self.session.call(model, method, *arguments, context=context, **keywords)

    def read(self, book, model, ids, fields):
        return self.call(book, model, "read", ids, fields, load="_classic_read")

    def search(self, book, model, domain):
        return self.call(book, model, "search", domain, order="id")

    def _id_of(self, xml_id):
        module, name = xml_id.split(".")
        domain = [("module", "=", module), ("name", "=", name)]
        found = self.session.call("ir.model.data", "search_read", domain, ["res_id"])
        if not found:
            raise Trouble(f"The demo database lacks {xml_id}: run ./dev clean and start again.")
        return found[0]["res_id"]
