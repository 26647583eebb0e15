"""Who may read, write and press what: every model and every button of ours, as a table.

A new model, a new public method, or a right that somebody adds makes these tests fail until the
table says who it is meant for.
"""

from odoo.exceptions import AccessError, UserError
from odoo.models import BaseModel
from odoo.tests import TransactionCase, new_test_user, tagged

from .push_common import XeroPushCase

ADDON = "odoo.addons.xero_connector."

MANAGER = "account.group_account_manager"
READERS = ("account.group_account_invoice", "account.group_account_readonly")
BUYER = "purchase.group_purchase_user"

# Rights of a group: read, write, create, delete.
READ, ALL, NONE = "r---", "rwcd", "----"

# Model → rights by group.
KEPT_BY_MANAGERS = {MANAGER: ALL, **dict.fromkeys(READERS, READ)}
READ_ALONE = {MANAGER: READ, **dict.fromkeys(READERS, READ)}
RIGHTS = {
    "xero.app": {MANAGER: ALL},
    "xero.tenant": {**KEPT_BY_MANAGERS, BUYER: READ},
    "xero.token": {"base.group_system": NONE},
    "xero.consent": {"base.group_system": NONE},
    "xero.account": READ_ALONE,
    "xero.tax.rate": READ_ALONE,
    "xero.currency": {MANAGER: READ},
    "xero.tracking.category": {MANAGER: READ},
    "xero.tracking.option": {MANAGER: READ},
    "xero.branding.theme": READ_ALONE,
    "xero.contact": READ_ALONE,
    "xero.item": READ_ALONE,
    "xero.tax.mapping": KEPT_BY_MANAGERS,
    "xero.tax.combination": KEPT_BY_MANAGERS,
    "xero.account.mapping": KEPT_BY_MANAGERS,
    "xero.tracking.mapping": KEPT_BY_MANAGERS,
    "xero.option.mapping": KEPT_BY_MANAGERS,
    "xero.rate.creation": {MANAGER: ALL},
    "xero.contact.match": {MANAGER: ALL},
    "xero.item.match": {MANAGER: ALL},
    "xero.difference": {MANAGER: "rw--"},
    "xero.poll": {MANAGER: READ},
    "xero.event": {MANAGER: READ},
    "xero.link": READ_ALONE,
    "xero.enclosure": dict.fromkeys(READERS, READ),
    "xero.stuck.cause": READ_ALONE,
    "xero.payment": READ_ALONE,
    "xero.sent.payment": READ_ALONE,
    "xero.payment.account": {MANAGER: "rw--", **dict.fromkeys(READERS, READ)},
    "xero.request": {MANAGER: READ},
    "xero.exchange": {MANAGER: READ},
    "xero.budget": {MANAGER: READ},
    "xero.setup.step": READ_ALONE,
    "xero.coverage.gap": READ_ALONE,
    "xero.history": KEPT_BY_MANAGERS,
    "xero.history.document": {MANAGER: "rw--", **dict.fromkeys(READERS, READ)},
    "xero.history.summary": READ_ALONE,
}

# Not of one company: apps are shared by all, and nobody reads the other two.
WITHOUT_COMPANY = {"xero.app", "xero.token", "xero.consent"}

# Who may call a public method, besides those who may not even read the records.
BY_MANAGER, BY_SENDER, BY_READER = "manager", "sender", "reader"
DOCUMENT = dict.fromkeys(
    ("action_xero_push", "action_xero_leave", "action_xero_check_again"), BY_SENDER
) | dict.fromkeys(("action_xero_overwrite", "action_xero_unlink"), BY_MANAGER) | dict.fromkeys(
    ("action_xero_open", "action_xero_open_cause"), BY_READER
)
MASTER = {
    "action_xero_push": BY_SENDER,
    "action_xero_open": BY_READER,
    "action_xero_open_cause": BY_READER,
    "action_xero_match": BY_MANAGER,
}
MATCH = dict.fromkeys(
    ("action_accept_certain", "action_apply", "action_create", "action_import", "action_link",
     "action_read_again", "action_skip", "action_undecide"),
    BY_MANAGER,
)
MAPPING = {"action_confirm": BY_MANAGER, "action_create_rate": BY_MANAGER}
METHODS = {
    "account.move": {
        **DOCUMENT, "action_xero_open_payments": BY_READER,
        "action_xero_open_sent_payments": BY_READER,
    },
    "purchase.order": DOCUMENT,
    "res.partner": MASTER,
    "product.product": MASTER,
    "product.template": {
        name: who for name, who in MASTER.items() if name != "action_xero_open"
    },
    "xero.app": {"action_open_tenants": BY_READER},
    "xero.tenant": dict.fromkeys(
        ("action_connect", "action_disconnect", "action_disconnect_and_delete",
         "action_dismiss_notice", "action_measure_coverage", "action_pull_settings",
         "action_sync", "action_propose_mappings"),
        BY_MANAGER,
    ) | dict.fromkeys(
        ("action_open_account_mappings", "action_open_exchanges", "action_open_links",
         "action_open_option_mappings", "action_open_tax_combinations",
         "action_open_tax_mappings", "action_open_tracking_mappings",
         "action_open_differences", "action_open_enclosures", "action_open_payments",
         "action_open_sent_payments", "action_open_progress", "action_open_stage"),
        BY_READER,
    ),
    "xero.contact.match": MATCH,
    "xero.difference": {
        "action_leave": BY_MANAGER, "action_send": BY_MANAGER, "action_take": BY_MANAGER,
        "action_open_record": BY_READER,
    },
    "xero.item.match": MATCH,
    "xero.account.mapping": MAPPING,
    "xero.tax.mapping": MAPPING,
    "xero.tax.combination": MAPPING,
    "xero.tracking.mapping": {**MAPPING, "action_open_options": BY_READER},
    "xero.option.mapping": {**MAPPING, "action_create_in_xero": BY_MANAGER},
    "xero.rate.creation": {"action_create": BY_MANAGER},
    "xero.enclosure": {"action_try_again": BY_SENDER, "action_open_record": BY_READER},
    "xero.stuck.cause": {
        "action_fix": BY_READER, "action_open_links": BY_READER, "action_send_again": BY_SENDER,
    },
    "xero.payment": dict.fromkeys(
        ("action_leave", "action_try_again"), BY_SENDER
    ) | dict.fromkeys(("action_fix", "action_open_booked", "action_open_document"), BY_READER),
    "xero.sent.payment": dict.fromkeys(
        ("action_leave", "action_send_anyway", "action_try_again"), BY_SENDER
    ) | dict.fromkeys(("action_fix", "action_open_document", "action_open_entry"), BY_READER),
    "xero.payment.account": {"action_open_waiting": BY_READER},
    "xero.coverage.gap": {"action_fix": BY_READER, "action_open_documents": BY_READER},
    "xero.setup.step": {"action_open": BY_READER},
    "xero.history": {"action_find": BY_MANAGER, "action_open_documents": BY_READER},
    "xero.history.document": dict.fromkeys(
        ("action_ignore", "action_link", "action_separate", "action_take_up",
         "action_unlink_pair"),
        BY_MANAGER,
    ) | dict.fromkeys(("action_open_in_xero", "action_open_record"), BY_READER),
    "xero.link": dict.fromkeys(
        ("action_overwrite", "action_unlink", "action_unlink_master"), BY_MANAGER
    ) | dict.fromkeys(
        ("action_check_again", "action_leave", "action_push"), BY_SENDER
    ) | dict.fromkeys(
        ("action_open_cause", "action_open_in_xero", "action_open_record"), BY_READER
    ),
}

# They only name the ids that are asked for; the list itself obeys the rules below.
OPENS_A_LIST = {
    "action_open_links", "action_open_exchanges", "action_open_documents", "action_open_tenants",
    "action_open_differences", "action_open_enclosures", "action_open_payments",
    "action_open_progress", "action_open_sent_payments", "action_open_stage",
    "action_open_waiting",
}
ARGUMENTS = {
    "action_open_progress": ("attention",), "action_open_stage": ("account.move", "paid"),
}
DOCUMENTS_ALONE = (
    "account.move", "xero.link", "xero.stuck.cause", "xero.enclosure", "xero.payment",
    "xero.sent.payment",
)


def our_models(env):
    return {
        name: env[name] for name in env.registry
        if name.startswith("xero.") and not env[name]._abstract
    }


def public_methods(env):
    """What RPC can call because of us: {model: names}."""
    known = set(dir(BaseModel))
    found = {}
    for model, cls in env.registry.items():
        if env[model]._abstract:
            continue
        for name in set(dir(cls)) - known - set(cls._fields):
            owners = [owner for owner in cls.__mro__ if name in vars(owner)]
            ours = owners and all(
                owner.__module__.startswith(ADDON) or owner.__module__ == "odoo.orm.model_classes"
                for owner in owners
            )
            method = getattr(cls, name)
            if (
                ours and not name.startswith("_") and callable(method)
                and not getattr(method, "_api_private", False)
            ):
                found.setdefault(model, set()).add(name)
    return found


@tagged("post_install", "-at_install")
class TestPolicy(TransactionCase):
    """What the database says of rights, against the table above. Security points 2, 3 and 5."""

    def test_every_model_has_its_rights(self):
        self.assertEqual(set(our_models(self.env)), set(RIGHTS))
        for model, rights in RIGHTS.items():
            rows = self.env["ir.model.access"].search([("model_id.model", "=", model)])
            names = rows.group_id.get_external_id()
            self.assertEqual(
                {
                    names.get(row.group_id.id): "".join(
                        letter if allowed else "-" for letter, allowed in zip(
                            "rwcd",
                            (row.perm_read, row.perm_write, row.perm_create, row.perm_unlink),
                            strict=True,
                        )
                    )
                    for row in rows
                },
                rights,
                model,
            )

    def test_every_model_stays_in_its_company(self):
        for model in our_models(self.env):
            rules = self.env["ir.rule"].search([("model_id.model", "=", model)])
            if model in WITHOUT_COMPANY:
                self.assertFalse(rules, model)
                continue
            with self.subTest(model=model):
                everyone = rules.filtered(lambda rule: not rule.groups)
                self.assertEqual(len(everyone), 1)
                self.assertIn("company_id', 'in', company_ids)", everyone.domain_force)
                self.assertEqual(rules, everyone, "A rule of a group widens what is seen.")
                self.assertTrue(all(
                    (rules.perm_read, rules.perm_write, rules.perm_create, rules.perm_unlink)
                ))

    def test_who_invoices_finds_what_needs_a_look(self):
        """The menu of the settings is for administrators; what is stuck is everybody's work."""
        menus = ("xero_link_menu", "xero_payment_menu", "xero_sent_payment_menu",
                 "xero_tenant_progress_menu")
        for group, seen in (
            ("account.group_account_invoice", True), ("account.group_account_readonly", True),
            ("base.group_user", False),
        ):
            user = new_test_user(self.env, f"menu {group}", groups=f"base.group_user,{group}")
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for menu in menus:
                with self.subTest(group=group, menu=menu):
                    shown = self.env.ref(f"xero_connector.{menu}").id in visible
                    self.assertEqual(shown, seen)

    def test_every_public_method_is_in_the_table(self):
        self.assertEqual(
            public_methods(self.env), {model: set(table) for model, table in METHODS.items()}
        )

    def test_what_ties_rows_to_a_tenant_is_not_written_by_hand(self):
        """Every model that people may write, and that belongs to a tenant, refuses to move."""
        for model, rights in RIGHTS.items():
            if "tenant_id" not in self.env[model]._fields:
                continue
            if any("w" in letters for letters in rights.values()):
                fixed = getattr(self.env[model], "_fixed_fields", ())
                self.assertTrue({"tenant_id", "history_id"} & set(fixed), model)


class TestButtons(XeroPushCase):
    """Every public method as every kind of user. Security point 5."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kinds = {
            "portal": "base.group_portal",
            "internal": "base.group_user",
            "system": "base.group_system",
            "purchase": "purchase.group_purchase_user",
            "billing": "account.group_account_invoice",
            "reader": "account.group_account_readonly",
            "manager": "account.group_account_manager,purchase.group_purchase_user",
        }
        cls.users = {
            kind: new_test_user(
                cls.env, f"button_{kind}", groups=groups,
                company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)],
            )
            for kind, groups in kinds.items()
        }
        cls.stranger = cls.make_stranger()

    @classmethod
    def make_stranger(cls):
        """A manager of another company, who may everything there."""
        company = cls.make_company("Far Away", "AUD", "base.au")
        return new_test_user(
            cls.env, "button_stranger",
            groups="account.group_account_manager,purchase.group_purchase_user",
            company_id=company.id, company_ids=[(6, 0, company.ids)],
        )

    def records(self):
        """One record of every model that has a button: {model: record}."""
        env, tenant = self.env(su=True), self.tenant.sudo()
        move, order = self.make_invoice(), self.make_order()
        product = env["product.product"].create({"name": "Bolt", "default_code": "BOLT"})
        partner = move.partner_id
        for record in (move, order, product):
            env["xero.link"]._mark_pending(tenant, record)
        link = self.link_of(move).sudo()
        link.write({"state": "attention", "obstacle": "edited", "xero_id": "6" * 36})
        self.link_of(order).sudo().write(
            {"state": "attention", "obstacle": "edited", "xero_id": "7" * 36}
        )
        tax_mapping = env["xero.tax.mapping"].search([("tenant_id", "=", tenant.id)], limit=1)
        plan = env["account.analytic.plan"].create({"name": "Region"})
        tracking = env["xero.tracking.mapping"].create({"tenant_id": tenant.id, "plan_id": plan.id})
        account = env["account.analytic.account"].create({"name": "North", "plan_id": plan.id})
        history = env["xero.history"].create({"tenant_id": tenant.id})
        return {
            "account.move": move,
            "purchase.order": order,
            "res.partner": partner,
            "product.product": product,
            "product.template": product.product_tmpl_id,
            "xero.app": self.app,
            "xero.tenant": tenant,
            "xero.contact.match": env["xero.contact.match"].create(
                {"tenant_id": tenant.id, "partner_id": partner.id}
            ),
            "xero.difference": env["xero.difference"].create({
                "tenant_id": tenant.id, "resource": "Items", "xero_id": "5" * 36, "field": "new",
            }),
            "xero.item.match": env["xero.item.match"].create(
                {"tenant_id": tenant.id, "product_id": product.id}
            ),
            "xero.account.mapping": env["xero.account.mapping"].search(
                [("tenant_id", "=", tenant.id)], limit=1
            ),
            "xero.tax.mapping": tax_mapping,
            "xero.tax.combination": env["xero.tax.combination"].create({
                "tenant_id": tenant.id, "key": "test", "tax_ids": [(6, 0, self.sale_tax.ids)],
            }),
            "xero.tracking.mapping": tracking,
            "xero.option.mapping": env["xero.option.mapping"].create({
                "tenant_id": tenant.id, "analytic_account_id": account.id,
            }),
            "xero.rate.creation": env["xero.rate.creation"].create(
                {"tenant_id": tenant.id, "name": "New", "tax_mapping_id": tax_mapping.id}
            ),
            "xero.coverage.gap": env["xero.coverage.gap"].create({
                "tenant_id": tenant.id, "sentence": "x", "res_model": "account.move",
            }),
            "xero.setup.step": env["xero.setup.step"].search(
                [("tenant_id", "=", tenant.id)], limit=1
            ),
            "xero.history": history,
            "xero.history.document": env["xero.history.document"].create({
                "history_id": history.id, "company_id": self.company.id, "kind": "invoice",
                "result": "differs", "xero_id": "8" * 36, "res_model": "account.move",
                "res_id": move.id,
            }),
            "xero.link": link,
            "xero.enclosure": env["xero.enclosure"].create({
                "tenant_id": tenant.id, "link_id": link.id, "xero_id": "6" * 36, "kind": "note",
                "name": "x", "mark": "x", "state": "refused",
            }),
            "xero.payment": env["xero.payment"].create({
                "tenant_id": tenant.id, "link_id": link.id, "xero_id": "5" * 36,
                "state": "attention", "message": "x",
            }),
            "xero.sent.payment": env["xero.sent.payment"].create({
                "tenant_id": tenant.id, "link_id": link.id, "entry_id": move.id,
                "state": "attention", "message": "x",
            }),
            "xero.payment.account": env["xero.payment.account"].create(
                {"tenant_id": tenant.id, "xero_id": "4" * 36, "name": "Bank"}
            ),
            "xero.stuck.cause": self.stuck(tenant),
        }

    def stuck(self, tenant):
        self.env.flush_all()
        return self.env["xero.stuck.cause"].sudo().search(
            [("tenant_id", "=", tenant.id)], limit=1
        )

    def refused(self, record, name, user):
        """Whether a call is refused for lack of rights; whatever it did is undone."""
        call = getattr(record.with_user(user).sudo(False), name)
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                call(*ARGUMENTS.get(name, ()))
                self.env.flush_all()
                raise _Undo
        except AccessError:
            return True
        except (_Undo, UserError, ValueError):
            return False
        finally:
            self.env.invalidate_all()

    def may(self, kind, model, name, who):
        """What the table says: whether this kind of user may call it."""
        if kind == "manager":
            return True
        if name in OPENS_A_LIST:
            return None
        if who == BY_READER and model in ("res.partner", "product.product", "product.template"):
            return None if kind != "portal" else False  # every employee reads their status
        if kind in ("portal", "internal", "system") or who == BY_MANAGER:
            return False
        if who == BY_SENDER:
            # Odoo lets buyers write bills, and billing users write orders.
            buys = model not in DOCUMENTS_ALONE
            return kind == "billing" or (kind == "purchase" and buys)
        return None  # whoever may read the record; nothing is changed by it

    def test_who_may_press_what(self):
        records = self.records()
        self.assertEqual(set(records), set(METHODS))
        wrong = []
        for model, table in METHODS.items():
            self.assertEqual(len(records[model]), 1, model)
            for name, who in table.items():
                for kind, user in self.users.items():
                    may = self.may(kind, model, name, who)
                    if may is not None and self.refused(records[model], name, user) == may:
                        wrong.append((model, name, kind, "refused" if may else "allowed"))
        self.assertFalse(wrong, "\n".join(map(str, wrong)))

    def listed(self, record):
        """The record as it is shown in the list of its tenant."""
        return record.with_context(xero_tenant_id=self.tenant.id)

    def test_no_button_reaches_another_company(self):
        """Not even for who may everything in his own. Products and apps are shared by all."""
        records = self.records()
        wrong = [
            (model, name)
            for model, table in METHODS.items()
            if model not in ("res.partner", "product.product", "product.template", "xero.app")
            for name in table
            if name not in OPENS_A_LIST
            and not self.refused(self.listed(records[model]), name, self.stranger)
        ]
        self.assertFalse(wrong, "\n".join(map(str, wrong)))

    def test_no_row_reaches_another_company(self):
        """Read, searched, grouped, written, deleted or moved: rows stay with their company."""
        category = self.env["xero.tracking.category"].sudo().create(
            {"tenant_id": self.tenant.id, "xero_id": "9" * 36, "name": "Region"}
        )
        category.option_ids.create({
            "tenant_id": self.tenant.id, "xero_id": "5" * 36, "name": "North",
            "category_id": category.id,
        })
        records = self.records() | {
            model: self.env[model].sudo().search([("tenant_id", "=", self.tenant.id)], limit=1)
            for model in (
                "xero.account", "xero.tax.rate", "xero.currency", "xero.exchange", "xero.budget",
                "xero.branding.theme", "xero.tracking.category", "xero.tracking.option",
            )
        }
        for model, record in records.items():
            if not model.startswith("xero.") or model == "xero.app":
                continue
            with self.subTest(model=model):
                self.assertTrue(record)
                foreign = record.with_user(self.stranger).sudo(False)
                own = [("company_id" if "company_id" in record else "tenant_id.company_id",
                        "=", self.company.id)]
                self.assertFalse(foreign.search(own))
                self.assertFalse(foreign.formatted_read_group([], [], ["__count"])[0]["__count"]
                                 and foreign.search([]).filtered_domain(own))
                for operation in ("read", "write", "unlink"):
                    with self.assertRaises(AccessError):
                        foreign.check_access(operation)


class _Undo(Exception):
    pass
