"""Names and lines that break other connectors arrive in Xero as they are, or by a rule."""

from .push_common import XeroPushCase

TEXTS = {
    "emoji": "Ca\u0301fe \U0001f9fe\U0001f468\u200d\U0001f469\u200d\U0001f467 Pty",
    "right to left": "\u05d7\u05e0\u05d5\u05ea \u05d4\u05e4\u05d9\u05e0\u05d4",
    "markup": "<b>Bold & \"Sons\"</b> <script>alert(1)</script>",
    "template": "{{7*7}} ${7*7} %(name)s",
}


class TestOddTexts(XeroPushCase):
    # Faults: 29
    def test_names_and_lines_arrive_as_they_are(self):
        for name, text in TEXTS.items():
            with self.subTest(text=name):
                partner = self.make_partner(text)
                invoice = self.make_invoice(partner)
                invoice.button_draft()
                invoice.invoice_line_ids.name = f"{text}\n\tsecond line"
                invoice.action_post()
                self.push(invoice)
                self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
                contact = self.held("Contacts")[self.link_of(partner).xero_number]
                # Xero takes no pointed brackets in names.
                self.assertEqual(contact["Name"], text.replace("<", "(").replace(">", ")"))
                [line] = self.held("Invoices")[invoice.name]["LineItems"]
                self.assertEqual(line["Description"], f"{text}\n\tsecond line")

    # Faults: 29
    def test_direction_marks_and_control_characters_are_left_out(self):
        """They make a name look like another one's; nothing of the name itself is lost."""
        partner = self.make_partner("Safe\u202e\u2066 \x07Name\u200f")
        self.push(partner)
        self.assertEqual(partner.xero_state, "sent", partner.xero_message)
        contact = self.held("Contacts")[self.link_of(partner).xero_number]
        self.assertEqual(contact["Name"], "Safe Name")

    # Faults: 29
    def test_two_long_names_do_not_become_one(self):
        """Names over Xero's 255 characters, alike up to there."""
        partners = self.make_partner("L" * 260 + "1") | self.make_partner("L" * 260 + "2")
        self.push(partners)
        names = [self.held("Contacts")[self.link_of(partner).xero_number]["Name"]
                 for partner in partners if partner.xero_state == "sent"]
        self.assertTrue(names)
        self.assertEqual(len(set(names)), len(names))
        self.assertTrue(all(len(name) <= 255 for name in names))
        for partner in partners.filtered(lambda one: one.xero_state != "sent"):
            self.assertTrue(partner.xero_message)

    # Faults: 28
    def test_an_invoice_of_six_hundred_lines(self):
        invoice = self.make_invoice(lines=tuple((1, 1.11 + n / 100) for n in range(600)))
        self.push(invoice)
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        held = self.held("Invoices")[invoice.name]
        self.assertEqual(len(held["LineItems"]), 600)
        self.assertEqual(f"{held['Total']:.2f}", f"{invoice.amount_total:.2f}")
