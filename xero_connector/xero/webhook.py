"""Xero's webhooks: notices that something changed. They are hints to go and look; nothing that they
say is believed.

https://developer.xero.com/documentation/guides/webhooks/overview
"""

import datetime
from dataclasses import dataclass

from . import codec, envelope, seen

# What a notice is about → the resource that is read for it.
RESOURCES = {
    "INVOICE": "Invoices",
    "CREDITNOTE": "CreditNotes",
    "CONTACT": "Contacts",
    "PREPAYMENT": "Payments",
    "OVERPAYMENT": "Payments",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One notice. `organisation_id` and `resource_id` are GUIDs in small letters, `moment` is naive
    UTC; `date` is the moment as Xero wrote it, which tells two notices apart."""

    organisation_id: str
    category: str
    resource_id: str
    type: str
    date: str
    moment: datetime.datetime


def read(body):
    """The notices of a delivery whose signature holds. One that makes no sense is left out: Xero
    would send it again and again.

    :param bytes body: the delivery
    :rtype: tuple[Event, ...]
    :raises errors.Unreadable: if it is no delivery at all
    """
    found = {}
    for row in envelope.rows("events", body):
        event = _event(row)
        if event:
            found[event] = True
    return tuple(found)


def _event(row):
    ids = [row.get(name) for name in ("tenantId", "resourceId")]
    texts = [envelope.plain(row.get(name)) for name in ("eventCategory", "eventType")]
    if not all(map(codec.is_guid, ids)) or texts[0] not in RESOURCES or not texts[1]:
        return None
    date = envelope.plain(row.get("eventDateUtc"))
    happened = seen.moment(date)
    if not happened:
        return None
    return Event(ids[0].lower(), texts[0], ids[1].lower(), texts[1][:16], date[:40], happened)
