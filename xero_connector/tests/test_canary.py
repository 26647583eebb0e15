"""Known secrets, searched for after a whole life of a connection: in the log, in every table, in
what leaves the database, and in what administrators can build themselves. Security points 1, 21,
23 and 25."""

import json
import logging
from unittest.mock import patch
from urllib.parse import parse_qs, parse_qsl, urlsplit

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..models import secret, xero_app
from ..xero import oauth
from .push_common import ORGANISATION, XeroPushCase
from .xero_case import CLIENT_SECRET, XeroCase

# Columns that may hold sealed text, and nothing else may.
SEALED = {
    "xero.app": {"client_secret_sealed", "webhook_key_sealed", "former_key_sealed"},
    "xero.token": {"access_sealed", "refresh_sealed"},
    "xero.consent": {"verifier_sealed", "state_hash", "session_hash", "browser_hash"},
    "xero.tenant": {"token_id"},
    "xero.enclosure": {"attachment_id"},
}
# Hidden for other reasons: an id is no secret.
IDS = {"token_id", "attachment_id"}
WEBHOOK_KEY = "canary-webhook-key"
LOUD = "odoo", "werkzeug", "urllib3", "requests", "xero_python", "py.warnings"


@tagged("post_install", "-at_install")
class TestHiddenColumns(TransactionCase):
    def test_hidden_columns_are_hidden_in_every_way(self):
        """No rights, no copy, no tracking, no index of the secret itself, in no view."""
        found = {}
        for name in self.env.registry:
            for field in self.env[name]._fields.values():
                if name.startswith("xero.") and field.groups == ".":
                    found.setdefault(name, set()).add(field.name)
                    self.assertFalse(field.copy and name == "xero.app", field)
                    self.assertFalse(getattr(field, "tracking", False), field)
                    if field.name.endswith("_sealed"):
                        self.assertFalse(field.index or field.prefetch, field)
        self.assertEqual(found, SEALED)
        views = self.env["ir.ui.view"].search([("model", "=like", "xero.%")])
        for view in views:
            for column in set().union(*SEALED.values()) - IDS:
                self.assertNotIn(column, view.arch, view.name)


class TestWholeLife(XeroPushCase):
    def setUp(self):
        issued, tokens_of = [], oauth._tokens

        def remember(*arguments):
            token_set = tokens_of(*arguments)
            issued.extend([token_set.access_token, token_set.refresh_token])
            return token_set

        self.issued = issued
        self.enterContext(patch.object(oauth, "_tokens", remember))
        self.app.webhook_key = WEBHOOK_KEY
        self.log = []
        handler = logging.Handler()
        handler.emit = lambda record: self.log.append(logging.Formatter().format(record))
        for name in LOUD:
            logger = logging.getLogger(name)
            level = logger.level
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
            self.addCleanup(logger.setLevel, level)
            self.addCleanup(logger.removeHandler, handler)
        super().setUp()

    def live(self):
        """Sent, refused, rotated, disconnected and connected again.

        :return: everything that must be found nowhere
        """
        answers = []
        begin = oauth.authorize_url

        def follow(*arguments):
            address = begin(*arguments)
            answers.extend(parse_qs(urlsplit(address).query)["state"])
            return address

        self.push(self.make_invoice())
        self.sim.faults.add("expired", path="/Contacts")
        self.push(self.make_partner("Refused " * 40) | self.make_partner("Fine"))
        with patch.object(oauth, "authorize_url", follow):
            address = self.sim.consent(self.go_to_xero(), ORGANISATION)
            answers += [value for name, value in parse_qsl(urlsplit(address).query)
                        if name in ("code", "state")]
            self.come_back(address)
        self.tenant.action_disconnect()
        self.env.flush_all()
        self.assertGreaterEqual(len(set(self.issued)), 4)
        self.assertEqual(len(set(answers)), 2)
        # A JWT's end is its signature: short enough to be found in any wrapping.
        return {
            CLIENT_SECRET, WEBHOOK_KEY, *answers, *(token[-40:] for token in self.issued if token)
        }

    def test_no_canary_in_the_log(self):
        canaries = self.live()
        log = "\n".join(self.log)
        self.assertIn("xero_exchange", log, "The log is not at debug.")
        self.assertIn("/api.xro/2.0/Invoices", log, "The log of the wire is missing.")
        for canary in canaries:
            self.assertNotIn(canary, log)

    def test_no_canary_in_any_table(self):
        """Every column of every table, the hidden ones too: they hold ciphertext alone."""
        canaries = self.live()
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in self.env.cr.fetchall()]
        self.assertIn("xero_app", tables)
        for table in tables:
            self.env.cr.execute(SQL(
                "SELECT 1 FROM %s t WHERE t::text LIKE ANY(%s) LIMIT 1",
                SQL.identifier(table),
                [f"%{canary}%" for canary in canaries],
            ))
            self.assertFalse(self.env.cr.fetchone(), table)

    def test_no_canary_in_exports_and_messages(self):
        """What a manager can take out of our models by hand."""
        canaries = self.live()
        taken = []
        for name in self.env.registry:
            records = self.env[name]
            if not name.startswith("xero.") or records._abstract or not records._auto:
                continue
            fields = [
                column for column, field in records._fields.items()
                if field.groups != "." and field.type != "one2many"
            ]
            rows = records.with_user(self.manager).sudo(False)
            if rows.has_access("read"):
                taken.append(rows.search([]).export_data(fields)["datas"])
        taken.append(self.tenant.message_ids.mapped("body"))
        text = json.dumps(taken, default=str)
        self.assertIn(ORGANISATION, text)
        for canary in canaries:
            self.assertNotIn(canary, text)


@tagged("post_install", "-at_install")
class TestOddWays(XeroCase):
    """Ways to a hidden column that do not name it at the front door. Security point 1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.users = [
            new_test_user(cls.env, f"odd_{number}", groups=groups, **company)
            for number, groups in enumerate((
                "base.group_portal", "base.group_user", "base.group_system",
                "purchase.group_purchase_user", "account.group_account_invoice",
                "account.group_account_readonly", "account.group_account_manager",
                "base.group_system,account.group_account_manager",
            ))
        ]

    def setUp(self):
        super().setUp()
        self.connect()
        self.env.flush_all()
        self.env.cr.execute("SELECT client_secret_sealed FROM xero_app WHERE id = %s", self.app.ids)
        [self.sealed] = self.env.cr.fetchone()

    def ways(self, user):
        apps = self.env["xero.app"].with_user(user)
        tenants = self.env["xero.tenant"].with_user(user)
        app, tenant = apps.browse(self.app.id), tenants.browse(self.tenant.id)
        template = "{{ object.client_secret_sealed }}"
        renderer = self.env["mail.render.mixin"].with_user(user)
        return {
            "prefix": lambda: apps.search_count([("client_secret_sealed", "=like", "g%")]),
            "prefix, by tenant": lambda: tenants.search_count(
                [("app_id.client_secret_sealed", "=like", "g%")]
            ),
            "any": lambda: tenants.search_count(
                [("app_id", "any", [("client_secret_sealed", "!=", False)])]
            ),
            "token": lambda: tenants.search_count([("token_id.access_sealed", "=like", "g%")]),
            "group": lambda: apps._read_group([], ["client_secret_sealed"]),
            "aggregate": lambda: apps._read_group([], [], ["client_secret_sealed:array_agg"]),
            "filter in memory": lambda: app.filtered_domain(
                [("client_secret_sealed", "=like", "g%")]
            ).ids,
            "export": lambda: tenant.export_data(["app_id/client_secret_sealed"]),
            "web_read": lambda: tenant.web_read(
                {"app_id": {"fields": {"client_secret_sealed": {}}}}
            ),
            "mapped": lambda: tenant.mapped("app_id.client_secret_sealed"),
            "template": lambda: renderer._render_template(template, "xero.app", app.ids),
            "write": lambda: app.write({"client_secret_sealed": "x"}),
            "move": lambda: tenant.write({"token_id": False}),
        }

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_refused_to_everybody(self):
        for user in self.users:
            for way, read in self.ways(user).items():
                with self.subTest(user=user.login, way=way):
                    try:
                        with self.env.cr.savepoint():
                            answer = read()
                    except (AccessError, UserError, ValueError):
                        continue
                    self.fail(f"It was answered: {answer}")

    def test_never_answered(self):
        """Ways that are allowed, and hold nothing."""
        for user in self.users:
            app = self.app.with_user(user)
            for way, read in {
                "onchange": lambda app=app: app.onchange(
                    {"client_secret": "canary"}, ["client_secret"],
                    {"client_secret": {}, "has_client_secret": {}},
                ),
                "default_get": lambda app=app: app.default_get(list(app._fields)),
                "name_search": lambda app=app: app.name_search("Odoo"),
                "fields_get": lambda app=app: app.fields_get(),
                "copy": lambda app=app: app.copy_data(),
            }.items():
                with self.subTest(user=user.login, way=way):
                    try:
                        answer = json.dumps(read(), default=str)
                    except AccessError:
                        continue
                    self.assertNotIn(self.sealed, answer)
                    self.assertNotIn(CLIENT_SECRET, answer)

    def test_a_field_that_an_administrator_makes_holds_ciphertext_at_most(self):
        """Manual fields and server actions run with all rights: they meet sealed text, which
        opens nowhere but in code of the server."""
        system = self.users[2]
        self.env["ir.model.fields"].with_user(system).create({
            "name": "x_leak",
            "model_id": self.env["ir.model"]._get_id("xero.tenant"),
            "ttype": "char",
            "related": "app_id.client_secret_sealed",
            "store": False,
        })
        leaked = self.tenant.sudo().x_leak
        self.assertEqual(leaked, self.sealed, "The test does not reach the column.")
        self.assertNotIn(CLIENT_SECRET, leaked)
        copied = self.app.copy({"client_id": "other"})
        copied.sudo().client_secret_sealed = leaked
        with self.assertRaisesRegex(UserError, "another database or record"):
            xero_app.client_secret(copied)

    def test_a_server_action_of_an_administrator_opens_nothing(self):
        action = self.env["ir.actions.server"].with_user(self.users[2]).create({
            "name": "Look",
            "model_id": self.env["ir.model"]._get_id("xero.app"),
            "state": "code",
            "code": "raise UserError(str([app.read() for app in model.sudo().search([])])"
                    " + str(model.sudo().search([]).mapped('client_secret')))",
        })
        with self.assertRaises(UserError) as caught:
            action.run()
        self.assertIn(self.app.client_id, str(caught.exception))
        self.assertNotIn(CLIENT_SECRET, str(caught.exception))
        for code in ("import os", "secret.unseal", "model.__class__", "model._fields.__init__"):
            with self.subTest(code=code):
                try:
                    with self.env.cr.savepoint():
                        action.with_user(self.users[2]).code = code
                        action.run()
                except (UserError, ValueError, NameError):
                    continue
                self.fail("It was run.")

    def test_errors_tell_no_secret(self):
        """What is raised when a secret cannot be opened names neither it nor its sealed text."""
        self.env.cr.execute(
            "UPDATE xero_app SET client_secret_sealed = reverse(client_secret_sealed)"
        )
        self.env.invalidate_all()
        with self.assertRaises(secret.SecretUnreadable) as caught:
            xero_app.client_secret(self.app)
        self.assertIsNone(caught.exception.__cause__)
        self.assertNotIn(self.sealed[::-1], str(caught.exception))
