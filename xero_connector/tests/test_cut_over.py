"""Documents dated before the cut-over never go to Xero; a mended draft goes without pressing."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .push_common import XeroPushCase


@tagged("post_install", "-at_install")
class TestCutOver(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.tenant.send_since = "2026-11-01"

    def told(self):
        """Messages that the person gets on the screen, while the patch holds."""
        return patch.object(type(self.env.user), "_bus_send", autospec=True)

    def test_earlier_documents_are_refused_by_hand(self):
        old = self.make_invoice(invoice_date="2026-10-31")
        with self.assertRaisesRegex(UserError, "10/31/2026.*cut-over.*11/01/2026"):
            old.action_xero_push()
        self.assertFalse(old.xero_state)

    def test_the_day_itself_goes(self):
        self.assertEqual(self.push(self.make_invoice(invoice_date="2026-11-01")).xero_state, "sent")

    def test_earlier_orders_are_refused_by_their_local_date(self):
        """31 October 20:00 in UTC is November already in Sydney."""
        order = self.make_order()
        self.env.user.tz = "Australia/Sydney"
        order.date_order = "2026-10-31 20:00:00"
        self.assertEqual(order._xero_date(), date(2026, 11, 1))
        self.assertEqual(self.push(order).xero_state, "sent")
        early = self.make_order()
        early.date_order = "2026-10-31 10:00:00"
        with self.assertRaisesRegex(UserError, "cut-over"):
            early.action_xero_push()

    def test_those_of_a_larger_choice_are_left_out_and_told(self):
        old, new = self.make_invoice(invoice_date="2026-10-01"), self.make_invoice()
        with self.told() as bus_send:
            (old | new).action_xero_push()
        self.assertEqual((old.xero_state, new.xero_state), (False, "pending"))
        [message] = [call.args[2]["message"] for call in bus_send.call_args_list]
        self.assertIn("cut-over", message)

    def test_marked_before_the_date_was_set(self):
        """Refused by the run too, and sent once the date is moved back."""
        self.tenant.send_since = False
        invoice = self.make_invoice(invoice_date="2026-10-01")
        invoice.action_xero_push()
        self.tenant.send_since = "2026-11-01"
        self.run_engine()
        self.assertEqual(invoice.xero_state, "blocked")
        self.assertIn("cut-over", invoice.xero_message)
        self.tenant.send_since = "2026-09-01"
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent")

    def test_nothing_earlier_goes_by_itself(self):
        old, new = self.make_order(), self.make_order()
        old.date_order = "2026-10-31 20:00:00"  # found by the search, refused by the local date
        self.env.user.tz = "UTC"
        self.tenant.send_automatically = True
        self.run_engine()
        self.assertEqual((old.xero_state, new.xero_state), (False, "sent"))

    def test_the_local_day_goes_by_itself(self):
        """The search in UTC must not lose the first hours of a day in the east."""
        order = self.make_order()
        self.env.user.tz = "Australia/Sydney"
        order.date_order = "2026-10-31 14:00:00"
        self.tenant.send_automatically = True
        self.run_engine()
        self.assertEqual(order.xero_state, "sent")

    def test_by_itself_needs_a_date(self):
        with self.assertRaisesRegex(ValidationError, "cut-over"):
            self.tenant.write({"send_since": False, "send_automatically": True})


class TestDraftsAgain(XeroPushCase):
    def test_an_invoice_posted_again_goes(self):
        invoice = self.make_invoice()
        invoice.action_xero_push()
        invoice.button_draft()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "blocked")
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.xero_state, "sent")

    def test_an_order_confirmed_again_goes(self):
        order = self.make_order()
        order.action_xero_push()
        order.button_cancel()
        order.button_draft()
        self.run_engine()
        self.assertEqual(order.xero_state, "withdrawn")
        order.button_confirm()
        self.run_engine()
        self.assertEqual(order.xero_state, "sent")
