"""Volume counted again from the messages, and conversations from their rows, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from django.db import transaction

from textmeter.ledger.conversation_counts import counted_trackers, recount_day, recount_months
from textmeter.ledger.new_customers import recount_new_customers
from textmeter.ledger.spots import conversations_of_day
from textmeter.ledger.statements import fetch, run, run_many
from textmeter.ledger.turns import take_turn


def recount_volume(company_id: int, progress: Callable[[int, int], None] | None = None) -> None:
    """Writes the counts of every day that has conversations or counts, a day a transaction. The conversations
    are right already: they lead to the day's messages. `progress`: days done, days in all."""
    tables = ("conversation", "volume_hour", "volume_tracker", "conversation_count")
    days = fetch(
        " UNION ".join(
            f"SELECT local_date FROM ledger_{table} WHERE company_id = %s AND local_date > 0"
            for table in tables
        ),
        [company_id] * len(tables),
    )
    counted = counted_trackers(company_id)
    for done, (day,) in enumerate(days, 1):
        with transaction.atomic():
            take_turn(company_id)
            _recount_day(company_id, day)
            recount_day(company_id, day, counted | _trackers(company_id))
        if progress:
            progress(done, len(days))
    with transaction.atomic():
        take_turn(company_id)
        recount_months(company_id)
        recount_new_customers(company_id)


def _trackers(company_id: int) -> set[int]:
    return {id for (id,) in fetch("SELECT id FROM ledger_tracker WHERE company_id = %s", [company_id])}


def _recount_day(company_id: int, day: int) -> None:
    rows = fetch(
        "SELECT m.local_hour, m.tracker_id, m.direction, count(*)"
        " FROM ledger_conversation c CROSS JOIN ledger_message m"
        " WHERE c.company_id = %s AND c.spot >= %s AND c.spot < %s AND c.local_date = %s"
        " AND m.company_id = %s AND m.customer_id = c.customer_id AND m.local_date = c.local_date"
        " GROUP BY m.local_hour, m.tracker_id, m.direction",
        [company_id, *conversations_of_day(day), day, company_id],
    )
    hours: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    trackers: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for hour, tracker_id, direction, count in rows:
        hours[hour][direction] += count
        trackers[tracker_id][direction] += count
    for table, column, counts in (
        ("ledger_volume_hour", "local_hour", hours),
        ("ledger_volume_tracker", "tracker_id", trackers),
    ):
        run(f"DELETE FROM {table} WHERE company_id = %s AND local_date = %s", [company_id, day])
        run_many(
            f"INSERT INTO {table} (company_id, local_date, {column}, inbound, outbound)"
            " VALUES (%s,%s,%s,%s,%s)",
            [(company_id, day, key, *by) for key, by in counts.items()],
        )
