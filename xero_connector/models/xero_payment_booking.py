"""Payments in Xero in Odoo's books, and out of them again: as Odoo's own payments and matching."""

from decimal import Decimal

from odoo import Command, models
from odoo.exceptions import UserError

from ..xero import paying
from .xero_payment_sentences import sentence_of

# Documents whose payment brings money in; that of the others takes it out.
INBOUND = ("out_invoice", "out_receipt", "in_refund")
# Xero writes a rate with ten; six of a rate below one are not the cents of a large amount.
RATE_PLACES = 10
REFUNDS = ("out_refund", "in_refund")


class XeroPayment(models.Model):
    _inherit = "xero.payment"

    # === WHAT IS KNOWN === #

    def _note(self):
        """The credit note in Odoo whose allocation this is; empty for anything else."""
        if self.kind != "credit_note":
            return self.env["account.move"]
        link = self.env["xero.link"].search([
            ("tenant_id", "=", self.tenant_id.id),
            ("resource", "=", "CreditNotes"),
            ("xero_id", "=", self.source_id),
        ])
        return self.env["account.move"].browse(link.res_id).exists()

    def _stands(self):
        """Whether what was booked still stands in Odoo."""
        payment, entry = self.payment_id, self.move_id
        return bool(
            payment.state in ("in_process", "paid") or entry.state == "posted" or self.partial_ids
        )

    def _entry(self):
        """The journal entry that was made, if one was."""
        return self.payment_id.move_id or self.move_id

    def _booked(self, document):
        """What stands in Odoo, as `paying.Booked`; None when nothing does."""
        if not self.booked_amount:
            return None
        entry = self._entry()
        kept = entry.line_ids.filtered(
            lambda line: line.account_type not in ("asset_receivable", "liability_payable")
        )
        return paying.Booked(
            as_decimal(self.booked_amount),
            self.booked_date,
            matched=bool(kept.matched_debit_ids or kept.matched_credit_ids)
            or self._pays_another(document, entry.line_ids - kept),
            locked=bool(entry) and self._is_locked(entry.date, entry.journal_id),
        )

    def _pays_another(self, document, lines):
        """Whether a person matched what was booked with another document."""
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        others = (partials.debit_move_id | partials.credit_move_id).move_id
        others -= document | lines.move_id | partials.exchange_move_id
        if self.kind == "credit_note":
            others = others.filtered(lambda move: move.move_type not in REFUNDS)
        return bool(others)

    def _ground(self, document, note, money):
        """What the books allow, as `paying.Ground`."""
        open_amount = document.amount_residual
        if note:
            open_amount = min(open_amount, note.amount_residual)
        needs_entry = not note or not self._is_whole(document, note)
        return paying.Ground(
            posted=document.state == "posted" and (not note or note.state == "posted"),
            open=as_decimal(abs(open_amount)),
            locked=needs_entry and self._is_locked(self.date, self._journal()),
            mapped=self.kind == "credit_note"
            or (bool(self.account_id) and self.account_id._is_mapped()),
            currency=money is not None,
            since=self.tenant_id.payments_since or None,
        )

    def _is_locked(self, day, journal):
        return bool(self.company_id._get_violated_lock_dates(day, False, journal))

    def _journal(self):
        """The journal of what is booked: of the bank, else for entries of other kinds."""
        return self.account_id.journal_id or self.tenant_id._settlement_journal()

    def _money(self, document):
        """What the payment moves, as `paying.Money`; None if it cannot be told for certain."""
        code, own = document.currency_id.name, self.company_id.currency_id.name
        if self.currency_code not in (False, code):
            return None
        if self.kind != "payment" or (self.account_id.kind == "other" and code == own):
            amount = as_decimal(self.amount)
            return paying.Money(code, amount, amount if code == own else None)
        money = paying.money_of(
            as_decimal(self.amount),
            as_decimal(self.bank_amount) or None,
            as_decimal(self.rate, RATE_PLACES) or None,
            document=code,
            # What is new in Xero has no currency before the settings are read; its journal has.
            bank=self.account_id.currency_code
            or self.account_id.journal_id.currency_id.name or own,
            own=own,
        )
        return money if money and self._currency(money) else None

    def _currency(self, money):
        """The active currency of an amount; empty when the company does not use it."""
        known = (self.currency_id | self.company_id.currency_id).filtered(
            lambda one: one.active and one.name == money.currency
        )
        return known or self.env["res.currency"].search([("name", "=", money.currency)])

    def _open_lines(self, document):
        """What a document still owes, on one account."""
        lines = document.line_ids.filtered(
            lambda line: line.account_type in ("asset_receivable", "liability_payable")
            and not line.reconciled
        )
        return lines.filtered(lambda line: line.account_id == lines[:1].account_id)

    def _is_whole(self, document, note):
        """Whether a credit note and its invoice can be matched as they are."""
        wanted = min(document.amount_residual, note.amount_residual)
        lines = self._open_lines(document), self._open_lines(note)
        return (
            document.currency_id.compare_amounts(self.amount, wanted) == 0
            and lines[0].account_id == lines[1].account_id
        )

    # === BOOKING === #

    def _book(self, document, note, money):
        if note and self._is_whole(document, note):
            values = {"partial_ids": [Command.set(self._match(document, note).ids)]}
        elif note:
            values = {"move_id": self._carry_over(document, note).id}
        elif self.account_id.journal_id:
            values = {"payment_id": self._make_payments([(self, document, money)]).id}
        else:
            values = {"move_id": self._write_off(document, money).id}
        self._store_booked(**values)

    def _store_booked(self, **values):
        """:param values: what was made, by the name of its field"""
        self.write({
            **values,
            "state": "registered",
            "message": self._remark(),
            "booked_amount": self.amount,
            "booked_date": self.date,
        })

    def _remark(self):
        """What a bookkeeper should know of a row that is registered."""
        if self.kind in ("overpayment", "prepayment") and self.credit_left:
            return sentence_of(self, "rest_in_xero")
        return False

    def _make_payments(self, wanted):
        """Odoo's own payments, posted and matched, each with its document.

        :param list wanted: (`xero.payment`, document, `paying.Money`), each document once
        :return: the payments, in that order
        :raises UserError: if a part of one would be left over
        """
        lines = [payment._open_lines(document) for payment, document, _money in wanted]
        made = self._create_payments([
            payment._payment_values(document, money, owed.account_id)
            for (payment, document, money), owed in zip(wanted, lines, strict=True)
        ])
        made.action_post()
        self._reconcile([
            (owed, payment.move_id) for owed, payment in zip(lines, made, strict=True)
        ])
        return made

    def _create_payments(self, values):
        """Draft payments that will have entries, in the order of their values.

        The money waits for its bank statement on the account that is chosen for the method of
        payment, which may be the bank account itself. Where none is chosen, Odoo Enterprise makes
        payments without an entry, and the invoice stays open until a statement comes; here the
        statement is in Xero, so one is made, on the company's outstanding account.
        """
        payments = self.env["account.payment"].with_context(
            skip_invoice_sync=True, skip_sale_auto_invoice_send=True
        )
        methods = self.env["account.payment.method.line"].browse(
            one["payment_method_line_id"] for one in values
        )
        made = {}
        for chosen in (True, False):
            places = [
                place for place, method in enumerate(methods)
                if bool(method.payment_account_id) is chosen
            ]
            created = payments.with_context(force_payment_move=not chosen).create(
                [values[place] for place in places]
            )
            made.update(zip(places, created, strict=True))
        return payments.concat(*(made[place] for place in sorted(made)))

    def _payment_values(self, document, money, account):
        """Field values of Odoo's payment.

        :param account: the document's receivable or payable account
        """
        kind = "inbound" if document.move_type in INBOUND else "outbound"
        currency = self._currency(money)
        methods = self.account_id.journal_id._get_available_payment_method_lines(kind)
        method = methods.filtered(lambda line: line.code == "manual")[:1] or methods[:1]
        values = {
            "date": self.date,
            "amount": float(money.amount),
            "currency_id": currency.id,
            "payment_type": kind,
            "partner_type": "customer" if document.is_sale_document(True) else "supplier",
            "partner_id": document.commercial_partner_id.id,
            "memo": self.reference or document.name,
            "journal_id": self.account_id.journal_id.id,
            "company_id": self.company_id.id,
            "payment_method_line_id": method.id,
            "destination_account_id": account.id,
            "invoice_ids": [Command.set(document.ids)],
        }
        if money.balance is not None and currency != self.company_id.currency_id:
            values["force_balance"] = float(money.balance)
        return values

    def _write_off(self, document, money):
        """An entry that writes a part of the document off to the account of the row."""
        lines = self._open_lines(document)
        sign = 1 if lines[0].balance > 0 else -1
        amount, balance = sign * float(money.amount), sign * self._balance(document, money)
        entry = self._make_entry(document, [
            (lines.account_id, -amount, -balance),
            (self.account_id.account_id, amount, balance),
        ])
        self._reconcile([(lines, entry)])
        return entry

    def _carry_over(self, document, note):
        """An entry that carries a part of a credit note over to an invoice: Odoo itself can match
        two documents only for all that both leave open.
        """
        owed, credit = self._open_lines(document), self._open_lines(note)
        sign = 1 if owed[0].balance > 0 else -1
        rate = abs(owed[0].balance / owed[0].amount_currency)
        amount = sign * self.amount
        balance = self.company_id.currency_id.round(amount * rate)
        entry = self._make_entry(document, [
            (owed.account_id, -amount, -balance), (credit.account_id, amount, balance),
        ])
        first, second = entry.line_ids.sorted("id")
        self._reconcile([(owed, first), (credit, second)])
        return entry

    def _match(self, document, note):
        """Match a credit note with its invoice.

        :return: the `account.partial.reconcile` rows that were made
        """
        owed, credit = self._open_lines(document), self._open_lines(note)
        before = owed.matched_debit_ids | owed.matched_credit_ids
        (owed + credit).reconcile()
        made = (owed.matched_debit_ids | owed.matched_credit_ids) - before
        return made.filtered(
            lambda partial: credit & (partial.debit_move_id | partial.credit_move_id)
        )

    def _balance(self, document, money):
        """What an amount is worth in the company's currency."""
        if money.balance is not None:
            return float(money.balance)
        return document.currency_id._convert(
            float(money.amount), self.company_id.currency_id, self.company_id, self.date
        )

    def _make_entry(self, document, lines):
        """A posted entry of the day of the payment.

        :param list lines: (account, amount in the document's currency, balance), debit above zero
        """
        label = self.reference or self.display_name
        entry = self.env["account.move"].create({
            "move_type": "entry",
            "journal_id": self._journal().id,
            "date": self.date,
            "ref": self.display_name,
            "line_ids": [
                Command.create({
                    "name": label,
                    "account_id": account.id,
                    "partner_id": document.commercial_partner_id.id,
                    "currency_id": document.currency_id.id,
                    "amount_currency": amount,
                    "balance": balance,
                })
                for account, amount, balance in lines
            ],
        })
        entry.action_post()
        return entry

    def _reconcile(self, pairs):
        """Match lines of documents with what was made for them, all of it.

        :param list pairs: (lines of a document, the entry or its line that is meant)
        :raises UserError: if a part would be left over
        """
        made = self.env["account.move.line"]
        plan = []
        for owed, one in pairs:
            lines = one if one._name == "account.move.line" else one.line_ids
            lines = lines.filtered_domain([("account_id", "=", owed.account_id.id)])
            made += lines
            plan.append(owed + lines)
        made._reconcile_plan(plan)
        if not all(made.mapped("reconciled")):
            raise UserError(self.env._("It does not match what the document still owes."))

    # === UNDOING === #

    def _undo(self):
        """Take what was booked out of the books; payments and entries stay there as cancelled."""
        if self.payment_id:
            self.payment_id.action_cancel()
        elif self.move_id:
            self.move_id.button_cancel()
        self.partial_ids.unlink()


def as_decimal(value, places=6):
    """An amount or rate without the noise of floats."""
    return Decimal(f"{value:.{places}f}")
