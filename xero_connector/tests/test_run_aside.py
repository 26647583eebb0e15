"""What a run does beside sending never keeps documents from Xero."""

from unittest.mock import patch

from .push_common import XeroPushCase


def stumble(records, *values):
    raise ZeroDivisionError


class TestAside(XeroPushCase):
    def assert_sent_in_spite_of(self, model, method, log):
        invoice = self.make_invoice()
        invoice.action_xero_push()
        self.env.flush_all()
        with (
            patch.object(type(self.env[model]), method, stumble),
            patch.object(self.env.cr, "rollback"),
            self.assertLogs(f"odoo.addons.xero_connector.models.{log}", "ERROR"),
        ):
            self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)

    def test_contacts_that_make_no_sense(self):
        self.tenant._begin_contacts()
        self.env.flush_all()
        self.assert_sent_in_spite_of("xero.contact", "_mirror_contacts", "xero_tenant_match")

    def test_items_that_make_no_sense(self):
        self.assert_sent_in_spite_of("xero.tenant", "_read_adopted_items", "xero_tenant_match")

    def test_options_that_make_no_sense(self):
        self.assert_sent_in_spite_of("xero.tenant", "_options_to_create", "xero_tenant_match")
