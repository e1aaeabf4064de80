"""Plain SQL: the same text on every database, values always as parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection

from textmeter.ledger.many_rows import run_together

CHUNK = 500
T = TypeVar("T")


def fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def fetch_in(sql: str, params: Sequence[Any], values: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The rows of all the values, of a statement that ends with `IN`. On SQLite some hundred at a time;
    PostgreSQL takes them as one array, for it plans a list value by value."""
    if connection.vendor == "postgresql":
        wanted = list(values)
        return fetch(f"{sql.removesuffix('IN')}= ANY(%s)", [*params, wanted]) if wanted else []
    return [row for some in chunks(values) for row in fetch(f"{sql} ({marks(len(some))})", [*params, *some])]


def stream(sql: str, params: Sequence[Any], together: int = 2000) -> Iterator[tuple[Any, ...]]:
    """The rows in order, `together` at a time in memory; best in `one_moment`."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(together):
            yield from rows


def run(sql: str, params: Sequence[Any]) -> int:
    """Runs one statement and answers how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def run_many(sql: str, rows: Sequence[Sequence[Any]], *, more_follow: bool = False) -> None:
    """Runs one statement for each row; no two rows of an UPDATE or upsert have the same key. `more_follow`:
    PostgreSQL may take its time with rows that are put in while the next are made, and what it says against
    them comes with the next statement; not while rows are read from a `stream`."""
    if not rows:
        return
    if connection.vendor == "postgresql":
        run_together(sql, rows, more_follow)
    else:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def marks(count: int) -> str:
    """`%s,%s,%s`: places for so many parameters."""
    return ",".join(["%s"] * count)


def pairs(count: int) -> str:
    """`(%s,%s),(%s,%s)`: rows of a VALUES list."""
    return ",".join(["(%s,%s)"] * count)
