"""The least around the pure decisions that makes them a sender: what is stored, and when.

It keeps what the models keep (`xero.link`, `xero.request`) and goes their ways (`_freeze`,
`_go_on`, `_settle`, `_settle_found`); every decision is one of `xero/`: what an answer proves
(`errors.classify`), what comes next (`retry`), what a look-up means (`look_up`), the key
(`codec.idempotency_key`).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from xero import codec, const, errors, look_up, retry

from .late_xero import GOOD

REST = timedelta(minutes=1)  # of what could not be sent


class Died(Exception):
    """The worker is no more; what was committed stays."""


@dataclass
class Link:
    """One document of Odoo."""

    member: dict  # as `xero.request.members` has it
    state: str = "pending"
    attempt: int = 0
    xero_id: int | None = None
    next_try_at: datetime | None = None

    @property
    def id(self):
        return self.member["link"]


@dataclass
class Request:
    """A frozen batch."""

    key: str
    links: list
    first_sent_at: datetime
    last_sent_at: datetime
    quarantine_until: datetime
    state: str = "sending"
    sends: int = 1
    next_try_at: datetime | None = None
    results: dict = field(default_factory=dict)  # {link's id: row, or None where it was taken}

    @property
    def send_deadline(self):
        return self.first_sent_at + timedelta(seconds=const.SEND_DEADLINE)


class Engine:
    """A tenant's scheduled action."""

    def __init__(self, xero):
        self.xero = xero
        self.links, self.requests = [], []
        self.fates_left = []

    @property
    def open(self):
        """Links whose fate is not known."""
        return [one for one in self.links if one.state in ("pending", "sending", "unknown")]

    def run(self, fates=()):
        """One run; it ends where the worker dies.

        What is left of `fates` stands in `fates_left` afterwards.

        :param fates: what becomes of its calls in their order: a `Fate` for a write, None where a
            read that comes next fails; all others are good
        """
        self.fates_left = list(fates)
        try:
            for request in list(self.requests):
                self._go_on(request)
            self._send_pending()
        except Died:
            pass

    # === T2 AND T3 === #

    def _send_pending(self):
        now = self.xero.now
        due = {}
        for link in self.links:
            if link.state == "pending" and (link.next_try_at is None or link.next_try_at <= now):
                due.setdefault(link.member["number"], link)  # one of each in a batch
        if due:
            self._freeze(list(due.values()), now)

    def _freeze(self, due, now):
        for link in due:
            link.state, link.attempt, link.next_try_at = "sending", link.attempt + 1, None
        pairs = [(link.id, link.attempt) for link in due]
        request = Request(
            key=codec.idempotency_key("database", "organisation", "create", pairs),
            links=due,
            first_sent_at=now,
            last_sent_at=now,
            quarantine_until=retry.quarantine_until(now),
        )
        self.requests.append(request)
        self._transmit(request)
        self._settle(request)

    def _transmit(self, request):
        fate = (self.fates_left.pop(0) if self.fates_left else GOOD) or GOOD
        members = [link.member for link in request.links]
        answer, results = self.xero.send(request.key, members, fate)
        if fate.dies in ("before", "waiting"):
            raise Died
        verdict = errors.classify(answer, wrote=True) if answer else "unknown"
        if verdict == "unknown":
            request.state = "unknown"
        elif verdict in ("answered", "refused"):
            request.state, request.results = "answered", dict(results)
        else:
            request.state = "unknown" if request.sends > 1 else "unsent"
        if fate.dies == "applying":
            raise Died

    # === T4 === #

    def _settle(self, request):
        if request.state == "unsent":
            for link in request.links:
                link.state, link.attempt = "pending", link.attempt - 1
                link.next_try_at = self.xero.now + REST
            self.requests.remove(request)
        elif request.state == "unknown":
            self._keep_unknown(request)
        elif request.state == "answered":
            for link in self._open_links(request):
                if row := request.results.get(link.id):
                    link.state, link.xero_id = "sent", row.xero_id
            if doubtful := self._open_links(request):
                for link in doubtful:
                    link.state = "unknown"
                request.state = "quarantined"
                request.quarantine_until = request.next_try_at = self.xero.now
            else:
                self.requests.remove(request)

    def _open_links(self, request):
        return [link for link in request.links if link.state in ("sending", "unknown")]

    def _keep_unknown(self, request):
        for link in self._open_links(request):
            link.state = "unknown"
        self._await_look_up(request)

    def _await_look_up(self, request):
        due = retry.next_resend(
            request.sends, request.first_sent_at, request.send_deadline, self.xero.now
        )
        if due:
            request.state, request.next_try_at = "unknown", due
        else:
            request.state, request.next_try_at = "quarantined", request.quarantine_until

    # === WHEN NOBODY KNOWS === #

    def _go_on(self, request):
        now = self.xero.now
        if request.state == "sending":  # its worker died
            request.state = "unknown"
            self._keep_unknown(request)
        if request.state in ("answered", "unsent"):
            self._settle(request)
            return
        if request.next_try_at and request.next_try_at > now:
            return
        step = retry.next_step(
            sends=request.sends,
            first_sent_at=request.first_sent_at,
            send_deadline=request.send_deadline,
            quarantine_until=request.quarantine_until,
            now=now,
            may_resend=request.state != "quarantined",
        )
        if step == "resend":
            request.state, request.sends, request.last_sent_at = "sending", request.sends + 1, now
            request.quarantine_until = retry.quarantine_until(now)
            self._transmit(request)
            self._settle(request)
        elif step == "lookup":
            self._look_up(request)
        else:
            self._await_look_up(request)

    def _look_up(self, request):
        if self.fates_left[:1] == [None]:
            self.fates_left.pop(0)
            request.next_try_at = retry.backoff_until(self.xero.now, request.sends)
            return
        for link in self._open_links(request):
            verdict = look_up.judge(
                link.member,
                self.xero.held(link.member["number"]),
                link.id in request.results and request.results[link.id] is None,
                lambda row, link=link: any(
                    other.xero_id == row.xero_id for other in self.links if other is not link
                ),
            )
            if verdict.kind == "again":
                link.state = "pending"
            elif verdict.kind == "adopt":
                link.state, link.xero_id = "sent", verdict.match.xero_id
            else:
                link.state = "rejected" if verdict.kind == "taken" else "attention"
        self.requests.remove(request)
