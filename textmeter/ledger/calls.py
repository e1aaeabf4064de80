"""A call as the ledger knows it: what the deliveries about its legs and recordings said, put together.

`merge` of calls is associative, commutative and idempotent, so that callbacks in any order lead to
the same row.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import IntEnum

from textmeter.carriers.seen import CallSeen, LegStatus, Recording
from textmeter.ledger.clean import clean, possible_count
from textmeter.ledger.instants import time_of
from textmeter.ledger.parties import OUTBOUND, Parties
from textmeter.ledger.registers import Fields, merge_fields


class CallOutcome(IntEnum):
    GOING_ON = 0
    ANSWERED = 1
    MISSED = 2
    VOICEMAIL = 3


_PICKED_UP = (LegStatus.ANSWERED, LegStatus.COMPLETED)
_ENDED = (
    LegStatus.COMPLETED,
    LegStatus.NO_ANSWER,
    LegStatus.BUSY,
    LegStatus.FAILED,
    LegStatus.CANCELED,
)


@dataclass(slots=True)
class Call:
    """`fields`: p parties, d the dialled leg's seconds, q the parent's, e it is erased. `recordings`: by the
    carrier's id, each with registers: i it exists, u address, l seconds, v it is a voicemail."""

    carrier: str
    carrier_ref: str
    time: tuple[int, int]
    parent_status: int
    dial_status: int
    fields: Fields
    recordings: dict[str, Fields] = field(default_factory=dict)

    @property
    def parties(self) -> Parties:
        return self.fields["p"][2]  # type: ignore[no-any-return]

    @property
    def is_its_own_leg(self) -> bool:
        """A call from the company that dialled nobody further: the parent is the leg that counts."""
        return self.parties.direction == OUTBOUND and self.dial_status == LegStatus.UNKNOWN

    @property
    def outcome(self) -> CallOutcome:
        """DOMAIN.md: Calls."""
        leg = self.parent_status if self.is_its_own_leg else self.dial_status
        if leg in _PICKED_UP:
            return CallOutcome.ANSWERED
        if any("v" in parts for parts in self.recordings.values()):
            return CallOutcome.VOICEMAIL
        return CallOutcome.MISSED if self.parent_status in _ENDED else CallOutcome.GOING_ON

    @property
    def seconds(self) -> int | None:
        said = self.fields.get("d") or (self.fields.get("q") if self.is_its_own_leg else None)
        return said[2] if said else None

    @property
    def recording(self) -> Recording | None:
        """The one that is shown: of several, the one whose first word is the best, then the lesser id."""
        if not self.recordings:
            return None
        ref = min(self.recordings, key=lambda one: (self.recordings[one]["i"], one))
        parts = self.recordings[ref]
        url, seconds = parts.get("u"), parts.get("l")
        return Recording(ref, url[2] if url else "", seconds[2] if seconds else None, "v" in parts)

    def copy(self) -> Call:
        return Call(
            self.carrier,
            self.carrier_ref,
            self.time,
            self.parent_status,
            self.dial_status,
            dict(self.fields),
            {ref: dict(parts) for ref, parts in self.recordings.items()},
        )


def call_of(seen: CallSeen, parties: Parties | None) -> Call:
    """What one delivery says, alone."""
    source, at = int(seen.source), seen.arrived_at
    fields: Fields = {}
    if parties is not None:
        fields["p"] = (source, at, parties)
    if (seconds := possible_count(seen.seconds)) is not None:
        fields["d"] = (source, at, seconds)
    if (parent_seconds := possible_count(seen.parent_seconds)) is not None:
        fields["q"] = (source, at, parent_seconds)
    return Call(
        clean(seen.carrier),
        clean(seen.carrier_ref),
        time_of(seen),
        int(seen.parent_status),
        int(seen.dial_status),
        fields,
        _recordings(seen.recording, source, at),
    )


def merge(known: Call, more: Call) -> bool:
    """Takes what `more` adds into `known`; says whether it added anything."""
    changed = merge_fields(known.fields, more.fields)
    if more.time < known.time:
        known.time, changed = more.time, True
    if more.parent_status > known.parent_status:
        known.parent_status, changed = more.parent_status, True
    if more.dial_status > known.dial_status:
        known.dial_status, changed = more.dial_status, True
    for ref, parts in more.recordings.items():
        changed = merge_fields(known.recordings.setdefault(ref, {}), parts) or changed
    return changed


def packed(call: Call) -> str:
    """The registers as `facts` holds them, contents and all: a call's columns show only the result."""
    facts: dict[str, object] = dict(sorted(call.fields.items()))
    if call.recordings:
        facts["r"] = {ref: dict(sorted(parts.items())) for ref, parts in sorted(call.recordings.items())}
    return json.dumps(facts, separators=(",", ":"), ensure_ascii=False)


def unpacked(facts: str) -> tuple[Fields, dict[str, Fields]]:
    """A call's fields and recordings again."""
    stored = json.loads(facts)
    recordings = {ref: _registers(parts) for ref, parts in stored.pop("r", {}).items()}
    fields = _registers(stored)
    source, at, parties = fields["p"]
    return fields | {"p": (source, at, Parties(*parties))}, recordings


def _registers(stored: dict[str, list[object]]) -> Fields:
    return {name: (int(str(one[0])), int(str(one[1])), one[2]) for name, one in stored.items()}


def _recordings(recording: Recording | None, source: int, at: int) -> dict[str, Fields]:
    if recording is None:
        return {}
    parts: Fields = {"i": (source, at, 1)}
    if recording.url:
        parts["u"] = (source, at, clean(recording.url))
    if (seconds := possible_count(recording.seconds)) is not None:
        parts["l"] = (source, at, seconds)
    if recording.is_voicemail:
        parts["v"] = (source, at, 1)
    return {clean(recording.carrier_ref): parts}
