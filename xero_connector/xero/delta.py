"""How far a list that changes while it is read has been read. Pure: no clock, no network.

Xero lists what has changed since a moment in the order of the changes (`UpdatedDateUTC`, then id),
and compares whole seconds. A row that is changed while pages are turned moves to the end, and
every row behind it moves up by one: the next page begins one row too late. So pages are not turned;
the first page is asked for again from where the last one ended. Only where a whole page falls into
one second are pages turned, again and again until a pass has shown nothing new (facts on the Xero
API, 3.6).
"""

import datetime
from dataclasses import dataclass

SECOND = datetime.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Position:
    """Where the next call begins: what changed after `since` (naive UTC), and on which page.

    While pages are turned, `newest` is the latest moment of this pass, and `news` whether it has
    shown anything that was not known.
    """

    since: datetime.datetime
    page: int = 1
    newest: datetime.datetime | None = None
    news: bool = False


def after(position, updated, page_size, news):
    """Where to go on once a page has been taken in.

    One second is read again each time, because several rows may have changed in it, some of them
    after the page was made. Rows that were seen before are recognised by their id.

    :param Position position: of the page
    :param updated: moments of its rows in whole seconds, None where Xero wrote none
    :param int page_size: rows that were asked for
    :param bool news: whether one of the rows was not known as it stands
    :return: (where the next call begins, whether there may be more at this moment)
    :rtype: tuple[Position, bool]
    """
    moments = [moment for moment in updated if moment]
    newest = max([*moments, position.newest or position.since + SECOND])
    reached = max(position.since, newest - SECOND)
    is_full = len(updated) >= page_size
    if position.page == 1 and (not is_full or reached > position.since):
        return Position(reached), is_full
    news = news or position.news
    if is_full:
        return Position(position.since, position.page + 1, newest, news), True
    return (Position(position.since), True) if news else (Position(reached), False)
