"""The tax of every line of a booked document, where that can be told without Odoo's tax engine.

Xero rounds the tax of each line by itself. Where the taxes that Odoo has booked are just the sums
of such line taxes, these are the lines' taxes, and the engine, which is asked for every other
document, would only take its time to say so (half of all that building a document costs).
"""

# Lines that say nothing of taxes, or whose taxes are looked at here. Rounding, early payment
# discounts and non-deductible parts are the engine's.
KNOWN_LINES = frozenset({
    "product", "tax", "payment_term", "line_section", "line_subsection", "line_note", "cogs",
})


def base_lines_of(move):
    """The priced lines of a posted document with their taxes.

    :param move: an `account.move`
    :return: as of `_get_rounded_base_and_tax_lines`, the part that `xero_lines` reads; None where
        only the engine can tell
    :rtype: list[dict] | None
    """
    booked, base_lines, currency = {}, [], move.currency_id
    for line in move.line_ids:
        kind = line.display_type
        if kind not in KNOWN_LINES:
            return None
        if kind == "tax":
            booked[line.tax_line_id] = booked.get(line.tax_line_id, 0) + line.amount_currency
        elif kind == "product":
            if line.extra_tax_data or not all(map(_is_plain, line.tax_ids)):
                return None
            if len(line.tax_ids) > 1:
                return None
            base_lines.append(_base_line(line, currency))
    for base_line in base_lines:
        for data in base_line["tax_details"]["taxes_data"]:
            booked[data["tax"]] = booked.get(data["tax"], 0) - data["tax_amount_currency"]
    if not all(map(currency.is_zero, booked.values())):
        return None
    sign = move.direction_sign
    for base_line in base_lines:
        for data in base_line["tax_details"]["taxes_data"]:
            data["tax_amount_currency"] *= sign
    return base_lines


def _is_plain(tax):
    """Whether a tax is one percentage, booked whole on one line."""
    return tax.amount_type == "percent" and not tax.has_negative_factor


def _base_line(line, currency):
    """One line; the tax has the sign of the booking still."""
    return {
        "record": line,
        "quantity": line.quantity,
        "price_unit": line.price_unit,
        "discount": line.discount,
        "tax_details": {"taxes_data": [
            {
                "tax": tax,
                "tax_amount_currency": currency.round(line.amount_currency * tax.amount / 100),
            }
            for tax in line.tax_ids
        ]},
    }
