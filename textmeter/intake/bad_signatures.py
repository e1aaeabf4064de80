"""Wrongly signed deliveries: kept, for the cause may be a setting of our own (a proxy, a new secret),
but only so many of a connection, for anyone may send them and a flood must fill no disk."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from textmeter.intake.reasons import Reason
from textmeter.ledger.statements import fetch

logger = logging.getLogger(__name__)

MOST = 1_000
MOST_BYTES = 16 << 20
RECOUNT = 5.0  # seconds: how soon room that a replay made is noticed
SAY_AGAIN = 60.0


@dataclass(slots=True)
class _Room:
    counted_at: float
    kept: int
    size: int


@dataclass(slots=True)
class _Tally:
    """Since the process began. `not_kept` is what the log alone remembers."""

    refused: int = 0
    not_kept: int = 0
    said_at: float | None = None


_rooms: dict[int, _Room] = {}
_tallies: dict[int, _Tally] = {}
_lock = threading.Lock()


def has_room(connection_id: int, size: int) -> bool:
    """Whether one more of `size` bytes may be kept, and then counts it in. Raises django.db.Error."""
    with _lock:
        room = _room(connection_id)
        if room.kept < MOST and room.size + size <= MOST_BYTES:
            room.kept += 1
            room.size += size
            return True
        _tallies.setdefault(connection_id, _Tally()).not_kept += 1
        return False


def say(connection_id: int) -> None:
    """Counts one more, and logs how many, once a minute and the first time one was not kept."""
    with _lock:
        tally = _tallies.setdefault(connection_id, _Tally())
        tally.refused += 1
        now = time.monotonic()
        if tally.said_at is None or now - tally.said_at > SAY_AGAIN or tally.not_kept == 1:
            tally.said_at = now
            logger.warning(
                "Connection %d: %d wrongly signed deliveries refused, %d of them not kept because the "
                "quarantine holds as many as it may.",
                connection_id,
                tally.refused,
                tally.not_kept,
            )


def forget() -> None:
    """Counts anew: for tests."""
    with _lock:
        _rooms.clear()
        _tallies.clear()


def _room(connection_id: int) -> _Room:
    known = _rooms.get(connection_id)
    now = time.monotonic()
    if known and now - known.counted_at < RECOUNT:
        return known
    ((kept, size),) = fetch(
        "SELECT count(*), coalesce(sum(length(body) + length(url)), 0) FROM intake_receipt"
        " WHERE connection_id = %s AND reason = %s AND state = 2",
        [connection_id, Reason.BAD_SIGNATURE.value],
    )
    _rooms[connection_id] = _Room(now, kept, size)
    return _rooms[connection_id]
