"""The floor under a page: the very statements that it asks, by the bare driver, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Timer
from typing import Any

from django.db import connection
from django.test import Client

from textmeter.bench.server import NoServer
from textmeter.reports.statements import Sql

Asked = tuple[str, tuple[Any, ...]]
_READS = ("SELECT", "WITH")


def asked_by(address: str, session: str) -> list[Asked]:
    """The statements that read, in the order in which the page at this address asks them."""
    asked: list[Asked] = []

    def hear(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(_READS):
            asked.append((sql, tuple(params or ())))
        return execute(sql, params, many, context)

    client = Client(headers={"host": "localhost"})
    client.cookies["sessionid"] = session
    with connection.execute_wrapper(hear):
        answer = client.get(address)
        _ = b"".join(answer)  # taken in whole, for a file asks while it is written
    if answer.status_code != 200:
        raise NoServer(f"{address} answered {answer.status_code}.")
    return asked


def run_bare(statements: Sequence[Asked]) -> None:
    """Runs them by the database's own driver and takes in every row."""
    connection.ensure_connection()
    for sql, params in statements:
        with_marks = sql.replace("%s", "?").replace("%%", "%") if connection.vendor == "sqlite" else sql
        cursor = connection.connection.cursor()
        if connection.vendor == "sqlite":
            # Django's own cursor would turn the marks round once more.
            import sqlite3

            sqlite3.Cursor.execute(cursor, with_marks, params)
        else:
            cursor.execute(sql, params)
        cursor.fetchall()
        cursor.close()


def runs_within(seconds: float, statements: Sequence[Asked]) -> bool:
    """Runs them once; False where they are stopped because they take longer."""
    connection.ensure_connection()
    driver = connection.connection
    stop = driver.interrupt if connection.vendor == "sqlite" else driver.cancel
    timer = Timer(seconds, stop)
    timer.start()
    try:
        run_bare(statements)
    except Exception as error:
        if "interrupt" in str(error) or "cancel" in str(error):
            return False
        raise
    finally:
        timer.cancel()
    return True


def as_asked(statements: Sequence[Sql]) -> list[Asked]:
    return [(one.text, one.params) for one in statements]
