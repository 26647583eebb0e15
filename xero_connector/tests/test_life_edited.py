"""What a person changed in Xero is shown, and lost only when a person says so."""

from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .life_common import LifeCase


class TestEditedInXero(LifeCase):
    """Both values are shown; nothing is overwritten before a person says so."""

    def edited_invoice(self):
        invoice = self.sent_invoice(lines=((2, 50.0), (1, 7.0)), ref="PO 31")
        first, second = self.in_xero(invoice)["LineItems"]
        self.organisation.edit(
            self.link_of(invoice).xero_id,
            Reference="By hand <b>",
            LineItems=[
                {"LineItemID": first["LineItemID"], "UnitAmount": Decimal("55")},
                {"LineItemID": second["LineItemID"]},
            ],
        )
        invoice.button_draft()
        invoice.invoice_line_ids[1].name = "Changed in Odoo"
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention", invoice.xero_message)
        return invoice

    def rows(self, document):
        return {row["label"]: (row["odoo"], row["xero"]) for row in document.xero_differences}

    def test_both_values_of_each_field_are_shown(self):
        invoice = self.edited_invoice()
        rows = self.rows(invoice)
        self.assertEqual(rows["Reference"], ("PO 31", "By hand <b>"))
        self.assertEqual(rows["Line 1: Unit price"], ("50.00", "55.00"))
        self.assertIn("Total", rows)
        self.assertNotIn("Line 2: Description", rows, "Only Odoo has changed that.")
        self.assertEqual(self.writes(), [])
        self.assertEqual(self.in_xero(invoice)["Reference"], "By hand <b>")
        self.assertTrue(invoice.xero_can_overwrite and invoice.xero_can_leave)

    def test_odoo_s_version_goes_when_a_person_says_so(self):
        invoice = self.edited_invoice()
        ids = self.line_ids(invoice)
        invoice.action_xero_overwrite()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        held = self.in_xero(invoice)
        self.assertEqual(held["Reference"], "PO 31")
        self.assertEqual(f"{held['Total']:.2f}", f"{invoice.amount_total:.2f}")
        self.assertEqual(self.line_ids(invoice), ids)
        self.assertFalse(invoice.xero_differences)

    def test_an_edit_after_the_decision_is_asked_again(self):
        invoice = self.edited_invoice()
        invoice.action_xero_overwrite()
        self.organisation.edit(self.link_of(invoice).xero_id, Reference="By hand again")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention")
        self.assertEqual(list(self.rows(invoice)), ["Reference"])
        self.assertEqual(self.writes(), [])

    def test_left_as_it_is_until_odoo_changes_again(self):
        invoice = self.edited_invoice()
        invoice.action_xero_leave()
        self.assertEqual(invoice.xero_state, "sent")
        self.assertFalse(invoice.xero_message)
        self.assertEqual(self.link_of(invoice).xero_total, float(self.in_xero(invoice)["Total"]))
        self.change(invoice, invoice_date_due="2026-12-24")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "attention", "What was left is not overwritten.")
        self.assertEqual(self.in_xero(invoice)["Reference"], "By hand <b>")

    def test_unlinked_is_forgotten_and_not_sent_by_itself(self):
        invoice = self.edited_invoice()
        invoice.action_xero_unlink()
        self.assertEqual(invoice.xero_state, "unlinked")
        self.assertFalse(invoice.xero_url)
        self.tenant.write({"send_since": "2026-11-01", "send_automatically": True})
        self.tenant._cron_wake_all()
        self.change(invoice, ref="PO 32")
        self.run_engine()
        self.assertEqual(invoice.xero_state, "unlinked")
        self.assertEqual(self.writes(), [])
        self.assertTrue(invoice.xero_can_push)

    def test_a_cancelled_document_that_was_edited_is_removed_only_on_demand(self):
        invoice = self.sent_invoice()
        self.organisation.edit(self.link_of(invoice).xero_id, Reference="By hand")
        invoice.button_cancel()
        self.run_engine()
        self.assertEqual(self.link_of(invoice).obstacle, "edited")
        self.assertEqual(self.in_xero(invoice)["Status"], "DRAFT")
        invoice.action_xero_overwrite()
        self.run_engine()
        self.assertEqual(self.in_xero(invoice)["Status"], "DELETED")

    def test_an_edit_that_odoo_does_not_touch_stays(self):
        order = self.sent_order()
        self.organisation.edit(self.link_of(order).xero_id, DeliveryInstructions="Ring twice")
        order.button_cancel()
        order.button_draft()
        order.order_line.name = "Other words"
        order.button_confirm()
        self.run_engine()
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        self.assertEqual(self.in_xero(order)["DeliveryInstructions"], "Ring twice")

    def test_lines_added_and_removed_by_hand_are_shown(self):
        invoice = self.sent_invoice(lines=((2, 50.0), (1, 7.0)))
        first = self.in_xero(invoice)["LineItems"][0]
        self.organisation.edit(self.link_of(invoice).xero_id, LineItems=[
            {"LineItemID": first["LineItemID"]},
            {"Description": "Freight", "Quantity": 1, "UnitAmount": 12, "AccountCode": "400"},
        ])
        self.change(invoice, ref="PO 33")
        self.run_engine()
        rows = [(row["odoo"], row["xero"]) for row in invoice.xero_differences]
        self.assertIn("Freight: 1 × 12", [xero for _odoo, xero in rows])
        self.assertIn(("Line 2: 1 × 7", ""), rows)

    def test_linked_without_sending_is_never_overwritten_unasked(self):
        invoice = self.sent_invoice()
        self.link_of(invoice).write({"held": False, "fingerprint": False, "adopted": True})
        self.change(invoice)
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", "Equal totals count as sent.")
        self.link_of(invoice).write({"held": False, "fingerprint": False})
        self.change(invoice, ref="PO 34")
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 70
        invoice.action_post()
        self.run_engine()
        self.assertEqual(self.link_of(invoice).obstacle, "edited")
        self.assertEqual(self.rows(invoice)["Line 1: Unit price"], ("70.00", "50.00"))
        self.assertEqual(self.writes(), [])


class TestWhoDecides(LifeCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.sent_invoice()
        self.organisation.edit(self.link_of(self.invoice).xero_id, Reference="By hand")
        self.change(self.invoice, ref="PO 35")
        self.run_engine()

    def test_a_clerk_may_leave_but_not_overwrite_or_unlink(self):
        clerk = new_test_user(self.env, "clerk", groups="account.group_account_invoice")
        as_clerk = self.invoice.with_user(clerk)
        self.assertFalse(as_clerk.xero_can_overwrite or as_clerk.xero_can_unlink)
        for action in ("action_xero_overwrite", "action_xero_unlink"):
            with self.assertRaisesRegex(AccessError, "accountant"):
                getattr(as_clerk, action)()
        self.assertTrue(as_clerk.xero_can_leave)
        as_clerk.action_xero_leave()
        self.assertEqual(self.invoice.xero_state, "sent")

    def test_a_reader_decides_nothing(self):
        reader = new_test_user(self.env, "reader", groups="account.group_account_readonly")
        as_reader = self.invoice.with_user(reader)
        self.assertFalse(as_reader.xero_can_leave, "A button that only refuses is not shown.")
        self.assertTrue(as_reader.xero_differences, "What differs is there to be read.")
        for action in ("overwrite", "leave", "check_again", "unlink"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.invoice.with_user(reader), f"action_xero_{action}")()
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.link_of(self.invoice).with_user(reader).sudo(False),
                        f"action_{action}")()

    def test_who_belongs_to_another_company_decides_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env, "stranger", groups="account.group_account_manager",
            company_id=other.id, company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            self.link_of(self.invoice).with_user(stranger).sudo(False).action_overwrite()

    def test_what_has_changed_meanwhile_is_told(self):
        link = self.link_of(self.invoice)
        link.action_leave()
        with self.assertRaisesRegex(UserError, "meanwhile"):
            link.action_overwrite()
