"""Odoo's Send & Print can send to Xero too: it marks the invoice, as the button does."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

XERO = "xero"

# States from which an invoice can be sent (again); of the others the form says what is to be done.
STUCK = ("blocked", "rejected")
TO_BE_SENT = (False, "withdrawn", *STUCK)


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    # === THE OPTION === #

    @api.model
    def _get_all_extra_edis(self):
        # EXTENDS 'account'
        return {
            **super()._get_all_extra_edis(),
            XERO: {
                "label": self.env._("Xero"),
                "is_applicable": self._is_xero_applicable,
                "help": self.env._(
                    "The invoice is sent to Xero in the background, as with Send to Xero."
                ),
            },
        }

    @api.model
    def _is_xero_applicable(self, move):
        """Whether an invoice can still go to Xero."""
        move = move.sudo()
        tenant = move._xero_send_tenant()
        return bool(
            tenant
            and move._xero_may_push()
            and move.xero_state in TO_BE_SENT
            and not move._xero_barred()
            and not move._xero_early(tenant)
        )

    @api.model
    def _get_default_extra_edis(self, move):
        # EXTENDS 'account': ticked where the tenant says so
        chosen = super()._get_default_extra_edis(move)
        if XERO in chosen and not move.sudo()._xero_send_tenant().send_with_print:
            chosen = chosen - {XERO}
        return chosen

    # === ALERTS === #

    @api.model
    def _get_alerts(self, moves, moves_data):
        # EXTENDS 'account': what will keep them from Xero, while the customers get theirs
        alerts = super()._get_alerts(moves, moves_data)
        wanted = moves.filtered(lambda move: XERO in (moves_data[move].get("extra_edis") or ()))
        waiting = wanted.filtered(
            lambda move: move.sudo()._xero_send_tenant().state != "connected"
        )
        if waiting:
            alerts["xero_disconnected"] = self._xero_disconnected_alert(waiting)
        if stuck := (wanted - waiting).filtered(lambda move: move.xero_state in STUCK):
            alerts["xero_stuck"] = self._xero_stuck_alert(stuck)
        return alerts

    def _xero_disconnected_alert(self, moves):
        tenant = moves[:1].sudo()._xero_send_tenant()
        return {
            "level": "warning",
            "message": self.env._(
                "%(reason)s Until then nothing goes to Xero: untick Xero, or send these there "
                "later.",
                reason=tenant._not_ready_sentence(),
            ),
            "action_text": self.env._("Open %(tenant)s", tenant=tenant.name),
            "action": tenant.sudo(False)._get_records_action(),
        }

    def _xero_stuck_alert(self, moves):
        one = len(moves) == 1
        return {
            "level": "warning",
            "message": self.env._(
                "%(record)s could not go to Xero before: %(reason)s With Xero ticked it is tried "
                "again.",
                record=moves.name,
                reason=moves.xero_message or "",
            ) if one else self.env._(
                "%(count)s invoices could not go to Xero before. They are tried again.",
                count=len(moves),
            ),
            # Of one invoice the form behind the dialog has Fix already.
            "action_text": False if one else self.env._("View"),
            "action": False if one else moves._get_records_action(
                name=self.env._("Kept from Xero")
            ),
        }

    # === SENDING === #

    @api.model
    def _hook_if_success(self, moves_data, from_cron=False):
        # EXTENDS 'account': marked last, when the invoice counts as sent to the customer already
        result = super()._hook_if_success(moves_data, from_cron=from_cron)
        wanted = {
            move: data for move, data in moves_data.items() if XERO in (data["extra_edis"] or ())
        }
        by_person = {}
        for move, data in wanted.items():
            key = data["author_user_id"], move.company_id
            by_person[key] = by_person.get(key, self.env["account.move"]) | move
        for (user_id, company), moves in by_person.items():
            moves = moves.with_user(user_id).with_company(company)
            try:
                moves.action_xero_push()
            except (AccessError, UserError) as refused:
                # The customers have theirs: that is not undone because Xero waits.
                moves._xero_tell_left_out(str(refused))
        return result


class AccountMoveSendWizard(models.TransientModel):
    _inherit = "account.move.send.wizard"

    @api.depends("move_id")
    def _compute_extra_edi_checkboxes(self):
        # EXTENDS 'account': offered without a tick where the tenant says so
        result = super()._compute_extra_edi_checkboxes()
        option = self._get_all_extra_edis()[XERO]
        for wizard in self:
            boxes = wizard.extra_edi_checkboxes or {}
            if XERO not in boxes and self._is_xero_applicable(wizard.move_id):
                wizard.extra_edi_checkboxes = {
                    **boxes,
                    XERO: {"checked": False, "label": option["label"], "help": option["help"]},
                }
        return result


class AccountMoveSendBatchWizard(models.TransientModel):
    _inherit = "account.move.send.batch.wizard"

    @api.depends("move_ids")
    def _compute_summary_data(self):
        # EXTENDS 'account': invoices go to Xero, not "by Xero"
        result = super()._compute_summary_data()
        for wizard in self:
            if entry := wizard.summary_data.get(XERO):
                wizard.summary_data = {
                    **wizard.summary_data, XERO: {**entry, "label": self.env._("to Xero")},
                }
        return result
