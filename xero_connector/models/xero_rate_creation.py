"""Making a rate in Xero that is missing there, once, whatever becomes of the answer."""

import uuid
from datetime import timedelta
from decimal import Decimal

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..xero import client, codec, documents, errors, parse, parse_settings, payload
from . import xero_transport
from .xero_combination import combined_percent
from .xero_sentences import rejection_sentence

# What the tax return takes a rate for → Xero's name of it, by country. Xero takes more of them from
# its own screens than from apps: https://developer.xero.com/documentation/api/accounting/types
REPORT_TAX_TYPES = {
    "AU": {
        "sales": "OUTPUT", "purchases": "INPUT",
        "exempt_sales": "EXEMPTOUTPUT", "exempt_purchases": "EXEMPTEXPENSES",
    },
    "NZ": {
        "sales": "OUTPUT", "purchases": "INPUT",
        "exempt_sales": "EXEMPTOUTPUT", "exempt_purchases": "EXEMPTINPUT",
    },
    "GB": {
        "sales": "OUTPUT", "purchases": "INPUT",
        "exempt_sales": "EXEMPTOUTPUT", "exempt_purchases": "EXEMPTINPUT",
    },
}

FOUR_PLACES = Decimal("0.0001")
FORGOTTEN_AFTER = timedelta(days=1)


class XeroRateCreation(models.Model):
    """The wish to make one rate in Xero, and what became of it.

    It is on disk before anything is sent. After a lost answer Xero's list of rates is read before
    anything is sent again: a rate of that name and percentage is the one that was made.
    """

    _name = "xero.rate.creation"
    _description = "New Rate in Xero"
    _inherit = "xero.fixed.mixin"
    _fixed_fields = ("tenant_id", "tax_mapping_id", "combination_id", "percent", "key")
    _given_fields = ("tenant_id", "tax_mapping_id", "combination_id", "percent")
    _order = "id desc"

    # === FIELDS === #

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    tax_mapping_id = fields.Many2one(
        "xero.tax.mapping", index="btree_not_null", ondelete="cascade", readonly=True
    )
    combination_id = fields.Many2one(
        "xero.tax.combination", index="btree_not_null", ondelete="cascade", readonly=True
    )
    name = fields.Char("Name in Xero", required=True, size=50)
    percent = fields.Float("Rate (%)", digits=(16, 4), readonly=True)
    is_reported = fields.Boolean(compute="_compute_is_reported", compute_sudo=True)
    report_as = fields.Selection(
        [
            ("sales", "Tax on sales"),
            ("purchases", "Tax on purchases"),
            ("exempt_sales", "Sales free of tax"),
            ("exempt_purchases", "Purchases free of tax"),
        ],
        string="On the Tax Return",
        help="What Xero takes the rate for in its reports on tax.",
    )
    key = fields.Char(copy=False, readonly=True, help="Idempotency key of the request.")

    # draft ──[committed before the call]──► sending ──[made, or found in Xero]──► done
    # sending ──[refused, or not executed]──► draft
    # sending ──[no readable answer]──► unknown ──[found in Xero]──► done
    # unknown ──[not found: sent again with the same key]──► sending
    state = fields.Selection(
        [
            ("draft", "New"),
            ("sending", "Being Made"),
            ("unknown", "Being Checked"),
            ("done", "In Xero"),
        ],
        required=True,
        default="draft",
        readonly=True,
    )
    message = fields.Char(readonly=True)

    @api.depends("tenant_id.country_id")
    def _compute_is_reported(self):
        for creation in self:
            creation.is_reported = creation.tenant_id.country_code in REPORT_TAX_TYPES

    # === PREPARING === #

    @api.model
    def _prepare(self, mapping):
        """The wish for the rate of a row without one; one that is under way goes on.

        :param mapping: a `xero.tax.mapping` or `xero.tax.combination`
        :raises UserError: if the taxes are no plain percentage
        """
        own = "tax_mapping_id" if mapping._name == "xero.tax.mapping" else "combination_id"
        known = self.search([(own, "=", mapping.id), ("state", "!=", "done")], limit=1)
        if known:
            return known
        taxes = mapping._taxes()
        percent = combined_percent(taxes)
        if percent is None or percent != percent.quantize(FOUR_PLACES):
            raise UserError(self.env._(
                "%(taxes)s cannot be made as a rate in Xero: only percentages of zero or more, "
                "with four decimals at most, can. Make the rate in Xero by hand, press Read "
                "Settings from Xero on the tenant, and choose it here.",
                taxes=mapping.display_name,
            ))
        use = "sales" if taxes[0].type_tax_use == "sale" else "purchases"
        reported = mapping.tenant_id.country_code in REPORT_TAX_TYPES
        return self.create({
            "tenant_id": mapping.tenant_id.id,
            own: mapping.id,
            "name": self._free_name(mapping),
            # A list grouped by state passes its own on as the default.
            "state": "draft",
            "percent": float(percent),
            "report_as": reported and (use if percent else f"exempt_{use}"),
        })

    def _free_name(self, mapping):
        """The taxes' name, with the direction where Xero has the name already."""
        name = codec.clean_text(mapping.display_name, 50) or self.env._("Tax")
        taken = self.env["xero.tax.rate"].with_context(active_test=False).search_count(
            [("tenant_id", "=", mapping.tenant_id.id), ("name", "=ilike", name)], limit=1
        )
        if not taken:
            return name
        use = dict(mapping._taxes()._fields["type_tax_use"]._description_selection(self.env))
        return codec.clean_text(f"{name} ({use[mapping._taxes()[0].type_tax_use]})", 50)

    def _mapping(self):
        return self.tax_mapping_id or self.combination_id

    def _document(self):
        """The rate as Xero needs it: its parts by name where they simply add up."""
        taxes = self._mapping()._taxes()._flatten_taxes_and_sort_them()[0].filtered(
            lambda tax: tax.amount_type != "fixed"
        )
        parts = [(tax.name, Decimal(repr(tax.amount))) for tax in taxes]
        total = Decimal(str(self.percent)).quantize(FOUR_PLACES)
        if sum(rate for _name, rate in parts) != total or len({name for name, _ in parts}) < len(
            parts
        ):
            parts = [(self.name, total)]
        reported = REPORT_TAX_TYPES.get(self.tenant_id.country_code, {})
        return documents.NewTaxRate(self.name, tuple(parts), reported.get(self.report_as))

    # === MAKING === #

    def action_create(self):
        """Make the rate in Xero, then take it for the row that lacked one.

        :raises UserError: with what happened and the next step; pressing again is safe
        """
        self.ensure_one()
        self.check_access("write")
        self.tenant_id.check_access("write")
        self.tenant_id._check_ready()
        if self.is_reported and not self.report_as:
            raise UserError(self.env._("Choose what the rate is on the tax return."))
        self.env.flush_all()
        with self.pool.cursor() as cr:
            creation = self.with_env(api.Environment(cr, SUPERUSER_ID, self.env.context))
            problem = creation._make()
            creation.env.flush_all()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.env.invalidate_all(flush=False)
        if problem:
            raise UserError(problem)
        return {"type": "ir.actions.act_window_close"}

    def _make(self):
        """Send the rate unless it stands in Xero already.

        :return: the sentence of what stands in the way; None when it is done
        """
        if not self.exists().try_lock_for_update():
            return self.env._("This rate is being made at this moment. Look again in a minute.")
        before = self.state
        try:
            if before != "draft" and self._take_over():
                return None
            self.write({"state": "sending", "key": self.key or str(uuid.uuid4())})
            self._commit()  # the intent is on disk before anything leaves
            refused = self._send()
            if refused:
                self.write({"state": "draft", "key": False, "message": refused})
                return refused
            if self._take_over():
                return None
        except errors.NoAnswer:
            pass
        except errors.NotUsable as error:
            self.write({"state": "draft", "key": False})
            return error.text
        except errors.XeroError as error:
            # Nothing was executed by this call; an earlier one may have been.
            self.write({"state": "draft" if before == "draft" else "unknown"})
            return self.tenant_id._failure_sentence(error)
        self.write({"state": "unknown"})
        return self.env._(
            "Xero did not answer, so nobody knows yet whether %(rate)s was made. Press Create in "
            "Xero again: Xero is asked for it first, and it is not made twice.",
            rate=self.name,
        )

    def _send(self):
        """One request for one rate.

        :return: Xero's refusal in words, or None
        :raises errors.NoAnswer: if the outcome is unknown
        """
        body = codec.encode("TaxRates", [payload.tax_rate(self._document())])
        answer = xero_transport.send(
            self.env, self.tenant_id, client.Call("PUT", "TaxRates", body=body, key=self.key)
        )
        self._commit()
        verdict = errors.classify(answer, wrote=True)
        if verdict == "refused":
            return rejection_sentence(self.env, parse.refusal(answer.body))
        if verdict == "limited":
            raise errors.RateLimited("limited", answer.limit_problem or "")
        if verdict != "answered":
            raise errors.NoAnswer("no_answer", f"HTTP {answer.status}")
        return None

    def _take_over(self):
        """Read Xero's rates; if this one is among them, mirror it and choose it.

        :return: whether it is there
        :raises errors.NoAnswer: if Xero's list could not be read
        """
        try:
            rates = parse_settings.tax_rates(self.tenant_id._read_setting("TaxRates"))
        except errors.XeroError as error:
            raise errors.NoAnswer("no_answer", error.text) from None
        self.tenant_id._mirror_rates(rates)
        wanted = Decimal(str(self.percent)).quantize(FOUR_PLACES)
        made = [
            rate for rate in rates
            if rate.status == "ACTIVE" and rate.name.casefold() == self.name.casefold()
            and rate.effective_rate == wanted
        ]
        if not made:
            return False
        row = self.env["xero.tax.rate"].search(
            [("tenant_id", "=", self.tenant_id.id), ("tax_type", "=", made[0].tax_type)]
        )
        self._mapping().rate_id = row
        self.write({"state": "done", "message": False})
        return True

    def _commit(self):
        self.env.flush_all()
        self.env.cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own

    @api.autovacuum
    def _gc_drafts(self):
        """Forget wishes that nobody followed."""
        before = self.env.cr.now() - FORGOTTEN_AFTER
        self.search([("state", "=", "draft"), ("write_date", "<", before)]).unlink()


class XeroMapping(models.AbstractModel):
    _inherit = "xero.mapping"

    def action_create_rate(self):
        """Open the dialog that makes a missing rate in Xero."""
        self.ensure_one()
        self.check_access("write")
        if not self._taxes():
            raise UserError(self.env._("A rate can be made in Xero for taxes only."))
        creation = self.env["xero.rate.creation"]._prepare(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Rate in %(tenant)s", tenant=self.tenant_id.name),
            "res_model": "xero.rate.creation",
            "res_id": creation.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _taxes(self):
        """The taxes that the rate of this row stands for; none for rows of another kind."""
        return self.env["account.tax"]


class XeroTaxMapping(models.Model):
    _inherit = "xero.tax.mapping"

    def _taxes(self):
        """The taxes that the rate of this row stands for."""
        return self.tax_id


class XeroTaxCombination(models.Model):
    _inherit = "xero.tax.combination"

    def _taxes(self):
        """The taxes that the rate of this row stands for."""
        return self.tax_ids
