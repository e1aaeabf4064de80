"""The file of customers column by column: docs/files.md says what each holds."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from textmeter.lib.csvcells import boolean_cell, count_cell, number_cell, text_cell, time_cells
from textmeter.reports.customers import CustomerLine

CUSTOMERS = (
    "customer_id",
    "customer_name",
    "customer_number",
    "customer_city",
    "customer_state",
    "time_zone",
    "last_contact_at",
    "last_text_at",
    "last_call_at",
    "waiting_since_at",
    "opted_out",
    "inbound_messages",
    "outbound_messages",
    "calls",
)


def customer_cells(line: CustomerLine, tz: ZoneInfo) -> tuple[str, ...]:
    """In the order of CUSTOMERS; times in `tz`."""
    return (
        str(line.id),
        text_cell(line.name),
        number_cell(line.number),
        text_cell(line.city),
        text_cell(line.state),
        tz.key,
        _time_cell(line.last_contact_at or None, tz),
        _time_cell(line.last_text_at, tz),
        _time_cell(line.last_call_at, tz),
        _time_cell(line.waiting_since, tz),
        boolean_cell(line.is_opted_out),
        count_cell(line.texts_in),
        count_cell(line.texts_out),
        count_cell(line.calls),
    )


def _time_cell(at: int | None, tz: ZoneInfo) -> str:
    return "" if at is None else time_cells(at, tz)[0]
