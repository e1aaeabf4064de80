"""Brings what stands in SQLite's log (the WAL) into the database's file, beside those who write.

Left to itself SQLite has the commit that fills the log do it, a webhook's as well as the worker's, which
takes a hundred milliseconds in a database of millions of texts.
See https://sqlite.org/wal.html#avoiding_excessively_large_wal_files.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

from textmeter.sqlite.line import Line, Rank

EVERY = 1.0  # seconds
# Pages of 4 KiB. When more stand in the log, writers are held back for a moment, so that all of it is copied
# and the next one begins it anew.
LONG = 8_000
# Whoever writes copies it after all when nobody else did: where no worker runs.
LONGEST = 16_000
_HOLD_BACK = 0.1  # seconds to wait for writers, and for readers that need what is older


def keep_it_short(path: Path, stop: threading.Event) -> None:
    """Until `stop`. What fails (a full disk, a reader that takes long) is tried again."""
    while not stop.wait(EVERY):
        with suppress(sqlite3.Error):
            copy_it(path)


def copy_it(path: Path) -> None:
    """Copies the log of the database at `path` into its file. Raises sqlite3.Error, also where there is
    no such database."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, timeout=_HOLD_BACK, uri=True)) as database:
        _, pages, _ = database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if pages > LONG:
            with closing(Line(str(path))) as line, line.waiting(Rank.WEBHOOKS):
                database.execute("PRAGMA wal_checkpoint(FULL)")
