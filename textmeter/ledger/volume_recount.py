"""Volume counted again from the messages, and conversations from their rows, some days at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db import transaction

from textmeter.ledger.conversation_counts import counted_trackers, recount_days, recount_months
from textmeter.ledger.new_customers import recount_new_customers
from textmeter.ledger.spots import conversations_of, is_odd
from textmeter.ledger.statements import fetch, run, run_many
from textmeter.ledger.turns import take_turn

TOGETHER = 600  # conversations: what comes in waits for some 40 ms; a day is never taken apart


def recount_volume(company_id: int, progress: Callable[[int, int], None] | None = None) -> None:
    """Writes the counts of every day that has conversations or counts, some days a transaction. The
    conversations are right already: they lead to the days' messages. `progress`: days done, days in all."""
    days = _days(company_id)
    counted = counted_trackers(company_id)
    done = 0
    for some in _together(days):
        with transaction.atomic():
            take_turn(company_id)
            _recount(company_id, some[0], some[-1])
            recount_days(company_id, some[0], some[-1], counted | _trackers(company_id))
        done += len(some)
        if progress:
            progress(done, len(days))
    with transaction.atomic():
        take_turn(company_id)
        recount_months(company_id)
        recount_new_customers(company_id)


def _days(company_id: int) -> list[tuple[int, int]]:
    """(local_date, conversations), in order."""
    counts = ("volume_hour", "volume_tracker", "conversation_count")
    parts = [
        "SELECT local_date, COUNT(*) AS n FROM ledger_conversation WHERE company_id = %s GROUP BY local_date",
        *(
            f"SELECT DISTINCT local_date, 0 FROM ledger_{table} WHERE company_id = %s AND local_date > 0"
            for table in counts
        ),
    ]
    sql = f"SELECT local_date, SUM(n) FROM ({' UNION ALL '.join(parts)}) days GROUP BY local_date ORDER BY 1"
    return [(day, int(count)) for day, count in fetch(sql, [company_id] * len(parts))]


def _together(days: Iterable[tuple[int, int]]) -> Iterable[list[int]]:
    """Days that follow each other, odd ones each by itself."""
    some: list[int] = []
    conversations = 0
    for day, count in days:
        if some and (conversations + count > TOGETHER or is_odd(day) or is_odd(some[0])):
            yield some
            some, conversations = [], 0
        some.append(day)
        conversations += count
    if some:
        yield some


def _trackers(company_id: int) -> set[int]:
    return {id for (id,) in fetch("SELECT id FROM ledger_tracker WHERE company_id = %s", [company_id])}


def _recount(company_id: int, first: int, last: int) -> None:
    rows = fetch(
        "SELECT m.local_date, m.local_hour, m.tracker_id, m.direction, count(*)"
        " FROM ledger_conversation c CROSS JOIN ledger_message m"
        " WHERE c.company_id = %s AND c.spot >= %s AND c.spot < %s AND c.local_date BETWEEN %s AND %s"
        " AND m.company_id = %s AND m.customer_id = c.customer_id AND m.local_date = c.local_date"
        " GROUP BY m.local_date, m.local_hour, m.tracker_id, m.direction",
        [company_id, *conversations_of(first, last), first, last, company_id],
    )
    hours: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    trackers: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for day, hour, tracker_id, direction, count in rows:
        hours[day, hour][direction] += count
        trackers[day, tracker_id][direction] += count
    for table, column, counts in (
        ("ledger_volume_hour", "local_hour", hours),
        ("ledger_volume_tracker", "tracker_id", trackers),
    ):
        run(
            f"DELETE FROM {table} WHERE company_id = %s AND local_date BETWEEN %s AND %s",
            [company_id, first, last],
        )
        run_many(
            f"INSERT INTO {table} (company_id, local_date, {column}, inbound, outbound)"
            " VALUES (%s,%s,%s,%s,%s)",
            [(company_id, *key, *by) for key, by in counts.items()],
        )
