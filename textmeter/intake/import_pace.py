"""How an import writes much in little time while others want to write too."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# A transaction records batch after batch until somebody waits for its end, for each commit writes every page
# anew that it touched. So on SQLite a webhook waits for one batch and one commit, less than 0.1 s together.
# On PostgreSQL each batch is a transaction: nobody waits but the company's other recording, and isn't seen.
BATCH_SECONDS = {"sqlite": 0.04, "postgresql": 0.5}
COMMIT_SECONDS = {"sqlite": 0.04, "postgresql": 0.0}
# And where somebody did wait for the batch before: how long one is then waited for.
HURRIED_SECONDS = 0.03
FIRST_BATCH, SMALLEST_BATCH, LARGEST_BATCH = 200, 50, 4_000

# New objects between two looks for cycles. Rows make hundreds of thousands that live for one batch and form
# none: at Python's own 700 the looking took an eighth of an import.
_COLLECT_EVERY = 200_000

# A page that many transactions change is carried from the log into the database once for all of them.
_ROWS_A_CHECKPOINT = 30_000


class Pace:
    """How many rows the next batch is to have, and the next transaction at most (`bulk_size`)."""

    def __init__(self) -> None:
        self.batch_size = self.bulk_size = min(FIRST_BATCH, LARGEST_BATCH)
        self._since_checkpoint = 0

    def took(self, rows: int, seconds: float, is_hurried: bool = False) -> None:
        """A batch of so many rows took so long. `is_hurried`: somebody waits for it to be committed."""
        wanted = HURRIED_SECONDS if is_hurried else BATCH_SECONDS[connection.vendor]
        fitting = _fitting(rows, seconds, wanted)
        self.batch_size = max(SMALLEST_BATCH, min(LARGEST_BATCH, fitting, self.batch_size * 2))

    def committed(self, rows: int, seconds: float) -> None:
        """A transaction of so many rows ended, and its commit took so long."""
        fitting = _fitting(rows, seconds, COMMIT_SECONDS[connection.vendor])
        self.bulk_size = max(self.batch_size, min(LARGEST_BATCH, fitting, self.bulk_size * 2))
        self._since_checkpoint += rows
        if self._since_checkpoint >= _ROWS_A_CHECKPOINT:
            self._since_checkpoint = 0
            _checkpoint()


def _fitting(rows: int, seconds: float, wanted: float) -> int:
    return round(rows * wanted / max(seconds, 0.001))


@contextmanager
def much_to_write() -> Iterator[None]:
    """For the time of an import: garbage is looked for seldom, and on SQLite no commit of it carries the
    log into the database; `Pace` does so between batches, when nobody has to wait for it."""
    collect_every = gc.get_threshold()
    collect_seldom()
    former = _checkpoint_every(0)
    try:
        yield
    finally:
        gc.set_threshold(*collect_every)
        _checkpoint_every(former)
        _checkpoint()


def collect_seldom() -> None:
    """From here on this process looks for garbage seldom."""
    gc.set_threshold(_COLLECT_EVERY, *gc.get_threshold()[1:])


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
