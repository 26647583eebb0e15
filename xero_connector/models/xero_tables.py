"""What one run of a tenant looks up again and again, read once."""

from decimal import Decimal

from .xero_booking_tables import BookingTables
from .xero_head_tables import HeadTables
from .xero_item_tables import ItemTables
from .xero_kept_masters import forget_masters
from .xero_sync_mixin import Blocked
from .xero_tracking_tables import TrackingTables


class XeroTables(HeadTables, BookingTables):
    """Masters of one tenant as plain dictionaries: taxes, accounts, contacts.

    Reading them once per run instead of once per document is what keeps the send path at a few
    SQL statements per batch. Look-ups that find nothing raise `Blocked` with the sentence for the
    person who has to mend it.
    """

    def __init__(self, tenant):
        self.env = tenant.env
        self.tenant = tenant
        self._read_mappings()
        parameters = self.env["ir.config_parameter"].sudo()
        self.database = parameters.get_param("database.uuid").partition("-")[0]
        self.base_url = parameters.get_param("web.base.url")
        self.masters = {}
        self.items = ItemTables(tenant)
        self.free_places = 1  # how many requests may be started now
        self.on_their_way = []  # ids of the requests of this run that have not landed
        self.changes_sent = False  # whether no document is left to change
        self.held = {}  # snapshots of the documents that are changed next, by link
        self.approves = None  # whether something may be approved in this run; None: not asked yet
        self.locked_until = None  # last day of Xero's closed periods; None: not asked yet

    def _read_mappings(self):
        self._read_bookings()
        self._read_head()
        self.tracking = TrackingTables(self.tenant)
        self.read_at = self.env.cr.now()

    def refresh(self):
        """Read the mappings again if that was done in an earlier transaction of the run.

        :return: whether they were read again; what did not fit them may fit now
        :rtype: bool
        """
        if self.read_at == self.env.cr.now():
            return False
        forget_masters(self.env)
        self._read_mappings()
        return True

    # === MASTERS === #

    def read_masters(self, records):
        """Remember which of `records`, all of one model, stand in Xero; one SQL statement.

        :return: the records that do not
        """
        known = self.masters.setdefault(records._name, {})
        unknown = records.filtered(lambda record: record.id not in known)
        if unknown:
            links = self.env["xero.link"].search_fetch(
                [
                    ("tenant_id", "=", self.tenant.id),
                    ("res_model", "=", records._name),
                    ("res_id", "in", unknown.ids),
                    ("xero_id", "!=", False),
                ],
                ["res_id", "xero_id", "xero_number"],
            )
            known.update({link.res_id: (link.xero_id, link.xero_number) for link in links})
        return unknown.filtered(lambda record: record.id not in known)

    def contact_of(self, partner):
        """Xero's GUID of the partner; the engine sends contacts before documents."""
        contacts = self.masters.get("res.partner", {})
        if partner.id not in contacts:
            raise Blocked(
                self.env._("%(name)s is not in Xero yet.", name=partner.display_name), partner
            )
        return contacts[partner.id][0]

    # === VALUES === #

    def amount(self, value, currency):
        """An Odoo amount as Decimal, with the decimals of its currency."""
        return Decimal(f"{value:.{currency.decimal_places}f}")

    def url_of(self, record):
        """The address that opens the record in Odoo. The payload leaves it out where Xero
        would refuse it."""
        return f"{self.base_url}/odoo/{record._name}/{record.id}"
