"""How large the database is, where that is cheap to know."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from textmeter.ledger.statements import fetch
from textmeter.lib.sentences import Sentence


@dataclass(frozen=True, slots=True)
class DatabaseSize:
    """Bytes. `parts`: (name, bytes), the largest first: on PostgreSQL the tables with their indexes; SQLite
    would have to read the whole file for that, so there the file, its log of writes, and room that
    deleted rows left in the file (part of it)."""

    total: int
    parts: tuple[tuple[str, int], ...]


def database_size() -> DatabaseSize:
    """Raises django.db.Error and OSError."""
    return _of_files() if connection.vendor == "sqlite" else _of_tables()


def _of_files() -> DatabaseSize:
    path = str(connection.settings_dict["NAME"])
    file, log = _size(path), _size(f"{path}-wal")
    ((free,),), ((page,),) = fetch("PRAGMA freelist_count", []), fetch("PRAGMA page_size", [])
    parts = (
        (Sentence("Database file"), file),
        (Sentence("Log of writes"), log),
        (Sentence("Free within the file"), free * page),
    )
    return DatabaseSize(file + log, parts)


def _size(path: str) -> int:
    with suppress(FileNotFoundError):
        return Path(path).stat().st_size
    return 0


def _of_tables() -> DatabaseSize:
    ((total,),) = fetch("SELECT pg_database_size(current_database())", [])
    rows = fetch(
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
        " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        " ORDER BY 2 DESC, 1 LIMIT 12",
        [],
    )
    return DatabaseSize(int(total), tuple((str(name), int(size)) for name, size in rows))
