"""The file of calls column by column: docs/files.md says what each holds."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from textmeter.ledger.public_ids import call_public_id
from textmeter.lib.call_columns import CALLS
from textmeter.lib.csvcells import count_cell, number_cell, text_cell, time_cells
from textmeter.reports.calls import CallLine

__all__ = ["CALLS", "call_cells"]


def call_cells(line: CallLine, tz: ZoneInfo) -> tuple[str, ...]:
    """In the order of CALLS; times in `tz`."""
    call = line.call
    started_at, local_time = time_cells(call.started_at, tz)
    return (
        call_public_id(line.carrier, line.carrier_ref),
        started_at,
        local_time,
        tz.key,
        call.direction.value,
        call.outcome,
        text_cell(line.customer_name),
        number_cell(line.customer_number),
        text_cell(line.city),
        text_cell(line.state),
        text_cell(call.tracker.name),
        number_cell(call.tracker.number),
        text_cell(call.tracker.source),
        count_cell(call.seconds),
        count_cell(call.recording_seconds),
        _time_cell(line.answered_by_text_at, tz),
        _time_cell(line.called_back_at, tz),
        text_cell(line.carrier),
        text_cell(line.carrier_ref),
    )


def _time_cell(at: int | None, tz: ZoneInfo) -> str:
    return "" if at is None else time_cells(at, tz)[0]
