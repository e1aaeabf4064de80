"""Ids made in Python: 64-bit, rising with time, unique over the installation."""

from __future__ import annotations

import os
import secrets
import threading
import time

EPOCH_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z; 41 bits of milliseconds last until 2093
_PROCESS_BITS = 10
_COUNTER_BITS = 12

_lock = threading.Lock()
_process = secrets.randbits(_PROCESS_BITS)
_last_ms = 0
_counter = 0


def new_id() -> int:
    """A positive integer below 2**63: milliseconds, then this process, then a counter.

    A clock that was set back never repeats an id: the last millisecond seen goes on being used,
    and when its counter is full the next millisecond is borrowed.
    """
    global _last_ms, _counter
    with _lock:
        now = time.time_ns() // 1_000_000 - EPOCH_MS
        if now > _last_ms:
            _last_ms, _counter = now, 0
        else:
            _counter += 1
            if _counter >> _COUNTER_BITS:
                _last_ms, _counter = _last_ms + 1, 0
        return (_last_ms << _PROCESS_BITS | _process) << _COUNTER_BITS | _counter


def first_id_of(at: int) -> int:
    """The least id that can be made at the instant `at` (ms): what was made before has a lesser one."""
    return max(at - EPOCH_MS, 0) << _PROCESS_BITS + _COUNTER_BITS


def new_company_id() -> int:
    """Random, so that a company's id says nothing of how many others there are; three bytes, for
    every ledger row carries it."""
    return 100_000 + secrets.randbelow(16_000_000)


TRACKER_IDS_END = 2**31  # those of former releases are larger


def next_tracker_id(last: int | None) -> int:
    """Small, so that SQLite keeps it in three bytes: all rows of messages and conversations carry it.
    `last`: the largest below TRACKER_IDS_END. By steps of chance, to say little of how many there are."""
    return (last or 100_000) + 1 + secrets.randbelow(60)


def _take_a_new_process_number() -> None:
    global _process
    _process = secrets.randbits(_PROCESS_BITS)


os.register_at_fork(after_in_child=_take_a_new_process_number)
