"""The two files column by column: docs/files.md says what each holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Status
from textmeter.lib.csvcells import boolean_cell, count_cell, in_quotes, number_cell, text_cell, time_cells
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


class ConversationLines:
    """Lines of the file of conversations, with times in `tz`; whole seconds of the first response, rounded
    down."""

    def __init__(self, tz: ZoneInfo, trackers: Mapping[int, TrackerRow]) -> None:
        self._zone, self._iso = tz.key, LocalTimes(tz).iso
        self._trackers = trackers
        self._tracker_cells: dict[int, str] = {}

    def __call__(self, row: ConversationLine) -> str:
        """In the order of CONVERSATIONS, with its CRLF. Dates, zone, counts and times need no quotation
        marks."""
        (
            _, day, name, number, city, state, tracker_id, total, inbound,
            first_at, last_at, body, names, response, unanswered, matching,
        ) = row  # fmt: skip
        tracker = self._tracker_cells.get(tracker_id) or self._of(tracker_id)
        return (
            f"{_day_cell(day)},{self._zone},{_customer_cells(name, number)},{_place_cells(city, state)},"
            f"{tracker},{total},{inbound},{total - inbound},{matching},{self._iso(first_at)},"
            f"{self._iso(last_at)},{in_quotes(text_cell(body))},{_agents_cell(names) if names else ''},"
            f"{'' if response is None else response // 1000},{'true' if unanswered else 'false'}\r\n"
        )

    def _of(self, tracker_id: int) -> str:
        one = self._trackers[tracker_id]
        cells = text_cell(one.name), number_cell(one.number), text_cell(one.source)
        self._tracker_cells[tracker_id] = found = ",".join(map(in_quotes, cells))
        return found


def _customer_cells(name: str, number: str) -> str:
    return f"{in_quotes(text_cell(name))},{in_quotes(number_cell(number))}"


@lru_cache(maxsize=10_000)
def _place_cells(city: str, state: str) -> str:
    return f"{in_quotes(text_cell(city))},{in_quotes(text_cell(state))}"


@lru_cache(maxsize=10_000)
def _day_cell(day: int) -> str:
    return from_key(day).isoformat()


@lru_cache(maxsize=10_000)
def _agents_cell(stored: str) -> str:
    return in_quotes(text_cell("; ".join(agents(stored))))


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
