"""Who waits to write to a SQLite file, by rank.

SQLite lets one write at a time, and has no line: who finds it taken sleeps longer and longer between his
tries, while whoever wrote last begins again at once. So long work would keep webhooks out for seconds.
Here a waiting one shows itself to all processes, by a shared lock on a small file beside the database, and
who is about to begin lets those of a higher rank pass.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum


class Rank(IntEnum):
    """Lower ones go first."""

    WEBHOOKS = 0
    PEOPLE = 1  # and the worker
    LONG_WORK = 2


MOMENT = 0.001  # seconds between two tries
MOST_POLITE = 0.25  # so long at most: who shows that he waits may have been stopped


class Line:
    """One connection's view of the line. `path`: the database file's. Where the small files can't be made
    there is no line, and everybody just tries."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._handles: dict[Rank, int] = {}

    @contextmanager
    def waiting(self, rank: Rank) -> Iterator[None]:
        """Shows that one of this rank waits."""
        try:
            handle = self._open(rank, os.O_CREAT)
            fcntl.flock(handle, fcntl.LOCK_SH)
        except OSError:
            yield
            return
        try:
            yield
        finally:
            os.close(handle)

    def is_someone_before(self, rank: Rank) -> bool:
        """Whether one of this rank or a higher one waits."""
        return any(self._is_waiting(Rank(one)) for one in range(rank + 1))

    def is_someone_above(self, rank: Rank) -> bool:
        """Whether one of a higher rank waits."""
        return any(self._is_waiting(Rank(one)) for one in range(rank))

    def let_pass(self, rank: Rank) -> None:
        """Waits while one of a higher rank does."""
        until = time.monotonic() + MOST_POLITE
        while self.is_someone_above(rank) and time.monotonic() < until:
            time.sleep(MOMENT)

    def _is_waiting(self, rank: Rank) -> bool:
        try:
            if rank not in self._handles:
                self._handles[rank] = self._open(rank)
            fcntl.flock(self._handles[rank], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        fcntl.flock(self._handles[rank], fcntl.LOCK_UN)
        return False

    def _open(self, rank: Rank, more: int = 0) -> int:
        """Made by the first one that ever waits."""
        return os.open(f"{self._path}-line{int(rank)}", os.O_RDWR | os.O_CLOEXEC | more, 0o600)

    def close(self) -> None:
        while self._handles:
            _, handle = self._handles.popitem()
            with suppress(OSError):
                os.close(handle)
