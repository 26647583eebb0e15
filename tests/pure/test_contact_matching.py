"""Customers and suppliers are matched with contacts by what is alone on both sides."""

from hypothesis import given
from hypothesis import strategies as st

from xero.contact_matching import Pair, Party, core_name, plain_name, plain_number, propose


def pairs(ours, theirs, **options):
    """Pairs by (partner, contact), with reason and whether it is certain."""
    return {
        (pair.partner, pair.contact): (pair.reason, pair.is_certain)
        for pair in propose(ours, theirs, **options)
    }


# === EVIDENCE === #

def test_our_own_code_is_above_all():
    ours = [Party(1, "A", number="db-1", tax_number="11111111")]
    theirs = [Party(7, "Quite Another", number="DB-1"), Party(8, "A", tax_number="11111111")]
    assert pairs(ours, theirs) == {(1, 7): ("number", True)}


def test_tax_numbers_with_and_without_country_and_blanks():
    ours = [Party(1, "Acme", tax_number="GB 123 4567 89")]
    assert pairs(ours, [Party(7, "ACME Ltd.", tax_number="123456789")]) == {
        (1, 7): ("tax_number", True)
    }


def test_an_account_number_of_quite_another_name_is_not_certain():
    ours = [Party(1, "Harbour Foods", account_number="1001")]
    assert pairs(ours, [Party(7, "Zebra Software", account_number="1001")]) == {
        (1, 7): ("account_number", False)
    }
    assert pairs(ours, [Party(7, "Harbor Foods", account_number="1001")]) == {
        (1, 7): ("account_number", True)
    }


def test_an_email_that_a_bookkeeper_uses_for_all_is_not_certain():
    ours = [Party(1, "Harbour Foods", email="me@books.example")]
    assert pairs(ours, [Party(7, "Alpine Motors", email="ME@books.example")]) == {
        (1, 7): ("email", False)
    }


def test_equal_names_but_for_case_accents_and_punctuation():
    assert pairs([Party(1, "Café O'Brien & Co.")], [Party(7, "CAFE OBRIEN AND CO")]) == {
        (1, 7): ("name", True)
    }


def test_different_tax_numbers_contradict_an_equal_name():
    ours = [Party(1, "Acme", tax_number="11111111")]
    assert pairs(ours, [Party(7, "Acme", tax_number="22222222")]) == {(1, 7): ("name", False)}


def test_a_like_name_is_never_certain():
    assert pairs([Party(1, "Petrie McLeod Watson")], [Party(7, "Petrie McLoud Watson")]) == {
        (1, 7): ("likeness", False)
    }
    assert not pairs(
        [Party(1, "Petrie McLeod Watson")], [Party(7, "Petrie McLoud Watson")], by_likeness=False
    )


def test_unlike_names_are_no_pair():
    assert not pairs([Party(1, "Harbour Foods")], [Party(7, "Alpine Motors")])


# === TWO OF A KIND === #

def test_one_tax_number_on_two_partners_goes_to_the_likest_and_to_a_person():
    ours = [Party(1, "Boom Radio", tax_number="12345678"), Party(2, "Zoo", tax_number="12345678")]
    assert pairs(ours, [Party(7, "Boom Radios", tax_number="12345678")]) == {
        (1, 7): ("tax_number", False)
    }


def test_two_contacts_of_one_name_are_for_a_person():
    found = pairs([Party(1, "Bank West")], [Party(7, "Bank West"), Party(8, "Bank West")])
    assert list(found.values()) == [("name", False)]


def test_who_is_left_of_two_of_one_name_is_not_certain():
    ours = [Party(1, "Bank West", email="a@x.example"), Party(2, "Bank West")]
    theirs = [Party(7, "Bank West", email="a@x.example"), Party(8, "Bank West")]
    assert pairs(ours, theirs) == {(1, 7): ("email", True), (2, 8): ("name", False)}


def test_a_tax_number_of_two_partners_makes_neither_certain_by_other_evidence():
    ours = [Party(1, "Boom Radio", tax_number="12345678"), Party(2, "Zoo", tax_number="12345678")]
    theirs = [Party(7, "Boom Radio", tax_number="12345678"), Party(8, "Zoo")]
    assert pairs(ours, theirs) == {(1, 7): ("tax_number", False), (2, 8): ("name", False)}


def test_our_own_code_is_certain_whoever_shares_the_tax_number():
    ours = [Party(1, "A", "db-1", "12345678"), Party(2, "B", "db-2", "12345678")]
    theirs = [Party(7, "A", "db-1", "12345678"), Party(8, "B", None, "12345678")]
    assert pairs(ours, theirs) == {(1, 7): ("number", True), (2, 8): ("tax_number", False)}


def test_who_is_matched_already_counts_as_a_twin():
    ours, theirs = [Party(2, "Zoo", tax_number="12345678")], [Party(8, "Zoo")]
    assert pairs(ours, theirs) == {(2, 8): ("name", True)}
    linked = [Party(1, "Boom Radio", tax_number="12345678")]
    assert pairs(ours, theirs, matched=(linked, ())) == {(2, 8): ("name", False)}
    assert pairs(ours, theirs, matched=((), [Party(7, "ZOO")])) == {(2, 8): ("name", False)}


def test_tax_numbers_of_two_countries_are_different():
    ours = [Party(1, "Acme", tax_number="GB123456789")]
    assert pairs(ours, [Party(7, "Acme", tax_number="DE123456789")]) == {
        (1, 7): ("tax_number", False)
    }


# === NOTHING TO COMPARE === #

def test_nothing_matches_nothing():
    empty = [Party(1, ""), Party(2, " \u202e\u0007", "", "", "", "")]
    assert not pairs(empty, [Party(7, ""), Party(8, "...", " ", "-", "/", " ")])


def test_numbers_that_say_nothing():
    assert plain_number("n/a") == plain_number("123") == plain_number("/") == ""


def test_legal_forms_alone_are_a_name():
    assert core_name(plain_name("The Company Ltd")) == "the company ltd"
    assert core_name(plain_name("Acme Pty. Ltd.")) == "acme"


# === FOR ALL === #

words = st.sampled_from(["Acme", "Boom", "Harbour", "Foods", "Pty", "Ltd", "Ärger", "🦘", "\u202e"])
names = st.lists(words, max_size=3).map(" ".join)
numbers = st.sampled_from([None, "", "11111111", "22222222", "GB11111111", "x"])
emails = st.sampled_from([None, "", "a@x.example", "A@x.example", "b@x.example"])
parties = st.lists(st.tuples(names, numbers, numbers, numbers, emails), max_size=8).map(
    lambda rows: [Party(key, *row) for key, row in enumerate(rows)]
)


@given(parties, parties)
def test_each_of_either_side_once(ours, theirs):
    found = propose(ours, theirs)
    assert len({pair.partner for pair in found}) == len(found)
    assert len({pair.contact for pair in found}) == len(found)
    assert all(isinstance(pair, Pair) and 0 <= pair.score <= 100 for pair in found)


@given(parties, parties)
def test_certain_is_never_contradicted(ours, theirs):
    for pair in propose(ours, theirs):
        mine, other = ours[pair.partner], theirs[pair.contact]
        numbers = plain_number(mine.tax_number), plain_number(other.tax_number)
        if pair.is_certain and pair.reason != "number":
            assert not all(numbers) or numbers[0] == numbers[1]
            assert pair.reason != "likeness"


@given(parties, parties)
def test_a_tax_number_that_two_carry_is_certain_by_our_own_code_only(ours, theirs):
    for pair in propose(ours, theirs):
        if pair.is_certain and pair.reason != "number":
            for side, party in ((ours, ours[pair.partner]), (theirs, theirs[pair.contact])):
                number = plain_number(party.tax_number)
                numbers = [plain_number(one.tax_number) for one in side]
                assert not number or numbers.count(number) == 1


@given(parties, parties, st.randoms())
def test_certain_does_not_depend_on_the_order(ours, theirs, chance):
    def certain(left, right):
        return {
            (pair.partner, pair.contact) for pair in propose(left, right) if pair.is_certain
        }

    shuffled = ours[:], theirs[:]
    for side in shuffled:
        chance.shuffle(side)
    assert certain(ours, theirs) == certain(*shuffled)
