"""When each number was last heard, and whether it has been quiet for longer than usual."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from textmeter.accounts.models import Company
from textmeter.ledger.last_texts import last_received
from textmeter.ledger.trackers import owner_by_tracker
from textmeter.lib.days import as_key, day_bounds, from_key, local
from textmeter.reports.quiet import HISTORY, Silence, silence
from textmeter.reports.rows import TrackerRow
from textmeter.reports.statements import Sql, fetch
from textmeter.reports.trackers import trackers


@dataclass(frozen=True, slots=True)
class NumberHealth:
    """`last_at`: ms, the latest text received in the last eight weeks. `per_week`: texts received, in the
    eight weeks up to it."""

    tracker: TrackerRow
    last_at: int | None
    per_week: float
    silence: Silence


def numbers_health(company: Company, now: int) -> list[NumberHealth]:
    """Every number of the company, by name. `now`: ms."""
    today = local(now, company.zone)
    counts = _received(company.id, today.date())
    last = _last_received(company, {id: max(days) for id, days in counts.items()}, today.date())
    hours = _hours(company.id, today.date())
    known = trackers(company.id)
    owners = owner_by_tracker(known.values())

    def silence_of(row: TrackerRow) -> Silence:
        if row.id in owners and owners[row.id].is_over(now):
            return Silence.HANDED_OVER
        if row.id not in last or row.is_disabled:
            return Silence.UNUSED
        return silence(counts[row.id], hours, local(last[row.id], company.zone), today)

    return [
        NumberHealth(
            row,
            last.get(row.id),
            _per_week(counts[row.id]) if row.id in last else 0.0,
            silence_of(row),
        )
        for row in known.values()
    ]


def quiet_numbers(company: Company, now: int) -> int:
    """How many of the company's numbers are quiet for longer than usual."""
    return quiet_of(company, numbers_health(company, now))


def quiet_of(company: Company, numbers: Iterable[NumberHealth]) -> int:
    """How many of these are quiet for longer than usual; of a sample none, for nobody texts it."""
    return 0 if company.is_sample else sum(one.silence == Silence.QUIET for one in numbers)


def _received(company_id: int, today: date) -> defaultdict[int, dict[date, int]]:
    """Texts received by tracker and local day: eight weeks, and the eight before them, which say what was
    usual for a number that has been still since."""
    rows = fetch(
        Sql(
            """SELECT tracker_id, local_date, inbound FROM ledger_volume_tracker
            WHERE company_id = %s AND local_date BETWEEN %s AND %s AND inbound > 0""",
            (company_id, as_key(today - timedelta(days=2 * HISTORY)), as_key(today)),
        )
    )
    counts: defaultdict[int, dict[date, int]] = defaultdict(dict)
    days: dict[int, date] = {}
    for tracker_id, key, inbound in rows:
        day = days.get(key) or days.setdefault(key, from_key(key))
        counts[tracker_id][day] = inbound
    return counts


def _hours(company_id: int, today: date) -> list[int]:
    rows = fetch(
        Sql(
            """SELECT local_hour, SUM(inbound) FROM ledger_volume_hour
            WHERE company_id = %s AND local_date BETWEEN %s AND %s GROUP BY local_hour""",
            (company_id, as_key(today - timedelta(days=HISTORY)), as_key(today)),
        )
    )
    by_hour = {hour: int(count) for hour, count in rows}
    return [by_hour.get(hour, 0) for hour in range(24)]


def _last_received(company: Company, last_days: dict[int, date], today: date) -> dict[int, int]:
    """Of each tracker the instant of its latest text, looked for around the day that is known to have
    it: a number that only sends since is not read back to there."""
    recent = [(id, day) for id, day in last_days.items() if (today - day).days < HISTORY]
    return last_received(
        company.id, [(id, as_key(day), *day_bounds(day, day, company.zone)) for id, day in recent]
    )


def _per_week(days: dict[date, int]) -> float:
    last = max(days)
    return sum(count for day, count in days.items() if (last - day).days < HISTORY) / (HISTORY / 7)
