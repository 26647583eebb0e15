"""Bills and vendor credits, whose numbers Xero does not enforce, stand there exactly once."""

from .push_common import ORGANISATION, XeroPushCase

KINDS = {"in_invoice": "Invoices", "in_refund": "CreditNotes", "out_refund": "CreditNotes"}


class TestSupplied(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.make_partner()
        self.push(self.partner)
        self.sim.journal.clear()
        self.organisation = self.sim.organisation(ORGANISATION)

    def make(self, move_type, **values):
        if move_type.startswith("in_"):
            values.setdefault("ref", 'RE "7", 8')
        return self.make_move(move_type, values.pop("partner", self.partner), **values)

    def lose(self, record, executed):
        """Send a record whose answer is lost."""
        resource = KINDS[record.move_type]
        self.sim.faults.add("drop", method="PUT", path=resource, executed=executed)
        self.push(record)
        self.assertEqual(record.xero_state, "unknown")
        return record

    def look_up(self):
        self.move_time(minutes=16)
        self.run_engine()
        self.run_engine()

    def standing(self, record):
        """Documents of the record's supplier with its number."""
        tables = (self.organisation.invoices, self.organisation.credit_notes)
        contact = self.link_of(record.partner_id).xero_id
        return [
            row for table in tables for row in table.values()
            if row["ContactID"] == contact and (record.ref or record.name) in (
                row.get("InvoiceNumber"), row.get("CreditNoteNumber"),
            )
        ]

    # === FOUND AGAIN === #

    # Faults: 3
    def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(self):
        for move_type in KINDS:
            for executed in (True, False):
                with self.subTest(move_type=move_type, executed=executed):
                    day = f"2026-10-1{executed:d}"
                    record = self.lose(self.make(move_type, invoice_date=day), executed)
                    self.look_up()
                    self.assertEqual(record.xero_state, "sent", record.xero_message)
                    self.assertEqual(self.link_of(record).adopted, executed)
                    rows = [
                        row for row in (
                            *self.organisation.invoices.values(),
                            *self.organisation.credit_notes.values(),
                        ) if row["Date"] == record.invoice_date
                        and row["ContactID"] == self.link_of(self.partner).xero_id
                        and row["Type"] == {
                            "in_invoice": "ACCPAY", "in_refund": "ACCPAYCREDIT",
                            "out_refund": "ACCRECCREDIT",
                        }[move_type]
                    ]
                    self.assertEqual(len(rows), 1)

    def test_a_batch_of_bills_is_looked_up_bill_by_bill(self):
        other = self.make_partner()
        self.push(other)
        bills = self.make("in_invoice") | self.make("in_invoice", partner=other)
        bills |= self.make("in_invoice", ref="9")
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(bills)
        self.organisation.delete(
            next(row["InvoiceID"] for row in self.organisation.invoices.values()
                 if row["InvoiceNumber"] == "9")
        )
        self.look_up()
        self.assertEqual(bills.mapped("xero_state"), ["sent", "sent", "attention"])
        self.assertEqual(len(set(self.link_of(bills).mapped("xero_id")) - {False}), 2)

    def test_bills_that_no_answer_tells_apart_go_one_after_the_other(self):
        """One number, supplier and day, as of instalments: each has an answer of its own."""
        bills = self.make("in_invoice", lines=((1, 10.0),))
        bills |= self.make("in_invoice", lines=((1, 20.0),))
        self.push(bills)
        self.run_engine()
        self.assertEqual(self.writes(), [("Invoices", 1), ("Invoices", 1)])
        for bill in bills:
            self.assertEqual(bill.xero_state, "sent", bill.xero_message)
            held = self.organisation.invoices[self.link_of(bill).xero_id]
            self.assertEqual(f"{held['Total']:.2f}", f"{bill.amount_total:.2f}")

    # === NEVER SOMEBODY ELSE'S === #

    # Faults: 34
    def test_the_same_bill_typed_into_xero_is_not_made_twice(self):
        bill = self.lose(self.make("in_invoice"), executed=False)
        typed = self.type_in(bill)
        self.look_up()
        self.assertEqual(bill.xero_state, "sent", bill.xero_message)
        self.assertEqual(self.link_of(bill).xero_id, typed["InvoiceID"])

    # Faults: 34
    def test_another_bill_with_the_same_number_is_not_ours(self):
        bill = self.lose(self.make("in_invoice"), executed=False)
        self.type_in(bill, UnitAmount="1.00")
        self.look_up()
        self.assertEqual(bill.xero_state, "sent", bill.xero_message)
        self.assertFalse(self.link_of(bill).adopted)
        self.assertEqual(len(self.standing(bill)), 2)

    def test_our_mark_tells_which_of_two_equal_bills_is_ours(self):
        bill = self.lose(self.make("in_invoice"), executed=True)
        typed = self.type_in(bill)
        self.look_up()
        self.assertEqual(bill.xero_state, "sent", bill.xero_message)
        self.assertNotEqual(self.link_of(bill).xero_id, typed["InvoiceID"])

    # Faults: 33
    def test_our_bill_that_a_person_changed_meanwhile_is_not_made_again(self):
        bill = self.lose(self.make("in_invoice"), executed=True)
        [held] = self.standing(bill)
        self.organisation.edit(held["InvoiceID"], LineItems=[
            {"Description": "Other", "Quantity": 1, "UnitAmount": 7, "AccountCode": "500"},
        ])
        self.look_up()
        self.assertEqual(bill.xero_state, "attention", bill.xero_message)
        self.assertEqual(len(self.standing(bill)), 1)

    def edited_meanwhile(self, bill):
        """Lose a bill's answer, and let a person edit it in Xero before it is looked up."""
        self.lose(bill, executed=True)
        [held] = self.standing(bill)
        line = held["LineItems"][0]
        self.organisation.edit(held["InvoiceID"], LineItems=[
            {"LineItemID": line["LineItemID"], "UnitAmount": 7, "TaxAmount": None}
        ])
        self.look_up()
        self.assertEqual(bill.xero_state, "attention", bill.xero_message)
        return held["InvoiceID"], line

    def test_pressing_send_does_not_make_another_while_it_is_undecided(self):
        """Nothing in Xero would refuse a second bill of this number: it is looked up once more."""
        bill = self.make("in_invoice", lines=((1, 50.0),))
        xero_id, line = self.edited_meanwhile(bill)
        self.push(bill)
        self.run_engine()
        self.assertEqual(bill.xero_state, "attention", bill.xero_message)
        self.assertEqual(len(self.standing(bill)), 1)
        self.organisation.edit(xero_id, LineItems=[
            {key: line[key] for key in ("LineItemID", "UnitAmount", "TaxAmount")}
        ])
        self.push(bill)
        self.run_engine()
        self.assertEqual((bill.xero_state, self.link_of(bill).xero_id), ("sent", xero_id))
        self.assertEqual(len(self.standing(bill)), 1)

    def test_deleted_there_an_undecided_bill_goes_when_send_is_pressed(self):
        bill = self.make("in_invoice", lines=((1, 50.0),))
        xero_id, _line = self.edited_meanwhile(bill)
        self.organisation.delete(xero_id)
        self.push(bill)
        self.run_engine()
        self.assertEqual(bill.xero_state, "attention")
        self.assertIn("deleted there", bill.xero_message)
        self.push(bill)
        self.run_engine()
        self.assertEqual(bill.xero_state, "sent", bill.xero_message)
        self.assertEqual(
            sorted(row["Status"] for row in self.standing(bill)), ["DELETED", "DRAFT"]
        )

    def test_a_cancelled_bill_that_is_undecided_can_be_let_go(self):
        bill = self.make("in_invoice", lines=((1, 50.0),))
        self.edited_meanwhile(bill)
        bill.button_draft()
        bill.button_cancel()
        self.assertEqual(bill.xero_state, "attention")
        self.assertTrue(bill.xero_can_unlink)
        self.assertFalse(bill.xero_can_leave)
        bill.action_xero_unlink()
        self.assertEqual(bill.xero_state, "unlinked")
        self.assertEqual(len(self.standing(bill)), 1)

    def test_which_of_two_equal_credits_is_ours_a_person_decides(self):
        credit = self.lose(self.make("in_refund"), executed=True)
        [held] = self.standing(credit)
        self.organisation.enter_credit_note(**self.as_typed(held), CreditNoteNumber=credit.ref)
        self.look_up()
        self.assertEqual(credit.xero_state, "attention")
        self.assertIn("2 documents of this supplier", credit.xero_message)
        self.assertEqual(len(self.standing(credit)), 2)

    # Faults: 34
    def test_a_credit_notes_number_that_is_taken_is_ours_or_is_told(self):
        note = self.lose(self.make("out_refund"), executed=True)
        link = self.link_of(note)
        request = link.request_id
        # Nobody knows of the first request any more: the number is taken, by ourselves.
        link._release()
        request._close()
        self.run_engine()
        self.run_engine()
        self.assertEqual(note.xero_state, "sent", note.xero_message)
        self.assertTrue(link.adopted)

        foreign = self.make("out_refund")
        held = self.standing(note)[0]
        self.organisation.enter_credit_note(
            **{**self.as_typed(held), "Date": "2026-01-01"}, CreditNoteNumber=foreign.name
        )
        self.push(foreign)
        self.run_engine()
        self.assertEqual(foreign.xero_state, "rejected")
        self.assertIn("taken in Xero by another document", foreign.xero_message)

    def test_the_twin_that_stands_is_not_taken_for_the_one_in_doubt(self):
        first = self.push(self.make("in_refund"))
        second = self.lose(self.make("in_refund"), executed=False)
        self.look_up()
        self.assertEqual(second.xero_state, "sent", second.xero_message)
        self.assertNotEqual(self.link_of(first).xero_id, self.link_of(second).xero_id)
        self.assertEqual(len(self.standing(first)), 2)

    # === A PERSON IN XERO === #

    def as_typed(self, held):
        return {
            "Type": held["Type"],
            "Contact": {"ContactID": held["ContactID"]},
            "Date": held["Date"].isoformat(),
            "LineItems": [
                {key: line[key] for key in
                 ("Description", "Quantity", "UnitAmount", "AccountCode", "TaxType")}
                for line in held["LineItems"]
            ],
        }

    def type_in(self, bill, **line):
        """The bill as a person types it into Xero."""
        return self.organisation.enter_invoice(
            Type="ACCPAY",
            InvoiceNumber=bill.ref,
            Contact={"ContactID": self.link_of(bill.partner_id).xero_id},
            Date=bill.invoice_date.isoformat(),
            LineItems=[{
                "Description": "Line 1", "Quantity": 2, "UnitAmount": 50,
                "AccountCode": "500", "TaxType": "TAX001", **line,
            }],
        )
