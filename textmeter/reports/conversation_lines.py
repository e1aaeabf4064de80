"""The listed conversations as files hold them: the whole log as a stream, few at a time in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection

from textmeter.reports.filter import Filter
from textmeter.reports.log_order import Asked, keys_in_order
from textmeter.reports.rows import ConversationLine
from textmeter.reports.statements import Row, Sql, fetch, stream

# What a list of keys costs SQLite rises with its square; PostgreSQL pays for each question.
_AT_ONCE = {"sqlite": 50, "postgresql": 500}


def conversation_lines(flt: Filter) -> Iterator[ConversationLine]:
    """Every listed conversation in the filter's sort, from the first."""
    at_once = _AT_ONCE[connection.vendor]
    for keys in stream(keys_in_order(flt, Asked()), at_once):
        found = {row[:2]: row for row in fetch(_details(flt.company_id, keys))}
        for _, _, customer_id, local_date, matching in keys:
            row = found.get((customer_id, local_date))
            if row is not None:
                yield ConversationLine._make((*row, matching))


def _details(company_id: int, keys: Sequence[Row]) -> Sql:
    chosen = ",".join(["(%s,%s)"] * len(keys))
    params = [value for key in keys for value in key[2:4]]
    return Sql(
        f"""WITH chosen (customer_id, local_date) AS (VALUES {chosen})
        SELECT c.customer_id, c.local_date, cu.name, cu.number, cu.city, cu.state, c.tracker_id, c.total,
            c.inbound, c.first_at, c.last_at, m.body, c.agents, c.first_response_ms, c.unanswered
        FROM chosen CROSS JOIN ledger_conversation c CROSS JOIN ledger_customer cu CROSS JOIN ledger_message m
        WHERE c.company_id = %s AND c.customer_id = chosen.customer_id AND c.local_date = chosen.local_date
        AND cu.company_id = %s AND cu.id = c.customer_id
        AND m.company_id = %s AND m.id = c.last_message_id""",
        (*params, company_id, company_id, company_id),
    )
