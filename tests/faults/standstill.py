"""Another program that holds the receipts, and doesn't let go: nothing can be written, all can be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.databases import SERVER, database_url
from tests.end_to_end.installation import Installation


@contextmanager
def nothing_can_be_written(house: Installation) -> Iterator[None]:
    if SERVER:
        with psycopg.connect(database_url(house.folder)) as other:
            other.execute("LOCK TABLE intake_receipt IN EXCLUSIVE MODE")
            yield
            other.rollback()
        return
    database = sqlite3.connect(house.folder / "textmeter.sqlite3", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        database.execute("ROLLBACK")
        database.close()
