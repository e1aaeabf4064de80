"""A text as the ledger knows it: what all its deliveries said, put together.

`merge` of texts is associative, commutative and idempotent, so that order decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from textmeter.carriers.seen import Seen, Source, Status, TextSeen
from textmeter.ledger.clean import clean, possible_count, possible_time
from textmeter.ledger.parties import Parties
from textmeter.ledger.registers import Fields, merge_fields


class TimeSource(IntEnum):
    """Where `sent_at` comes from, the best first."""

    CARRIER = 0  # the carrier's own time
    ARRIVAL = 1  # arrival of the message's own webhook
    STATUS_ARRIVAL = 2


@dataclass(slots=True)
class Text:
    """`time` is (TimeSource, ms), the least counts; `statuses` each status with its earliest time;
    `is_blocked`: it was never sent and is no message;
    `fields` the registers: p parties, b body, m media, s segments, e error code, a agent, o opt-out type."""

    carrier: str
    carrier_ref: str
    time: tuple[int, int]
    statuses: dict[int, int]
    automatic: bool
    fields: Fields
    is_blocked: bool = False

    @property
    def parties(self) -> Parties:
        return self.fields["p"][2]  # type: ignore[no-any-return]

    @property
    def status(self) -> int:
        return max(self.statuses) if self.statuses else int(Status.UNKNOWN)

    @property
    def body(self) -> str | None:
        known = self.fields.get("b")
        return known[2] if known else None

    def copy(self) -> Text:
        return Text(
            self.carrier,
            self.carrier_ref,
            self.time,
            dict(self.statuses),
            self.automatic,
            dict(self.fields),
            self.is_blocked,
        )


def text_of(seen: TextSeen, parties: Parties | None) -> Text:
    """What one delivery says, alone."""
    source, at = int(seen.source), seen.arrived_at
    fields: Fields = {}
    if parties is not None:
        fields["p"] = (source, at, parties)
    if seen.body is not None:
        fields["b"] = (source, at, clean(seen.body))
    if seen.media is not None:
        media = tuple((clean(one.url), clean(one.content_type)) for one in seen.media)
        fields["m"] = (source, at, media)
    if (segments := possible_count(seen.segments)) is not None:
        fields["s"] = (source, at, segments)
    if seen.error_code:
        fields["e"] = (source, at, clean(seen.error_code))
    if seen.agent:
        fields["a"] = (source, at, clean(seen.agent))
    if seen.opt_out_type:
        fields["o"] = (source, at, clean(seen.opt_out_type))
    status = int(seen.status)
    return Text(
        clean(seen.carrier),
        clean(seen.carrier_ref),
        time_of(seen),
        {status: at} if status else {},
        seen.is_automatic,
        fields,
        seen.is_blocked,
    )


def time_of(seen: Seen) -> tuple[int, int]:
    """(TimeSource, ms) of a delivery of a text or call."""
    at = possible_time(seen.carrier_time)
    if at is not None:
        return int(TimeSource.CARRIER), at
    late = seen.source == Source.STATUS
    return int(TimeSource.STATUS_ARRIVAL if late else TimeSource.ARRIVAL), seen.arrived_at


def merge(known: Text, more: Text) -> bool:
    """Takes what `more` adds into `known`; says whether it added anything."""
    changed = merge_fields(known.fields, more.fields)
    if more.time < known.time:
        known.time, changed = more.time, True
    for status, at in more.statuses.items():
        if at < known.statuses.get(status, at + 1):
            known.statuses[status], changed = at, True
    if more.automatic and not known.automatic:
        known.automatic = changed = True
    if more.is_blocked and not known.is_blocked:
        known.is_blocked = changed = True
    return changed
