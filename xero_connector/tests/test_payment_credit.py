"""What reduces a document without money of its own: credit, fees, and differences of exchange."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo import fields

from ..xero import const
from .payment_common import PaymentCase


class TestPaymentCredit(PaymentCase):
    def contact(self, move):
        return self.organisation.invoices[self.guid(move)]["ContactID"]

    # === OVERPAYMENTS AND PREPAYMENTS === #

    def test_an_overpayment_pays_one_invoice_and_reduces_another(self):
        first, second = self.approved(), self.approved()
        credit = self.organisation.overpay(
            self.guid(first), Decimal(str(first.amount_total)) + 50
        )["CreditID"]
        self.look(first, second)
        self.assertEqual(self.assert_settled(first).amount, first.amount_total)
        self.assertEqual(first.payment_state, "paid")
        self.assertFalse(self.payments_of(second), "the rest stays in Xero")
        self.organisation.allocate(credit, self.guid(second), "30.00")
        self.look(first, second)
        row = self.assert_settled(second, "waiting")
        self.assertIn("Overpayments and prepayments", row.message)
        row.account_id.journal_id = self.company_data["default_journal_cash"]
        self.run_engine()
        self.assert_settled(second)
        self.assertIn("20.00 of this credit are left", row.message)
        self.assertEqual(row.payment_id.journal_id, self.company_data["default_journal_cash"])
        self.assertAlmostEqual(second.amount_residual, second.amount_total - 30)

    def test_what_is_left_is_asked_for_once_a_day_until_nothing_is(self):
        first, second = self.approved(), self.approved()
        self.rows.filtered(lambda row: row.kind == "on_account").journal_id = self.bank
        credit = self.organisation.prepay(self.contact(first), "50.00")["CreditID"]
        self.organisation.allocate(credit, self.guid(first), "30.00")
        self.look(first)
        row = self.assert_settled(first)
        self.assertEqual(row.credit_left, 20)
        self.sim.journal.clear()
        self.look(first)
        self.assertFalse(self.calls("GET", "Prepayments"))
        self.sim.clock.advance(1)
        self.organisation.allocate(credit, self.guid(second), "20.00")
        self.look(second)
        self.assertEqual(len(self.calls("GET", "Prepayments")), 1)
        self.assertEqual((row.credit_left, self.assert_settled(second).credit_left), (0, 0))
        self.assertFalse(row.message)
        row.sudo().credit_read_at = fields.Datetime.subtract(self.env.cr.now(), days=2)
        self.run_engine()
        self.assertEqual(len(self.calls("GET", "Prepayments")), 1, "nothing is left to ask for")

    # === ALLOCATED BEFORE === #

    def allocated_before(self):
        """An invoice with credit in Xero, seen while payments were a status only."""
        self.tenant.payment_choice = "status"
        move, note = self.approved(), self.approved("out_refund")
        self.organisation.allocate(self.guid(note), self.guid(move), "40.00")
        self.look(move, note)
        self.assertEqual(self.link_of(move).xero_credited, 40)
        self.assertFalse(self.payments_of(move))
        self.sim.journal.clear()
        return move

    def test_what_was_allocated_before_is_registered_when_that_is_chosen(self):
        move = self.allocated_before()
        self.tenant.write({"payment_choice": "register", "payments_since": "2026-02-01"})
        self.run_engine()
        self.assert_settled(move)
        self.assertAlmostEqual(move.amount_residual, move.amount_total - 40)
        looks = [call for call in self.calls("GET", "Invoices") if "IDs" in call.query]
        self.assertEqual(len(looks), 1)
        self.env["xero.poll"].sudo()._make_due(self.tenant, "AllPayments")
        self.run_engine()
        looks = [call for call in self.calls("GET", "Invoices") if "IDs" in call.query]
        self.assertEqual(len(looks), 1, "it is looked for once")

    def test_the_look_goes_on_where_it_stopped(self):
        moves = [self.allocated_before() for _each in range(3)]
        self.tenant.write({"payment_choice": "register", "payments_since": "2026-02-01"})
        with patch.object(const, "IDS_PER_FILTER", 1):
            self.sim.faults.add("error", method="GET", path="Invoices", nth=2, status=503)
            self.run_engine()
            self.assertEqual(self.tenant.credits_since, False)
            self.env["xero.poll"].sudo()._make_due(self.tenant, "AllPayments")
            self.move_time(minutes=5)
            self.run_engine()
        self.assertEqual(str(self.tenant.credits_since), "2026-02-01")
        for move in moves:
            self.assert_settled(move)

    def test_an_allocation_that_grows_or_goes_is_followed(self):
        move = self.approved("in_invoice")
        self.rows.filtered(lambda row: row.kind == "on_account").journal_id = self.bank
        credit = self.organisation.prepay(self.contact(move), "60.00", sales=False)["CreditID"]
        one = self.organisation.allocate(credit, self.guid(move), "10.00")
        self.look(move)
        row = self.assert_settled(move)
        self.assertEqual(row.payment_id.payment_type, "outbound")
        small = row.payment_id
        self.sim.clock.advance(1)
        two = self.organisation.allocate(credit, self.guid(move), "25.00")
        self.look(move)
        self.assert_settled(move)
        self.assertEqual((small.state, row.payment_id.amount), ("canceled", 35))
        self.assertAlmostEqual(move.amount_residual, move.amount_total - 35)
        self.sim.clock.advance(1)
        self.organisation.deallocate(one["AllocationID"])
        self.organisation.deallocate(two["AllocationID"])
        self.look(move)
        self.assert_settled(move, "undone")
        self.assertEqual(move.amount_residual, move.amount_total)
        self.sim.clock.advance(1)
        self.organisation.allocate(credit, self.guid(move), "5.00")
        self.look(move)
        self.assert_settled(move)
        self.assertAlmostEqual(move.amount_residual, move.amount_total - 5)

    def test_what_a_person_undid_in_odoo_stays_so_when_it_grows_in_xero(self):
        move = self.approved("in_invoice")
        self.rows.filtered(lambda row: row.kind == "on_account").journal_id = self.bank
        credit = self.organisation.prepay(self.contact(move), "60.00", sales=False)["CreditID"]
        self.organisation.allocate(credit, self.guid(move), "10.00")
        self.look(move)
        booked = self.assert_settled(move).payment_id
        booked.action_cancel()
        self.sim.clock.advance(1)
        self.organisation.allocate(credit, self.guid(move), "25.00")
        self.look(move)
        row = self.assert_settled(move)
        self.assertEqual((row.amount, row.payment_id, booked.state), (35, booked, "canceled"))
        self.assertEqual(move.amount_residual, move.amount_total)

    # === CREDIT NOTES === #

    def credited(self, side="out", **note):
        invoice = self.approved(f"{side}_invoice")
        note = self.approved(f"{side}_refund", **note)
        return invoice, note

    def test_a_credit_note_that_is_used_up_is_matched(self):
        for side in ("out", "in"):
            with self.subTest(side):
                invoice, note = self.credited(side, lines=((1, 20.0),))
                made = self.organisation.allocate(
                    self.guid(note), self.guid(invoice), Decimal(str(note.amount_total))
                )
                self.look(invoice, note)
                row = self.assert_settled(invoice)
                self.assertFalse(row.move_id | row.payment_id.move_id)
                self.assertEqual(note.amount_residual, 0)
                self.assertAlmostEqual(
                    invoice.amount_residual, invoice.amount_total - note.amount_total
                )
                self.sim.clock.advance(1)
                self.organisation.deallocate(made["AllocationID"])
                self.look(invoice, note)
                self.assert_settled(invoice, "undone")
                self.assertEqual(note.amount_residual, note.amount_total)
                self.assertEqual(invoice.amount_residual, invoice.amount_total)

    def test_a_part_of_a_credit_note_is_carried_over_to_the_cent(self):
        for side in ("out", "in"):
            with self.subTest(side):
                invoice, note = self.credited(side, lines=((1, 50.0),))
                made = self.organisation.allocate(self.guid(note), self.guid(invoice), "12.34")
                self.look(invoice, note)
                row = self.assert_settled(invoice)
                self.assertEqual(row.move_id.state, "posted")
                self.assertEqual(row.move_id.journal_id.type, "general")
                self.assertAlmostEqual(note.amount_residual, note.amount_total - 12.34)
                self.assertAlmostEqual(invoice.amount_residual, invoice.amount_total - 12.34)
                self.sim.clock.advance(1)
                self.organisation.deallocate(made["AllocationID"])
                self.look(invoice, note)
                self.assert_settled(invoice, "undone")
                self.assertEqual(row.move_id.state, "cancel")
                self.assertEqual(note.amount_residual, note.amount_total)
                self.assertEqual(invoice.amount_residual, invoice.amount_total)

    def test_a_credit_note_that_odoo_has_not_is_told(self):
        invoice = self.approved()
        note = self.organisation.enter_credit_note(
            Type="ACCRECCREDIT", Contact={"ContactID": self.contact(invoice)}, Status="AUTHORISED",
            LineItems=[{"Description": "x", "Quantity": 1, "UnitAmount": 10, "AccountCode": "400"}],
        )
        self.organisation.allocate(note["CreditNoteID"], self.guid(invoice), "10.00")
        self.look(invoice)
        row = self.assert_settled(invoice, "attention")
        self.assertIn(note["CreditNoteNumber"], row.message)
        self.assertEqual(invoice.amount_residual, invoice.amount_total)

    def test_a_note_that_is_used_up_in_odoo_is_not_used_again(self):
        invoice, note = self.credited(lines=((1, 50.0),))
        other = self.make_move("out_invoice", self.partner)
        receivable = (other + note).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        receivable.reconcile()
        self.organisation.allocate(self.guid(note), self.guid(invoice), "12.34")
        self.look(invoice, note)
        row = self.assert_settled(invoice, "attention")
        self.assertIn(note.name, row.message)
        self.assertEqual(invoice.amount_residual, invoice.amount_total)

    # === FEES === #

    def let_an_expense_take_payments(self):
        """Enable payments to an account in Xero that is no bank; return it."""
        fees = next(
            one for one in self.organisation.accounts.values()
            if one["Type"] == "EXPENSE" and one["Status"] == "ACTIVE"
        )
        self.organisation.accounts.save({**fees, "EnablePaymentsToAccount": True})
        self.read_settings()
        return fees

    def test_a_bank_fee_is_written_off(self):
        fees = self.let_an_expense_take_payments()
        expense = self.company_data["default_account_expense"]
        for move_type, sign in (("out_invoice", 1), ("in_invoice", -1)):
            with self.subTest(move_type):
                move = self.approved(move_type)
                total = Decimal(str(move.amount_total))
                _received, fee = self.organisation.pay_with_fee(
                    self.guid(move), total - 3, "3.00", fees["Code"], date(2026, 11, 5)
                )
                self.look(move)
                rows = self.payments_of(move)
                row = rows.filtered(lambda one: one.amount == 3)
                if not row.account_id.account_id:
                    self.assertEqual(row.state, "waiting")
                    row.account_id.account_id = expense
                    self.run_engine()
                self.assertEqual(rows.mapped("state"), ["registered"] * 2)
                self.assertEqual(move.payment_state, "paid")
                booked = row.move_id.line_ids.filtered(lambda line: line.account_id == expense)
                self.assertEqual(booked.balance, 3 * sign)
                self.assertEqual(row.move_id.date, date(2026, 11, 5))
                self.organisation.unpay(fee["PaymentID"])
                self.look(move)
                self.assertEqual(row.state, "undone")
                self.assertEqual(move.amount_residual, 3)

    def test_a_discount_for_early_payment_is_what_xero_made_of_it(self):
        """Odoo's own discount is not taken: it would move tax that nobody moved in Xero."""
        term = self.env["account.payment.term"].create({
            "name": "2% in 10 days", "early_discount": True, "discount_days": 10,
            "discount_percentage": 2, "early_pay_discount_computation": "included",
        })
        move = self.approved(invoice_payment_term_id=term.id)
        total = Decimal(str(move.amount_total))
        discount = (total * Decimal("0.02")).quantize(Decimal("0.01"))
        self.organisation.pay(self.guid(move), total - discount, date(2026, 11, 5))
        self.look(move)
        self.assert_settled(move)
        self.assertAlmostEqual(move.amount_residual, float(discount))
        fees = self.let_an_expense_take_payments()
        row = self.env["xero.payment.account"].search(
            [("tenant_id", "=", self.tenant.id), ("xero_id", "=", fees["AccountID"])]
        )
        row.account_id = self.company_data["default_account_expense"]
        self.organisation.pay(
            self.guid(move), discount, date(2026, 11, 5), account=fees["AccountID"]
        )
        self.look(move)
        self.assertEqual(self.payments_of(move).mapped("state"), ["registered"] * 2)
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(move.line_ids.filtered("tax_line_id").balance, -move.amount_tax)

    # === EXCHANGE === #

    def foreign_invoice(self, rate, move_type="out_invoice"):
        """An invoice in euros, at so many dollars for a euro."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create({
            "currency_id": euro.id, "company_id": self.company.id, "name": "2026-01-01",
            "inverse_company_rate": rate,
        })
        self.organisation.currencies.save({"Code": "EUR", "Description": "Euro"})
        self.read_settings()
        return self.approved(move_type, currency_id=euro.id)

    def test_a_foreign_invoice_paid_to_a_bank_in_own_currency(self):
        """What the bank got is taken from Xero; what differs is Odoo's exchange difference."""
        for move_type, sign in (("out_invoice", 1), ("in_invoice", -1)):
            with self.subTest(move_type):
                move = self.foreign_invoice(2.0, move_type)
                total = Decimal(str(move.amount_total))
                self.organisation.pay(
                    self.guid(move), total, date(2026, 11, 5),
                    BankAmount=total * Decimal("2.5"), CurrencyRate=Decimal("0.4"),
                )
                self.look(move)
                payment = self.assert_settled(move).payment_id
                self.assertEqual(payment.currency_id.name, "EUR")
                self.assertEqual(payment.amount, move.amount_total)
                liquid = payment.move_id.line_ids.filtered(
                    lambda line, payment=payment: line.account_id == payment.outstanding_account_id
                )
                self.assertAlmostEqual(liquid.balance, sign * move.amount_total * 2.5)
                self.assertEqual(move.payment_state, "paid")
                partials = move.line_ids.matched_debit_ids | move.line_ids.matched_credit_ids
                difference = partials.exchange_move_id.line_ids.filtered(
                    lambda line: line.account_id in (
                        self.company.income_currency_exchange_account_id,
                        self.company.expense_currency_exchange_account_id,
                    )
                )
                owed = move.line_ids.filtered(
                    lambda line: line.account_type in ("asset_receivable", "liability_payable")
                )
                self.assertAlmostEqual(
                    sum(difference.mapped("balance")), owed.balance - liquid.balance
                )

    def test_foreign_credit_of_another_rate_is_carried_over(self):
        """The part is worth what the invoice is; the note's other rate is a difference."""
        invoice = self.foreign_invoice(2.0)
        euro = invoice.currency_id
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create({
            "currency_id": euro.id, "company_id": self.company.id, "name": "2026-01-01",
            "inverse_company_rate": 3.0,
        })
        note = self.approved("out_refund", currency_id=euro.id, lines=((1, 50.0),))
        made = self.organisation.allocate(self.guid(note), self.guid(invoice), "12.34")
        self.look(invoice, note)
        row = self.assert_settled(invoice)
        self.assertAlmostEqual(note.amount_residual, note.amount_total - 12.34)
        self.assertAlmostEqual(invoice.amount_residual, invoice.amount_total - 12.34)
        self.assertEqual(set(row.move_id.line_ids.mapped("balance")), {24.68, -24.68})
        self.sim.clock.advance(1)
        self.organisation.deallocate(made["AllocationID"])
        self.look(invoice, note)
        self.assert_settled(invoice, "undone")
        self.assertEqual(note.amount_residual, note.amount_total)
        self.assertEqual(invoice.amount_residual, invoice.amount_total)

    def test_a_foreign_invoice_paid_to_a_foreign_bank(self):
        move = self.foreign_invoice(2.0)
        euro = self.env.ref("base.EUR")
        account = next(
            one for one in self.organisation.accounts.values() if one["Type"] == "BANK"
        )
        self.organisation.accounts.save({**account, "CurrencyCode": "EUR"})
        self.read_settings()
        self.checking.journal_id = self.bank.copy({"currency_id": euro.id, "code": "BEUR"})
        self.organisation.pay(self.guid(move), "100.00", CurrencyRate=Decimal("0.4"))
        self.look(move)
        payment = self.assert_settled(move).payment_id
        self.assertEqual((payment.currency_id, payment.amount), (euro, 100))
        credit = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.assertAlmostEqual(credit.balance, -250)
        self.assertAlmostEqual(move.amount_residual, move.amount_total - 100)

    def test_an_own_invoice_paid_to_a_foreign_bank(self):
        self.foreign_invoice(2.0)
        euro = self.env.ref("base.EUR")
        account = next(
            one for one in self.organisation.accounts.values() if one["Type"] == "BANK"
        )
        self.organisation.accounts.save({**account, "CurrencyCode": "EUR"})
        self.read_settings()
        self.checking.journal_id = self.bank.copy({"currency_id": euro.id, "code": "BEUR"})
        move = self.approved()
        self.organisation.pay(self.guid(move), "100.00", BankAmount=Decimal("45.00"))
        self.look(move)
        payment = self.assert_settled(move).payment_id
        self.assertEqual((payment.currency_id, payment.amount), (euro, 45))
        self.assertAlmostEqual(move.amount_residual, move.amount_total - 100)
