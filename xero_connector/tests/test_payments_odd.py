"""Payments in Xero at their worst: rows that make no sense, what a person did meanwhile, and what
Odoo's books really hold."""

import json
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.tools import mute_logger

from ..xero import seen
from .payment_common import PaymentCase
from .test_way_back import PULL, SENSELESS


class TestNonsense(PaymentCase):
    def spoiled(self, change):
        """Xero's lists of invoices with a change of each row that has one."""
        read = type(self.tenant)._get_from_xero

        def get(tenant, path, params=None, since=None):
            body = read(tenant, path, params, since)
            answer = json.loads(body) if body else {}
            for row in answer.get("Invoices") or ():
                change(row)
            return json.dumps(answer).encode() if body else body

        return patch.object(type(self.tenant), "_get_from_xero", get)

    @mute_logger(PULL)
    def test_a_row_that_meets_an_error_hides_no_other(self):
        """Neither in a page nor among those that are looked at by their ids."""
        odd, *others = (self.approved() for _each in range(3))
        figures = type(self.link_of(odd))._seen_figures
        bad = self.link_of(odd)

        def broken(link, document):
            if link == bad:
                raise ZeroDivisionError
            return figures(link, document)

        with patch.object(type(bad), "_seen_figures", broken):
            self.organisation.pay(self.guid(others[0]), "10.00")
            self.organisation.pay(self.guid(odd), "10.00")
            self.tenant.sudo()._look_at("Invoices", [self.guid(odd), self.guid(others[0])])
            self.organisation.pay(self.guid(others[1]), "10.00")
            self.env["xero.poll"].sudo()._make_due(self.tenant, "Invoices")
            self.run_engine()
        self.assertEqual([self.link_of(one).xero_paid for one in others], [10, 10])
        self.assertEqual(bad.xero_paid, 0)
        poll = self.env["xero.poll"].search([
            ("tenant_id", "=", self.tenant.id), ("resource", "=", "Invoices"),
        ])
        self.assertGreater(poll.next_at, self.env.cr.now(), "read to the end")

    @mute_logger(PULL)
    def test_a_row_with_senseless_lists_hides_no_other(self):
        for number, values in enumerate((
            {"CreditNotes": None}, {"Payments": None}, {"CreditNotes": ["x"]}, {"Payments": [None]},
            {"Prepayments": {"a": 1}},
            {"CreditNotes": [{
                "CreditNoteID": "bd2270c3-8706-4c11-9cfb-000b551c3f51", "AppliedAmount": 5,
                "Date": "yesterday", "Total": "x",
            }]},
        )):
            with self.subTest(values=values):
                odd, sane = self.approved(), self.approved()
                self.organisation.pay(self.guid(odd), "10.00", date(2026, 11, 5))
                self.organisation.pay(self.guid(sane), "10.00", date(2026, 11, 5))
                self.look(odd, sane)
                self.sim.clock.advance(60)
                for move in (odd, sane):
                    self.organisation.pay(self.guid(move), "20.00", date(2026, 11, 5))
                guid = self.guid(odd)

                def change(row, guid=guid, values=values):
                    if row["InvoiceID"] == guid:
                        row.update(values)

                with self.spoiled(change):
                    self.look(odd, sane)
                self.assertEqual(self.link_of(sane).xero_paid, 30, number)

    def test_a_payment_of_nothing_or_less_is_told(self):
        for amount in (0, -20):
            with self.subTest(amount=amount):
                move = self.approved()
                payment = self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
                row = self.organisation.payments[payment["PaymentID"]]
                self.organisation.payments.save({**row, "Amount": Decimal(amount)})
                self.env["xero.poll"].sudo()._make_due(self.tenant, "Payments")
                self.look(move)
                found = self.assert_settled(move, "attention")
                self.assertFalse(found.payment_id)
                self.assertNotIn("nobody foresaw", found.message)

    @mute_logger("odoo.addons.xero_connector.models.xero_payment_seen")
    def test_a_payment_of_an_unknown_status_is_not_booked(self):
        move = self.approved()
        payment = self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
        row = self.organisation.payments[payment["PaymentID"]]
        self.organisation.payments.save({**row, "Status": "PONDERED"})
        self.look(move)
        self.assertFalse(self.payments_of(move))
        self.organisation.payments.save(
            {**row, "Status": "AUTHORISED", "UpdatedDateUTC": self.sim.clock.now()}
        )
        self.look(move)
        self.assert_settled(move)

    @mute_logger("odoo.addons.xero_connector.models.xero_payment_seen")
    def test_whatever_a_payment_says_the_others_are_settled(self):
        """Each field of a payment takes each senseless value."""
        odd, sane = self.approved(), self.approved()
        paid = self.organisation.pay(self.guid(odd), "4.00", date(2026, 11, 5))
        body = self.tenant.sudo()._get_from_xero(f"Payments/{paid['PaymentID']}")
        element = json.loads(body)["Payments"][0]
        inner = [("Invoice", "InvoiceID"), ("Invoice", "CurrencyCode"), ("Account", "AccountID")]
        number = 0
        for outer, name in [(None, name) for name in element] + inner:
            for value in SENSELESS[::2]:
                number += 1
                row = {**element, "PaymentID": f"00000000-0000-4000-8000-{number:012d}"}
                if outer:
                    row[outer] = {**row[outer], name: value}
                else:
                    row[name] = value
                with self.subTest(outer=outer, name=name, value=str(value)[:20]):
                    self.tenant.sudo()._payments_seen(
                        seen.payments(json.dumps({"Payments": [row]}).encode()).rows
                    )
                    self.env.flush_all()
        self.organisation.pay(self.guid(sane), "4.00", date(2026, 11, 5))
        self.look(sane)
        self.run_engine()
        self.run_engine()
        self.assert_settled(sane)
        self.assertFalse(self.payments_of(odd).filtered(
            lambda row: row.state == "new" or "nobody foresaw" in (row.message or "")
        ).mapped("message"))


class TestMoney(PaymentCase):
    # Faults: 39
    def test_a_payment_that_a_person_moved_is_not_taken_away_from_there(self):
        """It was matched with another invoice by hand; deleting it in Xero would open that one."""
        one, two = self.approved(), self.make_invoice(self.partner)
        guid = self.organisation.pay(self.guid(one), "40.00", date(2026, 11, 5))["PaymentID"]
        self.look(one)
        payment = self.assert_settled(one).payment_id
        line = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        line.remove_move_reconcile()
        (line + two.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )).reconcile()
        self.assertAlmostEqual(two.amount_residual, two.amount_total - 40)
        self.organisation.unpay(guid)
        self.look(one)
        row = self.assert_settled(one, "attention")
        self.assertIn(row.payment_id.state, ("in_process", "paid"))
        self.assertAlmostEqual(two.amount_residual, two.amount_total - 40)

    def test_a_document_that_is_posted_again_keeps_its_payment(self):
        """Resetting it takes the match away; dunning would follow for what is paid."""
        for move_type in ("out_invoice", "in_invoice"):
            with self.subTest(move_type=move_type):
                move = self.approved(move_type)
                self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
                self.look(move)
                payment = self.assert_settled(move).payment_id
                move.button_draft()
                self.assertIn(payment.state, ("in_process", "paid"))
                move.action_post()
                self.run_engine()
                self.assertEqual(self.assert_settled(move).payment_id, payment)
                self.assertAlmostEqual(move.amount_residual, move.amount_total - 40)
                self.assertEqual(self.env["account.payment"].search_count(
                    [("partner_id", "=", self.partner.id), ("date", "=", "2026-11-05"),
                     ("payment_type", "=", payment.payment_type)]
                ), 1)

    def test_what_a_person_unmatched_stays_so(self):
        move = self.approved()
        self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
        self.look(move)
        line = self.assert_settled(move).payment_id.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        line.remove_move_reconcile()
        self.sim.clock.advance(60)
        self.organisation.pay(self.guid(move), "10.00", date(2026, 11, 6))
        self.look(move)
        self.assertAlmostEqual(move.amount_residual, move.amount_total - 10)

    def test_a_payment_that_waited_for_its_document_is_registered_once_it_is_posted(self):
        move = self.approved()
        move.button_draft()
        self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
        self.look(move)
        self.assert_settled(move, "attention")
        move.action_post()
        self.run_engine()
        self.assert_settled(move)
        self.assertAlmostEqual(move.amount_residual, move.amount_total - 40)

    def test_a_bank_of_unknown_currency_takes_that_of_its_journal(self):
        """An account that is new in Xero, chosen before its settings were read."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create({
            "currency_id": euro.id, "company_id": self.company.id, "name": "2026-01-01",
            "inverse_company_rate": 2.0,
        })
        self.organisation.currencies["EUR"] = "Euro"
        move = self.approved(currency_id=euro.id)
        record = {
            **next(one for one in self.organisation.accounts.values() if one["Type"] == "BANK"),
            "AccountID": self.organisation.new_guid(), "Code": "1009",
            "Name": "New Bank", "CurrencyCode": "EUR", "Status": "ACTIVE",
        }
        self.organisation.accounts.save(record)
        self.organisation.pay(
            self.guid(move), "100.00", date(2026, 11, 5), account=record["AccountID"],
            CurrencyRate=Decimal("0.4"),
        )
        self.look(move)
        row = self.assert_settled(move, "waiting")
        row.account_id.journal_id = self.bank.copy({"currency_id": euro.id, "code": "BEUR"})
        self.run_engine()
        entry = self.assert_settled(move).payment_id.move_id
        line = entry.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.assertAlmostEqual(line.balance, -250)

    def test_a_rate_of_many_places_is_worth_every_cent(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create({
            "currency_id": euro.id, "company_id": self.company.id, "name": "2026-01-01",
            "inverse_company_rate": 2.0,
        })
        self.organisation.currencies.save({"Code": "EUR", "Description": "Euro"})
        account = next(
            one for one in self.organisation.accounts.values() if one["Type"] == "BANK"
        )
        self.organisation.accounts.save({**account, "CurrencyCode": "EUR"})
        self.read_settings()
        self.checking.journal_id = self.bank.copy({"currency_id": euro.id, "code": "BEUR"})
        move = self.approved(currency_id=euro.id, lines=((1, 250000.0),))
        made = self.organisation.pay(self.guid(move), "250000.00", date(2026, 11, 5))
        row = self.organisation.payments[made["PaymentID"]]
        self.organisation.payments.save({**row, "CurrencyRate": Decimal("0.6543217891")})
        self.look(move)
        entry = self.assert_settled(move).payment_id.move_id
        line = entry.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.assertEqual(line.balance, -382075.00)

    def test_an_allocation_is_undone_though_the_note_is_not_linked_any_more(self):
        invoice, note = self.approved(), self.approved("out_refund", lines=((1, 50.0),))
        made = self.organisation.allocate(self.guid(note), self.guid(invoice), "12.34")
        self.look(invoice, note)
        self.assert_settled(invoice)
        self.assertAlmostEqual(invoice.amount_residual, invoice.amount_total - 12.34)
        self.link_of(note).sudo().write({"xero_id": False})
        self.sim.clock.advance(1)
        self.organisation.deallocate(made["AllocationID"])
        self.look(invoice)
        self.assert_settled(invoice, "undone")
        self.assertAlmostEqual(invoice.amount_residual, invoice.amount_total)

    # Faults: 39
    def test_a_payment_that_was_entered_anew_is_followed_at_once(self):
        """Deleted and entered again with another date: the figures of the invoice are the same."""
        move = self.approved()
        first = self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
        self.look(move)
        old = self.assert_settled(move).payment_id
        self.sim.clock.advance(60)
        self.organisation.unpay(first["PaymentID"])
        self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 6))
        self.env.flush_all()
        self.tenant.sudo()._look_at("Invoices", [self.guid(move)])
        self.run_engine()
        self.assertEqual(old.state, "canceled")
        self.assertEqual(
            sorted(self.payments_of(move).mapped(lambda row: (row.state, row.date.day))),
            [("registered", 6), ("undone", 5)],
        )
        self.sim.journal.clear()
        self.tenant.sudo()._look_at("Invoices", [self.guid(move)])
        self.run_engine()
        self.assertFalse(self.calls("GET", "Payments"), "once")

    @mute_logger(PULL)
    def test_payments_that_could_not_be_read_are_read_soon(self):
        """Not with the daily reading."""
        move = self.approved()
        self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))
        self.sim.faults.add("replace", method="GET", path="Payments", status=503)
        self.look(move)
        self.assertFalse(self.payments_of(move))
        poll = self.env["xero.poll"].search([
            ("tenant_id", "=", self.tenant.id), ("resource", "=", "Payments"),
        ])
        self.assertLessEqual(poll.next_at, self.env.cr.now() + timedelta(minutes=15))

    def test_a_payment_is_no_change_of_its_document(self):
        """Registering and undoing it sends nothing, though all goes to Xero by itself."""
        self.tenant.write({"send_automatically": True, "send_since": "2026-01-01"})
        move, note = self.approved(), self.approved("out_refund", lines=((1, 50.0),))
        guid = self.organisation.pay(self.guid(move), "40.00", date(2026, 11, 5))["PaymentID"]
        made = self.organisation.allocate(self.guid(note), self.guid(move), "12.34")
        self.look(move, note)
        self.assertEqual(self.payments_of(move).mapped("state"), ["registered"] * 2)
        self.run_engine()
        self.sim.clock.advance(60)
        self.organisation.unpay(guid)
        self.organisation.deallocate(made["AllocationID"])
        self.look(move, note)
        self.assertEqual(self.payments_of(move).mapped("state"), ["undone"] * 2)
        self.run_engine()
        self.assertFalse(self.sim.journal.writes)
        self.assertEqual({move.xero_state, note.xero_state}, {"sent"})
        self.assertFalse(self.env["xero.link"].search([
            ("tenant_id", "=", self.tenant.id), ("state", "!=", "sent"),
        ]))
        entries = self.payments_of(move).move_id
        self.assertTrue(entries)
        self.assertFalse(entries.xero_link_ids)
