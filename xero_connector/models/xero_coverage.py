"""How much of a company's documents could be sent as things stand, and what the rest lacks."""

import logging
from dataclasses import dataclass, field

import psycopg2

from .xero_sync_mixin import Blocked
from .xero_tables import XeroTables

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Gap:
    """One thing that keeps documents from Xero.

    :param str sentence: what is wrong, and what to do
    :param cause: the record to mend; None when nothing in Odoo or Xero can be mended
    :param str model: model of the documents
    :param documents: their ids
    """

    sentence: str
    cause: object
    model: str
    lines: int = 0
    documents: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Coverage:
    """Lines that could be sent, of how many, and the gaps, the most used first."""

    lines: int
    sendable: int
    gaps: list[Gap]


def measure(tenant, groups, distributions, strangers):
    """Ask the look-ups of the send path once per group of lines, and count.

    A line can be sent when its whole document can, so a document with one gap counts with none
    of its lines.

    :param tenant: the `xero.tenant`
    :param groups: `LineGroup` records of all documents to be counted
    :param distributions: rows (model, distribution, text of a line, documents) of analytic
        distributions, as far as they matter
    :param dict strangers: by model, ids of documents whose contact may not be made in Xero
    :rtype: Coverage
    """
    tables = XeroTables(tenant)
    gaps, stuck = {}, {}

    def note(blocked, model, documents):
        key = blocked.message, blocked.cause, model
        gap = gaps.setdefault(key, Gap(*key))
        gap.lines += len(documents)
        gap.documents.update(documents)
        stuck.setdefault(model, set()).update(documents)

    for group in groups:
        for blocked in faults_of(group, tables):
            note(blocked, group.model, group.documents)
        if unknown := [one for one in group.documents if one in strangers.get(group.model, ())]:
            note(_stranger(tenant), group.model, unknown)
    for model, distribution, text, documents in distributions:
        try:
            tables.tracking.parts_of(distribution, text)
        except Blocked as blocked:
            note(blocked, model, documents)
    lines = sum(len(group.documents) for group in groups)
    kept = sum(
        document in stuck[group.model]
        for group in groups
        if group.model in stuck
        for document in group.documents
    )
    return Coverage(
        lines, lines - kept, sorted(gaps.values(), key=lambda gap: -gap.lines)
    )


def faults_of(group, tables):
    """What keeps the lines of a group from Xero, all of it: who mends one thing should not find
    the next one only then.

    :rtype: list[Blocked]
    """
    look_ups = [
        lambda: _refuse_obstacle(group, tables),
        lambda: tables.currency_of(group.currency),
        lambda: tables.theme_of(group.journal),
    ]
    if group.rounding:
        look_ups.append(lambda: tables.rounding_booking_of(group.account))
    else:
        look_ups += [
            lambda: tables.env[group.model]._xero_booking(group.taxes, group.account, tables),
            lambda: group.account and tables.account_of(group.account),
        ]
    faults = {}
    for look_up in look_ups:
        try:
            look_up()
        except Blocked as blocked:
            faults.setdefault(blocked.message, blocked)
        except psycopg2.Error:
            raise
        except Exception:
            # One odd line must not keep the rest from being measured; see the engine's `_freeze`.
            _logger.exception("Xero: lines of %s cannot be looked at", group.model)
            blocked = Blocked(tables.env._(
                "Some documents could not be looked at because of an error in Odoo. Ask your "
                "administrator to look into the server's log."
            ))
            faults.setdefault(blocked.message, blocked)
    return list(faults.values())


def _stranger(tenant):
    return Blocked(
        tenant.env._(
            "Customers and suppliers do not stand in Xero, and %(tenant)s creates none. Link them, "
            "or choose on the tenant, under Options, that they may be created.",
            tenant=tenant.name,
        ),
        tenant,
    )


def _refuse_obstacle(group, tables):
    """Refuse what no setting can mend; the send path says the same of each document."""
    env = tables.env
    sentences = {
        "decimals": lambda: env._(
            "Amounts with more than two decimals (%(currency)s) cannot stand in Xero. Enter these "
            "documents in Xero by hand.",
            currency=group.currency.name,
        ),
        "negative": lambda: env._(
            "Orders whose total is below zero cannot stand in Xero. Enter these in Xero by hand."
        ),
        "added": lambda: env._(
            "Early payment discounts and non-deductible parts cannot be sent to Xero yet. Enter "
            "these documents in Xero by hand."
        ),
    }
    if group.obstacle:
        raise Blocked(sentences[group.obstacle]())
