"""What Xero would refuse is not tried, what it refused or never answered is looked up."""

from dataclasses import replace
from datetime import date
from unittest.mock import patch

from .life_common import LifeCase


class TestApprovedByOdoo(LifeCase):
    """A document that Odoo itself has approved, as a tenant may choose."""

    def sent_invoice(self, **values):
        build = type(self.env["account.move"])._xero_document

        def approved(record, tables):
            return replace(build(record, tables), status="AUTHORISED")

        self.enterContext(patch.object(
            type(self.env["account.move"]), "_xero_document", approved
        ))
        invoice = super().sent_invoice(**values)
        self.assertEqual(invoice.xero_status, "AUTHORISED")
        return invoice

    def test_it_is_changed_while_unpaid(self):
        invoice = self.sent_invoice()
        self.change(invoice, ref="PO 24")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.in_xero(invoice)["Status"], "AUTHORISED")
        self.assertEqual(self.in_xero(invoice)["Reference"], "PO 24")

    def test_it_is_voided_when_cancelled(self):
        invoice = self.sent_invoice()
        invoice.button_cancel()
        self.run_engine()
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("sent", "VOIDED"))

    # Faults: 36
    def test_a_closed_period_is_not_tried(self):
        for lock in ({"period": date(2026, 11, 30)}, {"end_of_year": date(2026, 11, 2)}):
            with self.subTest(lock):
                self.organisation.set_lock_dates()
                invoice = self.sent_invoice()
                self.organisation.set_lock_dates(**lock)
                invoice.button_cancel()
                self.run_engine()
                self.assertEqual(self.link_of(invoice).obstacle, "locked")
                self.assertIn("closed period", invoice.xero_message)
                self.assertEqual(self.writes(), [])
        self.organisation.set_lock_dates()
        invoice.action_xero_check_again()
        self.run_engine()
        self.assertEqual(invoice.xero_status, "VOIDED")

    # Faults: 33
    def test_paid_or_credited_is_not_tried(self):
        paid, part = self.sent_invoice(), self.sent_invoice()
        self.organisation.pay(self.link_of(paid).xero_id, str(paid.amount_total))
        self.organisation.pay(self.link_of(part).xero_id, "1.00")
        self.sim.journal.clear()
        self.change(paid, ref="PO 25")
        part.button_cancel()
        self.run_engine()
        for invoice in (paid, part):
            self.assertEqual(invoice.xero_state, "attention")
            self.assertEqual(self.link_of(invoice).obstacle, "settled")
            self.assertFalse(invoice.xero_can_overwrite)
            self.assertTrue(invoice.xero_can_leave)
        self.assertEqual(paid.xero_status, "PAID")
        self.assertIn("Credit it and issue a new one", paid.xero_message)
        self.assertIn("cancelled in Odoo", part.xero_message)
        self.assertEqual(self.writes(), [])

    # Faults: 33
    def test_the_payment_came_between_the_look_and_the_change(self):
        """Xero refuses what it would have taken a moment ago: the person sees why."""
        invoice = self.sent_invoice()
        xero_id, read = self.link_of(invoice).xero_id, type(self.tenant)._read_standing

        def read_then_pay(tenant, links, tables):
            result = read(tenant, links, tables)
            self.organisation.pay(xero_id, "1.00")
            return result

        with patch.object(type(self.tenant), "_read_standing", read_then_pay):
            self.change(invoice, invoice_date="2026-11-03")
            self.run_engine()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention")
        self.assertEqual(self.link_of(invoice).obstacle, "settled")


class TestNotTried(LifeCase):
    """What Xero would refuse, or a person has in hand: no write leaves, and the reason is shown."""

    def assert_not_tried(self, document, obstacle, words):
        self.run_engine()
        self.assertEqual(document.xero_state, "attention", document.xero_message)
        self.assertEqual(self.link_of(document).obstacle, obstacle)
        self.assertIn(words, document.xero_message)
        self.assertEqual(self.writes(), [])

    def test_approved_by_a_person(self):
        changed, cancelled = self.sent_invoice(), self.sent_invoice()
        for invoice in (changed, cancelled):
            self.organisation.approve(self.link_of(invoice).xero_id)
        self.change(changed, ref="PO 26")
        cancelled.button_cancel()
        self.assert_not_tried(changed, "approved", "a person has approved it")
        self.assert_not_tried(cancelled, "approved", "Void it in Xero by hand")

    # Faults: 33
    def test_voided_by_a_person(self):
        invoice = self.sent_invoice()
        self.organisation.approve(self.link_of(invoice).xero_id)
        self.organisation.void(self.link_of(invoice).xero_id)
        self.change(invoice, ref="PO 27")
        self.assert_not_tried(invoice, "gone", "was voided in Xero")
        self.assertEqual(invoice.xero_status, "VOIDED")

    def credit_note(self, xero_id):
        """An approved credit note of the invoice's customer, made by hand."""
        line = {"Description": "Credit", "Quantity": 1, "UnitAmount": 5, "AccountCode": "400"}
        return self.organisation.make_credit_note(
            Type="ACCRECCREDIT",
            Status="AUTHORISED",
            Contact={"ContactID": self.organisation.invoices[xero_id]["ContactID"]},
            LineItems=[line],
        )["CreditNoteID"]

    def test_credited(self):
        invoice = self.sent_invoice()
        xero_id = self.link_of(invoice).xero_id
        self.organisation.approve(xero_id)
        self.organisation.allocate(self.credit_note(xero_id), xero_id, "1.00")
        self.change(invoice, ref="PO 28")
        self.assert_not_tried(invoice, "settled", "paid or credited")

    def test_a_billed_order(self):
        order = self.sent_order()
        self.organisation.bill(self.link_of(order).xero_id)
        order.button_cancel()
        self.assert_not_tried(order, "billed", "made into a bill")

    def test_unknown_to_xero(self):
        invoice, other = self.sent_invoice(), self.sent_invoice()
        self.organisation.lose(self.link_of(invoice).xero_id)
        self.change(invoice, ref="PO 29")
        self.change(other, ref="PO 30")
        self.run_engine()
        self.assertEqual(self.link_of(invoice).obstacle, "gone")
        self.assertEqual(other.xero_state, "sent")
        self.assertFalse(self.link_of(invoice).found)


class TestInDoubt(LifeCase):
    """The answer to a change was lost: what Xero holds decides, and no second change goes out
    before that."""

    def lost(self, executed):
        invoice = self.sent_invoice()
        self.sim.faults.add("drop", method="POST", path="Invoices", executed=executed)
        self.change(invoice, ref="PO 36")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "unknown")
        return invoice

    def test_changed_is_found_and_settled(self):
        invoice = self.lost(executed=True)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "unknown", "Not before it can have arrived.")
        self.move_time(minutes=15, seconds=1)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.writes(), [("Invoices", 1)])
        self.sim.journal.clear()
        self.change(invoice)
        self.run_engine()
        self.assertEqual(len(self.sim.journal), 0)

    def test_not_changed_is_sent_again(self):
        invoice = self.lost(executed=False)
        self.move_time(minutes=15, seconds=1)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.in_xero(invoice)["Reference"], "PO 36")
        self.assertEqual(self.writes(), [("Invoices", 1)])

    def test_nothing_goes_again_before_the_look(self):
        """Under its key it would be taken for the first, and overwrite what came since."""
        invoice = self.lost(executed=False)
        self.organisation.edit(self.link_of(invoice).xero_id, Reference="By hand")
        for seconds in (66, 135, 60):  # when a create would go again
            self.move_time(seconds=seconds)
            self.run_engine()
        self.assertEqual(len(self.sim.journal.writes), 1)
        self.move_time(minutes=15)
        self.run_engine()
        self.assertEqual(self.link_of(invoice).obstacle, "edited")
        self.assertEqual(self.in_xero(invoice)["Reference"], "By hand")

    # Faults: 33
    def test_edited_meanwhile_is_asked(self):
        invoice = self.lost(executed=True)
        self.organisation.edit(self.link_of(invoice).xero_id, Reference="By hand")
        self.move_time(minutes=15, seconds=1)
        self.run_engine()
        self.assertEqual(self.link_of(invoice).obstacle, "edited")
        self.assertEqual(self.writes(), [("Invoices", 1)])

    def test_a_removal_is_found(self):
        invoice = self.sent_invoice()
        self.sim.faults.add("drop", method="POST", path="Invoices", executed=True)
        invoice.button_cancel()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "unknown")
        self.move_time(minutes=15, seconds=1)
        self.run_engine()
        self.assertEqual((invoice.xero_state, invoice.xero_status), ("sent", "DELETED"))
        self.assertEqual(self.writes(), [("Invoices", 1)])

    def test_one_unknown_document_does_not_lose_the_other_changes(self):
        """Xero answers 404 for the whole request when it does not know one GUID of it."""
        gone, other = self.sent_invoice(), self.sent_invoice()
        xero_id, read = self.link_of(gone).xero_id, type(self.tenant)._read_standing

        def read_then_lose(tenant, links, tables):
            result = read(tenant, links, tables)
            if xero_id in self.organisation.invoices:
                self.organisation.lose(xero_id)
            return result

        with patch.object(type(self.tenant), "_read_standing", read_then_lose):
            self.change(gone, ref="PO 37")
            self.change(other, ref="PO 38")
            self.run_engine()
            self.run_engine()
        self.assertEqual(self.link_of(gone).obstacle, "gone", gone.xero_message)
        self.assertEqual(other.xero_state, "sent", other.xero_message)
        self.assertEqual(self.in_xero(other)["Reference"], "PO 38")

    def test_a_look_that_fails_rests_and_writes_nothing(self):
        invoice = self.sent_invoice()
        self.sim.faults.add("error", method="GET", path="Invoices", status=503)
        self.change(invoice, ref="PO 39")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "pending")
        self.assertEqual(len(self.sim.journal), 1)
        self.move_time(minutes=2)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    def test_a_refused_change_does_not_count_as_sent(self):
        invoice = self.sent_invoice()
        self.organisation.archive_contact(self.link_of(self.partner).xero_id)
        self.change(invoice, ref="PO 40")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "rejected")
        self.organisation.restore_contact(self.link_of(self.partner).xero_id)
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.in_xero(invoice)["Reference"], "PO 40")
