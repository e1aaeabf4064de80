"""Whose turn it is to write: at any moment one transaction for each company, so that what it derives can't
be out of date when it commits.

On SQLite every writer of the installation waits for the one before (`BEGIN IMMEDIATE`), webhooks first and
long work last (`sqlite/line.py`). On PostgreSQL a transaction takes its turn with an advisory lock, which
ends with it. The order is always the same, so that no two wait for each other: first the numbers (who gives
one away), then companies by id, then rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, cast

from django.db import connection

from textmeter.ledger.statements import run
from textmeter.sqlite.line import Rank

# The first of the two numbers of an advisory lock; the second is the company, or 0.
_OURS = 1_417_500_000


class Lock(IntEnum):
    NUMBERS = _OURS + 1
    COMPANY = _OURS + 2
    MIGRATION = _OURS + 3
    WORKER = _OURS + 4
    RECEIPTS = _OURS + 5
    FETCHING = _OURS + 6
    PURGE = _OURS + 7
    REBUILD = _OURS + 8
    MOVE = _OURS + 9
    JOBS = _OURS + 10
    QUICK_JOBS = _OURS + 11


def take_turn(*company_ids: int) -> None:
    """Waits until nobody else writes to these companies, and keeps others out until the transaction ends.
    Taken twice it counts once. A transaction that needs several companies names them all at once."""
    for company_id in sorted(company_ids):
        _wait(Lock.COMPANY, company_id)


def take_numbers() -> None:
    """Waits until nobody else gives a number to a tracker, before any company's turn."""
    _wait(Lock.NUMBERS, 0)


def goes_first() -> None:
    """What this thread writes from here on is waited for by carriers and callers."""
    cast(Any, connection).rank = Rank.WEBHOOKS


@contextmanager
def long_work() -> Iterator[None]:
    """Inside of it every transaction lets others go first."""
    here = cast(Any, connection)
    former = getattr(here, "rank", Rank.PEOPLE)
    here.rank = Rank.LONG_WORK
    try:
        yield
    finally:
        here.rank = former


def is_awaited() -> bool:
    """Whether somebody who goes first waits for this thread's transaction to end: on SQLite alone."""
    return connection.vendor == "sqlite" and bool(cast(Any, connection).is_awaited())


def _wait(lock: Lock, which: int) -> None:
    if connection.vendor == "postgresql":
        run("SELECT pg_advisory_xact_lock(%s, %s)", [int(lock), which])
