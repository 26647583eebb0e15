"""One write to Xero, frozen before it is sent. The request is the unit of doubt."""

from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..xero import client, codec, const, errors, held, parse, payload, retry
from . import xero_transport
from .xero_reading import fetch_along


@dataclass(frozen=True)
class Parcel:
    """One record on its way: its link, its document, and the bytes that will be sent of it.

    `content` is what Xero will hold of a master then; only what differs from before is sent.
    `canonical` is what would create a document that is changed; `removes` takes it out of Xero.
    `approve`: shall be approved once it was read back equal; `approves`: that is what is sent.
    """

    link: object
    document: object
    element: bytes
    currency_id: int | bool = False
    content: bytes | None = None
    canonical: bytes | None = None
    removes: bool = False
    approve: bool = False
    approves: bool = False

    @property
    def fingerprint(self):
        """SHA-256 of what Xero will hold, to see later whether the record has changed; False when
        it will hold nothing."""
        if self.removes:
            return False
        return codec.fingerprint(self.content or self.canonical or self.element)

    @property
    def is_update(self):
        """Whether the record stands in Xero and is changed there."""
        return bool(self.link.xero_id)


class XeroRequest(models.Model):
    """A batch of up to 50 records on its way to Xero: key, bytes, timers and fate.

    Four transactions carry it (facts on delivery, 3.3): the links are marked (T1), claimed and
    frozen here (T2, committed before the socket opens), sent and their raw outcome stored on this
    row alone (T3, own cursor, row locked during HTTP), and applied to the links (T4, repeatable).
    The key names the records and their attempts, not the bytes: two workers with different bytes
    collide at Xero instead of creating twice.
    """

    _name = "xero.request"
    _description = "Xero Request"
    _order = "id desc"
    _rec_name = "path"
    _log_access = False  # it has moments of its own

    # === FIELDS === #

    tenant_id = fields.Many2one(
        "xero.tenant", string="Xero Tenant", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="tenant_id.company_id", store=True, index=True)
    organisation_id = fields.Char(
        "Xero Organisation ID", required=True, help="Frozen; never recomputed from the tenant."
    )
    resource = fields.Char(required=True)
    method = fields.Char(required=True)
    path = fields.Char(required=True)
    key = fields.Char("Idempotency Key", required=True, index=True)
    body = fields.Text(required=True, help="The exact bytes, as UTF-8, sent verbatim each time.")
    body_sha256 = fields.Char("SHA-256 of the Body", required=True)
    members = fields.Json(
        help="What the body carries, in order: [{link, attempt, number, untaxed, tax, total, …}]."
    )
    element_count = fields.Integer("Records", required=True)
    link_ids = fields.One2many("xero.link", "request_id", string="Links")

    # (frozen) sending ──[answer stored]──► answered ──[applied to the links]──► done
    # sending ──[not executed: limit, no connection]──► unsent ──[links released]──► (gone)
    # sending ──[no readable answer, worker died, resend not executed]──► unknown
    # unknown ──[inside the key's window]──► sending          (same key, same bytes)
    # unknown ──[window over]──► quarantined ──[looked up in Xero]──► done
    # answered ──[a number was taken]──► quarantined          (is it ours? look it up at once)
    state = fields.Selection(
        [
            ("sending", "Sending"),
            ("answered", "Answered"),
            ("unsent", "Not Sent"),
            ("unknown", "Outcome Unknown"),
            ("quarantined", "Waiting to Look It Up"),
            ("done", "Done"),
        ],
        required=True,
        default="sending",
        index=True,
    )
    outcome = fields.Json(help="What Xero's answer said of each member, in the order of members.")
    message = fields.Char(help="Why the request was not sent, or why its outcome is unknown.")
    sends = fields.Integer("Times Sent", default=0)
    http_status = fields.Integer("HTTP Status")
    correlation_id = fields.Char("Xero Correlation ID", help="For Xero's support.")

    # All by the database's clock.
    first_sent_at = fields.Datetime(required=True)
    last_sent_at = fields.Datetime(required=True)
    send_deadline = fields.Datetime(required=True, help="No resend starts after this.")
    quarantine_until = fields.Datetime(required=True, help="No look-up before this.")
    next_try_at = fields.Datetime()

    _open_idx = models.Index("(tenant_id, next_try_at) WHERE state != 'done'")

    # === T2: FREEZE === #

    @api.model
    def _freeze(self, tenant, resource, parcels):
        """Freeze one request; the caller commits before anything is sent.

        :param tenant: the `xero.tenant`
        :param str resource: `Contacts`, `Items`, `Invoices`, `CreditNotes` or `PurchaseOrders`
        :param list parcels: up to 50 `Parcel`, their links locked, in the order of the body; all
            create (PUT), or all change what stands in Xero (POST, each with its GUID)
        :return: the new request
        """
        is_update = parcels[0].is_update
        body = codec.envelope(resource, [parcel.element for parcel in parcels])
        pairs = [(parcel.link.id, parcel.link.attempt + 1) for parcel in parcels]
        now = self.env.cr.now()
        request = self.create({
            "tenant_id": tenant.id,
            "company_id": tenant.company_id.id,
            "organisation_id": tenant.organisation_id,
            "resource": resource,
            "method": "POST" if is_update else "PUT",
            "path": resource,
            "key": codec.idempotency_key(
                self.env["ir.config_parameter"].sudo().get_param("database.uuid"),
                tenant.organisation_id,
                "update" if is_update else "create",
                pairs,
            ),
            "body": body.decode(),
            "body_sha256": codec.fingerprint(body),
            "element_count": len(parcels),
            "members": [
                {"link": link_id, "attempt": attempt, **_member(parcel)}
                for (link_id, attempt), parcel in zip(pairs, parcels, strict=True)
            ],
            "sends": 1,
            "first_sent_at": now,
            "last_sent_at": now,
            "send_deadline": now + timedelta(seconds=const.SEND_DEADLINE),
            "quarantine_until": retry.quarantine_until(now),
        })
        self.env["xero.link"]._write_each({
            parcel.link: {
                # What an update brings counts only when Xero has taken it.
                **({"obstacle": False, "differences": False} if is_update else {
                    "xero_number": parcel.document.number, "fingerprint": parcel.fingerprint,
                    "approve": parcel.approve,
                }),
                "state": "sending",
                "request_id": request.id,
                "attempt": parcel.link.attempt + 1,
                "currency_id": parcel.currency_id,
                "changed": False,
                "message": False,
                "cause_model": False,
                "cause_id": False,
            }
            for parcel in parcels
        })
        return request

    # === T3: SEND === #

    def _transmit(self, grants=None):
        """Send the frozen bytes and store what came back, on a cursor that nothing else uses.

        The row lock is held during HTTP: whoever can take it later knows that the sender's
        database connection is gone. Nothing here computes, mails or applies, so nothing here can
        fail after Xero has answered.

        :param dict grants: see `xero_transport.send`
        """
        self.ensure_one()
        if not self._lock_to_send():
            return
        call = client.Call(self.method, self.path, body=self.body.encode(), key=self.key)
        try:
            answer = xero_transport.send(
                self.env, self.tenant_id, call, request=self, grants=grants
            )
        except errors.NoAnswer as error:
            self.write({"state": "unknown", "message": error.text})
        except errors.XeroError as error:
            # Nothing was executed; the transport has noted why on the tenant.
            self.write(self._not_executed(error.text))
        else:
            self.write(self._read_answer(answer))

    def _lock_to_send(self):
        """Lock and read the row, unless somebody else has it or the time to send is over.

        :rtype: bool
        """
        in_time = SQL(
            "record.state = 'sending' AND record.send_deadline >= now() AT TIME ZONE 'UTC'"
        )
        return bool(fetch_along(self, "tenant_id", lock=True, where=in_time))

    def _read_answer(self, answer):
        """What an answer proves (facts on delivery, 2), as values of this row.

        :param answer: the `client.Answer`
        :return: dict of field values
        """
        values = {"http_status": answer.status, "correlation_id": answer.correlation_id}
        verdict = errors.classify(answer, wrote=True)
        if verdict == "answered":
            try:
                elements = parse.write_answer(self.resource, answer.body)
            except errors.Unreadable as error:
                return {**values, "state": "unknown", "message": error.text}
            found = self._match(elements)
            outcome = [
                _outcome(member, found.get(position))
                for position, member in enumerate(self.members)
            ]
            return {**values, "state": "answered", "outcome": outcome}
        if verdict == "not_found" and self.sends > 1:
            return {**values, **self._not_executed(f"HTTP {answer.status}")}
        if verdict == "not_found" and self.method == "POST":
            # One of the records is gone in Xero; nothing was executed. Which one is looked up.
            return {**values, "state": "answered", "outcome": [None] * len(self.members)}
        if verdict in ("refused", "not_found"):
            texts = list(parse.refusal(answer.body)) or [f"HTTP {answer.status}"]
            outcome = [{"ok": False, "errors": texts}] * len(self.members)
            return {**values, "state": "answered", "outcome": outcome}
        if verdict == "unknown":
            return {**values, "state": "unknown", "message": f"HTTP {answer.status}"}
        return {**values, **self._not_executed(answer.limit_problem or verdict)}

    def _match(self, elements):
        """The elements of an answer by position of the member they speak of."""
        if self.method == "POST":
            return parse.match_updates(elements, [member["xero_id"] for member in self.members])
        if self._is_numbered_by_suppliers():
            return parse.match_supplied(elements, [_told_by(member) for member in self.members])
        return parse.match(elements, [member["number"] for member in self.members])

    def _not_executed(self, reason):
        """Values of this row when the last send was certainly not executed. That proves nothing of
        the sends before it: their outcome stays unknown.

        :param str reason: what stood in the way
        """
        if self.sends > 1:
            return {"state": "unknown", "message": reason}
        return {"state": "unsent", "message": reason}

    # === HELP === #

    def _open_domain(self):
        return Domain("request_id", "=", self.id) & Domain("state", "in", ("sending", "unknown"))

    def _open_links(self):
        """The links whose fate still hangs on this request, in the order of the body."""
        self.ensure_one()
        return self._in_order(self.env["xero.link"].search_fetch(self._open_domain()))

    def _in_order(self, links):
        """Those of `links` that are open and of this request, in the order of its body."""
        by_id = {link.id: link for link in links.filtered_domain(self._open_domain())}
        return links.browse().union(
            *(by_id[member["link"]] for member in self.members if member["link"] in by_id)
        )


def _member(parcel):
    """What a look-up must find again to know the record: GUID or number, contact, totals, …; of a
    master what Xero will hold then."""
    document = parcel.document
    totals = getattr(document, "totals", None)
    standing = {"fingerprint": parcel.fingerprint, "removes": parcel.removes}
    return {
        **(standing if parcel.is_update else {}),
        "xero_id": parcel.link.xero_id or None,
        "content": parcel.content and parcel.content.decode(),
        "approves": parcel.approves,
        "kind": getattr(document, "kind", None),
        "url": payload.url_of(document),
        "number": document.number,
        "contact": getattr(document, "contact_id", None),
        "currency": getattr(document, "currency", None),
        "date": day.isoformat() if (day := getattr(document, "date", None)) else None,
        "untaxed": totals and str(totals.untaxed),
        "tax": totals and str(totals.tax),
        "total": totals and str(totals.total),
    }


def _told_by(member):
    """What tells a bill from the others of its batch."""
    return member["number"], member["contact"], date.fromisoformat(member["date"])


def _outcome(member, element):
    """One element of Xero's answer as JSON; None when it proves nothing of the member."""
    if element is None:
        return None
    if not element.ok:
        return {"ok": False, "errors": list(element.errors)}
    if member["total"] is not None and element.totals is None:
        return None
    if member.get("removes") and element.status not in held.GONE:
        return None
    return {
        "ok": True,
        "xero_id": element.xero_id,
        "number": element.number,
        "status": element.status,
        "untaxed": element.totals and str(element.totals.untaxed),
        "tax": element.totals and str(element.totals.tax),
        "total": element.totals and str(element.totals.total),
        "warnings": list(element.warnings),
        "updated": element.snapshot and element.snapshot["updated"],
        "held": element.snapshot and held.dumps(element.snapshot),
    }
