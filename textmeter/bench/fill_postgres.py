"""The bench's rows into PostgreSQL: plans go there by COPY, and the server makes the rows of them.

Two connections work side by side, one for messages, one for the search index and everything derived. Indexes
are taken away first and made again at the end, which is several times faster than keeping them up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from django.db import connection

from textmeter.bench import rows
from textmeter.bench.plan import CALL_COLUMNS, CUSTOMER_COLUMNS
from textmeter.bench.plan_files import Planned, Progress
from textmeter.ledger.ref_marks import MARK_ON_POSTGRESQL

if TYPE_CHECKING:
    import psycopg

    Server = psycopg.Connection[tuple[Any, ...]]

_SCHEMA = "textmeter_bench"
_DERIVED = (
    "ledger_message_words",
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
_FILLED = ("ledger_message", *_DERIVED)
_EMPTIED = (
    *_FILLED,
    "ledger_customer_part",
    "ledger_customer_words",
    "ledger_early",
    "intake_receipt",
    "intake_fetch",
)
_SETTINGS = {
    "synchronous_commit": "off",
    "work_mem": "'256MB'",
    "maintenance_work_mem": "'1GB'",
    "max_parallel_maintenance_workers": "2",
    "search_path": f"{_SCHEMA}, public",
}


def fill_postgres(planned: Sequence[Planned], progress: Progress) -> None:
    """Replaces everything that the bench's companies hold."""
    with _connect() as server:
        server.execute(f"TRUNCATE {', '.join(_EMPTIED)}")
        remade = _take_indexes(server)
        try:
            progress("Copying plans", 0, 0)
            shifted = _load(server, planned)
            _fill(shifted, progress)
        except BaseException:
            server.execute(f"TRUNCATE {', '.join(_FILLED)}")
            raise
        finally:
            progress("Making indexes", 0, 0)
            _make(remade)
            server.execute(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
        progress("Vacuuming", 0, 0)
        for table in (*_FILLED, "ledger_change"):
            server.execute(f"VACUUM (ANALYZE) {table}")


def _connect() -> Server:
    import psycopg

    # Django's own connections have cursors that write every value into the statement's text.
    given = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    server = psycopg.connect(**{name: given[name] for name in names if name in given}, autocommit=True)
    for name, value in _SETTINGS.items():
        server.execute(f"SET {name} = {value}")
    return server


def _take_indexes(server: Server) -> dict[str, list[str]]:
    """Drops keys and indexes of the tables to fill; answers the statements that make them, by table."""
    remade: dict[str, list[str]] = {table: [] for table in _FILLED}
    for table, name, definition in server.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY(%s)",
        [list(_FILLED)],
    ).fetchall():
        remade[table].append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        server.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table, name, definition in server.execute(
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)", [list(_FILLED)]
    ).fetchall():
        remade[table].append(definition)
        server.execute(f"DROP INDEX {name}")
    return remade


def _make(remade: dict[str, list[str]]) -> None:
    """Those of messages on one connection, the others on another."""

    def make(tables: Sequence[str]) -> None:
        with _connect() as server:
            for table in tables:
                for statement in remade[table]:
                    server.execute(statement)

    _side_by_side(lambda: make(_FILLED[:1]), lambda: make(_FILLED[1:]))


def _side_by_side(*acts: Callable[[], None]) -> None:
    with ThreadPoolExecutor(len(acts)) as pool:
        for one in [pool.submit(act) for act in acts]:
            one.result()


def _load(server: Server, planned: Sequence[Planned]) -> list[Planned]:
    """Copies the plans into tables of their own schema; answers them with their places there."""
    server.execute(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
    server.execute(f"CREATE SCHEMA {_SCHEMA}")
    for table, columns in (("plan", rows.PLAN), ("line", rows.LINE), ("whole", rows.WHOLE)):
        server.execute(f"CREATE UNLOGGED TABLE {_SCHEMA}.{table} ({columns})")
    starts = [0, *accumulate(one.conversations for one in planned)]
    for one, start in zip(planned, starts, strict=False):
        with closing(sqlite3.connect(one.path)) as file:
            if start == 0:  # the same in every file
                for table in ("line", "whole"):
                    _copy(server, f"{_SCHEMA}.{table}", file.execute(f"SELECT * FROM {table}"))
            plan = file.execute("SELECT * FROM plan")
            _copy(server, f"{_SCHEMA}.plan", ((place + start, *rest) for place, *rest in plan))
            for table, columns in (("customer", CUSTOMER_COLUMNS), ("call", CALL_COLUMNS)):
                found = file.execute(f"SELECT {columns} FROM {table}")
                _copy(server, f"ledger_{table} ({columns})", found)
            _copy(server, "ledger_opt_out", file.execute("SELECT * FROM opt_out"))
        server.execute(
            "INSERT INTO ledger_change (company_id, number, customers) VALUES (%s, 1, %s)"
            " ON CONFLICT (company_id) DO UPDATE SET number = ledger_change.number + 1,"
            " customers = excluded.customers",
            [one.company_id, one.customers],
        )
    for table in ("plan", "line", "whole"):
        server.execute(f"ANALYZE {_SCHEMA}.{table}")
    return [_shifted(one, start) for one, start in zip(planned, starts, strict=False)]


def _shifted(one: Planned, start: int) -> Planned:
    return replace(one, months=tuple((first + start, last + start) for first, last in one.months))


def _copy(server: Server, table: str, given: Any) -> None:
    with server.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in given:
            copy.write_row(row)


def _fill(planned: Sequence[Planned], progress: Progress) -> None:
    total = sum(one.messages for one in planned)

    def messages() -> None:
        done = 0
        with _connect() as server:
            for one in planned:
                for span in one.months:
                    sql = rows.messages(one.company_id, span, MARK_ON_POSTGRESQL)
                    made = server.execute(f"INSERT INTO ledger_message ({rows.MESSAGE_COLUMNS}) {sql}")
                    done += made.rowcount
                    progress("Writing messages", done, total)

    def derived() -> None:
        with _connect() as server:
            for one in planned:
                _derive(server, one)
            for sql in rows.counted():
                server.execute(sql)

    _side_by_side(messages, derived)


def _derive(server: Server, one: Planned) -> None:
    for span in one.months:
        words = rows.vectors(one.company_id, span)
        server.execute(f"INSERT INTO ledger_message_words (company_id, spot, words) {words}")
        server.execute(f"INSERT INTO ledger_volume_hour {rows.by_hour(one.company_id, span)}")
    if not one.months:
        return
    whole = (one.months[0][0], one.months[-1][1])
    server.execute(
        f"INSERT INTO ledger_conversation ({rows.CONVERSATION_COLUMNS})"
        f" {rows.conversations(one.company_id, whole)}"
    )
    server.execute(
        f"INSERT INTO ledger_conversation_tracker ({rows.BY_TRACKER_COLUMNS})"
        f" {rows.by_tracker(one.company_id, whole)}"
    )
    server.execute(f"INSERT INTO ledger_volume_tracker {rows.by_day_and_tracker(one.company_id)}")
