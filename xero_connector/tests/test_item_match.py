"""Matching products with items: proposed, decided by a person, applied by the scheduled action."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user

from .push_common import ORGANISATION
from .test_items import XeroItemCase


class TestItemMatch(XeroItemCase):
    """Items of the seed: BOOK, DevD, DevH, GB1-White, PMBr, Train-MS, Support-M, Paper-A4."""

    def setUp(self):
        super().setUp()
        self.book = self.make_product("BOOK", "A book")
        self.support = self.make_product("support-m", "Support")
        self.paper = self.make_product("P-1", "Copier paper A4, box of 5")
        self.training = self.make_product(False, "Half day trainings Microsoft Office")
        self.lamp = self.make_product("LAMP", "Lamp")
        self.matches = self.env["xero.item.match"].with_context(xero_tenant_id=self.tenant.id)
        self.open()

    def open(self):
        self.env.flush_all()  # the list is made by another transaction, which sees what is saved
        self.action = self.tenant._open_items()
        self.env.invalidate_all()

    def row(self, product=None, code=None):
        rows = self.matches.search([("tenant_id", "=", self.tenant.id)])
        return rows.filtered(
            lambda row: row.product_id == product if product else row.item_id.code == code
        )

    def apply(self):
        self.matches.action_apply()
        self.run_engine()

    # === PROPOSED === #

    def test_what_is_proposed_and_why(self):
        def said(product):
            row = self.row(product)
            return row.item_id.code, row.reason, row.certainty

        self.assertEqual(said(self.book), ("BOOK", "code", "certain"))
        self.assertEqual(said(self.support), ("Support-M", "code_case", "likely"))
        self.assertEqual(said(self.paper), ("Paper-A4", "name", "likely"))
        self.assertEqual(said(self.training), ("Train-MS", "likeness", "likely"))
        self.assertEqual(said(self.lamp), (False, False, "none"))
        self.assertEqual(self.row(code="DevD").certainty, "none")
        self.assertFalse(self.row(code="DevD").product_id)
        self.assertEqual(set(self.matches.search([]).mapped("decision")), {"undecided"})

    def test_opening_reads_xero_and_writes_nothing(self):
        self.assertEqual(len(self.calls("GET", "Items")), 1)
        self.assertFalse(self.sim.journal.writes)
        self.assertEqual(self.action["domain"], [("tenant_id", "=", self.tenant.id)])

    def test_products_of_others_and_archived_ones_are_not_asked_for(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.make_product("DevD", "Foreign", company_id=other.id,
                                    property_account_income_id=False,
                                    property_account_expense_id=False)
        archived = self.make_product("DevH", "Archived", active=False)
        self.open()
        self.assertFalse(self.row(foreign) | self.row(archived))
        self.assertFalse(self.row(code="DevD").product_id)

    # === DECIDED === #

    def test_all_that_is_certain_is_linked_without_a_write(self):
        self.matches.action_accept_certain()
        self.assertEqual(self.row(self.book).decision, "link")
        self.assertEqual(self.row(self.support).decision, "undecided")
        self.apply()
        self.assertEqual(self.book.xero_state, "sent")
        self.assertTrue(self.link_of(self.book).adopted)
        self.assertEqual(self.link_of(self.book).xero_number, "BOOK")
        self.assertFalse(self.sim.journal.writes)
        self.assertEqual(self.item("BOOK")["Name"], "Fish out of Water: Finding Your Brand")

    def test_nothing_happens_before_apply(self):
        self.row(self.lamp).action_create()
        self.row(self.support).action_link()
        self.run_engine()
        self.assertFalse(self.lamp.xero_state or self.support.xero_state)
        self.assertFalse(self.sim.journal.writes)

    def test_create_goes_to_xero(self):
        self.row(self.lamp).action_create()
        self.apply()
        self.assertEqual(self.lamp.xero_state, "sent", self.lamp.xero_message)
        self.assertEqual(self.writes(), [("Items", 1)])

    def test_what_xero_could_not_hold_is_told_in_the_list(self):
        row = self.row(self.training)
        row.action_create()
        self.apply()
        self.assertEqual(row.state, "failed")
        self.assertIn("no internal reference", row.message)
        self.training.default_code = "TRAIN"
        row.action_create()
        self.apply()
        self.assertEqual((row.state, self.training.xero_state), ("applied", "sent"))

    def test_import_makes_a_product(self):
        row = self.row(code="DevD")
        row.action_import()
        self.apply()
        product = row.product_id
        self.assertEqual(row.state, "applied", row.message)
        self.assertEqual(
            (product.default_code, product.name, product.lst_price),
            ("DevD", "Development work - developer onsite per day", 650),
        )
        self.assertEqual(product.company_id, self.company)
        self.assertEqual(product.xero_state, "sent")
        self.assertFalse(self.sim.journal.writes)
        self.assertLessEqual(product.taxes_id.company_id, self.company)

    def test_import_makes_no_second_product_of_a_code(self):
        twin = self.make_product("devd", "My own")
        row = self.row(code="DevD")
        row.action_import()
        self.apply()
        self.assertEqual(row.state, "failed")
        self.assertIn(twin.display_name, row.message)

    def test_codes_with_signs_of_patterns_are_no_patterns(self):
        organisation = self.sim.organisation(ORGANISATION)
        item = self.item("DevD")
        organisation.items.save({**item, "Code": "D_v%"})
        self.make_product("Dxvy", "Unlike")
        self.open()
        row = self.row(code="D_v%")
        row.action_import()
        self.apply()
        self.assertEqual(row.state, "applied", row.message)

    def test_a_person_may_choose_another_item(self):
        row = self.row(self.lamp)
        row.item_id = self.row(code="PMBr").item_id
        self.assertEqual(row.decision, "link")
        self.apply()
        self.assertEqual(self.link_of(self.lamp).xero_number, "PMBr")
        self.open()
        self.assertFalse(self.row(self.lamp) | self.row(code="PMBr"))

    def test_one_item_is_linked_once(self):
        for product in (self.lamp, self.paper):
            self.row(product).item_id = self.row(code="PMBr")[:1].item_id
        self.apply()
        states = {self.row(product).state for product in (self.lamp, self.paper)}
        self.assertEqual(states, {"applied", "failed"})

    def test_an_item_of_another_tenant_is_refused(self):
        other = self.tenant.copy({"name": "Other"})
        item = self.env["xero.item"].sudo().create({
            "tenant_id": other.id, "xero_id": "x", "code": "X", "name": "X",
        })
        with self.assertRaisesRegex(ValidationError, "belongs to Other"):
            self.row(self.lamp).item_id = item

    def test_what_fits_no_row_is_told(self):
        with self.assertRaisesRegex(UserError, "fits none"):
            self.row(self.lamp).action_link()
        with self.assertRaisesRegex(UserError, "fits none"):
            self.row(self.lamp).action_import()
        with self.assertRaisesRegex(UserError, "Nothing is decided"):
            self.matches.action_apply()

    # === FROM THE PRODUCT === #

    def test_an_item_is_chosen_from_the_product(self):
        pen = self.make_product("devh", "Pen")
        action = pen.product_tmpl_id.action_xero_match()
        row = self.matches.search(action["domain"])
        self.assertEqual((row.product_id, row.item_id.code), (pen, "DevH"))
        row.item_id = self.row(code="PMBr").item_id
        self.apply()
        self.assertEqual(self.link_of(pen).xero_number, "PMBr")
        with self.assertRaisesRegex(UserError, "Unlink it first"):
            pen.action_xero_match()
        self.link_of(pen).action_unlink_master()
        self.assertFalse(pen.xero_state)
        row = self.matches.search(pen.action_xero_match()["domain"])
        self.assertEqual((row.state, row.item_id.code), ("open", "DevH"))

    def test_documents_and_what_is_on_its_way_stay_linked(self):
        invoice = self.push(self.make_invoice())
        with self.assertRaisesRegex(UserError, "is a document"):
            self.link_of(invoice).action_unlink_master()
        self.push(self.lamp)
        self.link_of(self.lamp).state = "unknown"
        with self.assertRaisesRegex(UserError, "at this moment"):
            self.link_of(self.lamp).action_unlink_master()
        clerk = new_test_user(self.env, "clerk", groups="account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.link_of(self.lamp).with_user(clerk).action_unlink_master()

    def test_the_list_of_several_tenants_is_decided_tenant_by_tenant(self):
        everywhere = self.env["xero.item.match"]
        self.assertEqual(everywhere._tenant_of_list(), self.tenant)
        other = self.tenant.copy({"name": "Other"})
        everywhere.create({"tenant_id": other.id, "product_id": self.lamp.id})
        with self.assertRaisesRegex(UserError, "from the setup of a tenant"):
            everywhere.action_apply()

    # === LEFT AND RESUMED === #

    def test_decisions_are_kept_when_the_list_is_opened_again(self):
        self.row(self.lamp).action_skip()
        self.row(self.support).action_link()
        kept = self.row(self.lamp) | self.row(self.support)
        self.env.flush_all()  # the list is made in a cursor of its own
        self.matches.action_read_again()
        self.assertEqual(self.row(self.lamp) | self.row(self.support), kept)
        self.assertEqual(self.row(self.lamp).decision, "skip")
        self.assertEqual(len(self.row(self.book)), 1)

    def test_what_was_linked_in_another_way_is_off_the_list(self):
        self.row(self.lamp).action_create()
        self.push(self.lamp)
        self.open()
        self.assertFalse(self.row(self.lamp))

    def test_an_unforeseen_error_stops_no_document(self):
        self.row(self.lamp).action_create()
        self.matches.action_apply()
        invoice = self.make_invoice()
        invoice.action_xero_push()
        self.env.flush_all()
        with (
            patch.object(type(self.matches), "_apply_some", side_effect=ZeroDivisionError),
            patch.object(self.env.cr, "rollback"),
            self.assertLogs("odoo.addons.xero_connector.models.xero_tenant_match", "ERROR"),
        ):
            self.run_engine()
        self.assertEqual(invoice.xero_state, "sent", invoice.xero_message)
        self.assertEqual(self.row(self.lamp).state, "failed")

    # === THE STEP === #

    def test_the_step_tells_where_it_stands(self):
        self.assertEqual(self.tenant._step_items()[0], "optional")
        self.tenant.send_item_codes = True
        state, text = self.tenant._step_items()
        self.assertEqual(state, "todo")
        self.assertIn("wait for you: 4", text)
        self.matches.search([("item_id", "!=", False)]).action_skip()
        self.row(self.book).action_link()
        self.apply()
        self.assertEqual(self.tenant._step_items()[0], "done")

    def test_only_administrators_of_accounting_decide(self):
        clerk = new_test_user(self.env, "clerk", groups="account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.matches.with_user(clerk).action_apply()
