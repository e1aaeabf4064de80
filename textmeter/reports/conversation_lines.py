"""The listed conversations as files hold them: the whole log as a stream, few at a time in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db import connection

from textmeter.reports.ahead import ahead
from textmeter.reports.conversation_details import AT_ONCE, TABLES, conditions, details
from textmeter.reports.cursors import Place
from textmeter.reports.filter import Filter
from textmeter.reports.log_order import Asked, Beside, keys_in_order, lines_in_order
from textmeter.reports.rows import ConversationLine
from textmeter.reports.selection import Way, way_of
from textmeter.reports.statements import Sql, fetch, fetch_one, stream, stream_on

# To put so many together takes several times as long as a thread waits for its turn (5 ms).
ROWS_A_PART = 2000

_COLUMNS = """who.name, who.number, who.city, who.state, c.tracker_id, c.total, c.inbound, c.first_at,
    c.last_at, m.body, c.agents, c.first_response_ms, c.unanswered"""
# The same by the names that a part's statement gives them.
_NAMES = """name, number, city, state, tracker_id, total, inbound, first_at, last_at, body, agents,
    first_response_ms, unanswered"""


def conversation_lines(flt: Filter) -> Iterator[ConversationLine]:
    """Every listed conversation in the filter's sort, from the first."""
    if connection.vendor == "postgresql":
        return _by_one_statement(flt)
    has_index = way_of(flt) is Way.CONVERSATIONS and flt.sort.endswith("latest")
    return _by_parts(flt) if has_index else _by_keys(flt)


def _by_one_statement(flt: Filter) -> Iterator[ConversationLine]:
    lines = lines_in_order(flt, Asked(), _beside(flt))
    for _, _, customer_id, local_date, matching, *row in stream_on(lines):
        yield ConversationLine._make((customer_id, local_date, *row, matching))


def _by_parts(flt: Filter) -> Iterator[ConversationLine]:
    """Where an index of SQLite has the order, some thousand lines in one text: the database puts it together
    by itself, while the lines of the one before are worked at. Row by row each would wait for the other."""
    for part in ahead(lambda: _parts(flt)):
        yield from map(ConversationLine._make, json.loads(part))


def _parts(flt: Filter) -> Iterator[str]:
    """JSON lists of lists like ConversationLine."""
    place: Place | None = None
    while True:
        part, count, last = fetch_one(_part(flt, Asked(after=place, limit=ROWS_A_PART)))
        yield part
        if count < ROWS_A_PART:
            return
        last_at, customer_id = json.loads(last)
        place = Place(0, last_at, customer_id, count)


def _part(flt: Filter, asked: Asked) -> Sql:
    """One row: the JSON, how many lines it has, and last_at and the customer of its last line."""
    lines, backwards = lines_in_order(flt, asked, _beside(flt)), "DESC" if flt.sort == "latest" else "ASC"
    return Sql(
        f"""WITH line (value, at, customer_id, local_date, matching, {_NAMES}) AS MATERIALIZED ({lines.text})
        SELECT json_group_array(json_array(customer_id, local_date, {_NAMES}, matching)), COUNT(*),
            (SELECT json_array(at, customer_id) FROM line
            ORDER BY at {backwards}, customer_id {backwards} LIMIT 1)
        FROM line""",
        lines.params,
    )


def _beside(flt: Filter) -> Beside:
    return Beside(f", {_COLUMNS}", f" {TABLES}", conditions(flt.company_id))


def _by_keys(flt: Filter) -> Iterator[ConversationLine]:
    """SQLite would sort whole rows in memory where no index has their order."""
    for keys in stream(keys_in_order(flt, Asked()), AT_ONCE):
        found = {row[:2]: row for row in fetch(details(flt.company_id, [key[2:4] for key in keys], _COLUMNS))}
        for _, _, customer_id, local_date, matching in keys:
            row = found.get((customer_id, local_date))
            if row is not None:
                yield ConversationLine._make((*row, matching))
