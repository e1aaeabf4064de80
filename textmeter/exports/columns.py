"""The two files column by column: docs/files.md says what each holds."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Status
from textmeter.lib.csvcells import boolean_cell, count_cell, number_cell, text_cell, time_cells
from textmeter.reports.rows import ConversationRow, MessageRow

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


def conversation_cells(row: ConversationRow, tz: ZoneInfo) -> tuple[str, ...]:
    """In the order of CONVERSATIONS; times in `tz`. Whole seconds of the first response, rounded down."""
    response = row.first_response_ms
    return (
        row.date.isoformat(),
        tz.key,
        text_cell(row.customer_name),
        number_cell(row.customer_number),
        text_cell(row.city),
        text_cell(row.state),
        text_cell(row.tracker.name),
        number_cell(row.tracker.number),
        text_cell(row.tracker.source),
        str(row.total),
        str(row.inbound),
        str(row.total - row.inbound),
        str(row.matching),
        time_cells(row.first_at, tz)[0],
        time_cells(row.last_at, tz)[0],
        text_cell(row.last_message.body),
        text_cell("; ".join(row.agents)),
        count_cell(None if response is None else response // 1000),
        boolean_cell(row.unanswered),
    )


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
