"""Work that only one process may do at a time, on PostgreSQL: claimed by an advisory lock of the session,
which the server takes back when the process or its connection ends in any way.

On SQLite there is only one worker (see worker.py), and every claim is granted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

from textmeter.ledger.statements import fetch
from textmeter.ledger.turns import Lock


@contextmanager
def claimed(lock: Lock, which: int = 0) -> Iterator[bool]:
    """Whether this process has the claim; it is given back at the end. Raises django.db.Error."""
    if connection.vendor == "sqlite":
        yield True
        return
    ((is_ours,),) = fetch("SELECT pg_try_advisory_lock(%s, %s)", [int(lock), which])
    try:
        yield is_ours
    finally:
        if is_ours:
            # Where the connection is gone, so is the claim.
            with suppress(Error):
                fetch("SELECT pg_advisory_unlock(%s, %s)", [int(lock), which])


class LastingClaim:
    """A claim that is kept as long as this thread's connection lasts."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self._held_by: object = None

    def is_ours(self) -> bool:
        """Tries to get it where we haven't. Raises django.db.Error."""
        if connection.vendor == "sqlite":
            return True
        if self._held_by is None or self._held_by is not connection.connection:
            ((got,),) = fetch("SELECT pg_try_advisory_lock(%s, 0)", [int(self._lock)])
            self._held_by = connection.connection if got else None
        return self._held_by is not None

    def give_back(self) -> None:
        held_by, self._held_by = self._held_by, None
        if held_by is not None and held_by is connection.connection:
            with suppress(Error):
                fetch("SELECT pg_advisory_unlock(%s, 0)", [int(self._lock)])
