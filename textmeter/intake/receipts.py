"""Receipts: deliveries as they came. `keep` returns once the receipt is on disk.

Committing one by one, a disk takes some hundreds a second; so one writer thread a process takes what
has queued up, commits it together, and wakes the requests that wait for it.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from django.db import DataError, Error, IntegrityError, connection, transaction

from textmeter.intake import heard
from textmeter.intake.bell import ring
from textmeter.intake.database_file import leave_a_file_that_is_gone
from textmeter.ledger.blame import first_line
from textmeter.ledger.statements import run_many
from textmeter.ledger.turns import goes_first
from textmeter.lib.days import now_ms
from textmeter.lib.ids import new_id
from textmeter.lib.sentences import to_text

logger = logging.getLogger(__name__)

MOST_WAITING = 5_000
MOST_TOGETHER = 256
PATIENCE = 10.0  # seconds; Twilio gives up on us after 15


class State(IntEnum):
    WAITING = 0
    APPLIED = 1
    QUARANTINED = 2


class NotKept(Exception):
    """The receipt is not on disk: the carrier has to try again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One delivery. `url`: the address that the carrier signed, as we knew it; `headers`: lower-case
    names; `received_at`: ms; `reason` and `detail` for one that goes straight into quarantine."""

    connection_id: int
    company_id: int
    what: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: int
    state: State = State.WAITING
    reason: str | None = None
    detail: str | None = None
    id: int = field(default_factory=new_id)


def keep(receipt: Receipt, patience: float = PATIENCE) -> None:
    """Returns after the commit; raises NotKept where that fails or takes longer than `patience` seconds
    (then it may still be kept, and the carrier's second try is known already)."""
    _writer().keep(receipt, patience)


def stop() -> None:
    """Ends the writer of this process and closes its connection; the next `keep` starts another."""
    global _running
    with _start:
        writer, _running = _running, None
    if writer:
        writer.stop()


class _Waiting:
    __slots__ = ("error", "receipt", "settled")

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt
        # Released once it is settled. An Event, made for many who wait, costs more for one.
        self.settled = threading.Lock()
        self.settled.acquire()
        self.error: Exception | None = None


class _Writer:
    def __init__(self) -> None:
        self.queue: queue.Queue[_Waiting | None] = queue.Queue(MOST_WAITING)
        self._is_writing = False
        self._nothing_since: float | None = None  # was written, though there was something to write
        self.thread = threading.Thread(target=self._work, name="receipts", daemon=True)
        self.thread.start()

    def keep(self, receipt: Receipt, patience: float) -> None:
        waiting = _Waiting(receipt)
        patience = min(patience, self._patience_left())
        if patience < 0:
            # It would hold a thread in vain, and what comes behind it would wait for that thread.
            raise NotKept(f"Nothing could be written for more than {PATIENCE:g} seconds")
        try:
            self.queue.put_nowait(waiting)
        except queue.Full:
            raise NotKept(f"{MOST_WAITING:,} receipts wait to be written already") from None
        if not waiting.settled.acquire(timeout=patience):
            raise NotKept(f"It was not written within {patience:.2g} seconds")
        if waiting.error:
            raise NotKept(first_line(waiting.error)) from waiting.error

    def _patience_left(self) -> float:
        """Seconds until all who wait are told that nothing can be written: who waited for a thread before
        may have no longer."""
        since = self._nothing_since
        if not self._is_writing or since is None:
            return PATIENCE
        return since + PATIENCE - time.monotonic()

    def stop(self) -> None:
        self.queue.put(None)
        self.thread.join()

    def _work(self) -> None:
        going_on = True
        goes_first()
        while going_on:
            together = [self.queue.get()]
            while len(together) < MOST_TOGETHER and together[-1] is not None:
                try:
                    together.append(self.queue.get_nowait())
                except queue.Empty:
                    break
            going_on = together[-1] is not None
            self._nothing_since = self._nothing_since or time.monotonic()
            self._is_writing = True
            if _settle([one for one in together if one is not None]):
                self._nothing_since = None
            self._is_writing = False
        connection.close()


def _settle(together: list[_Waiting]) -> bool:
    """Writes them and wakes who waits; whether the database did its part. This thread outlives every error:
    the next ones may fare better."""
    is_working = True
    try:
        _write([one.receipt for one in together])
    except (DataError, IntegrityError, UnicodeError, OverflowError) as error:
        # One of them is at fault; the others must not suffer for it.
        if len(together) > 1:
            each = [_settle([one]) for one in together]
            return all(each)
        _fail(together, error)
    except Exception as error:
        is_working = False
        _fail(together, error)
    for one in together:
        one.settled.release()
    return is_working


def _fail(together: list[_Waiting], error: Exception) -> None:
    """Who waits for them says so in the log."""
    for one in together:
        one.error = error
    try:
        connection.close()
    except Error as closing:
        logger.error("The writer's connection could not be closed: %s", closing)


def _write(receipts: list[Receipt]) -> None:
    if not receipts:
        return
    leave_a_file_that_is_gone()
    # A server that went away and came back cost its connections: that is no reason to refuse a delivery.
    connection.close_if_unusable_or_obsolete()
    settled_at = now_ms()
    heard_now = heard.due(
        (one.connection_id, one.received_at) for one in receipts if one.state == State.WAITING
    )
    with transaction.atomic():
        heard.note(heard_now)
        run_many(
            "INSERT INTO intake_receipt (id, connection_id, company_id, what, url, headers, body,"
            " received_at, state, reason, detail, settled_at) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
            [
                (
                    one.id,
                    one.connection_id,
                    one.company_id,
                    one.what,
                    one.url,
                    json.dumps(dict(one.headers)),
                    one.body,
                    one.received_at,
                    int(one.state),
                    one.reason,
                    None if one.detail is None else to_text(one.detail),
                    settled_at if one.state else None,
                )
                for one in receipts
            ],
        )
        ring()
    heard.noted(heard_now)


_start = threading.Lock()
_running: _Writer | None = None


def _writer() -> _Writer:
    """Started with the first receipt, in the process that got it: threads don't survive a fork."""
    global _running
    writer = _running
    if writer is None or not writer.thread.is_alive():
        with _start:
            if _running is None or not _running.thread.is_alive():
                _running = _Writer()
            writer = _running
    return writer


def _forget_the_parents_writer() -> None:
    global _running, _start
    _running, _start = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_the_parents_writer)
