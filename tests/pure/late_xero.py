"""A model of Xero for schedules of faults: seconds are whole numbers, and nothing runs by itself.

What it knows of keys is what is written of them (facts on the Xero API, 3.2): a key is claimed when
a call arrives, kept for six minutes, and answers a repeat with the stored answer. Where nothing is
written it is harsh: a repeat that comes before the first call was executed gets an answer that
says nothing, and a call may be executed a quarter of an hour after it was sent, once more than it
was sent, or never.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace

from xero import client, const

START = datetime(2026, 11, 23, 10, 0, 0, tzinfo=timezone.utc)

# The longest way of a call that is still expected to arrive, and to be executed, in seconds.
LONGEST_WAY = const.TOTAL_TIMEOUT
LONGEST_WORK = const.QUARANTINE - LONGEST_WAY - 1


@dataclass(frozen=True)
class Fate:
    """What becomes of one call.

    :param travels: seconds until it arrives, at each time that it does; () for never
    :param int works: seconds from its arrival until it is executed
    :param int status: HTTP status of the answer; 429 is given before anything is looked at
    :param bool executes: whether Xero does what is asked; False with a status of 500
    :param bool answers: whether the answer comes back
    :param str dies: where the sender dies: `before` it sends, `waiting` for the answer, or
        `applying` it; "" when it lives
    """

    travels: tuple = (0,)
    works: int = 0
    status: int = 200
    executes: bool = True
    answers: bool = True
    dies: str = ""


GOOD = Fate()


@dataclass
class Row:
    """A document in Xero, as a look-up reads it (`parse.Match` has the same names)."""

    xero_id: int
    number: str
    contact_id: str
    currency: str
    date: object
    totals: object
    url: str
    status: str = "DRAFT"
    made_of: int | None = None  # id of the link it was created for; None: by a person


@dataclass
class LateXero:
    """Documents, keys, and what is still on its way.

    :param bool enforces: whether a number may be used once only, as with customer invoices
    """

    enforces: bool
    now: datetime = START
    rows: list = field(default_factory=list)
    executions: int = 0
    _keys: dict = field(default_factory=dict)  # {key: (claimed until, members, answer or None)}
    _coming: list = field(default_factory=list)  # (moment, order, what happens then)
    _order: int = 0

    # === TIME === #

    def advance(self, seconds):
        """Let time pass, and happen what was on its way."""
        until = self.now + timedelta(seconds=seconds)
        while due := [one for one in self._coming if one[0] <= until]:
            first = min(due, key=lambda one: one[:2])
            self._coming.remove(first)
            self.now = max(self.now, first[0])
            first[2]()
        self.now = until

    def _at(self, seconds, happen):
        self._order += 1
        self._coming.append((self.now + timedelta(seconds=seconds), self._order, happen))

    # === WRITING === #

    def send(self, key, members, fate):
        """Take a call; what is due at once happens at once.

        :param str key: the idempotency key
        :param list members: what shall be created, as `xero.request.members` has it
        :return: (`client.Answer` or None when none comes back, [(link's id, row or None)])
        """
        if fate.dies == "before":
            return None, []
        if fate.status == 429:
            return client.Answer(429, b"", limit_problem="minute"), []
        said = []
        for travel in fate.travels:
            self._at(travel, lambda: said.append(self._arrive(key, members, fate)))
        self.advance(0)
        if not fate.answers or fate.dies == "waiting" or not said or said[0] is None:
            return None, []
        return said[0]

    def _arrive(self, key, members, fate):
        """A call is at the door: the stored answer, or its execution now or later."""
        until, asked, stored = self._keys.get(key, (self.now, members, None))
        if self.now < until:
            assert asked == members, "a key went with two bodies"
            return stored or (client.Answer(409, b""), [])
        answer = []
        self._keys[key] = (self.now + timedelta(seconds=const.KEY_LIFE), members, None)

        def execute():
            answer.append(self._execute(members, fate))
            until, asked, _nothing = self._keys[key]
            self._keys[key] = (until, asked, answer[0])

        if fate.works:
            self._at(fate.works, execute)
            return None
        execute()
        return answer[0]

    def _execute(self, members, fate):
        results = []
        for member in members if fate.executes else ():
            self.executions += 1
            results.append((member["link"], self._create(member)))
        if fate.status >= 500:
            return client.Answer(fate.status, b""), []
        if results and not any(row for _link, row in results):
            return client.Answer(400, b""), results
        return client.Answer(200, b""), results

    def _create(self, member):
        """A new row; None where its number is taken, also by one that is gone."""
        if self.enforces and any(row.number == member["number"] for row in self.rows):
            return None
        return self.put(member)

    def put(self, member, ours=True):
        """Have a document, by a call or by a person's hands."""
        row = Row(
            xero_id=len(self.rows) + 1,
            number=member["number"],
            contact_id=member["contact"],
            currency=member["currency"],
            date=datetime.fromisoformat(member["date"]).date(),
            totals=SimpleNamespace(**{
                name: Decimal(member[name]) for name in ("untaxed", "tax", "total")
            }),
            url=member["url"] if ours else None,
            made_of=member["link"] if ours else None,
        )
        self.rows.append(row)
        return row

    # === READING === #

    def held(self, number):
        """All that it holds under a number, gone or not."""
        return [row for row in self.rows if row.number == number]

    def alive(self):
        """What was created by our calls and stands."""
        return [
            row for row in self.rows
            if row.made_of is not None and row.status not in ("DELETED", "VOIDED")
        ]
