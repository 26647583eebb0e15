"""What became of a request: its outcome applied to the links (T4)."""

from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from ..xero import errors, seen
from .xero_sentences import mismatch_sentence, rejection_sentence, waiting_sentence

# Rest of links whose request could not be sent, when nobody knows for how long.
REST = timedelta(minutes=1)

# Refusals of a change behind which a merge or an archived contact may stand.
UNCHANGEABLE = ("contact_archived_edit", "contact_archived", "gone")

# Refusals of a change of a document that stands otherwise in Xero than when it was read.
STANDS_OTHERWISE = ("decision", "period", "relink")

AMOUNTS = ("untaxed", "tax", "total")


class XeroRequest(models.Model):
    _inherit = "xero.request"

    # === T4: APPLY === #

    def _settle(self):
        """Carry the stored outcome over to the links. May be repeated; opens no socket.

        :return: number of links whose fate is known now
        """
        self.ensure_one()
        if self.state == "unsent":
            return self._release_unsent()
        if self.state == "unknown":
            return self._keep_unknown(self.message)
        if self.state != "answered":
            return 0
        open_links, holders = self._open_links_and_holders()
        taken, values = self.env["xero.link"], {}
        now = self.env.cr.now()
        by_id = {link.id: link for link in open_links}
        for member, outcome in zip(self.members, self.outcome, strict=True):
            link = by_id.get(member["link"])
            if not link or outcome is None:
                continue
            if outcome["ok"] and outcome["xero_id"] in holders:
                values[link] = {
                    "state": "attention",
                    "message": self._held_by_another_sentence(holders[outcome["xero_id"]]),
                }
            elif outcome["ok"]:
                holders[outcome["xero_id"]] = link
                values[link] = self._sent_values(member, outcome, now)
            elif self._is_worth_a_look(outcome["errors"]):
                taken |= link
            else:
                values[link] = {
                    "state": "rejected",
                    "message": rejection_sentence(self.env, outcome["errors"]),
                }
        self.env["xero.link"]._write_each(values)
        settled = open_links.filtered(lambda link: link.state != "sending") - taken
        self._release_dependants(settled)
        doubtful = open_links - settled
        if doubtful:
            doubtful.write({"state": "unknown", "message": self._doubt_sentence(bool(taken))})
            # What the answer is silent of may still be on its way: only what Xero has refused, a
            # taken number or a record that is gone, is looked up at once.
            refused = doubtful == taken or self.http_status == 404
            self._await_look_up(at_once=refused)
        else:
            self._close()
        (settled - self._await_approval(settled))._tell_outcome()
        settled._send_changes()
        return len(settled)

    def _is_worth_a_look(self, texts):
        """Whether what Xero holds tells more than its refusal: a create whose number is taken may
        be our own, a record that cannot be changed may have been merged or archived.
        """
        kinds = [errors.explain(text) for text in texts]
        if self._changes_documents():
            return any(kind.kind in STANDS_OTHERWISE for kind in kinds)
        if self.method == "POST":
            return any(kind.code in UNCHANGEABLE for kind in kinds)
        return any(kind.kind == "adopt" or kind.code == "contact_number" for kind in kinds)

    def _open_links_and_holders(self):
        """What the answer is applied to, read in one statement.

        :return: (the links whose fate hangs on this request, in the order of the body; {Xero's id:
            the other link that holds it}, of the ids that Xero answered)
        """
        answered = [outcome["xero_id"] for outcome in self.outcome if outcome and outcome["ok"]]
        found = self.env["xero.link"].search_fetch(self._open_domain() | (
            Domain("tenant_id", "=", self.tenant_id.id)
            & Domain("resource", "=", self.resource)
            & Domain("xero_id", "in", answered)
        ))
        open_links = self._in_order(found)
        return open_links, {link.xero_id: link for link in found - open_links}

    def _held_by_another_sentence(self, holder):
        return self.env._(
            "Xero answered with a record that %(other)s is linked to already. Look at it in Xero: "
            "two records of Odoo cannot be one there.",
            other=holder.record_name,
        )

    def _sent_values(self, member, outcome, now):
        """Values of a link whose record stands in Xero, equal or not."""
        values = {
            "state": "sent",
            "message": False,
            "xero_id": outcome["xero_id"],
            "xero_status": outcome["status"],
            "sent_at": now,
            "next_try_at": False,
            "content": member.get("content") or False,
        }
        if outcome.get("held"):
            values["held"] = outcome["held"]
        if outcome.get("updated"):
            values["xero_updated_at"] = seen.moment(outcome["updated"]) or False
        if "fingerprint" in member:
            values["fingerprint"] = member["fingerprint"]
        if self.resource != "Contacts":
            values["xero_number"] = outcome.get("number") or member["number"]  # it may change
        if member["total"] is None:
            return values
        values |= {f"xero_{name}": float(outcome[name]) for name in AMOUNTS}
        if self.resource != "PurchaseOrders":
            values["xero_due"] = values["xero_total"]  # what is paid or credited is not changed
        if any(Decimal(member[name]) != Decimal(outcome[name]) for name in AMOUNTS):
            values |= {
                "state": "attention",
                "message": mismatch_sentence(self.env, member, outcome),
                "obstacle": "mismatch",
                "found": outcome.get("held"),
            }
        return values

    def _release_unsent(self):
        """Nothing was executed: the links go back to the queue, the attempt is not used up.

        The same attempt gives the same key when the batch is frozen again. Without a moment to
        wait for they rest a minute, so that no run goes round in circles.
        """
        links = self._open_links()
        for link in links:
            link.attempt -= 1
        now = self.env.cr.now()
        rest = self.tenant_id.state == "connected" and now + REST
        links._release(self.tenant_id._wait_until() or rest)
        links.write({"message": waiting_sentence(self.env, self.message)})
        self.unlink()
        return 0

    def _keep_unknown(self, reason):
        self._open_links().write({"state": "unknown", "message": self._doubt_sentence(False)})
        self.message = reason
        self._await_look_up(at_once=False)
        return 0

    def _doubt_sentence(self, taken):
        if taken:
            return self.env._(
                "Xero says that this number is taken. We are looking whether it is ours; nothing "
                "is sent again before that is known."
            )
        return self.env._(
            "Xero's answer was lost. We make sure what became of it before anything is sent "
            "again; there is nothing for you to do."
        )

    def _close(self):
        """Everything this request owed is known: its bytes are not needed any more."""
        members = [{**member, "content": None} for member in self.members]
        outcome = [one and {**one, "held": None} for one in self.outcome or ()]
        self.write({
            "state": "done",
            "body": "",
            "members": members,
            "outcome": outcome,
            "next_try_at": False,
        })

    # === DEPENDANTS === #

    def _release_dependants(self, links):
        """Documents that were blocked by a contact or an item go on once it stands in Xero."""
        standing = links.filtered("xero_id")
        for model, masters in standing.grouped("res_model").items():
            records = self.env[model].browse(masters.mapped("res_id"))
            if records._xero_is_master():
                self.env["xero.link"]._release_blocked(self.tenant_id, records)
