"""One priced line of Odoo as the lines that Xero holds for it."""

from decimal import Decimal

from ..xero import documents


def lines_of(tables, base_line, booking, currency, description, item_code=None):
    """The lines of Xero for one base line of Odoo's tax engine, rounded.

    Net amount and tax are those of the engine with its deltas, so that the lines add up to the
    document's totals whichever rounding the company uses.

    :param tables: the tenant's `XeroTables`
    :param dict base_line: after `_round_base_lines_tax_details`; its `record` is the Odoo line
    :param booking: the `Booking` of the line
    :param currency: the document's `res.currency`
    :param str description: what the line says
    :param str item_code: of the product's item, where the document names it
    :return: usually one line
    :rtype: tuple[documents.Line, ...]
    :raises Blocked: if Xero cannot hold the line
    """
    details = base_line["tax_details"]
    net = details["total_excluded_currency"] + details["delta_total_excluded_currency"]
    tax = sum(data["tax_amount_currency"] for data in details["taxes_data"])
    line = documents.Line(
        description=description,
        quantity=Decimal(repr(base_line["quantity"])),
        unit_price=Decimal(repr(base_line["price_unit"])),
        discount=Decimal(repr(base_line["discount"])),
        price_included=any(data["tax"].price_include for data in details["taxes_data"]),
        net=tables.amount(net, currency),
        tax=tables.amount(tax, currency),
        rate=booking.rate,
        tax_type=booking.tax_type,
        account_code=booking.account_code,
        item_code=item_code,
    )
    return tables.tracking.lines_of(base_line["record"], line, currency)
