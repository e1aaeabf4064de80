"""Moves an installation from SQLite into PostgreSQL, where the product's own connection leads meanwhile.

The file is only read. Rows go over table by table in the order of their keys, some at a time, each time in
one transaction with the mark of how far it has come (move_marks.py): killed at any moment, the next call
goes on there. Where the installation has changed since, it begins anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from hashlib import sha256
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DataError, connection, transaction

from textmeter.copies import move_marks
from textmeter.copies.move_target import held_alone, see_that_it_fits, see_that_it_is_fresh
from textmeter.copies.postgres_tables import columns_of, go_on_counting, quoted
from textmeter.copies.progress import Report, Whole
from textmeter.copies.sqlite_rows import (
    Row,
    converter,
    count,
    fingerprint,
    held_still,
    key_of,
    rows_after,
    tables_of,
    without_nul,
)
from textmeter.copies.tables import LEFT_OUT, kept_tables
from textmeter.copies.trouble import CopyTrouble
from textmeter.ledger.check import Difference, check
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.words import indexed

TOGETHER = 20_000  # rows
MESSAGES, WORDS = "ledger_message", "ledger_message_words"
Stage = Callable[[str], AbstractContextManager[Report]]
# Nothing is promised before the end, which is promised then. When this process is killed, the server shall
# not go on with an index for long.
_HURRY = (
    "SET synchronous_commit = off; SET maintenance_work_mem = '512MB';"
    " SET client_connection_check_interval = '1s'"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """`rows` by table; `went_on`: a move that had begun before was ended."""

    rows: dict[str, int]
    went_on: bool
    differences: list[Difference]


def move(source: Path, stage: Stage) -> Moved:
    """Brings everything of the SQLite file into the database of the default connection, which must hold
    nothing, or what an unfinished move of this installation left. `stage` makes the progress of a step.
    Raises CopyTrouble, django.db.Error."""
    with held_still(source) as database:
        see_that_it_fits()
        with held_alone():
            with stage("Looking at both databases"):
                went_on = _begin(database)
                _prepare(database)
            run(_HURRY, [])
            tables = _in_order(tables_of(database))
            with stage("Copying") as report:
                rows = _copy(database, tables, report)
            with stage("Making indexes") as report:
                _make_indexes(report)
                go_on_counting(tables)
            with stage("Vacuuming") as report:
                _vacuum(report)
            with stage("Checking") as report:
                differences = check(progress=report)
            run("SET synchronous_commit = on", [])
            move_marks.end()
    return Moved(rows, went_on, differences)


def _begin(database: sqlite3.Connection) -> bool:
    """Whether it goes on where it was."""
    installation = sha256(f"textmeter move {settings.SECRET_KEY}".encode()).hexdigest()
    source = fingerprint(database)
    if not move_marks.is_unfinished():
        see_that_it_is_fresh()
        with transaction.atomic():
            move_marks.begin(installation, source)
        return False
    if move_marks.get("installation") != installation:
        raise CopyTrouble("another installation is on its way into it. Choose an empty one.")
    if move_marks.get("source") == source:
        return True
    with transaction.atomic():
        _empty()
        for name, statement in move_marks.indexes().items():
            run(statement, [])
            move_marks.forget_index(name)
        move_marks.forget_copied()
        move_marks.put("source", source)
        move_marks.put("prepared", "")
    return False


def _prepare(database: sqlite3.Connection) -> None:
    """Makes the tables, empties them, for migrations leave rows of their own, and takes their indexes away:
    to make them in the end is several times faster than to keep them while rows come in. Keys stay."""
    if move_marks.get("prepared"):
        return
    call_command("migrate", verbosity=0, interactive=False)
    names = kept_tables(connection)
    if missing := {*tables_of(database), WORDS, "django_migrations"} ^ set(names):
        raise CopyTrouble(f"not both have the table {min(missing)}. Bring the installation up to date first.")
    with transaction.atomic():
        _empty()
        for name, statement in _plain_indexes(names):
            move_marks.put_index(name, statement)
            run(f"DROP INDEX {quoted(name)}", [])
        move_marks.put("prepared", "yes")


def _empty() -> None:
    names = {*kept_tables(connection), *LEFT_OUT} & set(connection.introspection.table_names())
    if names := names - {"django_migrations"}:
        run(f"TRUNCATE {_listed(sorted(names))}", [])


def _plain_indexes(names: Sequence[str]) -> list[tuple[str, str]]:
    """Those that no constraint needs: (name, statement that makes it)."""
    rows = fetch(
        "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = ANY (%s::regclass[])"
        " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)",
        [[quoted(name) for name in names]],
    )
    return [(name, statement) for name, statement in rows]


def _in_order(tables: Sequence[str]) -> list[str]:
    """Each table behind those that its rows refer to."""
    graph: dict[str, set[str]] = {name: set() for name in tables}
    for referring, referred in fetch(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid <> confrelid AND connamespace = current_schema()::regnamespace",
        [],
    ):
        if referring in graph:  # those that are left out may refer, too
            graph[referring].add(referred)
    return list(TopologicalSorter(graph).static_order())


def _copy(database: sqlite3.Connection, tables: Sequence[str], report: Report) -> dict[str, int]:
    counts = {table: count(database, table) for table in tables}
    whole = Whole(sum(counts.values()), report)
    for table in tables:
        mark = move_marks.copied(table)
        whole.add(mark.rows)
        for rows in _batches(database, table, mark):
            whole.add(rows)
        arrived = move_marks.copied(table).rows
        if arrived != counts[table]:
            raise CopyTrouble(f"{table} has {counts[table]} rows, and {arrived} were copied.")
    return counts


def _batches(database: sqlite3.Connection, table: str, mark: move_marks.Copied) -> Iterator[int]:
    """Copies what isn't there yet; yields how many rows each transaction brought."""
    columns, key, convert = columns_of(table), key_of(database, table), _converter(table)
    places = [columns.index(name) for name in key]
    rows = rows_after(database, table, columns, key, mark.last)
    while not mark.is_whole:
        batch = list(islice(rows, TOGETHER))
        last = [batch[-1][place] for place in places] if batch else mark.last
        mark = move_marks.Copied(mark.rows + len(batch), last, len(batch) < TOGETHER)
        values = [convert(row) for row in batch] if convert else batch
        try:
            _write(table, columns, values, mark)
        except DataError:
            _write(table, columns, [without_nul(row) for row in values], mark)
        yield len(batch)


def _write(table: str, columns: Sequence[str], rows: Sequence[Row], mark: move_marks.Copied) -> None:
    with transaction.atomic():
        _copy_in(table, columns, rows)
        if table == MESSAGES:
            _copy_in(WORDS, ("company_id", "spot", "words"), _words(columns, rows))
        move_marks.put_copied(table, mark)


def _copy_in(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    target = f"{quoted(table)} ({', '.join(map(quoted, columns))})"
    statement = f"COPY {target} FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _words(columns: Sequence[str], messages: Sequence[Row]) -> Iterator[Row]:
    """Rows of the search index, in the form in which PostgreSQL reads a tsvector."""
    company, spot, body = (columns.index(name) for name in ("company_id", "spot", "body"))
    for row in messages:
        words = indexed(row[company], row[spot], row[body], "postgresql")
        if words:
            yield row[company], row[spot], "'" + words.replace(" ", "' '") + "'"


def _converter(table: str) -> Callable[[Row], Row] | None:
    types = dict(
        fetch(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [quoted(table)],
        )
    )
    return converter(columns_of(table), types)


def _make_indexes(report: Report) -> None:
    left = move_marks.indexes()
    for done, (name, statement) in enumerate(left.items()):
        report(done, len(left))
        with transaction.atomic():
            run(statement, [])
            move_marks.forget_index(name)


def _vacuum(report: Report) -> None:
    """Tells the planner how many rows there are, and the server that it may answer from indexes alone."""
    names = kept_tables(connection)
    for done, name in enumerate(names):
        report(done, len(names))
        run(f"VACUUM (ANALYZE) {quoted(name)}", [])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))
