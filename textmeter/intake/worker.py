"""The worker: applies receipts as they come, and asks carriers for what is missing.

On PostgreSQL any number of workers work side by side, at most one at a time for a company; on SQLite one.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from textmeter.intake.bell import Bell, workers
from textmeter.intake.claims import claimed
from textmeter.intake.database_file import leave_a_file_that_is_gone
from textmeter.intake.fetching import Fetching
from textmeter.intake.kept import kept_where
from textmeter.intake.purge import purge_some
from textmeter.intake.settle import settle
from textmeter.intake.uploads import sweep
from textmeter.ledger.blame import first_line
from textmeter.ledger.statements import fetch
from textmeter.ledger.turns import Lock
from textmeter.sqlite.log_file import keep_it_short

logger = logging.getLogger(__name__)

MOST_TOGETHER = 200
# Seconds. Webhooks wait behind a transaction of SQLite; on PostgreSQL only the company's next receipts do.
LONGEST_TRANSACTION = {"sqlite": 0.08, "postgresql": 0.5}
PURGE_EVERY = 600.0
LAST_TRY = 5
LONGEST_PAUSE = 5.0


class WorkerRunning(Exception):
    """Another worker works on this data folder; the text says so to people."""


def work_once() -> int:
    """Settles every receipt that waits, company by company; the number settled. Raises django.db.Error
    where the database failed a company."""
    work, total = Work(), 0
    while settled := work.turn():
        total += settled
    for trouble in work.troubles():
        raise trouble
    return total


def run(stop: threading.Event, *beside: Callable[[], None]) -> None:
    """Works until `stop`; survives failures of the database. `beside`: what runs meanwhile, each in a thread
    of its own. On SQLite raises WorkerRunning at once where another worker has this data folder."""
    if connection.vendor == "sqlite":
        beside = (*beside, partial(keep_it_short, Path(str(connection.settings_dict["NAME"])), stop))
    with _only_one() if connection.vendor == "sqlite" else nullcontext():
        for each in beside:
            threading.Thread(target=each, name="beside the worker", daemon=True).start()
        fetching, bell = Fetching(stop), Bell()
        fetching.start()
        try:
            _loop(stop, bell)
        finally:
            stop.set()
            fetching.join()
            bell.close()
            connection.close()


def is_running() -> bool:
    """Whether some process applies receipts now. Raises django.db.Error."""
    if connection.vendor == "postgresql":
        return workers() > 0
    try:
        with _only_one():
            return False
    except WorkerRunning:
        return True


class Work:
    """Turns through the companies, one batch each; a company in trouble waits alone."""

    def __init__(self) -> None:
        self._together = MOST_TOGETHER
        self._pauses: dict[int, _Pause] = {}

    def turn(self) -> int:
        """The number of receipts settled; companies that another worker works for are left to it. Raises
        django.db.Error when no company can be read at all."""
        settled = 0
        for company_id in _companies_with_receipts():
            pause = self._pauses.get(company_id)
            if pause is None or time.monotonic() >= pause.until:
                settled += self._work_for(company_id, is_last_try=bool(pause and pause.failures >= LAST_TRY))
        return settled

    def troubles(self) -> list[Exception]:
        """Why companies wait, now."""
        return [pause.error for pause in self._pauses.values() if pause.error]

    def _work_for(self, company_id: int, is_last_try: bool) -> int:
        began = time.monotonic()
        try:
            with claimed(Lock.RECEIPTS, company_id) as is_ours:
                if not is_ours:
                    return 0
                receipts = kept_where("r.company_id = %s AND r.state = 0", [company_id], self._together)
                settled = settle(company_id, receipts, is_last_try).total
        except Error as error:
            self._pause(company_id, error)
            return 0
        self._pauses.pop(company_id, None)
        self._keep_it_short(time.monotonic() - began, len(receipts))
        return settled

    def _pause(self, company_id: int, error: Exception) -> None:
        pause = self._pauses.setdefault(company_id, _Pause())
        pause.error = error
        pause.failures += 1
        seconds = min(0.25 * 2**pause.failures, LONGEST_PAUSE)
        pause.until = time.monotonic() + seconds
        logger.error("Company %d waits %.1f s: the database says %s", company_id, seconds, first_line(error))
        connection.close()

    def _keep_it_short(self, seconds: float, receipts: int) -> None:
        """Halves the batch when it took too long, and lets it grow again."""
        if seconds > LONGEST_TRANSACTION[connection.vendor]:
            self._together = max(10, min(receipts, self._together) // 2)
        elif receipts == self._together:
            self._together = min(MOST_TOGETHER, self._together * 3 // 2)


@dataclass(slots=True)
class _Pause:
    failures: int = 0
    until: float = 0.0
    error: Exception | None = None


def _loop(stop: threading.Event, bell: Bell) -> None:
    work, failures, purge_at = Work(), 0, time.monotonic()
    while not stop.is_set():
        try:
            leave_a_file_that_is_gone()
            bell.listen()
            if work.turn():
                failures = 0
                continue
            if time.monotonic() >= purge_at and not _purge():
                purge_at = time.monotonic() + PURGE_EVERY
            failures = 0
        except Exception as error:
            failures += 1
            pause = min(0.25 * 2**failures, LONGEST_PAUSE)
            logger.error("The worker waits %.1f s: %s: %s", pause, type(error).__name__, first_line(error))
            connection.close()
            stop.wait(pause)
        bell.wait(stop)


def _purge() -> int:
    """Some receipts that are old enough; how many, 0 when none is left or another worker sees to it."""
    with claimed(Lock.PURGE) as is_ours:
        if is_ours:
            sweep()
        return purge_some(settings.RECEIPT_DAYS) if is_ours else 0


def _companies_with_receipts() -> Iterator[int]:
    """One step of the index a company, however many receipts wait."""
    last = -1
    while True:
        ((company_id,),) = fetch(
            "SELECT min(company_id) FROM intake_receipt WHERE state = 0 AND company_id > %s", [last]
        )
        if company_id is None:
            return
        yield company_id
        last = company_id


@contextmanager
def _only_one() -> Iterator[None]:
    """Holds the data folder's lock; the system gives it back when the process ends, however it ends."""
    path = Path(settings.DATA_DIR) / "worker.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _lock(handle):
            raise WorkerRunning(
                f"Another worker is running on {settings.DATA_DIR}. One is enough: stop it first, or start "
                "`textmeter serve --no-worker`."
            )
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    """Tried more than once: `is_running` holds the lock for a moment too."""
    for _ in range(4):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False
