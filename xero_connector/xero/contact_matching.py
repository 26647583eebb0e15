"""Which customer or supplier of Odoo is which contact of Xero.

Pure: what is compared comes in and goes out as plain values. Evidence is tried in order of its
weight: our own code, tax number, account number, e-mail, equal name, then likeness of name. Each
record of either side is proposed once. Certain is only what is alone on both sides, those counted
that are matched already, and is not contradicted; what two could claim goes to the likest, for a
person to check.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass

from rapidfuzz import fuzz

# Names below this likeness (0 to 100) are no proposal; above it none is as good as an equal one.
LEAST_LIKENESS = 85
MOST_LIKENESS = 96

# How like the names of one tax number, account number or e-mail must be to be no contradiction.
# A tax number is given once; a reference may be anybody's, an e-mail a whole family's.
NO_CONTRADICTION = {"number": 0, "tax_number": 45, "account_number": 60, "email": 75, "name": 0}
SCORES = {"number": 100, "tax_number": 99, "account_number": 98, "email": 97, "name": 97}

# Words that say what kind of company it is, not which.
LEGAL_FORMS = frozenset((
    "ag", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "kft", "kg",
    "limited", "llc", "llp", "lp", "ltd", "nv", "oy", "plc", "proprietary", "pty", "sa", "sarl",
    "sas", "spa", "srl", "the",
))

# Groups of three letters that more names carry than this say too little to look by them.
COMMON = 150
# The rarest groups of a name that are looked up, and how many names they lead to are compared.
RAREST, CANDIDATES = 6, 25

# Shorter numbers are somebody's "1" or "n/a".
SHORTEST_NUMBER = 4

WORDS = re.compile(r"\w+")
NOT_IN_NUMBER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Party:
    """A customer or supplier as it is compared: `key` names it to the caller, all else may be
    missing. `number` is the contact code that we give."""

    key: int
    name: str
    number: str | None = None
    tax_number: str | None = None
    account_number: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A partner and the contact it may be; `score` from 0 to 100.

    `reason` is `number`, `tax_number`, `account_number`, `email`, `name` or `likeness`.
    """

    partner: int
    contact: int
    score: int
    reason: str
    is_certain: bool


def propose(partners, contacts, matched=((), ()), by_likeness=True):
    """Pairs of partners and contacts, each of either once.

    :param partners: `Party` of Odoo
    :param contacts: `Party` of Xero
    :param matched: two more lists of `Party`, of Odoo and of Xero, that have their counterpart
        already: a number that one of them carries too is nobody's alone
    :param bool by_likeness: whether names that are not equal count
    :rtype: list[Pair]
    """
    ours = {party.key: _Words(party) for party in partners}
    theirs = {party.key: _Words(party) for party in contacts}
    sides = [
        [*left.values(), *map(_Words, right)]
        for left, right in zip((ours, theirs), matched, strict=True)
    ]
    shared = {reason: set().union(*(_shared(side, reason) for side in sides)) for reason in SCORES}
    pairs = []
    for reason in SCORES:
        found = _same(ours, theirs, reason, shared)
        pairs += found
        for pair in found:
            del ours[pair.partner], theirs[pair.contact]
    if by_likeness:
        pairs += _alike(ours, theirs)
    return pairs


# === WHAT IS COMPARED === #

class _Words:
    """A party in the words it is compared by."""

    __slots__ = ("account_number", "core", "country", "email", "name", "number", "tax_number")

    def __init__(self, party):
        self.number = (party.number or "").strip().casefold()
        self.tax_number = plain_number(party.tax_number)
        self.country = country_of(party.tax_number) if self.tax_number else ""
        self.account_number = plain_number(party.account_number, shortest=1)
        self.email = (party.email or "").strip().casefold()
        self.name = plain_name(party.name)
        self.core = core_name(self.name)


def plain_name(name):
    """A name as it is compared: words in small letters, without accents and punctuation."""
    text = unicodedata.normalize("NFKD", (name or "").replace("&", " and ").casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(WORDS.findall(text.replace("'", "").replace("’", "")))


def core_name(name):
    """A plain name without legal forms; the whole of it where nothing else is left."""
    words = [word for word in name.split() if word not in LEGAL_FORMS and word != "and"]
    return " ".join(words) or name


def plain_number(number, shortest=SHORTEST_NUMBER):
    """A number as it is compared: letters and digits. A country's letters before a tax number are
    left off, because one side writes them and the other does not."""
    text = NOT_IN_NUMBER.sub("", (number or "").casefold())
    if shortest > 1:
        text = text[len(country_of(text)) :]
    return text if len(text) >= shortest and any(char.isdigit() for char in text) else ""


def country_of(number):
    """The two letters before a tax number that name its country; empty where there are none."""
    text = NOT_IN_NUMBER.sub("", (number or "").casefold())
    return text[:2] if len(text) > SHORTEST_NUMBER + 2 and text[:2].isalpha() else ""


# === EQUAL IN ONE THING === #

def _same(ours, theirs, reason, shared):
    """Pairs that have a number, an e-mail or a name in common.

    :param dict shared: by reason, the words that several of one side carry
    """
    left, right = _by_word(ours, reason), _by_word(theirs, reason)
    pairs = []
    for word, keys in left.items():
        others = right.get(word)
        if not others:
            continue
        if len(keys) == len(others) == 1:
            pairs.append(_judged(ours, theirs, keys[0], others[0], reason, shared))
        elif len(keys) * len(others) <= COMMON * COMMON:
            pairs += _likest(ours, theirs, keys, others, reason)
    return pairs


def _shared(parties, attribute):
    """Words that more than one of `parties` carries."""
    counts = Counter(getattr(party, attribute) for party in parties)
    return {word for word, count in counts.items() if word and count > 1}


def _by_word(parties, attribute):
    keys = defaultdict(list)
    for key, party in parties.items():
        if word := getattr(party, attribute):
            keys[word].append(key)
    return keys


def _judged(ours, theirs, partner, contact, reason, shared):
    """A pair of the last two that a word leads to: certain if it is theirs alone, and unless
    something speaks against it. A tax number that others carry too always does."""
    ours, theirs = ours[partner], theirs[contact]
    likeness = fuzz.token_sort_ratio(ours.core, theirs.core)
    # Without a name there is nothing to contradict it.
    named = ours.name and theirs.name
    contradicted = named and likeness < NO_CONTRADICTION[reason]
    for number in ("tax_number", "account_number"):
        mine, other = getattr(ours, number), getattr(theirs, number)
        contradicted = contradicted or bool(mine and other and mine != other)
    contradicted = (
        contradicted
        or bool(ours.country and theirs.country and ours.country != theirs.country)
        or bool({ours.tax_number, theirs.tax_number} & shared["tax_number"])
    )
    alone = getattr(ours, reason) not in shared[reason]
    certain = alone and (reason == "number" or not contradicted)
    score = SCORES[reason] if certain else max(50, min(round(likeness), MOST_LIKENESS))
    return Pair(partner, contact, score, reason, certain)


def _likest(ours, theirs, keys, others, reason):
    """Of several that share a word, the likest names together; none of them is certain."""
    scored = sorted(
        (
            (round(fuzz.token_sort_ratio(ours[key].core, theirs[other].core)), key, other)
            for key in keys
            for other in others
        ),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    return [
        Pair(key, other, max(50, min(score, MOST_LIKENESS)), reason, False)
        for score, key, other in _once(scored)
    ]


def _once(scored):
    """Of (score, ours, theirs), best first, each of either once."""
    taken_ours, taken_theirs = set(), set()
    for score, key, other in scored:
        if key not in taken_ours and other not in taken_theirs:
            taken_ours.add(key)
            taken_theirs.add(other)
            yield score, key, other


# === LIKENESS === #

def _alike(ours, theirs):
    """Pairs of like names, the likest first.

    Only names that share rare groups of three letters are compared: ten thousand of either side
    take seconds, and no memory to speak of.
    """
    carriers = defaultdict(list)
    for key, party in theirs.items():
        for group in _groups(party.core):
            carriers[group].append(key)
    scored = []
    for key, party in ours.items():
        for other in _candidates(party.core, carriers):
            score = fuzz.token_sort_ratio(
                party.core, theirs[other].core, score_cutoff=LEAST_LIKENESS
            )
            if score:
                score = max(score - _contradictions(party, theirs[other]), 50)
                scored.append((min(round(score), MOST_LIKENESS), key, other))
    scored.sort(key=lambda row: (-row[0], row[1], row[2]))
    return [Pair(key, other, score, "likeness", False) for score, key, other in _once(scored)]


def _contradictions(party, other):
    """How much a different tax number takes from the likeness of two names."""
    differ = party.tax_number and other.tax_number and party.tax_number != other.tax_number
    return 25 if differ else 0


def _groups(name):
    padded = f" {name} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def _candidates(name, carriers):
    """Names that share the rarest groups of letters with a name, those that share most first."""
    groups = sorted(
        (group for group in _groups(name) if group in carriers),
        key=lambda group: (len(carriers[group]), group),
    )
    shared = Counter()
    for group in groups[:RAREST]:
        if len(carriers[group]) <= COMMON:
            shared.update(carriers[group])
    return [key for key, _count in shared.most_common(CANDIDATES)]
