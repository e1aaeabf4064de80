"""How many conversations a filter lists, how many of them are unanswered, and their median first response:
from counts by day, without reading the conversations. For filters of range, numbers and direction.

Of several numbers, conversations that used more than one tracker stand in the counts of each; they are few,
so they are read themselves, and counted once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from textmeter.carriers.seen import Direction
from textmeter.ledger.conversation_counts import ALL, kinds, month_of
from textmeter.ledger.response_buckets import NO_RESPONSE, bucket_of, span_of
from textmeter.lib.days import as_key
from textmeter.reports.filter import Filter
from textmeter.reports.selection import inbound_if_chosen, outbound_if_chosen
from textmeter.reports.statements import Sql, fetch, places


@dataclass(frozen=True, slots=True)
class Listed:
    """The listed conversations of a filter."""

    conversations: int
    unanswered: int
    median_first_response_ms: int | None  # the lower middle one; None: nobody was answered


def listed(flt: Filter) -> Listed:
    """Raises ValueError for a filter with a search or an hour, which counts by day don't know."""
    if flt.q or flt.hour is not None:
        raise ValueError("Counts by day know neither words nor hours.")
    conversations, unanswered = 0, 0
    buckets: Counter[int] = Counter()
    for bucket, count, without_answer in fetch(_counts(flt)):
        conversations, unanswered = conversations + count, unanswered + without_answer
        buckets[bucket] += count
    shared = fetch(_shared(flt)) if len(flt.numbers) > 1 else []
    responses = [ms for ms, _ in shared if ms is not None]
    buckets.update(map(bucket_of, responses))
    return Listed(
        conversations + len(shared),
        unanswered + sum(without_answer for _, without_answer in shared),
        _median(flt, buckets, responses),
    )


def _counts(flt: Filter) -> Sql:
    """Rows (bucket, conversations, unanswered ones); of several numbers those that used one of them alone."""
    direction = flt.direction
    wanted = kinds(
        inbound=direction is not Direction.OUTBOUND,
        outbound=direction is not Direction.INBOUND,
        with_shared=len(flt.numbers) <= 1,
    )
    trackers = flt.numbers or (ALL,)
    parts = [
        Sql(
            f"""SELECT bucket, conversations, unanswered FROM ledger_conversation_count
            WHERE company_id = %s AND tracker_id IN ({places(trackers)}) AND local_date BETWEEN %s AND %s
            AND kind IN ({places(wanted)})""",
            (flt.company_id, *trackers, *span, *wanted),
        )
        for span in _spans(flt.start, flt.end)
    ]
    union = " UNION ALL ".join(part.text for part in parts)
    return Sql(
        f"SELECT bucket, SUM(conversations), SUM(unanswered) FROM ({union}) counted GROUP BY bucket",
        tuple(param for part in parts for param in part.params),
    )


def _spans(start: date, end: date) -> list[tuple[int, int]]:
    """The range as spans of `local_date` in the counts: its whole months, and the days left on both sides."""
    first = start if start.day == 1 else _next_month(start)
    last = end.replace(day=1) if (end + timedelta(days=1)).day != 1 else _next_month(end)
    if first >= last:
        return [(as_key(start), as_key(end))]
    spans = [(month_of(as_key(last - timedelta(days=1))), month_of(as_key(first)))]
    if start < first:
        spans.append((as_key(start), as_key(first - timedelta(days=1))))
    if last <= end:
        spans.append((as_key(last), as_key(end)))
    return spans


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _shared(flt: Filter) -> Sql:
    """Rows (first_response_ms, unanswered) of the conversations that used several trackers, a chosen one
    among them."""
    inbound, outbound = inbound_if_chosen(flt), outbound_if_chosen(flt)
    return (
        Sql(
            f"""SELECT first_response_ms, unanswered FROM
            (SELECT DISTINCT customer_id, local_date, first_response_ms, unanswered
            FROM ledger_conversation_tracker
            WHERE company_id = %s AND tracker_id IN ({places(flt.numbers)}) AND shared = 1
            AND local_date BETWEEN %s AND %s""",
            (flt.company_id, *flt.numbers, as_key(flt.start), as_key(flt.end)),
        )
        .then(f"AND {inbound} + {outbound} > 0" if flt.direction else "")
        .then(") used")
    )


def _median(flt: Filter, buckets: Counter[int], shared: list[int]) -> int | None:
    """The exact one: its bucket from the counts, then its place among the bucket's own."""
    numbers = sorted(bucket for bucket in buckets if bucket != NO_RESPONSE)
    upto = list(accumulate(buckets[bucket] for bucket in numbers))
    if not upto:
        return None
    middle = (upto[-1] - 1) // 2
    at = bisect_left(upto, middle + 1)
    place = middle - (upto[at - 1] if at else 0)
    low, high = span_of(numbers[at])
    if len(flt.numbers) <= 1:
        rows = fetch(_responses(flt, low, high).then(Sql("LIMIT 1 OFFSET %s", (place,))))
        return int(rows[0][0]) if rows else None
    own = [row[0] for row in fetch(_responses(flt, low, high))]
    return int(sorted(own + [ms for ms in shared if low <= ms < high])[place])


def _responses(flt: Filter, low: int, high: int) -> Sql:
    """The first responses from `low` until `high`, in order where they are of one tracker or all; of several
    numbers without those of shared conversations."""
    several = len(flt.numbers) > 1
    if flt.numbers:
        table, outbound = "ledger_conversation_tracker", "outbound"
        which = Sql(f"AND tracker_id IN ({places(flt.numbers)})", flt.numbers)
    else:
        table, outbound, which = "ledger_conversation", "(total - inbound)", Sql("")
    chosen = f"{inbound_if_chosen(flt)} + {outbound_if_chosen(flt, outbound)} > 0"
    return (
        Sql(f"SELECT first_response_ms FROM {table} WHERE company_id = %s", (flt.company_id,))
        .then(which)
        .then(
            Sql(
                "AND first_response_ms >= %s AND first_response_ms < %s AND local_date BETWEEN %s AND %s",
                (low, high, as_key(flt.start), as_key(flt.end)),
            )
        )
        .then("AND shared = 0" if several else "")
        .then(f"AND {chosen}" if flt.direction else "")
        .then("" if several else "ORDER BY first_response_ms")
    )
