"""A tenant that sends files and notes, and a look at what Xero holds of them."""

from .push_common import ORGANISATION, XeroPushCase

PDF = b"%PDF-1.4 the invoice"


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
