"""Which errors are the database's own fault, by real ones of both databases."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from tests.databases import only_postgres, only_sqlite
from textmeter.ledger.blame import first_line, is_database_to_blame
from textmeter.ledger.statements import fetch, run


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["SELECT nothing FROM nowhere", "SELEKT", "SELECT CAST(%s AS bigint) + 1"])
def test_what_it_was_asked_is_to_blame(sql: str) -> None:
    with pytest.raises((DatabaseError, OverflowError)) as raised, transaction.atomic():
        fetch(sql, [2**70] if "%s" in sql else [])
    assert not is_database_to_blame(raised.value)


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_locked_or_may_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError) as locked, transaction.atomic():
        pass
    other.close()
    assert is_database_to_blame(locked.value)
    ((pages,),) = fetch("PRAGMA page_count", [])
    run(f"PRAGMA max_page_count = {pages}", [])
    with pytest.raises(OperationalError, match="full") as full, transaction.atomic():
        run("CREATE TABLE filler AS SELECT zeroblob(50000000)", [])
    connection.close()
    assert is_database_to_blame(full.value)


@only_postgres
@pytest.mark.django_db(transaction=True)
def test_a_server_that_ends_the_connection() -> None:
    with pytest.raises(OperationalError) as ended:
        fetch("SELECT pg_terminate_backend(pg_backend_pid())", [])
    with pytest.raises((OperationalError, InterfaceError)) as gone:
        fetch("SELECT 1", [])
    connection.close()
    assert is_database_to_blame(ended.value)
    assert is_database_to_blame(gone.value)


def test_a_server_that_is_not_there_says_so_in_one_line() -> None:
    refused = OperationalError("connection failed: refused\n\tIs the server running?")
    refused.__cause__ = psycopg.OperationalError("connection failed")
    assert is_database_to_blame(refused)
    assert first_line(refused) == "connection failed: refused"
    assert not is_database_to_blame(OperationalError("of our own making"))
    assert not is_database_to_blame(ValueError("full"))
