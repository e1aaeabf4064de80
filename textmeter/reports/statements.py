"""Plain SQL with its parameters, and how reports run it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from django.db import connection

from textmeter.ledger.moment import one_moment

Row = tuple[Any, ...]


class Sql(NamedTuple):
    """A statement or a part of one; `params` stand in the order of its `%s`."""

    text: str
    params: tuple[Any, ...] = ()

    def then(self, more: Sql | str) -> Sql:
        """Both, one after the other on lines of their own."""
        other = more if isinstance(more, Sql) else Sql(more)
        return Sql(f"{self.text}\n{other.text}", self.params + other.params)


def places(values: Sequence[object]) -> str:
    """`%s,%s,%s`: as many places as there are values, at least one."""
    return ",".join(["%s"] * len(values))


def fetch(sql: Sql) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        return list(cursor.fetchall())


def fetch_one(sql: Sql) -> Row:
    """The only row of a statement that always has one, such as a sum."""
    return fetch(sql)[0]


def stream_on(sql: Sql, size: int = 500) -> Iterator[Row]:
    """The same row by row, on PostgreSQL only: the server goes on while these are worked at, where `stream`
    asks for each part. The connection can do nothing else meanwhile."""
    with one_moment(), connection.cursor() as cursor, connection.wrap_database_errors:
        # Rows begin to come at once, where an index has them in order, and leave a core to everybody else.
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL max_parallel_workers_per_gather = 0")
        # Held by the cursor's own generator, so that closing this one ends it at the server too.
        with closing(cursor.cursor.stream(sql.text, sql.params, size=size)) as rows:
            yield from rows
        cursor.execute("SET LOCAL enable_sort = DEFAULT; SET LOCAL max_parallel_workers_per_gather = DEFAULT")


def stream(sql: Sql, size: int = 500) -> Iterator[list[Row]]:
    """The rows in order, all of one moment, `size` at a time, none held longer than its turn. Closing the
    iterator early closes the cursor."""
    with one_moment(), connection.chunked_cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        while rows := cursor.fetchmany(size):
            yield rows


@contextmanager
def planned_for_many() -> Iterator[None]:
    """For statements that join hundreds of thousands of rows. PostgreSQL guesses some hundred for a search,
    and would look each of them up, write to its disk what it sorts, and hash what it can sort in half the
    time."""
    if connection.vendor != "postgresql":
        yield
        return
    with one_moment():
        before = fetch_one(Sql(f"SELECT {', '.join(map(_present, _FOR_MANY))}"))
        _set(tuple(_FOR_MANY.values()))
        yield
        _set(before)  # whoever's transaction it is goes on as before; after an error it ends anyway


_FOR_MANY = {"work_mem": "128MB", "enable_nestloop": "off", "enable_hashagg": "off"}


def _present(name: str) -> str:
    return f"current_setting('{name}')"


def _set(values: Sequence[str]) -> None:
    """For the rest of the transaction."""
    each = ", ".join(f"set_config('{name}', %s, true)" for name in _FOR_MANY)
    fetch(Sql(f"SELECT {each}", tuple(values)))
