"""The rows of the report: what Xero holds, what Odoo holds, and what became of the two."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..xero import const

# Xero's page of each kind: keys of `const.WEB_PATHS`.
PAGES = {
    "invoice": "Invoices",
    "bill": "Bills",
    "credit": "CreditNotes",
    "vendor_credit": "VendorCredits",
    "order": "PurchaseOrders",
}

RESULTS = [
    ("linked", "Linked"),
    ("differs", "Differs"),
    ("ambiguous", "Several Fit"),
    ("only_odoo", "Only in Odoo"),
    ("only_xero", "Only in Xero"),
]

# Kinds that the connector sends.
SENT = ("invoice", "order")

# States of Odoo's documents that may stand in Xero.
STANDING = ("posted", "purchase")

# Odoo's side of a row; the rest of it is Xero's.
ODOO_COLUMNS = (
    "res_model", "res_id", "odoo_number", "odoo_reference", "odoo_partner_id", "odoo_date",
    "odoo_currency_id", "odoo_total",
)


class XeroHistoryDocument(models.Model):
    """A document of Xero, a document of Odoo, or a pair of both.

    Rows are written in bulk by the search; a person only chooses.
    """

    _name = "xero.history.document"
    _description = "Document in Xero or Odoo"
    _inherit = "xero.fixed.mixin"
    # What the row speaks of: linking trusts it.
    _fixed_fields = ("history_id", "company_id", "kind", "result", "xero_id", "res_model", "res_id")
    _given_fields = ()
    _order = "history_id, kind, odoo_date desc, xero_date desc, id"

    # === FIELDS === #

    history_id = fields.Many2one(
        "xero.history", required=True, index=True, ondelete="cascade", readonly=True
    )
    tenant_id = fields.Many2one(related="history_id.tenant_id")
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    round = fields.Integer(readonly=True, help="The search that saw it last.")
    kind = fields.Selection(
        [
            ("invoice", "Invoice"),
            ("bill", "Bill"),
            ("credit", "Credit Note"),
            ("vendor_credit", "Vendor Credit"),
            ("order", "Purchase Order"),
        ],
        required=True,
        readonly=True,
    )
    result = fields.Selection(RESULTS, required=True, readonly=True)
    differences = fields.Char(
        readonly=True, help="What differs: number, contact, date, currency, total."
    )
    ignored = fields.Boolean(help="Nothing has to be done about it.")
    odoo_text = fields.Text("In Odoo", compute="_compute_texts", compute_sudo=True)
    xero_text = fields.Text("In Xero", compute="_compute_texts", compute_sudo=True)
    message = fields.Text("What to Do", compute="_compute_message", compute_sudo=True)
    counterpart_id = fields.Many2one(
        "xero.history.document",
        string="Is the Same As",
        index="btree_not_null",
        ondelete="set null",
        help="Choose the same document on the other side, then press Link.",
    )

    xero_id = fields.Char("Xero ID", readonly=True)
    xero_number = fields.Char("Number in Xero", readonly=True)
    xero_reference = fields.Char("Reference in Xero", readonly=True)
    xero_contact = fields.Char("Contact in Xero", readonly=True)
    xero_contact_id = fields.Char("Xero ID of the Contact", readonly=True)
    xero_date = fields.Date("Date in Xero", readonly=True)
    xero_currency_id = fields.Many2one("res.currency", "Currency in Xero", readonly=True)
    xero_untaxed = fields.Monetary(
        "Subtotal in Xero", currency_field="xero_currency_id", readonly=True, aggregator=None
    )
    xero_tax = fields.Monetary(
        "Tax in Xero", currency_field="xero_currency_id", readonly=True, aggregator=None
    )
    xero_total = fields.Monetary(
        "Total in Xero", currency_field="xero_currency_id", readonly=True, aggregator=None
    )
    xero_due = fields.Monetary(
        "Due in Xero", currency_field="xero_currency_id", readonly=True, aggregator=None
    )
    xero_paid = fields.Monetary(
        "Paid in Xero", currency_field="xero_currency_id", readonly=True, aggregator=None
    )
    xero_credited = fields.Monetary(
        "Credited in Xero", currency_field="xero_currency_id", readonly=True, aggregator=None
    )
    xero_status = fields.Char("Status in Xero", readonly=True)
    xero_updated_at = fields.Datetime("Changed in Xero", readonly=True)
    read_at = fields.Datetime("Read On", readonly=True)

    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    odoo_number = fields.Char("Number in Odoo", readonly=True)
    odoo_reference = fields.Char("Reference in Odoo", readonly=True)
    odoo_partner_id = fields.Many2one(
        "res.partner", "Contact in Odoo", readonly=True, ondelete="set null"
    )
    odoo_date = fields.Date("Date in Odoo", readonly=True)
    odoo_currency_id = fields.Many2one("res.currency", "Currency in Odoo", readonly=True)
    odoo_total = fields.Monetary(
        "Total in Odoo", currency_field="odoo_currency_id", readonly=True, aggregator=None
    )

    _xero_uniq = models.UniqueIndex(
        "(history_id, kind, xero_id) WHERE xero_id IS NOT NULL",
        "This Xero document is listed already.",
    )
    _odoo_uniq = models.UniqueIndex(
        "(history_id, kind, res_id) WHERE xero_id IS NULL",
        "This Odoo document is listed already.",
    )

    # === COMPUTES === #

    @api.depends("odoo_number", "odoo_partner_id", "odoo_date", "odoo_total", "xero_number",
                 "xero_contact", "xero_date", "xero_total")
    def _compute_texts(self):
        for row in self:
            in_odoo, in_xero = bool(row.res_id), bool(row.xero_id)
            row.odoo_text = in_odoo and row._text_of("odoo", row.odoo_partner_id.name)
            row.xero_text = in_xero and row._text_of("xero", row.xero_contact)

    def _text_of(self, side, contact):
        """One side of the row as a person knows it: number, reference, contact, date, total."""
        number, reference = self[f"{side}_number"], self[f"{side}_reference"]
        date = self[f"{side}_date"]
        return " · ".join(filter(None, (
            number or reference or self.env._("(no number)"),
            number and reference != number and reference,
            contact,
            date and format_date(self.env, date),
            self._money(self[f"{side}_total"], self[f"{side}_currency_id"]),
        )))

    @api.depends("odoo_text", "xero_text")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.odoo_text or row.xero_text

    @api.model
    def _search_display_name(self, operator, value):
        # EXTENDS 'base': what a person types to find the same document on the other side
        if operator not in ("ilike", "=ilike", "=like", "like", "=", "in"):
            return NotImplemented
        names = (
            "odoo_number", "odoo_reference", "odoo_partner_id.name", "xero_number",
            "xero_reference", "xero_contact",
        )
        return fields.Domain.OR([(name, operator, value)] for name in names)

    @api.depends("result", "ignored", "differences", "odoo_number", "xero_number")
    def _compute_message(self):
        for row in self:
            row.message = row._sentence()

    def _money(self, amount, currency):
        return currency.format(amount) if currency else f"{amount:.2f}"

    # === SENTENCES === #

    def _sentence(self):
        """What was found of this row, and the next step."""
        self.ensure_one()
        if self.ignored:
            return self.env._("Ignored. Press Take Up Again if there is something to do after all.")
        return {
            "linked": self.env._("Nothing: it stands on both sides and is never sent again."),
            "differs": " ".join((
                *self._difference_sentences(),
                self.env._(
                    "If it is the same document, correct one side or press Link; if not, press "
                    "Separate."
                ),
            )),
            "ambiguous": self.env._(
                "Several documents fit, so none was linked. Choose the right one under Is the "
                "Same As and press Link."
            ),
            "only_odoo": self.env._(
                "Not found in Xero. If it stands there in another way, choose it under Is the "
                "Same As and press Link; else send it, enter it there by hand, or press Ignore."
            ) if self._may_be_sent() else self.env._(
                "Not found in Xero. If it stands there in another way, choose it under Is the "
                "Same As and press Link; else enter it there by hand, or press Ignore."
            ),
            "only_xero": self.env._(
                "Not found in Odoo. If it stands here in another way, choose it under Is the "
                "Same As and press Link; else enter it in Odoo and search again, or press Ignore."
            ),
        }[self.result]

    def _may_be_sent(self):
        """Whether the connector sends documents of this kind and day."""
        since = self.tenant_id.send_since
        return self.kind in SENT and not (since and self.odoo_date and self.odoo_date < since)

    def _difference_sentences(self):
        """One sentence with both values for each difference."""
        nothing = self.env._("none")
        money = {
            side: self._money(self[f"{side}_total"], self[f"{side}_currency_id"])
            for side in ("odoo", "xero")
        }
        sentences = {
            "number": lambda: self.env._(
                "The number is %(odoo)s in Odoo and %(xero)s in Xero.",
                odoo=self.odoo_number or nothing,
                xero=self.xero_number or self.xero_reference or nothing,
            ),
            "contact": lambda: self.env._(
                "The contact is %(odoo)s in Odoo and %(xero)s in Xero.",
                odoo=self.odoo_partner_id.name or nothing,
                xero=self.xero_contact or nothing,
            ),
            "date": lambda: self.env._(
                "The date is %(odoo)s in Odoo and %(xero)s in Xero.",
                odoo=format_date(self.env, self.odoo_date) or nothing,
                xero=format_date(self.env, self.xero_date) or nothing,
            ),
            "currency": lambda: self.env._(
                "The currency is %(odoo)s in Odoo and %(xero)s in Xero.",
                odoo=self.odoo_currency_id.name or nothing,
                xero=self.xero_currency_id.name or self.env._("one that Odoo does not know"),
            ),
            "total": lambda: self.env._(
                "The total is %(odoo)s in Odoo and %(xero)s in Xero.",
                odoo=money["odoo"],
                xero=money["xero"],
            ),
        }
        return [sentences[name]() for name in (self.differences or "").split(",") if name]

    # === ACTIONS === #

    def action_link(self):
        """Link pairs that differ, or rows with the counterpart that a person chose."""
        self.check_access("write")
        for row in self.filtered(lambda row: row.result != "linked"):
            pair = row
            if row.counterpart_id:
                pair = row._merge_with_counterpart()
            elif not (row.res_id and row.xero_id):
                raise UserError(self.env._(
                    "%(document)s has no counterpart yet. Choose one under Is the Same As, then "
                    "press Link.",
                    document=row.display_name,
                ))
            pair._check_standing()
            if refused := pair.history_id._link(pair):
                raise UserError(self.env._(
                    "%(document)s cannot be linked: the document in Xero or the one in Odoo is "
                    "linked to another one meanwhile. Search again to see how they stand.",
                    document=refused[0].display_name,
                ))
        return True

    def action_separate(self):
        """These are not the same document: show each by itself."""
        self.check_access("write")
        self.filtered(
            lambda row: row.result == "differs" and row.res_id and row.xero_id
        )._separate()

    def action_unlink_pair(self):
        """Take back that these are the same document; nothing changes in Xero."""
        self.check_access("write")
        linked = self.filtered(lambda row: row.result == "linked")
        for row in linked:
            self.env["xero.link"].sudo().search([
                ("tenant_id", "=", row.tenant_id.id),
                ("res_model", "=", row.res_model),
                ("res_id", "=", row.res_id),
                ("xero_id", "=", row.xero_id),
                ("adopted", "=", True),
                ("fingerprint", "=", False),
            ]).unlink()
        linked._separate()

    def action_ignore(self):
        """Nothing has to be done about these."""
        self.filtered(lambda row: row.result != "linked").write({"ignored": True})

    def action_take_up(self):
        """Something has to be done about these after all."""
        self.write({"ignored": False})

    def action_open_record(self):
        """Open the Odoo document of this row."""
        self.ensure_one()
        return self.env["xero.link"]._form_of(self.res_model, self.res_id)

    def action_open_in_xero(self):
        """Open the document in Xero, in a new tab."""
        self.ensure_one()
        links = self.env["xero.link"]
        url = const.deep_link(
            PAGES[self.kind],
            self.tenant_id.sudo().short_code,
            self.xero_id,
            base_url=links._web_base_url(),
        )
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def _check_standing(self):
        """Refuse to link what is a draft or cancelled since the search.

        :raises UserError: naming the document
        """
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record or record.state not in STANDING:
            raise UserError(self.env._(
                "%(document)s is not posted or confirmed any more. Search again to see how the "
                "documents stand now.",
                document=self.odoo_number,
            ))

    # === PAIRS === #

    def _merge_with_counterpart(self):
        """Make one row of this row and the one that a person chose; return it."""
        self.ensure_one()
        both = self | self.counterpart_id
        in_odoo = both.filtered(lambda row: row.res_id and not row.xero_id)
        in_xero = both.filtered(lambda row: row.xero_id and not row.res_id)
        if (
            len(in_odoo) != 1 or len(in_xero) != 1
            or in_odoo.history_id != in_xero.history_id or in_odoo.kind != in_xero.kind
        ):
            raise UserError(self.env._(
                "%(one)s and %(other)s cannot be linked: choose a document of the same kind on "
                "the other side that is not linked yet.",
                one=self.display_name,
                other=self.counterpart_id.display_name,
            ))
        in_xero._merge([(in_odoo.id, in_xero.id, None)], "differs")
        return in_xero

    @api.model
    def _merge(self, pairs, result):
        """Make one row of each pair of rows, in a few statements; Odoo's row goes.

        :param list pairs: (id of Odoo's row, id of Xero's row, what differs as text)
        :param str result: of the rows that remain
        """
        if not pairs:
            return
        self.env.flush_all()
        columns = SQL(", ").join(
            SQL("%s = o.%s", SQL.identifier(name), SQL.identifier(name)) for name in ODOO_COLUMNS
        )
        for start in range(0, len(pairs), 1000):
            part = pairs[start : start + 1000]
            odoo_ids, xero_ids, differences = map(list, zip(*part, strict=True))
            self.env.cr.execute(SQL(
                "UPDATE xero_history_document x"
                " SET result = %s, differences = v.differences, counterpart_id = NULL, %s"
                " FROM unnest(%s::int[], %s::int[], %s::varchar[]) v(odoo, xero, differences)"
                " JOIN xero_history_document o ON o.id = v.odoo WHERE x.id = v.xero",
                result, columns, odoo_ids, xero_ids, differences,
            ))
            self.env.cr.execute(SQL(
                "DELETE FROM xero_history_document WHERE id = ANY(%s)", odoo_ids
            ))
        self.env.invalidate_all(flush=False)

    def _separate(self):
        """Make two rows of each pair: Odoo's and Xero's."""
        if not self:
            return
        self.env.flush_all()
        copied = SQL(", ").join(map(SQL.identifier, (
            "history_id", "company_id", "round", "kind", *ODOO_COLUMNS,
        )))
        self.env.cr.execute(SQL(
            "INSERT INTO xero_history_document (%s, result, ignored)"
            " SELECT %s, 'only_odoo', FALSE FROM xero_history_document WHERE id IN %s"
            " ON CONFLICT DO NOTHING",
            copied, copied, self._ids,
        ))
        emptied = SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in ODOO_COLUMNS)
        self.env.cr.execute(SQL(
            "UPDATE xero_history_document"
            " SET result = 'only_xero', differences = NULL, %s WHERE id IN %s",
            emptied, self._ids,
        ))
        self.env.invalidate_all(flush=False)
