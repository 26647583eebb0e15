"""A connection: one Xero organisation tied to one company."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import RedirectWarning, UserError


class XeroTenant(models.Model):
    """One Xero organisation that follows the books of one company.

    The state is the only switch: a run on a tenant that is not connected returns at once.
    """

    _name = "xero.tenant"
    _description = "Xero Tenant"
    _inherit = ["xero.fixed.mixin", "mail.thread", "mail.activity.mixin"]
    # What consent, checks and settings of Xero say.
    _fixed_fields = (
        "state", "disconnect_reason", "token_id", "connection_id", "organisation_id",
        "answered_id",
        "organisation_name", "country_code", "currency_id", "short_code", "is_demo",
        "connected_by_id", "connected_at", "granted_scopes", "settings_pulled_at", "cron_id",
        "budget_id",
    )
    _given_fields = ()
    _order = "company_id, name, id"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(required=True, default=lambda self: self.env.company.name)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    app_id = fields.Many2one(
        "xero.app",
        string="Xero App",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_app(),
        help="The app at Xero's developer site that this connection uses.",
    )
    has_client_secret = fields.Boolean(related="app_id.has_client_secret")
    company_currency_id = fields.Many2one(related="company_id.currency_id")

    # draft ──[Connect Now, consent, checks]──► connected
    # draft ──[permissions missing]──► disconnected
    # connected ──[Disconnect from Xero]──► disconnected (by_user)
    # connected ──[403: removed in Xero]──► disconnected (removed)
    # connected ──[consent revoked or expired]──► disconnected (consent)   all tenants of the token
    # connected ──[permissions missing]──► disconnected (scope)
    # connected ──[other addresses, copied database]──► disconnected (environment, copied)
    # connected ──[another organisation answers]──► disconnected (other)
    # disconnected ──[Connect Now, same organisation]──► connected
    state = fields.Selection(
        [("draft", "Not Connected"), ("connected", "Connected"), ("disconnected", "Disconnected")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    disconnect_reason = fields.Selection(
        [
            ("by_user", "Disconnected from Odoo"),
            ("removed", "Removed in Xero"),
            ("consent", "Consent Expired or Revoked"),
            ("scope", "Permissions Missing"),
            ("environment", "Other Environment"),
            ("copied", "Copied Database"),
            ("other", "Another Organisation"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
    )
    disconnect_message = fields.Char(compute="_compute_disconnect_message")
    notice = fields.Text(readonly=True, copy=False, help="What the last attempt came to.")
    banner = fields.Text(compute="_compute_banner", compute_sudo=True)
    banner_level = fields.Char(compute="_compute_banner", compute_sudo=True)

    token_id = fields.Many2one(
        "xero.token",
        groups=fields.NO_ACCESS,
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    connection_id = fields.Char("Connection ID", readonly=True, copy=False)
    organisation_id = fields.Char("Xero Organisation ID", readonly=True, copy=False)
    answered_id = fields.Char(
        readonly=True,
        copy=False,
        help="The id that Xero's organisation answered by when it was connected.",
    )
    organisation_name = fields.Char("Organisation", readonly=True, copy=False, tracking=True)
    country_code = fields.Char("Country Code", readonly=True, copy=False)
    country_id = fields.Many2one("res.country", compute="_compute_country_id")
    currency_id = fields.Many2one(
        "res.currency", string="Base Currency", readonly=True, copy=False
    )
    short_code = fields.Char(readonly=True, copy=False, help="Xero's short name, used in links.")
    is_demo = fields.Boolean("Demo Company", readonly=True, copy=False)
    connected_by_id = fields.Many2one(
        "res.users", string="Connected By", readonly=True, copy=False, ondelete="set null"
    )
    connected_at = fields.Datetime("Connected On", readonly=True, copy=False)
    granted_scopes = fields.Char("Permissions", readonly=True, copy=False)
    settings_pulled_at = fields.Datetime("Settings Read On", readonly=True, copy=False)
    cron_id = fields.Many2one(
        "ir.cron", string="Scheduled Action", readonly=True, copy=False, ondelete="set null"
    )
    budget_id = fields.Many2one(
        "xero.budget", string="Call Budget", readonly=True, copy=False, ondelete="set null"
    )

    is_default = fields.Boolean(
        "Default of the Company",
        compute="_compute_is_default",
        inverse="_inverse_is_default",
        help="Documents go here whose journal, order or vendor says nothing else.",
    )
    contact_sync = fields.Selection(
        [
            ("lead", "Odoo leads: changes go to Xero by themselves"),
            ("document", "Only with documents: created when a document needs them"),
            ("never", "Not at all: only linked to what stands in Xero"),
        ],
        string="Customers and Suppliers",
        required=True,
        default="lead",
    )
    archive_contacts = fields.Boolean(
        "Archive in Xero too",
        help="Whoever is archived in Odoo is archived in Xero. Xero lets only a person restore "
        "them there.",
    )
    send_since = fields.Date(
        "Cut-over Date",
        copy=False,
        help="Documents dated earlier are never sent, neither by hand nor by themselves.",
    )
    send_automatically = fields.Boolean(
        "Send by Itself",
        copy=False,
        help="Documents of the kinds chosen go to Xero as soon as they are posted or confirmed, "
        "without anybody pressing Send to Xero. Needs a cut-over date.",
    )

    link_ids = fields.One2many("xero.link", "tenant_id", string="Links")

    _organisation_uniq = models.UniqueIndex(
        "(organisation_id) WHERE organisation_id IS NOT NULL",
        "This Xero organisation is connected already.",
    )

    # === DEFAULTS AND COMPUTES === #

    @api.model
    def _default_app(self):
        apps = self.env["xero.app"].search([], limit=2)
        return apps if len(apps) == 1 else apps.browse()

    @api.onchange("company_id")
    def _onchange_company_id(self):
        if not self.name or self.name in self.env.user.company_ids.mapped("name"):
            self.name = self.company_id.name

    @api.depends("country_code")
    def _compute_country_id(self):
        codes = [code for code in self.mapped("country_code") if code]
        countries = self.env["res.country"].search([("code", "in", codes)])
        by_code = {country.code: country for country in countries}
        for tenant in self:
            tenant.country_id = by_code.get(tenant.country_code)

    @api.depends("company_id.xero_tenant_id")
    def _compute_is_default(self):
        for tenant in self:
            tenant.is_default = tenant.company_id.sudo().xero_tenant_id == tenant

    def _inverse_is_default(self):
        for tenant in self:
            if tenant.is_default:
                tenant.company_id.sudo().xero_tenant_id = tenant
            elif tenant.company_id.sudo().xero_tenant_id == tenant:
                tenant.company_id.sudo().xero_tenant_id = False

    # === CRUD === #

    def write(self, vals):
        if "company_id" in vals or "app_id" in vals:
            self._check_may_move(vals)
        if vals.get("active") is False:
            self._check_may_archive()
        return super().write(vals)

    def _check_may_move(self, vals):
        for tenant in self:
            company_moves = vals.get("company_id", tenant.company_id.id) != tenant.company_id.id
            app_moves = vals.get("app_id", tenant.app_id.id) != tenant.app_id.id
            if company_moves and tenant.organisation_id:
                raise UserError(self.env._(
                    "%(tenant)s belongs to the books of %(company)s. Create another tenant for "
                    "the other company.",
                    tenant=tenant.name,
                    company=tenant.company_id.name,
                ))
            if app_moves and tenant.state == "connected":
                raise UserError(self.env._(
                    "%(tenant)s is connected. Disconnect from Xero before you choose another app.",
                    tenant=tenant.name,
                ))

    def _check_may_archive(self):
        if connected := self.filtered(lambda tenant: tenant.state == "connected"):
            raise UserError(self.env._(
                "%(tenant)s is connected. Disconnect from Xero before you archive it.",
                tenant=connected[0].name,
            ))

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_connected(self):
        for tenant in self:
            tenant._check_unused()
            if tenant.state == "connected":
                raise RedirectWarning(
                    self.env._(
                        "%(tenant)s is connected to Xero. Disconnect it before you delete it.",
                        tenant=tenant.name,
                    ),
                    self.env.ref("xero_connector.action_server_xero_tenant_disconnect_delete").id,
                    self.env._("Disconnect and delete"),
                    {"active_model": "xero.tenant", "active_ids": self.ids, "active_id": tenant.id},
                )

    def _check_unused(self):
        """Refuse to delete a tenant that documents are linked to."""
        self.ensure_one()
        if count := self.env["xero.link"].sudo().search_count([("tenant_id", "=", self.id)]):
            raise UserError(self.env._(
                "%(tenant)s cannot be deleted: %(count)s records are linked to it, and the links "
                "tell where they stand in Xero. Archive it instead, after Disconnect from Xero.",
                tenant=self.name,
                count=count,
            ))

    def unlink(self):
        crons = self.sudo().cron_id
        # Without links, which are checked, nothing hangs on what was sent long ago.
        self.env["xero.request"].sudo().search([("tenant_id", "in", self.ids)]).unlink()
        result = super().unlink()
        crons.unlink()
        return result

    # === ACTIONS === #

    def action_sync(self):
        """Send what waits for these tenants, now."""
        self.check_access("write")
        for tenant in self:
            tenant._check_ready()
            tenant._wake()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("What waits for Xero is sent now, in the background."),
            },
        }

    def _sync_choice(self, resource):
        """How masters go to Xero: `lead`, `document` or `never`.

        :param str resource: Xero's name of their kind
        """
        self.ensure_one()
        return {"Contacts": self.contact_sync, "Items": self.item_sync}[resource]

    def action_open_links(self):
        """Where the records of this tenant stand."""
        action = self.env["ir.actions.act_window"]._for_xml_id("xero_connector.xero_link_action")
        action["domain"] = [("tenant_id", "in", self.ids)]
        return action

    def action_open_exchanges(self):
        """The calls that were made for this tenant."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "xero_connector.xero_exchange_action"
        )
        action["domain"] = [("tenant_id", "in", self.ids)]
        return action

    def action_dismiss_notice(self):
        """Take the notice off the form."""
        self.notice = False

    # === THE SCHEDULED ACTION === #

    def _wake(self, at=None):
        """Let the scheduled action of these tenants run: now, or at a moment in UTC."""
        for cron in self.sudo().cron_id:
            cron._trigger(at=at)

    def _wait_until(self):
        """Until when Xero's limits, or a failure, ask this tenant to rest.

        :return: naive UTC moment, False when a call may be made now
        """
        return self.sudo().budget_id._wait_until()

    def _ensure_engine(self):
        """Make what a connected tenant runs on: its scheduled action and its call budget."""
        self.ensure_one()
        tenant_sudo = self.sudo()
        if not tenant_sudo.budget_id:
            tenant_sudo.budget_id = tenant_sudo.budget_id.create({"tenant_id": self.id})
        if not tenant_sudo.cron_id:
            tenant_sudo.cron_id = tenant_sudo.cron_id.create({
                "name": f"Xero: send what waits for {self.name}",
                "model_id": self.env["ir.model"]._get_id("xero.tenant"),
                "state": "code",
                "code": f"model.browse({self.id})._cron_sync()",
                "user_id": SUPERUSER_ID,
                "interval_number": 5,
                "interval_type": "minutes",
            })
        self.env["xero.poll"].sudo()._ensure(self)
        if not self.company_id.xero_tenant_id:
            self.company_id.sudo().xero_tenant_id = self
