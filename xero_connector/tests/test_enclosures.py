"""Files and notes go to Xero with their documents, each once, as the tenant chooses."""

from odoo.tools import SQL

from .enclosure_common import PDF, EnclosureCase
from .push_common import ORGANISATION


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
        self.tenant.sudo().granted_scopes += " accounting.attachments"  # as far as we know
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

    def test_the_pdf_is_the_one_of_send_and_print(self):
        invoice = self.push(self.make_invoice(self.partner))
        self.env["account.move.send"]._generate_and_send_invoices(
            invoice, sending_methods=["manual"]
        )
        self.assertTrue(invoice.invoice_pdf_report_id.raw)
        self.run_engine()
        self.assertEqual(
            list(self.files_in_xero(invoice).values()), [invoice.invoice_pdf_report_id.raw]
        )

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

    def test_no_note_on_what_was_removed(self):
        invoice = self.push(self.make_invoice(self.partner))
        invoice.button_draft()
        invoice.button_cancel()
        self.run_engine()
        self.assertEqual(invoice.xero_status, "DELETED")
        self.assertEqual(len(self.notes_in_xero(invoice)), 1)
