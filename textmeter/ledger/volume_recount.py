"""Volume counted again from the messages, and conversations from their rows, day by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.db import transaction

from textmeter.ledger.conversation_counts import recount_day, recount_months
from textmeter.ledger.new_customers import recount_new_customers
from textmeter.ledger.statements import fetch, run, run_many
from textmeter.ledger.turns import take_turn
from textmeter.lib.days import from_key, to_ms, zone

# No clock change moves a local midnight further than this.
MARGIN_MS = 3 * 3_600_000
# No zone's midnight is further than this from another zone's of the same day.
ANY_ZONE_MS = 27 * 3_600_000


def recount_volume(company_id: int) -> None:
    """Writes the counts of every day that has conversations or counts, a day a transaction."""
    tables = ("conversation", "volume_hour", "volume_tracker", "conversation_count")
    days = fetch(
        " UNION ".join(
            f"SELECT local_date FROM ledger_{table} WHERE company_id = %s AND local_date > 0"
            for table in tables
        ),
        [company_id] * len(tables),
    )
    for (day,) in days:
        with transaction.atomic():
            take_turn(company_id)
            _recount_day(company_id, day)
            recount_day(company_id, day)
    with transaction.atomic():
        take_turn(company_id)
        recount_months(company_id)
        recount_new_customers(company_id)


def _recount_day(company_id: int, day: int) -> None:
    ((zone_name,),) = fetch("SELECT time_zone FROM accounts_company WHERE id = %s", [company_id])
    changes = fetch("SELECT 1 FROM ledger_rebuild WHERE company_id = %s", [company_id])
    # While the company moves to another zone, messages whose turn hasn't come stand on a day of the former.
    margin = ANY_ZONE_MS if changes else MARGIN_MS
    midnight = datetime.combine(from_key(day), time(), zone(zone_name))
    rows = fetch(
        "SELECT local_hour, tracker_id, direction, count(*) FROM ledger_message"
        " WHERE company_id = %s AND sent_at >= %s AND sent_at < %s AND local_date = %s"
        " GROUP BY local_hour, tracker_id, direction",
        [
            company_id,
            to_ms(midnight) - margin,
            to_ms(datetime.combine(from_key(day) + timedelta(days=1), time(), zone(zone_name))) + margin,
            day,
        ],
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
