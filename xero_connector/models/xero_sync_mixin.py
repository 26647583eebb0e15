"""The contract between a business model and the connector."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .xero_link import IN_DOUBT, URGENCY

# Customers and vendors read their documents in the portal, and nothing of Xero.
READERS = "base.group_user"


class Blocked(Exception):
    """A record must not be sent as it stands.

    :param str message: one sentence: what is wrong, with which record, and what to do
    :param cause: the record to mend, if it is another one (a tax, an account)
    """

    def __init__(self, message, cause=None):
        super().__init__(message)
        self.message = message
        self.cause = cause


class XeroSyncMixin(models.AbstractModel):
    """A record that can stand in Xero: its status on forms and lists, and the button.

    Status is computed from the link rows, never stored here: the sync writes nothing on business
    tables. Sorting, grouping and filtering read the link table through `_field_to_sql`.
    """

    _name = "xero.sync.mixin"
    _description = "Xero Synchronised Record"

    # === FIELDS === #

    xero_link_ids = fields.One2many(
        "xero.link",
        "res_id",
        string="Xero Links",
        domain=lambda self: [("res_model", "=", self._name)],
        copy=False,
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    xero_state = fields.Selection(
        selection=lambda self: self.env["xero.link"]._fields["state"].selection,
        string="Xero",
        compute="_compute_xero",
        compute_sudo=True,
        search="_search_xero_state",
        groups=READERS,
        help="Where the record stands on its way to Xero.",
    )
    xero_status = fields.Char(
        "Status in Xero",
        compute="_compute_xero",
        compute_sudo=True,
        search="_search_xero_status",
        groups=READERS,
        help="Xero's own status of the record, e.g. DRAFT.",
    )
    xero_message = fields.Text(
        "Xero Message", compute="_compute_xero", compute_sudo=True, groups=READERS
    )
    xero_url = fields.Char(
        "Open in Xero", compute="_compute_xero", compute_sudo=True, groups=READERS
    )
    xero_tenant_name = fields.Char(
        "Xero Organisation", compute="_compute_xero", compute_sudo=True, groups=READERS
    )
    xero_cause_name = fields.Char(
        compute="_compute_xero_cause_name",
        compute_sudo=True,
        groups=READERS,
        help="What has to be mended before sending.",
    )
    xero_can_push = fields.Boolean(
        compute="_compute_xero_can_push", compute_sudo=True, groups=READERS
    )

    # === COMPUTES === #

    @api.depends("xero_link_ids.state", "xero_link_ids.message", "xero_link_ids.xero_status")
    def _compute_xero(self):
        for record, link in self._xero_most_urgent():
            record.xero_state = link.state
            record.xero_status = link.xero_status
            record.xero_message = link.message
            record.xero_url = link.url
            record.xero_tenant_name = link.tenant_id.name

    # By itself: looking up every cause is not for lists.
    @api.depends("xero_link_ids.state", "xero_link_ids.cause_id")
    def _compute_xero_cause_name(self):
        for record, link in self._xero_most_urgent():
            record.xero_cause_name = link.cause_model and link._cause().display_name

    def _xero_most_urgent(self):
        """Pairs of each record and the link that a person is shown of it."""
        links_by_record = self._xero_shown_links().grouped("res_id")
        for record in self:
            links = links_by_record.get(record.id, self.env["xero.link"])
            yield record, min(links, key=lambda link: URGENCY.index(link.state), default=links)

    @api.depends("xero_state")
    def _compute_xero_can_push(self):
        for record in self:
            record.xero_can_push = (
                record.xero_state not in ("pending", *IN_DOUBT)
                and (record.xero_state != "sent" or record._xero_is_master())
                and record._xero_may_push()
                # Who does not use Xero is not bothered with a button.
                and bool(record._xero_shown_links().tenant_id or record._xero_tenant())
            )

    def _search_xero_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._xero_search("state", value)

    def _search_xero_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._xero_search("xero_status", value)

    def _xero_search(self, link_field, values):
        links = self.env["xero.link"].sudo()
        own = Domain("res_model", "=", self._name)
        if companies := self._xero_shown_companies():
            own &= Domain("company_id", "in", companies.ids)
        wanted = [value for value in values if value]
        domain = Domain("id", "in", links._search(own & Domain(link_field, "in", wanted))
                        .subselect("res_id"))
        if len(wanted) < len(values):  # False: records that Xero knows nothing of
            domain |= Domain("id", "not in", links._search(own).subselect("res_id"))
        return domain

    def _field_to_sql(self, alias, field_expr, query=None):
        # EXTENDS 'base': sort and group by the most urgent link
        shown = self._xero_link_sql(field_expr)
        if not shown:
            return super()._field_to_sql(alias, field_expr, query)
        companies = self._xero_shown_companies()
        return SQL(
            "(SELECT %(shown)s FROM xero_link l"
            " WHERE l.res_model = %(model)s AND l.res_id = %(record)s AND %(allowed)s"
            " ORDER BY array_position(%(urgency)s, l.state) LIMIT 1)",
            shown=shown,
            model=self._name,
            record=SQL.identifier(alias, "id"),
            allowed=SQL("l.company_id IN %s", companies._ids) if companies else SQL("TRUE"),
            urgency=list(URGENCY),
        )

    def _xero_link_sql(self, name):
        """What a field shows of a link `l`, for sorting and grouping; None for other fields."""
        column = {"xero_state": "state", "xero_status": "xero_status"}.get(name)
        return column and SQL.identifier("l", column)

    # === ACTIONS === #

    def action_xero_push(self):
        """Mark the records to be sent to Xero and wake their tenants; nothing is sent here.

        The button, the server action and other modules all call this. The person is told the
        outcome by a message as soon as Xero has answered.

        :raises UserError: if none of the records can go to Xero, with the reason
        """
        self.check_access("read")
        self._xero_check_may_send()
        wanted = self.filtered(lambda record: record._xero_may_push())
        if not wanted:
            raise UserError(self._xero_why_not())
        left_out, wanted = self - wanted, wanted._xero_without_barred()
        by_tenant = wanted.sudo()._xero_group_by_tenant()
        homeless = by_tenant.pop(self.env["xero.tenant"].sudo(), self.browse())
        if homeless and not by_tenant:
            raise UserError(homeless._xero_homeless_sentence())
        reachable = [tenant for tenant in by_tenant if tenant.state == "connected"]
        if not reachable:
            next(iter(by_tenant))._check_ready()
        for tenant, records in self._xero_without_early(by_tenant, reachable).items():
            links = self.env["xero.link"].sudo()
            links._mark_pending(tenant, records, self.env.user)
            links._retry_stuck(tenant, records._xero_contacts())
            tenant._wake()
        for tenant in by_tenant.keys() - set(reachable):
            by_tenant[tenant]._xero_tell_left_out(tenant._not_ready_sentence())
        if homeless:
            homeless._xero_tell_left_out(homeless._xero_homeless_sentence())
        if left_out:
            left_out._xero_tell_left_out(left_out._xero_why_not())
        return True

    def _xero_homeless_sentence(self):
        """Why records that no tenant takes are not sent, and what to do."""
        return self.env._(
            "No Xero organisation is connected for %(company)s. Open Invoicing → "
            "Configuration → Xero → Xero Tenants and press Connect Now.",
            company=self.company_id[:1].name or self.env.company.name,
        )

    def action_xero_open(self):
        """Open the record in Xero, in a new tab."""
        self.ensure_one()
        self.check_access("read")
        self._check_field_access(self._fields["xero_url"], "read")
        return {"type": "ir.actions.act_url", "url": self.xero_url, "target": "new"}

    def action_xero_open_cause(self):
        """Open the tax, account or contact that keeps the record from Xero."""
        self.ensure_one()
        self.check_access("read")
        self._check_field_access(self._fields["xero_url"], "read")
        stuck = self.sudo()._xero_shown_links().filtered(lambda link: link._cause())
        return stuck[:1].action_open_cause()

    # === CONTRACT === #

    def _xero_resource(self):
        """Xero's name of the kind: `Contacts`, `Invoices`, `PurchaseOrders`."""
        raise NotImplementedError

    def _xero_may_push(self):
        """Whether the record is of a kind and in a state that can go to Xero."""
        self.ensure_one()
        return True

    def _xero_why_not(self):
        """The sentence for a person who asks for records that cannot go to Xero."""
        return self.env._("None of the selected records can be sent to Xero.")

    def _xero_check_may_send(self):
        """Raise AccessError unless the user may send these records."""
        raise NotImplementedError

    def _xero_tenant(self):
        """The tenant this record goes to; empty when there is none. Frozen by the first send."""
        raise NotImplementedError

    def _xero_routing_domain(self, tenant):
        """The records that `_xero_tenant` sends to `tenant`, for searches in its company."""
        raise NotImplementedError

    def _xero_is_master(self):
        """Whether the kind is a master, which documents refer to and which is kept up to date."""
        return False

    def _xero_wanted_domain(self, tenant):
        """The records that go to the tenant by themselves, for searches.

        :param tenant: the `xero.tenant`, which decides on the kinds
        """
        return Domain.FALSE

    def _xero_contact(self):
        """The partner that must stand in Xero first; empty when there is none."""
        return self.env["res.partner"]

    def _xero_products(self, tenant):
        """The products that must stand in Xero as items first; empty when there are none.

        :param tenant: the `xero.tenant`, which decides whether items are sent
        """
        if not tenant.send_item_codes or tenant._sync_choice("Items") == "never":
            return self.env["product.product"]
        return self._xero_named_products().filtered(lambda product: product._xero_could_stand())

    def _xero_named_products(self):
        """The products whose items the record names in Xero; empty when it names none."""
        return self.env["product.product"]

    def _xero_currency(self):
        """The currency of the record's totals; empty when it has none."""
        return self.env["res.currency"]

    def _xero_prefetch(self):
        """Read in a few statements what `_xero_document` of these records will need."""

    def _xero_document(self, tables):
        """What Xero should hold, as a frozen dataclass of `xero.documents`.

        :param tables: the tenant's `XeroTables`, read once per run
        :raises Blocked: if the record cannot be sent as it stands
        """
        raise NotImplementedError

    # === SHARED === #

    def _xero_shown_companies(self):
        """Companies whose links may be shown; empty where the record's own rules see to it."""
        return self.env["res.company"]

    def _xero_shown_links(self):
        companies = self._xero_shown_companies()
        return self.xero_link_ids.filtered(
            lambda link: not companies or link.company_id in companies
        )

    def _xero_link_domain(self):
        return Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)

    def _xero_contacts(self):
        """The partners that must stand in Xero before these records."""
        return self.env["res.partner"].union(*(record._xero_contact() for record in self))

    def _xero_masters(self, model, tenant):
        """The records of a master's model that must stand in Xero before these records."""
        if model == "res.partner":
            return self._xero_contacts()
        return self.env[model].union(*(record._xero_products(tenant) for record in self))

    def _xero_all_named_products(self):
        """The products whose items these records name."""
        return self.env["product.product"].union(
            *(record._xero_named_products() for record in self)
        )

    def _xero_mark_changed(self):
        """Masters were changed: mark those that stand in Xero and follow Odoo there."""
        if self:
            self.env["xero.link"].sudo()._mark_changed(self)

    def _xero_group_by_tenant(self):
        """Records by the tenant they go to: the one of their link, else by routing."""
        frozen = {link.res_id: link.tenant_id for link in self.xero_link_ids}
        return self.grouped(lambda record: frozen.get(record.id) or record._xero_tenant())

    def _xero_tell_left_out(self, reason):
        """Tell the person that these records of a larger choice are not sent, and why.

        :param str reason: a sentence
        """
        self.env.user._bus_send("simple_notification", {
            "type": "info",
            "title": self.env._("Xero"),
            "message": self.env._(
                "Not sent: %(count)s. %(reason)s", count=len(self), reason=reason
            ),
        })

    def _xero_check_not_in_doubt(self):
        """Refuse changes while Xero may be working on the record. Where nobody will find out, since
        the organisation is disconnected, the record is free once nothing can arrive late any more:
        if it is connected again, it is looked up and follows Odoo then.

        :raises UserError: naming the record and the next step
        """
        links = self.sudo().xero_link_ids
        links._write_unchanged()
        doubtful = links.filtered(lambda link: link.state in IN_DOUBT)
        left_alone = doubtful._left_alone()
        for link in doubtful - left_alone:
            raise UserError(self.env._(
                "%(record)s is being sent to Xero at this moment. Wait until its status says "
                "In Xero or asks for something, then try again.",
                record=link.record_name,
            ))
        left_alone.write({"changed": True})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_xero(self):
        links = self.sudo().xero_link_ids
        standing = links.filtered(lambda link: link.xero_id or link.state in IN_DOUBT)
        if standing:
            raise UserError(self.env._(
                "%(record)s stands in Xero (%(tenant)s) and cannot be deleted here. Cancel or "
                "archive it instead.",
                record=standing[0].record_name,
                tenant=standing[0].tenant_id.name,
            ))
        links.unlink()
