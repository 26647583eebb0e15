"""What a journal says about sending: as the tenant says, by itself, only by hand, or never."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .xero_kinds import XERO_TYPES

# Odoo's types of credit notes, for which a journal may say something else.
REFUNDS = ("out_refund", "in_refund")

SENDING = [
    ("tenant", "As the tenant says"),
    ("always", "By itself, every kind"),
    ("manual", "Only by hand"),
    ("never", "Never"),
]

FIELDS = ("xero_sending", "xero_sending_refunds")


class AccountJournal(models.Model):
    _inherit = "account.journal"

    # === FIELDS === #

    xero_sending = fields.Selection(
        SENDING,
        string="Send to Xero",
        required=True,
        default="tenant",
        copy=False,
        help="As the tenant says: the kinds chosen there go by themselves.\n"
        "By itself, every kind: whatever kinds are chosen there, as soon as Send by Itself is on.\n"
        "Only by hand: when somebody presses Send to Xero.\n"
        "Never: neither by itself nor by hand. What stands in Xero already stays and follows Odoo.",
    )
    xero_sending_refunds = fields.Selection(
        SENDING,
        string="Credit Notes to Xero",
        copy=False,
        help="Empty: like the other documents of this journal.",
    )

    # === CHOICES === #

    def _xero_says_domain(self, move_types, answers):
        """The journals that say one of `answers` about documents of these types.

        :param move_types: Odoo's types, all of them credit notes or none
        """
        own = Domain("xero_sending", "in", answers)
        if not set(REFUNDS).intersection(move_types):
            return own
        return Domain("xero_sending_refunds", "in", answers) | (
            Domain("xero_sending_refunds", "=", False) & own
        )

    def _xero_says(self, move_type):
        """What the journal says about documents of a type; see `xero_sending`."""
        return move_type in REFUNDS and self.xero_sending_refunds or self.xero_sending

    def _xero_by_itself_domain(self, tenant):
        """The invoices and bills that go by themselves, by what their journals and the tenant say.

        :param tenant: the `xero.tenant`
        """
        wanted = Domain.FALSE
        for types in (tuple(kind for kind in XERO_TYPES if kind not in REFUNDS), REFUNDS):
            always = self._xero_says_domain(types, ["always"])
            as_tenant = self._xero_says_domain(types, ["tenant"])
            chosen = [kind for kind in types if tenant._is_sent_by_itself(kind)]
            wanted |= Domain("move_type", "in", types) & Domain("journal_id", "any", always)
            wanted |= Domain("move_type", "in", chosen) & Domain("journal_id", "any", as_tenant)
        return wanted

    # === CRUD === #

    def write(self, vals):
        # EXTENDS 'account': what waited for another choice goes on, and what is wanted is counted
        written = super().write(vals)
        if any(field in vals for field in FIELDS):
            tenants = self.env["xero.tenant"].sudo().search([
                ("company_id", "in", self.company_id.ids), ("state", "=", "connected"),
            ])
            self.env["xero.link"].sudo()._release_blocked(tenants, self)
            tenants._coverage_changed()
            tenants._wake()
        return written


class AccountMove(models.Model):
    _inherit = "account.move"

    def _xero_barred(self):
        # EXTENDS: what their journals never send, and Xero does not have
        return self.filtered(
            lambda move: move.journal_id._xero_says(move.move_type) == "never"
            and not move.sudo().xero_link_ids.filtered("xero_id")
        )

    def _xero_barred_by(self):
        return self[:1].journal_id

    def _xero_barred_sentence(self):
        return self.env._(
            "%(record)s is in the journal %(journal)s, whose documents never go to Xero. An "
            "accounting administrator changes that under Invoicing → Configuration → Journals → "
            "%(journal)s, Send to Xero.",
            record=self[:1].display_name,
            journal=self[:1].journal_id.display_name,
        )


class XeroSyncMixin(models.AbstractModel):
    _inherit = "xero.sync.mixin"

    # === CONTRACT === #

    def _xero_barred(self):
        """Those of the records that somebody decided never to send; the others are empty."""
        return self.browse()

    def _xero_barred_by(self):
        """The record where that was decided."""
        raise NotImplementedError

    def _xero_barred_sentence(self):
        """What a person reads of records that are never sent, and where that is changed."""
        raise NotImplementedError

    # === SHARED === #

    def _xero_without_barred(self):
        """The records that may go; of the others the person is told.

        :raises UserError: if nothing is left
        """
        barred = self._xero_barred()
        if barred and barred == self:
            raise UserError(barred._xero_barred_sentence())
        if barred:
            barred._xero_tell_left_out(barred._xero_barred_sentence())
        return self - barred


class XeroDocumentMixin(models.AbstractModel):
    _inherit = "xero.document.mixin"

    def _xero_follow(self, in_minutes=0):
        # EXTENDS: what is new and goes by itself is marked at once, by the rule of the scheduler
        super()._xero_follow(in_minutes)
        if in_minutes:
            return
        new = self.sudo().filtered(lambda record: not record.xero_link_ids)
        for tenant, records in new._xero_group_by_tenant().items():
            if tenant.state == "connected" and (mine := tenant._wanted_of(records)):
                self.env["xero.link"].sudo()._mark_pending(tenant, mine)
                tenant._wake()


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    def _wanted_of(self, records):
        """Those of new documents that go to this tenant by themselves.

        :param records: documents of one model that are routed to this tenant
        """
        if not (self.send_automatically and self.send_since):
            return records.browse()
        domain = self._wanted_domains(self.send_since).get(records._name, Domain.FALSE)
        wanted = records.filtered_domain(domain)
        return wanted - wanted._xero_early(self)
