"""A PostgreSQL database on its way into a backup and out of it: a file a table, `tables/NAME`.

Needs none of PostgreSQL's own programs, which would have to be of the server's version and be told the
password.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from textmeter.copies.container import PIECE, Reader, Writer
from textmeter.copies.contents import Contents, Table, companies_of, migrations_of
from textmeter.copies.postgres_tables import (
    columns_of,
    copy_in,
    copy_out,
    go_on_counting,
    quoted,
    without_indexes,
)
from textmeter.copies.progress import Report, Whole
from textmeter.copies.tables import LEFT_OUT, kept_tables
from textmeter.copies.trouble import NOT_AS_IT_SAYS, CopyTrouble, UnusableFile
from textmeter.ledger.moment import one_moment
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.turns import Lock

PATIENCE = "5s"


def take(writer: Writer, report: Report) -> Contents:
    """Puts every table into the backup, all as of one moment; nobody waits for it but who would change
    the tables themselves. Raises CopyTrouble, django.db.Error."""
    names = kept_tables(connection)
    if "accounts_company" not in names:
        raise CopyTrouble("there is no installation in this database yet.")
    with one_moment():
        # Before the first look at rows: a table that was changed after it would seem to be empty.
        run(f"LOCK TABLE {_listed(names)} IN ACCESS SHARE MODE", [])
        whole = Whole(sum(map(_bytes, names)), report)
        tables = [_take(name, writer, whole) for name in names]
        return Contents(migrations_of(_rows), tables, companies_of(_rows))


def put_back(reader: Reader, at_last: Callable[[], None], report: Report) -> None:
    """Fills the database, which must be fresh, in one transaction: up to date, and all or nothing.
    `at_last` is called when only the commit is left. Raises CopyTrouble, django.db.Error."""
    stored = reader.manifest.contents
    names = [table.name for table in stored.tables]
    whole = Whole(sum(reader.size_of(_entry(name)) for name in names), report)
    _see_that_nobody_is_there()
    with _alone(), transaction.atomic():
        run(f"SET LOCAL lock_timeout = '{PATIENCE}'", [])
        run("SELECT pg_advisory_xact_lock(%s, 0)", [int(Lock.MIGRATION)])
        _make_tables(stored)
        there = set(connection.introspection.table_names())
        run(f"TRUNCATE {_listed([*names, *(name for name in LEFT_OUT if name in there)])}", [])
        with without_indexes(names):
            for table in stored.tables:
                _put_back(table, reader, whole)
            # Else what rows refer to would be looked at in the end, and no table could be changed before.
            run("SET CONSTRAINTS ALL IMMEDIATE", [])
        go_on_counting(names)
        call_command("migrate", verbosity=0, interactive=False)
        run(f"ANALYZE {_listed(kept_tables(connection))}", [])
        at_last()


def _take(name: str, writer: Writer, whole: Whole) -> Table:
    columns = columns_of(name)
    with writer.entry(_entry(name)) as entry:

        def write(piece: bytes) -> None:
            entry.write(piece)
            whole.add(len(piece))

        rows = copy_out(name, columns, write)
    return Table(name, rows, columns)


def _put_back(table: Table, reader: Reader, whole: Whole) -> None:
    with reader.entry(_entry(table.name)) as entry:
        rows = copy_in(table.name, table.columns, _pieces(entry, whole))
    if rows != table.rows:
        raise UnusableFile(NOT_AS_IT_SAYS)


def _pieces(entry: IO[bytes], whole: Whole) -> Iterator[bytes]:
    while piece := entry.read(PIECE):
        yield piece
        whole.add(len(piece))


def _make_tables(stored: Contents) -> None:
    """Sees that the database is fresh, and has the tables as they were when the backup was made."""
    names = connection.introspection.table_names()
    if "django_migrations" not in names:
        MigrationExecutor(connection).migrate(list(dict(one.split(".") for one in stored.migrations).items()))
    elif "accounts_company" not in names:
        raise CopyTrouble("the database holds tables that are not Textmeter's. Choose an empty one.")
    for table, what in (("accounts_company", "companies"), ("accounts_user", "people")):
        if fetch(f"SELECT EXISTS (SELECT 1 FROM {table})", [])[0][0]:
            raise CopyTrouble(
                f"the database holds {what} already. Make an empty one, and name it in"
                " TEXTMETER_DATABASE_URL."
            )
    if set(migrations_of(_rows)) != set(stored.migrations):
        raise CopyTrouble(
            "the database has its tables already, and for another version than the backup's. Make an empty"
            " one, and name it in TEXTMETER_DATABASE_URL."
        )
    if {table.name for table in stored.tables} != set(kept_tables(connection)):
        raise UnusableFile(NOT_AS_IT_SAYS)


def _see_that_nobody_is_there() -> None:
    rows = fetch(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND application_name = current_setting('application_name')",
        [],
    )
    if rows[0][0]:
        raise CopyTrouble("another process of Textmeter is connected to the database. Stop it first.")


@contextmanager
def _alone() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        raise CopyTrouble("another process is using the database. Stop it first.") from error


def _bytes(table: str) -> int:
    return int(fetch("SELECT pg_table_size(%s::regclass)", [quoted(table)])[0][0])


def _rows(sql: str) -> list[tuple[Any, ...]]:
    return fetch(sql, [])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


def _entry(table: str) -> str:
    return f"tables/{table}"
