"""What to do with a request whose outcome nobody knows. Pure: the clock is a parameter.

Same key and bytes inside the key's life, then silence, then a look-up: the only policy without
duplicates among those tried on all schedules of faults (facts on delivery, 1 and 3.1).
"""

import datetime

from . import const

# Records that go in one create after two that came to nothing; after a third it goes alone.
FEW = 7

# From so many creates on, the last of them was of the record alone.
ALONE = 4


def next_step(
    sends, first_sent_at, send_deadline, quarantine_until, now, may_resend=True
):
    """What may be done now with a request of unknown outcome.

    :param int sends: how often it was sent
    :param datetime first_sent_at: when it was sent first
    :param datetime send_deadline: no resend starts after this
    :param datetime quarantine_until: no look-up before this
    :param bool may_resend: False once nothing but a look-up shall settle it
    :return: `resend`, `wait`, `quarantine` (nothing is sent any more) or `lookup`
    :rtype: str
    """
    due = next_resend(sends, first_sent_at, send_deadline, now)
    if may_resend and due is not None:
        return "resend" if due <= now else "wait"
    return "lookup" if now >= quarantine_until else "quarantine"


def next_resend(sends, first_sent_at, send_deadline, now):
    """When the same bytes may go again; None when they may not any more.

    :rtype: datetime.datetime | None
    """
    if sends >= len(const.RESEND_OFFSETS):
        return None
    due = first_sent_at + datetime.timedelta(seconds=const.RESEND_OFFSETS[sends])
    due = max(due, now)
    return due if due < send_deadline else None


def quarantine_until(sent_at):
    """The end of the silence after a send: longer than any late execution that is expected."""
    return sent_at + datetime.timedelta(seconds=const.QUARANTINE)


def most_together(attempts):
    """How many records go in one create that was tried so often before. One of them may be what
    Xero cannot cope with, and spoils the others of its request as long as they go with it.

    :param int attempts: creates that carried the record and came to nothing
    """
    return {0: const.BATCH_SIZE, 1: const.BATCH_SIZE, 2: FEW}.get(attempts, 1)


def rest_until(now, attempts):
    """When a record whose create was never executed is sent again: soon while others were in its
    requests, else after 1, 2, 4, … 24 hours; None means now.

    :param int attempts: creates that carried the record and came to nothing
    """
    alone = attempts - ALONE
    return now + datetime.timedelta(hours=min(2 ** min(alone, 5), 24)) if alone >= 0 else None


def backoff_until(now, failures):
    """When to try again what may safely be repeated, such as a look-up: 1, 2, 4, … 60 minutes."""
    return now + datetime.timedelta(minutes=min(2 ** min(max(failures, 0), 6), 60))
