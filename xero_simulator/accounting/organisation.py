"""One Xero organisation: its profile, its records, and the rules that tests may switch."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..wire import Event
from .person import PersonInXero
from .tables import Journal, Record, Table

# What Xero calls the time zones of the four organisations, and what the rest of the world does.
TIME_ZONES = {
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "GMTSTANDARDTIME": "Europe/London",
    "EASTERNSTANDARDTIME": "America/New_York",
}

ACTIONS = (
    "CreateApprovedInvoice",
    "CreateDraftPurchaseOrder",
    "CreateApprovedBill",
    "AttachFilesIntoInvoice",
    "UseMulticurrency",
    "CreateDraftInvoice",
    "CreateRepeatingInvoice",
    "CreateRepeatingBill",
    "CreateSentQuote",
    "CreateInvoicePayment",
    "CreateApprovedPurchaseOrder",
    "CreateDraftQuote",
    "CreateDraftBill",
)


class Organisation(PersonInXero):
    """The books of one organisation.

    Every table maps GUIDs to records; a record is a dict with Xero's field names and Python
    values (Decimal, date, aware datetime). Records are replaced, never changed in place.
    """

    def __init__(self, clock, profile: Record) -> None:
        self.clock = clock
        self.profile = profile
        self.tenant_id: str = profile["OrganisationID"]
        self.name: str = profile["Name"]
        self.country_code: str = profile["CountryCode"]
        self.short_code: str = profile["ShortCode"]
        self.base_currency: str = profile["BaseCurrency"]
        self.period_lock_date: date | None = profile.get("PeriodLockDate")
        self.end_of_year_lock_date: date | None = profile.get("EndOfYearLockDate")

        # Rules that a test may switch.
        self.tie_rule = "half_up"
        self.user_is_adviser = False
        self.denied_actions: set[str] = set()
        self.approval_limit: int | None = None
        self.empty_delta_status = 200
        self.no_tax_type = "NONE"
        self.exchange_rates: dict[str, Decimal] = {}

        # Changes outside of a request (a person in Xero) are announced here.
        self.listener: Callable[[Event], None] | None = None

        # A request and a person must not change the books at the same time.
        self.lock = threading.RLock()
        self.journal = Journal()
        self.events: list[Event] = []
        journal = self.journal
        self.accounts = Table(journal, "AccountID", code=_account_code)
        self.tax_rates = Table(journal, "TaxType")
        self.currencies = Table(journal, "Code")
        self.tracking_categories = Table(journal, "TrackingCategoryID", name=_category_name)
        self.branding_themes = Table(journal, "BrandingThemeID")
        self.contacts = Table(journal, "ContactID", name=_active_name, number=_contact_number)
        self.items = Table(journal, "ItemID", code=_item_code)
        self.invoices = Table(journal, "InvoiceID", number=_invoice_number)
        self.credit_notes = Table(journal, "CreditNoteID", number=_credit_note_number)
        self.purchase_orders = Table(journal, "PurchaseOrderID", number=_order_number)
        self.payments = Table(journal, "PaymentID", document=_paid_document, batch=_batch)
        self.batch_payments = Table(journal, "BatchPaymentID")
        self.credits = Table(journal, "CreditID")
        self.allocations = Table(
            journal, "AllocationID", invoice=_allocated_invoice, source=_allocated_credit
        )
        self.attachments = Table(journal, "AttachmentID", owner=_owner)
        self.history = Table(journal, "HistoryRecordID", owner=_owner)

    # === TIME AND NAMES === #

    def now(self) -> datetime:
        """Return the present moment to the millisecond, as Xero stores it."""
        moment = self.clock.now().astimezone(timezone.utc)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def today(self) -> date:
        """Return the calendar day in the organisation's own time zone."""
        try:
            zone = ZoneInfo(TIME_ZONES.get(self.profile["Timezone"], "UTC"))
        except ZoneInfoNotFoundError:
            return self.now().date()
        return self.clock.now().astimezone(zone).date()

    def new_guid(self) -> str:
        """Return an id for a new record."""
        return str(uuid.uuid4())

    # === CHANGES === #

    def announce(self, category: str, kind: str, guid: str, data: dict | None = None) -> None:
        """Note an event; it is delivered when the change that caused it is final."""
        self.events.append(Event(category, kind, guid, data))

    def take_events(self) -> list[Event]:
        """Return the events of the changes just made final, each resource once."""
        taken: dict[tuple[str, str], Event] = {}
        for event in self.events:
            key = (event.category, event.resource_id)
            first = taken.get(key)
            kind = first.type if first else event.type
            taken[key] = Event(event.category, kind, event.resource_id, event.data)
        self.events.clear()
        return list(taken.values())

    # === LOOK-UPS === #

    def account_by_code(self, code: str) -> Record | None:
        """Return the account with a code, an archived one too."""
        found = self.accounts.find("code", code.casefold())
        return found[0] if found else None

    def document_tables(self) -> tuple[Table, Table, Table]:
        """Return the tables whose records are documents with lines."""
        return self.invoices, self.credit_notes, self.purchase_orders


# === INDEX KEYS === #


def number_key(number: str | None) -> str | None:
    """Return a document number as uniqueness sees it; case and outer blanks make no difference."""
    return number.strip().casefold() if number and number.strip() else None


def _account_code(record: Record) -> str | None:
    return number_key(record.get("Code"))


def _category_name(record: Record) -> str:
    return record["Name"].casefold()


def _active_name(record: Record) -> str | None:
    return record["Name"].casefold() if record["ContactStatus"] == "ACTIVE" else None


def _contact_number(record: Record) -> str | None:
    return number_key(record.get("ContactNumber"))


def _item_code(record: Record) -> str | None:
    return number_key(record.get("Code"))


def _invoice_number(record: Record) -> str | None:
    return number_key(record["InvoiceNumber"]) if record["Type"] == "ACCREC" else None


def _credit_note_number(record: Record) -> str | None:
    return number_key(record["CreditNoteNumber"]) if record["Type"] == "ACCRECCREDIT" else None


def _order_number(record: Record) -> str | None:
    return number_key(record["PurchaseOrderNumber"])


def _paid_document(record: Record) -> str:
    return record["DocumentID"]


def _allocated_invoice(record: Record) -> str:
    return record["InvoiceID"]


def _allocated_credit(record: Record) -> str:
    return record["SourceID"]


def _batch(record: Record) -> str | None:
    return record.get("BatchPaymentID")


def _owner(record: Record) -> str:
    return record["OwnerID"]
