"""Which product of Odoo is which item of Xero: by code, then by name, then by likeness of name.

Pure: what is compared comes in and goes out as plain values. Each product and each item is
proposed once; of what two could claim, nobody gets it by chance.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from rapidfuzz import fuzz

# Names below this likeness (0 to 100) are no proposal; above it none is as good as an equal one.
LEAST_LIKENESS = 82
MOST_LIKENESS = 94

# Words that more items than this carry ("black", "set") say too little to compare by them.
COMMON = 200

WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Thing:
    """A product or an item: `key` names it to the caller, `code` may be missing."""

    key: int
    code: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A product and the item it may be.

    `reason` is `code`, `code_case` (differs in capital letters only), `name` or `likeness`;
    `score` goes from 0 to 100. Only equal codes are certain: a name is no identity.
    """

    product: int
    item: int
    score: int
    reason: str

    @property
    def is_certain(self):
        return self.reason == "code"


def propose(products, items):
    """Pairs of products and items, each of either once.

    :param products: `Thing` of Odoo
    :param items: `Thing` of Xero, whose codes are unique
    :rtype: list[Pair]
    """
    pairs = []
    for reason, score, word in (
        ("code", 100, lambda thing: (thing.code or "").strip()),
        ("code_case", 97, lambda thing: (thing.code or "").strip().casefold()),
        ("name", 95, lambda thing: plain(thing.name)),
    ):
        found = _equal(products, items, word)
        pairs += [Pair(product, item, score, reason) for product, item in found]
        products, items = _rest(products, items, found)
    found = _alike(products, items)
    pairs += [Pair(product, item, score, "likeness") for score, product, item in found]
    return pairs


def plain(name):
    """A name as it is compared: words in small letters, without punctuation."""
    return " ".join(WORDS.findall((name or "").casefold()))


def _equal(products, items, word):
    """Pairs of the only product and the only item that have a word in common."""
    ours, theirs = _by_word(products, word), _by_word(items, word)
    return [
        (keys[0], theirs[word][0])
        for word, keys in ours.items()
        if len(keys) == 1 and len(theirs.get(word, ())) == 1
    ]


def _by_word(things, word):
    keys = defaultdict(list)
    for thing in things:
        if said := word(thing):
            keys[said].append(thing.key)
    return keys


def _rest(products, items, found):
    taken_products = {product for product, _item in found}
    taken_items = {item for _product, item in found}
    return (
        [thing for thing in products if thing.key not in taken_products],
        [thing for thing in items if thing.key not in taken_items],
    )


def _alike(products, items):
    """(score, product, item), the likest pair first. Only names that share a word that is not
    everywhere are compared: ten thousand of either side take seconds, and no memory.
    """
    names = {item.key: plain(item.name) for item in items}
    carriers = defaultdict(list)
    for key, name in names.items():
        for word in set(name.split()):
            carriers[word].append(key)
    scored = []
    for product in products:
        name = plain(product.name)
        candidates = {
            key
            for word in set(name.split())
            if len(carriers.get(word, ())) <= COMMON
            for key in carriers.get(word, ())
        }
        scored += [
            (min(round(score), MOST_LIKENESS), product.key, key)
            for key in candidates
            if (score := fuzz.token_sort_ratio(name, names[key], score_cutoff=LEAST_LIKENESS))
        ]
    scored.sort(key=lambda row: (-row[0], row[1], row[2]))
    taken_products, taken_items, found = set(), set(), []
    for score, product, item in scored:
        if product not in taken_products and item not in taken_items:
            taken_products.add(product)
            taken_items.add(item)
            found.append((score, product, item))
    return found
