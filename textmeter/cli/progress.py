"""Progress of what takes long, on stderr: a bar on a terminal, else a line every few seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[int, int], None]

FIRST_LINE_AFTER = 2.0
LINE_EVERY = 5.0


@contextmanager
def progress(what: str) -> Iterator[Report]:
    """A function to be told (done, total), in any unit; a total of 0 means that nobody knows it."""
    if sys.stderr.isatty():
        with _bar(what) as report:
            yield report
    else:
        yield _lines(what)


@contextmanager
def _bar(what: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None)

        yield report


def _lines(what: str) -> Report:
    next_at = time.monotonic() + FIRST_LINE_AFTER

    def report(done: int, total: int) -> None:
        nonlocal next_at
        if time.monotonic() < next_at:
            return
        next_at = time.monotonic() + LINE_EVERY
        sys.stderr.write(f"{what}: {done * 100 // total}%\n" if total else f"{what}: {done:,}\n")
        sys.stderr.flush()

    return report
