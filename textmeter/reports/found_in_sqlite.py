"""Graph and figures of a search that finds many texts, as SQLite has them soonest.

SQLite reads its search index faster than it sorts or keeps what it read. So the index is read twice, and what
would have to be sorted or looked up is written as text and done in Python.
"""

from __future__ import annotations

from dataclasses import replace

from textmeter.ledger.spots import CUSTOMERS, DAY_SHIFT, TEXT_SHIFT
from textmeter.lib.days import as_key
from textmeter.reports.filter import Filter
from textmeter.reports.listed import listed
from textmeter.reports.periods import slots
from textmeter.reports.search import read_search
from textmeter.reports.search_texts import bars_in_sqlite
from textmeter.reports.statements import Row, Sql, fetch, fetch_one

BY_SPOT = f"1, spot >> {DAY_SHIFT}, 0, COUNT(*) - SUM(spot & 1), SUM(spot & 1)"
_FEW_BARS = 100  # counted one by one
# The median is looked for within this much of that of all the range's conversations.
_LOW, _HIGH = 0.8, 1.25


def found_in_sqlite(flt: Filter, spots: Sql, *, by_words_alone: bool) -> tuple[list[Row], Row]:
    """Rows (1, the day's bits, 0, inbound, outbound); and (0, conversations, unanswered, median, new
    customers). `by_words_alone`: no customer's name or number is found."""
    of_listed = _listed(flt, spots)
    bars = slots(flt.interval, flt.start, flt.end)
    if by_words_alone and len(bars) <= _FEW_BARS:
        words = read_search(flt.q).words
        counts = bars_in_sqlite(flt, words, [bar.start for bar in bars])
        return [(1, day, 0, received, sent) for day, received, sent in counts], of_listed
    counts_by_day = Sql(f"SELECT {BY_SPOT} FROM ({spots.text}) selected GROUP BY 2", spots.params)
    return fetch(counts_by_day), of_listed


def _listed(flt: Filter, spots: Sql) -> Row:
    newcomers = _newcomers(flt)
    usual = listed(replace(flt, q="")).median_first_response_ms or 0
    low, high = int(usual * _LOW), int(usual * _HIGH)
    conversations, unanswered, answered, below, near, customers = fetch_one(
        _conversations(
            flt,
            spots,
            f"""COUNT(*), SUM(unanswered), COUNT(first_response_ms), SUM(first_response_ms < {low}),
            GROUP_CONCAT(CASE WHEN first_response_ms BETWEEN {low} AND {high} THEN first_response_ms END),
            GROUP_CONCAT(CASE WHEN (c.spot & {CUSTOMERS}) >= {min(map(int, newcomers), default=CUSTOMERS)}
                THEN c.spot & {CUSTOMERS} END)""",
        )
    )
    place = (answered - 1) // 2  # of the median, the lower middle one
    median = None
    if answered:
        waited = sorted(map(int, near.split(","))) if near else []
        if not below <= place < below + len(waited):
            whole = fetch_one(_conversations(flt, spots, "GROUP_CONCAT(first_response_ms)"))[0]
            waited, below = sorted(map(int, whole.split(","))), 0
        median = waited[place - below]
    met = newcomers.intersection(customers.split(",")) if customers else ()
    return 0, conversations, unanswered, median, len(met)


def _conversations(flt: Filter, spots: Sql, columns: str) -> Sql:
    matched = f"SELECT DISTINCT spot >> {TEXT_SHIFT} AS spot FROM ({spots.text}) found"
    return Sql(
        f"""SELECT {columns} FROM ({matched}) matched
        CROSS JOIN ledger_conversation c WHERE c.company_id = %s AND c.spot = matched.spot""",
        (*spots.params, flt.company_id),
    )


def _newcomers(flt: Filter) -> set[str]:
    """Numbers of the customers whose first text lies in the range."""
    (numbers,) = fetch_one(
        Sql(
            """SELECT GROUP_CONCAT(nth) FROM ledger_customer
            WHERE company_id = %s AND first_text_date BETWEEN %s AND %s""",
            (flt.company_id, as_key(flt.start), as_key(flt.end)),
        )
    )
    return set(numbers.split(",")) if numbers else set()
