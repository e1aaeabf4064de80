"""Which database the tests run on: SQLite, or the PostgreSQL server that TEXTMETER_TEST_POSTGRES names
(scripts/with_postgres.py starts one)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

SERVER = os.environ.get("TEXTMETER_TEST_POSTGRES", "")

only_sqlite = pytest.mark.skipif(bool(SERVER), reason="about SQLite's own file")
only_postgres = pytest.mark.skipif(not SERVER, reason="about PostgreSQL; see scripts/with_postgres.py")


def database_url(folder: Path) -> str:
    """The database of the installation with this data folder: one of its own on the PostgreSQL server,
    or nothing: then it is the SQLite file in the folder."""
    if not SERVER:
        return ""
    name = "folder_" + sha256(str(folder).encode()).hexdigest()[:16]
    with psycopg.connect(SERVER, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f"CREATE DATABASE {name}")
    return SERVER.rpartition("/")[0] + f"/{name}"


def rows_of(folder: Path, sql: str, url: str | None = None) -> list[tuple[Any, ...]]:
    """What the installation's database answers, read from outside of it. `url`: where it is elsewhere than
    `database_url` says."""
    if SERVER:
        with psycopg.connect(url or database_url(folder)) as server:
            return server.execute(sql).fetchall()  # type: ignore[arg-type]
    # Closed at once: Python's garbage collector may take its time, and an open one keeps a restore out.
    with closing(sqlite3.connect(f"file:{folder}/textmeter.sqlite3?mode=ro", uri=True)) as database:
        return database.execute(sql).fetchall()


def empty_tables() -> None:
    """Empties, in the tests' own database, the tables that belong to no model."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        names = [
            name
            for name in connection.introspection.table_names(cursor)
            if name.startswith(("ledger_", "intake_"))
            and (connection.vendor != "sqlite" or "ledger_message_words" not in name)
        ]
        for name in names:
            cursor.execute(f"DELETE FROM {name}")
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO ledger_message_words (ledger_message_words) VALUES ('delete-all')")
