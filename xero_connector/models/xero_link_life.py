"""What a person decides about a document that stands in Xero otherwise than Odoo would have it."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..xero import held, lifecycle
from .xero_link import IN_DOUBT
from .xero_obstacles import OBSTACLES, obstacle_sentence

# Who may undo what a person did in Xero, or forget that a document stands there.
ACCOUNTANTS = "account.group_account_user,account.group_account_manager"


class XeroLink(models.Model):
    _inherit = "xero.link"

    # === FIELDS === #

    held = fields.Text(
        prefetch=False,
        help="What Xero held of a document after our last send, as JSON (see `xero/held.py`).",
    )
    found = fields.Text(
        prefetch=False,
        help="What Xero held of a document when a person was last asked to decide, as JSON.",
    )
    obstacle = fields.Selection(
        [
            ("edited", "Changed in Xero"),
            ("mismatch", "Other Totals in Xero"),
            ("settled", "Paid or Credited in Xero"),
            ("approved", "Approved in Xero"),
            ("billed", "Billed in Xero"),
            ("locked", "In a Closed Period of Xero"),
            ("gone", "Removed in Xero"),
        ],
        string="In the Way",
        help="Why a change was not sent to Xero.",
    )
    differences = fields.Json(
        help="Fields that a person changed in Xero: [{field, line, odoo, xero}]."
    )

    # === OUTCOMES === #

    def _apply_move(self, move, now, document=None, fingerprint=False):
        """Settle a document without sending anything.

        :param lifecycle.Move move: neither `update` nor `remove`
        :param dict now: snapshot of what Xero holds; None when it holds nothing
        :param document: what Odoo would send now, where it is wanted in Xero
        :param str fingerprint: of what would be sent now
        """
        self.ensure_one()
        if move.kind == "again":
            self._forget()
            self._release()
        elif move.kind == "done":
            self.write({
                **self._no_obstacle(),
                "state": "sent",
                "message": False,
                "fingerprint": fingerprint,
                "next_try_at": False,
                **self._values_of(now),
                "held": now and held.dumps(now),
            })
        else:
            self.write({
                "state": "attention",
                "obstacle": move.kind,
                "message": obstacle_sentence(
                    self.env, self.record_name, move.kind, now, self._is_wanted(), document
                ),
                "differences": [self._row(difference, now) for difference in move.differences],
                "found": now and held.dumps(now),
                "request_id": False,
                "next_try_at": False,
                **({"xero_status": now["status"]} if now else {}),
            })

    def _row(self, difference, now):
        """A difference as JSON; a contact by its name, which says more than its id."""
        row = {
            "field": difference.field,
            "line": difference.line,
            "odoo": difference.odoo,
            "xero": difference.xero,
        }
        if difference.field == "contact":
            row |= {
                "odoo": self._record().sudo()._xero_contact().display_name,
                "xero": now["contact_name"],
            }
        return row

    def _settle_as_it_is(self):
        """Odoo wants nothing now (a draft is being worked on): Xero keeps what it has."""
        self.write({**self._no_obstacle(), "state": "sent", "message": False})

    def _is_wanted(self):
        """Whether Odoo wants the document to stand in Xero."""
        record = self._record().sudo()
        return bool(record) and record._xero_wish() == lifecycle.PRESENT

    def _values_of(self, now):
        """Values of what Xero holds, for the lists."""
        if not now:
            return {}
        return {
            "xero_status": now["status"],
            "xero_number": now["number"],
            "xero_untaxed": float(now["subtotal"] or 0),
            "xero_tax": float(now["tax"] or 0),
            "xero_total": float(now["total"] or 0),
        }

    def _no_obstacle(self):
        return {"obstacle": False, "differences": False, "found": False}

    def _forget(self):
        """Keep nothing of the document in Xero; it is not touched there."""
        self.write({
            **self._no_obstacle(),
            "xero_id": False,
            "xero_number": False,
            "xero_status": False,
            "xero_untaxed": 0,
            "xero_tax": 0,
            "xero_total": 0,
            "sent_at": False,
            "adopted": False,
            "fingerprint": False,
            "held": False,
            "request_id": False,
        })

    # === MARKING === #

    def _mark_again(self, in_minutes=0):
        """Their documents were posted, confirmed, changed or cancelled: Xero follows. What a person
        has unlinked stays so.

        :param int in_minutes: when they are sent
        """
        self.filtered(lambda link: link.state in IN_DOUBT).write({"changed": True})
        again = self.filtered(lambda link: link.state not in (*IN_DOUBT, "unlinked"))
        due = in_minutes and fields.Datetime.add(self.env.cr.now(), minutes=in_minutes)
        again._release(due)
        for tenant in again.tenant_id:
            tenant._wake(at=due or None)

    # === ACTIONS === #

    def action_overwrite(self):
        """Send Odoo's version over what a person changed in Xero, having been shown it."""
        for link in self._decide("overwrite", ACCOUNTANTS):
            link.write({
                "held": link.found,  # what the person was shown, and nothing later
                **link._no_obstacle(),
                "fingerprint": False,
                "adopted": False,
                "wanted_by_id": self.env.uid,
            })
            link._release()
            link.tenant_id._wake()
        return True

    def action_leave(self):
        """Leave the document in Xero as it is. A later change in Odoo asks again before anything
        that a person did there is undone.
        """
        for link in self._decide("leave"):
            link.write({
                "state": "sent",
                "message": False,
                "obstacle": False,
                "differences": False,
                **link._values_of(held.loads(link.found)),
            })
        return True

    def action_check_again(self):
        """Look again at what Xero holds, and send what can be sent then."""
        for link in self._decide("check"):
            link.wanted_by_id = self.env.uid
            link._release()
            link.tenant_id._wake()
        return True

    def action_unlink(self):
        """Forget that the document stands in Xero; it is not touched there."""
        for link in self._decide("unlink", ACCOUNTANTS):
            link._forget()
            link.write({
                "state": "unlinked",
                "message": self.env._(
                    "Not linked to Xero any more. Sending it again would create a second one "
                    "there."
                ),
            })
        return True

    def _decide(self, what, groups=None):
        """The links with all rights, for a person who may decide this about each of them.

        :param str what: `overwrite`, `leave`, `check` or `unlink`
        :param str groups: who may; whoever may send, when empty
        :raises AccessError: if the person may not
        :raises UserError: if that is not what can be done now
        """
        if groups and not self.env.user.has_groups(groups):
            raise AccessError(self.env._("Only an accountant may decide this."))
        links = self.sudo()
        if not self.env.su and links.company_id - self.env.user.company_ids:
            raise AccessError(self.env._("This belongs to the books of another company."))
        links._write_unchanged()
        for link in links:
            link._record().with_env(self.env).sudo(False)._xero_check_may_send()
            if link.state != "attention" or what not in OBSTACLES.get(link.obstacle, ()):
                raise UserError(self.env._(
                    "%(record)s has changed its status meanwhile. Reload, and look at what it "
                    "says now.",
                    record=link.record_name,
                ))
        return links
