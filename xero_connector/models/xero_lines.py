"""One priced line of Odoo as the lines that Xero holds for it."""

from decimal import Decimal

from ..xero import documents, rounding
from .xero_sync_mixin import Blocked


def lines_of(tables, base_line, booking, currency, description, item_code=None, net=None):
    """The lines of Xero for one base line of Odoo's tax engine, rounded.

    Net amount and tax are those of the engine with its deltas, so that the lines add up to the
    document's totals whichever rounding the company uses. What was booked is given as `net`: the
    company may round otherwise by now.

    :param tables: the tenant's `XeroTables`
    :param dict base_line: after `_round_base_lines_tax_details`; its `record` is the Odoo line
    :param booking: the `Booking` of the line
    :param currency: the document's `res.currency`
    :param str description: what the line says
    :param str item_code: of the product's item, where the document names it
    :param float net: the line's amount without tax, where it is booked
    :return: the line, and one for each tax of a fixed amount
    :rtype: tuple[documents.Line, ...]
    :raises Blocked: if Xero cannot hold the line
    """
    details = base_line["tax_details"]
    own_lines = _own_lines(tables, base_line, booking, currency)
    if net is None:
        net = details["total_excluded_currency"] + details["delta_total_excluded_currency"]
    tax = sum(data["tax_amount_currency"] for data in details["taxes_data"])
    line = documents.Line(
        description=description,
        quantity=Decimal(repr(base_line["quantity"])),
        unit_price=Decimal(repr(base_line["price_unit"])),
        discount=Decimal(repr(base_line["discount"])),
        price_included=any(data["tax"].price_include for data in details["taxes_data"]),
        net=tables.amount(net, currency),
        tax=tables.amount(tax, currency) - sum(line.net + line.tax for line in own_lines),
        rate=booking.rate,
        tax_type=booking.tax_type,
        account_code=booking.account_code,
        item_code=item_code,
    )
    return (*tables.tracking.lines_of(base_line["record"], line, currency), *own_lines)


# === TAXES OF A FIXED AMOUNT === #

def _own_lines(tables, base_line, booking, currency):
    """The taxes of a fixed amount as lines: Xero's rates are percentages only.

    One that is charged with the line's other taxes carries their rate, any other is without tax.
    """
    every = base_line["tax_details"]["taxes_data"]
    lines = []
    for data in every:
        tax = data["tax"]
        net = tables.amount(data["tax_amount_currency"], currency)
        if tax.amount_type != "fixed" or not net:
            continue
        charged = _is_charged(tables, tax, every)
        own = tables.own_line_booking_of(tax, booking, charged)
        lines.append(documents.Line(
            description=tax.invoice_label or tax.name,
            net=net,
            tax=tables.amount(float(net * own.rate / 100), currency) if charged else Decimal(0),
            rate=own.rate,
            tax_type=own.tax_type,
            account_code=own.account_code,
            from_tax=True,
        ))
    return tuple(lines)


def _is_charged(tables, fixed, every):
    """Whether the other taxes of the line are charged on a fixed one as well.

    :raises Blocked: if some are and some are not; no rate of Xero could be told for it
    """
    order = [data["tax"] for data in every]
    charging = {
        fixed.include_base_amount
        and tax.is_base_affected
        and order.index(tax) > order.index(fixed)
        for tax in order
        if tax.amount_type != "fixed"
    }
    if len(charging) > 1:
        raise Blocked(
            tables.env._(
                "Of the taxes on a line, some are charged on %(tax)s and some are not, which no "
                "rate in Xero says. Enter this document in Xero by hand.",
                tax=fixed.name,
            ),
            fixed,
        )
    return charging == {True}


def totals_of(lines, untaxed, tax, total):
    """The totals that Xero must come to: what became lines of their own is no tax there.

    :param lines: the document's lines
    :param Decimal untaxed: Odoo's untaxed amount, `tax` its tax, `total` its total
    :rtype: documents.Totals
    """
    shift = sum((line.net for line in lines if line.from_tax), Decimal(0))
    return documents.Totals(untaxed=untaxed + shift, tax=tax - shift, total=total)


# === LINES AS WORDS === #

def worded(lines):
    """Lines of no quantity and no amount as words: Xero has no line of nothing.

    :param lines: of `documents.Line`
    :return: the same lines, those of nothing as text lines
    :rtype: tuple[documents.Line, ...]
    """
    return tuple(
        documents.Line.text(f"{line.description}\n{rounding.in_words(line)}")
        if line.quantity == 0 and not line.net and not line.tax
        else line
        for line in lines
    )


def described(description, product, quantity, unit):
    """What a line says, with its unit of measure in words where Xero would not know it.

    :param str description: what the person wrote
    :param product: the `product.product`; may be empty
    :param float quantity: in `unit`
    :param unit: the `uom.uom` of the line; may be empty
    """
    if not product or not unit or unit == product.uom_id:
        return description
    return f"{description}\n{quantity:.12g} {unit.name}"
