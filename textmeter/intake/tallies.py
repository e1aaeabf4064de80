"""How many webhooks were answered and receipts settled, and how long the answers took, for /metrics.

Each process counts in memory and writes its whole tally to a file of the data folder, a second after it
changed; the sum of the files is the installation's. What is shown was written before: so no figure ever
falls because another process was asked. Processes that have ended keep counting until the next `serve`.
"""

from __future__ import annotations

import json
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

# Seconds: to 50 ms an answer is as it should be, after 15 s Twilio gives up.
BOUNDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
WRITE_EVERY = 1.0


@dataclass(slots=True)
class Answers:
    """`counts[i]`: those that took at most BOUNDS[i] seconds and longer than the bound before; the last
    one: longer than all."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


@dataclass(slots=True)
class Tally:
    """`answers` by (what, status); `settled` by outcome: applied, quarantined."""

    answers: dict[tuple[str, int], Answers] = field(default_factory=dict)
    settled: dict[str, int] = field(default_factory=dict)

    def add(self, more: Tally) -> None:
        for key, answers in more.answers.items():
            mine = self.answers.setdefault(key, Answers())
            mine.counts = [a + b for a, b in zip(mine.counts, answers.counts, strict=True)]
            mine.seconds += answers.seconds
        for outcome, count in more.settled.items():
            self.settled[outcome] = self.settled.get(outcome, 0) + count


def count_answer(what: str, status: int, seconds: float) -> None:
    """One webhook answered. Microseconds; nothing where metrics are off."""
    if not settings.METRICS_TOKEN:
        return
    with _own.lock:
        answers = _own.tally.answers.get((what, status))
        if answers is None:
            answers = _own.tally.answers[what, status] = Answers()
        answers.counts[bisect_left(BOUNDS, seconds)] += 1
        answers.seconds += seconds
    _own.tell()


def count_settled(**outcomes: int) -> None:
    """So many receipts applied and quarantined."""
    if not settings.METRICS_TOKEN:
        return
    with _own.lock:
        for outcome, count in outcomes.items():
            _own.tally.settled[outcome] = _own.tally.settled.get(outcome, 0) + count
    _own.tell()


def total() -> Tally:
    """Of all processes on this data folder; a file that can't be read counts nothing."""
    _own.write()
    whole = Tally()
    for path in _files():
        with suppress(OSError, ValueError, KeyError, TypeError):
            whole.add(_read(path.read_text()))
    return whole


def forget_the_dead() -> None:
    """Takes away what processes that have ended wrote; for the start of `serve`."""
    for path in _files():
        if not _is_alive(path.stem):
            path.unlink(missing_ok=True)


class _Own:
    """This process's tally, and the thread that writes it down."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.lock = threading.Lock()
        self._changed = threading.Event()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None

    def tell(self) -> None:
        """That something was counted."""
        self._changed.set()
        if self._thread is None:
            with self._writing:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="tallies", daemon=True)
                    self._thread.start()

    def write(self) -> None:
        """Whole, by another name first: a reader never sees half a file. A disk that is full costs the
        figures their progress, and nothing else."""
        with self._writing, suppress(OSError):
            with self.lock:
                text = _written(self.tally)
            folder = _folder()
            folder.mkdir(exist_ok=True)
            half = folder / f"{os.getpid()}.new"
            half.write_text(text)
            half.replace(folder / f"{os.getpid()}.json")

    def _work(self) -> None:
        while True:
            self._changed.wait()
            time.sleep(WRITE_EVERY)
            self._changed.clear()
            self.write()


_own = _Own()


def _begin_anew() -> None:
    """A child that was forked counts from nothing, with a thread of its own."""
    global _own
    _own = _Own()


os.register_at_fork(after_in_child=_begin_anew)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "tallies"


def _files() -> Iterator[Path]:
    return _folder().glob("*.json")


def _written(tally: Tally) -> str:
    answers = [[*key, one.counts, one.seconds] for key, one in tally.answers.items()]
    return json.dumps({"answers": answers, "settled": tally.settled})


def _read(text: str) -> Tally:
    found = json.loads(text)
    answers = {
        (str(what), int(status)): Answers([int(count) for count in counts], float(seconds))
        for what, status, counts, seconds in found["answers"]
        if len(counts) == len(BOUNDS) + 1
    }
    return Tally(answers, {str(outcome): int(count) for outcome, count in found["settled"].items()})


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
