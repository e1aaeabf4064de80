"""The texts of a few conversations, as far as a filter selects them, and those among them that its search
finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textmeter.carriers.seen import Direction
from textmeter.lib.days import as_key
from textmeter.reports.filter import Filter
from textmeter.reports.rows import ConversationRow
from textmeter.reports.search import Search
from textmeter.reports.selection import conditions
from textmeter.reports.statements import Row, Sql, fetch
from textmeter.reports.stored import direction

Conversation = tuple[int, int]  # the customer's id, YYYYMMDD


class Hit(NamedTuple):
    """A text that a search finds."""

    message_id: int
    direction: Direction
    body: str
    agent: str | None  # who wrote it, where it is outbound and that is known


def texts_of(flt: Filter, conversations: Sequence[Conversation]) -> list[Row]:
    """Rows (customer_id, local_date, id, direction, body, agent) of those that have words, in no order.
    The filter's range and search are left aside."""
    return fetch(_texts(flt, conversations))


def _texts(flt: Filter, conversations: Sequence[Conversation]) -> Sql:
    chosen = ",".join(["(%s,%s)"] * len(conversations))
    pairs = [value for one in conversations for value in one]
    return Sql(
        f"""WITH chosen (customer_id, local_date) AS (VALUES {chosen})
        SELECT m.customer_id, m.local_date, m.id, m.direction, m.body, m.agent
        FROM chosen CROSS JOIN ledger_message m
        WHERE m.company_id = %s AND m.customer_id = chosen.customer_id
        AND m.local_date = chosen.local_date AND m.body IS NOT NULL""",
        (*pairs, flt.company_id),
    ).then(conditions(flt))


def latest_hits(flt: Filter, search: Search, rows: Sequence[ConversationRow]) -> dict[Conversation, Hit]:
    """Of each conversation the latest of its selected texts that the search finds, where there is one."""
    if not search.folded or not rows:
        return {}
    texts = _texts(flt, [(one.customer_id, as_key(one.date)) for one in rows])
    in_order = fetch(texts.then("ORDER BY m.sent_at, m.carrier, m.carrier_ref"))
    return {
        (customer_id, day): Hit(message_id, direction(way), body, agent)
        for customer_id, day, message_id, way, body, agent in in_order
        if search.is_in(body)
    }
