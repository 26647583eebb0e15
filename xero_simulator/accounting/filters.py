"""Xero's `where` and `order` grammar.

    expression := term (OR term)*        term := factor (AND factor)*
    factor     := "(" expression ")" | field operator value | field.Method("text")
    value      := "text" | number | true | false | null | guid("…") | DateTime(y,m,d[,h,m,s])

Texts compare without case. A quotation mark inside a text is written twice; everything that
does not parse is refused as a whole.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timezone
from decimal import Decimal

from .answers import bad_query
from .notation import is_guid
from .tables import Record

Predicate = Callable[[Record], bool]
Read = Callable[[Record], object]
Resolve = Callable[[str], Read]

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|"")*")|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign>==|!=|<=|>=|&&|\|\||[<>().,]))"""
)
_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_METHODS = {
    "contains": lambda value, text: text in value,
    "startswith": lambda value, text: value.startswith(text),
    "endswith": lambda value, text: value.endswith(text),
}


def where(text: str, resolve: Resolve) -> Predicate:
    """Return the test that a filter describes.

    `resolve` turns a dotted field name into a function that reads the field of a record, or
    refuses a name that the resource does not have.
    """
    return _Parser(text, resolve).parse()


def order(text: str, records: Iterable[Record], resolve: Resolve) -> list[Record]:
    """Return the records in the order that a text like `Date DESC, Name` asks for."""
    rows = list(records)
    for part in reversed(text.split(",")):
        words = part.split()
        if not words or len(words) > 2:
            raise bad_query(f"Syntax error in order '{text}'")
        direction = words[1].upper() if len(words) == 2 else "ASC"
        if direction not in ("ASC", "DESC"):
            raise bad_query(f"Syntax error in order '{text}'")
        rows.sort(key=_sorter(resolve(words[0])), reverse=direction == "DESC")
    return rows


class _Parser:
    def __init__(self, text: str, resolve: Resolve) -> None:
        self._text = text
        self._resolve = resolve
        self._tokens = list(self._tokenise(text))
        self._at = 0

    def parse(self) -> Predicate:
        test = self._expression()
        if self._at != len(self._tokens):
            raise self._error()
        return test

    def _tokenise(self, text: str):
        position, end = 0, len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if not match:
                raise bad_query(f"Syntax error in filter '{text}' at position {position}")
            yield match.lastgroup, match[match.lastgroup]
            position = match.end()

    def _error(self):
        return bad_query(f"Syntax error in filter '{self._text}'")

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self, expected: str | None = None, group: str | None = None) -> str:
        if self._at >= len(self._tokens):
            raise self._error()
        found, token = self._tokens[self._at]
        if (expected and token != expected) or (group and found != group):
            raise self._error()
        self._at += 1
        return token

    def _expression(self) -> Predicate:
        tests = [self._term()]
        while self._peek().upper() in ("OR", "||"):
            self._at += 1
            tests.append(self._term())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _term(self) -> Predicate:
        tests = [self._factor()]
        while self._peek().upper() in ("AND", "&&"):
            self._at += 1
            tests.append(self._factor())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _factor(self) -> Predicate:
        if self._peek() == "(":
            self._at += 1
            test = self._expression()
            self._take(")")
            return test
        names = [self._take(group="name")]
        while self._peek() == ".":
            self._at += 1
            names.append(self._take(group="name"))
        if self._peek() == "(":
            return self._method(names)
        return self._comparison(".".join(names))

    def _method(self, names: list[str]) -> Predicate:
        method = _METHODS.get(names.pop().lower())
        if method is None or not names:
            raise self._error()
        self._take("(")
        wanted = self._literal_text().casefold()
        self._take(")")
        read = self._resolve(".".join(names))
        return lambda row: method(_plain(read(row)), wanted)

    def _comparison(self, field: str) -> Predicate:
        sign = self._take(group="sign")
        compare = _COMPARE.get(sign)
        if compare is None:
            raise self._error()
        value = self._value()
        read = self._resolve(field)

        def test(row: Record) -> bool:
            left, right = _alike(read(row), value)
            if left is None or right is None:
                return compare(left, right) if sign in ("==", "!=") else False
            try:
                return compare(left, right)
            except TypeError:
                raise bad_query(
                    f"Operator '{sign}' incompatible with operand types in '{self._text}'"
                ) from None

        return test

    def _literal_text(self) -> str:
        return self._take(group="text")[1:-1].replace('""', '"')

    def _value(self):
        group, token = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        if group == "text":
            return self._literal_text()
        self._at += 1
        if group == "number":
            return Decimal(token)
        lowered = token.lower()
        if group != "name":
            raise self._error()
        if lowered in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[lowered]
        self._take("(")
        if lowered == "guid":
            text = self._literal_text()
            if not is_guid(text):
                raise self._error()
            self._take(")")
            return text
        if lowered == "datetime":
            return self._moment()
        raise self._error()

    def _moment(self) -> datetime:
        parts = [self._take(group="number")]
        while self._peek() == ",":
            self._at += 1
            parts.append(self._take(group="number"))
        self._take(")")
        if len(parts) not in (3, 6):
            raise self._error()
        try:
            return datetime(*(int(part) for part in parts), tzinfo=timezone.utc)
        except ValueError:
            raise self._error() from None


def _plain(value) -> str:
    return "" if value is None else str(value).casefold()


def _alike(left, right):
    """Bring a field's value and a filter's value to types that compare."""
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold(), right.casefold()
    if type(left) is date and isinstance(right, datetime):
        return datetime(left.year, left.month, left.day, tzinfo=timezone.utc), right
    return left, right


def _sorter(read: Read) -> Callable[[Record], tuple]:
    def key(row: Record) -> tuple:
        value = read(row)
        if value is None:
            return (0, "")
        return (1, value.casefold() if isinstance(value, str) else value)

    return key
