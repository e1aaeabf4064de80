"""The rows of an SQLite installation on their way to PostgreSQL: in the order of their keys, from any key on,
as values that PostgreSQL takes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from textmeter.copies.contents import migrations_of
from textmeter.copies.tables import is_kept
from textmeter.copies.trouble import CopyTrouble

Row = Sequence[Any]
PATIENCE = 5.0  # seconds

# Of the ledger these are taken in whole; who writes to its other tables also raises `ledger_change`.
_SMALL = (
    "ledger_change",
    "ledger_customer_words",
    "ledger_early",
    "ledger_number_owner",
    "ledger_rebuild",
    "ledger_tracker",
)
_SUMS = {"intake_receipt": "SELECT count(*), max(id), sum(state), max(settled_at) FROM intake_receipt"}


@contextmanager
def held_still(path: Path) -> Iterator[sqlite3.Connection]:
    """The installation's file while nobody can write to it; it is only read. Raises CopyTrouble."""
    if not path.is_file():
        raise CopyTrouble(f"there is no database yet ({path}).")
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=PATIENCE)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise CopyTrouble(f"{path} can't be read alone ({error}). Stop whatever writes to it.") from error
        yield database
        database.execute("ROLLBACK")


def tables_of(database: sqlite3.Connection) -> list[str]:
    """Those that make up the installation, without Django's note of its migrations, by name."""
    names = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [name for (name,) in names if is_kept(name, "sqlite") and name != "django_migrations"]


def count(database: sqlite3.Connection, table: str) -> int:
    ((rows,),) = database.execute(f'SELECT count(*) FROM "{table}"')
    return int(rows)


def fingerprint(database: sqlite3.Connection) -> str:
    """Another one as soon as anything of the installation has changed."""
    sum_ = sha256(repr(migrations_of(lambda sql: database.execute(sql).fetchall())).encode())
    for table in tables_of(database):
        if table.startswith("ledger_") and table not in _SMALL:
            told: Iterator[Row] = iter([(count(database, table),)])
        else:
            told = database.execute(_SUMS.get(table, f'SELECT * FROM "{table}"'))
        for row in told:
            sum_.update(repr((table, row)).encode())
    return sum_.hexdigest()


def key_of(database: sqlite3.Connection, table: str) -> list[str]:
    """The columns of its primary key, in order."""
    columns = database.execute(
        "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", [table]
    ).fetchall()
    return [name for (name,) in columns]


def rows_after(
    database: sqlite3.Connection, table: str, columns: Sequence[str], key: Sequence[str], after: Row | None
) -> Iterator[Row]:
    """The table's rows in the order of its key, those behind the key `after`."""
    listed = ", ".join(f'"{name}"' for name in columns)
    order = ", ".join(f'"{name}"' for name in key)
    behind = f"WHERE ({order}) > ({', '.join('?' * len(key))})" if after else ""
    return database.execute(f'SELECT {listed} FROM "{table}" {behind} ORDER BY {order}', after or ())


Convert = Callable[[Row], Row]


def converter(columns: Sequence[str], types: Mapping[str, str]) -> Convert | None:
    """What makes PostgreSQL's values of a row of SQLite's; None where they are the same. `types`:
    PostgreSQL's, by column."""
    changes = {place: _CHANGES[types[name]] for place, name in enumerate(columns) if types[name] in _CHANGES}
    if not changes:
        return None

    def convert(row: Row) -> Row:
        new = list(row)
        for place, change in changes.items():
            if new[place] is not None:
                new[place] = change(new[place])
        return new

    return convert


def without_nul(row: Row) -> Row:
    """No text of PostgreSQL's holds a NUL; the ledger's don't either."""
    return [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in row]


# SQLite has no truth values, and no instants: Django keeps them as UTC without saying so.
_CHANGES: dict[str, Callable[[Any], Any]] = {
    "boolean": bool,
    "timestamp with time zone": lambda at: f"{at}+00",
}
