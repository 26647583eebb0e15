"""One file or note on its way to Xero: claimed, sent, looked up.

The protocol of documents (see `xero_request`) in its smallest form: what is about to be sent is
committed before the socket opens, and an answer that was lost is never followed by a second send
before Xero was asked what it holds.
"""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, models

from ..xero import client, codec, const, enclosures, errors, parse
from ..xero.held import GONE
from . import xero_transport
from .xero_sentences import gone_sentence

# No send of ours is still on its way after this; then Xero is asked what it holds.
LET_ARRIVE = timedelta(seconds=const.QUARANTINE)

REST = timedelta(minutes=1)


class XeroEnclosure(models.Model):
    _inherit = "xero.enclosure"

    # === SENDING === #

    def _claim(self):
        """Make ready to send; the caller commits before anything is sent.

        :return: whether it can be sent
        """
        self.ensure_one()
        link = self.link_id
        if link.xero_id != self.xero_id or link.xero_status in GONE:
            self.unlink()  # the document that it should go with is not there any more
            return False
        if obstacle := self._obstacle():
            self.write({"state": "blocked", "message": obstacle})
            return False
        if self._is_lost():
            self.write({"state": "blocked", "message": self._lost_sentence()})
            return False
        if self.kind != "note" and (self._is_outdated() or self._content() is None):
            self.unlink()  # removed or replaced in Odoo; what replaced it is found by itself
            return False
        self.write({
            "state": "sending",
            "message": False,
            "attempt": self.attempt + 1,
            # Should the process stop now: when Xero may be asked what it holds.
            "next_try_at": self.env.cr.now() + LET_ARRIVE,
        })
        return True

    def _is_outdated(self):
        """Whether an invoice's PDF is not its PDF any more: it was reset to draft."""
        field = self.attachment_id.sudo().res_field
        return self.kind == "pdf" and field != "invoice_pdf_report_file"

    def _transmit(self):
        """Send one, and store what came back, in a transaction of its own.

        The row lock is held during HTTP: whoever can take it later knows that the sender is gone.
        """
        self.ensure_one()
        with self.pool.cursor() as cr:
            enclosure = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            locked = enclosure.try_lock_for_update(allow_referencing=True)
            if locked and enclosure.state == "sending":
                enclosure.write(enclosure._send())

    def _send(self):
        """Make the call.

        :return: values of this row
        :rtype: dict
        """
        tenant = self.tenant_id
        if self.kind != "note" and self._content() is None:
            return self._unsent_values()  # removed this moment; the next claim drops it
        try:
            answer = xero_transport.send(self.env, tenant, self._call(), dispensable=True)
        except errors.NoAnswer:
            return self._doubt_values()
        except errors.NotUsable as error:
            return self._refused_values(error.text)
        except errors.ScopeMissing:
            tenant._note_permission_missing(const.ATTACHMENTS_SCOPE)
            return self._unsent_values()
        except errors.XeroError:
            return self._unsent_values()  # the transport has noted why on the tenant
        verdict = errors.classify(answer, wrote=True)
        if verdict == "answered":
            try:
                return self._sent_values() if self._is_held(answer.body) else self._doubt_values()
            except errors.Unreadable:
                return self._doubt_values()
        if verdict in ("refused", "not_found"):
            texts = list(parse.refusal(answer.body)) or [f"HTTP {answer.status}"]
            return self._refused_values(self._refusal_sentence(texts))
        return self._doubt_values() if verdict == "unknown" else self._unsent_values()

    def _call(self):
        """The call that carries it, the same bytes each time under one key."""
        is_note = self.kind == "note"
        key = codec.idempotency_key(
            self.env["ir.config_parameter"].sudo().get_param("database.uuid"),
            self.tenant_id.organisation_id,
            "note" if is_note else "attach",
            [(self.id, self.attempt)],
        )
        if is_note:
            body = enclosures.note(self.name, self._odoo_address(), self.mark)
            return client.Call("PUT", self._path(), body=body, key=key)
        return client.Call(
            "PUT", self._path(), body=self._content(), key=key, content_type=self.content_type
        )

    def _odoo_address(self):
        base_url = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        return f"{base_url}/odoo/{self.link_id.res_model}/{self.link_id.res_id}"

    # === OUTCOMES === #

    def _sent_values(self, adopted=False):
        return {
            "state": "sent",
            "message": False,
            "next_try_at": False,
            "sent_at": self.env.cr.now(),
            "adopted": adopted,
        }

    def _refusal_sentence(self, texts):
        """Xero's own words, and the next step.

        :param list texts: validation texts of Xero
        """
        said = " ".join(text.strip() for text in texts)
        if self.kind == "note":
            return self.env._("Xero refused the note: %(said)s", said=said)
        return self.env._(
            "Xero refused the file: %(said)s Attach it in Xero by hand, or mend what Xero says "
            "and press Try Again.",
            said=said,
        )

    def _refused_values(self, message):
        return {"state": "refused", "message": message, "next_try_at": False}

    def _unsent_values(self):
        """Certainly not executed: the same attempt goes again, with the same key."""
        rest = self.env.cr.now() + REST
        return {
            "state": "pending",
            "attempt": self.attempt - 1,
            "next_try_at": max(self.tenant_id.budget_id.paused_until or rest, rest),
        }

    def _doubt_values(self):
        return {
            "state": "unknown",
            "message": self.env._(
                "Xero's answer was lost. We look whether it arrived before anything is sent "
                "again; there is nothing for you to do."
            ),
            "next_try_at": self.env.cr.now() + LET_ARRIVE,
        }

    def _doubt(self):
        for enclosure in self:
            enclosure.write(enclosure._doubt_values())

    # === LOOKING === #

    def _look_up(self):
        """Ask Xero whether it holds this; only if not it may be sent again, under a new key."""
        self.ensure_one()
        resource, now = self.link_id.resource, self.env.cr.now()
        path = enclosures.notes_path if self.kind == "note" else enclosures.files_path
        call = client.Call("GET", path(resource, self.xero_id))
        try:
            with self.pool.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                answer = xero_transport.send(
                    env, self.tenant_id.with_env(env), call, dispensable=True
                )
            if errors.classify(answer, wrote=False) == "not_found":
                self.write(self._refused_values(gone_sentence(self.env, self.record_name)))
                return
            xero_transport.check_answered(self.env, answer)
            arrived = self._is_held(answer.body)
        except errors.XeroError as error:
            self.next_try_at = now + LET_ARRIVE
            if isinstance(error, errors.ScopeMissing):
                self.tenant_id._note_permission_missing(const.ATTACHMENTS_SCOPE)
        else:
            again = {"state": "pending", "message": False, "next_try_at": False}
            self.write(self._sent_values(adopted=True) if arrived else again)


class XeroLink(models.Model):
    _inherit = "xero.link"

    def _forget(self):
        # EXTENDS: what was to go with a document goes nowhere any more
        self.env["xero.enclosure"].search([
            ("link_id", "in", self.ids), ("state", "in", ("pending", "blocked", "refused")),
        ]).unlink()
        return super()._forget()
