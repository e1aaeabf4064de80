"""Which texts a search finds by their words: the one place that knows how each database finds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from textmeter.carriers.seen import Direction
from textmeter.ledger.spots import (
    DAY_SHIFT,
    FIRST_DAY,
    FIRST_ODD,
    LAST_DAY,
    MONTH_SHIFT,
    ODD_DAY,
    TEXT_SHIFT,
    day_of,
    month_of,
)
from textmeter.ledger.statements import chunks
from textmeter.ledger.words import head
from textmeter.lib.days import as_key
from textmeter.reports.filter import Filter
from textmeter.reports.statements import Sql, fetch, fetch_one

# Rows of one VALUES list; SQLite plans longer ones badly.
_MOST_PARTS = 100
# Up to so many words with the query's last one as their beginning are asked for one by one: it takes SQLite a
# quarter of the time that it needs for a beginning.
_MOST_WORDS = 24
_LOW_HALF = (1 << 32) - 1


class Span(NamedTuple):
    """Spots of days in a row, both ends included."""

    first: int
    last: int


def texts_of_words(flt: Filter, words: Sequence[str]) -> Sql:
    """Spots (column `spot`, each once) of the texts of the filter's company, days and direction that have
    every word, the last as a beginning."""
    spans = _spans(flt)
    if not spans:
        return no_spots(flt.company_id)
    return (_by_terms if connection.vendor == "sqlite" else _by_rows)(flt, spans, words)


def no_spots(company_id: int) -> Sql:
    return Sql("SELECT m.spot AS spot FROM ledger_message m WHERE m.company_id = %s AND 1 = 0", (company_id,))


def of_direction(flt: Filter, spot: str) -> Sql:
    """`AND …`: the filter's direction, by a column of spots."""
    if not flt.direction:
        return Sql("")
    return Sql(f"AND ({spot} & 1) = %s", (int(flt.direction is Direction.OUTBOUND),))


def has_odd_days(flt: Filter) -> bool:
    """Whether the filter may select messages of days that spots don't tell apart."""
    if as_key(flt.start) >= FIRST_DAY and as_key(flt.end) <= LAST_DAY:
        return False
    known = _known(flt.company_id)
    return known is not None and known.last >> TEXT_SHIFT >= FIRST_ODD


def of_spans(flt: Filter, spot: str) -> Sql:
    """`AND …`: the filter's days, by a column of conversations' spots; days that spots don't tell apart all
    together."""
    spans = _spans(flt) or [Span(0, 0)]
    return Sql(
        f"AND ({' OR '.join([f'{spot} BETWEEN %s AND %s'] * len(spans))})",
        tuple(end >> TEXT_SHIFT for span in spans for end in span),
    )


def _spans(flt: Filter) -> list[Span]:
    """The filter's days, as far as the company has any: at most two, with the odd days behind."""
    known = _known(flt.company_id)
    if known is None:
        return []
    start, end = as_key(flt.start), as_key(flt.end)
    spans = []
    if start <= LAST_DAY and end >= FIRST_DAY:
        spans.append(_days(day_of(max(start, FIRST_DAY)), day_of(min(end, LAST_DAY))))
    if start < FIRST_DAY or end > LAST_DAY:
        spans.append(_days(ODD_DAY, ODD_DAY))
    cut = [Span(max(span.first, known.first), min(span.last, known.last)) for span in spans]
    return [span for span in cut if span.first <= span.last]


def _known(company_id: int) -> Span | None:
    """The days on which the company has conversations."""
    first, last = fetch_one(
        Sql(
            """SELECT (SELECT MIN(spot) FROM ledger_conversation WHERE company_id = %s),
            (SELECT MAX(spot) FROM ledger_conversation WHERE company_id = %s)""",
            (company_id, company_id),
        )
    )
    return None if first is None else Span(first << TEXT_SHIFT, (last + 1 << TEXT_SHIFT) - 1)


def _days(first: int, last: int) -> Span:
    return Span(first << DAY_SHIFT, (last + 1 << DAY_SHIFT) - 1)


def _by_rows(flt: Filter, spans: Sequence[Span], words: Sequence[str]) -> Sql:
    """PostgreSQL: rows that have the month's words, one month after the other, so that who wants a few need
    not wait for all. The plus keeps it from reading the keys of all the month's rows too."""
    *whole, beginning = words
    parts = []
    for month, span in reversed(list(_months(spans))):
        start = head(flt.company_id, month)
        asked = " & ".join([*(f"'{start}{word}'" for word in whole), f"'{start}{beginning}':*"])
        part = Sql(
            """SELECT w.spot AS spot FROM ledger_message_words w
            WHERE w.company_id = %s AND w.words @@ %s::tsquery AND +w.spot BETWEEN %s AND %s""",
            (flt.company_id, asked, span.first, span.last),
        )
        parts.append(part.then(of_direction(flt, "w.spot")))
    return Sql(
        " UNION ALL ".join(part.text for part in parts), tuple(p for part in parts for p in part.params)
    )


def _by_terms(flt: Filter, spans: Sequence[Span], words: Sequence[str]) -> Sql:
    """SQLite: what each month's terms have, one month after the other."""
    parts = _parts(flt, spans, words)
    if not parts:
        return no_spots(flt.company_id)
    together = -(-len(parts) // _MOST_PARTS)
    joined = [
        (" OR ".join(asked for asked, _ in some), some[0][1].first, some[-1][1].last)
        for some in chunks(parts, together)
    ]
    rows = ",".join(["(%s,%s,%s)"] * len(joined))
    return Sql(
        f"""SELECT w.rowid AS spot
        FROM (SELECT column1 AS asked, column2 AS first, column3 AS last FROM (VALUES {rows})) part
        CROSS JOIN ledger_message_words w
        WHERE w.ledger_message_words MATCH part.asked AND w.rowid BETWEEN part.first AND part.last""",
        tuple(value for part in joined for value in part),
    ).then(of_direction(flt, "w.rowid"))


def bars_in_sqlite(
    flt: Filter, words: Sequence[str], first_days: Sequence[date]
) -> list[tuple[int, int, int]]:
    """(a day's bits, inbound, outbound) of the same texts by spans that begin on `first_days` and on each
    month's first, without the empty ones: for few days, and many texts, which then need no sorting."""
    cuts = [day_of(as_key(day)) << DAY_SHIFT for day in first_days]
    parts = [(asked, *span) for asked, whole in _parts(flt, _spans(flt), words) for span in _cut(whole, cuts)]
    if not parts:
        return []
    # Both counts in one, as a scalar subquery gives one value.
    texts = Sql(
        """SELECT SUM(((w.rowid & 1) << 32) + 1) FROM ledger_message_words w
        WHERE w.ledger_message_words MATCH column1 AND w.rowid BETWEEN column2 AND column3"""
    ).then(of_direction(flt, "w.rowid"))
    rows = ",".join(["(%s,%s,%s)"] * len(parts))
    counted = fetch(
        Sql(
            f"SELECT column2 >> {DAY_SHIFT}, ({texts.text}) FROM (VALUES {rows})",
            (*texts.params, *(value for part in parts for value in part)),
        )
    )
    return [(day, (both & _LOW_HALF) - (both >> 32), both >> 32) for day, both in counted if both]


def _cut(span: Span, cuts: Sequence[int]) -> Iterator[Span]:
    firsts = [span.first, *(cut for cut in cuts if span.first < cut <= span.last)]
    for first, beyond in zip(firsts, [*firsts[1:], span.last + 1], strict=True):
        yield Span(first, beyond - 1)


def _parts(flt: Filter, spans: Sequence[Span], words: Sequence[str]) -> list[tuple[str, Span]]:
    """By month: what to ask SQLite's index for, and where. Without months that have no such word."""
    months = list(_months(spans))
    *whole, beginning = words
    starts = {month: head(flt.company_id, month) for month, _ in months}
    endings = _words_beginning(starts, beginning)
    return [(_asked(starts[month], whole, endings[month]), span) for month, span in months if endings[month]]


def _months(spans: Sequence[Span]) -> Iterator[tuple[int, Span]]:
    """The spans by month."""
    for span in spans:
        for month in range(month_of(span.first), month_of(span.last) + 1):
            first, last = month << MONTH_SHIFT, (month + 1 << MONTH_SHIFT) - 1
            yield month, Span(max(span.first, first), min(span.last, last))


def _asked(start: str, whole: Sequence[str], endings: Sequence[str]) -> str:
    parts = [f'"{start}{word}"' for word in whole]
    return f"({' AND '.join([*parts, '(' + ' OR '.join(endings) + ')'])})"


def _words_beginning(starts: Mapping[int, str], beginning: str) -> dict[int, list[str]]:
    """By month, what to ask SQLite's index for instead of a word's beginning: the words themselves where they
    are few; none where no text of that month has any."""
    known: dict[int, list[str]] = defaultdict(list)
    whole: set[int] = set()
    for some in chunks(starts.items(), _MOST_PARTS):
        for month, term in fetch(_terms(some, beginning)):
            if term is None:
                whole.add(month)
            else:
                known[month].append(f'"{term}"')
    return {
        month: known[month] if month in whole else [f'"{start}{beginning}"*']
        for month, start in starts.items()
    }


def _terms(starts: Sequence[tuple[int, str]], beginning: str) -> Sql:
    """Rows (month, term), and (month, NULL) behind the last one, unless there are too many. Each step seeks
    the next term, past all texts of the one before."""
    low_high = [(month, start + beginning, f"{start}{beginning}\U0010ffff") for month, start in starts]
    next_one = "SELECT s.term FROM ledger_message_words_seen s WHERE s.term >= {} AND s.term < {} LIMIT 1"
    return Sql(
        f"""WITH RECURSIVE start (month, low, high) AS (VALUES {",".join(["(%s,%s,%s)"] * len(low_high))}),
        known (month, high, term) AS (
            SELECT month, high, ({next_one.format("start.low", "start.high")}) FROM start
            UNION ALL
            SELECT month, high, ({next_one.format("known.term || char(1)", "known.high")})
            FROM known WHERE term IS NOT NULL LIMIT %s)
        SELECT month, term FROM known""",
        (*(value for row in low_high for value in row), (_MOST_WORDS + 1) * len(low_high)),
    )
