"""No row is lost and no reading goes round in circles, whatever moves between two pages."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from xero import delta

START = datetime.datetime(2026, 11, 23, 10, tzinfo=datetime.timezone.utc)
SIZE = 3


def at(seconds):
    return START + datetime.timedelta(seconds=seconds)


def test_a_page_that_is_not_full_is_the_last():
    position, more = delta.after(delta.Position(START), [at(5), at(9)], SIZE, True)
    assert (position, more) == (delta.Position(at(8)), False)


def test_nothing_new_stays_where_it_is():
    assert delta.after(delta.Position(START), [], SIZE, False) == (delta.Position(START), False)


def test_a_full_page_goes_on_from_its_end():
    position, more = delta.after(delta.Position(START), [at(5), at(6), at(9)], SIZE, True)
    assert (position, more) == (delta.Position(at(8)), True)


def test_pages_within_one_second_are_turned_until_nothing_is_new():
    first, more = delta.after(delta.Position(at(8)), [at(9), at(9), at(9)], SIZE, True)
    assert (first, more) == (delta.Position(at(8), 2, at(9), True), True)
    again, more = delta.after(first, [at(12)], SIZE, True)
    assert (again, more) == (delta.Position(at(8)), True)
    second, _more = delta.after(again, [at(9), at(9), at(9)], SIZE, False)
    assert delta.after(second, [at(12)], SIZE, False) == (delta.Position(at(11)), False)


def test_what_an_earlier_page_has_shown_counts_on_the_last():
    """A row of the first page was news: it may have pushed another one behind."""
    pages = delta.Position(at(8), 2, at(12), True)
    assert delta.after(pages, [], SIZE, False) == (delta.Position(at(8)), True)
    quiet = delta.Position(at(8), 3, at(12), False)
    assert delta.after(quiet, [], SIZE, False) == (delta.Position(at(11)), False)


def test_news_within_the_second_where_it_stands_ends_the_reading():
    position, more = delta.after(delta.Position(START), [at(1)], SIZE, True)
    assert (position, more) == (delta.Position(START), False)


def test_rows_without_a_moment_do_not_move_it():
    position, more = delta.after(delta.Position(START), [None, None, None], SIZE, False)
    assert (position.since, position.page, more) == (START, 2, True)


class Books:
    """Rows of Xero: {id: moment of the last change}."""

    def __init__(self, moments):
        self.moments = dict(enumerate(moments))

    def page(self, position):
        rows = sorted(
            (moment, row) for row, moment in self.moments.items() if moment > position.since
        )
        start = (position.page - 1) * SIZE
        return [(row, moment) for moment, row in rows[start : start + SIZE]]


@given(
    st.lists(st.integers(1, 6), max_size=20),
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 3)), max_size=15),
)
def test_every_row_is_seen_as_it_stands_in_the_end(seconds, moves):
    """Between two pages a row may be changed, which moves it to the end; the last poll comes when
    nothing moves any more."""
    books = Books([at(second) for second in seconds])
    position, seen, now, moves = delta.Position(START), {}, at(6), list(moves)
    polls, calls, more = 0, 0, False
    while more or moves or polls < 2:
        polls += not moves and not more
        page = books.page(position)
        news = any(seen.get(row) != moment for row, moment in page)
        seen.update(page)
        position, more = delta.after(position, [moment for _row, moment in page], SIZE, news)
        if moves:
            row, later = moves.pop()
            now += datetime.timedelta(seconds=later)
            if row in books.moments:
                books.moments[row] = now
        calls += 1
        assert calls < 200, "goes round in circles"
    assert seen == books.moments
