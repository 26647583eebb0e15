"""Secrets: sealed in the database, unreadable for everybody, bound to their place."""

import json
import os
import stat
import tempfile
from unittest.mock import patch

from cryptography.fernet import Fernet
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import config

from ..models import secret, xero_app
from .xero_case import CLIENT_SECRET, XeroCase

HIDDEN = ("xero.token", "xero.consent")


@tagged("post_install", "-at_install")
class TestSealing(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.app = cls.env["xero.app"].create({"name": "A", "client_id": "a"})
        cls.other = cls.env["xero.app"].create({"name": "B", "client_id": "b"})

    def keys(self, text):
        return patch.dict(config.options, {secret.OPTION: text})

    def test_round_trip(self):
        sealed = secret.seal(self.app, "client_secret_sealed", "canary")
        self.assertNotIn("canary", sealed)
        self.assertEqual(secret.unseal(self.app, "client_secret_sealed", sealed), "canary")

    def test_bound_to_its_place(self):
        """A ciphertext does not open for another record, field or database."""
        sealed = secret.seal(self.app, "client_secret_sealed", "canary")
        with self.assertRaisesRegex(UserError, "another database or record"):
            secret.unseal(self.other, "client_secret_sealed", sealed)
        with self.assertRaisesRegex(UserError, "another database or record"):
            secret.unseal(self.app, "webhook_key_sealed", sealed)
        self.env["ir.config_parameter"].set_param("database.uuid", "copied")
        with self.assertRaisesRegex(UserError, "another database or record"):
            secret.unseal(self.app, "client_secret_sealed", sealed)

    # Faults: 43
    def test_key_rotation(self):
        """The first key encrypts, every key decrypts."""
        old, new = (Fernet.generate_key().decode() for _key in range(2))
        with self.keys(old):
            sealed = secret.seal(self.app, "client_secret_sealed", "canary")
        with self.keys(f"{new}, {old}"):
            self.assertEqual(secret.unseal(self.app, "client_secret_sealed", sealed), "canary")
            again = secret.seal(self.app, "client_secret_sealed", "canary")
        with self.keys(new):
            self.assertEqual(secret.unseal(self.app, "client_secret_sealed", again), "canary")
            with self.assertRaisesRegex(UserError, "does not fit"):
                secret.unseal(self.app, "client_secret_sealed", sealed)

    def test_key_from_environment(self):
        key = Fernet.generate_key().decode()
        with patch.dict(os.environ, {secret.VARIABLE: key}):
            sealed = secret.seal(self.app, "client_secret_sealed", "canary")
        self.assertIn(b"canary", Fernet(key).decrypt(sealed.encode()))

    # Faults: 43
    def test_malformed_key(self):
        with self.keys("too short"), self.assertRaisesRegex(UserError, "not valid"):
            secret.seal(self.app, "client_secret_sealed", "canary")

    # Faults: 43
    def test_key_file(self):
        """Made once, outside the database, for the server's user only."""
        with tempfile.TemporaryDirectory() as folder, patch.dict(
            config.options, {"data_dir": folder, secret.OPTION: None}
        ), patch.dict(os.environ):
            os.environ.pop(secret.VARIABLE, None)
            sealed = secret.seal(self.app, "client_secret_sealed", "canary")
            path = os.path.join(folder, secret.KEY_FILE)
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            self.assertEqual(os.listdir(folder), [secret.KEY_FILE])
            self.assertEqual(secret.unseal(self.app, "client_secret_sealed", sealed), "canary")
            self.assertIn(path, self.app.key_location)
            secret._make_key_file(path)  # another process was first
            self.assertEqual(secret.unseal(self.app, "client_secret_sealed", sealed), "canary")


@tagged("post_install", "-at_install")
class TestSecretAccess(XeroCase):
    """Nobody reads a secret through the API, whichever way he asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            "public": cls.env.ref("base.public_user"),
            "portal": new_test_user(cls.env, "x_portal", groups="base.group_portal"),
            "user": new_test_user(cls.env, "x_user", groups="base.group_user"),
            "invoicing": new_test_user(cls.env, "x_inv", groups="account.group_account_invoice"),
            "manager": cls.manager,
            "admin": cls.env.ref("base.user_admin"),
        }

    def reads(self, record):
        """Ways to get at a record's values, by name."""
        model, columns = record.browse(), list(xero_app.SEALED.values())
        names = [name for name in columns if name in record._fields]
        names += [
            name for name, field in record._fields.items()
            if field.groups == "." and name not in names
        ]
        return {
            "read": lambda: record.read(),
            "read named": lambda: record.read(names),
            "search_read": lambda: model.search_read([], []),
            "web_read": lambda: record.web_read({name: {} for name in names}),
            "web_search_read": lambda: model.web_search_read([], {name: {} for name in names}),
            "export_data": lambda: record.export_data(names),
            "read_group": lambda: model.formatted_read_group([], [names[0]], ["__count"]),
            "search": lambda: model.search_count([(names[0], "!=", False)]),
            "search pattern": lambda: model.search_count([(names[0], "like", "g%")]),
            "order": lambda: model.search([], order=names[0]).ids,
            "fields_get": lambda: model.fields_get(),
            "name_search": lambda: model.name_search(""),
            "copy": lambda: record.copy_data(),
        }

    def test_app_and_hidden_models(self):
        self.connect()
        self.env.flush_all()
        records = [
            self.app,
            self.env["xero.token"].search([], limit=1),
            self.env["xero.consent"].search([], limit=1),
        ]
        for record in records:
            self.assertTrue(record)
            names = [name for name, field in record._fields.items() if field.groups == "."]
            self.env.cr.execute(
                f"SELECT row_to_json(t) FROM {record._table} t WHERE id = %s", [record.id]
            )
            row = self.env.cr.fetchone()[0]
            canaries = [row[name] for name in names if row[name]] + [CLIENT_SECRET]
            self.assertGreater(len(canaries), 1)
            for who, user in self.users.items():
                for way, read in self.reads(record.with_user(user)).items():
                    with self.subTest(model=record._name, who=who, way=way):
                        try:
                            answer = json.dumps(read(), default=str)
                        except (AccessError, UserError, ValueError):
                            continue
                        for canary in canaries:
                            self.assertNotIn(canary, answer)
                        if way in ("search", "search pattern", "order", "read_group"):
                            self.fail("a hidden column could be used")

    def test_hidden_models_have_no_rights(self):
        for model in HIDDEN:
            for who, user in self.users.items():
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(model=model, who=who, operation=operation):
                        records = self.env[model].with_user(user)
                        self.assertFalse(records.has_access(operation))

    def test_answer_of_the_form(self):
        """What was typed does not come back: not from the save, not from the record after it."""
        specification = {
            "name": {}, "client_secret": {}, "webhook_key": {}, "has_client_secret": {},
        }
        app = self.app.with_user(self.manager)
        answer = app.web_save(
            {"client_secret": "canary-one", "webhook_key": "canary-two"}, specification
        )
        self.assertNotIn("canary", json.dumps(answer))
        self.assertTrue(answer[0]["has_client_secret"])
        self.assertNotIn("canary", json.dumps(app.read(), default=str))
        self.assertEqual(xero_app.client_secret(app), "canary-one")
        self.assertEqual(
            secret.unseal(app, "webhook_key_sealed", app.sudo().webhook_key_sealed), "canary-two"
        )
        answer = self.env["xero.app"].with_user(self.manager).web_save(
            {"name": "New", "client_id": "new", "client_secret": "canary-three"}, specification
        )
        self.assertNotIn("canary", json.dumps(answer))

    def test_saving_keeps_the_secret(self):
        """Saving the form with its empty field does not clear what is stored."""
        with Form(self.app.with_user(self.manager)) as form:
            form.name = "Renamed"
        self.app.write({"client_secret": False})
        self.app.write({"client_secret": "  "})
        self.assertEqual(xero_app.client_secret(self.app), CLIENT_SECRET)

    def test_copy_has_no_secret(self):
        copied = self.app.copy({"client_id": "other"})
        self.assertFalse(copied.has_client_secret)

    # Faults: 43
    def test_wrong_key_clears_nothing(self):
        """With another key: one clear sentence, and everything works again with the old one."""
        self.connect()
        with patch.dict(config.options, {secret.OPTION: Fernet.generate_key().decode()}):
            self.env.flush_all()
            try:
                self.tenant.action_pull_settings()
            except UserError as error:
                self.assertIn("encryption key", str(error))
            else:
                self.fail("A token was opened with a wrong key.")
        self.env.invalidate_all()
        self.assertEqual(self.tenant.state, "connected")
        self.tenant.action_pull_settings()

    def test_no_public_method_returns_a_token(self):
        """Nothing that can be called over RPC lives on the hidden models."""
        base = set(dir(self.env["ir.model.access"]))
        for model in HIDDEN:
            own = {
                name for name in dir(type(self.env[model]))
                if not name.startswith("_") and callable(getattr(type(self.env[model]), name))
            } - base
            self.assertFalse(own)


@tagged("post_install", "-at_install")
class TestRights(XeroCase):
    """Who may do what with the connector's rows."""

    def test_invoicing_reads_only(self):
        self.connect()
        clerk = new_test_user(
            self.env, "clerk", groups="account.group_account_invoice",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        tenant = self.tenant.with_user(clerk)
        self.assertTrue(tenant.name)
        for action in (
            tenant.action_connect, tenant.action_disconnect, tenant.action_disconnect_and_delete,
        ):
            with self.assertRaises(AccessError):
                action()
        for model in ("xero.tax.mapping", "xero.account.mapping"):
            rows = self.env[model].with_user(clerk)
            self.assertTrue(rows.has_access("read"))
            self.assertFalse(rows.has_access("write"))
        with self.assertRaises(AccessError):
            tenant.app_id.read(["name"])

    def test_other_company(self):
        """Rows of one company are not seen in another."""
        self.connect()
        company = self.make_company("Far Away", "AUD", "base.au")
        stranger = new_test_user(
            self.env, "stranger", groups="account.group_account_manager",
            company_id=company.id, company_ids=[(6, 0, company.ids)],
        )
        for model in (
            "xero.tenant", "xero.account", "xero.tax.rate", "xero.tax.mapping",
            "xero.account.mapping", "xero.exchange", "xero.currency", "xero.budget",
        ):
            if self.env[model].search_count([]):
                self.assertFalse(
                    self.env[model].with_user(stranger).search([]).filtered(
                        lambda row: (row.company_id if "company_id" in row else
                                     row.tenant_id.company_id) == self.company
                    ),
                    model,
                )
        with self.assertRaises(AccessError):
            self.tenant.with_user(stranger).action_connect()
        with self.assertRaises(AccessError):
            self.tenant.with_user(stranger).action_disconnect()

    def test_state_cannot_be_written_around(self):
        """Every model of ours has rows of rights, and logs are read-only for people."""
        for model in ("xero.exchange", "xero.request", "xero.link", "xero.account", "xero.budget"):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(
                    self.env[model].with_user(self.manager).has_access(operation), model
                )
