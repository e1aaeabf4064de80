"""The bench's rows into SQLite: into a copy of the database beside it, which takes its place at the end.

The copy is written without any care for a crash, so it must not be the database itself. One process writes
messages and their indexes; another one meanwhile the search index and everything derived, into a file of its
own that is copied table by table, as it is.
"""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

from django.db import connection, connections, transaction

from textmeter.bench import rows
from textmeter.bench.plan import CALL_COLUMNS, CUSTOMER_COLUMNS
from textmeter.bench.plan_files import Planned, Progress
from textmeter.ledger.ref_marks import MARK_ON_SQLITE, ref_mark
from textmeter.ledger.statements import fetch, run

_DERIVED = (
    "ledger_conversation",
    "ledger_conversation_tracker",
    "ledger_volume_hour",
    "ledger_volume_tracker",
    "ledger_customer",
    "ledger_call",
    "ledger_opt_out",
    "ledger_conversation_count",
    "ledger_customer_tracker",
    "ledger_new_customer",
)
_OTHERS = ("ledger_customer_part", "ledger_customer_words", "ledger_early", "ledger_rebuild")
# What FTS5 keeps of an index without copies of the texts; together they are the index.
_WORDS = ("ledger_message_words_data", "ledger_message_words_idx", "ledger_message_words_config")
_TOGETHER = 64 << 20  # bytes of words held before they are written as one part of the index
_USUAL = 1 << 20  # SQLite's own


def fill_sqlite(planned: Sequence[Planned], progress: Progress) -> None:
    """Replaces everything that the bench's companies hold. Nobody else may have the database open."""
    path = Path(connection.settings_dict["NAME"])
    copy, derived = path.with_suffix(".filling"), path.with_suffix(".derived")
    for left in (copy, derived):
        left.unlink(missing_ok=True)
    try:
        _empty_into(copy)
        _write(copy, derived, planned, progress)
        _take_its_place(copy, path)
    finally:
        for left in (copy, derived):
            left.unlink(missing_ok=True)


def _empty_into(copy: Path) -> None:
    """The database without what happened on the companies, as a new file."""
    with transaction.atomic():
        for table in ("ledger_message", *_DERIVED, *_OTHERS):
            run(f"DELETE FROM {table}", [])
        run("INSERT INTO ledger_message_words (ledger_message_words) VALUES ('delete-all')", [])
        for table in ("intake_receipt", "intake_fetch"):
            run(f"DELETE FROM {table}", [])
    fetch("PRAGMA wal_checkpoint(TRUNCATE)", [])
    run("VACUUM INTO %s", [str(copy)])
    connections.close_all()


def _take_its_place(copy: Path, path: Path) -> None:
    for ending in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{ending}").unlink()
    os.replace(copy, path)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.create_function("textmeter_ref_mark", 1, ref_mark, deterministic=True)
    for pragma in (
        *("synchronous = OFF", "journal_mode = OFF", "locking_mode = EXCLUSIVE"),
        *("cache_size = -400000", "threads = 2"),
    ):
        database.execute(f"PRAGMA {pragma}")
    return database


def _write(copy: Path, derived: Path, planned: Sequence[Planned], progress: Progress) -> None:
    with closing(sqlite3.connect(copy)) as database:
        tables = _definitions(database, (*_DERIVED, "ledger_message_words"))
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
        others = beside.submit(write_derived, derived, tables, planned)
        with closing(_open(copy)) as database:
            planner = database.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
            indexes = _take_indexes(database)
            _messages(database, planned, progress)
            progress("Making indexes of messages", 0, 0)
            _make(database, (sql for sql in indexes if " ON ledger_message " in sql))
            progress("Waiting for the search index", 0, 0)
            others.result()
            progress("Copying what was derived", 0, 0)
            _copy(database, derived)
            progress("Making the other indexes", 0, 0)
            _make(database, (sql for sql in indexes if " ON ledger_message " not in sql))
            _tell_the_planner(database, planner)
            database.execute("PRAGMA journal_mode = WAL")


def _tell_the_planner(database: sqlite3.Connection, known: Sequence[tuple[str, str, str]]) -> None:
    """What the product's migrations said of sizes: SQLite forgets it of what is dropped."""
    database.execute("DELETE FROM sqlite_stat1")
    database.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", known)


def _definitions(database: sqlite3.Connection, tables: Iterable[str]) -> list[str]:
    found = dict(database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall())
    return [found[table] for table in tables]


def _take_indexes(database: sqlite3.Connection) -> list[str]:
    """Drops the indexes of the tables to fill; answers the statements that make them."""
    indexes = database.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        f" AND tbl_name IN ({','.join('?' * (len(_DERIVED) + 1))})",
        ("ledger_message", *_DERIVED),
    ).fetchall()
    for name, _ in indexes:
        database.execute(f"DROP INDEX {name}")
    return [sql for _, sql in indexes]


def _make(database: sqlite3.Connection, indexes: Iterable[str]) -> None:
    for sql in indexes:
        database.execute(sql)


def _messages(database: sqlite3.Connection, planned: Sequence[Planned], progress: Progress) -> None:
    done, total = 0, sum(one.conversations for one in planned)
    messages = sum(one.messages for one in planned)
    for one in planned:
        database.execute("ATTACH ? AS plan", (one.path,))
        database.execute("BEGIN")
        for span in one.months:
            sql = rows.messages(one.company_id, span, MARK_ON_SQLITE)
            database.execute(f"INSERT INTO ledger_message ({rows.MESSAGE_COLUMNS}) {sql}")
            done += span[1] - span[0] + 1
            progress("Writing messages", messages * done // max(total, 1), messages)
        database.execute(
            "INSERT INTO ledger_change (company_id, number, customers) VALUES (?, 1, ?)"
            " ON CONFLICT (company_id) DO UPDATE SET number = number + 1, customers = excluded.customers",
            (one.company_id, one.customers),
        )
        database.execute("COMMIT")
        database.execute("DETACH plan")


def write_derived(path: Path, tables: Sequence[str], planned: Sequence[Planned]) -> None:
    """Runs in a process of its own: the search index and what is derived, into a new file."""
    with closing(_open(path)) as database:
        for sql in tables:
            database.execute(sql)
        _set(database, automerge=0, crisismerge=1_000, hashsize=_TOGETHER)
        for one in planned:
            database.execute("ATTACH ? AS plan", (one.path,))
            database.execute("BEGIN")
            _derived(database, one)
            database.execute("COMMIT")
            database.execute("DETACH plan")
        database.execute("BEGIN")
        for sql in rows.counted():
            database.execute(sql)
        database.execute("COMMIT")
        database.execute("INSERT INTO ledger_message_words (ledger_message_words) VALUES ('optimize')")
        _set(database, automerge=4, crisismerge=16, hashsize=_USUAL)


def _set(database: sqlite3.Connection, **options: int) -> None:
    for name, value in options.items():
        database.execute(
            "INSERT INTO ledger_message_words (ledger_message_words, rank) VALUES (?, ?)", (name, value)
        )


def _derived(database: sqlite3.Connection, one: Planned) -> None:
    for span in one.months:
        words = rows.words(one.company_id, span)
        database.execute(f"INSERT INTO ledger_message_words (rowid, words) {words}")
        database.execute(f"INSERT INTO ledger_volume_hour {rows.by_hour(one.company_id, span)}")
    whole = (0, one.conversations - 1)
    database.execute(
        f"INSERT INTO ledger_conversation ({rows.CONVERSATION_COLUMNS})"
        f" {rows.conversations(one.company_id, whole)}"
    )
    database.execute(
        f"INSERT INTO ledger_conversation_tracker ({rows.BY_TRACKER_COLUMNS})"
        f" {rows.by_tracker(one.company_id, whole)}"
    )
    database.execute(f"INSERT INTO ledger_volume_tracker {rows.by_day_and_tracker(one.company_id)}")
    for table, columns in (("customer", CUSTOMER_COLUMNS), ("call", CALL_COLUMNS)):
        database.execute(f"INSERT INTO ledger_{table} ({columns}) SELECT {columns} FROM plan.{table}")
    database.execute("INSERT INTO ledger_opt_out SELECT * FROM plan.opt_out")


def _copy(database: sqlite3.Connection, derived: Path) -> None:
    """Without indexes on either side SQLite copies such tables page by page, nearly as fast as a file."""
    database.execute("ATTACH ? AS derived", (str(derived),))
    database.execute("BEGIN")
    for table in (*_DERIVED, *_WORDS):
        database.execute(f"DELETE FROM main.{table}")
        database.execute(f"INSERT INTO main.{table} SELECT * FROM derived.{table}")
    database.execute("COMMIT")
    database.execute("DETACH derived")
