"""Match 10,000 customers with 10,000 contacts that are theirs, more or less, and look how right.

`./dev bench matching` runs it: names with typing errors, other legal forms and accents, half of
the e-mails and tax numbers missing, a share of strangers on either side, and branches: others of
the same name or tax number.
"""

import json
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from devtools import paths

sys.path.insert(0, str(paths.ROOT / "xero_connector"))

from xero.contact_matching import Party, propose

COUNT = 10_000
BARS = {
    "match_contacts_seconds": 60,
    "match_contacts_mb": 300,
    "match_contacts_certain_wrong": 5,
    "match_contacts_certain_twins": 0,
    "match_contacts_likely_wrong_percent": 15,
    "match_contacts_missed_percent": 10,
}

SYLLABLES = [first + last for first in "bcdfghklmnprstvwz" for last in "aeiou"]
SECOND = (
    "Harbour", "Coast", "Alpine", "Blue", "Golden", "Silver", "Summit", "River", "Valley",
    "Northern", "Southern", "Eastern", "Western", "Pacific", "Granite", "Cedar", "Maple",
    "Orchid", "Falcon", "Phoenix", "Atlas", "Delta", "Omega", "Solar", "Coral", "Amber",
)
TRADES = (
    "Trading", "Consulting", "Foods", "Motors", "Plumbing", "Electrical", "Logistics",
    "Holdings", "Design", "Media", "Farms", "Building", "Software", "Medical", "Dental",
    "Legal", "Transport", "Marine", "Furniture", "Printing",
)
FORMS = ["Pty Ltd", "Ltd", "Limited", "Inc.", "LLC", "& Co", "Group", "", ""]


def main(output):
    """Measure, and write figures and bars into a file."""
    partners, contacts = _world(random.Random(7))  # examples, not secrets
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    pairs = propose(partners, contacts)
    seconds = time.perf_counter() - started
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    certain = [pair for pair in pairs if pair.is_certain]
    likely = [pair for pair in pairs if not pair.is_certain]
    known = {contact.key for contact in contacts} & {partner.key for partner in partners}
    right = sum(pair.partner == pair.contact for pair in pairs)
    figures = {
        "match_contacts_seconds": round(seconds, 2),
        "match_contacts_mb": round(memory),
        "match_contacts_certain_percent": round(100 * len(certain) / len(known), 1),
        "match_contacts_certain_wrong": _wrong(certain),
        "match_contacts_certain_twins": _twins(certain, partners),
        "match_contacts_likely_wrong_percent": round(100 * _wrong(likely) / len(likely), 1),
        "match_contacts_missed_percent": round(100 * (len(known) - right) / len(known), 1),
    }
    output.write_text(json.dumps({"figures": figures, "bars": BARS}))


def _wrong(pairs):
    return sum(pair.partner != pair.contact for pair in pairs)


def _twins(certain, partners):
    """How many pairs are called certain although another partner has the same tax number."""
    numbers = {party.key: party.tax_number for party in partners}
    counts = Counter(filter(None, numbers.values()))
    return sum(counts[numbers[pair.partner]] > 1 for pair in certain)


def _world(chance):
    """Partners and contacts; who has the same key is the same."""
    partners, contacts = [], []
    for key in range(COUNT):
        name = _name(chance)
        tax_number = f"{chance.randrange(10**11):011}" if chance.random() < 0.4 else None
        email = f"info@company{key}.example" if chance.random() < 0.5 else None
        account = f"C{key:05}" if chance.random() < 0.2 else None
        if partners and chance.random() < 0.03:  # a branch of the one before
            twin = partners[-1]
            name = twin.name if chance.random() < 0.5 else name
            tax_number = twin.tax_number
        partners.append(Party(key, name, None, tax_number, account, email))
        if chance.random() < 0.15:
            contacts.append(Party(COUNT + key, _name(chance)))
            continue
        contacts.append(Party(
            key,
            _otherwise(name, chance),
            None,
            tax_number if chance.random() < 0.7 else None,
            account if chance.random() < 0.5 else None,
            email if chance.random() < 0.7 else None,
        ))
    chance.shuffle(contacts)
    return partners, contacts


def _name(chance):
    first = "".join(chance.choice(SYLLABLES) for _part in range(chance.randint(2, 4))).title()
    words = (first, chance.choice(SECOND), chance.choice(TRADES), chance.choice(FORMS))
    return " ".join(filter(None, words))


def _otherwise(name, chance):
    """The name as somebody else wrote it."""
    kind, place = chance.random(), chance.randrange(len(name))
    if kind < 0.45:
        return name
    if kind < 0.6:
        return name[:place] + name[place + 1 :]
    if kind < 0.7:
        return name[:place] + chance.choice("aeiou") + name[place:]
    if kind < 0.85:
        return name.replace("Pty Ltd", "").replace("Limited", "Ltd").strip()
    return name.upper().replace("&", "and")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
