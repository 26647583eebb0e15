"""Odd rows on a list of matches: each is told on its row, and nothing else stops."""

from unittest.mock import patch

from odoo.exceptions import UserError

from .test_contact_match import ContactMatchCase
from .test_items import XeroItemCase


class TestOddContacts(ContactMatchCase):
    def test_a_contact_alone_that_is_to_be_linked(self):
        pair = self.customer("Boom FM")
        self.open()
        alone = self.row(name="Bank West")
        alone.decision = "link"
        self.row(pair).action_link()
        self.matches.action_apply()
        self.run_engine()
        self.assertEqual(alone.state, "failed")
        self.assertIn("both sides", alone.message)
        self.assertTrue(self.link_of(pair).xero_id)

    def test_a_partner_alone_that_is_to_be_linked(self):
        partner = self.customer("Nobody Ever Heard Of")
        self.open()
        self.row(partner).decision = "link"
        self.matches.action_apply()
        self.run_engine()
        self.assertEqual(self.row(partner).state, "failed")
        self.assertFalse(partner.xero_link_ids)

    def test_a_pair_that_is_to_be_imported(self):
        partner = self.customer("Boom FM")
        self.open()
        row = self.row(partner)
        row.decision = "import"
        before = self.env["res.partner"].search_count([])
        self.matches.action_apply()
        self.run_engine()
        self.assertEqual(row.state, "failed")
        self.assertEqual(row.partner_id, partner)
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_a_contact_alone_that_is_to_be_created(self):
        self.open()
        row = self.row(name="Bank West")
        row.decision = "create"
        self.matches.action_apply()
        self.run_engine()
        self.assertEqual(row.state, "failed")
        self.assertFalse(self.sim.journal.writes)

    def test_a_contact_that_the_database_refuses(self):
        self.open()
        odd, sound = self.row(name="Bank West"), self.row(name="Boom FM")
        make = type(self.env["xero.contact"])._make_partner

        def refuse(contact, tenant, values):
            if contact.name == "Bank West":
                # As a constraint of somebody's addon would.
                contact.env.cr.execute(
                    "INSERT INTO res_partner (id) VALUES (1)", log_exceptions=False
                )
            return make(contact, tenant, values)

        (odd | sound).action_import()
        self.matches.action_apply()
        with patch.object(type(self.env["xero.contact"]), "_make_partner", refuse):
            self.run_engine()
        self.assertEqual((odd.state, sound.state), ("failed", "applied"))


class TestOddItems(XeroItemCase):
    def test_an_item_of_which_no_product_can_be_made(self):
        matches = self.env["xero.item.match"].with_context(xero_tenant_id=self.tenant.id)
        self.tenant._open_items()
        self.env.invalidate_all()
        rows = matches.search([("tenant_id", "=", self.tenant.id)])
        odd, sound = rows.filtered(lambda row: row.item_id.code in ("DevD", "DevH")).sorted("id")
        products = type(self.env["product.product"])
        create = products.create

        def refuse(records, vals_list):
            vals_list = vals_list if isinstance(vals_list, list) else [vals_list]
            if any(vals.get("default_code") == odd.item_id.code for vals in vals_list):
                raise UserError("Somebody's addon wants a brand.")
            return create(records, vals_list)

        (odd | sound).action_import()
        matches.action_apply()
        with patch.object(products, "create", refuse):
            self.run_engine()
        self.assertEqual((odd.state, sound.state), ("failed", "applied"))
        self.assertIn("brand", odd.message)

    def test_what_gets_a_reference_after_it_was_linked_sends_the_reference_only(self):
        item = self.item("Train-MS")
        product = self.make_product(False, "My training", lst_price=1)
        self.tenant._open_items()
        self.env.invalidate_all()
        matches = self.env["xero.item.match"].with_context(xero_tenant_id=self.tenant.id)
        row = matches.search([("product_id", "=", product.id)])
        row.item_id = self.env["xero.item"].search(
            [("tenant_id", "=", self.tenant.id), ("code", "=", "Train-MS")]
        )
        matches.action_apply()
        self.run_engine()
        product.default_code = "TR-1"
        self.run_engine()
        [(_method, [sent])] = self.bodies()
        self.assertEqual(sent, {"ItemID": item["ItemID"], "Code": "TR-1"})
