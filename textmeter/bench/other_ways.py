"""The same page as somebody would get it who has the messages in one table: plain SQL over it, in the
product's own database or in DuckDB. The statements serve both."""

from __future__ import annotations

from textmeter.bench.page_choice import Page
from textmeter.lib.days import as_key, day_bounds
from textmeter.reports.search import read_search
from textmeter.reports.statements import Sql, places

SIZE = 50


def plain_statements(page: Page) -> list[Sql]:
    """Graph, figures and log of the page, or the timeline, from ledger_message alone."""
    if page.customer_id is not None:
        return [_timeline(page)]
    return [_graph(page), _figures(page), _log(page)]


def _timeline(page: Page) -> Sql:
    return Sql(
        "SELECT sent_at, direction, body, status, agent FROM ledger_message"
        " WHERE company_id = %s AND customer_id = %s ORDER BY sent_at",
        (page.flt.company_id, page.customer_id),
    )


def _graph(page: Page) -> Sql:
    return (
        Sql("SELECT local_date, direction, COUNT(*) FROM ledger_message")
        .then(_selected(page))
        .then("GROUP BY local_date, direction ORDER BY local_date")
    )


def _figures(page: Page) -> Sql:
    return (
        Sql("SELECT COUNT(*) FROM (SELECT DISTINCT customer_id, local_date FROM ledger_message")
        .then(_selected(page))
        .then(") listed")
    )


def _log(page: Page) -> Sql:
    return (
        Sql("SELECT customer_id, local_date, COUNT(*), MAX(sent_at) FROM ledger_message")
        .then(_selected(page))
        .then(
            Sql(
                "GROUP BY customer_id, local_date ORDER BY 4 DESC, customer_id LIMIT %s OFFSET %s",
                (SIZE, SIZE * (page.place - 1)),
            )
        )
    )


def _selected(page: Page) -> Sql:
    flt = page.flt
    start, end = day_bounds(flt.start, flt.end, flt.zone)
    sql = Sql(
        "WHERE company_id = %s AND sent_at >= %s AND sent_at < %s AND local_date BETWEEN %s AND %s",
        (flt.company_id, start, end, as_key(flt.start), as_key(flt.end)),
    )
    if flt.numbers:
        sql = sql.then(Sql(f"AND tracker_id IN ({places(flt.numbers)})", flt.numbers))
    for word in read_search(flt.q).words:
        sql = sql.then(Sql("AND LOWER(body) LIKE %s", (f"%{word}%",)))
    return sql
