"""Items of a tenant: whether documents carry item codes, and reading Xero's list."""

from datetime import timedelta, timezone

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..xero import client, errors, parse_masters
from . import xero_transport


class XeroTenant(models.Model):
    _inherit = "xero.tenant"

    # === FIELDS === #

    send_item_codes = fields.Boolean(
        "Item Codes on Documents",
        copy=False,
        help="Lines of documents name the Xero item of their product. Without it they carry "
             "description, account and tax only, which is all that Xero needs.",
    )
    item_sync = fields.Selection(
        [
            ("lead", "Odoo leads: changes go to Xero by themselves"),
            ("document", "Only with documents: created when a document needs them"),
            ("never", "Not at all: only linked to what stands in Xero"),
        ],
        string="Items",
        required=True,
        default="lead",
        help="Documents need items only where they carry item codes.",
    )
    items_pulled_at = fields.Datetime("Items Read", readonly=True, copy=False)

    # === READING === #

    def _pull_items_or_tell(self, whole):
        """`_pull_items_apart`, for a person.

        :raises UserError: if Xero cannot be asked, with the reason
        """
        self.ensure_one()
        self._check_ready()
        try:
            self._pull_items_apart(whole)
        except errors.XeroError as error:
            raise UserError(self.env._(
                "The items of %(tenant)s could not be read. %(reason)s",
                tenant=self.name,
                reason=self._failure_sentence(error),
            )) from None

    def _pull_items_apart(self, whole=False):
        """Read Xero's items into their mirror, in a cursor of its own: one call, without pages.

        :param bool whole: read all of them; else only what changed since the last time, which
            cannot show what was deleted
        :raises errors.XeroError: if Xero did not answer; nothing is changed then
        """
        with self.pool.cursor() as cr:
            tenant = self.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            since = None if whole else tenant._items_since()
            call = client.Call("GET", "Items", if_modified_since=since)
            try:
                answer = xero_transport.send(tenant.env, tenant, call)
            finally:
                cr.commit()  # pylint: disable=invalid-commit  # the call's record, in our cursor
            xero_transport.check_answered(tenant.env, answer)
            # Nothing changed: Xero may answer with an empty list, or with no body at all.
            items = parse_masters.price_list(answer.body) if answer.body else ()
            mirror, differences = tenant.env["xero.item"], tenant.env["xero.difference"]
            news = tenant.items_pulled_at and differences._unknown_ids(tenant, mirror, items)
            mirror._mirror_items(tenant, items, whole=since is None)
            differences._note_some(tenant, "Items", items, news or set())
            tenant._follow_items()
            tenant.items_pulled_at = cr.now()
            tenant.flush_recordset()
            cr.commit()  # pylint: disable=invalid-commit  # a cursor of our own
        self.invalidate_recordset(["items_pulled_at"], flush=False)
        self.env["xero.item"].invalidate_model(flush=False)

    def _items_since(self):
        """A second before the newest change that is mirrored, by Xero's own clock; None: never
        read. Xero compares whole seconds, and several items may have changed in one."""
        newest = self.env["xero.item"].with_context(active_test=False).search(
            [("tenant_id", "=", self.id), ("updated_at", "!=", False)],
            order="updated_at desc",
            limit=1,
        ).updated_at
        if not newest:
            return None
        return (newest - timedelta(seconds=1)).replace(tzinfo=timezone.utc)

    def _follow_items(self):
        """Let links follow what somebody did in Xero: another code, or an item that is gone."""
        links = self.env["xero.link"]
        links.flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT l.id, i.code, i.active
              FROM xero_link l
              JOIN xero_item i ON i.tenant_id = l.tenant_id AND i.xero_id = l.xero_id
             WHERE l.tenant_id = %s AND l.resource = 'Items' AND l.state = 'sent'
                   AND (NOT i.active OR l.xero_number IS DISTINCT FROM i.code)
            """,
            self.id,
        ))
        for link_id, code, stands in rows:
            link = links.browse(link_id)
            if stands:
                link.xero_number = code
            else:
                link.write({
                    "state": "attention",
                    "xero_id": False,
                    "content": False,
                    "message": self.env._(
                        "The item %(code)s was deleted in Xero. Send to Xero creates it again; "
                        "until then documents carry the product without an item code.",
                        code=code,
                    ),
                })
