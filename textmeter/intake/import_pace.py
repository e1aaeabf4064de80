"""How an import writes much in little time while others want to write too."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# How long a batch is to last, about. On SQLite webhooks wait behind it: less than 0.1 s. On PostgreSQL nobody
# does but the company's other recording.
BATCH_SECONDS = {"sqlite": 0.08, "postgresql": 0.5}
# And where somebody did wait for the batch before: how long one is then waited for.
HURRIED_SECONDS = 0.03
FIRST_BATCH, SMALLEST_BATCH, LARGEST_BATCH = 200, 50, 4_000

# New objects between two looks for cycles. Rows make hundreds of thousands that live for one batch and form
# none: at Python's own 700 the looking took an eighth of an import.
_COLLECT_EVERY = 200_000

# A page that many batches change is carried from the log into the database once for all of them.
_BATCHES_A_CHECKPOINT = 25


class Pace:
    """How many rows the next batch is to have."""

    def __init__(self) -> None:
        self.batch_size = min(FIRST_BATCH, LARGEST_BATCH)
        self._batches = 0

    def took(self, rows: int, seconds: float, is_hurried: bool = False) -> None:
        """A batch of so many rows held the writer's lock for so long, and is committed. `is_hurried`:
        somebody waited for its end."""
        wanted = HURRIED_SECONDS if is_hurried else BATCH_SECONDS[connection.vendor]
        fitting = int(rows * wanted / max(seconds, 0.001))
        self.batch_size = max(SMALLEST_BATCH, min(LARGEST_BATCH, fitting, self.batch_size * 2))
        self._batches += 1
        if self._batches % _BATCHES_A_CHECKPOINT == 0:
            _checkpoint()


@contextmanager
def much_to_write() -> Iterator[None]:
    """For the time of an import: garbage is looked for seldom, and on SQLite no commit of it carries the
    log into the database; `Pace` does so between batches, when nobody has to wait for it."""
    collect_every = gc.get_threshold()
    gc.set_threshold(_COLLECT_EVERY, *collect_every[1:])
    former = _checkpoint_every(0)
    try:
        yield
    finally:
        gc.set_threshold(*collect_every)
        _checkpoint_every(former)
        _checkpoint()


def _checkpoint_every(pages: int) -> int:
    """Sets how long SQLite's log may grow before a commit of this connection carries it into the
    database, 0: however long; answers how long it was."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        ((former,),) = cursor.execute("PRAGMA wal_autocheckpoint").fetchall()
        cursor.execute(f"PRAGMA wal_autocheckpoint={pages:d}")
    return int(former)


def _checkpoint() -> None:
    """Carries SQLite's log into the database as far as no reader needs it; writers go on meanwhile."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
