"""Posted invoices for benchmarks: made, marked and changed in a process of its own.

What Odoo needs of memory to post thousands of invoices shall not be counted as the connector's.
Most invoices of a large set are copies, row by row, of some that Odoo itself has posted: the same
lines, taxes and totals under numbers of their own, for other customers.

    python -m devtools.bench_documents DATABASE TENANT ACTION JSON
"""

import json
import sys

from .bench_tenant import environment_of, tenant_of
from .live import Session

MAKER = "devtools.bench_documents"
LINES = 5
POSTED_BY_ODOO = 500  # the others are copies

# Columns of the copies that say whose they are.
CUSTOMER_COLUMNS = ("partner_id", "commercial_partner_id", "partner_shipping_id")
LINE_RELATIONS = (
    ("account_move_line_account_tax_rel", "account_move_line_id", "account_tax_id"),
    ("account_account_tag_account_move_line_rel", "account_move_line_id", "account_account_tag_id"),
)


def make_and_mark(books, tenant_id, invoices, customers=0, items=0):
    """Make invoices in a process of their own and mark them; see `make`."""
    values = {"invoices": invoices, "customers": customers, "items": items}
    books.run_apart(MAKER, tenant_id, "make", json.dumps(values))
    books.run_apart(MAKER, tenant_id, "mark")


def make(tenant, invoices, customers=0, items=0):
    """Make posted invoices of five lines.

    :param int customers: for so many new ones; none: for those that were made before
    :param int items: with so many new products that have codes; none: with those made before
    """
    partners = _customers(tenant.env, customers)
    products = _products(tenant, items)
    first = _post(tenant.env, partners, products, min(invoices, POSTED_BY_ODOO))
    for start in range(len(first), invoices, len(first)):
        chunk = first[: invoices - start]
        places = range(start, start + len(chunk))
        _copy(tenant.env, chunk, [partners[place % len(partners)].id for place in places])


def mark(tenant):
    """Press Send to Xero on every invoice that has not been sent; the scheduler is not woken."""
    invoices = invoices_of(tenant.env).filtered(lambda move: not move.xero_link_ids)
    triggers = tenant.env["ir.cron.trigger"]
    last = triggers.search([], order="id desc", limit=1).id or 0
    invoices.action_xero_push()
    triggers.search([("id", ">", last)]).unlink()


def change(tenant):
    """Reset every invoice to draft, change the price of its first line, and post it again."""
    invoices = invoices_of(tenant.env)
    invoices.button_draft()
    lines = tenant.env["account.move.line"]
    lines.union(*(move.invoice_line_ids[0] for move in invoices)).price_unit = 33.33
    invoices.action_post()


def _customers(env, count):
    known = env["res.partner"].search([("ref", "=like", "BENCH%")], order="id")
    if not count:
        return known
    return known.create(
        [
            {"name": f"Customer {number:04}", "is_company": True, "ref": f"BENCH{number:04}"}
            for number in range(len(known), len(known) + count)
        ]
    )


def _products(tenant, count):
    known = tenant.env["product.product"].search([("default_code", "=like", "ART%")], order="id")
    tenant.send_item_codes = bool(count or known)
    if not count:
        return known
    return known.create(
        [
            {
                "name": f"Article {number:03}",
                "default_code": f"ART{number:03}",
                "list_price": 10 + number,
                "taxes_id": [(6, 0, tenant.company_id.account_sale_tax_id.ids)],
            }
            for number in range(len(known), len(known) + count)
        ]
    )


def _post(env, partners, products, count):
    """Let Odoo make and post invoices, with odd prices."""
    tax = env.company.account_sale_tax_id
    moves = env["account.move"]
    for start in range(0, count, 100):
        chunk = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partners[number % len(partners)].id,
                    "invoice_date": "2026-01-15",
                    "invoice_line_ids": [
                        (0, 0, _line(products, number * LINES + line, tax)) for line in range(LINES)
                    ],
                }
                for number in range(start, min(start + 100, count))
            ]
        )
        chunk.action_post()
        moves |= chunk
    return moves


def _line(products, number, tax):
    product = products[number % len(products)] if products else products
    return {
        "product_id": product.id,
        "name": product.name or f"Service {number}",
        "quantity": number % LINES + 1,
        "price_unit": 10.05 + number % 997 / 100,
        "tax_ids": [(6, 0, tax.ids)],
    }


def _copy(env, moves, partner_ids):
    """Copy posted invoices, each for the customer at its place, with the numbers that follow."""
    env.flush_all()
    cr = env.cr
    last = invoices_of(env).sorted("sequence_number")[-1:].sequence_number
    cr.execute(
        """
        CREATE TEMPORARY TABLE copied_move ON COMMIT DROP AS
        SELECT old_id, nextval('account_move_id_seq')::int AS new_id, partner_id,
               (%s + place)::int AS number
          FROM unnest(%s, %s) WITH ORDINALITY AS copied (old_id, partner_id, place);
        CREATE TEMPORARY TABLE copied_line ON COMMIT DROP AS
        SELECT line.id AS old_id, nextval('account_move_line_id_seq')::int AS new_id,
               copied_move.new_id AS new_move_id, copied_move.partner_id
          FROM account_move_line line JOIN copied_move ON copied_move.old_id = line.move_id
        """,
        (last, moves.ids, partner_ids),
    )
    name = "sequence_prefix || lpad(copied.number::text, 5, '0')"
    _copy_rows(
        env,
        "account_move",
        "copied_move",
        {
            "name": name,
            "payment_reference": name,
            "sequence_number": "copied.number",
            **dict.fromkeys(CUSTOMER_COLUMNS, "copied.partner_id"),
        },
    )
    _copy_rows(
        env,
        "account_move_line",
        "copied_line",
        {
            "move_id": "copied.new_move_id",
            "partner_id": "copied.partner_id",
            "move_name": "(SELECT name FROM account_move WHERE id = copied.new_move_id)",
        },
    )
    for table, line, other in LINE_RELATIONS:
        cr.execute(
            f"INSERT INTO {table} ({line}, {other}) SELECT copied.new_id, rel.{other}"
            f" FROM {table} rel JOIN copied_line copied ON copied.old_id = rel.{line}"
        )
    cr.execute("DROP TABLE copied_move, copied_line")
    env.invalidate_all()


def _copy_rows(env, table, copied, values):
    """Copy the rows of `table` that `copied` names; `values` are expressions of some columns."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name != 'id' AND is_generated = 'NEVER'",
        (table,),
    )
    columns = [column for (column,) in env.cr.fetchall()]
    taken = ", ".join(values.get(column, f'source."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    env.cr.execute(
        f"INSERT INTO {table} (id, {names}) SELECT copied.new_id, {taken}"
        f" FROM {table} source JOIN {copied} copied ON copied.old_id = source.id"
        " ORDER BY copied.new_id"
    )


def invoices_of(env):
    """The invoices of the customers that were made here."""
    return env["account.move"].search(
        [("partner_id.ref", "=like", "BENCH%"), ("company_id", "=", env.company.id)], order="id"
    )


ACTIONS = {"make": make, "mark": mark, "change": change}


def main(database, tenant_id, action, values="{}"):
    """Do one action in a tenant's company and commit it."""
    with environment_of(Session.current().odoo, database) as env:
        ACTIONS[action](tenant_of(env, int(tenant_id)), **json.loads(values))
        env.cr.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
