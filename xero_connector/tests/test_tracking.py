"""Analytic distributions reach Xero as tracking: mapped, split exactly, created when missing."""

from decimal import Decimal
from unittest.mock import patch

import psycopg2
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import xero_transport
from ..xero import errors
from .push_common import ORGANISATION, XeroPushCase


@tagged("post_install", "-at_install")
class TestTracking(XeroPushCase):
    def setUp(self):
        super().setUp()
        self.organisation = self.sim.organisation(ORGANISATION)
        self.in_xero("Region", "North", "South")
        self.in_xero("Department", "Sales")
        self.region, self.department, self.other = self.env["account.analytic.plan"].create([
            {"name": name} for name in ("region", "Department", "Projects")
        ])
        self.north = self.make_account("NORTH", self.region)
        self.south = self.make_account("Down there", self.region, code="south")
        self.west = self.make_account("West", self.region)
        self.sales = self.make_account("Sales", self.department)
        self.project = self.make_account("Bridge", self.other)
        self.env.flush_all()  # settings are read in a cursor of their own
        self.tenant.action_pull_settings()
        self.sim.journal.clear()

    # === SETTING UP === #

    def in_xero(self, category, *options):
        guid = self.organisation.new_guid()
        self.organisation.tracking_categories.save({
            "TrackingCategoryID": guid, "Name": category, "Status": "ACTIVE",
            "Options": tuple(
                {"TrackingOptionID": self.organisation.new_guid(), "Name": name,
                 "Status": "ACTIVE"}
                for name in options
            ),
        })
        return guid

    def make_account(self, name, plan, **values):
        return self.env["account.analytic.account"].create(
            {"name": name, "plan_id": plan.id, **values}
        )

    def plan_row(self, plan):
        return self.tenant.tracking_mapping_ids.filtered(lambda row: row.plan_id == plan)

    def row(self, account):
        return self.tenant.option_mapping_ids.filtered(
            lambda row: row.analytic_account_id == account
        )

    def distributed(self, *distributions, price=100.0, quantity=1):
        """A posted invoice with one line per distribution."""
        move = self.make_invoice(lines=[(quantity, price)] * len(distributions))
        for line, distribution in zip(move.invoice_line_ids, distributions, strict=True):
            line.analytic_distribution = distribution
        return move

    def key(self, *accounts):
        return ",".join(str(account.id) for account in accounts)

    def tracked(self, move):
        """(net, {category: option}) of each line that Xero holds."""
        held = self.held("Invoices")[move.name]
        return [
            (line["LineAmount"], {one["Name"]: one["Option"] for one in line["Tracking"]})
            for line in held["LineItems"]
        ]

    def test_coverage_counts_what_has_no_option(self):
        self.distributed({self.key(self.north): 100})
        stuck = self.distributed({self.key(self.west): 100}, {self.key(self.north): 100})
        self.tenant.action_measure_coverage()
        gap = self.tenant.coverage_gap_ids.filtered(lambda gap: gap._cause() == self.west)
        self.assertEqual((gap.lines, gap.document_ids), (1, [stuck.id]))
        self.row(self.west).option_id = self.row(self.north).option_id
        self.tenant.action_measure_coverage()
        self.assertFalse(self.tenant.coverage_gap_ids.filtered("cause_id"))

    def assert_equal(self, move):
        held = self.held("Invoices")[move.name]
        self.assertEqual(float(held["SubTotal"]), move.amount_untaxed)
        self.assertEqual(float(held["TotalTax"]), move.amount_tax)
        self.assertEqual(self.link_of(move).state, "sent", self.link_of(move).message)

    def option_writes(self):
        return [call for call in self.sim.journal.writes if call.path.endswith("/Options")]

    # === MAPPING === #

    def test_proposed_by_name_and_code(self):
        """Without regard to case; what has no counterpart is listed; other plans are not."""
        self.assertEqual(self.plan_row(self.region).category_id.name, "Region")
        self.assertEqual(self.plan_row(self.region).state, "proposed")
        self.assertFalse(self.plan_row(self.other).category_id)
        self.plan_row(self.other).usage = 3
        self.assertFalse(self.plan_row(self.other).notice, "A plan may stay without category.")
        self.assertEqual(self.row(self.north).option_id.name, "North")
        self.assertEqual(self.row(self.south).option_id.name, "South")
        self.assertEqual(self.row(self.west).state, "unmapped")
        self.assertFalse(self.row(self.project))
        self.assertEqual(self.plan_row(self.region).standing, "2 of 3 mapped")

    def test_two_plans_at_most(self):
        third = self.env["xero.tracking.category"].sudo().create(
            {"tenant_id": self.tenant.id, "name": "Third", "xero_id": "3"}
        )
        with self.assertRaisesRegex(ValidationError, "two categories at most, and region, Dep"):
            self.plan_row(self.other).category_id = third

    def test_one_plan_for_each_category(self):
        self.plan_row(self.department).category_id = False
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger("odoo.sql_db"), \
                self.env.cr.savepoint():
            self.plan_row(self.other).category_id = self.plan_row(self.region).category_id
            self.env.flush_all()

    def test_option_of_another_category(self):
        with self.assertRaisesRegex(ValidationError, "Sales is an option of Department"):
            self.row(self.west).option_id = self.row(self.sales).option_id

    def test_another_category_empties_the_options(self):
        region = self.plan_row(self.region).category_id
        self.plan_row(self.region).category_id = False
        self.assertFalse(self.row(self.north))
        self.plan_row(self.other).category_id = region
        self.assertEqual(self.row(self.project).state, "unmapped")

    def test_setup_step(self):
        state, text = self.tenant._step_tracking()
        self.assertEqual((state, text), (
            "done", "region, Department: 3 of 4 analytic accounts have an option in Xero.",
        ))
        self.tenant.tracking_mapping_ids.category_id = False
        self.assertEqual(self.tenant._step_tracking()[0], "optional")
        self.assertEqual(self.tenant._open_tracking()["res_model"], "xero.tracking.mapping")

    # === LINES === #

    def test_invoice_lines(self):
        """One line with both categories, one with one, one with a plan that is not mapped."""
        move = self.push(self.distributed(
            {self.key(self.north, self.sales, self.project): 100},
            {self.key(self.south): 100, "999999999": 100},
            {self.key(self.project): 100},
            False,
        ))
        self.assert_equal(move)
        self.assertEqual([one for _net, one in self.tracked(move)], [
            {"Region": "North", "Department": "Sales"}, {"Region": "South"}, {}, {},
        ])

    def test_order_lines(self):
        order = self.make_order(lines=((3, 7.77),))
        order.order_line.analytic_distribution = {
            self.key(self.north): 33.33, self.key(self.south): 66.67,
        }
        self.push(order)
        held = self.held("PurchaseOrders")[order.name]
        self.assertEqual(float(held["Total"]), order.amount_total)
        self.assertEqual(
            [line["Tracking"][0]["Option"] for line in held["LineItems"]], ["North", "South"]
        )

    def test_split_line(self):
        """Equal to the cent, with the share in words."""
        move = self.push(self.distributed(
            {self.key(self.north): 33.33, self.key(self.south): 33.33}, price=99.99, quantity=3,
        ))
        self.assert_equal(move)
        self.assertEqual(
            [one for _net, one in self.tracked(move)],
            [{"Region": "North"}, {"Region": "South"}, {}],
        )
        self.assertEqual(sum(net for net, _one in self.tracked(move)), Decimal("299.97"))
        lines = self.held("Invoices")[move.name]["LineItems"]
        self.assertIn("(33.33 %)", lines[0]["Description"])

    def test_split_asks_a_person(self):
        """Until the tenant lets such lines be split."""
        self.tenant.tracking_splits = "block"
        move = self.push(self.distributed({self.key(self.north): 60}))
        link = self.link_of(move)
        self.assertEqual((link.state, link._cause()), ("blocked", self.tenant))
        self.assertIn("spread over several options", link.message)
        self.tenant.tracking_splits = "split"
        self.run_engine()
        self.assert_equal(move)

    def test_more_than_a_line(self):
        move = self.push(self.distributed({self.key(self.north): 60, self.key(self.south): 60}))
        self.assertEqual(self.link_of(move).state, "blocked")
        self.assertIn("over region with 120 %.", self.link_of(move).message)

    # === WHAT IS MISSING === #

    def test_not_mapped(self):
        """The document waits; Fix leads to the row; choosing sends it."""
        move = self.push(self.distributed({self.key(self.west): 100}))
        link = self.link_of(move)
        self.assertEqual((link.state, link._cause()), ("blocked", self.west))
        self.assertIn("West has no option of Region", link.message)
        action = link.action_open_cause()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), self.row(self.west)
        )
        self.assertFalse(self.option_writes())
        self.row(self.west).option_id = self.row(self.south).option_id
        self.run_engine()
        self.assert_equal(move)

    # Faults: 37
    def test_option_archived(self):
        """Only what needs it waits."""
        self.row(self.north).option_id.sudo().active = False
        north = self.distributed({self.key(self.north): 100})
        south = self.distributed({self.key(self.south): 100})
        self.push(north | south)
        self.assertIn("The option North of Region was archived", self.link_of(north).message)
        self.assert_equal(south)
        self.assertIn("Archived in Xero", self.row(self.north).standing)
        archived = self.env["xero.option.mapping"].search(
            [("option_id.active", "=", False), ("option_id", "!=", False)]
        )
        self.assertEqual(archived, self.row(self.north))

    # Faults: 37
    def test_category_archived(self):
        category = self.plan_row(self.region).category_id
        self.organisation.archive_tracking_category(category.xero_id)
        self.tenant.action_pull_settings()
        move = self.push(self.distributed({self.key(self.north): 100}))
        link = self.link_of(move)
        self.assertIn("The tracking category Region was archived", link.message)
        action = link.action_open_cause()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), self.plan_row(self.region)
        )
        self.assertEqual(self.tenant._step_tracking()[0], "todo")
        self.plan_row(self.region).category_id = False
        self.run_engine()
        self.assert_equal(move)

    # === CREATING OPTIONS === #

    def test_created_before_the_document(self):
        self.tenant.create_tracking_options = True
        move = self.push(self.distributed({self.key(self.west): 100}))
        self.assert_equal(move)
        self.assertEqual([one for _net, one in self.tracked(move)], [{"Region": "West"}])
        self.assertEqual(len(self.option_writes()), 1)
        self.assertEqual((self.row(self.west).state, self.row(self.west).creation),
                         ("proposed", False))

    def test_button(self):
        """By hand, whatever the tenant's choice; once however often it is pressed."""
        self.row(self.west).action_create_in_xero()
        self.row(self.west).action_create_in_xero()
        self.run_engine()
        self.run_engine()
        self.assertEqual(self.row(self.west).option_id.name, "West")
        self.assertEqual(len(self.option_writes()), 1)

    def test_unknown_outcome(self):
        """Xero is asked what it has before anything is tried again."""
        self.tenant.create_tracking_options = True
        send = xero_transport.send

        def lose(env, tenant, call, **values):
            answer = send(env, tenant, call, **values)
            if call.method == "PUT" and call.path.endswith("/Options"):
                raise errors.NoAnswer("no_answer", "The answer was lost.")
            return answer

        with patch.object(xero_transport, "send", lose):
            move = self.push(self.distributed({self.key(self.west): 100}))
        self.assertEqual(self.row(self.west).creation, "sending")
        self.assertEqual(self.link_of(move).state, "blocked")
        self.assertIn("is being created in Xero", self.link_of(move).message)
        self.run_engine()
        self.assertEqual(len(self.option_writes()), 1)
        self.assert_equal(move)

    def test_lost_on_the_way(self):
        """What never arrived is tried again."""
        send = xero_transport.send

        def lose(env, tenant, call, **values):
            if call.method == "PUT":
                raise errors.NoAnswer("no_answer", "Nothing came back.")
            return send(env, tenant, call, **values)

        self.row(self.west).action_create_in_xero()
        with patch.object(xero_transport, "send", lose):
            self.run_engine()
        self.assertFalse(self.row(self.west).option_id)
        self.run_engine()
        self.assertEqual(self.row(self.west).option_id.name, "West")

    def test_one_is_tried_while_xero_is_away(self):
        """What did not get through is no reason to try the others in the same run."""
        for name in ("East", "Middle"):
            self.make_account(name, self.region)
        self.tenant._complete_option_mappings()
        rows = self.tenant.option_mapping_ids.filtered(lambda row: not row.option_id)
        rows.action_create_in_xero()
        send, tried = xero_transport.send, []

        def lose(env, tenant, call, **values):
            if call.path.startswith("TrackingCategories"):
                tried.append(call)
                raise errors.NoAnswer("no_answer", "Nothing came back.")
            return send(env, tenant, call, **values)

        with patch.object(xero_transport, "send", lose):
            self.run_engine()
        self.assertEqual(len(tried), 1)
        self.run_engine()
        self.assertEqual(len(rows), len(rows.option_id))

    def test_no_room(self):
        """Told on the row and on the document; nothing is sent."""
        self.tenant.create_tracking_options = True
        category = self.plan_row(self.region).category_id
        self.env["xero.tracking.option"].sudo().create([
            {"tenant_id": self.tenant.id, "category_id": category.id, "name": f"Option {number}",
             "xero_id": f"option-{number}"}
            for number in range(98)
        ])
        move = self.push(self.distributed({self.key(self.west): 100}))
        self.assertEqual(self.row(self.west).creation, "failed")
        self.assertIn("Region has 100 options", self.link_of(move).message)
        self.assertFalse(self.option_writes())

    def test_name_too_long(self):
        self.west.name = "W" * 101
        self.row(self.west).action_create_in_xero()
        self.run_engine()
        self.assertIn("1 to 100 characters", self.row(self.west).standing)
        self.assertFalse(self.option_writes())

    def test_refused_by_xero(self):
        """An archived option has the name: Xero's words stand on the row."""
        category = self.plan_row(self.region).category_id
        record = self.organisation.tracking_categories[category.xero_id]
        archived = {"TrackingOptionID": self.organisation.new_guid(), "Name": "west",
                    "Status": "ARCHIVED"}
        self.organisation.tracking_categories.save(
            {**record, "Options": (*record["Options"], archived)}
        )
        self.row(self.west).action_create_in_xero()
        self.run_engine()
        self.assertEqual(self.row(self.west).creation, "failed")
        self.assertIn("unique Name", self.row(self.west).standing)
