"""SQLite's own ways with a database file: a copy while others write, and a file that nobody else has open."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from textmeter.copies.contents import Contents, Table, companies_of, migrations_of
from textmeter.copies.progress import Report
from textmeter.copies.tables import LEFT_OUT, is_kept
from textmeter.copies.trouble import CopyTrouble

OPERATIONS = 200_000  # of SQLite, between two looks at how far it has come
PATIENCE = 2.0  # seconds


def copy_database(source: Path, target: Path, report: Report) -> None:
    """Puts a copy of the database, as of one moment, into the empty file `target`.

    In one read: who writes meanwhile waits for nothing. (SQLite's other way, page by page in steps, begins
    again whenever somebody else has written in between, and under load never ends.) The copy is packed
    densely, and nothing that was deleted is in it. Raises CopyTrouble.
    """
    size = source.stat().st_size
    with database_in(source) as database:
        database.set_progress_handler(lambda: report(min(os.path.getsize(target), size), size), OPERATIONS)
        database.execute("VACUUM INTO ?", [str(target)])
        database.set_progress_handler(None, 0)
        # What was written meanwhile had to stay in the log beside the file. Brought over here, no writer
        # has to stop for it.
        database.execute("PRAGMA wal_checkpoint(PASSIVE)")
    with database_in(target) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA secure_delete = ON")
        # An installation of a former version doesn't have them all.
        there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in there & set(LEFT_OUT):
            database.execute(f"DELETE FROM {table}")


@contextmanager
def database_in(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there; each statement commits by itself. Raises CopyTrouble."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=PATIENCE)) as database:
            yield database
    except sqlite3.Error as error:
        raise CopyTrouble(_plainly(path, error)) from error


@contextmanager
def held_alone(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, without a log beside it, while nobody else can read or write it; made where it is missing.
    Raises CopyTrouble where another process has it open."""
    made = not path.exists()
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    try:
        with database_in(path) as database:
            # Leaving this mode is allowed to the only one alone.
            database.execute("PRAGMA journal_mode = DELETE")
            database.execute("BEGIN EXCLUSIVE")
            yield database
    except BaseException:
        if made and not path.stat().st_size:
            path.unlink()
        raise


def contents_of(database: sqlite3.Connection) -> Contents:
    """All rows counted."""

    def fetch(sql: str) -> list[tuple[Any, ...]]:
        return database.execute(sql).fetchall()

    names = [name for (name,) in fetch("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    tables = [_table(database, name) for name in names if is_kept(name, "sqlite")]
    return Contents(migrations_of(fetch), tables, companies_of(fetch))


def _table(database: sqlite3.Connection, name: str) -> Table:
    ((rows,),) = database.execute(f'SELECT count(*) FROM "{name}"')
    columns = [column for (column,) in database.execute("SELECT name FROM pragma_table_info(?)", [name])]
    return Table(name, rows, columns)


def _plainly(path: Path, error: sqlite3.Error) -> str:
    told = str(error)
    if "full" in told:
        return "There is no room left on the disk."
    if "locked" in told or "busy" in told:
        return f"Another process has {path} open. Stop it first."
    if "malformed" in told or "not a database" in told:
        return f"{path} is damaged, or no database ({told})."
    return f"{path}: {told}."
