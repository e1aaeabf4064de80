"""The figures above the graph, of the selected messages and the conversations they are listed by."""

from __future__ import annotations

from textmeter.lib.days import as_key
from textmeter.reports.filter import Filter
from textmeter.reports.found import MEDIAN, Found
from textmeter.reports.rows import Figures, FiguresCompared
from textmeter.reports.selection import Way, matched, way_of
from textmeter.reports.statements import Sql, fetch_one
from textmeter.reports.volume import Read, previous_period, read_messages, totals

_OF_LISTED = f"(SELECT COUNT(*) FROM listed), (SELECT SUM(unanswered) FROM listed), {MEDIAN}"


def figures(flt: Filter, read: Read | None = None) -> FiguresCompared:
    """`read`: what `read_messages` gave for the filter, which spares reading the messages again."""
    read, previous = read or read_messages(flt), previous_period(flt)
    if read:
        return FiguresCompared(
            now=_of_messages(read.now),
            previous=_of_messages(read.previous) if read.previous else None,
            waiting_now=_waiting_now(flt.company_id),
        )
    return FiguresCompared(
        now=_of_period(flt),
        previous=_of_period(previous) if previous else None,
        waiting_now=_waiting_now(flt.company_id),
    )


def count_conversations(flt: Filter) -> int:
    """How many conversations the log lists."""
    if _is_unfiltered(flt):
        count = fetch_one(
            Sql(
                """SELECT COUNT(*) FROM ledger_conversation
                WHERE company_id = %s AND local_date BETWEEN %s AND %s""",
                (flt.company_id, as_key(flt.start), as_key(flt.end)),
            )
        )
    else:
        listed = matched(flt)
        count = fetch_one(Sql(f"SELECT COUNT(*) FROM ({listed.text}) listed", listed.params))
    return int(count[0])


def _of_period(flt: Filter) -> Figures:
    return _of_everything(flt) if _is_unfiltered(flt) else _of_selection(flt)


def _of_messages(read: Found) -> Figures:
    received, sent = read.messages
    return Figures(
        received,
        sent,
        read.conversations,
        read.new_customers,
        read.median_first_response_ms,
        read.unanswered,
    )


def _of_everything(flt: Filter) -> Figures:
    """Range alone: the rollup knows the messages, an index of its own the conversations."""
    days = (flt.company_id, as_key(flt.start), as_key(flt.end))
    conversations, unanswered, median, new = fetch_one(
        Sql(
            f"""WITH listed AS MATERIALIZED (SELECT unanswered, first_response_ms FROM ledger_conversation
                WHERE company_id = %s AND local_date BETWEEN %s AND %s)
            SELECT {_OF_LISTED}, (SELECT COUNT(*) FROM ledger_customer
                WHERE company_id = %s AND first_text_date BETWEEN %s AND %s)""",
            days + days,
        )
    )
    received, sent = totals(flt)
    return Figures(received, sent, conversations, new, median, unanswered or 0)


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


def _is_unfiltered(flt: Filter) -> bool:
    return way_of(flt) is Way.CONVERSATIONS and flt.direction is None
