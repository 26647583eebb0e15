"""Answers that no reader of Xero's pages expects: told or in doubt, never a crash or a twin."""

import copy
import json

from .push_common import XeroPushCase


class TestOddAnswers(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.partner = self.push(self.make_partner())
        self.sim.journal.clear()

    def answer_with(self, change, method="PUT", path="Invoices"):
        """Xero's next true answer, its list of elements given to a function that changes it."""
        def edit(response):
            answer = json.loads(response.body)
            answer[path] = change(answer[path])
            response.body = json.dumps(answer).encode()
            return response

        self.sim.faults.add("edit", method=method, path=path, function=edit)

    def two_invoices(self):
        return self.make_invoice(self.partner) | self.make_invoice(self.partner, ((1, 20.0),))

    def settle(self):
        self.move_time(minutes=16)
        self.run_engine()

    def assert_once_each(self, invoices):
        states = set(invoices.mapped("xero_state"))
        self.assertEqual(states, {"sent"}, invoices.mapped("xero_message"))
        self.assertEqual(self.writes(), [("Invoices", len(invoices))])
        for invoice in invoices:
            held = self.held("Invoices")[invoice.name]
            self.assertEqual(self.link_of(invoice).xero_id, held["InvoiceID"])

    # === ELEMENTS === #

    # Faults: 26
    def test_an_element_too_many(self):
        """What nobody sent, in front of what was sent: taken for nobody's."""
        def add(rows):
            stranger = {**copy.deepcopy(rows[0]), "InvoiceNumber": "STRANGER-1",
                        "InvoiceID": "11111111-2222-4333-8444-555555555555"}
            return [stranger, *rows]

        self.answer_with(add)
        self.assert_once_each(self.push(self.two_invoices()))

    # Faults: 26
    def test_one_number_twice_in_an_answer(self):
        """Which of them is ours the answer does not tell: looked up, not guessed."""
        def same(rows):
            return [rows[0], {**rows[1], "InvoiceNumber": rows[0]["InvoiceNumber"]}]

        self.answer_with(same)
        invoices = self.push(self.two_invoices())
        self.assertEqual(set(invoices.mapped("xero_state")), {"unknown"})
        self.settle()
        self.assert_once_each(invoices)

    # Faults: 26
    def test_a_batch_fails_in_part_and_out_of_order(self):
        """The refused element comes first although it was sent last: each keeps its own fate."""
        good = self.make_invoice(self.partner)
        bad = self.make_invoice(self.partner, ((1, 20.0),))

        def refuse(rows):
            by_number = {row["InvoiceNumber"]: row for row in rows}
            refused = {**by_number[bad.name], "StatusAttributeString": "ERROR",
                       "ValidationErrors": [{"Message": "Something new is wrong."}]}
            return [refused, by_number[good.name]]

        self.answer_with(refuse)
        self.push(good | bad)
        self.assertEqual((good.xero_state, bad.xero_state), ("sent", "rejected"))
        self.assertIn("Something new is wrong.", bad.xero_message)
        self.assertFalse(self.link_of(bad).xero_id, "what a refused element echoes is not stored")

    # === SHAPES === #

    # Faults: 27, 44
    def test_bodies_that_say_nothing(self):
        """Nothing in them proves anything, so Xero is asked; no run ends in an error."""
        bodies = (
            "", "{", "null", "[]", "42", '{"Invoices": null}', '{"Invoices": [null]}',
            '{"Invoices": {"InvoiceID": 1}}', '{"Invoices": [{"InvoiceID": true}]}',
            '{"invoices": []}', '{"Rechnungen": []}', "[" * 5000, '{"Invoices": [[[[]]]]}',
        )
        for body in bodies:
            with self.subTest(body=body[:40]):
                self.sim.journal.clear()
                invoice = self.make_invoice(self.partner)
                self.sim.faults.add("replace", method="PUT", path="Invoices", body=body)
                self.push(invoice)
                self.assertEqual(invoice.xero_state, "unknown")
                self.settle()
                self.assert_once_each(invoice)

    # Faults: 27, 44
    def test_what_a_look_up_cannot_read_decides_nothing(self):
        """A look-up answered with nonsense is put off, and settles when Xero makes sense again."""
        invoice = self.make_invoice(self.partner)
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)
        self.push(invoice)
        self.sim.faults.add("replace", method="GET", path="Invoices", body='{"Invoices": "none"}')
        self.settle()
        self.assertEqual(invoice.xero_state, "unknown")
        self.settle()
        self.assert_once_each(invoice)

    # Faults: 44
    def test_new_fields_and_new_words_do_no_harm(self):
        def enrich(rows):
            return [{**row, "Sustainability": {"Grade": ["A", None]}, "Status": "PENDING_REVIEW",
                     "LineItems": [{**line, "Carbon": 1.5} for line in row["LineItems"]]}
                    for row in rows]

        self.answer_with(enrich)
        invoice = self.push(self.make_invoice(self.partner))
        self.assert_once_each(invoice)
        self.assertEqual(self.link_of(invoice).xero_status, "PENDING_REVIEW")

    # Faults: 44
    def test_a_field_that_is_no_more_is_doubt(self):
        """Without an id or without totals nothing can be called equal."""
        for field in ("InvoiceID", "InvoiceNumber", "SubTotal", "TotalTax", "Total"):
            with self.subTest(field=field):
                self.sim.journal.clear()
                self.answer_with(lambda rows, field=field: [
                    {name: value for name, value in row.items() if name != field} for row in rows
                ])
                invoice = self.push(self.make_invoice(self.partner))
                self.assertEqual(invoice.xero_state, "unknown")
                self.settle()
                self.assert_once_each(invoice)

    # Faults: 27
    def test_inexact_numbers_and_other_dates_are_read(self):
        """1E2 and 100.0000 are a hundred; a date may come in each of Xero's dialects."""
        def odd(response):
            answer = json.loads(response.body)
            total = answer["Invoices"][0]["Total"]
            answer["Invoices"][0]["Date"] = "/Date(1793577600000)/"
            text = json.dumps(answer).replace(f'"Total": {total}', f'"Total": {total:.4f}')
            response.body = text.encode()
            return response

        self.sim.faults.add("edit", method="PUT", path="Invoices", function=odd)
        self.assert_once_each(self.push(self.make_invoice(self.partner)))
