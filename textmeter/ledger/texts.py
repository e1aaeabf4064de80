"""A text as the ledger knows it: what all its deliveries said, put together.

`merge` of texts is associative, commutative and idempotent, so that order decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from textmeter.carriers.seen import Status
from textmeter.ledger.parties import Parties
from textmeter.ledger.readings import TextReading, unpacked_media
from textmeter.ledger.registers import Fields, merge_fields


@dataclass(slots=True)
class Text:
    """`time` is (TimeSource, ms), the least counts; `statuses` each status with its earliest time;
    `is_blocked`: it was never sent and is no message; `is_erased`: see erasure.py;
    `fields` the registers: p parties, b body, m media, s segments, e error code, a agent, o opt-out type."""

    carrier: str
    carrier_ref: str
    time: tuple[int, int]
    statuses: dict[int, int]
    automatic: bool
    fields: Fields
    is_blocked: bool = False
    is_erased: bool = False

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
            self.is_erased,
        )


def text_of(reading: TextReading, parties: Parties | None) -> Text:
    """What one delivery says, alone."""
    source, at, said = reading.source, reading.arrived_at, reading.columns
    contents = {
        "p": parties,
        "b": said.body,
        "m": unpacked_media(said.media),
        "s": said.segments,
        "e": said.error_code,
        "a": said.agent,
        "o": said.opt_out_type,
    }
    return Text(
        reading.carrier,
        reading.carrier_ref,
        (said.sent_at_source, reading.at),
        {said.status: at} if said.status else {},
        bool(said.automatic),
        {name: (source, at, content) for name, content in contents.items() if content is not None},
        reading.is_blocked,
    )


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
