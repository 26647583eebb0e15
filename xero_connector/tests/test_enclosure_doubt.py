"""Files and notes in trouble, or waiting: nothing is sent twice, documents go first."""

from .enclosure_common import EnclosureCase
from .push_common import ORGANISATION

RESERVE = 200  # of the tenant, at first


class TestTrouble(EnclosureCase):
    OPTIONS = {"send_pdf": True, "send_attachments": True}

    def test_a_refusal_is_said_in_words_and_can_be_tried_again(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.sim.faults.add(
            "error", method="PUT", path="/Attachments/", status=400, executed=False,
            body='{"Message": "The file type is not supported."}',
            content_type="application/json",
        )
        self.push(invoice)
        enclosure = self.enclosures(invoice)
        self.assertEqual((enclosure.state, invoice.xero_state), ("refused", "sent"))
        self.assertIn("Xero refused the file: The file type is not supported.", enclosure.message)
        self.run_engine()
        self.assertEqual(len(self.puts("/Attachments/")), 1)
        self.assertIn("Refused by Xero: 1", self.tenant.enclosure_text)
        self.assertEqual(invoice.xero_enclosure_ids, enclosure)
        enclosure.action_try_again()
        self.run_engine()
        self.assertEqual(enclosure.state, "sent")

    def test_a_lost_answer_is_looked_up(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.sim.faults.add("drop", method="PUT", path="/Attachments/", executed=True)
        self.push(invoice)
        self.assertEqual(self.enclosures(invoice).state, "unknown")
        self.run_engine()
        self.move_time(minutes=16)
        self.run_engine()
        enclosure = self.enclosures(invoice)
        self.assertEqual((enclosure.state, enclosure.adopted), ("sent", True))
        self.assertEqual(len(self.puts("/Attachments/")), 1)
        self.assertEqual(len(self.calls("GET", "/Attachments")), 1)

    def test_what_never_arrived_is_sent_again_after_a_look(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.sim.faults.add("drop", method="PUT", path="/Attachments/", executed=False)
        self.push(invoice)
        self.run_engine()
        self.assertFalse(self.calls("GET", "/Attachments"))
        self.move_time(minutes=16)
        self.run_engine()
        first, second = self.puts("/Attachments/")
        self.assertNotEqual(first.idempotency_key, second.idempotency_key)
        self.assertEqual(self.enclosures(invoice).state, "sent")
        self.assertEqual(len(self.files_in_xero(invoice)), 1)

    def test_a_look_without_permission_is_put_off(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.sim.faults.add("drop", method="PUT", path="/Attachments/", executed=True)
        self.push(invoice)
        self.move_time(minutes=16)
        self.sim.faults.add("scope", method="GET", path="/Attachments")
        self.run_engine()
        self.assertEqual(self.tenant.state, "connected")
        self.assertEqual(self.enclosures(invoice).state, "unknown")
        self.assertTrue(self.tenant.permission_missing)
        self.assertEqual(len(self.calls("GET", "/Attachments")), 1)
        self.tenant.send_attachments = False
        self.connect(ORGANISATION)
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual(self.enclosures(invoice).state, "sent")

    def test_a_document_gone_in_xero_ends_the_look(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.sim.faults.add("drop", method="PUT", path="/Attachments/", executed=False)
        self.push(invoice)
        self.organisation.lose(self.link_of(invoice).xero_id)
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual(self.enclosures(invoice).state, "refused")
        self.assertIn("is not in Xero any more", self.enclosures(invoice).message)

    # Faults: 2
    def test_a_sender_that_died_is_looked_after(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.tenant.day_reserve = 5000
        self.push(invoice)
        enclosure = self.enclosures(invoice)
        enclosure.sudo()._claim()
        self.tenant.day_reserve = 0
        self.run_engine()
        self.assertEqual(enclosure.state, "unknown")
        self.move_time(minutes=16)
        self.run_engine()
        self.assertEqual(enclosure.state, "sent")
        self.assertEqual(len(self.calls("GET", "/Attachments")), 1)

    # Faults: 9
    def test_a_limit_puts_off_and_does_not_use_up_the_attempt(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.sim.faults.add("limited", method="PUT", path="/Attachments/")
        self.push(invoice)
        enclosure = self.enclosures(invoice)
        self.assertEqual((enclosure.state, enclosure.attempt), ("pending", 0))
        self.move_time(minutes=2)
        self.run_engine()
        self.assertEqual(enclosure.state, "sent")

    def test_a_document_created_anew_gets_its_files_again(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.push(invoice)
        link = self.link_of(invoice)
        self.organisation.delete(link.xero_id)
        link._forget()
        link._release()
        invoice.name += "-B"
        self.move_time(minutes=2)  # so long edits are let come together
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(len(self.files_in_xero(invoice)), 1)


class TestTurn(EnclosureCase):
    OPTIONS = {"send_pdf": True, "send_attachments": True}

    def test_they_wait_behind_documents(self):
        invoices = self.env["account.move"].union(*(
            self.make_invoice(self.partner) for _invoice in range(51)
        ))
        self.attach(invoices[0])
        self.push(invoices)
        paths = [call.path.split("/")[3:] for call in self.sim.journal.writes]
        self.assertEqual([len(path) for path in paths], [1, 1, 4])

    def test_a_document_that_comes_meanwhile_goes_first(self):
        invoice, other = self.make_invoice(self.partner), self.make_invoice(self.partner)
        for number in range(3):
            self.attach(invoice, f"{number}.txt", b"%d" % number)
        model = type(self.env["xero.enclosure"])
        original, marked = model._transmit, []

        def meanwhile(enclosure):
            original(enclosure)
            if not marked:
                marked.append(self.env["xero.link"].sudo()._mark_pending(self.tenant, other))

        self.patch(model, "_transmit", meanwhile)
        self.push(invoice)
        self.run_engine()
        self.assertEqual(other.xero_state, "sent")
        depths = [len(call.path.split("/")) - 3 for call in self.sim.journal.writes]
        self.assertEqual(depths, [1, 4, 1, 4, 4])

    # Faults: 10
    def test_they_wait_while_few_calls_are_left(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.sim.limits.use("CLIENT-OF-THE-TESTS", self.tenant.organisation_id, day=1000 - RESERVE)
        self.push(invoice)
        self.assertEqual((invoice.xero_state, self.enclosures(invoice).state), ("sent", "pending"))
        self.assertFalse(self.puts("/Attachments/"))
        self.sim.limits.use("CLIENT-OF-THE-TESTS", self.tenant.organisation_id, day=0)
        self.move_time(minutes=61)
        self.run_engine()
        self.assertEqual(self.enclosures(invoice).state, "sent")


class TestNotesInDoubt(EnclosureCase):
    OPTIONS = {"history_note": "send"}

    def test_a_lost_answer_is_looked_up(self):
        for executed in (True, False):
            with self.subTest(executed=executed):
                invoice = self.make_invoice(self.partner)
                self.sim.faults.add("drop", method="PUT", path="/History", executed=executed)
                self.push(invoice)
                self.assertEqual(self.enclosures(invoice).state, "unknown")
                self.move_time(minutes=16)
                self.run_engine()
                self.assertEqual(self.enclosures(invoice).state, "sent")
                self.assertEqual(self.enclosures(invoice).adopted, executed)
                self.assertEqual(len(self.notes_in_xero(invoice)), 1)
