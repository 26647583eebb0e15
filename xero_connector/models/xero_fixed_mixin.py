"""Columns that only the connector writes: `readonly` on a field binds the form alone, not RPC."""

from odoo import api, models
from odoo.exceptions import AccessError


class XeroFixedMixin(models.AbstractModel):
    """Refuses people who write what ties a row to its organisation or records.

    Access rules look at a row before it is written, not after: without this, who may write the
    rows of his own company could move one into another company's organisation.
    """

    _name = "xero.fixed.mixin"
    _description = "Columns of the Xero Connector's Own"

    # Set once, or by the connector alone; code that writes them runs with all rights.
    _fixed_fields = ("tenant_id",)

    # What may be given when a row is created by hand.
    _given_fields = ("tenant_id",)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        own = set(self._fixed_fields) - set(self._given_fields)
        for vals in vals_list:
            if taken := own.intersection(vals):
                self._refuse_by_hand(min(taken))
        # A list that is grouped by such a column passes its value on as a default.
        defaults = {f"default_{name}" for name in own}
        kept = {key: value for key, value in self.env.context.items() if key not in defaults}
        return super(XeroFixedMixin, self.with_env(self.env(context=kept))).create(vals_list)

    def write(self, vals):
        if not self.env.su:
            for name in vals.keys() & set(self._fixed_fields):
                if any(self._is_changed(record, name, vals[name]) for record in self):
                    self._refuse_by_hand(name)
        return super().write(vals)

    def _is_changed(self, record, name, value):
        now = record.sudo()[name]
        return (now.id if isinstance(now, models.BaseModel) else now) != value

    def _refuse_by_hand(self, name):
        raise AccessError(self.env._(
            "%(field)s is kept by the Xero connector itself and cannot be changed by hand. Use "
            "the buttons of the form.",
            field=self._fields[name]._description_string(self.env),
        ))
