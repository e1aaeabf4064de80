"""Reading everything as of one moment, while texts keep coming in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that only reads: it sees no later change, and nobody waits for it. (Django's own
    transactions take the writer's lock on SQLite.) Within another transaction that one's moment counts."""
    if is_in_transaction():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


_BEGIN = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


def is_in_transaction() -> bool:
    """Whether one has begun on this thread, by Django or without it."""
    connection.ensure_connection()
    if connection.in_atomic_block:
        return True
    if connection.vendor == "sqlite":
        return bool(connection.connection.in_transaction)
    return bool(connection.connection.info.transaction_status)  # 0: idle
