"""Which messages a filter selects: one meaning, three ways to it.

DOMAIN: every condition holds on the same message; a conversation is listed when at least one of its
messages is selected. `matched` gives the listed conversations with how many of their messages are
selected, from the smallest table that knows the answer; `matched_by_messages` gives the same from the
messages themselves, for every filter, and is what the others are tested against.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from textmeter.carriers.seen import Direction
from textmeter.ledger.spots import TEXT_SHIFT
from textmeter.lib.days import as_key, day_bounds
from textmeter.reports.filter import Filter
from textmeter.reports.search import Customers, spots_found
from textmeter.reports.search_texts import has_odd_days, of_spans
from textmeter.reports.statements import Sql, fetch_one, places

# Up to so many found texts are looked up one by one; of more, all that else is selected is read through.
FEW_SPOTS = 3000


class Way(Enum):
    """What the answer can be read from."""

    CONVERSATIONS = "range and direction alone"
    TRACKERS = "range, direction and numbers"
    MESSAGES = "a search, or an hour"


def way_of(flt: Filter) -> Way:
    if flt.q or flt.hour is not None:
        return Way.MESSAGES
    return Way.TRACKERS if flt.numbers else Way.CONVERSATIONS


def matched(flt: Filter) -> Sql:
    """Rows (customer_id, local_date, inbound, outbound) of the listed conversations: how many of their
    messages the filter selects, never both 0."""
    way = way_of(flt)
    if way is Way.MESSAGES:
        return matched_by_messages(flt)
    return _matched_by_trackers(flt) if way is Way.TRACKERS else _matched_by_conversations(flt)


def spots_tell(flt: Filter) -> bool:
    """Whether spots tell of the messages that a search finds all that the filter asks."""
    return bool(flt.q) and not flt.numbers and flt.hour is None and not has_odd_days(flt)


def matched_by_messages(flt: Filter, customers: Customers | None = None) -> Sql:
    if spots_tell(flt):
        return _matched_by_spots(flt, spots_found(flt, customers))
    return (
        Sql(f"SELECT m.customer_id, m.local_date, {count_in('m')} AS inbound, {count_out('m')} AS outbound")
        .then(selected_messages(flt, customers))
        .then("GROUP BY m.customer_id, m.local_date")
    )


def selected_messages(flt: Filter, customers: Customers | None = None) -> Sql:
    """`FROM … WHERE …` of the selected messages as `m`, led by the search when it finds few, else by the
    conversations of the days. `customers`: whom the search finds, where that is known."""
    if not flt.q:
        return _messages_of_conversations(flt)
    found = spots_found(flt, customers)
    if not are_few(found):
        return _messages_of_conversations(flt).then(Sql(f"AND +m.spot IN ({found.text})", found.params))
    # The plus keeps SQLite from reading all of the customer's days, one after the other, for each of them.
    source = Sql(
        f"""FROM ({found.text}) found CROSS JOIN ledger_conversation fc CROSS JOIN ledger_message m
        WHERE fc.company_id = %s AND fc.spot = found.spot >> {TEXT_SHIFT} AND m.company_id = %s
        AND m.customer_id = fc.customer_id AND m.local_date = +fc.local_date AND m.spot = found.spot""",
        (*found.params, flt.company_id, flt.company_id),
    )
    # All are of these days, but for odd ones.
    return source.then(_days(flt, "fc")).then(conditions(flt))


def count_in(table: str) -> str:
    return f"SUM(CASE WHEN {table}.direction = 0 THEN 1 ELSE 0 END)"


def count_out(table: str) -> str:
    return f"SUM(CASE WHEN {table}.direction = 0 THEN 0 ELSE 1 END)"


def inbound_if_chosen(flt: Filter, column: str = "inbound") -> str:
    """The column of inbound counts, or 0 where the filter wants outbound messages only."""
    return "0" if flt.direction is Direction.OUTBOUND else column


def outbound_if_chosen(flt: Filter, column: str = "outbound") -> str:
    return "0" if flt.direction is Direction.INBOUND else column


def _matched_by_conversations(flt: Filter) -> Sql:
    received, sent = inbound_if_chosen(flt), outbound_if_chosen(flt, "total - inbound")
    return Sql(
        f"""SELECT customer_id, local_date, {received} AS inbound, {sent} AS outbound
        FROM ledger_conversation WHERE company_id = %s AND local_date BETWEEN %s AND %s
        AND {received} + {sent} > 0""",
        (flt.company_id, as_key(flt.start), as_key(flt.end)),
    )


def _matched_by_trackers(flt: Filter) -> Sql:
    received, sent = inbound_if_chosen(flt), outbound_if_chosen(flt)
    start, end = day_bounds(flt.start, flt.end, flt.zone)
    return Sql(
        f"""SELECT customer_id, local_date, SUM({received}) AS inbound, SUM({sent}) AS outbound
        FROM ledger_conversation_tracker
        WHERE company_id = %s AND tracker_id IN ({places(flt.numbers)})
        AND last_at >= %s AND last_at < %s AND local_date BETWEEN %s AND %s AND {received} + {sent} > 0
        GROUP BY customer_id, local_date""",
        (flt.company_id, *flt.numbers, start, end, as_key(flt.start), as_key(flt.end)),
    )


def _matched_by_spots(flt: Filter, found: Sql) -> Sql:
    return Sql(
        f"""SELECT mc.customer_id, mc.local_date, ms.inbound, ms.outbound
        FROM (SELECT spot >> {TEXT_SHIFT} AS spot, COUNT(*) - SUM(spot & 1) AS inbound,
                SUM(spot & 1) AS outbound FROM ({found.text}) found GROUP BY 1) ms
        CROSS JOIN ledger_conversation mc WHERE mc.company_id = %s AND mc.spot = ms.spot""",
        (*found.params, flt.company_id),
    )


def _messages_of_conversations(flt: Filter) -> Sql:
    """By the conversations of the days, or of the chosen trackers: each of these has its own messages. The
    plus keeps SQLite from reading all of a customer's days, one after the other, for each of them."""
    if not flt.numbers:
        source = Sql(
            "FROM ledger_conversation c CROSS JOIN ledger_message m WHERE c.company_id = %s",
            (flt.company_id,),
        ).then(of_spans(flt, "c.spot"))
    else:
        start, end = day_bounds(flt.start, flt.end, flt.zone)
        source = Sql(
            f"""FROM ledger_conversation_tracker c CROSS JOIN ledger_message m
            WHERE c.company_id = %s AND c.tracker_id IN ({places(flt.numbers)})
            AND c.last_at >= %s AND c.last_at < %s AND m.tracker_id = c.tracker_id""",
            (flt.company_id, *flt.numbers, start, end),
        )
    return (
        source.then(_days(flt, "c"))
        .then(
            Sql(
                "AND m.company_id = %s AND m.customer_id = c.customer_id AND m.local_date = +c.local_date",
                (flt.company_id,),
            )
        )
        .then(conditions(replace(flt, numbers=())))
    )


def are_few(found: Sql) -> bool:
    """Whether it is worth to look up each of the spots."""
    return count_up_to(found, FEW_SPOTS + 1) <= FEW_SPOTS


def count_up_to(found: Sql, most: int) -> int:
    """How many rows it has, if they are fewer than `most`."""
    return int(fetch_one(Sql(f"SELECT COUNT(*) FROM ({found.text} LIMIT %s) few", (*found.params, most)))[0])


def _days(flt: Filter, rows: str) -> Sql:
    return Sql(f"AND {rows}.local_date BETWEEN %s AND %s", (as_key(flt.start), as_key(flt.end)))


def conditions(flt: Filter) -> Sql:
    """What holds on each selected message `m` beside the search and the days."""
    sql = Sql("")
    if flt.hour is not None:
        sql = sql.then(Sql("AND m.local_hour = %s", (flt.hour,)))
    if flt.numbers:
        sql = sql.then(Sql(f"AND m.tracker_id IN ({places(flt.numbers)})", flt.numbers))
    if flt.direction:
        sql = sql.then(Sql("AND m.direction = %s", (int(flt.direction is Direction.OUTBOUND),)))
    return sql
