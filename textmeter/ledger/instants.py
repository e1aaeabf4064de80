"""When a text or call was, as one delivery knows it."""

from __future__ import annotations

from enum import IntEnum

from textmeter.carriers.seen import Seen, Source
from textmeter.ledger.clean import possible_time


class TimeSource(IntEnum):
    """Where `sent_at` comes from, the best first."""

    CARRIER = 0  # the carrier's own time
    ARRIVAL = 1  # arrival of the message's own webhook
    STATUS_ARRIVAL = 2


def time_of(seen: Seen) -> tuple[int, int]:
    """(TimeSource, ms) of a delivery of a text or call."""
    at = possible_time(seen.carrier_time)
    if at is not None:
        return int(TimeSource.CARRIER), at
    late = seen.source == Source.STATUS
    return int(TimeSource.STATUS_ARRIVAL if late else TimeSource.ARRIVAL), seen.arrived_at
