"""Two long reads at a time, each on a core of its own: a database leaves the interpreter to others while it
reads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

from textmeter.ledger.moment import is_in_transaction

First = TypeVar("First")
Second = TypeVar("Second")

# One at a time in a process: with more of them the cores are busy anyway.
_free = threading.Lock()


def side_by_side(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """What both answer. `second` has a thread and a connection of its own, unless another pair of this
    process is under way, or a transaction is open, whose moment then counts for both. Raises what either
    raises, once both have ended."""
    if is_in_transaction() or not _free.acquire(blocking=False):
        return first(), second()
    try:
        with ThreadPoolExecutor(1, "reading beside") as pool:  # ends once both have
            beside = pool.submit(_on_its_own, second)
            mine = first()
        return mine, beside.result()
    finally:
        _free.release()


def _on_its_own(read: Callable[[], Second]) -> Second:
    try:
        return read()
    finally:
        connection.close()
