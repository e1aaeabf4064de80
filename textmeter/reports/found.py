"""Graph and figures of a filter that needs the messages themselves: all of them from one pass over these.

A search that asks for nothing of a message but what its spot tells (see ledger/spots.py) reads no message at
all: bars, conversations and customers come from the spots by arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from textmeter.ledger.spots import CUSTOMER_BITS, CUSTOMERS, TEXT_SHIFT, date_of
from textmeter.lib.days import as_key
from textmeter.reports.filter import Filter
from textmeter.reports.found_in_sqlite import found_in_sqlite
from textmeter.reports.search import Customers, spots_found
from textmeter.reports.selection import are_few, selected_messages, spots_tell
from textmeter.reports.statements import Row, Sql, fetch, planned_for_many


@dataclass(frozen=True, slots=True)
class Found:
    """Of one period. `counts`: (local day, local hour, inbound, outbound); the hour is 0 unless bars are
    hours."""

    counts: tuple[tuple[int, int, int, int], ...]
    conversations: int
    unanswered: int
    median_first_response_ms: int | None
    new_customers: int

    @property
    def messages(self) -> tuple[int, int]:
        """(inbound, outbound)."""
        return sum(row[2] for row in self.counts), sum(row[3] for row in self.counts)


def found(
    flt: Filter, customers: Customers | None = None, *, spots: Sql | None = None, few: bool | None = None
) -> Found:
    """What the filter selects, with the conversations that it is listed by. Where that is known, `customers`:
    whom its search finds; `spots`: what `spots_found` says; `few`: what `are_few` says of these."""
    if flt.interval != "hour" and spots_tell(flt):
        spots = spots or spots_found(flt, customers)
        if are_few(spots) if few is None else few:
            counts, listed = _by_spots(flt, spots)
        elif connection.vendor == "sqlite":
            counts, listed = found_in_sqlite(
                flt, spots, by_words_alone=bool(customers and customers.ids == ())
            )
        else:
            with planned_for_many():
                counts, listed = _by_spots(flt, spots)
        days = tuple((date_of(day), 0, int(inb), int(out)) for _, day, _, inb, out in counts)
    else:
        counts, listed = _by_messages(flt, selected_messages(flt, customers))
        days = tuple((day, hour, int(inb), int(out)) for _, day, hour, inb, out in counts)
    _, conversations, unanswered, median, new = listed
    # PostgreSQL makes decimals of the columns that share their place with a sum.
    median = None if median is None else int(median)
    return Found(days, int(conversations), int(unanswered or 0), median, int(new))


def _by_spots(flt: Filter, spots: Sql) -> tuple[list[Row], Row]:
    """Like `_by_messages`, the days as spots have them. In order of spots all the way, so that a database can
    lay found texts and conversations side by side, and needs an index of these alone."""
    sql = Sql(
        f"""WITH listed AS MATERIALIZED (
            SELECT c.spot, found.texts, found.sent, c.unanswered, c.first_response_ms
            FROM (SELECT spot >> {TEXT_SHIFT} AS spot, COUNT(*) AS texts,
                SUM(CAST(spot & 1 AS integer)) AS sent FROM ({spots.text}) texts GROUP BY 1) found
            CROSS JOIN ledger_conversation c WHERE c.company_id = %s AND c.spot = found.spot)
        SELECT 0, COUNT(*), SUM(unanswered), {_MEDIAN},
            (SELECT COUNT(*) FROM (SELECT DISTINCT spot & {CUSTOMERS} AS nth FROM listed) seen
                CROSS JOIN ledger_customer cu WHERE cu.company_id = %s AND cu.nth = seen.nth
                AND cu.first_text_date BETWEEN %s AND %s)
        FROM listed
        UNION ALL SELECT 1, spot >> {CUSTOMER_BITS}, 0, SUM(texts - sent), SUM(sent)
        FROM listed GROUP BY 2""",
        (*spots.params, flt.company_id, flt.company_id, *_days(flt)),
    )
    return _apart(fetch(sql))


def _by_messages(flt: Filter, selection: Sql) -> tuple[list[Row], Row]:
    """Rows (1, day, hour, inbound, outbound); and (0, conversations, unanswered, median, new customers)."""
    sql = Sql(
        f"""WITH selected AS MATERIALIZED (SELECT m.customer_id, m.local_date, m.local_hour, m.direction
            {selection.text}),
        matched AS MATERIALIZED (SELECT customer_id, local_date, COUNT(*) - SUM(direction) AS inbound,
            SUM(direction) AS outbound FROM selected GROUP BY customer_id, local_date),
        listed AS MATERIALIZED (SELECT c.unanswered, c.first_response_ms
            FROM matched CROSS JOIN ledger_conversation c
            WHERE c.company_id = %s AND c.customer_id = matched.customer_id
            AND c.local_date = matched.local_date)
        SELECT 0, (SELECT COUNT(*) FROM listed), (SELECT SUM(unanswered) FROM listed), {_MEDIAN},
            (SELECT COUNT(*) FROM (SELECT DISTINCT customer_id FROM matched) seen
                CROSS JOIN ledger_customer cu WHERE cu.company_id = %s AND cu.id = seen.customer_id
                AND cu.first_text_date BETWEEN %s AND %s)
        UNION ALL {_BY_HOUR if flt.interval == "hour" else _BY_DAY}""",
        (*selection.params, flt.company_id, flt.company_id, *_days(flt)),
    )
    return _apart(fetch(sql))


def _days(flt: Filter) -> tuple[int, int]:
    return as_key(flt.start), as_key(flt.end)


def _apart(rows: list[Row]) -> tuple[list[Row], Row]:
    (listed,) = (row for row in rows if not row[0])
    return [row for row in rows if row[0]], listed


# The lower middle one of the first responses of the `listed` conversations; exact, no estimate.
_MEDIAN = """(SELECT first_response_ms FROM listed WHERE first_response_ms IS NOT NULL
    ORDER BY first_response_ms LIMIT 1 OFFSET (SELECT (COUNT(first_response_ms) - 1) / 2 FROM listed))"""
_BY_HOUR = """SELECT 1, local_date, local_hour, COUNT(*) - SUM(direction), SUM(direction)
    FROM selected GROUP BY local_date, local_hour"""
# From the conversations, which are fewer than the messages.
_BY_DAY = "SELECT 1, local_date, 0, SUM(inbound), SUM(outbound) FROM matched GROUP BY local_date"
