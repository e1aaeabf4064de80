"""Rows as they travel from the process that reads them: column by column, in plain tuples. Pickle asks each
NamedTuple, in Python, what it is made of, which took a fifth of the reading; a column is one tuple for some
thousand rows, and both ways through it are C's. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from textmeter.intake.import_rows import ImportRow, Refused
from textmeter.ledger.readings import Columns, TextReading

_SEEN, _COLUMNS = ImportRow._fields.index("seen"), TextReading._fields.index("columns")
_Table = list[Any]  # a tuple or another table for each field
_Packed = tuple[_Table, list[Refused]]


def packed(items: Sequence[ImportRow | Refused]) -> _Packed:
    """The rows, and apart from them what was refused."""
    rows = _columns(one for one in items if isinstance(one, ImportRow))
    if rows:
        rows[_SEEN] = seen = _columns(rows[_SEEN])
        seen[_COLUMNS] = _columns(seen[_COLUMNS])
    return rows, [one for one in items if isinstance(one, Refused)]


def unpacked(parts: _Packed) -> list[ImportRow | Refused]:
    """What was refused comes last, for nothing depends on its place: its line says where it stood."""
    table, refused = parts
    if not table:
        return [*refused]
    seen = table[_SEEN]
    seen[_COLUMNS] = _rows(Columns, seen[_COLUMNS])
    table[_SEEN] = _rows(TextReading, seen)
    return [*_rows(ImportRow, table), *refused]


def _columns(rows: Iterable[tuple[Any, ...]]) -> _Table:
    return list(zip(*rows, strict=True))


def _rows(kind: type[Any], table: _Table) -> list[Any]:
    """Not by calling `kind`, which would run Python for each."""
    return list(map(partial(tuple.__new__, kind), zip(*table, strict=True)))
