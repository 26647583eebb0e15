"""The cut-over: the day from which documents of Odoo go to Xero. Earlier ones never do."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    @api.onchange("send_automatically")
    def _onchange_send_automatically(self):
        if self.send_automatically and not self.send_since:
            self.send_since = fields.Date.context_today(self)

    @api.constrains("send_automatically", "send_since")
    def _check_send_since(self):
        for tenant in self:
            if tenant.send_automatically and not tenant.send_since:
                raise ValidationError(self.env._(
                    "Choose the cut-over date of %(tenant)s first: without it every document of "
                    "the past would be sent.",
                    tenant=tenant.name,
                ))


class XeroSyncMixin(models.AbstractModel):
    _inherit = "xero.sync.mixin"

    # === CONTRACT === #

    def _xero_date(self):
        """The date by which the record is older than the cut-over, or not; False for masters."""
        return False

    def _xero_since_domain(self, day):
        """The records dated `day` or later, for searches; it may let a few earlier ones pass."""
        return Domain.TRUE

    # === SHARED === #

    def _xero_without_early(self, by_tenant, tenants):
        """What may go, by tenant; of what is dated before the cut-over the person is told.

        :raises UserError: if nothing is left
        """
        early = {tenant: by_tenant[tenant]._xero_early(tenant) for tenant in tenants}
        late = {
            tenant: by_tenant[tenant] - records
            for tenant, records in early.items()
            if by_tenant[tenant] != records
        }
        sentences = {
            tenant: records._xero_early_sentence(tenant)
            for tenant, records in early.items()
            if records
        }
        if not late:
            raise UserError(" ".join(sentences.values()))
        for tenant, sentence in sentences.items():
            early[tenant]._xero_tell_left_out(sentence)
        return late

    def _xero_early(self, tenant):
        """Those of the records that are dated before the tenant's cut-over: never sent."""
        if not tenant.send_since:
            return self.browse()
        return self.filtered(
            lambda record: (day := record._xero_date()) and day < tenant.send_since
        )

    def _xero_early_sentence(self, tenant):
        """What a person reads of records before the cut-over."""
        return self.env._(
            "%(record)s is dated %(day)s, and documents dated before the cut-over date of "
            "%(tenant)s (%(cut_over)s) are never sent. An accounting administrator changes that "
            "date under Invoicing → Configuration → Xero → Xero Tenants, Setup, What to Send "
            "Since When.",
            record=self[:1].display_name,
            day=format_date(self.env, self[:1]._xero_date()),
            tenant=tenant.name,
            cut_over=format_date(self.env, tenant.send_since),
        )
