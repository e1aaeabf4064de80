"""Two long reads at a time, each on a core of its own: a database leaves the interpreter to others while it
reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection

from textmeter.ledger.moment import is_in_transaction

First = TypeVar("First")
Second = TypeVar("Second")

# One at a time in a process: with more of them the cores are busy anyway.
_free = threading.Lock()


def side_by_side(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """What both answer. Raises what either raises, once both have ended."""
    with one_beside() as beside:
        if beside is None:
            return first(), second()
        coming = beside.submit(second)
        return first(), coming.result()


@contextmanager
def one_beside() -> Iterator[Executor | None]:
    """A thread with a connection of its own, which ends with the block once all that it was told to do has
    ended. None while another one of this process is under way, or where a transaction is open, whose
    moment then counts for all."""
    if is_in_transaction() or not _free.acquire(blocking=False):
        yield None
        return
    try:
        with ThreadPoolExecutor(1, "reading beside") as pool:
            try:
                yield pool
            finally:
                pool.submit(connection.close)
    finally:
        _free.release()
