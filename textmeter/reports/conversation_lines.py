"""The listed conversations as files hold them: the whole log as a stream, few at a time in memory."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from textmeter.reports.conversation_details import AT_ONCE, TABLES, conditions, details
from textmeter.reports.filter import Filter
from textmeter.reports.log_order import Asked, Beside, all_in_order, keys_in_order
from textmeter.reports.rows import ConversationLine
from textmeter.reports.statements import fetch, stream, stream_on

_COLUMNS = """who.name, who.number, who.city, who.state, c.tracker_id, c.total, c.inbound, c.first_at,
    c.last_at, m.body, c.agents, c.first_response_ms, c.unanswered"""


def conversation_lines(flt: Filter) -> Iterator[ConversationLine]:
    """Every listed conversation in the filter's sort, from the first."""
    return _by_one_statement(flt) if connection.vendor == "postgresql" else _by_keys(flt)


def _by_one_statement(flt: Filter) -> Iterator[ConversationLine]:
    beside = Beside(f", {_COLUMNS}", f" {TABLES}", conditions(flt.company_id))
    for _, _, customer_id, local_date, matching, *row in stream_on(all_in_order(flt, beside)):
        yield ConversationLine._make((customer_id, local_date, *row, matching))


def _by_keys(flt: Filter) -> Iterator[ConversationLine]:
    """SQLite would sort whole rows in memory where no index has their order."""
    for keys in stream(keys_in_order(flt, Asked()), AT_ONCE):
        found = {row[:2]: row for row in fetch(details(flt.company_id, [key[2:4] for key in keys], _COLUMNS))}
        for _, _, customer_id, local_date, matching in keys:
            row = found.get((customer_id, local_date))
            if row is not None:
                yield ConversationLine._make((*row, matching))
