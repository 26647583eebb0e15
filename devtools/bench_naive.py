"""The yardstick of a benchmark: invoices sent as it is often done, one by one.

Each record is read by itself with nothing in memory, its accounts and taxes are looked up line by
line, it goes in a call of its own, and its outcome is written and committed before the next. What
the connector proves (totals to the cent, who is who after a lost answer) is left out.
"""

import json
import sys
import time
from dataclasses import dataclass

from .bench_scheduler import measured


@dataclass
class Naive:
    """What one document needed."""

    calls: float
    sql: float
    cpu: float


def send(tenant, invoices):
    """Send invoices whose customers and items stand in Xero already, and return what it cost."""
    from odoo.addons.xero_connector.models import xero_transport
    from odoo.addons.xero_connector.xero import client

    env = tenant.env
    with measured() as cost:
        for invoice in invoices:
            env.invalidate_all()
            body = json.dumps({"Invoices": [_element(tenant, invoice)]}).encode()
            key = f"naive-{invoice.id}-{time.time_ns()}"
            call = client.Call("PUT", "Invoices", body=body, key=key)
            answer = xero_transport.send(env, tenant, call)
            [element] = json.loads(answer.body)["Invoices"]
            if element.get("ValidationErrors"):
                sys.exit(f"{invoice.name} was refused: {element['ValidationErrors']}")
            env["xero.link"].create(
                {
                    "tenant_id": tenant.id,
                    "res_model": "account.move",
                    "res_id": invoice.id,
                    "resource": "Invoices",
                    "state": "sent",
                    "xero_id": element["InvoiceID"],
                    "xero_number": element["InvoiceNumber"],
                }
            )
            env.cr.commit()
    count = len(invoices)
    return Naive(1, cost.sql / count, cost.cpu / count)


def _element(tenant, invoice):
    """One invoice as a plain dictionary."""
    return {
        "Type": "ACCREC",
        "InvoiceNumber": invoice.name,
        "Contact": {"ContactID": _link(tenant, invoice.commercial_partner_id).xero_id},
        "Date": invoice.invoice_date.isoformat(),
        "DueDate": invoice.invoice_date_due.isoformat(),
        "CurrencyCode": invoice.currency_id.name,
        "LineAmountTypes": "Exclusive",
        "LineItems": [_line(tenant, line) for line in invoice.invoice_line_ids],
    }


def _line(tenant, line):
    env, mine = tenant.env, ("tenant_id", "=", tenant.id)
    account = env["xero.account.mapping"].search([mine, ("account_id", "=", line.account_id.id)])
    tax = env["xero.tax.mapping"].search([mine, ("tax_id", "=", line.tax_ids.id)])
    return {
        "Description": line.name,
        "Quantity": line.quantity,
        "UnitAmount": line.price_unit,
        "ItemCode": line.product_id.default_code or None,
        "AccountCode": account.xero_account_id.code,
        "TaxType": tax.rate_id.tax_type,
    }


def _link(tenant, record):
    return tenant.env["xero.link"].search(
        [
            ("tenant_id", "=", tenant.id),
            ("res_model", "=", record._name),
            ("res_id", "=", record.id),
        ]
    )
