"""The two files column by column: docs/files.md says what each holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Status
from textmeter.lib.csvcells import boolean_cell, count_cell, number_cell, text_cell, time_cells
from textmeter.lib.days import from_key
from textmeter.lib.local_times import LocalTimes
from textmeter.reports.rows import ConversationLine, MessageRow, TrackerRow
from textmeter.reports.stored import agents

CONVERSATIONS = (
    "date",
    "time_zone",
    "customer_name",
    "customer_number",
    "customer_city",
    "customer_state",
    "number_name",
    "tracking_number",
    "source",
    "total_messages",
    "inbound_messages",
    "outbound_messages",
    "matching_messages",
    "first_message_at",
    "last_message_at",
    "last_message",
    "agents",
    "first_response_seconds",
    "unanswered",
)
_STATUSES = {status: status.name.lower() if status else "" for status in Status}


class ConversationCells:
    """Lines of the file of conversations, with times in `tz`; whole seconds of the first response, rounded
    down. Counts are whole numbers, which the file's writer writes as they are."""

    def __init__(self, tz: ZoneInfo, trackers: Mapping[int, TrackerRow]) -> None:
        self._zone, self._iso = tz.key, LocalTimes(tz).iso
        self._trackers = trackers
        self._tracker_cells: dict[int, tuple[str, str, str]] = {}

    def __call__(self, line: ConversationLine) -> Sequence[str | int]:
        """In the order of CONVERSATIONS."""
        (
            _, day, name, number, city, state, tracker_id, total, inbound,
            first_at, last_at, body, names, response, unanswered, matching,
        ) = line  # fmt: skip
        tracker_name, tracking_number, source = self._tracker_cells.get(tracker_id) or self._of(tracker_id)
        return (
            _day_cell(day),
            self._zone,
            text_cell(name),
            number_cell(number),
            text_cell(city),
            text_cell(state),
            tracker_name,
            tracking_number,
            source,
            total,
            inbound,
            total - inbound,
            matching,
            self._iso(first_at),
            self._iso(last_at),
            text_cell(body),
            _agents_cell(names) if names else "",
            count_cell(None if response is None else response // 1000),
            boolean_cell(bool(unanswered)),
        )

    def _of(self, tracker_id: int) -> tuple[str, str, str]:
        tracker = self._trackers[tracker_id]
        cells = text_cell(tracker.name), number_cell(tracker.number), text_cell(tracker.source)
        self._tracker_cells[tracker_id] = cells
        return cells


@lru_cache(maxsize=10_000)
def _day_cell(day: int) -> str:
    return from_key(day).isoformat()


@lru_cache(maxsize=10_000)
def _agents_cell(stored: str) -> str:
    return text_cell("; ".join(agents(stored)))


def message_cells(row: MessageRow, tz: ZoneInfo) -> tuple[str, ...]:
    """In the order of MESSAGES; times in `tz`. An unknown body and an empty one are both empty cells:
    the count of media is unknown (empty) with the one, and known with the other."""
    sent_at, local_time = time_cells(row.sent_at, tz)
    is_wordless = row.body is None and not row.media
    return (
        row.public_id,
        sent_at,
        local_time,
        tz.key,
        row.direction.value,
        text_cell(row.customer_name),
        number_cell(row.customer_number),
        text_cell(row.tracker.name),
        number_cell(row.tracker.number),
        text_cell(row.tracker.source),
        text_cell(row.agent),
        text_cell(row.body),
        "" if is_wordless else str(len(row.media)),
        _STATUSES[row.status],
        text_cell(row.error_code),
        count_cell(row.segments),
        text_cell(row.carrier),
        text_cell(row.carrier_ref),
        boolean_cell(row.automatic),
    )
