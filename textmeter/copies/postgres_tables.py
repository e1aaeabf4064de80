"""PostgreSQL's fast way to read and write whole tables: COPY, in its text form, which every version reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from textmeter.ledger.statements import fetch, run

PIECE = 1 << 20


def columns_of(table: str) -> list[str]:
    """Those that are written; what the database makes of others itself is not."""
    rows = fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [quoted(table)],
    )
    return [name for (name,) in rows]


def copy_out(table: str, columns: Sequence[str], write: Callable[[bytes], object]) -> int:
    """Gives all rows to `write`, in pieces; how many there were."""
    together = bytearray()
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {_target(table, columns)} TO STDOUT") as rows:
            for row in rows:
                together += row
                if len(together) >= PIECE:
                    write(bytes(together))
                    together.clear()
        write(bytes(together))
        return int(cursor.rowcount)


def copy_in(table: str, columns: Sequence[str], pieces: Iterable[bytes]) -> int:
    """Adds the rows that `copy_out` gave; how many."""
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {_target(table, columns)} FROM STDIN") as rows:
            for piece in pieces:
                rows.write(piece)
        return int(cursor.rowcount)


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Takes the tables' indexes away and makes them again at the end, which is faster than to keep them
    while many rows come in. Keys stay. Within a transaction."""
    rows = fetch(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY (%s::regclass[])"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [[quoted(table) for table in tables]],
    )
    for name, _ in rows:
        run(f"DROP INDEX {name}", [])
    yield
    for _, definition in rows:
        run(definition.replace("%", "%%"), [])


def go_on_counting(tables: Sequence[str]) -> None:
    """Ids that the database gives go on after the highest that there is."""
    for table, column in fetch(
        "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attrelid = ANY (%s::regclass[])"
        " AND attidentity <> '' AND NOT attisdropped",
        [[quoted(table) for table in tables]],
    ):
        name = quoted(column)
        run(
            "SELECT setval(pg_get_serial_sequence(%s, %s), coalesce(max("
            f"{name}), 0) + 1, false) FROM {table}",
            [table, column],
        )


def quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _target(table: str, columns: Sequence[str]) -> str:
    return f"{quoted(table)} ({', '.join(map(quoted, columns))})"
