"""Documents, which live: posted again, cancelled, and edited by persons in Xero meanwhile."""

from odoo import api, fields, models
from odoo.tools import format_date

from .xero_link_life import ACCOUNTANTS
from .xero_obstacles import OBSTACLES
from .xero_sync_mixin import READERS


class XeroDocumentMixin(models.AbstractModel):
    """An invoice or order that can stand in Xero and follows Odoo there through its life."""

    _name = "xero.document.mixin"
    _inherit = "xero.sync.mixin"
    _description = "Xero Synchronised Document"

    # === FIELDS === #

    xero_differences = fields.Json(
        compute="_compute_xero_obstacle",
        compute_sudo=True,
        groups=READERS,
        help="What a person changed in Xero: [{label, odoo, xero}].",
    )
    xero_can_overwrite = fields.Boolean(
        compute="_compute_xero_obstacle", compute_sudo=True, groups=READERS
    )
    xero_can_leave = fields.Boolean(
        compute="_compute_xero_obstacle", compute_sudo=True, groups=READERS
    )
    xero_can_unlink = fields.Boolean(
        compute="_compute_xero_obstacle", compute_sudo=True, groups=READERS
    )

    # === COMPUTES === #

    @api.depends(
        "xero_link_ids.state", "xero_link_ids.obstacle", "xero_link_ids.differences"
    )
    @api.depends_context("uid")
    def _compute_xero_obstacle(self):
        accountant = self.env.user.has_groups(ACCOUNTANTS)
        for record, link in self._xero_most_urgent():
            allowed = OBSTACLES[link.obstacle] if link.state == "attention" else ()
            record.xero_can_overwrite = "overwrite" in allowed and accountant
            record.xero_can_leave = "leave" in allowed and record.sudo(False).has_access("write")
            record.xero_can_unlink = "unlink" in allowed and accountant
            record.xero_differences = record._xero_labelled(link.differences or [])

    def _xero_labelled(self, rows):
        """Differences with the names of the fields in the reader's language."""
        labels = {
            "number": self.env._("Number"),
            "contact": self.env._("Customer or supplier"),
            "date": self.env._("Date"),
            "due_date": self.env._("Due or delivery date"),
            "rate": self.env._("Currency rate"),
            "reference": self.env._("Reference"),
            "currency": self.env._("Currency"),
            "amount_types": self.env._("Amounts with or without tax"),
            "theme": self.env._("Branding theme"),
            "address": self.env._("Delivery address"),
            "attention": self.env._("Attention"),
            "telephone": self.env._("Telephone"),
            "instructions": self.env._("Delivery instructions"),
            "total": self.env._("Total"),
            "line": self.env._("The whole line"),
            "description": self.env._("Description"),
            "quantity": self.env._("Quantity"),
            "unit": self.env._("Unit price"),
            "discount": self.env._("Discount"),
            "tax_amount": self.env._("Tax amount"),
            "tax_type": self.env._("Tax rate"),
            "account": self.env._("Account"),
            "item": self.env._("Item"),
            "tracking": self.env._("Tracking"),
        }
        return [
            {
                "label": self.env._(
                    "Line %(line)s: %(field)s", line=row["line"], field=labels[row["field"]]
                ) if row["line"] else labels[row["field"]],
                "odoo": self._xero_value(row["field"], row["odoo"]),
                "xero": self._xero_value(row["field"], row["xero"]),
            }
            for row in rows
        ]

    def _xero_value(self, field, value):
        """A value of a snapshot as a person reads it."""
        if value and field in ("date", "due_date"):
            return format_date(self.env, value)
        if value and field in ("total", "unit", "tax_amount"):
            whole, _point, decimals = value.partition(".")
            return f"{whole}.{decimals:0<2}"
        return value

    # === CONTRACT === #

    def _xero_wish(self):
        """What Odoo wants of the document in Xero: `present`, `absent`, or None while it is being
        worked on, when Xero keeps what it has.
        """
        self.ensure_one()
        if self.state == "cancel":
            return "absent"
        return "present" if self._xero_may_push() else None

    # === HOOKS === #

    def _xero_follow(self, in_minutes=0):
        """The documents were posted, confirmed or changed: those that Xero has, or should have by
        now, are marked.

        :param int in_minutes: when they are sent, so that edits coalesce
        """
        if self:
            links = self.env["xero.link"].sudo()
            links.search(self._xero_link_domain())._mark_again(in_minutes)
            if in_minutes:
                self._xero_keep_from_marking()

    def _xero_check_not_in_doubt(self):
        # EXTENDS: nor may a run begin to work on it now
        checked = super()._xero_check_not_in_doubt()
        self._xero_keep_from_marking()
        return checked

    def _xero_keep_from_marking(self):
        """What Xero could take of these documents and knows nothing of yet is not marked while this
        transaction changes it.
        """
        new = self.sudo().filtered(
            lambda record: not record.xero_link_ids and record._xero_may_push()
        )
        for tenant, records in new._xero_group_by_tenant().items():
            if tenant.state == "connected":
                self.env["xero.link"].sudo()._keep_from_marking(tenant, records)

    def _xero_withdraw(self):
        """The documents were cancelled: what stands in Xero is marked to be removed there; what
        never arrived has nothing to do before it is posted again.
        """
        links = self.env["xero.link"].sudo().search(self._xero_link_domain())
        never_sent = links.filtered(
            lambda link: not link.xero_id and link.state in ("pending", "blocked", "rejected")
        )
        links.filtered("xero_id")._mark_again()
        never_sent._release()
        never_sent.state = "withdrawn"

    # === ACTIONS === #

    def action_xero_overwrite(self):
        """Send Odoo's version over what a person changed in Xero."""
        return self._xero_links_to_decide().action_overwrite()

    def action_xero_leave(self):
        """Leave the document in Xero as it is."""
        return self._xero_links_to_decide().action_leave()

    def action_xero_check_again(self):
        """Look again at what Xero holds, and send what can be sent then."""
        return self._xero_links_to_decide().action_check_again()

    def action_xero_unlink(self):
        """Forget that the document stands in Xero."""
        return self._xero_links_to_decide().action_unlink()

    def _xero_links_to_decide(self):
        self.check_access("read")
        links = self.sudo()._xero_shown_links()
        return links.filtered(lambda link: link.state == "attention").sudo(False)
