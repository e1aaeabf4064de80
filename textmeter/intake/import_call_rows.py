"""A row of a file of calls as what was seen. Pure.

The file says how a call ended and not which leg did what. So it is told as the least that leads to that end,
and what the carrier's callbacks know of the legs stands beside it.
"""

from __future__ import annotations

from typing import NamedTuple

from textmeter.carriers.seen import CallSeen, Direction, LegStatus, Place, Recording, Source
from textmeter.intake.import_lines import Cells
from textmeter.intake.import_refusal import BadCell, BadRow
from textmeter.intake.import_rows import (
    DIRECTIONS,
    FILE_CARRIER,
    FileReader,
    other_count,
    read_count,
    read_tracking_number,
    read_word,
)
from textmeter.ledger.parties import key_of
from textmeter.ledger.public_ids import call_public_id, content_ref
from textmeter.lib.csvcells import read_cell
from textmeter.lib.sentences import Sentence

MOST_SECONDS = 2**31 - 1
LONGEST_ID = 200
OUTCOMES = {name: name for name in ("answered", "missed", "voicemail", "going_on")}
# When a recording is heard of that the file knows only the length of: after everything that a carrier says
# of its recordings, so that one with an address is shown before it.
_LAST = 2**53 - 1


class ImportedCall(NamedTuple):
    """As ImportRow, of a call. `apart`: its recording, where it has one: told after the rest."""

    line: int
    end: int
    seen: CallSeen
    ours: str
    number_name: str
    source: str
    is_exported: bool
    apart: CallSeen | None

    @property
    def at(self) -> int:
        return self.seen.carrier_time or 0


class CallReader(FileReader):
    """Of a file of calls."""

    def read(self, row: Cells) -> ImportedCall:
        """Raises BadRow."""
        if len(row.cells) != self._count:
            raise BadRow(other_count(len(row.cells), self._count))
        row.cells.append("")
        cells = self._places(row.cells)
        (
            call_id, started_at, local_time, time_zone, way, outcome, customer_name, customer, city, state,
            number_name, ours, source, seconds, recording_seconds, _, _, carrier, ref,
        ) = cells if row.is_plain else map(read_cell, cells)  # fmt: skip
        at = self._time(started_at, local_time, time_zone, "started_at")
        direction = read_word("direction", way, DIRECTIONS)
        number = read_tracking_number(ours)
        carrier = _id("carrier", carrier or FILE_CARRIER)
        ref = _id("carrier_ref", ref)
        is_exported = bool(call_id and ref)
        if is_exported and call_public_id(carrier, ref) != call_id:
            raise BadCell(self._of_another(call_id), "call_id")
        inbound = direction is Direction.INBOUND
        end = read_word("outcome", outcome, OUTCOMES)
        length = read_count("duration_seconds", seconds, MOST_SECONDS)
        recorded = read_count("recording_seconds", recording_seconds, MOST_SECONDS)
        parent, dialled = _legs(inbound, end)
        seen = CallSeen(
            carrier=carrier,
            carrier_ref=ref or self._content_ref("call", str(at), direction.value, key_of(customer), number),
            source=Source.HISTORY,
            arrived_at=self._now,
            carrier_time=at,
            from_number=customer if inbound else number,
            to_number=number if inbound else customer,
            direction=direction,
            parent_status=parent,
            dial_status=dialled,
            seconds=length if inbound else None,
            parent_seconds=None if inbound else length,
            customer_name=customer_name or None,
            place=Place(city, state) if city or state else None,
        )
        apart = _recording(seen, recorded, end == "voicemail")
        return ImportedCall(row.line, row.end, seen, number, number_name, source, is_exported, apart)


def _id(column: str, value: str) -> str:
    """Raises BadRow: calls have an index of these, and an index has an end."""
    if len(value) > LONGEST_ID:
        raise BadCell(
            lambda name: Sentence(
                "%(column)s has more than %(count)s signs. Shorten it, or leave it empty.",
                column=name,
                count=str(LONGEST_ID),
            ),
            column,
        )
    return value


def _legs(inbound: bool, outcome: str) -> tuple[LegStatus, LegStatus]:
    """The parent's and the dialled one's; of a call from the company the parent is the one that counts."""
    if outcome == "answered":
        return LegStatus.COMPLETED, LegStatus.COMPLETED if inbound else LegStatus.UNKNOWN
    if outcome == "going_on":
        return LegStatus.IN_PROGRESS, LegStatus.UNKNOWN
    return LegStatus.NO_ANSWER, LegStatus.UNKNOWN


def _recording(call: CallSeen, seconds: int | None, is_voicemail: bool) -> CallSeen | None:
    if seconds is None and not is_voicemail:
        return None
    ref = content_ref("recording", call.carrier, call.carrier_ref)
    return CallSeen(
        carrier=call.carrier,
        carrier_ref=call.carrier_ref,
        source=Source.STATUS,
        arrived_at=_LAST,
        recording=Recording(ref, seconds=seconds, is_voicemail=is_voicemail),
    )
