"""Files and notes go to Xero with their documents: once, after all documents, never blindly."""

from odoo.tools import SQL

from .push_common import ORGANISATION, XeroPushCase

PDF = b"%PDF-1.4 the invoice"
RESERVE = 200


class EnclosureCase(XeroPushCase):
    """A tenant with the permission for files; what shall go is chosen by each test."""

    OPTIONS = {}

    def setUp(self):
        super().setUp()
        self.organisation = self.sim.organisation(ORGANISATION)
        self.tenant.write(self.OPTIONS)
        if self.tenant.permission_missing:
            self.connect(ORGANISATION)
        self.partner = self.make_partner("Coast Cafe")
        self.push(self.partner)
        self.sim.journal.clear()

    def attach(self, record, name="terms.txt", raw=b"Thirty days", **values):
        return self.env["ir.attachment"].create({
            "name": name, "raw": raw, "res_model": record._name, "res_id": record.id, **values,
        })

    def attach_pdf(self, invoice, raw=PDF):
        """What Send & Print leaves on an invoice."""
        self.attach(invoice, f"{invoice.name}.pdf", raw, res_field="invoice_pdf_report_file")
        invoice.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])

    def files_in_xero(self, record):
        """{file name: bytes} of what the organisation holds of a record."""
        xero_id = self.link_of(record).xero_id
        return {
            row["FileName"]: row["Content"]
            for row in self.organisation.attachments.find("owner", xero_id)
        }

    def notes_in_xero(self, record):
        xero_id = self.link_of(record).xero_id
        return [row["Details"] for row in self.organisation.history.find("owner", xero_id)]

    def enclosures(self, record):
        return self.env["xero.enclosure"].search(
            [("link_id", "=", self.link_of(record).id)], order="id"
        )

    def puts(self, path):
        """Writes below documents that the simulator saw, by the last parts of their path."""
        return [call for call in self.sim.journal.writes if path in call.path]

    def change(self, invoice):
        """Reset to draft, change, post again."""
        invoice.button_draft()
        invoice.invoice_line_ids[0].price_unit = 77
        invoice.action_post()
        self.run_engine()


class TestOff(EnclosureCase):
    def test_what_is_off_costs_nothing(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.attach_pdf(invoice)
        self.push(invoice)
        self.assertEqual(len(self.sim.journal.accounting), 1)
        self.assertFalse(self.env["xero.enclosure"].search([]))

    def test_a_consent_asks_for_files_only_where_they_go(self):
        self.assertNotIn("accounting.attachments", self.go_to_xero())
        self.tenant.send_pdf = True
        self.assertIn("accounting.attachments", self.go_to_xero())

    def test_a_missing_permission_is_said_and_stops_nothing_else(self):
        self.assertFalse(self.tenant.permission_missing)
        self.tenant.write({"send_attachments": True, "history_note": "send"})
        self.assertTrue(self.tenant.banner.startswith("Permissions missing: Connect Now again"))
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.push(invoice)
        self.assertEqual((self.tenant.state, invoice.xero_state), ("connected", "sent"))
        self.assertEqual(len(self.notes_in_xero(invoice)), 1)
        self.assertEqual(len(self.sim.journal.accounting), 2)
        self.connect(ORGANISATION)
        self.assertFalse(self.tenant.permission_missing)
        self.assertNotIn("Permissions missing", self.tenant.banner or "")
        self.run_engine()
        self.assertEqual(len(self.files_in_xero(invoice)), 1)

    def test_a_permission_taken_back_stops_files_only(self):
        self.tenant.send_attachments = True
        self.tenant.granted_scopes += " accounting.attachments"  # as far as we know
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.push(invoice)
        self.assertEqual((self.tenant.state, invoice.xero_state), ("connected", "sent"))
        self.assertTrue(self.tenant.permission_missing)
        self.assertEqual(self.enclosures(invoice).state, "pending")

    def test_what_was_sent_before_stays_as_it_is(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.push(invoice)
        self.env.cr.execute(SQL("UPDATE xero_link SET sent_at = sent_at - interval '1 day'"))
        self.env.invalidate_all()
        self.tenant.write({"send_attachments": True, "history_note": "send"})
        self.connect(ORGANISATION)
        self.run_engine()
        self.assertFalse(self.enclosures(invoice))


class TestFiles(EnclosureCase):
    OPTIONS = {"send_pdf": True, "send_attachments": True}

    def test_the_pdf_and_the_attachments_go_byte_for_byte(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice, "Terms: 30/60 days?.txt", b"\x00Thirty")
        self.attach_pdf(invoice)
        self.push(invoice)
        files = self.files_in_xero(invoice)
        self.assertEqual(set(files.values()), {PDF, b"\x00Thirty"})
        terms, pdf = sorted(files, key=lambda name: not name.startswith("Terms"))
        self.assertRegex(terms, r"^Terms 30 60 days [0-9a-f]{8}\.txt$")
        self.assertRegex(pdf, r"^INV 2026 \d+ [0-9a-f]{8}\.pdf$")
        types = {row["MimeType"] for row in self.organisation.attachments.values()}
        self.assertIn("application/pdf", types)
        self.assertEqual(set(self.enclosures(invoice).mapped("state")), {"sent"})
        self.assertFalse(self.sim.journal.unknown)

    def test_each_goes_once(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.attach(invoice, "the same again.txt")
        self.attach_pdf(invoice)
        self.push(invoice)
        self.push(invoice)
        self.change(invoice)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.run_engine()
        self.assertEqual(len(self.puts("/Attachments/")), 2)
        self.assertEqual(self.tenant.cron_id.failure_count, 0)

    def test_a_new_pdf_goes_too(self):
        invoice = self.make_invoice(self.partner)
        self.attach_pdf(invoice)
        self.push(invoice)
        self.change(invoice)
        self.attach_pdf(invoice, PDF + b" corrected")
        self.run_engine()
        self.assertEqual(set(self.files_in_xero(invoice).values()), {PDF, PDF + b" corrected"})

    def test_what_comes_later_goes_later(self):
        invoice = self.push(self.make_invoice(self.partner))
        self.assertFalse(self.files_in_xero(invoice))
        self.attach_pdf(invoice)
        self.run_engine()
        self.assertEqual(list(self.files_in_xero(invoice).values()), [PDF])

    def test_every_kind_of_document(self):
        for record in (
            self.make_move("in_invoice", self.partner, ref="S1"),
            self.make_move("out_refund", self.partner),
            self.make_order(self.partner),
        ):
            with self.subTest(record=record.name):
                self.attach(record, "scan.pdf", PDF + record.name.encode())
                self.push(record)
                self.assertEqual(len(self.files_in_xero(record)), 1, record.xero_message)

    def test_electronic_invoices_and_addresses_stay(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice, "ubl.xml", b"<Invoice/>", mimetype="application/xml")
        self.attach(invoice, "ubl.xml", b"<Invoice/> ", res_field="ubl_cii_xml_file")
        self.env["ir.attachment"].create({
            "name": "elsewhere", "type": "url", "url": "https://example.com/a.pdf",
            "res_model": "account.move", "res_id": invoice.id,
        })
        self.push(invoice)
        self.assertFalse(self.enclosures(invoice))

    def test_only_what_was_chosen(self):
        self.tenant.send_attachments = False
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.attach_pdf(invoice)
        self.push(invoice)
        self.assertEqual(list(self.files_in_xero(invoice).values()), [PDF])
        self.tenant.write({"send_attachments": True, "send_pdf": False})
        other = self.make_invoice(self.partner)
        self.attach(other)
        self.attach_pdf(other)
        self.attach(other, "copy of the invoice.pdf", PDF)
        self.push(other)
        self.assertEqual(list(self.files_in_xero(other).values()), [b"Thirty days"])

    def test_what_was_removed_in_odoo_before_does_not_go(self):
        invoice = self.make_invoice(self.partner)
        attachment = self.attach(invoice)
        self.tenant.day_reserve = 5000
        self.push(invoice)
        self.assertEqual(self.enclosures(invoice).state, "pending")
        attachment.unlink()
        self.tenant.day_reserve = 0
        self.run_engine()
        self.assertFalse(self.enclosures(invoice))
        self.assertFalse(self.files_in_xero(invoice))

    def test_a_pdf_that_is_none_any_more_does_not_go(self):
        self.tenant.write({"send_attachments": False, "day_reserve": 5000})
        invoice = self.make_invoice(self.partner)
        self.attach_pdf(invoice)
        self.push(invoice)
        self.assertEqual(self.enclosures(invoice).state, "pending")
        self.change(invoice)
        self.tenant.day_reserve = 0
        self.run_engine()
        self.assertFalse(self.enclosures(invoice))
        self.assertFalse(self.puts("/Attachments/"))

    def test_what_waits_for_an_unlinked_document_is_dropped(self):
        self.tenant.day_reserve = 5000
        invoice = self.make_invoice(self.partner)
        self.attach(invoice)
        self.push(invoice)
        self.link_of(invoice).sudo()._forget()
        self.assertFalse(self.enclosures(invoice))

    def test_the_record_of_the_call_names_no_file(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice, "Merger plans.pdf")
        self.push(invoice)
        self.assertIn(
            "Invoices/{id}/Attachments/{file}", self.env["xero.exchange"].search([]).mapped("path")
        )

    # === RULES OF SIZE === #

    def test_a_large_file_is_told_and_costs_no_call(self):
        invoice = self.make_invoice(self.partner)
        self.attach(invoice, "plan.pdf", b"%PDF" + b"x" * 10_000_000)
        self.push(invoice)
        enclosure = self.enclosures(invoice)
        self.assertEqual(enclosure.state, "blocked")
        self.assertIn("10.0 MB, and Xero takes files of up to 10 MB", enclosure.message)
        self.assertFalse(self.puts("/Attachments/"))

    def test_ten_files_go(self):
        invoice = self.make_invoice(self.partner)
        for number in range(11):
            self.attach(invoice, f"{number}.txt", b"%d" % number)
        self.push(invoice)
        self.assertEqual(len(self.files_in_xero(invoice)), 10)
        left = self.enclosures(invoice)[-1]
        self.assertEqual(left.state, "blocked")
        self.assertIn("Xero takes 10 files", left.message)

    # === TROUBLE === #

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
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(len(self.files_in_xero(invoice)), 1)

    # === THEIR TURN === #

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


class TestNotes(EnclosureCase):
    OPTIONS = {"history_note": "send"}

    def test_a_note_for_each_send(self):
        invoice = self.push(self.make_invoice(self.partner))
        (note,) = self.notes_in_xero(invoice)
        self.assertIn(f"Sent from Odoo: {invoice.name}", note)
        self.assertIn(f"/odoo/account.move/{invoice.id} ", note)
        self.run_engine()
        self.push(invoice)
        self.assertEqual(len(self.notes_in_xero(invoice)), 1)
        self.change(invoice)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(len(self.notes_in_xero(invoice)), 2)

    def test_the_link_to_odoo_where_xero_has_no_field_for_it(self):
        self.tenant.history_note = "link"
        invoice = self.push(self.make_invoice(self.partner))
        self.assertFalse(self.notes_in_xero(invoice))
        for record in (self.make_move("out_refund", self.partner), self.make_order(self.partner)):
            self.push(record)
            (note,) = self.notes_in_xero(record)
            self.assertIn(f"/odoo/{record._name}/{record.id} ", note)
        refund = self.push(self.make_move("out_refund", self.partner))
        self.change(refund)
        self.assertEqual(refund.xero_state, "sent", refund.xero_message)
        self.assertEqual(len(self.notes_in_xero(refund)), 1)

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

    def test_no_note_on_what_was_removed(self):
        invoice = self.push(self.make_invoice(self.partner))
        invoice.button_draft()
        invoice.button_cancel()
        self.run_engine()
        self.assertEqual(invoice.xero_status, "DELETED")
        self.assertEqual(len(self.notes_in_xero(invoice)), 1)
