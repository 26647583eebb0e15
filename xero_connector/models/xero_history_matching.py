"""Comparing what was read with Odoo's documents, and linking what is the same for certain."""

from decimal import Decimal

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..xero import history as matching
from .xero_history_document import ODOO_COLUMNS
from .xero_link import IN_DOUBT

# Odoo's type of each kind; orders are a model of their own.
MOVE_TYPES = {
    "invoice": "out_invoice",
    "bill": "in_invoice",
    "credit": "out_refund",
    "vendor_credit": "in_refund",
}

# Kinds whose number we give; two vendors may number their documents alike.
OWN_NUMBERS = ("invoice", "credit", "order")

# Documents that are linked in one transaction.
CHUNK = 1000


class XeroHistory(models.Model):
    _inherit = "xero.history"

    # === THE COMPARISON === #

    def _match(self):
        """Compare all kinds. What is linked is committed chunk by chunk; an interrupted
        comparison begins again, without what is linked already.
        """
        for kind in (*MOVE_TYPES, "order"):
            if not self._match_kind(kind):
                self.tenant_id._wake()
                return
        self.write({"state": "done", "done_at": self.env.cr.now(), "notice": False})
        self._tell_done()
        self.tenant_id._commit_progress(0, 0)

    def _match_kind(self, kind):
        """Compare the documents of one kind and link those that are the same for certain.

        :return: whether all of them are through; False when the scheduler's time is over
        """
        self._forget_pairs(kind)
        self._list_odoo(kind)
        odoo, xero = self._documents_of_odoo(kind), self._documents_of_xero(kind)
        found = matching.match(odoo, xero, own_numbers=kind in OWN_NUMBERS)
        self._write_doubts(found, odoo, xero)
        rows = self.env["xero.history.document"]
        for pairs in split_every(CHUNK, found.certain.items()):
            rows._merge([(*pair, None) for pair in pairs], "differs")
            self._link(rows.browse([xero_id for _odoo_id, xero_id in pairs]))
            if self.tenant_id._commit_progress(len(pairs), 1) <= 0:
                return False
        return True

    def _write_doubts(self, found, odoo, xero):
        """Write what a person has to look at."""
        odoo = {one.key: one for one in odoo}
        xero = {one.key: one for one in xero}
        self.env["xero.history.document"]._merge([
            (key, other, ",".join(matching.differences(odoo[key], xero[other])))
            for key, other in found.doubtful.items()
        ], "differs")
        ambiguous = [*found.ambiguous_odoo, *found.ambiguous_xero]
        self.env.cr.execute(SQL(
            "UPDATE xero_history_document SET result = 'ambiguous' WHERE id = ANY(%s)", ambiguous
        ))
        self.env.invalidate_all(flush=False)

    # === ROWS === #

    def _forget_pairs(self, kind):
        """Begin with bare rows of Xero: those of an earlier search that it does not hold any
        more go, and so do those that are linked meanwhile.
        """
        rows = self.env["xero.history.document"]
        mine = Domain([
            ("history_id", "=", self.id), ("kind", "=", kind), ("result", "!=", "linked"),
        ])
        rows.search(mine & Domain([("xero_id", "!=", False), ("res_id", "!=", False)]))._separate()
        rows.search(mine & Domain([("result", "=", "ambiguous")])).write({"result": "only_xero"})
        linked = self.env["xero.link"]._search([
            ("tenant_id", "=", self.tenant_id.id), ("xero_id", "!=", False),
        ])
        rows.search(
            mine & Domain("xero_id", "!=", False)
            & (Domain("round", "!=", self.round)
               | Domain("xero_id", "in", linked.subselect("xero_id")))
        ).unlink()

    def _list_odoo(self, kind):
        """List Odoo's documents that stand in no organisation, each in a row of its own."""
        self.env.flush_all()
        query, columns = self._order_query() if kind == "order" else self._move_query(kind)
        names = ("history_id", "company_id", "round", "kind", "result", "ignored", *ODOO_COLUMNS)
        self.env.execute_query(SQL(
            "INSERT INTO xero_history_document (%s) %s"
            " ON CONFLICT (history_id, kind, res_id) WHERE xero_id IS NULL DO UPDATE SET %s",
            SQL(", ").join(map(SQL.identifier, names)),
            query.select(
                SQL("%s", self.id), SQL("%s", self.company_id.id), SQL("%s", self.round),
                SQL("%s", kind), SQL("'only_odoo'"), SQL("FALSE"), *columns,
            ),
            SQL(", ").join(
                SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                for name in ("result", "round", *ODOO_COLUMNS)
            ),
        ))
        self.env["xero.history.document"].search([
            ("history_id", "=", self.id),
            ("kind", "=", kind),
            ("xero_id", "=", False),
            ("res_id", "not in", query.subselect()),
        ]).unlink()
        self.env.invalidate_all(flush=False)

    def _move_query(self, kind):
        """Posted documents of a type, and the values of `ODOO_COLUMNS` of them."""
        query = self._candidates("account.move", Domain([
            ("move_type", "=", MOVE_TYPES[kind]),
            ("state", "=", "posted"),
        ]))
        names = ("id", "name", "ref", "commercial_partner_id", "invoice_date", "currency_id",
                 "amount_total")
        return query, [SQL("'account.move'"), *(
            SQL.identifier("account_move", name) for name in names
        )]

    def _order_query(self):
        """Confirmed orders. Their day is that of the buyer's time zone, as it is sent."""
        query = self._candidates("purchase.order", Domain("state", "=", "purchase"))
        vendor = query.left_join("purchase_order", "partner_id", "res_partner", "id", "vendor")
        user = query.left_join("purchase_order", "user_id", "res_users", "id", "user")
        buyer = query.left_join(user, "partner_id", "res_partner", "id", "buyer")
        day = SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(%s, %s))::date",
            SQL.identifier("purchase_order", "date_order"),
            SQL.identifier(buyer, "tz"),
            self.company_id.partner_id.tz or "UTC",
        )
        query.add_where(SQL("%s >= %s", day, self.date_from))
        return query, [
            SQL("'purchase.order'"),
            SQL.identifier("purchase_order", "id"),
            SQL.identifier("purchase_order", "name"),
            SQL.identifier("purchase_order", "partner_ref"),
            SQL.identifier(vendor, "commercial_partner_id"),
            day,
            SQL.identifier("purchase_order", "currency_id"),
            SQL.identifier("purchase_order", "amount_total"),
        ]

    def _candidates(self, model, domain):
        """Documents of the company that go to this tenant and stand in no organisation yet."""
        held = self.env["xero.link"]._search(
            Domain("res_model", "=", model)
            & (
                Domain("xero_id", "!=", False)
                | Domain("state", "in", IN_DOUBT)
                | Domain("tenant_id", "!=", self.tenant_id.id)
            )
        )
        records = self.env[model].with_company(self.company_id).with_context(active_test=False)
        return records._search(
            domain
            & records._xero_since_domain(self.date_from)
            & Domain("company_id", "=", self.company_id.id)
            & records._xero_routing_domain(self.tenant_id)
            & Domain("id", "not in", held.subselect("res_id")),
            order="id",
        )

    # === DOCUMENTS === #

    def _documents_of_odoo(self, kind):
        contact_ids = {
            link.res_id: link.xero_id
            for link in self.env["xero.link"].search_fetch(
                [
                    ("tenant_id", "=", self.tenant_id.id),
                    ("res_model", "=", "res.partner"),
                    ("xero_id", "!=", False),
                ],
                ["res_id", "xero_id"],
            )
        }
        rows = self.env.execute_query(SQL(
            "SELECT d.id, d.odoo_number, d.odoo_reference, d.odoo_partner_id, p.name, d.odoo_date,"
            " c.name, d.odoo_total FROM xero_history_document d"
            " LEFT JOIN res_partner p ON p.id = d.odoo_partner_id"
            " LEFT JOIN res_currency c ON c.id = d.odoo_currency_id"
            " WHERE d.history_id = %s AND d.kind = %s AND d.xero_id IS NULL",
            self.id, kind,
        ))
        documents = []
        for row_id, number, reference, partner_id, name, date, currency, total in rows:
            # A customer's reference is theirs, a vendor's is the number of the bill.
            numbers = (number,) if kind in OWN_NUMBERS else (number, reference)
            documents.append(matching.of_odoo(
                row_id, numbers, contact_ids.get(partner_id), name, date, currency,
                Decimal(str(total)),
            ))
        return documents

    def _documents_of_xero(self, kind):
        rows = self.env.execute_query(SQL(
            "SELECT d.id, d.xero_number, d.xero_reference, d.xero_contact_id, d.xero_contact,"
            " d.xero_date, c.name, d.xero_total FROM xero_history_document d"
            " LEFT JOIN res_currency c ON c.id = d.xero_currency_id"
            " WHERE d.history_id = %s AND d.kind = %s AND d.xero_id IS NOT NULL"
            " AND d.result != 'linked'",
            self.id, kind,
        ))
        return [
            matching.of_xero(
                row_id, (number, reference), contact_id, contact, date, currency,
                Decimal(str(total)),
            )
            for row_id, number, reference, contact_id, contact, date, currency, total in rows
        ]

    # === LINKS === #

    def _link(self, rows):
        """Link the pairs in `rows`; nothing is written in Xero.

        What cannot be linked any more is taken apart again.

        :param rows: `xero.history.document` of one search and kind, both sides filled
        :return: the rows that could not be linked
        """
        links = self.env["xero.link"].sudo()
        records = self.env[rows[0].res_model].sudo().browse(rows.mapped("res_id"))
        by_record = dict(zip(rows.mapped("res_id"), rows, strict=True))
        refused = links._adopt(self.tenant_id, {
            record: (row.xero_id, row.xero_number or False, row.xero_status)
            for record, row in zip(records, rows, strict=True)
        })
        left = rows.browse([by_record[record.id].id for record in refused])
        linked = rows - left
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE xero_link l SET xero_untaxed = d.xero_untaxed, xero_tax = d.xero_tax,"
            " xero_total = d.xero_total, currency_id = d.xero_currency_id,"
            " xero_due = d.xero_due, xero_paid = d.xero_paid, xero_credited = d.xero_credited,"
            " xero_updated_at = d.xero_updated_at, seen_at = d.read_at"
            " FROM xero_history_document d"
            " WHERE d.id = ANY(%s) AND l.tenant_id = %s"
            " AND l.res_model = d.res_model AND l.res_id = d.res_id",
            linked.ids, self.tenant_id.id,
        ))
        self.env.cr.execute(SQL(
            "UPDATE xero_history_document SET result = 'linked', differences = NULL,"
            " ignored = FALSE WHERE id = ANY(%s)",
            linked.ids,
        ))
        self.env.invalidate_all(flush=False)
        left._separate()
        self._follow_up(linked)
        return left

    def _follow_up(self, linked):
        """What changed in Xero since these were read, and their payments, nobody has taken in."""
        polls = self.env["xero.poll"].sudo()
        if moments := linked.filtered("read_at").mapped("read_at"):
            resources = {link.resource for link in self.env["xero.link"].sudo().search([
                ("tenant_id", "=", self.tenant_id.id), ("xero_id", "in", linked.mapped("xero_id")),
            ])}
            polls._read_again(self.tenant_id, list(resources), min(moments))
        polls._make_due(self.tenant_id, "AllPayments")

    # === OUTCOME === #

    def _tell_done(self):
        """Tell the person who asked what was found."""
        if not self.asked_by_id:
            return
        self.asked_by_id._bus_send("xero_connector.outcome", {
            "model": self._name,
            "res_ids": self.ids,
            "tenant": self.tenant_id.name,
            "sent": self.linked_count,
            "failed": 0,
            "message": self.with_context(lang=self.asked_by_id.lang).env._(
                "Linked with documents that are in Xero already: %(linked)s. To look at: %(open)s.",
                linked=self.linked_count,
                open=self.open_count,
            ),
            "text": True,
        })
