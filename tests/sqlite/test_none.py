"""None goes to the driver by an adapter of its own, and stays what it is."""

from __future__ import annotations

import sqlite3

import textmeter.sqlite.base  # noqa: F401 (registers the adapter)


def test_none_is_looked_up_once_and_stays_null() -> None:
    adapt = sqlite3.adapters[type(None), sqlite3.PrepareProtocol]
    assert adapt(None) is None
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE kept (value)")
    database.executemany("INSERT INTO kept VALUES (?)", [(None,), (1,), ("",)])
    kept = database.execute("SELECT value, typeof(value) FROM kept ORDER BY rowid").fetchall()
    assert kept == [(None, "null"), (1, "integer"), ("", "text")]
    database.close()
