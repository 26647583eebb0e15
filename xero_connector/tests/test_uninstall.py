"""Uninstalling while something is on its way: refused in words, or cancelled by who disconnects."""

from odoo.exceptions import UserError

from .push_common import XeroPushCase


class TestUninstall(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.modules = self.env["ir.module.module"].sudo()
        self.invoice = self.make_invoice(self.push(self.make_partner()))
        self.sim.faults.add("drop", method="PUT", path="Invoices", executed=True)

    def uninstall(self, name):
        """Mark a module to be removed; the registry, which does it, is left alone."""
        self.modules.search([("name", "=", name)]).button_uninstall()

    # Faults: 42
    def test_refused_while_an_outcome_is_unknown(self):
        """Also when it would go with a module that it depends on."""
        self.push(self.invoice)
        for name in ("xero_connector", "purchase"):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "on their way to Xero"):
                self.uninstall(name)
        self.move_time(seconds=66)
        self.run_engine()
        self.assertEqual(self.invoice.xero_state, "sent", self.invoice.xero_message)
        self.uninstall("xero_connector")
        connector = self.modules.search([("name", "=", "xero_connector")])
        self.assertEqual(connector.state, "to remove")

    # Faults: 42
    def test_disconnecting_is_the_way_to_cancel(self):
        self.push(self.invoice)
        self.tenant.action_disconnect()
        self.uninstall("xero_connector")
        self.assertEqual(self.invoice.xero_state, "unknown", "nobody claims that it was sent")

    # Faults: 42
    def test_archiving_a_connected_tenant_is_refused(self):
        self.push(self.invoice)
        with self.assertRaisesRegex(UserError, "before you archive"):
            self.tenant.action_archive()
