"""Calls to and from their table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from textmeter.ledger.calls import Call, CallOutcome, packed, unpacked
from textmeter.ledger.keys import Key, by_carrier
from textmeter.ledger.statements import fetch, marks, run_many


class CallPlace(NamedTuple):
    """Where a call stands in the ledger; `customer_id` None: the caller withheld the number."""

    customer_id: int | None
    tracker_id: int
    started_at: int
    local_date: int
    local_hour: int
    is_answered: bool


@dataclass(frozen=True, slots=True)
class StoredCall:
    id: int
    state: Call
    place: CallPlace


@dataclass(frozen=True, slots=True)
class CallChange:
    """A call to write: as it was (None: new) and as it is."""

    before: StoredCall | None
    id: int
    state: Call
    place: CallPlace


def load_calls(company_id: int, keys: Iterable[Key]) -> dict[Key, StoredCall]:
    """Those of the calls that are known."""
    found: dict[Key, StoredCall] = {}
    for carrier, refs in by_carrier(keys):
        rows = fetch(f"{_LOAD} AND carrier_ref IN ({marks(len(refs))})", [company_id, carrier, *refs])
        for row in rows:
            found[carrier, row[1]] = _stored(carrier, row)
    return found


def write_calls(company_id: int, changes: Sequence[CallChange]) -> None:
    new = [one for one in changes if one.before is None]
    run_many(
        _INSERT,
        [(*_values(one), company_id, one.id, one.state.carrier, one.state.carrier_ref) for one in new],
    )
    old = [one for one in changes if one.before is not None]
    run_many(_UPDATE, [(*_values(one), company_id, one.id) for one in old])


_VALUES = (
    "customer_id",
    "tracker_id",
    "direction",
    "started_at",
    "started_at_source",
    "local_date",
    "local_hour",
    "parent_status",
    "dial_status",
    "outcome",
    "seconds",
    "recording_ref",
    "recording_url",
    "recording_seconds",
    "facts",
)
_INSERT = (
    f"INSERT INTO ledger_call ({', '.join(_VALUES)}, company_id, id, carrier, carrier_ref)"
    f" VALUES ({marks(len(_VALUES) + 4)})"
)
_UPDATE = f"UPDATE ledger_call SET {' = %s, '.join(_VALUES)} = %s WHERE company_id = %s AND id = %s"
_LOAD = (
    "SELECT id, carrier_ref, customer_id, tracker_id, started_at, started_at_source, local_date, local_hour,"
    " parent_status, dial_status, facts FROM ledger_call WHERE company_id = %s AND carrier = %s"
)


def _values(one: CallChange) -> tuple[Any, ...]:
    state, place, recording = one.state, one.place, one.state.recording
    return (
        place.customer_id,
        place.tracker_id,
        state.parties.direction,
        place.started_at,
        state.time[0],
        place.local_date,
        place.local_hour,
        state.parent_status,
        state.dial_status,
        int(state.outcome),
        state.seconds,
        recording.carrier_ref if recording else None,
        (recording.url or None) if recording else None,
        recording.seconds if recording else None,
        packed(state),
    )


def _stored(carrier: str, row: Sequence[Any]) -> StoredCall:
    id, ref, customer_id, tracker_id, started_at, time_source, date, hour, parent, dial, facts = row
    fields, recordings = unpacked(facts)
    state = Call(carrier, ref, (time_source, started_at), parent, dial, fields, recordings)
    answered = state.outcome == CallOutcome.ANSWERED
    return StoredCall(id, state, CallPlace(customer_id, tracker_id, started_at, date, hour, answered))
