"""The conversation log: pages by keyset, and the whole of it as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textmeter.carriers.seen import Status
from textmeter.lib.days import from_key
from textmeter.reports.conversation_details import AT_ONCE, details
from textmeter.reports.cursors import Place, make_cursor, read_cursor
from textmeter.reports.figures import count_conversations
from textmeter.reports.filter import Filter
from textmeter.reports.log_keys import log_keys
from textmeter.reports.log_order import Asked, Key, key_of, keys_in_order
from textmeter.reports.rows import ConversationRow, LastMessage, LogPage, TrackerRow
from textmeter.reports.statements import Row, fetch, stream
from textmeter.reports.stored import agents, direction, media
from textmeter.reports.trackers import trackers

# `waiting_since` only on the latest conversation of its customer, whose day is `waiting_date`.
_COLUMNS = """who.name, who.number, who.city, who.state, c.tracker_id, c.total, c.inbound, c.failed,
    c.first_at, c.last_at, c.agents, c.first_response_ms, c.unanswered, c.opted_out,
    CASE WHEN who.waiting_date = c.local_date THEN who.waiting_since END,
    m.id, m.direction, m.body, m.media, m.status, m.sent_at, m.erased"""


def log_page(
    flt: Filter, size: int = 50, conversations: int | None = None, *, is_counted: bool = True
) -> LogPage:
    """The page behind `flt.after` (the first without it), in the filter's sort. `conversations` spares
    the counting where the figures have counted already; without `is_counted` nothing is counted but where
    this page ends the list. BadCursor for a cursor of another list."""
    after = read_cursor(flt)
    keys = log_keys(flt, Asked(after, size + 1))
    before = after.count if after else 0
    shown = keys[:size]
    if conversations is None:
        is_last = len(keys) <= size and (shown or not after)
        conversations = before + len(shown) if is_last else count_conversations(flt) if is_counted else None
    return LogPage(
        rows=tuple(_rows(flt.company_id, shown, trackers(flt.company_id))),
        conversations=conversations,
        first=before + 1 if shown else 0,
        next_cursor=make_cursor(flt, _place(shown[-1], before + size)) if len(keys) > size else None,
        shows_matching=bool(flt.numbers or flt.direction or flt.q or flt.hour is not None),
    )


def each_conversation(flt: Filter) -> Iterator[ConversationRow]:
    """Every listed conversation in the filter's sort, from the first, few at a time in memory."""
    known = trackers(flt.company_id)
    for rows in stream(keys_in_order(flt, Asked()), AT_ONCE):
        yield from _rows(flt.company_id, [key_of(row) for row in rows], known)


def _rows(company_id: int, keys: Sequence[Key], known: Mapping[int, TrackerRow]) -> Iterator[ConversationRow]:
    """The keys' rows in their order; a conversation that has gone meanwhile is left out."""
    if not keys:
        return
    chosen = [(key.customer_id, key.local_date) for key in keys]
    found = {row[:2]: row for row in fetch(details(company_id, chosen, _COLUMNS))}
    for key in keys:
        row = found.get((key.customer_id, key.local_date))
        if row is not None:
            yield _conversation(row, key.matching, known)


def _conversation(row: Row, matching: int, known: Mapping[int, TrackerRow]) -> ConversationRow:
    customer_id, day, name, number, city, state, tracker_id, *more, waiting_since = row[:17]
    total, inbound, failed, first_at, last_at, names, first_response_ms, unanswered, opted_out = more
    message_id, way, body, attached, status, at, erased = row[17:]
    return ConversationRow(
        customer_id=customer_id,
        date=from_key(day),
        customer_name=name,
        customer_number=number,
        city=city,
        state=state,
        tracker=known[tracker_id],
        total=total,
        inbound=inbound,
        matching=matching,
        failed=failed,
        first_at=first_at,
        last_at=last_at,
        last_message=LastMessage(
            message_id, direction(way), body, media(attached), Status(status), at, bool(erased)
        ),
        agents=agents(names),
        first_response_ms=first_response_ms,
        unanswered=bool(unanswered),
        waiting_since=waiting_since,
        opted_out=bool(opted_out),
    )


def _place(key: Key, count: int) -> Place:
    return Place(key.value, key.last_at, key.customer_id, count)
