"""What becomes of links: written in one go, blocked, released, and told to those who asked."""

from decimal import Decimal

from odoo import SUPERUSER_ID, api, models

from ..xero.held import GONE


class XeroLink(models.Model):
    _inherit = "xero.link"

    # === WRITING MANY === #

    @api.model
    def _write_each(self, values_by_link):
        """Write other values on each of many links, in one statement for each set of fields.

        As `write` on each of them, at a tenth of its cost: nothing that is stored depends on these
        fields, so what depends on them is marked once for all.

        :param dict values_by_link: {link: {name of a stored field: value}}; no x2many fields
        """
        links = self.union(*values_by_link)
        links.check_access("write")
        links.flush_recordset()
        rows = list(values_by_link.values())
        names = {name for values in rows for name in values}
        links._write_multi([
            {
                name: self._fields[name].convert_to_column(value, self)
                for name, value in values.items()
            }
            for values in rows
        ])
        links.invalidate_recordset([*names, "write_uid", "write_date"], flush=False)
        links.modified(names)
        for name in names:
            having = [(link, values[name]) for link, values in values_by_link.items()
                      if name in values]
            field = self._fields[name]
            field._insert_cache(self.union(*(link for link, _value in having)), [
                field.convert_to_cache(value, self, validate=False) for _link, value in having
            ])

    # === OUTCOMES === #

    def _block(self, message, cause=None):
        """We refuse to send: say why, and what to mend.

        :param str message: the sentence a person reads
        :param cause: the record to mend (a tax, an account, a partner), if there is one
        """
        self.write({
            "state": "blocked",
            "message": message,
            "cause_model": cause._name if cause else False,
            "cause_id": cause.id if cause else False,
            "request_id": False,
        })

    def _release(self, next_try_at=False):
        """Back in the queue: nothing was executed in Xero, or the cause is mended."""
        self.write({
            "state": "pending",
            "request_id": False,
            "next_try_at": next_try_at,
            "message": False,
            "cause_model": False,
            "cause_id": False,
            "changed": False,
        })

    def _send_changes(self):
        """What was changed in Odoo while it was being sent is sent again."""
        self.filtered(lambda link: link.changed and link.state in ("sent", "rejected"))._release()

    def _left_alone(self):
        """Those in doubt that nobody looks up, and that cannot arrive in Xero any more."""
        now = self.env.cr.now()
        return self.filtered(
            lambda link: link.tenant_id.state != "connected"
            and link.request_id.quarantine_until < now
        )

    def _holds(self, document):
        """Whether Xero answered the totals of `document`; a contact has none."""
        totals = getattr(document, "totals", None)
        return totals is None or (totals.untaxed, totals.tax, totals.total) == tuple(
            Decimal(f"{amount:.2f}")
            for amount in (self.xero_untaxed, self.xero_tax, self.xero_total)
        )

    def _tell_outcome(self):
        """One message per person and batch, sent by the commit that stores the result."""
        for (user, model), asked in self.grouped(
            lambda link: (link.wanted_by_id, link.res_model)
        ).items():
            if not user or user.id == SUPERUSER_ID:  # nobody sits there
                continue
            failed = asked.filtered(lambda link: link.state != "sent")
            user._bus_send("xero_connector.outcome", {
                "model": model,
                "res_ids": asked.mapped("res_id"),
                "tenant": asked.tenant_id[:1].name,
                "sent": len(asked) - len(failed),
                "failed": len(failed),
                "name": asked.record_name if len(asked) == 1 else False,
                "message": failed[:1].message or asked._removed_sentence(),
            })

    def _removed_sentence(self):
        """That the one document of these links was removed in Xero; False where it was not."""
        if len(self) > 1 or self.xero_status not in GONE:
            return False
        return self.env._("%(record)s was removed in Xero.", record=self.record_name)
