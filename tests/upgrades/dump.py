"""Writes an SQLite database down as SQL text, the search index too: `python -m tests.upgrades.dump FILE`.

Made once a release, after `textmeter demo --messages 120` and some of everything by hand: two companies, an
import, receipts that were applied, that wait, and that are in quarantine. For PostgreSQL
`pg_dump --inserts --no-owner --no-privileges` does it.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing

BELOW_THE_INDEX = "ledger_message_words_"


def dumped(database: sqlite3.Connection) -> Iterator[str]:
    """Statements that make the same database out of an empty one."""
    yield "BEGIN"
    made = database.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY rowid"
    ).fetchall()
    for name, sql in made:
        if not name.startswith(("sqlite_", BELOW_THE_INDEX)):
            yield sql
    yield "ANALYZE sqlite_schema"  # makes the table that the planner reads
    for name, sql in made:
        if not sql.startswith("CREATE VIRTUAL"):
            yield f'DELETE FROM "{name}"'
            yield from _rows(database, name)
    for (sql,) in database.execute(
        "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid"
    ):
        yield sql
    yield "COMMIT"


def _rows(database: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [name for (name,) in database.execute("SELECT name FROM pragma_table_info(?)", [table])]
    quoted = ", ".join(f'quote("{name}")' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    for row in database.execute(f'SELECT {quoted} FROM "{table}"'):
        yield f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(row)})'


if __name__ == "__main__":
    with closing(sqlite3.connect(sys.argv[1])) as found:
        for statement in dumped(found):
            print(statement + ";")
