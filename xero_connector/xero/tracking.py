"""Analytic distributions as Xero's tracking: one option per category and line, split exactly.

A distribution says in percent which analytic accounts a line belongs to; a key may name accounts
of several plans at once. Xero holds one option per category on a line, so what is spread over
several options becomes several lines that add up to the one, to the cent.
"""

from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from .rounding import WIDE, in_words

HUNDRED = Decimal(100)
ONE = Decimal(1)
CENT = Decimal("0.01")
QUANTITY_STEP = Decimal("0.0001")


class NotDistributable(Exception):
    """No tracking says what the distribution says: a plan has more than 100 %, less than nothing,
    or two accounts under one key.

    :param plan: the key of the plan, as in `Place`
    :param Decimal percent: what the plan comes to
    """

    def __init__(self, plan, percent):
        super().__init__(f"{plan}: {percent} %")
        self.plan = plan
        self.percent = percent


@dataclass(frozen=True, slots=True)
class Place:
    """Where an analytic account stands: its plan, and the names of category and option in Xero."""

    plan: int
    category: str
    option: str


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a line, in percent, with its (category, option) pairs; none is untracked."""

    percent: Decimal
    tracking: tuple[tuple[str, str], ...] = ()


# === WHAT A DISTRIBUTION SAYS === #

def accounts_of(distribution):
    """The ids of the analytic accounts that a distribution names, in its order.

    :param distribution: {"3,7": percent} as Odoo stores it, or nothing
    :rtype: list[int]
    """
    return [account for key in distribution or {} for account in _ids(key)]


def parts_of(distribution, places):
    """The shares of a line that Xero can hold as one line each; their percents add up to 100.

    Percents of one key belong together. Plans that stand under keys of their own say nothing of
    each other: their shares are laid side by side in the order of the distribution, which gives
    every option exactly its percent with the fewest lines.

    :param distribution: {"3,7": percent} as Odoo stores it, or nothing
    :param dict places: `Place` by id of analytic account; others are not tracked
    :rtype: tuple[Part, ...]
    :raises NotDistributable: if the percents of a plan are none of a line
    """
    together, apart, totals = [], {}, {}
    for key, percent in (distribution or {}).items():
        held = [places[account] for account in _ids(key) if account in places]
        if not held:
            continue
        percent = Decimal(str(percent))
        plans = [place.plan for place in held]
        for plan in plans:
            totals[plan] = totals.get(plan, 0) + percent
            if percent < 0 or plans.count(plan) > 1:
                raise NotDistributable(plan, percent)
        if len(held) > 1:
            together.append((percent, held))
        else:
            apart.setdefault(plans[0], []).append((percent, held[0]))
    for plan, total in totals.items():
        if total > HUNDRED:
            raise NotDistributable(plan, total)
    return _merged([*together, *_side_by_side(apart, sum(share for share, _held in together))])


def _ids(key):
    return [int(text) for text in key.split(",") if text.isascii() and text.isdigit()]


def _side_by_side(apart, start):
    """Shares of several plans over the same stretch, from `start` to 100 %.

    :param dict apart: [(percent, place)] by plan
    :return: list of (percent, places)
    """
    stretches, borders = [], {Decimal(start), HUNDRED}
    for shares in apart.values():
        begin = Decimal(start)
        for percent, place in shares:
            stretches.append((begin, begin + percent, place))
            begin += percent
            borders.add(begin)
    borders = sorted(borders)
    return [
        (end - begin, [place for low, high, place in stretches if low <= begin < high])
        for begin, end in zip(borders, borders[1:], strict=False)
    ]


def _merged(shares):
    """Shares with the same tracking as one part, in the order they first came."""
    percents = {}
    for percent, held in shares:
        ordered = sorted(held, key=lambda place: place.plan)
        tracking = tuple((place.category, place.option) for place in ordered)
        percents[tracking] = percents.get(tracking, 0) + percent
    return tuple(Part(percent, tracking) for tracking, percent in percents.items() if percent)


# === A LINE IN PARTS === #

def split(line, parts, step=CENT):
    """The lines that stand for one line; net and tax add up to its own exactly.

    The quantity is shared where every share can be written with four decimals; otherwise a part
    is one times its net amount. The description tells the share.

    :param documents.Line line: without tracking
    :param parts: from `parts_of`
    :param Decimal step: the smallest amount of the currency
    :rtype: tuple[documents.Line, ...]
    """
    if len(parts) == 1:
        return (replace(line, tracking=parts[0].tracking),)
    percents = [part.percent for part in parts]
    nets = shares_of(line.net, percents, step)
    # By the nets, so that no part carries tax on nothing.
    taxes = shares_of(line.tax, [abs(net) for net in nets] if line.net else percents, step)
    filled = [
        (part, net, tax) for part, net, tax in zip(parts, nets, taxes, strict=True) if net or tax
    ]
    if not filled:
        largest = max(parts, key=lambda part: part.percent)
        return (replace(line, tracking=largest.tracking),)
    quantities = _shared_quantities(line, [part for part, _net, _tax in filled])
    return tuple(
        _part_of(line, part, net, tax, quantity)
        for (part, net, tax), quantity in zip(filled, quantities, strict=True)
    )


def shares_of(amount, weights, step=CENT):
    """An amount shared out by weights, in whole steps that add up to it (largest remainder).

    :param Decimal amount: a multiple of `step`, of any sign
    :param weights: not negative, not all zero
    :rtype: list[Decimal]
    """
    total = sum(weights)
    steps = int(abs(amount) / step)
    exact = [steps * Decimal(weight) / total for weight in weights]
    whole = [int(share.to_integral_value(ROUND_FLOOR)) for share in exact]
    by_remainder = sorted(range(len(whole)), key=lambda place: whole[place] - exact[place])
    for place in by_remainder[: steps - sum(whole)]:
        whole[place] += 1
    sign = -1 if amount < 0 else 1
    return [sign * count * step for count in whole]


def _shared_quantities(line, parts):
    """The share of each part in the quantity; None each where one cannot be written."""
    if line.quantity is None:
        return [None] * len(parts)
    shares = [line.quantity * part.percent / HUNDRED for part in parts]
    if any(share != share.quantize(QUANTITY_STEP, context=WIDE) for share in shares):
        return [None] * len(parts)
    return [share.normalize() for share in shares]


def _part_of(line, part, net, tax, quantity):
    text = format(part.percent.normalize(), "f")
    description = line.description or ""
    if quantity is None and line.discount:
        description = f"{description}\n{in_words(line)}"
    values = {
        "description": f"{description} ({text} %)".strip(),
        "net": net,
        "tax": tax,
        "tracking": part.tracking,
    }
    if quantity is None:
        return replace(
            line, quantity=ONE, unit_price=net, discount=Decimal(0), price_included=False, **values
        )
    return replace(line, quantity=quantity, **values)
