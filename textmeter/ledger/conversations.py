"""Conversation rows: made again from their day's messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from textmeter.ledger.conversation_counts import count_conversations
from textmeter.ledger.derive import Conversation, Message, by_tracker, conversation, in_order
from textmeter.ledger.message_days import Day
from textmeter.ledger.statements import fetch_in, marks, run_many


def write_conversations(
    company_id: int,
    days: Mapping[Day, Sequence[Message]],
    before: Iterable[Sequence[Message]],
    left: Collection[Day],
) -> None:
    """Writes the conversation of each day, or removes it where no message is left, and counts them anew.
    `before`: the messages of each of these days that had any, as they were. `left`: days that a message
    left or where it changed its tracker, so that rows of its old tracker may have to go."""
    gone = [(company_id, *day) for day, messages in days.items() if not messages]
    run_many(f"DELETE FROM ledger_conversation WHERE {_IS_DAY}", gone)
    run_many(f"DELETE FROM ledger_conversation_tracker WHERE {_IS_DAY}", [(company_id, *day) for day in left])
    written = [in_order(messages) for messages in days.values() if messages]
    made = [_rows(company_id, ordered) for ordered in written]
    run_many(_PUT, [row for row, _ in made])
    run_many(_PUT_TRACKER, [part for _, parts in made for part in parts])
    count_conversations(company_id, map(in_order, before), written)


def mend_conversations(
    company_id: int, customer_ids: Sequence[int], days: Iterable[Sequence[Message]]
) -> None:
    """`days`: all that these customers have, each in order. Writes only what isn't stored as it should be."""
    made = [_rows(company_id, ordered) for ordered in days]
    rows = {row[:3]: row for row, _ in made}
    parts = {part[:4]: part for _, some in made for part in some}
    for table, put, wanted in (
        ("ledger_conversation", _PUT, rows),
        ("ledger_conversation_tracker", _PUT_TRACKER, parts),
    ):
        _mend(table, put, wanted, company_id, customer_ids)


def _mend(
    table: str,
    put: str,
    wanted: Mapping[tuple[Any, ...], tuple[Any, ...]],
    company_id: int,
    customer_ids: Sequence[int],
) -> None:
    columns = _ROW if table == "ledger_conversation" else _PART
    sql = f"SELECT {', '.join(columns)} FROM {table} WHERE company_id = %s AND customer_id IN"
    stored = set(fetch_in(sql, [company_id], customer_ids))
    keys = 3 if columns is _ROW else 4
    gone = {row[:keys] for row in stored} - wanted.keys()
    where = " AND ".join(f"{name} = %s" for name in columns[:keys])
    run_many(f"DELETE FROM {table} WHERE {where}", list(gone))
    run_many(put, [row for row in wanted.values() if row not in stored])


def _rows(company_id: int, ordered: Sequence[Message]) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    """Of one day: the row of its conversation, and those of its trackers."""
    row = conversation(ordered)
    key = company_id, ordered[0].customer_id, ordered[0].local_date
    trackers = by_tracker(ordered)
    ends = row.last_at, int(len(trackers) > 1), row.unanswered, row.first_response_ms
    return (*key, *row), [(*key, tracker_id, *counts, *ends) for tracker_id, counts in trackers.items()]


_IS_DAY = "company_id = %s AND customer_id = %s AND local_date = %s"
_ROW = ("company_id", "customer_id", "local_date", *Conversation._fields)
_PART = (
    *("company_id", "customer_id", "local_date", "tracker_id", "inbound", "outbound", "last_at"),
    *("shared", "unanswered", "first_response_ms"),
)


def _upsert(table: str, columns: Sequence[str], keys: int) -> str:
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(len(columns))})"
        f" ON CONFLICT ({', '.join(columns[:keys])}) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in columns[keys:])
    )


_PUT = _upsert("ledger_conversation", _ROW, 3)
_PUT_TRACKER = _upsert("ledger_conversation_tracker", _PART, 4)
