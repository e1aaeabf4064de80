"""Conversation rows: made again from their day's messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from textmeter.ledger.conversation_counts import count_conversations
from textmeter.ledger.derive import Conversation, Message, by_tracker, conversation, in_order
from textmeter.ledger.message_days import Day
from textmeter.ledger.statements import marks, run_many


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
    rows, parts, written = [], [], []
    for day, messages in days.items():
        if messages:
            ordered = in_order(messages) if len(messages) > 1 else messages
            row = conversation(ordered)
            rows.append((company_id, *day, *row))
            trackers = by_tracker(ordered)
            shared = int(len(trackers) > 1)
            for tracker_id, counts in trackers.items():
                parts.append(
                    (
                        *(company_id, *day, tracker_id, *counts, row.last_at),
                        *(shared, row.unanswered, row.first_response_ms),
                    )
                )
            written.append(ordered)
    run_many(_PUT, rows)
    run_many(_PUT_TRACKER, parts)
    count_conversations(company_id, map(in_order, before), written)


_IS_DAY = "company_id = %s AND customer_id = %s AND local_date = %s"
_FIELDS = Conversation._fields
_PUT = (
    f"INSERT INTO ledger_conversation (company_id, customer_id, local_date, {', '.join(_FIELDS)})"
    f" VALUES ({marks(len(_FIELDS) + 3)}) ON CONFLICT (company_id, customer_id, local_date) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _FIELDS)
)
_PUT_TRACKER = (
    "INSERT INTO ledger_conversation_tracker"
    " (company_id, customer_id, local_date, tracker_id, inbound, outbound, last_at,"
    " shared, unanswered, first_response_ms)"
    " VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)"
    " ON CONFLICT (company_id, customer_id, local_date, tracker_id) DO UPDATE SET"
    " inbound = excluded.inbound, outbound = excluded.outbound, last_at = excluded.last_at,"
    " shared = excluded.shared, unanswered = excluded.unanswered,"
    " first_response_ms = excluded.first_response_ms"
)
