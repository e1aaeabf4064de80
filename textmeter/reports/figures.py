"""The figures above the graph, of the selected messages and the conversations they are listed by."""

from __future__ import annotations

from textmeter.lib.days import as_key
from textmeter.reports.filter import Filter
from textmeter.reports.listed import listed
from textmeter.reports.new_customers import new_customers
from textmeter.reports.rows import Figures, FiguresCompared, Volume
from textmeter.reports.selection import Way, matched, way_of
from textmeter.reports.statements import Sql, fetch_one
from textmeter.reports.volume import previous_period, totals

# The lower middle one of the first responses of the `listed` conversations; exact, no estimate.
_MEDIAN = """(SELECT first_response_ms FROM listed WHERE first_response_ms IS NOT NULL
    ORDER BY first_response_ms LIMIT 1 OFFSET (SELECT (COUNT(first_response_ms) - 1) / 2 FROM listed))"""
_OF_LISTED = f"(SELECT COUNT(*) FROM listed), (SELECT SUM(unanswered) FROM listed), {_MEDIAN}"


def figures(flt: Filter, counted: Volume | None = None) -> FiguresCompared:
    """`counted`: the filter's volume, where the caller has it; it spares counting the messages again."""
    previous = previous_period(flt)
    return FiguresCompared(
        now=_of_period(flt, (counted.inbound, counted.outbound) if counted else None),
        previous=_of_period(previous, counted.previous if counted else None) if previous else None,
        waiting_now=_waiting_now(flt.company_id),
    )


def count_conversations(flt: Filter) -> int:
    """How many conversations the log lists."""
    if way_of(flt) is not Way.MESSAGES:
        return listed(flt).conversations
    found = matched(flt)
    return int(fetch_one(Sql(f"SELECT COUNT(*) FROM ({found.text}) listed", found.params))[0])


def _of_period(flt: Filter, messages: tuple[int, int] | None) -> Figures:
    return _of_selection(flt) if way_of(flt) is Way.MESSAGES else _of_counts(flt, messages or totals(flt))


def _of_counts(flt: Filter, messages: tuple[int, int]) -> Figures:
    """Without a search and an hour: everything is counted already."""
    received, sent = messages
    found = listed(flt)
    return Figures(
        received,
        sent,
        found.conversations,
        new_customers(flt),
        found.median_first_response_ms,
        found.unanswered,
    )


def _of_selection(flt: Filter) -> Figures:
    selection = matched(flt)
    received, sent, conversations, unanswered, median, new = fetch_one(
        Sql(
            f"""WITH matched AS MATERIALIZED ({selection.text}),
            listed AS MATERIALIZED (SELECT c.unanswered, c.first_response_ms
                FROM matched CROSS JOIN ledger_conversation c
                WHERE c.company_id = %s AND c.customer_id = matched.customer_id
                AND c.local_date = matched.local_date)
            SELECT (SELECT SUM(inbound) FROM matched), (SELECT SUM(outbound) FROM matched), {_OF_LISTED},
                (SELECT COUNT(*) FROM (SELECT DISTINCT customer_id FROM matched) seen
                    CROSS JOIN ledger_customer cu WHERE cu.company_id = %s AND cu.id = seen.customer_id
                    AND cu.first_text_date BETWEEN %s AND %s)""",
            (*selection.params, flt.company_id, flt.company_id, as_key(flt.start), as_key(flt.end)),
        )
    )
    return Figures(received or 0, sent or 0, conversations, new, median, unanswered or 0)


def _waiting_now(company_id: int) -> int:
    sql = "SELECT COUNT(*) FROM ledger_customer WHERE company_id = %s AND waiting_since IS NOT NULL"
    return int(fetch_one(Sql(sql, (company_id,)))[0])
