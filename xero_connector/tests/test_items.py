"""Products as Xero items: what is sent, what is refused and why, and item codes on lines."""

import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from ..models import xero_flight
from .push_common import ORGANISATION, XeroPushCase


class XeroItemCase(XeroPushCase):
    """The organisation of the US seed: BOOK, GB1-White (tracked) and others stand there."""

    def make_product(self, code="DESK-1", name="Desk", **values):
        return self.env["product.product"].create({
            "name": name,
            "default_code": code,
            "lst_price": 295.5,
            "standard_price": 120,
            "taxes_id": [(6, 0, self.sale_tax.ids)],
            "supplier_taxes_id": [(6, 0, self.purchase_tax.ids)],
            "property_account_income_id": self.company_data["default_account_revenue"].id,
            "property_account_expense_id": self.company_data["default_account_expense"].id,
            **values,
        })

    def invoice_of(self, *products):
        invoice = self.make_invoice(lines=((1, 100.0),) * len(products))
        invoice.button_draft()
        for line, product in zip(invoice.invoice_line_ids, products, strict=True):
            line.with_context(check_move_validity=False).write({
                "product_id": product.id,
                "price_unit": 100,
                "tax_ids": [(6, 0, self.sale_tax.ids)],
            })
        invoice.action_post()
        return invoice

    def order_of(self, product):
        order = self.make_order()
        order.order_line.product_id = product
        order.order_line.tax_ids = self.purchase_tax
        return order

    def item(self, code):
        return next(
            (row for row in self.sim.organisation(ORGANISATION).items.values()
             if row["Code"] == code),
            None,
        )

    def item_codes(self, document):
        kind = "Invoices" if document._name == "account.move" else "PurchaseOrders"
        held = self.held(kind)[document.name]
        return [line.get("ItemCode") for line in held["LineItems"]]

    def bodies(self):
        return [
            (call.method, json.loads(call.body)["Items"])
            for call in self.sim.journal.writes if call.path.endswith("Items")
        ]


class TestItemsRead(XeroItemCase):
    def test_what_is_gone_in_xero_is_not_looked_for_in_every_run(self):
        product = self.make_product("GONE")
        self.env["xero.link"]._adopt(self.tenant, {
            product: ("99999999-0000-4000-8000-000000000009", "GONE", False),
        })
        self.env.flush_all()
        self.run_engine()
        self.move_time(minutes=1)
        self.run_engine()
        self.run_engine()
        self.assertEqual(len(self.calls("GET", "Items")), 1)


class TestItemSent(XeroItemCase):
    def test_a_product_stands_in_xero_with_both_sides(self):
        product = self.push(self.make_product())
        self.assertEqual(product.xero_state, "sent", product.xero_message)
        item = self.item("DESK-1")
        self.assertEqual((item["Name"], item["Description"]), ("Desk", "Desk"))
        self.assertEqual(item["SalesDetails"]["AccountCode"], "400")
        self.assertEqual(item["PurchaseDetails"]["AccountCode"], "500")
        self.assertEqual(float(item["SalesDetails"]["UnitPrice"]), 295.5)
        self.assertEqual(float(item["PurchaseDetails"]["UnitPrice"]), 120)
        self.assertEqual(item["SalesDetails"]["TaxType"], "TAX001")
        self.assertEqual(self.link_of(product).xero_number, "DESK-1")

    def test_fifty_products_are_one_call(self):
        products = self.env["product.product"].union(
            *(self.make_product(f"P-{number:03}") for number in range(60))
        )
        self.push(products)
        self.assertEqual(self.writes(), [("Items", 50), ("Items", 10)])

    def test_variants_go_one_by_one_with_their_own_reference(self):
        attribute = self.env["product.attribute"].create({
            "name": "Colour", "value_ids": [(0, 0, {"name": "Red"}), (0, 0, {"name": "Blue"})],
        })
        template = self.env["product.template"].create({
            "name": "Chair",
            "attribute_line_ids": [(0, 0, {
                "attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)],
            })],
        })
        red, blue = template.product_variant_ids
        red.default_code, blue.default_code = "CH-R", "CH-B"
        template.action_xero_push()
        self.run_engine()
        self.assertEqual((red.xero_state, blue.xero_state), ("sent", "sent"), red.xero_message)
        self.assertEqual(self.item("CH-R")["Name"], "Chair (Red)")
        self.assertEqual(template.xero_state, "sent")
        self.assertEqual(len(template.xero_link_ids), 2)
        blue.default_code = False
        self.run_engine()
        self.assertEqual(template.xero_state, "blocked")
        self.assertIn("no internal reference", template.xero_message)
        self.assertIn(template, template.search([("xero_state", "=", "blocked")]))

    def test_a_price_that_includes_tax_goes_without_it(self):
        self.sale_tax.write({"price_include_override": "tax_included", "amount": 10})
        product = self.push(self.make_product(lst_price=100))
        self.assertEqual(f"{self.item('DESK-1')['SalesDetails']['UnitPrice']}", "90.9091")
        self.assertEqual(product.xero_state, "sent")

    def test_what_is_not_mapped_is_left_out(self):
        self.map_account(self.company_data["default_account_revenue"], self.env["xero.account"])
        product = self.push(self.make_product(taxes_id=[(6, 0, self.make_tax("sale").ids)]))
        self.assertEqual(product.xero_state, "sent", product.xero_message)
        self.assertNotIn("AccountCode", self.item("DESK-1")["SalesDetails"])
        self.assertEqual(self.item("DESK-1")["PurchaseDetails"]["AccountCode"], "500")

    def test_a_price_in_another_currency_is_left_out(self):
        # What belongs to no company is priced in the currency of the database's first one.
        main = self.make_company("Main", "EUR", "base.fr")
        with patch.object(type(main), "_get_main_company", lambda _self: main):
            product = self.make_product()
            self.assertEqual(product.currency_id.name, "EUR")
            self.push(product)
        self.assertEqual(product.xero_state, "sent", product.xero_message)
        self.assertNotIn("UnitPrice", self.item("DESK-1")["SalesDetails"])

    def test_a_reader_of_products_opens_the_form(self):
        product = self.push(self.make_product())
        user = new_test_user(
            self.env, "seller", groups="base.group_user,product.group_product_manager"
        )
        for record in (product, product.product_tmpl_id):
            with Form(record.with_user(user)) as form:
                self.assertEqual(form.xero_state, "sent")
                self.assertIn("DESK-1 · In Xero", form.xero_item_lines)
            with self.assertRaises(AccessError):
                record.with_user(user).action_xero_push()

    def test_what_stands_in_xero_is_not_deleted(self):
        product = self.push(self.make_product())
        with self.assertRaisesRegex(UserError, "stands in Xero"):
            product.unlink()
        with self.assertRaisesRegex(UserError, "stands in Xero"):
            product.product_tmpl_id.unlink()

    # === CHANGES === #

    def test_a_change_of_the_price_goes_by_itself(self):
        product = self.push(self.make_product())
        self.sim.journal.clear()
        product.lst_price = 300
        self.assertEqual(product.xero_state, "pending")
        self.run_engine()
        self.assertEqual(product.xero_state, "sent", product.xero_message)
        ((method, (element,)),) = self.bodies()
        self.assertEqual((method, set(element)), ("POST", {"ItemID", "Code", "SalesDetails"}))
        self.assertEqual(float(self.item("DESK-1")["SalesDetails"]["UnitPrice"]), 300)

    def test_another_reference_renames_the_item(self):
        product = self.push(self.make_product())
        product.default_code = "DESK-2"
        self.run_engine()
        self.assertEqual(self.link_of(product).xero_number, "DESK-2")
        self.assertTrue(self.item("DESK-2"))

    def test_an_unchanged_save_costs_no_call(self):
        product = self.push(self.make_product())
        self.sim.journal.clear()
        product.write({"name": product.name, "weight": 3})
        self.run_engine()
        self.assertFalse(self.sim.journal.writes)
        self.assertEqual(product.xero_state, "sent")

    def test_only_with_documents_waits_for_the_button(self):
        self.tenant.item_sync = "document"
        product = self.push(self.make_product())
        self.sim.journal.clear()
        product.lst_price = 300
        self.run_engine()
        self.assertFalse(self.sim.journal.writes)
        self.push(product)
        self.assertEqual(self.writes(), [("Items", 1)])

    def test_archiving_keeps_the_item(self):
        product = self.push(self.make_product())
        self.sim.journal.clear()
        product.active = False
        self.run_engine()
        self.assertFalse(self.sim.journal.writes)
        self.assertTrue(self.item("DESK-1")["IsSold"])


class TestItemRefused(XeroItemCase):
    def test_without_a_reference_it_is_told(self):
        product = self.push(self.make_product(False))
        self.assertEqual(product.xero_state, "blocked")
        self.assertIn("no internal reference", product.xero_message)
        product.default_code = "DESK-9"
        self.run_engine()
        self.assertEqual(product.xero_state, "sent", "entering one is enough")

    def test_a_long_reference_is_never_cut(self):
        product = self.push(self.make_product("X" * 31))
        self.assertEqual(product.xero_state, "blocked")
        self.assertIn("31 characters", product.xero_message)
        self.assertFalse(self.writes())

    def test_references_that_differ_in_case_only_are_told(self):
        first, second = self.make_product("SKU-1", "Lamp"), self.make_product("sku-1", "Bulb")
        self.push(first | second)
        self.assertEqual({first.xero_state, second.xero_state}, {"blocked"})
        self.assertIn("Bulb", first.xero_message)
        self.assertIn("capital", first.xero_message)
        self.assertEqual(first.action_xero_open_cause()["res_id"], second.id)
        second.default_code = "SKU-2"
        self.run_engine()
        self.assertEqual((first.xero_state, second.xero_state), ("sent", "sent"))

    def test_the_one_that_stands_is_not_bothered_by_a_later_twin(self):
        first = self.push(self.make_product("SKU-1", "Lamp"))
        second = self.push(self.make_product("sku-1", "Bulb"))
        self.assertEqual(second.xero_state, "blocked")
        first.lst_price = 12
        self.run_engine()
        self.assertEqual(first.xero_state, "sent", first.xero_message)

    def test_an_item_in_xero_that_differs_in_case_only_is_told(self):
        self.tenant._pull_items_apart()
        product = self.push(self.make_product("book", "Book"))
        self.assertEqual(product.xero_state, "blocked")
        self.assertIn("BOOK", product.xero_message)

    def test_the_same_when_xeros_list_was_never_read(self):
        product = self.push(self.make_product("book", "Book"))
        self.run_engine()
        self.assertEqual(product.xero_state, "rejected")
        self.assertIn("book", product.xero_message)
        self.assertEqual(self.item("BOOK")["Name"], "Fish out of Water: Finding Your Brand")

    def test_an_item_of_the_same_code_is_taken_over_as_it_is(self):
        product = self.push(self.make_product("BOOK", "Book"))
        self.run_engine()
        self.assertEqual(product.xero_state, "sent", product.xero_message)
        self.assertTrue(self.link_of(product).adopted)
        self.assertEqual(self.item("BOOK")["Name"], "Fish out of Water: Finding Your Brand")

    def test_archived_products_are_not_created(self):
        product = self.make_product(active=False)
        with self.assertRaisesRegex(UserError, "Restore the product"):
            product.action_xero_push()

    def test_a_product_of_another_company_goes_to_its_own_organisation(self):
        other = self.env["res.company"].create({"name": "Other"})
        product = self.make_product(company_id=other.id, property_account_income_id=False,
                                    property_account_expense_id=False)
        self.assertFalse(product._xero_tenant())
        with self.assertRaisesRegex(UserError, "Connect Now"):
            product.action_xero_push()
        with self.assertRaises(AccessError):
            product.with_user(new_test_user(
                self.env, "stranger", groups="account.group_account_invoice",
                company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
            )).action_xero_push()


class TestItemCodes(XeroItemCase):
    def setUp(self):
        super().setUp()
        self.tenant.send_item_codes = True

    def test_an_invoice_takes_its_items_along(self):
        desk, lamp = self.make_product(), self.make_product("LAMP", "Lamp")
        invoice = self.push(self.invoice_of(desk, lamp))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.writes(), [("Contacts", 1), ("Items", 2), ("Invoices", 1)])
        self.assertEqual(self.item_codes(invoice), ["DESK-1", "LAMP"])

    def test_an_order_takes_its_items_along(self):
        order = self.push(self.order_of(self.make_product()))
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        self.assertEqual(self.item_codes(order), ["DESK-1"])

    def test_without_item_codes_no_item_is_needed(self):
        self.tenant.send_item_codes = False
        invoice = self.push(self.invoice_of(self.make_product()))
        self.assertEqual(self.writes(), [("Contacts", 1), ("Invoices", 1)])
        self.assertEqual(self.item_codes(invoice), [None])

    def test_not_at_all_names_only_what_is_linked(self):
        desk, lamp = self.make_product(), self.make_product("LAMP", "Lamp")
        self.push(desk)
        self.tenant.item_sync = "never"
        invoice = self.push(self.invoice_of(desk, lamp))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.item_codes(invoice), ["DESK-1", None])

    def test_a_line_needs_no_item(self):
        products = (
            self.make_product(False, "Nameless"),
            self.make_product("X" * 31, "Long"),
            self.make_product("TWIN", "One"),
            self.make_product("twin", "Two"),
            self.make_product("GOOD", "Good"),
        )
        invoice = self.push(self.invoice_of(*products))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.item_codes(invoice), [None, None, None, None, "GOOD"])
        self.assertEqual(products[2].xero_state, "blocked", "told where the person meets it")

    def test_the_side_that_is_off_names_no_item(self):
        product = self.push(self.make_product(sale_ok=False))
        self.assertFalse(self.item("DESK-1")["IsSold"])
        invoice = self.push(self.invoice_of(product))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.item_codes(invoice), [None])

    def test_a_changed_reference_waits_for_xero(self):
        product = self.push(self.make_product())
        self.tenant.item_sync = "document"
        product.default_code = "NEW"
        invoice = self.push(self.invoice_of(product))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.item_codes(invoice), ["DESK-1"])

    def test_what_is_linked_counts_as_sent_as_it_is(self):
        self.tenant._pull_items_apart()
        item = self.item("BOOK")
        for code in ("book", "BOOK-SHOP"):
            product = self.make_product(code, "Book")
            self.env["xero.link"]._adopt(self.tenant, {product: (item["ItemID"], "BOOK", False)})
            self.sim.journal.clear()
            product.lst_price += 5
            self.run_engine()
            ((_method, (element,)),) = self.bodies()
            self.assertEqual(set(element), {"ItemID", "Code", "SalesDetails"})
            self.assertEqual(element["Code"], "BOOK", "Xero's own, until the reference changes")
            self.assertEqual(self.link_of(product).xero_number, "BOOK")
            self.link_of(product).unlink()

    def test_what_was_found_unlisted_counts_as_tracked_until_it_is_read(self):
        before = dict(self.item("GB1-White"))
        product = self.push(self.make_product("GB1-White", "Golf balls"))
        self.run_engine()
        self.assertTrue(self.link_of(product).adopted)
        self.env["xero.item"].sudo().search([]).unlink()
        product.lst_price = 7
        self.sim.faults.add("replace", method="GET", path="Items", status=503)
        self.run_engine()
        self.assertEqual(product.xero_state, "sent", product.xero_message)
        self.assertEqual(self.item("GB1-White")["SalesDetails"], before["SalesDetails"])
        self.move_time(minutes=30)
        self.run_engine()
        self.assertIn("keeps the stock", product.xero_tracked_note)

    def test_of_a_tracked_item_neither_price_nor_stock_is_touched(self):
        before = dict(self.item("GB1-White"))
        self.tenant._pull_items_apart()
        product = self.make_product("GB1-White", "Golf balls")
        self.env["xero.link"]._adopt(self.tenant, {
            product: (before["ItemID"], "GB1-White", False)
        })
        self.assertIn("keeps the stock", product.xero_tracked_note)
        self.assertFalse(self.make_product("OTHER").xero_tracked_note)
        product.write({"name": "Balls", "lst_price": 7})
        self.run_engine()
        self.assertEqual(product.xero_state, "sent", product.xero_message)
        after = self.item("GB1-White")
        self.assertEqual(after["Name"], "Balls")
        for side in ("SalesDetails", "PurchaseDetails"):
            self.assertEqual(after[side], before[side])
        order = self.push(self.order_of(product))
        self.assertEqual(order.xero_state, "sent", order.xero_message)
        self.assertEqual(self.item_codes(order), [None])


class TestItemMirror(XeroItemCase):
    def mirror(self, **domain):
        return self.env["xero.item"].with_context(active_test=False).search(
            [("tenant_id", "=", self.tenant.id)]
        )

    def pull(self):
        self.tenant._pull_items_or_tell(whole=True)
        self.env.invalidate_all()

    def test_the_list_is_read_in_one_call(self):
        self.tenant._pull_items_or_tell(whole=True)
        self.assertEqual(len(self.calls("GET", "Items")), 1)
        items = {item.code: item for item in self.mirror()}
        self.assertEqual(len(items), 8)
        self.assertTrue(items["GB1-White"].is_tracked)
        self.assertEqual(items["BOOK"].sales_price, 19.95)

    def test_later_only_what_changed_is_read(self):
        self.tenant._pull_items_apart()
        self.push(self.make_product())
        self.tenant._pull_items_apart()
        self.assertEqual(len(self.mirror()), 9)
        self.sim.journal.clear()
        self.tenant._pull_items_apart()
        delta = self.calls("GET", "Items")[0].answer_size
        self.tenant._pull_items_apart(whole=True)
        self.assertLess(delta * 4, self.calls("GET", "Items")[1].answer_size)
        self.assertEqual(len(self.mirror().filtered("active")), 9, "the others stand as before")

    def test_nothing_new_has_two_answers(self):
        self.tenant._pull_items_apart()
        self.sim.faults.add("replace", path="Items", status=304, body=b"")
        self.tenant._pull_items_apart()
        self.assertEqual(len(self.mirror().filtered("active")), 8)

    def test_what_was_deleted_in_xero_is_told_and_made_again_on_request(self):
        product = self.push(self.make_product())
        self.tenant._pull_items_apart()
        self.sim.organisation(ORGANISATION).items.remove(self.link_of(product).xero_id)
        self.pull()
        self.assertEqual(product.xero_state, "attention")
        self.assertIn("deleted in Xero", product.xero_message)
        self.tenant.send_item_codes = True
        invoice = self.push(self.invoice_of(product))
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.push(product)
        self.assertEqual(product.xero_state, "sent", product.xero_message)

    def test_what_changes_while_a_run_lasts_is_not_what_the_run_remembers(self):
        """A run keeps the products of its documents in memory. One that is sent itself is read
        again; else its change would count as sent."""
        self.tenant.send_item_codes = True
        product = self.push(self.make_product())
        invoice, transmit = self.invoice_of(product), xero_flight.transmit

        def transmit_while_somebody_renames(registry, request_id, grants=None):
            request = self.env["xero.request"].browse(request_id)
            if request.resource == "Invoices":
                with self.registry.cursor() as cr:
                    other = product.with_env(self.env(cr=cr))
                    other.name = "Table"
                    other.action_xero_push()
            return transmit(registry, request_id, grants)

        with patch.object(xero_flight, "transmit", transmit_while_somebody_renames):
            self.push(invoice)
        self.assertEqual((invoice.xero_state, product.xero_state), ("sent", "sent"))
        self.assertEqual(self.item("DESK-1")["Name"], "Table")

    def test_a_code_that_was_changed_in_xero_is_followed(self):
        product = self.push(self.make_product())
        organisation = self.sim.organisation(ORGANISATION)
        row = organisation.items[self.link_of(product).xero_id]
        self.tenant._pull_items_apart()
        organisation.items.save({**row, "Code": "DESK-NEW"})
        self.pull()
        self.tenant.send_item_codes = True
        invoice = self.push(self.invoice_of(product))
        self.assertEqual(self.item_codes(invoice), ["DESK-NEW"])

    def test_an_answer_that_is_none_changes_nothing(self):
        self.tenant._pull_items_apart()
        self.sim.faults.add("replace", path="Items", status=503)
        with self.assertRaisesRegex(UserError, "could not be read"):
            self.tenant._pull_items_or_tell(whole=True)
        self.assertEqual(len(self.mirror().filtered("active")), 8)
