"""Records by GUID with look-ups by other keys, where every change can be taken back.

Records are dicts that are never changed in place: a change is a new dict stored under the same
GUID. That keeps undoing cheap, and lets the web pages read while a request is being answered.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

Record = dict[str, Any]
KeyOf = Callable[[Record], Hashable | None]


class Journal:
    """The changes of the request that is being answered, newest last."""

    def __init__(self) -> None:
        self._steps: list[tuple[Table, str, Record | None]] = []

    def note(self, table: Table, guid: str, before: Record | None) -> None:
        """Remember what a table held before a change."""
        self._steps.append((table, guid, before))

    def mark(self) -> int:
        """Return a point that `undo` can go back to."""
        return len(self._steps)

    def undo(self, mark: int) -> None:
        """Take back every change made after the mark."""
        while len(self._steps) > mark:
            table, guid, before = self._steps.pop()
            table.restore(guid, before)

    def forget(self) -> None:
        """Make all changes final."""
        self._steps.clear()


class Table(dict[str, Record]):
    """The records of one kind, keyed by GUID, with indexes that follow each change."""

    def __init__(self, journal: Journal, id_key: str, **indexes: KeyOf) -> None:
        super().__init__()
        self.id_key = id_key
        self._journal = journal
        self._keys = indexes
        self._found: dict[str, dict[Hashable, tuple[str, ...]]] = {name: {} for name in indexes}

    def save(self, record: Record) -> Record:
        """Store a new or changed record."""
        guid = record[self.id_key]
        self._journal.note(self, guid, self.get(guid))
        self.restore(guid, record)
        return record

    def remove(self, guid: str) -> None:
        """Delete a record."""
        self._journal.note(self, guid, self.get(guid))
        self.restore(guid, None)

    def find(self, index: str, key: Hashable) -> tuple[Record, ...]:
        """Return the records that an index knows under a key, oldest first."""
        return tuple(self[guid] for guid in self._found[index].get(key, ()))

    def restore(self, guid: str, record: Record | None) -> None:
        """Put a record (or its absence) in place without noting the change."""
        before = self.get(guid)
        if record is None:
            self.pop(guid, None)
        else:
            self[guid] = record
        for name, key_of in self._keys.items():
            old = None if before is None else key_of(before)
            new = None if record is None else key_of(record)
            if old == new:
                continue
            found = self._found[name]
            if old is not None:
                left = tuple(one for one in found[old] if one != guid)
                if left:
                    found[old] = left
                else:
                    del found[old]
            if new is not None:
                found[new] = (*found.get(new, ()), guid)
