"""The yardstick of a benchmark: invoices sent as it is often done, one by one.

Each record is read by itself with nothing in memory, goes in a call of its own, and its outcome is
written and committed before the next. What the connector does besides is left out: proving totals
to the cent, freezing what is sent, finding out what became of a lost answer. Accounts and taxes are
looked up once, which many do not.
"""

import json


def send(tenant, invoices):
    """Send invoices of linked customers, one call each.

    :return: number of calls
    """
    from odoo.addons.xero_connector.models import xero_transport
    from odoo.addons.xero_connector.models.xero_tables import XeroTables
    from odoo.addons.xero_connector.xero import client

    env, tables = tenant.env, XeroTables(tenant)
    for invoice in invoices:
        env.invalidate_all()
        body = json.dumps({"Invoices": [_element(tenant, tables, invoice)]}).encode()
        call = client.Call("PUT", "Invoices", body=body, key=f"naive-{invoice.id}")
        answer = xero_transport.send(env, tenant, call)
        [element] = json.loads(answer.body)["Invoices"]
        assert not element.get("ValidationErrors"), element["ValidationErrors"]
        env["xero.link"].create(
            {
                "tenant_id": tenant.id,
                "res_model": "account.move",
                "res_id": invoice.id,
                "resource": "Invoices",
                "state": "sent",
                "xero_id": element["InvoiceID"],
                "xero_status": element["Status"],
            }
        )
        env.cr.commit()
    return len(invoices)


def _element(tenant, tables, invoice):
    """One invoice as a plain dictionary."""
    contact = tenant.env["xero.link"].search(
        [
            ("tenant_id", "=", tenant.id),
            ("res_model", "=", "res.partner"),
            ("res_id", "=", invoice.commercial_partner_id.id),
        ]
    )
    return {
        "Type": "ACCREC",
        "InvoiceNumber": invoice.name,
        "Contact": {"ContactID": contact.xero_id},
        "Date": invoice.invoice_date.isoformat(),
        "DueDate": invoice.invoice_date_due.isoformat(),
        "CurrencyCode": invoice.currency_id.name,
        "LineAmountTypes": "Exclusive",
        "LineItems": [_line(tables, line) for line in invoice.invoice_line_ids],
    }


def _line(tables, line):
    booking = tables.booking_of(line.tax_ids, line.account_id)
    return {
        "Description": line.name,
        "Quantity": line.quantity,
        "UnitAmount": round(line.price_unit, 4),
        "AccountCode": booking.account_code,
        "TaxType": booking.tax_type,
    }
